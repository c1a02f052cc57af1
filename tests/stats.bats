#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv-mux --stats: figures of samples, against counts of the tests' own, and the page with plots.
load lib/common

setup() {
    rv_setup
    need python3 jq
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

samples() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@" | jq -c '.resolution = [32, 24] |
        .params = {kind: ["near", "far <b>"][.index % 2], x: (.index * 0.37), few: (.index % 3), on: (.index > 5)} |
        .split = ["train", "val", null][.index % 3] | if .split then . else del(.split) end'
}

@test "the figures are those of the records" {
    samples 40 --out stills >in
    samples 2 --start 40 --out clips --frames 3 >>in
    rv-mux -q -f coco -o ds --stats s.json <in >out
    [ "$(wc -l <out)" = 42 ]
    python3 - in s.json <<'PY'
import json, math, sys
from collections import Counter

records = [json.loads(line) for line in open(sys.argv[1])]
told = json.load(open(sys.argv[2]))
pictures = [f["annotations"] for r in records for f in r.get("frames") or [r]]
objects = [a for annotations in pictures for a in annotations]
assert (told["samples"], told["pictures"], told["objects"]) == (42, 46, len(objects))
names = Counter("+".join(sorted(a["tags"])) for a in objects)
assert told["without_category"] == names.pop("") and told["categories"] == dict(names)
assert told["splits"] == {k: sum(r.get("split", "none") == k for r in records) for k in ("train", "val", "test", "none")}
of = {q["name"]: q for q in told["quantities"]}
assert list(of) == ["size", "side", "aspect", "x", "y", "position", "objects"]

def middle(a, k):
    return (a["bbox"][k] + a["bbox"][k + 2] / 2) / (32, 24)[k]

values = {
    "size": [math.log2(math.sqrt(a["bbox"][2] * a["bbox"][3] / 768)) for a in objects],
    "side": [math.log2(math.sqrt(a["area"])) for a in objects],
    "aspect": [math.log2(a["bbox"][2] / a["bbox"][3]) for a in objects],
    "x": [middle(a, 0) for a in objects],
    "y": [middle(a, 1) for a in objects],
    "position": [8 * math.floor(8 * middle(a, 1)) + math.floor(8 * middle(a, 0)) for a in objects],
    "objects": list(map(len, pictures)),
}
for name, quantity in of.items():
    least, greatest, bins = quantity["least"], quantity["greatest"], len(quantity["bins"])
    at = [math.floor(bins * (v - least) / (greatest - least) + 1e-9) for v in values[name]]
    counts = Counter(min(max(i, 0), bins - 1) for i in at)
    assert quantity["bins"] == [counts[i] for i in range(bins)], (name, quantity["bins"], counts)
    assert quantity["values"] == len(values[name])
params = told["params"]
assert list(params) == ["few", "kind", "on", "x"]
kinds = Counter(r["params"]["kind"] for r in records)
assert params["kind"] == {"texts": 42, "counts": [[k, kinds[k]] for k in sorted(kinds)]}
few = Counter(r["params"]["few"] for r in records)
assert params["few"]["width"] == 0 and params["few"]["bins"] == [[k, few[k]] for k in sorted(few)]
x = [r["params"]["x"] for r in records]
width = params["x"]["width"]
assert (params["x"]["least"], params["x"]["greatest"]) == (min(x), max(x)) and width == 0.5
counts = Counter(math.floor(v / width) * width for v in x)
assert params["x"]["bins"] == [[k, counts[k]] for k in sorted(counts)]
PY
}

@test "the order of samples, threads and whether a dataset is made do not count" {
    samples 40 >in
    rv-mux -q -f coco -j1 -o ds --stats 1.json --stats 1.html <in >/dev/null
    tac in | rv-mux -q -f coco -j3 -o ds2 --stats 2.json --stats 2.html >/dev/null
    rv-mux -q --explain coco --stats 3.json <in >/dev/null
    cmp 1.json 2.json
    cmp 1.html 2.html
    cmp 1.json 3.json
}

@test "what carries an error does not count, the page of the dataset says the same" {
    samples 8 | jq -c 'if .index == 1 then .error = {code: "timeout"} elif .index == 2 then .files.image = "gone.png"
        else . end' >in
    run -1 --separate-stderr rv-mux -q -f html -o ds --stats s.json <in
    [ "$(jq .samples s.json)" = 6 ]
    sed 's/^rv.dataset(//; s/);$//' ds/html/data/dataset.js >page.json
    same_output "jq -S '[.histograms.sizes, .histograms.cells, .histograms.objects]' page.json" \
        "jq -S '[(\"side\", \"position\", \"objects\") as \$n | .quantities[] | select(.name == \$n) | .bins]' s.json"
    same_output "jq -S .histograms.annotations page.json" "jq -S .objects s.json"
}

@test "the plots are whole in themselves, and show names as they are" {
    samples 40 | jq -c '.params["<script>"] = 1' >in
    rv-mux -q -f coco -o ds --stats s.html <in >/dev/null
    python3 - <<'PY'
import re
import balanced
with open("s.html") as file:
    page = file.read()
assert "far &lt;b&gt;" in page and "<b>&lt;script&gt;</b>" in page
assert not re.search(r"<script|src=|href=|url\(|@import", page)
balanced.check(page)
# The category, 7 quantities, 5 parameters; a heat map with a cell for each that is not empty.
assert page.count("<figure>") == 13
cells = re.search(r'<svg class="cells".*?</svg>', page, re.S).group(0)
shares = [float(x) for x in re.findall(r"<title>([0-9.]+)", cells)]
assert abs(sum(shares) - 1) < 1e-3 and max(map(float, re.findall(r'opacity="([0-9.]+)', cells))) == 1
PY
}

@test "what --stats cannot be" {
    samples 2 >in
    run -2 --separate-stderr rv-mux -f coco -o ds --stats s.txt <in
    [ "$stderr" = "rv-mux: error: --stats: 's.txt' ends neither in .html nor in .json" ]
    [ ! -e ds ]
    run -2 --separate-stderr rv-mux --merge --stats s.json a -o ds
    [ "$stderr" = "rv-mux: error: --merge cannot be used with --stats" ]
    run -3 --separate-stderr rv-mux -f coco -o ds --stats nowhere/s.json <in
    [[ $stderr == *"nowhere/s.json"* ]]
    rv-verify ds
}
