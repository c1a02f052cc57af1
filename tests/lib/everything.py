#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Samples that have everything a format may carry, and what that is.

    everything.py DIR still|sequence    three rendered samples; rv-mask is to label them with
                                        --panoptic --shapes obb --polygons edge,center
                                        --normals camera --keep passes

Each has a car and a pedestrian, with boxes in space and keypoints, and an object without a
category; a camera, a prompt, a seed, metadata of the scene, and a split. `truth` is what labelled
records and their files say, by the names of things; `traces` are bytes that are nowhere where a
thing is not.
"""

import argparse
import hashlib
import itertools
import json
import sys

import numpy
from PIL import Image

import make_sample
from check_labels import decode_rle, read_exr_file
from pictures import pictures

SIZE, FRAMES, FPS, SPLITS = (48, 36), 2, 12, ("train", "val", "test")
CATEGORIES = [
    {"id": 1, "name": "Car", "supercategory": "vehicle"},
    {"id": 2, "name": "Pedestrian", "supercategory": "person"},
]
RECTANGLES = [(3, 4, 15, 20), (20, 10, 27, 30), (12, 15, 26, 24)]
FOCAL, LENGTH, PROMPT, SEED = 48.0625, 1.9375, "Where does it go?", 902100
UP = [0.5**0.5, -(0.5**0.5), 0, 0]  # turns z to the upper side of the picture
POINTS = [("nose", 0.25), ("tail", 0.5)]
FOR_LABELS = ("passes", "track_points", "amodal_runs")  # roles that no dataset has


# ---- what is rendered


def camera(step):
    """Return a camera that looks down, and moves aside."""
    pose = [[1, 0, 0, step / 32], [0, 1, 0, 0], [0, 0, 1, 10], [0, 0, 0, 1]]
    lens = [[FOCAL, 0, SIZE[0] / 2], [0, FOCAL, SIZE[1] / 2], [0, 0, 1]]
    return {"type": "PERSP", "matrix_world": pose, "K": lens, "clip": [0.1, 1000]}


def box3d(center, size, step):
    """Return a box whose z axis is turned to the picture's upper side."""
    signs = numpy.array(list(itertools.product((-0.5, 0.5), repeat=3)))
    corners = (signs * size)[:, [0, 2, 1]] * [1, 1, -1] + center
    away = numpy.array([step / 32, 0, 10]) - corners
    pixels = numpy.array(SIZE) / 2 + FOCAL * away[:, :2] / away[:, 2:] * [-1, 1]
    box = {"center": center, "size": size, "rotation_quaternion": UP}
    return {**box, "corners": corners.tolist(), "pixels": pixels.tolist()}


def describe(record, number):
    """Give a record what make_sample.py leaves out."""
    record.update(camera=camera(number), prompt=PROMPT, seed=SEED + number, fps=FPS)
    record.update(split=SPLITS[number], metadata={"hue": "teal"}, categories=CATEGORIES)
    for thing, (x0, y0, x1, y1) in zip(record["objects"], RECTANGLES):
        index = thing["index"]
        thing["tags"] = []
        thing["properties"] = {"category": CATEGORIES[index - 1]["name"]} if index < 3 else {}
        thing["box3d"] = box3d([3 * index - 7, 0.5, index / 4], [LENGTH, index, 1.5], number)
        thing["skeleton"] = "stick"
        thing["keypoints"] = [
            {
                "name": name,
                "world": [0, 0, index / 4],
                "pixel": [x0 + (x1 - x0) * share, y0 + (y1 - y0) * share],
                "depth": 10 - index / 4,
                "in_frame": True,
            }
            for name, share in POINTS
        ]
    for step, frame in enumerate(record.get("frames", ())):
        frame.pop("objects", None)
        frame["camera"] = camera(number + step)
    return record


