# SPDX-License-Identifier: MIT
"""Instances as objects of the record: an index, a pose and a box each, on all of their pixels."""

import os
from collections import Counter
from unittest import mock

import bpy
from rv.engine import compat
from rv.sample import labels
from support import GREY, FileCase, SampleCase, box, image, passes, scene


def geometry_nodes(obj, name="Scatter"):
    """Puts a cube of 1 m, of a mesh that only the nodes have, on each of an object's vertices."""
    group = bpy.data.node_groups.new(name, "GeometryNodeTree")
    if hasattr(group, "interface"):
        for way in ("INPUT", "OUTPUT"):
            group.interface.new_socket("G", in_out=way, socket_type="NodeSocketGeometry")
    else:
        group.inputs.new("NodeSocketGeometry", "G")
        group.outputs.new("NodeSocketGeometry", "G")
    nodes = group.nodes
    start, end = nodes.new("NodeGroupInput"), nodes.new("NodeGroupOutput")
    places, cube = nodes.new("GeometryNodeInstanceOnPoints"), nodes.new("GeometryNodeMeshCube")
    group.links.new(start.outputs[0], places.inputs["Points"])
    group.links.new(cube.outputs[0], places.inputs["Instance"])
    group.links.new(places.outputs[0], end.inputs[0])
    obj.modifiers.new(name, "NODES").node_group = group


class InstanceCase(FileCase):
    """Seen from above: 4 pixels a metre, (0, 0) in the middle of 32."""

    def points(self, name, corners):
        """An object with vertices alone."""
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata(corners, [], [])
        return self.add(name, mesh)

    def collection(self, *objects):
        """A collection that is in no scene, with these objects."""
        made = bpy.data.collections.new("Source")
        for obj in objects:
            bpy.context.scene.collection.objects.unlink(obj)
            made.objects.link(obj)
        return made

    def copy_of(self, collection, name, location):
        """An instance of a collection."""
        empty = self.add(name, None, location)
        empty.instance_type, empty.instance_collection = "COLLECTION", collection
        return empty

    def labelled(self, path, name=None, **settings):
        """The record, the index map of a file of label passes, and the directory."""
        record, out = self.open(path, **settings)
        exr = passes(out, name or record["files"]["label_passes"])
        return record, exr.plane(record["label_channels"]["index"]), out

    def instances(self, record):
        """Those of a record, by index."""
        return {o["index"]: o for o in record["objects"] if "instance_of" in o}

    def counts(self, rows):
        return Counter(value for row in rows for value in row if value)


