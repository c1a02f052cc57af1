#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv-mux against ffmpeg: 120 PNG frames of 640x360 to H.264 with the same settings of x264, in turns, the median of the
# ratios; and against ffmpeg encoding the decoded frames, which is what no program can beat.
set -euo pipefail

. "$(dirname "$0")/common.bash"

if ! command -v ffmpeg >/dev/null; then
    echo '| rv-mux, video | - | ffmpeg | skipped: ffmpeg is not installed | - |'
    exit 0
fi

frames=120 rounds=5
mkdir -p out/a/frames
ffmpeg -v error -nostdin -f lavfi -i testsrc2=size=640x360:rate=24,noise=alls=8:all_seed=1 -frames:v $frames out/a/frames/%06d.png
ffmpeg -v error -nostdin -framerate 24 -i out/a/frames/%06d.png -pix_fmt yuv420p -f rawvideo frames.yuv
jq -nc --argjson n $frames '[range(1; $n + 1)] | {id: "a", dir: "out/a", fps: 24, frames: map({frame: .}),
    files: {image: map("frames/\("000000\(.)"[-6:]).png")}}' >records

for preset in medium veryfast; do
    rm -f rv.ms png.ms raw.ms
    encode=(-pix_fmt yuv420p -c:v libx264 -crf 18 -preset "$preset" -y peer.mp4)
    for _ in $(seq $rounds); do
        timed rv.ms rv-mux -f video --preset $preset <records >/dev/null
        timed png.ms ffmpeg -v error -nostdin -framerate 24 -i out/a/frames/%06d.png "${encode[@]}"
        timed raw.ms ffmpeg -v error -nostdin -f rawvideo -s 640x360 -framerate 24 -pix_fmt yuv420p -i frames.yuv "${encode[@]}"
    done
    printf '| rv-mux, video, %s / ffmpeg from PNG | %.0f ms | %.0f ms | %.2f | 1 |\n' $preset "$(median rv.ms)" \
        "$(median png.ms)" "$(ratio png.ms rv.ms)"
    printf '| the same / ffmpeg from decoded frames | %.0f ms | %.0f ms | %.2f | 0.95 |\n' "$(median rv.ms)" \
        "$(median raw.ms)" "$(ratio raw.ms rv.ms)"
done
