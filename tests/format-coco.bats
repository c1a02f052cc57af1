# SPDX-License-Identifier: MIT
# COCO's layouts, outlines and bases of ids: what readers find there. Run lengths and the layout of one document are in
# rv-mux.bats; what rv-verify must find is in mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

# Samples of three splits whose masks have outlines.
outlined() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@" | jq -c '.split = ["train", "val", "test"][.index % 3]' |
        python3 "$RV_ROOT/tests/lib/coco_splits_check.py" add
}

check() { # DATASET RECORDS LAYOUT BASE
    python3 "$RV_ROOT/tests/lib/coco_splits_check.py" "$@"
}

@test "each split has a document, apart from the pictures or beside them as Roboflow has it" {
    outlined 3 --views left >in
    outlined 3 --frames 2 --start 3 >>in
    for layout in coco roboflow; do
        for kind in rle polygon; do
            rv-mux -q -f coco:layout=$layout:segmentation=$kind:base=1,hf -o $layout-$kind <in >out.jsonl 2>err
            cmp in out.jsonl
            [ ! -s err ]
            [ "$(check $layout-$kind in $layout 1)" = "24 annotations" ]
            rv-verify --deep $layout-$kind
        done
    done
    [ "$(ls coco-rle/coco | xargs)" = "annotations images" ]
    [ "$(ls coco-rle/coco/annotations | xargs)" = "instances_test.json instances_train.json instances_val.json" ]
    [ "$(ls roboflow-rle/coco/valid | xargs)" = "00000001.left.png 00000001.png 00000004.000001.png 00000004.000002.png _annotations.coco.json" ]
    jq -c 'del(.split)' in | rv-mux -q -f coco:segmentation=polygon -o one >/dev/null
    rv-verify --deep one
    [ "$(jq '.annotations | length' one/coco/annotations.json)" = 24 ]
}

@test "ids of categories count from the base, whatever the table says" {
    outlined 3 >in
    echo '[{"id":7,"name":"ball+red","supercategory":"toy"},{"id":90,"name":"cube"}]' >table.json
    for base in 0 1; do
        rv-mux -q -f coco:layout=roboflow:base=$base --categories table.json -o base-$base <in >/dev/null
        [ "$(check base-$base in roboflow $base)" = "6 annotations" ]
        rv-verify --deep base-$base
    done
    rv-mux -q -f coco:layout=coco --categories table.json -o own <in >/dev/null
    [ "$(jq -c '[.categories[] | .id, .supercategory]' own/coco/annotations/instances_val.json)" = '[7,"toy",90,""]' ]
    rv-verify --deep own
    run -2 rv-mux -f coco:base=2 -o none <in
}

@test "what lacks outlines is refused, and a split that trainers want is missed" {
    outlined 1 >in
    for change in 'del(.annotations[0].polygons)' '.annotations[0].polygons.edge[0] |= .[:5]' '.annotations[0].polygons.edge = []'; do
        jq -c "$change" in >bad
        run -1 rv-mux -q -f coco:segmentation=polygon -o none <bad
        [[ $output == *"format coco with segmentation=polygon needs 'polygons.edge' in the annotation of object 1: rv-mask --polygons edge writes it"* ]]
    done
    run -0 --separate-stderr rv-mux -f coco:layout=roboflow -o ds <in
    [ "$stderr" = "rv-mux: warning: format coco: no sample is of split 'val', which trainers want: give records a 'split' (rv-mux --set)" ]
}

