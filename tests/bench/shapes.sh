#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Labels that are made of the index map alone, 1920x1080 with 300 objects: rv-mask against a NumPy and OpenCV script that
# reads the same passes, cuts every object out once and writes the same files, one thread each. In turns, the medians of
# each. rv's time is that of the process, the script's without its start and imports. The samples are kept in build/bench.
set -euo pipefail

. "$(dirname "$0")/common.bash"

python=$(python_with cv2 numpy) || {
    echo '| shapes and maps | - | NumPy + OpenCV | skipped: python3-numpy or python3-opencv is not installed | - |'
    exit 0
}

count=8 rounds=5
corpus=$RV_ROOT/build/bench/shapes
numpy=$RV_ROOT/tests/bench/mask_numpy.py
mkdir -p "$corpus"
if [ ! -e "$corpus/NONE.jsonl" ]; then
    (cd "$corpus" && "$python" "$numpy" make NONE NONE $count 1920 1080 300 >new && mv new NONE.jsonl)
fi

# What is labelled is a copy each time, and none goes before the end: a file system is slow where files have just gone.
turn=0
fresh() {
    turn=$((turn + 1))
    [ ! -e NONE ] || mv NONE NONE.$turn
    cp -al "$corpus/NONE" NONE
}

compare() { # WHAT COMMAND GOAL OPTION...
    local what=$1 command=$2 goal=$3
    shift 3
    rm -f rv.ms numpy.ms
    for _ in $(seq $rounds); do
        fresh
        "$python" "$numpy" "$command" <"$corpus/NONE.jsonl" >numpy.jsonl 2>>numpy.ms
        fresh
        timed rv.ms rv-mask -q -j1 "$@" <"$corpus/NONE.jsonl" >rv.jsonl
    done
    rows "$what, $count pictures of 1920x1080, 300 objects / NumPy + OpenCV" rv.ms numpy.ms "$goal" "$goal"
}

compare 'run lengths, boxes, areas, polygons, oriented boxes' shapes 8 --outputs index --polygons center --shapes obb
# the same objects, with the same boxes, areas and run lengths
cmp <(jq -c '.annotations[] | [.index, .bbox, .area, .rle]' numpy.jsonl) \
    <(jq -c '.annotations[] | [.index, .bbox, .area, .rle]' rv.jsonl)
compare 'maps of classes, segments, palettes' maps 5 --outputs index,class_index,class_color,panoptic,index_palette \
    --classes box,panel,window
