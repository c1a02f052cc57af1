#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads VBVR's folders as its own tools do, and compares them with the samples they were made from.

    vbvr_check.py DATASET/vbvr RECORDS template|bench-in|bench-out|multistep TASK

Parameters are hashed by Python's own json; frames of a video are counted by ffprobe. Exit status 1
at the first thing that is wrong; prints how many tasks were compared.
"""

import glob
import hashlib
import json
import os
import sys

from hf_check import probe
from pictures import check

NAMES = ["final_frame.png", "first_frame.png", "ground_truth.mp4", "prompt.txt"]
KEYS = ["task_id", "generator", "timestamp", "parameters", "param_hash", "generation"]


def cleaned(value):
    """Return parameters as VBVR's generators keep them."""
    if isinstance(value, dict):
        return {key: cleaned(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    return round(value, 6) if isinstance(value, float) else value


def load(*parts):
    """Return what a JSON file holds."""
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return json.load(file)


def check_metadata(folder, record, dialect, task):
    """Compare the file beside the frames."""
    wanted = cleaned(record.get("metadata", {}))
    if dialect == "multistep":
        question = load(folder, "question_metadata.json")
        check(
            question == {"seed": record["seed"], "version": question["version"], **wanted}, question
        )
    elif dialect == "template":
        metadata = load(folder, "metadata.json")
        check(list(metadata) == KEYS, list(metadata))
        check(metadata["task_id"] == os.path.basename(folder), metadata["task_id"])
        check((metadata["generator"], metadata["timestamp"]) == (task, ""), metadata)
        check(metadata["parameters"] == wanted, metadata["parameters"], wanted)
        text = json.dumps(wanted, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        check(metadata["param_hash"] == digest, metadata["param_hash"], text)
        check(metadata["generation"]["seed"] == record["seed"], metadata["generation"])
        check(metadata["generation"]["git"]["commit"] == "", metadata["generation"])


def check_task(folder, record, images, dialect, task):
    """Compare one folder."""
    more = {"template": ["metadata.json"], "multistep": ["question_metadata.json"]}.get(dialect, [])
    check(sorted(os.listdir(folder)) == sorted(NAMES + more), folder, os.listdir(folder))
    for name, path in (("first_frame.png", images[0]), ("final_frame.png", images[-1])):
        with open(f"{folder}/{name}", "rb") as one, open(f"{record['dir']}/{path}", "rb") as other:
            check(one.read() == other.read(), folder, name, "is another picture")
    width, height, n_frames = probe(f"{folder}/ground_truth.mp4")
    check(n_frames == len(images) and width % 2 == height % 2 == 0, folder, width, height, n_frames)
    with open(f"{folder}/prompt.txt", encoding="utf-8") as file:
        check(file.read() == record["prompt"], folder, "has another prompt")
    check_metadata(folder, record, dialect, task)


def main():
    """Compare all."""
    root, path, dialect, task = sys.argv[1:]
    home = {
        "template": f"{task}_task/{task}_",
        "multistep": f"{task}/{task}_task/{task}_",
        "bench-in": f"In-Domain_50/{task}/",
        "bench-out": f"Out-of-Domain_50/{task}/",
    }[dialect]
    with open(f"{root}/metadata.jsonl", encoding="utf-8") as file:
        rows = {(row["id"], row["view"]): row for row in map(json.loads, file)}
    n_tasks = 0
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        for view in [{"name": "", "files": record["files"]}, *record.get("views", [])]:
            name = record["id"] + ("." + view["name"] if view["name"] else "")
            folder = home + (f"{n_tasks:05d}" if "bench" in dialect else name)
            images = view["files"]["image"]
            row = rows.pop((record["id"], view["name"]))
            check(row["prompt"] == record["prompt"] and row["frames"] == len(images), row)
            check(row["ground_truth_video_path"] == f"{folder}/ground_truth.mp4", row)
            check_task(f"{root}/{folder}", record, images, dialect, task)
            n_tasks += 1
    check(not rows, "rows of no sample:", list(rows))
    found = glob.glob(f"{root}/**/first_frame.png", recursive=True)
    check(len(found) == n_tasks, found)
    print(f"{n_tasks} tasks")


if __name__ == "__main__":
    main()
