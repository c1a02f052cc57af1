#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check every label of samples against the passes they were made from.

    check_labels.py [--keep] [--no-preview] [--instances] [--min-area N] [--camera] [--unit]
                    [--pure] [--flow flo,kitti] [--outputs ROLE,...] PRISTINE <records

PRISTINE holds the samples as they were before rv-mask, with their passes. Decoders of PNG,
OpenEXR, COCO run lengths and flow, and Cryptomatte's hash (in make_sample.py) are written from the
formats' definitions and share no code with the tools. Prints what is wrong, exits 1.
"""

import argparse
import json
import math
import os
import struct
import sys
import zlib

from make_sample import crypto_float, crypto_id, murmur3

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


def read_png(path: str, is_bare: bool = True) -> dict:
    """Return width, height, channels, depth, palette and a list of rows of samples."""
    data = read_bytes(path)
    assert data[:8] == b"\x89PNG\r\n\x1a\n", path
    at, pixels, palette, kinds = 8, b"", b"", []
    while at < len(data):
        size = struct.unpack_from(">I", data, at)[0]
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        assert zlib.crc32(kind + body) == struct.unpack_from(">I", data, at + 8 + size)[0], path
        kinds.append(kind)
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack_from(">IIBB", body)
        elif kind == b"PLTE":
            palette = body
        elif kind == b"IDAT":
            pixels += body
        at += 12 + size
    bare = [b"IHDR", *([b"PLTE"] if colour == 3 else []), b"IDAT", b"IEND"]
    assert not is_bare or kinds == bare, (path, kinds)
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    raw = zlib.decompress(pixels)
    size = width * channels * depth // 8
    above, rows = bytes(size), []
    for y in range(height):
        row = bytearray(raw[y * (size + 1) + 1 : (y + 1) * (size + 1)])
        unfilter(raw[y * (size + 1)], row, above, channels * depth // 8)
        rows.append(list(row) if depth == 8 else list(struct.unpack(f">{width * channels}H", row)))
        above = bytes(row)
    image = {"width": width, "height": height, "channels": channels, "depth": depth, "rows": rows}
    return {**image, "palette": palette} if colour == 3 else image


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
    return read_exr_file(path)[0]


def read_exr_file(path: str) -> tuple:
    """Return channel name -> rows of values, channel name -> type ("e", "f"), the attributes."""
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
    return result, dict(channels), attributes


def run_lengths(text: str) -> list:
    """Return the lengths in COCO's compressed text: background first, column after column."""
    counts, i = [], 0
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
    return counts


def decode_rle(rle: dict) -> set:
    """Return the set pixels (x, y) of compressed COCO run lengths."""
    height, width = rle["size"]
    counts = run_lengths(rle["counts"])
    check(sum(counts) == width * height, "run lengths do not fill the image")
    pixels, at = set(), 0
    for number, count in enumerate(counts):
        if number % 2:
            pixels.update((t // height, t % height) for t in range(at, at + count))
        at += count
    return pixels


def boxes(objects: list) -> dict:
    """Return index -> the object's box in three dimensions."""
    return {o["index"]: o["box3d"] for o in objects if o.get("box3d")}


def hull(points: list) -> list:
    """Return the convex hull of points, by walking around it from the leftmost one on."""
    points = sorted(set(points))
    ring = points[:1]
    while len(points) > 2:
        best = points[0] if points[0] != ring[-1] else points[1]
        for p in points:
            (x, y), (u, v) = ring[-1], best
            turn = (u - x) * (p[1] - y) - (v - y) * (p[0] - x)
            if turn < 0 or (turn == 0 and math.dist(ring[-1], p) > math.dist(ring[-1], best)):
                best = p
        if best == ring[0] or len(ring) > len(points):
            break
        ring.append(best)
    return ring


def area_of(ring: list) -> float:
    """Return the area within a ring of points."""
    pairs = zip(ring, ring[1:] + ring[:1])
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairs)) / 2


