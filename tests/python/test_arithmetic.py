# SPDX-License-Identifier: MIT
"""Known answers: what is rendered and recorded, against closed forms and own ray casts.

Nothing here asks Blender for the expected value: the tests know where things are and do the
geometry themselves, in double precision.
"""

import hashlib
import itertools
import math
import random
import re
import textwrap
import warnings

import bpy
import rv
from mathutils import Euler, Vector
from support import GREY, SampleCase, SceneCase, passes, scene

SIZES = ((96, 96), (120, 64), (64, 120))
FITS = ("AUTO", "HORIZONTAL", "VERTICAL")
HEAD = "import math\nimport rv\nfrom mathutils import Euler, Vector"
EYE, EYE_TURN = (3.0, -4.0, 2.5), (1.1, 0.15, 0.6)  # Euler XYZ, radians


def rotation(turn):
    """Rows of the 3x3 matrix of an Euler XYZ: about x first, then y, then z."""
    (a, b, c), (s, t, u) = map(math.cos, turn), map(math.sin, turn)
    return (
        (b * c, c * s * t - a * u, a * c * t + s * u),
        (b * u, s * t * u + a * c, a * t * u - c * s),
        (-t, s * b, a * b),
    )


def times(rows, v):
    return tuple(sum(row[i] * v[i] for i in range(3)) for row in rows)


def transposed(rows):
    return tuple(zip(*rows))


def minus(a, b):
    return tuple(x - y for x, y in zip(a, b))


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def cross(a, b):
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


def unit(v):
    length = math.sqrt(dot(v, v))
    return tuple(x / length for x in v)


class Pinhole:
    """A camera by its parameters: what Blender's manual says they mean, and nothing of rv."""

    def __init__(
        self, size, fit="AUTO", lens=50.0, sensor=(36.0, 24.0), shift=(0, 0), aspect=(1, 1)
    ):
        width, height = (n * a for n, a in zip(size, aspect))  # the picture's shape
        across = fit == "HORIZONTAL" or (fit == "AUTO" and width >= height)
        long = width if across else height
        film = sensor[1] if fit == "VERTICAL" else sensor[0]
        self.size = size
        self.fx = lens / film * long / aspect[0]
        self.fy = lens / film * long / aspect[1]
        self.cx = size[0] / 2 - shift[0] * long / aspect[0]
        self.cy = size[1] / 2 + shift[1] * long / aspect[1]
        self.axes = rotation(EYE_TURN)

    def pixel(self, point):
        x, y, z = times(transposed(self.axes), minus(point, EYE))
        return self.cx - self.fx * x / z, self.cy + self.fy * y / z

    def ray(self, u, v):
        """Direction in the world of what is seen at (u, v): 1 long along the optical axis."""
        return times(self.axes, ((u - self.cx) / self.fx, (self.cy - v) / self.fy, -1.0))

    def at(self, u, v, depth):
        """The point of the world that is seen at (u, v) in a planar depth."""
        return tuple(e + depth * r for e, r in zip(EYE, self.ray(u, v)))


CAMERA = f"""
self.camera.set_location({EYE}).set_rotation(Euler({EYE_TURN}))
data = self.camera.obj.data
data.sensor_width, data.sensor_height = 36, 24
render = rv.bpy.context.scene.render
"""


def camera_script(size, fit="AUTO", lens=50.0, shift=(0, 0), aspect=(1, 1)):
    """Statements that set the same camera as a Pinhole of the same arguments."""
    return CAMERA + textwrap.dedent(
        f"""
        data.sensor_fit, data.lens = {fit!r}, {lens}
        data.shift_x, data.shift_y = {shift}
        render.pixel_aspect_x, render.pixel_aspect_y = {aspect}
        self.resolution = {size}
        """
    )


def pixels_of(rows, value):
    return [(x, y) for y, row in enumerate(rows) for x, v in enumerate(row) if v == value]


