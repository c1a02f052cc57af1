#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the way of the passes from Blender to rv-mask costs, by codec and place: Blender writes the file, rv-mask reads it
# and writes all labels, which is more than the way. Against the render, all in processor time of one thread.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.bash"
export RV_BLENDER=${RV_BLENDER:-$(command -v blender || true)}
[ -n "$RV_BLENDER" ] || { echo "bench: no Blender" >&2; exit 0; }
turns=9
samples=8
memory=$(mktemp -d /dev/shm/rv-bench.XXXXXX)
trap 'rm -rf "$memory"' EXIT

# Milliseconds of processor that rv-mask takes for a sample.
mask() { # DIRECTORY
    local TIMEFORMAT='%U %S'
    rm -rf "$1/out"
    cp -al "$1/made" "$1/out"
    { time rv-mask -j1 -q <records >masked; } 2>&1 | awk -v n=$samples '{ print 1000 * ($1 + $2) / n }'
}

mkdir disk
"$RV_BLENDER" --background -t 1 --factory-startup -noaudio --python-exit-code 70 --python "$here/hand_over.py" -- \
    "$PWD/disk" "$memory" $turns >log 2>&1 </dev/null || { tail -n 20 log >&2; exit 1; }
render=$(sed -n 's/^render //p' log)
for codec in none zip; do
    for place in disk memory; do
        dir=$PWD/disk
        [ $place = disk ] || dir=$memory
        rm -rf "$dir/out" "$dir/made"
        rv-seed seq $samples | rv-blend "$here/blend_scene.py" -j1 --resolution 512,512 --samples 1 --codec $codec -q \
            -o "$dir/out" >records
        mv "$dir/out" "$dir/made"
        : >took
        for ((turn = 0; turn < turns; turn++)); do
            mask "$dir" >>took
        done
        read -r write bytes < <(sed -n "s/^write $codec $place //p" log)
        awk -v write="$write" -v mask="$(median took)" -v render="$render" -v mb="$bytes" -v what="$codec, $place" 'BEGIN {
            printf "| passes.exr, %s: written in %.1f ms, %.2f MB, labels made in %.1f ms / the render, 512x512, 16 samples a pixel | %.1f ms | %.0f ms | %.3f | < 0.1 |\n",
                what, write, mb / 1e6, mask, write + mask, render, (write + mask) / render }'
    done
done
