#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads a KITTI MOTS dataset as its tools do, and compares it with the samples it was made from.

    mots_check.py DATASET/mots RECORDS

Masks are read by Pillow, run lengths by the tests' own reader. An id must be one object of the
record over the whole clip. Exit status 1 at the first thing that is wrong; prints how many masks
were compared.
"""

import json
import os
import sys

import numpy
from PIL import Image

from coco_check import decode
from kitti_tracking_check import read_seqmaps
from pictures import check, extension, pictures

CLASSES = {"car": 1, "pedestrian": 2}


def ids_of(frames):
    """Return the id of each object of a clip: of a class in the order of their indices."""
    found, ids = {}, {}
    for _, annotations in frames:
        found.update({item["index"]: item.get("category") for item in annotations})
    for name, number in CLASSES.items():
        indices = sorted(index for index, kind in found.items() if kind and kind.lower() == name)
        ids.update({index: 1000 * number + i for i, index in enumerate(indices, 1)})
    return {index: ids.get(index, 10000 if kind else 0) for index, kind in found.items()}


def read_rows(path, shape, length):
    """Return the map of each frame as the rows have it."""
    maps = [numpy.zeros(shape, int) for _ in range(length)]
    with open(path, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split(" ") for line in file]
    keys = [(int(row[0]), int(row[1])) for row in rows]
    check(keys == sorted(set(keys)), path, keys)
    for frame, number, kind, height, width, counts in rows:
        check(int(number) // 1000 == int(kind) and (int(height), int(width)) == shape, path, kind)
        mask = decode({"size": list(shape), "counts": counts})
        mask = numpy.array(mask).reshape(shape).astype(bool)
        check(not maps[int(frame)][mask].any(), path, frame, "has masks that overlap")
        maps[int(frame)][mask] = int(number)
    return maps


def main():
    """Compare all."""
    folder, records = sys.argv[1:]
    seqmaps, counts = read_seqmaps(folder, "evaluate_mots"), {"training": 0, "testing": 0}
    n_masks = 0
    for line in open(records, encoding="utf-8"):
        record = json.loads(line)
        split = record.get("split", "train")
        part = "testing" if split == "test" else "training"
        sequences = {}
        for stem, files, annotations in pictures(record):
            sequences.setdefault(stem.rsplit(".", 1)[0], []).append((files, annotations))
        for frames in sequences.values():
            name, length = seqmaps[split].pop(0)
            check(name == f"{counts[part]:04d}" and length == len(frames), split, name, length)
            counts[part] += 1
            home, ids = os.path.join(folder, part), ids_of(frames)
            shape = Image.open(f"{record['dir']}/{frames[0][0]['image']}").size[::-1]
            rows = read_rows(f"{home}/label_02/{name}.txt", shape, length)
            check(len(os.listdir(f"{home}/instances/{name}")) == length, name, length)
            for number, (files, annotations) in enumerate(frames):
                image = f"{home}/image_02/{name}/{number:06d}{extension(files)}"
                with open(image, "rb") as one, open(
                    f"{record['dir']}/{files['image']}", "rb"
                ) as two:
                    check(one.read() == two.read(), image, "is another picture")
                mask = Image.open(f"{home}/instances/{name}/{number:06d}.png")
                check(mask.mode in ("I;16", "I"), image, mask.mode)
                indices = numpy.array(Image.open(f"{record['dir']}/{files['index']}"))
                wanted = numpy.zeros(shape, int)
                for item in annotations:
                    wanted[indices == item["index"]] = ids[item["index"]]
                check((numpy.array(mask) == wanted).all(), image, "is not as the index map has it")
                check((rows[number] == wanted).all(), image, "has other rows")
                n_masks += 1
    check(not any(seqmaps.values()), "sequences of no sample:", seqmaps)
    print(f"{n_masks} masks")


if __name__ == "__main__":
    main()
