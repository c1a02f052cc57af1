# SPDX-License-Identifier: MIT
# DAVIS: what its evaluations read, by Pillow; what is refused. What rv-verify must find is in mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    need_module numpy
    need_module PIL
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

@test "a number is one object over the clip, also where it is not seen" {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 2 --frames 3 --views left | jq -c '.split = ["val", "train"][.index] |
        if .index == 1 then .frames[0].annotations |= .[1:] | .frames[2].frame = 9 else . end' >in
    rv-mux -f davis,webdataset -o ds <in >out.jsonl
    cmp in out.jsonl
    [ "$("$PYTHON" "$RV_ROOT/tests/lib/davis_check.py" ds/davis in)" = "12 masks" ]
    [ "$(xargs <ds/davis/ImageSets/2017/train.txt)" = "00000001 00000001.left" ]
    [ "$(ls ds/davis/JPEGImages/480p/00000001 | xargs)" = "00000.png 00001.png 00002.png" ]
    python3 "$RV_ROOT/tests/lib/labelled.py" --sequence 3 out a | rv-mux -f davis,video,mot:other=car -o whole >/dev/null
    rv-verify --deep whole
}

@test "stills, and more objects than 8 bits tell apart, are refused" {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 >in
    run -1 rv-mux -q -f davis -o none <in
    [[ $output == *"format davis needs field 'frames'"* ]]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 --frames 2 | jq -c '
        .objects = [range(1; 256) as $i | .objects[0] | .index = $i] |
        .frames[0].annotations = [range(1; 255) as $i | .frames[0].annotations[0] | .index = $i]' >in
    run -1 rv-mux -q -f davis -o none <in
    [[ $output == *"format davis: masks of 8 bits tell 253 objects of a clip apart"* ]]
    jq -c '.frames[0].annotations |= .[:253] | .frames[1].annotations = []' in | rv-mux -q -f davis -o most >/dev/null
    [ -e most/davis/Annotations/480p/00000000/00001.png ]
}
