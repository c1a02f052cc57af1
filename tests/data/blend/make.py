# SPDX-License-Identifier: MIT
"""Writes saved-by-VERSION.blend beside itself: blender -b --factory-startup --python make.py"""

import os

import bpy

bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
mesh = bpy.data.meshes.new("Rock")
mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
rock = bpy.data.objects.new("Rock", mesh)
rust = bpy.data.materials.new("Rust")
dusk = bpy.data.worlds.new("Dusk")
mesh.materials.append(rust)
name = "saved-by-%d.%d.blend" % bpy.app.version[:2]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
bpy.data.libraries.write(path, {rock, rust, dusk}, compress=True)
