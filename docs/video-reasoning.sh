#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes the pictures of docs/video-reasoning.md again, of each TASK given or of all of examples/vbvr:
# docs/video-reasoning/TASK.jpg, a sheet of an easy, a medium and a hard sample, a row each, frames 1, 20, 39 and 58; and
# TASK.webp, the medium one as a clip of 20 frames. RV_PICTURES (sheet,clip) says which, RV_PICTURE_SAMPLES (48, of clips
# two thirds) how many samples a pixel has.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
[ -z "${RV_BIN:-}" ] || PATH=$(cd "$RV_BIN" && pwd):$PATH
samples=${RV_PICTURE_SAMPLES:-48}
exact=(-map_metadata -1 -fflags +bitexact -flags +bitexact)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$here/video-reasoning"

render() { # TASK NAME DIFFICULTY FRAMES OPTION...
    rv-seed fixed 7 --param "difficulty=const($3)" --param "frames=const($4)" |
        rv-blend "$here/../examples/vbvr/$1.py" -q -o "$scratch/$1-$2" "${@:5}" >"$scratch/record"
    jq -e '.error == null' "$scratch/record" >/dev/null || { jq -r .error.message "$scratch/record" >&2; exit 1; }
}

sheet() { # TASK
    local difficulty
    for difficulty in easy medium hard; do
        render "$1" $difficulty $difficulty 60 --frames 1..60:19 --resolution 400,250 --samples "$samples"
    done
    cat "$scratch/$1"-{easy,medium,hard}/*/frames/*.png |
        ffmpeg -v error -y -f image2pipe -c:v png -i - -frames:v 1 -q:v 5 "${exact[@]}" \
            -vf 'format=rgb24,scale=200:125:flags=area,tile=4x3:padding=4:color=white,format=yuvj444p' \
            "$here/video-reasoning/$1.jpg"
}

# Half a second more at the end; grain is smoothed, which would fill the file.
clip() { # TASK
    render "$1" clip medium 20 --resolution 320,200 --samples $((samples * 2 / 3))
    ffmpeg -v error -y -framerate 10 -i "$scratch/$1-clip/00000000/frames/%06d.png" "${exact[@]}" -loop 0 -quality 60 \
        -vf 'tpad=stop_mode=clone:stop_duration=0.5,hqdn3d=3:2:2:2' "$here/video-reasoning/$1.webp"
}

tasks=("$@")
if [ $# = 0 ]; then
    mapfile -t tasks < <(cd "$here/../examples/vbvr" && grep -l '(Task):$' ./*.py | sed 's|^\./||; s|\.py$||')
fi
for task in "${tasks[@]}"; do
    case ${RV_PICTURES:-sheet,clip} in *sheet*) sheet "$task" ;; esac
    case ${RV_PICTURES:-sheet,clip} in *clip*) clip "$task" ;; esac
done