class ProjectionTest(SampleCase):
    """A marker of which the place is known is seen where the arithmetic says."""

    def check(self, pinhole, *statements):
        """Renders markers aimed at known pixels; index map, K and keypoints have to agree."""
        width, height = pinhole.size
        aimed = [(width * i / 4, height * j / 4) for i in (1, 2, 3) for j in (1, 2, 3)]
        depths = [4.0, 7.0, 5.5, 9.0, 4.5, 6.0, 8.0, 5.0, 6.5]
        places = [pinhole.at(u, v, depth) for (u, v), depth in zip(aimed, depths)]
        # As large in the picture wherever it is: 7 pixels across.
        radii = [3.5 * depth / max(pinhole.fx, pinhole.fy) for depth in depths]
        script = scene(
            GREY,
            f"""
            for place, radius in zip({places}, {radii}):
                marker = self.objects.sphere(radius=radius).set_location(place)
                marker.set_keypoints({{"center": (0, 0, 0)}})
            """,
            *statements,
            head=HEAD,
        )
        record, out = self.render(script)
        rows = passes(out).plane("ViewLayer.IndexOB.X")
        k, pose = record["camera"]["K"], record["camera"]["matrix_world"]
        for (u, v), depth, place, marker in zip(aimed, depths, places, record["objects"][1:]):
            seen = pixels_of(rows, marker["index"])
            self.assertGreater(len(seen), 12, marker["name"])
            centroid = [sum(p[i] + 0.5 for p in seen) / len(seen) for i in range(2)]
            self.assertLess(math.dist(centroid, (u, v)), 0.5, f"seen at {centroid}, not {u, v}")
            offset = minus(place, [row[3] for row in pose])
            x, y, z = (dot([row[i] for row in pose[:3]], offset) for i in range(3))
            by_k = (k[0][0] * x / -z + k[0][2], k[1][1] * -y / -z + k[1][2])
            self.assertLess(math.dist(by_k, (u, v)), 1e-3, "by K and pose of the record")
            (keypoint,) = marker["keypoints"]
            self.assertLess(math.dist(keypoint["pixel"], (u, v)), 1e-3)
            self.assertAlmostEqual(keypoint["depth"], depth, delta=1e-4)
            self.assertTrue(keypoint["in_frame"])
        return record["camera"]

    def test_sizes_and_fits(self):
        for size, fit in itertools.product(SIZES, FITS):
            with self.subTest(size=size, fit=fit):
                self.check(Pinhole(size, fit), camera_script(size, fit))

    def test_shifted_lens(self):
        for size, fit in itertools.product(SIZES, FITS):
            with self.subTest(size=size, fit=fit):
                options = {"fit": fit, "lens": 35.0, "shift": (0.21, -0.13)}
                self.check(Pinhole(size, **options), camera_script(size, **options))

    def test_pixels_that_are_not_square(self):
        for size, aspect in itertools.product(SIZES, ((2.0, 1.0), (1.0, 1.5))):
            for fit in FITS:
                with self.subTest(size=size, aspect=aspect, fit=fit):
                    options = {"fit": fit, "shift": (0.05, 0.1), "aspect": aspect}
                    self.check(Pinhole(size, **options), camera_script(size, **options))

    def test_field_of_view(self):
        """set_fov is the angle along the side that the sensor is fitted to."""
        for size, fit, angle in itertools.product(SIZES, FITS, (25.0, 70.0)):
            with self.subTest(size=size, fit=fit, angle=angle):
                film = 24.0 if fit == "VERTICAL" else 36.0
                lens = film / 2 / math.tan(math.radians(angle) / 2)
                set_fov = f"self.camera.set_fov({angle})"
                camera = self.check(Pinhole(size, fit, lens), camera_script(size, fit), set_fov)
                side = {"HORIZONTAL": 0, "VERTICAL": 1}.get(fit, 0 if size[0] >= size[1] else 1)
                self.assertAlmostEqual(camera["fov"][side], angle, delta=1e-4)
                other = math.tan(math.radians(angle) / 2) * size[1 - side] / size[side]
                self.assertAlmostEqual(
                    camera["fov"][1 - side], 2 * math.degrees(math.atan(other)), delta=1e-4
                )

    def test_orthographic(self):
        for size in SIZES:
            with self.subTest(size=size):
                scale, long = 6.0, max(size)
                aimed = [(size[0] * i / 4, size[1] * j / 4) for i in (1, 2, 3) for j in (1, 3)]
                axes = rotation(EYE_TURN)
                places = []
                for n, (u, v) in enumerate(aimed):
                    x, y = ((u - size[0] / 2) * scale / long, (size[1] / 2 - v) * scale / long)
                    offset = times(axes, (x + 0.1 * scale, y, -4.0 - n))
                    places.append(tuple(e + o for e, o in zip(EYE, offset)))
                record, out = self.render(
                    scene(
                        GREY,
                        camera_script(size, shift=(0.1, 0)),
                        f"""
                        data.type, data.ortho_scale = "ORTHO", {scale}
                        for place in {places}:
                            marker = self.objects.sphere(radius=0.2).set_location(place)
                            marker.set_keypoints({{"center": (0, 0, 0)}})
                        """,
                        head=HEAD,
                    )
                )
                rows = passes(out).plane("ViewLayer.IndexOB.X")
                for (u, v), marker in zip(aimed, record["objects"][1:]):
                    seen = pixels_of(rows, marker["index"])
                    centroid = [sum(p[i] + 0.5 for p in seen) / len(seen) for i in range(2)]
                    self.assertLess(math.dist(centroid, (u, v)), 0.5)
                    self.assertLess(math.dist(marker["keypoints"][0]["pixel"], (u, v)), 1e-3)


