#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make samples as rv-blend leaves them, without Blender, and print their records.

    make_sample.py DIR [--count N] [--seed N] [--size W H] [--objects N] [--codec NONE|ZIP|ZIPS]
                   [--passes] [--corners] [--stripes] [--amodal] [--frames N]
                   [--views N] [--tracks N]

Each sample is DIR/ID/{Image.png, passes.exr, _meta.json, .rv-blend.json}: rectangles with indices
1..N before an empty background, later ones nearer to the camera, drawn from the seed. Every third
object (index 3, 6, ...) is tagged "panel" and has category "window"; the others are tagged "box".
Channels of passes.exr as Blender names them:

    ViewLayer.Combined.{R,G,B,A}  half   the colours of Image.png, as linear as they come
    ViewLayer.Depth.Z             float  10 - index * 0.25 metres, background 1e10
    ViewLayer.IndexMA.X           float  1 for "panel", 2 for "box", background 0
    ViewLayer.IndexOB.X           float  index, background 0
    ViewLayer.shiny.X             float  0.9 for odd indices, 0.4 for even ones, background 0

With --passes there are more: Normal, Vector, Position, UV, Mist, AO and DiffCol (half),
CryptoObject00..01 with its attributes, CryptoMaterial00 without any; see more_planes. With
--corners boxes of objects have corners in the world, which are not where the rectangles are. With
--amodal there is amodal_runs.json: the rectangles whole, some with pixels beyond the border, which
are nowhere near them; every fifth is unknown. With
--frames the sample is a sequence from frame 1 on, in which the rectangles go to the right. With
--views there are the views view1, view2, ..., each from farther to the right; the last has channels
of its own, without the materials. With --tracks points of objects are followed: they lie a bit
before or behind the rectangles, every third looks away, every fourth has no side.

Needs nothing but Python's standard library.
"""

import argparse
import array
import hashlib
import itertools
import json
import math
import os
import random
import struct
import sys
import zlib
from types import MappingProxyType

import npz_file

BACKGROUND_DEPTH_M = 1e10
CODECS = {"NONE": (0, 1), "ZIPS": (2, 1), "ZIP": (3, 16)}  # number in the file, rows of a chunk


def attribute(name: str, kind: str, data: bytes) -> bytes:
    """Return an attribute of an EXR header."""
    return name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<i", len(data)) + data


def exr_zip(raw: bytes) -> bytes:
    """Return a chunk as ZIP stores it: halves, differences, deflate; as it is if not smaller."""
    halves = raw[0::2] + raw[1::2]
    differences = bytes((b - a + 128) & 255 for a, b in zip(halves, halves[1:]))
    packed = zlib.compress(halves[:1] + differences, 4)
    return packed if len(packed) < len(raw) else raw


def exr_header(
    width: int, height: int, channels: dict, codec: int, texts: dict = MappingProxyType({})
) -> bytes:
    """Return the header of an EXR file. channels: name -> "f" or "e"; codec: its number."""
    types = {"e": 1, "f": 2}
    chlist = (
        b"".join(
            name.encode() + b"\0" + struct.pack("<iIii", types[channels[name]], 0, 1, 1)
            for name in sorted(channels)
        )
        + b"\0"
    )
    window = struct.pack("<iiii", 0, 0, width - 1, height - 1)
    return (
        struct.pack("<II", 20000630, 2 | 0x400)
        + b"".join(
            [
                attribute("channels", "chlist", chlist),
                attribute("compression", "compression", bytes([codec])),
                attribute("dataWindow", "box2i", window),
                attribute("displayWindow", "box2i", window),
                attribute("lineOrder", "lineOrder", b"\0"),
                attribute("pixelAspectRatio", "float", struct.pack("<f", 1)),
                attribute("screenWindowCenter", "v2f", struct.pack("<ff", 0, 0)),
                attribute("screenWindowWidth", "float", struct.pack("<f", 1)),
            ]
            + [attribute(name, "string", texts[name].encode()) for name in sorted(texts)]
        )
        + b"\0"
    )


def exr_bytes(
    width: int, height: int, channels: dict, codec: str = "NONE", texts: dict = MappingProxyType({})
) -> bytes:
    """Return an EXR file. channels: name -> ("f" or "e", rows of values from the top)."""
    number, chunk_rows = CODECS[codec]
    names = sorted(channels)
    header = exr_header(width, height, {name: channels[name][0] for name in names}, number, texts)
    chunks = []
    for y in range(0, height, chunk_rows):
        raw = b"".join(
            pack_row(channels[name][0], channels[name][1][row])
            for row in range(y, min(y + chunk_rows, height))
            for name in names
        )
        data = raw if codec == "NONE" else exr_zip(raw)
        chunks.append(struct.pack("<ii", y, len(data)) + data)
    table, at = b"", len(header) + 8 * len(chunks)
    for chunk in chunks:
        table += struct.pack("<Q", at)
        at += len(chunk)
    return header + table + b"".join(chunks)


def pack_row(kind: str, values: array.array) -> bytes:
    """Return a row's bytes, little-endian."""
    return struct.pack(f"<{len(values)}{kind}", *values)


