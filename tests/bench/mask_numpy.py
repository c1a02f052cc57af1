#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What rv-mask does, with NumPy and OpenCV, and the samples that both are measured on.

    mask_numpy.py make DIR CODEC COUNT WIDTH HEIGHT OBJECTS   makes samples; records on stdout
    mask_numpy.py label <records     labels them
    mask_numpy.py preview <records   writes pictures of their depth, no more
    mask_numpy.py shapes <records    run lengths, boxes, areas, polygons and oriented boxes alone
    mask_numpy.py maps <records      maps of classes, of segments, and with a palette alone

All but `make` print the milliseconds that it took, and those of processor, on stderr: the start of
Python and its imports do not count. Decoding is zlib and NumPy: OpenCV
cannot read files of many channels.
"""

import json
import os
import struct
import sys
import time
import zlib

os.environ["OPENCV_IO_ENABLE_OPENEXR"] = "1"

import cv2  # noqa: E402
import numpy as np  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import make_sample  # noqa: E402
import palette_checks  # noqa: E402

cv2.setNumThreads(1)
PALETTE = np.zeros((65536, 3), np.uint8)
PALETTE[1:193] = palette_checks.table()[:, ::-1]  # OpenCV wants BGR


def make(directory: str, codec: str, count: int, width: int, height: int, n_objects: int) -> None:
    """Make samples with overlapping ellipses, smooth depth and a noisy picture."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width, y / height
    radius = (30 / n_objects) ** 0.5
    for number in range(count):
        rng = np.random.default_rng(number)
        index = np.zeros((height, width), np.float32)
        depth = np.full((height, width), 1e10, np.float32)
        for i in range(1, n_objects + 1):
            cx, cy, rx, ry = *rng.uniform(0, 1, 2), *rng.uniform(0.04 * radius, 0.2 * radius, 2)
            r = ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2
            inside = r < 1
            index[inside] = i
            depth[inside] = (20 - i * 15 / n_objects - np.sqrt(1 - r[inside])).astype(np.float32)
        shade = np.where(index > 0, 0.2 + 0.02 * index, 0.05) + rng.normal(0, 0.01, index.shape)
        planes = {
            "Combined.A": np.ones((height, width), np.float16),
            "Depth.Z": depth,
            "IndexOB.X": index,
            "shiny.X": (index % 2 * 0.9).astype(np.float32),
            "rough.X": (index % 3 == 1).astype(np.float32),
        }
        for k, name in enumerate("BGR"):
            planes["Combined." + name] = (shade * (1 + 0.1 * k)).astype(np.float16)
        planes = {"ViewLayer." + name: planes[name] for name in sorted(planes)}
        record = describe(directory, number, width, height, n_objects)
        os.makedirs(record["dir"], exist_ok=True)
        with open(os.path.join(record["dir"], "passes.exr"), "wb") as file:
            file.write(encode(planes, codec))
        with open(os.path.join(record["dir"], ".rv-blend.json"), "w", encoding="ascii") as file:
            json.dump(
                {"version": 1, "key": f"{number:064x}", "deps": [], "files": [], "add": {}}, file
            )
        print(json.dumps(record, separators=(",", ":")))


def describe(directory: str, number: int, width: int, height: int, n_objects: int) -> dict:
    """Return a record."""
    sample = f"{number:08d}"
    channels = {
        role: "ViewLayer." + name
        for role, name in (
            ("depth", "Depth.Z"),
            ("index", "IndexOB.X"),
            ("mask_rough", "rough.X"),
            ("mask_shiny", "shiny.X"),
        )
    }
    objects = [make_sample.describe_object(i, (0, 0, 1, 1)) for i in range(1, n_objects + 1)]
    return {
        "id": sample,
        "index": number,
        "seed": number,
        "dir": os.path.join(directory, sample),
        "files": {"passes": "passes.exr"},
        "channels": channels,
        "resolution": [width, height],
        "objects": objects,
        "semantic_mask_threshold": 0.5,
    }


def encode(planes: dict, codec: str) -> bytes:
    """Return an EXR file; like make_sample.exr_bytes, but fast."""
    number, lines = make_sample.CODECS[codec]
    height, width = next(iter(planes.values())).shape
    head = make_sample.exr_header(
        width, height, {n: "e" if p.dtype == np.float16 else "f" for n, p in planes.items()}, number
    )
    chunks = []
    for y in range(0, height, lines):
        raw = b"".join(
            p[row].tobytes() for row in range(y, min(y + lines, height)) for p in planes.values()
        )
        if codec != "NONE":
            halves = np.frombuffer(raw, np.uint8).reshape(-1, 2).T.reshape(-1)
            differences = np.diff(halves, prepend=halves[:1]) + np.uint8(128)
            differences[0] = halves[0]
            raw = min(zlib.compress(differences.tobytes(), 4), raw, key=len)
        chunks.append(struct.pack("<ii", y, len(raw)) + raw)
    ends = np.cumsum([len(chunk) for chunk in chunks])
    table = np.concatenate([[0], ends[:-1]]) + len(head) + 8 * len(chunks)
    return head + table.astype("<u8").tobytes() + b"".join(chunks)


