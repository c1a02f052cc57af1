#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws sequences as tasks of video reasoning have them, with a rule, and prints their records.

    task_samples.py KIND COUNT [--out DIR] [--size WxH] [--frames N] [--grain SEED] [--answer WHICH]
                    [--start N]

KIND is `roll`, a red ball that rolls to a green box and pushes it (one right answer), or `goal`, a
blue ball that goes to a yellow field on one of two ways (several right answers). `--grain` adds
noise as that of a renderer with few samples; the same scene at another seed has another one.
`--answer other` takes the other way, or other light; `--answer wrong` stops half-way.
"""
import argparse
import json
import os
import struct
import zlib

import numpy as np

COLOURS = {"ball": (0.85, 0.1, 0.1), "box": (0.1, 0.7, 0.15), "blue": (0.1, 0.2, 0.9)}
LOOKS = {
    "ball": {"hue": 0, "width": 50, "saturation": 0.5, "value": 0.25},
    "box": {"hue": 125, "width": 60, "saturation": 0.5, "value": 0.2},
    "blue": {"hue": 233, "width": 50, "saturation": 0.5, "value": 0.3},
}


def write_png(path: str, image: np.ndarray) -> None:
    """Write an image of 8 bits and three channels."""
    height, width, _ = image.shape
    rows = np.zeros((height, 1 + width * 3), np.uint8)
    rows[:, 1:] = image.reshape(height, width * 3)

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)))
        file.write(chunk(b"IDAT", zlib.compress(rows.tobytes(), 3)) + chunk(b"IEND", b""))


class Sample:
    """A sequence: where its things are at any share of the clip, and the rule of it."""

    def __init__(self, kind: str, number: int, answer: str) -> None:
        draw = np.random.default_rng(number)
        self.kind, self.answer = kind, answer
        self.floor = draw.uniform(0.62, 0.75)
        self.tint = draw.uniform(0.3, 0.6, 3)
        self.phase = draw.uniform(0, 6, 4)
        self.start = draw.uniform(0.1, 0.3)
        self.radius = draw.uniform(0.07, 0.1)  # of the height
        self.hit = draw.uniform(0.35, 0.6)  # share of the clip
        self.push = draw.uniform(0.12, 0.25)
        self.bow = draw.uniform(0.2, 0.3)

    def places(self, t: float) -> dict:
        """Return the centre of each thing, shares of width and height, at a share of the clip."""
        go = t if self.answer != "wrong" else min(t, 0.25 * self.hit)
        if self.kind == "roll":
            box = 0.62
            at = self.start + (box - 0.12 - self.start) * min(1.0, go / self.hit)
            after = max(0.0, (go - self.hit) / (1 - self.hit))
            shove = self.push * (1 - (1 - after) ** 2)
            y = self.floor - self.radius
            return {"ball": (at + shove * 0.9, y), "box": (box + shove, self.floor - 0.11)}
        side = -1 if self.answer == "other" else 1
        x = self.start + (0.8 - self.start) * go
        return {"blue": (x, 0.5 + side * self.bow * np.sin(np.pi * go))}

    def picture(self, t: float, width: int, height: int) -> np.ndarray:
        """Return the picture, floats."""
        y, x = np.mgrid[0:height, 0:width]
        x, y = (x + 0.5) / width, (y + 0.5) / height
        wave = np.sin(40 * x + self.phase[0]) * np.sin(31 * y + self.phase[1])
        light = 0.85 if self.kind == "roll" and self.answer == "other" else 1.0
        image = self.tint + 0.05 * wave[..., None] + 0.1 * (1 - y)[..., None]
        image = np.where((y > self.floor)[..., None] & (self.kind == "roll"), image * 0.7, image)
        if self.kind == "goal":
            field = (np.abs(x - 0.8) < 0.1) & (np.abs(y - 0.5) < 0.15)
            image[field] = (0.8, 0.75, 0.1)
        for name, (cx, cy) in self.places(t).items():
            dx, dy = (x - cx) * width / height, y - cy
            far = np.maximum(np.abs(dx) / 0.1, np.abs(dy) / 0.11) if name == "box" else None
            far = np.hypot(dx, dy) / self.radius if far is None else far
            soft = np.clip((1 - far) * self.radius * height + 0.5, 0, 1)[..., None]
            shade = (1 - 0.3 * np.clip(dy / self.radius, -1, 1))[..., None]
            image = image * (1 - soft) + np.asarray(COLOURS[name]) * shade * soft
        return image * light

    def rule(self) -> dict:
        """Return the members of the metadata that say what is right."""
        truth = Sample.__new__(Sample)
        truth.__dict__.update(self.__dict__, answer="truth")
        times = np.linspace(0, 1, 11)
        if self.kind == "roll":
            clauses = [
                {
                    "kind": "at",
                    "object": name,
                    "points": [[float(t), *map(float, truth.places(t)[name])] for t in times],
                    "tolerance": 0.04,
                    "weight": 1,
                    "required": name == "box",
                    "says": f"the {name} is where it must be",
                }
                for name in ("ball", "box")
            ]
            return {"rule": clauses, "rule_objects": {k: LOOKS[k] for k in ("ball", "box")}}
        field = [[0.7, 0.35], [0.9, 0.35], [0.9, 0.65], [0.7, 0.65]]
        rule = [
            {"kind": "in", "object": "blue", "polygon": field, "from": 0.97, "to": 1, "share": 0.9}
            | {"required": True, "weight": 2, "says": "the ball ends in the yellow field"},
            {"kind": "moves", "object": "blue", "from": 0, "to": 1, "min": 0.3, "max": 1}
            | {"weight": 1, "says": "the ball goes there"},
            {"kind": "steady", "object": "blue", "from": 0, "to": 1, "step": 0.03}
            | {"required": True, "weight": 1, "says": "without a jump"},
            {"kind": "covers", "object": "blue", "from": 0, "to": 1, "min": 0.005, "max": 0.05}
            | {"weight": 1, "says": "and stays as it is"},
        ]
        return {"rule": rule, "rule_objects": {"blue": LOOKS["blue"]}, "rule_answers": "several"}


def make_sample(args: argparse.Namespace, number: int) -> dict:
    """Write the frames of a sample, return its record."""
    width, height = map(int, args.size.split("x"))
    name = f"{number:08d}"
    folder = os.path.join(args.out, name)
    os.makedirs(os.path.join(folder, "frames"), exist_ok=True)
    sample = Sample(args.kind, number, args.answer)
    grain = np.random.default_rng((args.grain, number))
    files = []
    for i in range(args.frames):
        image = sample.picture(i / (args.frames - 1), width, height)
        image = image + grain.normal(0, 0.03, image.shape) * (args.grain > 0)
        files.append(f"frames/{i + 1:06d}.png")
        pixels = (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)
        write_png(os.path.join(folder, files[-1]), pixels)
    return {
        "id": name,
        "index": number,
        "seed": number,
        "seed_mode": "seq",
        "params": {"difficulty": ("easy", "medium", "hard")[number % 3]},
        "dir": folder,
        "files": {"image": files},
        "objects": [],
        "frames": [{"frame": i + 1} for i in range(args.frames)],
        "prompt": "What happens next?",
        "metadata": {"difficulty": ("easy", "medium", "hard")[number % 3]} | sample.rule(),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("roll", "goal"))
    parser.add_argument("count", type=int)
    parser.add_argument("--out", default="out")
    parser.add_argument("--size", default="96x60")
    parser.add_argument("--frames", type=int, default=20)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--grain", type=int, default=0)
    parser.add_argument("--answer", choices=("truth", "other", "wrong"), default="truth")
    args = parser.parse_args()
    for number in range(args.start, args.start + args.count):
        print(json.dumps(make_sample(args, number), separators=(",", ":")))


if __name__ == "__main__":
    main()
