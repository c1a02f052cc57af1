# SPDX-License-Identifier: MIT
"""Cylinders, cones, rings, capsules, letters and meshes of one's own: volumes, areas, order."""

import math
import os

import bpy
import model_files
import rv
from mathutils import Vector
from rv.engine import primitives
from support import GREY, SampleCase, SceneCase, image, passes, scene
from test_primitives import digest, shuffle_addresses

try:
    import numpy
except ImportError:
    numpy = None


def volume(mesh):
    """Enclosed by the faces, positive when they look outward."""
    total = 0.0
    for face in mesh.polygons:
        a, *rest = (mesh.vertices[i].co for i in face.vertices)
        total += sum(a.dot(b.cross(c)) for b, c in zip(rest, rest[1:])) / 6.0
    return total


def is_closed(mesh):
    """Whether each edge has two faces that go along it in opposite directions."""
    ways = [
        way
        for face in mesh.polygons
        for way in zip(face.vertices, [*face.vertices[1:], face.vertices[0]])
    ]
    return len(set(ways)) == len(ways) and all((b, a) in set(ways) for a, b in ways)


def regular(segments, radius):
    """The area of a regular polygon in a circle."""
    return segments / 2.0 * radius**2 * math.sin(2.0 * math.pi / segments)


class SolidTest(SceneCase):
    def check(self, made, expected, euler=2):
        mesh = made.obj.data
        self.assertTrue(is_closed(mesh), "closed, and faces in one sense")
        self.assertAlmostEqual(volume(mesh), expected, delta=1e-5 * max(1.0, expected))
        characteristic = len(mesh.vertices) - len(mesh.edges) + len(mesh.polygons)
        self.assertEqual(characteristic, euler)
        self.assertFalse(mesh.validate(), "nothing had to be mended")
        for loop in mesh.uv_layers["UVMap"].data:
            self.assertTrue(all(-1e-6 <= v <= 1 + 1e-6 for v in loop.uv), tuple(loop.uv))

    def test_cylinder_and_cone(self):
        objects = self.scene.objects
        for n in (3, 7, 32):
            self.check(objects.cylinder(radius=2, height=3, segments=n), regular(n, 2) * 3)
            self.check(objects.cone(radius=2, height=3, segments=n), regular(n, 2))
            ends = regular(n, 2), regular(n, 1), math.sqrt(regular(n, 2) * regular(n, 1))
            self.check(objects.cone(radius=2, height=3, segments=n, top_radius=1), sum(ends))

    def test_torus(self):
        n, m = 24, 10
        made = self.scene.objects.torus(radius=2, tube_radius=0.5, segments=n, tube_segments=m)
        # Between two cross sections: their area by the way of their centre, both of polygons.
        self.check(made, regular(m, 0.5) * n * math.sin(2 * math.pi / n) * 2, euler=0)
        for vertex in made.obj.data.vertices:
            x, y, z = vertex.co
            self.assertAlmostEqual(math.hypot(math.hypot(x, y) - 2, z), 0.5, delta=1e-5)

    def test_capsule(self):
        made = self.scene.objects.capsule(radius=0.5, height=3, segments=64, ring_count=32)
        self.assertTrue(is_closed(made.obj.data))
        exact = math.pi * 0.25 * 2 + 4 / 3 * math.pi * 0.125
        self.assertAlmostEqual(volume(made.obj.data) / exact, 1, delta=0.005)
        self.assertEqual([round(v, 5) for v in made.get_dimensions()], [1, 1, 3])
        for vertex in made.obj.data.vertices:
            x, y, z = vertex.co
            beyond = max(0.0, abs(z) - 1)
            self.assertAlmostEqual(math.hypot(math.hypot(x, y), beyond), 0.5, delta=1e-5)
        ball = self.scene.objects.capsule(radius=1, height=2, segments=9, ring_count=3)
        same = self.scene.objects.sphere(radius=1, segments=9, ring_count=6)
        places = [[tuple(v.co) for v in o.obj.data.vertices] for o in (ball, same)]
        for a, b in zip(*places):
            self.assertLess((Vector(a) - Vector(b)).length, 1e-6)
        self.check(ball, volume(same.obj.data))

    def test_values(self):
        objects = self.scene.objects
        for call in (
            lambda: objects.cylinder(segments=2),
            lambda: objects.cone(radius=-1),
            lambda: objects.torus(tube_radius=float("nan")),
            lambda: objects.capsule(radius=1, height=1.9),
            lambda: objects.text(""),
            lambda: objects.text("a", size=0),
            lambda: objects.text("a", align="middle"),
        ):
            self.assertRaises(ValueError, call)
        self.assertEqual(len(self.scene.generated_objects), 1)

    def test_the_same_on_every_call(self):
        for make in (
            lambda: primitives.cone("Cone", 1.0, 0.0, 2.0, 32),
            lambda: primitives.cone("Cylinder", 1.0, 1.0, 2.0, 32),
            lambda: primitives.torus("Torus", 1.0, 0.25, 48, 12),
            lambda: primitives.capsule("Capsule", 0.5, 2.0, 32, 8),
        ):
            seen = set()
            for _ in range(10):
                kept = shuffle_addresses()
                seen.add(digest(make()))
                del kept
            self.assertEqual(len(seen), 1)


