#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What a model of another program costs in a worker: 50 samples with a .glb of 100,000 faces, which is read once, against
# reading it in each. Processor time inside Blender, but for the render.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
blender=${RV_BLENDER:-$(command -v blender || true)}
[ -n "$blender" ] || { echo "bench: no Blender" >&2; exit 0; }
PYTHONPATH="$here/../../blender:$here/../python" "$blender" --background --factory-startup -noaudio \
    --python-use-system-env --python-exit-code 70 --python "$here/assets.py" -- rows >log 2>&1 </dev/null ||
    { tail -n 20 log >&2; exit 1; }
cat rows