class KindTest(InstanceCase):
    """One of each kind: boxes by arithmetic, and the picture as without labels."""

    def check(self, path, source, maker, boxes):
        """Instances of `source` that `maker` makes have these pixel boxes."""
        record, rows, out = self.labelled(path)
        made = self.instances(record)
        self.assertEqual([box(rows, index) for index in sorted(made)], boxes)
        names = {o["index"]: o["name"] for o in record["objects"]}
        for index, entry in made.items():
            self.assertEqual((names[entry["instance_of"]], entry["parent"]), (source, maker))
            self.assertTrue(entry["visible"])
            x0, y0, x1, y1 = box(rows, index)
            pixels = entry["box3d"]["pixels"]
            for axis, low, high in ((0, x0, x1 + 1), (1, y0, y1 + 1)):
                self.assertAlmostEqual(min(p[axis] for p in pixels), low, 3)
                self.assertAlmostEqual(max(p[axis] for p in pixels), high, 3)
            self.assertAlmostEqual(entry["location"][0] * 4 + 16, (x0 + x1 + 1) / 2, 3)
        with mock.patch.object(labels, "wants", return_value=None):
            _, plain = self.open(path)
        self.assertEqual(image(out).rows, image(plain).rows)
        self.assertEqual(passes(out).stable(), passes(plain).stable())
        return record, rows

    def random(self, obj):
        """A material whose colour is another for each object that Cycles has."""
        made = bpy.data.materials.new("Random")
        tree = compat.use_nodes(made)
        info, light = tree.nodes.new("ShaderNodeObjectInfo"), tree.nodes.new("ShaderNodeEmission")
        tree.links.new(info.outputs["Random"], light.inputs["Strength"])
        tree.links.new(light.outputs[0], tree.nodes["Material Output"].inputs[0])
        obj.data.materials.append(made)

    def test_collection(self):
        self.begin()
        cube = self.cube(size=1)
        self.random(cube)
        source = self.collection(cube)
        for name, x in (("B", 2), ("A", -2)):
            self.copy_of(source, name, (x, 0, 0))
        self.cube("Other", (0, 2, 0), 1)
        path = self.save()
        record, rows, _ = self.labelled(path)
        self.assertEqual([o["name"] for o in record["objects"]], ["Cube", "Other", "Cube", "Cube"])
        self.assertEqual([o["parent"] for o in self.instances(record).values()], ["A", "B"])
        self.assertEqual(self.counts(rows), {2: 16, 3: 16, 4: 16})
        self.assertEqual(record["render"]["labels"]["expand_instances"], 1000)
        self.assertEqual([box(rows, i) for i in (3, 4)], [(6, 14, 9, 17), (22, 14, 25, 17)])

    def test_collection_in_a_collection_that_is_turned_and_sheared(self):
        self.begin()
        cube = self.cube(size=1)
        cube.rotation_euler[2] = 0.7853981633974483
        self.random(cube)
        inner = self.copy_of(self.collection(cube), "Inner", (0, 0, 0))
        inner.scale = (2, 1, 1)
        self.copy_of(self.collection(inner), "Outer", (0, 0, 0))
        path = self.save()
        record, rows, out = self.labelled(path)
        merged = passes(out).plane(
            record["label_channels"]["index"]
        )  # of the picture: a shape that no scale and rotation has
        (index,) = self.instances(record)
        self.assertEqual(
            [[v == index for v in row] for row in rows], [[v == 1 for v in row] for row in merged]
        )
        self.assertGreater(self.counts(rows)[index], 20)

    def test_geometry_nodes(self):
        self.begin()
        points = self.points("Points", [(-2, 1, 0), (2, 1, 0), (2, -1, 0)])
        geometry_nodes(points)
        self.check(
            self.save(),
            "Points",
            "Points",
            [(6, 10, 9, 13), (22, 10, 25, 13), (22, 18, 25, 21)],
        )

    def test_geometry_nodes_beside_a_mesh_of_its_own(self):
        self.begin()
        cube = self.cube("Cube", (0, 0, 0), 4)
        geometry_nodes(cube)
        nodes = cube.modifiers[0].node_group
        join = nodes.nodes.new("GeometryNodeJoinGeometry")
        end = next(n for n in nodes.nodes if n.type == "GROUP_OUTPUT")
        start = next(n for n in nodes.nodes if n.type == "GROUP_INPUT")
        nodes.links.new(end.inputs[0].links[0].from_socket, join.inputs[0])
        nodes.links.new(start.outputs[0], join.inputs[0])
        nodes.links.new(join.outputs[0], end.inputs[0])
        record, rows, _ = self.labelled(self.save())
        # Four corners of the upper side are cubes, which stand out by half.
        made = sorted(self.instances(record))
        self.assertEqual(len(made), 8)
        self.assertEqual(sorted(self.counts(rows)), sorted([1, *self.counts(rows)][1:]))
        self.assertEqual(self.counts(rows)[1], 16 * 16 - 4 * 4)
        self.assertEqual(record["objects"][0]["box3d"]["size"], [4.0, 4.0, 4.0])

    def test_particles(self):
        self.begin()
        plane = self.cube("Plane", (0, 0, -1), 2)
        bpy.context.view_layer.objects.active = plane
        plane.modifiers.new("Particles", "PARTICLE_SYSTEM")
        settings = plane.particle_systems[0].settings
        settings.type, settings.count, settings.hair_length = "HAIR", 5, 1
        settings.render_type, settings.particle_size = "OBJECT", 1.0
        ball = self.cube("Seed", (30, 0, 0), 0.5)
        settings.instance_object = ball
        path = self.save()
        record, rows, out = self.labelled(path)
        made = self.instances(record)
        self.assertEqual(len(made), 5)
        self.assertEqual({entry["parent"] for entry in made.values()}, {"Plane"})
        merged = passes(out).plane(record["label_channels"]["index"])
        seed = next(o["index"] for o in record["objects"] if o["name"] == "Seed")
        for row, other in zip(rows, merged):
            self.assertEqual([seed if v in made else v for v in row], list(other))
        with mock.patch.object(labels, "wants", return_value=None):
            _, plain = self.open(path)
        self.assertEqual(image(out).rows, image(plain).rows)

    def test_vertices(self):
        self.begin()
        parent = self.points("Parent", [(-2, 1, 0), (2, 1, 0)])
        parent.instance_type = "VERTS"
        cube = self.cube(size=1)
        self.random(cube)
        cube.parent = parent
        record, rows = self.check(self.save(), "Cube", "Parent", [(6, 10, 9, 13), (22, 10, 25, 13)])

    def test_text_is_no_instance_of_itself(self):
        self.begin()
        for name, x in (("Text", -4), ("Other", 0)):
            text = bpy.data.curves.new(name, "FONT")
            text.body, text.extrude = "M", 0.1
            self.add(name, text, (x, 0, 0)).scale = (4, 4, 4)
        record, out = self.open(self.save())
        self.assertEqual([o["name"] for o in record["objects"]], ["Other", "Text"])
        self.assertNotIn("label_passes", record["files"])
        self.assertEqual(
            sorted(self.counts(passes(out).plane(record["channels"]["index"]))), [1, 2]
        )

    def test_text_in_a_collection(self):
        self.begin()
        text = bpy.data.curves.new("Text", "FONT")
        text.body, text.extrude = "M", 0.1
        source = self.add("Text", text)
        self.copy_of(self.collection(source), "A", (-2, 0, 0)).scale = (4, 4, 4)
        record, rows, _ = self.labelled(self.save())
        self.assertEqual([o["parent"] for o in self.instances(record).values()], ["A"])
        self.assertEqual(list(self.counts(rows)), [2])

    def test_materials_and_modifiers(self):
        self.begin()
        cube = self.cube(size=1)
        array = cube.modifiers.new("Array", "ARRAY")
        array.count = 2
        paint = bpy.data.materials.new("Paint")
        compat.use_nodes(paint)
        cube.data.materials.append(None)
        cube.material_slots[0].link = "OBJECT"
        cube.material_slots[0].material = paint
        self.copy_of(self.collection(cube), "A", (-1, 0, 0))
        bpy.context.view_layer.use_pass_material_index = True
        record, rows, out = self.labelled(self.save())
        (made,) = self.instances(record).values()
        self.assertEqual(made["materials"], ["Paint"])
        self.assertEqual(made["box3d"]["size"], [2.0, 1.0, 1.0])
        self.assertEqual(self.counts(rows), {2: 32})
        exr = passes(out, "label_passes.exr")
        self.assertEqual(
            self.counts(exr.plane(record["label_channels"]["material_index"])), {1: 32}
        )

    def test_what_is_hidden_in_renders_is_away(self):
        self.begin()
        source = self.collection(self.cube(size=1), self.cube("Hidden", (0, 1, 0), 1))
        bpy.data.objects["Hidden"].hide_render = True
        self.copy_of(source, "A", (-2, 0, 0))
        self.copy_of(source, "B", (2, 0, 0)).hide_render = True
        record, rows, _ = self.labelled(self.save())
        self.assertEqual([o["parent"] for o in self.instances(record).values()], ["A"])
        self.assertEqual(self.counts(rows), {3: 16})


