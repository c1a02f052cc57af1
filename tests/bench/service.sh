#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv-blend as a service: what two workers gain, what handing the passes to rv-mask costs, what a sequence saves. Turn by
# turn, medians of ROUNDS.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
export RV_BLENDER=${RV_BLENDER:-$(command -v blender || true)}
[ -n "$RV_BLENDER" ] || { echo "bench: no Blender" >&2; exit 0; }
rounds=${ROUNDS:-3}
memory=$(mktemp -d /dev/shm/rv-bench.XXXXXX)
trap 'rm -rf "$memory"' EXIT

median() { sort -g "$1" | awk '{ a[NR] = $1 } END { print NR % 2 ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'; }

# timed FILE COMMAND...: appends the milliseconds it took.
timed() {
    local file=$1 start
    shift
    start=$(date +%s%N)
    "$@"
    echo $((($(date +%s%N) - start) / 1000000)) >>"$file"
}

# processor FILE LINE: appends the milliseconds of processor that it took.
processor() {
    local TIMEFORMAT='%U %S'
    { time bash -c "$2"; } 2>&1 | awk '{ print 1000 * ($1 + $2) }' >>"$1"
}

# ---- two workers ----

small() { # JOBS COUNT
    rm -rf out
    rv-seed seq "$2" | rv-blend "$here/blend_scene.py" -j "$1" --resolution 64,64 --samples 1 -q >records
    [ "$(grep -c '"files"' records)" = "$2" ]
}

# Many samples less a few: what it costs to start is not in it.
for ((round = 0; round < rounds; round++)); do
    for jobs in 1 2; do
        timed few.$jobs small $jobs 20
        timed many.$jobs small $jobs 120
    done
done
for jobs in 1 2; do
    awk -v many="$(median many.$jobs)" -v few="$(median few.$jobs)" 'BEGIN { print 100000 / (many - few) }' >rate.$jobs
done
awk -v one="$(cat rate.1)" -v two="$(cat rate.2)" 'BEGIN {
    printf "| rv-blend -j2 / -j1, 64x64 | %.1f samples/s | %.1f samples/s | %.2f | ≥ 1.5 |\n", two, one, two / one }'

# ---- passes from Blender to rv-mask ----

# The upper bound: all that the file adds to the render call, and all that rv-mask does.
mkdir -p disk
for ((round = 0; round < rounds; round++)); do
    "$RV_BLENDER" --background -t 1 --factory-startup -noaudio --python-exit-code 70 --python "$here/hand_over.py" -- \
        "$PWD/disk" "$memory" >log 2>&1 </dev/null || { tail -n 20 log >&2; exit 1; }
    grep '^hand_over ' log | while read -r _ codec place write render; do
        echo "$write" >>"$codec.$place.write"
        echo "$render" >>"$codec.$place.render"
    done
done
for codec in none zip; do
    for place in disk memory; do
        dir=disk
        [ $place = disk ] || dir=$memory
        rm -rf "$dir/out"
        rv-seed seq 4 | rv-blend "$here/blend_scene.py" -j1 --resolution 512,512 --samples 1 --codec $codec -q \
            -o "$dir/out" >records
        processor $codec.$place.mask 'rv-mask -j1 -q <records >masked'
        awk -v write="$(median $codec.$place.write)" -v render="$(median $codec.$place.render)" \
            -v mask="$(median $codec.$place.mask)" -v what="$codec, $place" 'BEGIN {
            over = write - render + mask / 4
            printf "| passes to rv-mask and labels, %s, 512x512, 16 samples a pixel | %.1f ms | the render %.1f ms | %.3f | < 0.1 |\n",
                what, over, render, over / render }'
    done
done

# ---- frames of one scene ----

frames() { # SEQUENCES FRAMES
    rm -rf out
    rv-seed seq "$1" | rv-blend "$here/still_life.py" -j1 --resolution 64,64 --samples 1 --frames "1..$2" -q >records
    [ "$(grep -c '"files"' records)" = "$1" ]
}
for ((round = 0; round < rounds; round++)); do
    timed one.1 frames 1 1
    timed sequence frames 1 13
    timed stills frames 3 1
done
awk -v one="$(median one.1)" -v sequence="$(median sequence)" -v stills="$(median stills)" 'BEGIN {
    frame = (sequence - one) / 12; still = (stills - one) / 2
    printf "| a frame of a sequence / of its own, 130,000 faces | %.1f ms | %.1f ms | %.1f | > 5 |\n", frame, still, still / frame }'
