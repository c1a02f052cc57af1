#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boxes on a ground, seen by a level camera, and what KITTI's folders say of them.

    kitti_check.py make <RECORDS >RECORDS   the cube a car, the ball a pedestrian, the floor nothing
    kitti_check.py check DATASET/kitti RECORDS

Rows are read as KITTI's development kit does; the corners of a 3D box, back in the world, must be
those of the record. Exit status 1 at the first thing that is wrong; prints how many rows were
compared.
"""

import itertools
import json
import os
import sys

import numpy

from mux_samples import encode
from pictures import check, extension, pictures

WIDTH, HEIGHT, FOCAL = 64, 48, 60.0
K = numpy.array([[FOCAL, 0, 30.5], [0, FOCAL, 25], [0, 0, 1]])
TYPES = {1: "Car", 2: "Pedestrian"}


def camera_of(turn):
    """Return a level camera's pose, 1.5 m above the ground."""
    c, s = numpy.cos(turn), numpy.sin(turn)
    heading = numpy.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    pose = numpy.eye(4)
    pose[:3, :3] = heading @ numpy.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
    pose[:3, 3] = heading @ [0.3, -0.2, 0] + [0, 0, 1.5]
    return pose


def corners_of(box):
    """Return the eight corners of a record's box in the world."""
    w, _, _, z = box["rotation_quaternion"]  # upright: about z alone
    c, s = w * w - z * z, 2 * w * z
    turned = numpy.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    signs = numpy.array(list(itertools.product((-0.5, 0.5), repeat=3)))
    return signs * box["size"] @ turned.T + box["center"]


def seen_by(pose, points):
    """Return points of the world in OpenCV's camera axes."""
    return (points - pose[:3, 3]) @ pose[:3, :3] * [1, -1, -1]


def annotation_of(pose, box, index):
    """Return a label whose mask is a rectangle as large as the box in the picture."""
    points = seen_by(pose, corners_of(box)) @ K.T
    pixels = points[:, :2] / points[:, 2:]
    low = numpy.ceil(pixels.min(0).clip(0)).astype(int)
    high = numpy.floor(pixels.max(0)).astype(int).clip(0, [WIDTH, HEIGHT])
    mask = numpy.zeros((HEIGHT, WIDTH), int)
    mask[low[1] : high[1], low[0] : high[0]] = 1
    return {
        "index": index,
        "name": TYPES[index],
        "tags": [],
        "bbox": [*map(int, low), *map(int, high - low)],
        "area": int(mask.sum()),
        "category": TYPES[index].lower(),
        "truncation": 0.25,
        "rle": {"size": [HEIGHT, WIDTH], "counts": encode(mask.ravel().tolist(), WIDTH, HEIGHT)},
    }


def make(record):
    """Put boxes and a camera into a record, and labels that are of these."""
    number = record["index"]
    pose = camera_of(0.4 * number)
    forward, right = -pose[:3, 2], pose[:3, 0]
    record["resolution"] = [WIDTH, HEIGHT]
    record["camera"] = {"type": "PERSP", "K": K.tolist(), "matrix_world": pose.tolist()}
    for thing, ahead, aside, size, turn in (
        (record["objects"][0], 9, 1.5, [4, 1.8, 1.5], 0.7 + number),
        (record["objects"][1], 6, -1, [0.4, 0.6, 1.7], 2 - number),
    ):
        place = pose[:3, 3] + ahead * forward + aside * right
        thing["box3d"] = {
            "center": [*place[:2].tolist(), size[2] / 2],
            "size": size,
            "rotation_quaternion": [numpy.cos(turn / 2), 0, 0, numpy.sin(turn / 2)],
        }
    labels = [annotation_of(pose, t["box3d"], t["index"]) for t in record["objects"][:2]]
    record["annotations"] = labels + [item for item in record["annotations"] if item["index"] == 3]
    return record


