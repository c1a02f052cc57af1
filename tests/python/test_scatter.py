# SPDX-License-Identifier: MIT
"""rv.Domain and Scene.scatter: always inside, never closer than the gap, the same everywhere."""

import hashlib
import itertools
import math
import random
import warnings
from unittest import mock

import bpy
import rv
from mathutils import Matrix, Vector
from rv.plain import polygon
from rv.engine import measure
from rv.engine.distance import Solid, segment_distance, solid_of
from support import SceneCase

ARROW = [(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)]
BOX = [Vector(p) for p in itertools.product((-1, 1), repeat=3)]
SIDES = [(0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1)]
SIDES += [(2, 3, 7), (2, 7, 6), (0, 2, 6), (0, 6, 4), (1, 5, 7), (1, 7, 3)]


def domains():
    square = [(0, 0), (4, 0), (4, 4), (0, 4)]
    return [
        rv.Domain.rect((1, 2), (4, 6), 3),
        rv.Domain.ellipse((1, 2), (5, 3), 1),
        rv.Domain.polygon(ARROW),
        rv.Domain.convex_polygon(square, z=2),
        rv.Domain.box((1, 2, 3), (4, 5, 6)),
        rv.Domain.cylinder((1, 2, 3), 4, 5, axis="x"),
        rv.Domain.ellipsoid((1, 2, 3), (5, 4, 3)),
        rv.Domain.custom(
            dimension=3,
            contains_point=lambda p, margin: p.length <= 3 - margin,
            aabb=lambda inset: (Vector((-3, -3, -3)), Vector((3, 3, 3))),
        ),
    ]


