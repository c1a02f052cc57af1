# SPDX-License-Identifier: MIT
"""What the picture does not show of objects: planes and spheres whose pixels can be counted, and
pictures that are the same with it."""

import json
import math
import os
import unittest

from rv.plain import hiding
from rv.plain.hiding import Shape
from rv.plain.projection import Projection, centred, parallel
from support import GREY, SampleCase, image, passes, scene
from test_side import RICH

DOWN = GREY + "self.camera.set_location((0, 0, 10)).set_fov(90)\n"  # 20 x 20 m at z = 0, 32 x 32 px


class AmodalCase(SampleCase):
    def amodal(self, script, **settings):
        """What the file of a still says, and the index map."""
        record, out = self.render(script, amodal=True, **settings)
        self.assertIs(record["render"]["amodal"], True)
        return self.said(out, record["files"]["amodal_runs"]), self.index(record, out)

    def said(self, out, name):
        """Pixels of each index, and the unknown."""
        with open(os.path.join(out, name), encoding="ascii") as file:
            said = json.load(file)
        found = {}
        for entry in said["objects"]:
            pixels = found[entry["index"]] = set()
            for y, runs in enumerate(entry["rows"], entry["top"]):
                for x, count in zip(runs[0::2], runs[1::2]):
                    new = {(at, y) for at in range(x, x + count)}
                    self.assertFalse(new & pixels)
                    pixels |= new
        return found, said["unknown"]

    def index(self, record, out):
        """Pixels of each index in the map."""
        of_labels = "label_passes" in record["files"]
        file = record["files"]["label_passes" if of_labels else "passes"]
        channel = record["label_channels" if of_labels else "channels"]["index"]
        found = {}
        for y, row in enumerate(passes(out, file).plane(channel)):
            for x, value in enumerate(row):
                found.setdefault(int(value), set()).add((x, y))
        return found


def block(x0, y0, x1, y1):
    """The pixels of a rectangle, its ends not counted."""
    return {(x, y) for y in range(y0, y1) for x in range(x0, x1)}


class ShapeTest(AmodalCase):
    """1.6 pixels a metre at z = 0: planes of 10 m are 16 pixels wide and high."""

    def test_plane_half_behind_another(self):
        (found, unknown), index = self.amodal(
            scene(
                DOWN,
                "self.objects.plane(size=10)",
                "self.objects.plane(size=8).set_location((4, 0, 2))",  # 2 pixels a metre there
            )
        )
        self.assertEqual(unknown, [])
        self.assertEqual(found, {2: block(8, 8, 24, 24)})
        self.assertEqual((index[2], index[3]), (block(8, 8, 16, 24), block(16, 8, 32, 24)))

    def test_plane_half_out_of_the_picture(self):
        (found, _), index = self.amodal(
            scene(DOWN, "self.objects.plane(size=10).set_location((10, 0, 0))")
        )
        self.assertEqual(found, {2: block(32, 8, 40, 24)})
        self.assertEqual(index[2], block(24, 8, 32, 24))

    def test_beyond_two_sides(self):
        (found, _), _ = self.amodal(
            scene(DOWN, "self.objects.plane(size=10).set_location((-10, 10, 0))")
        )
        self.assertEqual(found, {2: block(-8, -8, 8, 8) - block(0, 0, 8, 8)})

    def test_no_further_than_one_more_picture(self):
        (found, _), _ = self.amodal(scene(DOWN, "self.objects.plane(size=1000)"))
        self.assertEqual(found, {2: block(-32, -32, 64, 64) - block(0, 0, 32, 32)})

    def test_wholly_hidden(self):
        (found, _), index = self.amodal(
            scene(
                DOWN,
                "self.objects.plane(size=5)",
                "self.objects.plane(size=8).set_location((0, 0, 2))",
            )
        )
        self.assertEqual(found, {2: block(12, 12, 20, 20)})
        self.assertNotIn(2, index)

    def test_nothing_is_rendered_for_what_is_whole(self):
        (found, _), index = self.amodal(
            scene(
                DOWN,
                "self.objects.plane(size=19.5)",
                "self.objects.cube(size=2).set_location((-5, 0, 1))",
                "self.objects.sphere(radius=1).set_location((5, 0, 1))",
                "self.objects.sphere(radius=1).set_location((5, 6, 1))",
            )
        )
        self.assertEqual(set(found), {2})  # which they stand on
        self.assertEqual(found[2], index[2] | index[3] | index[4] | index[5])

    def test_sphere_behind_a_sphere(self):
        front = "self.objects.sphere(radius=2).set_location((1, 0.5, 4))"
        behind = "self.objects.sphere(radius=4).set_location((-1, 0, -3))"
        (found, _), index = self.amodal(scene(DOWN, front, behind), resolution=[64, 64])
        _, alone = self.amodal(scene(DOWN, "self.objects.empty()", behind), resolution=[64, 64])
        self.assertTrue(alone[3] - index[3])
        self.assertEqual(found, {3: alone[3]})

    def test_three_in_a_row_are_each_whole(self):
        planes = "".join(
            f"self.objects.plane(size=6).set_location(({x}, 0, {z}))\n"
            for x, z in ((0, 0), (1, 1), (2, 2))
        )
        (found, _), index = self.amodal(scene(DOWN, planes))
        self.assertEqual({i: len(found[i]) for i in found}, {2: 100, 3: 11 * 10})
        self.assertTrue(index[2] < found[2] and index[3] < found[3])

    def test_parallel_rays_and_other_lenses(self):
        """A plane that the borders cut, and where K says that it is."""
        lens = """
        import bpy
        data = self.camera.obj.data
        data.type, data.sensor_fit, data.ortho_scale = %r, %r, 20
        data.shift_x, data.shift_y = 0.125, -0.0625
        bpy.context.scene.render.pixel_aspect_%s = 2
        """
        plane = "self.objects.plane(size=18.9).set_location((-8, 5, 0))"
        for kind in ("PERSP", "ORTHO"):
            for fit in ("AUTO", "HORIZONTAL", "VERTICAL"):
                for aspect in ((2, 1), (1, 2)):
                    script = scene(DOWN, lens % (kind, fit, "xy"[aspect[1] - 1]), plane)
                    record, out = self.render(script, amodal=True, resolution=[48, 32])
                    matrix, away = record["camera"]["K"], 10
                    if kind == "ORTHO":
                        matrix, away = parallel(20, fit, (48, 32), aspect, (0.125, -0.0625)), 1
                    (fx, _, cx), (_, fy, cy), _ = matrix
                    xs = [cx + fx * x / away for x in (-17.45, 1.45)]
                    ys = [cy - fy * y / away for y in (14.45, -4.45)]
                    ends = [math.ceil(end - 0.5) for end in (xs[0], ys[0], xs[1], ys[1])]
                    expected = block(*ends) & block(-48, -32, 96, 64)
                    found, _ = self.said(out, record["files"]["amodal_runs"])
                    shown = self.index(record, out)[2]
                    self.assertEqual(found[2], expected - block(0, 0, 48, 32), (kind, fit, aspect))
                    self.assertEqual(shown, expected & block(0, 0, 48, 32), (kind, fit, aspect))

    def test_it_needs_an_ordinary_camera(self):
        self.fails(
            scene(DOWN, "self.camera.obj.data.type = 'PANO'"),
            "scene_error",
            "amodal needs cameras of the type PERSP or ORTHO, one is PANO",
            amodal=True,
        )


