#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv-verify on samples that rv had no hand in (lib/labelled.py), and on datasets that rv-mux made of them.

load lib/common

# Samples a to g are made once; tests work on copies.
setup_file() {
    command -v python3 >/dev/null || return 0
    cd "$BATS_FILE_TMPDIR"
    PYTHONDONTWRITEBYTECODE=1 python3 "$RV_ROOT/tests/lib/labelled.py" out a b c d e f g >records.jsonl
}

setup() {
    rv_setup
    need python3 jq
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

# The samples named by the arguments in out/, their records in in.jsonl.
make_samples() {
    rm -rf out
    mkdir out
    : >in.jsonl
    for id in "$@"; do
        cp -r "$BATS_FILE_TMPDIR/out/$id" out/
        grep "^{\"id\":\"$id\"" "$BATS_FILE_TMPDIR/records.jsonl" >>in.jsonl
    done
}

make_dataset() {
    make_samples "$@"
    rv-mux --format coco,webdataset,video -o ds <in.jsonl >/dev/null
}

# Runs python with the functions of labelled.py at hand.
edit() {
    python3 -c "from labelled import *
$1"
}

# Writes the record of in.jsonl, changed by a jq filter, to in.jsonl and to _meta.json.
change_record() {
    jq -c "$1" in.jsonl >changed.jsonl
    mv changed.jsonl in.jsonl
    jq -c 'del(.run, .dir)' in.jsonl >out/a/_meta.json
}

# The one sample of in.jsonl must be not ok: `path` is blamed, with `code` and a message that has `text` in it.
must_blame() {
    local path=$1 code=$2 text=$3
    echo "$path is to be blamed: $code, $text"
    run --separate-stderr -1 rv-verify <in.jsonl
    [[ $stderr == *'1 records, 0 ok, 1 not ok'* ]]
    jq -e '.verify.ok == false and .verify.n_problems >= (.verify.problems | length) and .error == null' <<<"$output"
    jq -e --arg path "$path" --arg code "$code" --arg text "$text" \
        '.verify.problems | any(.path == $path and .code == $code and (.message | contains($text)))' <<<"$output" ||
        { jq .verify <<<"$output"; return 1; }
}

@test "good samples are ok, and nothing else of their records changes" {
    make_samples a b c
    run --separate-stderr -0 rv-verify <in.jsonl
    [ "$stderr" = 'rv-verify: 3 records, 3 ok' ]
    [ "$(jq -c .verify <<<"$output" | sort -u)" = '{"ok":true,"checks":{"files":10,"annotations":3}}' ]
    diff <(sed 's/,"verify":.*}}}$/}/' <<<"$output") in.jsonl
}

@test "-q silences the verdict, not the answer" {
    make_samples a
    run --separate-stderr -0 rv-verify -q <in.jsonl
    [ -z "$stderr" ]
    rm out/a/Image.png
    run --separate-stderr -1 rv-verify -q <in.jsonl
    [ -z "$stderr" ]
}

@test "a record that went through jq is still that of _meta.json" {
    make_samples a b
    jq -c '.mine = {x: 1.50}' in.jsonl | rv-verify >out.jsonl
    jq -s -e 'length == 2 and all(.verify.ok and .mine.x == 1.5)' out.jsonl
}

@test "output does not depend on the number of jobs" {
    make_samples a b c d e f g
    rm out/c/Mask_disc.png
    run --separate-stderr -1 rv-verify -j1 <in.jsonl
    printf '%s\n' "$output" >one
    run --separate-stderr -1 rv-verify -j4 <in.jsonl
    diff <(printf '%s\n' "$output") one
    [ "$(jq -c .verify.ok one | tr -d '\n')" = truetruefalsetruetruetruetrue ]
}

@test "no input is no record and no mistake" {
    run --separate-stderr -0 rv-verify </dev/null
    [ "$stderr" = 'rv-verify: 0 records, 0 ok' ]
    [ -z "$output" ]
}

@test "a file that is not there is missed, whatever its role" {
    for name in Image.png IndexOB.png PreviewIndexOB.png Mask_disc.png Depth.exr DepthPreview.png \
        instances/00002.png _meta.json; do
        make_samples a
        rm "out/a/$name"
        must_blame "$name" missing_file 'not there'
    done
}

@test "a PNG with any one byte changed does not decode" {
    make_samples a
    edit "
import random, subprocess
for name in ('Image', 'IndexOB', 'PreviewIndexOB', 'Mask_disc', 'DepthPreview', 'instances/00001'):
    path = f'out/a/{name}.png'
    good = open(path, 'rb').read()
    for seed in range(6):
        chance = random.Random(f'{name} {seed}')
        data = bytearray(good)
        data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
        open(path, 'wb').write(data)
        done = subprocess.run(['rv-verify'], stdin=open('in.jsonl'), capture_output=True, text=True)
        problems = json.loads(done.stdout)['verify']['problems']
        assert done.returncode == 1 and problems[0]['path'] == f'{name}.png', (name, seed, done)
        assert problems[0]['code'] == 'bad_file', problems
    open(path, 'wb').write(good)"
    rv-verify <in.jsonl
}

@test "a picture of another size is told by its header, and not decoded" {
    make_samples a
    edit "
import struct, zlib
data = bytearray(open('out/a/Image.png', 'rb').read())
data[16:24] = struct.pack('>II', 40000, 40000) # more than its pixels, which are no longer right
data[29:33] = struct.pack('>I', zlib.crc32(data[12:29]))
open('out/a/Image.png', 'wb').write(data)"
    must_blame Image.png bad_file 'it is 40000x40000, the sample is 40x30'
    jq -e '.verify.n_problems == 1' <<<"$output"
}

@test "an OpenEXR file of the user's own is read in any form" {
    "$RV_ROOT/tests/lib/make_sample.py" more --size 40 30 >/dev/null
    for form in tiles parts; do
        make_samples a
        cp more/00000000/passes.exr out/a/own.exr
        "$RV_ROOT/tests/lib/exr_foreign.py" $form out/a/own.exr
        change_record '.files.own = "own.exr"'
        rv-verify <in.jsonl
        truncate -s -1 out/a/own.exr
        must_blame own.exr bad_file 'cut, damaged or never finished'
    done
}

@test "a truncated file does not decode" {
    for name in Image.png IndexOB.png Depth.exr DepthPreview.png instances/00007.png; do
        for part in 0 6 10; do
            make_samples a
            truncate -s $((($(stat -c %s "out/a/$name") - 1) * part / 10)) "out/a/$name"
            must_blame "$name" bad_file ''
        done
    done
}

@test "a picture of another size than the sample's" {
    make_samples a
    edit "png('out/a/Image.png', [[(1, 2, 3)] * 41 for _ in range(30)], 3, 8)"
    must_blame Image.png bad_file 'it is 41x30, the sample is 40x30'
    make_samples a
    change_record '.resolution = [30, 40]'
    must_blame Image.png bad_file 'it is 40x30, the sample is 30x40'
}

@test "an index map in another form" {
    make_samples a
    edit "png('out/a/IndexOB.png', index_map(0), 1, 8)"
    must_blame IndexOB.png bad_file '1 channels of 8 bits'
}

@test "an annotation with another area, box, runs, name, tags or order" {
    make_samples a
    change_record '.annotations[0].area += 1'
    must_blame IndexOB.png bad_label 'area is 295, but the run lengths hold 294'
    make_samples a
    change_record '.annotations[1].bbox[2] -= 1'
    must_blame IndexOB.png bad_label 'annotation of index 2: bbox is not'
    make_samples a
    change_record '.annotations[0].truncation = 1.5'
    must_blame IndexOB.png bad_label 'truncation 1.5 is not in 0..1'
    make_samples a
    change_record '.annotations[0].rle.counts |= .[1:]'
    must_blame IndexOB.png bad_label 'annotation of index 1'
    make_samples a
    change_record '.annotations[0].rle.size = [40, 30]'
    must_blame IndexOB.png bad_label '30x40, but the image is 40x30'
    make_samples a
    change_record '.annotations[0].name = "Bux"'
    must_blame IndexOB.png bad_label 'its name'
    make_samples a
    change_record '.annotations[1].tags = ["disc"]'
    must_blame IndexOB.png bad_label 'its tags'
    make_samples a
    change_record '.annotations |= [.[1], .[0], .[2]]'
    must_blame IndexOB.png bad_label 'sorted and distinct'
}

@test "a mask that is right in itself, but not that of the map" {
    make_samples a
    edit "
rows = index_map(0)
rows[5][30] = 1
import json
record = json.loads(open('in.jsonl').read())
record['annotations'][0] = annotation(rows, OBJECTS[0])
open('in.jsonl', 'w').write(json.dumps(record) + '\n')"
    must_blame IndexOB.png bad_label 'pixel (30,5) is in the mask, but the index map has 0 there'
    make_samples a
    edit "
rows = index_map(0)
rows[5][5] = 0
import json
record = json.loads(open('in.jsonl').read())
record['annotations'][0] = annotation(rows, OBJECTS[0])
open('in.jsonl', 'w').write(json.dumps(record) + '\n')"
    must_blame IndexOB.png bad_label 'the mask has 293 pixels, the index map has 294'
}

@test "an object without annotation, and how small it may be" {
    make_samples a
    change_record 'del(.annotations[1]) | del(.files.instances[1])'
    must_blame IndexOB.png bad_label 'the object of index 2 has 185 pixels and no annotation'
    rv-verify --min-area 186 <in.jsonl
    run -1 rv-verify --min-area 185 <in.jsonl
}

@test "a value in the map that no object has" {
    make_samples a
    change_record 'del(.objects[2]) | del(.annotations[2]) | del(.files.instances[2])'
    must_blame IndexOB.png bad_label '314 pixels of value 7, which no object has'
    make_samples a
    change_record '.objects[2].index = 2'
    must_blame IndexOB.png bad_label 'have the same index 2'
}

@test "masks with other values, instances that disagree with the map" {
    make_samples a
    edit "png('out/a/Mask_disc.png', [[65535] * 39 + [300]] + [[0] * 40] * 29, 1, 16)"
    must_blame Mask_disc.png bad_label 'pixel (39,0) is 300'
    make_samples a
    cp out/a/instances/00001.png out/a/instances/00002.png
    must_blame instances/00002.png bad_label 'disagrees with the index map'
    make_samples a
    change_record 'del(.annotations[0].mask)'
    must_blame annotations bad_label 'the mask of annotations[1] is not files.instances[0]'
    make_samples a
    change_record 'del(.annotations[2].mask)'
    must_blame annotations bad_label '2 annotations name a mask, but files.instances has 3'
}

make_sequence() {
    rm -rf out
    python3 "$RV_ROOT/tests/lib/labelled.py" --sequence 3 out a >in.jsonl
}

@test "each frame of a sequence is looked at as a still is" {
    make_sequence
    run -0 --separate-stderr rv-verify <in.jsonl
    [ "$(jq -c '.verify | [.ok, .checks.files, .checks.annotations]' <<<"$output")" = '[true,28,9]' ]
    cp out/a/index/000001.png out/a/index/000002.png
    must_blame index/000002.png bad_label 'pixel ('
    make_sequence
    cp out/a/index/000001.png out/a/index/000003.png
    must_blame instances/000003/00002.png bad_label 'disagrees with the index map'
    make_sequence
    edit "png('out/a/mask_disc/000003.png', [[65535] * 39 + [300]] + [[0] * 40] * 29, 1, 16)"
    must_blame mask_disc/000003.png bad_label 'pixel (39,0) is 300'
    make_sequence
    edit "exr('out/a/depth/000002.exr', [[1e10] * 40] * 30)"
    must_blame depth/000002.exr bad_label 'where the index map has an object'
    make_sequence
    edit "png('out/a/image/000002.png', [[(1, 2, 3, 255)] * 39] * 30, 4, 8)"
    must_blame image/000002.png bad_file 'it is 39x30'
    make_sequence
    rm out/a/image/000003.png
    must_blame image/000003.png missing_file 'not there'
}

@test "a sequence whose record does not fit together" {
    make_sequence
    change_record '.frames[1].annotations[0].area += 1'
    must_blame index/000002.png bad_label 'area is'
    make_sequence
    change_record 'del(.frames[2].annotations)'
    must_blame index/000003.png bad_record 'no annotations'
    make_sequence
    change_record '.frames[2].frame = 2'
    must_blame frames bad_record 'frames[2].frame is not a whole number'
    make_sequence
    change_record 'del(.frames[0].frame)'
    must_blame frames bad_record 'frames[0].frame'
    make_sequence
    change_record 'del(.files.image[2])'
    must_blame image bad_record '2 files, but the sample has 3 frames'
    make_sequence
    change_record '.files.depth = "depth/000001.exr"'
    must_blame depth bad_record 'one file, but the sample has 3 frames'
    make_sequence
    change_record '.annotations = []'
    must_blame annotations bad_record 'in its frames only'
    make_sequence
    change_record '.files.instances |= (.[3:4] + .[:3] + .[4:])'
    must_blame annotations bad_label 'files.instances[0]'
    make_sequence
    change_record 'del(.frames[2].annotations[2].mask)'
    must_blame annotations bad_label '8 annotations name a mask, but files.instances has 9'
}

@test "depth that is not finite, not positive, or empty where an object is" {
    for case in 'inf 4 5 finite' 'nan 0 29 finite' '0 39 29 positive' '-1 1 1 positive' '2e9 0 0 background' \
        '1e10 5 5 has an object'; do
        read -r value x y text <<<"$case"
        make_samples a
        edit "
rows = [[2.5 if v else 1e10 for v in row] for row in index_map(0)]
rows[$y][$x] = float('$value')
exr('out/a/Depth.exr', rows)"
        must_blame Depth.exr bad_label "$text"
        must_blame Depth.exr bad_label "pixel ($x,$y)"
    done
    make_samples a
    edit "exr('out/a/Depth.exr', [[2.5] * 40 for _ in range(30)], 'Z')"
    must_blame Depth.exr bad_file "one channel 'V'"
}

@test "passes that are still there are compared with the labels" {
    make_samples a
    edit "exr('out/a/passes.exr', [[float(v) for v in row] for row in index_map(0)], 'Index')"
    change_record '.files.passes = "passes.exr" | .channels = {index: "Index"}'
    rv-verify <in.jsonl
    edit "exr('out/a/passes.exr', [[float(v) for v in row] for row in index_map(1)], 'Index')"
    must_blame passes.exr bad_label 'the label made from it is another'
    change_record '.channels = {index: "IndexOB.X"}'
    must_blame passes.exr bad_file 'IndexOB.X'
}

@test "no path leads out of the sample" {
    make_samples a
    cp out/a/Image.png elsewhere.png
    change_record '.files.image = "../../elsewhere.png"'
    must_blame ../../elsewhere.png bad_record 'leads out of the sample'
    change_record ".files.image = \"$PWD/elsewhere.png\""
    must_blame "$PWD/elsewhere.png" bad_record 'leads out of the sample'
    make_samples a
    mv out/a/Image.png elsewhere.png
    ln -s ../../elsewhere.png out/a/Image.png
    must_blame Image.png bad_file 'not a regular file'
    make_samples a
    mv out/a/instances elsewhere
    ln -s ../../elsewhere out/a/instances
    must_blame instances/00001.png bad_file 'not a regular file'
    make_samples a
    rm out/a/Image.png
    mkfifo out/a/Image.png
    must_blame Image.png bad_file 'not a regular file'
}

@test "_meta.json is the record without run and dir" {
    make_samples a
    jq -c '.seed = 5' out/a/_meta.json >meta
    cp meta out/a/_meta.json
    must_blame _meta.json bad_record "'seed' is not that of the record"
    make_samples a
    jq -c 'del(.annotations)' out/a/_meta.json >meta
    cp meta out/a/_meta.json
    must_blame _meta.json bad_record "'annotations' of the record is not in it"
    make_samples a
    jq -c '.run = {}' out/a/_meta.json >meta
    cp meta out/a/_meta.json
    must_blame _meta.json bad_record "'run' belongs to the stream"
    make_samples a
    jq . out/a/_meta.json >meta
    cp meta out/a/_meta.json
    must_blame _meta.json bad_file 'one line of compact JSON'
    make_samples a
    echo '{' >out/a/_meta.json
    must_blame _meta.json bad_json ''
}

@test "a record without a sample becomes an error record" {
    make_samples a
    for filter in 'del(.dir)' '.dir = 5' 'del(.files)' '.files = {}' '.files = []' '.dir = "nowhere"' \
        '.resolution = [0, 1]' '.resolution = 5'; do
        jq -c "$filter" in.jsonl >bad.jsonl
        run --separate-stderr -1 rv-verify <bad.jsonl
        jq -e '.error.tool == "rv-verify" and .verify == null' <<<"$output"
        [[ $stderr == *'1 records, 0 ok, 1 with an error'* ]]
    done
}

@test "error records and bad lines pass, and are counted" {
    make_samples a
    { cat in.jsonl; echo '{"id":"x","seed":1,"error":{"tool":"rv-blend","code":"crash","message":"m"}}'; echo '[1]'; } >bad.jsonl
    run --separate-stderr -1 rv-verify <bad.jsonl
    [ "${#lines[@]}" -eq 3 ]
    [ "${lines[1]}" = '{"id":"x","seed":1,"error":{"tool":"rv-blend","code":"crash","message":"m"}}' ]
    jq -e '.error.code == "bad_json" and .line == 3' <<<"${lines[2]}"
    [[ $stderr == *'3 records, 1 ok, 2 with an error'* ]]
}

@test "an id that comes twice" {
    make_samples a
    cat in.jsonl in.jsonl >twice.jsonl
    run --separate-stderr -1 rv-verify <twice.jsonl
    jq -e .verify.ok <<<"${lines[0]}"
    jq -e '.error.code == "duplicate_id"' <<<"${lines[1]}"
}

@test "hostile records neither crash it nor fill its memory" {
    make_samples a
    for filter in '.annotations = {}' '.annotations = [5, null, {}, {"index": 1}]' '.annotations[0].index = 70000' \
        '.annotations[0].rle = null' '.annotations[0].rle.size = [4e9, 4e9]' '.annotations[0].rle.counts = ""' \
        '.annotations[0].rle.counts = ("o" * 5000)' '.annotations[0].bbox = [1e300, -1, 0.5, "x"]' \
        '.annotations[0].area = "many"' '.objects = null' '.objects = [1, {"index": -1}, {"index": "x"}]' \
        '.files.instances = [null, 1]' '.files.instances = 7' '.files.index = ["IndexOB.png"]' \
        '.files.depth = "IndexOB.png"' '.files.index = "Depth.exr"' '.files.image = ""' '.files.image = "."' \
        '.annotations = [range(3000) | {index: ., area: 0}]'; do
        make_samples a
        change_record "$filter"
        run --separate-stderr -1 rv-verify <in.jsonl
        jq -e '.verify.ok == false and (.verify.problems | length) <= 100' <<<"$output" || { echo "$filter"; return 1; }
    done
}

@test "--where leaves records alone" {
    make_samples a b
    rm out/b/Image.png
    run --separate-stderr -0 rv-verify --where '.id == "a"' <in.jsonl
    [ "${lines[1]}" = "$(tail -n1 in.jsonl)" ]
    jq -e .verify.ok <<<"${lines[0]}"
}

@test "a reader that goes away, and a full disk, end it" {
    make_samples a b c d
    # More than a pipe holds.
    jq -c '.pad = "\("x" * 70000)"' in.jsonl >long.jsonl
    pipe -141 --separate-stderr 'rv-verify <long.jsonl | head -n1'
    [ "${#lines[@]}" -eq 1 ]
    [ -z "$stderr" ]
    run -3 bash -c 'rv-verify <in.jsonl >/dev/full'
    # It has not seen everything, and says no sum.
    [ "$output" = 'rv-verify: error: cannot write the output: No space left on device' ]
    run -3 bash -c 'rv-verify <in.jsonl >&-'
    run -3 bash -c 'rv-verify out >/dev/full'
}

@test "a directory of samples" {
    make_samples a b
    mkdir out/.hidden out/empty
    touch out/log
    run --separate-stderr -0 rv-verify out
    [ "$stderr" = 'rv-verify: 2 records, 2 ok' ]
    [ "$(jq -r '[.id, .dir, .verify.ok] | @tsv' <<<"$output")" = $'a\tout/a\ttrue\nb\tout/b\ttrue' ]
    rm out/b/Depth.exr
    run --separate-stderr -1 rv-verify out/
    [[ $stderr == *'2 records, 1 ok, 1 not ok'* ]]
    mv out/a out/c
    run --separate-stderr -1 rv-verify out
    jq -s -e 'any(.error.message // "" | contains("holds the sample"))' <<<"$output"
    echo x >out/c/_meta.json
    run --separate-stderr -1 rv-verify out
    jq -s -e 'any(.error.code == "bad_json")' <<<"$output"
}

@test "what is neither a dataset nor samples" {
    mkdir -p empty full/a
    touch file
    for operand in empty full file nowhere; do
        run --separate-stderr -2 rv-verify "$operand"
        [ -z "$output" ]
        [[ $stderr == *"'$operand'"* ]]
    done
    run -2 rv-verify --deep </dev/null
    run -2 rv-verify -j0 </dev/null
    run -2 rv-verify --jobs=many </dev/null
    run -2 rv-verify --where true empty
}

# ---- datasets --------------------------------------------------------------------------------------------------------

@test "a dataset is ok, with --deep and without" {
    make_dataset a b c
    run --separate-stderr -0 rv-verify ds
    [ -z "$stderr" ]
    files=$(find ds -type f ! -name manifest.jsonl | wc -l)
    bytes=$(find ds -type f ! -name manifest.jsonl -printf '%s\n' | awk '{ n += $1 } END { print n }')
    [ "$output" = '{"verify":{"ok":true,"dataset":"ds","files":'"$files"',"bytes":'"$bytes"',"samples":3}}' ]
    run --separate-stderr -0 rv-verify --deep -j3 ds
    [ "$(jq .verify.ok <<<"$output")" = true ]
    [ "${#lines[@]}" -eq 1 ]
}

@test "a dataset with compressed shards, several of them" {
    make_samples a b c d e
    rv-mux --format webdataset --zstd --shard-count 2 -o ds <in.jsonl >/dev/null
    [ -f ds/webdataset/shard-000002.tar.zst ]
    rv-verify --deep ds
}

@test "any one byte changed in any file of a dataset" {
    make_dataset a b
    edit "
import random, subprocess
names = [os.path.relpath(os.path.join(d, f), 'ds') for d, _, files in os.walk('ds') for f in files]
assert len(names) >= 6
for name in sorted(names):
    good = open(f'ds/{name}', 'rb').read()
    chance = random.Random(name)
    for at in [0, len(good) - 1] + [chance.randrange(len(good)) for _ in range(4)]:
        data = bytearray(good)
        data[at] ^= chance.randrange(1, 256)
        open(f'ds/{name}', 'wb').write(data)
        done = subprocess.run(['rv-verify', 'ds'], capture_output=True, text=True)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 1 and lines[-1]['verify']['ok'] is False, (name, at, done)
        assert lines[0]['problem']['path'] == name, (name, at, done)
    open(f'ds/{name}', 'wb').write(good)"
    rv-verify ds
}

@test "every byte of the manifest counts" {
    make_dataset a
    cp ds/manifest.jsonl good
    edit "
import subprocess
good = open('good', 'rb').read()
for at in range(0, len(good), 23):
    for changed in (good[:at] + bytes([good[at] ^ 1]) + good[at + 1:], good[:at] + b' ' + good[at:], good[:at] + good[at + 1:]):
        open('ds/manifest.jsonl', 'wb').write(changed)
        done = subprocess.run(['rv-verify', 'ds'], capture_output=True)
        assert done.returncode == 1, (at, changed[at - 20:at + 20], done)"
}

@test "a manifest that is right in itself, but not allowed" {
    make_dataset a
    cp ds/manifest.jsonl good
    # Seals the lines of the file `body` with a digest of their own.
    seal() {
        { cat body; printf '{"manifest_sha256":"%s"}\n' "$(sha256sum <body | cut -d' ' -f1)"; } >ds/manifest.jsonl
    }
    head -n -1 good >body
    seal
    cmp good ds/manifest.jsonl
    { head -n -1 good; sed -n 2p good; } >body
    seal
    run -1 rv-verify ds
    [[ $output == *'is not sorted after'* ]]
    { sed -n 1p good; head -n -1 good | tail -n +2 | tac; } >body
    seal
    run -1 rv-verify ds
    [[ $output == *'is not sorted after'* ]]
    for path in ../x /etc/passwd a/../../x manifest.jsonl ./coco coco//x coco/./x '' . 'coco/'; do
        { sed -n 1p good; printf '{"path":"%s","bytes":1,"sha256":"%064d"}\n' "$path" 0; } >body
        seal
        run -1 rv-verify ds
        [[ $output == *'does not name a file of the dataset'* ]] || { echo "$path: $output"; return 1; }
    done
    head -n -1 good | sed '2s/"bytes":/"bytes":0/' >body
    seal
    run -1 rv-verify ds
    [[ $output == *'line 2 is not in the form'* ]]
    head -n -1 good | sed '2s/"path":"c/"path":"\\u0063/' >body
    seal
    run -1 rv-verify ds
    [[ $output == *'line 2 is not in the form'* ]]
    : >ds/manifest.jsonl
    run -1 rv-verify ds
    printf 'x\0y' >ds/manifest.jsonl
    run -1 rv-verify ds
}

@test "a file missing, a file more, a file cut, a link" {
    make_dataset a b
    cp -r ds good
    rm ds/coco/images/b.png
    run --separate-stderr -1 rv-verify ds
    jq -s -e 'length == 2 and .[0].problem == {path: "coco/images/b.png", code: "missing_file", message: "it is not there"}' <<<"$output"
    rm -r ds
    cp -r good ds
    touch ds/coco/images/c.png
    run --separate-stderr -1 rv-verify ds
    jq -s -e 'length == 2 and .[0].problem.path == "coco/images/c.png"' <<<"$output"
    rm -r ds
    cp -r good ds
    touch ds/.hidden
    run -1 rv-verify ds
    rm -r ds
    cp -r good ds
    truncate -s -1 ds/webdataset/shard-000000.tar
    run --separate-stderr -1 rv-verify ds
    jq -s -e '.[0].problem.code == "bad_digest"' <<<"$output"
    rm -r ds
    cp -r good ds
    mv ds/coco/images/a.png a.png
    ln -s "$PWD/a.png" ds/coco/images/a.png
    run -1 rv-verify ds
    rm -r ds
    cp -r good ds
    rm ds/manifest.jsonl
    run -2 rv-verify ds
}

# Puts the present sizes and digests into the manifest, so that only --deep can find what is wrong.
reseal() {
    edit "
import hashlib, os
head = open('ds/manifest.jsonl').readline()
paths = sorted(os.path.relpath(os.path.join(d, f), 'ds') for d, _, fs in os.walk('ds') for f in fs)
text = head
for path in paths:
    if path != 'manifest.jsonl':
        data = open('ds/' + path, 'rb').read()
        text += json.dumps({'path': path, 'bytes': len(data), 'sha256': hashlib.sha256(data).hexdigest()},
                           separators=(',', ':')) + '\n'
text += json.dumps({'manifest_sha256': hashlib.sha256(text.encode()).hexdigest()}, separators=(',', ':')) + '\n'
open('ds/manifest.jsonl', 'w').write(text)"
}

# Sealed anew, the dataset is ok at a glance, and --deep blames `path` with a message that has `text` in it.
must_find() {
    reseal
    rv-verify ds
    run --separate-stderr -1 rv-verify --deep ds
    jq -s -e --arg path "$1" --arg text "$2" \
        'any(.[:-1][].problem; (.path | startswith($path)) and (.message | contains($text)))' <<<"$output" ||
        { echo "$output"; return 1; }
    rm -r ds
    cp -r good ds
}

change_coco() {
    jq -c "$1" ds/coco/annotations.json >changed
    cp changed ds/coco/annotations.json
}

@test "--deep: what can be wrong with a COCO file" {
    make_dataset a b
    cp -r ds good
    while IFS='~' read -r filter text; do
        change_coco "$filter"
        must_find coco/ "$text"
    done <<'END'
.annotations[0].area += 1~but the run lengths hold
.annotations[0].bbox[0] += 1~bbox is not that of the run lengths
.annotations[0].bbox = [0,0,1,1,1]~bbox is not that of the run lengths
.annotations[1].id = .annotations[0].id~annotations: id 1 comes twice
.annotations[0].id = 0~is not a whole number from 1
.annotations[0].image_id = 99~its image_id names no image
.annotations[0].category_id = 99~its category_id names no category
.annotations[0].iscrowd = 1~iscrowd is not 0
.annotations[0].segmentation.counts += "1"~annotations[0]
.annotations[0].segmentation.size = [40,30]~but the image is 40x30
.annotations[0].segmentation = []~no run lengths
.annotations |= ([.[0] + {id: 77}] + .)~overlaps another
.images[0].width = 41~is said to be 41x30
.images[1].id = .images[0].id~id 1 comes twice
.images[0].file_name = "../x.png"~is not in the dataset
.images[1].file_name = "a.png"~comes twice
.images += [.images[0] + {id: 9}]~it has 3 images
del(.images[1])~it has 1 images
.categories[0].name = ""~has no name
.categories[0].id = .categories[1].id~categories: id
del(.images)~there is no array 'images'
END
    echo '{"images":[}' >ds/coco/annotations.json
    must_find coco/ ''
    rm ds/coco/images/b.png
    must_find coco/ "'b.png' is not in the dataset"
}

@test "--deep: what can be wrong with a picture or a video" {
    make_dataset a b
    cp -r ds good
    truncate -s -20 ds/coco/images/a.png
    must_find coco/images/a.png ''
    edit "png('ds/coco/images/a.png', [[(1, 2, 3)] * 41 for _ in range(30)], 3, 8)"
    must_find coco/annotations.json "but 'a.png' is 41x30"
    edit "
data = bytearray(open('ds/video/video.mp4', 'rb').read())
open('ds/video/video.mp4', 'wb').write(data[:len(data) // 2])"
    must_find video/video.mp4 ''
    rm ds/video/video.mp4
    must_find video '0 stills and sequences, but the manifest says 2 samples'
    cp ds/coco/images/a.png ds/coco/images/c.png
    must_find coco/ 'there are 3 files'
}

# A shard in a good form whose members an expression over (name, data) changes: it gives the members in its place.
change_shard() {
    edit "
import io, tarfile
name = 'ds/webdataset/shard-000000.tar'
members = [(m.name, tar.extractfile(m).read()) for tar in [tarfile.open(name)] for m in tar]
def change(name, data):
    $1
with tarfile.open(name, 'w', format=tarfile.USTAR_FORMAT) as out:
    for old, old_data in members:
        for new, data in change(old, old_data):
            info = tarfile.TarInfo(new)
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))"
}

@test "--deep: what can be wrong with a shard" {
    make_dataset a b
    cp -r ds good
    change_shard 'return [(name, data)]'
    reseal
    rv-verify --deep ds
    while IFS='|' read -r code text; do
        change_shard "$code"
        must_find webdataset "$text"
    done <<'END'
return [] if name == "a.json" else [(name, data)]|sample 'a' has no record
return [] if name == "a.index.png" else [(name, data)]|sample 'a' has no member 'a.index.png'
return [] if name == "b.png" else [(name, data)]|sample 'b' has no member 'b.png'
return [] if name[0] == "b" else [(name, data)]|1 samples, but the manifest says 2
return [(name, data), ("b.more.png", data)] if name == "b.png" else [(name, data)]|but its record names
return [(name, data)] * 2 if name == "b.png" else [(name, data)]|comes twice
return [(name.replace("b", "a", 1), data)]|comes twice
return [(name, data[:-1])]|a.png
return [(name, data.replace(b'"area":', b'"area":1'))]|but the run lengths hold
return [(name, data.replace(b'"id":"b"', b'"id":"c"'))]|it is the record of 'c'
return [(name, data.replace(b'{"id"', b'{"run":{},"id"'))]|'run' belongs to the stream
return [(name, dict(members)["b.png"] if name == "a.png" else data)]|it is not the file 'coco/images/a.png'
return [(name, dict(members)["b.index.png"] if name == "a.index.png" else data)]|annotation of index
return [(name.replace("a.", "../a."), data)]|does not begin with a sample's id
return [("noext" if name == "a.png" else name, data)]|does not begin with a sample's id
END
    truncate -s -1536 ds/webdataset/shard-000000.tar
    must_find webdataset ''
    mv ds/webdataset/shard-000000.tar ds/webdataset/shard-000001.tar
    must_find webdataset "'webdataset/shard-000000.tar' should come here"
}

# A sample with every pass, labelled by rv-mask: out/, in.jsonl. Arguments go to make_sample.py.
make_passes() {
    rm -rf out
    "$RV_ROOT/tests/lib/make_sample.py" out --size 32 24 --passes "$@" >rendered.jsonl
    rv-mask --instances --normals camera --flow-format flo,kitti <rendered.jsonl >in.jsonl
}

# Changes an OpenEXR file: python that works on `planes`, channel to rows, and on `texts`, its attributes.
change_exr() { # FILE CODE
    edit "
from check_labels import read_exr_file
from make_sample import exr_bytes
import array
planes, types, attributes = read_exr_file('$1')
texts = {k: v.decode() for k, v in attributes.items() if k.startswith('cryptomatte/')}
$2
height = len(next(iter(planes.values())))
width = len(next(iter(planes.values()))[0])
data = exr_bytes(width, height, {n: (types.get(n, 'f'), r) for n, r in planes.items()}, 'NONE', texts)
open('$1', 'wb').write(data)"
}

@test "every pass is ok, in a still and in a sequence" {
    make_passes --count 2
    run --separate-stderr -0 rv-verify <in.jsonl
    [ "$(jq -c .verify.ok <<<"$output" | sort -u)" = true ]
    make_passes --frames 3
    run --separate-stderr -0 rv-verify <in.jsonl
    same_output 'jq .verify.checks.annotations <<<"$output"' "jq '[.frames[].annotations | length] | add' in.jsonl"
    same_output 'jq .verify.checks.files <<<"$output"' "find out -type f ! -name '.*' | wc -l"
    run -0 rv-verify out
}

@test "what can be wrong with a pass" {
    make_passes
    cp -r out good
    while IFS='|' read -r file code text; do
        rm -rf out
        cp -r good out
        change_exr "out/00000000/$file" "$code"
        must_blame "$file" bad_label "$text"
    done <<'END'
Normal.exr|planes['X'][3][4] = float('nan')|no finite number
Normal.exr|planes['Z'][3][4] = 1.1|at most 1 long
NormalCamera.exr|planes['X'][10][10] += 0.01|normal in world space is another
Position.exr|planes['Y'][0][31] = float('inf')|pixel (31,0) is inf
AO.exr|planes['G'][5][5] = float('nan')|no finite number
FlowForward.exr|planes = {k: [[-v if v < 1e9 else v for v in r] for r in p] for k, p in planes.items()}|Vector pass says another way
FlowBackward.exr|planes = {k: [[-v if v < 1e9 else v for v in r] for r in p] for k, p in planes.items()}|Vector pass says another way
FlowForward.exr|planes['U'] = [[v if v < 1e9 else 0.0 for v in r] for r in planes['U']]; planes['V'] = [[v if v < 1e9 else 0.0 for v in r] for r in planes['V']]|known exactly where
FlowForward.exr|planes['V'] = [[v if v < 1e9 else 2e9 for v in r] for r in planes['V']]|not known is 1e10
CryptoObject.exr|planes['CryptoObject00.g'] = [[2 * v for v in r] for r in planes['CryptoObject00.g']]|coverage is in 0..1
CryptoObject.exr|planes['CryptoObject00.r'] = [[v * 2 for v in r] for r in planes['CryptoObject00.r']]|no id of the manifest
CryptoObject.exr|texts = {k: v.replace(chr(34) + 'Object 1', chr(34) + 'Object 9') for k, v in texts.items()}|is not the hash of 'Object 9'
END
}

@test "a pass with other channels, attributes or size" {
    make_passes
    cp -r out good
    while IFS='|' read -r file code text; do
        rm -rf out
        cp -r good out
        change_exr "out/00000000/$file" "$code"
        must_blame "$file" bad_file "$text"
    done <<'END'
FlowForward.exr|planes['W'] = planes.pop('V')|its channels are not UV
Mist.exr|planes['X'] = planes['V']|its channels are not V
CryptoObject.exr|texts = {}|its hash and conversion
CryptoObject.exr|texts = {k: v for k, v in texts.items() if 'manifest' not in k}|no manifest
CryptoObject.exr|texts = {k: v if 'manifest' not in k else '[]' for k, v in texts.items()}|no manifest
CryptoObject.exr|del planes['CryptoObject00.a']|is without its coverage
UV.exr|planes = {k: r[1:] for k, r in planes.items()}|it is 32x23, the sample is 32x24
END
    rm -rf out
    cp -r good out
    truncate -s -4 out/00000000/FlowForward.flo
    must_blame FlowForward.flo bad_file 'no .flo file, or cut'
}

@test "alpha, materials, previews and flow formats that disagree" {
    make_passes
    cp -r out good
    while IFS='|' read -r file form code text; do
        rm -rf out
        cp -r good out
        edit "
from check_labels import read_png
image = read_png('out/00000000/$file')
n = image['channels']
rows = [[tuple(r[x * n:x * n + n]) if n > 1 else r[x] for x in range(32)] for r in image['rows']]
$code
png('out/00000000/$file', rows, $form)"
        must_blame "$file" bad_label "$text"
    done <<'END'
Alpha.png|1, 8|rows[2][3] = 254|the picture's alpha is another
IndexMA.png|1, 16|rows[0][0] = 7|which no material has
NormalPreview.png|3, 8|rows = [[(9, 9, 9)] * 32] * 24|black exactly where there is nothing
FlowPreview.png|3, 8|rows = [[(0, 0, 0)] * 32] * 24|black exactly where there is nothing
FlowForward.png|3, 16|rows = [[(r + 64 * b, g, b) for r, g, b in row] for row in rows]|the flow is another
FlowBackward.png|3, 16|rows = [[(0, 0, 0)] * 32] * 24|the flow is another
END
    rm -rf out
    cp -r good out
    printf '\x7f' | dd of=out/00000000/FlowForward.flo bs=1 seek=15 conv=notrunc status=none
    must_blame FlowForward.flo bad_label 'the flow is another'
}

@test "a sequence with frames that are not what the record says" {
    make_passes --frames 2
    cp -r out good
    local meta=out/00000000/_meta.json
    blame_changed() { # JQ PATH CODE TEXT
        rm -rf out
        cp -r good out
        cp in.jsonl kept.jsonl
        jq -c "$1" kept.jsonl >in.jsonl
        jq -c 'del(.run, .dir)' in.jsonl >$meta
        must_blame "$2" "$3" "$4"
        cp kept.jsonl in.jsonl
    }
    blame_changed 'del(.frames)' frames bad_record 'no array of frames'
    blame_changed '.files.depth |= .[1:]' depth bad_record '1 files, but the sample has 2 frames'
    blame_changed '.annotations = .frames[0].annotations' annotations bad_record 'in its frames only'
    blame_changed '.frames[1].annotations[0].area += 1' index/000002.png bad_label 'area is'
    blame_changed '.files.index |= [.[1], .[0]]' index/000002.png bad_label 'annotation of index'
    blame_changed '.files.instances |= .[1:]' annotations bad_label 'is not files.instances[0]'
    blame_changed '.frames[1].annotations |= map(del(.mask))' annotations bad_label 'but files.instances has'
    blame_changed '.frames[0].camera.matrix_world[0][1] = 0.5' normal_camera/000001.exr bad_label 'world space is another'
    rm -rf out
    cp -r good out
    rm out/00000000/flow_backward/000002.exr
    must_blame flow_backward/000002.exr missing_file 'not there'
}
