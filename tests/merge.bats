# SPDX-License-Identifier: MIT
# rv-mux --merge: datasets that were made in parts become the bytes of one run, or are refused with what is in the way.
load lib/common
load lib/hyparquet

setup() {
    rv_setup
    need jq
}

teardown() {
    cd "$BATS_TEST_TMPDIR"
    umount other 2>/dev/null || true
}

# Samples that every format takes: with cameras, prompts, splits and the categories of MOT and KITTI.
samples() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@" | jq -c '
        def name: (.category = {"1": "Pedestrian", "2": "Car"}["\(.index)"]) |
            if .category then .tags = [.category] else . end;
        .objects[] |= (({"1": ["Pedestrian"], "2": ["Car"]}["\(.index)"]) as $t | if $t then .tags = $t else . end) |
        .camera = {K: [[50, 0, 16], [0, 50, 12], [0, 0, 1]], matrix_world: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 5],
            [0, 0, 0, 1]]} | .resolution = [32, 24] | .prompt = "a \(.id)" | .fps = 12 |
        .split = ["train", "val", "train", "test"][.index % 4] |
        if .frames then .camera as $c | .frames[].camera = $c | .frames[].annotations[] |= name
        else .annotations[] |= name end'
}

# Makes `one` of all records, `a` and `b` of their halves.
parts() { # RECORDS OPTION...
    local records=$1
    shift
    rm -rf one a b merged
    rv-mux -q "$@" -o one <"$records" >/dev/null
    head -n 4 "$records" | rv-mux -q "$@" -o a >/dev/null
    tail -n +5 "$records" | rv-mux -q "$@" -o b >/dev/null
}

mergeable() { # FILTER over its files
    rv-mux --formats --json | jq -r ".[] | select($1) | .name"
}

@test "every format that can be merged has the bytes of one run" {
    samples 8 --out stills >stills.jsonl
    samples 8 --out sequences --frames 3 >sequences.jsonl
    local format kind n=0
    mergeable '.files | any(.merged != "no")' >formats
    while read -r format; do
        [ $format != tracks ] || continue # these samples have none
        case $format in
        webdataset) spec=webdataset:shard-count=1 ;;
        sheet) spec=sheet:count=4 ;;
        parquet) spec=parquet:shard-size=1 ;;
        *) spec=$format ;;
        esac
        for kind in stills sequences; do
            # What a format does not take, or cannot merge, is told by its description.
            needs=$(rv-mux --formats --json | jq -c ".[] | select(.name == \"$format\") | .needs")
            [[ $kind == sequences || $needs != *sequence* ]] || continue
            [[ $kind == sequences || $format != @(video|colmap) ]] || continue
            parts $kind.jsonl -f $spec
            run -0 --separate-stderr rv-mux --merge a b -o merged
            [ -z "$output" ]
            same_tree one merged
            rv-verify --deep merged
            n=$((n + 1))
        done
    done <formats
    echo "$n"
    [ $n -ge 28 ]
}

@test "panoptic segments and tracks are joined, numbers that are counted on keep ids apart" {
    need_module numpy
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
    "$PYTHON" "$RV_ROOT/tests/lib/make_planes.py" out | rv-mask -q --panoptic --stuff box --category-from name >planes
    for i in 0 1 2 3 4 5 6 7; do
        jq -c ".id = \"p$i\" | .split = [\"train\", \"val\"][$i % 2]" planes
    done >in
    parts in -f coco:panoptic,parquet
    rv-mux --merge a b -f coco -o merged
    rv-mux -q -f coco:panoptic -o one_coco <in >/dev/null
    same_tree one_coco merged
    rv-verify --deep merged
    "$PYTHON" "$RV_ROOT/tests/lib/make_planes.py" moving --tracks | rv-mask --category-from name -q >planes
    for i in 0 1 2 3 4 5 6 7; do
        jq -c ".id = \"t$i\"" planes
    done >in
    parts in -f tracks
    rv-mux --merge a b -o merged
    same_tree one merged
    # An id that is there twice is found by the lists that have it.
    samples 4 >some
    rv-mux -q -f kitti -o a <some >/dev/null
    rv-mux -q -f kitti -o b < <(tail -n 1 some) >/dev/null
    run -2 --separate-stderr rv-mux --merge a b -o twice
    [ "$stderr" = "rv-mux: error: id '00000003' is there twice, the second time in part 'b'" ]
    [ ! -e twice ]
}

