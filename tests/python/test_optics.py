# SPDX-License-Identifier: MIT
"""Matrices and turns of everything, and how cameras see: K there and back, to the last digit."""

import json
import math
import random
import unittest
from unittest import mock

import bpy
from mathutils import Euler, Matrix, Quaternion, Vector
from rv.engine import compat
from rv.plain.projection import exact_lens, intrinsics
from rv.scenes import projections
from support import GREY, SampleCase, SceneCase, passes, scene


class MatrixTest(SceneCase):
    def everything(self):
        """An object, a camera and a light."""
        return self.scene.objects.cube(), self.scene.camera, self.scene.lights.area()

    def near(self, a, b):
        self.assertLess(max(abs(x - y) for r, s in zip(a, b) for x, y in zip(r, s)), 1e-5)

    def test_there_and_back(self):
        wanted = Matrix.LocRotScale(Vector((1, -2, 3)), Euler((0.4, -0.2, 2.5)), Vector((1, 2, 3)))
        flat = [value for row in wanted for value in row]
        for one in self.everything():
            for given in (wanted, [list(row) for row in wanted], flat):
                one.set_matrix(Matrix.Identity(4)).set_matrix(given)
                self.near(one.get_matrix(), wanted)
        cube = self.everything()[0].set_matrix(wanted)
        self.assertEqual([round(v, 5) for v in cube.get_scale()], [1, 2, 3])
        angles = [round(math.degrees(v), 3) for v in (0.4, -0.2, 2.5)]
        self.assertEqual([round(v, 3) for v in cube.get_rotation()], angles)

    def test_with_a_parent_it_is_of_the_world(self):
        parent, child = self.scene.objects.cube(), self.scene.objects.cube()
        parent.set_location((5, 0, 0)).set_rotation((0, 0, 90)).set_scale(2)
        child.obj.parent = parent.obj
        wanted = Matrix.Translation((1, 2, 3))
        self.near(child.set_matrix(wanted).get_matrix(), wanted)
        self.assertEqual([round(v, 5) for v in child.get_location()], [1, 2, 1.5])

    def test_mirrored(self):
        wanted = Matrix.Diagonal((-1, 1, 1, 1))
        self.near(self.scene.objects.cube().set_matrix(wanted).get_matrix(), wanted)

    def test_what_is_no_place(self):
        cube = self.scene.objects.cube().set_location((1, 2, 3))
        shear, flat, projects = (Matrix.Identity(4) for _ in range(3))
        shear[0][1], flat[2][2], projects[3][0] = 0.5, 0, 1
        for wrong in (shear, flat, projects, Matrix.Diagonal((float("nan"),) * 4)):
            self.assertRaisesRegex(ValueError, "Cube", cube.set_matrix, wrong)
        for wrong in ("abc", 3, [[1, 2], [3, 4]], Matrix.Identity(3), [1] * 15):
            self.assertRaises(TypeError, cube.set_matrix, wrong)
        self.assertEqual(cube.get_location(), (1, 2, 3))

    def test_turns_in_every_form(self):
        turn = Euler((0.3, 0.7, -1.2))
        q = turn.to_quaternion()
        for one in self.everything():
            for given in ([math.degrees(v) for v in turn], turn, q, tuple(q), turn.to_matrix()):
                one.set_rotation((0, 0, 0)).set_rotation(given)
                off = one.obj.rotation_quaternion.rotation_difference(q).angle
                self.assertLess(min(off, 2 * math.pi - off), 1e-3)
        self.assertRaises(ValueError, one.set_rotation, (0, 0, 0, 0))
        self.assertRaises(TypeError, one.set_rotation, (1, 2, 3, 4, 5))
        one.keyframe(1, rotation=(1, 0, 0, 0))
        self.assertEqual(tuple(one.obj.rotation_quaternion), (1, 0, 0, 0))

    def test_axes_of_opencv(self):
        """It looks along +Z with +Y down, so that a point before it has a positive z."""
        pose = Matrix.LocRotScale(Vector((1, 2, 3)), Quaternion((1, 2, 3), 0.7), None)
        self.scene.camera.set_matrix(pose, axes="opencv")
        own = self.scene.camera.get_matrix()
        ahead = own @ Vector((0, 0, -5)) - pose @ Vector((0, 0, 5))
        below = own @ Vector((0, -1, 0)) - pose @ Vector((0, 1, 0))
        self.assertLess(max(ahead.length, below.length), 1e-5)
        self.assertRaises(ValueError, self.scene.camera.set_matrix, pose, axes="blender")


