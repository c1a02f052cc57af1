#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes the pictures of the documentation again: examples/picture.sh [-o DIR] [NAME...]
# NAME is an example, or `sheet` or `page` for the pictures of the front page; without one all are made. They go to where they are
# shown, or all into DIR. RV_PICTURE_SAMPLES (96) are the samples per pixel.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
samples=${RV_PICTURE_SAMPLES:-96}
target=
if [ "${1:-}" = -o ]; then
    mkdir -p "$2"
    target=$(cd "$2" && pwd)
    shift 2
fi
[ -z "${RV_BIN:-}" ] || PATH=$(cd "$RV_BIN" && pwd):$PATH
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The strip of the front page: some samples with their labels.
sheet() {
    rv-seed seq 3 |
        rv-blend "$here/shapes/scene.py" --resolution 480,360 --samples 64 -j auto -o "$scratch/out" |
        rv-mask |
        rv-mux --format sheet -o "$scratch/dataset" >/dev/null
    mv "$scratch/dataset/sheet.png" "${target:-$here}/sheet.png"
}

# The page of a dataset, as a browser shows it: the grid, and a sample with its labels.
page() {
    rv-seed seq 30 |
        rv-blend "$here/shapes/scene.py" --resolution 320,240 --samples 32 -j auto -o "$scratch/samples" |
        rv-mask | jq -c '.split = (if .index % 5 == 0 then "val" else "train" end)' |
        rv-mux --format html -o "$scratch/page" >/dev/null
    PYTHONPATH=$here/../tests/lib python3 - "$(command -v chromium)" "$scratch" <<'PY'
import sys
from browser import Browser

with Browser(sys.argv[1], 1100, 660) as browser:
    browser.open(f"file://{sys.argv[2]}/page/html/index.html")
    browser.wait("rv.isWhole && [...document.querySelectorAll('.card img')].every((i) => i.complete)")
    browser.screenshot(f"{sys.argv[2]}/grid.png")
    browser.click("#grid .card:nth-child(7)")
    browser.wait("document.querySelector('#sample').open && document.querySelector('#image').complete")
    browser.press("m")
    browser.screenshot(f"{sys.argv[2]}/sample.png")
PY
    local out=${target:-$here}/page.png
    ffmpeg -v error -y -i "$scratch/grid.png" -i "$scratch/sample.png" -filter_complex \
        '[0]pad=iw+12:color=gray[g];[g][1]hstack,scale=iw/2:-1:flags=area,split[a][b];[a]palettegen=max_colors=224:reserve_transparent=0[p];[b][p]paletteuse=dither=none' \
        -frames:v 1 -compression_level 100 "$out"
}

# Renders the records on stdin into $scratch/NAME/.
render() { # NAME SCENE
    rv-blend "$here/$2" --resolution 256,192 --samples "$samples" -j auto -o "$scratch/$1" | rv-mask |
        jq -e -c 'select(.error) | .error' >&2 || return 0
    return 1
}

# Puts pictures side by side, in a palette: few bytes, no visible loss.
row() { # NAME FILE...
    local name=$1 inputs=() graph='' pads='' i=0 file out
    shift
    for file; do
        inputs+=(-i "$scratch/$file")
        graph+="[$i]format=rgb24,pad=iw+2:ih:0:0:white[p$i];"
        pads+="[p$i]"
        i=$((i + 1))
    done
    graph+="${pads}hstack=${i}[all];"
    graph+='[all]split[a][b];[a]palettegen=max_colors=128:stats_mode=full:reserve_transparent=0[p];'
    graph+='[b][p]paletteuse=dither=none,crop=iw-2:ih:0:0'
    out=${target:+$target/$name.png}
    ffmpeg -v error -y "${inputs[@]}" -filter_complex "$graph" -frames:v 1 -compression_level 100 \
        "${out:-$here/$name/picture.png}"
}

all=(1_primitives 2_properties 3_scattering 4_semantic_aov 5_physics 6_export 7_modules 8_shader_graph 9_generator project sequence shapes peers templates sheet page)
[ $# -gt 0 ] || set -- "${all[@]}"
for name; do
    case $name in
    sheet) sheet ;;
    page) page ;;
    1_primitives)
        rv-seed seq 1 | render 1 "$name/scene.py"
        row "$name" 1/00000000/{Image,PreviewIndexOB}.png
        ;;
    2_properties)
        rv-seed seq 3 --start 3 --param 'moss=uniform(0,1)' | render 2 "$name/scene.py"
        row "$name" 2/0000000{3,4,5}/Image.png
        ;;
    3_scattering)
        for script in ellipse_2d hull_3d custom_domain parametric_scatter; do
            rv-seed fixed 1 | render $script "$name/$script.py"
        done
        row "$name" {ellipse_2d,hull_3d,custom_domain,parametric_scatter}/00000000/Image.png
        ;;
    4_semantic_aov)
        rv-seed fixed 1 | render 4 "$name/scene.py"
        row "$name" 4/00000000/{Image,Mask_rust,Mask_clean_metal}.png
        ;;
    5_physics)
        for script in simple scatter wall_break; do
            rv-seed fixed 1 | render $script "$name/$script.py"
        done
        row "$name" {simple,scatter,wall_break}/00000000/Image.png
        ;;
    6_export)
        (cd "$scratch" && cp "$here/$name"/*.py . && rv export export.py -o exported.blend --seed 1 --freeze-physics)
        rv-seed seq 3 | render 6 "$(realpath --relative-to="$here" "$scratch")/import.py"
        row "$name" 6/0000000{0,1,2}/Image.png
        ;;
    7_modules)
        rv-seed seq 2 --start 1 | render 7 "$name/scene.py"
        row "$name" 7/00000001/{Image,PreviewIndexOB}.png 7/00000002/Image.png
        ;;
    8_shader_graph)
        rv-seed seq 3 --start 1 | render 8 "$name/scene.py"
        row "$name" 8/0000000{1,2,3}/Image.png
        ;;
    9_generator)
        rv-seed seq 3 --start 1 | render 9 "$name/scene.py"
        row "$name" 9/0000000{1,2,3}/Image.png
        ;;
    project)
        rv-seed rand 3 --key 2 | render project "$name/scene.py"
        row "$name" project/00000002/{Image,PreviewIndexOB}.png project/00000000/Image.png
        ;;
    sequence)
        rv-seed fixed 1 | jq -c '.blend.frames = "1,13,24"' | render sequence "$name/scene.py"
        row "$name" sequence/00000000/frames/0000{01,13,24}.png
        ;;
    shapes)
        rv-seed seq 1 --start 3 | render shapes "$name/scene.py"
        row "$name" shapes/00000003/{Image,PreviewIndexOB,DepthColor}.png
        ;;
    peers)
        for script in physics_positioning coco movi camera_sampling; do
            rv-seed fixed 1 | jq -c '.blend.frames = "14"' | render "$script" "$name/$script.py"
        done
        row "$name" {physics_positioning,coco,movi,camera_sampling}/00000000/frames/000014.png
        ;;
    templates)
        for template in detection segmentation assets physics nerf video; do
            rv-seed seq 1 --start 3 | jq -c '.blend.frames = "8"' | render "$template" "$name/$template/scene.py"
        done
        row "$name" {detection,segmentation,assets,physics,nerf,video}/00000003/frames/000008.png
        [ -n "$target" ] || mv "$here/$name/picture.png" "$here/$name.png" # all in the folder is a template
        ;;
    *)
        echo "picture.sh: no example $name" >&2
        exit 2
        ;;
    esac
done