class MeshTest(SceneCase):
    SQUARE = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)]

    def test_faces_and_uvs(self):
        faces = [(0, 1, 2), (0, 2, 3)]
        corners = [(0, 0), (1, 0), (1, 1), (0, 0), (1, 1), (0, 1)]
        vertices = [(0, 0), (1, 0), (1, 1), (0, 1)]
        for uvs in (corners, vertices):
            made = self.scene.objects.mesh(self.SQUARE, faces, uvs=uvs, name="Sheet")
            mesh = made.obj.data
            self.assertEqual(made.obj.name[:5], "Sheet")
            self.assertEqual([tuple(v.co) for v in mesh.vertices], self.SQUARE)
            self.assertEqual([tuple(face.vertices) for face in mesh.polygons], faces)
            self.assertEqual([tuple(d.uv) for d in mesh.uv_layers["UVMap"].data], corners)
        bare = self.scene.objects.mesh(self.SQUARE, [(0, 1, 2, 3)])
        self.assertEqual((len(bare.obj.data.uv_layers), bare.index), (0, 4))

    def test_mesh_without_faces(self):
        """Points, for what puts instances on them."""
        made = self.scene.objects.mesh(self.SQUARE, [])
        mesh = made.obj.data
        self.assertEqual((len(mesh.vertices), len(mesh.edges), len(mesh.polygons)), (4, 0, 0))
        self.assertEqual(tuple(mesh.vertices[2].co), tuple(self.SQUARE[2]))

    def test_numpy(self):
        if numpy is None:
            self.skipTest("NumPy is not installed")
        made = self.scene.objects.mesh(
            numpy.array(self.SQUARE, dtype="f4"), numpy.array([[0, 1, 2], [0, 2, 3]])
        )
        self.assertAlmostEqual(sum(f.area for f in made.obj.data.polygons), 1)

    def test_rows_that_are_wrong(self):
        mesh, nan = self.scene.objects.mesh, float("nan")
        for vertices, faces, uvs, told in (
            ([(0, 0, 0), (1, nan, 0)], [], None, r"vertices\[1\] must be"),
            ([(0, 0)], [], None, r"vertices\[0\] must be 3 numbers"),
            (self.SQUARE, [(0, 1, 4)], None, r"corner of faces\[0\] must be .* in 0 to 3, not 4"),
            (self.SQUARE, [(0, 1, 2), (0, 1, 1)], None, r"faces\[1\] must be three or more diff"),
            (self.SQUARE, [(0, 1)], None, r"faces\[0\] must be three"),
            (self.SQUARE, [(0, 1, -1)], None, "in 0 to 3"),
            (self.SQUARE, [(0, 1, 2)], [(0, 0)], r"uvs must be 3 pairs .* or 4 .*, not 1"),
            ("abc", [], None, "vertices must be a list"),
            (self.SQUARE, [3], None, r"faces\[0\] must be a list"),
        ):
            with self.subTest(told):
                self.assertRaisesRegex((ValueError, TypeError), told, mesh, vertices, faces, uvs)


