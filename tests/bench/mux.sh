#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv-mux against programs that write the same: shards against GNU tar and Python's tarfile, compressed ones against tar
# and zstd, COCO against Python's json.dump. Turn by turn, the median of the ratios. And its memory over many samples.
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
cat >coco.py <<'PY'
import json, shutil, os
os.makedirs("peer/images")
images, annotations = [], []
for line in open("records"):
    record = json.loads(line)
    shutil.copyfile(record["dir"] + "/Image.png", f"peer/images/{record['id']}.png")
    images.append({"id": len(images) + 1, "file_name": record["id"] + ".png", "width": 64, "height": 64})
    for a in record["annotations"]:
        annotations.append({"id": len(annotations) + 1, "image_id": len(images), "bbox": a["bbox"], "area": a["area"],
                            "category_id": 1, "iscrowd": 0, "segmentation": a["rle"]})
json.dump({"images": images, "annotations": annotations}, open("peer/annotations.json", "w"))
PY

# compare WHAT GOAL RV PEER: both commands in turns, each with nothing there.
compare() {
    rm -f ours theirs
    for _ in $(seq $rounds); do
        rm -rf dataset peer*
        timed ours bash -o pipefail -c "$3"
        timed theirs bash -o pipefail -c "$4"
    done
    printf '| %s | %.0f ms | %.0f ms | %.2f | %s |\n' "$1" "$(median ours)" "$(median theirs)" "$(ratio theirs ours)" "$2"
}

cat out/*/* >/dev/null
compare 'rv-mux, shards of 10,000 files with digests / GNU tar' 1 'rv-mux -f webdataset <records >/dev/null' \
    'tar cf peer.tar out'
compare 'the same / Python tarfile' 2.8 'rv-mux -f webdataset <records >/dev/null' 'python3 pack.py peer.tar'
compare 'rv-mux --zstd / tar, zstd -3 -T2' 1 'rv-mux -f webdataset --zstd <records >/dev/null' \
    'tar cf - out | zstd -q -3 -T2 -o peer.zst'
compare 'rv-mux, COCO of 100,000 annotations / Python json.dump' 5 'rv-mux -f coco <records >/dev/null' 'python3 coco.py'

peak_kib() {
    python3 "$here/cost.py" "head -n $1 records | rv-mux -f coco,webdataset,sheet >/dev/null" | cut -d' ' -f2
}
few_kib=$(peak_kib 100)
many_kib=$(peak_kib $samples)
awk -v many="$many_kib" -v few="$few_kib" -v n=$samples 'BEGIN {
    printf "| rv-mux, memory of %d samples / 100 | %.1f MiB | %.1f MiB | %.2f | 1 |\n", n, many / 1024, few / 1024, many / few }'
