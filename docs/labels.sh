#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes the pictures of docs/labels.md again, docs/labels/*.png, from a frame of examples/sequence and those around it: `make label-pictures`.
# RV_PICTURE_SAMPLES (32) are the samples per pixel.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
[ -z "${RV_BIN:-}" ] || PATH=$(cd "$RV_BIN" && pwd):$PATH
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
labels=(--classes "block,ball" --panoptic --palette --edges --soft --instances --amodal-masks --overlay --sheet
    --occlusion --depth-format mm --normals camera)

rv-seed fixed 1 |
    rv-blend "$here/../examples/sequence/scene.py" --frames 3..11 --resolution 256,192 -o "$scratch/out" -q \
        --samples "${RV_PICTURE_SAMPLES:-32}" --amodal --tracks 25000 --passes Normal,Vector,MaterialIndex,CryptoObject |
    rv-mask "${labels[@]}" >"$scratch/records"
jq -e -s 'all(.error == null)' "$scratch/records" >/dev/null || { jq -r .error.message "$scratch/records" >&2; exit 1; }
rv-verify -q <"$scratch/records" >/dev/null
sample=$scratch/out/00000000

# A picture in a palette: few bytes, no visible loss. FILTER goes before it.
show() { # NAME FILE [FILTER]
    ffmpeg -v error -y -i "$sample/$2" -frames:v 1 -compression_level 100 -map_metadata -1 -fflags +bitexact \
        -filter_complex "format=rgb24,${3:-null},split[a][b];[a]palettegen=max_colors=64:stats_mode=full:reserve_transparent=0[p];[b][p]paletteuse=dither=none" \
        "$here/labels/$1.png"
}

mkdir -p "$here/labels"
for role in index_color_preview class_color edges depth_color_preview normal_preview flow_preview overlay \
    material_index_preview; do
    show "${role%_preview}" "$role/000010.png"
done
show image frames/000010.png
show instances instances/000010/00002.png
show amodal amodal/000010/00002.png
show soft soft/000010/00002.png
show occlusion occlusion_forward/000010.png
show panoptic panoptic/000010.png 'lutrgb=r=min(val*40\,255):g=min(val*40\,255):b=min(val*40\,255)'
show index_palette index_palette/000010.png
show depth_mm depth_mm/000010.png 'lutrgb=r=val*5:g=val*5:b=val*5'
show sheet sheet/000010.png
for figures in boxes3d tracks; do
    rv-mask "${labels[@]}" --draw "$figures" <"$scratch/records" >/dev/null
    show "$figures" overlay/000010.png
done
