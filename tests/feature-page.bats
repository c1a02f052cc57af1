# SPDX-License-Identifier: MIT
# The commands of the feature page of the existing rv, as they stand there. Its code is in
# tests/python/test_feature_page.py, the window of `rv preview` in tests/rv-preview.bats.
load lib/common

setup() {
    rv_setup
    need_blender
    cp -r "$RV_ROOT/examples" .
    cp examples/1_primitives/scene.py .
}

# As it stands, but small.
rv() {
    case $1 in
    render) command rv "$@" --resolution 32,32 --max-samples 1 ;;
    *) command rv "$@" ;;
    esac
}

seeds() { # RUN
    jq -r '.seed' "out/$1"/*/_meta.json
}

@test "rv render --seed" {
    rv render scene.py --seed rand
    rv render scene.py --seed seq
    rv render scene.py --seed 42
    [ "$(seeds 2)" = 0 ]
    [ "$(seeds 3)" = 42 ]
    rv render scene.py --seed rand
    [ "$(jq .seed out/[14]/*/_meta.json | sort -u | wc -l)" = 2 ]
}

@test "rv render --gen-dir, and what --gen-retain keeps" {
    rv render examples/9_generator/scene.py --cwd examples/9_generator --gen-dir ./tmp/gen
    [ -f out/1/00000000/Image.png ]
    nothing find examples/9_generator -name '*_[0-9]*.png'
    rv render examples/9_generator/scene.py --cwd examples/9_generator --gen-dir ./tmp/gen --gen-retain all
    [ "$(find examples/9_generator/tmp/gen -name '*.png' | wc -l)" = 3 ]
    jq -e '.custom_meta.texts as $texts | [.objects[].properties.text // empty] == $texts and $texts != []' \
        out/2/00000000/_meta.json
}

@test "rv export --freeze-physics, and a scene that loads it" {
    rv export examples/6_export/export.py -o examples/6_export/exported.blend --freeze-physics
    rv render examples/6_export/import.py --seed 5
    [ "$(jq '[.objects[] | select(.tags == ["cube"])] | length' out/1/00000000/_meta.json)" = 24 ]
    [ "$(jq '[.objects[] | select(.tags == ["cube"]) | .location[2] | select(. > -0.05 and . < 3)] | length' \
        out/1/00000000/_meta.json)" = 24 ]
}
