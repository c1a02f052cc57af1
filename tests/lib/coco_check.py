#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks a COCO folder against the samples it was made from, by the format's definition.

    coco_check.py DATASET/coco RECORDS.jsonl

Every mask must equal the pixels of IndexOB.png with its index, and the instance PNG where the
record names one; boxes and areas must be those of the mask, ids unique and resolvable, images the
bytes of the samples. Prints how many annotations were compared; exit status 1 at the first that is
wrong.
"""
import json
import os
import sys

from check_labels import run_lengths
from pngio import read_png


def decode(segmentation: dict) -> list:
    """Row-major mask of compressed run lengths."""
    height, width = segmentation["size"]
    counts = run_lengths(segmentation["counts"])
    assert min(counts) >= 0, "a negative run"
    assert sum(counts) == width * height, f"runs fill {sum(counts)} of {width}x{height} pixels"
    mask, pixel, colour = [0] * (width * height), 0, 0
    for count in counts:
        for i in range(pixel, pixel + count if colour else pixel):
            mask[i % height * width + i // height] = 1
        pixel += count
        colour = 1 - colour
    return mask


def pictures(record: dict) -> list:
    """(file_name, files by role, annotations) of each picture of a sample."""
    found = []
    for holder in [record, *record.get("views", [])]:
        files, stem = holder["files"], [
            record["id"],
            *([] if holder is record else [holder["name"]]),
        ]
        if isinstance(files.get("image"), list):
            for i, frame in enumerate(record["frames"]):
                of_frame = {role: paths[i] for role, paths in files.items() if role != "instances"}
                name = "/".join([*stem, f"{frame['frame']:06d}"])
                found.append((name + ".png", of_frame, holder["frames"][i]["annotations"]))
        elif files:
            found.append(("/".join(stem) + ".png", files, holder["annotations"]))
    return found


def samples(path: str) -> dict:
    """file_name → (image, index map, {index: instance PNG})."""
    found = {}
    with open(path, encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    for record in records:
        if record.get("error"):
            continue
        for name, files, annotations in pictures(record):
            folder = record["dir"]
            masks = {
                item["index"]: os.path.join(folder, item["mask"])
                for item in annotations
                if "mask" in item
            }
            image, index = (os.path.join(folder, files[role]) for role in ("image", "index"))
            found[name] = (image, index, masks)
    return found


def check_annotation(item: dict, image: dict, sample: tuple) -> None:
    width, height, _, indices = read_png(sample[1])
    assert (width, height) == (image["width"], image["height"]), "image size"
    assert item["segmentation"]["size"] == [height, width], "segmentation size"
    mask = decode(item["segmentation"])
    wanted = [int(value == item["rv_index"]) for value in indices]
    assert mask == wanted, "mask is not that of the index map"
    if item["rv_index"] in sample[2]:
        instance = read_png(sample[2][item["rv_index"]])[3]
        assert [255 * value for value in mask] == instance, "mask is not the instance PNG"
    xs = [i % width for i, value in enumerate(mask) if value]
    ys = [i // width for i, value in enumerate(mask) if value]
    assert item["area"] == len(xs) > 0, "area"
    box = [min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1]
    assert item["bbox"] == box, "bbox"
    assert item["iscrowd"] == 0, "iscrowd"


def main() -> None:
    folder, records = sys.argv[1:]
    with open(os.path.join(folder, "annotations.json"), encoding="utf-8") as file:
        coco = json.load(file)
    expected = samples(records)
    images = {image["id"]: image for image in coco["images"]}
    categories = {category["id"] for category in coco["categories"]}
    assert len(images) == len(coco["images"]) and 0 not in images, "image ids"
    assert len(categories) == len(coco["categories"]), "category ids"
    ids = [item["id"] for item in coco["annotations"]]
    assert len(set(ids)) == len(ids) and 0 not in ids, "annotation ids"
    assert {image["file_name"] for image in images.values()} == set(expected), "file names"
    for image in images.values():
        with open(os.path.join(folder, "images", image["file_name"]), "rb") as copy:
            with open(expected[image["file_name"]][0], "rb") as original:
                assert copy.read() == original.read(), f"{image['file_name']}: image differs"
    for item in coco["annotations"]:
        assert item["category_id"] in categories, "category_id"
        image = images[item["image_id"]]
        try:
            check_annotation(item, image, expected[image["file_name"]])
        except AssertionError as error:
            sys.exit(f"annotation {item['id']}: {error}")
    print(f"{len(ids)} annotations")


if __name__ == "__main__":
    main()
