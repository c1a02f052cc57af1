# SPDX-License-Identifier: MIT
"""A scene that records the state it finds, then changes as much of it as it can, by its seed.

What one sample leaves behind would be in the record, the labels or the picture of a later one. For
tests/same.bats; runs in every Blender.
"""

import gc
import locale
import logging
import os
import random
import sys
import time
import warnings

import bpy
import rv
import sibling

SKIPPED = ("rna_type", "session_uid", "is_evaluated", "name_full", "gi_cache_info", "threads")


def settings(owner, depth=0):
    """Plain settings of a thing of Blender's and of the groups in it."""
    found = {}
    for prop in owner.bl_rna.properties:
        name = prop.identifier
        if name in SKIPPED or "stamp" in name:
            continue
        value = getattr(owner, name, None)
        if prop.type == "POINTER":
            is_group = isinstance(value, bpy.types.PropertyGroup) or depth == 0 and name in GROUPS
            if value is not None and is_group:
                found[name] = settings(value, depth + 1)
        elif prop.type != "COLLECTION" and name not in ("filepath", "exr_codec"):
            if getattr(prop, "is_array", False):
                value = [x if isinstance(x, (bool, int, float)) else list(x) for x in value]
            found[name] = sorted(value) if isinstance(value, set) else value
    return found


GROUPS = ("render", "view_settings", "display_settings", "unit_settings", "tool_settings", "eevee")


def state():
    """All that a sample could find changed by another one."""
    scene = bpy.context.scene
    handlers = bpy.app.handlers
    lists = [name for name in dir(handlers) if isinstance(getattr(handlers, name), list)]
    data = [p.identifier for p in bpy.data.bl_rna.properties if p.type == "COLLECTION"]
    left_out = ("all_ids", "window_managers", "screens", "workspaces", "brushes", "palettes")
    return {
        "scene": settings(scene),
        "layer": settings(bpy.context.view_layer),
        "aovs": [aov.name for aov in bpy.context.view_layer.aovs],
        "keys": sorted(scene.keys()),
        "physics": scene.rigidbody_world is not None,
        "animated": scene.animation_data is not None,
        "data": {
            name: sorted(block.name for block in getattr(bpy.data, name))
            for name in data
            if name not in left_out
        },
        "collections": sorted(c.name for c in scene.collection.children),
        "handlers": {name: len(getattr(handlers, name)) for name in lists},
        "drivers": sorted(bpy.app.driver_namespace),
        "editing": settings(bpy.context.preferences.edit),
        "undo": bpy.context.mode,
        "environment": {k: v for k, v in os.environ.items() if k != "TMPDIR"},
        "path": [os.path.basename(path) for path in sys.path],
        "here": os.path.basename(os.getcwd()),
        "draws": [random.random(), sibling.seen, rv.Vector((1, 2, 3)).length],
        "filters": len(warnings.filters),
        "locale": locale.setlocale(locale.LC_ALL),
        "zone": time.tzname,
        "limits": [sys.getrecursionlimit(), gc.isenabled(), logging.root.level],
        "hooks": [len(sys.meta_path), len(sys.path_hooks), sys.excepthook is sys.__excepthook__],
        "numpy": numpy_draw(),
    }


def numpy_draw():
    """What NumPy draws, where there is one."""
    try:
        import numpy
    except ImportError:
        return None
    return float(numpy.random.random())


