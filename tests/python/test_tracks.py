# SPDX-License-Identifier: MIT
"""Points of surfaces through the frames: where they are by arithmetic, and which are chosen."""

import ast
import math
import os
import zipfile
from array import array
from collections import Counter

from mathutils import Matrix
from support import SampleCase, image
from test_instances import InstanceCase

NEAR_M = 2e-6
SCRIPT = """
    import rv

    class S(rv.Scene):
        def generate(self, seed):
            self.camera.set_location((0, 0, 10))
            {}
"""


def script(*lines):
    """A script whose `generate` has these lines."""
    return SCRIPT.format("\n            ".join("\n".join(lines).split("\n")))


def arrays(out):
    """Name to (shape, numbers) of a sample's file of points."""
    found = {}
    with zipfile.ZipFile(os.path.join(out, "track_points.npz")) as file:
        for entry in file.infolist():
            assert entry.compress_type == zipfile.ZIP_STORED and entry.date_time[0] == 1980
            data = file.read(entry)
            start = 10 + int.from_bytes(data[8:10], "little")
            head = ast.literal_eval(data[10:start].decode())
            kind = {"<f8": "d", "<f4": "f", "<i4": "i"}[head["descr"]]
            found[entry.filename[:-4]] = (head["shape"], array(kind, data[start:]))
    return found


class Points:
    """Those of a sample."""

    def __init__(self, out):
        self.arrays = arrays(out)
        self.frames, self.count, _ = self.arrays["world"][0]
        self.objects = list(self.arrays["object"][1])

    def row(self, name, i, frame=0):
        """Three numbers of a point."""
        at = 3 * (frame * self.count + i)
        return tuple(self.arrays[name][1][at : at + 3])

    def all(self, name, frame=0):
        """Those of all points."""
        return [self.row(name, i, frame) for i in range(self.count)]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def poses(record, index):
    """The matrices of an object in each frame."""
    first = next(o for o in record["objects"] if o["index"] == index)
    found = []
    for frame in record["frames"]:
        own = [o for o in frame.get("objects", []) if o["index"] == index]
        found.append(Matrix((own or [first])[0]["matrix_world"]))
    return found


