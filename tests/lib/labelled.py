#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make labelled samples without Blender and without rv: what rv-verify must find in order.

    labelled.py DIR ID...       writes DIR/ID/ and prints its record as a line of JSON
    labelled.py --sequence N DIR ID...      the same, each a sequence of N frames

The picture is 40x30 with three objects: two rectangles, one partly before the other, and a disc.
Everything is written here from the definitions of the formats, so that a mistake of rv's own
writers would not go unseen.
"""

import json
import os
import shutil
import struct
import sys
import zlib

WIDTH, HEIGHT = 40, 30
BACKGROUND = 1e10
OBJECTS = [
    {"index": 1, "name": "Box", "tags": ["box"], "properties": {}},
    {"index": 2, "name": "Disc", "tags": ["disc", "round"], "properties": {"category": "disc"}},
    {"index": 7, "name": "Floor", "tags": [], "properties": {}},
]


def png(path, rows, channels, bits):
    """Write rows of tuples or numbers as a PNG: grey or RGB(A), 8 or 16 bit."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    colour = {1: 0, 3: 2, 4: 6}[channels]
    raw = bytearray()
    for row in rows:
        raw.append(0)
        for pixel in row:
            for value in pixel if channels > 1 else (pixel,):
                raw += value.to_bytes(bits // 8, "big")
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), bits, colour, 0, 0, 0)
    with open(path, "wb") as out:
        out.write(
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(bytes(raw)))
            + chunk(b"IEND", b"")
        )


def exr(path, rows, channel="V"):
    """Write rows of floats as a scan-line OpenEXR file of one uncompressed channel."""

    def attribute(name, kind, data):
        return name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<i", len(data)) + data

    height, width = len(rows), len(rows[0])
    box = struct.pack("<4i", 0, 0, width - 1, height - 1)
    channels = channel.encode() + b"\0" + struct.pack("<iB3xii", 2, 0, 1, 1) + b"\0"
    head = struct.pack("<ii", 20000630, 2)
    head += attribute("channels", "chlist", channels)
    head += attribute("compression", "compression", b"\0")
    head += attribute("dataWindow", "box2i", box)
    head += attribute("displayWindow", "box2i", box)
    head += attribute("lineOrder", "lineOrder", b"\0")
    head += attribute("pixelAspectRatio", "float", struct.pack("<f", 1))
    head += attribute("screenWindowCenter", "v2f", struct.pack("<ff", 0, 0))
    head += attribute("screenWindowWidth", "float", struct.pack("<f", 1))
    head += b"\0"
    first = len(head) + 8 * height
    with open(path, "wb") as out:
        out.write(head)
        for y in range(height):
            out.write(struct.pack("<Q", first + y * (8 + 4 * width)))
        for y, row in enumerate(rows):
            out.write(struct.pack("<ii", y, 4 * width) + struct.pack(f"<{width}f", *row))


def rle(rows, value):
    """Return COCO's compressed run lengths of the pixels that have the value."""
    counts, colour, run = [], False, 0
    for x in range(len(rows[0])):
        for row in rows:
            if (row[x] == value) != colour:
                counts.append(run)
                colour, run = not colour, 0
            run += 1
    counts.append(run)
    text = ""
    for i, count in enumerate(counts):
        number = count - counts[i - 2] if i > 2 else count
        more = True
        while more:
            bits = number & 0x1F
            number >>= 5
            more = number != (-1 if bits & 0x10 else 0)
            text += chr((bits | (0x20 if more else 0)) + 48)
    return text


def index_map(shift):
    """Return rows of object indices; `shift` moves the disc."""
    rows = [[0] * WIDTH for _ in range(HEIGHT)]
    for y in range(20, HEIGHT):
        for x in range(WIDTH):
            rows[y][x] = 7
    for y in range(4, 25):
        for x in range(3, 17):
            rows[y][x] = 1
    for y in range(HEIGHT):
        for x in range(WIDTH):
            if (x - 24 - shift) ** 2 + (y - 14) ** 2 < 60:
                rows[y][x] = 2
    return rows


def annotation(rows, thing):
    """Return the annotation of an object."""
    where = [
        (x, y)
        for y, row in enumerate(rows)
        for x, value in enumerate(row)
        if value == thing["index"]
    ]
    left, top = min(x for x, _ in where), min(y for _, y in where)
    right, bottom = max(x for x, _ in where), max(y for _, y in where)
    return {
        "index": thing["index"],
        "name": thing["name"],
        "tags": thing["tags"],
        "bbox": [left, top, right - left + 1, bottom - top + 1],
        "area": len(where),
        "rle": {"size": [HEIGHT, WIDTH], "counts": rle(rows, thing["index"])},
        "mask": f"instances/{thing['index']:05d}.png",
    }


