# SPDX-License-Identifier: MIT
# rv-mux: samples to datasets. The samples are made by tests/lib/mux_samples.py, without Blender and without rv.

load lib/common

teardown() {
    umount full 2>/dev/null || true
}

labelled() {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@"
}

coco_check() {
    python3 "$RV_ROOT/tests/lib/coco_check.py" "$@"
}

# What jq is for, without needing it: prints a Python expression over the COCO file `c`.
coco() {
    python3 -c 'import json, sys; c = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"
}

# A manifest is right when its digests are those that other programs compute.
check_manifest() {
    python3 - "$1" <<'PY'
import hashlib, json, os, sys
root = sys.argv[1]
lines = open(os.path.join(root, "manifest.jsonl"), "rb").read().splitlines(True)
head, files, tail = json.loads(lines[0]), [json.loads(line) for line in lines[1:-1]], json.loads(lines[-1])
assert [k for k in head if k != "left_out"] == ["rv_manifest", "rv", "formats", "samples", "errors"], head
assert tail == {"manifest_sha256": hashlib.sha256(b"".join(lines[:-1])).hexdigest()}
there = sorted(os.path.relpath(os.path.join(d, f), root) for d, _, fs in os.walk(root) for f in fs)
assert [f["path"] for f in files] == [f for f in there if f != "manifest.jsonl"], "paths"
for f in files:
    data = open(os.path.join(root, f["path"]), "rb").read()
    assert f == {"path": f["path"], "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}, f
print(lines[0].decode().strip())
PY
}

# Nothing but the given names is here (and what bats itself leaves).
only_here() {
    diff <(printf '%s\n' "$@" | sort) <(ls -A -I 'separate-stderr-*' | sort)
}

# ---- records and the dataset ------------------------------------------------------------------------------------------

@test "the bare tool writes coco, webdataset and a sheet, and passes records on" {
    labelled 4 >in
    run -0 --separate-stderr rv-mux <in
    [ "$output" = "$(cat in)" ]
    [ -z "$stderr" ]
    run -0 check_manifest dataset
    [ "$output" = '{"rv_manifest":1,"rv":"'"$(rv-mux --version | sed -n '1s/.* //p')"'","formats":["coco","webdataset","sheet"],"samples":4,"errors":0}' ]
    [ "$(cd dataset && find . -type f | LC_ALL=C sort | tr '\n' ' ')" = "./SHA256SUMS ./categories.json ./coco/annotations.json ./coco/images/00000000.png ./coco/images/00000001.png ./coco/images/00000002.png ./coco/images/00000003.png ./manifest.jsonl ./sheet.png ./webdataset/shard-000000.tar " ]
    only_here dataset in out
}

@test "a sequence adds videos by default, unlabelled samples leave coco and sheet out" {
    labelled 2 --frames 3 >in
    rv-mux <in >/dev/null
    check_manifest dataset | grep -F '"formats":["coco","webdataset","video","sheet"]'
    labelled 2 --out plain | sed 's/,"annotations":.*,"run"/,"run"/' >plain.jsonl
    rv-mux -o plain-ds <plain.jsonl >/dev/null
    check_manifest plain-ds | grep -F '"formats":["webdataset"]'
}

@test "the bytes do not depend on where the samples lie, nor on what is volatile" {
    labelled 3 --out a --run one --instances >a.jsonl
    labelled 3 --out deep/er/b --run two --instances >b.jsonl
    rv-mux --format coco,webdataset,video,sheet -o ds-a <a.jsonl >/dev/null
    (cd deep && sed 's|deep/er/b|er/b|' ../b.jsonl | rv-mux --format sheet,video,webdataset,coco -o ../ds-b >/dev/null)
    same_tree ds-a ds-b
    check_manifest ds-a
}

@test "the number of processors does not show in a video" {
    need taskset
    labelled 16 --size 24x320 >in
    rv-mux --format video -o all <in >/dev/null
    taskset -c "$(taskset -pc $$ | sed 's/.*: *//; s/[-,].*//')" rv-mux --format video -o one <in >/dev/null
    same_tree all one
}

@test "the number of threads does not show in any format" {
    labelled 3 --size 64x48 >in
    labelled 1 --frames 20 --size 64x48 --out seq --start 3 >>in
    head -c 6000000 /dev/urandom >out/00000000/noise.bin # many blocks of a shard, several jobs of its compression
    jq -c 'if .index == 0 then .files.noise = "noise.bin" else . end' in >noisy
    for zstd in '' :zstd; do
        for jobs in 1 2 4; do
            rv-mux -j$jobs --format coco,webdataset$zstd,video,sheet,yolo,voc -o "ds-$jobs" <noisy >/dev/null
            check_manifest "ds-$jobs"
            same_tree ds-1 "ds-$jobs"
        done
    done
    rv-mux --format webdataset:zstd -o ds <noisy >/dev/null
    same_tree ds-1/webdataset ds/webdataset
    for jobs in 0 -1 many; do
        run -2 --separate-stderr rv-mux --jobs=$jobs <in
        [[ "$stderr" == *--jobs* ]]
    done
}

@test "the first frame that is refused is the same for all numbers of threads" {
    labelled 1 --frames 12 >in
    for frame in 9 5; do
        truncate -s -20 "out/00000000/frames/00000$frame.png"
    done
    for jobs in 1 2 4; do
        run -1 --separate-stderr rv-mux -j$jobs --format video <in
        [[ "$output" == *'"message":"'"'out/00000000/frames/000005.png': cut "* ]]
        only_here in out
    done
}

@test "SHA256SUMS has all that is there, as sha256sum reads and writes it" {
    labelled 3 | jq -c '.camera = {K: [[50, 0, 16], [0, 50, 12], [0, 0, 1]],
        matrix_world: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]} | .resolution = [32, 24] | .files.depth = "d.a\\b\nc"' >in
    local dir
    for dir in out/*; do
        echo depth >"$dir"/$'d.a\\b\nc'
    done
    rv-mux --format transforms,sheet,coco <in >/dev/null
    grep -cF '  transforms/depths/00000000.a\\b\nc' dataset/SHA256SUMS
    cd dataset
    sha256sum -c --strict --quiet SHA256SUMS
    find . -type f ! -name SHA256SUMS ! -name manifest.jsonl -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum |
        cmp - SHA256SUMS
    rv-verify .
}

@test "what the user tells of a dataset is in its licence, its cards and for catalogues" {
    labelled 4 --views a | jq -c '.split = ["train", "val"][.index % 2] | .render.blender = ["4.3.2", "3.4.1"][.index % 2]' >in
    local told=(--info name='A "tiny" set' --info license=CC-BY-4.0 --info creator='Me & Co' --info url=https://a.b/c
        --info citation=$'@misc{x,\n y}' --info version=1.2)
    SOURCE_DATE_EPOCH=86400 rv-mux -f coco,webdataset:shard-count=1,hf,yolo,voc,sheet,html "${told[@]}" <in >/dev/null
    run -0 python3 "$RV_ROOT/tests/lib/croissant_check.py" dataset
    [[ $output == "19 files, 8 patterns, 14 fields, read as JSON"* ]]
    [ "$(jq -c '[.name, .license, .creator.name, .url, .datePublished, .citeAs, .version]' dataset/croissant.json)" = \
        '["A \"tiny\" set","CC-BY-4.0","Me & Co","https://a.b/c","1970-01-02","@misc{x,\n y}","1.2"]' ]
    [ "$(jq -c '."prov:wasGeneratedBy" | [(."prov:wasAssociatedWith"[1:][] | .name + " " + .version),
        ."prov:used".minValue, ."prov:used".maxValue]' dataset/croissant.json)" = '["Blender 3.4.1","Blender 4.3.2",0,3]' ]
    [ "$(tail -n 1 dataset/LICENSE)" = 'SPDX-License-Identifier: CC-BY-4.0' ]
    grep -Fx 'pretty_name: "A \"tiny\" set"' dataset/hf/README.md
    grep -Fx 'license: "cc-by-4.0"' dataset/hf/README.md
    grep -Fx '@misc{x,' dataset/hf/README.md
    rv-verify --deep dataset
    # The day that is told counts before that of the environment; a text is the licence as it stands.
    echo 'All rights.' >text
    SOURCE_DATE_EPOCH=86400 rv-mux -f hf -o other "${told[@]/license=CC-BY-4.0/license=https:\/\/a.b\/l}" \
        --info date=2024-02-29 --info license-file=text <in >/dev/null
    [ "$(jq -r .datePublished other/croissant.json)" = 2024-02-29 ]
    cmp text other/LICENSE
    grep -Fx 'license_link: "https://a.b/l"' other/hf/README.md
    rv-verify --deep other
    # tables of clips
    labelled 2 --frames 2 >clips
    SOURCE_DATE_EPOCH=86400 rv-mux -q -f video:metadata,hfvideo,parquet "${told[@]}" -o clips-ds <clips >/dev/null
    run -0 python3 "$RV_ROOT/tests/lib/croissant_check.py" clips-ds
    [[ $output == *" 27 fields, read as JSON"* ]] # those of Parquet are not read there
    [ "$(jq -c '[.recordSet[] | .name]' clips-ds/croissant.json)" = \
        '["records/hfvideo/train/metadata.jsonl","records/parquet/train/000000.parquet","records/video/metadata.csv","records/video/metadata.jsonl"]' ]
}

@test "what is not told is neither guessed nor taken from the clock" {
    labelled 2 >in
    SOURCE_DATE_EPOCH=86400 rv-mux <in >/dev/null
    [ ! -e dataset/croissant.json ]
    [ ! -e dataset/LICENSE ]
    run -0 --separate-stderr rv-mux -o some --info name=x <in
    [ "$stderr" = 'rv-mux: warning: croissant.json is no valid Croissant yet, it lacks --info license=..., --info creator=..., --info url=..., --info date=...' ]
    [ "$(jq -c '[has("license", "creator", "url", "datePublished")]' some/croissant.json)" = '[false,false,false,false]' ]
    rv-verify --deep some
}

@test "--info says what is wrong with a value" {
    labelled 1 >in
    local given
    for given in size=3 name name= date=2023-02-30 date=2023-2-1 url=ftp://a license-file=none $'name=\xff'; do
        run -2 --separate-stderr rv-mux --info "$given" <in
        [[ $stderr == "rv-mux: error: --info "* ]]
        [ ! -e dataset ]
    done
    SOURCE_DATE_EPOCH=now run -2 rv-mux --info name=x <in
    run -2 --separate-stderr rv-mux --info licence=x <in
    [[ $stderr == *"did you mean 'license'?" ]]
    run -2 --separate-stderr rv-mux --info name=x --info name=y <in
    [[ $stderr == *"--info name: given twice, as 'x' and 'y'"* ]]
}

@test "an earlier dataset is replaced as a whole" {
    labelled 3 >in
    rv-mux --format coco,video <in >/dev/null
    head -1 in >first
    run -0 --separate-stderr rv-mux --format webdataset <first
    [ "${stderr_lines[0]}" = "rv-mux: warning: 'dataset' was replaced as a whole: coco,video of the earlier dataset went with it; --format takes all formats that it is to have" ]
    [ "$(ls dataset | xargs)" = 'SHA256SUMS manifest.jsonl webdataset' ]
    check_manifest dataset | grep -F '"samples":1,'
    run -0 --separate-stderr rv-mux --format webdataset,coco <first
    [[ $stderr != *replaced* ]]
    only_here dataset in first out
}

@test "an empty directory, a missing parent and a link to a dataset are fine places" {
    labelled 2 >in
    mkdir empty
    rv-mux -f coco -o empty <in >/dev/null
    rv-mux -f coco -o not/yet/there/ <in >/dev/null
    ln -s not/yet/there link
    rv-mux -f webdataset -o link <in >/dev/null
    [ -L link ]
    [ "$(ls not/yet/there | xargs)" = 'SHA256SUMS manifest.jsonl webdataset' ]
    check_manifest empty
}

@test "what is there and is no dataset is refused and not touched" {
    labelled 1 >in
    mkdir mine
    echo precious >mine/file
    run -2 --separate-stderr rv-mux -o mine <in
    [[ "$stderr" == *"'mine' is there and is no dataset of rv"*"has 'file': nothing was changed"* ]]
    [ -z "$output" ]
    [ "$(ls -A mine)" = file ]
    # A manifest of speech data, a damaged one, a link to one of ours, none that is a file.
    mkdir speech cut zero linked fifo
    echo '{"audio_filepath":"a.wav"}' >speech/manifest.jsonl
    echo precious >speech/a.wav
    rv-mux -f coco -o ours <in >/dev/null
    head -c 10 ours/manifest.jsonl >cut/manifest.jsonl
    : >zero/manifest.jsonl
    ln -s ../ours/manifest.jsonl linked/
    mkfifo fifo/manifest.jsonl
    for dir in speech cut zero linked fifo; do
        before=$(tree_hash $dir)
        for option in '' --replace; do
            run -2 --separate-stderr timeout 20 rv-mux $option -o $dir <in
            [[ "$stderr" == *"'$dir' is there and is no dataset of rv"* ]]
            [ "$(tree_hash $dir)" = "$before" ]
        done
    done
    echo text >file
    run -2 --separate-stderr rv-mux -o file <in
    [[ "$stderr" == *"'file' is there and is no directory"* ]]
    [ "$(cat file)" = text ]
    ln -s nowhere dangling
    run -2 --separate-stderr rv-mux -o dangling <in
    [[ "$stderr" == *"'dangling' is there and is no directory"* ]]
    run -3 --separate-stderr rv-mux -o file/below <in
    [[ "$stderr" == *"file/below"* ]]
    run -2 --separate-stderr rv-mux -o "" <in
    mkdir here
    (cd here && run -2 rv-mux -o . <../in)
    cd ours/coco
    run -2 rv-mux -o .. <../../in
    [[ "$output" == *"is the working directory, or holds it"* ]]
    cd ../..
    only_here in out mine file here speech cut zero linked fifo ours dangling
}

@test "files in a dataset that are not its own: an error that names the first, kept with --replace" {
    labelled 2 >in
    rv-mux -f coco,webdataset <in >/dev/null
    mkdir -p dataset/coco/notes
    echo mine >dataset/coco/notes/list.txt
    echo mine >dataset/README
    ln -s README dataset/z-link
    before=$(tree_hash dataset)
    run -2 --separate-stderr rv-mux -f coco <in
    [[ "$stderr" == *"'dataset' has a file that is not of the dataset of rv: 'README'; move it away, or keep it with --replace"* ]]
    [ "$(tree_hash dataset)" = "$before" ]
    rv-mux -f coco --replace <in >/dev/null
    [ "$(cat dataset/README dataset/coco/notes/list.txt | xargs)" = 'mine mine' ]
    [ "$(readlink dataset/z-link)" = README ]
    [ ! -e dataset/webdataset ]
    rv-mux -f coco -o plain <in >/dev/null
    cmp plain/manifest.jsonl dataset/manifest.jsonl
    # A name that both have.
    mkdir dataset/webdataset
    echo mine >dataset/webdataset/shard-000000.tar
    run -3 --separate-stderr rv-mux -f webdataset --replace <in
    [[ "$stderr" == *"'webdataset/shard-000000.tar' is not ours and cannot be kept"*"; the new one is '"*"dataset.new'" ]]
    [ "$(cat dataset/webdataset/shard-000000.tar)" = mine ]
    check_manifest dataset.new
    only_here in out dataset plain dataset.new
}

@test "what came while it worked stays; the new dataset lies beside it" {
    labelled 2 >in
    start_mux -f coco -o late
    mkdir late
    echo thesis >late/thesis.txt
    exec 9>&-
    status=0
    wait $mux_pid || status=$?
    [ $status = 3 ]
    grep -F "'late' is not as it was when this began (something has appeared there): it is left as it is; the new one is '$PWD/late.new'" errors
    [ "$(ls -A late)" = thesis.txt ]
    check_manifest late.new
    # Into a dataset; in the place of one; a dataset of somebody else.
    rm -r fifo passed errors late late.new
    rv-mux -f coco -o old <in >/dev/null
    for how in 'echo thesis >ds/coco/thesis.txt' 'mv ds away && mkdir ds && echo thesis >ds/thesis.txt' 'mv ds away && cp -r old ds'; do
        cp -r old ds
        start_mux -f webdataset -o ds
        eval "$how"
        before=$(tree_hash ds)
        exec 9>&-
        status=0
        wait $mux_pid || status=$?
        [ $status = 3 ]
        grep -F "'ds' is not as it was when this began" errors
        [ "$(tree_hash ds)" = "$before" ]
        check_manifest ds.new
        rm -r fifo passed errors ds ds.new
        rm -rf away
    done
    # An empty directory is nobody's, and what was removed is not missed.
    start_mux -f coco -o late
    mkdir late
    exec 9>&-
    wait $mux_pid
    rm -r fifo passed errors
    start_mux -f coco -o late
    rm -r late
    exec 9>&-
    wait $mux_pid
    check_manifest late
    rm -r fifo passed errors
    only_here in out old late
}

@test "hidden directories that only look like ours stay" {
    labelled 1 >in
    mkdir .dataset.backup .dataset.old-backup
    echo mine | tee .dataset.backup/file >.dataset.old-backup/file
    rv-mux -f coco <in >/dev/null
    rv-mux -f coco <in >/dev/null
    [ "$(cat .dataset.backup/file .dataset.old-backup/file | xargs)" = 'mine mine' ]
}

@test "a mount point is refused at once" {
    labelled 1 >in
    mkdir mounted
    mount -t tmpfs tmpfs mounted 2>/dev/null || skip "mount is refused"
    status=0
    rv-mux -o mounted <in >said 2>&1 || status=$?
    umount mounted
    [ "$status" = 2 ]
    grep -F "'mounted' is a mount point, which cannot be replaced: name a directory in it" said
}

@test "errors do not cost samples that an earlier dataset has" {
    labelled 3 >in
    rv-mux -f coco <in >/dev/null
    before=$(tree_hash dataset)
    jq -c 'if .index == 1 then .error = {"code":"scene_error"} else . end' in >worse
    run -1 --separate-stderr rv-mux -f coco <worse
    [[ "$stderr" == *"'dataset' has 3 samples and would have 2, as 1 failed: it is left as it is (--shrink replaces it)"* ]]
    [ "$(tree_hash dataset)" = "$before" ]
    run -1 rv-mux -f coco --shrink <worse
    check_manifest dataset | grep -F '"samples":2,"errors":1'
    # As many as there are, and fewer that are all there were to be, are no loss.
    run -1 rv-mux -f webdataset <worse
    [ -d dataset/webdataset ]
    head -1 in | rv-mux -f coco >/dev/null
    check_manifest dataset | grep -F '"samples":1,'
    only_here dataset in out worse
}

@test "without a sample the earlier dataset stays" {
    labelled 2 >in
    rv-mux <in >/dev/null
    before=$(tree_hash dataset)
    run -1 --separate-stderr rv-mux </dev/null
    [[ "$stderr" == *"no sample came"* ]]
    pipe -1 --separate-stderr 'echo "{\"id\":\"a\",\"error\":{\"code\":\"scene_error\"}}" | rv-mux'
    [ "$stderr" = "rv-mux: error: every sample has an error: no dataset is written, 'dataset' is left as it is" ]
    [ "$(tree_hash dataset)" = "$before" ]
    run -1 rv-mux -o new </dev/null
    only_here dataset in out
}

@test "--expect: a shorter stream leaves the earlier dataset" {
    labelled 3 | jq -c '.run.of = 3' >in
    rv-mux --expect all <in >/dev/null
    before=$(tree_hash dataset)
    pipe -3 --separate-stderr 'head -n 2 in | rv-mux --expect all'
    [ "${#lines[@]}" = 2 ]
    [ "$stderr" = "rv-mux: error: 2 of 3 samples came (--expect)
rv-mux: error: no dataset is written, 'dataset' is left as it is" ]
    pipe -3 'head -n 2 in | rv-mux --expect 3'
    pipe -3 'rv-mux --expect all </dev/null'
    pipe -2 'jq -c "del(.run)" in | rv-mux --expect all'
    [ "$(tree_hash dataset)" = "$before" ]
    pipe -0 --separate-stderr 'head -n 2 in | rv-mux >/dev/null'
    [ "$(jq -r .samples dataset/manifest.jsonl | head -n 1)" = 2 ]
    only_here dataset in out
}

# ---- coco -------------------------------------------------------------------------------------------------------------

@test "coco masks, boxes and areas are those of an independent decoder" {
    labelled 6 --size 41x27 --instances >in
    labelled 1 --start 6 --size 20x90 >>in
    rv-mux --format coco <in >/dev/null
    run -0 coco_check dataset/coco in
    [ "$output" = "14 annotations" ]
    grep -qF '\\' dataset/coco/annotations.json # a character that JSON must escape is among the runs
}

@test "the coco checker finds a wrong mask" {
    labelled 1 --instances >in
    rv-mux --format coco <in >/dev/null
    cp -r dataset/coco bad
    sed -i 's/"rv_index":1}/"rv_index":2}/' bad/annotations.json
    run -1 coco_check bad in
    [[ "$output" == *"annotation 1"* ]]
}

@test "coco loads in pycocotools" {
    need_module pycocotools
    labelled 3 >in
    rv-mux --format coco <in >/dev/null
    "$PYTHON" - <<'PY'
from pycocotools.coco import COCO
coco = COCO("dataset/coco/annotations.json")
for item in coco.anns.values():
    assert coco.annToMask(item).sum() == item["area"]
PY
}

@test "coco images are copies: no change of one reaches the other" {
    labelled 1 >in
    rv-mux --format coco <in >/dev/null
    cmp out/00000000/Image.png dataset/coco/images/00000000.png
    [ "$(stat -c %h dataset/coco/images/00000000.png)" = 1 ]
    [ "$(stat -c %i dataset/coco/images/00000000.png out/00000000/Image.png | uniq | wc -l)" = 2 ]
}

@test "categories come from the property or else the tags, in order of appearance" {
    labelled 2 >in
    rv-mux --format coco <in >/dev/null
    [ "$(coco dataset/coco/annotations.json '[(k["id"], k["name"]) for k in c["categories"]]')" = "[(1, 'cube'), (2, 'ball+red')]" ]
    [ "$(coco dataset/coco/annotations.json '[a["category_id"] for a in c["annotations"]]')" = "[1, 2, 1, 2]" ]
    sed 's/"name":"Floor","tags":\[\],"properties":{}/"name":"Floor","tags":[],"properties":{"category":"ground"}/' in >with
    rv-mux --format coco --categories ground,cube,ball+red,none <with >/dev/null
    [ "$(coco dataset/coco/annotations.json '[k["name"] for k in c["categories"]]')" = "['ground', 'cube', 'ball+red', 'none']" ]
    [ "$(coco dataset/coco/annotations.json '[a["category_id"] for a in c["annotations"]]')" = "[2, 3, 1, 2, 3, 1]" ]
}

@test "a category that is not in --categories makes an error record" {
    labelled 2 >in
    run -1 --separate-stderr rv-mux --format coco --categories cube -o ds <in
    [[ "${lines[0]}" == *'"code":"bad_record","message":"object 2: category '"'ball+red'"' is not in --categories"'* ]]
    run -2 rv-mux --format coco --categories a,,b <in
    run -2 rv-mux --format coco --categories a,b,a <in
    only_here in out
}

@test "sequences have one coco image per frame" {
    labelled 2 --frames 3 --size 17x16 >in
    rv-mux --format coco <in >/dev/null
    run -0 coco_check dataset/coco in
    [ "$output" = "12 annotations" ]
    [ "$(ls dataset/coco/images/00000001 | xargs)" = "000001.png 000002.png 000003.png" ]
}

@test "coco refuses what its readers would trust" {
    labelled 1 >in
    for change in 's/"size":\[24,32\]/"size":[24,31]/' 's/"counts":"[^"]*"/"counts":"0"/' 's/"bbox":\[/"bbox":["a",/' \
        's/"area":/"area":-/' 's/,"annotations":.*,"run"/,"run"/'; do
        sed "$change" in >bad
        run -1 cmp -s in bad
        run -1 --separate-stderr rv-mux --format coco <bad
        [[ "$output" == *'"error":{"tool":"rv-mux","code":"bad_record"'*annotations* ]] || { echo "$change: $output"; false; }
    done
    only_here bad in out
}

# ---- webdataset -------------------------------------------------------------------------------------------------------

@test "a shard is what GNU tar and Python read, members of a sample side by side" {
    labelled 3 --instances >in
    rv-mux --format webdataset <in >/dev/null
    tar tvf dataset/webdataset/shard-000000.tar | awk '{print $1, $2, $4, $6}' >list
    [ "$(grep -vc '^-rw-r--r-- 0/0 1970-01-01 ' list)" = 0 ]
    [ "$(sed -n 's/.* 00000001\.//p' list | tr '\n' ' ')" = "json depth_preview.png index.png index_color_preview.png instances.000000.png instances.000001.png instances.000002.png png " ]
    python3 - <<'PY'
import itertools, json, tarfile
records = {r["id"]: r for r in map(json.loads, open("in"))}
with tarfile.open("dataset/webdataset/shard-000000.tar") as tar:
    members = tar.getmembers()
    keys = [key for key, _ in itertools.groupby(m.name.split(".")[0] for m in members)]
    assert keys == sorted(records), keys
    for member in members:
        key, field = member.name.split(".", 1)
        data, record = tar.extractfile(member).read(), records[key]
        if field == "json":
            stored, expected = json.loads(data), dict(record)
            del expected["run"], expected["dir"]
            assert list(stored.items()) == list(expected.items())
        elif field == "png":
            assert data == open(f"{record['dir']}/Image.png", "rb").read()
        elif field == "instances.000001.png":
            assert data == open(f"{record['dir']}/instances/00002.png", "rb").read()
PY
}

@test "shards are closed by count and by size" {
    labelled 7 >in
    rv-mux --format webdataset --shard-count 3 <in >/dev/null
    [ "$(for f in dataset/webdataset/*; do tar tf "$f" | grep -c json; done | tr '\n' ' ')" = "3 3 1 " ]
    head -1 in | rv-mux --format webdataset -o one >/dev/null
    one=$(stat -c %s one/webdataset/*)
    two=$((2 * one - 1024))
    rv-mux --format webdataset --shard-size $two <in >/dev/null
    [ "$(stat -c %s dataset/webdataset/* | tr '\n' ' ')" = "$two $two $two $one " ]
    rv-mux --format webdataset --shard-size $((two - 1)) <in >/dev/null
    [ "$(find dataset/webdataset -name 'shard-*.tar' | wc -l)" = 7 ]
    rv-mux --format webdataset --shard-size 1 <in >/dev/null # no sample is torn apart
    [ "$(find dataset/webdataset -name 'shard-*.tar' | wc -l)" = 7 ]
    check_manifest dataset
}

@test "compressed shards hold the same archive" {
    need zstd
    labelled 3 >in
    rv-mux --format webdataset -o plain <in >/dev/null
    rv-mux --format webdataset --zstd -o packed <in >/dev/null
    rv-mux --format webdataset --zstd-level 19 -o small <in >/dev/null
    cmp plain/webdataset/shard-000000.tar <(zstd -dc packed/webdataset/shard-000000.tar.zst)
    cmp plain/webdataset/shard-000000.tar <(zstd -dc small/webdataset/shard-000000.tar.zst)
    run -1 cmp -s packed/webdataset/shard-000000.tar.zst small/webdataset/shard-000000.tar.zst
    check_manifest packed
}

# Two samples, the first with an id of 100 characters.
long_ids() {
    long=$(printf 'a%.0s' $(seq 100))
    labelled 2 --instances | sed "1s/\"id\":\"00000000\"/\"id\":\"$long\"/" >in
}

@test "ids of 100 characters are in a shard" {
    long_ids
    rv-mux --format webdataset <in >/dev/null
    shard=dataset/webdataset/shard-000000.tar
    tar tf $shard >gnu
    python3 -c 'import sys, tarfile; print(*tarfile.open(sys.argv[1], "r|").getnames(), sep="\n")' $shard >python
    diff gnu python
    [ "$(sed -n "s/^$long\.//p" gnu | xargs)" = "json depth_preview.png index.png index_color_preview.png instances.000000.png instances.000001.png instances.000002.png png" ]
    tar xf $shard -O "$long.instances.000001.png" | cmp - out/00000000/instances/00002.png
    size=$(stat -c %s $shard)
    rv-mux --format webdataset --shard-size "$size" -o one <in >/dev/null
    [ "$(ls one/webdataset)" = shard-000000.tar ] # sizes of shards count the longer headers
    rv-verify --deep one
}

@test "bsdtar reads long names, too" {
    need bsdtar
    long_ids
    rv-mux --format webdataset <in >/dev/null
    same_output 'tar tf dataset/webdataset/shard-000000.tar' 'bsdtar tf dataset/webdataset/shard-000000.tar'
}

@test "names that no webdataset reader takes make an error record" {
    labelled 2 >in
    cp out/00000000/Image.png out/00000000/image
    sed '1s/"image":"Image.png"/"image":"image"/' in >bare
    run -1 --separate-stderr rv-mux --format webdataset <bare
    [[ "${lines[0]}" == *"needs an extension"* ]]
    sed '1s/"image":"Image.png"/"image":"Image.png","INDEX":"Image.png"/' in >twice
    run -1 --separate-stderr rv-mux --format webdataset <twice
    [[ "${lines[0]}" == *"two files would both be '00000000.index.png'"* ]]
    sed '1s/"image":"Image.png"/"image":"_meta.json"/' in >json
    echo '{}' >out/00000000/_meta.json
    run -1 --separate-stderr rv-mux --format webdataset <json
    [[ "${lines[0]}" == *"two files would both be '00000000.json'"* ]]
}

@test "a sample with other fields than the first is said" {
    labelled 3 --instances >in
    sed '2s/"depth_preview":"DepthPreview.png",//' in >other
    run -0 --separate-stderr rv-mux --format webdataset <other
    [[ "$stderr" == *"warning: webdataset: sample '00000001' has other fields than the first one"* ]]
    run -0 --separate-stderr rv-mux --format webdataset <in
    [ -z "$stderr" ]
}

# ---- video ------------------------------------------------------------------------------------------------------------

frames_of() {
    ffprobe -v error -count_frames -show_entries stream=nb_read_frames,width,height,avg_frame_rate,color_space,color_range \
        -of csv=p=0 "$1"
}

@test "stills become one video, sequences one each" {
    need ffprobe
    labelled 5 --size 32x24 >stills
    rv-mux --format video -o a <stills >/dev/null
    [ "$(frames_of a/video/video.mp4)" = "32,24,tv,bt709,24/1,5" ]
    labelled 2 --frames 7 --size 33x17 --out seq --start 5 >sequences
    rv-mux --format video --fps 30000/1001 -o b <sequences >/dev/null
    [ "$(frames_of b/video/00000005.mp4)" = "34,18,tv,bt709,30000/1001,7" ]
    [ "$(find b/video -type f | wc -l)" = 2 ]
    cat stills sequences | rv-mux --format video -o c >/dev/null
    cmp a/video/video.mp4 c/video/video.mp4
    [ "$(find c/video -type f | wc -l)" = 3 ]
    head -1 stills | rv-mux --format video -o d >/dev/null
    [ "$(frames_of d/video/video.mp4)" = "32,24,tv,bt709,24/1,1" ]
    check_manifest c
}

@test "a sequence has the frame rate of its record, unless --fps says another" {
    need ffprobe
    labelled 1 --frames 3 --size 32x24 >in
    for pair in '12 12/1' '29.97 30000/1001' '23.976 24000/1001' '12.5 25/2' '0.5 1/2' '1000 1000/1'; do
        read -r fps rate <<<"$pair"
        jq -c ".fps = $fps" in | rv-mux --format video -o ds >/dev/null
        [ "$(frames_of ds/video/00000000.mp4)" = "32,24,tv,bt709,$rate,3" ]
    done
    jq -c '.fps = 12' in | rv-mux --format video --fps 30 -o ds >/dev/null
    [ "$(frames_of ds/video/00000000.mp4)" = "32,24,tv,bt709,30/1,3" ]
    for fps in 0 -1 1001 1e300; do
        jq -c ".fps = $fps" in >bad
        run -1 --separate-stderr rv-mux --format video -o none <bad
        [[ $output == *'"code":"bad_record"'*"field 'fps'"* ]]
    done
}

@test "colours come back from a video within two levels" {
    need ffmpeg
    for colour in "200 30 60" "0 0 0" "255 255 255" "10 250 128"; do
        rm -rf s
        mkdir -p s/a
        (cd "$RV_ROOT/tests/lib" && python3 -c 'import sys
from pngio import write_png
write_png(sys.argv[1], 64, 64, 3, 8, list(map(int, sys.argv[2:])) * 4096)' "$BATS_TEST_TMPDIR/s/a/Image.png" $colour)
        echo '{"id":"a","dir":"s/a","files":{"image":"Image.png"}}' | rv-mux --format video >/dev/null
        got=$(ffmpeg -v error -i dataset/video/video.mp4 -sws_flags accurate_rnd+full_chroma_int -f rawvideo -pix_fmt rgb24 - |
            od -An -tu1 -j6144 -N3)
        python3 -c 'import sys; v = list(map(int, sys.argv[1:])); sys.exit(any(abs(a - b) > 2 for a, b in zip(v[:3], v[3:])))' \
            $colour $got || { echo "$colour came back as $got"; false; }
    done
}

@test "a still of another size is an error that names both" {
    labelled 2 >in
    labelled 1 --start 2 --size 48x24 >>in
    labelled 1 --start 3 >>in
    run -1 --separate-stderr rv-mux --format video,coco <in
    [[ "${lines[2]}" == *'"code":"bad_file"'*"has 48x24 pixels"*"have 32x24"* ]]
    [[ "${lines[3]}" != *'"error"'* ]]
    [ "$(coco dataset/coco/annotations.json '[i["file_name"] for i in c["images"]]')" = "['00000000.png', '00000001.png', '00000003.png']" ]
    check_manifest dataset | grep -F '"samples":3,"errors":1'
}

@test "video settings reach the encoder, wrong ones are refused" {
    labelled 3 --size 64x64 >in
    rv-mux --format video --crf 10 -o fine <in >/dev/null
    rv-mux --format video --crf 40 -o coarse <in >/dev/null
    rv-mux --format video --preset ultrafast -o fast <in >/dev/null
    fine=$(stat -c %s fine/video/video.mp4)
    [ "$fine" -gt "$(stat -c %s coarse/video/video.mp4)" ]
    run -1 cmp -s fast/video/video.mp4 fine/video/video.mp4
    for wrong in "--fps 0" "--fps 24/0" "--fps 24.5" "--fps -1" "--crf 52" "--preset quick" "--codec mpeg2" "--shard-count 0" \
        "--zstd-level 20" "--sheet-count 0" "--format" "--format mp4" "--format coco," "operand"; do
        run -2 --separate-stderr rv-mux $wrong <in
        [ -n "$stderr" ]
        [ -z "$output" ]
    done
    only_here in out fine coarse fast
}

@test "a clip that is too large for the memory there is costs its own record" {
    [[ $RV_BIN != */asan/* && $RV_BIN != */tsan/* ]] || skip "a sanitizer takes more address space"
    mkdir -p out/big/frames out/small/frames
    python3 - <<'PY'
import struct, zlib
def write(path, side):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(bytes(1 + 3 * side)) for _ in range(side)) + packer.flush()
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)))
        file.write(chunk(b"IDAT", data) + chunk(b"IEND", b""))
write("out/big/frames/1.png", 10000)
write("out/small/frames/1.png", 64)
PY
    for id in big small; do
        echo '{"id":"'$id'","dir":"out/'$id'","fps":24,"frames":[{"frame":1}],"files":{"image":["frames/1.png"]}}'
    done >in
    # Too little for the decoder, for frames of the encoder, for the encoder itself.
    for limit in 500000 1000000 1200000; do
        run -1 --separate-stderr bash -c "ulimit -v $limit; exec rv-mux --format video -j1 <in"
        [ "$(jq -c '[.id, .error.code]' <<<"$output" | xargs)" = '[big,memory] [small,null]' ]
        [ "$(ls dataset/video)" = small.mp4 ]
    done
}

@test "another role can be the video" {
    labelled 3 --frames 2 >in
    rv-mux --format video --video-role index_color_preview <in >/dev/null
    [ "$(ls dataset/video | xargs)" = "00000000.mp4 00000001.mp4 00000002.mp4" ]
    rv-mux --format video -o images <in >/dev/null
    run -1 cmp -s dataset/video/00000000.mp4 images/video/00000000.mp4
    run -1 --separate-stderr rv-mux --format video --video-role flow -o ds <in
    [[ "${lines[0]}" == *'"code":"missing_file"'*"format video needs 'files.flow'"* ]]
}

# ---- sheet ------------------------------------------------------------------------------------------------------------

@test "the sheet shows image, instances, depth and boxes of the first samples" {
    labelled 5 --size 32x24 >in
    rv-mux --format sheet --sheet-count 3 <in >/dev/null
    cd "$RV_ROOT/tests/lib"
    python3 - "$BATS_TEST_TMPDIR" <<'PY'
import sys
from pngio import read_png
width, height, channels, values = read_png(sys.argv[1] + "/dataset/sheet.png")
panel = 256, 192  # 32x24 eight times
assert (width, height, channels) == (12 + 4 * panel[0] + 3 * 2 + 12, 12 + 3 * (panel[1] + 12), 3), (width, height)

def at(column, row, x, y):
    i = ((12 + row * (panel[1] + 12) + y) * width + 12 + column * (panel[0] + 2) + x) * 3
    return tuple(values[i:i + 3])

for row in range(3):
    image = read_png(f"{sys.argv[1]}/out/0000000{row}/Image.png")[3]
    index = read_png(f"{sys.argv[1]}/out/0000000{row}/IndexOB.png")[3]
    preview = read_png(f"{sys.argv[1]}/out/0000000{row}/PreviewIndexOB.png")[3]
    for y in range(24):
        for x in range(32):
            i = y * 32 + x
            if y > 1:  # the id is above
                assert at(0, row, 8 * x + 4, 8 * y + 4) == tuple(image[4 * i:4 * i + 3])
            assert at(1, row, 8 * x + 4, 8 * y + 4) == tuple(preview[3 * i:3 * i + 3])
            assert abs(at(2, row, 8 * x + 4, 8 * y + 4)[0] - 20000 * index[i] / 257) <= 1
    ball = [(i % 32, i // 32) for i, value in enumerate(index) if value == 2]
    x0, y0 = min(x for x, _ in ball), min(y for _, y in ball)
    x1, y1 = max(x for x, _ in ball) + 1, max(y for _, y in ball) + 1
    middle = 4 * (x0 + x1), 4 * (y0 + y1)
    for x, y in [(8 * x0, middle[1]), (8 * x1 - 1, middle[1]), (middle[0], 8 * y0), (middle[0], 8 * y1 - 1)]:
        assert at(3, row, x, y) == (0x70, 0xE1, 0x05), (row, x, y, at(3, row, x, y))
    assert at(3, row, *middle) == at(0, row, *middle)
    assert y0 > 1 and at(3, row, 8 * x0 + 1, 8 * y0 - 4) == (0x70, 0xE1, 0x05)  # behind its name
    floor = 8 * 10, 8 * 24 - 1  # has no category, so no box
    assert at(3, row, *floor) == at(0, row, *floor)
PY
}

@test "a sheet leaves out the columns that no sample has, and takes large and flat pictures" {
    labelled 1 --size 400x4 >in
    sed 's/"depth_preview":"DepthPreview.png",//; s/"index_color_preview":"PreviewIndexOB.png",*//' in >bare
    rv-mux --format sheet <bare >/dev/null
    cd "$RV_ROOT/tests/lib"
    python3 -c 'import sys; from pngio import read_png; assert read_png(sys.argv[1])[:2] == (12 + 2 * 256 + 2 + 12, 12 + 2 + 12)' \
        "$BATS_TEST_TMPDIR/dataset/sheet.png"
}

