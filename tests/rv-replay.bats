#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv replay: a sample made again from what it says of itself.

load lib/common

setup() {
    rv_setup
    fake_blender
}

@test "the same script: every file is the same" {
    mkdir tmp
    export TMPDIR=$PWD/tmp
    rv render scene.py -n 3 --resolution 8,6 --max-samples 3 --passes UV --noise-threshold-enabled --noise-threshold 0.5 \
        --time-limit 2 --instances
    before=$(tree_hash out)
    run -0 rv replay 00000001
    same_output 'sort -k2 <<<"$output"' "find out/1/00000001 -type f ! -name '.*' -printf 'same      %P\n' | sort -k2"
    run -0 --separate-stderr rv replay 00000001 --json
    [ "$(jq -c '[.id, .dir, .same, (.files | map(.result) | unique)]' <<<"$output")" = '["00000001","out/1/00000001",true,["same"]]' ]
    [ "$(tree_hash out)" = "$before" ]
    nothing find . -name '.rv-replay*'
    no_orphans
}

@test "the record goes in as it was: params, odd numbers, keys of others" {
    printf '{"id":"a","seed":5,"params":{"x":1.10,"y":[]},"mine":{"z":1e3}}\n' |
        rv-blend scene.py --resolution 8,6 --samples 2 --codec zip | rv-mask --min-area 7 --no-preview --keep passes >record
    run -0 rv replay a out --script scene.py -o again
    [[ $output != *different* && $output == *"same      passes.exr"* ]]
    same_tree out again
}

@test "every setting goes in as it was" {
    options=(--resolution 8,6 --samples 3 --min-samples 1 --noise-threshold 0.125 --time-limit 90 --seed-cycles 7
        --engine workbench --device cpu --with-cpu --passes UV,normal --denoise --codec piz --image-format JPEG:8:RGB:70 --frames 2..6:2,9
        --fps 12.5 --percentage 50 --animations off --keyframes 2,-1 --keyframes 0.5 --unbind-camera --unbind-parents
        --camera '{"look_at": [0, "x y"]}' --trajectory 'a file' --views poses --orbit 8,2.5,30
        --background 'a b*' --motion-blur on --addon one --addon 'two 2' --index names --through glass --through "a b" --composite --save --autoexec
        --alpha-threshold 0.25 --expand-instances 12 --tracks 3 --amodal --no-image --blend '{"fps": 3}')
    touch 'a file' poses
    given=$(printf '%s\n' "${options[@]}" | grep ^--)
    known=$(rv-blend --settings --json | jq -r '.[] | .option // empty | select(. != "dry-run") | "--" + .')
    same_output 'sort -u <<<"$given"' '{ echo --blend; sort -u <<<"$known"; } | sort'
    rv-seed seq 1 | rv-blend scene.py "${options[@]}" >record
    run -0 rv replay 00000000 out --script scene.py -o again
    for sample in out again; do
        jq '.key, .settings' "$sample/00000000/.rv-blend.json" >"$sample.settings"
    done
    jq -e 'has("blend")' <(tail -n +2 out.settings)
    cmp out.settings again.settings
}

@test "a sample without labels, and a sequence" {
    rv-seed seq 1 | rv-blend scene.py --resolution 8,6 >record
    run -0 rv replay 00000000 --script scene.py
    [[ $output == *"same      passes.exr"* ]]
    rv render scene.py --resolution 8,6 --frames 3..5 --fps 12 -o two
    run -0 rv replay 00000000 two
    [[ $output == *"same      frames/000005.png"* ]]
    [[ $output != *different* ]]
}

@test "a changed script: what differs, by how much, and why" {
    rv render scene.py --resolution 8,6 --seed seq
    echo '# changed' >>scene.py
    run -1 rv replay 00000000
    [[ $output == *"different Image.png  by at most "* ]]
    [[ $output == *"different Depth.exr  by at most "* ]]
    [[ $output == *"rv replay: 'scene.py' is not as it was"* ]]
    run -1 --separate-stderr rv replay 00000000 --json
    [ "$(jq -c .same <<<"$output")" = false ]
    [ "$(jq -c '[.files[] | select(.path == "Image.png") | .result, (.max_difference > 0)]' <<<"$output")" = '["different",true]' ]
}

