#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make samples full of random masks, and check the shapes that rv-mask tells of them.

    random_masks.py make DIR SEED COUNT             COUNT samples; records on stdout
    random_masks.py check [--simplified] <records   says how many masks; exits 1 if one is wrong

A sample is a map of 512x384 with a mask in each of its tiles: noise of every density,
checkerboards, lines, blobs, rings in rings. Polygons are filled by OpenCV's fillPoly (outline
"center") and by the rule of pycocotools' frPoly, written down here; oriented boxes are compared
with minAreaRect.
"""

import json
import os
import struct
import sys

import cv2
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import make_sample  # noqa: E402
from check_labels import run_lengths  # noqa: E402

WIDTH, HEIGHT = 512, 384


def noise(rng: np.random.Generator, h: int, w: int) -> np.ndarray:
    """Return noise of any density."""
    return rng.random((h, w)) < rng.choice([0.05, 0.3, 0.5, 0.6, 0.8, 0.97])


def blob(rng: np.random.Generator, h: int, w: int) -> np.ndarray:
    """Return smooth noise above a threshold: parts, holes, thin necks."""
    field = rng.random((h, w)).astype(np.float32)
    field = cv2.GaussianBlur(field, (0, 0), float(rng.uniform(0.6, 3)))
    return field > np.quantile(field, rng.uniform(0.1, 0.9))


def rings(rng: np.random.Generator, h: int, w: int) -> np.ndarray:
    """Return rings around a point: parts within holes."""
    y, x = np.mgrid[0:h, 0:w]
    r = np.hypot(y - rng.uniform(0, h), x - rng.uniform(0, w))
    return r.astype(int) // int(rng.integers(1, 4)) % 2 == 0


def lines(rng: np.random.Generator, h: int, w: int) -> np.ndarray:
    """Return thin lines in every direction."""
    mask = np.zeros((h, w), np.uint8)
    for _ in range(rng.integers(1, 5)):
        ends = [(int(rng.integers(0, w)), int(rng.integers(0, h))) for _ in range(2)]
        cv2.line(mask, *ends, 1, int(rng.integers(1, 3)))
    return mask > 0


def checkerboard(rng: np.random.Generator, h: int, w: int) -> np.ndarray:
    """Return a checkerboard, with a few pixels turned."""
    y, x = np.mgrid[0:h, 0:w]
    size = int(rng.integers(1, 4))
    return ((y // size + x // size) % 2 == 0) ^ (rng.random((h, w)) < 0.02)


def make_map(rng: np.random.Generator) -> tuple:
    """Return an index map and the number of its masks."""
    index = np.zeros((HEIGHT, WIDTH), np.float32)
    n, y = 0, 0
    while y < HEIGHT:
        h = min(int(rng.integers(1, 32)), HEIGHT - y)
        x = 0
        while x < WIDTH:
            w = min(int(rng.integers(1, 48)), WIDTH - x)
            kind = (noise, blob, rings, lines, checkerboard)[rng.integers(0, 5)]
            mask = kind(rng, h, w)
            if mask.any():
                n += 1
                index[y : y + h, x : x + w][mask] = n
            x += w
        y += h
    return index, n


def make(directory: str, seed: int, count: int) -> None:
    """Make samples."""
    for number in range(count):
        index, n = make_map(np.random.default_rng(seed + number))
        rows = [struct.unpack(f"<{WIDTH}f", row.astype("<f4").tobytes()) for row in index]
        path = os.path.join(directory, f"{number:08d}")
        os.makedirs(path)
        with open(os.path.join(path, "passes.exr"), "wb") as file:
            file.write(make_sample.exr_bytes(WIDTH, HEIGHT, {"V.I.X": ("f", rows)}, "ZIP"))
        with open(os.path.join(path, ".rv-blend.json"), "w", encoding="utf-8") as file:
            json.dump({"version": 1, "key": f"{seed} {number}"}, file)
        record = {
            "id": f"{number:08d}",
            "seed": number,
            "dir": path,
            "files": {"passes": "passes.exr"},
            "channels": {"index": "V.I.X"},
            "resolution": [WIDTH, HEIGHT],
            "objects": [{"index": i, "name": str(i), "tags": ["a"]} for i in range(1, n + 1)],
        }
        print(json.dumps(record))


# ---- readers


def decode(rle: dict) -> np.ndarray:
    """Return the mask of COCO's compressed run lengths."""
    counts = run_lengths(rle["counts"])
    colours = np.arange(len(counts)) % 2
    return np.repeat(colours, counts).reshape(rle["size"][::-1]).T.astype(bool)


