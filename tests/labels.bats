# SPDX-License-Identifier: MIT
# rv-mask: labels that are asked for, against decoders and arithmetic of their own (tests/lib).

load lib/common

make_samples() {
    "$RV_ROOT/tests/lib/make_sample.py" "$@"
}

# Samples in out/, their records in records, a copy that stays as it is in pristine/.
prepare() {
    make_samples out "$@" >records
    cp -a out pristine
}

fresh() {
    rm -rf out
    cp -a pristine out
}

@test "categories from names, tags, collections, materials, properties" {
    prepare --objects 6 --seed 2
    jq -c '.objects[] |= (.name += ".001" | .collections = [if .index % 2 == 0 then "Even" else "Odd.002" end] |
        .properties.rank = .index % 2)' records >changed
    while IFS='|' read -r rule filter; do
        fresh
        rv-mask ${rule:+--category-from "$rule"} <changed >masked 2>err
        jq -e "[.annotations[] | .category == (.index as \$i | $filter)] | all and length > 3" masked || { echo "$rule"; return 1; }
        [ ! -s err ]
    done <<'CASES'
name|"Object \($i)"
tags|if $i % 3 == 0 then "panel" else "box" end
collection|if $i % 2 == 0 then "Even" else "Odd" end
material|if $i % 3 == 0 then "panel" else "box" end
property:rank|if $i % 2 == 0 then "0" else "1" end
|if $i % 3 == 0 then "window" else "box" end
CASES
    # another rule makes categories anew, and no file
    touch -d @1 out/00000000/Depth.exr
    rv-mask --category-from name <changed >masked
    [ "$(jq -r '.annotations[0].category' masked)" = "Object 1" ]
    [ "$(stat -c %Y out/00000000/Depth.exr)" = 1 ]
    run -2 rv-mask --category-from names <changed
    [[ $output == *"--category-from: 'names' must be name, tags, collection, material or property:KEY"* ]]
}

@test "visible objects without a category: one warning" {
    prepare --objects 4 --count 2
    jq -c '.objects[].tags = [] | .objects[].properties = {}' records >bare
    rv-mask <bare >masked 2>err
    [ "$(wc -l <err)" = 1 ]
    grep -q "visible objects have no category, the first is 'Object 1': .*choose --category-from" err
    jq -e '[.annotations[].category] | all(. == null)' masked
    fresh
    # where some have one, that is how a floor is kept out; but not of what the user names
    jq -c '.objects[0] |= (.tags = [] | .properties = {})' records >floor
    rv-mask <floor >/dev/null 2>err
    [ ! -s err ]
    rv-mask --category-from property:category <records >/dev/null 2>err
    grep -q -- '--category-from finds nothing there' err
}

# Exact in two readers, whatever the mask: OpenCV's fillPoly, and the rule of pycocotools; boxes no larger than
# OpenCV's.
check_masks() { # SEED SAMPLES
    need_module cv2
    "$PYTHON" "$RV_ROOT/tests/lib/random_masks.py" make masks "$1" "$2" >records
    rv-mask --polygons edge,center --shapes centroid,obb,border <records >masked
    "$PYTHON" "$RV_ROOT/tests/lib/random_masks.py" check <masked
    rv-verify -q <masked >/dev/null
    rv-mask --polygons edge,center --shapes centroid,obb,border --simplify 1.5 <records >simplified
    head -2 simplified | "$PYTHON" "$RV_ROOT/tests/lib/random_masks.py" check --simplified
    rv-verify -q <simplified >/dev/null
}

@test "polygons of 1,000 random masks are exact in their readers" {
    check_masks 1 2
}

@test "polygons of 10,000 random masks are exact in their readers" {
    need_full
    check_masks 100 19
}

check_label() {
    need_module numpy
    "$PYTHON" "$RV_ROOT/tests/lib/label_checks.py" "$@"
}

@test "colours of objects are told apart, by all kinds of sight, and text on them is read" {
    need_module numpy
    "$PYTHON" "$RV_ROOT/tests/lib/palette_checks.py"
}