class ExactTest(unittest.TestCase):
    def test_the_lens_that_a_matrix_comes_from(self):
        rng = random.Random(4)

        def single(low, high):
            return Vector((rng.uniform(low, high), 0)).x

        for _ in range(300):
            width, height = rng.randint(4, 4000), rng.randint(4, 4000)
            sensor, fit = single(1, 100), rng.choice(("AUTO", "HORIZONTAL", "VERTICAL"))
            shift = (single(-1, 1), single(-1, 1))
            given = intrinsics(
                single(1, 500), fit, sensor, single(1, 100), (width, height), shift=shift
            )
            lens = exact_lens(given, (width, height))
            for value in (lens.lens, lens.sensor):
                self.assertEqual(Vector((value, 0)).x, value, "a number of 24 bits")
            blenders = Vector(lens.shift)  # rounded as Blender does
            sides = (lens.sensor, lens.sensor)
            back = intrinsics(lens.lens, lens.fit, *sides, (width, height), shift=blenders)
            self.assertEqual(back, given)

    def test_plain_numbers_keep_the_usual_sensor(self):
        lens = exact_lens(intrinsics(50, "AUTO", 36, 24, (640, 480)), (640, 480))
        self.assertEqual(lens[:3], (50, "HORIZONTAL", 36))


LENSES = """
self.resolution = (96, 60)
data = self.camera.obj.data
data.lens, data.sensor_width, data.sensor_height = 37.3, 23.76, 15.1
data.shift_x, data.shift_y = 0.13, -0.071
"""
SPOT = "self.objects.cube(size=0.5).set_location((0.4, 0.3, 0))\n"


class IntrinsicsTest(SampleCase):
    def test_round_trip_by_the_record(self):
        for more in ("", "data.sensor_fit = 'VERTICAL'", "data.lens = 200", "data.lens = 1.7"):
            with self.subTest(more):
                first, out = self.render(scene(GREY, SPOT, LENSES, more))
                given = json.dumps(first["camera"]["K"])
                script = f"self.camera.set_intrinsics({given}, 96, 60)"
                second, out2 = self.render(scene(GREY, SPOT, script))
                self.assertEqual(first["camera"]["K"], second["camera"]["K"])
                self.assertEqual(first["resolution"], second["resolution"])
                planes = [passes(o).plane("ViewLayer.IndexOB.X") for o in (out, out2)]
                self.assertEqual(*planes)

    def test_a_measured_camera(self):
        given = [572.4114, 0, 325.2611, 0, 573.57043, 242.04899, 0, 0, 1]
        record, _ = self.render(scene(GREY, f"self.camera.set_intrinsics({given}, 640, 480)"))
        found = [value for row in record["camera"]["K"] for value in row]
        for a, b in zip(found, given):
            self.assertAlmostEqual(a, b, delta=1e-4)
        self.assertEqual(record["resolution"], [640, 480])

    def test_what_is_no_matrix(self):
        for given, told in (
            ("[[1, 0, 0], [0, 1, 0]]", "K must be a matrix of 3x3"),
            ("[[1, 0.5, 0], [0, 1, 0], [0, 0, 1]]", "fx, 0, cx"),
            ("[[-1, 0, 0], [0, 1, 0], [0, 0, 1]]", "above 0"),
            ("[[1e-9, 0, 0], [0, 1e-9, 0], [0, 0, 1]], 64, 64", "lens must be"),
        ):
            self.fails(scene(f"self.camera.set_intrinsics({given})"), "scene_error", told)


class LensTest(SceneCase):
    def test_setters(self):
        camera = self.scene.camera
        data = camera.obj.data
        camera.set_lens(35).set_sensor(24, 16, fit="horizontal").set_shift(0.1, -0.2)
        camera.set_clip(0.5, 50).set_depth_of_field(3, f_stop=1.4, blades=6)
        self.assertEqual((data.lens, data.sensor_width, data.sensor_height), (35, 24, 16))
        self.assertEqual((data.sensor_fit, data.clip_start, data.clip_end), ("HORIZONTAL", 0.5, 50))
        self.assertAlmostEqual(data.shift_y, -0.2)
        self.assertEqual((data.dof.use_dof, data.dof.focus_distance), (True, 3))
        cube = self.scene.objects.cube()
        camera.set_depth_of_field(cube)
        self.assertEqual(data.dof.focus_object, cube.obj)
        camera.set_orthographic(7)
        self.assertEqual((data.type, data.ortho_scale), ("ORTHO", 7))
        camera.set_panorama("fisheye", fov=200)
        self.assertEqual(data.type, "PANO")
        camera.set_lens(40)
        self.assertEqual(data.type, "PERSP")

    def test_values(self):
        camera = self.scene.camera
        for call in (
            lambda: camera.set_lens(0.5),
            lambda: camera.set_sensor(0),
            lambda: camera.set_sensor(10, fit="wide"),
            lambda: camera.set_clip(2, 1),
            lambda: camera.set_clip(0, 1),
            lambda: camera.set_depth_of_field(0),
            lambda: camera.set_orthographic(0),
            lambda: camera.set_panorama("cube"),
        ):
            self.assertRaises(ValueError, call)
        self.assertRaises(TypeError, camera.set_depth_of_field, "Cube")


