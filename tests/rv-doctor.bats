#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv doctor: what it finds in environments that are broken on purpose, and in this one.

load lib/common

setup() {
    rv_setup
    export RV_BLENDER=$RV_ROOT/tests/lib/fake-blender
    unset BLENDER_PATH
    # A machine with nothing wrong, for --sysroot.
    mkdir -p sys/proc sys/dev/shm sys/sys/fs/cgroup sys/sys/bus/pci/devices/0000:01:00.0
    echo 'MemAvailable:   16000000 kB' >sys/proc/meminfo
    echo max >sys/sys/fs/cgroup/memory.max
    echo 0x020000 >sys/sys/bus/pci/devices/0000:01:00.0/class
    echo 0x10de >sys/sys/bus/pci/devices/0000:01:00.0/vendor
}

# doctor STATUS: its findings in `output`, "LEVEL TOPIC TEXT / ADVICE" each.
doctor() {
    run -"$1" --separate-stderr env PATH="${SHORT_PATH:-$PATH}" "$(command -v rv)" doctor --json --sysroot sys
    jq -e --argjson status "$1" '.ok == ($status == 0)' <<<"$output"
    object=$output
    output=$(jq -r '.findings[] | "\(.level) \(.topic) \(.text) / \(.advice // "")"' <<<"$output")
    # nothing is bad without a word on what to do
    [ "$1" = 0 ] || grep -q '^bad' <<<"$output"
}

has() {
    grep -qE -- "$1" <<<"$output" || { printf 'no %s in\n%s\n' "$1" "$output"; return 1; }
}

@test "a machine that can render" {
    mkdir tmp
    export TMPDIR=$PWD/tmp
    doctor 0
    has "^ok blender $RV_BLENDER is 3.4.1 / $"
    has '^ok device renders on CPU, of \["CPU"\] / $'
    has '^ok render a trial picture was rendered'
    has '^ok libraries libavcodec [0-9.]+ with libx264, libzstd [0-9.]+ / $'
    has '^ok memory 15.3 GiB available'
    has '^note denoiser'
    run -1 grep 'bad\|note device\|note scratch' <<<"$output"
    [ "$(jq -c .modules <<<"$object")" = '["numpy","PIL"]' ]
    [ "$(jq -c '[.blender, .blender_path, .device, .devices, .denoiser, (.rv | type)]' <<<"$object")" = \
        "[\"3.4.1\",\"$RV_BLENDER\",\"CPU\",[\"CPU\"],false,\"string\"]" ]
    run -0 rv doctor --sysroot sys
    [[ $output == *"ok    render     a trial picture was rendered"*"can render here" ]]
    nothing find . -name '.rv-doctor*'
    no_orphans
}

@test "no Blender, a wrong name, one that is none" {
    RV_BLENDER='' SHORT_PATH=/nowhere doctor 1
    has '^bad blender no Blender found: .* / install Blender'
    RV_BLENDER=/nowhere/blender doctor 1
    has "^bad blender no program '/nowhere/blender', which RV_BLENDER names as Blender / install Blender"
    RV_BLENDER='' BLENDER_PATH=/nowhere/blender SHORT_PATH=/nowhere doctor 1
    has "^note blender BLENDER_PATH names '/nowhere/blender', which is no program: .* / correct BLENDER_PATH, or unset"
    RV_BLENDER=$(command -v true) doctor 1
    has '^bad blender '
    touch blender
    RV_BLENDER=$PWD/blender doctor 1
}

@test "versions: too old, not tested, tested" {
    FAKE_VERSION=3.3.9 doctor 1
    has '^bad blender .* is 3.3.9, older than 3.4, .* / install Blender'
    FAKE_VERSION=4.1.0 doctor 0
    has '^note blender .* is 4.1.0, not one that rv is tested with \(3.4, 4.3, 5.2\) / .'
    FAKE_VERSION=5.2.0 doctor 0
    has '^ok blender .* is 5.2.0 / $'
}

@test "modules of Python that many scripts need" {
    doctor 0
    run -1 grep 'note python' <<<"$output"
    FAKE_MODULES='"numpy"' doctor 0
    has "^note python Blender's Python has no PIL: .* / apt install python3-numpy python3-pil"
    FAKE_MODULES='' doctor 0
    has "^note python Blender's Python has no numpy and PIL: "
}

@test "a Blender that does not start: its last words, and what to do" {
    FAKE_START=exit doctor 1
    has '^bad blender .*cannot find the display'
    FAKE_START=error doctor 1
    has '^bad blender .*no cycles in this build'
    for words in 'Unable to find libEGL.so.1|libegl1' \
        'error while loading shared libraries: libX.so: cannot open|apt-file'; do
        printf '#!/bin/sh\necho "%s" >&2\nexit 127\n' "${words%|*}" >broken
        chmod +x broken
        RV_BLENDER=$PWD/broken doctor 1
        has "^bad blender .*${words%|*}.* / .*${words#*|}"
    done
}

@test "a Blender that starts but cannot render" {
    FAKE_PARAMS='{"doctor":{"fault":"render_error"}}' doctor 1
    has '^bad render Cannot render, no camera'
    FAKE_PARAMS='{"doctor":{"fault":"segv"}}' doctor 1
    has '^bad render .*signal 11'
}

@test "a wrong RV_HOME" {
    RV_HOME=$PWD doctor 1
    has "^bad blender no worker.py in '$PWD', which RV_HOME names / correct RV_HOME, or unset it"
}

