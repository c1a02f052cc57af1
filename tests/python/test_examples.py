# SPDX-License-Identifier: MIT
"""The example scenes, and the first script of the documents that scenes are written from."""

import glob
import math
import os

from support import SampleCase, passes

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(os.path.dirname(os.path.dirname(HERE)), "examples")

FIRST_SCRIPT = """
import rv

class BasicScene(rv.Scene):
    def generate(self, seed):
        self.world.set_params(sun_intensity=0.03)
        cube = (
            self.objects.cube()
            .set_location((1, 0, 0.5))
            .set_scale(0.5)
            .set_tags("cube")
        )
        sphere = (
            self.objects.sphere()
            .set_location((-1, 0, 1))
            .set_shading("smooth")
            .set_tags("sphere")
        )
        plane = self.objects.plane(size=1000)
        empty = self.objects.empty().set_location((0, 0, 1))
        cam = (
            self.camera
            .set_location((7, 7, 3))
            .point_at(empty)
        )
"""


class ExampleTest(SampleCase):
    def render_example(self, name, **settings):
        path = os.path.join(EXAMPLES, name, "scene.py")
        self.root = os.path.dirname(path)
        return self.render(path, **settings)

    def test_all_have_a_readme(self):
        scripts = glob.glob(os.path.join(EXAMPLES, "*", "scene.py"))
        self.assertGreaterEqual(len(scripts), 3)
        for path in scripts:
            self.assertTrue(os.path.isfile(os.path.join(os.path.dirname(path), "README.md")), path)

    def test_first_script(self):
        record, out = self.render(FIRST_SCRIPT)
        self.assertEqual(
            [o["name"] for o in record["objects"]], ["Camera", "Cube", "Sphere", "Plane", "Empty"]
        )
        self.assertEqual([o["tags"] for o in record["objects"]], [[], ["cube"], ["sphere"], [], []])
        seen = {v for row in passes(out).plane("ViewLayer.IndexOB.X") for v in row}
        self.assertLessEqual({2, 3, 4}, seen)

    def test_primitives(self):
        record, _ = self.render_example("1_primitives")
        self.assertEqual(len(record["objects"]), 5)

    def test_properties(self):
        record, _ = self.render_example("2_properties", record={"params": {"spheres": 7}})
        spheres = [o for o in record["objects"] if o["type"] == "MESH" and o["properties"]]
        self.assertEqual(len(spheres), 7)
        self.assertEqual(
            {s["properties"]["category"] for s in spheres} - {"ripe", "green", "dry"}, set()
        )

    def test_shapes(self):
        kinds = set()
        for seed in range(4):
            record, out = self.render_example("shapes", seed=seed)
            things = [o for o in record["objects"] if o["tags"]]
            self.assertGreaterEqual(len(things), 6)
            kinds.update(o["tags"][0] for o in things)
            for i, a in enumerate(things):
                for b in things[:i]:
                    apart = math.dist(a["location"][:2], b["location"][:2])
                    self.assertGreater(apart, (a["dimensions"][0] + b["dimensions"][0]) / 2 * 0.9)
            exr = passes(out)
            index = exr.plane(record["channels"]["index"])
            mask = exr.plane(record["channels"]["mask_stripe"])
            tagged = {o["index"] for o in things}
            on = {index[y][x] for y in range(32) for x in range(32) if mask[y][x] > 0.5}
            self.assertTrue(on and on <= tagged, (on, tagged))
        self.assertGreaterEqual(len(kinds), 5)