@test "changed files and another Blender are seen" {
    rv render scene.py --resolution 8,6 --seed seq
    cp out/1/00000000/Alpha.png out/1/00000000/Image.png
    rm out/1/00000000/IndexOB.png
    touch out/1/00000000/stray
    run -1 rv replay 00000000
    [[ $output == *"different Image.png"* && $output == *"new       IndexOB.png"* && $output == *"missing   stray"* ]]
    FAKE_VERSION=4.3.2 run -1 rv replay 00000000
    [[ $output == *"rv, Blender or the script's name are not as they were"* ]]
}

@test "another processor is told, although all files are the same" {
    rv render scene.py --resolution 8,6 --seed seq
    run -0 rv replay 00000000
    [[ $output != *processor* ]]
    FAKE_CPU=x86-64-v2 run -0 rv replay 00000000
    [[ $output == *"the level of the processor was 'x86-64-v3' and is 'x86-64-v2': the last digits may differ"* ]]
}

# alter FILE BITS AMOUNT: moves the first three values of a PNG by it.
alter() {
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$RV_ROOT/tests/lib python3 - "$@" <<'END'
import sys

from pngio import read_png, write_png

width, height, channels, values = read_png(sys.argv[1])
for i in range(3):
    values[i] += int(sys.argv[3]) if values[i] < 128 else -int(sys.argv[3])
write_png(sys.argv[1], width, height, channels, int(sys.argv[2]), values)
END
}

@test "on another processor pictures may differ a little, labels of 16 bits and most values may not" {
    rv render scene.py --resolution 8,6 --seed seq
    cp -r out/1/00000000 good
    alter out/1/00000000/Image.png 8 2
    run -1 rv replay 00000000
    [[ $output == *"different Image.png  by at most 2"* ]]
    FAKE_CPU=x86-64-v2 run -0 --separate-stderr rv replay 00000000 --json
    jq -e '.same and (.same_machine | not) and (.causes[0] | startswith("the level of the processor was"))' <<<"$output"
    jq -e '.files[] | select(.path == "Image.png") | .result == "near" and .far_share == 0' <<<"$output"
    cp good/Image.png out/1/00000000/
    alter out/1/00000000/Image.png 8 3
    FAKE_CPU=x86-64-v2 run -1 rv replay 00000000
    [[ $output == *"different Image.png  by at most 3"* ]]
    cp good/Image.png out/1/00000000/
    alter out/1/00000000/IndexOB.png 16 1
    FAKE_CPU=x86-64-v2 run -1 rv replay 00000000
    [[ $output == *"different IndexOB.png"* ]]
    cp good/IndexOB.png out/1/00000000/
    sed -i 's/"value":[0-9]*/"value":999/' out/1/00000000/_meta.json
    run -1 rv replay 00000000
    [[ $output == *"different _meta.json"* ]]
    FAKE_CPU=x86-64-v2 run -0 rv replay 00000000
    [[ $output == *"unsure    _meta.json"* ]]
}

@test "--copy: what a dataset has of it, and no more" {
    rv-seed seq 1 | rv-blend scene.py --resolution 8,6 | rv-mask --keep passes | rv-mux -q -f dir -o ds >/dev/null
    run -0 rv replay 00000000 out --script scene.py --copy ds/dir
    same_output 'grep -o "[^ ]*$" <<<"$output"' "ls ds/dir/00000000"
    rm ds/dir/00000000/Depth.exr
    jq -c '.split = "val"' ds/dir/00000000/_meta.json >changed
    cp changed ds/dir/00000000/_meta.json
    run -0 rv replay 00000000 out --script scene.py --copy ds/dir
    [[ $output != *Depth.exr* && $output != *passes.exr* ]]
    jq -c '.annotations += [{}]' changed >ds/dir/00000000/_meta.json
    cp ds/dir/00000000/Alpha.png ds/dir/00000000/Image.png
    run -1 rv replay 00000000 out --script scene.py --copy ds/dir
    [[ $output == *"different Image.png"* && $output == *"different _meta.json"* ]]
}

