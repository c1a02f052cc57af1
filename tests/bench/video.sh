#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv-mux against ffmpeg: 360 PNG frames of 640x360, noisy as renders are, to H.264 with the same settings of x264, in
# turns, the medians; and against ffmpeg encoding the decoded frames. Where that keeps all processors busy, no
# program that has to decode can be as fast, as the rows of processor time tell; and the first half second of a sequence
# is decoded before x264 begins. And how fast frames are found in a clip that is made for training.
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

# Random access: one program opens the clip again and again, each time at another frame, which it decodes alone.
seeks=60
rv-mux -q -f video -o plain <records >/dev/null
rv-mux -q -f video:training -o training <records >/dev/null
# seek CLIP: to frames all over it, in no order.
seek() {
    local i inputs=() outputs=()
    for i in $(seq $seeks); do
        inputs+=(-threads 1 -ss "$(awk -v frame=$((i * 97 % frames)) 'BEGIN { printf "%.4f", frame / 24 }')" -i "$1")
        outputs+=(-map $((i - 1)):v -frames:v 1 -f null -)
    done
    ffmpeg -v error -nostdin "${inputs[@]}" "${outputs[@]}"
}
for _ in $(seq $rounds); do
    timed training.ms seek training/video/a.mp4
    timed plain.ms seek plain/video/a.mp4
done
awk -v n=$seeks -v training="$(median training.ms)" -v plain="$(median plain.ms)" -v ratio="$(ratio plain.ms training.ms)" \
    'BEGIN { printf "| rv-mux, video:training, seeks a second / in the default | %.0f | %.0f | %.2f | 1 |\n",
        1000 * n / training, 1000 * n / plain, ratio }'
sizes=$(stat -c %s training/video/a.mp4 plain/video/a.mp4 | xargs)
awk -v sizes="$sizes" 'BEGIN { split(sizes, s)
    printf "| the same, size | %.0f KB | %.0f KB | %.2f | - |\n", s[1] / 1000, s[2] / 1000, s[1] / s[2] }'
