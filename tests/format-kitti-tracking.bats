# SPDX-License-Identifier: MIT
# KITTI's tracking benchmark: what TrackEval reads, back in the world; what is refused. What rv-verify must find is in
# mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    need_module numpy
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

sequences() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$1" --frames 3 --size 64x48 "${@:2}" |
        "$PYTHON" "$RV_ROOT/tests/lib/kitti_tracking_check.py" make
}

@test "frames, rows and lists are those of the sequences, in every split" {
    sequences 4 --views left | jq -c '.split = ["train", "test", "val", "test"][.index]' >in
    run -0 --separate-stderr rv-mux -f kitti-tracking,video -o ds <in
    [[ $stderr != *warning* ]]
    [ "$("$PYTHON" "$RV_ROOT/tests/lib/kitti_tracking_check.py" check ds/kitti-tracking in)" = "48 rows" ]
    [ "$(cat ds/kitti-tracking/testing/mapping.txt)" = '0000 00000001 -
0001 00000001 left
0002 00000003 -
0003 00000003 left' ]
    [ "$(cat ds/kitti-tracking/training/evaluate_tracking.seqmap.val)" = '0002 empty 000000 000003
0003 empty 000000 000003' ]
    rv-verify --deep ds
}

@test "types that the benchmark does not know are refused, or ignored without an id" {
    sequences 1 | jq -c '.frames[1].annotations[1].category = "Person_sitting"' >in
    run -1 rv-mux -q -f kitti-tracking -o none <in
    [[ $output == *"object 2: format kitti-tracking has no type 'Person_sitting': give objects a custom property 'category' of Car, Van,"*"(kitti-tracking:other=Misc)"* ]]
    rv-mux -q -f kitti-tracking:other=DontCare -o ds <in >/dev/null
    [[ $(sed -n 4p ds/kitti-tracking/training/label_02/0000.txt) == "1 -1 DontCare -1 -1 -10.000000 "*" -1000.000000 -10.000000" ]]
    rv-verify --deep ds
}

@test "stills, and a camera that zooms, are refused" {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 >in
    run -1 rv-mux -q -f kitti-tracking -o none <in
    [[ $output == *"format kitti-tracking needs field '"* ]]
    sequences 1 | jq -c '.frames[2].camera.K[0][0] = 90' >in
    run -1 rv-mux -q -f kitti-tracking -o none <in
    [[ $output == *"frames[2].camera: format kitti-tracking has one calibration for a sequence, and frame 000003 has other intrinsics than the first"* ]]
}

@test "an object that leans has a row without a 3D box" {
    sequences 1 | jq -c '.objects[0].box3d.rotation_quaternion = [0.9659258, 0.258819, 0, 0]' >in
    run -0 --separate-stderr rv-mux -f kitti-tracking -o ds <in
    [ "${stderr_lines[0]}" = "rv-mux: warning: format kitti-tracking: 3 of 6 objects have no 3D box, which an object has whose z axis points up in the picture, within 1 degree: level the camera" ]
    rv-verify --deep ds
}

@test "what others hide of an object in the picture is known where the record has it whole" {
    sequences 1 | python3 "$RV_ROOT/tests/lib/hide.py" 4 10x4 | jq -c '.frames[1].annotations |= map(del(.amodal))' >in
    rv-mux -q -f kitti-tracking -o ds <in >/dev/null
    [ "$(cut -d' ' -f1,2,5 ds/kitti-tracking/training/label_02/0000.txt | xargs)" = "0 1 2 0 2 0 1 1 0 1 2 0 2 1 2 2 2 0" ]
}
