#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the scene API costs inside Blender, in processor time: rigid bodies by their number, the measures of a large mesh
# against a loop over its vertices, and what putting things back takes after a sample.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
blender=${RV_BLENDER:-$(command -v blender || true)}
[ -n "$blender" ] || { echo "bench: no Blender" >&2; exit 0; }
PYTHONPATH="$here/../../blender" "$blender" --background --factory-startup -noaudio --python-use-system-env \
    --python-exit-code 70 --python "$here/scene.py" -- rows >log 2>&1 </dev/null || { tail -n 20 log >&2; exit 1; }
cat rows