# ---- bad input --------------------------------------------------------------------------------------------------------

@test "a missing file leaves the sample out of every format" {
    labelled 4 >in
    rm out/00000001/DepthPreview.png # only webdataset and sheet would need it
    run -1 --separate-stderr rv-mux --format coco,webdataset,video,sheet <in
    [ "${#lines[@]}" = 4 ]
    [[ "${lines[1]}" == '{"id":"00000001"'*'"error":{"tool":"rv-mux","code":"missing_file"'* ]]
    [[ "$stderr" == *"00000001: "*DepthPreview.png* ]]
    [ ! -e dataset/coco/images/00000001.png ]
    tar tf dataset/webdataset/shard-000000.tar >members
    run -1 grep 00000001 members
    check_manifest dataset | grep -F '"samples":3,"errors":1'
    sed '2d' in | rv-mux --format coco,webdataset,video,sheet -o three >/dev/null
    for file in coco/annotations.json webdataset/shard-000000.tar video/video.mp4 sheet.png; do
        cmp dataset/$file three/$file
    done
}

@test "a damaged frame leaves its sequence out of every format" {
    labelled 3 --frames 4 >in
    truncate -s -20 out/00000001/frames/000004.png
    run -1 --separate-stderr rv-mux <in
    [[ "${lines[1]}" == *'"code":"bad_file"'*000004.png* ]]
    sed '2d' in | rv-mux -o two >/dev/null
    cmp dataset/webdataset/shard-000000.tar two/webdataset/shard-000000.tar
    [ "$(ls dataset/video)" = "00000000.mp4
00000002.mp4" ]
    check_manifest dataset
}

@test "a picture or label that is cut off leaves its sample out of every format, also where it would go along as it is" {
    local format n
    for n in 1 12 400; do
        for format in coco html parquet voc hf webdataset dir; do
            rm -rf out ds
            labelled 3 >in
            truncate -s -$n out/00000001/Image.png
            run -1 --separate-stderr rv-mux -q -f $format -o ds <in
            [[ $stderr == "rv-mux: error: 00000001: 'out/00000001/Image.png': "* ]]
            [ "$(head -n1 ds/manifest.jsonl | jq -c '[.samples, .errors]')" = "[2,1]" ]
            rv-verify -q --deep ds
        done
    done
    for format in webdataset dir html; do
        rm -rf out ds
        labelled 3 >in
        truncate -s 0 out/00000001/PreviewIndexOB.png
        run -1 --separate-stderr rv-mux -q -f $format -o ds <in
        [[ $stderr == "rv-mux: error: 00000001: 'out/00000001/PreviewIndexOB.png': "* ]]
        rv-verify -q --deep ds
    done
}

@test "lines that are no records and records with errors pass, counted, in order" {
    labelled 3 >in
    { sed -n 1p in; echo 'not json'; echo '[1]'; sed -n 2p in; echo '{"id":"e","error":{"code":"timeout"}}'; sed -n 3p in; } >mixed
    run -1 --separate-stderr rv-mux --format coco <mixed
    [ "${#lines[@]}" = 6 ]
    [[ "${lines[1]}" == *'"code":"bad_json"'* && "${lines[2]}" == *'"code":"bad_json"'* ]]
    [ "${lines[4]}" = '{"id":"e","error":{"code":"timeout"}}' ]
    check_manifest dataset | grep -F '"samples":3,"errors":3'
}

@test "an id that comes twice is an error" {
    labelled 2 >in
    cat in in >twice
    run -1 --separate-stderr rv-mux --format coco <twice
    [[ "${lines[0]}${lines[1]}" != *'"error"'* ]]
    [[ "${lines[2]}" == *'"code":"duplicate_id"'* && "${lines[3]}" == *'"code":"duplicate_id"'* ]]
    check_manifest dataset | grep -F '"samples":2,"errors":2'
}

@test "records that reach for other files are refused" {
    labelled 1 >in
    cp in ok
    echo secret >secret.png
    for change in 's|"image":"Image.png"|"image":"../../secret.png"|' 's|"image":"Image.png"|"image":"/etc/passwd"|' \
        's|"image":"Image.png"|"image":7|' 's|"image":"Image.png"|"a/b":"Image.png"|' 's|"dir":"[^"]*"|"dir":7|' \
        's|"files":{|"files":7,"x":{|' 's|"id":"00000000"|"id":"../x"|' 's|"id":"00000000",||'; do
        sed "$change" in >bad
        run -1 cmp -s in bad
        run -1 --separate-stderr rv-mux --format webdataset <bad
        [[ "$output" == *'"error":{"tool":"rv-mux","code":"bad_record"'* ]] || { echo "$change: $output"; false; }
    done
    only_here bad in ok out secret.png
}

@test "--where leaves records out of the dataset and passes them on" {
    labelled 3 >in
    run -0 --separate-stderr rv-mux --format coco --where '.index != 1' <in
    [ "$output" = "$(cat in)" ]
    [ "$(ls dataset/coco/images | tr '\n' ' ')" = "00000000.png 00000002.png " ]
}

# ---- the environment --------------------------------------------------------------------------------------------------

@test "a failing write anywhere leaves no dataset and nothing else" {
    need_failio
    labelled 1 --frames 2 >in
    labelled 1 --start 1 >>in
    head -c 1500000 /dev/zero >out/00000000/zeros.bin
    sed -i '1s|"files":{|&"zeros":["zeros.bin","zeros.bin"],|' in
    rv-mux -j2 --format coco,webdataset,video,sheet -o wanted <in >/dev/null 2>&1
    local skip status
    for skip in {0..60}; do
        status=0
        RV_FAILIO_LOG=$PWD/log failio "write:ENOSPC:*/.dataset.??????/*:$skip:1" \
            rv-mux -j2 --format coco,webdataset,video,sheet <in >/dev/null 2>err || status=$?
        [ -s log ] || break # the loop has met every write
        echo "after $skip: $status $(cat err)"
        [ $status = 3 ]
        grep -q 'No space left' err
        rm log
        only_here err in out wanted
    done
    [ $status = 0 ]
    [ $skip -gt 10 ]
    same_tree wanted dataset
}

@test "short writes are carried on" {
    need_failio
    labelled 1 --frames 2 >in
    rv-mux -o wanted <in >/dev/null
    for skip in 0 1 2 5 8; do
        failio "write:short:*/.dataset.??????/*:$skip:1" rv-mux <in >/dev/null
        same_tree wanted dataset
    done
}

@test "failing directories, renames and closes leave the earlier dataset" {
    need_failio
    labelled 2 >in
    rv-mux -f coco,sheet <in >/dev/null
    before=$(tree_hash dataset)
    for rule in 'mkdir:EACCES:*/.dataset.*' 'open:EROFS:*/.dataset.??????/*' 'close:EIO:*/.dataset.*/*.tar' 'open:EIO:*manifest.jsonl' 'fsync:EIO:*/.dataset.*'; do
        echo "$rule"
        run -3 failio "$rule" rv-mux --format coco,webdataset <in
        [ "$(tree_hash dataset)" = "$before" ]
        only_here dataset in out
    done
}

@test "a full file system is said and cleaned" {
    labelled 20 --size 64x64 >in
    mkdir full
    mount -t tmpfs -o size=64k tmpfs full 2>/dev/null || skip "mount is refused"
    run -3 rv-mux -o full/ds <in
    [[ "$output" == *"No space left on device"* ]]
    nothing ls -A full
}

# Starts rv-mux in the middle of a stream; sets mux_pid. `feed` ends it.
start_mux() {
    mkfifo fifo
    # A shell without job control starts background jobs deaf to SIGINT.
    env --default-signal=INT rv-mux "$@" <fifo >passed 2>errors 3>&- &
    mux_pid=$!
    exec 9>fifo
    cat in >&9
    wait_until cmp -s in passed
}

@test "a signal removes what is unfinished and ends the tool by that signal" {
    labelled 3 >in
    for signal in TERM INT HUP; do
        start_mux --format coco,webdataset,video,sheet
        ls -d .dataset.*
        kill -$signal $mux_pid
        status=0
        wait $mux_pid || status=$?
        exec 9>&-
        [ "$status" = $((128 + $(kill -l $signal))) ]
        rm fifo passed errors
        only_here in out
    done
}

@test "after kill -9 the same command cleans up and completes" {
    labelled 3 >in
    rv-mux --format coco,webdataset,video -o wanted <in >/dev/null
    start_mux --format coco,webdataset,video
    kill -9 $mux_pid
    wait $mux_pid || true
    exec 9>&-
    rm fifo passed errors
    [ -n "$(find . -maxdepth 1 -name '.dataset.*')" ]
    [ ! -e dataset ]
    rv-mux --format coco,webdataset,video <in >/dev/null
    same_tree wanted dataset
    only_here in out wanted dataset
}

@test "two runs on one dataset: the second is refused, or waits" {
    labelled 3 >in
    start_mux -o one
    rv-mux <in -o two >/dev/null
    run -3 --separate-stderr rv-mux -o one <in
    [ -z "$output" ]
    [[ "$stderr" == *"'one' is in use by rv-mux, process $mux_pid on $(hostname)"* ]]
    run -3 --separate-stderr rv-mux -o ./one/ <in
    rv-mux --wait 1m -o one -f coco <in >second 2>second.err 9>&- &
    second=$!
    sleep 0.3
    kill -0 $second
    exec 9>&-
    wait $mux_pid
    wait $second
    check_manifest one
    [ "$(ls one | xargs)" = 'SHA256SUMS categories.json coco manifest.jsonl' ]
    rm fifo passed errors second second.err
    only_here in out one two
}

@test "a lock that a killed run left means nothing" {
    labelled 1 >in
    start_mux -o one
    kill -9 $mux_pid
    wait $mux_pid || true
    exec 9>&-
    [ -e .one.rv-mux.lock ]
    rv-mux -o one <in >/dev/null
    [ ! -e .one.rv-mux.lock ]
}

@test "a reader that goes away ends it quietly, with no half dataset" {
    labelled 3 >base
    for i in $(seq 150); do
        sed "s/\"id\":\"/\"id\":\"r$i-/" base
    done >in
    run -141 bash -o pipefail -c 'rv-mux --format webdataset <in | head -1'
    [ "${#lines[@]}" = 1 ]
    only_here base in out
}

@test "closed standard streams are errors, not crashes" {
    labelled 2 >in
    run -3 bash -c 'rv-mux <in >&-'
    [[ "$output" == *"rv-mux: error"* ]]
    run -3 bash -c 'rv-mux <&-'
    run -3 bash -c 'rv-mux <in >/dev/full'
    only_here in out
}

@test "memory does not grow with the number of samples" {
    [[ $RV_BIN != */asan/* && $RV_BIN != */tsan/* ]] || skip "a sanitizer keeps what was freed"
    labelled 1 --size 8x8 >one
    peak() {
        python3 - "$1" <<'PY'
import resource, subprocess, sys
line = open("one").read()
tool = subprocess.Popen(["rv-mux", "--format", "coco,webdataset,sheet"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
for i in range(int(sys.argv[1])):
    tool.stdin.write(line.replace('"id":"00000000"', '"id":"%08d"' % i, 1))
tool.stdin.close()
assert tool.wait() == 0
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PY
    }
    few=$(peak 200)
    many=$(peak 6000)
    echo "$few kB for 200, $many kB for 6000"
    [ "$many" -lt $((few + 4096)) ]
}