@test "index_color: by rank, a floor grey; in stills, sequences, views" {
    for options in "" "--frames 2" "--views 1"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --objects 9 --seed 4 $options
        rv-mask <records | check_label index_color pristine
        fresh
        jq -c '.objects[2,4] |= (.tags = [] | .properties = {}) | .objects[4].dimensions = [0.1, 500, 500]' records >floor
        rv-mask <floor >masked
        check_label index_color pristine <masked
        fresh
        # what no object has keeps a colour of its own
        jq -c 'del(.objects[8])' records | rv-mask 2>/dev/null | jq -e '.files.index_color_preview'
    done
}

@test "material_index: its colours are of the materials' ranks, whatever their indices are" {
    prepare --objects 9 --stripes --passes
    rv-mask <records >masked
    check_label material_color pristine <masked
    fresh
    jq -c '.materials = [{index: 3, name: "third"}, {index: 1, name: "first"}]' records | rv-mask >masked
    check_label material_color pristine <masked
}

@test "classes: by category or tag, the first of the table; ids of a list, a file, the scene" {
    local options
    printf '[{"id":7,"name":"window"},{"id":254,"name":"panel"},{"id":1,"name":"box"}]' >table.json
    for options in "" "--frames 2" "--views 1"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --objects 9 --seed 4 $options
        rv-mask --classes box,window,panel <records | check_label classes pristine classes=box,window,panel
        fresh
        # panels are windows by category: the table decides
        rv-mask --classes panel,window,box <records | check_label classes pristine classes=panel,window,box
        fresh
        jq -c --slurpfile table table.json '.categories = $table[0]' records >scene
        rv-mask --outputs class_index,class_color <scene | check_label classes pristine
        fresh
        rv-mask --classes table.json --no-preview <scene >masked 2>err
        [ ! -s err ]
        [ "$(jq -c '[.files.class_index != null, .files.class_color]' masked)" = '[true,null]' ]
        fresh
        rv-mask --classes table.json <scene | check_label classes pristine
    done
    fresh
    rv-mask --classes box <records 2>err | jq -e .files.class_index
    [ "$(wc -l <err)" = 1 ]
    grep -q "of category 'window' is of none of the classes: it is 0 in ClassIndex.png" err
    # nothing without ids that are the same everywhere
    fresh
    rv-mask --outputs class_index <records | jq -e '.files.class_index == null'
    run -2 rv-mask --classes ./none.json <records
    [[ $output == *"--classes: "*none.json* ]]
    run -2 rv-mask --classes "$(seq -s, 255)" <records
    [[ $output == *"class '255' has the id 255: ClassIndex.png holds 1..254"* ]]
    fresh
    run -1 rv-mask --outputs class_index <<<"$(jq -c '.categories = [{"id":300,"name":"box"}]' records)"
    [[ $output == *"field 'categories': class 'box' has the id 300"* ]]
}

@test "panoptic: ids and annotations fit both ways; things, stuff, background, small ones" {
    local options
    for options in "" "--frames 2" "--views 1"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --objects 9 --seed 4 $options
        jq -c '.objects[4] |= (.tags = [] | .properties = {})' records >floor
        rv-mask --panoptic <floor | check_label panoptic pristine
        fresh
        rv-mask --panoptic --stuff window,box --min-area 40 <floor >masked
        check_label panoptic pristine stuff=window,box <masked
        jq -e '[.. | objects | select(has("segment")) | [.category, .segment]] | unique | length == 2' masked
        fresh
        # from kept files
        rv-mask <floor >/dev/null
        rv-mask --panoptic --stuff window,box --min-area 40 <floor | cmp - masked
    done
}

@test "index_palette: a picture with a palette, as DAVIS has it" {
    prepare --objects 9 --seed 4 --frames 2
    rv-mask --palette <records 2>err | check_label index_palette pristine
    [ ! -s err ]
    rm -rf out pristine
    prepare --objects 260 --seed 4 --size 200 200
    rv-mask --palette <records 2>err | check_label index_palette pristine
    [ "$(wc -l <err)" = 1 ]
    grep -q 'is above 253: it is 255, which is void, in IndexPalette.png' err
}