@test "tasks for video models lie in folders of their own, so that parts may be of several" {
    for task in a b; do
        samples 4 --frames 2 --out $task.samples | jq -c ".id = \"${task}_\(.index)\"" >in
        rv-mux -q -f vbvr:task=$task -o $task <in >/dev/null
    done
    rv-mux --merge a b -o merged
    [ "$(ls merged/vbvr | xargs)" = "a_task b_task metadata.jsonl" ]
    [ "$(jq -r .ground_truth_video_path merged/vbvr/metadata.jsonl | cut -d/ -f1 | sort | uniq -c | xargs)" = "4 a_task 4 b_task" ]
    rv-verify --deep merged
    rv-mux --merge merged -o again
    same_tree merged again
    rv-mux -q -f vbvr:task=c:dialect=multistep -o c <in >/dev/null
    run -2 --separate-stderr rv-mux --merge a c -o none
    [ "$stderr" = "rv-mux: error: parts of unlike settings: 'a' has format 'vbvr:task=a', 'c' has 'vbvr:dialect=multistep:task=c'" ]
    rv-mux -q -f vbvr:task=d -o d <in >/dev/null
    run -2 --separate-stderr rv-mux --merge b d -o none
    [ "$stderr" = "rv-mux: error: id 'b_0' is in task 'd' of part 'd' and in another task: give the samples of each task ids of their own (rv-seed --id 'd_%08d')" ]
    run -2 --separate-stderr rv-mux --merge a a -o none
    [[ $stderr == *"is there already: no id may be in two parts"* ]]
}

@test "rows of merged Parquet files are those of the parts, in pictures and in frames" {
    need_hyparquet
    samples 8 >in
    parts in -f parquet
    rv-mux --merge a b -o merged
    rows() { find "$1" -name '*.parquet' | sort | xargs node "$RV_ROOT/tests/lib/parquet_rows.mjs" | jq -cS 'select(.id)' | sort; }
    same_output 'rows one' 'rows merged'
    cmp a/parquet/train/000000.parquet merged/parquet/train/000000.parquet
    [ merged/parquet/train/000001.parquet -ef b/parquet/train/000000.parquet ]
    rv-verify --deep merged
    samples 8 --out moving --frames 3 >in
    parts in -f parquet:shard-size=1:group-size=1
    rv-mux --merge a b -o merged
    same_tree one merged
}

@test "a format that cannot be merged says so, and the others can be named" {
    samples 8 --out stills >stills.jsonl
    samples 8 --out sequences --frames 3 >sequences.jsonl
    local kind spec format
    while read -r kind spec; do
        format=${spec%%:*}
        echo "$format" >>tried
        parts $kind.jsonl -f $spec,coco
        run -2 --separate-stderr rv-mux --merge a b -o merged
        [[ $stderr == "rv-mux: error: format $format cannot be merged: '$format/"*"' of part 'a' is of all samples: make it anew from them (rv-mux --format $spec -o NEW DIR..., where DIR has samples of a part), and name the other formats here (--format)" ]]
        [ ! -e merged ]
        rv-mux --merge a b -f coco -o merged
        [ "$(ls merged | xargs)" = "SHA256SUMS categories.json coco manifest.jsonl" ]
        rv-verify --deep merged
    done <<'END2'
stills bop:layout=webdataset
stills colmap
stills transforms:nerf
sequences vbvr:dialect=bench-in
stills video
sequences video:tiles=2x2
END2
    mergeable '.files | any(.merged == "no")' | sort | cmp - <(sort -u tried)
    run -2 --separate-stderr rv-mux --merge a b -f voc -o merged2
    [ "$stderr" = "rv-mux: error: no part has format voc" ]
}

