# SPDX-License-Identifier: MIT
"""Random streams: published vectors, the vectors shared with the C side, ranges, independence."""

import json
import os
import unittest

from rv.plain.rng import Stream, fnv1a, philox

DATA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data", "rng.json")

# Random123, kat_vectors: philox4x32 with 10 rounds.
PUBLISHED = (
    ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
)


class RngTest(unittest.TestCase):
    def test_published_vectors(self):
        for counter, key, expected in PUBLISHED:
            self.assertEqual(philox(counter, key), expected)

    def test_fnv1a(self):
        self.assertEqual(fnv1a(""), 0xCBF29CE484222325)
        self.assertEqual(fnv1a("a"), 0xAF63DC4C8601EC8C)
        self.assertEqual(fnv1a("foobar"), 0x85944171F73967E8)

    def test_negative_seeds_are_those_of_two_complements(self):
        for seed in (-1, -5, -(2**63)):
            self.assertEqual(Stream(seed, "a").u64(), Stream(seed + 2**64, "a").u64())
        self.assertNotEqual(Stream(-5, "a").u64(), Stream(5, "a").u64())

    def test_positions_and_words(self):
        stream = Stream(2**40 + 5, "layout")
        name = fnv1a("layout")
        words = philox((0, 0, name & 0xFFFFFFFF, name >> 32), (5, 2**8))
        self.assertEqual(stream.u64(), words[0] | words[1] << 32)
        self.assertEqual(stream.position, 1)

    def test_same_as_c(self):
        if not os.path.exists(DATA):
            self.skipTest("tests/data/rng.json is not there")
        with open(DATA, encoding="utf-8") as file:
            data = json.load(file)
        self.assertGreater(len(data["vectors"]), 10)
        for vector in data["vectors"]:
            with self.subTest(vector=vector):
                self.check(vector)

    def check(self, vector):
        def at_start():
            stream = Stream(int(vector["seed"]), vector["stream"])
            stream.position = int(vector["position"])
            return stream

        self.assertEqual(at_start().u64(), int(vector["u64"]))
        self.assertEqual(at_start().unit(), vector["unit"])
        self.assertAlmostEqual(at_start().normal(), vector["normal"], delta=1e-14)
        stream = at_start()
        self.assertEqual(stream.below(int(vector["n"])), int(vector["below"]))
        self.assertEqual(stream.position, int(vector["next"]))

    def test_ranges(self):
        stream = Stream(7, "x")
        units = [stream.unit() for _ in range(2000)]
        self.assertTrue(all(0 <= u < 1 for u in units))
        self.assertAlmostEqual(sum(units) / len(units), 0.5, delta=0.03)
        self.assertEqual({stream.below(3) for _ in range(100)}, {0, 1, 2})
        self.assertEqual({stream.integer(-1, 1) for _ in range(100)}, {-1, 0, 1})
        self.assertTrue(all(2 <= stream.uniform(2, 5) < 5 for _ in range(100)))
        normals = [stream.normal(10, 2) for _ in range(2000)]
        self.assertAlmostEqual(sum(normals) / len(normals), 10, delta=0.2)
        self.assertEqual(sum(stream.bool(0.0) for _ in range(50)), 0)
        self.assertEqual(sum(stream.bool(1.0) for _ in range(50)), 50)

    def test_sequences(self):
        stream = Stream(7, "x")
        items = list(range(20))
        stream.shuffle(items)
        self.assertNotEqual(items, list(range(20)))
        self.assertEqual(sorted(items), list(range(20)))
        drawn = stream.sample("abcdef", 4)
        self.assertEqual(len(set(drawn)), 4)
        self.assertIn(stream.choice("ab"), "ab")

    def test_errors(self):
        stream = Stream(0, "x")
        for call in (
            lambda: Stream(-(2**63) - 1, "x"),
            lambda: Stream(2**64, "x"),
            lambda: stream.below(0),
            lambda: stream.choice([]),
            lambda: stream.integer(2, 1),
            lambda: stream.sample([1], 2),
        ):
            self.assertRaises(ValueError, call)

    def test_streams_differ(self):
        draws = {Stream(seed, name).u64() for seed in range(10) for name in ("a", "b", "")}
        self.assertEqual(len(draws), 30)