@test "edges: the borders of the index map" {
    local options
    for options in "--frames 2" "--views 1" "--size 1 1" "--size 30 1" "--size 1 30"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --objects 9 --seed 4 $options
        rv-mask --edges <records | check_label edges pristine
    done
}

@test "soft: masks and areas of what Cryptomatte says" {
    local options
    for options in "" "--frames 2" "--views 1"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --passes --objects 9 --seed 4 $options
        rv-mask --soft <records >masked
        check_label soft pristine <masked
        jq -e '[.. | objects | select(has("area_soft")) | .area_soft - .area] | (min < -1) and (max > 1)' masked
        mv out first
        # from kept files
        fresh
        rv-mask <records >/dev/null
        rv-mask --soft <records | cmp - masked
        same_tree first out
        rm -rf first
    done
    # nothing without Cryptomatte
    rm -rf out pristine
    prepare --objects 3
    rv-mask --soft <records | jq -e '.files.soft == null and .annotations[0].area_soft == null'
}

@test "amodal: objects whole, how much of them is seen, what hides them" {
    local options
    for options in "" "--frames 2" "--views 1"; do
        rm -rf out pristine first
        # shellcheck disable=SC2086
        prepare --amodal --objects 24 --seed 4 $options
        rv-mask --amodal-masks <records >masked
        check_label amodal pristine <masked
        jq -e '[.. | objects | select(has("occluded_by")) | .occluded_by | length] | max > 1' masked
        nothing find out -path '*amodal_runs*' -type f
        # again, when what it was made of is gone; without the masks
        rv-mask --amodal-masks <records | cmp - masked
        mv out first
        fresh
        rv-mask <records | check_label amodal pristine
        fresh
        rv-mask --keep passes <records | rv-verify >verified # kept, they are whole files of the sample
        jq -se 'length > 0 and all(.verify.ok and (.files // .views[0].files).amodal_runs)' verified
        rv-mask -j4 <records | jq -e '.files.amodal == null'
    done
    # nothing where rv-blend was not asked
    rm -rf out pristine
    prepare --objects 3
    rv-mask --amodal-masks <records | jq -e '.files.amodal == null and .annotations[0].amodal == null'
}

@test "amodal: what rv-blend says is looked at" {
    prepare --amodal --objects 3
    local change
    for change in '.objects[0].index = 0' '.objects[1].index = 1' '.objects[0].rows[0][1] = 0' '.objects[0].rows[0] += [1]' \
        '.objects[0].rows[0][0] = -65' '.objects[0].rows[0][1] = 200' '.objects[0].top = -49' '.objects[0].top = 0.5' \
        'del(.objects)' '.unknown = [2, 2]' '.unknown = [65536]' '.objects[0].rows[0] = [5, 2, 6, 1]'; do
        fresh
        jq -c "$change" pristine/00000000/amodal_runs.json >out/00000000/amodal_runs.json
        run -1 --separate-stderr rv-mask <records
        jq -e '.error.code == "bad_file" and (.error.message | contains("amodal_runs.json"))' <<<"$output" ||
            { echo "$change: $output"; return 1; }
    done
    fresh
    echo '{' >out/00000000/amodal_runs.json
    run -1 --separate-stderr rv-mask <records
    [[ $output == *"'out/00000000/amodal_runs.json'"* ]]
}

