# SPDX-License-Identifier: MIT
# BOP: what its toolkit reads, back in the picture; what is refused. What rv-verify must find is in mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    need_module numpy
    need_module PIL
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

# Two objects with boxes around their rectangles, seen by a camera that is turned.
posed() { # ID...
    python3 "$RV_ROOT/tests/lib/labelled.py" out "$@" | jq -c '
        .camera = {type: "PERSP", K: [[30, 0, 20], [0, 31, 14.5], [0, 0, 1]],
            matrix_world: [[0.8, 0, 0.6, 6], [0.6, 0, -0.8, -8], [0, 1, 0, 0.1], [0, 0, 0, 1]]} |
        .objects[0].box3d = {center: [-2.6, -2, 0], size: [9, 8, 12], rotation_quaternion: [0.5, 0.5, 0.5, 0.5]} |
        .objects[1].box3d = {center: [1, 0.8, 0.5], size: [7, 8, 7], rotation_quaternion: [0.8, 0, 0.6, 0]} |
        .annotations |= map(.category = {"1": "box", "2": "disc"}[.index | tostring])'
}

check() { # DATASET RECORDS [DEPTH_SCALE]
    "$PYTHON" "$RV_ROOT/tests/lib/bop_check.py" "$@"
}

@test "poses, depth and masks are those of the record, in every split" {
    posed a b c d e | jq -c '.split = ["train", "test", "val", "test", "train"][.index]' >in
    run -0 --separate-stderr rv-mux -f bop,webdataset -o ds <in
    [ -z "$stderr" ]
    [ "$(check ds/bop in)" = "10 objects" ]
    [ "$(jq -c . ds/bop/camera.json)" = '{"cx":19.5,"cy":14,"depth_scale":1,"fx":30,"fy":31,"height":30,"width":40}' ]
    rv-verify --deep ds
    rv-mux -f bop:depth-scale=0.1 -o fine <in >/dev/null
    [ "$(check fine/bop in 0.1)" = "10 objects" ]
    jq -c 'del(.files.depth)' in | rv-mux -f bop -o flat >flat.jsonl
    [ "$(check flat/bop flat.jsonl)" = "10 objects" ]
    [ ! -e flat/bop/train/000000/depth ]
    rv-verify --deep flat
}

@test "shards hold what folders do" {
    posed a b c d e | jq -c '.split = ["train", "test", "val", "test", "train"][.index]' >in
    rv-mux -q -f bop:layout=webdataset,coco -o ds <in >/dev/null
    rv-mux -q -f bop,coco -o folders <in >/dev/null
    [ "$(cd ds/bop && find . -type f | sort | xargs)" = "./camera.json ./models/models_info.json ./test/key_to_shard.json ./test/shard-000000.tar ./test_targets_bop19.json ./train/key_to_shard.json ./train/shard-000000.tar ./val/key_to_shard.json ./val/shard-000000.tar" ]
    [ "$(tar tf ds/bop/test/shard-000000.tar | sed -n 's/^000000_000001\.//p' | xargs)" = "rgb.png depth.png camera.json gt.json gt_info.json mask.json mask_visib.json" ]
    [ "$(jq -c . ds/bop/test/key_to_shard.json)" = '{"000000_000000":0,"000000_000001":0}' ]
    mkdir unpacked
    "$PYTHON" "$RV_ROOT/tests/lib/bop_check.py" --shards ds/bop unpacked/bop
    [ "$(check unpacked/bop in)" = "10 objects" ]
    (cd folders/bop && find . -name '*.png' -o -name 'test_*' -o -name 'models_info.json') >files
    while read -r file; do
        "$PYTHON" -c 'import sys; from PIL import Image, ImageChops; a, b = sys.argv[1:]
sys.exit(open(a).read() != open(b).read() if a.endswith("json") else
         ImageChops.difference(*(Image.open(p).convert("RGBA") for p in (a, b))).getbbox() is not None)' \
            "folders/bop/$file" "unpacked/bop/$file"
    done <files
    [ "$(wc -l <files)" = 32 ]
    rv-verify --deep ds
    # Pictures for readers that look for rgb.jpg; a scene is whole, the next one begins.
    head -n 1 in | jq -c '.annotations = [] | del(.files.depth) | range(1002) as $i | .id = "s\($i)" | .index = $i' >many
    rv-mux -q -f bop:layout=webdataset:image=jpg -o many_ds <many >/dev/null
    [ "$(ls many_ds/bop/train | xargs)" = "key_to_shard.json shard-000000.tar shard-000001.tar" ]
    [ "$(jq -c 'to_entries | [length, .[999, 1000]]' many_ds/bop/train/key_to_shard.json)" = '[1002,{"key":"000000_000999","value":0},{"key":"000001_000000","value":1}]' ]
    [ "$(tar tf many_ds/bop/train/shard-000001.tar | head -n 1)" = 000001_000000.rgb.jpg ]
    tar xOf many_ds/bop/train/shard-000001.tar 000001_000001.rgb.jpg >one.jpg
    [ "$("$PYTHON" -c 'from PIL import Image; i = Image.open("one.jpg"); print(i.format, i.size)')" = "JPEG (40, 30)" ]
    rv-verify --deep many_ds
}

