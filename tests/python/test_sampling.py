# SPDX-License-Identifier: MIT
"""Points, turns and colours by chance: their distributions by integration over a grid in the place
of chance, and what a stream gives, to the last digit."""

import itertools
import math
import unittest

from mathutils import Quaternion
from rv.plain.rng import Stream
from rv.plain.sampling import Sampler
from support import SampleCase, scene


class Grid(Sampler):
    """Gives the coordinates of one cell's middle after another."""

    def __init__(self, cell):
        self.left = list(cell)

    def unit(self):
        return self.left.pop(0)


def over(steps, draw):
    """What `draw` makes of each cell of a grid with so many steps along each axis."""
    axes = [[(i + 0.5) / n for i in range(n)] for n in steps]
    found = []
    for cell in itertools.product(*axes):
        grid = Grid(cell)
        found.append(draw(grid))
        assert not grid.left, "all numbers are used"
    return found


def mean(values):
    values = list(values)
    return math.fsum(values) / len(values)


class DistributionTest(unittest.TestCase):
    def moments(self, points, first, second, delta):
        """Means of the coordinates and of their squares."""
        for axis in range(3):
            self.assertAlmostEqual(mean(p[axis] for p in points), first[axis], delta=1e-9)
            self.assertAlmostEqual(mean(p[axis] ** 2 for p in points), second[axis], delta=delta)

    def test_on_sphere(self):
        points = over((200, 40), lambda grid: grid.on_sphere())
        self.moments(points, (0, 0, 0), (1 / 3,) * 3, 1e-4)
        self.assertTrue(all(abs(math.hypot(*p) - 1) < 1e-12 for p in points))
        # A cap's share of the area is half its height (Archimedes).
        self.assertEqual(sum(p[2] > 0.5 for p in points), len(points) // 4)
        moved = over((4, 4), lambda grid: grid.on_sphere(center=(1, 2, 3), radius=2))
        self.assertTrue(all(abs(math.dist(p, (1, 2, 3)) - 2) < 1e-12 for p in moved))

    def test_hemisphere(self):
        points = over((200, 40), lambda grid: grid.hemisphere(radius=2))
        self.moments(points, (0, 0, 1), (4 / 3,) * 3, 1e-3)
        self.assertTrue(all(p[2] > 0 for p in points))

    def test_in_shell(self):
        points = over((50, 20, 20), lambda grid: grid.in_shell(radius=(1, 2)))
        distances = [math.hypot(*p) for p in points]
        self.assertTrue(all(1 <= d <= 2 for d in distances))
        for d in (1.2, 1.5, 1.9):
            share = (d**3 - 1) / 7
            self.assertAlmostEqual(sum(x < d for x in distances) / len(points), share, delta=0.02)
        # Of a ball of radius 2 less one of radius 1: the mean of z^2 is a third of that of r^2.
        self.moments(points, (0, 0, 0), ((32 - 1) / 5 / 7,) * 3, 4e-3)
        part = over(
            (3, 20, 20), lambda g: g.in_shell(radius=3, elevation=(30, 90), azimuth=(90, 180))
        )
        for x, y, z in part:
            self.assertTrue(z >= 1.5 - 1e-9 and x <= 1e-9 and y >= -1e-9, (x, y, z))
            self.assertAlmostEqual(math.hypot(x, y, z), 3, delta=1e-9)
        self.assertAlmostEqual(mean(p[2] for p in part), 3 * 0.75, delta=1e-9)

    def test_disk(self):
        points = over((200, 40), lambda g: g.disk(center=(0, 0, 5), radius=2, inner_radius=1))
        self.moments(points, (0, 0, 5), (1.25, 1.25, 25), 1e-4)
        near = sum(math.hypot(x, y) ** 2 < 2.5 for x, y, _ in points)
        self.assertEqual(near, len(points) // 2)

    def test_rotation(self):
        turns = over((40, 12, 12), lambda grid: grid.rotation())
        matrices = [Quaternion(q).to_matrix() for q in turns]
        for i, j in itertools.product(range(3), repeat=2):
            self.assertAlmostEqual(mean(m[i][j] for m in matrices), 0, delta=1e-6)
            self.assertAlmostEqual(mean(m[i][j] ** 2 for m in matrices), 1 / 3, delta=1e-3)
        self.assertTrue(all(abs(math.hypot(*q) - 1) < 1e-12 for q in turns))

    def test_upright(self):
        turns = over((36,), lambda grid: grid.rotation("upright"))
        angles = sorted(math.degrees(2 * math.atan2(q[3], q[0])) for q in turns)
        for i, angle in enumerate(angles):
            self.assertAlmostEqual(angle, 10 * i + 5, delta=1e-9)
        self.assertTrue(all(q[1:3] == (0, 0) for q in turns))

    def test_color_hsv(self):
        colors = over((6, 1, 1), lambda grid: grid.color_hsv())
        self.assertEqual(len(set(colors)), 6)
        for color in colors:
            self.assertEqual((max(color), min(color)), (1, 0))
        (grey,) = over((1, 1, 1), lambda grid: grid.color_hsv(saturation=0, value=(0.2, 0.4)))
        self.assertEqual([round(v, 9) for v in grey], [0.3, 0.3, 0.3])
        for red, green, blue in over((8, 1, 1), lambda grid: grid.color_hsv(hue=(0.9, 1.1))):
            self.assertTrue(red == 1 and green <= 0.6 and blue <= 0.6)


class StreamTest(unittest.TestCase):
    def test_values(self):
        """These stay for ever: seeds make the same scenes."""
        stream = Stream(7, "x")
        drawn = [
            stream.on_sphere(),
            stream.hemisphere((1, 2, 3), 2),
            stream.in_shell(radius=(1, 2)),
            stream.disk(radius=3),
            stream.rotation(),
            stream.rotation("upright"),
            stream.color_hsv(saturation=(0.2, 0.9)),
        ]
        self.assertEqual(stream.position, 2 + 2 + 3 + 2 + 3 + 1 + 3)
        for found, wanted in zip(drawn, PINNED):
            self.assertEqual(len(found), len(wanted))
            for a, b in zip(found, wanted):
                self.assertAlmostEqual(a, b, delta=1e-12)

    def test_errors(self):
        stream = Stream(7, "x")
        for call in (
            lambda: stream.on_sphere(radius=-1),
            lambda: stream.in_shell(radius=(2, 1)),
            lambda: stream.in_shell(elevation=(-91, 0)),
            lambda: stream.disk(radius=1, inner_radius=2),
            lambda: stream.rotation("sideways"),
            lambda: stream.color_hsv(value=1.1),
        ):
            self.assertRaises(ValueError, call)
        self.assertRaises(TypeError, stream.on_sphere, "abc")
        self.assertEqual(stream.position, 0, "what is refused draws nothing")


PINNED = (
    (-0.036102243180856565, -0.6913362438263375, 0.7216306714721881),
    (0.5641484338873726, 1.6188092593069485, 4.914347677807522),
    (-1.1508097501853805, -1.2192559901206317, 0.8631214344457959),
    (0.5932468654939372, 0.7492678007867902, 0.0),
    (-0.3855570152893348, 0.7082645864325968, 0.5550797179190844, -0.20394501788842934),
    (-0.38642895174635694, 0.0, 0.0, 0.9223191775368285),
    (0.6539892986156639, 0.6353680718675718, 1.0),
)

CHANCE = """
rng = self.rng("places")
self.world = rv.BasicWorld()
ball = self.objects.cube().set_location(rng.in_shell(radius=(1, 2))).set_rotation(rng.rotation())
ball.set_material(self.materials.basic().set_params(base_color=rng.color_hsv()))
self.camera.set_location(rng.hemisphere(radius=8)).point_at(ball)
"""


class SceneTest(SampleCase):
    def test_in_a_scene(self):
        places = []
        for seed in (1, 2, 1):
            record, _ = self.render(scene(CHANCE), seed=seed)
            cube = record["objects"][1]
            self.assertTrue(1 <= math.hypot(*cube["location"]) <= 2)
            places.append((cube["location"], cube["rotation_quaternion"]))
        self.assertEqual(places[0], places[2])
        self.assertNotEqual(places[0], places[1])
