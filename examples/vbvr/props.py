# SPDX-License-Identifier: MIT
"""What scenes of tasks are furnished with: turned things, tubes, a studio and its light."""

import itertools
import math

import numpy as np

import rv

SIDES = 64  # of what is turned on a lathe


# ---- meshes


def lathe(scene, name, profile, sides=SIDES):
    """A thing turned around Z, of (radius, height) from its bottom to its top."""
    angles = [2.0 * math.pi * i / sides for i in range(sides)]
    points = [(r * math.cos(a), r * math.sin(a), z) for r, z in profile for a in angles]
    faces = [
        (row * sides + i, row * sides + (i + 1) % sides, above + (i + 1) % sides, above + i)
        for row in range(len(profile) - 1)
        for above in ((row + 1) * sides,)
        for i in range(sides)
    ]
    faces.append(tuple(reversed(range(sides))))
    faces.append(tuple(range(len(points) - sides, len(points))))
    return scene.objects.mesh(points, faces, name=name).set_shading("auto")


def rounded(radius, height, edge=0.03, steps=5):
    """The profile of a disc or a column with round edges."""
    turns = [math.pi / 2.0 * i / steps for i in range(steps + 1)]
    low = [(radius - edge + edge * math.sin(a), edge - edge * math.cos(a)) for a in turns]
    high = [(r, height - z) for r, z in reversed(low)]
    return [*low, *high]


def smooth(profile, count=48):
    """A profile whose corners are made round (Catmull-Rom)."""
    p = np.asarray([profile[0], *profile, profile[-1]], dtype=float)
    found = []
    for u in np.linspace(0.0, len(profile) - 1.0, count):
        i = min(int(u), len(profile) - 2)
        t = u - i
        a, b, c, d = p[i : i + 4]
        point = b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
        found.append((max(float(point[0]), 1e-4), float(point[1])))
    return found


def backdrop(scene, name="Backdrop", width=60.0, near=-14.0, back=5.0, bend=3.0, height=20.0):
    """A floor that turns into a wall without an edge."""
    turns = [math.pi / 2.0 * i / 24 for i in range(25)]
    line = [(near, 0.0)]
    line += [(back - bend + bend * math.sin(a), bend - bend * math.cos(a)) for a in turns]
    line.append((back, height))
    points = [(x, y, z) for y, z in line for x in (-width / 2.0, width / 2.0)]
    faces = [(2 * i, 2 * i + 1, 2 * i + 3, 2 * i + 2) for i in range(len(line) - 1)]
    return scene.objects.mesh(points, faces, name=name).set_shading("smooth")


class Tube:
    """Tubes around closed curves of as many points: the same faces, so that one can become another.

    Their rings turn no more than they must, from one curve to the next, too.
    """

    def __init__(self, radius, sides=20):
        self.radius, self.sides = radius, sides
        self._start = np.array((0.0, 0.0, 1.0))
        self._closing = 0.0

    def points(self, curve):
        """The points of the tube around a curve."""
        ahead = np.roll(curve, -1, axis=0) - np.roll(curve, 1, axis=0)
        ahead /= np.linalg.norm(ahead, axis=1)[:, None]
        side = _across(self._start, ahead[0])
        self._start = side
        sides = [side]
        for direction in ahead[1:]:
            sides.append(_across(sides[-1], direction))
        last, up = _across(sides[-1], ahead[0]), np.cross(ahead[0], side)
        closing = -math.atan2(float(last @ up), float(last @ side))
        closing += 2.0 * math.pi * round((self._closing - closing) / (2.0 * math.pi))
        self._closing = closing
        u = np.asarray(sides)
        v = np.cross(ahead, u)
        turn = np.linspace(0.0, closing, len(curve), endpoint=False)[:, None]
        u, v = u * np.cos(turn) + v * np.sin(turn), v * np.cos(turn) - u * np.sin(turn)
        around = np.linspace(0.0, 2.0 * math.pi, self.sides, endpoint=False)
        ring = [u * math.cos(a) + v * math.sin(a) for a in around]
        return (curve[:, None, :] + self.radius * np.stack(ring, axis=1)).reshape(-1, 3)

    def faces(self, count):
        """The faces of a tube around a curve of `count` points."""
        n = self.sides
        return [
            (i * n + j, i * n + (j + 1) % n, k * n + (j + 1) % n, k * n + j)
            for i in range(count)
            for k in ((i + 1) % count,)
            for j in range(n)
        ]


def _across(vector, axis):
    """The part of a vector that is across an axis, of length 1."""
    part = vector - (vector @ axis) * axis
    if np.linalg.norm(part) < 1e-6:
        part = np.cross(axis, (0.36, 0.48, 0.80))
    return part / np.linalg.norm(part)


# ---- rooms


def planks(scene, room, materials, size=(0.2, 1.8), name="Floor"):
    """A floor of planks along Y over ((left, front), (right, back)), of several woods in turn."""
    (left, front), (right, back) = room
    columns, rows = (math.ceil((b - a) / side) for a, b, side in zip(*room, size))
    points, faces, kinds = [], [], []
    for i in range(columns):
        for j in range(-1, rows):
            x, y = left + i * size[0], front + (j + (i * 7 % 10) / 10) * size[1]
            low, high = max(y, front), min(y + size[1], back)
            if low >= high:
                continue
            faces.append(tuple(range(len(points), len(points) + 4)))
            points += [(a, b, 0.0) for a, b in ((x, low), (x + size[0], low))]
            points += [(a, b, 0.0) for a, b in ((x + size[0], high), (x, high))]
            kinds.append((3 * i + 5 * j) % 7 % len(materials))
    floor = scene.objects.mesh(points, faces, name=name)
    for slot, material in enumerate(materials):
        floor.set_material(material, slot=slot)
    floor.obj.data.polygons.foreach_set("material_index", kinds)
    return floor


# ---- light and time


def studio_light(scene, turn, power):
    """A warm lamp from the front left, turned by degrees about Z, a cool one from behind, and a
    pale sky."""
    scene.world = rv.BasicWorld().set_params(color=(0.92, 0.95, 1.0), strength=0.2)
    side, ahead = math.sin(math.radians(turn)), math.cos(math.radians(turn))
    lamps = (
        ("Key", 820 * power, 2.2, (1.0, 0.95, 0.88), (6.5 * side - 2.0, -6.0 * ahead, 7.0)),
        ("Rim", 420, 2.0, (0.85, 0.92, 1.0), (4.5, 3.0, 5.0)),
        ("Fill", 90, 5.0, (1.0, 1.0, 1.0), (-6.0, -5.0, 2.5)),
    )
    for name, watts, size, color, place in lamps:
        lamp = scene.lights.area(name, power=watts).set_size(size).set_color(color)
        lamp.set_location(place).point_at((0, 0, 0.9))


def eased(share):
    """0 to 1, slow at both ends."""
    share = min(max(share, 0.0), 1.0)
    return share * share * (3.0 - 2.0 * share)


# ---- places in the picture


def seen_box(task, thing, margin):
    """The corners of the box around a thing in the picture, `margin` wider on all sides."""
    low, high = (thing.get_bounds()[end] for end in ("min", "max"))
    corners = itertools.product(*zip(low, high))
    xs, ys = zip(*(task.seen_at(corner) for corner in corners))
    left, right, top, bottom = (
        min(xs) - margin,
        max(xs) + margin,
        min(ys) - margin,
        max(ys) + margin,
    )
    return [(left, top), (right, top), (right, bottom), (left, bottom)]
