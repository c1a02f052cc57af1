#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What would be wrong without a word is refused, with what to do; --lossy leaves it out of that format, and counts it.
load lib/common

setup() {
    rv_setup
    need jq
    need_module numpy
    need_module PIL
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

# Two objects with boxes in a picture, or in each of three frames.
records() { # stills|sequences
    case $1 in
    stills)
        python3 "$RV_ROOT/tests/lib/labelled.py" out a b | jq -c '
            .camera = {type: "PERSP", K: [[30, 0, 20], [0, 31, 14.5], [0, 0, 1]],
                matrix_world: [[1, 0, 0, 0], [0, 0, -1, -8], [0, 1, 0, 0.1], [0, 0, 0, 1]]} |
            .objects[].box3d = {center: [0, 0, 0], size: [7, 8, 7], rotation_quaternion: [1, 0, 0, 0]} |
            .annotations |= map(.category = {"1": "Car", "2": "Misc"}[.index | tostring])'
        ;;
    sequences)
        python3 "$RV_ROOT/tests/lib/mux_samples.py" 2 --frames 3 --size 64x48 |
            "$PYTHON" "$RV_ROOT/tests/lib/kitti_tracking_check.py" make |
            jq -c '.frames[].annotations |= map(.category = {"1": "Car", "2": "Pedestrian"}[.index | tostring])'
        ;;
    esac
}

# FORMAT|RECORDS|what makes it impossible|objects that are lost|what makes the same of it in another way|message
# `all(f)` changes each annotation of a picture or frame; `many(n)` gives it n objects of a pixel each; `classes(n; name)`
# is a table in which that name is behind n others.
cases() {
    cat <<'END'
voc|stills|all(if .index == 2 then .category = "a:b" else . end)|2|all(if .index == 2 then .category = null else . end)|object 2: format voc cannot write the category 'a:b': give it a name without colons and control characters that does not begin with '#' (rv-mux --set)
voc:masks|stills|classes(254; "Misc")|2|all(if .index == 2 then .category = null else . end)|object 2: format voc: masks of 8 bits tell 254 classes apart: leave the option 'masks' out, choose coco
voc:masks|stills|many(256)|4|many(254)|object 255: format voc: masks of 8 bits tell 254 objects of a picture apart: leave the option 'masks' out, choose coco
yolo:task=semantic|stills|classes(255; "Misc")|2|all(if .index == 2 then .category = null else . end)|object 2: category 'Misc': format yolo with task=semantic has masks of 8 bits, which tell 254 categories apart: join some (--categories), choose coco
coco:keypoints|stills|points|1|others_out|format coco with keypoints: object 1 of category 'Car' has keypoints ["b"], one before has ["a"]: a category has one list of them, in one order
yolo:task=pose|stills|points|1|others_out|format yolo with task=pose: object 1 has other keypoints than those before: a dataset has one list of them, so give its objects the same names in the same order
kitti|stills|all(if .index == 1 then .category = "horse" else . end)|2|all(if .index == 1 then .category = null else . end)|object 1: format kitti has no type 'horse': give objects a custom property 'category' of Car, Van, Truck, Pedestrian, Person_sitting, Cyclist, Tram, Misc or DontCare, let all others be one of the last two (kitti:other=Misc)
bop|stills|if .index == 1 then .objects[0].box3d.size[2] = 9 else . end|1|if .index == 1 then all(if .index == 1 then .category = null else . end) else . end|object 1: format bop has one model of each category, and this 'Car' is 9000.0 mm long along its z where an earlier one is 7000.0: give what differs in size categories of its own
kitti-tracking|sequences|all(if .index == 2 then .category = "horse" else . end)|6|all(if .index == 2 then .category = null else . end)|object 2: format kitti-tracking has no type 'horse': give objects a custom property 'category' of Car, Van, Truck, Pedestrian, Person, Cyclist, Tram, Misc or DontCare, let all others be one of the last two (kitti-tracking:other=Misc)
mot|sequences|all(if .index == 2 then .category = "horse" else . end)|6|all(if .index == 2 then .category = null else . end)|object 2: format mot has no class 'horse': give objects a custom property 'category' of pedestrian, car, bicycle or another of MOT's, let all others be one of them (mot:other=pedestrian)
mots|sequences|all(if .index == 2 then .category = "horse" else . end)|6|all(if .index == 2 then .category = null else . end)|object 2: format mots has no class 'horse': give objects a custom property 'category' of car or pedestrian, have all others ignored (mots:other=ignore)
mots|sequences|many(1003)|8|many(999)|format mots: a sequence has at most 999 objects of a class: give a category to fewer, choose youtube-vis
davis|sequences|many(260)|14|many(253)|format davis: masks of 8 bits tell 253 objects of a clip apart: give a category to fewer, choose coco
END
}