def main():
    """Make them."""
    args = argparse.Namespace(size=SIZE, seed=0, objects=3, codec="NONE", stripes=False, views=0)
    args.frames = FRAMES if sys.argv[2] == "sequence" else 0
    args.passes = args.corners = args.amodal = True
    args.tracks = 9 if args.frames else 0
    make_sample.rectangles = lambda *_: RECTANGLES
    for number in range(3):
        record = describe(make_sample.make_sample(sys.argv[1], number, args), number)
        print(json.dumps(record, separators=(",", ":")))


# ---- what they say


def digest(path):
    """Return the SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def planes(path, channels):
    """Return planes of an OpenEXR file."""
    found = read_exr_file(path)[0]
    return numpy.array([found[channel] for channel in channels])


def mask_of(rle):
    """Return the pixels of a mask, sorted."""
    return sorted((int(x), int(y)) for x, y in decode_rle(rle))


def in_steps(share):
    """Return how much KITTI says is hidden, by the share of what is in the picture that is seen."""
    return 0 if share >= 0.8 else 1 if share >= 0.5 else 2


def of_labels(labels):
    """Return what the labels of a picture are: of objects with a category, in their order."""
    points = [[[*p["pixel"], p["visibility"]] for p in a["keypoints"]] for a in labels]
    return {
        "boxes": [a["bbox"] for a in labels],
        "areas": [a["area"] for a in labels],
        "masks": [mask_of(a["rle"]) for a in labels],
        "outlines": [a["polygons"]["edge"] for a in labels],
        "centres": [a["polygons"]["center"] for a in labels],
        "rectangles": [sorted(a["obb"]) for a in labels],
        "keypoints": points,
        "categories": [a["category"] for a in labels],
        "ids": [a["index"] for a in labels],
        "segment": [a["segment"] for a in labels],
        "truncation": [a["truncation"] for a in labels],
        "seen": [a["visib_fract"] for a in labels],
        "hidden": [in_steps(a["area"] / len(mask_of(a["amodal"]))) for a in labels],
        "amodal": [mask_of(a["amodal"]) for a in labels],
    }


def of_picture(record, stem, files):
    """Return what a picture is, by its files and its camera."""
    path = {role: f"{record['dir']}/{name}" for role, name in files.items() if name}
    step = int(stem.split(".")[1]) - 1 if "." in stem else None
    lens = record["camera"] if step is None else record["frames"][step]["camera"]
    return {
        "pictures": digest(path["image"]),
        "pixels": numpy.array(Image.open(path["image"]).convert("RGB")),
        "poses": lens["matrix_world"],
        "intrinsics": lens["K"],
        "depth": planes(path["depth"], "V")[0],
        "normals": planes(path["normal"], "XYZ"),
        "camera normals": planes(path["normal_camera"], "XYZ"),
        "flow": planes(path["flow_forward"], "UV"),
        "vector": planes(path["vector"], "XYZW"),
        "index": numpy.array(Image.open(path["index"])),
        "boxes3d": [[o["box3d"][k] for k in ("center", "size")] for o in record["objects"][:2]],
    }


def in_their_ways(record, stem, picture):
    """Return what formats say in ways of their own."""
    step = record["index"] + (int(stem.split(".")[1]) - 1 if "." in stem else 0)
    known = numpy.abs(picture["flow"]) < 1e9
    index, depth = picture["index"], picture["depth"]
    edges = numpy.zeros(index.shape, int)
    edges[:, :-1] |= index[:, :-1] != index[:, 1:]
    edges[:-1] |= index[:-1] != index[1:]
    boxes = picture["boxes3d"]
    return {
        "segments": numpy.choose(index, [0, *picture["segment"], 0]),
        "classes": numpy.where(index < 3, index, 0),
        "cut": [share > 0 for share in picture["truncation"]],
        "truncation in steps": [
            0 if s == 0 else 1 if s <= 0.5 else 2 for s in picture["truncation"]
        ],
        "two classes": [1, 2],
        "sides3d": [size for _, size in boxes],
        "feet3d": [[c[0] - step / 32, s[2] / 2 - c[1], 10 - c[2]] for c, s in boxes],
        "flow in Blender's axes": numpy.where(known, picture["vector"][2:], 0),
        "coarse depth": numpy.where(index, depth, 1e10),
        "borders": edges * 255,
        "points": numpy.where(
            index[..., None], numpy.dstack([depth, picture["pixels"].astype(float)]), 0
        ),
    }


def of_tracks(record):
    """Return the points that are followed: those that are seen and always known."""
    if "tracks" not in record["files"]:
        return {}
    with numpy.load(f"{record['dir']}/{record['files']['tracks']}", allow_pickle=False) as arrays:
        known = (arrays["first_seen"] >= 0) & numpy.isfinite(arrays["xyz_camera"]).all((0, 2))
        return {
            "points in space": arrays["xyz_camera"][:, known],
            "points in the picture": arrays["xy"][:, known],
            "visibility": arrays["visible"][:, known],
        }


def truth(records):
    """Return what records say: thing -> {sample or picture: what it is}."""
    found = {}
    for record in records:
        of_sample = {
            "splits": record["split"],
            "prompts": record["prompt"],
            "seeds": record["seed"],
            "metadata": record["metadata"],
            "rates": record["fps"],
            "sizes": record["resolution"],
            "files": sorted(digest(path) for path in all_files(record)),
            "records": kept(record),
            **of_tracks(record),
        }
        for thing, value in of_sample.items():
            found.setdefault(thing, {})[record["id"]] = value
        for stem, files, annotations in pictures(record):
            labels = [a for a in annotations if a.get("category")]
            picture = {**of_labels(labels), **of_picture(record, stem, files)}
            picture.update(in_their_ways(record, stem, picture))
            for thing, value in picture.items():
                found.setdefault(thing, {})[stem] = value
    found["supercategories"] = {c["name"]: c["supercategory"] for c in CATEGORIES}
    found["histograms"] = {"categories": [[c["id"], len(records)] for c in CATEGORIES]}
    previews = [f"{r['id']}.{kind}" for r in records for kind in ("depth_color", "normal", "flow")]
    found["previews"] = {name: list(reversed(SIZE)) for name in previews}
    return found


def kept(record):
    """Return what of a record stays in a dataset."""
    files = {role: name for role, name in record["files"].items() if role not in FOR_LABELS}
    gone = ("dir", "run", "channels")
    return {**{k: v for k, v in record.items() if k not in gone}, "files": files}


def all_files(record):
    """Return the paths of all of a record's files, but for what was kept for labels alone."""
    names = [name for role, name in record["files"].items() if role not in FOR_LABELS]
    flat = [name for n in names for name in (n if isinstance(n, list) else [n])]
    return [f"{record['dir']}/{name}" for name in flat if name]


