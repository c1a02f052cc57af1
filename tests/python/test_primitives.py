# SPDX-License-Identifier: MIT
"""Primitives and hulls: Blender's own shapes, and the same to the last face on every call.

Sample after sample of one seed has the same float passes, meshes and exported files.
"""

import array
import hashlib
import random
import struct

import bmesh
import bpy
from mathutils import Vector
from rv.engine import measure, primitives
from support import SampleCase, SceneCase, image, passes, reset, scene

SPHERES = ((32, 16), (8, 4), (5, 3), (7, 5), (3, 2), (6, 2), (33, 4), (64, 32))
CONES = ((5, 1.5), (32, 1.5), (7, 0.0), (8, 0.5))
FIELDS = (
    ("vertices", "co", 3, "f"),
    ("edges", "vertices", 2, "i"),
    ("loops", "vertex_index", 1, "i"),
    ("loops", "edge_index", 1, "i"),
    ("polygons", "loop_start", 1, "i"),
)


def shuffle_addresses():
    """Takes memory of many sizes, so that what comes next lies elsewhere; what holds it."""
    return [bytearray(random.randrange(16, 4000)) for _ in range(300)]


def digest(mesh):
    """Of all elements of a mesh in their order, and of its UV map."""
    found = hashlib.sha256()
    owners = [(getattr(mesh, kind), name, size, code) for kind, name, size, code in FIELDS]
    for owner, name, size, code in (*owners, (mesh.uv_layers[0].data, "uv", 2, "f")):
        values = [0] * (size * len(owner))
        owner.foreach_get(name, values)
        found.update(struct.pack(f"<{len(values)}{code}", *values))
    return found.hexdigest()


def blenders(build):
    """The mesh that one of Blender's operators makes."""
    mesh, work = bpy.data.meshes.new("Theirs"), bmesh.new()
    work.loops.layers.uv.new("UVMap")
    build(work)
    work.to_mesh(mesh)
    work.free()
    return mesh


def corners(mesh):
    """Each face as a list of its corners, (x, y, z, u, v)."""
    layer = mesh.uv_layers[0].data
    return [
        [(*mesh.vertices[mesh.loops[i].vertex_index].co, *layer[i].uv) for i in face.loop_indices]
        for face in mesh.polygons
    ]


class Primitives(SceneCase):
    def assert_same_faces(self, ours, theirs):
        """The same faces, whatever their order, from whatever corner they start."""
        self.assertEqual(len(ours.vertices), len(theirs.vertices))
        self.assertEqual(len(ours.edges), len(theirs.edges))
        left = corners(theirs)
        for face in corners(ours):
            turns = [face[i:] + face[:i] for i in range(len(face))]
            match = next((f for f in left if any(self.near(turn, f) for turn in turns)), None)
            self.assertIsNotNone(match, face)
            left.remove(match)
        self.assertEqual(left, [])

    def near(self, a, b):
        """Whether two faces have the same corners in the same order."""
        return len(a) == len(b) and all(
            abs(p - q) < 1e-5 for x, y in zip(a, b) for p, q in zip(x, y)
        )

    def test_they_are_those_of_blender(self):
        self.assert_same_faces(
            primitives.cube("Cube", 3.0),
            blenders(lambda work: bmesh.ops.create_cube(work, size=3.0, calc_uvs=True)),
        )
        self.assert_same_faces(
            primitives.plane("Plane", 3.0),
            blenders(
                lambda work: bmesh.ops.create_grid(
                    work, x_segments=1, y_segments=1, size=1.5, calc_uvs=True
                )
            ),
        )
        for segments, rings in SPHERES:
            with self.subTest(segments=segments, rings=rings):
                self.assert_same_faces(
                    primitives.sphere("Sphere", 1.5, segments, rings),
                    blenders(
                        lambda work: bmesh.ops.create_uvsphere(
                            work, u_segments=segments, v_segments=rings, radius=1.5, calc_uvs=True
                        )
                    ),
                )

        for segments, top in CONES:
            with self.subTest(segments=segments, top=top):
                self.assert_same_faces(
                    primitives.cone("Cone", 1.5, top, 2.5, segments),
                    blenders(
                        lambda work: bmesh.ops.create_cone(
                            work,
                            cap_ends=True,
                            segments=segments,
                            radius1=1.5,
                            radius2=top,
                            depth=2.5,
                            calc_uvs=True,
                        )
                    ),
                )

    def test_they_are_sound_and_flat(self):
        for made in (
            primitives.cube("Cube", 1.0),
            primitives.plane("Plane", 1.0),
            primitives.sphere("Sphere", 1.0, 5, 3),
            primitives.sphere("Sphere", 1.0, 3, 2),
        ):
            self.assertFalse(made.validate(verbose=True), "nothing had to be mended")
            self.assertFalse(any(face.use_smooth for face in made.polygons))
            self.assertEqual(made.uv_layers[0].name, "UVMap")

    def test_the_same_on_every_call(self):
        makers = (
            lambda: primitives.cube("Cube", 2.0),
            lambda: primitives.plane("Plane", 2.0),
            lambda: primitives.sphere("Sphere", 1.0, 32, 16),
            lambda: primitives.sphere("Sphere", 1.0, 64, 32),
        )
        for make in makers:
            seen = set()
            for _ in range(20):
                kept = shuffle_addresses()
                seen.add(digest(make()))
                del kept
            self.assertEqual(len(seen), 1)

    def test_a_hull_is_that_of_its_points(self):
        """Whatever their order and place in memory, and however often one comes."""
        rng = random.Random(3)
        lattice = [Vector((x, y, z)) for x in range(4) for y in range(4) for z in range(4)]
        cloud = [Vector([rng.random() for _ in range(3)]) for _ in range(100)]
        for points in (lattice, cloud):
            seen = set()
            for _ in range(10):
                kept = shuffle_addresses()
                rng.shuffle(points)
                seen.add(repr(measure.convex_hull([*points, points[0]])))
                del kept
            self.assertEqual(len(seen), 1)


