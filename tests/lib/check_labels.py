#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check every label of samples against the passes they were made from.

    check_labels.py [--keep] [--no-preview] [--instances] [--min-area N] PRISTINE <records

PRISTINE holds the samples as they were before rv-mask, with their passes.exr. Decoders of PNG,
OpenEXR and COCO run lengths are written here from the formats' definitions and share no code with
the tools. Prints what is wrong, exits 1.
"""

import argparse
import json
import math
import os
import struct
import sys
import zlib

BACKGROUND_M = 1e9  # what is this far away is background
wrong = []


def check(condition: bool, what: str) -> None:
    """Note what is wrong unless the condition holds."""
    if not condition:
        wrong.append(what)


def read_bytes(*path: str) -> bytes:
    """Return a file's contents."""
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def unfilter(kind: int, row: bytearray, above: bytes, bpp: int) -> None:
    """Undo a PNG row's filter in place."""
    for i in range(len(row)):
        a = row[i - bpp] if i >= bpp else 0
        b = above[i]
        c = above[i - bpp] if i >= bpp else 0
        if kind == 1:
            row[i] = row[i] + a & 255
        elif kind == 2:
            row[i] = row[i] + b & 255
        elif kind == 3:
            row[i] = row[i] + (a + b) // 2 & 255
        elif kind == 4:
            p = a + b - c
            nearest = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            row[i] = row[i] + nearest & 255


