#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Say how many pixels at edges show the wrong object: edge_error.py SHAPES <records

SHAPES is JSON: `width` of the picture in the scene, and `shapes`, turned rectangles that an
orthographic camera looks down upon, with name, x, y, z, w, h, turn. The truth is what covers most
of a pixel under the picture's filter (Blackman-Harris, 3 pixels wide), of 24 x 24 points. An edge
is where that is less than 90 %; where the second covers as much within 2 %, either is right. Prints
the share that is wrong, and how many pixels are at edges.
"""

import json
import os
import sys

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check_labels import read_png  # noqa: E402

POINTS = 24  # on the side of the filter
SUPPORT = 3.0  # pixels


def weights() -> tuple:
    """Return where the points lie from a pixel's centre, and what they count."""
    t = (np.arange(POINTS) + 0.5) / POINTS
    w = 0.35875 - 0.48829 * np.cos(2 * np.pi * t) + 0.14128 * np.cos(4 * np.pi * t)
    w -= 0.01168 * np.cos(6 * np.pi * t)
    return (t - 0.5) * SUPPORT, w / w.sum()


def index_at(shapes: list, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the index of the highest shape at points of the plane."""
    index = np.zeros(x.shape, int)
    for shape in sorted(shapes, key=lambda s: s["z"]):
        u, v = x - shape["x"], y - shape["y"]
        c, s = np.cos(shape["turn"]), np.sin(shape["turn"])
        a, b = c * u + s * v, c * v - s * u
        index[(abs(a) < shape["w"] / 2) & (abs(b) < shape["h"] / 2)] = shape["index"]
    return index


def coverage(shapes: list, width: int, height: int, scale: float) -> np.ndarray:
    """Return how much of each pixel each index covers, under the filter."""
    places, w = weights()
    shares = np.zeros((height, width, max(s["index"] for s in shapes) + 1))
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    for dx, wx in zip(places, w):
        for dy, wy in zip(places, w):
            index = index_at(shapes, (x + dx - width / 2) / scale, (height / 2 - y - dy) / scale)
            shares[np.arange(height)[:, None], np.arange(width), index] += wx * wy
    return shares


def main() -> None:
    """Compare the index map of each record with the truth."""
    with open(sys.argv[1], encoding="utf-8") as file:
        drawn = json.load(file)
    n_edge = n_wrong = 0
    for line in sys.stdin:
        record = json.loads(line)
        by_name = {o["name"]: o["index"] for o in record["objects"]}
        shapes = [{**s, "index": by_name[s["name"]]} for s in drawn["shapes"]]
        index = np.array(read_png(os.path.join(record["dir"], record["files"]["index"]))["rows"])
        height, width = index.shape
        shares = coverage(shapes, width, height, width / drawn["width"])
        order = np.sort(shares, -1)
        edge = (order[:, :, -1] < 0.9) & (order[:, :, -1] - order[:, :, -2] >= 0.02)
        n_edge += edge.sum()
        n_wrong += (index != shares.argmax(-1))[edge].sum()
    print(f"{n_wrong / n_edge:.4f} {n_edge}")


if __name__ == "__main__":
    main()