def cut(ring: list, axis: int, limit: float, sign: int) -> list:
    """Return the part of a ring that is not beyond a limit."""
    kept = []
    for p, q in zip(ring, ring[1:] + ring[:1]):
        a, b = sign * (p[axis] - limit), sign * (q[axis] - limit)
        kept += [p] if a <= 0 else []
        kept += [tuple(m + (n - m) * a / (a - b) for m, n in zip(p, q))] if a * b < 0 else []
    return kept


def outline(box: dict, camera: dict) -> list:
    """Return the outline of a box in the picture of a pinhole, cut where that begins to see."""
    pose, k = camera["matrix_world"], camera["K"]
    near = camera.get("clip", [0.001])[0]
    seen = []
    for corner in box["corners"]:
        way = [corner[i] - pose[i][3] for i in range(3)]
        x, y, z = (sum(pose[i][axis] * way[i] for i in range(3)) for axis in range(3))
        seen.append((x, -y, -z))
    points = [p for p in seen if p[2] >= near]
    for a, b in ((i, i | bit) for i in range(8) for bit in (1, 2, 4) if not i & bit):
        p, q = seen[a], seen[b]
        if (p[2] < near) != (q[2] < near):
            share = (near - p[2]) / (q[2] - p[2])
            points.append(tuple(m + (n - m) * share for m, n in zip(p, q)))
    return hull([(k[0][2] + k[0][0] * x / z, k[1][2] + k[1][1] * y / z) for x, y, z in points])


def truncation(box: dict, camera: dict, width: int, height: int):
    """Return the part of the box's outline that is outside, or None."""
    if "corners" in box and "K" in camera and camera.get("type", "PERSP") == "PERSP":
        ring = outline(box, camera)
    elif None in box["pixels"]:
        return None
    else:
        (left, right), (top, bottom) = ((min(c), max(c)) for c in zip(*box["pixels"]))
        ring = [(left, top), (right, top), (right, bottom), (left, bottom)]
    area = area_of(ring)
    for axis, limit, sign in ((0, 0, -1), (1, 0, -1), (0, width, 1), (1, height, 1)):
        ring = cut(ring, axis, limit, sign)
    return 1 - area_of(ring) / area if area > 0 else None


class Frame:
    """A picture of a record: its files, and the channels that were rendered for it."""

    def __init__(self, record: dict, before: dict, view, number, args: argparse.Namespace):
        self.args, self.record, self.number = args, record, number
        holder = record if view is None else record["views"][view]
        rendered = before if view is None else before["views"][view]
        self.prefix = "" if view is None else f"views/{holder['name']}/"
        self.files, self.image = holder["files"], rendered["files"]["image"]
        self.is_sequence = isinstance(rendered["files"]["passes"], list)
        passes = rendered["files"]["passes"]
        self.passes = passes[number] if self.is_sequence else passes
        self.name = os.path.basename(self.passes)[:-4] if self.is_sequence else ""
        self.planes, self.types, self.attributes = read_exr_file(
            os.path.join(args.pristine, record["id"], self.passes)
        )
        self.channels = rendered.get("channels", before["channels"])
        self.width, self.height = before["resolution"]
        state = holder["frames"][number] if self.is_sequence else holder
        self.annotations = state["annotations"]
        moved = record["frames"][number] if self.is_sequence else {}
        owner = moved if view is None else state
        own_camera = owner.get("camera") if owner is not record else None
        own_camera = own_camera or (holder.get("camera") if view is not None else None)
        self.boxes = boxes(record["objects"])
        if own_camera:
            self.boxes = {i: b for i, b in self.boxes.items() if "corners" in b}
        self.boxes.update(boxes(owner.get("objects", [])))
        self.camera = own_camera or record["camera"]
        self.wanted = set()

    def wants(self, role: str) -> bool:
        """Return whether a role is to be written, and note that it is."""
        preview = role.endswith("_preview")
        listed = not self.args.outputs or role in self.args.outputs
        listed = listed or (role.startswith("mask_") and "mask" in self.args.outputs)
        wanted = role == "index" or (listed and not (preview and self.args.no_preview))
        if wanted:
            self.wanted.add(role)
        check(wanted == (role in self.files), f"files.{role}: {'not ' * wanted}there")
        return wanted and role in self.files

    def path(self, role: str, still: str) -> str:
        """Return the path of a role's file, whose name is fixed."""
        wanted = f"{role}/{self.name}{still[still.rindex('.'):]}" if self.is_sequence else still
        wanted = self.prefix + wanted
        got = self.files[role][self.number] if self.is_sequence else self.files[role]
        check(got == wanted, f"files.{role} is {got}, not {wanted}")
        return os.path.join(self.record["dir"], got)

    def rows(self, role: str) -> list:
        """Return the rendered rows of a role of one channel, or a list of them."""
        names = self.channels[role]
        if isinstance(names, str):
            return self.planes[names]
        return [self.planes[name] for name in names]


