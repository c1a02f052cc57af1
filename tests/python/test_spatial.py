# SPDX-License-Identifier: MIT
"""Keypoints and 3D boxes: in the world and in the picture, behind the camera, of every geometry."""

import itertools
import math

import bpy
import rv
from mathutils import Euler, Matrix, Quaternion, Vector
from rv.plain.projection import Projection
from rv.sample.spatial import Surveyor
from support import GREY, SampleCase, SceneCase, scene

TURN = Euler((0.4, -0.3, 1.1))


def nodes_group(name="Group"):
    """A geometry nodes group with a geometry in and out, and the two nodes."""
    group = bpy.data.node_groups.new(name, "GeometryNodeTree")
    for direction in ("INPUT", "OUTPUT"):
        if hasattr(group, "interface"):
            group.interface.new_socket(
                "Geometry", in_out=direction, socket_type="NodeSocketGeometry"
            )
        else:
            getattr(group, direction.lower() + "s").new("NodeSocketGeometry", "Geometry")
    return group, group.nodes.new("NodeGroupInput"), group.nodes.new("NodeGroupOutput")


class SpatialCase(SceneCase):
    def meta(self, rv_obj):
        graph = bpy.context.evaluated_depsgraph_get()
        return Surveyor(bpy.context.scene, graph).meta(rv_obj)

    def near(self, found, expected, delta=1e-5):
        self.assertEqual(len(found), len(expected))
        for a, b in zip(found, expected):
            self.assertAlmostEqual(a, b, delta=delta, msg=f"{found} {expected}")


