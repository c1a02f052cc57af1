#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv-mux against programs that write the same: shards against GNU tar and Python's tarfile, compressed ones against tar
# and zstd, each until the disk has it; COCO against Python's json.dump. In turns, the medians. And its memory over
# many samples, and what COCO costs with many objects in one.
set -euo pipefail

. "$(dirname "$0")/common.bash"
here=$(cd "$(dirname "$0")" && pwd)

samples=2500 rounds=5

# 2500 samples of four files, 10,000 in all; records with 40 annotations each.
python3 - "$samples" <<'PY'
import json, os, random, sys
sys.path.insert(0, os.path.join(os.environ["RV_ROOT"], "tests/lib"))
from mux_samples import encode
from pngio import write_png
random.seed(1)
size = 64
write_png("image", size, size, 4, 8, [random.randrange(256) for _ in range(4 * size * size)])
image = open("image", "rb").read()
names = {"image": "Image.png", "index": "IndexOB.png", "depth": "Depth.exr", "normal": "Normal.exr"}
annotations = []
for index in range(1, 41):
    x, y = index % 8 * 8, index // 8 * 8
    mask = [int(x <= i % size < x + 5 and y <= i // size < y + 6) for i in range(size * size)]
    annotations.append({"index": index, "category": f"kind{index % 7}", "bbox": [x, y, 5, 6], "area": 30,
                        "rle": {"size": [size, size], "counts": encode(mask, size, size)}})
with open("records", "w") as records:
    for i in range(int(sys.argv[1])):
        folder = f"out/{i:08d}"
        os.makedirs(folder)
        for name in names.values():
            with open(f"{folder}/{name}", "wb") as file:
                file.write(image if name == "Image.png" else random.randbytes(12000))
        record = {"id": f"{i:08d}", "dir": folder, "files": names, "annotations": annotations}
        records.write(json.dumps(record, separators=(",", ":")) + "\n")
PY
cat >pack.py <<'PY'
import os, sys, tarfile
with tarfile.open(sys.argv[1], "w", format=tarfile.USTAR_FORMAT) as tar:
    for folder, _, files in sorted(os.walk("out")):
        for name in sorted(files):
            tar.add(f"{folder}/{name}")
PY

# compare WHAT RV PEER GOAL GOAL-OF-PROCESSOR-TIME: both commands in turns, each with nothing there.
compare() {
    rm -f ours theirs
    for _ in $(seq $rounds); do
        empty
        timed ours bash -o pipefail -c "$2"
        empty
        timed theirs bash -o pipefail -c "$3"
    done
    rows "$1" ours theirs "$4" "$5"
}

empty() {
    rm -rf dataset peer*
    sync -f .
}

cat out/*/* >/dev/null
shards='rv-mux -q -f webdataset <records >/dev/null; sync -f .'
compare 'rv-mux -j2, shards of 10,000 files with digests, on the disk / GNU tar' "${shards/ -q/ -qj2}" \
    'tar cf peer.tar out; sync -f .' 1.5 -
compare 'rv-mux -j1 / GNU tar' "${shards/ -q/ -qj1}" 'tar cf peer.tar out; sync -f .' 1 -
compare 'rv-mux -j2 / Python tarfile' "${shards/ -q/ -qj2}" 'python3 pack.py peer.tar; sync -f .' 2.8 -
compare 'rv-mux -j2 --zstd / tar, zstd -3 -T2' "${shards/webdataset/webdataset:zstd}" \
    'tar cf - out | zstd -q -3 -T2 -o peer.zst; sync -f .' 1 -
# Each in a new place, and none goes before the end: a file system is slow where thousands of files have just gone.
compare 'rv-mux, COCO of 100,000 annotations / Python json.dump' 'rv-mux -q -f coco -o coco/$$ <records >/dev/null' \
    "python3 '$here/coco.py' coco/\$\$ 64" 5 5

# A record with N objects of 6 by 5 pixels, in a picture of 1024 by 1024.
objects() {
    python3 - "$1" <<'PY'
import json, os, sys
sys.path.insert(0, os.path.join(os.environ["RV_ROOT"], "tests/lib"))
from mux_samples import compress
from pngio import write_png
size, width, height, annotations = 1024, 6, 5, []
os.makedirs("many", exist_ok=True)
write_png("many/Image.png", size, size, 1, 8, [0] * (size * size))
for i in range(int(sys.argv[1])):
    x, y = i % 128 * 8, i // 128 * 8
    counts = [x * size + y] + [height, size - height] * (width - 1) + [height]
    counts.append(size * size - sum(counts))
    annotations.append({"index": i + 1, "category": f"kind{i % 7}", "bbox": [x, y, width, height],
                        "area": width * height, "rle": {"size": [size, size], "counts": compress(counts)}})
print(json.dumps({"id": "many", "dir": "many", "files": {"image": "Image.png"}, "annotations": annotations}))
PY
}

objects 4000 >half
objects 8000 >all
for _ in $(seq $((3 * rounds))); do
    for many in half all; do
        rm -rf dataset
        timed $many.ms rv-mux -q -j1 -f coco <$many >/dev/null
    done
done
awk -v all="$(least all.ms 2)" -v half="$(least half.ms 2)" 'BEGIN {
    printf "| rv-mux, COCO of 8,000 objects in a sample / 4,000, processor time | %.0f ms | %.0f ms | %.2f | ≤ 2.5 |\n",
        all, half, all / half }'

peak_kib() {
    python3 "$here/cost.py" "head -n $1 records | rv-mux -f coco,webdataset,sheet >/dev/null" | cut -d' ' -f2
}
few_kib=$(peak_kib 100)
many_kib=$(peak_kib $samples)
awk -v many="$many_kib" -v few="$few_kib" -v n=$samples 'BEGIN {
    printf "| rv-mux, memory of %d samples / 100 | %.1f MiB | %.1f MiB | %.2f | 1 |\n", n, many / 1024, few / 1024, many / few }'
