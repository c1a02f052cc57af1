#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Views: 50 pictures of one scene in one sample, against a sample for each (5 of them, times 10). Turn by turn, the least
# of ROUNDS.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.bash"
export RV_BLENDER=${RV_BLENDER:-$(command -v blender || true)}
[ -n "$RV_BLENDER" ] || { echo "bench: no Blender" >&2; exit 0; }
rounds=${ROUNDS:-2}

# Seconds that a warm worker takes for COUNT samples with VIEWS views each, and 1 or none COPIES: those of run.build_s and
# run.render_s, without the first one, at which Blender sets up what it keeps.
took() { # COUNT VIEWS COPIES
    rm -rf out
    rv-seed seq $(($1 + 1)) --param "views=const($2)" --param "copies=const($3)" |
        rv-blend "$here/views_scene.py" -j1 --resolution 64,64 --samples 1 -q >records
    jq -se '.[1:] | map(.run.build_s + .run.render_s) | add' records
}
for copies in false true; do
    for ((round = 0; round < rounds; round++)); do
        took 1 50 $copies >>views.$copies
        took 5 0 $copies | jq '10 * .' >>samples.$copies
    done
    what='41 meshes of 20,000 faces' goal='≥ 10'
    [ $copies = false ] || what='40 copies of one' goal=-
    awk -v what="$what" -v ours="$(least views.$copies)" -v theirs="$(least samples.$copies)" -v goal="$goal" 'BEGIN {
        printf "| 50 views / 50 samples, %s, 64x64, 1 sample a pixel | %.2f s | %.2f s | %.1f | %s |\n",
            what, ours, theirs, theirs / ours, goal }'
done