@test "a run that was killed goes on with shards that are there" {
    posed a | jq -c '.annotations = [] | del(.files.depth) | range(1002) as $i | .id = "s\($i)" | .index = $i' >in
    rv-mux -q -f bop:layout=webdataset --post 'false' -o ds <in >/dev/null 2>&1 || [ $? = 3 ]
    rv-mux -q -f bop:layout=webdataset -o whole <in >/dev/null
    rv-mux -q -f bop:layout=webdataset --post 'cp {} posted-$(basename {})' -o ds <in >/dev/null
    same_tree whole/bop ds/bop
    cmp posted-shard-000000.tar whole/bop/train/shard-000000.tar
}

@test "poses are rotations, although records round quaternions" {
    posed a | jq -c '.objects[0].box3d.rotation_quaternion = [0.50000064, 0.5, 0.5, 0.5] |
        .objects[1].box3d.rotation_quaternion = [0.79999936, 0, 0.6, 0]' >in
    rv-mux -q -f bop -o ds <in >/dev/null
    rv-verify --deep ds
}

@test "whole objects: masks, boxes and shares, where the record has them" {
    # what is seen of the other one is hidden of the first, and a column is left of the picture
    posed a b | jq -c '.annotations |= (([.[] | .area] | max) as $most |
        ([.[] | select(.area == $most)][0] | [.bbox, .area, .rle]) as [$box, $area, $rle] |
        map(. + {amodal: $rle, amodal_bbox: $box, amodal_area: $area, visib_fract: (.area / $area), occluded_by: []}) |
        .[0] += {amodal_bbox: [-1, 0, 40, 30], amodal_area: ($area + 30), visib_fract: (.[0].area / ($area + 30))})' >in
    rv-mux -q -f bop -o ds <in >/dev/null
    [ "$(check ds/bop in)" = "4 objects" ]
    rv-verify --deep ds
    jq -e '.["0"][0] | .visib_fract < 1 and .bbox_obj[0] == -1 and .px_count_all > .px_count_valid' ds/bop/train/000000/scene_gt_info.json
    local change
    for change in '.amodal_area = 1' '.amodal_bbox = [0, 0, 0, 5]' '.amodal_bbox = [0.5, 0, 1, 1]' 'del(.amodal_area)' \
        '.amodal.size = [1, 1]' '.amodal.counts = "0"'; do
        head -1 in | jq -c ".annotations[0] |= ($change)" >broken
        run -1 --separate-stderr rv-mux -f bop -o refused <broken
        [[ $stderr$output == *"annotation of index 1: amodal"* ]] || { echo "$change: $stderr $output"; return 1; }
        rm -rf refused
    done
}

@test "a scene has a thousand pictures, the next one goes on" {
    posed a | jq -c '.annotations = [] | del(.files.depth) | range(1002) as $i | .id = "s\($i)" | .index = $i' >in
    rv-mux -q -f bop -o ds <in >/dev/null
    [ "$(check ds/bop in)" = "0 objects" ]
    [ "$(ls ds/bop/train | xargs)" = "000000 000001" ]
    [ "$(jq -c 'keys' ds/bop/train/000001/scene_gt.json)" = '["0","1"]' ]
    rv-verify --deep ds
}

@test "what has no box has no pose, and is counted" {
    posed a | jq -c '.objects[0].box3d = null' >in
    run -0 --separate-stderr rv-mux -f bop -o ds <in
    [ "$stderr" = "rv-mux: warning: format bop: 1 of 2 objects have no pose there, since they have no box3d or its middle is behind the camera" ]
    [ "$(check ds/bop in)" = "1 objects" ]
    rv-verify --deep ds
}

