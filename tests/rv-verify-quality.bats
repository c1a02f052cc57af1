#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv-verify --quality: what it tells beside verdicts, where, and with which limits. What it must find is in mutations/.

load lib/common

setup() {
    rv_setup
    need python3 jq ffmpeg
    export PYTHONPATH=$RV_ROOT/tests/lib:$RV_ROOT/tests/mutations PYTHONDONTWRITEBYTECODE=1
}

edit() {
    python3 -c "from bases import *
$1"
}

# N stills with textures of their own, of two categories and two splits: out/, in.jsonl.
make_photos() {
    edit "
with open('in.jsonl', 'w') as file:
    file.writelines(map(dump, textured($1)))"
    jq -c . in.jsonl | while read -r record; do
        jq -c 'del(.dir)' <<<"$record" >"$(jq -r .dir <<<"$record")/_meta.json"
    done
}

@test "what pictures are like together is told beside the records, and changes no verdict" {
    make_photos 4
    cp out/01/Image.png out/03/
    run --separate-stderr -0 rv-verify <in.jsonl
    [ "$stderr" = 'rv-verify: 4 records, 4 ok' ]
    run --separate-stderr -0 rv-verify --quality --summary s.json <in.jsonl
    [ "${stderr_lines[0]}" = 'rv-verify: 03/Image.png: warn: duplicate.exact: it has the pixels of 01/Image.png' ]
    [ "${stderr_lines[1]}" = 'rv-verify: 4 records, 4 ok' ]
    jq -se 'all(.verify.ok and .verify.problems == null)' <<<"$output"
    jq -e '.ok and .suites[0].checks["duplicate.exact"].found == 1' s.json
    run -1 rv-verify -q --quality --severity duplicate.exact=error <in.jsonl
}

@test "what a picture is like is told with its record, of files in other formats, too" {
    make_photos 3
    ffmpeg -v error -f lavfi -i color=black:s=40x30 -frames:v 1 out/01/Image.jpg
    jq -c 'if .id == "01" then .files.image = "Image.jpg" else . end' in.jsonl >jpg.jsonl
    sed -i 's/Image.png/Image.jpg/' out/01/_meta.json
    run --separate-stderr -0 rv-verify -q --quality <jpg.jsonl
    [ "$(jq -c '.verify | [.ok, .problems[]?.check]' <<<"$output" | tr '\n' ' ')" = '[true] [true,"quality.black"] [true] ' ]
    [ -z "$stderr" ]
}

@test "limits are those of the list, or the user's" {
    make_photos 2
    run --separate-stderr -0 rv-verify --list-limits
    [[ $output == *"near          3  two pictures are near"* ]]
    run --separate-stderr -0 rv-verify --limit sharp=60000 --limit entropy=8 --list-limits
    [[ $output == *"entropy       8  "*"sharp     60000  "* ]]
    run --separate-stderr -0 rv-verify -q --quality --limit entropy=8 <in.jsonl
    [ "$(jq -r '.verify.problems[].check' <<<"$output" | sort -u)" = quality.flat ]
    run --separate-stderr -0 rv-verify -q --quality --limit sharp=65025 <in.jsonl
    [ "$(jq -r '.verify.problems[].check' <<<"$output" | sort -u)" = quality.blurred ]
    for wrong in sharps=1 sharp sharp= =1 near=8 black=2; do
        run --separate-stderr -2 rv-verify --limit "$wrong" </dev/null
        [[ $stderr == *--limit* ]]
    done
    [[ "$(rv-verify --limit sharps=1 </dev/null 2>&1 || true)" == *"did you mean 'sharp'?"* ]]
    run -2 rv-verify --quality --group-by '.a[' </dev/null
}

