#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check the motion of what deforms against closed forms: scene flow, flow and occlusion masks.

    deforming_check.py <records

The records are of the scene that tests/motion.bats writes: objects are known by their names. The
places of points are those of Position maps. Prints what is wrong, exits 1; says how many pixels
were compared, and how far they were off at most.
"""

import json
import os
import sys

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check_labels import read_exr, read_png  # noqa: E402
from flow_check import at  # noqa: E402

NEAR_M = 5e-4
NEAR_PX = 0.01
COLUMNS = np.arange(9) / 4 - 1  # of the grid that is bent


def shear(frame: int) -> np.ndarray:
    """What the shape key makes of the cube's points."""
    share = frame / 10
    return np.array([[1, 0.25 * share, 0.5 * share], [0, 1, 0], [0, 0, 1]])


def carry(name: str, points: np.ndarray, pose: dict, frame: dict) -> np.ndarray:
    """Where points of an object are in another frame; NaN where nothing can be known.

    `pose` and `frame` are its matrix and the number of the frame, "here" and "there".
    """
    if name == "turn":
        angle = (frame["there"] - frame["here"]) / 5
        c, s = np.cos(angle), np.sin(angle)
        axis = np.array([2.5, 1.5, 0])
        return (points - axis) @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) + axis
    inverse = np.linalg.inv(pose["here"])
    own = points @ inverse[:3, :3].T + inverse[:3, 3]
    if name == "shear":
        own = own @ (shear(frame["there"]) @ np.linalg.inv(shear(frame["here"]))).T
    elif name == "bend":
        rise = np.interp(own[:, 0], COLUMNS, 2 * COLUMNS**2)
        own = own + np.outer(rise * (frame["there"] - frame["here"]) / 10, [0, 0, 1])
    else:
        own = own * np.nan
    return own @ pose["there"][:3, :3].T + pose["there"][:3, 3]


def project(camera: dict, points: np.ndarray) -> np.ndarray:
    """Pixels of points in the world."""
    pose, k = np.array(camera["matrix_world"]), np.array(camera["K"])
    seen = (points - pose[:3, 3]) @ pose[:3, :3] * (1, -1, -1)
    return seen[:, :2] / seen[:, 2:] * (k[0, 0], k[1, 1]) + k[:2, 2]


class Check:
    """Of one record."""

    def __init__(self, record: dict) -> None:
        self.record = record
        self.wrong: list[str] = []
        self.compared = 0
        self.off = {"scene_flow": 0.0, "flow": 0.0}

    def read(self, role: str, here: int):
        """The file of a role, as an array with the channels last."""
        path = os.path.join(self.record["dir"], self.record["files"][role][here])
        if path.endswith(".png"):
            return np.array(read_png(path)["rows"])
        channels = read_exr(path)
        order = sorted(channels)  # U V, X Y Z
        return np.stack([np.array(channels[c], float) for c in order], axis=-1)

    def compare(self, what: str, wanted: np.ndarray, found: np.ndarray, near: float) -> None:
        """Both must be known at the same pixels, and agree there."""
        known = np.isfinite(wanted[:, 0])
        if ((np.abs(found) < 1e9).all(axis=1) != known).any():
            self.wrong.append(f"{what}: not known where it should be, or known where it cannot be")
        off = np.abs(found - wanted)[known & (np.abs(found) < 1e9).all(axis=1)]
        if off.size:
            kind = what.split()[0].replace("_forward", "").replace("_backward", "")
            self.off[kind] = max(self.off[kind], float(off.max()))
            self.compared += len(off)
        if off.size and off.max() > near:
            self.wrong.append(f"{what}: off by {off.max():.5f}")

    def step(self, here: int, there: int, direction: str) -> None:
        """Compare the labels of one frame with what moves to another."""
        index, position = self.read("index", here), self.read("position", here)
        numbers = [entry["frame"] for entry in self.record["frames"]]
        camera, then = at(self.record, there)
        _, now = at(self.record, here)
        rows, columns = np.nonzero(index)
        pixels = np.stack([columns, rows], axis=-1) + 0.5
        points = position[rows, columns]
        moved = np.full(points.shape, np.nan)
        for thing in self.record["objects"]:
            own = index[rows, columns] == thing["index"]
            pose = {"here": now[thing["index"]], "there": then[thing["index"]]}
            frame = {"here": numbers[here], "there": numbers[there]}
            moved[own] = carry(thing["name"], points[own], pose, frame)
        where = f"{numbers[here]} to {numbers[there]}"
        flow = self.read(f"flow_{direction}", here)[rows, columns]
        self.compare(f"flow {where}", project(camera, moved) - pixels, flow, NEAR_PX)
        if direction == "forward":
            scene_flow = self.read("scene_flow", here)[rows, columns]
            self.compare(f"scene_flow {where}", moved - points, scene_flow, NEAR_M)
        mask = self.read(f"occlusion_{direction}", here)[rows, columns]
        if ((mask != 128) != np.isfinite(moved[:, 0])).any():
            self.wrong.append(f"occlusion {where}: 128 is not where nothing can be known")


def main() -> int:
    """Check all frames of all records."""
    wrong, compared = [], 0
    for record in map(json.loads, sys.stdin):
        check = Check(record)
        for here in range(len(record["frames"]) - 1):
            check.step(here, here + 1, "forward")
            check.step(here + 1, here, "backward")
        wrong += check.wrong
        compared += check.compared
        print(f"{check.compared} pixels, off by {check.off}")
    print("\n".join(wrong))
    return 1 if wrong or compared == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
