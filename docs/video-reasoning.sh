#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes the pictures of docs/video-reasoning.md again, docs/video-reasoning/TASK.jpg: a sheet for each TASK given, or for
# all of examples/vbvr, of an easy, a medium and a hard sample, a row each, frames 1, 20, 39 and 58.
# RV_PICTURE_SAMPLES (48) are the samples per pixel.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
[ -z "${RV_BIN:-}" ] || PATH=$(cd "$RV_BIN" && pwd):$PATH
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$here/video-reasoning"

tasks=("$@")
if [ $# = 0 ]; then
    mapfile -t tasks < <(cd "$here/../examples/vbvr" && grep -l '(Task):$' ./*.py | sed 's|^\./||; s|\.py$||')
fi
for task in "${tasks[@]}"; do
    for difficulty in easy medium hard; do
        rv-seed fixed 7 --param "difficulty=choice($difficulty)" |
            rv-blend "$here/../examples/vbvr/$task.py" --frames 1..60:19 --resolution 400,250 -q \
                --samples "${RV_PICTURE_SAMPLES:-48}" -o "$scratch/$task-$difficulty" >"$scratch/record"
        jq -e '.error == null' "$scratch/record" >/dev/null || { jq -r .error.message "$scratch/record" >&2; exit 1; }
    done
    cat "$scratch/$task"-{easy,medium,hard}/*/frames/*.png |
        ffmpeg -v error -y -f image2pipe -c:v png -i - -frames:v 1 -q:v 5 -map_metadata -1 -fflags +bitexact \
            -flags +bitexact -vf 'format=rgb24,scale=200:125:flags=area,tile=4x3:padding=4:color=white,format=yuvj444p' \
            "$here/video-reasoning/$task.jpg"
done
