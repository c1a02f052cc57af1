#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv-verify against pngcheck: rendered pictures without digests, 1024x1024, noisy, with the filters that PNG writers
# choose for them; one thread each. In turns, the medians.
set -euo pipefail

. "$(dirname "$0")/common.bash"

if ! command -v pngcheck >/dev/null || ! command -v ffmpeg >/dev/null; then
    echo '| rv-verify | - | pngcheck | skipped: pngcheck or ffmpeg is not installed | - |'
    exit 0
fi

pictures=24 rounds=7
mkdir png
ffmpeg -v error -nostdin -f lavfi -i mandelbrot=size=1024x1024:rate=4,noise=alls=6:all_seed=1 -frames:v $pictures \
    -pred mixed png/%04d.png
for png in png/*.png; do
    id=$(basename "$png" .png)
    mkdir -p "out/$id"
    mv "$png" "out/$id/Image.png"
    printf '{"id":"%s","files":{"image":"Image.png"}}\n' "$id" >"out/$id/_meta.json"
    printf '{"id":"%s","dir":"out/%s","files":{"image":"Image.png"}}\n' "$id" "$id" >>records
done

for _ in $(seq $rounds); do
    timed rv.ms rv-verify -q -j1 <records >verified
    timed pngcheck.ms pngcheck -q out/*/Image.png
done
[ "$(grep -c '"ok":true' verified)" = $pictures ]
rows "rv-verify -j1, $pictures pictures of 1024x1024 / pngcheck" rv.ms pngcheck.ms - 1.6
