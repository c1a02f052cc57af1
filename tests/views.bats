#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Side renders and views through the pipe: of a still and a sequence, from Blender to a dataset.

load lib/common

setup() {
    rv_setup
    need_blender
    cat >scene.py <<'END'
import rv


class Scene(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1.0)
        self.camera.set_location((0, 0, 10)).set_fov(60)
        cube = self.objects.cube().set_tags("cube")
        self.objects.sphere().set_location((3, 0, 0)).set_tags("sphere")
        if seed == 1:
            cube.keyframe(1, location=(-2, 0, 0)).keyframe(2, location=(-1, 0, 0))
            self.set_frames(1, 2)
END
    cat >renders.json <<'END'
[{"name": "labels", "samples": 1, "pinhole": true, "shutter": false, "bounces": 0},
 {"name": "left", "view": true, "camera": {"matrix_local": [[1,0,0,-1],[0,1,0,0],[0,0,1,0],[0,0,0,1]]}},
 {"name": "wide", "view": true, "resolution": [64, 24], "hidden": [3]}]
END
}

# render OUT ARG...: a still and a sequence with side renders
render() {
    rv-seed seq 2 | jq -c --slurpfile renders renders.json '.blend = {renders: $renders[0]}' |
        rv-blend scene.py --resolution 32,24 --samples 2 -q -o "$@"
}

