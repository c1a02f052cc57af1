#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads folders for Hugging Face as its `datasets` do, and compares them with the samples.

    hf_check.py DATASET/hf RECORDS images|clips

The card is read by PyYAML; in each folder metadata.jsonl names every file once, all rows with the
same members. Exit status 1 at the first thing that is wrong; prints how many rows were compared.
"""

import glob
import json
import os
import subprocess
import sys

import yaml

from pictures import check, extension, pictures

TYPES = {int: "number", str: "text", dict: "object", list: "list"}


def read_dataset(folder):
    """Return {split: rows} as the card has it."""
    with open(os.path.join(folder, "README.md"), encoding="utf-8") as file:
        _, head, _ = file.read().split("---\n", 2)
    card, found, features = yaml.safe_load(head), {}, None
    (config,) = card["configs"]
    check(config["config_name"] == "default", config)
    for part in config["data_files"]:
        files = sorted(glob.glob(os.path.join(folder, part["path"]), recursive=True))
        (table,) = [path for path in files if path.endswith("metadata.jsonl")]
        with open(table, encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        named = sorted(os.path.join(os.path.dirname(table), row["file_name"]) for row in rows)
        check(named == [p for p in files if p != table and os.path.isfile(p)], part, named)
        for row in rows:
            kinds = [(key, TYPES[type(value)]) for key, value in row.items()]
            features = features or kinds
            check(kinds == features, "features differ:", kinds, features)
            row["path"] = os.path.join(os.path.dirname(table), row["file_name"])
        found[part["split"]] = rows
    return card, found


def probe(path):
    """Return width, height and number of frames of a clip."""
    ask = "stream=width,height,nb_read_frames"
    command = ["ffprobe", "-v", "error", "-count_frames", "-show_entries", ask, "-of", "json", path]
    (stream,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)[
        "streams"
    ]
    return stream["width"], stream["height"], int(stream["nb_read_frames"])


def compare_image(row, stem, record, files, annotations):
    """Compare a row of a picture."""
    with open(row["path"], "rb") as one, open(f"{record['dir']}/{files['image']}", "rb") as other:
        check(one.read() == other.read(), stem, "is another picture")
    seen = [item for item in annotations if item["tags"]]
    wanted = {
        "bbox": [item["bbox"] for item in seen],
        "category": ["+".join(sorted(item["tags"])) for item in seen],
        "area": [item["area"] for item in seen],
        "index": [item["index"] for item in seen],
    }
    check(row["objects"] == wanted, stem, row["objects"], wanted)
    name = ".".join(part for part in (row["id"], row["view"], row["frame"]) if part)
    check(name == stem, stem, name)


def main():
    """Compare all."""
    folder, path, kind = sys.argv[1:]
    _, found = read_dataset(folder)
    rows = {(split, row["file_name"]): row for split, part in found.items() for row in part}
    n_rows = 0
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        split = {"val": "validation"}.get(record.get("split"), record.get("split", "train"))
        stems = list(pictures(record))
        if kind == "clips":
            views = ["", *("." + view["name"] for view in record.get("views", []))]
            stems = [(record["id"] + view, None, None) for view in views]
        for stem, files, annotations in stems:
            row = rows.pop((split, stem + (".mp4" if kind == "clips" else extension(files))))
            check(row["prompt"] == record.get("prompt", ""), stem, row["prompt"])
            if kind == "clips":
                size = (row["width"], row["height"], row["frames"])
                check(probe(row["path"]) == size, stem, probe(row["path"]), size)
                check(row["frames"] == len(record["frames"]), stem, row["frames"])
            else:
                compare_image(row, stem, record, files, annotations)
            n_rows += 1
    check(not rows, "rows of no sample:", list(rows))
    print(f"{n_rows} rows")


if __name__ == "__main__":
    main()