class BoxTest(SpatialCase):
    def check(self, rv_obj):
        """The corners are those of the vertices along the object's axes, and all members agree."""
        box = self.meta(rv_obj)["box3d"]
        graph = bpy.context.evaluated_depsgraph_get()
        evaluated = rv_obj.obj.evaluated_get(graph)
        points = [v.co.copy() for v in evaluated.to_mesh().vertices]
        evaluated.to_mesh_clear()
        ends = [(min(p[i] for p in points), max(p[i] for p in points)) for i in range(3)]
        pose = evaluated.matrix_world
        for corner, expected in zip(box["corners"], itertools.product(*ends)):
            self.near(corner, pose @ Vector(expected))
        for axis, bit in enumerate((4, 2, 1)):
            self.assertAlmostEqual(
                math.dist(box["corners"][0], box["corners"][bit]), box["size"][axis], delta=1e-5
            )
        self.near(box["size"], rv_obj.get_dimensions())
        self.near([sum(c[i] for c in box["corners"]) / 8 for i in range(3)], box["center"])
        return box

    def test_turned_and_scaled(self):
        cube = self.scene.objects.cube(size=2).set_location((1, 2, 3)).set_rotation(TURN)
        cube.set_scale((0.5, 1, 2))
        box = self.check(cube)
        self.near(box["center"], (1, 2, 3))
        self.near(box["size"], (1, 2, 4))
        self.near(box["rotation_quaternion"], TURN.to_quaternion())

    def test_rebuilt_from_its_parts(self):
        """Centre, size and rotation say the same as the corners; mirrored objects too."""
        for scale in ((1, 2, 3), (-1, 2, 3), (-1, -2, 3), (-1, -1, -1)):
            cube = self.scene.objects.cube().set_rotation(TURN).set_scale(scale)
            box = self.check(cube)
            turn = Quaternion(box["rotation_quaternion"])
            half = [side / 2 for side in box["size"]]
            rebuilt = sorted(
                tuple(round(x, 4) + 0.0 for x in Vector(box["center"]) + turn @ Vector(corner))
                for corner in itertools.product(*((-h, h) for h in half))
            )
            corners = sorted(tuple(round(x, 4) + 0.0 for x in c) for c in box["corners"])
            for a, b in zip(rebuilt, corners):
                self.near(a, b, 2e-4)
            self.assertGreaterEqual(box["rotation_quaternion"][0], 0)

    def test_modifiers(self):
        cube = self.scene.objects.cube()
        cube.obj.modifiers.new("Subdivision", "SUBSURF").levels = 2
        self.assertLess(self.check(cube)["size"][0], 1.9)
        cube.obj.modifiers.new("Array", "ARRAY").count = 3
        self.assertGreater(self.check(cube)["size"][0], 4)
        key = self.scene.objects.cube()
        key.obj.shape_key_add(name="Basis")
        big = key.obj.shape_key_add(name="Big")
        for point in big.data:
            point.co *= 3
        big.value = 0.5
        self.near(self.check(key)["size"], (4, 4, 4))

    def test_parent(self):
        parent = self.scene.objects.empty().set_location((5, 0, 0)).set_scale(2)
        cube = self.scene.objects.cube(size=1).set_location((1, 0, 0))
        cube.obj.parent = parent.obj
        self.near(self.check(cube)["center"], (7, 0, 0))

    def test_curves_and_texts(self):
        bpy.ops.curve.primitive_bezier_circle_add(radius=1.0)
        curve = rv.Object(bpy.context.object, self.scene)
        curve.obj.data.bevel_depth = 0.2
        self.near(self.check(curve)["size"], (2.4, 2.4, 0.4), 1e-3)
        bpy.ops.object.text_add()
        self.check(rv.Object(bpy.context.object, self.scene).set_rotation(TURN))

    def test_instances_of_geometry_nodes(self):
        """A cube on every corner of a cube, not realised: no mesh, but it is seen all the same."""
        group, start, end = nodes_group()
        instance = group.nodes.new("GeometryNodeInstanceOnPoints")
        mesh = group.nodes.new("GeometryNodeMeshCube")
        group.links.new(start.outputs[0], instance.inputs["Points"])
        group.links.new(mesh.outputs["Mesh"], instance.inputs["Instance"])
        group.links.new(instance.outputs[0], end.inputs[0])
        cube = self.scene.objects.cube(size=10).set_location((1, 2, 3)).set_rotation(TURN)
        cube.obj.modifiers.new("Nodes", "NODES").node_group = group
        box = self.meta(cube)["box3d"]
        self.near(box["size"], (11, 11, 11))
        self.near(box["center"], (1, 2, 3))
        other = self.scene.objects.cube()
        source = group.nodes.new("GeometryNodeObjectInfo")
        source.inputs[0].default_value = other.obj
        source.inputs["As Instance"].default_value = True
        group.links.new(source.outputs["Geometry"], instance.inputs["Instance"])
        self.assertIsNone(self.meta(cube)["box3d"], "instances of another carry its index")
        self.near(self.meta(other)["box3d"]["size"], (2, 2, 2))

    def test_nothing_to_box(self):
        for rv_obj in (self.scene.objects.empty(), self.scene.camera):
            self.assertIsNone(self.meta(rv_obj)["box3d"])
        self.assertEqual(self.meta(self.scene.lights.sun()), {})
        nothing = self.scene.objects.cube()
        nothing.obj.data.clear_geometry()
        self.assertIsNone(self.meta(nothing)["box3d"])

    def test_behind_the_camera(self):
        """Corners behind the camera's plane have no pixel; those before it keep theirs."""
        cube = self.scene.objects.cube(size=2).set_location((0, 0, 10.5))
        box = self.check(cube)
        for corner, pixel in zip(box["corners"], box["pixels"]):
            self.assertEqual(pixel is None, corner[2] > 10, corner)
        self.assertEqual(sum(pixel is None for pixel in box["pixels"]), 4)