def read_png(path: str) -> dict:
    """Return width, height, channels, depth and a list of rows, each a list of samples."""
    data = read_bytes(path)
    assert data[:8] == b"\x89PNG\r\n\x1a\n", path
    at, pixels, kinds = 8, b"", []
    while at < len(data):
        size = struct.unpack_from(">I", data, at)[0]
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        assert zlib.crc32(kind + body) == struct.unpack_from(">I", data, at + 8 + size)[0], path
        kinds.append(kind)
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack_from(">IIBB", body)
        elif kind == b"IDAT":
            pixels += body
        at += 12 + size
    assert kinds == [b"IHDR", b"IDAT", b"IEND"], (path, kinds)
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    raw = zlib.decompress(pixels)
    size = width * channels * depth // 8
    above, rows = bytes(size), []
    for y in range(height):
        row = bytearray(raw[y * (size + 1) + 1 : (y + 1) * (size + 1)])
        unfilter(raw[y * (size + 1)], row, above, channels * depth // 8)
        rows.append(list(row) if depth == 8 else list(struct.unpack(f">{width * channels}H", row)))
        above = bytes(row)
    return {"width": width, "height": height, "channels": channels, "depth": depth, "rows": rows}


def exr_header(data: bytes) -> tuple:
    """Return the attributes and where the table of chunks begins."""
    assert struct.unpack_from("<I", data)[0] == 20000630
    at, attributes = 8, {}
    while data[at]:
        texts = []
        for _ in range(2):
            end = data.index(b"\0", at)
            texts.append(data[at:end].decode())
            at = end + 1
        size = struct.unpack_from("<i", data, at)[0]
        attributes[texts[0]] = data[at + 4 : at + 4 + size]
        at += 4 + size
    return attributes, at + 1


def exr_chunk(packed: bytes, size: int, codec: int) -> bytes:
    """Return a chunk's rows."""
    if codec == 0 or len(packed) == size:
        return packed
    raw = bytearray(zlib.decompress(packed))
    for i in range(1, size):
        raw[i] = raw[i - 1] + raw[i] - 128 & 255
    joined = bytearray(size)
    joined[0::2] = raw[: (size + 1) // 2]
    joined[1::2] = raw[(size + 1) // 2 :]
    return bytes(joined)


def read_exr(path: str) -> dict:
    """Return channel name -> rows of values (codecs NONE, ZIPS and ZIP)."""
    data = read_bytes(path)
    attributes, at = exr_header(data)
    channels, i = [], 0
    chlist = attributes["channels"]
    while chlist[i]:
        end = chlist.index(b"\0", i)
        kind = {1: "e", 2: "f"}[struct.unpack_from("<i", chlist, end + 1)[0]]
        channels.append((chlist[i:end].decode(), kind))
        i = end + 17
    x0, y0, x1, y1 = struct.unpack("<iiii", attributes["dataWindow"])
    width, height, codec = x1 - x0 + 1, y1 - y0 + 1, attributes["compression"][0]
    lines = {0: 1, 2: 1, 3: 16}[codec]
    row_size = sum(width * struct.calcsize(kind) for _, kind in channels)
    result = {name: [] for name, _ in channels}
    for chunk in range((height + lines - 1) // lines):
        offset = struct.unpack_from("<Q", data, at + 8 * chunk)[0]
        size = struct.unpack_from("<ii", data, offset)[1]
        n = min(lines, height - chunk * lines)
        rows = exr_chunk(data[offset + 8 : offset + 8 + size], n * row_size, codec)
        place = 0
        for _ in range(n):
            for name, kind in channels:
                values = struct.unpack_from(f"<{width}{kind}", rows, place)
                result[name].append(list(values))
                place += width * struct.calcsize(kind)
    return result


def decode_rle(rle: dict) -> set:
    """Return the set pixels (x, y) of compressed COCO run lengths."""
    height, width = rle["size"]
    counts, text, i = [], rle["counts"], 0
    while i < len(text):
        value, shift = 0, 0
        while True:
            c = ord(text[i]) - 48
            i += 1
            value |= (c & 31) << shift
            shift += 5
            if not c & 32:
                break
        if c & 16:
            value -= 1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
    check(sum(counts) == width * height, "run lengths do not fill the image")
    pixels, at = set(), 0
    for number, count in enumerate(counts):
        if number % 2:
            pixels.update((t // height, t % height) for t in range(at, at + count))
        at += count
    return pixels


def preview_colour(index: int) -> list:
    """Return the documented colour of an index."""
    stops = [(0, 0, 0), (255, 0, 0), (0, 0, 255), (0, 255, 0), (255, 255, 255)]
    at = (index / math.pi) % 1 * 4
    low, high = stops[int(at)], stops[int(at) + 1]
    return [int(a + (b - a) * (at - int(at)) + 0.5) for a, b in zip(low, high)]


def check_map(sample: str, name: str, preview: str, plane: list, args: argparse.Namespace) -> None:
    """Compare an index map and its preview with the channel."""
    image = read_png(os.path.join(sample, name))
    check((image["channels"], image["depth"]) == (1, 16), f"{name} is not 16-bit grey")
    check(image["rows"] == [[int(v) for v in row] for row in plane], f"{name} is not the channel")
    if not args.no_preview:
        image = read_png(os.path.join(sample, preview))
        wanted = [[c for v in row for c in preview_colour(int(v))] for row in plane]
        check((image["channels"], image["depth"]) == (3, 8), f"{preview} is not 8-bit RGB")
        check(image["rows"] == wanted, f"{preview} has other colours")


def check_depth(sample: str, plane: list, args: argparse.Namespace) -> None:
    """Compare Depth.exr and its preview with the channel."""
    depth = read_exr(os.path.join(sample, "Depth.exr"))
    check(list(depth) == ["V"] and depth["V"] == plane, "Depth.exr is not the channel")
    if args.no_preview:
        return
    image = read_png(os.path.join(sample, "DepthPreview.png"))
    check((image["channels"], image["depth"]) == (1, 16), "DepthPreview.png is not 16-bit grey")
    pairs = {(d, g) for ds, gs in zip(plane, image["rows"]) for d, g in zip(ds, gs)}
    seen = [d for d, _ in pairs if d < BACKGROUND_M]
    near, far = min(seen, default=0), max(seen, default=0)
    for d, grey in pairs:
        wanted = 65535 - (d - near) * (65534 / (far - near) if far > near else 0)
        wanted = wanted if d < BACKGROUND_M else 0
        check(abs(grey - wanted) <= 1, f"DepthPreview.png: {grey} at {d} m, not {wanted}")


def check_annotations(sample: str, record: dict, plane: list, args: argparse.Namespace) -> None:
    """Compare annotations and instance masks with the index channel."""
    where = {}
    for y, row in enumerate(plane):
        for x, value in enumerate(row):
            if value:
                where.setdefault(int(value), set()).add((x, y))
    objects = {o["index"]: o for o in record["objects"]}
    visible = sorted(i for i, pixels in where.items() if len(pixels) >= args.min_area)
    check([a["index"] for a in record["annotations"]] == visible, "annotated indices")
    for a in record["annotations"]:
        index, pixels = a["index"], where.get(a["index"], set())
        xs, ys = [x for x, _ in pixels], [y for _, y in pixels]
        what = f"annotation of {index}: "
        check(decode_rle(a["rle"]) == pixels, what + "run lengths")
        check(a["rle"]["size"] == [len(plane), len(plane[0])], what + "size")
        check(a["area"] == len(pixels), what + "area")
        box = [min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1]
        check(a["bbox"] == box, what + "bbox")
        known = objects.get(index, {"name": None, "tags": []})
        check((a["name"], a["tags"]) == (known["name"], known["tags"]), what + "name and tags")
        check(("mask" in a) == args.instances, what + "mask")
        if args.instances:
            image = read_png(os.path.join(sample, a["mask"]))
            check((image["channels"], image["depth"]) == (1, 8), what + "mask format")
            mask = {(x, y) for y, row in enumerate(image["rows"]) for x, v in enumerate(row) if v}
            check(mask == pixels, what + "mask pixels")
            check({v for row in image["rows"] for v in row} <= {0, 255}, what + "mask values")
    if args.instances:
        check(
            record["files"]["instances"] == [a["mask"] for a in record["annotations"]],
            "files.instances",
        )


def check_record(record: dict, args: argparse.Namespace) -> None:
    """Compare a record and its sample with the pristine one."""
    sample, pristine = record["dir"], os.path.join(args.pristine, record["id"])
    before = json.loads(read_bytes(pristine, "_meta.json"))
    planes = read_exr(os.path.join(pristine, "passes.exr"))
    channels = before["channels"]
    check_map(sample, "IndexOB.png", "PreviewIndexOB.png", planes[channels["index"]], args)
    if "material_index" in channels:
        plane = planes[channels["material_index"]]
        check_map(sample, "IndexMA.png", "PreviewIndexMA.png", plane, args)
    if "depth" in channels:
        check_depth(sample, planes[channels["depth"]], args)
    threshold = record.get("semantic_mask_threshold", 0.5)
    for role, channel in channels.items():
        if role.startswith("mask_"):
            image = read_png(os.path.join(sample, f"Mask_{role[5:]}.png"))
            wanted = [[65535 if v > threshold else 0 for v in row] for row in planes[channel]]
            check((image["channels"], image["depth"]) == (1, 16), f"{role} is not 16-bit grey")
            check(image["rows"] == wanted, f"{role} is not the channel")
    check_annotations(sample, record, planes[channels["index"]], args)
    files = [".rv-blend.json", ".rv-mask.json", "_meta.json"]
    for role in record["files"].values():
        files += role if isinstance(role, list) else [role]
    there = [
        os.path.relpath(os.path.join(directory, name), sample)
        for directory, _, names in os.walk(sample)
        for name in names
    ]
    check(sorted(there) == sorted(files), f"files: {sorted(there)} in place of {sorted(files)}")
    kept = ("passes" in record["files"], "channels" in record)
    check(kept == (args.keep, args.keep), "what is kept")
    meta = read_bytes(sample, "_meta.json").decode()
    kept = {key: value for key, value in record.items() if key not in ("run", "dir")}
    check(json.loads(meta) == kept and meta.count("\n") == 1, "_meta.json")


def main() -> None:
    """Check each record on standard input."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pristine")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--no-preview", action="store_true")
    parser.add_argument("--instances", action="store_true")
    parser.add_argument("--min-area", type=int, default=1)
    args = parser.parse_args()
    n = 0
    for line in sys.stdin:
        record = json.loads(line)
        before = len(wrong)
        check_record(record, args)
        wrong[before:] = [f"{record['id']}: {text}" for text in wrong[before:]]
        n += 1
    check(n > 0, "no record")
    print("\n".join(wrong) if wrong else f"{n} samples are right")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
