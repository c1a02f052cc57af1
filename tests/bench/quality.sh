#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What rv-verify reads, beside programs that only read it: digests of a dataset, as many at a time as there are
# processors, and on one thread; OpenEXR files and frames of a video, on one thread. SSIM and PSNR beside ffmpeg's filters.
# What --quality adds to it for 100,000 pictures, beside the same hash and search by NumPy, pictures decoded.
set -euo pipefail

. "$(dirname "$0")/common.bash"

rounds=3
python=$(python_with numpy)
export PYTHONDONTWRITEBYTECODE=1 OPENBLAS_NUM_THREADS=1

# compare WHAT GOAL RV PEER: both commands in turns.
compare() {
    rm -f ours theirs
    for _ in $(seq $rounds); do
        timed ours bash -o pipefail -c "$3"
        timed theirs bash -o pipefail -c "$4"
    done
    printf '| %s | %.0f ms | %.0f ms | %.2f | %s |\n' "$1" "$(median ours)" "$(median theirs)" "$(ratio theirs ours)" "$2"
}

# ---- digests, passes, frames

mkdir ds
head -c 400M /dev/urandom | split -a1 -b 50M - ds/noise-
python3 - <<'PY'
import hashlib, json, os
lines = [{"rv_manifest": 1, "rv": "0.1.0", "formats": ["webdataset"], "samples": 0, "errors": 0}]
for name in sorted(os.listdir("ds")):
    with open(os.path.join("ds", name), "rb") as file:
        data = file.read()
    lines.append({"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
text += json.dumps({"manifest_sha256": hashlib.sha256(text.encode()).hexdigest()}, separators=(",", ":")) + "\n"
with open("ds/manifest.jsonl", "w") as file:
    file.write(text)
PY
# libcrypto's digest is what there is to reach on one thread: where sha256sum uses it, too, as many times as there are
# processors.
compare 'rv-verify, SHA-256 of 8 files of 50 MiB / sha256sum' '≥ 4' 'rv-verify -q ds >told' 'sha256sum ds/noise-* >sum'
compare 'rv-verify -j1, the same / openssl' '≥ 0.85' 'rv-verify -q -j1 ds >told' 'openssl dgst -sha256 ds/noise-* >sum'
rm -r ds

if command -v oiiotool >/dev/null; then
    for codec in NONE ZIP; do
        python3 "$RV_ROOT/tests/lib/make_sample.py" out --size 256 192 --passes --codec $codec >rendered.jsonl
        mkdir exr
        for number in $(seq 100); do
            cp out/*/passes.exr "exr/$number.exr"
        done
        jq -nc '{id: "exr", dir: "exr", files: {more: [range(1; 101) | "\(.).exr"]}}' >exr.jsonl
        compare "rv-verify, 100 OpenEXR files of 256x192, $codec / oiiotool --hash" '≥ 6' \
            'rv-verify -q -j1 --only file.decode <exr.jsonl >told' 'oiiotool --threads 1 --hash exr/*.exr >hashes'
        rm -r exr out
    done
fi

ffmpeg -v error -f lavfi -i testsrc2=s=1280x720:r=30:d=10 -c:v libx264 -pix_fmt yuv420p clip.mp4
mkdir clip
mv clip.mp4 clip/
echo '{"id":"clip","dir":"clip","files":{"more":"clip.mp4"}}' >clip.jsonl
cp clip.jsonl clip/_meta.json
compare 'rv-verify, 300 frames of 1280x720 counted / ffmpeg -f null' '≥ 0.95' \
    'rv-verify -q -j1 --only file.decode <clip.jsonl >told' 'ffmpeg -v error -i clip/clip.mp4 -f null -'

# ---- SSIM and PSNR

size=1280x720
pattern="testsrc2=s=$size:r=30:d=4"
ffmpeg -v error -f lavfi -i "$pattern,format=gray" -f rawvideo a.gray
ffmpeg -v error -f lavfi -i "$pattern,noise=alls=8:all_seed=1,format=gray" -f rawvideo b.gray
raw="-f rawvideo -pix_fmt gray -s $size"
# ffmpeg's SSIM is of squares of 8x8 pixels at every fourth one, rv's of the window of the definition at each.
rounds=15 compare "SSIM and PSNR of 120 frames of $size / ffmpeg's filters" '≥ 1.3' \
    "bench-alike $(nproc) $size a.gray b.gray >alike" \
    "ffmpeg -v error -nostdin $raw -i a.gray $raw -i b.gray -lavfi '[0]split[a][c];[1]split[b][d];[a][b]ssim[x];[c][d]psnr[y]' -map '[x]' -map '[y]' -f null -"
for name in a b; do
    ffmpeg -v error -f rawvideo -pix_fmt gray -s $size -i $name.gray -frames:v 1 -s 320x180 -f rawvideo $name.small
done
"$python" - "$RV_ROOT/tests/data" "$(bench-alike 1 320x180 a.small b.small)" <<'PY'
# The definition, by NumPy.
import sys
import numpy
sys.path.insert(0, sys.argv[1])
import ssim
a, b = (numpy.fromfile(name, numpy.uint8).reshape(180, 320).astype(float) for name in ("a.small", "b.small"))
found = [float(number) for number in sys.argv[2].split()]
defined = ssim.ssim(a, b), 10 * numpy.log10(255**2 / ((a - b) ** 2).mean())
assert abs(found[0] - defined[0]) <= 1e-4 and abs(found[1] - defined[1]) <= 1e-4, (found, defined)
PY

# ---- near duplicates

cat >pictures.py <<'PY'
import os, struct, sys, zlib
import numpy
chance, n = numpy.random.default_rng(1), int(sys.argv[1])
pictures = chance.integers(0, 256, (n, 16, 16, 3), dtype=numpy.uint8)
pictures[::50] = pictures[1::50]
pictures[::50, 0, 0] ^= 1
numpy.save("pictures.npy", pictures)
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
for i, picture in enumerate(pictures):
    os.makedirs(f"t/images/train/{i // 1000:03d}", exist_ok=True)
    raw = b"".join(b"\0" + row.tobytes() for row in picture)
    with open(f"t/images/train/{i // 1000:03d}/{i:06d}.png", "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0))
                   + chunk(b"IDAT", zlib.compress(raw, 1)) + chunk(b"IEND", b""))
with open("t/data.yaml", "w") as file:
    file.write("train: images/train\nval: images/train\nnames: [a]\n")
PY
cat >search.py <<'PY'
# The dHash of verify/luma.h, and all pairs that differ in 3 bits or fewer.
import sys
import numpy
pictures = numpy.load("pictures.npy").astype(numpy.uint32)
luma = ((54 * pictures[..., 0] + 183 * pictures[..., 1] + 19 * pictures[..., 2] + 128) >> 8).astype(numpy.int64)
side = luma.shape[1]
xs, ys = ([i * side // n for i in range(n)] for n in (9, 8))
cells = numpy.add.reduceat(numpy.add.reduceat(luma, ys, axis=1), xs, axis=2)
cells = cells / numpy.diff(xs + [side])
bits = (cells[:, :, :-1] < cells[:, :, 1:]).reshape(len(luma), 64)
hashes = numpy.packbits(bits, axis=1).view(">u8").ravel().astype(numpy.uint64)
counts = numpy.array([bin(i).count("1") for i in range(65536)], dtype=numpy.uint8)
found = set()
for i in range(len(hashes)):
    differ = hashes[:i] ^ hashes[i]
    distance = counts[(differ & 0xFFFF)] + counts[(differ >> 16) & 0xFFFF] + counts[(differ >> 32) & 0xFFFF] + counts[differ >> 48]
    if (distance <= 3).any():
        found.add(i)
print(len(found))
PY
n=100000
"$python" pictures.py $n
for _ in $(seq $rounds); do
    timed with rv-verify -q -j1 --as yolo --quality --only 'duplicate.*' t >told
    timed without rv-verify -q -j1 --as yolo --only 'duplicate.*' t >told.not
done
timed numpy "$python" search.py >found
awk -v ours="$(echo "$(median with) - $(median without)" | bc -l)" -v theirs="$(median numpy)" 'BEGIN {
    printf "| rv-verify --quality, what it adds for 100,000 pictures / NumPy | %.0f ms | %.0f ms | %.1f | ≥ 10 |\n", ours, theirs, theirs / ours }'
[ "$(tail -n1 told | jq '.verify.checks["duplicate.near"]')" = "$(cat found)" ]
