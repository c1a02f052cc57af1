#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads COCO's panoptic documents as panopticapi does, and compares them with their samples.

    coco_panoptic_check.py DATASET/coco RECORDS STUFF,...

Ids must be the same in pictures and documents both ways. A segment must be the pixels of the index
map that belong to its object, of stuff to all objects of its category. Exit status 1 at the first
thing that is wrong; prints how many segments were compared.
"""

import json
import os
import sys

import numpy
from PIL import Image

from pictures import check, pictures


def read_document(folder, split):
    """Return the images, annotations and categories of a split by what they are found by."""
    path = f"{folder}/annotations/panoptic_{split}.json" if split else f"{folder}/panoptic.json"
    if not os.path.exists(path):
        return {}, {}
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    categories = {item["id"]: item for item in document["categories"]}
    images = {item["id"]: item["file_name"] for item in document["images"]}
    annotations = {images[item["image_id"]]: item for item in document["annotations"]}
    check(len(annotations) == len(images) == len(document["annotations"]), path)
    return annotations, categories


def main():
    """Compare all."""
    folder, records, stuff = sys.argv[1:]
    documents = {split: read_document(folder, split) for split in ("", "train", "val", "test")}
    n_segments = 0
    for line in open(records, encoding="utf-8"):
        record = json.loads(line)
        annotations, categories = documents[record.get("split", "")]
        for stem, files, labels in pictures(record):
            name = stem.replace(".", "/")
            found = annotations.pop(name + ".png")
            check(found["file_name"] == name + ".png", name, found["file_name"])
            image = Image.open(f"{folder}/panoptic/{found['file_name']}")
            check(image.mode == "RGB", name, image.mode)
            rgb = numpy.array(image).astype(int)
            ids = rgb[:, :, 0] + 256 * rgb[:, :, 1] + 65536 * rgb[:, :, 2]
            said = {item["id"]: item for item in found["segments_info"]}
            check(set(said) == set(numpy.unique(ids)) - {0}, name, set(said), "are other ids")
            indices = numpy.array(Image.open(f"{record['dir']}/{files['index']}"))
            rest = ids > 0
            for item in labels:
                kind = item["category"]
                if not kind:
                    continue
                mask = indices == item["index"]
                (segment,) = numpy.unique(ids[mask])
                category = categories[said[segment]["category_id"]]
                check(category["name"] == kind, name, segment, category)
                check(category["isthing"] == (kind not in stuff.split(",")), name, category)
                check(len(category["color"]) == 3, name, category)
                if category["isthing"]:
                    check(((ids == segment) == mask).all(), name, segment, "has other pixels")
                rest &= ~mask
            check(not rest.any(), name, "has pixels of no object")
            for segment, item in said.items():
                y, x = numpy.nonzero(ids == segment)
                box = [x.min(), y.min(), x.max() - x.min() + 1, y.max() - y.min() + 1]
                check(item["area"] == len(x) and item["bbox"] == box, name, item)
                check(item["iscrowd"] == 0, name, item)
                n_segments += 1
    left = {split: list(annotations) for split, (annotations, _) in documents.items()}
    check(not any(left.values()), "images of no sample:", left)
    print(f"{n_segments} segments")


if __name__ == "__main__":
    main()