class DomainTest(SceneCase):
    def test_only_an_object_can_be_contained(self):
        self.assertRaises(TypeError, rv.Domain.rect().contains_object, "cube")
        self.assertRaises(ValueError, rv.Domain.rect().contains_object, self.scene.objects.empty())

    def test_samples_lie_inside(self):
        rng = random.Random(1)
        for domain in domains():
            inner = domain.inset(0.1).inset(0.2)
            low, high = domain.aabb()
            for _ in range(200):
                p = inner.sample_point(rng)
                self.assertTrue(domain.contains_point(p, 0.2999), (domain.kind, p))
                self.assertTrue(all(low[i] - 1e-5 <= p[i] <= high[i] + 1e-5 for i in range(3)))
            self.assertFalse(domain.contains_point((50, 50, 50)))

    def test_samples_are_even(self):
        """As many points in each half, and in a disc half of them beyond r / sqrt 2."""
        rng = random.Random(2)
        points = [rv.Domain.ellipse((0, 0), (2, 2)).sample_point(rng) for _ in range(4000)]
        outer = sum(p.length > math.sqrt(2) for p in points)
        self.assertAlmostEqual(outer / 4000, 0.5, delta=0.04)
        self.assertAlmostEqual(sum(p.x > 0 for p in points) / 4000, 0.5, delta=0.04)
        points = [rv.Domain.polygon(ARROW).sample_point(rng) for _ in range(4000)]
        self.assertAlmostEqual(sum(p.x > 2 for p in points) / 4000, 0.5, delta=0.04)

    def test_borders_belong(self):
        self.assertTrue(rv.Domain.rect().contains_point((5, 5, 0)))
        self.assertFalse(rv.Domain.rect().contains_point((5, 5, 0.01)))
        self.assertTrue(rv.Domain.polygon(ARROW).contains_point((2, 1, 0)))
        self.assertFalse(rv.Domain.polygon(ARROW).contains_point((2, 1.1, 0)))
        self.assertTrue(rv.Domain.cylinder(axis="z").contains_point((5, 0, 5)))

    def test_hulls(self):
        cube = self.scene.objects.cube(size=2).set_location((1, 2, 3))
        solid = rv.Domain.convex_hull_3d(cube)
        self.assertEqual(len(solid.data["planes"]), 6)
        self.assertTrue(solid.contains_point((1.99, 2.99, 3.99)))
        self.assertFalse(solid.contains_point((1.99, 2.99, 3.99), 0.1))
        flat = rv.Domain.convex_hull_2d(cube)
        self.assertEqual(flat.data["points"], [(0.0, 1.0), (2.0, 1.0), (2.0, 3.0), (0.0, 3.0)])
        self.assertEqual(flat.data["z"], 3.0)
        small = self.scene.objects.cube(size=1).set_location((1, 2, 3))
        self.assertTrue(solid.contains_object(small))
        self.assertTrue(solid.contains_object(small, mode="aabb"))
        self.assertFalse(solid.contains_object(small, margin=0.6))
        self.assertRaises(ValueError, rv.Domain.convex_hull_3d, self.scene.objects.plane())
        self.assertRaises(ValueError, rv.Domain.convex_hull_2d, self.scene.objects.empty())

    def test_a_hull_holds_what_it_is_of(self):
        rng = random.Random(1)
        for i in range(40):
            make = (self.scene.objects.cube, self.scene.objects.sphere)[i % 2]
            solid = make().set_location([rng.uniform(-50, 50) for _ in range(3)])
            solid.set_rotation([rng.uniform(0, 360) for _ in range(3)])
            solid.set_scale([rng.uniform(0.1, 5) for _ in range(3)])
            hull = rv.Domain.convex_hull_3d(solid)
            self.assertTrue(hull.contains_object(solid))
            self.assertFalse(hull.contains_object(solid, margin=1e-4))
            self.assertTrue(rv.Domain.convex_hull_2d(solid).contains_object(solid))
            if i < 4:
                with mock.patch.object(measure, "find_spec", return_value=None):  # no NumPy
                    self.assertEqual(rv.Domain.convex_hull_3d(solid).data, hull.data)

    def test_errors(self):
        for wrong in (
            lambda: rv.Domain.rect(size=(0, 1)),
            lambda: rv.Domain.box(size=(1, 1)),
            lambda: rv.Domain.polygon([(0, 0), (1, 1)]),
            lambda: rv.Domain.polygon([(0, 0), (1, 1), (1, 0), (0, 1)]),
            lambda: rv.Domain.polygon([(0, 0), (1, 1), (2, 2)]),
            lambda: rv.Domain.convex_polygon(ARROW),
            lambda: rv.Domain.cylinder(axis="w"),
            lambda: rv.Domain("blob", {}, 2),
            lambda: rv.Domain("rect", {}, 3),
            lambda: rv.Domain.rect().inset(-1),
            lambda: rv.Domain.rect().inset(6).sample_point(random.Random(1)),
            lambda: rv.Domain.rect().contains_point((0, 0, 0), -1),
        ):
            self.assertRaises(ValueError, wrong)
        self.assertRaises(TypeError, rv.Domain.custom, dimension=2, contains_point=1, aabb=print)

    def test_triangles_cover_the_polygon(self):
        corners = polygon.clean_polygon(ARROW)
        total = sum(area for *_, area in polygon.triangulate(corners))
        self.assertAlmostEqual(total, polygon.signed_area(corners))


class DistanceTest(SceneCase):
    def test_two_boxes(self):
        box = Solid(BOX, SIDES)
        here = box.placed(Matrix.Identity(4))
        for x, gap, closer in ((1.9, 0, 1), (2.1, 0, 0), (2.1, 0.2, 1), (2.1, 0.05, 0), (0, 0, 1)):
            there = box.placed(Matrix.Translation((x, 0, 0)))
            self.assertEqual(here.closer_than(there, gap), bool(closer), (x, gap))
        self.assertTrue(
            here.closer_than(box.placed(Matrix.Scale(0.2, 4)), 0)
        )  # one inside the other

    def test_edge_to_edge(self):
        """Two boxes on edge, crosswise: only their edges are 0.1 apart."""
        box = Solid(BOX, SIDES)
        up = Matrix.Translation((0, 0, 2 * math.sqrt(2) + 0.1))
        upper = box.placed(up @ Matrix.Rotation(math.pi / 4, 4, "X"))
        lower = box.placed(Matrix.Rotation(math.pi / 4, 4, "Y"))
        self.assertTrue(upper.closer_than(lower, 0.11))
        self.assertFalse(upper.closer_than(lower, 0.09))

    def test_segments(self):
        v = [Vector(p) for p in ((0, 0, 0), (1, 0, 0), (0.5, -1, 2), (0.5, 1, 2), (3, 0, 0))]
        self.assertAlmostEqual(segment_distance(v[0], v[1], v[2], v[3]), 2)
        self.assertAlmostEqual(segment_distance(v[0], v[1], v[4], v[4]), 2)


