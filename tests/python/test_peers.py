# SPDX-License-Identifier: MIT
"""The ports of other generators' first examples: rendered, tiny, and their labels checked."""

import glob
import json
import math
import os

from mathutils import Matrix, Vector
from support import image, passes
from test_examples import EXAMPLES, ExampleCase, tagged

PEERS = os.path.join(EXAMPLES, "peers")


def seen(out, name="passes.exr"):
    """The indices in an index map, with how many pixels have them."""
    found = {}
    for row in passes(out, name).plane("ViewLayer.IndexOB.X"):
        for value in row:
            found[int(value)] = found.get(int(value), 0) + 1
    return found


class PeersTest(ExampleCase):
    def peer(self, name, seed=1, **settings):
        return self.render_example(f"peers/{name}.py", seed=seed, **settings)

    def test_they_are_short(self):
        files = sorted(glob.glob(os.path.join(PEERS, "*.py")))
        self.assertEqual(len(files), 7)
        for path in files:
            with open(path, encoding="utf-8") as file:
                self.assertLessEqual(len(file.readlines()), 30, path)

    def test_basic(self):
        record, out = self.peer("basic", resolution=[48, 48])
        (chair,) = [o for o in record["objects"] if o["properties"].get("category") == "chair"]
        self.assertEqual([round(v, 3) for v in sorted(chair["dimensions"])], [0.5, 0.5, 0.95])
        self.assertEqual(sorted(chair["materials"]), ["Fabric", "Wood"])
        poses = [f.get("camera", record["camera"])["matrix_world"] for f in record["frames"]]
        with open(os.path.join(PEERS, "poses.json"), encoding="utf-8") as file:
            wanted = json.load(file)
        for pose, given in zip(poses, wanted, strict=True):
            off = max(abs(a - b) for r, s in zip(pose, given) for a, b in zip(r, s))
            self.assertLess(off, 1e-5)
        for frame in (1, 2, 3):
            name = f"passes/00000{frame}.exr"
            self.assertGreater(seen(out, name)[chair["index"]], 100)
        normals = [passes(out, name).plane(f"ViewLayer.Normal.{axis}")[24][24] for axis in "XYZ"]
        self.assertAlmostEqual(math.hypot(*normals), 1, delta=0.05)

    def test_physics_positioning(self):
        record, out = self.peer("physics_positioning", resolution=[48, 48])
        solids = tagged(record, "solid")
        self.assertEqual(len(solids), 5)
        for solid in solids:
            self.assertTrue(0.1 < solid["location"][2] < 0.8, (solid["name"], solid["location"]))
        found = seen(out)
        self.assertGreaterEqual(sum(s["index"] in found for s in solids), 3)
        # The one that the camera points at is in the middle of the picture.
        middle = passes(out).plane("ViewLayer.IndexOB.X")[24][24]
        self.assertIn(middle, {s["index"] for s in solids})

    def test_camera_sampling(self):
        record, out = self.peer("camera_sampling", resolution=[48, 48])
        chairs, shares = tagged(record, "chair"), record["custom_meta"]["seen"]
        self.assertEqual(len(chairs), 5)
        self.assertGreaterEqual(sum(share > 0.5 for share in shares), 2)
        found = seen(out)
        for chair, share in zip(chairs, shares, strict=True):
            if share > 0.5:
                self.assertIn(chair["index"], found)
        nearest = min(v for row in passes(out).plane("ViewLayer.Depth.Z") for v in row)
        self.assertGreater(nearest, 0.5)
        for i, a in enumerate(chairs):
            self.assertAlmostEqual(min(c.z for c in corners_of(a)), 0, delta=1e-4)
            for b in chairs[:i]:
                self.assertGreater(math.dist(a["location"][:2], b["location"][:2]), 0.5)

    def test_coco(self):
        record, out = self.peer("coco", resolution=[48, 48])
        names = [c["name"] for c in record["categories"]]
        self.assertEqual(names, ["ball", "box", "ring"])
        things = [o for o in record["objects"] if "category" in o["properties"]]
        self.assertTrue(3 <= len(things) <= 6)
        found = seen(out)
        self.assertTrue(all(thing["index"] in found for thing in things))
        self.assertIn(record["custom_meta"]["background"][:12], "backgrounds/")
        self.assertNotEqual(image(out).rows[0][:3], bytes(3))

    def test_bop(self):
        record, out = self.peer("bop", blend={"resolution": [64, 48]})
        parts = tagged(record, "part")
        self.assertEqual(len(parts), 5)
        for part in parts:
            self.assertEqual([round(v, 5) for v in part["dimensions"]], [0.06, 0.04, 0.04])
            self.assertTrue(-0.03 < part["location"][2] < 0.08, part["location"])
        self.assertGreaterEqual(sum(p["index"] in seen(out) for p in parts), 2)
        dry, _ = self.peer("bop", dry_run=True)
        for found, wanted in zip(dry["camera"]["K"][:2], ((572.4114, 325.26), (573.57, 242.05))):
            self.assertAlmostEqual(max(found[:2]), wanted[0], delta=1e-3)
            self.assertAlmostEqual(found[2], wanted[1], delta=1e-3)
        self.assertEqual(dry["resolution"], [640, 480])

    def test_hello(self):
        record, out = self.peer("hello", resolution=[48, 48])
        (ball,) = [o for o in record["objects"] if o["properties"].get("category") == "ball"]
        camera = record["camera"]
        self.assertAlmostEqual(camera["K"][0][0], 35 * 48 / 32, delta=1e-4)
        x, y, z = Matrix(camera["matrix_world"]).inverted() @ Vector(ball["location"])
        self.assertLess(math.hypot(x, y), 1e-4)
        # A ball of radius 1: its outline is a circle of tan(asin(1 / distance)).
        radius = camera["K"][0][0] * math.tan(math.asin(1 / -z))
        area = seen(out)[ball["index"]]
        self.assertAlmostEqual(area / (math.pi * radius**2), 1, delta=0.05)

    def test_movi(self):
        record, out = self.peer("movi", frames="1..24:23", resolution=[32, 32])
        things = tagged(record, "thing")
        self.assertTrue(3 <= len(things) <= 6)
        last = {o["index"]: o for o in record["frames"][1]["objects"]}
        for thing in things:
            self.assertLess(last[thing["index"]]["location"][2], thing["location"][2])
            self.assertGreater(last[thing["index"]]["location"][2], 0.2)
        name = "passes/000001.exr"
        flow = passes(out, name)
        index = flow.plane("ViewLayer.IndexOB.X")
        down = [
            flow.plane("ViewLayer.Vector.W")[y][x]
            for y in range(32)
            for x in range(32)
            if index[y][x] in last
        ]
        self.assertTrue(down and any(abs(v) > 0.05 for v in down), "things that fall have flow")


def corners_of(entry):
    """World corners of the box of an object in the record."""
    return [Vector(corner) for corner in entry["box3d"]["corners"]]