@test "masks from Cryptomatte: what covers most of a pixel" {
    local options
    for options in "" "--frames 2" "--views 1"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --passes --objects 9 --seed 4 $options
        # whatever the index says: here it is that of the material
        jq -c '.channels.index = "ViewLayer.IndexMA.X" | .views[]?.channels.index? = "ViewLayer.IndexMA.X"' records >other
        rv-mask --masks-from crypto <other >masked
        check_label masks_from pristine <masked
        fresh
        run -1 "$PYTHON" "$RV_ROOT/tests/lib/label_checks.py" masks_from pristine <<<"$(rv-mask <other)"
        fresh
        # where no index was rendered, for there are too many objects, nobody has to ask
        jq -c 'del(.channels.index) | if .views then .views |= map(del(.channels.index)) else . end' records >without
        rv-mask <without | tee bare | check_label masks_from pristine
        rv-verify <bare >/dev/null
        fresh
        # labels of kept files are those of the same masks
        rm -rf first
        rv-mask --masks-from crypto --edges --instances <records >edged
        mv out first
        fresh
        rv-mask --masks-from crypto --edges --instances <records | cmp - edged
        same_tree first out
        # what is not of the index stays
        fresh
        rv-mask --keep passes <records >/dev/null
        touch -d @1 out/00000000/Mist.exr out/00000000/mist 2>/dev/null || true
        find out -iname '*mist*' -type f -printf '%p %T@
' >before
        rv-mask --keep passes --masks-from crypto <records | check_label masks_from pristine
        find out -iname '*mist*' -type f -printf '%p %T@
' | cmp - before
    done
    rm -rf out pristine
    prepare --objects 3
    run -1 rv-mask --masks-from crypto <records
    [[ $output == *"field 'channels.crypto_object' is missing: --masks-from crypto needs it"* ]]
}

@test "outlines of boxes, cut near the camera, and the part beyond the picture" {
    need_module cv2
    local options
    for options in "" "--frames 3" "--views 2"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --passes --corners --objects 30 --size 90 60 $options
        rv-mask --box3d-hull <records >masked
        check_label truncation pristine <masked
        "$RV_ROOT/tests/lib/check_labels.py" pristine <masked
        fresh
        rv-mask <records | jq -c 'del(.. | .box3d_hull?)' | cmp - <(jq -c 'del(.. | .box3d_hull?)' masked)
    done
    # another kind of camera: the rectangle of the record, and no outline of what it does not know
    fresh
    jq -c '.camera.type = "PANO"' records | rv-mask --box3d-hull >masked
    jq -e '[.annotations[].box3d_hull | values | length] | length > 2 and all(. == 4)' masked
}

@test "parts: by material, by semantic mask; from kept files, too" {
    local options
    for options in "" "--frames 2" "--views 2"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --objects 9 --seed 4 --stripes $options
        rv-mask --parts material,masks <records >masked
        check_label parts pristine <masked
        jq -e '[.annotations[]?, .frames[]?.annotations[] | .parts | length] | max == 4' masked
        rm -rf first
        mv out first
        fresh
        rv-mask <records >/dev/null
        rv-mask --parts material,masks <records | cmp - masked
        same_tree first out
    done
    fresh
    run -1 rv-mask --parts material <<<"$(jq -c '.channels.material_index = "ViewLayer.Depth.Z"' records)"
    [[ $output == *"'out/00000000/passes.exr': channel 'ViewLayer.Depth.Z': index 1e+10"* ]]
}

@test "groups: by topmost parent and by collection" {
    local options
    for options in "" "--frames 2" "--views 1"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --objects 12 --seed 4 $options
        # 2 and 3 below 1, 4 below 3, 5 and 6 below what is no object, 8 and 9 below each other
        jq -c '{"2": "Object 1", "3": "Object 1", "4": "Object 3", "5": "Rig", "6": "Rig"} as $parents |
            .objects[] |= (.parent = $parents["\(.index)"] | .collections = (if .index == 7 then []
            else [if .index % 2 == 0 then "Even" else "Odd" end, "All"] end))' records >grouped
        rv-mask --groups parent,collection --min-area 20 <grouped >masked
        check_label groups pristine <masked
        rv-verify -q --min-area 20 <masked >/dev/null
        fresh
        rv-mask <grouped >/dev/null
        rv-mask --groups parent,collection --min-area 20 <grouped | cmp - masked
    done
    # a circle of parents ends
    fresh
    jq -c '.objects[7].parent = "Object 9" | .objects[8].parent = "Object 8"' records | rv-mask --groups parent >circle
    jq -e '[.annotations[].groups.parent | values] | length >= 1' circle
}

