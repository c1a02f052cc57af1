# SPDX-License-Identifier: MIT
"""Makes .blend files and scene scripts, no two of them alike, for tests/scenes.bats.

Run in Blender, in the directory to write to: `blender -b --python make_scenes.py -- COUNT` makes
blend/0.blend ... and py/0/scene.py ..., COUNT of each.
"""

import os
import random
import sys

import bpy

SCRIPT = """
import os
import sys

import rv

sys.path.insert(0, os.path.dirname(__file__))
import helper


class Numbered(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(color=helper.COLOR)
        self.camera.set_location((0, 0, 8)).point_at(self.objects.empty())
        for k in range(1 + helper.NUMBER % 3):
            cube = self.objects.cube(size=helper.SIZE).set_location((k, helper.NUMBER % 5 - 2, 0))
            cube.set_property("number", helper.NUMBER)
"""


def write(path, text):
    """Writes a text file and the directories above it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def make_script(number, rng):
    """A script whose module has the name of every other one's, and its own text."""
    color = tuple(round(rng.random(), 3) for _ in range(3))
    size = rng.choice((0.5, 0.75, 1.0))
    write(f"py/{number}/scene.py", SCRIPT)
    write(f"py/{number}/helper.py", f"NUMBER = {number}\nCOLOR = {color}\nSIZE = {size}\n")


def triangle(name, rng):
    """An object somewhere in view."""
    x, y = rng.uniform(-2, 2), rng.uniform(-2, 2)
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([(x, y, 0), (x + 1, y, 0), (x, y + 1, 0)], [], [(0, 1, 2)])
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(obj)
    return obj


def make_library():
    """blend/library.blend, which every fifth file links an object from."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    triangle("Shared", random.Random(0))
    bpy.ops.wm.save_as_mainfile(filepath=os.path.abspath("blend/library.blend"))


def make_file(number, rng):
    """A file with settings that would show in one that is rendered after it."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = bpy.context.scene
    scene.render.resolution_x = scene.render.resolution_y = 12 + number % 5
    scene.cycles.samples = 1
    scene.cycles.use_denoising = False
    scene.render.film_transparent = number % 3 == 0
    scene.view_settings.exposure = number % 7 / 4
    scene.render.fps = 10 + number % 11
    scene.world = bpy.data.worlds.new("World")
    scene.world.use_nodes = True
    color = (rng.random(), rng.random(), rng.random(), 1.0)
    scene.world.node_tree.nodes["Background"].inputs["Color"].default_value = color
    scene.camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.camera.location = (0, 0, 10)
    scene.collection.objects.link(scene.camera)
    for k in range(1 + number % 4):
        triangle("Triangle", rng)["number"] = number
    bpy.context.view_layer.name = f"Layer {number % 2}"
    bpy.context.view_layer.use_pass_normal = number % 2 == 0
    scene.view_layers.new(f"Layer {1 - number % 2}")
    if number % 5 == 0:
        with bpy.data.libraries.load(os.path.abspath("blend/library.blend"), link=True) as (_, to):
            to.objects = ["Shared"]
        scene.collection.objects.link(bpy.data.objects["Shared"])
    scene.frame_set(1 + number % 9)
    path = os.path.abspath(f"blend/{number}.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path, compress=number % 2 == 1)


def main():
    """Makes them all."""
    count = int(sys.argv[-1])
    os.makedirs("blend")
    make_library()
    for number in range(count):
        rng = random.Random(number)
        make_script(number, rng)
        make_file(number, rng)


main()
