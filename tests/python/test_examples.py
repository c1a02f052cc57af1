# SPDX-License-Identifier: MIT
"""Every example is rendered, tiny, and checked for what it claims."""

import glob
import json
import math
import os
import shutil
import subprocess
import sys

import bpy
from mathutils import Matrix, Vector
from support import Png, SampleCase, image, passes

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(os.path.dirname(os.path.dirname(HERE)), "examples")
OLDEST = (3, 4)


def tagged(record, tag):
    """Objects of a record that have a tag and are in the picture."""
    return [o for o in record["objects"] if tag in o["tags"] and o["visible"]]


def corners(entry):
    """World corners of a record's object whose origin is the middle of its box."""
    matrix = Matrix(entry["matrix_world"])
    half = [d / 2 / s for d, s in zip(entry["dimensions"], entry["scale"])]
    signs = (-1, 1)
    return [
        matrix @ Vector((x * half[0], y * half[1], z * half[2]))
        for x in signs
        for y in signs
        for z in signs
    ]


def covered(mask):
    """Number of pixels that are set."""
    return sum(value > 0.5 for row in mask for value in row)


class ExampleCase(SampleCase):
    """A test that renders examples where they are."""

    def render_example(self, path, **settings):
        path = os.path.join(EXAMPLES, path)
        self.root = os.path.dirname(path)
        return self.render(path, **settings)