definitions='
    def all(f): if .frames then .frames[].annotations[] |= f else .annotations[] |= f end;
    def classes(n; $name): .categories = [range(n) as $i | if $i == 0 then {id: 1, name: "Car"} else
        {id: ($i + 1), name: "c\($i)"} end] + [{id: (n + 1), name: $name}];
    def digits: if . < 16 then [.] else [. % 32 + 32] + (. / 32 | floor | digits) end;
    def pixels(n): .[0].rle.size as [$h, $w] | [range(n) as $i | {index: ($i + 1), category: "Car", tags: [], area: 1,
        bbox: [($i / $h | floor), $i % $h, 1, 1],
        rle: {size: [$h, $w], counts: ([$i, 1, $h * $w - 1 - $i] | map(digits[] + 48) | implode)}}];
    def points: .index as $at | .annotations |= map(.keypoints = [{name: (if .index == $at then "b" else "a" end),
        pixel: [5, 5], visibility: 2}]);
    def others_out: points | if .index == 1 then all(if .index == 1 then .category = null else . end) else . end;
    def many(n): .objects = [range(1; n + 1) as $i | .objects[0] | .index = $i] |
        if .frames then .frames[].annotations |= pixels(n) else .annotations |= pixels(n) end;'

@test "what a format cannot carry is refused, and with --lossy left out, counted, and told" {
    records stills >stills
    records sequences >sequences
    n=0
    while IFS='|' read -r spec kind breaks lost cured message; do
        format=${spec%%:*}
        rm -rf refused lossy same
        jq -c "$definitions $breaks" $kind >in
        run -1 --separate-stderr rv-mux -f "$spec" -o refused <in
        [[ $output == *"$(jq -Rr 'tojson | .[1:-1]' <<<"$message, or have such objects left out of the format (--lossy)")"* ]]
        run -0 --separate-stderr rv-mux -f "$spec" --lossy -o lossy <in
        [[ $stderr == *"rv-mux: warning: format $format leaves out $lost object"*" of pictures or clips, which it cannot carry (--lossy)"* ]]
        [ "$(head -n 1 lossy/manifest.jsonl | jq -c '[.samples, .errors, .lost]')" = "[2,0,{\"$format\":$lost}]" ]
        rv-verify --deep lossy
        # All else is as where such objects are not.
        table=()
        [ ! -e lossy/categories.json ] || table=(--categories lossy/categories.json)
        jq -c "$definitions $breaks | $cured | del(.categories)" $kind >cured
        rv-mux -q -f "$spec" "${table[@]}" -o same <cured >/dev/null
        same_tree "lossy/$format" "same/$format"
        n=$((n + 1))
    done < <(cases)
    [ $n = 13 ]
}

@test "other formats keep what one cannot carry, and parts that are merged add it up" {
    records sequences | jq -c '.frames[].annotations[1].category = "horse" | .frames[].annotations[1].tags = ["horse"]' >in
    rv-mux -q -f mot,coco --lossy -o one <in >/dev/null 2>&1
    [ "$(jq '.annotations | length' one/coco/annotations.json)" = 12 ]
    [ "$(cat one/mot/train/*/gt/gt.txt | wc -l)" = 6 ]
    head -n 1 in | rv-mux -q -f mot,coco --lossy -o a >/dev/null 2>&1
    tail -n 1 in | rv-mux -q -f mot,coco --lossy -o b >/dev/null 2>&1
    rv-mux --merge a b -o merged
    same_tree one merged
    run -2 --separate-stderr rv-mux --merge a b --lossy -o none
    [ "$stderr" = "rv-mux: error: --merge cannot be used with --lossy" ]
    # Nothing is lost: nothing is said.
    records stills >stills
    run -0 --separate-stderr rv-mux -f voc,coco --lossy -o whole <stills
    [[ $stderr != *lossy* ]]
    [ "$(head -n 1 whole/manifest.jsonl | jq -c .lost)" = null ]
}
