#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads control clips that were encoded without loss, and compares them with their samples.

    control_check.py DATASET/control RECORDS

Frames are decoded by FFmpeg; depths are those of the sample to half a step of the range. Exit
status 1 at the first thing that is wrong; prints how many frames were compared.
"""

import json
import os
import subprocess
import sys

import numpy

from check_labels import read_exr_file, read_png
from pictures import check, pictures


def read_clip(path, width, height):
    """Return the frames of a clip, RGB."""
    command = ["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    data = subprocess.run(command, check=True, capture_output=True).stdout
    frames = numpy.frombuffer(data, numpy.uint8)
    return frames.reshape(-1, height + height % 2, width + width % 2, 3)[:, :height, :width]


def grey(frames, what):
    """Return the one channel of frames that are grey."""
    check((frames == frames[..., :1]).all(), what, "is not grey")
    return frames[..., 0].astype(int)


def edges_of(indices):
    """Return where the pixel to the right or below is of another object."""
    edges = numpy.zeros(indices.shape, int)
    edges[:, :-1] |= indices[:, :-1] != indices[:, 1:]
    edges[:-1] |= indices[:-1] != indices[1:]
    return edges * 255


def check_depth(frames, said, wanted):
    """A depth of the frames is that of the sample."""
    surface = wanted < 1e10
    check(said["near"] == wanted[surface].min() and said["far"] == wanted[surface].max(), said)
    step = (said["far"] - said["near"]) / 254
    found = said["near"] + (255 - frames) * step
    check((frames[~surface] == 0).all() and frames[surface].min() == 1, "nothing, and the farthest")
    check(
        (abs(found - wanted)[surface] <= step / 2 + 1e-6).all(), abs(found - wanted)[surface].max()
    )


def main():
    """Compare all."""
    folder, records = sys.argv[1:]
    names, n_frames = set(os.listdir(folder)), 0
    for line in open(records, encoding="utf-8"):
        record = json.loads(line)
        frames = {}
        for stem, files, annotations in pictures(record):
            frames.setdefault(stem.rsplit(".", 1)[0], []).append((files, annotations))
        for name, wanted in frames.items():
            names.remove(name)
            home = os.path.join(folder, name)
            said = json.load(open(f"{home}/control.json", encoding="utf-8"))
            prompt = json.load(open(f"{home}/prompt.json", encoding="utf-8"))
            check(prompt == {"prompt": record.get("prompt", "")}, name, prompt)
            width, height = said["width"], said["height"]
            clips = {c: read_clip(f"{home}/{c}.mkv", width, height) for c in said["clips"]}
            check(all(len(clip) == len(wanted) == said["frames"] for clip in clips.values()), name)
            images = [read_png(f"{record['dir']}/{files['image']}") for files, _ in wanted]
            rgb = numpy.array([image["rows"] for image in images]).reshape(
                *clips["rgb"].shape[:3], -1
            )
            check((clips["rgb"] == rgb[..., :3]).all(), name, "has other pictures")
            maps = [read_png(f"{record['dir']}/{files['index']}")["rows"] for files, _ in wanted]
            colour = {thing["index"]: thing["color"] for thing in said["objects"]}
            colour[0] = [0, 0, 0]
            check(len(set(map(tuple, colour.values()))) == len(colour), name, colour)
            for number, indices in enumerate(map(numpy.array, maps)):
                table = [[colour[value] for value in row] for row in indices.tolist()]
                check((clips["segmentation"][number] == table).all(), name, number, "segmentation")
                picture = read_png(f"{home}/segmentation/{number:05d}.png")
                check((numpy.array(picture["rows"]).reshape(height, width, 3) == table).all(), name)
                edges = grey(clips["edges"], name)[number]
                check((edges == edges_of(indices)).all(), name, number, "edges")
                n_frames += 1
            if "depth" in clips:
                planes = [
                    read_exr_file(f"{record['dir']}/{files['depth']}")[0]["V"]
                    for files, _ in wanted
                ]
                check_depth(grey(clips["depth"], name), said["depth"], numpy.array(planes))
    check(not names, "clips of no sample:", names)
    print(f"{n_frames} frames")


if __name__ == "__main__":
    main()
