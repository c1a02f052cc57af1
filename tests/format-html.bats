# SPDX-License-Identifier: MIT
# The page of a dataset, in a real browser: what it shows is what the records say. What rv-verify must find is in
# mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

records() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@"
}

in_browser() { # CHECK DATASET RECORDS [DIR]
    python3 "$RV_ROOT/tests/lib/page_checks.py" "$(command -v chromium)" "$@"
}

@test "bars of histograms filter, together and alone" {
    need chromium
    records 12 | jq -c '.split = ["train", "val"][.index % 2] | .params = {x: (.index / 4), kind: ["near", "far", "far"][.index % 3]}
        | if .index % 3 == 1 then .annotations |= .[:1] else . end' >in
    rv-mux -f html -o ds <in >out.jsonl
    cmp in out.jsonl
    run -0 in_browser filters ds in
    [ "$output" = '17 filters' ]
    rv-verify --deep ds
}

@test "boxes and masks are drawn where they are, previews can be looked at" {
    need chromium
    records 3 >in
    rv-mux -f html,coco -o ds <in >/dev/null
    run -0 in_browser labels ds in
    [ "$output" = '9 labels and layers' ]
    run -0 python3 "$RV_ROOT/tests/lib/make_sample.py" made --count 2 --size 64 48 --objects 5 --passes
    echo "$output" | rv-mask --overlay | tee labelled | rv-mux -f html -o made.ds >/dev/null
    run -0 in_browser labels made.ds labelled
    rv-verify --deep ds made.ds
}

@test "keys, clips and addresses" {
    need chromium
    records 2 --frames 5 >in
    rv-mux -f html -o ds <in >/dev/null
    run -0 in_browser keys ds in
    [ "$output" = '5 frames' ]
    rv-verify --deep ds
}

@test "light, dark, and on a phone" {
    need chromium
    records 9 | jq -c '.split = "train" | .prompt = "Where does the ball go?"' >in
    rv-mux -f html -o ds <in >/dev/null
    mkdir pictures
    run -0 in_browser looks ds in pictures
    [ "$output" = '8 pictures' ]
}

@test "many samples: few elements, few records in memory" {
    need chromium
    records 1 | jq -c '. as $r | range(3000) | . as $i | $r | .index = $i | .id = "\(100000 + $i)"
        | .params = {kind: ["near", "far"][$i % 2]}' >in
    rv-mux -f html -o ds <in >/dev/null
    run -0 in_browser many ds in
    [ "$output" = '3000 samples' ]
    [ "$(ls ds/html/data | wc -l)" = 34 ]
    rv-verify --deep ds
}

@test "views and clips of views are items of their own" {
    records 1 --views left,right >in
    records 1 --frames 3 --views a --start 1 >>in
    rv-mux -f html -o ds <in >/dev/null
    rv-verify --deep ds
    run -0 jq -Rrc 'ltrimstr("rv.list(0,") | rtrimstr(");") | fromjson | map([.[0], .[1], .[5], .[8]] | join(" ")) | .[]' ds/html/data/list-000000.js
    [ "${lines[0]}" = '00000000  1 00000000.image.png' ]
    [ "${lines[1]}" = '00000000 left 1 00000000.left.image.png' ]
    [ "${lines[3]}" = '00000001  3 00000001.000002.image.png' ]
    [ "${lines[4]}" = '00000001 a 3 00000001.a.000002.image.png' ]
}

@test "what no browser shows is refused, what is missing too" {
    records 2 >in
    cp out/00000000/Image.png out/00000000/Image.tif
    jq -c 'if .index == 0 then .files.image = "Image.tif" else . end' in >tif
    run -1 --separate-stderr rv-mux -f html -o ds <tif
    [[ $stderr == *"field 'files.image' is 'Image.tif': format html shows what browsers do"* ]]
    jq -c 'if .index == 0 then .files.normal_preview = "Normal.png" else . end' in >missing
    run -1 --separate-stderr rv-mux -f html -o ds <missing
    [[ $stderr == *"Normal.png"* ]]
    rv-verify --deep ds
}

@test "the same bytes for any number of threads" {
    records 150 >in
    rv-mux -f html -j1 -o a <in >/dev/null
    rv-mux -f html -j3 -o b <in >/dev/null
    diff -r a b
}

@test "a member called __proto__ is one, wherever it is and however it is written" {
    need node
    records 2 | jq -c '.params = {a: 1, "__proto__": 2}
        | .metadata = {"__proto__": {"__proto__": [0], "[\"__proto__\"]:": "\"__proto__\":"}, list: ["__proto__"]}' |
        sed 's/"__proto__":2/"\\u005f_proto__":2/' >in
    grep -q 'u005f_proto__' in
    rv-mux -f html -o ds <in >out.jsonl
    cmp in out.jsonl
    rv-verify --deep ds
    cat >read.js <<'END'
const fs = require('fs');
let rows, samples;
const rv = { list: (number, all) => { rows = all; }, records: (number, all) => { samples = all; } };
for (const name of ['list', 'records']) {
    new Function('rv', fs.readFileSync(`ds/html/data/${name}-000000.js`, 'utf8'))(rv);
}
samples.forEach(({ record }, place) => console.log(JSON.stringify([rows[place].at(-1), record.params, record.metadata])));
END
    node read.js >shown
    jq -c '[.params, .params, .metadata]' in >wanted
    diff shown wanted
}