class TracksTest(SampleCase):
    """Scripts with a few objects."""

    def near(self, found, wanted):
        self.assertLess(math.dist(found, wanted), NEAR_M, (found, wanted))

    def test_rigid(self):
        """On a cube that turns and grows each point stays where it is on the cube."""
        record, out = self.render(
            script(
                "cube = self.objects.cube(size=2)",
                "cube.keyframe(1, location=(-1, 0, 0), rotation=(0, 0, 0), scale=1.0)",
                "cube.keyframe(4, location=(1, 0, 1), rotation=(30, 50, 90), scale=1.5)",
            ),
            frames="1,2,4",
            tracks=50,
        )
        points = Points(out)
        self.assertEqual((points.frames, points.count), (3, 50))
        self.assertEqual(record["tracks"], [{"index": 2, "points": 50}])
        self.assertEqual(record["files"]["track_points"], "track_points.npz")
        matrices = poses(record, 2)
        for i in range(points.count):
            own = (
                matrices[0].inverted() @ Matrix.Translation(points.row("world", i)).to_translation()
            )
            self.assertAlmostEqual(max(map(abs, own)), 1.0, places=5)  # on a face
            for frame, matrix in enumerate(matrices):
                place, normal = points.row("world", i, frame), points.row("normal", i, frame)
                self.near(place, matrix @ own)
                self.assertGreater(dot(normal, [a - b for a, b in zip(place, matrix.col[3])]), 0.5)
                self.assertAlmostEqual(dot(normal, normal), 1.0, places=5)

    def test_deforming(self):
        """On a plane with a shape key each point stays at its share of three vertices."""
        _, out = self.render(
            script(
                "soft = self.objects.plane(size=2)",
                "soft.obj.shape_key_add(name='Basis')",
                "key = soft.obj.shape_key_add(name='Up')",
                "for i, point in enumerate(key.data):",
                "    point.co.z += 0.5 * i",
                "key.value = 0",
                "key.keyframe_insert('value', frame=1)",
                "key.value = 1",
                "key.keyframe_insert('value', frame=3)",
                "for curve in rv.engine.compat.fcurves(soft.obj.data.shape_keys):",
                "    for k in curve.keyframe_points:",
                "        k.interpolation = 'LINEAR'",
            ).replace("import rv\n", "import rv\n    import rv.engine.compat\n"),
            frames="1..3",
            tracks=40,
        )
        points = Points(out)
        vertices = [(-1, -1), (1, -1), (-1, 1), (1, 1)]
        for i in range(points.count):
            corners = points.arrays["corners"][1][3 * i : 3 * i + 3]
            weights = points.arrays["barycentric"][1][3 * i : 3 * i + 3]
            self.assertAlmostEqual(sum(weights), 1.0, places=6)
            for frame, lifted in enumerate((0.0, 0.5, 1.0)):
                at = [(*vertices[c], 0.5 * c * lifted) for c in corners]
                wanted = [sum(w * p[k] for w, p in zip(weights, at)) for k in range(3)]
                self.near(points.row("world", i, frame), wanted)
                self.assertEqual(points.row("normal", i, frame), (0.0, 0.0, 0.0))  # no outside

    def test_outside(self):
        """Normals point outwards whatever mirrors the object or turns its faces over."""
        _, out = self.render(
            script(
                "self.objects.cube(size=2).obj.scale = (-1, 1, 1)",
                "self.objects.cube(size=2).set_location((4, 0, 0)).obj.data.flip_normals()",
            ),
            tracks=40,
        )
        points = Points(out)
        self.assertEqual(set(points.objects), {2, 3})
        for index, place, normal in zip(points.objects, points.all("world"), points.all("normal")):
            self.assertGreater(dot(normal, (place[0] - (index - 2) * 4, *place[1:])), 0.9)

    def test_by_area(self):
        """Points are chosen by area in the world, of what is visible."""
        _, out = self.render(
            script(
                "self.objects.plane(size=1)",
                "self.objects.plane(size=1).obj.scale = (2, 2, 2)",
                "self.objects.plane(size=9).obj.hide_render = True",
            ),
            tracks=1000,
        )
        counts = Counter(Points(out).objects)
        self.assertEqual(set(counts), {2, 3})
        self.assertAlmostEqual(counts[3], 800, delta=50)

    def test_by_chance(self):
        """The seed chooses them, and nothing else is other for it."""
        text = script("self.objects.cube(size=2, name=str(self.rng().random()))")
        first, one = self.render(text, tracks=9)
        again, two = self.render(text, tracks=9, samples=2)
        other, three = self.render(text, tracks=9, seed=2)
        none, four = self.render(text)
        self.assertEqual(arrays(one), arrays(two))
        self.assertNotEqual(arrays(one), arrays(three))
        self.assertEqual(first["objects"], none["objects"])
        self.assertNotIn("tracks", none)
        self.assertEqual(image(one).rows, image(four).rows)

    def test_another_mesh(self):
        """Where a mesh has other vertices than it had nothing is known, and a warning tells."""
        line, out = self.request(
            script(
                "cube = self.objects.cube(size=2).obj",
                "fold = cube.modifiers.new('A', 'ARRAY')",
                "fold.count = 1",
                "fold.keyframe_insert('count', frame=1)",
                "fold.count = 2",
                "fold.keyframe_insert('count', frame=2)",
            ),
            frames="1..2",
            tracks=5,
        )
        reply = self.ask(line)
        self.assertTrue(reply["ok"], reply)
        points = Points(out)
        self.assertFalse(any(math.isnan(x) for place in points.all("world") for x in place))
        self.assertTrue(all(math.isnan(x) for place in points.all("world", 1) for x in place))
        self.assertIn("the mesh of object 2 is another in frame 2", str(reply["run"]["warnings"]))

    def test_none(self):
        """Nothing to choose from is a warning; a dry run has no points."""
        line, out = self.request(script("pass"), tracks=5)
        reply = self.ask(line)
        self.assertIn("no tracks: nothing that is visible", str(reply["run"]["warnings"]))
        self.assertNotIn("track_points", reply["record"]["files"])
        self.assertFalse(os.path.exists(os.path.join(out, "track_points.npz")))
        record, out = self.render(script("self.objects.cube()"), tracks=5, dry_run=True)
        self.assertNotIn("tracks", record)
        self.assertFalse(os.path.exists(os.path.join(out, "track_points.npz")))


class InstanceTracksTest(InstanceCase):
    """Points of instances."""

    def test_collection(self):
        """Copies have points of their own, at the place of the copy."""
        self.begin()
        source = self.collection(self.cube("Source"))
        for x in (-2, 2):
            self.copy_of(source, f"Copy {x}", (x, 0, 0))
        record, out = self.open(self.save(), tracks=60)
        made = {o["index"]: o for o in record["objects"] if "instance_of" in o}
        self.assertEqual(len(made), 2)
        points = Points(out)
        self.assertEqual(set(points.objects), set(made))
        for index, place in zip(points.objects, points.all("world")):
            centre = [row[3] for row in made[index]["matrix_world"][:3]]
            self.assertLess(max(abs(a - b) for a, b in zip(place, centre)), 1.01)