def by_edges(ring: np.ndarray, h: int, w: int) -> np.ndarray:
    """Return what frPoly fills: its upsampled outline toggles columns at their middle."""
    corners = (5.0 * ring + 0.5).astype(int)
    us, vs = [], []
    for (xs, ys), (xe, ye) in zip(corners, np.roll(corners, -1, 0)):
        dx, dy = abs(xe - xs), abs(ye - ys)
        flip = (dx >= dy and xs > xe) or (dx < dy and ys > ye)
        if flip:
            xs, xe, ys, ye = xe, xs, ye, ys
        t = np.arange(max(dx, dy) + 1)
        t = t[::-1] if flip else t
        if dx >= dy:
            slope = (ye - ys) / dx if dx else 0
            us.append(t + xs)
            vs.append((ys + slope * t + 0.5).astype(int))
        else:
            vs.append(t + ys)
            us.append((xs + (xe - xs) / dy * t + 0.5).astype(int))
    u, v = np.concatenate(us), np.concatenate(vs)
    left = u[1:] < u[:-1]
    x = (np.where(left, u[1:], u[1:] - 1) + 0.5) / 5 - 0.5
    y = np.ceil(np.clip((np.minimum(v[1:], v[:-1]) + 0.5) / 5 - 0.5, 0, h)).astype(int)
    good = (u[1:] != u[:-1]) & (np.floor(x) == x) & (x >= 0) & (x <= w - 1)
    toggles = np.zeros((h + 1, w), int)
    np.add.at(toggles, (y[good], x[good].astype(int)), 1)
    return np.cumsum(toggles, 0)[:h] % 2 == 1


def by_centers(ring: np.ndarray, h: int, w: int) -> np.ndarray:
    """Return what OpenCV fills."""
    canvas = np.zeros((h, w), np.uint8)
    cv2.fillPoly(canvas, [ring.astype(np.int32)], 1)
    return canvas > 0


READERS = {"edge": by_edges, "center": by_centers}
wrong = []


def check(condition: bool, what: str) -> None:
    """Note what is wrong unless the condition holds."""
    if not condition:
        wrong.append(what)


def check_polygons(annotation: dict, mask: np.ndarray, is_simplified: bool, what: str) -> int:
    """Fill the polygons as their readers do; return the number of their points."""
    x, y, w, h = annotation["bbox"]
    mask, n = mask[y : y + h, x : x + w], 0
    for outline, reader in READERS.items():
        filled = np.zeros((h, w), bool)
        for ring in annotation["polygons"][outline]:
            check(len(ring) >= 6, f"{what}: a ring of {len(ring) // 2} points")
            filled |= reader(np.array(ring).reshape(-1, 2) - (x, y), h, w)
            n += len(ring) // 2
        iou = (filled & mask).sum() / (filled | mask).sum()
        if is_simplified:
            said = annotation["polygons"]["iou"][outline]
            check(abs(iou - said) < 2e-6, f"{what}: {outline} has IoU {iou}, says {said}")
        else:
            check(iou == 1, f"{what}: {outline} has IoU {iou}")
    return n


def check_shapes(annotation: dict, mask: np.ndarray, what: str) -> None:
    """Compare centroid, touched sides and oriented box."""
    rows, columns = np.nonzero(mask)
    centroid = (columns.mean() + 0.5, rows.mean() + 0.5)
    check(np.allclose(annotation["centroid"], centroid, atol=1e-4), f"{what}: centroid")
    sides = {
        "left": columns.min() == 0,
        "top": rows.min() == 0,
        "right": columns.max() == mask.shape[1] - 1,
        "bottom": rows.max() == mask.shape[0] - 1,
    }
    check(annotation["border"] == [s for s, is_touched in sides.items() if is_touched], what)
    pixels = np.stack([columns, rows], 1)
    corners = np.concatenate([pixels + d for d in ((0, 0), (0, 1), (1, 0), (1, 1))])
    (_, (w, h), _) = cv2.minAreaRect(corners.astype(np.float32))
    box = np.array(annotation["obb"])
    sides_px = np.linalg.norm(np.roll(box, -1, 0) - box, axis=1)
    area = sides_px[0] * sides_px[1]
    check(area <= w * h * (1 + 1e-5) + 2e-3, f"{what}: box of {area} px, OpenCV's has {w * h}")
    check(abs(sides_px[0] - sides_px[2]) < 1e-3, f"{what}: no rectangle")
    check(abs(np.dot(box[1] - box[0], box[2] - box[1])) < 1e-2 * max(sides_px), f"{what}: angles")
    ways = np.roll(box, -1, 0) - box
    to = corners[None] - box[:, None]
    inside = ways[:, None, 0] * to[..., 1] - ways[:, None, 1] * to[..., 0]
    check((inside >= -1e-3 * max(sides_px)).all(), f"{what}: pixels outside of the box")


def check_record(record: dict, is_simplified: bool) -> tuple:
    """Check all masks of a record; return how many there are, and their points."""
    n = 0
    for annotation in record["annotations"]:
        what = f"{record['id']}/{annotation['index']}"
        mask = decode(annotation["rle"])
        n += check_polygons(annotation, mask, is_simplified, what)
        check_shapes(annotation, mask, what)
    return len(record["annotations"]), n


def main() -> None:
    """Do what the first argument says."""
    if sys.argv[1] == "make":
        make(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        return
    is_simplified = "--simplified" in sys.argv
    totals = [check_record(json.loads(line), is_simplified) for line in sys.stdin]
    print("%d masks, %d points" % tuple(np.sum(totals, 0)))
    if wrong:
        sys.exit("\n".join(wrong[:20]) + f"\n{len(wrong)} are wrong")


if __name__ == "__main__":
    main()
