#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Pictures by EEVEE and Workbench: labels are those of Cycles to the last byte.

load lib/common

setup() {
    rv_setup
    cat >scene.py <<'END'
import rv


class Scene(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1.0)
        self.camera.set_location((0, 0, 10)).set_fov(60)
        cube = self.objects.cube().set_tags("cube")
        self.objects.sphere().set_location((3, 0, 0)).set_tags("sphere")
        self.add_view("left", location=(-3, 0, 10))
        if seed == 1:
            cube.keyframe(1, location=(-2, 0, 0)).keyframe(2, location=(-1, 0, 0))
            self.set_frames(1, 2)
END
}

# render ENGINE [ARG...]: a still and a sequence, labelled
render() {
    rv-seed seq 2 | rv-blend scene.py -j1 --engine "$@" --resolution 32,32 --samples 1 \
        --passes Normal,Position,Vector -q -o "$1" | rv-mask >"$1.records"
    nothing jq -c 'select(.error)' "$1.records"
    find "$1" -type f ! -name '.*' ! -name _meta.json ! -name Image.png ! -path '*/frames/*' ! -name 'Alpha.png' \
        ! -path '*/alpha/*' -printf '%P\n' | sort >"$1.labels"
}

# same_labels ENGINE: as those of Cycles, but for the picture
same_labels() {
    cmp cycles.labels "$1.labels"
    (cd cycles && xargs sha256sum <../cycles.labels) >sums
    (cd "$1" && sha256sum -c --quiet ../sums)
    same_records 'del(.run, .dir, .render)' "$1.records" cycles.records
    rv-verify -q <"$1.records" >/dev/null
    jq -se 'all(.run.driver != "" and .render.samples == 1)' "$1.records"
}

check_engine() { # ENGINE NAME
    render cycles
    [ "$(wc -l <cycles.labels)" -gt 30 ]
    render "$1"
    same_labels "$1"
    jq -se --arg name "$2" 'all(.render.engine == $name)' "$1.records"
    # it is another picture
    run -1 cmp -s cycles/00000000/Image.png "$1/00000000/Image.png"
}

@test "Workbench: labels are those of Cycles" {
    need_blender
    check_engine workbench BLENDER_WORKBENCH
    jq -se 'all(.run.driver | type == "string")' workbench.records
    jq -se 'all(has("driver") | not)' <(jq -c .run cycles.records)
    # replayed, labels alone have to be the same
    run -0 rv replay 00000000 workbench --script scene.py
    [[ $output == *"same      IndexOB.png"* ]]
    python3 "$RV_ROOT/tests/lib/png_of.py" workbench/00000000/Image.png 32 32 4 8
    run -0 rv replay 00000000 workbench --script scene.py
    [[ $output == *"picture   Image.png"* ]]
    cp workbench/00000000/IndexOB.png workbench/00000000/views/left/IndexOB.png
    run -1 rv replay 00000000 workbench --script scene.py
    [[ $output == *"different views/left/IndexOB.png"* ]]
}

@test "EEVEE: labels are those of Cycles" {
    need_blender
    check_engine eevee BLENDER_EEVEE
}

@test "Blender 4.3: pictures by Workbench" {
    need_blender_of 4.3
    check_engine workbench BLENDER_WORKBENCH
}

@test "Blender 5.2: pictures by Workbench" {
    need_blender_of 5.2
    check_engine workbench BLENDER_WORKBENCH
}

@test "Blender 4.3: pictures by EEVEE" {
    need_blender_of 4.3
    need_full
    check_engine eevee BLENDER_EEVEE_NEXT
}

@test "Blender 5.2: pictures by EEVEE" {
    need_blender_of 5.2
    need_full
    check_engine eevee BLENDER_EEVEE
}

@test "passes of light are refused; how many samples there are; a record may say which engine" {
    need_blender
    rv-seed seq 1 >in
    run -1 rv-blend scene.py --engine workbench --passes CryptoObject,DiffuseColor,Normal -q --resolution 32,32 <in
    [[ $output == *"passes of light are of the engine cycles alone: CryptoObject, DiffuseColor"* ]]
    run -2 rv-blend scene.py --engine blender <in
    [[ $output == *"expected one of cycles, eevee, workbench"* ]]
    # 16 where nobody says how many; a record's own engine wins
    rv-blend scene.py --resolution 32,32 -q --blend '{"engine": "workbench"}' <in >records
    [ "$(jq -c '[.render.engine, .render.samples]' records)" = '["BLENDER_WORKBENCH",16]' ]
    rv-seed seq 1 | jq -c '.blend.engine = "cycles" | .id = "b"' |
        rv-blend scene.py --engine workbench --samples 2 --resolution 32,32 -q >records
    [ "$(jq -c '[.render.engine, .render.samples, .run.driver]' records)" = '["CYCLES",2,null]' ]
}

@test "the first picture of a worker may take longer" {
    # without a Blender: a worker that says so has the time of its start for it, too
    fake_blender
    printf '{"id":"a","seed":1,"params":{"starting":true,"sleep":7}}\n' >in
    rv-blend scene.py -j1 --resolution 8,6 --timeout 5s --retries 0 -q -o slow <in | jq -e '.error == null'
    printf '{"id":"b","seed":1,"params":{"sleep":600}}\n' >in
    run -1 rv-blend scene.py -j1 --resolution 8,6 --timeout 1s --retries 0 -q -o slow <in
    [[ $output == *"not rendered within 1 s (--timeout)"* ]]
    printf '{"id":"c","seed":1,"params":{"starting":true,"sleep":600}}\n' >in
    run -1 rv-blend scene.py -j1 --resolution 8,6 --timeout 1s --start-timeout 11s --retries 0 -q -o slow <in
    [[ $output == *"not rendered within 12 s (--timeout and --start-timeout)"* ]]
}