class DepthTest(SampleCase):
    POINT, NORMAL = (0.0, 0.0, -0.3), unit((0.35, -0.2, 1.0))

    def plane(self):
        """A large slanted plane through POINT."""
        return f"""
            plane = self.objects.plane(size=400).set_location({self.POINT})
            plane.set_rotation(Vector({self.NORMAL}).to_track_quat("Z", "Y"))
            """

    def test_slanted_plane(self):
        """Planar depth at every pixel's centre: n(p - e) / n r, r 1 long along the axis."""
        for size, options in (
            ((48, 48), {}),
            ((64, 36), {"shift": (0.2, -0.1), "lens": 30.0}),
            ((36, 64), {"fit": "HORIZONTAL", "aspect": (1.0, 1.5)}),
        ):
            with self.subTest(size=size, **options):
                pinhole = Pinhole(size, **options)
                script = scene(GREY, self.plane(), camera_script(size, **options), head=HEAD)
                _, out = self.render(script)
                rows = passes(out).plane("ViewLayer.Depth.Z")
                height = dot(self.NORMAL, minus(self.POINT, EYE))
                hits = 0
                for y, x in itertools.product(range(size[1]), range(size[0])):
                    slope = dot(self.NORMAL, pinhole.ray(x + 0.5, y + 0.5))
                    expected = height / slope
                    if 0 < expected < 100:
                        hits += 1
                        self.assertAlmostEqual(rows[y][x], expected, delta=2e-4 * expected)
                self.assertGreater(hits, size[0] * size[1] / 2)

    def test_orthographic(self):
        size, scale = (48, 32), 5.0
        script = scene(
            GREY,
            self.plane(),
            camera_script(size),
            f"data.type, data.ortho_scale = 'ORTHO', {scale}",
            head=HEAD,
        )
        _, out = self.render(script)
        rows = passes(out).plane("ViewLayer.Depth.Z")
        axes = rotation(EYE_TURN)
        axis = tuple(-row[2] for row in axes)
        for y, x in itertools.product(range(size[1]), range(size[0])):
            side = scale / max(size)
            local = ((x + 0.5 - size[0] / 2) * side, (size[1] / 2 - y - 0.5) * side, 0.0)
            start = tuple(e + o for e, o in zip(EYE, times(axes, local)))
            expected = dot(self.NORMAL, minus(self.POINT, start)) / dot(self.NORMAL, axis)
            self.assertAlmostEqual(rows[y][x], expected, delta=1e-3)


