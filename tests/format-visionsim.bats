# SPDX-License-Identifier: MIT
# visionsim's folders: what its Dataset reads; what is refused. What rv-verify must find is in mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    need_module numpy
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
    "$RV_ROOT/tests/lib/make_planes.py" out | rv-mask --normals camera >in
}

check() { # DATASET RECORDS
    "$PYTHON" "$RV_ROOT/tests/lib/visionsim_check.py" "$@"
}

@test "depth, normals, indices and poses are the sequence's, and flow is Blender's own" {
    rv-mux -f visionsim,video -o ds <in >out.jsonl
    cmp in out.jsonl
    [ "$(check ds/visionsim in)" = "15 files" ]
    [ "$(ls ds/visionsim/planes/frames | xargs)" = "frame_000001.png frame_000002.png frame_000003.png" ]
    rv-verify --deep ds
}

@test "a lens that changes stands in every frame" {
    jq -c '.frames[1].camera.K[0][0] = 44' in >zoom
    rv-mux -q -f visionsim -o ds <zoom >/dev/null
    [ "$(check ds/visionsim zoom)" = "15 files" ]
    [ "$(jq -c '[.fl_x, (.frames[] | .fl_x)]' ds/visionsim/planes/transforms.json)" = "[null,40,44,40]" ]
    rv-verify --deep ds
}

@test "what a sequence does not have is left out, and stills and planes of other sizes are refused" {
    jq -c 'del(.files.depth, .files.flow_forward, .files.normal_camera)' in | rv-mux -q -f visionsim -o few >/dev/null
    [ "$(ls few/visionsim/planes | xargs)" = "frames segmentations transforms.json" ]
    rv-verify --deep few
    python3 -c 'from labelled import png; png("out/planes/index/000002.png", [[0] * 9] * 9, 1, 16)'
    run -1 rv-mux -q -f visionsim -o none <in
    [[ $output == *"format visionsim: the segmentation of frame 000002 has 9x9 pixels, its picture 48x36"* ]]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 >still
    run -1 rv-mux -q -f visionsim -o none <still
    [[ $output == *"format visionsim needs field '"* ]]
}
