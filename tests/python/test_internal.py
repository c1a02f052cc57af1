# SPDX-License-Identifier: MIT
"""The names that other runners call, whose scenes share a Blender with other things."""

import json
import os
import sys
import tempfile
import unittest

import bpy
import runtime_bootstrap
import rv
from rv import internal
from rv.engine import compat
from support import GREY, SampleCase, image, scene

OWNED = ("objects", "meshes", "cameras", "lights", "materials", "worlds", "images")


class Built(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5))
        self.objects.cube().set_material(self.materials.basic()).set_tags("b", "a")
        self.lights.sun()
        self.set_passes(rv.RenderPass.NORMAL)
        self.enable_semantic_channels("rust")
        self.set_custom_meta(seed=seed)


class Runs(unittest.TestCase):
    def setUp(self):
        compat.reset()
        directory = tempfile.TemporaryDirectory(prefix="rv-test-")
        self.addCleanup(directory.cleanup)
        self.root = os.path.realpath(directory.name)
        self.addCleanup(internal._internal_end_run)

    def count(self):
        return {name: len(getattr(bpy.data, name)) for name in OWNED}

    def build(self, seed=5, output_dir=None):
        made = Built(output_dir)
        made.resolution = (16, 8)
        internal._internal_run_scene_generate(made, seed, "fixed")
        return made

    def test_what_a_run_has_made_goes_with_the_next(self):
        theirs = bpy.data.objects.new("Theirs", bpy.data.meshes.new("Theirs"))
        bpy.context.scene.collection.objects.link(theirs)
        first = internal._internal_begin_run()
        empty = self.count()
        self.assertRegex(first, "^[0-9a-f]{32}$")
        self.assertEqual((rv._ACTIVE_RUN_ID, internal._ACTIVE_RUN_ID), (first, first))
        made = self.build()
        made._internal_post_gen()
        cube = made.generated_objects[1].obj
        for block in (cube, cube.data, cube.material_slots[0].material, bpy.context.scene.world):
            self.assertEqual((block["_rv_owned"], block["_rv_run_id"]), (True, first))
        self.assertIn(cube.name, bpy.data.collections["Generated"].objects)
        self.assertNotIn("_rv_owned", theirs)
        second = internal._internal_begin_run()
        self.assertNotEqual(second, first)
        self.assertEqual(self.count(), empty)
        self.assertEqual(theirs.name, "Theirs")
        internal._internal_end_run()
        self.assertIsNone(rv._ACTIVE_RUN_ID)
        with self.assertRaises(AttributeError):
            rv._NO_SUCH_THING

    def test_what_is_used_elsewhere_stays(self):
        internal._internal_begin_run()
        made = self.build()
        mesh = made.generated_objects[1].obj.data
        theirs = bpy.data.objects.new("Theirs", mesh)
        bpy.context.scene.collection.objects.link(theirs)
        internal._internal_begin_run()
        self.assertEqual([m.name for m in bpy.data.meshes], ["Cube"])
        self.assertEqual(len(theirs.data.materials), 1)
        self.assertEqual([o.name for o in bpy.data.objects], ["Theirs"])

    def test_a_scene_becomes_files(self):
        internal._internal_begin_run()
        made = self.build(output_dir=self.root)
        bpy.context.scene.cycles.samples = 1
        made._internal_post_gen()
        render = bpy.context.scene.render
        self.assertEqual(
            (render.resolution_x, render.resolution_y, render.engine), (16, 8, "CYCLES")
        )
        self.assertTrue(bpy.context.view_layer.use_pass_normal)
        self.assertEqual([aov.name for aov in bpy.context.view_layer.aovs], ["rust"])
        made._internal_render()
        made._internal_save_metadata("_meta.json")
        directory = os.path.join(self.root, made.subdir)
        self.assertRegex(made.subdir, "^[0-9a-f-]{36}$")
        self.assertEqual(sorted(os.listdir(directory)), ["Image.png", "_meta.json", "passes.exr"])
        self.assertEqual(image(directory).width, 16)
        with open(os.path.join(directory, "_meta.json"), encoding="utf-8") as file:
            text = file.read()
        self.assertEqual(json.loads(text), made._get_meta())
        self.assertTrue(text.startswith('{\n    "custom_meta": {\n'))
        self.assertEqual(
            list(json.loads(text))[:12],
            "custom_meta resolution time_limit seed seed_mode passes tags semantic_channels"
            " semantic_mask_threshold objects materials lights".split(),
        )

    def test_subdir_may_be_set(self):
        internal._internal_begin_run()
        made = self.build(output_dir=self.root)
        made.subdir = ""
        made._internal_post_gen()
        made._internal_save_metadata("meta.json")
        self.assertEqual(os.listdir(self.root), ["meta.json"])

    def test_meta(self):
        internal._internal_begin_run()
        made = self.build()
        meta = made._get_meta()
        self.assertEqual((meta["seed"], meta["seed_mode"]), (5, "fixed"))
        self.assertEqual((meta["passes"], meta["semantic_channels"]), (["Normal"], ["rust"]))
        self.assertEqual(meta["custom_meta"], {"seed": 5})
        self.assertEqual([o["name"] for o in meta["objects"]], ["Camera", "Cube"])
        cube = made.generated_objects[1]._get_meta()
        self.assertEqual((cube["index"], cube["tags"]), (2, ["a", "b"]))
        self.assertEqual(cube, {k: v for k, v in meta["objects"][1].items() if k in cube})
        self.assertEqual(made.generated_lights[0]._get_meta(), meta["lights"][0])

    def test_a_world_alone(self):
        internal._internal_begin_run()
        rv.BasicWorld().set_params((1, 0, 0))._internal_post_gen()
        nodes = bpy.context.scene.world.node_tree.nodes
        color = next(n for n in nodes if n.type == "BACKGROUND").inputs["Color"].default_value
        self.assertEqual(tuple(color), (1.0, 0.0, 0.0, 1.0))

    def test_generate_with_and_without_a_seed(self):
        for signature, expected in (
            ("self", ()),
            ("self, seed", (7,)),
            ("self, *args", (7,)),
            ("self, *, seed=None", ()),
            ("self, **rest", ()),
        ):
            body = {}
            exec(f"def generate({signature}): self.got = locals()", body)
            kind = type("Some", (rv.Scene,), {"generate": body["generate"]})
            made = kind()
            internal._internal_run_scene_generate(made, 7, "seq")
            got = {k: v for k, v in made.got.items() if k != "self"}
            got = got.get("args", tuple(v for v in got.values() if v))
            self.assertEqual(tuple(got), expected, signature)
            self.assertEqual((made.seed, made.seed_mode), (7, "seq"))

    def test_scene_classes(self):
        path = os.path.join(self.root, "scene.py")
        for text, name in (
            ("import rv\nclass A(rv.Scene): pass\n", "A"),
            ("import rv\nclass A(rv.Scene): pass\nclass B(A): pass\n", "B"),
            ("import rv\n", None),
            ("import rv\nclass A(rv.Scene): pass\nclass B(rv.Scene): pass\n", None),
        ):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            if name is None:
                self.assertRaises(RuntimeError, internal._internal_load_scene_class, path)
            else:
                self.assertEqual(internal._internal_load_scene_class(path).__name__, name)

    def test_seeds(self):
        resolve = internal._internal_resolve_seed
        self.assertEqual(resolve("seq", base=10, index=3), 13)
        self.assertEqual(resolve("fixed", -4), -4)
        drawn = {resolve("rand"), resolve("RANDOM"), resolve("rand")}
        self.assertEqual(len(drawn), 3)
        self.assertTrue(all(0 <= seed < 2**53 for seed in drawn))
        self.assertRaises(ValueError, resolve, "fixed")
        self.assertRaises(ValueError, resolve, "other", 1)

    def test_options(self):
        self.assertEqual(internal._internal_parse_resolution("64,32"), (64, 32))
        for raw in ("64", "64,32,1", "a,b", "0,5", "5,-1", ""):
            with self.subTest(raw), self.assertRaisesRegex(ValueError, "--size"):
                internal._internal_parse_resolution(raw, "--size")
        made = Built()
        internal._internal_set_time_limit(made, None)
        self.assertIsNone(made.time_limit)
        internal._internal_set_time_limit(made, 2)
        self.assertEqual(made.time_limit, 2.0)
        for limit in (0, -1.0, True, "3"):
            self.assertRaises(ValueError, internal._internal_set_time_limit, made, limit)

    def test_devices(self):
        self.assertEqual(internal._internal_configure_cycles_backend("CPU"), "cpu")
        self.assertEqual(bpy.context.scene.cycles.device, "CPU")
        self.assertIsInstance(internal._internal_configure_cycles_backend("auto"), str)
        self.assertRaises(RuntimeError, internal._internal_configure_cycles_backend, "abacus")
        preferences = bpy.context.preferences.addons["cycles"].preferences
        devices = list(internal._internal_iter_cycles_devices(preferences))
        self.assertEqual(len(devices), len(preferences.devices))
        internal._internal_print_cycles_device_info()

    def test_generators(self):
        work = os.path.join(self.root, "work")
        self.addCleanup(internal._configure_generator_runtime, None, None, None)
        internal._configure_generator_runtime(0, self.root, work)
        made = self.build()
        got = made.generators.init('printf \'{"result":%s}\' "$(cat)"').generate()
        self.assertEqual((got["root_dir"], got["work_dir"]), (self.root, work))
        internal._configure_generator_runtime(None, None, None)
        self.assertIsNone(Built()._stage.work)

    def test_bootstrap(self):
        kept, cwd = list(sys.path), os.getcwd()
        try:
            runtime_bootstrap.bootstrap_runtime("/lib/of/rv", self.root)
            self.assertEqual(sys.path[:2], [self.root, "/lib/of/rv"])
            self.assertEqual(sys.path[2:], kept)
            self.assertEqual(os.getcwd(), self.root)
            runtime_bootstrap.bootstrap_runtime("/lib/of/rv", self.root)
            self.assertEqual(len(sys.path), len(kept) + 2)
        finally:
            os.chdir(cwd)
            sys.path[:] = kept


class Samples(SampleCase):
    def test_the_run_of_a_sample_is_its_seeds(self):
        body = "self.set_custom_meta(run=rv._ACTIVE_RUN_ID, of=self.camera.obj['_rv_run_id'])"
        ids = [self.render(scene(GREY, body), seed=s)[0]["custom_meta"]["run"] for s in (1, 2, 1)]
        self.assertEqual(ids[0], ids[2])
        self.assertNotEqual(ids[0], ids[1])
        meta = self.render(scene(GREY, body))[0]["custom_meta"]
        self.assertEqual(meta["run"], meta["of"])
