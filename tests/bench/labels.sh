#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Labels against the picture that they are of: what is hidden of 30 objects, and labels alone. One worker, run.render_s
# without the first sample's, at which Blender sets up what it keeps. Turn by turn, the least of ROUNDS.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.bash"
export RV_BLENDER=${RV_BLENDER:-$(command -v blender || true)}
[ -n "$RV_BLENDER" ] || { echo "bench: no Blender" >&2; exit 0; }
rounds=${ROUNDS:-2}

# Seconds that a sample's renders take.
took() { # FILE OPTION...
    local file=$1
    shift
    rm -rf out
    rv-seed seq 2 | rv-blend "$here/labels_scene.py" -j1 -q -o out "$@" >records
    jq -e 'select(.index == 1).run.render_s' records >>"$file"
}

row() { # WHAT OURS THEIRS GOAL, ours and theirs seconds; the ratio is theirs by ours
    awk -v what="$1" -v ours="$2" -v theirs="$3" -v goal="$4" 'BEGIN {
        printf "| %s | %.3f s | %.2f s | %.1f | %s |\n", what, ours, theirs, theirs / ours, goal }'
}

for ((round = 0; round < rounds; round++)); do
    took picture --resolution 640,480 --samples 64
    took alone --resolution 640,480 --no-image
    took whole --resolution 640,480 --no-image --amodal
    took small --resolution 64,64 --samples 4
    took small.alone --resolution 64,64 --no-image
done
amodal=$(awk -v a="$(least whole)" -v b="$(least alone)" 'BEGIN { print a - b }')
row "what is hidden of 30 objects / the picture, 640x480, 64 samples a pixel" "$amodal" "$(least picture)" '> 1'
row 'labels alone / the picture, 640x480, 64 samples a pixel' "$(least alone)" "$(least picture)" '≥ 25'
row 'labels alone / the picture, 64x64, 4 samples a pixel' "$(least small.alone)" "$(least small)" -
