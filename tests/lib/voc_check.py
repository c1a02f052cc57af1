#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads a Pascal VOC dataset as its readers do, and compares it with the samples it was made from.

    voc_check.py DATASET/voc RECORDS BASE [masks]

XML is read by ElementTree, pictures and masks by Pillow, which keeps a mask's numbers only when it
has a palette. Exit status 1 at the first thing that is wrong; prints how many objects were
compared.
"""

import json
import os
import sys
import xml.etree.ElementTree

import numpy
from PIL import Image

from pictures import check, extension, pictures


def read_list(folder, name):
    """Return the stems of a list, none twice; {} when it is not there."""
    path = os.path.join(folder, "ImageSets", name)
    stems = open(path, encoding="utf-8").read().split("\n") if os.path.exists(path) else [""]
    check(stems.pop() == "" and len(set(stems)) == len(stems), name, "is no list")
    return stems


def read_labels(folder):
    """Return the classes of labelmap.txt, and their colours."""
    rows = [r.split(":") for r in open(os.path.join(folder, "labelmap.txt"), encoding="utf-8")]
    check(rows[0][0] == "background", rows[0])
    return [row[0] for row in rows], [row[1] for row in rows]


def read_mask(folder, kind, stem):
    """Return the numbers of a mask, and its palette."""
    image = Image.open(os.path.join(folder, kind, stem + ".png"))
    check(image.mode == "P", kind, stem, "has no palette:", image.mode)
    return numpy.array(image), image.getpalette()


def compare(folder, stem, record, files, annotations, base, names):
    """Compare a picture; return the number of its objects."""
    name = stem + extension(files)
    picture = Image.open(os.path.join(folder, "JPEGImages", name))
    check(
        (
            numpy.array(picture) == numpy.array(Image.open(f"{record['dir']}/{files['image']}"))
        ).all(),
        stem,
        "is another picture",
    )
    root = xml.etree.ElementTree.parse(os.path.join(folder, "Annotations", stem + ".xml")).getroot()
    size = [int(root.find(f"size/{side}").text) for side in ("width", "height", "depth")]
    check(size == [*picture.size, 3], stem, size)
    check(root.findtext("filename") == name, stem, root.findtext("filename"))
    check(root.findtext("segmented") == str(int(bool(names))), stem, "segmented")
    objects, seen = root.findall("object"), [item for item in annotations if item["tags"]]
    check(len(objects) == len(seen), stem, "has", len(objects), "objects, not", len(seen))
    for found, item in zip(objects, seen):
        x, y, w, h = item["bbox"]
        sides = ("xmin", "ymin", "xmax", "ymax")
        box = [int(found.find("bndbox").findtext(side)) - base for side in sides]
        check(box == [x, y, x + w - 1, y + h - 1], stem, box, item["bbox"])
        check(found.findtext("name") == "+".join(sorted(item["tags"])), stem, item["tags"])
        wanted = str(int(item.get("truncation", 0) > 0))
        check(found.findtext("truncated") == wanted, stem, "truncated")
    if names:
        indices = numpy.array(Image.open(f"{record['dir']}/{files['index']}"))
        wanted = {kind: numpy.zeros_like(indices) for kind in ("Class", "Object")}
        for number, item in enumerate(seen, 1):
            where = indices == item["index"]
            wanted["Object"][where] = number
            wanted["Class"][where] = names.index("+".join(sorted(item["tags"])))
        for kind, numbers in wanted.items():
            mask, palette = read_mask(folder, "Segmentation" + kind, stem)
            check((mask == numbers).all(), stem, kind, "is not as the index map has it")
            check(palette[:9] == [0, 0, 0, 128, 0, 0, 0, 128, 0], stem, "has another palette")
    return len(seen)


def main():
    """Compare all."""
    folder, records, base, *masks = sys.argv[1:]
    names, colours = read_labels(folder)
    check(colours[1:3] == (["128,0,0", "0,128,0"] if masks else ["", ""]), colours)
    lists = {s: read_list(folder, f"Main/{s}.txt") for s in ("train", "val", "test")}
    for split, stems in lists.items():
        masked = read_list(folder, f"Segmentation/{split}.txt")
        check(masked == (stems if masks else []), split, masked)
    n_objects = 0
    for line in open(records, encoding="utf-8"):
        record = json.loads(line)
        for stem, files, annotations in pictures(record):
            lists[record.get("split", "train")].remove(stem)
            names_of = names if masks else None
            n_objects += compare(folder, stem, record, files, annotations, int(base), names_of)
    check(not any(lists.values()), "pictures of no sample:", lists)
    print(f"{n_objects} objects")


if __name__ == "__main__":
    main()
