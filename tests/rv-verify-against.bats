#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv-verify --against: how far a set is from another, whatever form each has.

load lib/common

setup() {
    rv_setup
    need python3 jq
    export PYTHONPATH=$RV_ROOT/tests/lib:$RV_ROOT/tests/mutations PYTHONDONTWRITEBYTECODE=1
}

# N samples of DIR, whose images have a texture; their records are in DIR.jsonl.
make_set() { # DIR N
    "$RV_ROOT/tests/lib/make_sample.py" "$1" --objects 7 --count "$2" --size 64 48 >rendered.jsonl
    rv-mask -q <rendered.jsonl >"$1.jsonl"
}

@test "a set is as near to itself as can be, in every form" {
    make_set out 6
    jq -c 'if .index > 3 then .split = "val" else . end' out.jsonl >in.jsonl
    rv-mux -q --format coco,yolo,voc,webdataset,dir -o ds <in.jsonl >/dev/null
    rv-mux -q --format webdataset -o shards <in.jsonl >/dev/null
    near() { # WHAT OPTION...: the names of the quantities that are known, and the largest divergence
        rv-verify -q --drift d.json "$@" >/dev/null
        jq -c '[[.quantities[] | select(.divergence != null) | .name], ([.quantities[].divergence // 0] | max)]' d.json
    }
    all='["size","aspect","x","y","position","objects","brightness","colour"]'
    samples=${all/\"size\"/\"size\",\"side\"}
    [ "$(near --against out out)" = "[$samples,0]" ]
    [ "$(near --against ds out)" = "[$samples,0]" ]
    [ "$(near --against shards ds)" = "[$samples,0]" ]
    [ "$(near --against ds/coco --against-as coco out)" = "[$all,0]" ]
    [ "$(near --against ds/voc --against-as voc --as coco ds/coco)" = "[$all,0]" ]
    [ "$(near --against ds/yolo --against-as yolo --as voc ds/voc)" = '[["size","x","y","position","objects","brightness","colour"],0]' ]
    same_output 'rv-verify -q --against out --drift 1.json -j1 out >/dev/null; cat 1.json' \
        'rv-verify -q --against out --drift 3.json -j3 out >/dev/null; cat 3.json'
}

@test "the two numbers are those of their definitions" {
    make_set one 3
    "$RV_ROOT/tests/lib/make_sample.py" two --objects 3 --count 4 --size 200 50 | rv-mask -q >two.jsonl
    rv-verify -q --against two --drift d.json one >/dev/null
    python3 - <<'PY'
import json, math
with open("d.json") as file:
    told = json.load(file)
def divergence(p, q):
    m = [(a + b) / 2 for a, b in zip(p, q)]
    kl = lambda x: sum(a * math.log2(a / b) for a, b in zip(x, m) if a)
    return (kl(p) + kl(q)) / 2
def distance(p, q, step): # the area between the sums
    a = b = total = 0
    for x, y in zip(p, q):
        a, b = a + x, b + y
        total += abs(a - b) * step
    return total
seen = 0
for row in told["quantities"]:
    if "divergence" not in row:
        continue
    p, q = ([v / sum(row[k]) for v in row[k]] for k in ("set", "reference"))
    assert abs(divergence(p, q) - row["divergence"]) < 1e-9, row
    if row["name"] not in ("colour", "position"):
        step = (row["greatest"] - row["least"]) / len(p)
        assert abs(distance(p, q, step) - row["distance"]) < 1e-9, row
    seen += row["divergence"] > 0.01
assert seen >= 4, told
names = told["categories"]
keys = sorted(set(names["set"]) | set(names["reference"]))
p, q = ([names[k].get(n, 0) / sum(names[k].values()) for n in keys] for k in ("set", "reference"))
assert abs(divergence(p, q) - names["divergence"]) < 1e-9, names
records = [json.loads(line) for line in open("one.jsonl")]
boxes = [a["bbox"] for r in records for a in r["annotations"]]
sizes = [0] * 20
for x, y, w, h in boxes:
    sizes[math.floor(20 * (math.log2(math.sqrt(w / 64 * h / 48)) + 10) / 10)] += 1
assert told["quantities"][0]["set"] == sizes, (told["quantities"][0], sizes)
PY
}

@test "the page is whole in itself, and shows names as they are" {
    make_set 'a <b> & "c"' 2
    make_set other 2
    rv-verify -q --against other --drift d.html 'a <b> & "c"' >/dev/null
    python3 - <<'PY'
import re
import balanced
with open("d.html") as file:
    page = file.read()
assert "a &lt;b&gt; &amp; &quot;c&quot;" in page and "<b> &" not in page
assert not re.search(r"<script|src=|href=|url\(|@import", page)
balanced.check(page)
assert page.count("<figure>") == 12 and page.count("<rect") > 60
PY
}

@test "without a file lines are told, and a verdict is as without" {
    make_set out 2
    run --separate-stderr -0 rv-verify --against out out
    [[ $stderr == *'rv-verify: size        0.000  by 0 (log2 of the share of the picture'"'"'s side)'*'rv-verify: category    0.000'* ]]
    rm out/00000001/Image.png
    run --separate-stderr -1 rv-verify --against out out
    run --separate-stderr -2 rv-verify --against out --drift d.txt out
    [[ $stderr == *"--drift: 'd.txt' ends neither in .html nor in .json"* ]]
    run --separate-stderr -2 rv-verify --against out --against-as html out
    [[ $stderr == *'--against-as: '* ]]
    run --separate-stderr -2 rv-verify --against nowhere out
    [[ $stderr == *nowhere* ]]
}
