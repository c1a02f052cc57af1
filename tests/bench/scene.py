# SPDX-License-Identifier: MIT
"""Costs of the scene API inside Blender: scene.py FILE, which gets rows of the table."""

import statistics
import sys
import time

import bpy
import rv
from rv.sample import render
from rv.sample.handler import SampleHandler

ROUNDS = 7
SEGMENTS, RINGS = 500, 200  # a sphere of 100,000 vertices


def scene():
    """An empty one."""
    render.prepare(1)
    made = rv.Scene()
    made.seed = 1
    return made


def cost(action):
    """Processor time in milliseconds."""
    start = time.process_time()
    action()
    return (time.process_time() - start) * 1000


def bodies(number):
    """What making so many cubes rigid bodies costs, once there is one."""
    first = scene().objects.cube()
    first.copy().add_rigidbody()
    cubes = [first.copy() for _ in range(number)]
    return cost(lambda: [cube.add_rigidbody() for cube in cubes])


def measured(sphere):
    """What its box in the world costs, and the same by a loop over its vertices."""

    def loop():
        matrix = sphere.obj.matrix_world
        points = [matrix @ vertex.co for vertex in sphere.obj.data.vertices]
        return [(min(p[i] for p in points), max(p[i] for p in points)) for i in range(3)]

    return cost(sphere.get_bounds), cost(loop)


def main():
    handler = SampleHandler()
    few, many, ours, looped, putting_back, emptying = [], [], [], [], [], []
    sphere = scene().objects.sphere(segments=SEGMENTS, ring_count=RINGS)
    for _ in range(ROUNDS):
        for number, value in zip((ours, looped), measured(sphere)):
            number.append(value)
    for _ in range(ROUNDS):
        few.append(bodies(100))
        many.append(bodies(400))
        render.prepare(1)
        putting_back.append(cost(handler._guards.restore))
        emptying.append(cost(lambda: render.prepare(1)))
    for what, mine, other, goal in (
        ("400 rigid bodies / 100", many, few, "< 5"),
        ("the box of 100,000 vertices / a loop over them", ours, looped, "< 0.5"),
        (
            "putting back what a sample may have changed / emptying Blender",
            putting_back,
            emptying,
            "-",
        ),
    ):
        ratio = statistics.median(a / b for a, b in zip(mine, other))
        pair = " | ".join(f"{statistics.median(times):.2f} ms" for times in (mine, other))
        with open(sys.argv[-1], "a", encoding="utf-8") as file:
            print(f"| {what} | {pair} | {ratio:.2f} | {goal} |", file=file)
    bpy.ops.wm.quit_blender()


main()
