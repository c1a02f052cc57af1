# SPDX-License-Identifier: MIT
"""What a camera sees, by rays, against arithmetic and against the index map; where to look."""

import math


import rv
from support import GREY, SampleCase, SceneCase, passes, scene


class RaysCase(SceneCase):
    """A scene seen from z = 10 without perspective, 8 x 8 metres."""

    def setUp(self):
        super().setUp()
        self.scene.resolution = (64, 64)
        self.camera = self.scene.camera.set_orthographic(8)
        self.cube = self.scene.objects.cube(size=2)


class FractionTest(RaysCase):
    def share(self, *objects, rays=1024):
        return self.camera.visible_fraction(objects or self.cube, rays=rays)

    def test_whole_half_and_nothing(self):
        self.assertEqual(self.share(), 1)
        wall = self.scene.objects.plane(size=4).set_location((2, 0, 3))
        self.assertEqual(self.share(), 0.5)
        wall.move(dx=-0.5)
        self.assertEqual(self.share(), 0.25)
        wall.set_location((0, 0, 3))
        self.assertEqual(self.share(), 0)
        self.assertFalse(self.camera.sees(self.cube))
        wall.set_location((0, 0, -3))
        self.assertEqual((self.share(), self.share(wall)), (1, 0.75))
        self.assertTrue(self.camera.sees(wall, at_least=0.7))
        self.assertFalse(self.camera.sees(wall, at_least=0.8))

    def test_the_border_and_behind(self):
        self.assertEqual(self.share(self.cube.set_location((4, 0, 0))), 0.5)
        self.assertEqual(self.share(self.cube.set_location((4, 4, 0))), 0.25)
        self.assertEqual(self.share(self.cube.set_location((6, 0, 0))), 0)
        self.assertEqual(self.share(self.cube.set_location((0, 0, 15))), 0)
        self.cube.set_location((0, 0, 0))
        self.camera.set_clip(0.1, 5)
        self.assertEqual(self.share(), 0, "beyond the far clip plane")
        self.camera.set_clip(9.5, 100)
        self.assertEqual(self.share(), 1, "what the near clip plane cuts is looked into")

    def test_what_is_hidden_hides_nothing(self):
        wall = self.scene.objects.plane(size=4).set_location((0, 0, 3))
        wall.hide()
        self.assertEqual(self.share(), 1)
        self.assertAlmostEqual(self.camera.clearance(), 9, delta=1e-4)
        self.assertEqual(self.share(wall), 0)

    def test_several_as_one_and_what_hangs_on_it(self):
        other = self.scene.objects.cube(size=2).set_location((0, 0, 3))
        self.assertEqual(self.share(), 0)
        self.assertEqual(self.share(self.cube, other), 1)
        empty = self.scene.objects.empty()
        other.obj.parent = empty.obj
        self.assertEqual(self.share(empty), 1)
        self.assertEqual(self.share(self.scene.objects.empty()), 0)

    def test_clearance(self):
        self.assertAlmostEqual(self.camera.clearance(), 9, delta=1e-5)
        self.scene.objects.plane(size=100).set_location((0, 0, 6))
        self.assertAlmostEqual(self.camera.clearance(), 4, delta=1e-5)
        self.camera.set_lens(50)
        self.assertAlmostEqual(self.camera.clearance(rays=4096), 4, delta=0.01)
        self.camera.set_rotation((180, 0, 0))
        self.assertEqual(self.camera.clearance(), math.inf)
        self.camera.set_panorama()
        self.assertRaises(ValueError, self.camera.clearance)

    def test_arguments(self):
        self.assertRaises(TypeError, self.camera.sees, "Cube")
        self.assertRaises(TypeError, self.camera.sees, [self.cube.obj])
        self.assertRaises(ValueError, self.camera.visible_fraction, self.cube, rays=0)


CROWD = (
    GREY
    + """
rng = self.rng("crowd")
for i in range(6):
    self.objects.sphere(radius=0.8).set_location(rng.in_shell(radius=(0, 2)))
self.camera.set_location((5, -6, 3)).point_at((0, 0, 0))
self.objects.cube(size=1.5).set_location((1.2, -1.5, 0.5))
only = self.params.get("only")
if only:
    for o in self.generated_objects[1:]:
        o.obj.hide_render = o.index != only
else:
    shares = [self.camera.visible_fraction(o, rays=900) for o in self.generated_objects[1:]]
    self.set_custom_meta(shares=shares)
"""
)


class IndexMapTest(SampleCase):
    def pixels(self, script, index, record=None):
        _, out = self.render(script, record=record, resolution=[64, 64])
        return sum(v == index for row in passes(out).plane("ViewLayer.IndexOB.X") for v in row)

    def test_it_is_what_the_index_map_says(self):
        script = scene(CROWD)
        record, _ = self.render(script, resolution=[64, 64])
        shares = record["custom_meta"]["shares"]
        self.assertTrue(any(share < 0.9 for share in shares))
        for at in (0, 3, 6):
            index = at + 2
            seen = self.pixels(script, index)
            alone = self.pixels(script, index, record={"params": {"only": index}})
            self.assertAlmostEqual(shares[at], seen / alone, delta=0.05)


