#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sequences of boxes on a ground, and what the folders of KITTI's tracking benchmark say of them.

    kitti_tracking_check.py make <RECORDS >RECORDS   the cube a car, the ball a pedestrian
    kitti_tracking_check.py check DATASET/kitti-tracking RECORDS

Seqmaps and rows are read as TrackEval does; the corners of a 3D box, back in the world, must be
those of the record. Exit status 1 at the first thing that is wrong; prints how many rows were
compared.
"""

import json
import os
import sys

import numpy

from kitti_check import HEIGHT, K, WIDTH, annotation_of, camera_of, compare
from pictures import check, extension, pictures


def make(record):
    """Put a camera that turns, boxes that stand and labels that are of these into a record."""
    start = camera_of(0.4 * record["index"])
    record["resolution"] = [WIDTH, HEIGHT]
    record["camera"] = {"type": "PERSP", "K": K.tolist()}
    sizes = ((9, 1.5, [4, 1.8, 1.5], 0.7), (6, -1, [0.4, 0.6, 1.7], 2))
    for thing, (ahead, aside, size, turn) in zip(record["objects"], sizes):
        place = start[:3, 3] - ahead * start[:3, 2] + aside * start[:3, 0]
        thing["box3d"] = {
            "center": [*place[:2].tolist(), size[2] / 2],
            "size": size,
            "rotation_quaternion": [numpy.cos(turn / 2), 0, 0, numpy.sin(turn / 2)],
        }
    for holder in [record, *record.get("views", [])]:
        for number, frame in enumerate(holder["frames"]):
            pose = camera_of(0.4 * record["index"] + 0.02 * number)
            frame["camera"] = {**record["camera"], "matrix_world": pose.tolist()}
            frame["annotations"] = [
                {**annotation_of(pose, t["box3d"], t["index"]), "truncation": 0.3 * number}
                for t in record["objects"][:2]
            ]
    return record


def read_rows(path, length):
    """Return the rows of each frame: id, type and 14 numbers."""
    rows = [[] for _ in range(length)]
    with open(path, encoding="utf-8") as file:
        for line in file:
            row = line.split(" ")
            check(len(row) == 17, path, row)
            rows[int(row[0])].append((int(row[1]), row[2], numpy.array(row[3:], float)))
    for frame in rows:
        ids = [row[0] for row in frame]
        check(len(set(ids)) == len(ids) and min(ids) >= 0, path, ids)
    return rows


def read_seqmaps(folder, name):
    """Return the names and lengths of the sequences of each split."""
    found = {}
    for split in ("train", "val", "test"):
        part = "testing" if split == "test" else "training"
        path = os.path.join(folder, part, f"{name}.seqmap.{split}")
        lines = open(path, encoding="utf-8").read().splitlines() if os.path.exists(path) else []
        columns = [line.split(" ") for line in lines]
        check(all(len(row) == 4 for row in columns), path, columns)
        found[split] = [(row[0], int(row[3])) for row in columns]
    return found


def check_sequence(home, name, frames, record):
    """Compare a sequence with the frames that it is of; return how many rows it has."""
    rows, n_rows = read_rows(f"{home}/label_02/{name}.txt", len(frames)), 0
    with open(f"{home}/calib/{name}.txt", encoding="utf-8") as file:
        calib = dict(line.replace(":", "").split(" ", 1) for line in file)
    p2 = numpy.array(calib["P2"].split(), float).reshape(3, 4)
    check(numpy.allclose(p2[:, :3], K - [[0, 0, 0.5], [0, 0, 0.5], [0, 0, 0]]), name, p2)
    check(len(os.listdir(f"{home}/image_02/{name}")) == len(frames), name, len(frames))
    for number, (files, annotations) in enumerate(frames):
        image = f"{home}/image_02/{name}/{number:06d}{extension(files)}"
        with open(image, "rb") as one, open(f"{record['dir']}/{files['image']}", "rb") as two:
            check(one.read() == two.read(), image, "is another picture")
        check([row[0] for row in rows[number]] == [a["index"] for a in annotations], image)
        pose = numpy.array(record["frames"][number]["camera"]["matrix_world"])
        for (_, kind, numbers), item in zip(rows[number], annotations):
            check(numbers[0] == [0, 1, 2][number] and numbers[1] == 0, image, numbers)
            box = record["objects"][item["index"] - 1]["box3d"]
            compare((kind, numpy.array([0.25, 3, *numbers[2:]])), item, box, pose, image)
            n_rows += 1
    return n_rows


def main():
    """Do what the command line says."""
    if sys.argv[1] == "make":
        for line in sys.stdin:
            print(json.dumps(make(json.loads(line)), separators=(",", ":")))
        return
    folder, records = sys.argv[2:]
    seqmaps, counts, n_rows = (
        read_seqmaps(folder, "evaluate_tracking"),
        {"training": 0, "testing": 0},
        0,
    )
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
            n_rows += check_sequence(os.path.join(folder, part), name, frames, record)
    check(not any(seqmaps.values()), "sequences of no sample:", seqmaps)
    print(f"{n_rows} rows")


if __name__ == "__main__":
    main()
