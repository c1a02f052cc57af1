#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv.client: a render that is repeated is answered from disk, and costs no start of Blender.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.bash"
export RV_BLENDER=${RV_BLENDER:-$(command -v blender || true)} PYTHONPATH=$RV_ROOT/blender PYTHONDONTWRITEBYTECODE=1
[ -n "$RV_BLENDER" ] || { echo "bench: no Blender" >&2; exit 0; }
rounds=${ROUNDS:-5}

"$RV_BLENDER" --background --factory-startup -noaudio --python-exit-code 70 --python-expr '
import bpy, os
scene = bpy.context.scene
scene.render.resolution_x = scene.render.resolution_y = 64
scene.cycles.samples = 1
bpy.ops.wm.save_as_mainfile(filepath=os.path.abspath("cube.blend"))' >log 2>&1 </dev/null || { tail -n 20 log >&2; exit 1; }

for ((round = 0; round < rounds; round++)); do
    rm -rf renders .rv-client
    python3 "$here/client_repeat.py" cube.blend 10 >>repeated
    timed start "$RV_BLENDER" --background --factory-startup -noaudio --python-expr pass >/dev/null 2>&1 </dev/null
done
awk -v repeated="$(median repeated)" -v first="$(median repeated 2)" -v start="$(median start)" \
    -v ratio="$(ratio start repeated)" 'BEGIN {
    printf "| a repeated render of rv.client, two frames / one start of Blender | %.0f ms | %.0f ms | %.1f | ≥ 2 |\n",
        repeated, start, ratio
    printf "| the first render of it, likewise | %.0f ms | %.0f ms | %.1f | - |\n", first, start, start / first }'
