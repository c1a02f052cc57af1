#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Annotations as tables: COCO of a million annotations against Python's json.dump of the same records, and its memory;
# YOLO, COCO and Pascal VOC in one pass against the slowest of them alone (TABLES_SAMPLES of them, and a tenth of them
# with pictures of 197 kB); Parquet against pyarrow, where that is there (TABLES_ROWS). In turns, the medians.
set -euo pipefail

. "$(dirname "$0")/common.bash"
here=$(cd "$(dirname "$0")" && pwd)

rounds=3 n_samples=${TABLES_SAMPLES:-10000} n_rows=${TABLES_ROWS:-100000}

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


# Each in a new place, and none goes before the end: a file system is slow where thousands of files have just gone.
# Neither waits for the disk.
samples 1000 1000 >records
for i in $(seq $rounds); do
    timed ours.ms rv-mux -q --no-sync -f coco -o "ours-$i" <records >/dev/null
    timed theirs.ms python3 "$here/coco.py" "theirs-$i" 256
done
rows 'rv-mux, COCO of 1,000,000 annotations / Python json.dump' ours.ms theirs.ms 20 20
peak_kib=$(python3 "$here/cost.py" 'rv-mux -q -f coco -o peak <records >/dev/null' | cut -d' ' -f2)
awk -v peak="$peak_kib" 'BEGIN { printf "| the same, memory | %.1f MiB | | | < 100 MB |\n", peak / 1024 }'

one_pass() { # WHAT
    local i formats slowest
    for i in $(seq $rounds); do
        for formats in yolo coco voc yolo,coco,voc; do
            timed "$1-$formats.ms" rv-mux -q --no-sync -f "$formats" -o "$1-$formats-$i" <records >/dev/null
        done
    done
    slowest=$(for formats in yolo coco voc; do echo "$(median "$1-$formats.ms") $formats"; done | sort -g | sed -n '$s/.* //p')
    rows "rv-mux, $slowest of $(wc -l <records) samples with pictures of $(wc -c <one/Image.png) bytes / YOLO, COCO and VOC in one pass" \
        "$1-$slowest.ms" "$1-yolo,coco,voc.ms" '< 1.3' -
}

# With pictures of no size the file system is all of it: two files a sample for YOLO, two for VOC, three and two more
# names for all. The system calls alone take 2.3 times as long for all on ext4 with a journal.
samples "$n_samples" 20 >records
one_pass small

# What users have: the picture is read, copied, and its digest taken, once.
head -n $((n_samples / 10)) records >fewer
mv fewer records
python3 - <<'PY'
import os, random, sys
sys.path.insert(0, os.path.join(os.environ["RV_ROOT"], "tests/lib"))
from pngio import write_png
random.seed(1)
write_png("one/Image.png", 256, 256, 3, 8, list(random.randbytes(3 * 256 * 256)))
PY
one_pass noise

python3 -c 'import pyarrow' 2>/dev/null || { echo '| Parquet against pyarrow | no python3-pyarrow here | | | 1 |'; exit; }
samples "$n_rows" 20 >records
for i in $(seq $rounds); do
    timed parquet.ms rv-mux -q --no-sync -f parquet -o "parquet-$i" <records >/dev/null
    timed arrow.ms python3 "$here/arrow.py" records theirs.parquet
done
rows "rv-mux, Parquet of $n_rows rows / pyarrow" parquet.ms arrow.ms 1 1
