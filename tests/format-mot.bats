# SPDX-License-Identifier: MIT
# MOT Challenge: what TrackEval reads; what is refused. What rv-verify must find is in mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    need_module PIL
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

# Sequences of a pedestrian and a car.
sequences() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@" | jq -c '
        def name: .category = {"1": "Pedestrian", "2": "car"}["\(.index)"];
        .frames[].annotations[]? |= name | .views[]?.frames[].annotations[] |= name'
}

@test "frames, rows and lists are those of the sequences" {
    sequences 3 --frames 3 --views left | jq -c '.split = ["train", "val", "train"][.index] | .frames[2].frame = 9 |
        if .index == 0 then .fps = 29.97 | .frames[2].annotations = [] else . end' >in
    rv-mux -f mot,webdataset -o ds <in >out.jsonl
    cmp in out.jsonl
    [ "$("$PYTHON" "$RV_ROOT/tests/lib/mot_check.py" ds/mot in)" = "34 rows" ]
    [ "$(xargs <ds/mot/seqmaps/train.txt)" = "name 00000000 00000000.left 00000002 00000002.left" ]
    [ "$(cat ds/mot/train/00000000/seqinfo.ini)" = '[Sequence]
name=00000000
imDir=img1
frameRate=30
seqLength=3
imWidth=32
imHeight=24
imExt=.png' ]
}

@test "stills, and classes that MOT does not have, are refused with what to do" {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 >in
    run -1 rv-mux -q -f mot -o none <in
    [[ $output == *"format mot needs field 'frames'"* ]]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 --frames 2 >in
    run -1 rv-mux -q -f mot -o none <in
    [[ $output == *"object 1: format mot has no class 'cube': give objects a custom property 'category' of pedestrian,"*"(mot:other=pedestrian)"* ]]
    rv-mux -q -f mot:other=pedestrian,webdataset -o ds <in >/dev/null
    [ "$(cut -d, -f1,2,7,8 ds/mot/train/00000000/gt/gt.txt | xargs)" = "1,1,1,1 1,2,1,1 2,1,1,1 2,2,1,1" ]
    rv-verify --deep ds
}

@test "visibility is the share that is seen, 1 where the record does not say it" {
    sequences 1 --frames 2 --size 64x48 | python3 "$RV_ROOT/tests/lib/hide.py" 10x4 7 | jq -c '
        .frames[1].annotations |= map(del(.visib_fract))' >in
    rv-mux -q -f mot -o ds <in >/dev/null
    [ "$(cut -d, -f1,2,9 ds/mot/train/00000000/gt/gt.txt | xargs)" = "1,1,0.25 1,2,0.7 2,1,1 2,2,1" ]
    rv-verify --deep ds
    jq -c '.frames[0].annotations[0].visib_fract = 1.5' in >wrong
    run -1 rv-mux -q -f mot -o none <wrong
    [[ $output == *"annotation of index 1: visib_fract 1.5 is not in 0..1"* ]]
}
