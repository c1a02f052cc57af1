#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What people do wrong, and what they are told: data/mistakes.tsv for commands, data/scene-mistakes.tsv for scenes.

load lib/common

table() { # NAME
    grep -v '^#' "$RV_ROOT/tests/data/$1.tsv"
}

@test "mistakes at the command line: the status, and the first message" {
    fake_blender
    : >mug.blend
    rv-seed seq 2 | rv-blend scene.py --resolution 8,6 -q | rv-mask -q >records
    rv-mux -q <records >muxed
    [ "$(table mistakes | wc -l)" -ge 60 ]
    table mistakes >rows
    while IFS=$'\t' read -r status command message; do
        run -"$status" --separate-stderr bash -o pipefail -c "$command" <records
        told=$(grep -m1 ' error: ' <<<"$stderr")
        [[ "${told#*: error: }" == "$message"* ]] || { printf '%s\n  told   %s\n  wanted %s\n' "$command" "$told" "$message"; return 1; }
    done <rows
}

@test "what is right and hardly meant is said" {
    fake_blender
    : >mug.blend
    run -0 --separate-stderr bash -o pipefail -c 'rv-seed seq 2 | rv-blend scene.py --resolution 8,6 | rv-mux --format webdataset'
    [[ $stderr == *'rv-mux: warning: no sample has labels: rv-mask makes them, between rv-blend and rv-mux'* ]]
    run -0 --separate-stderr bash -o pipefail -c 'rv-mask out | rv-mux --format webdataset -o labelled'
    [[ $stderr != *'no sample has labels'* ]]
    # A video has no place for them.
    run -0 --separate-stderr bash -o pipefail -c 'rv-seed seq 1 | rv-blend scene.py --frames 1..2 --resolution 8,6 -o clip | rv-mux --format video -o clips'
    [[ $stderr != *'no sample has labels'* ]]
    [ -e clips/video/00000000.mp4 ]
    run -0 --separate-stderr rv render mug.blend -n 3 --seed seq --resolution 8,6 -o runs
    [[ $stderr == *'a .blend file is the same in every sample: the 3 pictures differ in their noise alone; --orbit N'* ]]
    run -0 --separate-stderr rv render mug.blend -n 1 --seed seq --resolution 8,6 -o runs
    [[ $stderr != *'the same in every sample'* ]]
}

# One Blender for all: each row is the scene of a sample.
@test "mistakes in scenes: where, what, and what was meant" {
    need_blender
    local n=0
    [ "$(table scene-mistakes | wc -l)" -ge 20 ]
    table scene-mistakes >rows
    echo '{}' >there.json
    mkdir models
    while IFS=$'\t' read -r body message; do
        printf 'import rv\n\n\nclass S(rv.Scene):\n    def generate(self, seed):\n        %s\n' "$body" >"scene$n.py"
        jq -nc --arg id "$n" '{id: $id, index: ($id | tonumber), seed: 0, scene: "scene\($id).py"}' >>in
        printf '%s\n' "$message" >>wanted
        n=$((n + 1))
    done <rows
    run -1 --separate-stderr rv-blend -j1 --resolution 8,8 --samples 1 <in
    jq -r '.error.message // "no error" | split("\n")[0]' <<<"$output" >told
    n=0
    while IFS= read -r message <&3 && IFS= read -r told <&4; do
        [[ $told == "scene$n.py:6: $message"* ]] || { printf '%s\n  told   %s\n  wanted %s\n' "$(sed -n $((n + 1))p rows)" "$told" "$message"; return 1; }
        n=$((n + 1))
    done 3<wanted 4<told
    [ "$n" = "$(wc -l <rows)" ]
}