def check_map(frame: Frame, role: str, name: str) -> None:
    """Compare an index map with the channel."""
    plane = frame.rows(role)
    if frame.wants(role):
        image = read_png(frame.path(role, name))
        check((image["channels"], image["depth"]) == (1, 16), f"{name} is not 16-bit grey")
        check(
            image["rows"] == [[int(v) for v in row] for row in plane], f"{name} is not the channel"
        )


def check_color(frame: Frame, role: str, name: str) -> None:
    """See whether a picture for people is there; what it shows is told by label_checks.py."""
    if frame.wants(role):
        image = read_png(frame.path(role, name))
        check((image["channels"], image["depth"]) == (3, 8), f"{name} is not 8-bit RGB")
        size = (image["width"], image["height"])
        check(size == (frame.width, frame.height), f"{name} has another size")


def check_depth(frame: Frame) -> None:
    """Compare Depth.exr and its preview with the channel."""
    plane = frame.rows("depth")
    if frame.wants("depth"):
        depth = read_exr(frame.path("depth", "Depth.exr"))
        check(list(depth) == ["V"] and depth["V"] == plane, "Depth.exr is not the channel")
    if not frame.wants("depth_preview"):
        return
    image = read_png(frame.path("depth_preview", "DepthPreview.png"))
    check((image["channels"], image["depth"]) == (1, 16), "DepthPreview.png is not 16-bit grey")
    pairs = {(d, g) for ds, gs in zip(plane, image["rows"]) for d, g in zip(ds, gs)}
    seen = [d for d, _ in pairs if d < BACKGROUND_M]
    near, far = min(seen, default=0), max(seen, default=0)
    for d, grey in pairs:
        wanted = (d - near) * (65534 / (far - near) if far > near else 0)
        wanted = wanted if d < BACKGROUND_M else 65535
        check(abs(grey - wanted) <= 1, f"DepthPreview.png: {grey} at {d} m, not {wanted}")


def check_alpha(frame: Frame) -> None:
    """Compare Alpha.png with the picture."""
    if not frame.wants("alpha"):
        return
    image = frame.image[frame.number] if frame.is_sequence else frame.image
    picture = read_png(os.path.join(frame.record["dir"], image), is_bare=False)
    alpha = read_png(frame.path("alpha", "Alpha.png"))
    check((alpha["channels"], alpha["depth"]) == (1, 8), "Alpha.png is not 8-bit grey")
    check(alpha["rows"] == [row[3::4] for row in picture["rows"]], "Alpha.png is not the alpha")


def check_semantic(frame: Frame) -> None:
    """Compare the semantic masks with their channels."""
    threshold = frame.record.get("semantic_mask_threshold", 0.5)
    for role in frame.channels:
        if role.startswith("mask_") and frame.wants(role):
            image = read_png(frame.path(role, f"Mask_{role[5:]}.png"))
            wanted = [[65535 if v > threshold else 0 for v in row] for row in frame.rows(role)]
            check((image["channels"], image["depth"]) == (1, 16), f"{role} is not 16-bit grey")
            check(image["rows"] == wanted, f"{role} is not the channel")