class IndexTest(SampleCase):
    """The index map against rays through the pixels' centres and all triangles."""

    SIZE = (72, 56)
    BODY = """
        self.objects.plane(size=7).set_location((0.2, 0, -1))
        places = (0, 0, 0), (0.9, 0.4, 0.3), (-0.8, 0.9, 0.6), (1.4, -0.9, 0)
        for i, (x, y, z) in enumerate(places):
            maker = self.objects.cube if i % 2 else self.objects.sphere
            thing = maker().set_location((x, y, z)).set_scale((0.5 + 0.1 * i, 0.6, 0.7 - 0.1 * i))
            thing.set_rotation(Euler((0.3 * i, 0.5, 0.7 * i)))
        pole = self.objects.cube(size=1).set_scale((0.05, 0.05, 4)).set_location((0.5, -0.6, 0))
        """

    def test_against_ray_cast(self):
        options = {"fit": "VERTICAL", "lens": 35.0, "shift": (0.05, -0.05)}
        pinhole = Pinhole(self.SIZE, **options)
        record, out = self.render(
            scene(GREY, self.BODY, camera_script(self.SIZE, **options), head=HEAD)
        )
        rows = passes(out).plane("ViewLayer.IndexOB.X")
        solids = self.solids(record)
        expected = [
            [self.cast(solids, pinhole.ray(x + 0.5, y + 0.5)) for x in range(self.SIZE[0])]
            for y in range(self.SIZE[1])
        ]
        self.assertEqual({v for row in expected for v in row}, set(range(0, 8)) - {1})
        different = 0
        for y, x in itertools.product(range(self.SIZE[1]), range(self.SIZE[0])):
            if rows[y][x] != expected[y][x]:
                different += 1
                around = {
                    expected[j][i]
                    for j in range(max(0, y - 1), min(self.SIZE[1], y + 2))
                    for i in range(max(0, x - 1), min(self.SIZE[0], x + 2))
                }
                self.assertIn(rows[y][x], around, f"pixel {x}, {y} is far from an edge")
        self.assertLessEqual(different, self.SIZE[0] * self.SIZE[1] // 1000)

    def solids(self, record):
        """By index: world triangles (corner and two edges) and a sphere around them.

        Vertices are Blender's, places the record's.
        """
        found = {}
        for entry in record["objects"]:
            obj = bpy.data.objects[entry["name"]]
            if obj.type != "MESH":
                continue
            pose = entry["matrix_world"]
            points = [tuple(dot(row, v.co) + row[3] for row in pose[:3]) for v in obj.data.vertices]
            obj.data.calc_loop_triangles()
            triangles = [[points[i] for i in t.vertices] for t in obj.data.loop_triangles]
            middle = tuple(sum(axis) / len(points) for axis in zip(*points))
            radius = max(math.dist(middle, p) for p in points)
            found[entry["index"]] = (
                [(a, minus(b, a), minus(c, a)) for a, b, c in triangles],
                minus(middle, EYE),
                radius,
            )
        return found

    def cast(self, solids, ray):
        """Index of the nearest triangle along a ray from the eye (Möller and Trumbore), or 0."""
        nearest, hit = math.inf, 0
        length2 = dot(ray, ray)
        for index, (triangles, middle, radius) in solids.items():
            along = dot(middle, ray)
            if dot(middle, middle) - along * along / length2 > radius * radius:
                continue
            for corner, e1, e2 in triangles:
                p = cross(ray, e2)
                det = dot(e1, p)
                if det == 0.0:
                    continue
                s = minus(EYE, corner)
                u = dot(s, p) / det
                if not 0 <= u <= 1:
                    continue
                q = cross(s, e1)
                v = dot(ray, q) / det
                if v < 0 or u + v > 1:
                    continue
                t = dot(e2, q) / det
                if 0.1 < t < nearest:  # planar depth, as the ray is 1 long along the axis
                    nearest, hit = t, index
        return hit


class TurnTest(SceneCase):
    def near(self, found, expected, delta=2e-6):
        for a, b in zip(found, expected):
            self.assertAlmostEqual(a, b, delta=delta, msg=f"{tuple(found)} {tuple(expected)}")

    def axes(self, rv_obj):
        """World axes of an object, as columns."""
        bpy.context.view_layer.update()
        rows = rv_obj.obj.matrix_world.to_3x3().normalized()
        return [tuple(row[i] for row in rows) for i in range(3)]

    def test_point_at(self):
        """-Z looks at the target, X is level, Y looks up; then the roll, right-handed."""
        rng = random.Random(3)
        target, eye = self.scene.objects.empty(), self.scene.camera
        for angle in (0.0, 30.0, -120.0):
            for _ in range(20):
                a, b = ([rng.uniform(-5, 5) for _ in range(3)] for _ in range(2))
                target.set_location(a)
                eye.set_location(b).point_at(target, angle)
                aim = unit(minus(a, b))
                level = unit(cross(aim, (0, 0, 1)))
                up = cross(level, aim)
                found = self.axes(eye)
                self.near(found[0], turned(level, aim, angle))
                self.near(found[1], turned(up, aim, angle))
                self.near(found[2], [-v for v in aim])

    def test_point_at_within_parents(self):
        rng = random.Random(4)
        for _ in range(10):
            outer = self.scene.objects.empty().set_location([rng.uniform(-3, 3) for _ in range(3)])
            outer.set_rotation(Euler([rng.uniform(-3, 3) for _ in range(3)])).set_scale(2.5)
            target = self.scene.objects.empty().set_location((1, 2, 3))
            target.obj.parent = outer.obj
            eye = self.scene.objects.empty().set_location((0.5, -1, 2))
            eye.obj.parent = outer.obj
            eye.point_at(target)
            bpy.context.view_layer.update()
            a, b = (o.obj.matrix_world.translation for o in (target, eye))
            self.near(self.axes(eye)[2], [-v for v in unit(minus(a, b))], 1e-5)
            self.assertAlmostEqual(self.axes(eye)[0][2], 0, delta=1e-5)

    def test_rotate_around_axis(self):
        rng = random.Random(5)
        for _ in range(30):
            start = Euler([rng.uniform(-3, 3) for _ in range(3)])
            axis, angle = [rng.uniform(-1, 1) for _ in range(3)], rng.uniform(-400, 400)
            cube = self.scene.objects.cube().set_location((1, 2, 3)).set_rotation(start)
            before = self.axes(cube)
            cube.rotate_around_axis(axis, angle)
            for old, new in zip(before, self.axes(cube)):
                self.near(new, turned(old, unit(axis), angle), 5e-6)
            self.assertEqual(cube.get_location(), (1, 2, 3))


def turned(v, axis, degrees):
    """Rodrigues' formula."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    along = dot(axis, v) * (1 - c)
    return tuple(c * x + s * y + along * a for x, y, a in zip(v, cross(axis, v), axis))


def parted(a, b, gap, rounds=20000):
    """Whether two convex point sets are at least `gap` apart: a plane between them proves it.

    Frank and Wolfe's method on the difference of the sets; False is proved by two near points.
    """
    x = minus(a[0], b[0])
    for _ in range(rounds):
        length = math.sqrt(dot(x, x))
        if length < gap:
            return False
        p = min(a, key=lambda v: dot(x, v))
        q = max(b, key=lambda v: dot(x, v))
        if (dot(x, p) - dot(x, q)) / length >= gap - 1e-5:
            return True
        step = minus(minus(p, q), x)
        t = min(1.0, -dot(x, step) / dot(step, step))
        x = tuple(v + t * d for v, d in zip(x, step))
    raise AssertionError(f"undecided: {math.sqrt(dot(x, x))} and {gap}")


class ScatterTest(SceneCase):
    """Distances by another method than scatter's own, domains by their formulas."""

    GAP = 0.06

    def bracket(self):
        """A U of three bars: not convex, so bounding shapes will not do; its parts are."""
        parts = [
            [(-0.5, -0.1, -0.1), (0.5, 0.1, 0.1)],
            [(-0.5, 0.1, -0.1), (-0.3, 0.6, 0.1)],
            [(0.3, 0.1, -0.1), (0.5, 0.6, 0.1)],
        ]
        corners = [list(itertools.product(*zip(low, high))) for low, high in parts]
        faces = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
        mesh = bpy.data.meshes.new("Bracket")
        mesh.from_pydata(
            [p for part in corners for p in part],
            [],
            [[8 * n + i for i in face] for n in range(3) for face in faces],
        )
        obj = bpy.data.objects.new("Bracket", mesh)
        self.scene._stage.link(obj)
        return rv.Object(obj, self.scene).set_location((0, 0, -100)), corners

    def place(self, source, domain, count, **options):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            placed = self.scene.scatter(source, count, domain, gap=self.GAP, **options)
        self.assertGreater(len(placed), 8)
        bpy.context.view_layer.update()
        return placed

    def check_gaps(self, placed, parts):
        near = 0
        moved = [
            [[tuple(o.obj.matrix_world @ Vector(p)) for p in part] for part in parts]
            for o in placed
        ]
        for one, other in itertools.combinations(range(len(placed)), 2):
            if math.dist(placed[one].get_location(), placed[other].get_location()) < 2.5:
                near += 1
                for a, b in itertools.product(moved[one], moved[other]):
                    self.assertTrue(parted(a, b, self.GAP), f"{placed[one].obj.name}")
        self.assertGreater(near, 10)

    def test_measure(self):
        """The measure of these tests itself, on two cubes."""
        cube = list(itertools.product((-0.5, 0.5), repeat=3))
        for x, apart in ((1.07, True), (1.05, False), (0.5, False)):
            there = [(p[0] + x, p[1], p[2]) for p in cube]
            self.assertEqual(parted(cube, there, self.GAP), apart, x)

    def test_brackets_in_a_box(self):
        source, parts = self.bracket()
        domain = rv.Domain.box((1, 2, 3), (2.2, 2.2, 2.2))
        placed = self.place(source, domain, 30, rotation="free", scale=(0.6, 1.2), margin=0.2)
        self.check_gaps(placed, parts)
        for o in placed:
            self.assertTrue(
                all(abs(x - c) <= 0.9 + 1e-6 for x, c in zip(o.get_location(), (1, 2, 3)))
            )
        fast = self.place(source, domain, 30, method="fast", scale=0.4)
        self.check_gaps(fast, parts)

    def test_brackets_on_the_floor(self):
        source, parts = self.bracket()
        placed = self.place(source, rv.Domain.rect((0, 0), (3, 3), 0.5), 24, method="exact")
        self.check_gaps(placed, parts)
        for o in placed:
            x, y, z = o.get_location()
            self.assertTrue(abs(x) <= 1.5 and abs(y) <= 1.5 and z == 0.5)

    def test_inside_every_domain(self):
        """Origins keep the margin from the border, by each shape's own formula."""
        margin, triangle = 0.25, [(0.0, 0.0), (4.0, 0.0), (0.0, 4.0)]

        def in_triangle(p):
            return min(p[0], p[1], (4 - p[0] - p[1]) / math.sqrt(2)) >= margin - 1e-6

        def in_ellipsoid(p):  # shrunk radii
            return (
                math.hypot(*((x - c) / (r - margin) for x, c, r in zip(p, (1, 2, 3), (3, 2, 2))))
                <= 1
            )

        cube = self.scene.objects.cube(size=3).set_location((5, 5, 5))
        for domain, inside in (
            (
                rv.Domain.rect((1, 2), (4, 3)),
                lambda p: abs(p[0] - 1) < 1.76 and abs(p[1] - 2) < 1.26,
            ),
            (
                rv.Domain.ellipse((1, 2), (3, 2)),
                lambda p: math.hypot((p[0] - 1) / 2.75, (p[1] - 2) / 1.75) <= 1 + 1e-6,
            ),
            (rv.Domain.polygon(triangle), in_triangle),
            (rv.Domain.convex_polygon(triangle), in_triangle),
            (
                rv.Domain.cylinder((0, 0, 1), 2, 3, axis="y"),
                lambda p: math.hypot(p[0], p[2] - 1) <= 1.75 + 1e-6 and abs(p[1]) <= 1.25 + 1e-6,
            ),
            (rv.Domain.ellipsoid((1, 2, 3), (3, 2, 2)), in_ellipsoid),
            (
                rv.Domain.convex_hull_3d(cube),
                lambda p: all(abs(x - 5) <= 1.25 + 1e-6 for x in p),
            ),
        ):
            with self.subTest(kind=domain.kind):
                ball = self.scene.objects.sphere(radius=0.1, segments=8, ring_count=4)
                for o in self.place(ball, domain, 20, method="fast", margin=margin):
                    self.assertTrue(inside(o.get_location()), o.get_location())

    def test_the_same_places_everywhere(self):
        """Digests of placements: those of every Blender and host."""
        source, _ = self.bracket()
        domains = (
            rv.Domain.polygon([(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)]),
            rv.Domain.ellipse((1, 2), (3, 2)),
            rv.Domain.cylinder((0, 0, 1), 2, 3, axis="y"),
            rv.Domain.ellipsoid((1, 2, 3), (2, 2, 2)),
            rv.Domain.convex_hull_3d(self.scene.objects.cube(size=3)),
        )
        found = []
        for domain in domains:
            placed = self.place(source, domain, 20, rotation="free", scale=(0.4, 0.8), seed=11)
            text = ""
            for o in placed:
                numbers = (*o.get_location(), *o.obj.rotation_quaternion, *o.obj.scale)
                text += " ".join("%.4f" % (x + 0.0) for x in numbers) + "\n"
            text = re.sub(r"-(0\.0000)\b", r"\1", text)
            found.append(f"{len(placed)} {hashlib.sha256(text.encode()).hexdigest()[:12]}")
        self.assertEqual(found, PLACES)


PLACES = [
    "20 c8523ee92930",
    "20 b363cd456660",
    "20 011ce40d8e21",
    "20 0bfd3e85cfda",
    "20 63bd966a69a9",
]
