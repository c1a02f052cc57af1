# SPDX-License-Identifier: MIT
"""Knots of examples/vbvr: which knot a polygon is; known knots are from formulas of others."""

import importlib.util
import os
import unittest

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
FILE = os.path.join(os.path.dirname(os.path.dirname(HERE)), "examples", "vbvr", "knots.py")
# Not into sys.modules: what is there would be a file that later samples have read.
SPEC = importlib.util.spec_from_file_location("knots", FILE)
knots = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(knots)

T = np.linspace(0.0, 2.0 * np.pi, 300, endpoint=False)


def lissajous(waves, phases):
    """A Lissajous knot; which knots they are is in the literature."""
    return np.stack([np.cos(n * T + shift) for n, shift in zip(waves, phases)], axis=1)


def torus(turns, waves):
    ring = 2.0 + np.cos(waves * T)
    return np.stack(
        [ring * np.cos(turns * T), ring * np.sin(turns * T), -np.sin(waves * T)], axis=1
    )


def joined(left, right):
    """The sum of two knots: each is cut open where it is nearest to the other."""
    left = np.roll(left, -1 - left[:, 0].argmax(), axis=0)
    right = np.roll(right, -1 - right[:, 0].argmin(), axis=0)
    return np.concatenate([left, right + (10.0, 0.0, 0.0)])


TREFOIL = np.stack(
    [np.sin(T) + 2 * np.sin(2 * T), np.cos(T) - 2 * np.cos(2 * T), -np.sin(3 * T)], axis=1
)
# Known knots: polygon, determinant, Alexander polynomial, as tables of knots have them.
KNOWN = {
    "0_1": (np.stack([np.cos(T), np.sin(T), np.sin(2 * T)], axis=1), 1, [1]),
    "3_1": (TREFOIL, 3, [1, -1, 1]),
    "5_1": (torus(2, 5), 5, [1, -1, 1, -1, 1]),
    "5_2": (lissajous((3, 2, 7), (0.7, 0.2, 0)), 7, [2, -3, 2]),
    "6_1": (lissajous((3, 2, 5), (1.5, 0.2, 0)), 9, [-2, 5, -2]),
    "7_1": (torus(2, 7), 7, [1, -1, 1, -1, 1, -1, 1]),
    "3_1#3_1": (joined(TREFOIL, TREFOIL * (1, 1, -1)), 9, [1, -2, 3, -2, 1]),
    "8_19": (torus(3, 4), 3, [1, -1, 0, 1, 0, -1, 1]),
    "10_124": (torus(3, 5), 1, [1, -1, 0, 1, -1, 1, 0, -1, 1]),
}


def turned(curve, axis, angle):
    """The curve after a turn about an axis."""
    x, y, z = np.asarray(axis) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return curve @ turn.T


class InvariantTest(unittest.TestCase):
    def test_known_knots(self):
        for name, (curve, determinant, polynomial) in KNOWN.items():
            with self.subTest(name):
                found = knots.alexander(curve)
                self.assertEqual(found, polynomial)
                self.assertEqual(knots.determinant(found), determinant)

    def test_figure_eight(self):
        polygon = knots.knot("figure-eight")
        self.assertEqual(knots.determinant(knots.alexander(polygon)), 5)
        self.assertNotEqual(knots.alexander(polygon), KNOWN["5_1"][2])

    def test_is_the_same_from_all_sides_and_in_a_mirror(self):
        for name in ("3_1", "6_1", "8_19"):
            curve, _, polynomial = KNOWN[name]
            for number in range(5):
                seen = turned(curve, (1, number, 2 - number), 0.7 * number + 0.1)
                self.assertEqual(knots.alexander(seen), polynomial, (name, number))
            self.assertEqual(knots.alexander(curve * (1, 1, -1)), polynomial, name)
            self.assertEqual(knots.alexander(curve[::-1]), polynomial, name)

    def test_a_crossing_that_changes_unties_a_trefoil(self):
        over, under, _ = knots.crossings(TREFOIL)[0]
        self.assertEqual(len(knots.crossings(TREFOIL)), 3)
        # The strand below goes up through the one above, along the line of sight.
        ahead = np.asarray(knots.GENERIC[0]) / np.linalg.norm(knots.GENERIC[0])
        places = np.arange(len(TREFOIL))
        away = np.abs((places - under + 150) % 300 - 150)
        lifted = TREFOIL + 4.0 * np.exp(-((away / 4.0) ** 2))[:, None] * ahead
        self.assertEqual(knots.alexander(lifted), [1])
        self.assertNotEqual(int(over), int(under))

    def test_a_curve_that_meets_itself_is_refused(self):
        curve = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0.5, 0, 0), (0, 1, 0.3)]
        with self.assertRaisesRegex(ValueError, "strands touch"):
            knots.crossings(np.array(curve, dtype=float))


class CurveTest(unittest.TestCase):
    def test_formulas_are_the_knots_that_they_say(self):
        seen = []
        for name, (_, polynomial) in knots.KNOTS.items():
            with self.subTest(name):
                curve = knots.knot(name)
                self.assertEqual(knots.alexander(curve), polynomial)
                steps = np.linalg.norm(np.roll(curve, -1, axis=0) - curve, axis=1)
                self.assertLess(steps.max() / steps.min(), 1.1)
                self.assertAlmostEqual(float(np.linalg.norm(curve, axis=1).max()), 1.0)
                seen.append(polynomial)
        self.assertEqual(len({tuple(p) for p in seen}), len(seen))

    def test_twins_have_one_determinant(self):
        pairs = {frozenset(pair) for pair in knots.twins()}
        wanted = [("figure-eight", "cinquefoil"), ("trefoil", "torus-3-4")]
        self.assertEqual(pairs, {frozenset(p) for p in [*wanted, ("three-twist", "septafoil")]})

    def test_bending_keeps_the_knot(self):
        waves = [((1, 0, 0), (0, 2, 0), 0.3, 0.25), ((0, 0.6, 0.8), (1.5, 0, 1), 2.0, 0.2)]
        for name, (_, polynomial) in knots.KNOTS.items():
            curve = knots.knot(name)
            bent = knots.bend(curve, 1.0, waves, 1.0)
            self.assertEqual(knots.alexander(bent), polynomial, name)
            self.assertGreater(np.abs(bent - curve).max(), 0.2, name)
            np.testing.assert_array_equal(knots.bend(curve, 0.0, waves, 1.0), curve)

    def test_clearance(self):
        ring = knots.knot("unknot")
        self.assertAlmostEqual(knots.clearance(ring, 1.0), 2 * np.sin(0.5), delta=0.03)
        flat = ring * (1, 0.1, 1)
        self.assertAlmostEqual(knots.clearance(flat, 1.0), 0.2, delta=0.1)


if __name__ == "__main__":
    unittest.main()
