#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Names that readers, shells and file systems stumble over, in all formats: categories come back as they are and are
# never names of files; ids are, and differ in case.
load lib/common

setup() {
    rv_setup
    need python3 jq
    need_module yaml
}

stills=coco,yolo,voc,webdataset,hf,parquet,sheet,transforms,colmap,kitti:other=Misc,bop,html,dir
sequences=coco,webdataset,video:metadata,hf,hfvideo,mot:other=car,davis,vbvr,youtube-vis,kitti-tracking:other=Misc,mots:other=ignore,control,visionsim,dir,html

samples() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@" | jq -c '
        .camera = {type: "PERSP", K: [[50, 0, 16], [0, 50, 12], [0, 0, 1]],
            matrix_world: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 5], [0, 0, 0, 1]]} | .resolution = [32, 24] |
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
    samples 13 | named >in
    run -0 --separate-stderr rv-mux -q -f "$stills" --lossy -o ds <in
    [ "$(head -n 1 ds/manifest.jsonl | jq -c .lost)" = '{"voc":6}' ]
    plain_paths ds
    rv-verify --deep ds
    "$PYTHON" - ds <(names) <<'PY'
import glob, json, sys
import xml.etree.ElementTree as etree, yaml
root, names = sys.argv[1], [json.loads(line) for line in open(sys.argv[2])]
with open(f"{root}/categories.json") as file:
    assert [c["name"] for c in json.load(file)] == names
found = {"coco": set(), "hf": set(), "voc": set(), "dir": set()}
for path in glob.glob(f"{root}/coco/annotations/*.json"):
    document = json.load(open(path))
    assert [c["name"] for c in document["categories"]] == names
    of = {c["id"]: c["name"] for c in document["categories"]}
    found["coco"] |= {of[a["category_id"]] for a in document["annotations"]}
for path in glob.glob(f"{root}/hf/**/metadata.jsonl", recursive=True):
    for line in open(path):
        found["hf"] |= set(json.loads(line)["objects"]["category"])
for path in glob.glob(f"{root}/voc/**/*.xml", recursive=True):
    found["voc"] |= {e.text for e in etree.parse(path).iterfind(".//object/name")}
for path in glob.glob(f"{root}/dir/*/_meta.json"):
    found["dir"] |= {a["category"] for a in json.load(open(path))["annotations"] if a.get("category")}
assert found["coco"] == found["hf"] == found["dir"] == set(names), found
assert found["voc"] == set(names[:-6]), found["voc"] ^ set(names[:-6])
with open(f"{root}/yolo/data.yaml") as file:
    assert yaml.safe_load(file)["names"] == dict(enumerate(names))
PY
    samples 13 --frames 2 | named >moving
    rv-mux -q -f "$sequences" -o clips <moving >/dev/null
    plain_paths clips
    rv-verify --deep clips
    same_output "jq -c '[.categories[].name]' clips/youtube-vis/train/instances.json" "names | jq -cs ."
}

@test "a thousand categories" {
    samples 4 >in
    python3 -c 'print("\n".join(f"class {i}" for i in range(1000)))' >table.txt
    with_categories '"class \(999 - 2 * $at - .)"' <in |
        rv-mux -q -f "$stills" --categories table.txt -o ds >/dev/null
    rv-verify --deep ds
    [ "$(jq length ds/categories.json)" = 1000 ]
    [ "$("$PYTHON" -c 'import yaml; print(len(yaml.safe_load(open("ds/yolo/data.yaml"))["names"]))')" = 1000 ]
    [ "$(wc -l <ds/voc/labelmap.txt)" = 1001 ]
}

@test "ids that differ in case alone, and those that Windows keeps for itself, are samples of their own" {
    ids='["abc", "ABC", "aBc", "con", "NUL", "com1", "-a", "_", "0"]'
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
    same_output "cut -d' ' -f2 stills-ds/kitti/*/mapping.txt | sort" "jq -r '.[]' <<<'$ids' | sort"
}
