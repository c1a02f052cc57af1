#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The short forms of `make soak`, `make soak-flat`, `make soak-alarms`, `make soak-dataset` and `make soak-formats`: the
# pipeline broken in every way at random instants, memory, and samples that nothing is wrong with.

load lib/common

setup() {
    rv_setup
    export TMPDIR=$PWD
}

soak() {
    python3 "$RV_ROOT/tests/soak/soak.py" "$@" || { status=$?; cat rv-soak-*/messages 2>/dev/null | tail -n 40; return $status; }
}

# The MiB by which one worker grew per 1,000 samples, of the rows of flat.py.
flat() {
    python3 "$RV_ROOT/tests/soak/flat.py" "$@"
}

@test "faults and signals at random, with a fake Blender" {
    soak --fake --samples 60 --round 20 --seed 11 --with generators
    no_orphans
}

@test "a disk that gets full at random, with a fake Blender" {
    soak --fake --samples 60 --round 20 --seed 14 --with disk --without generators | tee said
    if grep 'no disk gets full here' said; then
        skip "no disk gets full here"
    fi
    grep -q ' [1-9][0-9]* full disks' said
    no_orphans
}

@test "two runs at once in one directory: none is spoilt" {
    run -0 python3 "$RV_ROOT/tests/soak/pairs.py" --rounds 6 --seed 7
    [[ "$output" == *" 0 rounds spoilt" ]]
    no_orphans
}

@test "a pipe that removes its samples, killed at random: nothing is lost" {
    run -0 python3 "$RV_ROOT/tests/soak/consume.py" --rounds 6 --seed 5
    [[ "$output" == *" 0 rounds spoilt" ]]
    no_orphans
}

@test "the power is cut: what was whole stays, what is lost is found and made again" {
    status=0
    python3 "$RV_ROOT/tests/soak/power.py" --rounds 6 --seed 2 >said 2>&1 || status=$?
    if [ "$status" = 77 ]; then
        skip "$(cat said)"
    fi
    cat said
    [ "$status" = 0 ]
    grep -q ' 0 lost something' said
    no_orphans
}

@test "a call that fails, or a signal, in one of the tools: the same command again completes it" {
    case $RV_BIN in
    */asan/* | */tsan/*) skip "a sanitizer's runtime takes the place of the preload" ;;
    esac
    run -0 python3 "$RV_ROOT/tests/soak/calls.py" --faults 20 --signals 10 --seed 1
    [[ "$output" == *": 0 wrong" ]]
    no_orphans
}

@test "workers that are killed, told to end, doubled or have no Blender: the dataset is that of one run" {
    run -0 python3 "$RV_ROOT/tests/soak/scale.py" --shards 24 --samples 72 --seed 3 --rate killed=0.15 --rate told=0.1 \
        --rate blenderless=0.1 --rate doubled=0.1 --rate crash=0.05
    [[ $output == *$'\n'"0 files differ" ]]
    for what in killed told blenderless doubled; do
        [[ $output == *" $what"* ]]
    done
    no_orphans
}

@test "a sample that is lost makes the harness fail" {
    mkdir bin
    ln -s "$RV_BIN"/* bin/
    rm bin/rv-mask
    printf '#!/bin/sh\n%s/rv-mask "$@" | sed 7d\n' "$RV_BIN" >bin/rv-mask
    chmod +x bin/rv-mask
    RV_BIN=$PWD/bin run -1 python3 "$RV_ROOT/tests/soak/soak.py" --fake --samples 10 --round 10 --seed 1
    [[ $output == *"records lost or doubled"* ]]
}

@test "memory of rv-blend is the same however many records wait or pass" {
    flat --blender '' --records 50000 | tee table
    grep -q 'records passed through' table
}

@test "memory of rv-verify does not grow with a dataset" {
    [[ $RV_BIN != */asan/* && $RV_BIN != */tsan/* ]] || skip "a sanitizer keeps what was freed"
    python3 "$RV_ROOT/tests/soak/dataset.py" --samples 2000 --annotations 40 --growth 12
}

@test "memory of rv-mux does not grow with the records of a pass over several formats" {
    [[ $RV_BIN != */asan/* && $RV_BIN != */tsan/* ]] || skip "a sanitizer keeps what was freed"
    run -0 python3 "$RV_ROOT/tests/soak/formats.py" --records 16000 --sequences 0 --formats coco,yolo,voc,webdataset,html
    [[ $output == *"| 16000 stills |"*"| coco yolo voc webdataset html |" ]]
}

@test "Blender: faults and signals at random" {
    need_blender
    need_full
    soak --samples 45 --round 15 --seed 3 --with disk,generators
    no_orphans
}

@test "Blender: sequences under faults and signals at random" {
    need_blender
    need_full
    soak --samples 30 --round 15 --seed 4 --with sequences
    no_orphans
}

# grows MAX: a worker that renders 60 pictures of 256x256 grows less than MAX MiB.
grows() {
    rv-seed seq 60 | rv-blend "$RV_ROOT/tests/soak/tiny.py" -j1 --recycle 0 --resolution 256,256 --samples 1 >records
    jq -s -e "(map(.run.rss)[-20:] | max) - .[5].run.rss < $1 * 1048576" records
}

@test "Blender: pictures of samples before do not stay in memory" {
    need_blender
    grows 16
}

@test "Blender 4.3: pictures of samples before do not stay in memory" {
    need_blender_of 4.3
    grows 16
}

@test "Blender 5.2: pictures of samples before do not stay in memory" {
    need_blender_of 5.2
    grows 40
}

@test "good samples of examples, all labels, many formats: rv-verify finds nothing" {
    need_blender
    run -0 python3 "$RV_ROOT/tests/soak/alarms.py" --samples 1 --size 48x32 --only '^(sequence/scene.py sequence|templates/segmentation/scene.py (still|views))$'
    [[ "$output" == *"3 samples, 0 false alarms" ]]
}
