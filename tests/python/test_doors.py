# SPDX-License-Identifier: MIT
"""Values at the door: what the scene API takes, and what it says to what it does not take."""

import array
import math
import typing
import unittest

import rv
from mathutils import Color, Euler, Quaternion, Vector
from support import SampleCase, SceneCase, scene

NAN, INF = float("nan"), float("inf")
try:
    import numpy
except ImportError:  # rv works without it
    numpy = None


class DoorTest(SceneCase):
    def refused(self, rows):
        """Calls with the error and the text that each gives."""
        for call, kind, *texts in rows:
            with self.subTest(texts[0]):
                with self.assertRaises(kind) as caught:
                    call()
                for text in texts:
                    self.assertIn(text, str(caught.exception))

    def test_places(self):
        cube = self.scene.objects.cube("C")
        self.refused(
            [
                (lambda: cube.set_location("123"), TypeError, "'C': location must be 3 numbers, "),
                (lambda: cube.set_location((1, 2)), TypeError, "3 numbers, not (1, 2)"),
                (lambda: cube.set_location((1, 2, True)), TypeError, "not (1, 2, True)"),
                (lambda: cube.set_location({1, 2, 3}), TypeError, "location must be 3 numbers"),
                (lambda: cube.set_location((1, 2, NAN)), ValueError, "that are finite"),
                (lambda: cube.set_location((1, 2, 1e39)), ValueError, "that are finite"),
                (lambda: cube.move(dz="1"), TypeError, "'C': dz must be a number, not '1'"),
                (lambda: cube.set_scale("big"), TypeError, "a number or 3 numbers, not 'big'"),
                (lambda: cube.set_scale(None), TypeError, "a number or 3 numbers, not None"),
                (lambda: cube.set_scale(INF), ValueError, "scale must be a number that is finite"),
                (lambda: cube.rotate_around_axis((0, 0, 0), 3), ValueError, "axis must be a dir"),
                (lambda: cube.rotate_around_axis((0, 0, 1), NAN), ValueError, "angle must be"),
                (lambda: cube.point_at("Empty"), TypeError, "an rv.Object or (x, y, z)"),
                (lambda: cube.keyframe(1, location="abc"), TypeError, "location must be 3 numbers"),
                (lambda: cube.keyframe(NAN), ValueError, "frame must be a number that is finite"),
                (lambda: cube.keyframe(1, interpolation="EASE"), ValueError, "LINEAR, BEZIER or"),
                (lambda: cube.keyframe(1, visible=1), TypeError, "visible must be True or False"),
            ]
        )
        self.assertEqual(cube.get_location(), (0, 0, 0), "what is refused changes nothing")
        self.assertIsNone(cube.obj.animation_data)

    def test_numbers_and_words(self):
        objects, lights = self.scene.objects, self.scene.lights
        cube, lamp, sun = objects.cube("C"), lights.point("L"), lights.sun("S")
        spot, area = lights.spot("P"), lights.area("A")
        self.refused(
            [
                (lambda: lights.point("N", NAN), ValueError, "rv.PointLight 'N': power must be a"),
                (lambda: lamp.set_power("3"), TypeError, "'L': power must be a number, not '3'"),
                (lambda: lamp.set_power(-1), ValueError, "power must be a number from 0 on"),
                (lambda: lamp.set_color("red"), ValueError, "'L': color must be 3 or 4 numbers"),
                (lambda: lamp.set_cast_shadow("no"), TypeError, "enabled must be True or False"),
                (lambda: lamp.set_params(enrgy=5), TypeError, "'enrgy', did you mean 'energy'?"),
                (lambda: lamp.set_params(energy="5"), TypeError, "energy must be a number"),
                (lambda: sun.set_angle(181), ValueError, "angle must be a number in 0 to 180"),
                (lambda: spot.set_spot_size(0), ValueError, "angle must be a number in 1 to 180"),
                (lambda: spot.set_blend(2), ValueError, "blend must be a number in 0 to 1"),
                (lambda: area.set_shape("ROUND"), ValueError, "SQUARE, RECTANGLE, DISK or ELL"),
                (lambda: objects.cube("X", -1), ValueError, "size of 'X' must be a number from 0"),
                (lambda: objects.sphere("X", NAN), ValueError, "radius of 'X' must be a number"),
                (lambda: objects.sphere("X", 1, 1), ValueError, "segments of 'X' must be a whole"),
                (lambda: objects.sphere("X", 1, 8.0), TypeError, "segments of 'X' must be a whole"),
                (lambda: objects.plane(3), TypeError, "name must be a str, not 3"),
                (lambda: cube.hide("bogus"), ValueError, "wireframe or none, not 'bogus'"),
                (lambda: cube.set_shading("smoth"), ValueError, "flat, smooth or auto"),
                (lambda: cube.get_bounds("globe"), ValueError, "space must be world or local"),
                (lambda: cube.add_rigidbody(mass=-1), ValueError, "mass must be a number from 0"),
                (lambda: cube.add_rigidbody("bax"), ValueError, "mode must be box, sphere,"),
                (lambda: cube.add_rigidbody(linear_damping=2), ValueError, "in 0 to 1"),
                (lambda: cube.set_material("M"), TypeError, "material must be an rv.Material"),
                (lambda: self.scene.camera.set_fov(0), ValueError, "angle must be a number in 0."),
            ]
        )
        self.assertFalse(cube.obj.hide_render)
        self.assertIsNone(cube.obj.rigid_body)
        self.assertEqual(lamp.light_data.energy, 1000)

    def test_texts(self):
        cube, material = self.scene.objects.cube("C"), self.scene.materials.basic("M")
        self.refused(
            [
                (lambda: cube.set_tags("a", 3, None), TypeError, "'C': a tag must be a str, not 3"),
                (lambda: cube.add_tags(["a", ["b"]]), TypeError, "a tag must be a str"),
                (lambda: setattr(cube, "tags", 3), TypeError, "a tag must be a str, not 3"),
                (lambda: cube.set_keypoints([1]), TypeError, "keypoints must be a dict of name"),
                (lambda: cube.set_keypoints({"a": 1}), TypeError, "keypoint 'a' must be 3"),
                (lambda: cube.set_property("n", NAN), ValueError, "property 'n' must be a number"),
                (lambda: cube.set_property("n", object()), TypeError, "property 'n' must be a num"),
                (lambda: cube.set_property("", 1), ValueError, "a str that is not empty"),
                (lambda: cube.set_custom_meta(a=NAN), RuntimeError, "'C': custom_meta a: nan"),
                (lambda: setattr(cube, "properties", 3), TypeError, "properties must be a dict"),
                (lambda: material.set_params(base_color="red"), TypeError, "'M': base_color must"),
                (lambda: material.set_params(roughness="1"), TypeError, "'M': roughness must be"),
                (lambda: material.set_semantic("*"), ValueError, "a name with a letter or digit"),
                (lambda: material.set_semantic("a", "b"), TypeError, "value"),
                (lambda: setattr(material, "name", ""), ValueError, "name must be a str that"),
            ]
        )
        cube.tags = ["a"]
        self.assertEqual(cube.add_tags("b").tags, {"a", "b"})
        self.assertEqual(material.params["base_color"], None)

    def test_scene(self):
        s = self.scene
        self.refused(
            [
                (lambda: setattr(s, "frames", [-1, 0]), ValueError, "one of the frames must be a"),
                (lambda: setattr(s, "frames", [1, 1, 2]), ValueError, "ascending, or None"),
                (lambda: setattr(s, "frames", []), ValueError, "frames must be frame numbers"),
                (lambda: setattr(s, "frames", "1..3"), TypeError, "frames must be frame numbers"),
                (lambda: setattr(s, "frames", [1.5]), TypeError, "one of the frames must be a w"),
                (lambda: setattr(s, "frames", range(3, 0, -1)), ValueError, "ascending, or None"),
                (lambda: setattr(s, "frames", [10**6]), ValueError, "in 0 to 999999"),
                (lambda: setattr(s, "resolution", (2, 9)), ValueError, "the width of the resol"),
                (lambda: setattr(s, "resolution", (9, 2.0)), TypeError, "the height of the res"),
                (lambda: setattr(s, "resolution", 64), TypeError, "must be (width, height)"),
                (lambda: setattr(s, "time_limit", 0), ValueError, "time_limit must be a number"),
                (lambda: setattr(s, "world", None), TypeError, "world must be an rv.World"),
                (lambda: setattr(s, "camera", 3), TypeError, "camera must be an rv.Camera, not 3"),
                (lambda: setattr(s, "prompt", 3), TypeError, "prompt must be a str, not 3"),
                (lambda: setattr(s, "metadata", [1]), TypeError, "metadata must be a dict"),
                (lambda: s.set_passes("Nromal"), ValueError, "'Nromal', did you mean 'Normal'?"),
                (lambda: s.set_passes(3), ValueError, "there is no pass 3, the passes are: "),
                (lambda: s.set_semantic_mask_threshold(2), ValueError, "a number in 0 to 1, not 2"),
                (lambda: s.enable_semantic_channels(3), TypeError, "a semantic channel must be a"),
                (lambda: s.set_fps("24"), TypeError, "fps must be a number, not '24'"),
                (lambda: s.rng().choice([]), ValueError, "items must be a list that is not emp"),
                (lambda: s.rng().below(0), ValueError, "n must be a whole number in 1 to"),
                (lambda: s.rng().sample([1], 2), ValueError, "k must be a whole number in 0 to 1"),
                (lambda: rv.SkyWorld().set_params(air="x"), TypeError, "rv.SkyWorld: air must be"),
                (lambda: rv.BasicWorld().set_params(strength=-1), ValueError, "strength must be"),
                (lambda: rv.HDRIWorld(3), TypeError, "hdri_path must be a str, not 3"),
            ]
        )
        self.assertEqual((s.frames, s.resolution, s.passes), (None, (640, 640), set()))
        s.frames = (n for n in (1, 3))
        self.assertEqual(s.frames, (1, 3))

    def test_scatter(self):
        cube, domain = self.scene.objects.cube("C", 0.1), rv.Domain.rect((0, 0), (5, 5))

        def scatter(count=2, **options):
            return lambda: self.scene.scatter(cube, count, domain, **options)

        self.refused(
            [
                (scatter(2.5), TypeError, "count must be a whole number, not 2.5"),
                (scatter(0), ValueError, "count must be a whole number from 1 on"),
                (scatter(method="fsat"), ValueError, "auto, fast or exact, not 'fsat'"),
                (scatter(rotation="pitch"), ValueError, "rotation must be yaw or free"),
                (scatter(gap=-1), ValueError, "gap must be a number from 0 on"),
                (scatter(scale=(2, 1)), ValueError, "scale must be (lowest, highest)"),
                (scatter(scale=0), ValueError, "scale must be a number above 0"),
                (scatter(yaw=(0,)), TypeError, "yaw must be 2 numbers"),
                (scatter(seed="a"), TypeError, "seed must be a whole number"),
                (
                    lambda: self.scene.scatter("C", 1, domain),
                    TypeError,
                    "source must be an rv.Object, an rv.ObjectLoader, or a list of them, not 'C'",
                ),
                (lambda: self.scene.scatter(cube, 1, "rect"), TypeError, "domain must be an rv.D"),
                (lambda: rv.Domain.rect((0, 0, 5), (1, 1)), TypeError, "center must be 2 numbers"),
                (lambda: rv.Domain.ellipse((0, 0, 5), (1, 1)), TypeError, "must be 2 numbers"),
            ]
        )
        self.assertNotIn("scatter_runs", self.scene.custom_meta)

    def test_forms_of_vectors(self):
        cube = self.scene.objects.cube("C")
        for location in ([1, 2, 3], Vector((1, 2, 3)), array.array("d", [1, 2, 3]), range(1, 4)):
            self.assertEqual(cube.set_location(location).get_location(), (1, 2, 3))
        for color in ([0, 1, 0], Color((0, 1, 0)), (0, 1, 0, 0.5), array.array("f", [0, 1, 0])):
            self.assertEqual(
                tuple(self.scene.lights.sun().set_color(color).light_data.color), GREEN
            )
        turned = [
            cube.set_rotation(form).obj.rotation_quaternion.copy()
            for form in (
                (0, 0, 90),
                Euler((0, 0, math.pi / 2)),
                Quaternion((0, 0, 1), math.pi / 2),
                [[0, -1, 0], [1, 0, 0], [0, 0, 1]],
                Quaternion((0, 0, 1), math.pi / 2).to_matrix(),
            )
        ]
        for form in turned[1:]:
            self.assertLess(form.rotation_difference(turned[0]).angle, 1e-3)

    @unittest.skipIf(numpy is None, "there is no NumPy")
    def test_numpy(self):
        cube, n = self.scene.objects.cube("C"), numpy
        self.assertEqual(cube.set_location(n.array([1, 2, 3])).get_location(), (1, 2, 3))
        self.assertEqual(tuple(cube.set_scale(n.array([1, 2, 3])).obj.scale), (1, 2, 3))
        self.assertEqual(tuple(cube.set_scale(n.float32(2)).obj.scale), (2, 2, 2))
        self.assertEqual(tuple(cube.set_scale(n.array(3)).obj.scale), (3, 3, 3))
        for key, value, wanted in (
            ("f", n.float32(1.5), 1.5),
            ("i", n.int64(7), 7),
            ("b", n.bool_(True), True),
            ("a", n.array([1, 2]), [1, 2]),
        ):
            cube.set_property(key, value)
            self.assertEqual(cube.properties[key], wanted)
        self.scene.resolution = (n.int64(32), n.int64(24))
        self.assertEqual(self.scene.resolution, (32, 24))
        self.scene.frames = n.arange(1, 4)
        self.assertEqual(self.scene.frames, (1, 2, 3))
        cube.set_rotation(n.eye(3)).set_keypoints({"a": n.zeros(3)})
        cube.keyframe(n.int64(2), location=n.ones(3), visible=n.bool_(False))
        self.assertTrue(cube.obj.hide_render)
        lamp = self.scene.lights.point("L", n.float64(3)).set_color(n.array([0, 1, 0]))
        self.assertEqual((lamp.light_data.energy, tuple(lamp.light_data.color)), (3, GREEN))
        self.scene.set_custom_meta(a=n.arange(2), b=n.float32(0.5))
        with self.assertRaisesRegex(TypeError, "location must be 3 numbers"):
            cube.set_location(n.array([[1, 2, 3]]))
        with self.assertRaisesRegex(ValueError, "that are finite"):
            cube.set_location(n.array([1, 2, n.nan]))

    def test_names_of_passes(self):
        self.assertEqual(typing.get_args(rv.PassName), tuple(p.value for p in rv.RenderPass))
        self.assertEqual(self.scene.set_passes("Normal").passes, {rv.RenderPass.NORMAL})


