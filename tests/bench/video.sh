#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv-mux against ffmpeg: 360 PNG frames of 640x360, noisy as renders are, to H.264 with the same settings of x264, in
# turns, the medians; and against ffmpeg encoding the decoded frames. Where that keeps all processors busy, no
# program that has to decode can be as fast, as the rows of processor time tell; and the first half second of a sequence
# is decoded before x264 begins.
set -euo pipefail

. "$(dirname "$0")/common.bash"

if ! command -v ffmpeg >/dev/null; then
    echo '| rv-mux, video | - | ffmpeg | skipped: ffmpeg is not installed | - |'
    exit 0
fi

frames=360 rounds=5 size=640x360
mkdir -p out/a/frames
ffmpeg -v error -nostdin -f lavfi -i mandelbrot=size=$size:rate=24:start_scale=1,noise=alls=4:all_seed=1 -frames:v $frames \
    -pred mixed out/a/frames/%06d.png
ffmpeg -v error -nostdin -framerate 24 -i out/a/frames/%06d.png -pix_fmt yuv420p -f rawvideo frames.yuv
jq -nc --argjson n $frames '[range(1; $n + 1)] | {id: "a", dir: "out/a", fps: 24, frames: map({frame: .}),
    files: {image: map("frames/\("000000\(.)"[-6:]).png")}}' >records

for preset in medium veryfast; do
    rm -f rv.ms png.ms raw.ms
    encode=(-pix_fmt yuv420p -c:v libx264 -crf 18 -preset "$preset" -threads 8 -x264-params cpu-independent=1 -y peer.mp4)
    for _ in $(seq $rounds); do
        timed rv.ms rv-mux -q -f video --preset $preset <records >/dev/null
        timed png.ms ffmpeg -v error -nostdin -framerate 24 -i out/a/frames/%06d.png "${encode[@]}"
        timed raw.ms ffmpeg -v error -nostdin -f rawvideo -s $size -framerate 24 -pix_fmt yuv420p -i frames.yuv "${encode[@]}"
    done
    rows "rv-mux, video, $preset / ffmpeg from PNG" rv.ms png.ms 1 -
    rows 'rv-mux, the same video / ffmpeg from decoded frames' rv.ms raw.ms 0.95 -
done