class LimitTest(InstanceCase):
    """What stays one object, with a warning."""

    def pair(self):
        source = self.collection(self.cube(size=1))
        for name, x in (("A", -2), ("B", 2)):
            self.copy_of(source, name, (x, 0, 0))
        return self.save()

    def test_more_than_the_limit(self):
        self.begin()
        path = self.pair()
        for limit, expected in ((1, {1: 16, 2: 16}), (0, {1: 32})):
            record, out = self.open(path, blend={"expand_instances": limit})
            exr = passes(out, record["files"].get("label_passes", "passes.exr"))
            name = {**record["channels"], **record.get("label_channels", {})}["index"]
            self.assertEqual(self.counts(exr.plane(name)), expected)
            # No box is around what has the source's index, and it is seen.
            self.assertIsNone(record["objects"][0]["box3d"])
            self.assertTrue(record["objects"][0]["visible"])
            told = self.warnings(path, blend={"expand_instances": limit})
            self.assertEqual(
                told[-1],
                "B: its 1 instances have the index of what they are of: more than "
                f"{limit} in all (--expand-instances)",
            )

    def test_what_is_no_mesh(self):
        self.begin()
        hair = self.add("Hair", bpy.data.hair_curves.new("Hair"))
        self.copy_of(self.collection(self.cube(size=1), hair), "A", (-2, 0, 0))
        path = self.save()
        self.assertIn("A: its 2 instances have the index of what", self.warnings(path)[-1])
        self.assertIn("one is of the type CURVES", self.warnings(path)[-1])
        record, out = self.open(path)
        self.assertEqual(self.instances(record), {})
        self.assertNotIn("label_passes", record["files"])
        self.assertEqual(box(passes(out).plane(record["channels"]["index"]), 1), (6, 14, 9, 17))