def sample(directory, name, number):
    """Write one sample and return its record."""
    home = os.path.join(directory, name)
    os.makedirs(os.path.join(home, "instances"))
    rows = index_map(number % 5)
    depth = [
        [2.5 + value + x / 64 if value else BACKGROUND for x, value in enumerate(row)]
        for row in rows
    ]
    near, far = 2.5, 11.0
    png(
        f"{home}/Image.png",
        [
            [(40 * v % 256, x * 5 % 256, (y * 7 + number) % 256, 255) for x, v in enumerate(row)]
            for y, row in enumerate(rows)
        ],
        4,
        8,
    )
    png(f"{home}/IndexOB.png", rows, 1, 16)
    png(
        f"{home}/PreviewIndexOB.png",
        [[(v * 30, 255 - v * 30 if v else 0, v) for v in row] for row in rows],
        3,
        8,
    )
    png(f"{home}/Mask_disc.png", [[65535 if v == 2 else 0 for v in row] for row in rows], 1, 16)
    exr(f"{home}/Depth.exr", depth)
    png(
        f"{home}/DepthPreview.png",
        [
            [65535 if z == BACKGROUND else int((z - near) / (far - near) * 65534) for z in row]
            for row in depth
        ],
        1,
        16,
    )
    for thing in OBJECTS:
        png(
            f"{home}/instances/{thing['index']:05d}.png",
            [[255 if v == thing["index"] else 0 for v in row] for row in rows],
            1,
            8,
        )
    record = {
        "id": name,
        "index": number,
        "seed": number,
        "seed_mode": "seq",
        "dir": home,
        "files": {
            "image": "Image.png",
            "index": "IndexOB.png",
            "index_color_preview": "PreviewIndexOB.png",
            "mask_disc": "Mask_disc.png",
            "depth": "Depth.exr",
            "depth_preview": "DepthPreview.png",
            "instances": [f"instances/{thing['index']:05d}.png" for thing in OBJECTS],
        },
        "resolution": [WIDTH, HEIGHT],
        "objects": OBJECTS,
        "ratio": 0.10000000000000001,
        "annotations": [annotation(rows, thing) for thing in OBJECTS],
        "run": {"worker": 1},
    }
    write_meta(home, record)
    return record


def sequence(directory, name, count):
    """Write one sequence, its disc moving, and return its record."""
    home = os.path.join(directory, name)
    stills = [sample(directory, f"{name}-{i}", i) for i in range(count)]
    record = {**stills[0], "id": name, "index": 0, "dir": home, "files": {}, "frames": []}
    del record["annotations"]
    for number, still in enumerate(stills, 1):
        for role, path in still["files"].items():
            ending = path[-4:] if isinstance(path, str) else ""
            pairs = [(path, f"{role}/{number:06d}{ending}")]
            if role == "instances":
                pairs = [(p, p.replace("/", f"/{number:06d}/")) for p in path]
            for old, new in pairs:
                record["files"].setdefault(role, []).append(new)
                os.renames(f"{home}-{number - 1}/{old}", f"{home}/{new}")
        for item in still["annotations"]:
            item["mask"] = item["mask"].replace("/", f"/{number:06d}/")
        record["frames"].append({"frame": number, "annotations": still["annotations"]})
        shutil.rmtree(f"{home}-{number - 1}")
    write_meta(home, record)
    return record


def write_meta(home, record):
    """Write the record as it stands in a sample."""
    with open(f"{home}/_meta.json", "w", encoding="utf-8") as out:
        kept = {key: value for key, value in record.items() if key not in ("dir", "run")}
        out.write(json.dumps(kept, separators=(",", ":")) + "\n")


def main():
    """Make what the command line names."""
    make, arguments = sample, sys.argv[1:]
    if arguments[0] == "--sequence":
        count = int(arguments[1])
        arguments = arguments[2:]

        def make(directory, name, _):
            return sequence(directory, name, count)

    for number, name in enumerate(arguments[1:]):
        print(json.dumps(make(arguments[0], name, number), separators=(",", ":")))


if __name__ == "__main__":
    main()