GREEN = (0.0, 1.0, 0.0)


class StreamTest(SceneCase):
    def test_a_stream_is_a_random_generator(self):
        s = self.scene
        domains = (
            rv.Domain.rect((0, 0), (2, 2)),
            rv.Domain.ellipse((0, 0), (1, 2)),
            rv.Domain.box((0, 0, 0), (2, 2, 2)),
            rv.Domain.cylinder(),
            rv.Domain.ellipsoid((0, 0, 0), (1, 1, 1)),
        )
        for domain in domains:
            points = [domain.sample_point(rv.Stream(5, "x")) for _ in range(2)]
            self.assertEqual(*points)
            self.assertTrue(domain.contains_point(points[0]), domain.kind)
        stream = s.rng()
        self.assertTrue(0 <= stream.random() < 1)
        self.assertIn(stream.randrange(5), range(5))
        self.assertEqual(sorted(stream.choices("ab", k=9) + ["a", "b"])[0], "a")
        position = stream.getstate()
        first = [stream.gauss(), stream.getrandbits(100), stream.triangular()]
        stream.setstate(position)
        self.assertEqual([stream.gauss(), stream.getrandbits(100), stream.triangular()], first)
        self.assertRaisesRegex(TypeError, "takes no other", stream.seed, 3)


class TellsWhereTest(SampleCase):
    def test_line_of_the_script(self):
        for body, *texts in (
            ('self.lights.point("L").set_power(float("nan"))', "'L': power must be a number from"),
            ('self.set_passes("Nromal")', "did you mean 'Normal'?"),
            ("self.frames = [-1, 0]", "one of the frames must be a whole number"),
            ("self.objects.cube().set_locaton((0, 0, 0))", "Did you mean: 'set_location'?"),
            ('self.objects.cub("C")', "Did you mean: 'cube'?"),
            ('self.objects.cube("C", sise=3)', "Did you mean", "'size'?"),
            ("rv.SkyWorl()", "Did you mean: 'SkyWorld'?"),
            ("sede", "Did you mean: 'seed'?"),
        ):
            with self.subTest(body):
                self.fails(scene(body), "scene_error", *texts, "scene.py, line 6, in generate")

    def test_a_warning_of_the_script(self):
        reply, _ = self.run_sample(
            scene("import warnings", "for _ in range(3): warnings.warn('my words')")
        )
        self.assertEqual(reply["run"]["warnings"], ["scene.py, line 7: my words"])

    def test_panorama_that_is_no_picture(self):
        for name in ("scene.py", "."):
            with self.subTest(name):
                told = f"Cannot read '{name}': it is no picture that Blender knows"
                self.fails(scene(f"self.world = rv.HDRIWorld({name!r})"), "scene_error", told)

    def test_panorama_that_is_not_there(self):
        message = self.fails(
            scene('self.world = rv.HDRIWorld("missing.exr")'), "scene_error", "missing.exr"
        )
        self.assertNotIn(self.root, message)
        self.assertNotIn("\n\n", message + "\n")
