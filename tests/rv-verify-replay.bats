#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv-verify --replay: samples rendered again, of directories and of datasets. What it must find is in mutations/, too.

load lib/common

setup() {
    rv_setup
    need python3 jq
    fake_blender
    export PYTHONDONTWRITEBYTECODE=1
}

# render N: into out/, the records to records.jsonl.
render() {
    rv-seed seq "$1" | rv-blend scene.py --resolution 8,6 --samples 2 -q | rv-mask >records.jsonl
    rm fake/renders.log
}

@test "as many as asked for are rendered again, chosen by seed and id alone" {
    render 9
    before=$(tree_hash out)
    run --separate-stderr -0 rv-verify --replay 3 --script scene.py out
    [ "$stderr" = $'rv-verify: 3 samples rendered again, 3 as before\nrv-verify: 9 records, 9 ok' ]
    jq -se 'length == 9 and all(.verify.ok)' <<<"$output"
    mv fake/renders.log first
    [ "$(wc -l <first)" = 3 ]
    [ "$(tree_hash out)" = "$before" ]
    tac records.jsonl | rv-verify -q -j3 --replay 3 --script scene.py >verified.jsonl
    cmp fake/renders.log first
    rm fake/renders.log
    rv-verify -q --replay 3 --replay-seed 1 --script scene.py out >verified.jsonl
    [ "$(wc -l <fake/renders.log)" = 3 ]
    run -1 cmp -s fake/renders.log first
    rm fake/renders.log
    rv-verify -q --replay 100 --script scene.py out >verified.jsonl
    [ "$(wc -l <fake/renders.log)" = 9 ]
}

@test "a picture that nobody rendered: told with its check, in the summary, by the status, and dropped" {
    render 3
    python3 - <<'END'
import sys
sys.path.insert(0, f"{__import__('os').environ['RV_ROOT']}/tests/lib")
from pngio import read_png, write_png
width, height, channels, values = read_png("out/00000001/Image.png")
write_png("out/00000001/Image.png", width, height, channels, 8, [255 - value for value in values])
END
    run -0 rv-verify out
    run --separate-stderr -1 rv-verify --replay 3 --script scene.py --drop --summary s.json --junit j.xml out
    [ "${stderr_lines[0]}" = 'rv-verify: 3 samples rendered again, 2 as before' ]
    [[ ${stderr_lines[1]} == 'rv-verify: 00000001/Image.png: error: replay.file: rendered again it is another file, by at most '* ]]
    [ "${stderr_lines[2]}" = 'rv-verify: 3 records, 3 ok, 1 to be made again' ]
    jq -e '(.ok | not) and .suites[0].checks == {"replay.file": .suites[0].checks["replay.file"]}' s.json
    grep -q '<testcase .*replay.file' j.xml
    [ "$(find out -name .rv-again.json)" = out/00000001/.rv-again.json ]
    run -0 rv-verify -q --replay 3 --script scene.py --skip replay.file out
    run -0 rv-verify -q --replay 3 --script scene.py --min-score 0.6 out
}

@test "a dataset: what it has of a sample, in shards and directories" {
    render 5
    for format in dir webdataset webdataset:zstd webdataset,dir,coco; do
        rm -rf ds fake/renders.log
        rv-mux -q -f "$format" -o ds <records.jsonl >/dev/null
        run -0 rv-verify --replay 2 --replay-from out --script scene.py ds
        [ "$(wc -l <fake/renders.log)" = 2 ]
    done
    mkdir tmp
    rm -rf ds
    sed 's/"value":[0-9]*/"value":7/' records.jsonl >other.jsonl
    rv-mux -q -f webdataset -o ds <other.jsonl >/dev/null
    run -0 rv-verify --deep ds
    TMPDIR=$PWD/tmp run --separate-stderr -1 rv-verify --replay 1 --replay-from out --script scene.py ds
    jq -se '.[0].problem | .check == "replay.file" and (.path | endswith("/_meta.json"))' <<<"$output"
    nothing find tmp -mindepth 1
}

@test "a run of rv render tells the script itself" {
    rv render scene.py -n 3 --resolution 8,6
    run -0 rv-verify -q --replay 2 out/1
    rv-mux -q -f dir -o ds < <(rv-verify -q out/1) >/dev/null
    run -0 rv-verify --replay 2 --replay-from out ds
}

@test "another processor: what may differ is told and no problem" {
    render 1
    FAKE_CPU=x86-64-v2 run --separate-stderr -0 rv-verify --replay 1 --script scene.py out
    [ "${stderr_lines[0]}" = 'rv-verify: 1 sample rendered again, 1 as before' ]
    [[ ${stderr_lines[1]} == "rv-verify: 00000000: info: replay.cause: the level of the processor was "* ]]
}

@test "what cannot be rendered again, and wrong options" {
    render 1
    run --separate-stderr -1 rv-verify --replay 1 out
    [ "${stderr_lines[0]}" = 'rv-verify: 1 sample rendered again, 0 as before' ]
    [ "${stderr_lines[1]}" = "rv-verify: 00000000: error: replay.render: nothing in 'out' tells the script: name it with --script" ]
    FAKE_PARAMS='{"00000000":{"fault":"scene_error"}}' run --separate-stderr -1 rv-verify --replay 1 --script scene.py out
    [[ $stderr == *"00000000: error: replay.render: it cannot be rendered again"* ]]
    RV_BLENDER=/nowhere run -3 rv-verify --replay 1 --script scene.py out
    rv-mux -q -f coco -o ds <records.jsonl >/dev/null
    run -1 rv-verify --replay 1 --replay-from out --script scene.py ds
    [[ $output == *'"replay.render"'*'it names neither webdataset nor dir'* ]]
    run -2 rv-verify --replay 1 ds
    [[ $output == *'with --replay-from'* ]]
    run -2 rv-verify --replay 1 --replay-from out out
    run -2 rv-verify --script scene.py out
    [[ $output == *'--script is for --replay'* ]]
    run -2 rv-verify --replay 1 --as coco ds/coco
    run -2 rv-verify --replay 0 out
}

@test "a signal ends it and all that it started" {
    render 1
    FAKE_PARAMS='{"00000000":{"sleep":600}}' env --default-signal=INT rv-verify --replay 1 --script scene.py out >verified.jsonl &
    wait_until [ -e fake/renders.log ]
    kill -INT $!
    status=0
    wait $! || status=$?
    [ $status = 130 ]
    no_orphans
}

@test "Blender: a scene's samples and a dataset of them are the same again, another picture is not" {
    need_blender
    RV_BLENDER=$(command -v blender)
    cat >scene.py <<'END'
import rv


class Cubes(rv.Scene):
    def generate(self, seed):
        for _ in range(3):
            place = [self.rng("place").uniform(-1, 1) for _ in range(3)]
            self.objects.cube(size=0.7).set_location(place).set_tags("cube")
        self.camera.set_location((6, -6, 5)).point_at(self.objects.empty())
END
    rv-seed seq 2 | rv-blend scene.py --resolution 32,24 --samples 1 -q | rv-mask >records.jsonl
    rv-mux -q -f webdataset -o ds <records.jsonl >/dev/null
    cp out/00000000/Image.png out/00000001/Image.png
    rv-mux -q -f dir -o other <records.jsonl >/dev/null
    run -0 rv-verify -q --replay 2 --replay-from out --script scene.py ds
    run -1 rv-verify -q --replay 2 --replay-from out --script scene.py other
    [ "$(jq -r 'select(.problem) | .problem.path' <<<"$output")" = 00000001/Image.png ]
}
