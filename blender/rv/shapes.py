# SPDX-License-Identifier: MIT
"""The shapes behind rv.Domain.

Each is made from a domain's `data` and answers `contains(point, margin)`, `sample(rng, inset)` and
`aabb(inset)`; heights of flat shapes are the domain's business.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from typing import Any

from mathutils import Vector

from . import hull

SLACK = 1e-9  # borders count as inside
POLYGON_TRIES = 512
HULL_TRIES = 512
CUSTOM_TRIES = 2048


def _shrunk(sizes: Sequence[float], inset: float) -> list[float]:
    """Half sizes or radii less the inset; ValueError when nothing is left."""
    left = [s - inset for s in sizes]
    if min(left) <= 0:
        raise ValueError(f"an inset of {inset} leaves nothing of the domain")
    return left


def _in_ellipsoid(offsets: Sequence[float], radii: Sequence[float], margin: float) -> bool:
    left = [r - margin for r in radii]
    if min(left) < 0:
        return False
    total = 0.0
    for offset, radius in zip(offsets, left):
        if radius == 0:
            if abs(offset) > SLACK:
                return False
        else:
            total += (offset / radius) ** 2
    return total <= 1 + SLACK


# -----------------------------------


class Box:
    """Rectangles and boxes."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.center = data["center"]
        self.half = [s / 2 for s in data["size"]]
        self.z = data.get("z")

    def _point(self, flat: Sequence[float]) -> Vector:
        return Vector((*flat, self.z) if self.z is not None else flat)

    def contains(self, p: Vector, margin: float) -> bool:
        return all(
            abs(p[i] - c) <= h - margin + SLACK
            for i, (c, h) in enumerate(zip(self.center, self.half))
        )

    def sample(self, rng: Random, inset: float) -> Vector:
        half = _shrunk(self.half, inset)
        return self._point([rng.uniform(c - h, c + h) for c, h in zip(self.center, half)])

    def aabb(self, inset: float) -> tuple[Vector, Vector]:
        half = _shrunk(self.half, inset)
        low, high = ([c + s * h for c, h in zip(self.center, half)] for s in (-1, 1))
        return self._point(low), self._point(high)


class Ellipse:
    def __init__(self, data: dict[str, Any]) -> None:
        self.center, self.radii, self.z = data["center"], data["radii"], data["z"]

    def contains(self, p: Vector, margin: float) -> bool:
        return _in_ellipsoid([p[i] - self.center[i] for i in range(2)], self.radii, margin)

    def sample(self, rng: Random, inset: float) -> Vector:
        rx, ry = _shrunk(self.radii, inset)
        theta = rng.uniform(0.0, 2 * math.pi)
        r = math.sqrt(rng.random())
        return Vector(
            (
                self.center[0] + rx * r * math.cos(theta),
                self.center[1] + ry * r * math.sin(theta),
                self.z,
            )
        )

    def aabb(self, inset: float) -> tuple[Vector, Vector]:
        rx, ry = _shrunk(self.radii, inset)
        cx, cy = self.center
        return Vector((cx - rx, cy - ry, self.z)), Vector((cx + rx, cy + ry, self.z))


class Ellipsoid:
    def __init__(self, data: dict[str, Any]) -> None:
        self.center, self.radii = data["center"], data["radii"]

    def contains(self, p: Vector, margin: float) -> bool:
        return _in_ellipsoid([p[i] - self.center[i] for i in range(3)], self.radii, margin)

    def sample(self, rng: Random, inset: float) -> Vector:
        radii = _shrunk(self.radii, inset)
        z = rng.uniform(-1.0, 1.0)
        theta = rng.uniform(0.0, 2 * math.pi)
        r = rng.random() ** (1 / 3)
        flat = math.sqrt(max(0.0, 1 - z * z))
        unit = (flat * math.cos(theta), flat * math.sin(theta), z)
        return Vector([c + radius * r * u for c, radius, u in zip(self.center, radii, unit)])

    def aabb(self, inset: float) -> tuple[Vector, Vector]:
        radii = Vector(_shrunk(self.radii, inset))
        return Vector(self.center) - radii, Vector(self.center) + radii


