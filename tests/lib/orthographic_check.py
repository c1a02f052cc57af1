#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check the motion labels of the scene before an orthographic camera that tests/motion.bats writes.

    orthographic_check.py <records

Of the record nothing is used but the names of objects and files: poses are those of the scene.
Prints what is wrong, exits 1; says how many pixels were compared, and how many of them were hidden.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check_labels import read_exr, read_png  # noqa: E402

# Seen from above. A place is a complex number, x + iy in metres; so is a turn about z.
SIZE, SCALE = 32, 4  # pixels, pixels per metre
CAMERA = ((0, 1), (1 + 1j, 1j))  # in each of the two frames: place, turn
CUBE = ((-1, 1), (2 + 0.5j, 1j))
RISE_M = 1  # of the cube, from the first frame to the second
NEAR_M, NEAR_PX = 1e-3, 0.01


def own(pose: tuple, place: complex) -> complex:
    """A place in the axes of what has this pose."""
    return (place - pose[0]) / pose[1]


def on_cube(frame: int, place: complex) -> bool:
    """Whether the cube, 2 m wide, is what is seen there."""
    at = own(CUBE[frame], place)
    return max(abs(at.real), abs(at.imag)) < 1


def wanted(here: int, there: int, column: int, row: int) -> dict:
    """What the labels of a pixel are."""
    centre, middle = complex(column + 0.5, -row - 0.5), complex(SIZE / 2, -SIZE / 2)
    place = CAMERA[here][0] + (centre - middle) / SCALE * CAMERA[here][1]
    is_cube = on_cube(here, place)
    then = CUBE[there][0] + own(CUBE[here], place) * CUBE[there][1] if is_cube else place
    pixel = own(CAMERA[there], then) * SCALE + middle
    is_inside = 0 <= pixel.real < SIZE and 0 <= -pixel.imag < SIZE
    step, flow = then - place, pixel - centre
    return {
        "name": "cube" if is_cube else "floor",
        "scene_flow": (step.real, step.imag, RISE_M if is_cube else 0),
        "flow": (flow.real, -flow.imag),
        "occlusion": 0 if is_inside and (is_cube or not on_cube(there, then)) else 255,
    }


def is_near(planes: dict, row: int, column: int, numbers: tuple, near: float) -> bool:
    """Whether the planes have these numbers there, in the order of their names."""
    found = [planes[name][row][column] for name in sorted(planes)]
    return all(abs(a - b) <= near for a, b in zip(found, numbers))


def check(record: dict, here: int, there: int, way: str) -> tuple[list[str], int]:
    """What is wrong with the labels of a frame that lead to the other, and how many are hidden."""
    files = {r: os.path.join(record["dir"], p[here]) for r, p in record["files"].items()}
    names = {o["index"]: o["name"] for o in record["objects"]}
    index, mask = (read_png(files[role])["rows"] for role in ("index", f"occlusion_{way}"))
    flow = read_exr(files[f"flow_{way}"])
    scene_flow = read_exr(files["scene_flow"])
    wrong, hidden = [], 0
    for row in range(SIZE):
        for column in range(SIZE):
            want = wanted(here, there, column, row)
            right = {
                "index": names.get(index[row][column]) == want["name"],
                "flow": is_near(flow, row, column, want["flow"], NEAR_PX),
                "scene_flow": way == "backward"
                or is_near(scene_flow, row, column, want["scene_flow"], NEAR_M),
                "occlusion": mask[row][column] == want["occlusion"],
            }
            wrong += [f"{way} {column},{row}: {role}" for role in right if not right[role]]
            hidden += want["occlusion"] == 255
    return wrong, hidden


def main() -> int:
    """Check both frames of the record."""
    record = json.loads(sys.stdin.read())
    forward, backward = check(record, 0, 1, "forward"), check(record, 1, 0, "backward")
    wrong, hidden = forward[0] + backward[0], forward[1] + backward[1]
    print("\n".join(wrong[:20]))
    print(f"{2 * SIZE * SIZE} pixels, {hidden} hidden")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
