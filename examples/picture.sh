#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes the picture of the README again: examples/picture.sh [FILE] (default: sheet.png beside this script).
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
file=${1:-$here/sheet.png}
[ -z "${RV_BIN:-}" ] || PATH=$RV_BIN:$PATH
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

rv-seed seq 3 |
    rv-blend "$here/shapes/scene.py" --resolution 480,360 --samples 64 -j auto -o "$scratch/out" |
    rv-mask |
    rv-mux --format sheet -o "$scratch/dataset" >/dev/null
mv "$scratch/dataset/sheet.png" "$file"
