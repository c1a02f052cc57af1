# SPDX-License-Identifier: MIT
"""Every Python block of docs/scenes.md is run: those of a section, one after another, in one scene.

So is the scene of README.md. The shell blocks are run by tests/docs.bats.
"""

import os
import re
import shutil

import model_files
from support import SampleCase, scene

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ASSETS = ("2_properties/rock.blend", "8_shader_graph/bricks.png", "9_generator/gen.py")
ASSETS += ("8_shader_graph/bricks_normal.png", "9_generator/caption.py")
# A sky takes time that says nothing about a page; the one block that asks for it comes later.
HEAD = "self.world = rv.BasicWorld()"


def sections(page):
    """Title and Python blocks of every section that has some."""
    with open(os.path.join(ROOT, page), encoding="utf-8") as file:
        parts = re.split(r"^##? (.*)\n", file.read(), flags=re.MULTILINE)[1:]
    for title, text in zip(parts[::2], parts[1::2]):
        blocks = re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
        if blocks:
            yield title, blocks


def page_files(folder):
    """The files that pages name."""
    for path in ASSETS:
        shutil.copy(os.path.join(ROOT, "examples", path), folder)
    model_files.glb(folder)
    model_files.save(folder, "photos/street.png", model_files.png())
    for name in ("albedo", "normal", "roughness"):
        model_files.save(folder, f"textures/oak/oak_{name}.png", model_files.png())


class ScenesPageTest(SampleCase):
    def setUp(self):
        super().setUp()
        page_files(self.scratch)

    def test_every_section_runs(self):
        titles = []
        for title, blocks in sections("docs/scenes.md"):
            with self.subTest(title):
                whole = blocks[0] if "class " in blocks[0] else scene(HEAD, *blocks)
                record, _ = self.render(whole)
                self.assertGreater(len(record["objects"]), 1)
                titles.append(title)
        self.assertGreater(len(titles), 14)

    def test_sequence(self):
        (blocks,) = [blocks for title, blocks in sections("docs/scenes.md") if title == "Sequences"]
        record, _ = self.render(scene(*blocks))
        self.assertEqual([f["frame"] for f in record["frames"]], list(range(1, 9)))
        for i, frame in enumerate(record["frames"]):
            ball = next(o for o in frame.get("objects", record["objects"]) if o["index"] == 2)
            self.assertAlmostEqual(ball["location"][0], -2 + 4 * i / 7, places=5)
        self.assertEqual((record["prompt"][:5], record["metadata"]), ("Which", {"answer": "right"}))

    def test_the_front_page(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            (script,) = re.findall(r"<<'END'\n(.*?)^END$", file.read(), re.MULTILINE | re.DOTALL)
        record, _ = self.render(script)
        cubes = [o for o in record["objects"] if o["tags"] == ["cube"]]
        self.assertEqual(len(cubes), 12)
        lowest = min(cubes, key=lambda cube: cube["location"][2])
        half = lowest["dimensions"][2] / 2
        self.assertAlmostEqual(lowest["location"][2], half, delta=0.15 * half)  # on the floor
