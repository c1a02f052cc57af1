# SPDX-License-Identifier: MIT
"""Records as text: shortest floats, one text for the same values, refusals that name the place."""

import struct
import unittest
from enum import Enum

from mathutils import Euler, Matrix, Vector
from rv.plain.errors import SceneError
from rv.plain.meta import dumps, f32, f32_rows, plain


class Shade(Enum):
    DARK = "dark"


class MetaTest(unittest.TestCase):
    def test_shortest_float32(self):
        for text in ("0.1", "0.7071068", "-3.1415927", "1e-07", "16777216.0", "0.33333334"):
            as32 = struct.unpack("<f", struct.pack("<f", float(text)))[0]
            self.assertEqual(repr(f32(as32)), text)
            self.assertEqual(struct.pack("<f", f32(as32)), struct.pack("<f", as32))

    def test_every_float32_survives(self):
        for bits in range(1, 0x7F800000, 0x7F800000 // 4999):
            value = struct.unpack("<f", struct.pack("<I", bits))[0]
            self.assertEqual(struct.pack("<f", f32(value)), struct.pack("<f", value), bits)

    def test_negative_zero(self):
        self.assertEqual(dumps(plain([-0.0, f32(-0.0)], "x")), "[0.0,0.0]")

    def test_order(self):
        self.assertEqual(
            dumps(plain({"b": 1, "a": {"d": 1, "c": 2}}, "x")), '{"a":{"c":2,"d":1},"b":1}'
        )
        self.assertEqual(dumps(plain({"b": 1, "a": 2}, "x", False)), '{"b":1,"a":2}')
        self.assertEqual(plain({"z", "a", "k"}, "x"), ["a", "k", "z"])

    def test_blender_values(self):
        self.assertEqual(plain(Vector((0.1, 2, 3)), "x"), [0.1, 2.0, 3.0])
        self.assertEqual(plain(Euler((0, 0, 1)), "x"), [0.0, 0.0, 1.0])
        self.assertEqual(plain(Matrix.Identity(2), "x"), [[1.0, 0.0], [0.0, 1.0]])
        self.assertEqual(f32_rows(Matrix.Identity(2)), [[1.0, 0.0], [0.0, 1.0]])
        self.assertEqual(plain(Shade.DARK, "x"), "dark")
        self.assertEqual(plain((1, True, None, "é"), "x"), [1, True, None, "é"])

    def test_refusals(self):
        loop = []
        loop.append(loop)
        for value, text in (
            (float("nan"), "nan"),
            ({"a": [1, float("inf")]}, "here.a[1]"),
            (print, "builtin_function_or_method"),
            ({1: 2}, "the key 1"),
            ("\ud800", "not valid text"),
            (loop, "nested deeper"),
            (b"x", "bytes"),
        ):
            with self.assertRaises(SceneError) as caught:
                plain(value, "here")
            self.assertIn(text, str(caught.exception))
            self.assertIn("here", str(caught.exception))