@test "pictures and passes are the same with side renders and without; these are the same in every run" {
    render out -j1 >records
    rv-seed seq 2 | rv-blend scene.py --resolution 32,24 --samples 2 -q -o plain >plain.records
    for file in out/00000000/{Image.png,passes.exr} out/00000001/{frames,passes}; do
        diff -r "$file" "plain${file#out}"
    done
    same_records 'del(.run, .dir, .blend, .renders, .views)' records plain.records
    render again -j2 >again.records
    same_tree out again
    run -1 grep -rla -e 'cycles\.ViewLayer' -e RenderTime out
    [ "$(jq -c '[.renders.labels.files.passes, (.views | map(.files.image))]' records)" = \
        '["renders/labels.exr",["views/left/Image.png","views/wide/Image.png"]]
[["renders/labels/000001.exr","renders/labels/000002.exr"],[["views/left/frames/000001.png","views/left/frames/000002.png"],["views/wide/frames/000001.png","views/wide/frames/000002.png"]]]' ]
    no_partials out
}

@test "views are labelled and exported like any picture; what labels were made from goes with the passes" {
    render out >records
    rv-mask <records | tee masked | rv-mux --format coco -o ds >/dev/null
    [ "$(jq -s 'map(select(.error or .renders)) | length' masked)" = 0 ]
    nothing find out -name '*.exr' -path '*passes*' -o -name 'renders*'
    # The camera a metre to the left: the cube's nearer face, 9 m away, is 3.1 pixels further right.
    run -0 jq -c 'select(.seed == 0) | [.annotations[0].bbox[0], .views[0].annotations[0].bbox[0]]' masked
    [ "$output" = '[13,16]' ]
    [ "$(jq -c 'select(.seed == 0) | .views[1].annotations | map(.name)' masked)" = '["Cube"]' ]
    [ "$(jq -c 'select(.seed == 1) | .views[1].frames | map(.annotations | length)' masked)" = '[1,1]' ]
    [ "$(jq -c '.images | map([.width, .height]) | group_by(.) | map([.[0], length])' ds/coco/annotations.json)" = \
        '[[[32,24],6],[[64,24],3]]' ]
    rv-verify <masked >/dev/null
    rv-verify --deep ds
    # All is there: nothing is rendered or labelled again.
    render out | tee reused | rv-mask >again
    jq -se 'all(.run.reused)' reused
    same_records 'del(.run)' masked again
    # What is kept stays, and is no other sample's to miss.
    render kept | rv-mask --keep passes | jq -se 'all(.renders.labels.files)'
    [ -e kept/00000000/renders/labels.exr ]
    truncate -s 100 kept/00000000/renders/labels.exr
    render kept | jq -se 'map(.run.reused) == [null, true]'
}

@test "their records keep to their definition" {
    need_module jsonschema
    render out >rendered
    rv-mask <rendered >masked
    cat rendered masked >records
    "$PYTHON" - "$RV_ROOT/tests/lib/record.schema.json" records <<'END'
import json
import sys
import jsonschema
validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
records = [json.loads(line) for line in open(sys.argv[2])]
assert len(records) == 4
for record in records:
    validator.validate(record)
END
}

# A wall 10 m and a board 5 m before a stereo pair 1 m apart, with fx 32: 3.2 and 6.4 pixels.
stereo() {
    need_module numpy
    cat >stereo.py <<'END'
import rv


class Stereo(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld()
        self.camera.set_location((0, 0, 10)).set_fov(90)
        self.objects.plane(size=60, name="wall")
        self.objects.plane(size=4, name="board").set_location((0, 0, 5))
        self.set_stereo(1)
        self.add_view("raised", location=(0, 1, 10))
END
    rv-seed seq 1 | rv-blend stereo.py --resolution 64,48 --samples 1 -q -o out >records
    rv-mask --disparity --category-from name <records | tee masked | rv-verify >/dev/null
    "$PYTHON" - "$RV_ROOT/tests/lib" out/00000000/views <<'END'
import math
import sys

sys.path.insert(0, sys.argv[1])
from check_labels import read_exr, read_png

# In the left picture, and in the right one: columns with the board, as rows 11 to 36 have it.
boards = {"left": (22.4, 48.0), "right": (16.0, 41.6)}
for eye, other, way in (("left", "right", -1), ("right", "left", 1)):
    disparity = read_exr(f"{sys.argv[2]}/{eye}/Disparity.exr")["V"]
    mask = read_png(f"{sys.argv[2]}/{eye}/DisparityOcclusion.png")["rows"]
    for y in range(48):
        for x in range(64):
            has_row = 11.2 < y + 0.5 < 36.8
            is_board = has_row and boards[eye][0] < x + 0.5 < boards[eye][1]
            wanted = 6.4 if is_board else 3.2
            assert abs(disparity[y][x] - wanted) < 1e-3, (eye, x, y, disparity[y][x])
            there = math.floor(x + 0.5 + way * wanted)
            is_behind = has_row and not is_board and boards[other][0] < there + 0.5 < boards[other][1]
            is_hidden = is_behind or not 0 <= there < 64
            assert mask[y][x] == (255 if is_hidden else 0), (eye, x, y, mask[y][x])
END
    # The camera half-way and a view elsewhere are of no pair.
    [ "$(find out -name 'Disparity*' | wc -l)" = 4 ]
    # Without the passes it is made of the depth and the index of both pictures.
    cp -a out/00000000/views/left left
    rm out/00000000/views/left/Disparity*
    rv-mask --disparity --category-from name <records >again
    diff -r left out/00000000/views/left
}

@test "disparity of a stereo pair is fx times baseline by depth, and what one picture hides is marked" {
    stereo
}

@test "Blender 4.3: disparity is fx times baseline by depth" {
    need_blender_of 4.3
    stereo
}

@test "Blender 5.2: disparity is fx times baseline by depth" {
    need_blender_of 5.2
    stereo
}

@test "a render that is none is the sample's error, and names what is wrong" {
    pipe -1 --separate-stderr 'rv-seed seq 1 | jq -c ".blend.renders = [{name: \"a\", samples: 0}]" | rv-blend scene.py -q -o none'
    [ "$(jq -r .error.message <<<"$output")" = \
        'blend.renders.a.samples is 0, it must be a whole number in 1 to 16777216' ]
}

# A cube of 2 m at the origin, with four cameras around it, each 9 m away, and two side by side, 2 m apart.
ring() {
    cat >ring.py <<'END'
import rv


class Ring(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld()
        self.camera.set_location((0, 0, 9)).set_fov(90)
        self.objects.cube("Cube").set_tags("cube")
        self.orbit(4, 9, 0).set_stereo(2)
END
}

@test "an orbit and a stereo pair of a script are labelled, exported and checked as its pictures are" {
    ring
    rv-seed seq 2 >seeds
    rv-blend ring.py --resolution 32,32 --samples 1 -q -j1 -o out <seeds | rv-mask >masked
    rv-mux -q --format coco,yolo,transforms -o ds <masked >/dev/null
    # 16 pixels a metre at 1 m: the near face, 8 m away, is 4 pixels wide. An eye a metre aside sees it 2 pixels aside,
    # and the side face that reaches to 10 m.
    run -0 jq -c 'select(.seed == 0) | [.annotations[0].bbox, (.views | map([.name, .annotations[0].bbox]))]' masked
    [ "$output" = '[[14,14,4,4],[["orbit_000",[14,14,4,4]],["orbit_001",[14,14,4,4]],["orbit_002",[14,14,4,4]],["orbit_003",[14,14,4,4]],["left",[16,14,4,4]],["right",[12,14,4,4]]]]' ]
    [ "$(jq '.images | length' ds/coco/annotations.json)" = 14 ]
    jq -e '[.images[].file_name] | index("00000001/orbit_002.png")' ds/coco/annotations.json
    [ "$(cat ds/yolo/labels/train/00000001.orbit_002.txt)" = '0 0.500000 0.500000 0.125000 0.125000' ]
    # Every pose is that of the closed form, on the circle in the plane of the cube.
    run -0 jq -c '[.frames[] | [.file_path, (.transform_matrix[:3] | map((.[3] * 1000 | round) + 0))]]' \
        ds/transforms/00000000/transforms.json
    [ "$output" = '[["images/000000.png",[0,0,9000]],["images/orbit_000.png",[9000,0,0]],["images/orbit_001.png",[0,9000,0]],["images/orbit_002.png",[-9000,0,0]],["images/orbit_003.png",[0,-9000,0]],["images/left.png",[-1000,0,9000]],["images/right.png",[1000,0,9000]]]' ]
    rv-verify <masked >/dev/null
    rv-verify --deep ds >/dev/null
    # What is damaged in a view is found.
    cp out/00000000/views/left/IndexOB.png out/00000000/views/right/IndexOB.png
    run -1 --separate-stderr rv-verify <masked
    [[ $output == *'views'*'right'* ]]
}

@test "views are the same bytes with any number of workers, and are not rendered again" {
    ring
    rv-seed seq 4 >seeds
    rv-blend ring.py --resolution 16,16 --samples 2 -q -j1 -o a <seeds >/dev/null
    head -n 2 seeds | rv-blend ring.py --resolution 16,16 --samples 2 -q -j1 -o b >/dev/null
    rv-blend ring.py --resolution 16,16 --samples 2 -q -j2 -o b <seeds >records
    [ "$(jq -c .run.reused records | xargs)" = 'true true null null' ]
    same_tree a b
}

@test "a .blend file gets views by --orbit and --views; what cannot be is refused" {
    ring
    sed -i '/orbit/d' ring.py
    rv export ring.py -o ring.blend
    python3 - >poses.jsonl <<'END'
import json
for name, x in ("a", 3), ("b", -3):
    print(json.dumps({"name": name, "matrix": [[1, 0, 0, x], [0, 1, 0, 0], [0, 0, 1, 9], [0, 0, 0, 1]]}))
END
    rv-seed seq 1 >seed
    rv-blend ring.blend --resolution 32,32 --samples 1 -q -o out --views poses.jsonl --orbit 2,5,0 <seed | rv-mask >masked
    # The camera looks down at the cube's upper face, so the orbit is about (0, 0, 1).
    run -0 jq -c '.views | map([.name, (.camera.matrix_world[:3] | map((.[3] * 1000 | round) + 0))])' masked
    [ "$output" = '[["a",[3000,0,9000]],["b",[-3000,0,9000]],["orbit_000",[5000,0,1000]],["orbit_001",[-5000,0,1000]]]' ]
    [ "$(jq -c '.views[:2] | map(.annotations[0].bbox[0])' masked)" = '[8,19]' ]
    for bad in 0 x 10001 3,0 3,x 3,1,91 3,1,0,0 '' 3,; do
        run -2 --separate-stderr rv-blend ring.blend --orbit "$bad" </dev/null
        [[ $stderr == *"--orbit"* ]]
    done
}

@test "labels of a blurred picture come from a render of their own, and go with it" {
    cat >blurred.py <<'EOF'
import rv


class Scene(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1.0)
        self.camera.set_location((0, 0, 10)).set_fov(90)
        lens = self.camera.obj.data.dof
        lens.use_dof, lens.focus_distance, lens.aperture_fstop = True, 2.0, 0.02
        self.objects.plane(size=5).set_location((-5, 0, 0)).set_tags("near")
        pane = self.materials.basic().set_params(alpha=0.3)
        self.objects.plane(size=5).set_location((5, 0, 0)).set_tags("pane").set_material(pane)
EOF
    blurred() {
        rv-seed seq 1 | rv-blend blurred.py --resolution 32,32 --samples 4 --passes Normal,UV,CryptoObject -q -o "$@"
    }
    blurred out >records
    run -0 jq -c '[.files.label_passes, (.label_channels | keys), (.channels | keys), .render.labels]' records
    [ "$output" = '["label_passes.exr",["depth","index","normal","uv"],["crypto_object"],{"samples":1,"alpha_threshold":0.001}]' ]
    # Planes of 5 m at 1.6 px a metre.
    rv-mask --keep passes <records >kept
    run -0 jq -c '[.annotations[] | [.bbox, .area]]' kept
    [ "$output" = '[[[4,12,8,8],64],[[20,12,8,8],64]]' ]
    rv-verify <kept >/dev/null
    rv-mask <kept >masked
    [ ! -e out/00000000/label_passes.exr ]
    jq -e '(.label_channels // .files.label_passes) == null' masked
    rv-verify <masked >/dev/null
    # What is done is done: nothing is rendered again, and the record is the same.
    blurred out >again
    jq -e '.run.reused' again
    rv-mask <again >masked.again
    same_records 'del(.run)' masked masked.again
    rv-mux --format webdataset -o ds <masked >/dev/null
    run -1 grep -rla label_passes ds
    # Another threshold is another sample.
    blurred strict --alpha-threshold 0.5 >strict.records
    rv-mask <strict.records >strict.masked
    run -0 jq -c '[.annotations[].index]' strict.masked
    [ "$output" = '[2]' ]
}

@test "whole objects and labels alone, through the pipe" {
    cat >covered.py <<'EOF'
import rv


class Scene(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1.0)
        self.camera.set_location((0, 0, 10)).set_fov(90)
        self.objects.plane(size=10).set_tags("half")
        lid = self.objects.plane(size=8).set_location((4, 0, 2)).set_tags("lid")
        self.objects.plane(size=10).set_location((10, 0, -1)).set_tags("out")
        self.objects.plane(size=2).set_location((4, 0, -2)).set_tags("hidden")
        self.add_view("side", matrix=[[1, 0, 0, 10], [0, 1, 0, 0], [0, 0, 1, 10], [0, 0, 0, 1]])
EOF
    covered() {
        rv-seed seq 1 | rv-blend covered.py --amodal --resolution 32,32 -q -o "$@"
    }
    covered out --samples 2 >records
    rv-mask --amodal-masks <records >masked
    # Planes of 10 m at 1.6 px a metre, one of 8 m at 2 px a metre.
    run -0 jq -c '.annotations[] | [.tags[0], .bbox, .area, .amodal_bbox, .amodal_area, .visib_fract, .occluded_by]' masked
    [ "${lines[0]}" = '["half",[8,8,8,16],128,[8,8,16,16],256,0.5,[{"index":3,"area":128}]]' ]
    [ "${lines[1]}" = '["lid",[16,8,16,16],256,[16,8,16,16],256,1,[]]' ]
    [ "${#lines[@]}" = 2 ] # of the others nothing is seen
    jq -e '.views[0].annotations | length > 1 and all(has("visib_fract"))' masked
    rv-verify <masked >/dev/null
    nothing find out -name 'amodal_runs*'
    covered out --samples 2 >again
    jq -e '.run.reused' again
    rv-mask --amodal-masks <again >masked.again
    same_records 'del(.run)' masked masked.again
    rv-mux -f webdataset,dir -o ds <masked >/dev/null
    rv-verify --deep ds >/dev/null
    # without the picture the labels are the same
    covered alone --no-image | rv-mask >lone
    nothing find alone -name 'Image*'
    rv-mask <again >plain
    same_records '[.annotations, .views[].annotations]' plain lone
    rv-verify <lone >/dev/null
    rv-mux -f webdataset,dir -o lone.ds <lone >/dev/null
    rv-verify --deep lone.ds >/dev/null
    run -1 --separate-stderr rv-mux -f coco -o no.ds <lone
    [[ $stderr == *"format coco needs pictures, and the sample has none: render it without --no-image"* ]]
}

@test "instances are objects through the pipe: labels, a dataset, checks" {
    cat >copies.py <<'EOF'
import bpy
import rv


class Scene(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1.0)
        self.camera.set_location((0, 0, 10)).set_fov(90)
        cube = self.objects.plane(size=5).set_tags("pane").set_property("category", "pane")
        stock = bpy.data.collections.new("Stock")
        for holder in cube.obj.users_collection:
            holder.objects.unlink(cube.obj)
        stock.objects.link(cube.obj)
        for i, (x, y) in enumerate(((-5, 0), (5, 0), (9, 7))):
            copy = bpy.data.objects.new(f"At {i}", None)
            bpy.context.scene.collection.objects.link(copy)
            copy.instance_type, copy.instance_collection, copy.location = "COLLECTION", stock, (x, y, 0)
EOF
    rv-seed seq 1 | rv-blend copies.py --resolution 32,32 --samples 1 --passes CryptoObject -q -o out >records
    rv-mask <records | tee masked | rv-mux --format coco -o ds >/dev/null
    run -0 jq -c '.annotations[] | [.index, .category, .bbox, .area, .truncation]' masked
    [ "$output" = '[3,"pane",[4,12,8,8],64,0]
[4,"pane",[20,12,8,8],64,0]
[5,"pane",[26,1,6,8],48,0.3]' ]
    run -0 jq -c '[.objects[] | [.index, .instance_of, .parent, .visible]]' masked
    [ "$output" = '[[1,null,null,true],[2,null,null,false],[3,2,"At 0",true],[4,2,"At 1",true],[5,2,"At 2",true]]' ]
    rv-verify <masked >/dev/null
    rv-verify ds
    [ "$(jq '.annotations | length' ds/coco/annotations.json)" = 3 ]
    # Fewer than there are: what is left keeps the index of what it is of.
    rv-seed seq 1 | rv-blend copies.py --resolution 32,32 --samples 1 --expand-instances 1 -q -o few 2>err >few.records
    rv-mask <few.records | tee few.masked | rv-verify >/dev/null
    run -0 jq -c '.annotations[] | [.index, .bbox, .area, .truncation]' few.masked
    [ "$output" = '[2,[20,1,12,19],112,null]
[3,[4,12,8,8],64,0]' ]
}

@test "--through: labels of what is behind, as a further layer" {
    cat >glass.py <<'END'
import rv


class Scene(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1.0)
        self.camera.set_location((0, 0, 10)).set_fov(90)
        self.objects.plane(size=10).set_tags("floor")
        self.objects.plane(size=2).set_location((0, 0, 1)).set_tags("ball")
        pane = self.objects.plane(size=8).set_location((2, 0, 2)).set_tags("pane", "clear")
        self.objects.plane(size=2).set_location((4, 0, 5)).set_tags("clear")
        if seed == 1:
            pane.keyframe(1, location=(2, 0, 2)).keyframe(2, location=(9, 0, 2))
            self.set_frames(1, 2)
END
    seen() {
        rv-seed seq 2 | rv-blend glass.py --resolution 32,32 --samples 4 -q -o "$@"
    }
    seen out --through pane --through clear >records
    rv-mask <records >masked
    nothing jq -c 'select(.error)' masked
    # 1.6 px a metre on the floor, 2 and 3.2 on the panes; the picture's own labels are as without
    run -0 jq -c 'select(.seed == 0) | [.annotations[], .views[0].annotations[]] | map([.tags[0], .area])' masked
    [ "$output" = '[["floor",64],["clear",244],["clear",36],["floor",240],["ball",16]]' ]
    jq -e 'select(.seed == 1) | .views[0].frames | length == 2 and all((.annotations | length) == 2)' masked
    [ "$(jq -c 'select(.seed == 0) | [.views[].name, (.views[0].files | keys)]' masked)" = \
        '["through",["depth","depth_color_preview","depth_preview","index","index_color_preview"]]' ]
    seen plain | rv-mask >plain.masked
    same_records '[.annotations, (.frames // [])[].annotations]' masked plain.masked
    cmp out/00000000/Image.png plain/00000000/Image.png
    rv-verify <masked >/dev/null
    # a layer is no picture more
    rv-mux -f coco,webdataset,dir -o ds <masked >/dev/null
    [ "$(jq '.images | length' ds/coco/annotations.json)" = 3 ]
    rv-verify --deep ds >/dev/null
    jq -e '.views[0].annotations | length == 2' ds/dir/00000000/_meta.json
    # each view has a layer of its own: from its place, in its size
    echo '{"name":"low","matrix":[[1,0,0,2],[0,1,0,0],[0,0,1,7],[0,0,0,1]],"resolution":[28,20]}' >poses.jsonl
    seen low --through pane --through clear --views poses.jsonl >low.records
    rv-mask <low.records | tee low.masked | rv-verify >/dev/null
    run -0 jq -c 'select(.seed == 0) | .views[] | [.name, .resolution, [.annotations[] | [.tags[0], .bbox]]]' low.masked
    [ "$output" = '["low",[28,20],[["floor",[0,0,3,20]],["clear",[3,0,22,20]],["clear",[21,3,7,14]]]]
["through",null,[["floor",[8,8,16,16]],["ball",[14,14,4,4]]]]
["through_low",[28,20],[["floor",[0,0,20,20]],["ball",[7,8,5,4]]]]' ]
    jq -e 'select(.seed == 1) | .views[2].frames | length == 2 and all((.annotations | length) == 2)' low.masked
    # from a record, of labels alone; what is not there
    rv-seed seq 1 | jq -c '.blend.through = ["pane"]' |
        rv-blend glass.py --resolution 32,32 --no-image -q -o lone | rv-mask >lone.masked
    [ "$(jq -c '[.views[0].annotations[].tags[0]]' lone.masked)" = '["floor","ball","clear"]' ]
    run -1 rv-blend glass.py --through window -q -o no <<<'{"id":"a","seed":0}'
    [[ $output == *"through: no object has the name or tag 'window'"* ]]
}
