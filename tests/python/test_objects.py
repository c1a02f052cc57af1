# SPDX-License-Identifier: MIT
"""rv.Object and its factories and loaders: every method, what it returns, what it refuses."""

import math

import bpy
import rv
from mathutils import Euler, Quaternion, Vector
from rv.engine import compat
from rv.engine.inputs import find_input
from rv.plain.meta import plain
from support import SceneCase


def axis(obj, index):
    """A column of the world matrix, as a direction."""
    bpy.context.view_layer.update()
    return obj.obj.matrix_world.col[index].to_3d().normalized()


class FactoryTest(SceneCase):
    def test_primitives(self):
        o = self.scene.objects
        self.assertEqual(o.cube(size=3).get_dimensions(), (3, 3, 3))
        self.assertEqual(o.plane(size=4).get_dimensions(), (4, 4, 0))
        for size in o.sphere(radius=2).get_dimensions():
            self.assertAlmostEqual(size, 4, delta=1e-5)
        self.assertEqual(len(o.sphere(segments=8, ring_count=4).obj.data.polygons), 32)
        self.assertEqual(o.empty().obj.type, "EMPTY")
        for made, name in (
            (o.cube(), "Cube"),
            (o.plane(), "Plane"),
            (o.sphere(), "Sphere"),
            (o.empty(), "Empty"),
        ):
            self.assertTrue(made.obj.name.startswith(name))
            self.assertIsInstance(made, rv.Object)
            self.assertEqual(made.obj.rotation_mode, "QUATERNION")
        self.assertEqual(o.cube("Box").obj.name, "Box")
        self.assertEqual(o.cube("Box").obj.name, "Box.001")

    def test_normals_point_out(self):
        for made in (self.scene.objects.cube(), self.scene.objects.sphere()):
            for face in made.obj.data.polygons:
                self.assertGreater(face.normal.dot(face.center), 0)
        self.assertGreater(self.scene.objects.plane().obj.data.polygons[0].normal.z, 0.99)

    def test_uv(self):
        for made in (
            self.scene.objects.cube(),
            self.scene.objects.plane(),
            self.scene.objects.sphere(),
        ):
            uvs = [tuple(loop.uv) for loop in made.obj.data.uv_layers[0].data]
            self.assertGreater(len(set(uvs)), 3)


