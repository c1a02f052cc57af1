#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads a MOT Challenge dataset as TrackEval does, and compares it with its samples.

    mot_check.py DATASET/mot RECORDS

Rows are read by csv, seqinfo.ini by configparser, seqmaps without their first line. Exit status 1
at the first thing that is wrong; prints how many rows were compared.
"""

import configparser
import csv
import json
import os
import sys

from PIL import Image

from pictures import check, pictures

CLASSES = {"pedestrian": 1, "car": 3}


def read_sequence(folder):
    """Return the frames' files and the rows of each frame."""
    info = configparser.ConfigParser()
    info.read(os.path.join(folder, "seqinfo.ini"))
    sequence = info["Sequence"]
    check(sequence["name"] == os.path.basename(folder), folder, sequence["name"])
    length, home = int(sequence["seqLength"]), os.path.join(folder, sequence["imDir"])
    files = [f"{home}/{i:06d}{sequence['imExt']}" for i in range(1, length + 1)]
    check(
        sorted(os.listdir(home)) == [os.path.basename(f) for f in files], folder, "has other frames"
    )
    size = (int(sequence["imWidth"]), int(sequence["imHeight"]))
    check(Image.open(files[0]).size == size, folder, size)
    rows = {i: [] for i in range(1, length + 1)}
    with open(os.path.join(folder, "gt", "gt.txt"), encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            check(len(row) >= 8, folder, row)
            rows[int(row[0])].append(row)
    for frame in rows.values():
        ids = [row[1] for row in frame]
        check(len(set(ids)) == len(ids), folder, "has an id twice in a frame")
    return files, rows, int(sequence["frameRate"])


def main():
    """Compare all."""
    folder, records = sys.argv[1:]
    names, n_rows = {}, 0
    for split in ("train", "val", "test"):
        path = os.path.join(folder, "seqmaps", split + ".txt")
        lines = open(path, encoding="utf-8").read().split() if os.path.exists(path) else ["name"]
        check(lines[0] == "name", split, lines)
        names[split] = lines[1:]
    for line in open(records, encoding="utf-8"):
        record = json.loads(line)
        split = record.get("split", "train")
        frames = {}
        for stem, files, annotations in pictures(record):
            name, _ = stem.rsplit(".", 1)
            frames.setdefault(name, []).append((files, annotations))
        for name, wanted in frames.items():
            names[split].remove(name)
            paths, rows, fps = read_sequence(os.path.join(folder, split, name))
            check(fps == round(record.get("fps", 24)), name, fps)
            check(len(paths) == len(wanted), name, len(paths), "frames")
            for number, (path, (files, annotations)) in enumerate(zip(paths, wanted), 1):
                with open(path, "rb") as one, open(
                    f"{record['dir']}/{files['image']}", "rb"
                ) as two:
                    check(one.read() == two.read(), path, "is another picture")
                expected = []
                for item in annotations:
                    if item.get("category"):
                        x, y, w, h = item["bbox"]
                        kind = CLASSES[item["category"].lower()]
                        scored = int(kind == 1)
                        expected.append(
                            [number, item["index"], x + 1, y + 1, w, h, scored, kind, 1]
                        )
                found = [list(map(int, row)) for row in rows[number]]
                check(found == expected, path, found, expected)
                n_rows += len(found)
    check(not any(names.values()), "sequences of no sample:", names)
    print(f"{n_rows} rows")


if __name__ == "__main__":
    main()
