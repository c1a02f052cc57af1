#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv-mask against NumPy and OpenCV doing the same (mask_numpy.py): 1024x1024, 30 objects, every label that rv-mask writes
# by default and --instances. Turn by turn, the median of the ratios. The samples are kept in build/bench.
set -euo pipefail

python=
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import cv2, numpy' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo '| rv-mask | - | NumPy + OpenCV | skipped: python3-numpy or python3-opencv is not installed | - |'
    exit 0
fi

count=8 size=1024 rounds=3
corpus=$RV_ROOT/build/bench/mask
numpy=$RV_ROOT/tests/bench/mask_numpy.py
mkdir -p "$corpus"

median() {
    sort -g | sed -n "$(((rounds + 1) / 2))p"
}

rate() {
    awk -v n=$((count * size * size)) -v s="$1" 'BEGIN { printf "%.1f\n", n / s / 1e6 }'
}

for codec in NONE ZIP; do
    if [ ! -e "$corpus/$codec.jsonl" ]; then
        (cd "$corpus" && "$python" "$numpy" make $codec $codec $count $size 30 >new && mv new $codec.jsonl)
    fi
    : >ratios
    for _ in $(seq $rounds); do
        for who in numpy rv; do
            rm -rf $codec
            cp -al "$corpus/$codec" $codec
            if [ $who = numpy ]; then
                "$python" "$numpy" label <"$corpus/$codec.jsonl" >numpy.jsonl 2>numpy.s
            else
                TIMEFORMAT=%R
                { time rv-mask --instances <"$corpus/$codec.jsonl" >rv.jsonl; } 2>rv.s
            fi
        done
        cmp <(jq -c .annotations numpy.jsonl) <(jq -c .annotations rv.jsonl)
        paste rv.s numpy.s | awk '{ print $1, $2, $2 / $1 }' >>ratios
    done
    printf '| rv-mask --instances, %s, 1024x1024 | %s MPix/s | NumPy + OpenCV %s MPix/s | %.1f | 4 |\n' $codec \
        "$(rate "$(cut -d' ' -f1 ratios | median)")" "$(rate "$(cut -d' ' -f2 ratios | median)")" \
        "$(cut -d' ' -f3 ratios | median)"
done
