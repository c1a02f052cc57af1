# SPDX-License-Identifier: MIT
"""Times the render call with and without a file: blender -t 1 -P hand_over.py -- DISK MEMORY.

Prints "hand_over CODEC PLACE MS_WITH MS_WITHOUT" for each codec and place: 512x512 pixels, 16
samples each, the scene of lean_loop.py. Processor time of one thread, whatever else runs.
"""

import importlib.util
import os
import statistics
import sys
import time

import bpy

TURNS = 3


def lean():
    """The module lean_loop, which runs on import, without that."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lean_loop.py")
    spec = importlib.util.spec_from_file_location("lean_loop", path)
    module = importlib.util.module_from_spec(spec)
    kept, sys.argv = sys.argv, ["--", "/nowhere", "0", "0"]
    spec.loader.exec_module(module)
    sys.argv = kept
    return module


def timed(write):
    """Milliseconds of processor that a render takes."""
    start = time.process_time()
    bpy.ops.render.render(write_still=write)
    return 1000 * (time.process_time() - start)


def main():
    """See above."""
    disk, memory = sys.argv[sys.argv.index("--") + 1 :][:2]
    lean().build()
    scene = bpy.context.scene
    scene.render.resolution_x = scene.render.resolution_y = 512
    scene.cycles.samples = 16
    settings = scene.render.image_settings
    if hasattr(settings, "media_type"):
        settings.media_type = "MULTI_LAYER_IMAGE"
    settings.file_format = "OPEN_EXR_MULTILAYER"
    settings.color_depth = "16"
    timed(False)
    for codec in ("none", "zip"):
        settings.exr_codec = codec.upper()
        for place, directory in (("disk", disk), ("memory", memory)):
            scene.render.filepath = os.path.join(directory, "passes.exr")
            turns = [(timed(True), timed(False)) for _ in range(TURNS)]
            written, bare = (statistics.median(times) for times in zip(*turns))
            print(f"\nhand_over {codec} {place} {written:.2f} {bare:.2f}")


main()
