# SPDX-License-Identifier: MIT
# KITTI's object detection: what its development kit reads, back in the world; what is refused. What rv-verify must find
# is in mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    need_module numpy
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

records() { # COUNT
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$1" --size 64x48 | "$PYTHON" "$RV_ROOT/tests/lib/kitti_check.py" make
}

check() { # DATASET RECORDS
    "$PYTHON" "$RV_ROOT/tests/lib/kitti_check.py" check "$@"
}

@test "3D boxes are those of the world, in every split" {
    records 6 | jq -c '.split = ["train", "test", "val", "train", "test", "val"][.index]' >in
    run -0 --separate-stderr rv-mux -f kitti,hf -o ds <in
    [[ $stderr != *warning* ]]
    [ "$(check ds/kitti in)" = "12 rows" ]
    [ "$(cat ds/kitti/testing/mapping.txt)" = '000000 00000001 - -
000001 00000004 - -' ]
    [ "$(xargs <ds/kitti/ImageSets/val.txt)" = "000001 000003" ]
    rv-verify --deep ds
}

@test "an object that leans, or has no box, has a row without one" {
    records 2 | jq -c 'if .index == 0 then .objects[0].box3d.rotation_quaternion = [0.9659258, 0.258819, 0, 0] |
        .objects[1].box3d = null else . end' >in
    run -0 --separate-stderr rv-mux -f kitti -o ds <in
    [ "${stderr_lines[0]}" = "rv-mux: warning: format kitti: 2 of 4 objects have no 3D box, which an object has whose z axis points up in the picture, within 1 degree: level the camera" ]
    [ "$(cut -d' ' -f4,9- ds/kitti/training/label_2/000000.txt | sort -u)" = \
        "-10.000000 -1.000000 -1.000000 -1.000000 -1000.000000 -1000.000000 -1000.000000 -10.000000" ]
    rv-verify --deep ds
}

@test "types that KITTI does not know are refused with what to do" {
    records 1 | jq -c '.annotations[1].category = "horse"' >in
    run -1 rv-mux -q -f kitti -o none <in
    [[ $output == *"object 2: format kitti has no type 'horse': give objects a custom property 'category' of Car, Van,"*"(kitti:other=Misc)"* ]]
    rv-mux -q -f kitti:other=Misc -o misc <in >/dev/null
    [ "$(cut -d' ' -f1 misc/kitti/training/label_2/000000.txt | xargs)" = "Car Misc" ]
    rv-verify --deep misc
    rv-mux -q -f kitti:other=dontcare -o ignored <in >/dev/null
    [[ $(sed -n 2p ignored/kitti/training/label_2/000000.txt) == "DontCare -1.0000 -1 -10.000000 "*" -1.000000 -1.000000 -1.000000 -1000.000000 -1000.000000 -1000.000000 -10.000000" ]]
    rv-verify --deep ignored
    run -2 rv-mux -f kitti:other=Car -o none <in
}

@test "what moves is where its frame and its view have it" {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 --frames 2 --views left --size 64x48 | jq -c '
        .resolution = [64, 48] | .camera = {K: [[60, 0, 32], [0, 60, 24], [0, 0, 1]],
            matrix_world: [[1, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 1], [0, 0, 0, 1]]} |
        def box($y): {center: [0, $y, 1], size: [9, 9, 9], rotation_quaternion: [1, 0, 0, 0]};
        .objects[0].box3d = box(20) | .frames[1].objects = [{index: 1, box3d: box(30)}] |
        .views[0].frames[1].objects = [{index: 1, box3d: box(40)}]' >in
    rv-mux -q -f kitti:other=Misc -o ds <in >/dev/null
    [ "$(cut -d' ' -f14 ds/kitti/training/label_2/*.txt | grep -v '^-1000' | xargs)" = "20.000000 30.000000 20.000000 40.000000" ]
    [ "$(cut -d' ' -f3,4 ds/kitti/training/mapping.txt | xargs)" = "- 000001 - 000002 left 000001 left 000002" ]
}

# What is beyond the border is truncated, not hidden.
@test "what others hide of an object in the picture is known where the record has it whole" {
    : >in
    for words in '10 8' '7 5x4' '4 1' '10x4 8x2'; do
        python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 --size 64x48 | python3 "$RV_ROOT/tests/lib/hide.py" $words | jq -c '
            .id = "\($n)" | .index = $n | .resolution = [64, 48] | .annotations[:2][].category = "car" |
            .camera = {K: [[60, 0, 32], [0, 60, 24], [0, 0, 1]], matrix_world: [[1, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 1], [0, 0, 0, 1]]}
            ' --argjson n "$(wc -l <in)" >>in
    done
    rv-mux -q -f kitti -o ds <in >/dev/null
    [ "$(cut -d' ' -f3 ds/kitti/training/label_2/*.txt | xargs)" = "0 0 1 1 2 2 0 0" ]
    rv-verify --deep ds
    head -n 1 in | jq -c 'del(.annotations[0].amodal) | .annotations[1].category = "dontcare"' | rv-mux -q -f kitti -o unknown >/dev/null
    [ "$(cut -d' ' -f3 unknown/kitti/training/label_2/000000.txt | xargs)" = "3 -1" ]
    jq -c ".annotations[0].amodal.size = [1, 1]" in >other_size
    run -1 rv-mux -q -f kitti -o none <other_size
    [[ $output == *"annotation of index 1: amodal, amodal_bbox or amodal_area is wrong"* ]]
}
