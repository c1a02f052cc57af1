# SPDX-License-Identifier: MIT
"""Programs in the style of visionsim's documentation, with other imports: each runs as it is."""

import importlib.util
import os
import subprocess
import sys

from support import MADE, ClientCase, tree

PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")


class ProgramsTest(ClientCase):
    def setUp(self):
        super().setUp()
        os.symlink(MADE, "assets")

    def run_program(self, name):
        if importlib.util.find_spec("rich") is None and name in ("animation.py", "parallel.py"):
            self.skipTest("rich is not installed")
        command = [sys.executable, os.path.join(PROGRAMS, name)]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300
        )
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertTrue(os.listdir("logs"))
        return done.stdout

    def test_animation(self):
        output = self.run_program("animation.py")
        self.assertIn("Rendering monkey.blend...", output)
        self.assertIn("100%", output)
        self.assertEqual(len(tree("renders/monkey")), 6)

    def test_parallel(self):
        self.assertIn("100%", self.run_program("parallel.py"))
        self.assertEqual(len(tree("renders/monkey")), 6)

    def check_three(self):
        for name in ("monkey", "cube", "metaballs"):
            found = tree(f"renders/{name}")
            # Frames 1 to 5 are played twice as fast: round(0.5), ... round(0.5 * 6) - 1.
            self.assertEqual(
                sorted(found),
                [f"frames/00000{n}.png" for n in (0, 1, 2)] + ["transforms.json"],
            )

    def test_pool(self):
        self.run_program("pool.py")
        self.check_three()

    def test_progress(self):
        output = self.run_program("progress.py")
        self.assertIn("Rendering assets/cube.blend...", output)
        self.check_three()
