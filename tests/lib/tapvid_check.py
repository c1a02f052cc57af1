#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads clips as TAPVid-3D's evaluation does, by NumPy and Pillow, and compares them with samples.

    tapvid_check.py DATASET/tracks RECORDS

Exit status 1 at the first thing that is wrong; prints how many points of clips were compared.
"""

import io
import json
import os
import sys

import numpy as np
from PIL import Image

from pictures import check

NEAR_PX = 0.02


def read(path):
    """Return what the evaluation takes of a clip: frames, queries, tracks, visibility, cameras."""
    with np.load(path, allow_pickle=False) as clip:
        frames = [np.array(Image.open(io.BytesIO(data))) for data in clip["images_jpeg_bytes"]]
        names = ("queries_xyt", "tracks_XYZ", "visibility", "fx_fy_cx_cy")
        return (frames, *(clip[name] for name in names), {name: clip[name] for name in clip})


def check_clip(path, record, view):
    """Compare one clip with its sample; the number of points."""
    frames, queries, points, visible, (fx, fy, cx, cy), arrays = read(path)
    holder = record if view is None else next(v for v in record["views"] if v["name"] == view)
    own = np.load(os.path.join(record["dir"], holder["files"]["tracks"]), allow_pickle=False)
    check(len(frames) == len(points) == len(record["frames"]), path, len(frames), "frames")
    check(visible.dtype == bool and visible.shape == points.shape[:2], path, visible.shape)
    for frame, image in zip(frames, holder["files"]["image"]):
        picture = np.array(Image.open(os.path.join(record["dir"], image)).convert("RGB"))
        check(np.abs(frame.astype(int) - picture).mean() < 3, image, "is another picture")
    taken = arrays["rv_point"]
    is_seen = own["first_seen"] >= 0
    check(set(taken) <= set(np.flatnonzero(is_seen)), path, "has points that are never seen")
    check(
        len(taken) == (is_seen & np.isfinite(own["xyz_camera"]).all((0, 2))).sum(), path, len(taken)
    )
    check((arrays["rv_object"] == own["object"][taken]).all(), path, "rv_object")
    check((points == own["xyz_camera"][:, taken]).all(), path, "tracks_XYZ")
    check((visible == own["visible"][:, taken]).all(), path, "visibility")
    rows, times = np.arange(len(taken)), queries[:, 2].astype(int)
    check(visible[times, rows].all(), path, "queries where a point is not visible")
    x, y, z = points[times, rows].T
    off = np.hypot(x / z * fx + cx - queries[:, 0], y / z * fy + cy - queries[:, 1])
    check(off.max() < NEAR_PX, path, "queries are off by", off.max())
    for number, w2c in enumerate(arrays.get("extrinsics_w2c", ())):
        world = np.concatenate([own["xyz_world"][number][taken], np.ones((len(taken), 1))], axis=1)
        off = np.abs((world @ w2c.T)[:, :3] - points[number]).max()
        check(off < 1e-4, path, "extrinsics_w2c is off by", off)
    moves = any("camera" in frame for frame in record["frames"])
    check(("extrinsics_w2c" in arrays) == moves or view is not None, path, "extrinsics_w2c")
    return len(taken)


def main():
    """Compare all."""
    folder, records = sys.argv[1:]
    count, files = 0, 0
    with open(records, encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            for view in (None, *(v["name"] for v in record.get("views", ()))):
                name = record["id"] + ("" if view is None else "." + view) + ".npz"
                path = os.path.join(folder, record.get("split", "train"), name)
                count += check_clip(path, record, view)
                files += 1
    check(sum(len(f) for _, _, f in os.walk(folder)) == files, folder, "has other files")
    print(f"{count} points")


if __name__ == "__main__":
    main()
