# SPDX-License-Identifier: MIT
"""What the last bits of a picture depend on: the program's build, the processor's level."""

import os
import unittest

from rv.plain.machine import build_id, cpu_level, level_of

V2 = {"cx16", "popcnt", "sse4_1", "sse4_2", "ssse3"}
V3 = V2 | {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"}


class Machine(unittest.TestCase):
    def test_levels(self):
        self.assertEqual(level_of(set()), "x86-64-v1")
        self.assertEqual(level_of(V2 | {"fma"}), "x86-64-v2")
        self.assertEqual(level_of(V3), "x86-64-v3")
        self.assertEqual(level_of(V3 - V2), "x86-64-v1")
        self.assertTrue(cpu_level())

    def test_builds(self):
        """Programs differ in theirs; what is none has none."""
        found = {build_id(os.path.realpath(path)) for path in ("/proc/self/exe", "/bin/sh")}
        self.assertEqual(len(found), 2)
        for text in found:
            self.assertRegex(text, "^[0-9a-f]{16,}$")
        self.assertEqual(build_id(__file__), "")
        self.assertEqual(build_id("/nonexistent"), "")
