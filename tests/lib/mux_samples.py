#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes labelled samples as rv-mask leaves them, without Blender or rv, and prints their records.

    mux_samples.py COUNT [--out DIR] [--size WxH] [--frames N] [--start N] [--instances]
                   [--views A,B] [--only-views] [--run TEXT]

Each sample has a cube, a ball in front of it, which moves with the sample's number, and a floor
without tags. With --frames the sample is a sequence whose frames carry the annotations, with
--views it has views, which carry those of theirs and show the ball elsewhere. The run lengths are
encoded here from COCO's definition, so that a test that compares them with what rv makes compares
two programs.
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
    return compress(counts)


def compress(counts: list) -> str:
    """COCO's text of run lengths, the first of which is of background."""
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


def colours(number: int, indices: list, width: int) -> list:
    """A coloured picture of the objects, RGBA."""
    values = []
    for i, index in enumerate(indices):
        x, y = i % width, i // width
        red, green, blue = COLOURS[index]
        values += [(red + x) % 256, (green + y) % 256, (blue + 16 * number) % 256, 255]
    return values


def write(path: str, width: int, height: int, channels: int, bits: int, values: list) -> None:
    """Writes a PNG file and the folders that it is in."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    write_png(path, width, height, channels, bits, values)


def make_pictures(
    args: argparse.Namespace, folder: str, place: str, number: int, state: dict
) -> dict:
    """Writes the files of one camera below folder/place, its annotations into state.

    Returns the files by role.
    """
    width, height = map(int, args.size.split("x"))
    files = {
        "index": [],
        "index_color_preview": [],
        "depth_preview": [],
        "instances": [],
        "image": [],
    }
    names = {
        "index": "IndexOB",
        "index_color_preview": "PreviewIndexOB",
        "depth_preview": "DepthPreview",
    }
    frames = []
    for i in range(args.frames or 1):
        still = not args.frames
        frame = f"{i + 1:06d}"
        indices = index_map(number + i, width, height)
        values = {
            "index": (1, 16, indices),
            "index_color_preview": (3, 8, [value for index in indices for value in COLOURS[index]]),
            "depth_preview": (1, 16, [20000 * index for index in indices]),
        }
        annotations = [
            annotation(index, indices, width, height) for index in sorted(set(indices) - {0})
        ]
        for role, (channels, bits, pixels) in values.items():
            path = f"{place}{names[role]}.png" if still else f"{place}{role}/{frame}.png"
            write(f"{folder}/{path}", width, height, channels, bits, pixels)
            files[role].append(path)
        for item in annotations if args.instances else []:
            item["mask"] = f"{place}instances/{'' if still else frame + '/'}{item['index']:05d}.png"
            mask = [255 * (index == item["index"]) for index in indices]
            write(f"{folder}/{item['mask']}", width, height, 1, 8, mask)
            files["instances"].append(item["mask"])
        path = f"{place}Image.png" if still else f"{place}frames/{frame}.png"
        write(f"{folder}/{path}", width, height, 4, 8, colours(number + i, indices, width))
        files["image"].append(path)
        frames.append({"frame": i + 1, "annotations": annotations})
    if args.frames:
        state["frames"] = frames
    else:
        state["annotations"] = frames[0]["annotations"]
    if not args.instances:
        del files["instances"]
    return {
        role: paths if args.frames or role == "instances" else paths[0]
        for role, paths in files.items()
    }


def make_sample(args: argparse.Namespace, number: int) -> dict:
    """Writes the files of a sample and returns its record."""
    name = f"{number:08d}"
    folder = os.path.join(args.out, name)
    record = {"id": name, "index": number, "seed": number, "seed_mode": "seq", "dir": folder}
    record["files"] = {} if args.only_views else make_pictures(args, folder, "", number, record)
    if args.views:
        record["views"] = []
        for i, view in enumerate(args.views.split(",")):
            state = {"name": view}
            state["files"] = make_pictures(args, folder, f"views/{view}/", number + 1 + i, state)
            record["views"].append(state)
    if args.frames:
        record.setdefault("frames", [{"frame": i + 1} for i in range(args.frames)])
    record["objects"] = [
        {"index": index, "name": title, "tags": sorted(tags), "properties": {}}
        for index, (title, tags) in OBJECTS.items()
    ]
    if "annotations" in record:  # behind the objects, where rv-mask puts them
        record["annotations"] = record.pop("annotations")
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
    parser.add_argument("--views", default="", help="A,B: views of these names besides")
    parser.add_argument("--only-views", action="store_true", help="no pictures but those of views")
    parser.add_argument("--run", default="here")
    args = parser.parse_args()
    for number in range(args.start, args.start + args.count):
        print(json.dumps(make_sample(args, number), separators=(",", ":")))


if __name__ == "__main__":
    main()
