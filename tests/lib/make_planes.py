#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make a sequence as rv-blend leaves it whose passes follow from geometry, and print its record.

    make_planes.py DIR [--orthographic] [--tracks] [--stereo METRES]

A camera goes past a floor (index 1, z = 0) and a wall (index 2, y = 6) and turns; nothing else
moves. Depth, normals, positions and vectors are those of the rays through the pixels' centres.
With --orthographic the rays are parallel, and lead down from a higher place.
With --tracks points of both are followed.
With --stereo there is the view right, so far to the right of the camera.
"""

import array
import json
import math
import os
import sys

import make_sample
import npz_file

WIDTH, HEIGHT, FRAMES = 48, 36, 3
K = [[40, 0, 24.5], [0, 42, 17], [0, 0, 1]]
IS_PARALLEL = "--orthographic" in sys.argv
HEIGHT_M, PITCH = (6, 0.5) if IS_PARALLEL else (2, 0)  # of the camera; how far it looks down
SCALE = (6, 6.5)  # pixels per metre of a parallel camera
PLANES = [(1, 2, 0, [0, 0, 1]), (2, 1, 6, [0, -1, 0])]  # index, axis, place on it, normal


def pose(frame, aside=0):
    """Return the camera's matrix: looking along y, turned to the right more and more.

    `aside`: how far to the right of that.
    """
    angle = -0.06 * frame
    c, s, level, down = math.cos(angle), math.sin(angle), math.cos(PITCH), math.sin(PITCH)
    return [
        [c, -s * down, s * level, 0.4 * frame + c * aside],
        [s, c * down, -c * level, 0.1 + s * aside],
        [0, level, down, HEIGHT_M],
        [0, 0, 0, 1],
    ]


def ray(matrix, u, v):
    """Return where the ray through a pixel starts, and how far it gets in 1 m of depth."""
    fx, fy = SCALE if IS_PARALLEL else (K[0][0], K[1][1])
    aside, away = ((u - K[0][2]) / fx, -(v - K[1][2]) / fy, 0), (0, 0, -1)
    if not IS_PARALLEL:
        aside, away = (0, 0, 0), (*aside[:2], -1)
    turned = [[sum(matrix[i][k] * n[k] for k in range(3)) for i in range(3)] for n in (aside, away)]
    return [matrix[i][3] + turned[0][i] for i in range(3)], turned[1]


def hit(matrix, u, v):
    """Return (depth, place, plane) of the nearest plane that a ray meets, or None."""
    (start, along), found = ray(matrix, u, v), None
    for plane in PLANES:
        _, axis, place, _ = plane
        depth = (place - start[axis]) / along[axis] if along[axis] else 0
        if depth > 0 and (not found or depth < found[0]):
            at = [start[i] + depth * along[i] for i in range(3)]
            if at[2] < 3:  # the wall's upper end
                found = (depth, at, plane)
    return found


def pixel(matrix, place):
    """Return the pixel of a place in the world."""
    away = [place[i] - matrix[i][3] for i in range(3)]
    x, y, z = (sum(matrix[i][k] * away[i] for i in range(3)) for k in range(3))
    if IS_PARALLEL:
        return K[0][2] + SCALE[0] * x, K[1][2] - SCALE[1] * y
    return K[0][2] + K[0][0] * x / -z, K[1][2] - K[1][1] * y / -z


def values_at(frame, x, y, aside):
    """Return role -> numbers of a pixel."""
    found = hit(pose(frame, aside), x + 0.5, y + 0.5)
    if not found:
        return {
            "depth": [1e10],
            "index": [0],
            "normal": [0] * 3,
            "position": [0] * 3,
            "vector": [0] * 4,
        }
    depth, place, (index, _, _, normal) = found
    (u0, v0), (u1, v1) = (pixel(pose(frame + step, aside), place) for step in (-1, 1))
    vector = [u0 - x - 0.5, -(v0 - y - 0.5), -(u1 - x - 0.5), v1 - y - 0.5]
    return {
        "depth": [depth],
        "index": [index],
        "normal": normal,
        "position": place,
        "vector": vector,
    }


CHANNELS = {
    "depth": "ViewLayer.Depth.Z",
    "index": "ViewLayer.IndexOB.X",
    **{role: make_sample.MORE[role] for role in ("normal", "position", "vector")},
}


def passes(frame, aside=0):
    """Return the OpenEXR file of a frame."""
    pixels = [[values_at(frame, x, y, aside) for x in range(WIDTH)] for y in range(HEIGHT)]
    planes = {}
    for role, names in CHANNELS.items():
        for k, name in enumerate([names] if isinstance(names, str) else names):
            planes[name] = ("f", [array.array("f", [p[role][k] for p in row]) for row in pixels])
    return make_sample.exr_bytes(WIDTH, HEIGHT, planes, "ZIP")


def track_points():
    """Return the record's `tracks`, and the file of points on floor and wall."""
    floor = [(x * 0.5 - 2, y * 0.7, 0) for x in range(9) for y in range(8)]
    wall = [(x * 0.8 - 3, 6, z * 0.5) for x in range(9) for z in range(6)]
    count, points = len(floor) + len(wall), floor + wall
    normals = [(0, 0, 1)] * len(floor) + [(0, -1, 0)] * len(wall)
    owners = array.array("i", [1] * len(floor) + [2] * len(wall))
    world, normal = (
        array.array(t, sum(rows, ()) * FRAMES) for t, rows in (("d", points), ("f", normals))
    )
    arrays = {
        "normal": ["<f4", (FRAMES, count, 3), normal.tobytes()],
        "object": ["<i4", (count,), owners.tobytes()],
        "world": ["<f8", (FRAMES, count, 3), world.tobytes()],
    }
    listed = [{"index": 1, "points": len(floor)}, {"index": 2, "points": len(wall)}]
    return listed, npz_file.packed(arrays)


