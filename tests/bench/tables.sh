#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Annotations as tables: COCO of a million annotations against Python's json.dump of the same records, and its memory;
# YOLO, COCO and Pascal VOC in one pass against the slowest of them alone; Parquet against pyarrow, where that is there.
set -euo pipefail

. "$(dirname "$0")/common.bash"
here=$(cd "$(dirname "$0")" && pwd)

rounds=3

# N samples of M annotations each, all of one small picture.
samples() { # N M
    python3 - "$1" "$2" <<'PY'
import json, os, sys
sys.path.insert(0, os.path.join(os.environ["RV_ROOT"], "tests/lib"))
from mux_samples import compress
from pngio import write_png
n, m, size, width, height, annotations = int(sys.argv[1]), int(sys.argv[2]), 256, 6, 5, []
os.makedirs("one", exist_ok=True)
write_png("one/Image.png", size, size, 1, 8, [0] * (size * size))
for i in range(m):
    x, y = i % 32 * 8, i // 32 * 8
    counts = [x * size + y] + [height, size - height] * (width - 1) + [height]
    counts.append(size * size - sum(counts))
    annotations.append({"index": i + 1, "category": f"kind{i % 7}", "bbox": [x, y, width, height],
                        "area": width * height, "rle": {"size": [size, size], "counts": compress(counts)}})
text = json.dumps(annotations, separators=(",", ":"))
for i in range(n):
    print(f'{{"id":"{i:08d}","dir":"one","files":{{"image":"Image.png"}},"annotations":{text}}}')
PY
}


samples 1000 1000 >records
for _ in $(seq $rounds); do
    rm -rf ours theirs
    timed ours.ms rv-mux -q -f coco -o ours <records >/dev/null
    timed theirs.ms python3 "$here/coco.py" theirs 256
done
rows 'rv-mux, COCO of 1,000,000 annotations / Python json.dump' ours.ms theirs.ms 20 20
peak_kib=$(python3 "$here/cost.py" 'rv-mux -q -f coco -o peak <records >/dev/null' | cut -d' ' -f2)
awk -v peak="$peak_kib" 'BEGIN { printf "| the same, memory | %.1f MiB | | | < 100 MB |\n", peak / 1024 }'
rm -rf ours theirs peak

samples 2000 20 >records
for _ in $(seq $rounds); do
    for formats in yolo coco voc yolo,coco,voc; do
        rm -rf dataset
        timed "$formats.ms" rv-mux -q -f "$formats" <records >/dev/null
    done
done
for formats in yolo coco voc; do
    least $formats.ms
done | sort -g | tail -n 1 >slowest.ms
awk -v all="$(least yolo,coco,voc.ms)" -v one="$(cat slowest.ms)" 'BEGIN {
    printf "| rv-mux, YOLO + COCO + VOC of 2,000 samples / the slowest alone | %.0f ms | %.0f ms | %.2f | < 1.3 |\n",
        all, one, all / one }'

python3 -c 'import pyarrow' 2>/dev/null || { echo '| Parquet against pyarrow | no python3-pyarrow here | | | 1 |'; exit; }
cat >arrow.py <<'PY'
import json, pyarrow, pyarrow.parquet
rows = []
for line in open("records"):
    record = json.loads(line)
    things = record["annotations"]
    rows.append({"id": record["id"], "view": "", "frame": "", "width": 256, "height": 256, "prompt": "",
                 "image": {"bytes": open(record["dir"] + "/Image.png", "rb").read(), "path": record["id"] + ".png"},
                 "objects": {"bbox": [t["bbox"] for t in things], "category": [t["category"] for t in things],
                             "area": [t["area"] for t in things], "index": [t["index"] for t in things]}})
pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), "theirs.parquet", compression="zstd",
                            use_dictionary=False)
PY
samples 20000 20 >records
for _ in $(seq $rounds); do
    rm -rf dataset
    timed parquet.ms rv-mux -q -f parquet <records >/dev/null
    timed arrow.ms python3 arrow.py
done
rows 'rv-mux, Parquet of 20,000 rows / pyarrow' parquet.ms arrow.ms 1 1
