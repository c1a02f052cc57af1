#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Renders a small labelled dataset and names it: examples/demo.sh [DIR [SAMPLES]]
# DIR (default demo-out) gets out/, the samples, and dataset/. Run again, it renders only what is not there.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
dir=${1:-demo-out}
samples=${2:-${RV_DEMO_SAMPLES:-6}}
[ -z "${RV_BIN:-}" ] || PATH=$RV_BIN:$PATH

mkdir -p "$dir"
rv-seed seq "$samples" |
    rv-blend "$here/shapes/scene.py" --resolution 400,300 --samples 32 -j auto -o "$dir/out" |
    rv-mask |
    rv-mux --expect all --format coco,webdataset,video,sheet -o "$dir/dataset" >"$dir/records.jsonl"
rv-verify --deep "$dir/dataset" >"$dir/verdict.jsonl"

cat <<END

dataset   $dir/dataset   (COCO, WebDataset shards, video, checked by rv-verify)
picture   $dir/dataset/sheet.png

next      look at every sample:    ${RV_BIN:+$RV_BIN/}rv view $dir/out
          install the tools:       sudo make install, or make install PREFIX=\$HOME/.local
          a scene of your own:     docs/scenes.md
END