def main():
    """Make it."""
    numbers = range(1, FRAMES + 1)
    files = {
        "image": [f"frames/{n:06d}.png" for n in numbers],
        "passes": [f"passes/{n:06d}.exr" for n in numbers],
    }
    still = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    camera = {"type": "PERSP", "K": K, "clip": [0.1, 1000]}
    if IS_PARALLEL:
        projection = {"type": "orthographic", "scale": SCALE, "center": [K[0][2], K[1][2]]}
        camera.update(type="ORTHO", K=None, projection=projection)
    record = {
        "id": "planes",
        "dir": f"{sys.argv[1]}/planes",
        "files": files,
        "channels": CHANNELS,
        "resolution": [WIDTH, HEIGHT],
        "camera": {**camera, "matrix_world": pose(1)},
        "objects": [
            {"index": i, "name": name, "tags": [name], "properties": {}, "matrix_world": still}
            for i, name in ((1, "floor"), (2, "wall"))
        ],
        "frames": [{"frame": n, "camera": {**camera, "matrix_world": pose(n)}} for n in numbers],
    }
    aside = float(sys.argv[sys.argv.index("--stereo") + 1]) if "--stereo" in sys.argv else 0
    if aside:
        record["views"] = [
            {
                "name": "right",
                "camera": {**camera, "matrix_world": pose(1, aside)},
                "files": {k: [f"views/right/{path}" for path in v] for k, v in files.items()},
                "frames": [
                    {"frame": n, "camera": {**camera, "matrix_world": pose(n, aside)}}
                    for n in numbers
                ],
            }
        ]
    points = None
    if "--tracks" in sys.argv:
        record["tracks"], points = track_points()
        files["track_points"] = "track_points.npz"
    image = make_sample.png_bytes(WIDTH, HEIGHT, [bytes([9, 9, 9, 255]) * WIDTH] * HEIGHT, 6)
    contents = {"_meta.json": json.dumps({k: v for k, v in record.items() if k != "dir"}).encode()}
    if points:
        contents["track_points.npz"] = points
    for number, names in enumerate(zip(files["image"], files["passes"]), 1):
        contents.update(zip(names, (image, passes(number))))
        if aside:
            right = [f"views/right/{name}" for name in names]
            contents.update(zip(right, (image, passes(number, aside))))
    for name, data in contents.items():
        os.makedirs(os.path.dirname(f"{record['dir']}/{name}"), exist_ok=True)
        with open(f"{record['dir']}/{name}", "wb") as file:
            file.write(data)
    print(json.dumps(record, separators=(",", ":")))


if __name__ == "__main__":
    main()