def blender_dirt(rng):
    """Things to do to Blender, one of which a sample may regret."""
    scene, layer = bpy.context.scene, bpy.context.view_layer
    render, cycles, view = scene.render, scene.cycles, scene.view_settings

    def hooks():
        bpy.app.handlers.render_pre.append(lambda *_: setattr(render, "film_transparent", True))
        bpy.app.handlers.depsgraph_update_post.append(lambda *_: None)
        bpy.app.handlers.frame_change_post.append(lambda *_: None)

    def blocks():
        for name in ("Cube", "Camera", "Sphere", "Scene", "World", "Generated"):
            mesh = bpy.data.meshes.new(name)
            mesh.use_fake_user = True
            obj = bpy.data.objects.new(name, mesh)
            scene.collection.objects.link(obj)
            bpy.data.materials.new(name).use_fake_user = True
            bpy.data.images.new(name, 8, 8).use_fake_user = True
            bpy.data.worlds.new(name).use_fake_user = True
            bpy.data.node_groups.new(name, "GeometryNodeTree").use_fake_user = True
            bpy.data.collections.new(name).use_fake_user = True

    def keyframes():
        cube = bpy.data.objects.new("Moving", None)
        scene.collection.objects.link(cube)
        cube.keyframe_insert("location", frame=3)
        render.keyframe_insert("resolution_x", frame=1) if rng.random() < 0.1 else None
        bpy.context.preferences.edit.keyframe_new_interpolation_type = "CONSTANT"

    def world():
        rv.BasicWorld().set_params(color=(9, 0, 0)).apply(None)
        scene.world.mist_settings.start = 3

    return [
        lambda: scene.frame_set(rng.randrange(5, 200)),
        lambda: setattr(render, "fps", 7),
        lambda: setattr(render, "film_transparent", True),
        lambda: setattr(render, "use_motion_blur", True),
        lambda: setattr(render, "pixel_aspect_x", 2),
        lambda: setattr(render, "use_persistent_data", True),
        lambda: setattr(render, "filter_size", 5),
        lambda: setattr(render, "use_simplify", True),
        lambda: setattr(view, "exposure", 3),
        lambda: setattr(view, "gamma", 0.5),
        lambda: setattr(view, "view_transform", "Standard"),
        lambda: setattr(cycles, "samples", 2),
        lambda: setattr(cycles, "max_bounces", 0),
        lambda: setattr(cycles, "pixel_filter_type", "BOX"),
        lambda: setattr(cycles, "seed", 5),
        lambda: setattr(scene.unit_settings, "scale_length", 5),
        lambda: setattr(scene, "gravity", (1, 2, 3)),
        lambda: setattr(scene, "use_gravity", False),
        lambda: scene.__setitem__("leak", 1),
        lambda: setattr(layer.aovs.add(), "name", "leak"),
        lambda: setattr(layer, "use_pass_normal", True),
        lambda: setattr(layer, "use_pass_cryptomatte_object", True),
        lambda: setattr(layer, "samples", 1),
        lambda: setattr(layer, "material_override", bpy.data.materials.new("Over")),
        lambda: bpy.ops.rigidbody.world_add(),
        lambda: bpy.data.scenes.new("Second"),
        lambda: bpy.ops.mesh.primitive_cube_add(size=3),
        lambda: bpy.app.driver_namespace.__setitem__("leak", 1),
        lambda: setattr(bpy.context.preferences.edit, "use_duplicate_mesh", True),
        lambda: setattr(bpy.context.preferences.edit, "material_link", "OBJECT"),
        hooks,
        blocks,
        keyframes,
        world,
    ]


def python_dirt():
    """Things to do to the interpreter and the process."""

    def foreign_module():
        sys.modules["leak"] = sibling
        sibling.seen += 1

    return [
        lambda: os.environ.__setitem__("RV_LEAK", "1"),
        lambda: os.environ.pop("PATH", None),
        lambda: (os.environ.__setitem__("TZ", "Asia/Tokyo"), time.tzset()),
        lambda: os.chdir("/"),
        lambda: os.umask(0),
        lambda: sys.path.insert(0, "/leak"),
        lambda: sys.meta_path.insert(0, Finder()),
        lambda: setattr(sys, "stdout", None),
        lambda: setattr(sys, "excepthook", print),
        lambda: sys.setrecursionlimit(5000),
        lambda: random.seed(1),
        lambda: warnings.simplefilter("error"),
        lambda: warnings.filterwarnings("ignore"),
        lambda: locale.setlocale(locale.LC_ALL, "C"),
        lambda: logging.basicConfig(level=10),
        lambda: gc.disable(),
        lambda: sys.setprofile(lambda *_: None),
        foreign_module,
    ]


class Finder:
    """Finds nothing."""

    def find_spec(self, *_):
        return None


class Dirty(rv.Scene):
    def generate(self, seed):
        before = state()
        rng = random.Random(seed)
        self.set_custom_meta(state=before)
        self.world = rv.BasicWorld().set_params(color=(0.4, 0.5, 0.6))
        self.enable_semantic_channels("red")
        self.set_passes(rv.RenderPass.NORMAL)
        red = self.materials.basic("Red").set_params(base_color=(0.8, 0.1, 0.1))
        red.set_semantic("red")
        cube = self.objects.cube(size=0.8).set_material(red).set_tags("cube")
        cube.set_keypoints({"corner": (0.4, 0.4, 0.4)})
        self.objects.sphere(radius=0.5, segments=8, ring_count=4)
        self.scatter(cube, 3, rv.Domain.box(size=(4, 4, 3)), gap=0.05, rotation="free")
        self.lights.point(power=200).set_location((1, 2, 4))
        falling = self.objects.cube(size=0.5).set_location((0, 0, 2)).add_rigidbody(mode="box")
        falling.set_tags("falling")
        rv.simulate_physics(frames=4)
        dirt = blender_dirt(rng) + python_dirt()
        for thing in rng.sample(dirt, 1 + len(dirt) // 3):
            try:
                thing()
            except (TypeError, AttributeError, RuntimeError, locale.Error):
                pass  # not every Blender has everything
        if self.params.get("fail"):
            raise ValueError("as asked for")
