#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Memory of rv-verify --deep over a small and a large dataset, which are made here.

    dataset.py [--samples N] [--annotations N] [--limit MIB] [--growth MIB]

The small one has a hundredth of the samples, at least 200. Prints a table; exits with 1 when the
large one takes more than the limit, or so much more than the small one.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests/lib"))
sys.dont_write_bytecode = True

import labelled  # noqa: E402

BIN = os.path.abspath(os.environ.get("RV_BIN", os.path.join(ROOT, "build/release/bin")))
WIDTH, HEIGHT = 256, 48
SHARD_SAMPLES = 50000


def dump(value):
    """Return compact JSON."""
    return json.dumps(value, separators=(",", ":"))


class Writer:
    """A file of the dataset, and its line in the manifest."""

    def __init__(self, home, path):
        self.path, self.hash, self.size = path, hashlib.sha256(), 0
        self.file = open(os.path.join(home, path), "wb")

    def put(self, data):
        """Write bytes."""
        self.file.write(data)
        self.hash.update(data)
        self.size += len(data)

    def close(self):
        """Return the line."""
        self.file.close()
        line = {"path": self.path, "bytes": self.size, "sha256": self.hash.hexdigest()}
        return (dump(line) + "\n").encode()


def stripes(count):
    """Return the annotations of `count` objects: of each, every other pixel of a row."""
    result = []
    for row in range(count):
        rows = [[int(y == row and x % 2 == 0) for x in range(WIDTH)] for y in range(HEIGHT)]
        rle = {"size": [HEIGHT, WIDTH], "counts": labelled.rle(rows, 1)}
        result.append({"bbox": [0, row, WIDTH - 1, 1], "area": WIDTH // 2, "rle": rle})
    return result


def pictures(scratch, count):
    """Return an image and the index map of `count` objects, as files."""
    path, files = os.path.join(scratch, "picture.png"), []
    index = [[(y + 1) * (y < count and x % 2 == 0) for x in range(WIDTH)] for y in range(HEIGHT)]
    for rows, bits in (([[0] * WIDTH] * HEIGHT, 8), (index, 16)):
        labelled.png(path, rows, 1, bits)
        with open(path, "rb") as file:
            files.append(file.read())
    os.remove(path)
    return files


def member(name, data):
    """Return a file of an archive."""
    info = tarfile.TarInfo(name)
    info.size = len(data)
    return info.tobuf(tarfile.USTAR_FORMAT) + data + bytes(-len(data) % 512)


def write_coco(home, samples, annotations):
    """Write annotations.json; return its line."""
    rest = []
    for item in annotations:
        values = {"bbox": item["bbox"], "area": item["area"], "iscrowd": 0}
        rest.append(dump({**values, "segmentation": item["rle"]})[1:])
    document = Writer(home, "coco/annotations.json")
    document.put(b'{"images":[')
    for i in range(samples):
        image = {"id": i + 1, "file_name": f"{i:08d}.png", "width": WIDTH, "height": HEIGHT}
        document.put(("," * (i > 0) + dump(image)).encode())
    document.put(b'],"annotations":[')
    for i in range(samples):
        for k, item in enumerate(rest):
            head = f'{{"id":{i * len(rest) + k + 1},"image_id":{i + 1},"category_id":1,'
            document.put(("," * (i + k > 0) + head + item).encode())
    document.put(b'],"categories":[{"id":1,"name":"stripe"}]}\n')
    return document.close()


def write_shard(home, number, ids, files, annotations):
    """Write a shard; return its line."""
    things = [{"index": k + 1, "name": f"Stripe{k}", "tags": ["stripe"]} for k in range(HEIGHT)]
    objects = dump([{**thing, "properties": {}} for thing in things[: len(annotations)]])
    labels = dump([{**thing, **item} for thing, item in zip(things, annotations)])
    shard = Writer(home, f"webdataset/shard-{number:06d}.tar")
    for i in ids:
        head = dump({"id": f"{i:08d}", "seed": i, "files": {"image": "a.png", "index": "b.png"}})
        record = f'{head[:-1]},"resolution":[{WIDTH},{HEIGHT}],"objects":{objects}'
        record += f',"annotations":{labels}}}\n'
        shard.put(member(f"{i:08d}.json", record.encode()))
        for field, data in zip(("png", "index.png"), files):
            shard.put(member(f"{i:08d}.{field}", data))
    shard.put(bytes(1024))
    return shard.close()


def make(home, samples, n_annotations):
    """Make a dataset of one picture, over and over: as COCO, and in shards."""
    os.makedirs(os.path.join(home, "coco/images"))
    os.makedirs(os.path.join(home, "webdataset"))
    files, annotations = pictures(home, n_annotations), stripes(n_annotations)
    # In a file: what this program holds in memory counts as rv-verify's, which it starts.
    lines = tempfile.TemporaryFile()
    lines.write(write_coco(home, samples, annotations))
    for i in range(samples):
        image = Writer(home, f"coco/images/{i:08d}.png")
        image.put(files[0])
        lines.write(image.close())
    for number, first in enumerate(range(0, samples, SHARD_SAMPLES)):
        ids = range(first, min(first + SHARD_SAMPLES, samples))
        lines.write(write_shard(home, number, ids, files, annotations))
    lines.seek(0)
    sums = Writer(home, "SHA256SUMS")
    for line in map(json.loads, lines):
        sums.put(f'{line["sha256"]}  {line["path"]}\n'.encode())
    lines.seek(0)
    manifest = Writer(home, "manifest.jsonl")
    head = {"rv_manifest": 1, "rv": "0.1.0", "formats": ["coco", "webdataset"]}
    manifest.put((dump({**head, "samples": samples, "errors": 0}) + "\n").encode())
    manifest.put(sums.close())
    for line in lines:
        manifest.put(line)
    lines.close()
    digest = manifest.hash.hexdigest()
    manifest.put((dump({"manifest_sha256": digest}) + "\n").encode())
    manifest.close()


def measure(scratch, samples, annotations):
    """Return the peak of rv-verify in MiB."""
    home = os.path.join(scratch, str(samples))
    make(home, samples, annotations)
    started = time.monotonic()
    tool = subprocess.Popen(
        [os.path.join(BIN, "rv-verify"), "--deep", "-j2", home], stdout=subprocess.PIPE
    )
    said = tool.stdout.read()
    _, status, usage = os.wait4(tool.pid, 0)
    seconds = time.monotonic() - started
    paths = ("coco/annotations.json", "webdataset/shard-000000.tar")
    sizes = [os.path.getsize(os.path.join(home, path)) / 2**20 for path in paths]
    shutil.rmtree(home)
    if status or not json.loads(said)["verify"]["ok"]:
        sys.exit(f"dataset: rv-verify ended with status {status} and said {said[:1000]}")
    peak = usage.ru_maxrss / 1024
    cells = [f"{samples}", *(f"{x:.1f} MiB" for x in (*sizes, peak)), f"{seconds:.1f} s"]
    print("| " + " | ".join(cells) + " |", flush=True)
    return peak


def main():
    """Print the rows; exit with 1 when it takes too much."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--samples", type=int, default=1000000)
    parser.add_argument("--annotations", type=int, default=2, help="of each sample, up to 48")
    parser.add_argument("--limit", type=float, default=64)
    parser.add_argument("--growth", type=float, default=32)
    options = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="rv-dataset-")
    try:
        print("| samples | annotations.json | first shard | peak of rv-verify --deep | time |")
        print("|---|---|---|---|---|")
        few = measure(scratch, max(200, options.samples // 100), options.annotations)
        many = measure(scratch, options.samples, options.annotations)
    finally:
        shutil.rmtree(scratch)
    sys.exit(many > options.limit or many - few > options.growth)


if __name__ == "__main__":
    main()
