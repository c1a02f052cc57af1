#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check labels that are asked for against the passes, by arithmetic of their own.

    label_checks.py LABEL PRISTINE [NAME=VALUE...] <records

PRISTINE holds the samples as they were before rv-mask. Prints what is wrong, exits 1; says how many
things were compared.
"""

import json
import os
import sys

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check_labels import read_exr, read_png  # noqa: E402
from palette_checks import table  # noqa: E402

wrong, compared = [], 0


def check(condition: bool, what: str) -> None:
    """Note what is wrong unless the condition holds."""
    global compared
    compared += 1
    if not condition:
        wrong.append(what)


class Picture:
    """A picture of a record, the passes that were rendered for it, and its camera."""

    def __init__(self, record: dict, pristine: str, view: dict, frame: int, options: dict):
        self.record, self.view, self.frame, self.options = record, view, frame, options
        before = os.path.join(pristine, record["id"])
        with open(os.path.join(before, "_meta.json"), encoding="utf-8") as file:
            meta = json.load(file)
        holder = next(v for v in meta["views"] if v["name"] == view["name"]) if view else meta
        self.files, self.number = (view or record)["files"], frame
        passes = holder["files"]["passes"]
        self.is_sequence = isinstance(passes, list)
        self.channels = holder.get("channels", meta["channels"])
        self.planes = read_exr(os.path.join(before, passes[frame] if self.is_sequence else passes))
        state = (view or record)["frames"][frame] if self.is_sequence else view or record
        self.annotations = state["annotations"]
        self.moved = record["frames"][frame] if self.is_sequence else {}
        own = (view or self.moved).get("camera")
        self.camera = (state.get("camera") if view else None) or own or record["camera"]
        self.what = f"{record['id']}{'/' + view['name'] if view else ''} {frame}: "

    def plane(self, role: str) -> np.ndarray:
        """Return a pass; of several channels an array with these last."""
        names = self.channels[role]
        if isinstance(names, str):
            return np.array(self.planes[names], np.float64)
        return np.stack([np.array(self.planes[name], np.float64) for name in names], -1)

    def path(self, role: str) -> str:
        """Return the path of a role's file."""
        path = self.files[role]
        return os.path.join(self.record["dir"], path[self.number] if self.is_sequence else path)

    def png(self, role: str) -> np.ndarray:
        """Return the pixels of a role's PNG file, channels last where there are several."""
        image = read_png(self.path(role))
        rows = np.array(image["rows"])
        n = image["channels"]
        return rows if n == 1 else rows.reshape(image["height"], image["width"], n)

    def objects(self) -> dict:
        """Return the objects of the record as they are in this frame, by index."""
        known = {o["index"]: dict(o) for o in self.record["objects"]}
        for moved in self.moved.get("objects", []):
            known[moved["index"]].update(moved)
        return known


def pictures(record: dict, pristine: str, options: dict) -> list:
    """Return all pictures of a record."""
    found = []
    for view in [None, *record.get("views", [])]:
        passes = len((view or record).get("frames", [0]))
        found += [Picture(record, pristine, view, i, options) for i in range(passes)]
    return found


# ---- labels


def project(camera: dict, world: list) -> tuple:
    """Return pixel and depth of a point of the world."""
    pose = np.array(camera["matrix_world"])
    x, y, z = np.linalg.inv(pose[:3, :3]) @ (np.array(world) - pose[:3, 3])
    if z >= 0:
        return None, -z
    k = np.array(camera["K"])
    return [k[0, 2] + k[0, 0] * x / -z, k[1, 2] + k[1, 1] * y / -z * -1], -z


def keypoints(picture: Picture) -> None:
    """Compare places and visibility of keypoints."""
    depth, index = picture.plane("depth"), picture.plane("index")
    height, width = depth.shape
    below = float(picture.options.get("below", 0))
    known = picture.objects()
    for annotation in picture.annotations:
        number = annotation["index"]
        wanted = known[number].get("keypoints")
        what = f"{picture.what}{number}"
        check(("keypoints" in annotation) == bool(wanted), f"{what}: there are keypoints")
        check(annotation.get("skeleton") == known[number].get("skeleton"), f"{what}: skeleton")
        for point, got in zip(wanted or [], annotation.get("keypoints", [])):
            pixel, metres = point["pixel"], point["depth"]
            is_inside = point["in_frame"]
            if picture.view:
                pixel, metres = project(picture.camera, point["world"])
                is_inside = pixel is not None
            is_inside = is_inside and 0 <= pixel[0] < width and 0 <= pixel[1] < height
            seen = 0
            if is_inside:
                x, y = int(pixel[0]), int(pixel[1])
                near = (slice(max(y - 1, 0), y + 2), slice(max(x - 1, 0), x + 2))
                same = index[near] == index[y, x]
                limit = depth[near][same].max() * 1.001 + (below if index[y, x] == number else 0)
                seen = 2 if metres <= limit else 1
            check(got["name"] == point["name"], f"{what}: name of a keypoint")
            check((got["pixel"] is None) == (pixel is None), f"{what}: {got['pixel']} for {pixel}")
            if pixel:
                check(np.allclose(got["pixel"], pixel, atol=1e-9), f"{what}: pixel")
            check(got["visibility"] == seen, f"{what} {point['name']}: {got}, wanted {seen}")


def palette_of(picture: Picture) -> dict:
    """Return index -> colour of the record's objects; 0 is black, a floor is grey."""
    objects = [o for o in picture.record["objects"] if o.get("index")]
    colours = {o["index"]: tuple(table()[i]) for i, o in enumerate(objects)}
    bare = [o for o in objects if not o["tags"] and not o["properties"].get("category")]
    if bare and len(bare) < len(objects):
        floor = max(bare, key=lambda o: np.prod(sorted(o["dimensions"])[1:]))
        colours[floor["index"]] = (0x1A, 0x1F, 0x29)
    return {0: (0, 0, 0), **colours}


def index_color(picture: Picture) -> None:
    """Compare the colours of the index map with those that the record's objects have."""
    index, colours = picture.plane("index"), palette_of(picture)
    wanted = np.array([[colours[int(i)] for i in row] for row in index])
    check((picture.png("index_color") == wanted).all(), picture.what + "colours of indices")


def main() -> None:
    """Check each record on standard input."""
    label, pristine = sys.argv[1:3]
    options = dict(word.split("=", 1) for word in sys.argv[3:])
    for line in sys.stdin:
        for picture in pictures(json.loads(line), pristine, options):
            globals()[label](picture)
    if wrong or not compared:
        sys.exit("\n".join(wrong[:20] or ["nothing to compare"]) + f"\n{len(wrong)} are wrong")
    print(f"{compared} comparisons")


if __name__ == "__main__":
    main()