class InterestTest(SceneCase):
    def test_the_one_in_the_middle(self):
        for x in (0, 1, 2, 9):
            self.scene.objects.cube(size=1).set_location((x, 0, 0.5))
        self.scene.objects.empty().set_location((100, 0, 0))
        # The mean is at x = 3: the nearest cube is that at 2.
        self.assertEqual(self.scene.point_of_interest(), (2, 0, 0.5))
        some = self.scene.generated_objects[1:3]
        self.assertIn(self.scene.point_of_interest(some), [(0, 0, 0.5), (1, 0, 0.5)])
        self.assertRaises(ValueError, self.scene.point_of_interest, [self.scene.camera])


class PlaceTest(SceneCase):
    def kinds(self):
        """Different objects, all at the origin."""
        make = self.scene.objects
        shapes = [make.sphere(radius=0.4), make.cube(size=0.6), make.cone(radius=0.4, height=1)]
        return shapes + [make.sphere(radius=r) for r in (0.2, 0.3, 0.5)]

    def test_apart_in_a_domain(self):
        balls = [
            self.scene.objects.sphere(radius=r / 10, segments=12, ring_count=8) for r in range(2, 9)
        ]
        domain = rv.Domain.box(center=(0, 0, 5), size=(4, 4, 4))
        placed = self.scene.place(balls, domain, gap=0.1, rotation="uniform")
        self.assertEqual(placed, balls)
        for i, a in enumerate(balls):
            self.assertTrue(domain.contains_point(a.get_location()))
            for b in balls[:i]:
                away = math.dist(a.get_location(), b.get_location())
                radii = (balls.index(a) + 2 + balls.index(b) + 2) / 10
                self.assertGreater(away, radii * 0.9 + 0.1 * 0.9)  # of 12 sides

    def test_on_and_above_a_surface(self):
        table = self.scene.objects.cube("Table", size=2).set_scale((2, 2, 0.5))
        things = self.kinds()
        self.assertEqual(self.scene.place(things, on=table, gap=0.05, rotation="upright"), things)
        for thing in things:
            low = thing.get_bounds()["min"]
            self.assertAlmostEqual(low[2], 0.5, delta=1e-5)
            self.assertTrue(all(abs(v) <= 2 for v in thing.get_location()[:2]))
        self.scene.place(things, on=table, above=(1, 2), rotation="uniform")
        for thing in things:
            self.assertTrue(0.5 + 1 - 1e-5 <= thing.get_bounds()["min"][2] <= 0.5 + 2 + 1e-5)
        corner = rv.Domain.rect(center=(1, 1), size=(0.2, 0.2))
        (one,) = self.scene.place(things[0], corner, on=table)
        self.assertTrue(all(0.9 <= v <= 1.1 for v in one.get_location()[:2]))

    def test_obstacles_and_no_room(self):
        pillar = self.scene.objects.cube(size=2)
        ball = self.scene.objects.sphere(radius=0.3).set_location((7, 7, 7))
        narrow = rv.Domain.box(size=(1, 1, 1))
        with self.assertWarnsRegex(UserWarning, "room for 0 of 1 objects, not for Sphere"):
            self.assertEqual(self.scene.place(ball, narrow, obstacles=pillar), [])
        self.assertEqual(ball.get_location(), (7, 7, 7))
        wide = rv.Domain.box(size=(4, 4, 4))
        self.scene.place(ball, wide, obstacles=[pillar], gap=0.2)
        x, y, z = (max(abs(v) - 1, 0) for v in ball.get_location())
        self.assertGreater(math.hypot(x, y, z), 0.3 * 0.95 + 0.2 * 0.95)

    def test_the_same_for_the_same_seed(self):
        found = []
        for _ in range(2):
            self.setUp()
            things = self.kinds()
            self.scene.place(things, rv.Domain.box(), rotation="uniform")
            found.append([tuple(map(tuple, thing.get_matrix())) for thing in things])
        self.assertEqual(*found)

    def test_what_hangs_on_it_goes_along(self):
        body, arm = self.scene.objects.cube(size=1), self.scene.objects.cube(size=0.5)
        arm.obj.parent = body.obj
        arm.set_location((0, 0, 2))
        table = self.scene.objects.plane(size=6)
        self.scene.place(body, on=table)
        self.assertAlmostEqual(body.get_location()[2], 0.5, delta=1e-5)
        self.assertAlmostEqual(arm.get_matrix().translation.z, 2.5, delta=1e-5)

    def test_arguments(self):
        cube, place = self.scene.objects.cube(), self.scene.place
        self.assertRaisesRegex(ValueError, "needs a domain", place, cube)
        self.assertRaises(TypeError, place, "Cube", rv.Domain.box())
        self.assertRaises(TypeError, place, cube, "box")
        self.assertRaises(ValueError, place, cube, rv.Domain.box(), above=(2, 1))
        self.assertRaises(ValueError, place, self.scene.objects.empty(), rv.Domain.box())
        self.assertRaises(ValueError, place, cube, on=self.scene.objects.empty())