def png_bytes(width: int, height: int, rows: list, colour: int, depth: int = 8) -> bytes:
    """Return a PNG file. rows: bytes of each row as the file stores them."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def rectangles(width: int, height: int, n_objects: int, rng: random.Random) -> list:
    """Return (x0, y0, x1, y1) per object, ends not included."""
    result = []
    for _ in range(n_objects):
        w, h = rng.randint(1, max(1, width // 3)), rng.randint(1, max(1, height // 3))
        x, y = rng.randint(0, width - w), rng.randint(0, height - h)
        result.append((x, y, x + w, y + h))
    return result


def planes(width: int, height: int, boxes: list) -> dict:
    """Return the channels of passes.exr and the rows of Image.png (under the name "image")."""

    def plane(kind: str, value: float) -> list:
        return [array.array(kind, [value]) * width for _ in range(height)]

    result = {name: ("e", plane("f", 1.0 if name == "A" else 0.05)) for name in "RGBA"}
    result.update({name: ("f", plane("f", 0)) for name in ("IndexOB.X", "IndexMA.X", "shiny.X")})
    result["Depth.Z"] = ("f", plane("f", BACKGROUND_DEPTH_M))
    image = [bytearray(b"\x0d\x0d\x0d\xff" * width) for _ in range(height)]
    for index, (x0, y0, x1, y1) in enumerate(boxes, 1):
        colour = [(index * k * 37) % 200 + 40 for k in (1, 2, 3)]
        values = {
            "Depth.Z": 10 - index * 0.25,
            "IndexOB.X": index,
            "IndexMA.X": 1 if index % 3 == 0 else 2,
            "shiny.X": 0.9 if index % 2 else 0.4,
        }
        values.update({name: value / 255 for name, value in zip("RGB", colour)})
        for name, value in values.items():
            run = array.array("f", [value]) * (x1 - x0)
            for y in range(y0, y1):
                result[name][1][y][x0:x1] = run
        for y in range(y0, y1):
            image[y][4 * x0 : 4 * x1] = bytes(colour + [255]) * (x1 - x0)
    channels = {
        ("ViewLayer.Combined." if len(name) == 1 else "ViewLayer.") + name: values
        for name, values in result.items()
    }
    return {"channels": channels, "image": image}


def murmur3(data: bytes) -> int:
    """Return MurmurHash3 (x86, 32 bit, seed 0)."""
    mask, value = 0xFFFFFFFF, 0

    def mix(block: int) -> int:
        block = block * 0xCC9E2D51 & mask
        return ((block << 15 | block >> 17) & mask) * 0x1B873593 & mask

    whole = len(data) // 4 * 4
    for (block,) in struct.iter_unpack("<I", data[:whole]):
        value ^= mix(block)
        value = ((value << 13 | value >> 19) & mask) * 5 + 0xE6546B64 & mask
    value ^= mix(int.from_bytes(data[whole:], "little")) ^ len(data)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        value = (value ^ value >> shift) * factor & mask
    return value


def crypto_id(name: str) -> int:
    """Return Cryptomatte's number of a name."""
    value = murmur3(name.encode())
    return value ^ 1 << 23 if value >> 23 & 255 in (0, 255) else value