@test "the newest run that has it; --script and --cwd; -o keeps it" {
    mkdir project
    mv scene.py project/
    rv render --cwd project scene.py -n 2 --resolution 8,6 --seed seq
    rv render project/scene.py --resolution 9,6 --seed seq
    run -0 --separate-stderr rv replay 00000000 --json -o again
    [ "$(jq -r .dir <<<"$output")" = out/2/00000000 ]
    same_tree out/2/00000000 again/00000000
    run -0 --separate-stderr rv replay 00000001 --json
    [ "$(jq -r .dir <<<"$output")" = out/1/00000001 ]
    run -0 rv replay 00000000 out/1
    mv project/scene.py .
    run -2 rv replay 00000000 out/2
    [[ $output == *"the script, 'project/scene.py', is not here: name it with --script"* ]]
    mv scene.py project/
    mkdir elsewhere
    cd elsewhere
    run -2 rv replay 00000000 ../out/1
    [[ $output == *"--cwd: there is no folder 'project'"* ]]
    run -0 rv replay 00000000 ../out/1 --script scene.py --cwd ../project
}

@test "what cannot be replayed" {
    run -2 rv replay
    run -2 rv replay a b c
    run -2 rv replay ../a
    [[ $output == *"'../a' is no id, did you mean 'rv replay a ..'?"* ]]
    run -2 rv replay ''
    [[ $output == *"'' is no id: letters, digits, _ and -, at most 100"* ]]
    run -2 rv replay a
    [[ $output == *"no sample 'a' in 'out'"* ]]
    rv render scene.py --resolution 8,6 --seed seq
    run -2 rv replay 1
    [[ $output == *"there is no sample '1' in 'out' or a run in it" ]]
    run -2 rv replay 0
    [[ $output == *"did you mean '00000000'?" ]]
    rm out/1/_meta.json
    run -2 rv replay 00000000
    [[ $output == *"name it with --script"* ]]
    FAKE_PARAMS='{"00000000":{"fault":"scene_error"}}' run -1 rv replay 00000000 --script scene.py
    [[ $output == *"division by zero"*"cannot be rendered again"* ]]
    RV_BLENDER=/nowhere run -3 rv replay 00000000 --script scene.py
    mkdir dataset
    touch dataset/manifest.jsonl
    run -2 rv replay 00000000 dataset
    [[ $output == *"is a dataset of rv-mux"* ]]
    sed -i 's/"settings":{/"settings":{"novel":1,/' out/1/00000000/.rv-blend.json
    run -2 rv replay 00000000 --script scene.py
    [[ $output == *"does not know the setting 'novel'"* ]]
}

@test "a signal ends it and all that it started" {
    rv render scene.py --resolution 8,6 --seed seq
    rm fake/renders.log
    FAKE_PARAMS='{"00000000":{"sleep":600}}' env --default-signal=INT rv replay 00000000 &
    wait_until [ -e fake/renders.log ]
    kill -INT $!
    status=0
    wait $! || status=$?
    [ $status = 130 ]
    no_orphans
}

@test "Blender: a sample with physics and chance is the same again" {
    need_blender
    RV_BLENDER=$(command -v blender)
    cat >scene.py <<'END'
import rv


class Falling(rv.Scene):
    def generate(self, seed):
        self.objects.plane(size=20).add_rigidbody(mode="mesh", body_type="PASSIVE")
        for _ in range(3):
            place = [self.rng("place").uniform(-1, 1) for _ in range(2)] + [2]
            self.objects.cube().set_location(place).add_rigidbody(mode="box", body_type="ACTIVE")
        rv.simulate_physics(frames=20, substeps=5)
        self.camera.set_location((6, -6, 5)).point_at(self.objects.empty())
END
    rv render scene.py --resolution 32,24 --max-samples 1
    run -0 rv replay 00000000
    [[ $output == *"same      Image.png"* ]]
}
