#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv-verify on samples that rv had no hand in (lib/labelled.py), and on datasets that rv-mux made of them: what it says,
# and how. What it must find is in mutations/, a directory for each damage.

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

# The one sample of in.jsonl must be not ok: `path` is blamed by a check, with a message that has `text` in it.
must_blame() {
    local path=$1 check=$2 text=$3
    run --separate-stderr -1 rv-verify <in.jsonl
    [[ $stderr == *'1 record, 0 ok, 1 not ok'* ]]
    jq -e '.verify.ok == false and .verify.n_problems >= (.verify.problems | length) and .error == null' <<<"$output"
    jq -e --arg path "$path" --arg check "$check" --arg text "$text" \
        '.verify.problems | any(.path == $path and .check == $check and .severity == "error" and (.message | contains($text)))' <<<"$output" ||
        { jq .verify <<<"$output"; return 1; }
}

@test "good samples are ok, and nothing else of their records changes" {
    make_samples a b c
    run --separate-stderr -0 rv-verify <in.jsonl
    [ "$stderr" = 'rv-verify: 3 records, 3 ok' ]
    [ "$(jq -c .verify <<<"$output" | sort -u)" = '{"ok":true,"checks":{"files":10,"annotations":3}}' ]
    diff <(sed 's/,"verify":.*}}}$/}/' <<<"$output") in.jsonl
}

# All that rv-mask makes where it is asked to, of stills, sequences and views.
@test "labels that are asked for are ok" {
    local options more
    for options in "" "--frames 2" "--views 1" "--size 1 1" "--objects 39 --size 160 120"; do
        for more in "" "--stuff window,box" "--masks-from crypto" "--category-from name"; do
            rm -rf out
            # shellcheck disable=SC2086
            "$RV_ROOT/tests/lib/make_sample.py" out --passes --objects 9 $options >records
            # shellcheck disable=SC2086
            rv-mask --instances --normals camera --flow-format flo,kitti --classes box,window,panel --panoptic \
                --palette --edges --soft --depth-format mm,kitti,npy --overlay --sheet $more <records >masked
            rv-verify -q <masked | jq -e .verify.ok || { rv-verify -q <masked | jq .verify; return 1; }
        done
    done
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
        assert problems[0]['check'] == 'file.decode', problems
    open(path, 'wb').write(good)"
    rv-verify <in.jsonl
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
        must_blame own.exr file.decode 'cut, damaged or never finished'
    done
}

@test "how small an object without annotation may be" {
    make_samples a
    change_record 'del(.annotations[1]) | del(.files.instances[1])'
    must_blame IndexOB.png label.missing 'the object of index 2 has 185 pixels and no annotation'
    rv-verify --min-area 186 <in.jsonl
    run -1 rv-verify --min-area 185 <in.jsonl
}

@test "labels without an index map are compared with each other" {
    make_samples a
    change_record 'del(.files.index, .files.instances, .annotations[].mask)'
    run --separate-stderr -0 rv-verify <in.jsonl
    [ "$(jq -c .verify.checks <<<"$output")" = '{"files":6,"annotations":3}' ]
}

@test "passes that are still there are those of the labels" {
    make_samples a
    edit "exr('out/a/passes.exr', [[float(v) for v in row] for row in index_map(0)], 'Index')"
    change_record '.files.passes = "passes.exr" | .channels = {index: "Index"}'
    rv-verify <in.jsonl
}

@test "checks are chosen by name" {
    make_samples a
    change_record '.annotations[0].area += 1 | .annotations[1].bbox[2] -= 1'
    checks() { # OPTION...: the status, and what was found
        local status=0
        rv-verify -q "$@" <in.jsonl >out.jsonl || status=$?
        echo "$status $(jq -c '[.verify.problems[]? | "\(.check) \(.severity)"]' out.jsonl)"
    }
    [ "$(checks)" = '1 ["label.area error","label.bbox error"]' ]
    [ "$(checks --only label.area)" = '1 ["label.area error"]' ]
    [ "$(checks --only 'label.a*,mask.*' --only depth.finite)" = '1 ["label.area error"]' ]
    [ "$(checks --skip label.area)" = '1 ["label.bbox error"]' ]
    [ "$(checks --skip 'label.*')" = '0 []' ]
    [ "$(checks --only 'label.*' --skip label.bbox)" = '1 ["label.area error"]' ]
    [ "$(checks --severity label.area=warn)" = '1 ["label.area warn","label.bbox error"]' ]
    [ "$(checks --severity 'label.*=INFO')" = '0 ["label.area info","label.bbox info"]' ]
    [ "$(checks --severity 'label.*=warn' --severity label.bbox=fatal)" = '1 ["label.area warn","label.bbox fatal"]' ]
    jq -e '.verify.ok == false and .verify.n_problems == 2' out.jsonl
    run --separate-stderr -0 rv-verify --severity '*=warn' <in.jsonl
    [ "$stderr" = 'rv-verify: 1 record, 1 ok' ]
    jq -e '.verify.ok and .verify.n_problems == 2' <<<"$output"
}

@test "what cannot be looked at is told whatever is chosen" {
    make_dataset a
    echo more >>ds/manifest.jsonl
    for choice in '--skip=*' --only=label.area '--severity=*=info'; do
        run --separate-stderr -1 rv-verify "$choice" ds
        [ "$(jq -r '.problem.severity // empty' <<<"$output")" = fatal ]
    done
}

@test "names of checks that are none" {
    run --separate-stderr -2 rv-verify --only label.aera </dev/null
    [[ $stderr == *"--only: there is no check 'label.aera' (did you mean 'label.area'?)"* ]]
    run --separate-stderr -2 rv-verify --skip 'label.area,nothing.*' </dev/null
    [[ $stderr == *"--skip: there is no check 'nothing.*'"* ]]
    for text in label.area label.area= label.area=bad =warn; do
        run -2 rv-verify --severity "$text" </dev/null
    done
}