class SequenceTest(InstanceCase):
    def moving(self):
        source = self.collection(self.cube(size=1))
        self.copy_of(source, "A", (-2, 0, 0))
        self.keys(self.copy_of(source, "B", (0, 0, 0)), "location", {1: (0, 0, 0), 3: (2, 0, 0)})
        self.keys(self.copy_of(source, "C", (0, 2, 0)), "hide_render", {1: True, 2: False})
        return self.save()

    def test_moves_and_comes(self):
        self.begin()
        path = self.moving()
        record, out = self.open(path, frames="1..3", passes=["Vector"])
        made = self.instances(record)
        self.assertEqual([o["parent"] for o in made.values()], ["A", "B", "C"])
        self.assertEqual([o["visible"] for o in made.values()], [True, True, False])
        for i, name in enumerate(record["files"]["label_passes"]):
            exr = passes(out, name)
            rows = exr.plane(record["label_channels"]["index"])
            left = 14 + 4 * i
            self.assertEqual(box(rows, 2), (6, 14, 9, 17))
            self.assertEqual(box(rows, 3), (left, 14, left + 3, 17))
            self.assertEqual(box(rows, 4), None if i == 0 else (14, 6, 17, 9))
            changed = {o["index"]: o for o in record["frames"][i].get("objects", ())}
            self.assertEqual(sorted(changed), [[], [3, 4], [3, 4]][i])
            if i:
                self.assertEqual(changed[3]["location"], [float(i), 0.0, 0.0])
                self.assertEqual(changed[3]["box3d"]["center"], [float(i), 0.0, 0.0])
                self.assertTrue(changed[4]["visible"])
        # What an instance is made by moves it: 4 pixels a frame.
        exr = passes(out, record["files"]["label_passes"][1])
        vector = [exr.plane(name)[16][20] for name in record["label_channels"]["vector"]]
        for found, expected in zip(vector, (-4, 0, -4, 0)):
            self.assertAlmostEqual(found, expected, 3)

    def test_pictures_are_the_same(self):
        self.begin()
        path = self.moving()
        record, out = self.open(path, frames="1..3")
        with mock.patch.object(labels, "wants", return_value=None):
            _, plain = self.open(path, frames="1..3")
        for name in record["files"]["image"]:
            self.assertEqual(image(out, name).rows, image(plain, name).rows, name)

    def test_views(self):
        self.begin()
        path = self.moving()
        line, out = self.request(path, resolution=None, samples=None)
        moved = [[1, 0, 0, 2], [0, 1, 0, 0], [0, 0, 1, 10], [0, 0, 0, 1]]
        views = [
            {"name": "v", "view": True, "camera": {"matrix_world": moved}},
            {"name": "w", "view": True, "hidden": [3]},
            {"name": "x", "view": True, "visible": [2]},
        ]
        reply = self.ask(line, renders=views)
        self.assertTrue(reply["ok"], reply)
        found = []
        for view in reply["record"]["views"]:
            exr = passes(out, view["files"]["label_passes"])
            found.append(exr.plane(view["label_channels"]["index"]))
        self.assertEqual(box(found[0], 3), (6, 14, 9, 17))
        self.assertEqual(self.counts(found[1]), {2: 16})
        self.assertEqual(self.counts(found[2]), {2: 16})
        boxes = {o["index"]: o["box3d"] for o in reply["record"]["views"][0]["objects"]}
        self.assertAlmostEqual(min(p[0] for p in boxes[3]["pixels"]), 6, 3)


