#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes labelled samples as rv-mask leaves them, without Blender or rv, and prints their records.

    mux_samples.py COUNT [--out DIR] [--size WxH] [--frames N] [--start N] [--instances]
                   [--run TEXT]

Each sample has a cube, a ball in front of it, which moves with the sample's number, and a floor
without tags. With --frames the sample is a sequence whose frames carry the annotations. The run
lengths are encoded here from COCO's definition, so that a test that compares them with what rv
makes compares two programs.
"""
import argparse
import json
import os

from pngio import write_png

COLOURS = {0: (0, 0, 0), 1: (230, 60, 60), 2: (60, 200, 90), 3: (70, 110, 240)}
OBJECTS = {1: ("Cube", ["cube"]), 2: ("Ball", ["red", "ball"]), 3: ("Floor", [])}


def encode(mask: list, width: int, height: int) -> str:
    """COCO's compressed run lengths of a row-major mask."""
    counts, colour, run = [], 0, 0
    for x in range(width):
        for y in range(height):
            if mask[y * width + x] != colour:
                counts.append(run)
                colour, run = 1 - colour, 0
            run += 1
    counts.append(run)
    text = ""
    for i, count in enumerate(counts):
        value = count - (counts[i - 2] if i > 2 else 0)
        more = True
        while more:
            bits = value & 0x1F
            value >>= 5
            more = value != (-1 if bits & 0x10 else 0)
            text += chr((bits | (0x20 if more else 0)) + 48)
    return text


def index_map(number: int, width: int, height: int) -> list:
    """Object index of every pixel, row-major."""
    cx, cy, radius = width // 2 + number % 5, height // 2, min(width, height) / 3
    values = []
    for y in range(height):
        for x in range(width):
            if (x - cx) ** 2 + (y - cy) ** 2 < radius**2:
                values.append(2)
            elif x < width * 5 // 8 and 1 <= y < height // 2:
                values.append(1)
            else:
                values.append(3 if y > height * 3 // 4 else 0)
    return values


def annotation(index: int, indices: list, width: int, height: int) -> dict:
    """What rv-mask says about one object."""
    mask = [int(value == index) for value in indices]
    xs = [i % width for i, value in enumerate(mask) if value]
    ys = [i // width for i, value in enumerate(mask) if value]
    name, tags = OBJECTS[index]
    return {
        "index": index,
        "name": name,
        "tags": sorted(tags),
        "bbox": [min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1],
        "area": len(xs),
        "rle": {"size": [height, width], "counts": encode(mask, width, height)},
    }


def write_image(path: str, number: int, indices: list, width: int, height: int) -> None:
    """A coloured picture of the objects."""
    values = []
    for i, index in enumerate(indices):
        x, y = i % width, i // width
        red, green, blue = COLOURS[index]
        values += [(red + x) % 256, (green + y) % 256, (blue + 16 * number) % 256, 255]
    write_png(path, width, height, 4, 8, values)


def make_sample(args: argparse.Namespace, number: int, width: int, height: int) -> dict:
    """Writes the files of a sample and returns its record."""
    name = f"{number:08d}"
    folder = os.path.join(args.out, name)
    os.makedirs(folder, exist_ok=True)
    indices = index_map(number, width, height)
    annotations = [
        annotation(index, indices, width, height) for index in sorted(set(indices) - {0})
    ]
    write_png(f"{folder}/IndexOB.png", width, height, 1, 16, indices)
    write_png(
        f"{folder}/PreviewIndexOB.png",
        width,
        height,
        3,
        8,
        [value for index in indices for value in COLOURS[index]],
    )
    write_png(
        f"{folder}/DepthPreview.png", width, height, 1, 16, [20000 * index for index in indices]
    )
    files = {
        "index": "IndexOB.png",
        "index_preview": "PreviewIndexOB.png",
        "depth_preview": "DepthPreview.png",
    }
    record = {
        "id": name,
        "index": number,
        "seed": number,
        "seed_mode": "seq",
        "dir": folder,
        "files": files,
    }
    if args.instances:
        os.makedirs(f"{folder}/instances", exist_ok=True)
        files["instances"] = []
        for item in annotations:
            item["mask"] = f"instances/{item['index']:05d}.png"
            files["instances"].append(item["mask"])
            write_png(
                f"{folder}/{item['mask']}",
                width,
                height,
                1,
                8,
                [255 * (index == item["index"]) for index in indices],
            )
    if args.frames:
        os.makedirs(f"{folder}/frames", exist_ok=True)
        files["image"] = [f"frames/{i + 1:06d}.png" for i in range(args.frames)]
        for i, path in enumerate(files["image"]):
            write_image(f"{folder}/{path}", number + i, indices, width, height)
        record["frames"] = [
            {"frame": i + 1, "annotations": annotations} for i in range(args.frames)
        ]
    else:
        files["image"] = "Image.png"
        write_image(f"{folder}/Image.png", number, indices, width, height)
    record["objects"] = [
        {"index": index, "name": title, "tags": sorted(tags), "properties": {}}
        for index, (title, tags) in OBJECTS.items()
    ]
    if not args.frames:
        record["annotations"] = annotations
    record["run"] = {"host": args.run}
    return record


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--out", default="out")
    parser.add_argument("--size", default="32x24")
    parser.add_argument("--frames", type=int, default=0)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--instances", action="store_true")
    parser.add_argument("--run", default="here")
    args = parser.parse_args()
    width, height = map(int, args.size.split("x"))
    for number in range(args.start, args.start + args.count):
        print(json.dumps(make_sample(args, number, width, height), separators=(",", ":")))


if __name__ == "__main__":
    main()
