# SPDX-License-Identifier: MIT
"""The camera of the record: K and pose put a cube exactly where the index map has it."""

import itertools
import math

from mathutils import Matrix, Vector
from rv.scenes.camera import intrinsics, unscaled
from support import GREY, SampleCase, passes, scene

CUBE = (
    GREY
    + """
turn = Euler((0.3, 0.2, 0.5))
cube = self.objects.cube(size=0.6).set_location((0.35, -0.2, 0.4)).set_rotation(turn)
aim = self.objects.empty().set_location((0.1, 0.1, 0))
data = self.camera.set_location((3, -4, 2.5)).point_at(aim, angle=20).obj.data
data.sensor_height = 20
render = rv.bpy.context.scene.render
"""
)
HEAD = "import rv\nfrom mathutils import Euler"


def hull(points):
    """The convex hull, counter-clockwise."""

    def half(ordered):
        chain = []
        for p in ordered:
            while len(chain) > 1 and cross(chain[-2], chain[-1], p) <= 0:
                chain.pop()
            chain.append(p)
        return chain[:-1]

    ordered = sorted(points)
    return half(ordered) + half(ordered[::-1])


def cross(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def distance_inside(outline, point):
    """Distance to the nearest edge's line, negative outside."""
    edges = zip(outline, outline[1:] + outline[:1])
    return min(cross(a, b, point) / math.dist(a, b) for a, b in edges)


class IntrinsicsTest(SampleCase):
    def check(self, width, height, extra=""):
        """Renders the cube; the index map has to be the outline of its projected corners."""
        script = scene(CUBE, f"self.resolution = ({width}, {height})\n" + extra, head=HEAD)
        record, out = self.render(script)
        camera = record["camera"]
        to_camera = Matrix(camera["matrix_world"]).inverted()
        cube = next(o for o in record["objects"] if o["name"] == "Cube")
        k, pose = camera["K"], Matrix(cube["matrix_world"])
        corners = []
        for corner in itertools.product((-0.3, 0.3), repeat=3):
            x, y, z = to_camera @ (pose @ Vector(corner))
            corners.append((k[0][0] * x / -z + k[0][2], k[1][1] * -y / -z + k[1][2]))
        outline = hull(corners)
        rows = passes(out).plane("ViewLayer.IndexOB.X")
        inside = 0
        for y, x in itertools.product(range(height), range(width)):
            depth = distance_inside(outline, (x + 0.5, y + 0.5))
            if abs(depth) > 0.02:
                self.assertEqual(
                    rows[y][x] == cube["index"], depth > 0, f"pixel {x}, {y}, {depth} px inside"
                )
                inside += depth > 0
        self.assertGreater(inside, 50)
        self.assertTrue(
            all(0 < u < width and 0 < v < height for u, v in corners), "the cube is cut off"
        )
        return camera

    def test_sizes_and_fits(self):
        for width, height in ((96, 96), (96, 60), (60, 96)):
            for fit in ("AUTO", "HORIZONTAL", "VERTICAL"):
                with self.subTest(size=(width, height), fit=fit):
                    lens = 24 if fit == "VERTICAL" else 36
                    self.check(width, height, f"data.sensor_fit = '{fit}'\ndata.lens = {lens}\n")

    def test_shift(self):
        for width, height in ((96, 60), (60, 96)):
            with self.subTest(size=(width, height)):
                camera = self.check(width, height, "data.shift_x, data.shift_y = 0.1, -0.07\n")
                self.assertAlmostEqual(camera["K"][0][2], width / 2 - 9.6, delta=1e-4)

    def test_pixel_aspect(self):
        for aspect in ((2.0, 1.0), (1.0, 1.5)):
            for width, height in ((96, 72), (60, 96)):
                with self.subTest(aspect=aspect, size=(width, height)):
                    self.check(
                        width,
                        height,
                        f"render.pixel_aspect_x, render.pixel_aspect_y = {aspect}\n"
                        "data.shift_y = 0.05\n",
                    )

    def test_scaled_camera(self):
        camera = self.check(96, 96, "self.camera.set_scale((2, 3, 0.5))\n")
        matrix = Matrix(camera["matrix_world"])
        for column in range(3):
            self.assertAlmostEqual(matrix.col[column].to_3d().length, 1, delta=1e-6)

    def test_fov(self):
        record, _ = self.render(scene("self.camera.set_fov(90)\nself.resolution = (64, 32)"))
        camera = record["camera"]
        self.assertAlmostEqual(camera["K"][0][0], 32, delta=1e-4)
        self.assertAlmostEqual(camera["fov"][0], 90, delta=1e-4)
        self.assertAlmostEqual(camera["fov"][1], math.degrees(2 * math.atan(0.5)), delta=1e-4)
        self.assertAlmostEqual(record["objects"][0]["fov_degrees"], 90, delta=1e-4)
        self.assertEqual(camera["clip"], [0.1, 1000.0])

    def test_orthographic(self):
        script = scene("data = self.camera.obj.data\ndata.type = 'ORTHO'\ndata.ortho_scale = 4")
        camera = self.render(script)[0]["camera"]
        self.assertEqual((camera["type"], camera["ortho_scale"]), ("ORTHO", 4.0))
        self.assertIsNone(camera["K"])
        self.assertIsNone(camera["fov"])

    def test_formula(self):
        k = intrinsics(50, "AUTO", 36, 24, (640, 480))
        self.assertEqual(k, [[640 * 50 / 36, 0, 320], [0, 640 * 50 / 36, 240], [0, 0, 1]])
        self.assertEqual(intrinsics(50, "VERTICAL", 36, 24, (640, 480))[0][0], 480 * 50 / 24)
        self.assertEqual(intrinsics(50, "AUTO", 36, 24, (480, 640))[0][0], 640 * 50 / 36)

    def test_unscaled(self):
        matrix = Matrix.LocRotScale(Vector((1, 2, 3)), None, Vector((2, 3, 4)))
        self.assertEqual(unscaled(matrix), Matrix.Translation((1, 2, 3)))
