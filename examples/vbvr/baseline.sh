#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Renders tasks small, and what candidates of known worth score against them: the tables of docs/video-reasoning.md.
#
#     baseline.sh -o DIR [-n COUNT] [TASK...]
#
# DIR/one/TASK has COUNT truths (8) of each TASK (all of examples/vbvr when none is named), by turns an easy, a medium
# and a hard one; DIR/two/TASK the same with another noise; vbvr/floor.json of the first is measured from the two. Then
# baseline.py prints the tables of both profiles, and the exit status is its.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
usage() {
    echo "usage: baseline.sh -o DIR [-n COUNT] [TASK...]" >&2
    exit 2
}
output='' count=8
levels='.params.difficulty = ["easy", "medium", "hard"][.index % 3]'
while getopts :o:n: option; do
    case $option in
        o) output=$OPTARG ;;
        n) count=$OPTARG ;;
        *) usage ;;
    esac
done
shift $((OPTIND - 1))
[ -n "$output" ] || usage
python=${PYTHON:-python3}
"$python" "$here/candidates.py" --help >/dev/null # says what it lacks, before anything is rendered
mkdir -p "$output"
cd "$output"
tasks=("$@")
if [ $# = 0 ]; then
    mapfile -t tasks < <(grep -l '(Task):$' "$here"/*.py | sed 's|.*/||; s|\.py$||')
fi

render() { # TASK NAME [OPTION...]
    rv-seed seq "$count" --param 'frames=const(16)' --set "$levels" |
        rv-blend "$here/$1.py" --resolution 240,150 --samples 4 -q -o samples "${@:3}" |
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
"$python" "$here/baseline.py" "${tasks[@]/#/one/}" --again two --profiles rv,vbvr