def crypto_float(name: str) -> float:
    """Return the float with the bits of crypto_id."""
    return struct.unpack("<f", struct.pack("<I", crypto_id(name)))[0]


def crypto_texts(names: list) -> dict:
    """Return the attributes of CryptoObject as Blender writes them: names in no order, and more."""
    key = f"cryptomatte/{murmur3(b'ViewLayer.CryptoObject') >> 4:07x}/"
    manifest = {name: f"{crypto_id(name):08x}" for name in ["Sun", *reversed(names)]}
    return {
        key + "name": "ViewLayer.CryptoObject",
        key + "hash": "MurmurHash3_32",
        key + "conversion": "uint32_to_float32",
        key + "manifest": json.dumps(manifest, separators=(",", ":")),
    }


MORE = {
    "normal": [f"ViewLayer.Normal.{c}" for c in "XYZ"],
    "vector": [f"ViewLayer.Vector.{c}" for c in "XYZW"],
    "position": [f"ViewLayer.Position.{c}" for c in "XYZ"],
    "uv": [f"ViewLayer.UV.{c}" for c in "UVA"],
    "mist": "ViewLayer.Mist.Z",
    "ao": [f"ViewLayer.AO.{c}" for c in "RGB"],
    "diffuse_color": [f"ViewLayer.DiffCol.{c}" for c in "RGB"],
    "crypto_object": [f"ViewLayer.CryptoObject{i:02}.{c}" for i in range(2) for c in "rgba"],
    "crypto_material": [f"ViewLayer.CryptoMaterial00.{c}" for c in "rgba"],
}


def more_values(index: int, x: int, y: int) -> dict:
    """Return role -> values of one pixel, by the object that is there."""
    short = 0.5 if (x + y) % 5 == 0 else 1  # as at an edge
    name, kind = f"Object {index}", "panel" if index % 3 == 0 else "box"
    edge = 0.25 if x % 4 == 0 else 0
    most = 1.25 if x % 4 == 1 and y % 2 == 0 else 1  # as of something half-transparent
    return {
        "normal": [
            short * v for v in ((0.6, 0, 0.8), (0, -0.8, 0.6), (-0.48, 0.64, 0.6))[index % 3]
        ],
        "vector": [-10.5 + index, -5 * (y % 2), -20 - x / 8, 600 if index % 4 == 3 else y / 4 - 3],
        "position": [x / 16, -y / 16, index * 0.25],
        "uv": [x / 64, 1 - y / 64, 1],
        "mist": [index / 16],
        "ao": [0.5, 0.25, 1 - edge],
        "diffuse_color": [index / 10, 0.1, 70000.0 if index == 5 else 1 / 3],
        "crypto_object": [crypto_float(name), most - edge]
        + ([crypto_float("Object 1"), edge + most - 1] if edge + most > 1 else [0, 0])
        + [0] * 4,
        "crypto_material": [crypto_float(kind), 1, 0, 0],
    }


def more_planes(width: int, height: int, index_rows: list) -> dict:
    """Return channel -> (type, rows) of MORE; the background is 0."""
    result = {}
    for role, channels in MORE.items():
        kind = "e" if role in ("ao", "diffuse_color") else "f"
        for channel in [channels] if isinstance(channels, str) else channels:
            result[channel] = (kind, [array.array("f", [0]) * width for _ in range(height)])
    for y, row in enumerate(index_rows):
        for x, index in enumerate(row):
            for role, values in more_values(int(index), x, y).items() if index else ():
                channels = MORE[role]
                for name, value in zip(
                    [channels] if isinstance(channels, str) else channels, values
                ):
                    limit = 65504.0 if result[name][0] == "e" else value
                    result[name][1][y][x] = min(value, limit)
    return result


def describe_object(index: int, box: tuple) -> dict:
    """Return an entry of the record's `objects`."""
    panel = index % 3 == 0
    kind = "panel" if panel else "box"
    matrix = [[1, 0, 0, box[0]], [0, 1, 0, box[1]], [0, 0, 1, index * 0.25], [0, 0, 0, 1]]
    return {
        "index": index,
        "name": f"Object {index}",
        "type": "MESH",
        "tags": [kind],
        "properties": {"category": "window"} if panel else {},
        "matrix_world": matrix,
        "dimensions": [box[2] - box[0], box[3] - box[1], 0],
        "materials": [kind],
    }


