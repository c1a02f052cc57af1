#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads a DAVIS dataset as its evaluations do, and compares it with the samples it was made from.

    davis_check.py DATASET/davis RECORDS

Masks are read by Pillow, which keeps numbers only with a palette. A number must be one object of
the record over the whole clip. Exit status 1 at the first thing that is wrong; prints how many
masks were compared.
"""

import json
import os
import sys

import numpy
from PIL import Image

from pictures import check, extension, pictures


def read_sequence(folder, name, ending):
    """Return the files and the masks of a sequence."""
    homes = [os.path.join(folder, kind, "480p", name) for kind in ("JPEGImages", "Annotations")]
    files, masks = [[os.path.join(home, f) for f in sorted(os.listdir(home))] for home in homes]
    for paths, end in ((files, ending), (masks, ".png")):
        wanted = [f"{i:05d}{end}" for i in range(len(files))]
        check([os.path.basename(f) for f in paths] == wanted, name, paths)
    found = []
    for path in masks:
        image = Image.open(path)
        check(image.mode == "P" and image.getpalette()[3:6] == [128, 0, 0], path, image.mode)
        found.append(numpy.array(image))
        check(found[-1].max() < 254, path, "has numbers of void")
    return files, found


def main():
    """Compare all."""
    folder, records = sys.argv[1:]
    lists, n_masks = {}, 0
    for split in ("train", "val", "test"):
        path = os.path.join(folder, "ImageSets", "2017", split + ".txt")
        lists[split] = open(path, encoding="utf-8").read().split() if os.path.exists(path) else []
    for line in open(records, encoding="utf-8"):
        record = json.loads(line)
        frames = {}
        for stem, files, annotations in pictures(record):
            frames.setdefault(stem.rsplit(".", 1)[0], []).append((files, annotations))
        for name, wanted in frames.items():
            lists[record.get("split", "train")].remove(name)
            paths, masks = read_sequence(folder, name, extension(wanted[0][0]))
            check(len(paths) == len(wanted), name, len(paths), "frames")
            seen = {item["index"] for _, found in wanted for item in found if item["tags"]}
            number = {index: i for i, index in enumerate(sorted(seen), 1)}
            for path, mask, (files, annotations) in zip(paths, masks, wanted):
                with open(path, "rb") as one, open(
                    f"{record['dir']}/{files['image']}", "rb"
                ) as two:
                    check(one.read() == two.read(), path, "is another picture")
                indices = numpy.array(Image.open(f"{record['dir']}/{files['index']}"))
                expected = numpy.zeros_like(indices)
                for item in annotations:
                    expected[indices == item["index"]] = number.get(item["index"], 0)
                check((mask == expected).all(), path, "is not as the index map has it")
                n_masks += 1
    check(not any(lists.values()), "sequences of no sample:", lists)
    print(f"{n_masks} masks")


if __name__ == "__main__":
    main()