# ---- passes that stay numbers

REQUIRED = "channels compression dataWindow displayWindow lineOrder pixelAspectRatio".split()
REQUIRED += ["screenWindowCenter", "screenWindowWidth"]
FILES = {"ao": "AO", "uv": "UV"}


def check_exr(frame: Frame, role: str, name: str, wanted: dict, types: dict, **more) -> None:
    """Compare a file with channel -> rows and channel -> type; `more`: attributes, tolerance."""
    got, kinds, attributes = read_exr_file(frame.path(role, name))
    tolerance = more.get("tolerance", 0)
    check(list(got) == sorted(wanted), f"{name} has channels {list(got)}")
    check(kinds == types, f"{name} has types {kinds}")
    texts = {key: value for key, value in attributes.items() if key not in REQUIRED}
    check(texts == more.get("texts", {}), f"{name} has attributes {texts}")
    for channel, rows in wanted.items():
        for row_got, row_wanted in zip(got.get(channel, []), rows):
            for a, b in zip(row_got, row_wanted):
                close = a == b or abs(a - b) <= tolerance
                check(close, f"{name}: {channel} is {a}, not {b}")


def crypto_texts(frame: Frame, layer: str, planes: list) -> dict:
    """Return the attributes of a Cryptomatte file."""
    ids = set()
    for plane, coverage in zip(planes[0::2], planes[1::2]):
        for ids_row, coverage_row in zip(plane, coverage):
            ids.update(v for v, c in zip(ids_row, coverage_row) if c > 0)
    names = {o["name"] for key in ("objects", "materials") for o in frame.record[key]}
    for key, text in frame.attributes.items():
        if key.startswith("cryptomatte/") and key.endswith("/manifest"):
            names.update(json.loads(text))
    manifest = {
        name: f"{crypto_id(name):08x}" for name in sorted(names) if crypto_float(name) in ids
    }
    check(len(manifest) == len(ids), f"{layer}: {len(ids)} ids, {len(manifest)} names")
    key = f"cryptomatte/{murmur3(layer.encode()):08x}"[:-1] + "/"
    texts = {
        "name": layer,
        "hash": "MurmurHash3_32",
        "conversion": "uint32_to_float32",
        "manifest": json.dumps(manifest, separators=(",", ":")),
    }
    return {key + name: text.encode() for name, text in texts.items()}


def shared(planes: list) -> list:
    """Return the planes of a Cryptomatte, coverages divided by their sum where that is above 1."""
    sums = [[sum(values) for values in zip(*rows)] for rows in zip(*planes[1::2])]
    return [
        [[v / max(1, s) if i % 2 else v for v, s in zip(*rows)] for rows in zip(plane, sums)]
        for i, plane in enumerate(planes)
    ]


def check_passes(frame: Frame) -> None:
    """Compare every pass that is kept with its channels."""
    for role, names in frame.channels.items():
        if role in ("index", "depth", "material_index") or role.startswith("mask_"):
            continue
        if not frame.wants(role):
            continue
        names = [names] if isinstance(names, str) else names
        parts = 2 if role.startswith("crypto_") else 1
        short = ["V"] if len(names) == 1 else [".".join(n.split(".")[-parts:]) for n in names]
        planes = [frame.planes[name] for name in names]
        if role == "normal" and frame.args.pure:
            planes = pure_normals(planes)
        is_unit = role == "normal" and frame.args.unit
        if is_unit:
            planes = unit_normals(planes)
        if role.startswith("crypto_"):
            planes = shared(planes)
        file = FILES.get(role) or "".join(word.capitalize() for word in role.split("_"))
        texts = crypto_texts(frame, file, planes) if role.startswith("crypto_") else {}
        check_exr(
            frame,
            role,
            file + ".exr",
            dict(zip(short, planes)),
            {s: frame.types[n] for s, n in zip(short, names)},
            texts=texts,
            tolerance=1e-6 if role.startswith("crypto_") or is_unit else 0,
        )


