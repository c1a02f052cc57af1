#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reference candidates: what answers a task without solving it, made from the truths of a dataset.

    candidates.py DATASET -o DIR [--kinds static,black] [--again DATASET2]
    rv-verify --candidates DIR/static --truth DATASET

Each folder of DATASET with a ground_truth.mp4 gives DIR/KIND/ID.mp4 for each kind, where ID is the
folder's name, or TASK/ID.mp4 where several have that, as in VBVR's benchmark:

    static     the first frame, all the time       last      the last frame from the second on
    reversed   the frames backwards                shuffled  the frames in another order
    rotation   the first frame, turning            noise     the first frame, fading into noise
    black      nothing                             other     the truth of the next task
    shifted    the truth a tenth of the clip late  low       the truth at low quality (crf 35)
    again      the truths of DATASET2, which are the same scenes, rendered with other noise

The last three are right, or nearly; a scoring that is worth something tells all others from them.
It needs FFmpeg and NumPy.
"""

import argparse
import collections
import json
import pathlib
import shutil
import subprocess
import sys

try:
    import numpy as np
except ImportError:
    sys.exit(f"{sys.argv[0]}: {sys.executable} has no NumPy: apt install python3-numpy, or pip")
if missing := [name for name in ("ffmpeg", "ffprobe") if shutil.which(name) is None]:
    sys.exit(f"{sys.argv[0]}: {missing[0]} is not there: apt install ffmpeg")

CRF, LOW_CRF = 20, 35  # of the generators of VBVR; what is plainly worse, and still right
TURNS = 1.0  # of `rotation`


def read(path):
    """(frames, rate) of a video: an array of n x height x width x 3, and frames per second."""
    probe = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-of", "json", "-show_entries"]
    said = subprocess.check_output([*probe, "stream=width,height,r_frame_rate", path])
    stream = json.loads(said)["streams"][0]
    raw = subprocess.check_output(
        ["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    )
    shape = (-1, stream["height"], stream["width"], 3)
    return np.frombuffer(raw, np.uint8).reshape(shape), stream["r_frame_rate"]


def write(path, frames, rate, crf=CRF):
    """Encodes frames as the generators of VBVR do."""
    _, height, width, _ = frames.shape
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-framerate", rate]
    codec = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", str(crf), "-threads", "1"]
    command = ["ffmpeg", "-v", "error", "-y", *raw, "-i", "-", *codec, path]
    subprocess.run(command, input=np.ascontiguousarray(frames).tobytes(), check=True)


def rotation(frames):
    """The first frame, turning about its middle; what comes from beyond its edge is black."""
    n, height, width, _ = frames.shape
    y, x = np.mgrid[0:height, 0:width]
    x, y = x - (width - 1) / 2, y - (height - 1) / 2
    turned = np.zeros_like(frames)
    for i in range(n):
        angle = 2 * np.pi * TURNS * i / max(n - 1, 1)
        u = np.rint(np.cos(angle) * x + np.sin(angle) * y + (width - 1) / 2).astype(int)
        v = np.rint(np.cos(angle) * y - np.sin(angle) * x + (height - 1) / 2).astype(int)
        inside = (u >= 0) & (u < width) & (v >= 0) & (v < height)
        turned[i][inside] = frames[0][v[inside], u[inside]]
    return turned


def noise(frames):
    """The first frame, fading into noise."""
    draw = np.random.default_rng(1)
    n = len(frames)
    mix = np.linspace(0, 1, n)[:, None, None, None]
    return ((1 - mix) * frames[0] + mix * draw.integers(0, 256, frames.shape)).astype(np.uint8)


def shuffled(frames):
    """The frames in another order, but for the first."""
    order = 1 + np.random.default_rng(1).permutation(len(frames) - 1)
    return frames[[0, *order]]


def shifted(frames):
    """The first frame for a tenth of the clip, then the truth, without its end."""
    late = round(len(frames) / 10)
    return frames[np.maximum(np.arange(len(frames)) - late, 0)]


KINDS = {
    "static": lambda frames: np.repeat(frames[:1], len(frames), 0),
    "last": lambda frames: np.concatenate([frames[:1], np.repeat(frames[-1:], len(frames) - 1, 0)]),
    "reversed": lambda frames: frames[::-1],
    "shuffled": shuffled,
    "rotation": rotation,
    "noise": noise,
    "black": np.zeros_like,
    "other": None,
    "shifted": shifted,
    "low": None,
    "again": None,
}


def truths(dataset):
    """The truths below a folder, by the names of their candidates, in the order of their paths."""
    paths = sorted(pathlib.Path(dataset).rglob("ground_truth.mp4"))
    count = collections.Counter(path.parent.name for path in paths)

    def name_of(folder):
        return folder.name if count[folder.name] == 1 else f"{folder.parent.name}/{folder.name}"

    return {name_of(path.parent): path for path in paths}


def make(dataset, output, kinds, again=None):
    """Writes the candidates of these kinds for all truths of a dataset; how many tasks it has."""
    clips, rendered = truths(dataset), truths(again) if again else {}
    names = list(clips)
    for i, name in enumerate(names):
        frames, rate = read(clips[name])
        for kind in kinds:
            path = output / kind / f"{name}.mp4"
            path.parent.mkdir(parents=True, exist_ok=True)
            if kind == "other":
                shutil.copy(clips[names[(i + 1) % len(names)]], path)
            elif kind == "low":
                write(path, frames, rate, LOW_CRF)
            elif kind != "again":
                write(path, KINDS[kind](frames), rate)
            elif name in rendered:
                shutil.copy(rendered[name], path)
    return len(names)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=pathlib.Path("candidates"))
    parser.add_argument("--kinds", default=",".join(KINDS), help="some of the above, with commas")
    parser.add_argument("--again", metavar="DATASET2", help="the same tasks, rendered again")
    args = parser.parse_args()
    kinds = args.kinds.split(",")
    if unknown := set(kinds) - KINDS.keys():
        parser.error(f"no kinds: {', '.join(sorted(unknown))}")
    count = make(args.dataset, args.output, kinds, args.again)
    if count == 0:
        sys.exit(f"{sys.argv[0]}: '{args.dataset}' has no folder with a ground_truth.mp4")
    print(f"{count} tasks, in {args.output}")


if __name__ == "__main__":
    main()
