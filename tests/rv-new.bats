#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv new: what is made, what is refused, and that each template runs as it stands.

load lib/common

@test "a project appears whole, and never over what is there" {
    run -0 rv new 'my table' --template detection
    [ "$output" = "rv new: made 'my table'; now: make -C 'my table'" ]
    [ "$(ls -A 'my table' | xargs)" = 'Makefile README.md scene.py' ]
    : >file
    for name in 'my table' file; do
        run -2 rv new "$name"
        [[ $output == *"'$name' is there already"* ]]
    done
    run -3 rv new file/x
    [ "$(ls -A | xargs)" = 'file my table' ]
}

@test "wrong usage" {
    run -2 rv new
    [[ $output == *"no name given"* ]]
    run -2 rv new a b
    [[ $output == *"one name"* ]]
    run -2 rv new a -t detecton
    [[ $output == *"there is no 'detecton' (did you mean 'detection'?)"* ]]
    run -0 rv new --list
    [ "$(xargs <<<"$output")" = 'assets detection nerf physics segmentation video' ]
    nothing ls
}

@test "each template runs at once, and its dataset is right" {
    need_blender
    templates=$(rv new --list)
    for template in $templates; do
        rv new "$template" -t "$template"
        options=$(sed -n 's/^BLEND ?= //p' "$template/Makefile")
        make -s -C "$template" N=2 BLEND="$options --resolution 64,48 --samples 2 -q" 2>err || { cat err; return 1; }
        make -s -C "$template" check
        jq -se 'length == 2 and all(.error | not)' "$template/records.jsonl"
        jq -se 'all(.annotations, (.frames // [])[].annotations, (.views // [])[].annotations | . == null or length > 1)' \
            "$template/records.jsonl"
    done
    [ "$(jq '.views | length' nerf/records.jsonl | sort -u)" = 24 ]
    ls detection/dataset/yolo/data.yaml segmentation/out/00000000/Mask_paint.png video/dataset/video/*.mp4
}

@test "a .blend file from all around, without a script" {
    need_blender
    rv new nerf -t nerf
    rv export nerf/scene.py -o mug.blend --seed 1
    run -0 --separate-stderr rv render mug.blend --orbit 5 --resolution 64,48 --samples 1 --format transforms
    [ "$(jq '.frames | length' out/1/dataset/transforms/*/transforms.json)" = 6 ] # its own camera, and five
    rv-verify --deep out/1/dataset
}
