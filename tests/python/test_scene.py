# SPDX-License-Identifier: MIT
"""rv.Scene: defaults, settings, what it hands out, the random streams and generator results."""

import os

import bpy
import rv
from rv.plain.errors import SceneError
from rv.plain.limits import INDEX_MAX, OBJECTS_MAX
from support import SampleCase, SceneCase, scene


class SceneTest(SceneCase):
    def test_exports(self):
        for name in rv.__all__:
            self.assertTrue(hasattr(rv, name), name)

    def test_defaults(self):
        s = self.scene
        self.assertEqual(s.resolution, (640, 640))
        self.assertIsNone(s.time_limit)
        self.assertEqual(
            (s.passes, s.tags, s.semantic_channels, s.custom_meta), (set(), set(), set(), {})
        )
        self.assertEqual(s.semantic_mask_threshold, 0.5)
        self.assertIsInstance(s.world, rv.SkyWorld)
        self.assertIsInstance(s.camera, rv.Camera)
        self.assertEqual(s.camera.index, 1)
        self.assertEqual(s.camera.get_location(), (0, 0, 10))
        self.assertIs(bpy.context.scene.camera, s.camera.obj)
        self.assertAlmostEqual(s.camera.obj.data.lens, 50)
        self.assertEqual(s.object_index_counter, 1)
        self.assertEqual((s.material_index_counter, s.light_index_counter), (0, 0))

    def test_settings_return_self(self):
        s = self.scene
        self.assertIs(s.set_rendering_time_limit(), s)
        self.assertEqual(s.time_limit, 3.0)
        self.assertIs(s.set_passes(rv.RenderPass.Z, [rv.RenderPass.UV]), s)
        self.assertEqual(s.passes, {rv.RenderPass.Z, rv.RenderPass.UV})
        s.set_passes(rv.RenderPass.AO)
        self.assertEqual(s.passes, {rv.RenderPass.AO})
        self.assertIs(s.set_tags("a", ["b", "c"]), s)
        self.assertIs(s.add_tags({"d"}, ("e",)), s)
        self.assertEqual(s.tags, set("abcde"))
        s.set_tags("z", ("x", "y"))
        self.assertRaises(TypeError, s.set_tags, "z", ("x", ("y",)))
        self.assertEqual(s.tags, {"z", "x", "y"})
        self.assertIs(s.set_custom_meta(a=1), s)
        s.set_custom_meta(b=2)
        self.assertEqual(s.custom_meta, {"a": 1, "b": 2})

    def test_semantic_channels(self):
        s = self.scene
        self.assertIs(s.enable_semantic_channels("Rust Level-2", ["clean"]), s)
        s.enable_semantic_channels("__a__")
        self.assertEqual(s.semantic_channels, {"rust_level_2", "clean", "a"})
        for bad in ("", "--", "x" * 61):
            self.assertRaises(ValueError, s.enable_semantic_channels, bad)
        self.assertIs(s.set_semantic_mask_threshold(1), s)
        for bad in (-0.1, 1.1):
            self.assertRaises(ValueError, s.set_semantic_mask_threshold, bad)
        self.assertEqual(s.semantic_mask_threshold, 1)

    def test_registries(self):
        s = self.scene
        cube, sphere = s.objects.cube(), s.objects.sphere()
        lamp = s.lights.point()
        material = s.materials.basic()
        self.assertEqual(s.generated_materials, ())
        cube.set_material(material)
        self.assertEqual(s.generated_objects, (s.camera, cube, sphere))
        self.assertEqual(s.generated_lights, (lamp,))
        self.assertEqual(s.generated_materials, (material,))
        self.assertEqual([o.obj.pass_index for o in s.generated_objects], [1, 2, 3])
        self.assertEqual((lamp.index, material.index), (1, 1))

    def test_collection(self):
        cube = self.scene.objects.cube()
        self.assertEqual([c.name for c in cube.obj.users_collection], ["Generated"])
        self.assertIn("Generated", bpy.context.scene.collection.children)

    def test_too_many_objects(self):
        empty = self.scene.objects.empty()
        self.scene._stage.highest["objects"] = INDEX_MAX - 1
        last = empty.copy()
        self.assertEqual(last.obj.pass_index, INDEX_MAX)
        self.assertEqual(empty.copy().obj.pass_index, 0)
        self.scene._stage.highest["objects"] = OBJECTS_MAX
        self.assertRaisesRegex(SceneError, str(OBJECTS_MAX), empty.copy)
        empty.copy(register_object=False)

    def test_inspect(self):
        s = self.scene
        cube = s.objects.cube(size=2).set_scale((1, 2, 3)).set_location((5, 0, 0))
        stats = cube.inspect()
        self.assertEqual(stats.dimensions_world, (2, 4, 6))
        self.assertEqual(stats.dimensions_local, (2, 4, 6))
        self.assertEqual(s.inspect_object(cube, applied_scale=False).dimensions_local, (2, 2, 2))
        self.assertEqual(stats.bounds_world["min"], (4, -2, -3))
        before = len(bpy.data.objects)
        loaded = s.inspect_object(cube.as_loader())
        self.assertEqual(loaded.dimensions_world, (2, 4, 6))
        self.assertEqual(len(bpy.data.objects), before)
        self.assertEqual(len(s.custom_meta["inspected_objects"]), 3)
        self.assertRaises(TypeError, s.inspect_object, "cube")
        with self.assertRaises(AttributeError):
            stats.name = "x"

    def test_rng(self):
        s = self.scene
        first = s.rng("a").u64()
        self.assertNotEqual(s.rng("a").u64(), first)
        self.assertNotEqual(s.rng("b").u64(), first)
        other = rv.Scene()
        self.assertRaises(SceneError, other.rng)
        other.seed = 1
        other.rng("b").u64()
        self.assertEqual(other.rng("a").u64(), first)


