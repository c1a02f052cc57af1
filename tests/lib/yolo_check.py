#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads a YOLO dataset as Ultralytics does, and compares it with the samples it was made from.

    yolo_check.py add <RECORDS >RECORDS        give annotations polygons, obb and keypoints
    yolo_check.py check DATASET RECORDS TASK   detect, segment, obb, pose or semantic

Outlines, rectangles and fills are OpenCV's. Prints how many rows were compared; exit status 1 at
the first picture that a trainer would drop, or that is not as the index map has it.
"""

import glob
import json
import os
import sys

import cv2
import numpy
import yaml

from pictures import check, pictures

POINTS = ["nose", "left_ear", "right_ear"]


def read(*parts):
    """Return a picture as OpenCV has it."""
    image = cv2.imread(os.path.join(*parts), cv2.IMREAD_UNCHANGED)
    assert image is not None, parts
    return image


def mask_of(indices, annotation):
    """Return the mask of an object, 0 and 1."""
    return (indices == annotation["index"]).astype(numpy.uint8)


def corners_of(mask):
    """Return the corners of all pixels of a mask."""
    ys, xs = numpy.nonzero(mask)
    return numpy.concatenate(
        [numpy.stack([xs + dx, ys + dy], 1) for dx in (0, 1) for dy in (0, 1)]
    ).astype(numpy.float32)


# ---- what rv-mask says on request


def add(record):
    """Add polygons, rectangles and keypoints, made by OpenCV, to all annotations."""
    for _, files, annotations in pictures(record):
        indices = read(record["dir"], files["index"])
        for item in annotations:
            mask = mask_of(indices, item)
            rings = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[-2]
            rings = [ring.reshape(-1).tolist() for ring in rings]
            item["polygons"] = {"center": [(ring * 3)[: max(len(ring), 6)] for ring in rings]}
            box = cv2.boxPoints(cv2.minAreaRect(corners_of(mask)))
            item["obb"] = [[float(value) for value in corner] for corner in box]
            x, y, w, h = item["bbox"]
            item["keypoints"] = [
                {"name": name, "pixel": [x + w * share, y + h / 2], "visibility": v}
                for name, share, v in zip(POINTS, (0.5, 0.0, 1.0), (2, 1, 0))
            ]
    return record


# ---- the reader


def read_label(path, n_classes, n_points):
    """Return the rows of a label file, as Ultralytics takes them."""
    with open(path, encoding="utf-8") as file:
        rows = [line.split() for line in file.read().strip().splitlines() if line]
    if any(len(row) > 6 for row in rows) and not n_points:
        for row in rows:
            check(len(row) % 2 == 1, path, "has an odd number of coordinates")
        rings = [numpy.array(row[1:], numpy.float32).reshape(-1, 2) for row in rows]
        boxes = [numpy.concatenate([(r.min(0) + r.max(0)) / 2, r.max(0) - r.min(0)]) for r in rings]
        labels = numpy.array([[float(row[0]), *box] for row, box in zip(rows, boxes)])
    else:
        rings, labels = [], numpy.array(rows, numpy.float32)
    if len(rows) == 0:
        return [], rings
    wanted = 5 + 3 * n_points
    check(labels.shape[1] == wanted, path, "has rows of", labels.shape[1], "columns, not", wanted)
    places = labels[:, 5:].reshape(-1, 3)[:, :2] if n_points else labels[:, 1:]
    check(places.max() <= 1.01 and labels.min() >= -0.01, path, "is out of range")
    check(labels[:, 0].max() < n_classes, path, "has a class that is none")
    unique = numpy.unique(labels, axis=0)
    check(len(unique) == len(labels), path, "has", len(labels) - len(unique), "rows twice")
    return labels, rings


def read_dataset(folder):
    """Return the classes, the number of keypoints, and {stem: (split, image, labels, rings)}."""
    with open(os.path.join(folder, "data.yaml"), encoding="utf-8") as file:
        data = yaml.safe_load(file)
    check(sorted(data["names"]) == list(range(len(data["names"]))), "names are not numbered")
    n_points = data.get("kpt_shape", [0])[0]
    if "flip_idx" in data:
        check(sorted(data["flip_idx"]) == list(range(n_points)), "flip_idx", data["flip_idx"])
    found = {}
    for split in ("train", "val", "test"):
        check(split == "test" or split in data, "there is no", split)
        pattern = os.path.join(folder, data.get(split, "none"), "**", "*.*")
        for path in sorted(glob.glob(pattern, recursive=True)):
            before, after = path.rsplit("/images/", 1)
            where = data.get("masks_dir", "labels")
            label = f"{before}/{where}/{after}".rsplit(".", 1)[0] + ".txt"
            image = read(path)
            check(min(image.shape[:2]) > 9, path, "is too small")
            stem = os.path.basename(path).rsplit(".", 1)[0]
            place = os.path.basename(os.path.dirname(path))
            if "masks_dir" in data:
                labels, rings = read(label.replace(".txt", ".png")), []
                check(labels.dtype == numpy.uint8 and labels.ndim == 2, label, "is no grey mask")
            else:
                labels, rings = read_label(label, len(data["names"]), n_points)
            found[stem] = (place, image, labels, rings)
    return data["names"], n_points, found


# ---- what was read, against the samples


def check_box(label, item, width, height, who):
    """The box is that of the annotation, to a thousandth of a pixel."""
    cx, cy, w, h = label[1:5] * numpy.array([width, height, width, height])
    box = numpy.array([cx - w / 2, cy - h / 2, w, h])
    check(numpy.abs(box - item["bbox"]).max() < 1e-3 * max(1, width / 640), who, box, item["bbox"])


def check_outline(ring, mask, who):
    """Filled, the outline is the mask."""
    height, width = mask.shape
    points = (ring * numpy.array([width, height], numpy.float32)).astype(numpy.int32)
    filled = numpy.zeros_like(mask)
    cv2.fillPoly(filled, [points], 1)
    check((filled == mask).all(), who, "differs in", int((filled != mask).sum()), "pixels")


def check_rectangle(ring, mask, who):
    """The rectangle holds every pixel, and none is smaller."""
    height, width = mask.shape
    (center, size, angle) = cv2.minAreaRect(ring * numpy.array([width, height], numpy.float32))
    least = cv2.minAreaRect(corners_of(mask))[1]
    check(abs(size[0] * size[1] - least[0] * least[1]) < 0.05, who, size, least)
    turn = numpy.deg2rad(angle)
    axes = numpy.array([[numpy.cos(turn), numpy.sin(turn)], [-numpy.sin(turn), numpy.cos(turn)]])
    away = numpy.abs((corners_of(mask) - numpy.array(center)) @ axes.T)
    check((away <= numpy.array(size) / 2 + 0.01).all(), who, "pixels are outside of it")


def check_points(label, item, width, height, who):
    """Keypoints are those of the annotation; one that is not in the picture is zeros."""
    for found, point in zip(label[5:].reshape(-1, 3), item["keypoints"]):
        v = point["visibility"]
        wanted = [point["pixel"][0] / width, point["pixel"][1] / height, v] if v else [0, 0, 0]
        check(numpy.abs(found - numpy.array(wanted)).max() < 1e-6, who, found, wanted)


def check_classes(mask, indices, seen, names, who):
    """A mask has the class of each pixel's object, by its name."""
    wanted = numpy.zeros_like(mask)
    for item in seen:
        (number,) = [n for n, name in names.items() if name == "+".join(sorted(item["tags"]))]
        wanted[indices == item["index"]] = number
    check(names[0] == "background" and (mask == wanted).all(), who, "has other classes")


