#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads COCO's documents of splits, and compares them with the samples they were made from.

    coco_splits_check.py add <RECORDS >RECORDS     give annotations outlines: one of each row's run
    coco_splits_check.py DATASET RECORDS coco|roboflow FIRST_CATEGORY_ID

Outlines are filled by the rule of pycocotools: a pixel whose centre is inside. Exit status 1 at the
first thing that is wrong; prints how many annotations were compared.
"""

import json
import os
import sys

from check_labels import read_png
from coco_check import decode
from pictures import check, extension, pictures


def add(record):
    """Give all annotations outlines along the borders of pixels."""
    for _, files, annotations in pictures(record):
        rows = read_png(f"{record['dir']}/{files['index']}")["rows"]
        for item in annotations:
            rings = []
            for y, row in enumerate(rows):
                inside = [int(value == item["index"]) for value in [0, *row, 0]]
                steps = [x for x in range(len(row) + 1) if inside[x] != inside[x + 1]]
                for x0, x1 in zip(steps[::2], steps[1::2]):
                    rings.append([x0, y, x1, y, x1, y + 1, x0, y + 1])
            item["polygons"] = {"edge": rings}
    return record


def filled(rings, width, height):
    """Return the pixels whose centres are inside outlines: an odd number of edges to the left."""
    mask = [0] * (width * height)
    for ring in rings:
        points = list(zip(ring[::2], ring[1::2]))
        for y in range(height):
            crossings = []
            for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1]):
                if (y0 <= y + 0.5) != (y1 <= y + 0.5):
                    crossings.append(x0 + (y + 0.5 - y0) * (x1 - x0) / (y1 - y0))
            for x in range(width):
                mask[y * width + x] |= sum(at <= x + 0.5 for at in crossings) % 2
    return mask


def read(folder, layout, split):
    """Return a split's document and the folder of its pictures."""
    if layout == "roboflow":
        split = {"val": "valid"}.get(split, split)
        path = os.path.join(folder, split, "_annotations.coco.json")
    else:
        path = os.path.join(folder, "annotations", f"instances_{split}.json")
    if not os.path.exists(path):
        return None, None
    with open(path, encoding="utf-8") as file:
        return json.load(file), os.path.join(folder, split if layout == "roboflow" else "images")


def main():
    """Do what the command line says."""
    if sys.argv[1:] == ["add"]:
        for line in sys.stdin:
            print(json.dumps(add(json.loads(line)), separators=(",", ":")))
        return
    dataset, path, layout, base = sys.argv[1:]
    wanted, n = {}, 0
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        for stem, files, annotations in pictures(record):
            name = stem if layout == "roboflow" else stem.replace(".", "/")
            wanted[record.get("split", "train"), name + extension(files)] = (
                record,
                files,
                annotations,
            )
    with open(os.path.join(dataset, "categories.json"), encoding="utf-8") as file:
        table = [(item["name"], item["supercategory"]) for item in json.load(file)]
    for split in ("train", "val", "test"):
        document, home = read(os.path.join(dataset, "coco"), layout, split)
        if document is None:
            continue
        found = [(c["id"], c["name"], c["supercategory"]) for c in document["categories"]]
        check(found == [(i + int(base), *row) for i, row in enumerate(table)], split, found)
        check([i["id"] for i in document["images"]] == list(range(1, len(document["images"]) + 1)))
        for image in document["images"]:
            record, files, annotations = wanted.pop((split, image["file_name"]))
            with open(os.path.join(home, image["file_name"]), "rb") as one, open(
                f"{record['dir']}/{files['image']}", "rb"
            ) as two:
                check(one.read() == two.read(), image, "is another picture")
            indices = read_png(f"{record['dir']}/{files['index']}")
            index = [value for row in indices["rows"] for value in row]
            items = [a for a in document["annotations"] if a["image_id"] == image["id"]]
            seen = [item for item in annotations if item["tags"]]
            check(len(items) == len(seen), image, len(items), "annotations, not", len(seen))
            for item, label in zip(items, seen):
                mask = [int(value == label["index"]) for value in index]
                shape = item["segmentation"]
                if isinstance(shape, list):
                    got = filled(shape, image["width"], image["height"])
                else:
                    got = decode(shape)
                check(got == mask, image, label["name"], "has another mask")
                check(item["area"] == label["area"] and item["bbox"] == label["bbox"], item)
                name = document["categories"][item["category_id"] - int(base)]["name"]
                check(name == "+".join(sorted(label["tags"])), item, name)
                n += 1
    check(not wanted, "pictures of no document:", list(wanted))
    print(f"{n} annotations")


if __name__ == "__main__":
    main()
