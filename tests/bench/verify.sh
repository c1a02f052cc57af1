#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv-verify on one thread: samples against rv-mask, which makes their labels; a dataset against sha256sum over its files;
# with --deep against Python, which hashes them and reads its JSON and its archives, but decodes and compares nothing.
# Turn by turn, the median of the ratios.
set -euo pipefail

. "$(dirname "$0")/common.bash"

rounds=5
export PYTHONDONTWRITEBYTECODE=1

python3 "$RV_ROOT/tests/lib/make_sample.py" big --size 512 384 --count 16 >rendered.jsonl
cp -al big rendered
rv-mask --instances <rendered.jsonl >big.jsonl
python3 "$RV_ROOT/tests/lib/labelled.py" small $(seq 1000) >small.jsonl
cat >read.py <<'PY'
import hashlib, json, os, sys, tarfile
for folder, _, files in sorted(os.walk(sys.argv[1])):
    for name in sorted(files):
        with open(os.path.join(folder, name), "rb") as file:
            hashlib.sha256(file.read()).digest()
            file.seek(0)
            if name.endswith(".json"):
                json.load(file)
            elif name.endswith(".tar"):
                for info in tarfile.open(fileobj=file):
                    data = file.seek(info.offset_data) and file.read(info.size)
                    info.name.endswith(".json") and json.loads(data)
PY

# compare WHAT GOAL RV PEER: both commands in turns.
compare() {
    rm -f ours theirs
    for _ in $(seq $rounds); do
        timed ours bash -o pipefail -c "$3"
        timed theirs bash -o pipefail -c "$4"
    done
    printf '| %s | %.0f ms | %.0f ms | %.2f | %s |\n' "$1" "$(median ours)" "$(median theirs)" "$(ratio theirs ours)" "$2"
}

compare 'rv-verify, 16 samples of 512x384 / rv-mask' '≥ 1' \
    'rv-verify -q -j1 <big.jsonl >verified' \
    'rm -rf big && cp -al rendered big && rv-mask -q -j1 --instances <rendered.jsonl >big.jsonl'
for name in big small; do
    rv-mux -q -f coco,webdataset -o $name.ds <$name.jsonl >muxed
    what=$(wc -l <$name.jsonl)
    compare "rv-verify, a dataset of $what samples / sha256sum" '-' \
        "rv-verify -q -j1 $name.ds >verified" "find $name.ds -type f -exec sha256sum {} + >sums"
    compare "rv-verify --deep, a dataset of $what samples / Python reads it" '-' \
        "rv-verify -q -j1 --deep $name.ds >verified" "python3 read.py $name.ds"
done