def read_rows(path):
    """Return the rows of a label file: the type and 14 numbers."""
    with open(path, encoding="utf-8") as file:
        rows = [line.split(" ") for line in file.read().splitlines()]
    check(all(len(row) == 15 for row in rows), path, rows)
    return [(row[0], numpy.array(row[1:], float)) for row in rows]


def compare(row, item, box, pose, who):
    """Compare a row with the label and the box that it is of."""
    kind, numbers = row
    x, y, w, h = item["bbox"]
    check(kind == TYPES[item["index"]], who, kind)
    check(numbers[0] == 0.25 and numbers[1] == 3, who, numbers)
    check((numbers[3:7] == [x, y, x + w - 1, y + h - 1]).all(), who, numbers, item["bbox"])
    height, width, length, turn = *numbers[7:10], numbers[13]
    place, alpha = numbers[10:13], numbers[2]
    c, s = numpy.cos(turn), numpy.sin(turn)
    signs = numpy.array(list(itertools.product((-0.5, 0.5), (-1, 0), (-0.5, 0.5))))
    seen = (
        signs * [length, height, width] @ numpy.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]).T + place
    )
    world = (seen * [1, -1, -1]) @ pose[:3, :3].T + pose[:3, 3]
    away = numpy.linalg.norm(world[:, None] - corners_of(box)[None], axis=2).min(1)
    check(away.max() < 1e-4, who, "corners are off by", away)
    ray = numpy.arctan2(place[0], place[2])
    check(abs((turn - ray - alpha + numpy.pi) % (2 * numpy.pi) - numpy.pi) < 1e-5, who, alpha)
    check(-numpy.pi <= alpha <= numpy.pi, who, alpha)


def main():
    """Do what the command line says."""
    if sys.argv[1] == "make":
        for line in sys.stdin:
            print(json.dumps(make(json.loads(line)), separators=(",", ":")))
        return
    folder, records = sys.argv[2:]
    counts, n_rows = {"training": 0, "testing": 0}, 0
    lists = {}
    for split in ("train", "val", "test"):
        path = os.path.join(folder, "ImageSets", split + ".txt")
        lists[split] = open(path, encoding="utf-8").read().split() if os.path.exists(path) else []
    for line in open(records, encoding="utf-8"):
        record = json.loads(line)
        split = record.get("split", "train")
        part = "testing" if split == "test" else "training"
        pose = numpy.array(record["camera"]["matrix_world"])
        for stem, files, annotations in pictures(record):
            number = f"{counts[part]:06d}"
            counts[part] += 1
            check(lists[split].pop(0) == number, split, number)
            image = os.path.join(folder, part, "image_2", number + extension(files))
            with open(image, "rb") as one, open(f"{record['dir']}/{files['image']}", "rb") as two:
                check(one.read() == two.read(), stem, "is another picture")
            with open(
                os.path.join(folder, part, "calib", number + ".txt"), encoding="utf-8"
            ) as file:
                calib = dict(row.split(": ") for row in file.read().splitlines())
            p2 = numpy.array(calib["P2"].split(), float).reshape(3, 4)
            wanted = K - [[0, 0, 0.5], [0, 0, 0.5], [0, 0, 0]]
            check(numpy.allclose(p2[:, :3], wanted) and (p2[:, 3] == 0).all(), stem, p2)
            check(sorted(calib)[:5] == ["P0", "P1", "P2", "P3", "R0_rect"], stem, calib)
            rows = read_rows(os.path.join(folder, part, "label_2", number + ".txt"))
            seen = [item for item in annotations if item.get("category")]
            check(len(rows) == len(seen), stem, len(rows))
            for row, item in zip(rows, seen):
                box = record["objects"][item["index"] - 1]["box3d"]
                compare(row, item, box, pose, f"{stem}: {item['name']}")
                n_rows += 1
    check(not any(lists.values()), "numbers of no picture:", lists)
    print(f"{n_rows} rows")


if __name__ == "__main__":
    main()