@test "keypoints stand with their objects, their names and skeleton with the category" {
    outlined 2 | jq -c 'del(.split) | .skeletons = [{name: "s", keypoints: ["a", "b", "c"], edges: [["b", "a"], ["c", "b"]], flip: []}] |
        def point($name; $pixel; $v): {name: $name, pixel: $pixel, visibility: $v};
        .annotations[0] += {skeleton: "s", keypoints: [point("a"; [1.5, 2]; 2), point("b"; null; 0), point("c"; [32, 3.25]; 1)]} |
        .annotations[1].keypoints = [point("x"; [-3, 4]; 0)]' >in
    rv-mux -q -f coco:keypoints -o ds <in >/dev/null
    [ "$(jq -c '.annotations[:2][] | [.keypoints, .num_keypoints]' ds/coco/annotations.json | xargs)" = \
        "[[1.5,2,2,0,0,0,32,3.25,1],2] [[0,0,0],0]" ]
    [ "$(jq -c '.categories[] | [.name, .keypoints, .skeleton]' ds/coco/annotations.json | paste -sd' ')" = \
        '["cube",["a","b","c"],[[2,1],[3,2]]] ["ball+red",["x"],[]]' ]
    rv-verify --deep ds
    # Without the option the files are what they are without keypoints.
    jq -c 'del(.annotations[].keypoints)' in >plain
    rv-mux -q -f coco -o a <in >/dev/null
    rv-mux -q -f coco -o b <plain >/dev/null
    same_tree a b
}

@test "keypoints that differ within a category, or are not whole, are refused" {
    outlined 3 | jq -c 'def points($names): [$names[] | {name: ., pixel: [1, 1], visibility: 2}];
        del(.split) | .annotations[0].keypoints = points(["a", "b"]) |
        if .index == 0 then .annotations[0].keypoints = points(["b"]) | .annotations[1].keypoints = [{name: "x"}]
        elif .index == 2 then .annotations[0].keypoints = points(["b", "a"]) else . end' >in
    run -1 --separate-stderr rv-mux -f coco:keypoints -o ds <in
    [[ ${lines[0]} == *"format coco: keypoint 0 of object 2 lacks its name, its visibility, 0, 1 or 2, or its pixel in the picture"* ]]
    [[ ${lines[2]} == *"object 1 of category 'cube' has keypoints [\\\"b\\\",\\\"a\\\"], one before has [\\\"a\\\",\\\"b\\\"]: a category has one list"* ]]
    [ "$(jq -c '.categories[0].keypoints' ds/coco/annotations.json)" = '["a","b"]' ]
    rv-verify --deep ds
}

@test "segments of things and stuff have ids that fit both ways" {
    need_module numpy
    need_module PIL
    "$RV_ROOT/tests/lib/make_sample.py" stills --seed 5 --count 3 --passes --objects 8 --views 1 >passes
    "$RV_ROOT/tests/lib/make_sample.py" clips --seed 6 --passes --objects 5 --frames 2 | jq -c '.id = "clip"' >>passes
    rv-mask --panoptic --stuff box <passes >in
    rv-mux -f coco:panoptic -o ds <in >out.jsonl
    cmp in out.jsonl
    n=$(jq -c '.. | objects | select(has("segment")) | .segment' in | wc -l)
    run -0 "$PYTHON" "$RV_ROOT/tests/lib/coco_panoptic_check.py" ds/coco in box
    [ "${output% segments}" -gt 8 ]
    [ "${output% segments}" -lt "$n" ] # objects of stuff are one
    rv-verify --deep ds
    jq -c 'if .id == "clip" then .split = "val" else .split = "train" end' in >split
    rv-mux -f coco:panoptic:base=0 -o splits <split >/dev/null
    "$PYTHON" "$RV_ROOT/tests/lib/coco_panoptic_check.py" splits/coco split box
    [ "$(ls splits/coco/annotations | xargs)" = "instances_train.json instances_val.json panoptic_train.json panoptic_val.json" ]
    rv-verify --deep splits
}

@test "what lacks segments is refused, and a layout without a place for them" {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 >in
    run -1 rv-mux -q -f coco:panoptic -o none <in
    [[ $output == *"format coco with panoptic needs 'files.panoptic': rv-mask --panoptic makes it"* ]]
    jq -c '.files.panoptic = .files.index_color_preview' in >bad
    run -1 rv-mux -q -f coco:panoptic -o none <bad
    [[ $output == *"format coco with panoptic needs 'segment' in the annotation of object 1: rv-mask --panoptic writes it"* ]]
    run -2 rv-mux -q -f coco:panoptic:layout=roboflow -o none <in
    [[ $output == *"format coco: panoptic has no place in layout=roboflow"* ]]
}
