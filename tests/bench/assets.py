# SPDX-License-Identifier: MIT
"""Costs of loading a model: assets.py FILE, which gets a row of the table."""

import sys
import tempfile
import time

import model_files
from rv.engine.shelf import SHELF
from rv.sample import render
from rv.sample.handler import SampleHandler
from rv.scenes.scene import Scene

SAMPLES, AGAIN = 50, 5  # those that read anew are as many as tell
SIDE = 224  # squares along each side of the model, two faces each: 100,352


def terrain():
    """The corners and faces of a square in waves."""
    row = SIDE + 1
    corners = [(x / SIDE, (x * y % 7) / 100, y / SIDE) for y in range(row) for x in range(row)]
    faces = []
    for y in range(SIDE):
        for x in range(SIDE):
            a = y * row + x
            faces += [(a, a + row, a + 1), (a + 1, a + row, a + row + 1)]
    return corners, faces


def samples(path, count, anew):
    """Processor seconds of so many scenes with the model, from an empty Blender on."""
    start = time.process_time()
    for seed in range(count):
        if anew:
            SHELF.clear()
        render.prepare(seed)
        loaded = Scene().assets.load(path)
        assert len(loaded["Body"].obj.data.polygons) == 2 * SIDE * SIDE
    return time.process_time() - start


def main():
    """Writes the row."""
    SampleHandler()  # as in a worker
    corners, faces = terrain()
    with tempfile.TemporaryDirectory() as folder:
        path = model_files.glb(folder, corners=corners, triangles=faces)
        anew = samples(path, AGAIN, True) / AGAIN * SAMPLES
        SHELF.clear()
        before = SHELF.reads
        kept = samples(path, SAMPLES, False)
        assert SHELF.reads - before == 1
    with open(sys.argv[sys.argv.index("--") + 1], "w", encoding="utf-8") as rows:
        what = f"a .glb of {2 * SIDE * SIDE} faces in {SAMPLES} samples, read once / read in each"
        pair = f"{kept * 1000:.0f} ms | {anew * 1000:.0f} ms"
        rows.write(f"| {what} | {pair} | {kept / anew:.2f} | < 0.2 |\n")


main()
