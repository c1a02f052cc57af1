#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check scene flow and occlusion masks of sequences against their Position maps, poses and boxes.

    motion_check.py <records

All objects of the records must be boxes (or flat ones), so that their box3d is what they are: a ray
caster tells whether a point is hidden in another frame. Of what deforms nothing may be known.
Prints what is wrong, exits 1; says how many pixels were compared, and how many of them were hidden.
"""

import json
import os
import sys

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check_labels import read_exr, read_png  # noqa: E402
from flow_check import at  # noqa: E402

NEAR_M = 1e-3
BEFORE = 1e-3  # of the way to a point: what is nearer to it is the point's own surface
SHARE_MAX = 0.01  # a point may be hidden where the pixel's centre is not, and the other way round


def boxes(record: dict, frame: int) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Centre, axes as rows, and half the size of each box of a frame."""
    objects = {o["index"]: o for o in record["objects"]}
    for entry in record["frames"][frame].get("objects", []):
        objects[entry["index"]] = {**objects[entry["index"]], **entry}
    found = []
    for thing in objects.values():
        if thing.get("box3d") and thing["visible"]:
            w, x, y, z = thing["box3d"]["rotation_quaternion"]
            axes = np.array(
                [
                    [1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)],
                    [2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)],
                    [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)],
                ]
            )
            half = np.maximum(np.array(thing["box3d"]["size"]) / 2, 1e-6)
            found.append((np.array(thing["box3d"]["center"]), axes, half))
    return found


def seen_from(record: dict, frame: int, points: np.ndarray) -> tuple:
    """Points as a camera sees them: metres right, down and away; pixels; where its rays start."""
    camera = record["frames"][frame].get("camera", record["camera"])
    pose, size = np.array(camera["matrix_world"]), np.array(record["resolution"])
    seen = (points - pose[:3, 3]) @ pose[:3, :3] * (1, -1, -1)
    if camera["type"] == "ORTHO":  # not shifted, with square pixels
        start = points + seen[:, 2:] * pose[:3, 2]
        return seen, seen[:, :2] * size.max() / camera["ortho_scale"] + size / 2, start
    k = np.array(camera["K"])
    return seen, seen[:, :2] / seen[:, 2:] * k[[0, 1], [0, 1]] + k[:2, 2], pose[:3, 3]


def is_hidden(record: dict, frame: int, points: np.ndarray, before: float = BEFORE) -> np.ndarray:
    """Whether points are out of a frame's picture, or something is before them."""
    seen, pixels, place = seen_from(record, frame, points)
    inside = (pixels >= 0) & (pixels < record["resolution"])
    hidden = ~((seen[:, 2] > 0) & inside.all(axis=1))
    for centre, axes, half in boxes(record, frame):
        start, ray = (place - centre) @ axes.T, (points - place) @ axes.T
        ray = np.where(np.abs(ray) < 1e-12, 1e-12, ray)
        near, far = (-half - start) / ray, (half - start) / ray
        entry, leave = np.minimum(near, far).max(axis=1), np.maximum(near, far).min(axis=1)
        hidden |= (entry <= leave) & (entry > 0) & (entry < 1 - before)
    return hidden


class Counts:
    """What was compared, and what was wrong."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.compared = self.hidden = self.differ = 0


def check(record: dict, here: int, counts: Counts) -> None:
    """Compare the labels of one frame."""
    base, n = record["dir"], len(record["frames"])
    files = {role: os.path.join(base, paths[here]) for role, paths in record["files"].items()}
    index = np.array(read_png(files["index"])["rows"])
    position = read_exr(files["position"])
    points = np.stack([np.array(position[a], float) for a in "XYZ"], axis=-1)
    flow = read_exr(files["scene_flow"])
    vectors = np.stack([np.array(flow[a], float) for a in "XYZ"], axis=-1)
    deforming = {o["index"] for o in record["objects"] if o.get("deforms")}
    _, now = at(record, here)
    for role, there in (("occlusion_forward", here + 1), ("occlusion_backward", here - 1)):
        mask = np.array(read_png(files[role])["rows"])
        where = f"{base} {role} {here}"
        moved = np.full(points.shape, np.nan)
        for number in set(np.unique(index)) - {0} - deforming if 0 <= there < n else ():
            motion = at(record, there)[1][number] @ np.linalg.inv(now[number])
            moved[index == number] = points[index == number] @ motion[:3, :3].T + motion[:3, 3]
        known = np.isfinite(moved[..., 0])
        if ((mask == 128) == known).any():
            counts.wrong.append(f"{where}: 128 is not exactly where nothing can be known")
        if there > here:
            if ((vectors < 1e9).all(axis=-1) != known).any():
                counts.wrong.append(f"{where}: scene flow is not known, or is where it cannot be")
            off = np.abs(moved - points - vectors)[known]
            if off.size and off.max() > NEAR_M:
                counts.wrong.append(f"{where}: scene flow is off by {off.max():.5f} m")
        if known.any():
            hidden = is_hidden(record, there, moved[known])
            counts.compared += hidden.size
            counts.hidden += int(hidden.sum())
            counts.differ += int((hidden != (mask[known] == 255)).sum())


def main() -> int:
    """Compare all frames of all records."""
    counts = Counts()
    for record in map(json.loads, sys.stdin):
        for here in range(len(record["frames"])):
            check(record, here, counts)
    if counts.differ > SHARE_MAX * counts.compared or counts.hidden < 0.02 * counts.compared:
        counts.wrong.append("occlusion masks are not what rays say, or nothing was hidden")
    for text in counts.wrong:
        print(text)
    print(f"{counts.compared} pixels, {counts.hidden} hidden, {counts.differ} otherwise")
    return 1 if counts.wrong or counts.compared == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