def pixels(planes: list) -> list:
    """Return rows of tuples from planes."""
    return [list(zip(*rows)) for rows in zip(*planes)]


def unit_normals(planes: list) -> list:
    """Return the planes with each normal 1 long, or 0."""
    result = [[[0.0] * len(row) for row in plane] for plane in planes]
    for y, row in enumerate(pixels(planes)):
        for x, normal in enumerate(row):
            length = math.sqrt(sum(v * v for v in normal))
            for k in range(3):
                result[k][y][x] = normal[k] / length if length else 0.0
    return result


def pure_normals(planes: list) -> list:
    """Return the planes with 0 where a normal is shorter than 0.99."""
    lengths = [[math.sqrt(sum(v * v for v in normal)) for normal in row] for row in pixels(planes)]
    return [
        [[v if n >= 0.99 else 0.0 for v, n in zip(*rows)] for rows in zip(plane, lengths)]
        for plane in planes
    ]


def turned_normals(frame: Frame, planes: list) -> list:
    """Return the planes in the space of the frame's camera."""
    axes = list(zip(*frame.camera["matrix_world"]))[:3]
    return [
        [[sum(a * v for a, v in zip(axis, normal)) for normal in row] for row in pixels(planes)]
        for axis in axes
    ]


def check_normals(frame: Frame) -> None:
    """Check what is made from normals."""
    planes = frame.rows("normal")
    if frame.args.pure:
        planes = pure_normals(planes)
    if frame.wants("normal_preview"):
        image = read_png(frame.path("normal_preview", "NormalPreview.png"))
        check((image["channels"], image["depth"]) == (3, 8), "NormalPreview.png is not 8-bit RGB")
        for y, row in enumerate(pixels(unit_normals(turned_normals(frame, planes)))):
            for x, normal in enumerate(row):
                got = image["rows"][y][3 * x : 3 * x + 3]
                wanted = [(v + 1) * 127.5 if any(normal) else 0 for v in normal]
                good = max(abs(a - b) for a, b in zip(got, wanted)) <= 0.51
                check(good, f"NormalPreview.png is {got} for {normal}")
    if not frame.args.camera or not frame.wants("normal_camera"):
        return
    if frame.args.unit:
        planes = unit_normals(planes)
    turned = turned_normals(frame, planes)
    types = {"X": "f", "Y": "f", "Z": "f"}
    turned = dict(zip("XYZ", turned))
    check_exr(frame, "normal_camera", "NormalCamera.exr", turned, types, tolerance=1e-6)


def check_flow(frame: Frame) -> None:
    """Check both flows, their formats and the preview."""
    x, y, z, w = frame.rows("vector")
    for role, u, v, sign in (("flow_forward", z, w, -1), ("flow_backward", x, y, 1)):
        rows = [
            [
                (sign * a + 0.0, -sign * b + 0.0) if d < BACKGROUND_M else (1e10, 1e10)
                for a, b, d in zip(us, vs, ds)
            ]
            for us, vs, ds in zip(u, v, frame.rows("depth"))
        ]
        name = "Flow" + role[5:].capitalize()
        if frame.wants(role):
            wanted = {c: [[p[i] for p in row] for row in rows] for i, c in enumerate("UV")}
            check_exr(frame, role, name + ".exr", wanted, {"U": "f", "V": "f"})
        if "flo" in frame.args.flow and frame.wants(role + "_flo"):
            data = read_bytes(frame.path(role + "_flo", name + ".flo"))
            head = struct.pack("<fii", 202021.25, frame.width, frame.height)
            body = b"".join(struct.pack("<ff", *pixel) for row in rows for pixel in row)
            check(data == head + body, f"{name}.flo")
        if "kitti" in frame.args.flow and frame.wants(role + "_kitti"):
            check_kitti(read_png(frame.path(role + "_kitti", name + ".png")), rows, name)
        if role == "flow_forward" and frame.wants("flow_preview"):
            image = read_png(frame.path("flow_preview", "FlowPreview.png"))
            check_flow_preview(image, rows, 0.01 * math.hypot(frame.width, frame.height))


