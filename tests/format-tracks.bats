# SPDX-License-Identifier: MIT
# TAPVid-3D: what its evaluation reads, by NumPy; what is refused. What rv-verify must find is in mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    need_module PIL
    need_module numpy
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

planes() {
    "$PYTHON" "$RV_ROOT/tests/lib/make_planes.py" out --tracks | rv-mask --category-from name -q
}

@test "clips are what the tracks of the sample are" {
    planes | jq -c '.split = "val"' >in
    rv-mux -f tracks:quality=100,webdataset -o ds <in >out.jsonl
    cmp in out.jsonl
    run -0 "$PYTHON" "$RV_ROOT/tests/lib/tapvid_check.py" ds/tracks in
    [[ $output =~ ^[1-9][0-9]+' points'$ ]]
    rv-verify --deep ds
    rv-mux -q -f tracks:quality=100 -o again <in >/dev/null
    cmp ds/tracks/val/planes.npz again/tracks/val/planes.npz
}

@test "a camera that stands still has no extrinsics" {
    "$PYTHON" "$RV_ROOT/tests/lib/make_planes.py" out --tracks | jq -c '.frames[].camera = .frames[0].camera | .camera = .frames[0].camera' |
        rv-mask --category-from name -q >in
    jq -c 'del(.frames[].camera)' in >still
    rv-mux -q -f tracks -o ds <in >/dev/null
    run -0 "$PYTHON" "$RV_ROOT/tests/lib/tapvid_check.py" ds/tracks still
    rv-verify --deep ds
}

@test "stills, samples without tracks and a camera that zooms are refused with what to do" {
    planes >in
    jq -c 'del(.files.tracks)' in >bare
    run -1 rv-mux -q -f tracks -o none <bare
    [[ $output == *"format tracks needs field 'files.tracks': give rv-blend --tracks N, and let rv-mask make the label tracks"* ]]
    jq -c '.frames[1].camera.K[0][0] += 1' in >zoom
    run -1 rv-mux -q -f tracks -o none <zoom
    [[ $output == *"has one set of intrinsics for a clip, but frame 2 has other ones than the first"* ]]
    python3 "$RV_ROOT/tests/lib/make_sample.py" stills --tracks 3 --passes | rv-mask -q >still
    run -1 rv-mux -q -f tracks -o none <still
    [[ $output == *"format tracks needs field 'frames'"* ]]
}
