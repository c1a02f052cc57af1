# SPDX-License-Identifier: MIT
"""Costs of the scene API inside Blender: scene.py FILE, which gets rows of the table."""

import json
import os
import statistics
import sys
import tempfile
import time

import bpy
import rv
from rv.sample import loop, render
from rv.sample.handler import SampleHandler

ROUNDS = 7
WARM, SAMPLES = 5, 45
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


def samples():
    """Of each small sample: what putting back costs, the same when it is done once more, and all of
    the sample but for Blender's other threads.

    The first is right after a render, which has driven all else out of the processor's caches.
    """
    handler = SampleHandler()
    putting_back, once_more, whole = [], [], []
    restore = handler._restore

    def timed():
        for times in (putting_back, once_more):
            start = time.thread_time()
            reasons = restore()
            times.append((time.thread_time() - start) * 1000)
        return reasons

    handler._restore = timed
    settings = {"resolution": [64, 64], "samples": 1}
    here = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory() as out:
        message = {"out": out, "scene": os.path.join(here, "blend_scene.py"), "settings": settings}
        for seed in range(SAMPLES):
            message.update(root=here, cwd=here, record={"id": "a", "index": 0, "seed": seed})
            start = time.thread_time()
            reply = json.loads(loop.answer(json.dumps(message).encode(), handler))
            whole.append((time.thread_time() - start) * 1000 - once_more[-1])
            assert reply["ok"], reply
    return putting_back[WARM:], once_more[WARM:], whole[WARM:]


def main():
    few, many, ours, looped, turned, turned_looped = [], [], [], [], [], []
    sphere = scene().objects.sphere(segments=SEGMENTS, ring_count=RINGS)
    for _ in range(ROUNDS):
        for number, value in zip((ours, looped), measured(sphere)):
            number.append(value)
    sphere.set_rotation((30, 40, 50))
    bpy.context.view_layer.update()
    for _ in range(ROUNDS):
        for number, value in zip((turned, turned_looped), measured(sphere)):
            number.append(value)
    for _ in range(ROUNDS):
        few.append(bodies(100))
        many.append(bodies(400))
    putting_back, once_more, whole = samples()
    for what, mine, other, goal in (
        ("400 rigid bodies / 100", many, few, "< 5"),
        ("the box of 100,000 vertices / a loop over them", ours, looped, "< 0.5"),
        ("the same when they are turned", turned, turned_looped, "< 0.5"),
        ("putting back what a sample may have changed / all of it", putting_back, whole, "< 0.1"),
        ("the same once more / the first time", once_more, putting_back, "< 0.5 ms"),
    ):
        ratio = statistics.median(a / b for a, b in zip(mine, other))
        pair = " | ".join(f"{statistics.median(times):.2f} ms" for times in (mine, other))
        with open(sys.argv[-1], "a", encoding="utf-8") as file:
            print(f"| {what} | {pair} | {ratio:.2f} | {goal} |", file=file)
    bpy.ops.wm.quit_blender()


main()