def check_kitti(image: dict, rows: list, name: str) -> None:
    """Compare KITTI's PNG with the flow."""
    check((image["channels"], image["depth"]) == (3, 16), f"{name}.png is not 16-bit RGB")
    for y, row in enumerate(rows):
        for x, (u, v) in enumerate(row):
            r, g, b = image["rows"][y][3 * x : 3 * x + 3]
            valid = -512 <= u < 511.99 and -512 <= v < 511.99
            check(b == valid, f"{name}.png: {u}, {v} has {b}")
            good = abs((r - 32768) / 64 - u) <= 1 / 128 and abs((g - 32768) / 64 - v) <= 1 / 128
            check(good if valid else (r, g) == (0, 0), f"{name}.png is {r} {g} for {u} {v}")


def wheel() -> list:
    """Return the 55 colours of Middlebury's wheel, as color_flow makes them."""
    colours = []
    for n, low, high, keep, falls in (
        (15, 1, None, 0, False),
        (6, 0, None, 1, True),
        (4, 2, None, 1, False),
        (11, 1, None, 2, True),
        (13, 0, None, 2, False),
        (6, 2, None, 0, True),
    ):
        for i in range(n):
            colour = [0, 0, 0]
            colour[keep] = 255
            colour[low] = 255 - 255 * i // n if falls else 255 * i // n
            colours.append(colour)
    return colours


def check_flow_preview(image: dict, rows: list, half: float) -> None:
    """Compare the preview with the wheel."""
    colours = wheel()
    check((image["channels"], image["depth"]) == (3, 8), "FlowPreview.png is not 8-bit RGB")
    for y, row in enumerate(rows):
        for x, (u, v) in enumerate(row):
            got = image["rows"][y][3 * x : 3 * x + 3]
            if u > BACKGROUND_M:
                check(got == [0, 0, 0], f"FlowPreview.png is {got} in the background")
                continue
            saturation = math.hypot(u, v) / (math.hypot(u, v) + half)
            at = (math.atan2(-v, -u) / math.pi + 1) / 2 * 54
            low, part = int(at), at - int(at)
            for k in range(3):
                full = (1 - part) * colours[low][k] + part * colours[(low + 1) % 55][k]
                wanted = 255 - saturation * (255 - full)
                good = abs(got[k] - wanted) <= 1.5
                check(good, f"FlowPreview.png is {got} for {u} {v}, not {wanted}")


def check_annotations(frame: Frame) -> None:
    """Compare annotations and instance masks with the index channel."""
    args, plane, record = frame.args, frame.rows("index"), frame.record
    sample = record["dir"]
    where = {}
    for y, row in enumerate(plane):
        for x, value in enumerate(row):
            if value:
                where.setdefault(int(value), set()).add((x, y))
    objects = {o["index"]: o for o in record["objects"]}
    visible = sorted(i for i, pixels in where.items() if len(pixels) >= args.min_area)
    check([a["index"] for a in frame.annotations] == visible, "annotated indices")
    folder = f"instances/{frame.name}/" if frame.is_sequence else "instances/"
    folder = frame.prefix + folder
    for a in frame.annotations:
        index, pixels = a["index"], where.get(a["index"], set())
        xs, ys = [x for x, _ in pixels], [y for _, y in pixels]
        what = f"annotation of {index}: "
        check(decode_rle(a["rle"]) == pixels, what + "run lengths")
        check(a["rle"]["size"] == [len(plane), len(plane[0])], what + "size")
        check(a["area"] == len(pixels), what + "area")
        box = frame.boxes.get(index, {"pixels": [None]})
        part = truncation(box, frame.camera, frame.width, frame.height)
        near = "truncation" not in a if part is None else abs(a["truncation"] - part) < 1e-5
        check(near, what + f"truncation {a.get('truncation')}, not {part}")
        box = [min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1]
        check(a["bbox"] == box, what + "bbox")
        known = objects.get(index, {"name": None, "tags": []})
        check((a["name"], a["tags"]) == (known["name"], known["tags"]), what + "name and tags")
        kind = known.get("properties", {}).get("category") or "+".join(sorted(known["tags"]))
        check(a["category"] == (kind or None), what + f"category {a['category']}")
        check(("mask" in a) == args.instances, what + "mask")
        if args.instances:
            check(a["mask"] == f"{folder}{index:05d}.png", what + "name of the mask")
            image = read_png(os.path.join(sample, a["mask"]))
            check((image["channels"], image["depth"]) == (1, 8), what + "mask format")
            mask = {(x, y) for y, row in enumerate(image["rows"]) for x, v in enumerate(row) if v}
            check(mask == pixels, what + "mask pixels")
            check({v for row in image["rows"] for v in row} <= {0, 255}, what + "mask values")