# ---- what stands nowhere where a thing is not

TEXTS = {
    "boxes": ["bbox"],
    "categories": ["Pedestrian", "pedestrian"],
    "keypoints": ["nose"],
    "boxes3d": [str(LENGTH), str(1000 * LENGTH)],
    "intrinsics": [str(FOCAL)],
    "prompts": [PROMPT],
    "seeds": [str(SEED)[:5]],
    "metadata": ["teal"],
    "splits": ['"val"', '"validation"'],
}
ROLES = {
    "depth": ("depth", "depth_mm"),
    "normals": ("normal", "normal_camera"),
    "flow": ("flow_forward", "flow_backward"),
    "masks": ("index", "panoptic"),
    "passes": FOR_LABELS,
    "files": ("depth", "normal", "index", "flow_forward", "uv", "alpha", "index_preview"),
}


def traces(thing, records):
    """Return (texts, digests of files) that there are where a thing is."""
    digests = set()
    for record in records:
        for role in ROLES.get(thing, ()):
            names = record["files"].get(role) or []
            for name in names if isinstance(names, list) else [names]:
                digests |= {digest(f"{record['dir']}/{name}")} if name else set()
    texts = TEXTS.get(thing, [])
    if thing == "masks":
        texts = [
            json.dumps(item["rle"]["counts"])[1:-1]
            for record in records
            for _, _, annotations in pictures(record)
            for item in annotations
        ]
    return [text.encode() for text in texts], digests


if __name__ == "__main__":
    main()
