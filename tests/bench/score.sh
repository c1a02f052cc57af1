#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv-verify --candidates against VBVR's formulas in Python with OpenCV (tests/lib/vbvr_score.py): a clip of 60 frames of
# 800x500, in turns, the least of each; both on one processor. Then the same formulas by rv-verify, whose flow is OpenCV's.
set -euo pipefail

. "$(dirname "$0")/common.bash"

python=
for program in python3 /usr/bin/python3; do
    [ -n "$python" ] || ! "$program" -c 'import cv2' 2>/dev/null || python=$program
done
if [ -z "$python" ]; then
    echo '| rv-verify, scores | - | OpenCV | skipped: python3-opencv is not installed | - |'
    exit 0
fi

rounds=3
"$python" "$RV_ROOT/tests/lib/task_samples.py" roll 1 --size 800x500 --frames 60 --out samples |
    rv-mux -q --format vbvr:task=roll -o ds >/dev/null
task=ds/vbvr/roll_task/roll_00000000
mkdir answers
cp $task/ground_truth.mp4 answers/roll_00000000.mp4
for _ in $(seq $rounds); do
    timed rv.ms rv-verify -q -j1 --candidates answers --truth ds >/dev/null
    timed vbvr.ms rv-verify -q -j1 --profile vbvr --candidates answers --truth ds >/dev/null
    timed opencv.ms "$python" "$RV_ROOT/tests/lib/vbvr_score.py" answers/roll_00000000.mp4 $task >/dev/null
done
rows 'rv-verify, scores of a clip / OpenCV' rv.ms opencv.ms 10 -
rows "rv-verify, VBVR's scores of a clip / OpenCV" vbvr.ms opencv.ms 1 -
