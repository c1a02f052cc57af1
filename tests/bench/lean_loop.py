# SPDX-License-Identifier: MIT
"""The leanest loop that renders what blend_scene.py renders.

blender --background --factory-startup --python lean_loop.py -- OUT FIRST COUNT [clean]

One Blender, nothing checked, nothing described. Writes OUT/SEED.exr and OUT/SEED.png for the
seeds from FIRST on, 64 by 64 pixels, 1 sample a pixel. The scene is built once and only changed;
with `clean` Blender is emptied and the scene built for each sample, as a loop must whose scenes
differ.
"""

import os
import sys

import bmesh
import bpy


def build():
    """An empty Blender with the scene; returns the cube."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = bpy.context.scene
    render = scene.render
    render.engine = "CYCLES"
    render.use_compositing = False
    render.use_sequencer = False
    render.resolution_x = render.resolution_y = 64
    render.resolution_percentage = 100
    render.dither_intensity = 0.0
    scene.cycles.samples = 1
    scene.cycles.use_adaptive_sampling = False
    scene.cycles.use_denoising = False
    for transform in ("AgX", "Filmic"):
        try:
            scene.view_settings.view_transform = transform
            break
        except TypeError:
            pass
    layer = bpy.context.view_layer
    layer.use_pass_z = True
    layer.use_pass_object_index = True
    mesh = bpy.data.meshes.new("Cube")
    shape = bmesh.new()
    bmesh.ops.create_cube(shape, size=1.0)
    shape.to_mesh(mesh)
    shape.free()
    cube = bpy.data.objects.new("Cube", mesh)
    cube.pass_index = 2
    sun_data = bpy.data.lights.new("Sun", "SUN")
    sun_data.energy = 3.0
    sun = bpy.data.objects.new("Sun", sun_data)
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    camera.location = (0, 0, 10)
    for thing in (cube, sun, camera):
        scene.collection.objects.link(thing)
    scene.camera = camera
    scene.world = bpy.data.worlds.new("World")
    scene.world.use_nodes = True
    background = scene.world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value = (0.5, 0.5, 0.5, 1.0)
    return cube


def write(out, seed):
    """Renders once, into a multilayer EXR and a PNG."""
    scene = bpy.context.scene
    settings = scene.render.image_settings
    scene.cycles.seed = seed
    scene.render.filepath = os.path.join(out, f"{seed}.exr")
    if hasattr(settings, "media_type"):
        settings.media_type = "MULTI_LAYER_IMAGE"
    settings.file_format = "OPEN_EXR_MULTILAYER"
    settings.color_depth = "16"
    settings.exr_codec = "NONE"
    bpy.ops.render.render(write_still=True)
    if hasattr(settings, "media_type"):
        settings.media_type = "IMAGE"
    settings.file_format = "PNG"
    settings.color_mode = "RGBA"
    settings.color_depth = "8"
    settings.compression = 15
    image = bpy.data.images["Render Result"]
    image.save_render(os.path.join(out, f"{seed}.png"), scene=scene)


def main():
    """See above."""
    arguments = sys.argv[sys.argv.index("--") + 1 :]
    out, first, count = arguments[0], int(arguments[1]), int(arguments[2])
    clean = len(arguments) > 3
    cube = build()
    for seed in range(first, first + count):
        if clean:
            cube = build()
        cube.location = (seed % 5 - 2, seed % 3 - 1, 0)
        write(out, seed)


main()