class ExampleTest(ExampleCase):
    def test_all_have_a_readme(self):
        folders = {os.path.dirname(p) for p in glob.glob(os.path.join(EXAMPLES, "*", "*.py"))}
        self.assertGreaterEqual(len(folders), 10)
        for folder in folders:
            self.assertTrue(os.path.isfile(os.path.join(folder, "README.md")), folder)

    def test_primitives(self):
        record, _ = self.render_example("1_primitives/scene.py")
        self.assertEqual(len(record["objects"]), 5)

    def test_sequence(self):
        for seed in (1, 3):
            record, out = self.render_example("sequence/scene.py", seed=seed, frames="1..24:23")
            last = {o["index"]: o for o in record["frames"][1]["objects"]}
            moved = [
                o["name"]
                for o in tagged(record, "block")
                if math.dist(last.get(o["index"], o)["location"], o["location"]) > 0.15
            ]
            answer = record["metadata"]
            self.assertEqual(answer["moved"], len(moved))
            self.assertEqual(answer["blocks"], len(tagged(record, "block")))
            self.assertIn(f"{answer['blocks']} blocks", record["prompt"])
            self.assertEqual(record["fps"], 12)
            (ball,) = tagged(record, "ball")
            self.assertLess(last[ball["index"]]["location"][2], 1)
            self.assertIn("camera", record["frames"][1])
            exr = passes(out, record["files"]["passes"][1])
            seen = {v for row in exr.plane(record["channels"]["index"]) for v in row}
            self.assertTrue(seen & {o["index"] for o in tagged(record, "block")})

    def test_properties(self):
        params = {"rocks": 5, "moss": 0.8}
        record, out = self.render_example("2_properties/scene.py", record={"params": params})
        rocks = tagged(record, "rock")
        self.assertEqual(len(rocks), 5)
        seeds, shapes = set(), set()
        for rock in rocks:
            self.assertIn(rock["properties"]["category"], rock["tags"])
            names = [p["parameter_name"] for p in rock["modifier_parameters"]]
            self.assertEqual(names, ["seed", "ruggedness"])
            seeds.add(rock["modifier_parameters"][0]["value"])
            shapes.add(tuple(round(d / s, 4) for d, s in zip(rock["dimensions"], rock["scale"])))
        # One mesh, but a shape of its own for each: the inputs reached the modifier.
        self.assertEqual((len(seeds), len(shapes)), (5, 5))
        seen = {v for row in passes(out).plane(record["channels"]["index"]) for v in row}
        self.assertLessEqual(2, len(seen & {rock["index"] for rock in rocks}))

    def test_ellipse_2d(self):
        record, _ = self.render_example("3_scattering/ellipse_2d.py")
        run = record["custom_meta"]["scatter_runs"][0]
        sweets = tagged(record, "sweet")
        self.assertEqual(len(sweets), run["placed"])
        self.assertGreater(len(sweets), 300)
        for sweet in sweets:
            x, y, z = sweet["location"]
            self.assertLessEqual((x / 7.75) ** 2 + (y / 5.75) ** 2, 1 + 1e-6)
            self.assertAlmostEqual(z, 0.2, places=6)
        self.assert_apart(sweets, lambda a, b: 0.28 * (a["scale"][0] + b["scale"][0]) + 0.02)

    def test_hull_3d(self):
        record, _ = self.render_example("3_scattering/hull_3d.py")
        cubes = tagged(record, "cube")
        self.assertEqual(len(cubes), 450)
        for cube in cubes:  # the gem is inside of this ellipsoid
            x, y, z = cube["location"]
            self.assertLess(math.hypot(x, y, (z - 3.7) / 1.25), 3)
        # The balls inside of the cubes keep the gap of the cubes.
        self.assert_apart(cubes, lambda a, b: 0.18 * (a["scale"][0] + b["scale"][0]) + 0.02)

    def test_custom_domain(self):
        record, _ = self.render_example("3_scattering/custom_domain.py")
        balls = tagged(record, "ball")
        self.assertEqual(len(balls), 700)
        for ball in balls:
            x, y, z = ball["location"]
            self.assertGreater(abs(z), x * x + y * y)
            self.assertLessEqual(abs(z), 3 - 0.08 + 1e-6)
            # Inset by 0.08: that far from the wall, measured straight.
            nearest = min(
                math.hypot(r - math.hypot(x, y), r * r - abs(z))
                for r in (i / 1000 for i in range(0, 2000, 5))
            )
            self.assertGreater(nearest, 0.07)
        self.assert_apart(balls, lambda a, b: 0.26)

    def test_parametric_scatter(self):
        record, _ = self.render_example("3_scattering/parametric_scatter.py")
        asteroids = tagged(record, "asteroid")
        self.assertEqual(len(asteroids), 60)
        for rock in asteroids:
            drawn = rock["custom_meta"]["parameters"]
            given = {p["parameter_name"]: p["value"] for p in rock["modifier_parameters"]}
            self.assertEqual(given, {"seed": drawn["seed"], "ruggedness": drawn["ruggedness"]})
            self.assertEqual(rock["properties"]["color_base"], drawn["color_base"])
        self.assertEqual(len({r["custom_meta"]["parameters"]["seed"] for r in asteroids}), 60)

    def assert_apart(self, things, least):
        for i, a in enumerate(things):
            for b in things[:i]:
                apart = math.dist(a["location"], b["location"])
                self.assertGreater(apart, least(a, b) - 1e-5)

    def test_semantic_aov(self):
        areas = []
        for rust in (0.1, 0.9):
            record, out = self.render_example(
                "4_semantic_aov/scene.py", record={"params": {"rust": rust}}
            )
            self.assertEqual(record["semantic_channels"], ["clean_metal", "rust"])
            exr = passes(out)
            masks = [exr.plane(record["channels"][f"mask_{c}"]) for c in ("rust", "clean_metal")]
            index = exr.plane(record["channels"]["index"])
            metal = {o["index"] for tag in ("drum", "pipe") for o in tagged(record, tag)}
            self.assertEqual(len(metal), 10)
            for y in range(32):
                for x in range(32):
                    # Every point of the metal is rusty or clean, in parts; nothing else is.
                    whole = 1.0 if index[y][x] in metal else 0.0
                    self.assertAlmostEqual(masks[0][y][x] + masks[1][y][x], whole, places=5)
            areas.append(covered(masks[0]))
        self.assertGreater(areas[1], 2 * areas[0])
        self.assertGreater(areas[0], 0)

    def test_physics_simple(self):
        record, _ = self.render_example("5_physics/simple.py")
        balls, blocks = tagged(record, "ball"), tagged(record, "block")
        self.assertEqual((len(balls), len(blocks)), (3, 6))
        for ball in balls:
            self.assertAlmostEqual(ball["location"][2], 0.42, delta=0.02)
        for block in blocks:  # on a side, on the floor
            self.assertAlmostEqual(min(c.z for c in corners(block)), 0, delta=0.03)
            self.assertAlmostEqual(block["location"][2], block["dimensions"][2] / 2, delta=0.03)

    def test_physics_scatter(self):
        record, _ = self.render_example("5_physics/scatter.py", record={"params": {"cubes": 40}})
        cubes = tagged(record, "cube")
        self.assertEqual(len(cubes), 40)
        inside = 0
        for cube in cubes:
            low = [min(c[axis] for c in corners(cube)) for axis in range(3)]
            high = [max(c[axis] for c in corners(cube)) for axis in range(3)]
            walls = all(abs(v) < 1.5 + 0.05 for v in (*low[:2], *high[:2]))
            inside += walls and -0.05 < low[2] and high[2] < 2
        self.assertEqual(inside, 40)

    def test_physics_wall_break(self):
        walls = []
        for frame in (1, 62):
            record, _ = self.render_example(
                "5_physics/wall_break.py", record={"params": {"frame": frame}}
            )
            bricks, (ball,) = tagged(record, "brick"), tagged(record, "ball")
            walls.append([b["location"] for b in bricks])
            self.assertEqual(len(bricks), 72)
            self.assertEqual(ball["location"][1] < 0, frame == 62)
        for i, (x, y, z) in enumerate(walls[0]):
            row, column = divmod(i, 8)
            expected = ((column - 3.5 + (row % 2 - 0.5) / 2) * 0.502, 0, (row + 0.5) * 0.2)
            self.assertLess(math.dist((x, y, z), expected), 1e-5)
        moved = sum(math.dist(a, b) > 0.5 for a, b in zip(*walls))
        self.assertGreater(moved, 10)
        self.assertLess(moved, 72)

    def test_export_and_import(self):
        folder = os.path.join(self.scratch, "heap")
        shutil.copytree(os.path.join(EXAMPLES, "6_export"), folder)
        self.root = folder
        target = {
            "path": os.path.join(folder, "exported.blend"),
            "freeze_physics": True,
            "pack_resources": False,
        }
        line, _ = self.request(os.path.join(folder, "export.py"))
        reply = self.ask(line, export=target)
        self.assertTrue(reply["ok"], reply)
        self.assertEqual(reply["record"]["frozen"], 25)
        lying = []
        for seed in (0, 1):
            record, _ = self.render(os.path.join(folder, "import.py"), seed=seed)
            cubes = sorted(tagged(record, "cube"), key=lambda c: c["name"])
            self.assertEqual([c["name"][:7] for c in cubes], [f"Cube {i:02d}" for i in range(24)])
            for cube in cubes:
                size = "large" if cube["dimensions"][0] > 0.5 else "small"
                self.assertEqual(cube["properties"]["category"], size)
                self.assertGreater(min(c.z for c in corners(cube)), -0.03)
            lying.append([c["matrix_world"] for c in cubes])
        self.assertEqual(*lying)  # the same heap
        self.assertLess(max(matrix[2][3] for matrix in lying[0]), 2.5)  # it fell

    def test_modules(self):
        path = os.path.join(EXAMPLES, "7_modules", "scene.py")
        self.root = os.path.dirname(path)
        reply, _ = self.run_sample(path, record={"params": {"houses": 5}})
        self.assertTrue(reply["ok"], reply)
        record = reply["record"]
        for part in ("wall", "roof", "chimney", "door"):
            self.assertEqual(len(tagged(record, part)), 5, part)
        self.assertGreaterEqual(len(tagged(record, "trunk")), 5)
        self.assertEqual(len(tagged(record, "needles")), 3 * len(tagged(record, "trunk")))
        modules = {os.path.basename(p) for p in glob.glob(os.path.join(self.root, "*", "*.py"))}
        self.assertLessEqual(modules, {os.path.basename(path) for path in reply["deps"]})

    def test_shader_graph(self):
        record, out = self.render_example("8_shader_graph/scene.py", samples=4)
        exr, picture = passes(out), image(out)
        index = exr.plane(record["channels"]["index"])
        green = {}
        for name in ("plain", "whitewashed", "glazed"):
            (ball,) = [o for o in tagged(record, name) if "ball" in o["tags"]]
            on = [(x, y) for y in range(32) for x in range(32) if index[y][x] == ball["index"]]
            self.assertGreater(len(on), 8)
            green[name] = sum(picture.rows[y][picture.channels * x + 1] for x, y in on) / len(on)
        self.assertGreater(green["whitewashed"], 1.3 * green["plain"])
        (white,) = [m for m in record["materials"] if m["name"] == "Whitewashed"]
        chain = white["shader"]["base_color"]
        self.assertEqual((chain["operation"], chain["left"]["operation"]), ("ADD", "MULTIPLY"))
        self.assertEqual(chain["left"]["left"]["path"], "bricks.png")
        self.assertEqual(white["shader"]["normal"]["type"], "NormalMap")

    def test_textures_are_those_of_the_script(self):
        folder = os.path.join(EXAMPLES, "8_shader_graph")
        script = os.path.join(folder, "textures.py")
        subprocess.run([sys.executable, "-I", script, self.scratch], check=True)
        for name in ("bricks.png", "bricks_normal.png"):
            made, kept = (Png(os.path.join(d, name)) for d in (self.scratch, folder))
            self.assertEqual(made.rows, kept.rows, name)

    def test_generator(self):
        record, _ = self.render_example("9_generator/scene.py", seed=5)
        texts = record["custom_meta"]["texts"]
        self.assertEqual([o["properties"]["text"] for o in tagged(record, "text")], texts)
        self.assertEqual(len(tagged(record, "board")), 3)
        # The same seed gives the same texts to whoever asks.
        request = {"seed": 5, "root_dir": self.root, "work_dir": self.scratch}
        self.assertEqual(self.ask_generator(request, count=3), texts)
        for text in texts:
            self.assertNotEqual(self.ask_generator({**request, "seed": 6}, count=3), texts)
            board = Png(os.path.join(self.scratch, self.ask_generator(request, text=text)))
            self.assertEqual((board.width, board.height), (480, 72))
            self.assertEqual({row[0] for row in board.rows}, {236})
            ink = sum(value == 38 for row in board.rows for value in row[::3])
            self.assertEqual(ink % 36, 0)  # whole points
            self.assertGreater(ink / 36, 7 * len(text))

    def ask_generator(self, request, **params):
        script = os.path.join(EXAMPLES, "9_generator", "gen.py")
        done = subprocess.run(
            [sys.executable, "-I", script],
            input=json.dumps({**request, "params": params}),
            text=True,
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(done.stdout)["result"]

    def test_shapes(self):
        kinds = set()
        for seed in range(4):
            record, out = self.render_example("shapes/scene.py", seed=seed)
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
            tags = {o["index"] for o in things}
            on = {index[y][x] for y in range(32) for x in range(32) if mask[y][x] > 0.5}
            self.assertTrue(on and on <= tags, (on, tags))
        self.assertGreaterEqual(len(kinds), 5)


class AssetsTest(ExampleCase):
    FILES = {"2_properties/rock.blend": {"Rock"}, "4_semantic_aov/metal.blend": {"Drum", "Pipe"}}

    def test_files_open_in_the_oldest(self):
        for name, expected in self.FILES.items():
            path = os.path.join(EXAMPLES, name)
            with bpy.data.libraries.load(path, link=True) as (source, target):
                self.assertEqual(set(source.objects), expected)
                self.assertEqual(list(source.collections), ["Assets"])
                target.objects = list(source.objects)
            version = target.objects[0].library.version
            self.assertLessEqual(tuple(version)[:2], OLDEST, name)

    def test_this_blender_makes_the_same(self):
        command = [bpy.app.binary_path, "-b", "--factory-startup", "--python-exit-code", "1"]
        command += ["--python", os.path.join(EXAMPLES, "assets.py"), "--", self.scratch]
        subprocess.run(command, check=True, stdout=sys.stderr)
        for folder in ("2_properties", "4_semantic_aov"):
            kept, kept_out = self.render_example(f"{folder}/scene.py")
            self.root = os.path.join(self.scratch, folder)
            scene = shutil.copy(os.path.join(EXAMPLES, folder, "scene.py"), self.root)
            made, made_out = self.render(scene)
            self.assertEqual(len(made["objects"]), len(kept["objects"]))
            for a, b in zip(made["objects"], kept["objects"]):
                for x, y in zip(a["dimensions"], b["dimensions"]):
                    self.assertAlmostEqual(x, y, places=4)
            for channel in ("index", "mask_rust"):
                if channel in kept["channels"]:
                    planes = [
                        passes(out).plane(record["channels"][channel])
                        for out, record in ((made_out, made), (kept_out, kept))
                    ]
                    self.assertEqual(*planes)
