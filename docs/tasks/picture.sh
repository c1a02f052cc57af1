#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes detection.png again: runs the commands of detection.md, and packs the first four samples into one picture.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
awk '/^<!-- not run/ { leave = 1; next } /^```sh$/ { block = !leave; leave = 0; next } /^```/ { block = 0 } block' \
    "$here/detection.md" >"$scratch/commands"
cd "$scratch"
PATH=$RV_BIN:$PATH bash -e commands >/dev/null
"$RV_BIN/rv-mux" runs/1 --format sheet:count=4 -o sheet -q >/dev/null
# 256 colours are enough for a page.
ffmpeg -v error -y -i sheet/sheet.png -vf 'split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=none' "$here/detection.png"
