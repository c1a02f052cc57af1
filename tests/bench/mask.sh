#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv-mask against NumPy and OpenCV doing the same (mask_numpy.py): 1024x1024, 30 objects, every label that rv-mask writes
# by default and --instances; and two threads against one over the frames of one sequence. Turn by turn, the median of
# the ratios. The samples are kept in build/bench.
set -euo pipefail

. "$(dirname "$0")/common.bash"

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
        "$(rate "$(cut -d' ' -f1 ratios | median -)")" "$(rate "$(cut -d' ' -f2 ratios | median -)")" \
        "$(cut -d' ' -f3 ratios | median -)"
done

# One sequence of the same pictures, over and over, in sequence/.
frames=60
make_sequence() {
    rm -rf sequence
    mkdir -p sequence/passes
    for frame in $(seq $frames); do
        ln "$corpus/NONE/$(printf %08d $(((frame - 1) % count)))/passes.exr" "sequence/passes/$(printf %06d "$frame").exr"
    done
    head -n1 "$corpus/NONE.jsonl" | jq -c --argjson n $frames '.dir = "sequence" | .frames = [range(1; $n + 1) | {frame: .}]
        | .files.passes = [.frames[].frame | "passes/\("000000\(.)"[-6:]).exr"]' >sequence.jsonl
    cp "$corpus/NONE/00000000/.rv-blend.json" sequence/
}

: >ratios
for _ in $(seq $rounds); do
    for jobs in 1 2; do
        make_sequence
        TIMEFORMAT='%R %U %S'
        { time rv-mask -j$jobs --instances <sequence.jsonl >$jobs.jsonl; } 2>$jobs.s
    done
    cmp 1.jsonl 2.jsonl
    paste -d' ' 2.s 1.s | awk '{ print $1, $4, $4 / $1, $2 + $3, $5 + $6, ($5 + $6) / ($2 + $3) }' >>ratios
done
column() {
    cut -d' ' -f"$1" ratios | median -
}
printf '| rv-mask -j2, a sequence of %d frames, 1024x1024 | %s s | -j1 %s s | %.2f | 1.6 |\n' $frames \
    "$(column 1)" "$(column 2)" "$(column 3)"
printf '| the same, processor time | %s s | -j1 %s s | %.2f | 0.95 |\n' "$(column 4)" "$(column 5)" "$(column 6)"