class PlaceTest(SceneCase):
    def setUp(self):
        super().setUp()
        self.cube = self.scene.objects.cube()

    def test_location(self):
        cube = self.cube
        self.assertIs(cube.set_location((1, 2, 3)), cube)
        self.assertEqual(cube.get_location(), (1, 2, 3))
        self.assertIs(cube.set_location(Vector((4, 5, 6))), cube)
        self.assertIs(cube.move(1, dz=-1), cube)
        self.assertEqual(cube.get_location(), (5, 5, 5))
        for bad in ((1, 2), (1, 2, 3, 4), 5, None, "ab"):
            self.assertRaises(TypeError, cube.set_location, bad)

    def test_rotation(self):
        cube = self.cube
        self.assertIs(cube.set_rotation(Euler((0, 0, math.pi / 2))), cube)
        self.assertAlmostEqual((axis(cube, 0) - Vector((0, 1, 0))).length, 0, delta=1e-6)
        cube.set_rotation(Quaternion((1, 0, 0, 0)))
        self.assertAlmostEqual((axis(cube, 0) - Vector((1, 0, 0))).length, 0, delta=1e-6)
        cube.set_rotation((0, 0, 90))
        self.assertAlmostEqual((axis(cube, 0) - Vector((0, 1, 0))).length, 0, delta=1e-6)
        cube.set_rotation([[0, 0, 1], [1, 0, 0], [0, 1, 0]])
        self.assertAlmostEqual((axis(cube, 0) - Vector((0, 1, 0))).length, 0, delta=1e-6)
        for bad in ((0, 1), 3, None, "abc", ((1, 0, 0), (0, 1, 0), 3)):
            self.assertRaises(TypeError, cube.set_rotation, bad)
        mirrored, flat = [[1, 0, 0], [0, 1, 0], [0, 0, -1]], [[1, 0, 0]] * 3
        for bad in (mirrored, flat, (0, 0, math.nan), Quaternion((0, 0, 0, 0))):
            self.assertRaises(ValueError, cube.set_rotation, bad)

    def test_scale(self):
        cube = self.cube
        self.assertIs(cube.set_scale(2), cube)
        self.assertEqual(tuple(cube.obj.scale), (2, 2, 2))
        cube.set_scale([1, 2, 3])
        self.assertEqual(cube.get_dimensions(), (2, 4, 6))
        cube.set_scale(Vector((1, 1, 1)))
        for bad in (True, "x", None, (1, 2), {1, 2, 3}):
            self.assertRaises(TypeError, cube.set_scale, bad)

    def test_rotate_around_axis(self):
        cube = self.cube
        self.assertIs(cube.rotate_around_axis((0, 0, 1), 90), cube)
        cube.rotate_around_axis(Vector((1, 0, 0)), 90)
        self.assertAlmostEqual((axis(cube, 0) - Vector((0, 0, 1))).length, 0, delta=1e-6)

    def test_point_at(self):
        s = self.scene
        target = s.objects.empty().set_location((3, -2, 1))
        camera = s.camera.set_location((-4, 5, 6))
        self.assertIs(camera.point_at(target), camera)
        aim = (Vector((3, -2, 1)) - Vector((-4, 5, 6))).normalized()
        self.assertAlmostEqual((axis(camera, 2) + aim).length, 0, delta=1e-5)
        self.assertAlmostEqual(axis(camera, 0).z, 0, delta=1e-6)
        self.assertGreater(axis(camera, 1).z, 0)
        level = axis(camera, 0)
        camera.point_at(target, angle=30)
        self.assertAlmostEqual(math.degrees(level.angle(axis(camera, 0))), 30, delta=1e-3)
        self.assertAlmostEqual((axis(camera, 2) + aim).length, 0, delta=1e-5)
        camera.point_at((3, -2, 1))
        self.assertAlmostEqual((axis(camera, 2) + aim).length, 0, delta=1e-5)
        before = camera.set_location((3, -2, 1)).obj.rotation_quaternion.copy()
        with self.assertWarnsRegex(UserWarning, "Camera.*where it is itself"):
            camera.point_at(target)
        self.assertEqual(camera.obj.rotation_quaternion, before)
        self.assertRaises(TypeError, camera.point_at, "Empty")

    def test_point_at_with_parents(self):
        s = self.scene
        parent = s.objects.empty().set_location((1, 1, 1)).set_rotation(Euler((0.3, 0.5, 0.7)))
        target = s.objects.empty().set_location((0, 0, 2))
        target.obj.parent = s.camera.obj.parent = parent.obj
        s.camera.set_location((2, 2, 2)).point_at(target)
        bpy.context.view_layer.update()
        aim = target.obj.matrix_world.translation - s.camera.obj.matrix_world.translation
        self.assertAlmostEqual((axis(s.camera, 2) + aim.normalized()).length, 0, delta=1e-5)

    def test_measures(self):
        cube = self.cube.set_location((1, 0, 0)).set_rotation(Euler((0, 0, math.pi / 4)))
        box = cube.get_bounds()
        self.assertAlmostEqual(box["max"][0], 1 + math.sqrt(2), delta=1e-5)
        self.assertAlmostEqual(box["size"][2], 2, delta=1e-6)
        self.assertEqual(box["center"][2], 0)
        self.assertEqual(cube.get_bounds("local")["max"], (1, 1, 1))
        cube.set_scale(3)
        self.assertEqual(cube.get_dimensions(), (6, 6, 6))
        self.assertEqual(cube.get_dimensions("local"), (2, 2, 2))
        empty = self.scene.objects.empty()
        self.assertEqual(empty.get_bounds()["size"], (0, 0, 0))
        for call in (cube.get_bounds, cube.get_dimensions):
            self.assertRaises(ValueError, call, "screen")

    def test_the_box_of_what_is_turned_is_that_of_its_vertices(self):
        ball = self.scene.objects.sphere(radius=2, segments=32, ring_count=16)
        ball.set_location((5000, -3, 0.25)).set_rotation(Euler((0.3, 0.5, 0.7))).set_scale(
            (1, 2, 0.5)
        )
        mesh = ball.obj.data
        before = [tuple(vertex.co) for vertex in mesh.vertices]
        blocks = len(bpy.data.meshes)

        def check(shift):
            turn, place = ball.obj.matrix_world.to_3x3(), ball.obj.matrix_world.translation
            rows = [tuple(row) for row in turn]
            box = ball.get_bounds()
            for axis_number, row in enumerate(rows):
                along = [sum(a * b for a, b in zip(row, co)) for co in before]
                along = [value + row[0] * step for value in along for step in shift]
                for name, expected in (("min", min(along)), ("max", max(along))):
                    found = box[name][axis_number] - place[axis_number]
                    self.assertAlmostEqual(found, expected, delta=1e-5)

        bpy.context.view_layer.update()
        check((0,))
        modifier = ball.obj.modifiers.new("Array", "ARRAY")
        modifier.count, modifier.relative_offset_displace = 2, (1, 0, 0)
        bpy.context.view_layer.update()
        check((0, 4))
        self.assertEqual([tuple(vertex.co) for vertex in mesh.vertices], before)
        self.assertEqual(len(bpy.data.meshes), blocks)

    def test_measures_see_modifiers(self):
        modifier = self.cube.obj.modifiers.new("Array", "ARRAY")
        modifier.count = 3
        self.assertAlmostEqual(self.cube.get_bounds()["size"][0], 6, delta=1e-5)