@test "graphics cards that are not used, and why" {
    echo 0x030000 >sys/sys/bus/pci/devices/0000:01:00.0/class
    doctor 0
    has '^note device an NVIDIA card without its driver / install'
    mkdir -p sys/proc/driver/nvidia
    touch sys/proc/driver/nvidia/version
    doctor 0
    has '^note device the NVIDIA driver is loaded, but there is no device .* --gpus all'
    touch sys/dev/nvidia0
    doctor 0
    has '^note device this Blender does not use the NVIDIA card / .'
    rm -r sys/proc/driver
    echo 0x1002 >sys/sys/bus/pci/devices/0000:01:00.0/vendor
    doctor 0
    has '^note device an AMD card that cannot compute'
}

@test "a card that is listed and does not render" {
    FAKE_DEVICE='OPTIX CUDA' FAKE_BROKEN='{"OPTIX":"error","CUDA":"segv"}' doctor 0
    has '^note device OPTIX is listed, but does not render: no kernels for OPTIX / use a Blender from blender.org'
    has '^note device CUDA is listed, but does not render: .*signal 11'
    has '^ok device renders on CPU, of \["CPU"\]'
    has '^ok render '
    FAKE_DEVICE='OPTIX CUDA' FAKE_BROKEN='{"OPTIX":"error"}' doctor 0
    has '^ok device renders on CUDA, of'
}

@test "memory, control groups, shared memory" {
    echo 'MemAvailable:   1000000 kB' >sys/proc/meminfo
    doctor 0
    has '^note memory 1.0 GiB available / render with -j 1'
    echo 536870912 >sys/sys/fs/cgroup/memory.max
    rmdir sys/dev/shm
    doctor 0
    has '^note memory a control group limits it to 0.5 GiB / raise'
    has '^note scratch no /dev/shm to write to.*--shm-size'
}

@test "scratch, limits, locale" {
    TMPDIR=/proc/nowhere doctor 1
    has '^bad scratch '
    (
        ulimit -n 200
        doctor 0
        has '^note limits only 200 files may be open at a time / ulimit -n 4096'
    )
    LC_ALL=C doctor 0
    has '^note locale it is not a UTF-8 one.* / export LC_ALL=C.UTF-8'
    LC_ALL=xx_XX.UTF-8 doctor 0
    has '^note locale the one that is set is not installed'
}

@test "files that can still be made, and the clock" {
    need mkfs.ext4 losetup
    [ "$(id -u)" = 0 ] || skip "root alone may mount"
    truncate -s 400M disk
    mkfs.ext4 -q -N 200 disk
    mkdir mounted
    mount -o loop disk mounted || skip "no loop device"
    TMPDIR=$PWD/mounted
    export TMPDIR
    doctor 0
    unset TMPDIR
    has "^note scratch only [0-9]+ files can still be made in '.*/mounted' / a sample is about 12 files"
    touch -d '2100-01-01' sys/rv
    doctor 0
    has '^note clock it is before the time when rv was installed'
    touch sys/rv
    doctor 0
    run -1 grep clock <<<"$output"
}

teardown() {
    [ ! -d mounted ] || umount mounted
}

@test "commands that mend what was found" {
    root=$([ "$(id -u)" = 0 ] || echo 'sudo ')
    run -1 --separate-stderr env RV_BLENDER= PATH=/nowhere LC_ALL=C "$(command -v rv)" doctor --fix --sysroot sys
    [ "$output" = "${root}apt-get install blender python3-numpy python3-pil
export LC_ALL=C.UTF-8" ]
    FAKE_MODULES='' run -0 --separate-stderr rv doctor --fix --sysroot sys
    [ "$output" = "${root}apt-get install python3-numpy python3-pil" ]
    run -0 --separate-stderr rv doctor --fix --sysroot sys
    [ -z "$output" ]
}

@test "OptiX, the denoiser, what a worker takes" {
    FAKE_DEVICE='CUDA' doctor 0
    has '^note device CUDA without OptiX'
    FAKE_DEVICE='OPTIX CUDA' doctor 0
    run -1 grep OptiX <<<"$output"
    FAKE_RSS=1610612736 doctor 0
    has '^ok memory a worker of -j takes 1.5 GiB'
}

@test "tools that are missing or of another version" {
    mkdir bin
    cp "$RV_BIN"/rv* bin/
    rm bin/rv-gen
    printf '#!/bin/sh\necho "rv-seed 0.0.1"\n' >bin/rv-seed
    PATH=$PWD/bin:/usr/bin:/bin RV_HOME=$RV_ROOT/blender doctor 1
    has "^bad tools 'rv-seed' of version .* does not run"
    has "^bad tools 'rv-gen' of version .* does not run"
    run -1 grep "bad tools 'rv-mux'" <<<"$output"
}

@test ".env counts, operands do not" {
    printf '#!/bin/sh\nFAKE_VERSION=$RV_ENV_SCENE_VERSION exec %s "$@"\n' "$RV_ROOT/tests/lib/fake-blender" >spy
    chmod +x spy
    echo SCENE_VERSION=4.3.2 >.env
    RV_BLENDER=$PWD/spy doctor 0
    has 'is 4.3.2'
    run -2 rv doctor now
    [[ $output == *"unexpected operand 'now'"* ]]
}

@test "a signal ends it" {
    FAKE_START=hang env --default-signal=TERM rv doctor >out 2>&1 &
    pid=$!
    wait_until eval 'marked_processes | grep fake-blender'
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    [ $status = 143 ]
    [ ! -s out ]
    no_orphans
}

@test "Blender: this machine" {
    need_blender
    RV_BLENDER=$(command -v blender)
    run -0 --separate-stderr rv doctor --json
    jq -e '.findings[] | select(.text | startswith("a worker of -j takes 0."))' <<<"$output"
    same_output 'jq -r .blender <<<"$output"' '"$RV_BLENDER" --version | sed -n "1s/Blender //p"'
    [ "$(jq -c '[.findings[] | select(.topic == "render") | .level]' <<<"$output")" = '["ok"]' ]
}