class TextTest(SceneCase):
    def test_letters(self):
        flat = self.scene.objects.text("HELLO")
        deep = self.scene.objects.text("HELLO", size=2, depth=0.3, align="left")
        self.assertEqual(flat.get_bounds()["size"][2], 0)
        low, high = flat.get_bounds()["min"], flat.get_bounds()["max"]
        self.assertAlmostEqual(low[0], -high[0], delta=0.1)
        self.assertAlmostEqual(deep.get_dimensions()[2], 0.3, delta=1e-5)
        self.assertAlmostEqual(deep.get_dimensions()[0], 2 * flat.get_dimensions()[0], delta=1e-4)
        self.assertGreater(deep.get_bounds()["min"][0], -0.1)

    def test_fonts(self):
        text = self.scene.objects.text
        self.assertRaises(FileNotFoundError, text, "a", font="none.ttf")
        path = model_files.save(bpy.app.tempdir, "bad.ttf", "no font")
        self.addCleanup(os.remove, path)
        self.assertRaises(OSError, text, "a", font=path)
        self.assertEqual(len(self.scene.generated_objects), 1)


class WrapTest(SceneCase):
    def test_each_kind(self):
        made = bpy.data.objects.new("Made", bpy.data.meshes.new("Made"))
        lamp = bpy.data.objects.new("Lamp", bpy.data.lights.new("Lamp", "SUN"))
        eye = bpy.data.objects.new("Eye", bpy.data.cameras.new("Eye"))
        bpy.context.scene.collection.objects.link(made)
        wrap = self.scene.objects.wrap
        kinds = [type(wrap(obj)) for obj in (made, lamp, eye)]
        self.assertEqual(kinds, [rv.Object, rv.SunLight, rv.Camera])
        self.assertEqual([wrap(obj).index for obj in (made, lamp, eye)], [2, 1, 3])
        self.assertIs(wrap(made), wrap(made))
        self.assertIs(wrap(self.scene.camera.obj), self.scene.camera)
        self.assertEqual(len(made.users_collection), 1, "it stays where it is")
        self.assertIn("Lamp", bpy.context.scene.objects)
        self.assertRaises(TypeError, wrap, self.scene.camera)


SHAPES = (
    GREY
    + """
o = self.objects
row = [o.cylinder(), o.cone(), o.torus(), o.capsule(), o.text("R", size=2, depth=0.2)]
row.append(o.mesh([(0, 0, 0), (1, 0, 0), (0, 0, 1)], [(0, 1, 2)]))
for i, shape in enumerate(row):
    shape.set_location((3 * (i % 3) - 3, 0, 3 * (i // 3) - 1.5))
self.camera.set_location((0, -14, 0)).point_at((0, 0, 0))
"""
)


class LabelTest(SampleCase):
    def test_all_are_seen(self):
        record, out = self.render(scene(SHAPES), resolution=[64, 64])
        self.assertEqual([o["type"] for o in record["objects"][1:]].count("MESH"), 5)
        seen = {v for row in passes(out).plane("ViewLayer.IndexOB.X") for v in row}
        self.assertEqual(seen, {0, 2, 3, 4, 5, 6, 7})
        again, out2 = self.render(scene(SHAPES), resolution=[64, 64])
        self.assertEqual((record, image(out).rows), (again, image(out2).rows))
