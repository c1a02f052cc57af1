#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes the pictures of docs/labels.md again, docs/labels/*.png, from a frame of examples/sequence and those around it,
# and from docs/labels/clear.py: `make label-pictures`.
# RV_PICTURE_SAMPLES (32) are the samples per pixel.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
[ -z "${RV_BIN:-}" ] || PATH=$(cd "$RV_BIN" && pwd):$PATH
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
labels=(--classes "block,ball" --panoptic --palette --edges --soft --instances --amodal-masks --overlay --sheet
    --occlusion --scene-flow --depth-format mm --distance --normals camera --keep "mask_top,passes")

# The example, and what it has no use for: a semantic channel; and for frame 10 alone two eyes, and nothing behind things.
cp "$here/../examples/sequence/scene.py" "$scratch/knock.py"
cat >"$scratch/scene.py" <<'END'
import rv
from knock import Knock


class Shown(Knock):
    def generate(self):
        self.enable_semantic_channels("top")
        super().generate()
        if "baseline" in self.params:
            self.set_stereo(self.params["baseline"])
            rv.bpy.context.scene.render.film_transparent = True

    def pile(self, rng):
        blocks = super().pile(rng)
        paint = self.materials.basic().set_params(base_color=(0.7, 0.54, 0.03), roughness=0.5)
        blocks[-1].set_material(paint.set_semantic("top"))
        return blocks
END
render() { # NAME OPTION... <records
    local name=$1
    shift
    rv-blend "$scratch/scene.py" --resolution 256,192 -o "$scratch/$name" -q --samples "${RV_PICTURE_SAMPLES:-32}" "$@"
}
rv-seed fixed 1 |
    render out --frames 3..11 --amodal --tracks 25000 --passes Normal,Vector,Position,MaterialIndex,CryptoObject |
    rv-mask "${labels[@]}" >"$scratch/records"
rv-seed fixed 1 --param baseline=const\(0.3\) | render pair --frames 10..10 | rv-mask --disparity >"$scratch/pair.records"
rv-seed fixed 1 |
    rv-blend "$here/labels/clear.py" --resolution 320,200 -o "$scratch/clear" -q --samples "${RV_PICTURE_SAMPLES:-32}" |
    rv-mask --category-from name >"$scratch/clear.records"
for records in records pair.records clear.records; do
    jq -e -s 'all(.error == null)' "$scratch/$records" >/dev/null || { jq -r .error.message "$scratch/$records" >&2; exit 1; }
    rv-verify -q <"$scratch/$records" >/dev/null
done
sample=$scratch/out/00000000
pair=$scratch/pair/00000000
clear=$scratch/clear/00000000

# A picture in a palette: few bytes, no visible loss. FILTER goes before it.
show() { # NAME FILE [FILTER]
    ffmpeg -v error -y -i "$2" -frames:v 1 -compression_level 100 -map_metadata -1 -fflags +bitexact \
        -filter_complex "${3:-null},format=rgb24,split[a][b];[a]palettegen=max_colors=64:stats_mode=full:reserve_transparent=0[p];[b][p]paletteuse=dither=none" \
        "$here/labels/$1.png"
}

show_floats() { # NAME KIND FILE [FILTER]
    python3 -B "$here/labels.py" "$2" "$3" >"$scratch/floats.ppm"
    show "$1" "$scratch/floats.ppm" "${4:-}"
}

mkdir -p "$here/labels"
brighter='format=rgb24,lutrgb=r=min(val*40\,255):g=min(val*40\,255):b=min(val*40\,255)'
turbo='format=gbrp,pseudocolor=preset=turbo'
for role in index_color_preview class_color edges depth_preview depth_color_preview normal_preview flow_preview overlay \
    material_index_preview mask_top; do
    show "${role%_preview}" "$sample/$role/000010.png"
done
show image "$sample/frames/000010.png"
show index "$sample/index/000010.png" 'format=gray16le,lut=y=val*8000'
show instances "$sample/instances/000010/00002.png"
show amodal "$sample/amodal/000010/00002.png"
show soft "$sample/soft/000010/00002.png"
show occlusion "$sample/occlusion_forward/000010.png"
show panoptic "$sample/panoptic/000010.png" "$brighter"
show index_palette "$sample/index_palette/000010.png"
show depth_mm "$sample/depth_mm/000010.png" 'format=rgb24,lutrgb=r=val*5:g=val*5:b=val*5'
show alpha "$pair/alpha/000010.png"
show clear "$clear/Image.png" 'format=rgba,split[film][over];[film]lutrgb=r=255:g=255:b=255:a=255[white];[white][over]overlay=format=rgb'
show clear_index_color "$clear/PreviewIndexOB.png"
show sheet "$sample/sheet/000010.png"
show_floats distance near "$sample/distance/000010.exr" "$turbo"
show_floats disparity length "$pair/views/left/disparity/000010.exr" "$turbo"
show disparity_occlusion "$pair/views/left/disparity_occlusion/000010.png"
show_floats scene_flow vector "$sample/scene_flow/000010.exr"
show_floats position place "$sample/position/000010.exr"
show_floats kept length "$sample/kept_mask_top/000010.exr"
show_floats cryptomatte coverage "$sample/crypto_object/000010.exr"
for figures in boxes3d tracks; do
    rv-mask "${labels[@]}" --draw "$figures" <"$scratch/records" >/dev/null
    show "$figures" "$sample/overlay/000010.png"
done
