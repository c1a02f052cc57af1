# SPDX-License-Identifier: MIT
# Hugging Face's ImageFolder and VideoFolder: what its rules find there. What rv-verify must find is in mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    need_module yaml
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

records() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@"
}

check() { # DATASET RECORDS images|clips
    "$PYTHON" "$RV_ROOT/tests/lib/hf_check.py" "$@"
}

@test "a row for each picture, in the folder of its split, all with the same members" {
    records 4 --views left | jq -c '.split = ["train", "val", "test", null][.index] |
        if .index == 1 then .annotations = [] | .prompt = "a \"cube\"\nand é" elif .index == 2 then .views = [] else . end |
        if .split == null then del(.split) else . end' >in
    rv-mux -f hf,coco -o ds <in >out.jsonl
    cmp in out.jsonl
    [ "$(check ds/hf in images)" = "7 rows" ]
    [ "$(cat ds/hf/README.md)" = '---
size_categories:
- n<1K
configs:
- config_name: default
  data_files:
  - split: train
    path: "train/**"
  - split: validation
    path: "val/**"
  - split: test
    path: "test/**"
---

Made with rv and Blender: Hugging Face'"'"'s folders of pictures: metadata.jsonl with boxes and prompts, and a dataset card.' ]
    rv-verify --deep ds
    # Labels are not needed.
    jq -c 'del(.annotations, .views)' in | rv-mux -f hf -o bare >/dev/null
    [ "$(jq -s 'map(.objects.bbox | length) | add' bare/hf/*/metadata.jsonl)" = 0 ]
    rv-verify --deep bare
}

@test "a clip for each camera of a sequence" {
    need ffprobe
    records 2 --frames 3 --views a --size 33x24 | jq -c '.prompt = "p\(.index)" | .split = ["val", "train"][.index]' >in
    rv-mux -f hfvideo,webdataset,video -o ds <in >/dev/null
    [ "$(check ds/hfvideo in clips)" = "4 rows" ]
    cmp ds/hfvideo/train/00000001.a.mp4 ds/video/00000001/a.mp4
    rv-verify --deep ds
    records 1 >still
    run -1 rv-mux -q -f hfvideo -o none <still
    [[ $output == *"format hfvideo needs field 'frames'"*"rv-blend --frames"* ]]
}
