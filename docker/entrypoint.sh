#!/bin/bash
# SPDX-License-Identifier: MIT
# What a container of the image runs: without arguments the demo into /out, with one argument that shell pipeline, with
# more that command. A signal goes to every process of it (tini -g); this shell waits for their clean end. The status of
# a pipeline is the largest of its tools'. What an engine is commonly given wrong gets one line on standard error.
set -u
trap : HUP INT TERM

say() {
    echo "rv-pipeline: $*" >&2
}

# Sets `status`.
run_pipeline() {
    local all one
    set +u -o pipefail
    eval "$1
all=(\"\${PIPESTATUS[@]}\")"
    set -u
    status=0
    for one in "${all[@]}"; do
        # 141: what it wrote to had ended, by a status of its own.
        [ "$one" -le "$status" ] || [ "$one" = 141 ] || status=$one
    done
}

# In a container of an engine without privileges, root is the user who started it; else that user is named. An empty
# directory of root's is one that the engine made.
advise_writable() {
    local user='"$(id -u):$(id -g)"' make='mkdir -p out' outside
    read -r _ outside _ </proc/self/uid_map
    [ "$outside" = 0 ] || user=0:0
    [ "$(stat -c %u /out)" != 0 ] || [ -n "$(ls -A /out)" ] || make='rmdir out; mkdir out'
    say "cannot write to /out as user $(id -u): $make && docker run --rm --user $user -v \"\$PWD/out:/out\" rv-pipeline"
}

advise_gpu() {
    if [ ! -e /dev/nvidiactl ] && [ ! -e /dev/dxg ] && [ ! -e /dev/kfd ]; then
        say "no GPU in this container: rendering on the CPU (docker run --gpus all, where there is one)"
    elif [ ! -e /opt/blender/blender ]; then
        say "there is a GPU, but Debian's Blender has no kernels for it: rendering on the CPU" \
            "(docker build --build-arg BLENDER=tarball)"
    fi
}

if [ $# = 0 ]; then
    [ -w /out ] || { advise_writable; exit 3; }
    mountpoint -q /out || say "nothing is mounted at /out, so the dataset goes with this container:" \
        "docker run -v \"\$PWD/out:/out\" ..."
    advise_gpu
    set -- /usr/local/share/rv/examples/demo.sh /out
elif [ $# = 1 ] && [[ $1 =~ ^[[:space:]]*rv-(gen|blend|mask|mux)[[:space:]] ]] && [[ $1 != *'<'* ]] &&
    [ "$(stat -Lc %t:%T /proc/self/fd/0)" = 1:3 ]; then # /dev/null
    say "no records come in: standard input is empty without docker run -i"
fi

if [ $# = 1 ]; then
    run_pipeline "$1"
else
    "$@"
    status=$?
fi
[ "$status" != 3 ] || [ -w /out ] || advise_writable
exit "$status"