@test "the list of checks" {
    run --separate-stderr -0 rv-verify --list-checks
    [[ $output == *'label.area '*' error  an area is not that of the run lengths'* ]]
    n=${#lines[@]}
    run --separate-stderr -0 rv-verify --list-checks --json
    jq -e --argjson n "$n" 'length == $n and all(.id and .severity and .text)' <<<"$output"
    [ "$(jq -c '[.[].id] | length - (unique | length)' <<<"$output")" = 0 ]
    run --separate-stderr -0 rv-verify --list-checks --json --only 'depth.*' --skip depth.index --severity depth.finite=warn
    [ "$(jq -c '[.[] | select(.severity != "fatal") | [.id, .severity]]' <<<"$output")" = \
        '[["depth.finite","warn"],["depth.background","error"],["depth.preview","error"],["depth.same","error"],["depth.pose","error"]]' ]
}

@test "people get a line for each problem" {
    make_samples a
    rm out/a/Mask_disc.png
    run -1 script -qec 'rv-verify <in.jsonl' /dev/null
    [[ $output == *'a  NOT OK  1 problems'*'    Mask_disc.png: error: file.missing: it is not there'* ]]
    make_dataset b
    rm ds/coco/images/b.png
    run -1 script -qec 'rv-verify ds' /dev/null
    [[ $output == *'coco/images/b.png: error: file.missing: it is not there'*'ds: NOT OK  1 sample, '* ]]
}

@test "a record without a sample becomes an error record" {
    make_samples a
    for filter in 'del(.dir)' '.dir = 5' 'del(.files)' '.files = []' '.dir = "nowhere"' 'del(.id)'; do
        jq -c "$filter" in.jsonl >bad.jsonl
        run --separate-stderr -1 rv-verify <bad.jsonl
        jq -e '.error.tool == "rv-verify" and .verify == null' <<<"$output"
        [[ $stderr == *'1 record, 0 ok, 1 with an error'* ]]
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
        jq -e '.verify.ok == false and (.verify.problems | length) <= 200' <<<"$output" || { echo "$filter"; return 1; }
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
    python3 "$RV_ROOT/tests/lib/labelled.py" mine a | rv-mux -q -f coco -o ds >/dev/null
    run -2 rv-verify ds/coco
    [[ $output == *"nor a dataset, did you mean 'ds'?" ]]
    run -2 rv-verify --as coco ds
    [[ $output == *"'ds' is a dataset of rv, did you mean 'ds/coco'?" ]]
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

@test "a dataset's output does not depend on the number of jobs" {
    make_dataset a b c d e
    truncate -s -20 ds/coco/images/b.png
    rm ds/coco/images/d.png
    run --separate-stderr -1 rv-verify --deep -j1 ds
    printf '%s\n' "$output" >one
    run --separate-stderr -1 rv-verify --deep -j4 ds
    diff <(printf '%s\n' "$output") one
    [ "$(jq -r '.problem.path // empty' one | head -n2 | tr '\n' ' ')" = 'coco/images/b.png coco/images/b.png ' ]
}

@test "a reader of a dataset's problems that goes away ends it quietly" {
    make_dataset a b
    touch ds/more{1..2000}
    run --separate-stderr -0 bash -c 'rv-verify ds | head -n1; exit "${PIPESTATUS[1]}"'
    [ -z "$stderr" ]
    [ "${#lines[@]}" -eq 1 ]
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

# A sample with every pass, labelled by rv-mask: out/, in.jsonl. Arguments go to make_sample.py.
make_passes() {
    rm -rf out
    "$RV_ROOT/tests/lib/make_sample.py" out --size 32 24 --passes "$@" >rendered.jsonl
    rv-mask --instances --normals camera --flow-format flo,kitti <rendered.jsonl >in.jsonl
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

@test "samples of several scenes in one directory, or of several options, are named" {
    export RV_BLENDER=$RV_ROOT/tests/lib/fake-blender FAKE_DIR=$PWD/fake
    mkdir fake
    # What the stand-in for Blender makes is not all right, which is another matter.
    for name in a b; do
        echo "# $name" >$name.py
    done
    rv-seed seq 4 | rv-blend a.py --resolution 8,6 -q | rv-mask >first
    run -1 --separate-stderr rv-verify out
    [[ $stderr != *'holds samples'* ]]
    rv-seed seq 1 | rv-blend b.py --resolution 8,6 -q --replace | rv-mask >second
    run -1 --separate-stderr rv-verify out
    [[ $stderr == *"rv-verify: warning: 'out' holds samples of several scenes: a.py (3), b.py (1)"* ]]
    rv-seed seq 1 | rv-blend a.py --resolution 8,8 -q --replace | rv-mask >third
    run -1 --separate-stderr rv-verify out
    [[ $stderr == *"rv-verify: warning: 'out' holds samples that were rendered with different options: 2 kinds"* ]]
    # A marker that is no file, or a link, tells nothing, and holds nobody up.
    mv out/00000000/.rv-blend.json kept
    mkfifo out/00000000/.rv-blend.json
    run -1 --separate-stderr timeout 60 rv-verify out
    rm out/00000000/.rv-blend.json
    # Each record says its scene: it is meant so.
    jq -c '.scene = (if .index < 2 then "a.py" else "b.py" end)' <(rv-seed seq 4) | rv-blend --resolution 8,6 -q -o named | rv-mask >fourth
    run -1 --separate-stderr rv-verify named
    [[ $stderr != *'holds samples'* ]]
}