@test "objects of one category must have boxes of one size, and a sample that is refused leaves no model" {
    posed a b c >in
    jq -c 'if .index == 0 then .objects[0].box3d.size[1] = 20 | .objects[1].box3d.size = [3, 3, 3] |
        .annotations[1].category = "box" elif .index == 2 then .objects[0].box3d.size[2] = 12.5 else . end' in >mixed
    run -1 --separate-stderr rv-mux -q -f bop -o ds <mixed
    [[ ${lines[0]} == *"object 2: format bop has one model of each category, and this 'box' is 3000.0 mm long along its x where an earlier one is 9000.0: give what differs in size categories of its own"* ]]
    [[ ${lines[2]} == *"object 1: "*"this 'box' is 12500.0 mm long along its z where an earlier one is 12000.0"* ]]
    sed -n 2p in >second
    [ "$(check ds/bop second)" = "2 objects" ]
    rv-verify --deep ds
}

@test "depth of another size, no camera, and a camera that is not perspective are refused" {
    posed a >in
    jq -c '.camera.type = "ORTHO"' in >bad
    run -1 rv-mux -q -f bop -o none <bad
    [[ $output == *"format bop needs a perspective camera, not ORTHO"* ]]
    jq -c 'del(.camera)' in >bad
    run -1 rv-mux -q -f bop -o none <bad
    [[ $output == *"format bop needs field 'camera', which the record does not have"* ]]
    "$PYTHON" -c 'from labelled import exr; exr("out/a/Depth.exr", [[1.0] * 40] * 29)'
    run -1 rv-mux -q -f bop -o none <in
    [[ $output == *"'Depth.exr' has 40x29 pixels, but 'Image.png' has 40x30"* ]]
    run -2 rv-mux -f bop:depth-scale=0 -o none <in
}

@test "parts become one: scenes and pictures are counted on, over the end of a scene" {
    posed a | jq -c 'del(.files.depth) | . as $r | range(1030) | . as $i | $r | .id = "s\($i)" |
        .split = (if $i % 300 == 0 then "test" else "train" end) |
        if $i >= 500 then .objects[1].box3d.size[0] = 7.02 else . end |
        if $i % 20 > 0 then .annotations = [] else . end' >in
    rv-mux -q -f bop -o one <in >/dev/null
    head -n 500 in | rv-mux -q -f bop -o x >/dev/null
    sed -n 501,510p in | rv-mux -q -f bop -o y >/dev/null
    tail -n +511 in | rv-mux -q -f bop -o z >/dev/null
    run -0 --separate-stderr rv-mux --merge x y z -o merged
    same_tree one merged
    [ "$(ls merged/bop/train merged/bop/test | xargs)" = "merged/bop/test: 000000 merged/bop/train: 000000 000001" ]
    [ "$(jq -c '[.[].im_id]' merged/bop/test_targets_bop19.json)" = "[0,0,1,1,2,2,3,3]" ]
    [ merged/bop/train/000001/rgb/000025.png -ef z/bop/train/000000/rgb/000517.png ]
    rv-verify merged
}

@test "parts of unlike models, of one sample twice, and shards do not become one" {
    posed a b >in
    rv-mux -q -f bop -o x <in >/dev/null
    jq -c '.id += "2" | .objects[1].box3d.size[0] = 9' in | rv-mux -q -f bop -o y >/dev/null
    run -2 --separate-stderr rv-mux --merge x y -o merged
    [[ $stderr == *"the boxes of 'disc' are of one size in part 'x' and of another in 'y'"*"give what differs in size categories of its own"* ]]
    tail -n 1 in | rv-mux -q -f bop -o z >/dev/null
    run -2 --separate-stderr rv-mux --merge x z -o merged
    [[ $stderr == *"id 'b' is there twice, the second time in part 'z'"* ]]
    jq -c '.id += "3"' in | rv-mux -q -f bop:depth-scale=2 -o w >/dev/null
    run -2 --separate-stderr rv-mux --merge x w -o merged
    [[ $stderr == *"parts of unlike settings: 'x' has format 'bop', 'w' has 'bop:depth-scale=2'"* ]]
    rv-mux -q -f bop:layout=webdataset -o s <in >/dev/null
    run -2 --separate-stderr rv-mux --merge s -o merged
    [[ $stderr == *"format bop cannot be merged: 'bop/"*"' of part 's' is of all samples"* ]]
    [ ! -e merged ]
}
