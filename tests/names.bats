#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Names that readers, shells and file systems stumble over, in all formats: categories come back as they are and are
# never names of files; ids are, and differ in case.
load lib/common
load lib/hyparquet

setup() {
    rv_setup
    need python3 jq ffmpeg
    need_module cv2
    need_module yaml
    need_module PIL
    need_module numpy
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

# What formats have, by readers that know nothing of rv; the names are in names.json.
read_back() { # ids|categories DATASET FORMAT...
    "$PYTHON" "$RV_ROOT/tests/lib/names_check.py" "$1" "$2" names.json "${@:3}"
}

stills=coco,yolo,voc,webdataset,hf,parquet,sheet,transforms,colmap,kitti:other=Misc,bop,html,dir
sequences=coco,webdataset,video:metadata,hf,hfvideo,mot:other=car,davis,vbvr,youtube-vis,kitti-tracking:other=Misc,mots:other=ignore,control,visionsim,dir,html

samples() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@" | jq -c '
        .camera = {type: "PERSP", K: [[50, 0, 16], [0, 50, 12], [0, 0, 1]],
            matrix_world: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 5], [0, 0, 0, 1]]} | .resolution = [32, 24] |
        .objects[].box3d = {center: [0, 0, 0], size: [8, 8, 8], rotation_quaternion: [1, 0, 0, 0]} |
        .prompt = "\"\n</script>é🐱" | .fps = 12 | .split = ["train", "val", "test"][.index % 3] |
        if .frames then .camera as $c | .frames[].camera = $c else . end'
}

# A line each, as JSON. Those that voc cannot write, by its own files, are the last six.
names() {
    cat <<'END'
"cube"
"Cube"
"a/b"
"../../etc/passwd"
"a\\b"
"say \"hi\""
"it's"
"é 🐱"
"CON"
"nul.txt"
"?*|<>&amp;"
" blanks "
"."
"-"
"null"
"yes"
"1e3"
"{a, b}"
"c,d"
"%s$(x)`y`"
"x: y"
"C:\\d"
"two\nlines"
"a\ttab"
"#hash"
"bell\u0007"
END
}

# Gives the two objects of each sample the categories that a filter makes of an index, 1 or 2, with $at, the sample's.
with_categories() { # FILTER [OPTION...]
    jq -c "${@:2}" ".index as \$at | def of: $1;
        def objects(f): map(if .index < 3 then f else . end);
        .objects |= objects(.properties.category = (.index | of)) |
        if .frames then .frames[].annotations |= objects(.category = (.index | of))
        else .annotations |= objects(.category = (.index | of)) end"
}

# Gives sample after sample two of the names.
named() {
    with_categories '$names[(2 * $at + . - 1) % ($names | length)]' --slurpfile names <(names)
}

# No file is called other than ids, numbers and roles are.
plain_paths() { # DATASET
    run -1 grep -avE '^[A-Za-z0-9_./-]+$' <(cd "$1" && find . -mindepth 1)
}

@test "categories of any name come back from every format, and are names of no file" {
    names | jq -cs . >names.json
    samples 13 | named >in
    run -0 --separate-stderr rv-mux -q -f "$stills" --lossy -o ds <in
    [ "$(head -n 1 ds/manifest.jsonl | jq -c .lost)" = '{"voc":6}' ]
    plain_paths ds
    rv-verify --deep ds
    read_back categories ds coco yolo voc/6 webdataset hf html bop dir
    need_hyparquet
    read_back categories ds parquet
    samples 13 --frames 2 | named >moving
    rv-mux -q -f "$sequences" -o clips <moving >/dev/null
    plain_paths clips
    rv-verify --deep clips
    read_back categories clips youtube-vis webdataset hf html dir
}

@test "a thousand categories" {
    samples 4 >in
    python3 -c 'print("\n".join(f"class {i}" for i in range(1000)))' >table.txt
    with_categories '"class \(999 - 2 * $at - .)"' <in |
        rv-mux -q -f "$stills" --categories table.txt -o ds >/dev/null
    rv-verify --deep ds
    jq -nc '[range(991; 999) | "class \(.)"]' >names.json
    read_back categories ds coco yolo voc webdataset hf html bop dir
    [ "$(jq length ds/categories.json)" = 1000 ]
    [ "$("$PYTHON" -c 'import yaml; print(len(yaml.safe_load(open("ds/yolo/data.yaml"))["names"]))')" = 1000 ]
    [ "$(wc -l <ds/voc/labelmap.txt)" = 1001 ]
}

@test "ids that differ in case alone, and those that Windows keeps for itself, are samples of their own" {
    ids='["abc", "ABC", "aBc", "con", "NUL", "com1", "-a", "_", "0"]'
    echo "$ids" >names.json
    for kind in stills sequences; do
        options=()
        [ $kind = stills ] || options=(--frames 2)
        samples 9 --out $kind "${options[@]}" | jq -c --argjson ids "$ids" '.id = $ids[.index]' |
            with_categories '"car"' >in
        formats=$stills
        [ $kind = stills ] || formats=$sequences
        rv-mux -q -f "$formats" -o $kind-ds <in >/dev/null
        plain_paths $kind-ds
        rv-verify --deep $kind-ds
        [ "$(head -n 1 $kind-ds/manifest.jsonl | jq .samples)" = 9 ]
        same_output "ls $kind-ds/dir | sort" "jq -r '.[]' <<<'$ids' | sort"
    done
    read_back ids stills-ds coco yolo voc webdataset hf transforms colmap kitti bop html dir
    read_back ids sequences-ds coco webdataset video hf hfvideo mot davis vbvr youtube-vis kitti-tracking mots control \
        visionsim dir html
    need_hyparquet
    read_back ids stills-ds parquet
}