class InputsTest(SampleCase):
    def test_inputs(self):
        script = scene(
            """
            self.set_custom_meta(
                seed=self.seed, given=seed, mode=self.seed_mode, params=self.params, gen=self.gen,
                size=self.resolution, limit=self.time_limit,
            )
            """
        )
        record = {"params": {"x": 0.1}, "gen": {"t": [1, None]}, "seed_mode": "fixed"}
        meta = self.render(script, seed=2**53 - 1, record=record, time_limit=9)[0]["custom_meta"]
        self.assertEqual(
            meta,
            {
                "seed": 2**53 - 1,
                "given": 2**53 - 1,
                "mode": "fixed",
                "params": {"x": 0.1},
                "gen": {"t": [1, None]},
                "size": [32, 32],
                "limit": 9,
            },
        )

    def test_script_wins_over_command(self):
        record, _ = self.render(
            scene("self.resolution = (24, 16)\nself.time_limit = None"), time_limit=5
        )
        self.assertEqual(record["resolution"], [24, 16])
        self.assertIsNone(record["time_limit"])

    def test_command_wins_over_script(self):
        script = scene("rv.bpy.context.scene.cycles.samples = 7")
        self.assertEqual(self.render(script, samples=None)[0]["render"]["samples"], 7)
        self.assertEqual(self.render(script, samples=2)[0]["render"]["samples"], 2)
        render = self.render(script, noise_threshold=0.1, min_samples=1, seed_cycles=5)[0]["render"]
        self.assertEqual((render["noise_threshold"], render["seed"]), (0.1, 5))
        self.assertEqual(self.render(script, seed=2**31 + 3)[0]["render"]["seed"], 3)

    def test_gen_path(self):
        self.write("made/file.txt", "x")
        script = scene('self.set_custom_meta(same=self.gen_path("f") == self.gen_path("g"))')
        paths = {"f": "made/file.txt", "g": os.path.join(self.root, "made", "file.txt")}
        reply, _ = self.run_sample(script, record={"gen": paths})
        self.assertTrue(reply["ok"], reply)
        self.assertTrue(reply["record"]["custom_meta"]["same"])
        self.assertIn("made/file.txt", reply["deps"])
        for gen, text in (
            ({}, "is not there"),
            ({"f": 3}, "is no path"),
            ({"f": "no"}, "does not exist"),
        ):
            reply, _ = self.run_sample(script, record={"gen": gen})
            self.assertEqual(reply["error"]["code"], "scene_error")
            self.assertIn(text, reply["error"]["message"])

    def test_global_random_follows_the_seed(self):
        script = scene(
            "self.set_custom_meta(a=random.random(), b=noise.random())",
            head="import random\nimport rv\nfrom mathutils import noise",
        )
        first, again, other = (self.render(script, seed=s)[0]["custom_meta"] for s in (1, 1, 2))
        self.assertEqual(first, again)
        self.assertNotEqual(first["a"], other["a"])
        self.assertNotEqual(first["b"], other["b"])