class LookTest(SceneCase):
    def setUp(self):
        super().setUp()
        self.cube = self.scene.objects.cube()

    def test_shading(self):
        cube = self.cube
        smooth = lambda: {face.use_smooth for face in cube.obj.data.polygons}  # noqa: E731
        self.assertEqual(smooth(), {False})
        self.assertIs(cube.set_shading("smooth"), cube)
        self.assertEqual(smooth(), {True})
        cube.set_shading("auto")
        self.assertEqual(smooth(), {True})
        mesh = cube.obj.data
        sharp = getattr(mesh, "use_auto_smooth", None)
        if sharp is None:
            sharp = all(edge.use_edge_sharp for edge in mesh.edges)
        self.assertTrue(sharp)
        cube.set_shading("flat")
        self.assertEqual(smooth(), {False})
        self.assertRaises(ValueError, cube.set_shading, "round")
        self.scene.objects.empty().set_shading("smooth")

    def test_hide(self):
        cube = self.cube
        self.assertIs(cube.hide(), cube)
        self.assertTrue(cube.obj.hide_render)
        self.assertFalse(cube.obj.visible_camera or cube.obj.visible_shadow)
        self.assertEqual(cube.obj.display_type, "WIRE")
        other = self.scene.objects.cube().hide("none")
        self.assertTrue(other.obj.hide_viewport)
        third = self.scene.objects.cube()
        self.assertRaises(ValueError, third.hide, "x")
        self.assertFalse(third.obj.hide_render, "a call that is refused changes nothing")

    def test_debug(self):
        self.assertIs(self.cube.show_debug_axes(), self.cube)
        self.assertIs(self.cube.show_debug_name(True), self.cube)
        self.assertTrue(self.cube.obj.show_axis and self.cube.obj.show_name)
        self.assertRaises(TypeError, self.cube.show_debug_name)

    def test_tags_properties_meta(self):
        cube = self.cube
        self.assertIs(cube.set_tags("a", ["b"]), cube)
        self.assertIs(cube.add_tags("c"), cube)
        self.assertEqual(cube.tags, {"a", "b", "c"})
        self.assertIs(cube.set_property("wear", 0.5), cube)
        cube.set_property("tint", (1, 0.5, 0))
        self.assertEqual(cube.obj["wear"], 0.5)
        self.assertEqual(tuple(cube.obj["tint"]), (1, 0.5, 0))
        self.assertEqual(cube.properties, {"wear": 0.5, "tint": (1, 0.5, 0)})
        self.assertIs(cube.set_custom_meta(a=1), cube)
        self.assertEqual(cube.custom_meta, {"a": 1})

    def test_materials(self):
        cube, basic = self.cube, self.scene.materials.basic
        red, blue = basic("Red"), basic("Blue")
        self.assertIs(cube.set_material(red), cube)
        self.assertIs(cube.set_material(blue, slot=2), cube)
        names = [m and m.name for m in cube.obj.data.materials]
        self.assertEqual(names, ["Red", None, "Blue"])
        self.assertIs(cube.add_material(red), cube)
        self.assertEqual(len(cube.obj.data.materials), 4)
        self.assertIs(cube.clear_materials(), cube)
        self.assertEqual(len(cube.obj.data.materials), 0)
        self.assertRaises(ValueError, cube.set_material, red, -1)
        empty = self.scene.objects.empty()
        for call in (
            lambda: empty.set_material(red),
            lambda: empty.add_material(red),
            empty.clear_materials,
        ):
            self.assertRaises(TypeError, call)