class Cylinder:
    def __init__(self, data: dict[str, Any]) -> None:
        self.center, self.radius, self.half = data["center"], data["radius"], data["height"] / 2
        self.axis = "XYZ".index(data["axis"])
        self.flat = [i for i in range(3) if i != self.axis]

    def contains(self, p: Vector, margin: float) -> bool:
        if abs(p[self.axis] - self.center[self.axis]) > self.half - margin + SLACK:
            return False
        return (
            math.hypot(*(p[i] - self.center[i] for i in self.flat)) <= self.radius - margin + SLACK
        )

    def sample(self, rng: Random, inset: float) -> Vector:
        radius, half = _shrunk((self.radius, self.half), inset)
        theta = rng.uniform(0.0, 2 * math.pi)
        r = radius * math.sqrt(rng.random())
        p = list(self.center)
        p[self.flat[0]] += r * math.cos(theta)
        p[self.flat[1]] += r * math.sin(theta)
        p[self.axis] += rng.uniform(-half, half)
        return Vector(p)

    def aabb(self, inset: float) -> tuple[Vector, Vector]:
        radius, half = _shrunk((self.radius, self.half), inset)
        reach = Vector([half if i == self.axis else radius for i in range(3)])
        return Vector(self.center) - reach, Vector(self.center) + reach


class Polygon:
    """Polygons, convex or not; a margin is the distance to the nearest edge."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.points, self.triangles, self.z = data["points"], data["triangles"], data["z"]

    def contains(self, p: Vector, margin: float) -> bool:
        distance = hull.distance_to_edges(self.points, p.x, p.y)
        if margin <= 0:
            return distance <= SLACK or hull.point_in_polygon(self.points, p.x, p.y)
        return hull.point_in_polygon(self.points, p.x, p.y) and distance >= margin - SLACK

    def sample(self, rng: Random, inset: float) -> Vector:
        total = sum(t[3] for t in self.triangles)
        for _ in range(POLYGON_TRIES):
            at = rng.uniform(0.0, total)
            for a, b, c, area in self.triangles:
                at -= area
                if at <= 0:
                    break
            root, v = math.sqrt(rng.random()), rng.random()
            weights = (1 - root, root * (1 - v), root * v)
            x, y = (sum(w * q[i] for w, q in zip(weights, (a, b, c))) for i in range(2))
            p = Vector((x, y, self.z))
            if inset <= 0 or self.contains(p, inset):
                return p
        raise ValueError(
            f"no point found in {POLYGON_TRIES} tries: an inset of {inset} leaves too little"
        )

    def aabb(self, inset: float) -> tuple[Vector, Vector]:
        xs, ys = zip(*self.points)
        return Vector((min(xs), min(ys), self.z)), Vector((max(xs), max(ys), self.z))


class Hull3D:
    """A convex solid as outward planes (nx, ny, nz, d): inside where n.p + d <= 0."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def contains(self, p: Vector, margin: float) -> bool:
        return all(
            nx * p.x + ny * p.y + nz * p.z + d <= SLACK - margin
            for nx, ny, nz, d in self.data["planes"]
        )

    def sample(self, rng: Random, inset: float) -> Vector:
        low, high = self.data["aabb_min"], self.data["aabb_max"]
        for _ in range(HULL_TRIES):
            p = Vector([rng.uniform(low[i], high[i]) for i in range(3)])
            if self.contains(p, inset):
                return p
        center = Vector(self.data["centroid"])
        if not self.contains(center, inset):
            raise ValueError(f"an inset of {inset} leaves nothing of the domain")
        return center

    def aabb(self, inset: float) -> tuple[Vector, Vector]:
        return Vector(self.data["aabb_min"]), Vector(self.data["aabb_max"])


class Custom:
    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def contains(self, p: Vector, margin: float) -> bool:
        return bool(self.data["contains_point"](p, margin))

    def sample(self, rng: Random, inset: float) -> Vector:
        if self.data.get("sample_point"):
            return Vector(self.data["sample_point"](rng, inset))
        low, high = self.aabb(inset)
        for _ in range(CUSTOM_TRIES):
            p = Vector(
                [rng.uniform(low[i], high[i]) for i in range(self.data["dimension"])]
            ).to_3d()
            if self.data["dimension"] == 2:
                p.z = low.z
            if self.contains(p, inset):
                return p
        raise ValueError(f"no point found in {CUSTOM_TRIES} tries of the custom domain's box")

    def aabb(self, inset: float) -> tuple[Vector, Vector]:
        low, high = self.data["aabb"](inset)
        return Vector(low), Vector(high)


SHAPES: dict[str, Any] = {
    "rect": Box,
    "box": Box,
    "ellipse": Ellipse,
    "ellipsoid": Ellipsoid,
    "cylinder": Cylinder,
    "polygon": Polygon,
    "hull2d": Polygon,
    "hull3d": Hull3D,
}
