# SPDX-License-Identifier: MIT
# rv: the name in front of the tools.
load lib/common

@test "rv TOOL is rv-TOOL: arguments, streams, status" {
    for tool in gen mask verify; do
        same_output 'rv "$tool" --help' '"rv-$tool" --help'
    done
    printf '{"id":"a","seed":1}\n' >in
    rv mask --where false <in >out
    cmp in out
    run -2 rv mask --nonsense
    [[ $output == "rv-mask: error: "* ]]
}

@test "the tool beside it comes before one in PATH, a link to it does" {
    mkdir fake
    printf '#!/bin/sh\necho fake\n' >fake/rv-mask
    chmod +x fake/rv-mask
    ln -s "$RV_BIN/rv" fake/rv
    PATH=$PWD/fake:$PATH run -0 rv mask --version
    [[ $output == rv-mask\ * ]]
    cp "$RV_BIN/rv" alone
    PATH=$PWD/fake:$PATH run -0 ./alone mask
    [ "$output" = fake ]
    PATH=/nowhere run -3 ./alone mask
    [[ $output == *"cannot run 'rv-mask'"* ]]
}

@test "a pipe of them ends when its reader goes away" {
    pipe -141 'yes "{\"id\":\"a\",\"seed\":1}" | rv mask --where false | head -n1'
    [ "$output" = '{"id":"a","seed":1}' ]
}

@test "help" {
    run -0 rv --help
    [[ $output == *"rv TOOL [ARG]..."* ]]
    [[ $output != *--where* && $output != *--set* ]]
    same_output 'rv --help' 'rv help'
    same_output 'rv --help' 'rv help help'
    same_output 'rv help blend' 'rv-blend --help'
}

@test "wrong usage" {
    run -2 rv
    run -2 rv blnd scene.py
    [[ $output == *"no command 'blnd': did you mean 'blend'?"* ]]
    run -2 rv help blnd
    [[ $output == *"did you mean 'blend'?"* ]]
    run -2 rv ../mask
    [[ $output == *"no command '../mask'"* ]]
    run -2 rv --nonsense
}

@test "rv worker says what to use, whatever it is given" {
    for arguments in '' --once '--config worker.yaml' '--once --config=x more'; do
        run -2 rv worker $arguments
        [[ $output == *"standard queues"*"ready files are in "*"/pipelines: README.md there"* ]]
    done
    # Where they are named they are, in an installation, too.
    make -s -C "$RV_ROOT" B="${RV_BIN%/bin}" install PREFIX="$PWD/usr" DEPS=no >/dev/null
    run -2 usr/bin/rv worker
    [[ $output == *"ready files are in $PWD/usr/share/rv/pipelines: "* ]]
    [ -f usr/share/rv/pipelines/README.md ]
    [ -x usr/share/rv/pipelines/shard.sh ]
    run -0 rv help worker
    same_output 'rv help worker' 'rv worker --help'
    [[ $output != *--once* ]]
}

@test "every command has help and only its own options" {
    commands=$(rv --completions | cut -f1 | grep -v ^-)
    for command in $commands; do
        same_output 'rv help "$command"' 'rv "$command" --help'
        run -2 rv "$command" --nonsense
        [[ $output == *"no option '--nonsense'"* ]]
    done
}

@test "help of topics: what the tools tell of themselves" {
    same_output 'rv help formats' 'rv-mux --formats'
    same_output 'rv help labels' 'rv-mask --labels'
    same_output 'rv help settings' 'rv-blend --settings'
    same_output 'rv help checks' 'rv-verify --list-checks'
    same_output 'rv help templates' 'rv new --list'
    mkdir bin
    printf '#!/bin/sh\necho "$@"\n' >bin/man
    chmod +x bin/man
    [ "$(PATH=$PWD/bin:$PATH rv help record)" = '5 rv-record' ]
    run -0 rv --help
    [[ $output == *'Topics (rv help TOPIC):'*'  formats '* ]]
    run -2 rv help fromats
    [[ ${lines[0]} == "rv: error: no command 'fromats': did you mean 'formats'?" ]]
    run -2 rv formats
    [[ ${lines[0]} == "rv: error: no command 'formats': did you mean 'rv help formats'?" ]]
    run -2 rv yolo
    [[ ${lines[0]} == "rv: error: no command 'yolo': did you mean 'rv help yolo'?" ]]
}

@test "rv help FORMAT tells of that format" {
    same_output 'rv help yolo' "rv-mux --formats | sed -n '/^yolo/,/^$/{/./p}'"
    same_output 'rv help kitti-tracking' 'rv-mux --formats -f kitti-tracking'
    run -2 rv help yollo
    [[ ${lines[0]} == "rv: error: no command 'yollo': did you mean 'yolo'?" ]]
    [ "$(rv-mux --formats --json -f coco,voc | jq -c 'map(.name)')" = '["coco","voc"]' ]
}
