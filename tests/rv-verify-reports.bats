#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv-verify's reports on a whole run: --summary, --junit, --min-score, --progress.

load lib/common

setup() {
    rv_setup
    need python3 jq
    export PYTHONDONTWRITEBYTECODE=1
    python3 "$RV_ROOT/tests/lib/labelled.py" out a b c d >in.jsonl
}

# The rows of a JUnit file: suite, case, what it says.
junit() {
    python3 - "$1" <<'PY'
import sys
from xml.etree import ElementTree
for suite in ElementTree.parse(sys.argv[1]).getroot():
    failures = [case for case in suite if case.find("failure") is not None]
    assert int(suite.get("tests")) == len(suite), suite.attrib
    assert int(suite.get("failures")) == len(failures), suite.attrib
    for case in suite:
        assert case.get("name") == "ok" or case.get("name").startswith(case.get("classname") + ".")
        for told in case:
            text = f"{told.get('message', '')} {told.text or ''}".split()
            print(suite.get("name"), case.get("name"), told.tag, *text)
PY
}

@test "what was found in all is the same for any number of jobs" {
    rm out/b/Mask_disc.png out/d/Depth.exr
    jq -c 'if .id == "c" then .annotations[0].area += 1 else . end' in.jsonl >bad.jsonl
    for jobs in 1 3; do
        run -1 rv-verify -q -j$jobs --severity label.area=warn --summary $jobs.json --junit $jobs.xml <bad.jsonl
    done
    cmp 1.json 3.json
    cmp 1.xml 3.xml
    jq -e '(.ok | not) and .suites[0].records == 4 and .suites[0].bad == 3' 1.json
    jq -e '.suites[0].checks["file.missing"] == {severity: "error", found: 2, examples: ["b/Mask_disc.png: it is not there", "d/Depth.exr: it is not there"]}' 1.json
    run -0 junit 1.xml
    [ "${lines[0]}" = 'records ok failure 3 of 4 records are not ok' ]
    [ "${lines[1]}" = 'records file.missing failure 2 found: a file that the record or the manifest names is not there b/Mask_disc.png: it is not there d/Depth.exr: it is not there' ]
    [[ "${lines[3]}" == 'records label.area system-out 1 found: '* ]]
}

@test "of a check the first few examples are kept, in order" {
    for id in $(seq 100 140); do
        jq -c --arg id "$id" 'select(.id == "a") | .id = $id | .annotations[0].area += 1' in.jsonl
    done >many.jsonl
    run -1 rv-verify -q -j4 --only label.area --summary s.json <many.jsonl
    jq -e '.suites[0].checks["label.area"] | .found == 41 and [.examples[][:3]] == ["100", "101", "102", "103", "104"]' s.json
}

@test "objects that are tiny, hidden or outside are counted, of samples and of datasets" {
    python3 "$RV_ROOT/tests/lib/make_sample.py" made --size 32 24 --count 2 | rv-mask -q >labelled.jsonl
    jq -c '
        def box($index; $x; $z): {index: $index, name: "Box \($index)", tags: [], properties: {}, type: "MESH",
            box3d: {corners: [range(8) | [. % 2 + $x, (. / 2 | floor) % 2, (. / 4 | floor) + $z]]}};
        .camera = {type: "PERSP", K: [[30, 0, 16], [0, 30, 12], [0, 0, 1]],
            matrix_world: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]}
        | .objects += [box(20; 0; -9), box(21; 90; -9), box(22; -0.5; 9), box(23; -90; -9)]
        | .objects += [box(24; 0; 0) | .box3d = null]' labelled.jsonl >more.jsonl
    while read -r record; do
        jq -c 'del(.dir)' <<<"$record" >"$(jq -r .dir <<<"$record")/_meta.json"
    done <more.jsonl
    jq -s -e '[.[].annotations[].area] | (length == 10) and (map(select(. < 64)) | length == 9)' more.jsonl
    rv-verify -q --only 'meta.*' --summary samples.json <more.jsonl >/dev/null
    jq -e '.suites[0].objects == {seen: 10, tiny: 9, hidden: 2, outside: 6}' samples.json
    rv-mux -q --format webdataset,dir,coco -o ds <more.jsonl >/dev/null
    rv-verify -q --deep --only 'dataset.*' --summary ds.json ds >/dev/null
    jq -e --slurpfile samples samples.json '.suites[0].objects == $samples[0].suites[0].objects' ds.json
    rv-verify -q --summary shallow.json ds >/dev/null
    jq -e '.suites[0] | has("objects") | not' shallow.json
}

@test "a dataset and a tree are suites, counted by files" {
    rv-mux -q --format coco,video -o ds <in.jsonl >/dev/null
    rv-verify --summary good.json --junit good.xml --deep ds
    jq -e '.ok and .score == 1 and (.suites | map(.name)) == ["ds"] and .suites[0].checks == {}' good.json
    run -0 junit good.xml
    [ -z "$output" ]
    printf x >>'ds/coco/images/b.png'
    touch ds/'<&">'$'\001\377'
    run -1 rv-verify --deep --summary bad.json --junit bad.xml ds
    jq -e '.suites[0] | .bad == 2 and .files > 6 and .score == 1 - .bad / .files and .checks["dataset.digest"].found == 1' bad.json
    run -0 junit bad.xml
    [[ $output == *'ds dataset.extra failure 1 found: a file is not in the manifest <&">??: it is not in the manifest'* ]]
    run -1 rv-verify --as coco --junit tree.xml ds/coco
    [[ "$(junit tree.xml)" == *'ds/coco file.decode failure 1 found: '* ]]
}

