# SPDX-License-Identifier: MIT
# Control clips: what is in their frames, decoded by FFmpeg; what is refused. What rv-verify must find is in mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    need ffmpeg
    need_module numpy
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

sequences() { # ID...
    python3 "$RV_ROOT/tests/lib/labelled.py" --sequence 3 out "$@"
}

check() { # DATASET RECORDS
    "$PYTHON" "$RV_ROOT/tests/lib/control_check.py" "$@"
}

@test "without loss, frames are the picture, its depths, its objects and their borders" {
    sequences a b | jq -c '.prompt = "a \"disc\" moves" | .fps = 12' >in
    run -0 rv-mux -f control:codec=ffv1 -o ds <in
    [ "$(check ds/control in)" = "6 frames" ]
    [ "$(jq -c '[.fps, .frames, .clips]' ds/control/a/control.json)" = '[12,3,["rgb","depth","segmentation","edges"]]' ]
    rv-verify --deep ds
    # without depth
    jq -c 'del(.files.depth)' in >flat
    rv-mux -q -f control:codec=ffv1 -o flat-ds <flat >/dev/null
    [ "$(check flat-ds/control flat)" = "6 frames" ]
    [ "$(jq -c '[.clips, .depth]' flat-ds/control/b/control.json)" = '[["rgb","segmentation","edges"],null]' ]
    rv-verify --deep flat-ds
}

@test "clips are in step, of even sides, and each view has its own" {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 --frames 3 --views left --size 33x25 >in
    rv-mux -q -f control,video -o ds <in >/dev/null
    [ "$(ls ds/control | xargs)" = "00000000 00000000.left" ]
    [ "$(ls ds/control/00000000.left | xargs)" = "control.json edges.mp4 prompt.json rgb.mp4 segmentation segmentation.mp4" ]
    for clip in rgb segmentation edges; do
        run -0 ffprobe -v error -count_frames -show_entries stream=width,height,pix_fmt,r_frame_rate,nb_read_frames -of csv=p=0 "ds/control/00000000/$clip.mp4"
        [ "$output" = 34,26,yuv420p,24/1,3 ]
    done
    rv-verify --deep ds
}

@test "stills, and masks that overlap, are refused" {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 >in
    run -1 rv-mux -q -f control -o none <in
    [[ $output == *"format control needs field 'frames'"* ]]
    sequences a | jq -c '.frames[1].annotations[1].rle = .frames[1].annotations[0].rle' >in
    run -1 rv-mux -q -f control -o none <in
    [[ $output == *"format control: field 'frames[1].annotations': annotation of index 2: its rle overlaps that of another"* ]]
    sequences c | jq -c '.files.depth[1] = .files.image[1]' >in
    run -1 rv-mux -q -f control -o none <in
    [[ $output == *"not an OpenEXR file"* ]]
}