@test "overlay: areas in the objects' colours; a floor, small ones, what is left out are not filled" {
    need_module numpy
    local options
    for options in "" "--frames 2" "--views 1"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --objects 14 --seed 6 --size 320 240 $options
        jq -c '.objects[4] |= (.tags = [] | .properties = {} | .dimensions = [500, 500, 0])' records >floor
        rv-mask -j2 --overlay --min-area 900 <floor >masked
        check_label overlay pristine <masked
        mv out first
        fresh
        rv-mask --no-preview --min-area 900 <floor >/dev/null
        rv-mask --outputs overlay --overlay --min-area 900 <floor >/dev/null
        cmp first/00000000/Overlay.png out/00000000/Overlay.png || same_tree first/00000000/overlay out/00000000/overlay
        rm -rf first
    done
    # names of every kind, in pictures of every size
    for options in "1 1" "3 200" "200 3" "30 30"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --objects 5 --size $options
        jq -c '.objects[0].name = ("\u00e9\u4e2d" * 500) | .objects[1].name = "" | .objects[2].name = "\u0007\t"' records >named
        rv-mask --overlay <named | jq -e '.files.overlay == "Overlay.png"'
    done
    rm -rf out pristine
    prepare --objects 3
    cp "$RV_ROOT/examples/sheet.png" out/00000000/Image.png
    run -1 rv-mask --overlay <records
    [[ $output == *"'Image.png': "*" pixels, its passes have 64 x 48"* ]]
}

@test "figures: boxes in space, keypoints and skeletons, over the picture" {
    need_module numpy
    local options
    for options in "" "--frames 2" "--views 1"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --passes --corners --objects 5 --seed 4 --size 200 150 $options
        rv-mask --overlay <records >/dev/null
        mv out plain
        fresh
        rv-mask -j2 --draw boxes3d,keypoints <records >masked
        check_label figures pristine <masked
        # a setting more is another picture, of the overlay alone; the one before comes back
        run -1 diff -rq plain out
        rv-mask --draw keypoints --draw boxes3d <records | cmp - masked
        rv-mask --overlay <records >/dev/null
        same_tree plain out
        rm -rf plain
    done
    # a skeleton's edge between two that are seen
    rm -rf out pristine
    prepare --passes --corners --objects 1 --size 200 150
    jq -c '.objects[0].skeleton = "s"' records >one
    jq -c '.skeletons = [{name: "s", keypoints: ["on", "below"], edges: [["on", "below"], ["on", "none"]], flip: []}]' one >limb
    rv-mask --draw keypoints <one >/dev/null
    mv out bare
    fresh
    rv-mask --draw keypoints <limb | check_label limb pristine bare=bare/00000000/Overlay.png
}

@test "figures: boxes of an orthographic camera; none of a panorama, or of objects without corners" {
    need_module numpy
    prepare --passes --corners --objects 5 --seed 4 --size 200 150
    jq -c '.camera |= (.type = "ORTHO" | .K = null | .fov = null |
        .projection = {type: "orthographic", scale: [24, 24], center: [100, 75]})' records >ortho
    rv-mask --draw boxes3d,keypoints <ortho | check_label figures pristine
    fresh
    rv-mask --overlay <records >/dev/null
    mv out plain
    local without='del(.objects[].keypoints) | .camera.type = "PANO" | .camera.K = null' with
    for with in "$without" 'del(.objects[].box3d.corners)' 'del(.objects[].box3d)' '.objects[].box3d.corners[][] = 1e300'; do
        fresh
        jq -c "$with" records >changed
        rv-mask --draw boxes3d <changed | jq -e '.files.overlay == "Overlay.png" and .error == null'
        cmp out/00000000/Overlay.png plain/00000000/Overlay.png
    done
}

