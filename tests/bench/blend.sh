#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# rv-blend against the leanest Blender loop, and against one Blender per sample: 50 samples, 64x64, 1 sample a pixel.
# Everything is in the times: start of Blender, checks, commits. Then what a sample adds once all is warm. The runs are
# interleaved; medians of ROUNDS.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.bash"
blender=${RV_BLENDER:-$(command -v blender || true)}
[ -n "$blender" ] || { echo "bench: no Blender" >&2; exit 0; }
rounds=${ROUNDS:-5}
samples=50
singles=5
warm=20 steady=150

lean() {
    "$blender" --background --factory-startup -noaudio --python-exit-code 70 --python "$here/lean_loop.py" -- \
        "$@" >log 2>&1 </dev/null || { tail -n 20 log >&2; exit 1; }
}

rv() {
    seq 0 $((samples - 1)) | sed 's/.*/{"id":"s&","seed":&}/' |
        rv-blend "$here/blend_scene.py" -j1 --resolution 64,64 --samples 1 -q -o "$1" >records
    [ "$(grep -c '"files"' records)" = $samples ]
}

one_each() {
    local i
    for ((i = 0; i < singles; i++)); do
        lean "$1" "$i" 1
    done
}

# What a sample adds, in milliseconds: pictures and records as they come.
warm_lean() { # FILE [clean]
    lean "$PWD/steady" 0 $((warm + steady)) "${@:2}"
    stat -c %.9Y "steady/$((warm - 1)).png" "steady/$((warm + steady - 1)).png" |
        awk -v n=$steady 'NR == 2 { print 1000 * ($1 - start) / n } { start = $1 }' >>"$1"
}

warm_rv() { # FILE
    rm -rf out.steady
    python3 "$here/pace.py" 1 $steady \
        "rv-seed seq inf | rv-blend '$here/blend_scene.py' -vv -j1 --resolution 64,64 --samples 1 -o out.steady" |
        awk '{ print 1000 / $2 }' >>"$1"
}

mkdir warm lean steady
lean "$PWD/warm" 0 1
for ((round = 0; round < rounds; round++)); do
    rm -rf out
    timed rv.ms rv out
    timed lean.ms lean "$PWD/lean" 0 $samples
    timed clean.ms lean "$PWD/lean" 0 $samples clean
    timed single.ms one_each "$PWD/warm"
    warm_lean rebuilt.ms clean
    warm_rv added.ms
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

awk -v rv="$(median rv.ms)" -v lean="$(median lean.ms)" -v clean="$(median clean.ms)" -v single="$(median single.ms)" \
    -v to_lean="$(ratio lean.ms rv.ms)" -v to_clean="$(ratio clean.ms rv.ms)" -v to_single="$(ratio single.ms rv.ms)" \
    -v rebuilt="$(median rebuilt.ms)" -v added="$(median added.ms)" -v to_rebuilt="$(ratio added.ms rebuilt.ms)" \
    -v n=$samples -v k=$singles 'BEGIN {
    row = "| %s | %.1f samples/s | %.1f samples/s | %.2f | %s |\n"
    printf row, "rv-blend -j1, 50 samples of 64x64 / the leanest Blender loop", 1000 * n / rv, 1000 * n / lean, to_lean, "≥ 0.9"
    printf row, "rv-blend -j1 / the same loop, emptying Blender for each sample", 1000 * n / rv, 1000 * n / clean, to_clean, "-"
    printf row, "rv-blend -j1 / one Blender per sample", 1000 * n / rv, 1000 * k / single, to_single * n / k, "> 5"
    printf "| what a sample costs a warm worker / the loop that empties Blender | %.1f ms | %.1f ms | %.2f | < 1.1 |\n",
        added, rebuilt, to_rebuilt
}'