class KeypointTest(SpatialCase):
    def test_members(self):
        bpy.context.scene.render.resolution_x = 200
        bpy.context.scene.render.resolution_y = 100
        self.scene.camera.set_fov(90)
        cube = self.scene.objects.cube().set_location((1, 0, 0)).set_scale(2)
        cube.set_keypoints({"tip": (0, 0, 1), "base": Vector((0, 0.5, -1))})
        base, tip = self.meta(cube)["keypoints"]
        self.assertEqual(list(base), ["name", "world", "pixel", "depth", "in_frame"])
        self.assertEqual((base["name"], tip["name"]), ("base", "tip"))
        self.assertEqual(tip["world"], [1.0, 0.0, 2.0])
        self.assertEqual(tip["depth"], 8.0)
        self.near(tip["pixel"], (100 + 100 * 1 / 8, 50), 1e-4)
        self.near(base["pixel"], (100 + 100 * 1 / 12, 50 - 100 * 1 / 12), 1e-4)
        self.assertTrue(tip["in_frame"])

    def test_out_of_the_picture(self):
        cube = self.scene.objects.cube()
        cube.set_keypoints({"a": (0, 0, 0), "b": (50, 0, 0), "c": (0, 0, 11), "d": (0, 0, 9.95)})
        a, b, c, d = self.meta(cube)["keypoints"]
        self.assertEqual([k["in_frame"] for k in (a, b, c, d)], [True, False, False, False])
        self.assertGreater(b["pixel"][0], bpy.context.scene.render.resolution_x)
        self.assertIsNone(c["pixel"])
        self.assertEqual(c["depth"], -1.0)
        self.assertIsNotNone(d["pixel"], "between the camera and its near plane")

    def test_orthographic(self):
        data = self.scene.camera.obj.data
        data.type, data.ortho_scale, data.shift_x = "ORTHO", 4.0, 0.25
        render = bpy.context.scene.render
        render.resolution_x, render.resolution_y = 200, 100
        cube = self.scene.objects.cube().set_keypoints({"a": (1, 0.5, 0), "b": (0, 0, 20)})
        a, b = self.meta(cube)["keypoints"]
        self.near(a["pixel"], (100 - 50 + 50, 50 - 25))
        self.assertEqual((a["depth"], a["in_frame"]), (10.0, True))
        self.assertEqual((b["pixel"], b["in_frame"]), (None, False))

    def test_panorama(self):
        self.scene.camera.obj.data.type = "PANO"
        cube = self.scene.objects.cube().set_keypoints({"a": (3, 4, 10)})
        meta = self.meta(cube)
        (a,) = meta["keypoints"]
        self.assertEqual((a["pixel"], a["in_frame"], a["depth"]), (None, None, 5.0))
        self.assertEqual(meta["box3d"]["pixels"], [None] * 8)

    def test_set_replaces_and_copies_carry(self):
        cube = self.scene.objects.cube().set_keypoints({"a": (1, 2, 3)})
        self.assertIs(cube.set_keypoints({"b": (0, 0, 1)}), cube)
        other = cube.copy().set_location((0, 0, 5))
        cube.set_keypoints({})
        self.assertNotIn("keypoints", self.meta(cube))
        (b,) = self.meta(other)["keypoints"]
        self.assertEqual((b["name"], b["world"]), ("b", [0.0, 0.0, 6.0]))

    def test_errors(self):
        cube = self.scene.objects.cube()
        for wrong in ([(1, 2, 3)], {"a": (1, 2)}, {1: (1, 2, 3)}, {"a": 5}, None):
            self.assertRaises(TypeError, cube.set_keypoints, wrong)
        for wrong in ({"": (1, 2, 3)}, {"a": (1, 2, math.inf)}):
            self.assertRaises(ValueError, cube.set_keypoints, wrong)


class ProjectionTest(SpatialCase):
    def test_sheared_pose(self):
        """The pose's inverse is exact also where its axes are not square to each other."""
        pose = Matrix(((1, 0.5, 0, 1), (0, 1, 0.2, 2), (0, 0, 1, 3), (0, 0, 0, 1)))
        k = [[100, 0, 50], [0, 100, 50], [0, 0, 1]]
        view = Projection("PERSP", [list(row) for row in pose], k, (100, 100), (0.1, 100))
        point = pose @ Vector((0.5, -0.25, -2))
        self.near(view.pixel(point), (50 + 25, 50 + 12.5), 1e-4)
        self.assertAlmostEqual(view.depth(point), 2, delta=1e-5)


class RecordTest(SampleCase):
    def test_in_the_record(self):
        script = scene(
            GREY,
            """
            self.objects.cube().set_location((0.5, 0, 0)).set_keypoints({"top": (0, 0, 1)})
            self.lights.point().set_keypoints({"bulb": (0, 0, 0)})
            """,
        )
        record, _ = self.render(script)
        camera, cube = record["objects"]
        self.assertNotIn("keypoints", camera)
        self.assertIsNone(camera["box3d"])
        self.assertEqual([k["name"] for k in cube["keypoints"]], ["top"])
        self.assertEqual(cube["box3d"]["size"], [2.0, 2.0, 2.0])
        self.assertEqual(len(cube["box3d"]["pixels"]), 8)
        (light,) = record["lights"]
        self.assertEqual(light["keypoints"][0]["world"], [0.0, 0.0, 0.0])
        self.assertNotIn("box3d", light)
