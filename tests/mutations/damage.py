# SPDX-License-Identifier: MIT
"""What a break.py has at hand: its names stand in the program as they stand here.

    record     of a sample: what is changed in it is written, to the stream and to _meta.json
    path(NAME) of a file of the sample, or of the dataset
"""

import hashlib
import json
import os
import shutil
import struct
import subprocess
import tarfile
import zlib

import npz_file
import parquet
from bases import dump, moving, mux, save, seal, texture, write_shard
from check_labels import read_exr_file, read_png
from labelled import OBJECTS, annotation, exr, index_map, png
from make_sample import exr_bytes

__all__ = [
    "OBJECTS",
    "annotation",
    "exr",
    "index_map",
    "moving",
    "mux",
    "seal",
    "shutil",
    "texture",
]  # for programs alone

RECORD, DATASET = "record.json", "ds"
_home, record = "", None


def load(base):
    """Start with the base at hand."""
    global _home, record
    record = None
    if not base.is_dataset:
        with open(RECORD, encoding="utf-8") as file:
            record = json.load(file)
    _home = DATASET if base.is_dataset else record["dir"]


def write_record(changed):
    """Write the record where it is another now."""
    with open(RECORD, encoding="utf-8") as file:
        if json.load(file) != changed:
            save(changed)


def path(name):
    """Return the path of a file of the sample or dataset."""
    return os.path.join(_home, name)


def change_json(program, target):
    """Change a file by a jq program, or the record."""
    jq = ["jq", "-c", "-f", program, target or RECORD]
    done = subprocess.run(jq, capture_output=True, check=True)
    if target:
        with open(target, "wb") as file:
            file.write(done.stdout)
    else:
        save(json.loads(done.stdout))


def change_bytes(name, change):
    """Make a file what a function of its bytes gives."""
    with open(path(name), "rb") as file:
        data = file.read()
    with open(path(name), "wb") as file:
        file.write(change(bytearray(data)))


def cut(name, count):
    """Cut bytes off the end of a file."""
    change_bytes(name, lambda data: data[:-count])


def change_text(name, old, new):
    """Replace a text in a file, which must have it."""
    assert old.encode() in open(path(name), "rb").read(), (name, old)
    change_bytes(name, lambda data: bytes(data).replace(old.encode(), new.encode()))


def change_png(name, change):
    """Make a PNG's rows, lists of numbers or of tuples, what a function of them gives."""
    image = read_png(path(name))
    n = image["channels"]
    rows = [
        [tuple(row[x : x + n]) if n > 1 else row[x] for x in range(0, len(row), n)]
        for row in image["rows"]
    ]
    png(path(name), change(rows) or rows, n, image["depth"])


def change_numbers(name, change):
    """Let a function change the rows of numbers of a PNG with a palette of 256 colours."""
    with open(path(name), "rb") as file:
        data = file.read()
    palette = data[data.index(b"PLTE") + 4 :][:768]
    rows = [list(row) for row in read_png(path(name))["rows"]]
    change(rows)
    packed = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    with open(path(name), "wb") as file:
        file.write(
            data[:33] + chunk(b"PLTE", palette) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
        )


def chunk(kind, data):
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width, height):
    """Return the beginning of a PNG of grey bytes, its signature and its first chunk."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)


def indexed(name, rows):
    """Write rows of numbers as a PNG with Pascal VOC's palette."""
    palette = b""
    for number in range(256):
        colour = [0, 0, 0]
        for bit in range(8):
            colour[bit % 3] |= (number >> bit & 1) << (7 - bit // 3)
        palette += bytes(colour)
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", data), (b"IEND", b""))
    with open(path(name), "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*parts) for parts in chunks))


def change_exr(name, change):
    """Let a function change the planes (channel to rows) and attributes of an OpenEXR file."""
    planes, types, attributes = read_exr_file(path(name))
    planes = {channel: [list(row) for row in rows] for channel, rows in planes.items()}
    texts = {k: v.decode() for k, v in attributes.items() if k.startswith("cryptomatte/")}
    change(planes, texts)
    rows = next(iter(planes.values()))
    data = {channel: (types.get(channel, "f"), rows) for channel, rows in planes.items()}
    with open(path(name), "wb") as file:
        file.write(exr_bytes(len(rows[0]), len(rows), data, "NONE", texts))


def change_npz(name, change):
    """Change a file of arrays: a function gets name -> [type, shape, bytes], and changes that."""
    arrays = npz_file.read(path(name))
    change(arrays)
    with open(path(name), "wb") as file:
        file.write(npz_file.packed(arrays))


def numbers(array, change):
    """Change an array of those: a function makes of each number, and its place, another."""
    kind, _, data = array
    letter = {"<f4": "f", "<f8": "d", "<i4": "i", "|b1": "?"}[kind]
    form = f"<{len(data) // struct.calcsize(letter)}{letter}"
    values = [change(i, v) for i, v in enumerate(struct.unpack(form, data))]
    array[2] = struct.pack(form, *values)


def change_shard(change, name="webdataset/shard-000000.tar"):
    """Give each member (name, data) to a function, which gives those that take its place."""
    with tarfile.open(path(name)) as tar:
        members = [(info.name, tar.extractfile(info).read()) for info in tar]
    write_shard([new for old in members for new in change(*old)], path(name))


def table(change=lambda row: None, **changes):
    """Write the table of the first still anew, with its row and bytes changed."""
    with open(RECORD, encoding="utf-8") as file:
        kept = json.load(file)
    row = parquet.row(kept, os.path.join(kept["dir"], "Image.png"))
    change(row)
    parquet.write(path("parquet/train/000000.parquet"), [row], **changes)


def manifest(change):
    """Make the manifest's lines but the last what a function of them gives, and seal that."""
    with open(path("manifest.jsonl"), encoding="utf-8") as file:
        lines = file.readlines()[:-1]
    text = "".join(change(lines) or lines)
    text += dump({"manifest_sha256": hashlib.sha256(text.encode()).hexdigest()})
    with open(path("manifest.jsonl"), "w", encoding="utf-8") as file:
        file.write(text)