def amodal_runs(boxes: list, width: int) -> bytes:
    """Return what rv-blend says of objects that are hidden or cut."""
    said = {"objects": [], "unknown": []}
    for index, (x0, y0, x1, y1) in enumerate(boxes, 1):
        if index % 5 == 0:
            said["unknown"].append(index)
            continue
        rows = [[x0, x1 - x0] + ([width, 3] if index % 4 == 2 else []) for _ in range(y0, y1)]
        if index % 4 == 1:
            rows = [[x0 - 1, x1 - x0 + 1], *([] for _ in range(y0)), *rows]
            y0 = -1
        said["objects"].append({"index": index, "top": y0, "rows": rows})
    return (json.dumps(said, separators=(",", ":")) + "\n").encode()


def draw(boxes: list, step: int, args: argparse.Namespace) -> tuple:
    """Return the contents of the files of one frame: of the picture, of the passes."""
    width, height = args.size
    moved = [(min(x0 + step, width - 1), y0, min(x1 + step, width), y1) for x0, y0, x1, y1 in boxes]
    drawn = planes(width, height, moved)
    texts = {}
    if args.stripes:
        materials = drawn["channels"]["ViewLayer.IndexMA.X"][1]
        for y, row in enumerate(materials):
            materials[y] = array.array("f", [y % 4 if value else 0 for value in row])
    if args.passes:
        index_rows = drawn["channels"]["ViewLayer.IndexOB.X"][1]
        drawn["channels"].update(more_planes(width, height, index_rows))
        texts = crypto_texts([f"Object {i}" for i in range(1, len(boxes) + 1)])
    return (
        png_bytes(width, height, [bytes(row) for row in drawn["image"]], 6),
        exr_bytes(width, height, drawn["channels"], args.codec, texts),
        *([amodal_runs(moved, width)] if args.amodal else []),
    )


def camera(step: int) -> dict:
    """Return the record's `camera`: turned about z by a known angle, which a sequence changes."""
    c, s = ((1, 0), (0.8, 0.6), (0, 1))[step % 3]
    return {"matrix_world": [[c, -s, 0, step], [s, c, 0, 0], [0, 0, 1, 10], [0, 0, 0, 1]]}


def angles(matrix, sides):
    """Return the angles of view that intrinsics give, in degrees."""
    return [math.degrees(2 * math.atan(sides[i] / (2 * matrix[i][i]))) for i in range(2)]


def intrinsics(width: int, height: int) -> list:
    """Return the camera's K."""
    return [[width, 0, width / 2], [0, width, height / 2], [0, 0, 1]]


def box3d(index: int, box: tuple, width: int) -> dict:
    """Return `box3d` with its corners in the picture; most leave it, index 4 is behind."""
    x0, y0, x1, y1 = box
    x0, x1 = ((x0, x1), (width * 0.75, width * 1.5), (-width / 8, width / 4))[index % 3]
    pixels = [[x, y] for x in (x0, x1) for y in (y0, y1) for _ in range(2)]
    if index == 4:
        pixels[3] = None
    return {"pixels": pixels}


def corners(index: int) -> list:
    """Return the corners of a turned box in the world; some are behind the camera."""
    rng = random.Random(index)
    size = [rng.uniform(0.5, 5) for _ in range(3)]
    place = [rng.uniform(-4, 4), rng.uniform(-4, 4), rng.uniform(-4, 12)]
    c, s = math.cos(index), math.sin(index)
    found = []
    for signs in itertools.product((-0.5, 0.5), repeat=3):
        x, y, z = (a * b for a, b in zip(signs, size))
        found.append([place[0] + c * x - s * y, place[1] + s * x + c * y, place[2] + z])
    return found


