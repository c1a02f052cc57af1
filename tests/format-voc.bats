# SPDX-License-Identifier: MIT
# Pascal VOC: what its readers find, by ElementTree and Pillow; what is refused. What rv-verify must find is in mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    need_module numpy
    need_module PIL
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

records() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@"
}

check() { # DATASET RECORDS BASE [masks]
    "$PYTHON" "$RV_ROOT/tests/lib/voc_check.py" "$@"
}

@test "boxes, lists and masks are those of the samples" {
    records 4 | jq -c '.split = ["train", "val", "test", "val"][.index] | .annotations[0].truncation = .index / 4' >in
    rv-mux -f voc -o boxes <in >out.jsonl
    cmp in out.jsonl
    [ "$(check boxes/voc in 1)" = "8 objects" ]
    [ ! -e boxes/voc/SegmentationClass ]
    rv-mux -f voc:base=0:masks,coco,webdataset -o masks <in >/dev/null
    [ "$(check masks/voc in 0 masks)" = "8 objects" ]
    [ "$(cat masks/voc/ImageSets/Segmentation/val.txt | xargs)" = "00000001 00000003" ]
    rv-verify --deep boxes masks
}

@test "views and frames are pictures of their own" {
    records 1 --views left,right >in
    records 1 --frames 2 --views a --start 1 >>in
    rv-mux -f voc:masks -o ds <in >/dev/null
    [ "$(check ds/voc in 1 masks)" = "14 objects" ]
    [ "$(xargs <ds/voc/ImageSets/Main/train.txt)" = "00000000 00000000.left 00000000.right 00000001.000001 00000001.000002 00000001.a.000001 00000001.a.000002" ]
    rv-verify --deep ds
}

@test "names are escaped, and those that no reader takes are refused" {
    records 1 | jq -c '.objects[0].tags = ["<a & b>\"é😀"] | .annotations[0].tags = .objects[0].tags' >in
    rv-mux -f voc -o ds <in >/dev/null
    [ "$(check ds/voc in 1)" = "2 objects" ]
    rv-verify --deep ds
    for name in 'a:b' '#a' 'a\nb' 'a\u007f' 'a\uffff'; do
        jq -c ".objects[0].tags = [\"$name\"]" in >named
        run -1 rv-mux -q -f voc -o none <named
        [[ $output == *"object 1: format voc cannot write the category"*"give it a name without colons"* ]]
    done
}

@test "what 8 bits do not tell apart is refused where masks are asked for" {
    records 1 >in
    jq -nc '[range(254) | {id: ., name: "c\(.)"}] + [{id: 254, name: "cube"}, {id: 255, name: "ball+red"}]' >table.json
    run -1 rv-mux -q -f voc:masks --categories table.json -o none <in
    [[ $output == *"object 1: format voc: masks of 8 bits tell 254 classes apart: leave the option 'masks' out, choose coco, or have such objects left out of the format (--lossy)"* ]]
    rv-mux -f voc --categories table.json -o boxes <in >/dev/null
    rv-verify --deep boxes
    # The table of the scene counts before it is taken.
    jq -c --slurpfile table table.json '.categories = $table[0]' in >scene
    run -1 rv-mux -q -f voc:masks -o none <scene
    [[ $output == *"tell 254 classes apart"* ]]
    jq -c 'del(.[1, 0])' table.json >fits.json
    rv-mux -f voc:masks --categories fits.json -o fits <in >/dev/null
    rv-verify --deep fits
    jq -c '.annotations = [range(1; 256) as $i | .annotations[0] | .index = $i] |
        .objects = [range(1; 256) as $i | .objects[0] | .index = $i]' in >many
    run -1 rv-mux -q -f voc:masks -o none <many
    [[ $output == *"object 255: format voc: masks of 8 bits tell 254 objects of a picture apart"* ]]
}