@test "figures: tracks with the tails of the frames before" {
    need_module numpy
    local options
    for options in "" "--frames 2" "--frames 10"; do
        rm -rf out pristine plain
        # shellcheck disable=SC2086
        prepare --passes --objects 5 --seed 4 --size 200 150 --tracks 40 $options
        # a camera that stands still, so that points stay in its picture; no names, which would be over the tails
        jq -c 'del(.frames[]?.camera) | .objects[].name = "" |
            .objects[4] |= (.tags = [] | .properties = {} | .dimensions = [500, 500, 0])' records >fixed
        rv-mask --overlay <fixed >/dev/null
        mv out plain
        fresh
        rv-mask -j4 --draw tracks <fixed >masked
        check_label tails pristine bare=plain <masked
        mv out many
        fresh
        rv-mask -j1 --draw tracks <fixed | cmp - masked
        same_tree many out
        rm -rf many
        rv-mask --overlay <fixed >/dev/null
        same_tree plain out
    done
    rm -rf out pristine
    prepare --passes --objects 5
    run -1 rv-mask --draw tracks <records
    [[ $output == *'"code":"bad_record"'*"field 'tracks' is missing: --draw tracks shows points that rv-blend --tracks N has followed"* ]]
}

@test "other labels of kept passes, from a stream and from directories: those of the passes" {
    local kind from
    local to=(--outputs "normal,normal_camera,normal_preview,mask,depth_color,edges" --normals unit,camera --edges
        --parts material,masks --min-area 9)
    for kind in "" "--frames 3" "--views 2"; do
        rm -rf out pristine wanted
        # shellcheck disable=SC2086
        prepare --passes --objects 8 --seed 4 --count 2 $kind
        rv-mask "${to[@]}" <records | jq -cS . >wanted.jsonl
        mv out wanted
        for from in stream directory; do
            fresh
            rv-mask --outputs index --keep normal,mask_shiny,depth,material_index <records >kept
            jq -e '.files | has("kept_normal") and has("kept_mask_shiny") and has("depth")' kept
            jq -e '.files | has("normal") or has("mask_shiny") | not' kept
            nothing find out -name 'passes*'
            if [ $from = stream ]; then
                rv-mask "${to[@]}" <records >labelled
            else
                rv-mask "${to[@]}" out >labelled
            fi
            jq -cS . labelled | cmp - wanted.jsonl
            diff -r -x _meta.json wanted out
        done
        # masks of another threshold need the numbers
        fresh
        jq -c '.semantic_mask_threshold = 0.95' records >other
        rv-mask --outputs mask <other >/dev/null
        mv out again
        fresh
        rv-mask --outputs index --keep mask_shiny <records >/dev/null
        rv-mask --outputs mask <other >/dev/null
        diff -r again out
        rm -rf again
    done
    # without them the sample must be rendered again
    fresh
    rv-mask --outputs index <records >/dev/null
    run -1 rv-mask --outputs depth out
    [[ $output == *"passes_gone"* ]]
}

@test "masks from Cryptomatte at edges: at 64 samples less than 0.6 % wrong, less than those of the index" {
    need_module numpy
    need_blender
    cat >scene.py <<'PY'
import json
import random

import bpy
import mathutils
import rv


class Edges(rv.Scene):
    def generate(self, seed):
        rng, shapes = random.Random(7), []
        for i in range(14):
            x, y, z = rng.uniform(-7, 7), rng.uniform(-5, 5), 0.1 + 0.05 * i
            w, h, turn = rng.uniform(0.3, 3), rng.uniform(0.3, 3), rng.uniform(0, 3)
            plane = self.objects.plane(size=1, name=f"S{i}").set_location((x, y, z))
            plane.set_scale((w, h, 1)).set_rotation(mathutils.Euler((0, 0, turn))).set_tags("plane")
            shapes.append({"name": f"S{i}", "x": x, "y": y, "z": z, "w": w, "h": h, "turn": turn})
        self.set_passes(rv.RenderPass.CRYPTO_OBJECT)
        self.camera.set_location((0, 0, 10))
        bpy.context.scene.camera.data.type = "ORTHO"
        bpy.context.scene.camera.data.ortho_scale = 16
        self.set_custom_meta(width=16, shapes=shapes)
PY
    rv-seed seq 1 | rv-blend scene.py --resolution 160x120 --samples 64 >records
    jq .custom_meta records >shapes.json
    cp -a out pristine
    local from
    for from in index crypto; do
        fresh
        rv-mask --masks-from $from <records >masked
        "$PYTHON" "$RV_ROOT/tests/lib/edge_error.py" shapes.json <masked >$from
        cat $from
    done
    paste index crypto | awk '{ exit !($3 < 0.006 && $3 < $1 && $4 > 500) }'
}