class ManyTest(AmodalCase):
    def test_frames_and_views(self):
        script = scene(
            DOWN,
            """
            self.objects.plane(size=10)
            lid = self.objects.plane(size=4)
            lid.keyframe(1, location=(0, 0, 5)).keyframe(2, location=(0, 20, 5))
            self.set_frames(1, 2)
            self.add_view("low", matrix=[[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 4], [0, 0, 0, 1]])
            """,
        )
        record, out = self.render(script, amodal=True)
        names = record["files"]["amodal_runs"]
        self.assertEqual(names, ["amodal_runs/000001.json", "amodal_runs/000002.json"])
        first, second = (self.said(out, name)[0] for name in names)
        self.assertEqual(first, {2: block(8, 8, 24, 24)})
        self.assertEqual(second, {})
        (low,) = record["views"]
        found, _ = self.said(
            out, low["files"]["amodal_runs"][0]
        )  # 4 pixels a metre; the lid is above
        self.assertEqual(low["files"]["amodal_runs"][0], "views/low/amodal_runs/000001.json")
        self.assertEqual(found, {2: block(-4, -4, 36, 36) - block(0, 0, 32, 32)})

    def test_instances(self):
        script = scene(
            DOWN,
            """
            import bpy
            made = bpy.data.collections.new("Source")
            plane = self.objects.plane(size=10)
            for home in plane.obj.users_collection:
                home.objects.unlink(plane.obj)
            made.objects.link(plane.obj)
            for x, z in ((0, 0), (5, 0.001)):
                maker = bpy.data.objects.new("Copy", None)
                bpy.context.scene.collection.objects.link(maker)
                maker.instance_type, maker.instance_collection = "COLLECTION", made
                maker.location = (x, 0, z)
            """,
        )
        record, out = self.render(script, amodal=True)
        found, unknown = self.said(out, record["files"]["amodal_runs"])
        index = [o["index"] for o in record["objects"] if "instance_of" in o]
        self.assertEqual(found, {index[0]: block(8, 8, 24, 24)})
        self.assertEqual(unknown, [])
        record, out = self.render(script, amodal=True, expand_instances=0)
        found, unknown = self.said(out, record["files"]["amodal_runs"])
        self.assertEqual((found, unknown), ({}, [2]))

    def test_alpha(self):
        glass = """
        paint = self.materials.basic().set_params(base_color=(1, 0, 0), alpha=%s)
        self.objects.plane(size=4).set_location((0, 0, 5)).set_material(paint)
        """
        plane = "self.objects.plane(size=10)"
        for alpha in (0.3, 0):
            (found, _), index = self.amodal(scene(DOWN, plane, glass % alpha), samples=2)
            self.assertEqual(found, {2: block(8, 8, 24, 24)})
            self.assertEqual(index[2] == found[2], alpha == 0)