@test "a dataset is looked at once, whatever formats it has" {
    make_photos 6
    cp out/01/Image.png out/03/
    rv-mux -q --format yolo,coco,webdataset,hf -o ds <in.jsonl >/dev/null
    for jobs in 1 3; do
        run --separate-stderr -0 rv-verify --quality -j$jobs ds
        printf '%s\n' "$output" >$jobs.out
    done
    cmp 1.out 3.out
    [ "$(jq -c 'select(.problem) | .problem | [.path, .check]' 1.out)" = '["webdataset/train-000000.tar/03.png","duplicate.exact"]' ]
    rv-mux -q --format hf,coco -o two <in.jsonl >/dev/null
    run --separate-stderr -0 rv-verify --quality two
    [ "$(jq -c 'select(.problem) | .problem | [.path, .check]' <<<"$output")" = '["coco/images/03.png","duplicate.exact"]' ]
}

@test "pictures of BOP tell it as folders, and in shards" {
    make_photos 6
    cp out/01/Image.png out/03/
    jq -c '.camera = {type: "PERSP", K: [[50, 0, 16], [0, 50, 12], [0, 0, 1]],
        matrix_world: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 5], [0, 0, 0, 1]]}' in.jsonl >posed
    for layout in scenes webdataset; do
        rv-mux -q -f bop:layout=$layout -o $layout <posed >/dev/null 2>&1
        run --separate-stderr -0 rv-verify --quality $layout
        [ "$(jq -c 'select(.problem) | .problem.check' <<<"$output")" = '"duplicate.exact"' ]
    done
    [[ $(jq -r 'select(.problem) | .problem.path' <<<"$output") == bop/train/shard-000000.tar/000000_00000?.rgb.png ]]
}

@test "on a tree of another program, splits are those of its folders" {
    python3 "$RV_ROOT/tests/lib/foreign_trees.py" yolo t
    run --separate-stderr -0 rv-verify --as yolo --quality t
    # It writes one picture under six names.
    jq -se '.[-1].verify.checks | .["leak.exact"] == 3 and .["duplicate.exact"] == 4' <<<"$output"
    run --separate-stderr -0 rv-verify --as yolo t
    jq -se '.[-1].verify.checks | has("leak.exact") | not' <<<"$output"
}

# Frames of a clip are alike, and so are views: they are of one sample.
@test "pictures of one sample are not compared with each other" {
    edit 'clip()'
    run --separate-stderr -0 rv-verify --quality <record.json
    jq -e '.verify.ok and .verify.problems == null' <<<"$output"
    [ "$stderr" = 'rv-verify: 1 record, 1 ok' ]
}

@test "orders at random raise no alarm, and sorted ones always do" {
    make_photos 30
    for seed in 1 2 3 4 5 6; do
        jq -c '.index = (.index * 7919 * '$seed' + 13 * '$seed') % 30011' in.jsonl >shuffled.jsonl
        run --separate-stderr -0 rv-verify --quality --only order.sorted --limit runs=3.5 <shuffled.jsonl
        [ "$stderr" = 'rv-verify: 30 records, 30 ok' ]
    done
    jq -c '.index += 1000 * (.annotations[0].category == "box" | if . then 1 else 0 end)' in.jsonl >sorted.jsonl
    run --separate-stderr -0 rv-verify --quality --only order.sorted --limit runs=3.5 <sorted.jsonl
    [[ $stderr == *'.: warn: order.sorted: '*' of 29 neighbours have one category, by chance it were 1'* ]]
}

# The rule is that of FFmpeg's scdet, on brightness alone: grey clips have nothing else.
@test "cuts are where FFmpeg finds them" {
    local source="testsrc=s=64x48:r=10:d=1,format=gray[a];mandelbrot=s=64x48:r=10,trim=duration=1,format=gray[b];[a][b]concat,setsar=1"
    ffmpeg -v error -filter_complex "$source" -c:v libx264 -crf 10 -pix_fmt yuv420p clip.mp4
    ffmpeg -hide_banner -i clip.mp4 -vf scdet=threshold=10 -f null - 2>&1 | grep -o 'lavfi.scd.score.*' >cuts || true
    [ "$(wc -l <cuts)" = 1 ]
    edit "
clip()
record = json.load(open('record.json'))
mux([record], 'video')
shutil.copy('clip.mp4', 'ds/video/a.mp4')
seal()"
    run --separate-stderr -0 rv-verify --quality ds
    [[ $output == *'clip.cut'*'it has cuts (1), the first between its frames 10 and 11'* ]]
}
