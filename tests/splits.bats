# SPDX-License-Identifier: MIT
# Splits: who decides which samples are for training, and where formats have them.
load lib/common

setup() {
    rv_setup
    need jq
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

# COUNT stills with cameras and labels.
samples() {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@" | jq -c '.resolution = [32, 24] |
        .camera = {K: [[50, 0, 16], [0, 25, 12], [0, 0, 1]], matrix_world: [[1, 0, 0, 0], [0, 0, -1, -5], [0, 1, 0, 0], [0, 0, 0, 1]]} |
        .params = {asset: (.index % 7)}'
}

# What --split SHARES must give for lines of keys, by the documented rule: "KEY SPLIT".
dealt() { # SHARES <keys
    python3 -c '
import hashlib, sys
shares = [int(s) for s in sys.argv[1].split(",")]
for key in sys.stdin.read().splitlines():
    place = int(hashlib.sha256(key.encode()).hexdigest()[:16], 16) * sum(shares) >> 64
    names = [n for n, s in zip(("train", "val", "test"), shares) for _ in range(s)]
    print(key, names[place])' "$1"
}

@test "--split deals by the id alone, whatever else comes" {
    samples 60 >in
    rv-mux --split 60,30,10 -f coco <in >out.jsonl
    same_output 'jq -r ".id + \" \" + .split" out.jsonl' 'jq -r .id in | dealt 60,30,10'
    [ "$(jq -r .split out.jsonl | sort -u | xargs)" = "test train val" ]
    same_records 'del(.split)' in out.jsonl
    # Fewer samples, in another order.
    sed -n '20,40p' in | tac | rv-mux --split 60,30,10 -f coco -o few >few.jsonl
    same_output 'jq -r ".id + \" \" + .split" few.jsonl' 'jq -r .id few.jsonl | dealt 60,30,10'
    # What a record says stays.
    head -n 3 in | jq -c '.split = "test"' | rv-mux --split 1 -f coco -o said >said.jsonl
    [ "$(jq -r .split said.jsonl | sort -u)" = test ]
    head -n 3 in | rv-mux --split 0,1 -f coco -o val >val.jsonl
    [ "$(jq -r .split val.jsonl | sort -u)" = val ]
}

@test "--split-by keeps samples of one value together" {
    samples 28 >in
    rv-mux --split 50,50 --split-by .params.asset -f coco <in >out.jsonl
    [ "$(jq -r '"\(.params.asset) \(.split)"' out.jsonl | sort -u | wc -l)" = 7 ]
    diff <(jq -r '"\(.params.asset) \(.split)"' out.jsonl | sort -u) <(seq 0 6 | dealt 50,50)
    rv-mux --split 50,50 --split-by '{a: (.params.asset % 2 == 0)} | .a' -f coco -o two <in >two.jsonl
    [ "$(jq -r '"\(.params.asset % 2) \(.split)"' two.jsonl | sort -u | wc -l)" = 2 ]
    # Nothing is dealt by what is not there.
    jq -c 'if .index == 1 then del(.params) else . end' in |
        { run -1 --separate-stderr rv-mux --split 50,50 --split-by .params.asset -f coco -o holes; [[ $stderr == *"--split-by gives null, which says nothing of the sample"* ]]; }
    run -0 --separate-stderr jq -c '[.samples, .errors]' <(head -n 1 holes/manifest.jsonl)
    [ "$output" = '[27,1]' ]
}

@test "--split-balanced gives each combination of categories its shares" {
    samples 50 | jq -c 'if .index % 5 > 0 then .annotations |= map(select(.tags != ["ball", "red"])) else . end' >in
    rv-mux --split 80,10,10 --split-balanced -f coco <in >out.jsonl
    # 10 have both categories, 40 have one.
    [ "$(jq -r '"\(.annotations | length) \(.split)"' out.jsonl | sort | uniq -c | awk '{ print $1, $2, $3 }' | xargs)" = \
        "4 2 test 32 2 train 4 2 val 1 3 test 8 3 train 1 3 val" ]
    # More samples at the end move none before them.
    head -n 30 in | rv-mux --split 80,10,10 --split-balanced -f coco -o few | cmp - <(head -n 30 out.jsonl)
}

@test "train, val and test are in every format that has them" {
    samples 30 >in
    rv-mux --split 50,30,20 -f coco,yolo,voc,hf,transforms,webdataset,kitti:other=Misc <in >out.jsonl
    local split ids
    for split in train val test; do
        ids=$(jq -r --arg s $split 'select(.split == $s) | .id' out.jsonl | sort)
        [ -n "$ids" ]
        [ "$(jq -r '.images[].file_name' dataset/coco/annotations/instances_$split.json | sed 's/\.png//' | sort)" = "$ids" ]
        [ "$(jq -c '[.images[0].id, .annotations[0].id]' dataset/coco/annotations/instances_$split.json)" = '[1,1]' ]
        [ "$(ls dataset/yolo/images/$split | sed 's/\.png//')" = "$ids" ]
        [ "$(sort dataset/voc/ImageSets/Main/$split.txt)" = "$ids" ]
        [ "$(jq -r .id dataset/hf/$split/metadata.jsonl | sort)" = "$ids" ]
        [ "$(jq -r ".${split}_filenames[]" dataset/transforms/transforms.json | sed 's#images/##; s/\.png//' | sort)" = "$ids" ]
        [ "$(tar tf dataset/webdataset/$split-000000.tar | sed -n 's/\.json$//p' | sort)" = "$ids" ]
        sed 's/.*/x/' <<<"$ids" | diff - <(sed 's/.*/x/' dataset/kitti/ImageSets/$split.txt)
    done
    [ ! -e dataset/coco/annotations.json ]
    rv-verify --deep dataset
    [ ! -e dataset/webdataset/shard-000000.tar ]
    # Without a split nothing is different from a dataset that knows none.
    rv-mux -f coco,transforms,webdataset -o plain <in >/dev/null
    [ "$(ls plain/webdataset)" = shard-000000.tar ]
    [ "$(ls plain/coco | xargs)" = "annotations.json images" ]
    [ "$(jq -c '[has("train_filenames", "val_filenames", "test_filenames")]' plain/transforms/transforms.json)" = '[false,false,false]' ]
}

@test "shards of a split are numbered and filled by themselves" {
    samples 9 | jq -c '.split = ["train", "val", null][.index % 3] | if .split == null then del(.split) else . end' >in
    rv-mux -f webdataset:shard-count=2:zstd <in >/dev/null
    [ "$(ls dataset/webdataset | xargs)" = "shard-000000.tar.zst shard-000001.tar.zst train-000000.tar.zst train-000001.tar.zst val-000000.tar.zst val-000001.tar.zst" ]
    rv-verify --deep dataset
    rv-mux -j1 -f webdataset:shard-count=2:zstd -o one <in >/dev/null
    same_tree dataset one
}

@test "readers get all lists of splits, if only empty ones, and a stray sample is for training" {
    samples 3 | jq -c 'if .index == 0 then .split = "val" else . end' >in
    rv-mux -f coco,transforms <in >out.jsonl
    cmp in out.jsonl
    [ "$(jq -c '[.train_filenames, .val_filenames, .test_filenames | length]' dataset/transforms/transforms.json)" = '[2,1,0]' ]
    [ "$(ls dataset/coco/annotations | xargs)" = "instances_train.json instances_val.json" ]
    rv-verify --deep dataset
}

@test "what is wrong with the options of splits is said" {
    samples 1 >in
    local options message
    while IFS='|' read -r options message; do
        # shellcheck disable=SC2086 # several words
        run -2 --separate-stderr rv-mux $options <in
        [[ $stderr == *"$message"* ]]
        [ ! -e dataset ]
    done <<'OPTIONS'
--split 1,2,3,4|--split: '1,2,3,4' has more than 3 shares
--split 0,0|--split: all shares of '0,0' are 0
--split 80,-1|--split
--split 80,|--split
--split-by .id|--split-by needs --split with the shares, as in --split 80,10,10
--split-balanced|--split-balanced needs --split with the shares
--split 1,1 --split-by .id --split-balanced|samples that stay together cannot be dealt by turns
--split 1,1 --split-by .id+|--split-by: '.id+' is not a jq program
--split 1,1 --split-by now|--split-by: 'now': no 'now' in filters
OPTIONS
}
