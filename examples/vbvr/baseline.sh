#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Renders tasks small, and what candidates of known worth score against them: the tables of docs/video-reasoning.md.
#
#     baseline.sh -o DIR [TASK...]
#
# DIR/one/TASK has three truths of each TASK (all of examples/vbvr when none is named), an easy, a medium and a hard
# one; DIR/two/TASK the same with another noise; vbvr/floor.json of the first is measured from the two. Then
# baseline.py prints the tables of both profiles, and the exit status is its. It takes some minutes.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
if [ "${1:-}" != -o ] || [ $# -lt 2 ]; then
    echo "usage: baseline.sh -o DIR [TASK...]" >&2
    exit 2
fi
mkdir -p "$2"
cd "$2"
shift 2
tasks=("$@")
if [ $# = 0 ]; then
    mapfile -t tasks < <(grep -l '(Task):$' "$here"/*.py | sed 's|.*/||; s|\.py$||')
fi

seeds() {
    local start=0 level
    for level in easy medium hard; do
        rv-seed seq 1 --start $((start++)) --param "difficulty=const($level)" --param 'frames=const(16)'
    done
}

render() { # TASK NAME [OPTION...]
    seeds | rv-blend "$here/$1.py" --resolution 240,150 --samples 4 -q -o samples "${@:3}" |
        rv-mux -q --format "vbvr:task=$1" -o "$2/$1" >/dev/null
    rm -r samples
}

for task in "${tasks[@]}"; do
    render "$task" one
    render "$task" two --seed-cycles 1
    mkdir again
    for truth in two/"$task"/vbvr/*/*/ground_truth.mp4; do
        cp "$truth" "again/$(basename "$(dirname "$truth")").mp4"
    done
    rv-verify --truth "one/$task" --candidates again --measure-floor floor.json
    mv floor.json "one/$task/vbvr/floor.json"
    rm -r again
done
"${PYTHON:-python3}" "$here/baseline.py" "${tasks[@]/#/one/}" --again two --profiles rv,vbvr
