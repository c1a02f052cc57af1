#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What a person reads on a terminal, and in a log: progress, summaries, what a tool waits for, how to go on.

load lib/common

setup() {
    rv_setup
    fake_blender
}

# What is there at the end; the lines of the output are those of the terminal.
on_terminal() { # WIDTH LINE [KEYS]
    python3 "$RV_ROOT/tests/lib/on_terminal.py" "$@"
}

@test "the whole pipe has one line, and the last tool tells what it made" {
    run -0 on_terminal 100 'rv-seed seq 3 | rv-blend scene.py --resolution 8,6 | rv-mask | rv-mux'
    [[ ${lines[0]} =~ ^'rv-blend: 3 of 3 done, in 0:'[0-9][0-9]$ ]]
    [[ $output == *$'\nrv-mux: dataset/: 3 samples'*'; coco, webdataset, sheet' ]]
    run -1 grep -v '^rv-\(blend\|mask\|mux\): ' <<<"$output"
    rv-verify dataset
}

@test "the line tells how far it is, and fits" {
    rv-seed seq 40 >in
    run -0 on_terminal 60 'rv-blend scene.py --resolution 8,6 -j1 --progress line <in 2>seen >records'
    tr '\r' '\n' <seen >drawn
    grep -q 'rv-blend: 40 of 40 done, in 0:' drawn
    sed 's/\x1b\[K//g' drawn >lines
    run -1 grep '.\{60,\}' lines
    FAKE_START=hang rv-blend scene.py --resolution 8,6 -j1 -o none --progress line <in 2>seen >records &
    wait_until grep -q 'rv-blend: starting 1 Blender, 0:0' seen
    kill $!
    wait $! || true
}

@test "without a terminal: the last line always, rows of JSON" {
    rv-seed seq 2 >in
    rv-blend scene.py --resolution 8,6 <in >records 2>err
    [[ $(head -n1 err) == 'rv-blend: 2 of 2 done, in 0:0'* ]]
    [ "$(sed 1d err)" = "rv-blend: 'out': 2 samples" ]
    pipe -0 'rv-blend scene.py --resolution 8,6 <in 2>err | cat'
    jq -se 'length == 2 and all(.id)' <<<"$output"
    [[ $(cat err) == 'rv-blend: 2 of 2 done, 2 reused, in 0:0'* ]]
    [ "$(wc -l <err)" = 1 ]
    rv-blend scene.py --resolution 8,6 -q <in >records 2>err
    [ ! -s err ]
}

@test "rows on a terminal with -v alone, but for seeds and verdicts" {
    run -0 on_terminal 100 'rv-seed seq 2'
    [ "$output" = $'00000000  seed 0\n00000001  seed 1' ]
    rv-seed seq 2 | rv-blend scene.py --resolution 8,6 | rv-mask >records
    run -0 on_terminal 100 'rv-mask out'
    [ "${lines[-1]}" = 'rv-mask: 2 samples are labelled' ]
    [[ $output != *objects* ]]
    run -0 on_terminal 100 'rv-mask -v out'
    [[ $output == *$'00000000  '*$' objects\n'* ]]
    run -0 on_terminal 100 'rv-verify out'
    [[ $output == *$'00000001  ok  '* ]]
}

@test "nobody types records: each tool says what it waits for" {
    for tool in 'rv-mask' 'rv-mux' 'rv-verify' 'rv-gen -- true' 'rv-blend scene.py'; do
        run -2 on_terminal 100 "$tool"
        [[ ${lines[0]} == "${tool%% *}: error: standard input is a terminal: records come from a pipe or a file" ]]
        [[ ${lines[1]} == "${tool%% *}: hint: for example: rv-"* ]]
    done
    run -2 on_terminal 100 'rv-seed list'
    [[ $output == *"standard input is a terminal: seeds come from a pipe or a file, one a line"* ]]
}

@test "a pipe that is stopped says what is there, and the command that goes on" {
    rv-seed seq 3 | jq -c 'if .index == 2 then .params = {sleep: 1000} else . end' >in
    env --default-signal=INT rv-blend scene.py --resolution 8,6 -j1 <in >records 2>log &
    wait_until prints 2 cat records
    kill -INT $!
    wait $! || true
    grep -q "rv-blend: stopped: 2 samples are in 'out', which the same command goes on from" log
    export FAKE_PARAMS='{"00000001":{"sleep":1000}}'
    env --default-signal=INT rv render scene.py -n 2 -o 'my runs' --resolution 8,6 --json 2>log >came &
    wait_until [ -s came ]
    kill -INT $!
    wait $! || true
    grep -q "rv render: stopped: 'my runs/1' has 1 of 2 samples; to go on: rv render --resume -o 'my runs'" log
    run -1 grep 'the same command' log
    export FAKE_PARAMS=
    run -0 rv render --resume -o 'my runs'
}