def keypoints(index: int, box: tuple) -> list:
    """Return `keypoints`: on the surface, a bit below it, behind it, outside, behind the camera."""
    x0, y0, x1, y1 = box
    depth = 10 - index * 0.25
    places = {
        "below": ([(x0 + x1) / 2, (y0 + y1) / 2], depth + 0.1),
        "deep": ([x1 - 0.5, y1 - 0.5], depth + 0.5),
        "nowhere": (None, -1.0),
        "off": ([-3.5, y0 + 0.5], depth),
        "on": ([x0 + 0.5, y0 + 0.5], depth),
    }
    return [
        {
            "name": name,
            "world": [index + (pixel or [0])[0] / 64, 0.5 - y0 / 48, 10 - metres],
            "pixel": pixel,
            "depth": metres,
            "in_frame": pixel is not None and pixel[0] >= 0,
        }
        for name, (pixel, metres) in places.items()
    ]


def make_pictures(prefix: str, boxes: list, step: int, args: argparse.Namespace) -> tuple:
    """Return the `files` of one camera, and path -> contents of them."""
    if not args.frames:
        files = {"image": prefix + "Image.png", "passes": prefix + "passes.exr"}
        if args.amodal:
            files["amodal_runs"] = prefix + "amodal_runs.json"
        return files, dict(zip(files.values(), draw(boxes, step, args)))
    numbers = range(1, args.frames + 1)
    files = {
        "image": [f"{prefix}frames/{n:06d}.png" for n in numbers],
        "passes": [f"{prefix}passes/{n:06d}.exr" for n in numbers],
    }
    if args.amodal:
        files["amodal_runs"] = [f"{prefix}amodal_runs/{n:06d}.json" for n in numbers]
    contents = {}
    for frame, names in enumerate(zip(*files.values())):
        contents.update(zip(names, draw(boxes, step + frame, args)))
    return files, contents


def make_views(boxes: list, channels: dict, args: argparse.Namespace) -> tuple:
    """Return `views`, and path -> contents of their files."""
    views, contents = [], {}
    for number in range(1, args.views + 1):
        name = f"view{number}"
        files, pictures = make_pictures(f"views/{name}/", boxes, 5 * number, args)
        width, height = args.size
        seen_by = {**camera(number), "K": intrinsics(width, height), "type": "PERSP"}
        if args.corners:
            seen_by["clip"] = [0.1, 1000]
        view = {"name": name, "camera": seen_by, "files": files}
        if args.passes and boxes:
            view["objects"] = [{"index": 2, "box3d": box3d(2, boxes[-1], args.size[0])}]
        if number == args.views:
            view["channels"] = {k: v for k, v in channels.items() if k != "material_index"}
        views.append(view)
        contents.update(pictures)
    return views, contents


def track_points(boxes: list, size: list, frames: int, count: int) -> tuple:
    """Return the record's `tracks`, and the file of the points of a sample."""
    owners = sorted(i % len(boxes) + 1 for i in range(count))
    numbers = {"world": array.array("d"), "normal": array.array("f")}
    for step in range(frames):
        for i, index in enumerate(owners):
            x0, y0, x1, y1 = boxes[index - 1]
            depth, unit = 10 - index * 0.25, (10 - index * 0.25) / size[0]
            x, y = (x0 + x1 - size[0]) / 2 + step + i % 5 - 2, (size[1] - y0 - y1) / 2
            numbers["world"].extend((x * unit, y * unit, 10 - depth + (i % 2 - 0.5) / 4))
            numbers["normal"].extend((0, 0, 0 if i % 4 == 3 else -1 if i % 3 == 2 else 1))
    lists = {
        "barycentric": ["<f4", (count, 3), array.array("f", (0.5, 0.25, 0.25) * count)],
        "corners": ["<i4", (count, 3), array.array("i", (0, 1, 2) * count)],
        "face": ["<i4", (count,), array.array("i", range(count))],
        "normal": ["<f4", (frames, count, 3), numbers["normal"]],
        "object": ["<i4", (count,), array.array("i", owners)],
        "world": ["<f8", (frames, count, 3), numbers["world"]],
    }
    arrays = {name: [kind, shape, list_.tobytes()] for name, (kind, shape, list_) in lists.items()}
    counts = [{"index": i, "points": owners.count(i)} for i in sorted(set(owners))]
    return counts, npz_file.packed(arrays)


