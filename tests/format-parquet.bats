# SPDX-License-Identifier: MIT
# Parquet: what hyparquet, which knows nothing of rv, reads there. What rv-verify must find is in mutations/.
load lib/common
load lib/hyparquet

setup() {
    rv_setup
    need jq
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

records() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@"
}

rows() { # FILE...
    node "$RV_ROOT/tests/lib/parquet_rows.mjs" "$@"
}

# What the table of stills and their views must say, from the records: jq and the files alone.
wanted() { # RECORDS
    jq -c '. as $of | ([{view: "", files, annotations}] + [(.views // [])[] | {view: .name, files, annotations}])[] |
        {id: $of.id, view, frame: "", seed: $of.seed, width: 32, height: 24, prompt: ($of.prompt // ""),
         image: {bytes: ($of.dir + "/" + .files.image), path: ($of.id + (if .view == "" then "" else "." + .view end) + "." + (.files.image | split(".")[-1]))},
         objects: ([.annotations[] | select(.area > 0 and .tags != [])] |
            {bbox: map(.bbox), category: map(.tags | sort | join("+")), area: map(.area), index: map(.index)})}' "$1" |
        while IFS= read -r row; do
            jq -c --arg sum "$(sha256sum "$(jq -r .image.bytes <<<"$row")" | cut -d' ' -f1)" '.image.bytes = $sum' <<<"$row"
        done
}

@test "hyparquet reads what the records say, in the files of their splits" {
    need_hyparquet
    records 6 --views left | jq -c '.split = ["train", "val", "train", "train", "val", "train"][.index] |
        if .index == 2 then .annotations = [] | .prompt = "a \"cube\"\nand é" elif .index == 3 then del(.seed) else . end' >in
    rv-mux -f parquet,webdataset -o ds <in >out.jsonl
    cmp in out.jsonl
    [ "$(cd ds/parquet && find . -type f | sort | xargs)" = "./README.md ./train/000000.parquet ./val/000000.parquet" ]
    local split
    for split in train val; do
        jq -c --arg s $split 'select(.split == $s)' in >of.jsonl
        wanted of.jsonl >wanted.jsonl
        [ -s wanted.jsonl ]
        rows ds/parquet/$split/000000.parquet | tail -n +2 >read.jsonl
        same_records . wanted.jsonl read.jsonl
    done
    grep -A1 -F -- '- split: validation' ds/parquet/README.md | grep -Fx '    path: "val/**"'
    run -1 rv-verify --deep ds # of the records that were changed above
    [ "$(jq -r '.problem.check // empty' <<<"$output" | sort -u)" = label.missing ]
}

@test "pictures that are no PNG files keep their ending" {
    need_hyparquet
    need_module PIL
    records 2 | "$PYTHON" "$RV_ROOT/tests/lib/reencode.py" jpg >in
    rv-mux -f parquet -o ds <in >/dev/null
    wanted in >wanted.jsonl
    rows ds/parquet/train/000000.parquet | tail -n +2 >read.jsonl
    same_records . wanted.jsonl read.jsonl
    [ "$(jq -r .image.path read.jsonl | xargs)" = "00000000.jpg 00000001.jpg" ]
    rv-verify --deep ds
}

@test "datasets are told the types of all columns" {
    need_hyparquet
    records 1 >in
    rv-mux -f parquet -o ds <in >/dev/null
    rows ds/parquet/train/000000.parquet >read.jsonl
    head -n 1 read.jsonl | jq -c '.huggingface.info.features' >features
    same_output 'jq -c keys features' 'sed -n 2p read.jsonl | jq -c keys'
    [ "$(jq -c '[.image._type, .id.dtype, .seed.dtype, .objects.bbox.feature.feature.dtype, .objects.category.feature.dtype]' features)" = \
        '["Image","string","int64","int64","string"]' ]
}

@test "row groups and files end where their sizes say, whatever the number of threads" {
    need_hyparquet
    records 9 >in
    rv-mux -f parquet:group-size=4K:shard-size=7K -o ds <in >/dev/null
    rv-mux -j1 -f parquet:group-size=4K:shard-size=7K -o one <in >/dev/null
    same_tree ds one
    rows ds/parquet/train/*.parquet >read.jsonl
    same_output 'jq -r "select(.id) | .id" read.jsonl' 'jq -r .id in'
    [ "$(jq -c 'select(.groups) | .groups' read.jsonl | xargs)" = "[4,3] [2]" ]
    rv-verify --deep ds
    rv-mux -f parquet -o all <in >/dev/null
    [ "$(rows all/parquet/train/000000.parquet | jq -c 'select(.groups) | .groups')" = '[9]' ]
}

@test "frames of a sequence have a row each" {
    records 1 --frames 3 >in
    rv-mux -f parquet,webdataset -o ds <in >/dev/null
    rv-verify --deep ds
    need_hyparquet
    [ "$(rows ds/parquet/train/000000.parquet | jq -r 'select(.id) | .frame + " " + .image.path' | xargs)" = \
        "000001 00000000.000001.png 000002 00000000.000002.png 000003 00000000.000003.png" ]
}

@test "pyarrow reads the same" {
    records 3 >in
    rv-mux -f parquet -o ds <in >/dev/null
    need_module pyarrow.parquet
    "$PYTHON" - ds/parquet/train/000000.parquet <<'PY' >read.jsonl
import json, sys
import pyarrow.parquet as parquet
for row in parquet.read_table(sys.argv[1]).to_pylist():
    print(json.dumps([row["id"], row["seed"], row["objects"]["bbox"], len(row["image"]["bytes"])]))
PY
    jq -c '[.id, .seed, [.annotations[] | select(.tags != []) | .bbox]]' in >wanted.jsonl
    same_records '.[:3]' wanted.jsonl read.jsonl
}
