#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check the flow of sequences against their Position maps and poses.

    flow_check.py <records

Prints what is wrong, exits 1; says how many pixels were compared. What may deform keeps its shape.
"""

import json
import os
import sys

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check_labels import read_exr, read_png  # noqa: E402

NEAR_PX = 0.01


def at(record: dict, frame: int) -> tuple[dict, dict[int, np.ndarray]]:
    """The camera of a frame, and the poses of the objects that are there by index."""
    entry = record["frames"][frame]
    objects = {o["index"]: o for o in record["objects"]}
    objects.update({o["index"]: {**objects[o["index"]], **o} for o in entry.get("objects", [])})
    return entry.get("camera", record["camera"]), {
        index: np.array(o["matrix_world"]) for index, o in objects.items() if o["visible"]
    }


def expected(record: dict, here: int, there: int, index: np.ndarray, points: np.ndarray):
    """u and v; NaN where nothing may be known."""
    _, now = at(record, here)
    camera, then = at(record, there)
    moved = np.full(points.shape, np.nan)
    for number in set(np.unique(index)) & set(then):
        motion = then[number] @ np.linalg.inv(now[number])
        of_object = index == number
        moved[of_object] = points[of_object] @ motion[:3, :3].T + motion[:3, 3]
    pose, k = np.array(camera["matrix_world"]), np.array(camera["K"])
    seen = (moved - pose[:3, 3]) @ pose[:3, :3] * (1, -1, -1)
    height, width = index.shape
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    return (
        k[0, 0] * seen[..., 0] / seen[..., 2] + k[0, 2] - columns,
        k[1, 1] * seen[..., 1] / seen[..., 2] + k[1, 2] - rows,
    )


def main() -> int:
    """Compare every flow of every record."""
    wrong, compared = [], 0
    for record in map(json.loads, sys.stdin):
        base, n = record["dir"], len(record["frames"])
        for here in range(n):
            index = np.array(read_png(os.path.join(base, record["files"]["index"][here]))["rows"])
            position = read_exr(os.path.join(base, record["files"]["position"][here]))
            points = np.stack([np.array(position[a], float) for a in "XYZ"], axis=-1)
            for role, there in (("flow_forward", here + 1), ("flow_backward", here - 1)):
                flow = {
                    k: np.array(v)
                    for k, v in read_exr(os.path.join(base, record["files"][role][here])).items()
                }
                known = np.abs(flow["U"]) < 1e9
                if not 0 <= there < n:
                    continue
                u, v = expected(record, here, there, index, points)
                can_be = np.isfinite(u)
                step = abs(record["frames"][there]["frame"] - record["frames"][here]["frame"])
                if (known & ~can_be).any() or (step > 1 and (known != can_be).any()):
                    wrong.append(f"{base} {role} {here}: not known where it should be, or known")
                both = known & can_be
                off = np.hypot(flow["U"] - u, flow["V"] - v)[both]
                compared += off.size
                if off.size and off.max() > NEAR_PX:
                    wrong.append(f"{base} {role} {here}: off by {off.max():.4f} px")
    print("\n".join(wrong) if wrong else f"{compared} pixels")
    return 1 if wrong or compared == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
