# SPDX-License-Identifier: MIT
# KITTI MOTS: what its tools read, by Pillow and as text; what is refused. What rv-verify must find is in mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    need_module numpy
    need_module PIL
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

# Sequences of a pedestrian, a car and another one.
sequences() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@" | jq -c '
        def name: .category = {"1": "Pedestrian", "2": "car", "3": "car"}["\(.index)"];
        .frames[].annotations[]? |= name | .views[]?.frames[].annotations[] |= name'
}

check() { # DATASET RECORDS
    "$PYTHON" "$RV_ROOT/tests/lib/mots_check.py" "$@"
}

@test "masks and rows are those of the sequences, in every split" {
    sequences 3 --frames 3 --views left | jq -c '.split = ["train", "test", "val"][.index] |
        if .index == 0 then .frames[0].annotations |= .[1:] | .frames[2].annotations = [] else . end' >in
    rv-mux -f mots,webdataset -o ds <in >out.jsonl
    cmp in out.jsonl
    [ "$(check ds/mots in)" = "18 masks" ]
    [ "$(cat ds/mots/training/mapping.txt)" = '0000 00000000 -
0001 00000000 left
0002 00000002 -
0003 00000002 left' ]
    rv-mux -q -f mots,video -o whole <in >/dev/null
    rv-verify --deep whole
}

@test "classes that MOTS does not have are refused, or ignored as one mask" {
    sequences 1 --frames 2 | jq -c '.frames[].annotations[1:][].category = "horse"' >in
    run -1 rv-mux -q -f mots -o none <in
    [[ $output == *"object 2: format mots has no class 'horse': give objects a custom property 'category' of car or pedestrian, have all others ignored (mots:other=ignore), or have such objects left out of the format (--lossy)"* ]]
    rv-mux -q -f mots:other=ignore,video -o ds <in >/dev/null
    [ "$(check ds/mots in)" = "2 masks" ]
    [ "$(cut -d' ' -f1-3 ds/mots/training/label_02/0000.txt | xargs)" = "0 2001 2 0 10000 10 1 2001 2 1 10000 10" ]
    rv-verify --deep ds
}

@test "masks that overlap, too many objects and stills are refused" {
    sequences 1 --frames 2 >in
    jq -c '.frames[1].annotations[1].rle = .frames[1].annotations[0].rle' in >bad
    run -1 rv-mux -q -f mots -o none <bad
    [[ $output == *"format mots: field 'frames[1].annotations': annotation of index 2: its rle overlaps that of another"* ]]
    jq -c '.objects = [range(1; 1005) as $i | .objects[0] | .index = $i] |
        .frames[0].annotations = [range(1; 1004) as $i | .frames[0].annotations[1] | .index = $i]' in >bad
    run -1 rv-mux -q -f mots -o none <bad
    [[ $output == *"format mots: a sequence has at most 999 objects of a class"* ]]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 >still
    run -1 rv-mux -q -f mots -o none <still
    [[ $output == *"format mots needs field 'frames'"* ]]
}