class CopyTest(SceneCase):
    def setUp(self):
        super().setUp()
        self.cube = (
            self.scene.objects.cube().set_tags("a").set_property("k", 1).set_custom_meta(m=2)
        )

    def test_copy(self):
        copy = self.cube.copy("Second")
        self.assertEqual((copy.obj.name, copy.index, copy.obj.pass_index), ("Second", 3, 3))
        self.assertIs(copy.obj.data, self.cube.obj.data)
        self.assertEqual(
            (copy.tags, copy.properties, copy.custom_meta), ({"a"}, {"k": 1}, {"m": 2})
        )
        self.assertEqual(copy.obj["k"], 1)
        copy.add_tags("b").set_custom_meta(m=3)
        self.assertEqual((self.cube.tags, self.cube.custom_meta), ({"a"}, {"m": 2}))
        own = self.cube.copy(linked_data=False)
        self.assertIsNot(own.obj.data, self.cube.obj.data)

    def test_unregistered_is_background(self):
        copy = self.cube.copy(register_object=False)
        self.assertEqual((copy.index, copy.obj.pass_index), (None, 0))
        self.assertNotIn(copy, self.scene.generated_objects)

    def test_copies_are_of_the_same_kind(self):
        self.assertIs(type(self.scene.camera.copy()), rv.Camera)
        sun = self.scene.lights.sun().copy("Second")
        self.assertIs(type(sun), rv.SunLight)
        self.assertEqual((sun.index, sun.set_angle(3).obj.name), (2, "Second"))
        self.assertEqual([light.index for light in self.scene.generated_lights], [1, 2])

    def test_loader(self):
        loader = self.cube.as_loader()
        self.assertIsInstance(loader, rv.ObjectLoader)
        made = [loader.create_instance() for _ in range(3)]
        self.assertEqual([m.index for m in made], [3, 4, 5])
        self.assertEqual({m.obj.data.name for m in made}, {"Cube"})
        self.assertEqual(made[0].tags, {"a"})
        sphere = self.scene.objects.sphere()
        self.assertIs(loader.set_source(sphere), loader)
        self.assertIs(loader.create_instance().obj.data, sphere.obj.data)
        self.assertRaises(TypeError, loader.set_source, "x")
        self.assertRaises(ValueError, loader.set_source, rv.Scene().objects.cube())

    def test_camera(self):
        camera = self.scene.camera
        self.assertIs(camera.set_fov(90), camera)
        self.assertAlmostEqual(camera.obj.data.angle, math.pi / 2, delta=1e-6)
        self.assertEqual(camera.obj.data.lens_unit, "FOV")
        for bad in (0, 180, -5):
            self.assertRaises(ValueError, camera.set_fov, bad)