def check_frame(frame: Frame) -> None:
    """Compare everything of one picture."""
    check_map(frame, "index", "IndexOB.png")
    check_color(frame, "index_color_preview", "PreviewIndexOB.png")
    if "material_index" in frame.channels:
        check_map(frame, "material_index", "IndexMA.png")
        check_color(frame, "material_index_preview", "PreviewIndexMA.png")
    if "depth" in frame.channels:
        check_depth(frame)
        check_color(frame, "depth_color_preview", "DepthColor.png")
    check_alpha(frame)
    check_semantic(frame)
    check_passes(frame)
    if "normal" in frame.channels:
        check_normals(frame)
    if "vector" in frame.channels:
        check_flow(frame)
    check_annotations(frame)


def check_view(record: dict, before: dict, view, args: argparse.Namespace) -> None:
    """Compare the pictures of one camera: the record's own, or that of a view."""
    holder = record if view is None else record["views"][view]
    rendered = before if view is None else before["views"][view]
    is_sequence = isinstance(rendered["files"]["passes"], list)
    n_frames = len(rendered["files"]["passes"]) if is_sequence else 1
    frames = [Frame(record, before, view, i, args) for i in range(n_frames)]
    for frame in frames:
        check_frame(frame)
    check(("annotations" in holder) != is_sequence, "where the annotations are")
    masks = [a["mask"] for frame in frames for a in frame.annotations if args.instances]
    check(
        holder["files"].get("instances") == (masks if args.instances else None), "files.instances"
    )
    roles = (
        frames[0].wanted | {"image"} | set(["instances"] * args.instances + ["passes"] * args.keep)
    )
    check(set(holder["files"]) == roles, f"roles: {sorted(holder['files'])}, not {sorted(roles)}")
    kept = ("passes" in holder["files"], "channels" in holder)
    check(kept == (args.keep, args.keep and "channels" in rendered), "what is kept")


def check_record(record: dict, args: argparse.Namespace) -> None:
    """Compare a record and its sample with the pristine one."""
    sample, pristine = record["dir"], os.path.join(args.pristine, record["id"])
    before = json.loads(read_bytes(pristine, "_meta.json"))
    files = [".rv-blend.json", ".rv-mask.json", "_meta.json"]
    for view in [None, *range(len(before.get("views", [])))]:
        check_view(record, before, view, args)
        for role in (record if view is None else record["views"][view])["files"].values():
            files += role if isinstance(role, list) else [role]
    there = [
        os.path.relpath(os.path.join(directory, name), sample)
        for directory, _, names in os.walk(sample)
        for name in names
    ]
    check(sorted(there) == sorted(files), f"files: {sorted(there)} in place of {sorted(files)}")
    check(args.keep or not os.path.exists(os.path.join(sample, "passes")), "passes/ is left")
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
    parser.add_argument("--camera", action="store_true")
    parser.add_argument("--unit", action="store_true")
    parser.add_argument("--pure", action="store_true")
    parser.add_argument("--flow", type=lambda text: text.split(","), default=[])
    parser.add_argument("--outputs", type=lambda text: text.split(","), default=[])
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