class ProjectionTest(SampleCase):
    def test_orthographic_and_panorama(self):
        cube = GREY + "self.objects.cube(size=2)\nself.camera.set_location((0, 0, 5))\n"
        record, out = self.render(scene(cube, "self.camera.set_orthographic(4)"))
        self.assertEqual(record["camera"]["ortho_scale"], 4)
        rows = passes(out).plane("ViewLayer.IndexOB.X")
        self.assertEqual(sum(v == 2 for row in rows for v in row), 16 * 16)
        record, out = self.render(
            scene(cube, "self.camera.set_panorama()\nself.resolution = (64, 32)")
        )
        self.assertEqual((record["camera"]["type"], record["camera"]["K"]), ("PANO", None))
        seen = {v for row in passes(out).plane("ViewLayer.IndexOB.X") for v in row}
        self.assertEqual(seen, {0, 2})
        self.assertEqual(set(record["channels"]), {"distance", "index"})

    def test_what_takes_the_place_of_intrinsics(self):
        script = """
            data = self.camera.obj.data
            data.shift_x, data.shift_y = 0.25, -0.5
            rv.bpy.context.scene.render.pixel_aspect_y = 2.0
            self.resolution = (64, 32)
        """
        for lines, expected in (
            ("", None),
            ("data.type, data.ortho_scale = 'ORTHO', 4", {"scale": [16, 8], "center": [16, 0]}),
            ("self.camera.set_panorama()", {"longitude": [-90, 270], "latitude": [-180, 0]}),
            ("self.camera.set_panorama('fisheye', fov=90)", {"center": [16, 0], "fov": 90}),
        ):
            record, _ = self.render(scene(script, lines))
            camera = record["camera"]
            if expected is None:
                self.assertNotIn("projection", camera)
                continue
            kind = camera["projection"].pop("type")
            self.assertEqual(set(camera["projection"]), set(expected), kind)
            for name, value in expected.items():
                found = camera["projection"][name]
                for one, wanted in zip(
                    *((v if isinstance(v, list) else [v]) for v in (found, value))
                ):
                    self.assertAlmostEqual(one, wanted, 4, f"{kind} {name}")

    def test_what_cannot_be_unprojected_is_refused(self):
        """By its type, before a picture is made, with the types that can be."""
        types = [item.identifier for item in bpy.types.Camera.bl_rna.properties["type"].enum_items]
        if "CUSTOM" in types:
            script = scene("self.camera.obj.data.type = 'CUSTOM'")
            message = "its type is CUSTOM, labels are known of PERSP, ORTHO and PANO"
            self.fails(script, "scene_error", message)
        script = scene("self.camera.set_panorama('fisheye')")
        known = {"MIRRORBALL": projections._PANORAMAS["MIRRORBALL"]}
        with mock.patch.dict(projections._PANORAMAS, known, clear=True):
            message = "its panorama is FISHEYE_EQUIDISTANT, labels are known of: MIRRORBALL"
            self.fails(script, "scene_error", message)

    def test_every_kind_of_panorama_is_known(self):
        owner = compat.panorama(bpy.data.cameras.new("Camera"))
        kinds = owner.bl_rna.properties["panorama_type"].enum_items
        self.assertEqual({kind.identifier for kind in kinds} - set(projections._PANORAMAS), set())

    def test_the_camera_of_a_panorama_for_a_view(self):
        line, _ = self.request(scene("self.camera.set_panorama()"))
        camera = self.ask(line)["record"]["camera"]
        line, _ = self.request(scene("self.camera.set_panorama()"))
        flat = {"matrix_world": camera["matrix_world"], "fov": [60, 60]}
        views = [
            {"name": "same", "view": True, "camera": camera},
            {"name": "flat", "view": True, "camera": flat},
        ]
        reply = self.ask(line, renders=views)
        self.assertTrue(reply["ok"], reply)
        same, other = reply["record"]["views"]
        self.assertEqual(same["camera"]["projection"], camera["projection"])
        self.assertEqual(set(same["channels"]), {"distance", "index"})
        self.assertEqual(set(other["channels"]), {"depth", "index"})
