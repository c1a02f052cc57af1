#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Labels against rays that are cast in the tests, pixel by pixel, in a table of scenes (lib/ray_scenes.py).

load lib/common

# labelled [NAME...]: makes the scenes, all or those named, renders them and makes their labels; records in masked
labelled() {
    mkdir scenes
    "$RV_BLENDER" -b --factory-startup -noaudio --python-exit-code 70 --python "$RV_ROOT/tests/lib/ray_scenes.py" -- \
        scenes "$@" >made.log 2>&1 || { tail made.log; return 1; }
    jq -c '{id, seed: 1, scene: "scenes/\(.id).blend"} + .record' scenes/truth.jsonl >in
    rv-blend -q <in >rendered
    rv-mask --no-preview --distance <rendered >masked
    nothing jq -c 'select(.error)' masked
    rv-verify -q <masked >/dev/null
}

cast() {
    "$PYTHON" "$RV_ROOT/tests/lib/ray_check.py" "$@"
}

@test "labels are what rays meet, in all scenes" {
    need_blender
    need_module numpy
    labelled
    [ "$(wc -l <masked)" -ge 30 ]
    cast scenes/truth.jsonl <masked
}

@test "a camera, an object, a label that is somewhere else is found" {
    need_blender
    need_module numpy
    labelled plain
    cast scenes/truth.jsonl <masked
    local change
    for change in '.frames[].camera.shift[0] += 0.001' '.frames[].camera.clip[0] = 10.5' \
        '.frames[].parts[3].matrix[0][3] += 0.01' '.frames[].parts[3] |= (.faces = [] | .smooth = [])'; do
        jq -c "$change" scenes/truth.jsonl >other
        run -1 cast other <masked
    done
    jq -c '.annotations[1].bbox[2] += 1' masked >other
    run -1 cast scenes/truth.jsonl <other
    [ "$output" = "plain : box of $(jq .annotations[1].index masked)" ]
    jq -c '.camera.K[0][2] += 0.05' masked >other
    run -1 cast scenes/truth.jsonl <other
    [[ $output == "plain : its camera: "* ]]
    run -1 cast scenes/truth.jsonl </dev/null
}

some_scenes=(plain clipped orthographic_shifted tall_pixels equirectangular fisheye_polynomial
    mirror_ball cube_face cylindrical depth_of_field motion_blur
    deforming shapes collections instances_of_nodes instances_of_vertices alpha views)

@test "Blender 4.3: labels are what rays meet" {
    need_blender_of 4.3
    need_module numpy
    labelled "${some_scenes[@]}"
    [ "$(wc -l <masked)" = ${#some_scenes[@]} ]
    cast scenes/truth.jsonl <masked
}

@test "Blender 5.2: labels are what rays meet" {
    need_blender_of 5.2
    need_module numpy
    labelled "${some_scenes[@]}"
    [ "$(wc -l <masked)" = ${#some_scenes[@]} ]
    cast scenes/truth.jsonl <masked
}