class PictureTest(AmodalCase):
    """Pictures and passes have the same bytes with it."""

    def same(self, numbers=(None,), **settings):
        record, out = self.render(RICH, samples=2, amodal=True, **settings)
        _, other = self.render(RICH, samples=2, **settings)
        for number in numbers:
            name = "Image.png" if number is None else f"frames/{number:06}.png"
            self.assertEqual(image(out, name).rows, image(other, name).rows)
            for role in ("passes", "label_passes"):
                end = "" if number is None else f"/{number:06}"
                exr = f"{role}{end}.exr"
                self.assertEqual(passes(out, exr).stable(), passes(other, exr).stable(), exr)
        return record, out

    def test_still(self):
        for seed in (1, 2):
            record, out = self.same(seed=seed, passes=["Normal", "CryptoObject"])
            found, _ = self.said(out, record["files"]["amodal_runs"])
            index = self.index(record, out)
            whole = set(index) - {0} - set(found)
            self.assertTrue(found and whole)
            for value, pixels in found.items():
                outside = {p for p in pixels if not (0 <= p[0] < 32 and 0 <= p[1] < 32)}
                self.assertTrue(pixels == outside or index.get(value, set()) <= pixels, value)

    def test_sequence(self):
        self.same((1, 2, 3), seed=2, frames="1..3", passes=["Normal"])

    def test_what_is_left_out_is_whole(self):
        """The objects that no render was made for are those that have one of their own whole."""
        record, out = self.render(RICH, amodal=True)
        found, _ = self.said(out, record["files"]["amodal_runs"])
        index = self.index(record, out)
        for obj in record["objects"]:
            number = obj["index"]
            if number < 2 or number in found or number not in index:
                continue
            line, alone = self.request(RICH)
            shot = {"name": "a", "visible": [number], "samples": 1, "pinhole": True}
            shot.update(shutter=False, alpha_threshold=0.001, transparent_bounces=1024)
            reply = self.ask(line, renders=[{**shot, "passes": []}])
            entry = reply["record"]["renders"]["a"]
            rows = passes(alone, entry["files"]["passes"]).plane(entry["channels"]["index"])
            pixels = {(x, y) for y, row in enumerate(rows) for x, v in enumerate(row) if v}
            self.assertEqual(pixels, index[number], number)


def cube(x, y, z, size=2.0):
    """A box about a place."""
    half = size / 2
    ends = [(a - half, a + half) for a in (x, y, z)]
    return Shape((tuple((a, b, c) for a in ends[0] for b in ends[1] for c in ends[2]),))


class HidingTest(unittest.TestCase):
    """What boxes tell, seen from z = 10."""

    VIEW = Projection(
        "PERSP",
        [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 10], [0, 0, 0, 1]],
        centred((90, 90), (32, 32)),
        (32, 32),
        (0.1, 100),
    )

    def may(self, a, b):
        return a.may_be_hidden_by(b, self.VIEW), b.may_be_hidden_by(a, self.VIEW)

    def test_what_stands_on_another_hides_it(self):
        self.assertEqual(self.may(cube(0, 0, 1), cube(0, 0, -50, 100)), (False, True))
        self.assertEqual(self.may(cube(0, 0, 1 - 1e-4), cube(0, 0, -50, 100)), (True, True))
        self.assertEqual(self.may(cube(0, 0, 1), Shape(None)), (True, True))

    def test_a_sheet_over_a_floor_hides_it(self):
        floor = Shape((tuple((x, y, 0.0) for x in (-500, 500) for y in (-500, 500) for _ in "ab"),))
        sheet = Shape(
            (tuple((x, y, 5e-4) for x in (-0.1, 0.1) for y in (-0.1, 0.1) for _ in "ab"),)
        )
        self.assertEqual(self.may(floor, sheet), (True, False))

    def test_rectangle(self):
        self.assertEqual(
            cube(0, 0, 0).rectangle(self.VIEW), (16 - 16 / 9,) * 2 + (16 + 16 / 9,) * 2
        )
        self.assertIsNone(cube(0, 0, 12).rectangle(self.VIEW))
        self.assertEqual(cube(0, 0, 10).rectangle(self.VIEW), (-32, -32, 64, 64))
        self.assertEqual(Shape(None).rectangle(self.VIEW), (-32, -32, 64, 64))

    def test_margins(self):
        for rectangle, expected in (
            ((0, 0, 32, 32), (0, 0, 0, 0)),
            ((-0.4, 3, 32.4, 20), (0, 0, 0, 0)),
            ((-0.6, -8, 33.6, 20), (1, 8, 2, 0)),
        ):
            self.assertEqual(hiding.margins(rectangle, (32, 32)), expected)

    def test_groups_share_no_pixel(self):
        rectangles = {1: (0, 0, 4, 4), 2: (3, 3, 6, 6), 3: (8, 8, 9, 9), 4: (5, 0, 7, 7)}
        self.assertEqual(hiding.groups([1, 2, 3, 4], rectangles), [[1, 3, 4], [2]])
