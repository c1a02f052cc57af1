#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check tracks of samples against poses, cameras and Position maps; with --boxes against rays.

    tracks_check.py [--boxes] <records

With --boxes all objects are boxes (or flat ones), so that a ray caster tells which points are seen.
Prints what is wrong, exits 1; says how many points were compared, and how many of them were seen.
"""

import json
import os
import sys

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check_labels import read_exr, read_png  # noqa: E402
from motion_check import is_hidden, seen_from  # noqa: E402

NEAR_M = 2e-5
NEAR_PX = 0.01
BEFORE = 1e-5  # of the way to a point: what is nearer to it is the point's own surface
SHARE_MAX = 0.02  # of points that are beside a border within their pixel
FOOTPRINT = 4  # pixels that a point may be from the centre of the pixel that shows it, on a slope
STEEP_MAX = 0.05  # of points that are on steeper ones


def of_frame(record: dict, frame: int, path: str) -> str:
    """The file of a role in a frame."""
    files = record["files"][path]
    return os.path.join(record["dir"], files if isinstance(files, str) else files[frame])


def poses_of(record: dict, frame: int) -> dict:
    """The matrices of objects in a frame."""
    objects = {o["index"]: o for o in record["objects"]}
    for entry in record["frames"][frame].get("objects", []):
        objects[entry["index"]] = {**objects[entry["index"]], **entry}
    return {index: np.array(o["matrix_world"]) for index, o in objects.items()}


class Check:
    """What was compared, and what was wrong."""

    def __init__(self, boxes: bool) -> None:
        self.boxes = boxes
        self.wrong: list[str] = []
        self.compared = self.seen = self.differ = 0

    def that(self, is_right: bool, text: str) -> None:
        """Notes a text where something is wrong."""
        if not is_right:
            self.wrong.append(text)

    def record(self, record: dict) -> None:
        """Compare the tracks of a sample."""
        record.setdefault("frames", [{"frame": 0}])
        tracks = np.load(os.path.join(record["dir"], record["files"]["tracks"]), allow_pickle=False)
        counts = [sum(tracks["object"] == t["index"]) for t in record["tracks"]]
        self.that(counts == [t["points"] for t in record["tracks"]], "object: not as in the record")
        self.that(bool((np.diff(tracks["object"]) >= 0).all()), "object: not sorted")
        numbers = [f["frame"] for f in record["frames"]]
        self.that(tracks["frame"].tolist() == numbers, "frame: not those of the record")
        visible, world = tracks["visible"], tracks["xyz_world"]
        self.that(visible.dtype == bool and world.shape == (*visible.shape, 3), "shapes")
        none = ~visible.any(axis=0)
        first = np.where(none, -1, visible.argmax(axis=0))
        last = np.where(none, -1, len(visible) - 1 - visible[::-1].argmax(axis=0))
        self.that(bool((tracks["first_seen"] == first).all()), "first_seen")
        self.that(bool((tracks["last_seen"] == last).all()), "last_seen")
        deforming = {o["index"] for o in record["objects"] if o.get("deforms")}
        for frame in range(len(visible)):
            self.frame(record, tracks, frame, deforming)

    def frame(self, record: dict, tracks: dict, frame: int, deforming: set) -> None:
        """Compare one frame."""
        where = f"{record['dir']} frame {frame}"
        world, objects = tracks["xyz_world"][frame], tracks["object"]
        here, start = poses_of(record, frame), poses_of(record, 0)
        for index in set(objects) - deforming:
            motion = here[index] @ np.linalg.inv(start[index])
            first = tracks["xyz_world"][0][objects == index]
            off = np.abs(first @ motion[:3, :3].T + motion[:3, 3] - world[objects == index])
            self.that(off.max() < NEAR_M, f"{where}: object {index} is off by {off.max()} m")
        seen, xy, _ = seen_from(record, frame, world)
        off = np.abs(tracks["xyz_camera"][frame] - seen)
        self.that(off.max() < NEAR_M, f"{where}: xyz_camera is off by {off.max()} m")
        before = seen[:, 2] > 0
        off = np.abs(tracks["xy"][frame] - xy)[before]
        self.that(off.max() < NEAR_PX, f"{where}: xy is off by {off.max()} px")
        self.that(bool(np.isnan(tracks["xy"][frame][~before]).all()), f"{where}: xy behind it")
        self.visible(record, tracks, frame, xy, seen)

    def visible(self, record: dict, tracks: dict, frame: int, xy, seen) -> None:
        """Compare which points are seen, and that they are where the picture has them."""
        visible, world = tracks["visible"][frame], tracks["xyz_world"][frame]
        pixels = xy[visible].astype(int)
        index = np.array(read_png(of_frame(record, frame, "index"))["rows"])
        position = read_exr(of_frame(record, frame, "position"))
        at = np.stack([np.array(position[a], float)[pixels[:, 1], pixels[:, 0]] for a in "XYZ"], -1)
        own = index[pixels[:, 1], pixels[:, 0]] == tracks["object"][visible]
        camera = record["frames"][frame].get("camera", record["camera"])
        if camera["type"] == "ORTHO":
            footprint = FOOTPRINT * camera["ortho_scale"] / max(record["resolution"])
        else:
            footprint = FOOTPRINT * seen[visible][:, 2] / camera["K"][0][0]
        self.that(bool(own.all()), f"frame {frame}: seen where another object is")
        far = np.linalg.norm(at - world[visible], axis=1) > footprint
        self.that(
            far.mean() <= STEEP_MAX, f"frame {frame}: {far.sum()} are not where they are seen"
        )
        self.compared += len(visible)
        self.seen += int(visible.sum())
        if self.boxes:
            self.differ += int((visible == is_hidden(record, frame, world, BEFORE)).sum())


def main() -> int:
    """Compare the tracks of all records."""
    check = Check("--boxes" in sys.argv)
    for record in map(json.loads, sys.stdin):
        check.record(record)
    share = check.differ / max(check.compared, 1)
    check.that(share <= SHARE_MAX, f"{check.differ} of {check.compared} are not seen as rays say")
    check.that(0.05 < check.seen / max(check.compared, 1) < 0.95, "all or nothing is seen")
    for text in check.wrong:
        print(text)
    print(f"{check.compared} points, {check.seen} seen, {check.differ} otherwise")
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