SMOOTH = """
rng = self.rng("places")
for i in range(3):
    ball = self.objects.sphere(f"Ball {i}").set_shading("smooth")
    ball.set_location((rng.uniform(-2, 2), rng.uniform(-2, 2), rng.uniform(-1, 1)))
self.objects.plane("Floor", size=20).set_location((0, 0, -1.5))
self.set_passes(rv.RenderPass.NORMAL, rv.RenderPass.POSITION, rv.RenderPass.UV)
"""


MANY_FACES = """
import math
import bpy

side = 150
points = [
    (3 * math.sin(0.1 * x), 2 * math.cos(0.13 * x), 0.07 * y + 0.3 * math.sin(0.01 * x * y))
    for x in range(side)
    for y in range(side)
]
corners = [x * side + y for x in range(side - 1) for y in range(side - 1)]
mesh = bpy.data.meshes.new("Cloth")
mesh.from_pydata(points, [], [(at, at + 1, at + side + 1, at + side) for at in corners])
mesh.polygons.foreach_set("use_smooth", [True] * len(mesh.polygons))
curve = bpy.data.curves.new("Tube", "CURVE")
curve.dimensions, curve.bevel_depth = "3D", 0.4
curve.bevel_resolution, curve.resolution_u = 20, 60
way = curve.splines.new("BEZIER").bezier_points
way.add(4)
for number, point in enumerate(way):
    point.co = (number - 2, 2 * math.sin(number), -1)
    point.handle_left_type = point.handle_right_type = "AUTO"
for data in (mesh, curve):
    bpy.context.scene.collection.objects.link(bpy.data.objects.new(data.name, data))
self.camera.set_location((0, 0, 12))
self.set_passes(rv.RenderPass.NORMAL)
"""


class SameBytes(SampleCase):
    def test_normals_of_many_faces(self):
        """Blender 3.4 adds them up in threads, from 1024 faces on."""
        line, _ = self.request(scene(MANY_FACES), resolution=[16, 16])
        self.assertTrue(self.ask(line)["ok"])
        mesh = bpy.data.meshes["Cloth"]
        seen = set()
        for _ in range(200):
            mesh.update()
            normals = array.array("f", [0.0]) * (3 * len(mesh.vertices))
            mesh.vertices.foreach_get("normal", normals)
            seen.add(normals.tobytes())
        self.assertEqual(len(seen), 1)

    def test_renders_of_many_faces(self):
        seen = set()
        for _ in range(16):
            _, out = self.render(scene(MANY_FACES), resolution=[48, 48])
            seen.add(passes(out).chunks)
        self.assertEqual(len(seen), 1)

    def test_forty_renders_of_one_seed(self):
        """Smooth surfaces under the default sky: all bytes of all float passes."""
        seen = set()
        for _ in range(40):
            kept = shuffle_addresses()
            record, out = self.render(scene(SMOOTH), seed=7, resolution=[24, 24])
            del kept
            rows = b"".join(image(out).rows)
            meshes = "".join(digest(mesh) for mesh in bpy.data.meshes)
            files = hashlib.sha256(passes(out).chunks + rows + meshes.encode()).hexdigest()
            seen.add((repr(record), files))
        self.assertEqual(len(seen), 1)

    def test_exported_files_hold_the_same_meshes(self):
        seen = set()
        for number in range(8):
            kept = shuffle_addresses()
            line, _ = self.request(scene(SMOOTH), seed=7)
            path = f"{self.scratch}/{number}.blend"
            reply = self.ask(line, export={"path": path})
            del kept
            self.assertTrue(reply["ok"], reply)
            reset()  # the file is no longer the open one
            with bpy.data.libraries.load(path) as (there, wanted):
                wanted.meshes = sorted(there.meshes)
            seen.add("".join(digest(mesh) for mesh in wanted.meshes))
        self.assertEqual(len(seen), 1)
