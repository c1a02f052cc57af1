#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv-mask against NumPy and OpenCV doing the same (mask_numpy.py), one thread each: 1024x1024, 30 objects; every label
# that rv-mask writes by default and --instances, or the preview of depth and nothing that it can do without. And two
# threads against one over the frames of one sequence. In turns, the medians. The samples are kept in build/bench.
set -euo pipefail

. "$(dirname "$0")/common.bash"

python=$(python_with cv2 numpy) || {
    echo '| rv-mask | - | NumPy + OpenCV | skipped: python3-numpy or python3-opencv is not installed | - |'
    exit 0
}

count=8 size=1024 rounds=3
corpus=$RV_ROOT/build/bench/mask
numpy=$RV_ROOT/tests/bench/mask_numpy.py
mkdir -p "$corpus"

# What is labelled is a copy each time, and none goes before the end: a file system is slow where files have just gone.
turn=0
label() { # CODEC
    turn=$((turn + 1))
    [ ! -e "$1" ] || mv "$1" "$1.$turn"
    cp -al "$corpus/$1" "$1"
}

compare() { # CODEC COMMAND-OF-NUMPY GOAL OPTION...
    local codec=$1 command=$2 goal=$3
    shift 3
    rm -f rv.ms numpy.ms
    for _ in $(seq $rounds); do
        label $codec
        "$python" "$numpy" $command <"$corpus/$codec.jsonl" >numpy.jsonl 2>>numpy.ms
        label $codec
        timed rv.ms rv-mask -q -j1 "$@" <"$corpus/$codec.jsonl" >rv.jsonl
    done
    rows "rv-mask $*, $codec, $count pictures of 1024x1024 / NumPy + OpenCV" rv.ms numpy.ms "$goal" "$goal"
}

for codec in NONE ZIP; do
    if [ ! -e "$corpus/$codec.jsonl" ]; then
        (cd "$corpus" && "$python" "$numpy" make $codec $codec $count $size $size 30 >new && mv new $codec.jsonl)
    fi
    compare $codec label 4 --instances
    cmp <(jq -c .annotations numpy.jsonl) <(jq -c .annotations rv.jsonl)
done
compare ZIP preview 3.5 --outputs depth_preview

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
