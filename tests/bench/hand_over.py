# SPDX-License-Identifier: MIT
"""Times writing of passes: blender -t 1 -P hand_over.py -- DISK MEMORY TURNS.

Renders 30 balls on a floor, with the settings of lean_loop.py, 512x512 pixels, 16 samples each,
then writes that again and again. Prints "render MS", and "write CODEC PLACE MS BYTES" for each
codec and place. Processor time of one thread, whatever else runs.
"""

import importlib.util
import os
import statistics
import sys
import time

import bpy


def lean():
    """The module lean_loop, which runs on import, without that."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lean_loop.py")
    spec = importlib.util.spec_from_file_location("lean_loop", path)
    module = importlib.util.module_from_spec(spec)
    kept, sys.argv = sys.argv, ["--", "/nowhere", "0", "0"]
    spec.loader.exec_module(module)
    sys.argv = kept
    return module


def crowd():
    """The objects of labels_scene.py, before that camera."""
    bpy.ops.mesh.primitive_plane_add(size=30, location=(0, 0, -1))
    for i in range(30):
        place = (i % 6 - 2.5, i // 6 - 2, 0.4 * (i % 3))
        bpy.ops.mesh.primitive_uv_sphere_add(radius=0.8, location=place)
        bpy.context.object.pass_index = 3 + i


def timed(function, *arguments, **options):
    """Milliseconds of processor that a call takes."""
    start = time.process_time()
    function(*arguments, **options)
    return 1000 * (time.process_time() - start)


def main():
    """See above."""
    disk, memory, turns = sys.argv[sys.argv.index("--") + 1 :][:3]
    lean().build()
    crowd()
    scene = bpy.context.scene
    scene.render.resolution_x = scene.render.resolution_y = 512
    scene.cycles.samples = 1
    bpy.ops.render.render()  # what Cycles does once is in none of the times
    scene.cycles.samples = 16
    print(f"\nrender {statistics.median(timed(bpy.ops.render.render) for _ in range(3)):.1f}")
    settings = scene.render.image_settings
    if hasattr(settings, "media_type"):
        settings.media_type = "MULTI_LAYER_IMAGE"
    settings.file_format = "OPEN_EXR_MULTILAYER"
    settings.color_depth = "16"
    image = bpy.data.images["Render Result"]
    paths = {"disk": os.path.join(disk, "passes.exr"), "memory": os.path.join(memory, "passes.exr")}
    times = {}
    for _ in range(int(turns)):
        for codec in ("none", "zip"):
            settings.exr_codec = codec.upper()
            for place, path in paths.items():
                ms = timed(image.save_render, path, scene=scene)
                times.setdefault((codec, place), []).append((ms, os.path.getsize(path)))
    for (codec, place), taken in times.items():
        print(f"write {codec} {place} {statistics.median(ms for ms, _ in taken):.2f} {taken[0][1]}")


main()