def main():
    """Do what the command line says."""
    if sys.argv[1] == "add":
        for line in sys.stdin:
            print(json.dumps(add(json.loads(line)), separators=(",", ":")))
        return
    folder, records, task = sys.argv[2:]
    names, n_points, found = read_dataset(folder)
    check((task == "pose") == (n_points == len(POINTS)), task, "with", n_points, "keypoints")
    n_rows = 0
    for line in open(records, encoding="utf-8"):
        record = json.loads(line)
        for stem, files, annotations in pictures(record):
            split, image, labels, rings = found.pop(stem)
            check(split == record.get("split", "train"), stem, "is of", split)
            check((image == read(record["dir"], files["image"])).all(), stem, "is another picture")
            indices = read(record["dir"], files["index"])
            height, width = indices.shape
            seen = [item for item in annotations if item["tags"]]
            if task == "semantic":
                check_classes(labels, indices, seen, names, stem)
                n_rows += len(seen)
                continue
            check(len(labels) == len(seen), stem, "has", len(labels), "rows, not", len(seen))
            for i, (label, item) in enumerate(zip(labels, seen)):
                who, mask = f"{stem}: {item['name']}", mask_of(indices, item)
                check(names[int(label[0])] == "+".join(sorted(item["tags"])), who, label[0])
                if task in ("detect", "pose"):
                    check_box(label, item, width, height, who)
                if task == "pose":
                    check_points(label, item, width, height, who)
                if task == "segment":
                    check_outline(rings[i], mask, who)
                if task == "obb":
                    check_rectangle(rings[i], mask, who)
                n_rows += 1
    check(not found, "pictures of no sample:", list(found))
    print(f"{n_rows} rows")


if __name__ == "__main__":
    main()