@test "what is told of the whole is told with --merge" {
    samples 8 >in
    local told=(--info name=x --info license=MIT --info creator=c --info url=https://a.b --info date=2024-01-02)
    parts in -f coco,hf,yolo "${told[@]}"
    rv-mux --merge a b "${told[@]}" -o merged
    same_tree one merged
    # A split that only one part has, layouts, keypoints of none.
    jq -c 'if .index < 7 then .split = "train" else . end' in >late
    parts late -f coco:layout=roboflow,yolo,hf
    rv-mux --merge a b -o merged 2>/dev/null
    same_tree one merged
}

@test "default formats, what they leave out, and errors add up" {
    samples 8 | jq -c 'if .index == 1 or .index == 6 then del(.annotations) else . end |
        if .index == 5 then .error = {code: "timeout"} else . end' >in
    for options in "--sheet-count 3 --shard-count 1"; do
        rm -rf one a b
        rv-mux -q $options -o one <in >/dev/null 2>&1 || [ $? = 1 ]
        head -n 4 in | rv-mux -q $options -o a >/dev/null 2>&1
        tail -n 4 in | rv-mux -q $options -o b >/dev/null 2>&1 || [ $? = 1 ]
    done
    rv-mux --merge a b -o merged
    same_tree one merged
    [ "$(head -n1 merged/manifest.jsonl | jq -c '[.samples, .errors, .left_out]')" = '[7,1,{"coco":2,"sheet":2}]' ]
    # A part without a sequence has no videos.
    samples 4 --out moving --frames 2 >seq
    rv-mux -q --sheet-count 3 --shard-count 1 -o c <seq >/dev/null
    samples 4 --start 4 --out stills >still
    rv-mux -q --sheet-count 3 --shard-count 1 -o d <still >/dev/null
    cat seq still | rv-mux -q --sheet-count 3 --shard-count 1 -o both >/dev/null 2>&1
    rv-mux -q --merge c d -o cd
    same_tree both cd
}

@test "compressed shards, three parts, one of them alone" {
    samples 6 >in
    rv-mux -q -f webdataset:zstd:shard-count=1,dir -o one <in >/dev/null
    for i in 0 1 2; do
        sed -n "$((2 * i + 1)),$((2 * i + 2))p" in | rv-mux -q -f webdataset:zstd:shard-count=1,dir -o p$i >/dev/null
    done
    rv-mux --merge p0 p1 p2 -o merged
    same_tree one merged
    rv-mux --merge one -o again
    same_tree one again
}

@test "files are linked where that is possible, and copied where it is not" {
    samples 8 >in
    parts in -f coco,webdataset:shard-count=1
    rv-mux --merge a b -o merged
    [ merged/coco/images/00000006.png -ef b/coco/images/00000006.png ]
    [ merged/webdataset/train-000002.tar -ef b/webdataset/train-000000.tar ]
    # Either of them may go.
    rm -rf a b
    rv-verify --deep merged
    mkdir other
    mount -t tmpfs tmpfs other 2>/dev/null || skip "mount is refused"
    rv-mux --merge merged -o other/merged
    same_tree merged other/merged
    run -1 test merged/coco/images/00000006.png -ef other/merged/coco/images/00000006.png
    rv-verify --deep other/merged
    umount other
}

@test "parts that do not fit are refused by name, and nothing is left" {
    samples 8 >in
    parts in -f coco,webdataset
    tail -n 4 in | rv-mux -q -f coco,webdataset:zstd -o zstd >/dev/null
    tail -n 4 in | rv-mux -q -f coco -o less >/dev/null
    tail -n 4 in | rv-mux -q -f coco,webdataset --categories Car,Pedestrian -o table >/dev/null
    head -n 4 in | rv-mux -q -f coco,webdataset -o same >/dev/null
    head -n 4 in | rv-mux -q -f webdataset -o w >/dev/null
    sed -n 3,6p in | rv-mux -q -f webdataset -o w2 >/dev/null
    head -n 4 in | rv-mux -q -f parquet -o p >/dev/null
    sed -n 3,6p in | rv-mux -q -f parquet -o p2 >/dev/null
    tail -n 4 in | jq -c 'del(.split)' | rv-mux -q -f coco -o plain >/dev/null
    head -n 4 in | rv-mux -q -f coco -o split >/dev/null
    mkdir foreign
    echo mine >foreign/file
    cp -r b cut
    sed -i '$d' cut/manifest.jsonl
    cp -r b changed
    sed -i '2s/"bytes":/"bytes":1/' changed/manifest.jsonl
    cp -r b newer
    sed -i '1s/"rv":"[^"]*"/"rv":"99.0"/; $d' newer/manifest.jsonl
    printf '{"manifest_sha256":"%s"}\n' "$(sha256sum <newer/manifest.jsonl | cut -c 1-64)" >>newer/manifest.jsonl
    cp -r b short
    truncate -s 100 short/webdataset/test-000000.tar
    cp -r b gone
    rm gone/coco/images/00000005.png
    cp -r b flipped
    printf X | dd of=flipped/webdataset/test-000000.tar bs=1 seek=600 conv=notrunc status=none
    ls -A -I before -I after -I 'separate-stderr-*' >before
    while IFS='|' read -r parts message; do
        run -2 --separate-stderr rv-mux --merge $parts -o merged
        echo "$parts: $stderr"
        [[ $stderr == *"$message"* ]]
        ls -A -I before -I after -I 'separate-stderr-*' >after
        diff before after
    done <<'END'
a zstd|parts of unlike settings: 'a' has format 'webdataset', 'zstd' has 'webdataset:zstd'
a less|parts of unlike settings: 'a' has format webdataset, 'less' does not
less a|parts of unlike settings: 'a' has format webdataset, 'less' does not
a table|parts of unlike settings: 'categories.json' of 'a' and of 'table' differ: make parts with one table (--categories)
a same|'same': 'coco/images/00000000.png' is there already: no id may be in two parts
w w2|is there twice, the second time in part 'w2'
w w|is there twice, the second time in part 'w'
p p2|is there twice, the second time in part 'p2'
split plain|format coco: samples of some parts have splits, of others not
a foreign|'foreign' is no whole dataset of rv: it has no manifest.jsonl
a cut|'cut' is no whole dataset of rv: the digest in manifest.jsonl is not that of its lines
a changed|'changed' is no whole dataset of rv: the digest in manifest.jsonl is not that of its lines
a newer|'newer' by rv 99.0
a missing|'missing' is no whole dataset of rv
a short|'short/webdataset/test-000000.tar' has 100 bytes, the manifest says
a gone|'gone': cannot open 'coco/images/00000005.png'
a flipped|'flipped/webdataset/test-000000.tar': its SHA-256 is
END
    for option in --post=true --consume --categories=a --split=80,20 --explain=coco; do
        run -2 --separate-stderr rv-mux --merge $option a -o merged
        [ "$stderr" = "rv-mux: error: --merge cannot be used with ${option%=*}" ]
    done
    run -2 --separate-stderr rv-mux --merge -o merged
    [ "$stderr" = "rv-mux: error: --merge needs the directories of datasets" ]
}

@test "a sheet needs a first part that fills it, cameras of stills must be alike" {
    samples 8 >in
    parts in -f sheet:count=5
    run -2 --separate-stderr rv-mux --merge a b -o merged
    [ "$stderr" = "rv-mux: error: format sheet shows the first 5 samples, and part 'a' has 4: name the formats without it (--format)" ]
    jq -c 'if .index > 3 then .camera.K[0][0] = 60 else . end' in >two
    parts two -f transforms
    run -2 --separate-stderr rv-mux --merge a b -o merged
    [[ $stderr == *"'b/transforms/transforms.json' differs from 'a/transforms/transforms.json' in more than its samples"* ]]
}

@test "what is killed while it merges changes nothing, and the same command does it" {
    need_failio
    samples 8 >in
    parts in -f coco,webdataset:shard-count=1,voc
    local skip status
    for skip in {0..40}; do
        status=0
        failio "open:kill:*/.merged.??????/*:$skip:1" rv-mux --merge a b -o merged || status=$?
        [ $status = 137 ] || break
        [ ! -e merged ]
    done
    [ $status = 0 ]
    [ $skip -gt 5 ]
    same_tree one merged
    rv-verify --deep a
    rv-verify --deep b
    nothing find . -maxdepth 1 -name '.merged.*'
}

@test "pages become one: rows and records in files of the whole, whatever they hold" {
    samples 8 --out stills --views left | jq -c '
        if .index == 2 then .params = {"__proto__": {a: 1}, b: ["x\"]:", "[\"__proto__\"]:"], c: "é\\"} else . end' |
        sed 's/"id":"00000005"/"\\u005f_proto__":[1],&/' >in
    samples 3 --out sequences --start 8 --frames 3 >>in
    parts in -f html,coco
    run -0 --separate-stderr rv-mux --merge a b -o merged
    same_tree one merged
    [ merged/html/files/00000004.image.png -ef b/html/files/00000004.image.png ]
    rv-verify --deep merged
    # Files of data are full before the next begins: 100 records, 1,000 rows.
    rm -rf one a b merged
    samples 1 --views left,right,back,top,under >still
    for i in $(seq 250); do
        jq -c ".id = \"s$i\"" still
    done >many
    rv-mux -q -f html -o one <many >/dev/null
    head -n 130 many | rv-mux -q -f html -o a >/dev/null
    sed -n 131,140p many | rv-mux -q -f html -o b >/dev/null
    tail -n +141 many | rv-mux -q -f html -o c >/dev/null
    rv-mux -q --merge a b c -o merged
    same_tree one merged
    [ "$(ls merged/html/data | xargs)" = "dataset.js list-000000.js list-000001.js records-000000.js records-000001.js records-000002.js" ]
    rv-verify merged
}

@test "pages of unlike categories, of one sample twice, or that were changed, are refused" {
    samples 8 >in
    parts in -f html
    run -2 --separate-stderr rv-mux --merge a a -o merged
    [[ $stderr == *"is there already: no id may be in two parts"* ]]
    sed -i 's/\["00000005",/["00000006",/' b/html/data/list-000000.js
    run -2 --separate-stderr rv-mux --merge a b -o merged
    [[ $stderr == *"b/html/data/list-000000.js"*"SHA-256"* ]]
    rv-mux -q -f html --categories ball,Pedestrian,Car,cube,ball+red -o other < <(tail -n +5 in) >/dev/null
    run -2 --separate-stderr rv-mux --merge a other -o merged
    [[ $stderr == *"categories.json"*"make parts with one table (--categories)" ]]
    [ ! -e merged ]
}