@test "a share of what is ok is enough" {
    rm out/b/Mask_disc.png
    run -1 rv-verify -q <in.jsonl
    run -1 rv-verify -q --min-score 0.76 <in.jsonl
    run -0 rv-verify -q --min-score 0.75 --summary s.json <in.jsonl
    jq -e '.score == 0.75 and (.ok | not)' s.json
    rv-mux -q --format coco -o ds <in.jsonl >/dev/null
    touch ds/more
    run -1 rv-verify ds
    run -0 rv-verify --min-score 0.5 ds
    # What could not be looked at leaves no share.
    echo more >>ds/manifest.jsonl
    run -1 rv-verify --min-score 0.1 ds
    run -2 rv-verify --min-score 1.5 ds
}

@test "progress tells what was done and how much there is" {
    rm out/b/Mask_disc.png
    run --separate-stderr -1 rv-verify -q --progress json <in.jsonl
    [ "$(jq -s '.[-1] | [.done, .failed]' -c <<<"$stderr")" = '[4,1]' ]
    rv-mux -q --format coco -o ds <in.jsonl >/dev/null
    run --separate-stderr -0 rv-verify -q --deep --progress json ds
    jq -se '.[-1] | .done > 4 and .done == .of and .failed == 0' <<<"$stderr"
    run -0 script -qec 'rv-verify --deep ds 2>&1' /dev/null
    [[ $output == *"rv-verify: "*" done, "*"ds: ok  "* ]]
    run --separate-stderr -0 rv-verify ds
    [ -z "$stderr" ]
}

@test "a report that cannot be written is a failure, and one of a run that was cut short is not written" {
    run --separate-stderr -3 rv-verify --summary nowhere/s.json <in.jsonl
    [[ $stderr == *"nowhere/s.json"* ]]
    run -2 rv-verify --junit j.xml nowhere
    [ ! -e j.xml ]
}

@test "a run that was ended goes on where it was" {
    rv-mux -q --format coco,webdataset -o ds <in.jsonl >/dev/null
    local deep found='select(.problem) | .problem | [.path, .check]'
    local checks='dataset.*,file.*,label.*'
    cp ds/coco/images/a.png a.png
    printf x >>ds/coco/images/b.png
    for deep in --deep ''; do
        run -1 rv-verify -q $deep --only "$checks" --summary whole.json ds
        jq -c "$found" <<<"$output" >wanted
        # The end of the report cannot be told, so that what was looked at stays known.
        run -3 bash -c "rv-verify -q -j3 $deep --only '$checks' --resume state ds >/dev/full"
        jq -e '.rv_verify == 1 and .again == ["coco/images/b.png"] and .last == "webdataset/shard-000000.tar"' state
        # What is known is not looked at again; what was found is told again, and objects are counted.
        printf x >>ds/coco/images/a.png
        run -1 rv-verify -q $deep --only "$checks" --resume state --summary resumed.json ds
        jq -c "$found" <<<"$output" | diff wanted -
        [ ! -e state ]
        jq -e --slurpfile whole whole.json '.suites[0].objects == $whole[0].suites[0].objects' resumed.json
        # After a run that came to its end nothing is known.
        run -1 rv-verify -q $deep --only "$checks" --resume state ds
        [[ $output == *coco/images/a.png* ]]
        cp a.png ds/coco/images/a.png
    done
    [ "$(jq '.suites[0].objects.seen // 0' whole.json)" = 0 ]
    rv-verify -q --deep --only "$checks" --min-score 0 --summary whole.json ds >/dev/null
    [ "$(jq '.suites[0].objects.seen' whole.json)" = 12 ]
}

@test "of another dataset, or with other checks, nothing is known" {
    rv-mux -q --format coco,webdataset -o ds <in.jsonl >/dev/null
    rm ds/coco/images/c.png
    run -3 bash -c 'rv-verify -q --resume state ds >/dev/full'
    printf x >>ds/coco/images/a.png
    cp state kept
    run -1 rv-verify -q --severity file.missing=warn --resume state ds
    [[ $output == *coco/images/a.png* ]]
    cp kept state
    run -1 rv-verify -q --deep --resume state ds
    [[ $output == *coco/images/a.png* ]]
    # Nobody else's file is touched.
    echo '{"mine":1}' >notes.json
    run -2 --separate-stderr rv-verify -q --resume notes.json ds
    [[ $stderr == *"'notes.json' is not a file that --resume wrote"* ]]
    [ "$(cat notes.json)" = '{"mine":1}' ]
    run -2 --separate-stderr rv-verify -q --resume state <in.jsonl
    [[ $stderr == *'--resume is for one dataset'* ]]
    run -2 --separate-stderr rv-verify -q --resume state --as coco ds/coco
    [[ $stderr == *'--resume is for a dataset with a manifest'* ]]
}