class ModifierTest(SceneCase):
    def setUp(self):
        super().setUp()
        self.cube = self.scene.objects.cube()
        self.add("Mover", [("Shift X", "NodeSocketFloat"), ("Count", "NodeSocketInt")])

    def add(self, name, sockets):
        """A geometry nodes modifier that moves the mesh along X by its first input."""
        group = bpy.data.node_groups.new(name, "GeometryNodeTree")
        if hasattr(group, "interface"):
            group.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
            group.interface.new_socket(
                "Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry"
            )
            for label, kind in sockets:
                group.interface.new_socket(label, in_out="INPUT", socket_type=kind)
        else:
            group.inputs.new("NodeSocketGeometry", "Geometry")
            group.outputs.new("NodeSocketGeometry", "Geometry")
            for label, kind in sockets:
                group.inputs.new(kind, label)
        start, end = (group.nodes.new(f"NodeGroup{side}") for side in ("Input", "Output"))
        move, vector = group.nodes.new("GeometryNodeSetPosition"), group.nodes.new(
            "ShaderNodeCombineXYZ"
        )
        group.links.new(start.outputs[0], move.inputs["Geometry"])
        group.links.new(start.outputs[1], vector.inputs["X"])
        group.links.new(vector.outputs[0], move.inputs["Offset"])
        group.links.new(move.outputs[0], end.inputs[0])
        modifier = self.cube.obj.modifiers.new(name, "NODES")
        modifier.node_group = group
        return modifier

    def test_moves(self):
        self.cube.get_bounds()
        self.assertIs(self.cube.set_modifier_input("shift_x", 5.0), self.cube)
        self.assertAlmostEqual(self.cube.get_bounds()["center"][0], 5, delta=1e-5)
        self.cube.set_modifier_input("SHIFT X", 7.0, modifier_name="Mover")
        self.cube.set_modifier_input("shift_x", 6)  # an integer is a number too
        self.assertAlmostEqual(self.cube.get_bounds()["center"][0], 6, delta=1e-5)
        self.assertEqual(
            self.cube.modifier_parameters,
            [
                {"modifier_name": "Mover", "parameter_name": "shift_x", "value": 6.0},
                {"modifier_name": "Mover", "parameter_name": "SHIFT X", "value": 7.0},
            ],
        )

    def test_every_type(self):
        """Values of other Python types than the socket's arrive, or are refused."""
        cases = {
            "Float": ((3, 2.5, True), ("1", None, (1, 2))),
            "Int": ((3, 4.0, True), (None, "1")),
            "Bool": ((True, False, 1, 0), (2, "yes")),
            "Vector": (((1, 2, 3), [1.5, 2, 3]), ((1, 2), 1)),
            "Color": (((1, 0, 0), (0.5, 0.25, 1, 0.5)), ((1, 2), "red")),
            "String": (("text", ""), (1,)),
        }
        self.add(
            "All", [("First", "NodeSocketFloat")] + [(kind, f"NodeSocket{kind}") for kind in cases]
        )
        for kind, (good, bad) in cases.items():
            for value in good:
                with self.subTest(kind=kind, value=value):
                    self.cube.set_modifier_input(kind, value, "All")
                    modifier = self.cube.obj.modifiers["All"]
                    identifier = find_input(self.cube.obj, kind, "All")[1].identifier
                    found = compat.get_modifier_input(modifier, identifier)
                    if kind in ("Vector", "Color"):
                        found = tuple(found)
                        value = tuple(value) + (1.0,) * (len(found) - len(value))
                    self.assertEqual(found, value)
            for value in bad:
                with self.subTest(kind=kind, value=value), self.assertRaises(TypeError):
                    self.cube.set_modifier_input(kind, value, "All")

    def test_settings_of_other_modifiers(self):
        cube = self.scene.objects.cube()
        new = cube.obj.modifiers.new
        array, bevel, solid = new("Row", "ARRAY"), new("Edges", "BEVEL"), new("Skin", "SOLIDIFY")
        target = self.scene.objects.empty("Aim")
        rows = (
            ("count", 3, array, "count", 3, 3),
            ("Constant Offset Displace", (5, 0, 0.5), array, None, None, [5, 0, 0.5]),
            ("use_relative_offset", 0, array, "use_relative_offset", False, False),
            ("Fit Type", "Fixed Count", array, "fit_type", "FIXED_COUNT", "FIXED_COUNT"),
            ("offset_object", target, array, "offset_object", target.obj, "Aim"),
            ("offset_object", None, array, "offset_object", None, None),
            ("WIDTH", 0.25, bevel, "width", 0.25, 0.25),
            ("segments", 4.0, bevel, "segments", 4, 4),
            ("limit method", "angle", bevel, "limit_method", "ANGLE", "ANGLE"),
            ("vertex_group", "", bevel, "vertex_group", "", ""),
            ("thickness", 0.5, solid, "thickness", 0.5, 0.5),
        )
        for name, value, modifier, prop, expected, recorded in rows:
            with self.subTest(name):
                wanted = modifier.name if name in ("vertex_group", "segments") else None
                self.assertIs(cube.set_modifier_input(name, value, wanted), cube)
                if prop is not None:
                    self.assertEqual(getattr(modifier, prop), expected)
                entry = {"modifier_name": modifier.name, "parameter_name": name, "value": recorded}
                self.assertIn(entry, cube.modifier_parameters)
        self.assertEqual(cube.modifier_parameters, plain(cube.modifier_parameters, "them"))
        self.assertEqual(list(array.constant_offset_displace), [5, 0, 0.5])
        array.use_constant_offset = True
        self.assertAlmostEqual(cube.get_bounds()["max"][0], 11.0, delta=1e-5)
        for kind, name, value in (
            (ValueError, "count", 0),
            (TypeError, "count", "three"),
            (TypeError, "width", None),
            (ValueError, "width", -1),
            (ValueError, "width", math.nan),
            (ValueError, "limit method", "sharpness"),
            (ValueError, "limit method", 3),
            (TypeError, "constant offset displace", (1, 2)),
            (TypeError, "use_relative_offset", "no"),
            (TypeError, "offset_object", "Aim"),
            (ValueError, "show_render", False),  # of every modifier
            (ValueError, "nothing", 1),
        ):
            with self.subTest(name, value=value), self.assertRaises(kind):
                cube.set_modifier_input(name, value)
        with self.assertRaisesRegex(ValueError, "more than one input 'vertex group'"):
            cube.set_modifier_input("vertex group", "a")

    def test_nodes_come_before_others(self):
        self.cube.obj.modifiers.new("Bevel", "BEVEL")
        self.add("Nodes", [("Width", "NodeSocketFloat")])
        self.cube.set_modifier_input("width", 3.0).set_modifier_input("width", 0.5, "Bevel")
        self.assertEqual(self.cube.obj.modifiers["Bevel"].width, 0.5)
        names = [entry["modifier_name"] for entry in self.cube.modifier_parameters]
        self.assertEqual(names, ["Nodes", "Bevel"])

    def test_integer_for_a_number_at_once(self):
        self.cube.set_modifier_input("shift_x", 6)
        self.assertAlmostEqual(self.cube.get_bounds()["center"][0], 6, delta=1e-5)

    def test_by_identifier(self):
        identifier = compat.modifier_inputs(self.cube.obj.modifiers[0])[0].identifier
        self.cube.set_modifier_input(identifier, 2.0)
        self.assertAlmostEqual(self.cube.get_bounds()["center"][0], 2, delta=1e-5)

    def test_errors(self):
        cube = self.cube
        for name, modifier, text in (
            ("nothing", None, "Shift X"),
            ("shift x", "Other", "Mover"),
        ):
            self.assertRaisesRegex(ValueError, text, cube.set_modifier_input, name, 1.0, modifier)
        cube.obj.modifiers.new("Bevel", "BEVEL")
        self.assertRaisesRegex(ValueError, "Width", cube.set_modifier_input, "girth", 1.0, "Bevel")
        self.add("Second", [("Shift X", "NodeSocketFloat")])
        self.assertRaisesRegex(ValueError, "more than one", cube.set_modifier_input, "shift x", 1.0)
        cube.set_modifier_input("shift x", 1.0, modifier_name="Second")
        cube.set_modifier_input("count", 1)
        plain = self.scene.objects.sphere()
        self.assertRaises(ValueError, plain.set_modifier_input, "x", 1)