@test "sheet: the picture, its labels, index and depth, a quarter each" {
    need_module numpy
    local options
    for options in "" "--frames 3" "--views 1"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --objects 14 --seed 6 --size 201 151 $options
        rv-mask -j2 --overlay --sheet <records | check_label sheet pristine
    done
    # without depth a panel less; in pictures of every size
    fresh
    jq -c 'del(.channels.depth) | del(.views[].channels.depth)' records | rv-mask --sheet | jq -e '.files.sheet == "Sheet.png"'
    for options in "1 1" "3 200" "200 3"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --objects 5 --size $options
        rv-mask --sheet <records | jq -e '.files.sheet == "Sheet.png"'
    done
}

@test "depth in millimetres, in 1/256 m, as an array; what does not fit is counted once" {
    local options
    for options in "" "--frames 2" "--views 1"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --objects 9 --seed 4 $options
        rv-mask --depth-format mm,kitti,npy <records 2>err | check_label depth_formats pristine
        [ ! -s err ]
        fresh
        # from kept files
        rv-mask --outputs depth <records >/dev/null
        rv-mask --depth-format mm,kitti,npy --outputs depth,depth_mm,depth_kitti,depth_npy <records >masked
        check_label depth_formats pristine <masked
        rv-mask --depth-format mm --outputs depth <records | jq -e '.files | has("depth_mm") | not'
    done
    # Mist has 0..0.6, Position metres below 0
    fresh
    rm -rf out pristine
    prepare --objects 9 --seed 4 --passes
    jq -c '.channels.depth = "ViewLayer.Position.Y"' records | rv-mask --depth-format mm,kitti 2>err >masked
    [ "$(wc -l <err)" = 1 ]
    grep -Eq "[0-9]+ pixels are not within 0.001..65.535 m, which is all that depth_mm can hold: they are 0 there" err
}

@test "flow: not of a panorama, whose vectors are as Blender has them" {
    prepare --passes --frames 2
    jq -c '(.camera, (.frames[].camera | values)).type = "PANO"' records | rv-mask --flow-format flo,kitti >masked
    jq -e '.files | has("vector") and (keys | any(startswith("flow")) | not)' masked
    fresh
    rv-mask --flow-format flo,kitti <records | jq -e '.files | has("vector") and has("flow_forward") and has("flow_backward_kitti")'
}

@test "distance: along the rays of a pinhole, depth of parallel ones, as it was rendered of a panorama" {
    local options
    for options in "" "--frames 2" "--views 1"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --objects 9 --seed 4 $options
        jq -c '.camera.K as $k | (.frames[]?.camera | values).K = $k' records >cameras
        rv-mask --distance <cameras | check_label distance pristine
        fresh
        # from kept files
        rv-mask --outputs depth <cameras | jq -e '.files | has("distance") | not'
        rv-mask --outputs depth,distance <cameras | check_label distance pristine
    done
    rm -rf out pristine
    prepare --objects 9 --seed 4
    jq -c '.camera |= (.type = "ORTHO" | .K = null)' records | rv-mask --distance >masked
    cmp out/00000000/D{epth,istance}.exr
    cp out/00000000/Depth.exr depth.exr
    fresh
    jq -c '.camera.type = "PANO" | .channels |= (.distance = .depth | del(.depth))' records >around
    rv-mask <around | jq -e '.files | has("distance") and (has("depth") or has("depth_preview") | not)'
    cmp depth.exr out/00000000/Distance.exr
    rv-mask --outputs index <around | jq -e '.files | has("distance") | not'
    fresh
    # a camera of which nothing is known
    jq -c 'del(.camera)' records | rv-mask --distance --outputs depth,distance | jq -e '.files | has("distance") | not'
}