class ScatterTest(SceneCase):
    def run_scatter(self, **options):
        cube = self.scene.objects.cube(size=0.6)
        options = {"count": 25, "domain": rv.Domain.rect(size=(8, 8)), "gap": 0.05, **options}
        return self.scene.scatter(cube, **options)

    def closest(self, placed, gap):
        """Whether any two meshes are closer than `gap`."""
        bpy.context.view_layer.update()
        meshes = [solid_of(o.obj).placed(o.obj.matrix_world) for o in placed]
        return any(a.closer_than(b, gap - 1e-5) for a, b in itertools.combinations(meshes, 2))

    def test_gap_and_border(self):
        for method, domain in (
            ("fast", rv.Domain.rect(size=(8, 8))),
            ("exact", rv.Domain.box(size=(4, 4, 4))),
        ):
            placed = self.run_scatter(
                method=method, domain=domain, rotation="free", margin=0.3, scale=(0.5, 1.2)
            )
            self.assertEqual(len(placed), 25)
            self.assertFalse(self.closest(placed, 0.05))
            for o in placed:
                self.assertTrue(domain.contains_point(o.get_location(), 0.2999))

    def test_exact_packs_closer_than_fast(self):
        tight = {"count": 60, "domain": rv.Domain.rect(size=(4, 4)), "gap": 0.02}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            fast = self.run_scatter(method="fast", **tight)
            exact = self.run_scatter(method="exact", **tight)
        self.assertTrue(any("placed" in str(w.message) for w in caught))
        self.assertGreater(len(exact), len(fast))
        self.assertFalse(self.closest(exact, 0.02))

    def test_the_same_places_everywhere(self):
        """Placements depend on the seed alone: this digest is that of every Blender and host."""
        placed = self.run_scatter()
        text = ";".join("%.5f,%.5f,%.5f" % o.get_location() for o in placed)
        self.assertEqual(hashlib.sha256(text.encode()).hexdigest()[:16], DIGEST)
        self.assertEqual([o.index for o in placed], list(range(3, 28)))

    def test_streams(self):
        first = [o.get_location() for o in self.run_scatter()]
        second = [o.get_location() for o in self.run_scatter()]
        self.assertNotEqual(first, second)
        given = [[o.get_location() for o in self.run_scatter(seed=5)] for _ in range(2)]
        self.assertEqual(given[0], given[1])
        runs = self.scene.custom_meta["scatter_runs"]
        self.assertEqual([r["seed"] for r in runs], [1, 1, 5, 5])
        self.assertEqual((runs[0]["placed"], runs[0]["strategy"]), (25, "fast"))

    def test_on_create_and_data(self):
        seen = []
        placed = self.run_scatter(
            count=3, unique_data=True, on_create=lambda o, rng, i: seen.append((i, o.index))
        )
        self.assertEqual(seen, [(i, o.index) for i, o in enumerate(placed)])
        self.assertEqual(len({o.obj.data.as_pointer() for o in placed}), 3)

    def test_errors(self):
        for options in (
            {"count": 0},
            {"gap": -1},
            {"margin": -1},
            {"method": "best"},
            {"rotation": "roll"},
            {"yaw": (9, 1)},
            {"scale": 0},
            {"scale": (2, 1)},
            {"max_attempts_per_object": 0},
        ):
            self.assertRaises(ValueError, self.run_scatter, **options)
        for options in ({"domain": "here"}, {"scale": True}, {"scale": "big"}):
            self.assertRaises(TypeError, self.run_scatter, **options)
        rect = rv.Domain.rect()
        self.assertRaises(TypeError, self.scene.scatter, [], 3, rect)
        self.assertRaises(ValueError, self.scene.scatter, self.scene.objects.empty(), 3, rect)


DIGEST = "9f125147c37b9a27"
