#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads YouTube-VIS documents, and compares them with the samples they were made from.

    youtube_vis_check.py DATASET RECORDS

Run lengths are decoded by the tests' own reader. Exit status 1 at the first thing that is wrong;
prints how many masks were compared.
"""

import json
import os
import sys

from check_labels import read_png
from coco_check import decode
from pictures import check, pictures


def compare_video(home, video, frames, record):
    """The frames of a video are the sample's pictures."""
    check(video["length"] == len(video["file_names"]) == len(frames), video)
    for name, (files, _) in zip(video["file_names"], frames):
        with open(os.path.join(home, "JPEGImages", name), "rb") as one, open(
            f"{record['dir']}/{files['image']}", "rb"
        ) as two:
            check(one.read() == two.read(), name, "is another picture")


def compare_track(item, frames, record, names):
    """An annotation has an object's mask in every frame where it is seen."""
    n_masks = 0
    for i, (files, annotations) in enumerate(frames):
        (label,) = [a for a in annotations if a["index"] == item["rv_index"]] or [None]
        row = (item["segmentations"][i], item["bboxes"][i], item["areas"][i])
        if label is None:
            check(row == (None, None, None), item["rv_index"], i, row)
            continue
        indices = read_png(f"{record['dir']}/{files['index']}")
        wanted = [int(value == label["index"]) for line in indices["rows"] for value in line]
        check(decode(row[0]) == wanted, item["rv_index"], i, "has another mask")
        check(row[1:] == (label["bbox"], label["area"]), row, label)
        check(names[item["category_id"]] == "+".join(sorted(label["tags"])), item["category_id"])
        n_masks += 1
    return n_masks


def main():
    """Compare all."""
    dataset, path = sys.argv[1:]
    wanted, n_masks = {}, 0
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        for stem, files, annotations in pictures(record):
            key = record.get("split", "train"), stem.rsplit(".", 1)[0]
            wanted.setdefault(key, (record, []))[1].append((files, annotations))
    root = os.path.join(dataset, "youtube-vis")
    for split in sorted(os.listdir(root)):
        home = os.path.join(root, split)
        check([n for n in os.listdir(home) if n.endswith(".json")] == ["instances.json"], home)
        with open(os.path.join(home, "instances.json"), encoding="utf-8") as file:
            document = json.load(file)
        names = {c["id"]: c["name"] for c in document["categories"]}
        ids = [item["id"] for item in document["annotations"]]
        check(ids == list(range(1, len(ids) + 1)), ids)
        for video in document["videos"]:
            record, frames = wanted.pop((split, video["file_names"][0].split("/")[0]))
            compare_video(home, video, frames, record)
            tracks = [a for a in document["annotations"] if a["video_id"] == video["id"]]
            seen = {a["index"] for _, items in frames for a in items if a["tags"]}
            check([t["rv_index"] for t in tracks] == sorted(seen), video, seen)
            for track in tracks:
                n_masks += compare_track(track, frames, record, names)
    check(not wanted, "sequences of no document:", list(wanted))
    print(f"{n_masks} masks")


if __name__ == "__main__":
    main()
