#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv-blend against the leanest Blender loop, and against one Blender per sample: 50 samples, 64x64, 1 sample a pixel.
# Everything is in the times: start of Blender, checks, commits. The runs are interleaved; medians of ROUNDS.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
blender=${RV_BLENDER:-$(command -v blender || true)}
[ -n "$blender" ] || { echo "bench: no Blender" >&2; exit 0; }
rounds=${ROUNDS:-5}
samples=50
singles=5

now() { date +%s%N; }

lean() {
    "$blender" --background --factory-startup -noaudio --python-exit-code 70 --python "$here/lean_loop.py" -- \
        "$@" >log 2>&1 </dev/null || { tail -n 20 log >&2; exit 1; }
}

rv() {
    seq 0 $((samples - 1)) | sed 's/.*/{"id":"s&","seed":&}/' |
        rv-blend "$here/blend_scene.py" -j1 --resolution 64,64 --samples 1 -q -o "$1" >records
    [ "$(grep -c '"files"' records)" = $samples ]
}

# timed FILE COMMAND...: appends the milliseconds it took.
timed() {
    local file=$1 start
    shift
    start=$(now)
    "$@"
    echo $((($(now) - start) / 1000000)) >>"$file"
}

median() { sort -n "$1" | awk '{ a[NR] = $1 } END { print NR % 2 ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'; }

one_each() {
    local i
    for ((i = 0; i < singles; i++)); do
        lean "$1" "$i" 1
    done
}

mkdir warm lean
lean "$PWD/warm" 0 1
for ((round = 0; round < rounds; round++)); do
    rm -rf out
    timed rv.ms rv out
    timed lean.ms lean "$PWD/lean" 0 $samples
    timed clean.ms lean "$PWD/lean" 0 $samples clean
    timed single.ms one_each "$PWD/warm"
done

# The two must have rendered the same: the compressed pixels of the pictures are equal.
python3 - "$samples" <<'END'
import struct, sys
def pixels(path):
    data, at, idat = open(path, "rb").read(), 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        idat += data[at + 8:at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    return idat
for seed in range(int(sys.argv[1])):
    if pixels(f"out/s{seed}/Image.png") != pixels(f"lean/{seed}.png"):
        sys.exit(f"bench: sample {seed} differs from the lean loop's")
END

awk -v rv="$(median rv.ms)" -v lean="$(median lean.ms)" -v clean="$(median clean.ms)" \
    -v single="$(median single.ms)" -v n=$samples -v k=$singles 'BEGIN {
    row = "| %s | %.1f samples/s | %.1f samples/s | %.2f | %s |\n"
    printf row, "rv-blend -j1, 50 samples of 64x64 / the leanest Blender loop", 1000 * n / rv, 1000 * n / lean, lean / rv, "≥ 0.9"
    printf row, "rv-blend -j1 / the same loop, emptying Blender for each sample", 1000 * n / rv, 1000 * n / clean, clean / rv, "-"
    printf row, "rv-blend -j1 / one Blender per sample", 1000 * n / rv, 1000 * k / single, (n / rv) / (k / single), "> 5"
}'