@test "depth_color: Turbo over inverse depth, a range for a clip, a scale" {
    need_module cv2
    local options
    for options in "" "--frames 5" "--views 1" "--size 200 9" "--size 9 100"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --objects 12 --seed 4 $options
        rv-mask -j2 <records | check_label depth_color pristine
        fresh
        rv-mask --depth-range 8,9.5 <records >ranged
        check_label depth_color pristine range=8,9.5 <ranged
        # the same from kept files
        fresh
        rv-mask --outputs depth <records >/dev/null
        rv-mask --outputs depth,depth_color <records | check_label depth_color pristine
    done
    while IFS='|' read -r range part; do
        run -2 rv-mask --depth-range "$range" <records
        [[ $output == *"$part"* ]]
    done <<'CASES'
1|--depth-range '1' must be two depths in metres: A,B
3,2|--depth-range
0,2|--depth-range
a,2|--depth-range
CASES
}

# A cube, and two copies of its collection: one is turned and moves, the other is behind the cube in part.
@test "keypoints: of instances in a sequence, and rv-verify derives them from what they are of" {
    need_blender
    cat >scene.py <<'END'
import rv


class Scene(rv.Scene):
    def generate(self, seed):
        data, scene = rv.bpy.data, rv.bpy.context.scene
        self.camera.set_location((0, 0, 10)).set_fov(60)
        cube = self.objects.cube("Cube", size=2).set_keypoints({"tip": (0.5, 0, 1)})
        source = data.collections.new("Source")
        source.objects.link(cube.obj)
        for name, place in ("Beside", (3, 0, 0)), ("Below", (1.5, 0, -5)):
            copy = data.objects.new(name, None)
            copy.instance_type, copy.instance_collection = "COLLECTION", source
            copy.location, copy.rotation_euler.z = place, 1.5707963267948966
            scene.collection.objects.link(copy)
            copy.keyframe_insert("location", frame=1)
            if name == "Beside":
                copy.location.y = 2
                copy.keyframe_insert("location", frame=3)
END
    rv-seed seq 1 | rv-blend scene.py --frames 1,3 --resolution 64,64 --samples 1 -q -o out |
        rv-mask --category-from name >records
    rv-verify <records >/dev/null
    # A pixel is tan(30) / 32 wide at 1 m; the upper tips are 9 m away, the lower one 14 m.
    [ "$(jq -c '[.frames[] | [.annotations[] | [.index, .keypoints[0].visibility] + (.keypoints[0].pixel | map(round))]]' records)" = \
        '[[[2,2,35,32],[3,1,38,30],[4,2,50,29]],[[2,2,35,32],[3,1,38,30],[4,2,50,17]]]' ]
    jq -c '.frames[1].objects |= map(if .index == 4 then .keypoints[0].world[0] += 0.1 else . end)' records >wrong
    run -1 rv-verify -q <wrong
    [[ $output == *keypoint.instance* ]]
}

@test "keypoints: seen, hidden, outside; in stills, sequences, views" {
    for options in "" "--frames 2" "--views 1"; do
        rm -rf out pristine
        # shellcheck disable=SC2086
        prepare --passes --objects 9 --seed 4 $options
        rv-mask <records >masked
        check_label keypoints pristine <masked
        [ "$(jq -c '[.. | .visibility? | numbers] | unique' masked)" = '[0,1,2]' ]
        fresh
        rv-mask --keypoints-below 0.2 <records >below
        check_label keypoints pristine below=0.2 <below
        run -1 cmp -s masked below
    done
    # without any, annotations need no depth
    rm -rf out pristine
    prepare --objects 3
    rv-mask --outputs material_index <records >/dev/null
    rv-mask --outputs material_index --category-from name <records >masked
    [ "$(jq -c '[.annotations[].keypoints | values]' masked)" = '[]' ]
}
