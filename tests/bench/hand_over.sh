#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the way of the passes of 30 objects from Blender to rv-mask costs, by codec and place: Blender writes the file,
# rv-mask reads it and writes all labels, which is more than the way. Against the render, all in processor time of one
# thread. Then the way that rv goes, files without compression, labels by rv-mask, against ZIP files and labels by
# mask_numpy.py.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.bash"
export RV_BLENDER=${RV_BLENDER:-$(command -v blender || true)}
[ -n "$RV_BLENDER" ] || { echo "bench: no Blender" >&2; exit 0; }
turns=5
samples=8
python=$(python_with cv2 numpy) || python=
memory=$(mktemp -d /dev/shm/rv-bench.XXXXXX)
trap 'rm -rf "$memory"' EXIT

# What is labelled is a copy each time, and none goes before the end: a file system is slow where files have just gone.
copies=0
fresh() { # DIRECTORY
    copies=$((copies + 1))
    [ ! -e "$1/out" ] || mv "$1/out" "$1/out.$copies"
    cp -al "$1/made" "$1/out"
}

# Milliseconds of processor that rv-mask takes for a sample.
mask() { # DIRECTORY OPTION...
    local TIMEFORMAT='%U %S'
    fresh "$1"
    { time rv-mask -j1 -q "${@:2}" <records >masked; } 2>&1 | awk -v n=$samples '{ print 1000 * ($1 + $2) / n }'
}

# The same of NumPy and OpenCV, which write fewer labels: those of mask.sh.
numpy() { # DIRECTORY
    fresh "$1"
    "$python" "$here/mask_numpy.py" label <records 2>&1 >masked | tail -n1 | awk -v n=$samples '{ print $2 / n }'
}

mkdir disk
"$RV_BLENDER" --background -t 1 --factory-startup -noaudio --python-exit-code 70 --python "$here/hand_over.py" -- \
    "$PWD/disk" "$memory" $turns >log 2>&1 </dev/null || { tail -n 20 log >&2; exit 1; }
render=$(sed -n 's/^render //p' log)
for codec in none zip; do
    for place in disk memory; do
        dir=$PWD/disk/$codec
        [ $place = disk ] || dir=$memory/$codec
        mkdir "$dir"
        rv-seed seq $samples | rv-blend "$here/labels_scene.py" -j1 --resolution 512,512 --samples 1 --codec $codec -q \
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
        [ $place = disk ] && [ -n "$python" ] || continue
        for ((turn = 0; turn < turns; turn++)); do
            case $codec in
            none) mask "$dir" --instances ;;
            zip) numpy "$dir" ;;
            esac
        done >took
        awk -v write="$write" -v labels="$(median took)" 'BEGIN { print write + labels }' >"$codec.ms"
    done
done
if [ -n "$python" ]; then
    awk -v rv="$(cat none.ms)" -v numpy="$(cat zip.ms)" 'BEGIN {
        printf "| passes.exr without compression and rv-mask / ZIP and NumPy + OpenCV, 512x512 | %.1f ms | %.1f ms | %.2f | 8 |\n",
            rv, numpy, numpy / rv }'
fi