def make_sample(directory: str, number: int, args: argparse.Namespace) -> dict:
    """Write one sample and return its record."""
    width, height = args.size
    seed = args.seed + number
    sample_id = f"{number:08d}"
    boxes = rectangles(width, height, args.objects, random.Random(seed))
    files, contents = make_pictures("", boxes, 0, args)
    record = {"id": sample_id, "index": number, "seed": seed, "seed_mode": "seq"}
    add = {
        "dir": f"{directory}/{sample_id}",
        "files": files,
        "channels": {
            "depth": "ViewLayer.Depth.Z",
            "index": "ViewLayer.IndexOB.X",
            "material_index": "ViewLayer.IndexMA.X",
            "mask_shiny": "ViewLayer.shiny.X",
            **(MORE if args.passes else {}),
        },
        "resolution": [width, height],
        "camera": {
            "name": "Camera",
            **camera(number),
            "K": intrinsics(width, height),
            "fov": angles(intrinsics(width, height), (width, height)),
            "clip": [0.1, 1000],
            "type": "PERSP",
        },
        "objects": [describe_object(index, box) for index, box in enumerate(boxes, 1)],
        "materials": [{"index": 1, "name": "panel"}, {"index": 2, "name": "box"}],
        "semantic_channels": ["shiny"],
        "semantic_mask_threshold": 0.5,
        "tags": ["test"],
    }
    if args.passes:
        for thing, box in zip(add["objects"], boxes):
            thing["box3d"] = box3d(thing["index"], box, width)
            if args.corners:
                thing["box3d"]["corners"] = corners(thing["index"])
            if thing["index"] % 2:
                thing["keypoints"] = keypoints(thing["index"], box)
                thing["skeleton"] = "stick"
    if args.frames:
        add["fps"] = 24
        more = {"K": intrinsics(width, height), "clip": [0.1, 1000]} if args.corners else {}
        add["frames"] = [
            {"frame": step + 1, **({"camera": {**camera(step), **more}} if step != 1 else {})}
            for step in range(args.frames)
        ]
        if args.passes and boxes:
            moved = {"index": 1, "box3d": box3d(1, boxes[0], width // 2)}
            add["frames"][-1]["objects"] = [moved]
    if args.tracks:
        add["tracks"], points = track_points(boxes, args.size, args.frames or 1, args.tracks)
        contents["track_points.npz"] = points
        files["track_points"] = "track_points.npz"
    if args.views:
        add["views"], pictures = make_views(boxes, add["channels"], args)
        contents.update(pictures)
    record.update(add)
    path = os.path.join(directory, sample_id)
    rendered = [[name, len(data)] for name, data in sorted(contents.items())]
    meta = {key: value for key, value in record.items() if key != "dir"}
    contents["_meta.json"] = (json.dumps(meta, separators=(",", ":")) + "\n").encode()
    options = (seed, width, height, args.objects, args.codec, args.passes, args.frames, args.views)
    options += ("amodal",) if args.amodal else ()
    settings = " ".join(map(str, options))
    marker = {
        "version": 1,
        "key": hashlib.sha256(settings.encode()).hexdigest(),
        "deps": [],
        "files": rendered,
        "add": add,
    }
    contents[".rv-blend.json"] = (json.dumps(marker, separators=(",", ":")) + "\n").encode()
    for name, data in contents.items():
        os.makedirs(os.path.dirname(os.path.join(path, name)), exist_ok=True)
        with open(os.path.join(path, name), "wb") as file:
            file.write(data)
    return record


def main() -> None:
    """Parse the command line and make the samples."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", metavar="DIR")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--size", type=int, nargs=2, default=[64, 48], metavar=("W", "H"))
    parser.add_argument("--objects", type=int, default=5)
    parser.add_argument("--codec", choices=CODECS, default="NONE")
    parser.add_argument("--passes", action="store_true")
    parser.add_argument("--corners", action="store_true", help="of boxes; with --passes")
    parser.add_argument("--amodal", action="store_true", help="with amodal_runs.json")
    parser.add_argument("--stripes", action="store_true", help="materials 0 to 3 row by row")
    parser.add_argument("--frames", type=int, default=0)
    parser.add_argument("--views", type=int, default=0)
    parser.add_argument("--tracks", type=int, default=0)
    args = parser.parse_args()
    for number in range(args.count):
        record = make_sample(args.directory, number, args)
        sys.stdout.write(json.dumps(record, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
