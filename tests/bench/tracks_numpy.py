#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tracks with NumPy, and the sequence that they are measured on.

    tracks_numpy.py make DIR FRAMES WIDTH HEIGHT OBJECTS POINTS   makes it; the record on stdout
    tracks_numpy.py track <records     writes Tracks.npz of each
    tracks_numpy.py same A.npz B.npz   fails unless both have the same arrays

`track` reads what rv-mask reads, passes.exr and track_points.npz, takes all points of a frame at
once, and writes the same arrays. It prints the milliseconds that it took, and those of processor,
on stderr: the start of Python and its imports do not count.
"""

import array
import json
import os
import struct
import sys
import time

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import make_sample  # noqa: E402
import npz_file  # noqa: E402

FOCAL = 400.0
NEAR = 0.001
CHANNELS = {"depth": "ViewLayer.Depth.Z", "index": "ViewLayer.IndexOB.X"}
OTHERS = ("A", "B", "G", "R")  # of the picture, which is not read


def discs(n_objects: int, width: int, height: int) -> tuple:
    """Return centres and motions in pixels, radii and depths of discs that face the camera."""
    rng = np.random.default_rng(1)
    centre = rng.uniform((0, 0), (width, height), (n_objects, 2))
    motion = rng.uniform(-3, 3, (n_objects, 2))
    return centre, motion, rng.uniform(0.04, 0.2, n_objects) * width, rng.uniform(4, 20, n_objects)


def encode(planes: dict) -> bytes:
    """Return an uncompressed EXR file."""
    height, width = next(iter(planes.values())).shape
    kinds = {name: "e" if plane.dtype == np.float16 else "f" for name, plane in planes.items()}
    head = make_sample.exr_header(width, height, kinds, 0)
    rows = np.concatenate([planes[name].view(np.uint8) for name in sorted(planes)], axis=1)
    starts = np.stack([np.arange(height), np.full(height, rows.shape[1])], 1).astype("<i4")
    chunks = np.concatenate([starts.view(np.uint8), rows], axis=1)
    first = len(head) + 8 * height
    places = first + np.arange(height, dtype="<u8") * chunks.shape[1]
    return head + places.tobytes() + chunks.tobytes()


def make(directory: str, frames: int, width: int, height: int, n_objects: int, n: int) -> None:
    """Make a sequence of discs that move past each other, and points on them."""
    y, x = np.mgrid[0:height, 0:width] + 0.5
    centre, motion, radius, depth = discs(n_objects, width, height)
    base = os.path.join(directory, "tracks")
    os.makedirs(os.path.join(base, "passes"), exist_ok=True)
    for frame in range(frames):
        index = np.zeros((height, width), np.float32)
        nearest = np.full((height, width), 1e10, np.float32)
        for i, (cx, cy) in enumerate(centre + motion * frame):
            inside = ((x - cx) ** 2 + (y - cy) ** 2 < radius[i] ** 2) & (depth[i] < nearest)
            index[inside], nearest[inside] = i + 1, depth[i]
        planes = {f"ViewLayer.Combined.{c}": np.ones((height, width), np.float16) for c in OTHERS}
        planes.update(zip(CHANNELS.values(), (nearest, index)))
        with open(os.path.join(base, f"passes/{frame + 1:06d}.exr"), "wb") as file:
            file.write(encode(planes))
    rng = np.random.default_rng(2)
    own = np.sort(rng.integers(0, n_objects, n))
    turn, share = rng.uniform(0, 2 * np.pi, n), np.sqrt(rng.uniform(0, 1, n))
    offset = np.stack([np.cos(turn), np.sin(turn)], 1) * (share * radius[own])[:, None]
    steps = np.arange(frames)[:, None, None]
    pixels = centre[own] + motion[own] * steps + offset
    away = np.broadcast_to(depth[own], (frames, n))[..., None]
    world = (pixels - (width / 2, height / 2)) * (1, -1) * away / FOCAL
    world = np.concatenate([world, -away], 2)
    normal = np.broadcast_to(np.array([0, 0, 1], "<f4"), world.shape)
    arrays = {
        "normal": ["<f4", world.shape, normal.tobytes()],
        "object": ["<i4", (n,), array.array("i", (own + 1).tolist()).tobytes()],
        "world": ["<f8", world.shape, world.astype("<f8").tobytes()],
    }
    with open(os.path.join(base, "track_points.npz"), "wb") as file:
        file.write(npz_file.packed(arrays))
    counts = np.bincount(own + 1, minlength=n_objects + 1)
    numbers = range(1, frames + 1)
    camera = {"type": "PERSP", "clip": [0.1, 100], "matrix_world": np.eye(4).tolist()}
    camera["K"] = [[FOCAL, 0, width / 2], [0, FOCAL, height / 2], [0, 0, 1]]
    record = {
        "id": "tracks",
        "dir": base,
        "files": {
            "passes": [f"passes/{number:06d}.exr" for number in numbers],
            "track_points": "track_points.npz",
        },
        "channels": CHANNELS,
        "resolution": [width, height],
        "camera": camera,
        "objects": [make_sample.describe_object(i + 1, (0, 0, 1, 1)) for i in range(n_objects)],
        "frames": [{"frame": number, "camera": camera} for number in numbers],
        "tracks": [{"index": i, "points": int(k)} for i, k in enumerate(counts) if k],
    }
    with open(os.path.join(base, ".rv-blend.json"), "w", encoding="ascii") as file:
        json.dump({"version": 1, "key": "0" * 64, "deps": [], "files": [], "add": {}}, file)
    print(json.dumps(record, separators=(",", ":")))


def read_maps(path: str) -> list:
    """Return depth and index of an uncompressed EXR file, as views of its rows."""
    with open(path, "rb") as file:
        data = file.read()
    attributes, at = {}, 8
    while data[at]:
        name_end = data.index(b"\0", at)
        kind_end = data.index(b"\0", name_end + 1)
        size = struct.unpack_from("<i", data, kind_end + 1)[0]
        attributes[data[at:name_end].decode()] = data[kind_end + 5 : kind_end + 5 + size]
        at = kind_end + 5 + size
    x0, y0, x1, y1 = struct.unpack("<iiii", attributes["dataWindow"])
    width, height = x1 - x0 + 1, y1 - y0 + 1
    chlist, i, places, row_bytes = attributes["channels"], 0, {}, 8
    while chlist[i]:
        end = chlist.index(b"\0", i)
        item = {1: 2, 2: 4}[struct.unpack_from("<i", chlist, end + 1)[0]]
        places[chlist[i:end].decode()] = row_bytes
        row_bytes += width * item
        i = end + 17
    first = struct.unpack_from("<Q", data, at + 1)[0]
    rows = np.frombuffer(data, np.uint8, height * row_bytes, first).reshape(height, row_bytes)
    cuts = (places[CHANNELS[role]] for role in ("depth", "index"))
    return [np.ascontiguousarray(rows[:, cut : cut + 4 * width]).view("<f4") for cut in cuts]


def is_seen(depth: np.ndarray, index: np.ndarray, pixel: np.ndarray, away, own) -> np.ndarray:
    """Return which points their pixels show: their object, not nearer than they are.

    As rv-mask has it: nearer than the pixel and those of its neighbours with the same object.
    """
    height, width = depth.shape
    with np.errstate(invalid="ignore"):
        inside = ((pixel >= 0) & (pixel < (width, height))).all(1) & (away > 0)
    found = np.zeros(len(pixel), bool)
    some = np.flatnonzero(inside)
    x, y = pixel[some].astype(int).T
    some, x, y = (part[index[y, x] == own[some]] for part in (some, x, y))
    seen = away[some] <= depth[y, x] * (1 + NEAR)
    found[some[seen]] = True
    some, x, y = some[~seen], x[~seen], y[~seen]
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            u, v = np.clip(x + dx, 0, width - 1), np.clip(y + dy, 0, height - 1)
            same = index[v, u] == own[some]
            found[some] |= same & (away[some] <= depth[v, u] * (1 + NEAR))
    return found


def track(record: dict) -> None:
    """Write Tracks.npz of a record."""
    points = np.load(os.path.join(record["dir"], record["files"]["track_points"]))
    own, world, normal = points["object"], points["world"], points["normal"]
    frames, n, _ = world.shape
    xy, seen_from = np.empty((frames, n, 2), np.float32), np.empty((frames, n, 3), np.float32)
    visible = np.empty((frames, n), bool)
    for i, (path, entry) in enumerate(zip(record["files"]["passes"], record["frames"])):
        depth, index = read_maps(os.path.join(record["dir"], path))
        camera = entry.get("camera", record["camera"])
        pose, k = np.array(camera["matrix_world"]), np.array(camera["K"])
        seen = (world[i] - pose[:3, 3]) @ (pose[:3, :3] * (1, -1, -1))
        pixel = seen[:, :2] / seen[:, 2:] * (k[0, 0], k[1, 1]) + k[:2, 2]
        facing = ((pose[:3, 3] - world[i]) * normal[i]).sum(1) > 0
        facing |= (normal[i] == 0).all(1)
        visible[i] = facing & is_seen(depth, index, pixel, seen[:, 2], own)
        xy[i], seen_from[i] = pixel, seen
    last = np.where(visible.any(0), frames - 1 - visible[::-1].argmax(0), -1)
    np.savez(
        os.path.join(record["dir"], "Tracks.npz"),
        first_seen=np.where(visible.any(0), visible.argmax(0), -1).astype(np.int32),
        frame=np.array([entry["frame"] for entry in record["frames"]], np.int32),
        last_seen=last.astype(np.int32),
        object=own,
        visible=visible,
        xy=xy,
        xyz_camera=seen_from,
        xyz_world=world,
    )


def check_same(left: str, right: str) -> None:
    """Compare two files."""
    a, b = np.load(left), np.load(right)
    assert sorted(a.files) == sorted(b.files), (a.files, b.files)
    for name in a.files:
        assert a[name].shape == b[name].shape, name
        if a[name].dtype.kind == "f":
            assert np.allclose(a[name], b[name], 1e-5, 1e-3), name
        else:
            assert (a[name] == b[name]).all(), name
    assert 0.1 < a["visible"].mean() < 0.9


def main() -> None:
    """Do what the first argument says."""
    if sys.argv[1] == "make":
        make(sys.argv[2], *map(int, sys.argv[3:8]))
    elif sys.argv[1] == "same":
        check_same(*sys.argv[2:4])
    else:
        records = [json.loads(line) for line in sys.stdin]
        start, start_cpu = time.monotonic(), time.process_time()
        for record in records:
            track(record)
        took = time.monotonic() - start, time.process_time() - start_cpu
        print(*(f"{1000 * seconds:.1f}" for seconds in took), file=sys.stderr)


if __name__ == "__main__":
    main()