# Seen from above, 4 pixels a metre: a cube with keypoints, in the picture's middle a copy of its
# collection that is turned by 90 degrees, twice as large, and moves; all in centimetres.
MARKED = scene(
    GREY,
    """
    scene = rv.bpy.context.scene
    scene.unit_settings.scale_length = 0.01
    self.camera.set_location((0, 0, 1000)).set_orthographic(800)
    cube = self.objects.cube("Marked", size=100).set_location((300, 0, 0))
    cube.set_keypoints({"tip": (50, 0, 50), "deep": (0, 0, 0)})
    source = rv.bpy.data.collections.new("Source")
    source.objects.link(cube.obj)
    copy = rv.bpy.data.objects.new("Copy", None)
    copy.instance_type, copy.instance_collection = "COLLECTION", source
    copy.matrix_world = rv.mathutils.Matrix(
        ((0, -2, 0, 0), (2, 0, 0, -600), (0, 0, 2, 0), (0, 0, 0, 1))
    )
    scene.collection.objects.link(copy)
    for frame, x in ((1, 0), (2, 200)):
        copy.location.x = x
        copy.keyframe_insert("location", frame=frame)
    """,
)
WORLD = {"deep": [0.0, 0.0, 0.0], "tip": [0.0, 1.0, 1.0]}  # 3 m along y, less 6 m; then the turn
PIXELS = {"deep": [16.0, 16.0], "tip": [16.0, 12.0]}


class KeypointTest(SampleCase):
    """An instance has the keypoints of what it is of, where its pose takes them."""

    def points(self, things, member, index=3):
        (found,) = [thing["keypoints"] for thing in things if thing["index"] == index]
        return {point["name"]: point[member] for point in found}

    def near(self, found, wanted):
        self.assertEqual(list(found), list(wanted))
        for name, place in wanted.items():
            for a, b in zip(found[name], place):
                self.assertAlmostEqual(a, b, 4, (found, wanted))

    def moved(self, places, step):
        return {name: [place[0] + step, *place[1:]] for name, place in places.items()}

    def test_still(self):
        record, _ = self.render(MARKED)
        things = record["objects"]
        self.assertEqual(things[2]["instance_of"], 2)
        self.near(self.points(things, "world"), WORLD)
        self.near(self.points(things, "pixel"), PIXELS)
        self.assertEqual(self.points(things, "depth"), {"deep": 10.0, "tip": 9.0})
        self.near(self.points(things, "world", 2), {"deep": [3, 0, 0], "tip": [3.5, 0, 0.5]})

    def test_sequence(self):
        record, _ = self.render(MARKED, frames="1..2")
        self.assertNotIn("objects", record["frames"][0])
        things = record["frames"][1]["objects"]
        self.near(self.points(things, "world"), self.moved(WORLD, 2))
        self.near(self.points(things, "pixel"), self.moved(PIXELS, 8))

    def test_views(self):
        line, _ = self.request(MARKED)
        aside = [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 10], [0, 0, 0, 1]]
        reply = self.ask(
            line, renders=[{"name": "v", "view": True, "camera": {"matrix_world": aside}}]
        )
        (view,) = reply["record"]["views"]
        self.near(self.points(view["objects"], "world"), WORLD)
        self.near(self.points(view["objects"], "pixel"), self.moved(PIXELS, -4))
        boxes = {thing["index"]: thing["box3d"] for thing in view["objects"]}
        self.near(
            {"low": boxes[3]["corners"][0], "high": boxes[3]["corners"][7]},
            {"low": [1, -1, -1], "high": [-1, 1, 1]},
        )

    def test_not_of_what_nodes_make_of_their_own(self):
        script = scene(
            GREY,
            """
            import sys

            sys.path.insert(0, %r)
            from test_instances import geometry_nodes

            self.camera.set_location((0, 0, 10))
            maker = self.objects.plane("Maker").set_keypoints({"middle": (0, 0, 0)})
            geometry_nodes(maker.obj)
            """
            % os.path.dirname(os.path.abspath(__file__)),
        )
        record, _ = self.render(script)
        found = {o["index"]: "keypoints" in o for o in record["objects"]}
        self.assertEqual(found, {1: False, 2: True, 3: False, 4: False, 5: False, 6: False})