def decode(path: str, wanted: list) -> dict:
    """Return the wanted channels of an EXR file (codecs NONE, ZIPS, ZIP)."""
    with open(path, "rb") as file:
        data = file.read()
    attributes, at = {}, 8
    while data[at]:
        name_end = data.index(b"\0", at)
        kind_end = data.index(b"\0", name_end + 1)
        size = struct.unpack_from("<i", data, kind_end + 1)[0]
        attributes[data[at:name_end].decode()] = data[kind_end + 5 : kind_end + 5 + size]
        at = kind_end + 5 + size
    at += 1
    x0, y0, x1, y1 = struct.unpack("<iiii", attributes["dataWindow"])
    width, height, codec = x1 - x0 + 1, y1 - y0 + 1, attributes["compression"][0]
    lines = {0: 1, 2: 1, 3: 16}[codec]
    places, row_bytes, i, chlist = {}, 0, 0, attributes["channels"]
    while chlist[i]:
        end = chlist.index(b"\0", i)
        kind = {1: np.dtype("<f2"), 2: np.dtype("<f4")}[
            struct.unpack_from("<i", chlist, end + 1)[0]
        ]
        places[chlist[i:end].decode()] = (row_bytes, kind)
        row_bytes += width * kind.itemsize
        i = end + 17
    offsets = np.frombuffer(data, "<u8", (height + lines - 1) // lines, at)
    planes = {name: np.empty((height, width), np.float32) for name in wanted}
    for number, offset in enumerate(offsets.tolist()):
        y, size = struct.unpack_from("<ii", data, offset)
        n = min(lines, height - y)
        raw = np.frombuffer(data, np.uint8, size, offset + 8)
        if size < n * row_bytes:
            raw = np.frombuffer(zlib.decompress(raw), np.uint8).copy()
            raw[1:] -= np.uint8(128)
            raw = np.cumsum(raw, dtype=np.uint8).reshape(2, -1).T.reshape(-1)
        rows = raw.reshape(n, row_bytes)
        for name in wanted:
            place, kind = places[name]
            values = np.ascontiguousarray(rows[:, place : place + width * kind.itemsize]).view(kind)
            planes[name][y : y + n] = values
    return planes


def compressed(counts: np.ndarray) -> str:
    """Return run lengths as COCO's compressed string."""
    numbers = counts.copy()
    numbers[3:] -= counts[1:-2]
    text = []
    for number in numbers.tolist():
        while True:
            bits = number & 31
            number >>= 5
            more = number != (-1 if bits & 16 else 0)
            text.append(chr(bits + (32 if more else 0) + 48))
            if not more:
                break
    return "".join(text)


def run_lengths(mask: np.ndarray) -> tuple:
    """Return COCO counts (a compressed string) and area of a boolean mask that was transposed."""
    flat = mask.reshape(-1)
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    edges = np.concatenate([[0] if not flat[0] else [0, 0], changes, [flat.size]])
    counts = np.diff(edges)
    return compressed(counts), int(counts[1::2].sum())


def write_png(directory: str, name: str, image: np.ndarray) -> None:
    """Write a PNG file as fast as OpenCV can."""
    cv2.imwrite(os.path.join(directory, name), image, [cv2.IMWRITE_PNG_COMPRESSION, 1])


def grey_of(depth: np.ndarray) -> np.ndarray:
    """Return a picture of depth: the nearest is black."""
    seen = depth < 1e9
    near, far = depth[seen].min(), depth[seen].max()
    return np.where(seen, (depth - near) * (65534 / (far - near)) + 0.5, 65535).astype(np.uint16)


def preview(record: dict) -> None:
    """Write a picture of a record's depth."""
    directory, channel = record["dir"], record["channels"]["depth"]
    depth = decode(os.path.join(directory, "passes.exr"), [channel])[channel]
    write_png(directory, "DepthPreview.png", grey_of(depth))


def label(record: dict) -> None:
    """Write all labels of a record and add its annotations."""
    directory, channels = record["dir"], record["channels"]

    def save(name: str, image: np.ndarray) -> None:
        write_png(directory, name, image)

    planes = decode(os.path.join(directory, "passes.exr"), list(channels.values()))
    index = planes[channels["index"]].astype(np.uint16)
    depth = planes[channels["depth"]]
    save("IndexOB.png", index)
    save("PreviewIndexOB.png", PALETTE[index])
    for role, channel in channels.items():
        if role.startswith("mask_"):
            mask = (planes[channel] > record["semantic_mask_threshold"]).astype(np.uint16) * 65535
            save(f"Mask_{role[5:]}.png", mask)
    cv2.imwrite(os.path.join(directory, "Depth.exr"), depth)
    save("DepthPreview.png", grey_of(depth))
    seen = depth < 1e9
    inverse = 1 / depth[seen]
    far, near = np.percentile(inverse[:: len(inverse) // 65536 + 1], (2, 98))
    shade = np.clip((1 / depth - far) * (255 / (near - far)) + 0.5, 0, 255).astype(np.uint8)
    colours = cv2.applyColorMap(shade, cv2.COLORMAP_TURBO)
    colours[~seen] = 26
    save("DepthColor.png", colours)
    os.makedirs(os.path.join(directory, "instances"))
    objects = {o["index"]: o for o in record["objects"]}
    turned = np.ascontiguousarray(index.T)
    annotations = []
    for value in np.flatnonzero(np.bincount(index.reshape(-1))).tolist():
        if value == 0:
            continue
        mask = index == value
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        box = [
            int(columns[0]),
            int(rows[0]),
            int(columns[-1] - columns[0] + 1),
            int(rows[-1] - rows[0] + 1),
        ]
        counts, area = run_lengths(turned == value)
        name = f"instances/{value:05d}.png"
        save(name, mask.view(np.uint8) * np.uint8(255))
        annotations.append(
            {
                "index": value,
                "name": objects[value]["name"],
                "tags": objects[value]["tags"],
                "bbox": box,
                "area": area,
                "category": objects[value]["properties"].get("category")
                or "+".join(sorted(objects[value]["tags"])),
                "rle": {"size": list(index.shape), "counts": counts},
                "mask": name,
            }
        )
    record["annotations"] = annotations


def read_index(record: dict) -> np.ndarray:
    """Return the index map of a record."""
    channel = record["channels"]["index"]
    return decode(os.path.join(record["dir"], "passes.exr"), [channel])[channel].astype(np.uint16)


def bounds(index: np.ndarray) -> list:
    """Return (value, x0, y0, x1, y1) of each object, ends not included, all in one go."""
    width = index.shape[1]
    places = np.flatnonzero(index)
    values = index.reshape(-1)[places]
    order = np.argsort(values, kind="stable")
    values, places = values[order], places[order]
    starts = np.flatnonzero(np.diff(values, prepend=0))
    ys, xs = np.divmod(places, width)
    columns = [values[starts]]
    for numbers in (xs, ys):
        columns.append(np.minimum.reduceat(numbers, starts))
    for numbers in (xs, ys):
        columns.append(np.maximum.reduceat(numbers, starts) + 1)
    return np.stack(columns, 1).tolist()


def shapes(record: dict) -> None:
    """Add run lengths, boxes, areas, outlines and oriented boxes; objects are cut out for it."""
    index = read_index(record)
    cv2.imwrite(os.path.join(record["dir"], "IndexOB.png"), index, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    height, width = index.shape
    record["annotations"] = []
    for value, x0, y0, x1, y1 in bounds(index):
        mask = (index[y0:y1, x0:x1] == value).view(np.uint8)
        strip = np.zeros((x1 - x0, height), np.uint8)
        strip[:, y0:y1] = mask.T
        flat = strip.reshape(-1)
        edges = np.flatnonzero(np.diff(flat, prepend=0, append=0)) + x0 * height
        counts = np.diff(np.concatenate([[0], edges, [width * height]]))
        how = cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
        rings = cv2.findContours(mask, *how, offset=(x0, y0))[0]
        corners = cv2.boxPoints(cv2.minAreaRect(np.concatenate(rings)))
        record["annotations"].append(
            {
                "index": value,
                "bbox": [x0, y0, x1 - x0, y1 - y0],
                "area": int(mask.sum()),
                "rle": {"size": [height, width], "counts": compressed(counts)},
                "polygons": {"center": [ring.reshape(-1).tolist() for ring in rings]},
                "obb": corners.tolist(),
            }
        )


def maps(record: dict) -> None:
    """Write ClassIndex.png, ClassColor.png, Panoptic.png and IndexPalette.png by numpy.take."""
    index = read_index(record)
    fast = [cv2.IMWRITE_PNG_COMPRESSION, 1]
    numbers = np.arange(65536)
    segments = np.stack([numbers >> 16, numbers >> 8, numbers], 1).astype(np.uint8)
    for name, taken in (
        ("IndexOB", None),
        ("ClassIndex", (numbers % 3).astype(np.uint8)),
        ("ClassColor", PALETTE[numbers % 3]),
        ("Panoptic", segments),
        ("IndexPalette", numbers.astype(np.uint8)),
    ):
        image = index if taken is None else taken.take(index, axis=0)
        cv2.imwrite(os.path.join(record["dir"], name + ".png"), image, fast)


def main() -> None:
    """Do what the first argument says."""
    if sys.argv[1] == "make":
        make(sys.argv[2], sys.argv[3], *map(int, sys.argv[4:8]))
        return
    work = {"label": label, "preview": preview, "shapes": shapes, "maps": maps}[sys.argv[1]]
    records = [json.loads(line) for line in sys.stdin]
    start, start_cpu = time.monotonic(), time.process_time()
    for record in records:
        work(record)
        print(json.dumps(record, separators=(",", ":")))
    took = time.monotonic() - start, time.process_time() - start_cpu
    print(*(f"{1000 * seconds:.1f}" for seconds in took), file=sys.stderr)


if __name__ == "__main__":
    main()
