# SPDX-License-Identifier: MIT
"""Regions of space to place objects in.

A Domain is 2D (a flat region at one height z) or 3D. It can be sampled uniformly, asked whether it
contains a point or an object, and shrunk (`inset`). All lengths are in scene units (metres), points
are `mathutils.Vector` or any three numbers. Borders belong to the domain, with a slack of 1e-9.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any, Literal

from mathutils import Vector

from ..engine import measure
from ..plain import polygon
from ..plain.types import PairLike, VectorLike
from ..plain.values import choice, number, pair, refuse, vector, whole
from .objects import Object

AABB = tuple[Vector, Vector]
"""Lowest and highest corner of a box."""

SLACK = 1e-9  # borders count as inside
HEIGHT_SLACK = 1e-6  # 2D domains: |z - domain z|
POLYGON_TRIES = 512
HULL_TRIES = 512
CUSTOM_TRIES = 2048


class Domain:
    """A region; make one with the static constructors.

    `kind` names its shape, `data` holds its parameters (with `inset_margin` once inset), and
    `dimension` is 2 or 3. ValueError on an unknown kind or a dimension that does not fit it.
    """

    def __new__(cls, kind: str, data: dict[str, Any], dimension: int) -> Domain:
        shape = _SHAPES.get(kind, (_Custom, dimension))
        if shape[0] is _Custom and not callable(data.get("contains_point")):
            raise ValueError(f"unknown domain kind {kind!r}; known: {', '.join(_SHAPES)}")
        if dimension != shape[1] or dimension not in (2, 3):
            wanted = shape[1] if kind in _SHAPES else "2 or 3"
            refuse(ValueError, f"dimension of the kind {kind!r}", str(wanted), dimension)
        return super().__new__(shape[0])

    def __init__(self, kind: str, data: dict[str, Any], dimension: int) -> None:
        self._kind = kind
        self._data = data
        self._dimension = dimension

    @property
    def kind(self) -> str:
        """The shape's name."""
        return self._kind

    @property
    def data(self) -> dict[str, Any]:
        """The shape's parameters."""
        return self._data

    @property
    def dimension(self) -> int:
        """2 or 3."""
        return self._dimension

    @property
    def inset_margin(self) -> float:
        """How far the domain was shrunk by `inset`, in all."""
        return float(self._data.get("inset_margin", 0.0))

    # -- constructors -----------------------------------------------------------------------------

    @staticmethod
    def rect(center: PairLike = (0, 0), size: PairLike = (10, 10), z: float = 0) -> Domain:
        """An axis-aligned rectangle of `size` (x, y) about `center` (x, y), at the height z.

        ValueError unless both sizes are positive.
        """
        data = {"center": pair(center, "center"), "size": _positive(size, 2, "size")}
        return Domain("rect", {**data, "z": number(z, "z")}, 2)

    @staticmethod
    def ellipse(center: PairLike = (0, 0), radii: PairLike = (5, 3), z: float = 0) -> Domain:
        """An axis-aligned ellipse about `center` (x, y), at the height z.

        ValueError unless both radii are positive.
        """
        data = {"center": pair(center, "center"), "radii": _positive(radii, 2, "radii")}
        return Domain("ellipse", {**data, "z": number(z, "z")}, 2)

    @staticmethod
    def polygon(points: Iterable[PairLike], z: float = 0) -> Domain:
        """A simple polygon of points (x, y), in either direction, at the height z.

        ValueError for fewer than 3 distinct points, one that crosses itself, or one without area.
        """
        return Domain("polygon", _polygon_data(points, z), 2)

    @staticmethod
    def convex_polygon(points: Iterable[PairLike], z: float = 0) -> Domain:
        """A convex polygon. ValueError as for `polygon`, and when it is not convex."""
        data = _polygon_data(points, z)
        if not polygon.is_convex(data["points"]):
            raise ValueError("the polygon is not convex")
        return Domain("hull2d", data, 2)

    @staticmethod
    def box(center: VectorLike = (0, 0, 0), size: VectorLike = (10, 10, 10)) -> Domain:
        """An axis-aligned box of `size` (x, y, z) about `center`.

        ValueError unless all sizes are positive.
        """
        data = {"center": vector(center, "center"), "size": _positive(size, 3, "size")}
        return Domain("box", data, 3)

    @staticmethod
    def cylinder(
        center: VectorLike = (0, 0, 0),
        radius: float = 5,
        height: float = 10,
        axis: Literal["X", "Y", "Z"] = "Z",
    ) -> Domain:
        """A cylinder about an axis through `center`.

        ValueError unless radius and height are positive and axis is X, Y or Z in either case.
        """
        data = {
            "center": vector(center, "center"),
            "radius": number(radius, "radius", above=0),
            "height": number(height, "height", above=0),
            "axis": choice(str(axis).upper(), "axis", "XYZ"),
        }
        return Domain("cylinder", data, 3)

    @staticmethod
    def ellipsoid(center: VectorLike = (0, 0, 0), radii: VectorLike = (5, 3, 2)) -> Domain:
        """An axis-aligned ellipsoid. ValueError unless all radii are positive."""
        data = {"center": vector(center, "center"), "radii": _positive(radii, 3, "radii")}
        return Domain("ellipsoid", data, 3)

    @staticmethod
    def convex_hull_2d(rv_obj: Object) -> Domain:
        """The convex hull of an object's world vertices seen from above, at the height of its
        location.

        ValueError for an object without a mesh or a hull without area.
        """
        corners = polygon.hull_2d([(v.x, v.y) for v in _world_vertices(rv_obj)])
        height = measure.world_matrix(rv_obj.obj).translation.z
        return Domain("hull2d", _polygon_data(corners, height), 2)

    @staticmethod
    def convex_hull_3d(rv_obj: Object) -> Domain:
        """The convex hull of an object's world vertices.

        ValueError for an object without a mesh or a flat one.
        """
        return Domain("hull3d", measure.convex_hull(_world_vertices(rv_obj)), 3)

    @staticmethod
    def convex_hull(rv_obj: Object, project_2d: bool = False) -> Domain:
        """Deprecated: `convex_hull_2d` or `convex_hull_3d`."""
        warnings.warn(
            "Domain.convex_hull is deprecated: use convex_hull_2d or convex_hull_3d",
            DeprecationWarning,
            2,
        )
        return Domain.convex_hull_2d(rv_obj) if project_2d else Domain.convex_hull_3d(rv_obj)

    @staticmethod
    def custom(
        *,
        dimension: int,
        contains_point: Callable[[Vector, float], bool],
        aabb: Callable[[float], AABB],
        sample_point: Callable[[Random, float], Vector] | None = None,
        kind: str = "custom",
        data: dict[str, Any] | None = None,
    ) -> Domain:
        """A region of your own.

        `contains_point(point, margin)`: is the point inside, at least `margin` from the border;
        `aabb(inset_margin)`: (min, max) corners that enclose the region shrunk by the margin;
        `sample_point(rng, inset_margin)`: a uniform point, where you know a better way than trying
        points of the box. ValueError for a dimension other than 2 or 3 or a kind that is taken,
        TypeError for what cannot be called.
        """
        functions = {"contains_point": contains_point, "aabb": aabb, "sample_point": sample_point}
        for name, function in functions.items():
            if not callable(function) and (name != "sample_point" or function is not None):
                refuse(TypeError, name, "a function", function)
        if kind in _SHAPES:
            raise ValueError(f"the kind {kind!r} is built in: choose another name")
        dimension = whole(dimension, "dimension", 2, 3)
        return Domain(kind, {**(data or {}), **functions, "dimension": dimension}, dimension)

    # -- questions --------------------------------------------------------------------------------

    def inset(self, margin: float) -> Domain:
        """This domain with its border moved inwards by `margin`; margins of repeated calls add up.

        ValueError when it is negative.
        """
        total = self.inset_margin + number(margin, "margin", 0)
        return Domain(self._kind, {**self._data, "inset_margin": total}, self._dimension)

    def sample_point(self, rng: Random) -> Vector:
        """A uniformly distributed point; `rng` is a stream of `Scene.rng`, or a `random.Random`.

        ValueError when the inset leaves nothing.
        """
        return self._sample(rng, self.inset_margin)

    def contains_point(self, point: VectorLike, margin: float = 0) -> bool:
        """Whether the point lies inside, at least `margin` from the border.

        ValueError for a negative margin.
        """
        margin = number(margin, "margin", 0)
        p = Vector(vector(point, "point"))
        if self._dimension == 2 and "z" in self._data and abs(p.z - self._data["z"]) > HEIGHT_SLACK:
            return False
        return self._contains(p, margin + self.inset_margin)

    def contains_object(
        self, obj: Object, margin: float = 0, mode: Literal["mesh", "aabb"] = "mesh"
    ) -> bool:
        """Whether every vertex (`mesh`) or every corner of the bounding box (`aabb`) of the object
        lies inside; heights do not count in a 2D domain.

        ValueError for another mode.
        """
        if choice(mode, "mode", ("mesh", "aabb")) == "mesh":
            points = _world_vertices(obj)
        else:
            low, high = (obj.get_bounds()[key] for key in ("min", "max"))
            points = [Vector(p) for p in measure.box_corners((low, high))]
        if self._dimension == 2 and "z" in self._data:
            points = [Vector((p.x, p.y, self._data["z"])) for p in points]
        return all(self.contains_point(p, margin) for p in points)

    def aabb(self) -> AABB:
        """(min, max) corners of the enclosing box; shapes given by formulas shrink by the inset."""
        return self._aabb(self.inset_margin)

    # -- what each shape answers, heights of flat ones apart

    def _contains(self, p: Vector, margin: float) -> bool:
        raise NotImplementedError

    def _sample(self, rng: Random, inset: float) -> Vector:
        raise NotImplementedError

    def _aabb(self, inset: float) -> AABB:
        raise NotImplementedError

    def _point(self, numbers: Sequence[float]) -> Vector:
        """A point of the domain; of a flat one at its height."""
        return Vector((*numbers, self._data["z"]) if len(numbers) == 2 else numbers)

    def _box(self, center: Sequence[float], reach: Sequence[float]) -> AABB:
        low, high = ([c + s * r for c, r in zip(center, reach)] for s in (-1, 1))
        return self._point(low), self._point(high)


class _Box(Domain):
    """Rectangles and boxes."""

    def _half(self, inset: float) -> list[float]:
        return _shrunk([size / 2 for size in self._data["size"]], inset)

    def _contains(self, p: Vector, margin: float) -> bool:
        edges = zip(self._data["center"], self._data["size"])
        return all(abs(p[i] - c) <= s / 2 - margin + SLACK for i, (c, s) in enumerate(edges))

    def _sample(self, rng: Random, inset: float) -> Vector:
        sides = zip(self._data["center"], self._half(inset))
        return self._point([rng.uniform(c - h, c + h) for c, h in sides])

    def _aabb(self, inset: float) -> AABB:
        return self._box(self._data["center"], self._half(inset))


class _Ellipsoid(Domain):
    """Ellipses and ellipsoids."""

    def _contains(self, p: Vector, margin: float) -> bool:
        left = [r - margin for r in self._data["radii"]]
        if min(left) < 0:
            return False
        total = 0.0
        for at, center, radius in zip(p, self._data["center"], left):
            if radius == 0:
                if abs(at - center) > SLACK:
                    return False
            else:
                total += ((at - center) / radius) ** 2
        return total <= 1 + SLACK

    def _sample(self, rng: Random, inset: float) -> Vector:
        radii = _shrunk(self._data["radii"], inset)
        flat, rest = 1.0, []
        if len(radii) == 3:
            z = rng.uniform(-1.0, 1.0)
            flat, rest = math.sqrt(max(0.0, 1 - z * z)), [z]
        theta = rng.uniform(0.0, 2 * math.pi)
        r = math.sqrt(rng.random()) if len(radii) == 2 else rng.random() ** (1 / 3)
        unit = (flat * math.cos(theta), flat * math.sin(theta), *rest)
        return self._point([c + s * r * u for c, s, u in zip(self._data["center"], radii, unit)])

    def _aabb(self, inset: float) -> AABB:
        return self._box(self._data["center"], _shrunk(self._data["radii"], inset))


class _Cylinder(Domain):
    """Cylinders about one of the axes."""

    def __init__(self, kind: str, data: dict[str, Any], dimension: int) -> None:
        super().__init__(kind, data, dimension)
        self._axis = "XYZ".index(data["axis"])
        self._flat = [i for i in range(3) if i != self._axis]

    def _contains(self, p: Vector, margin: float) -> bool:
        center, radius, half = self._data["center"], self._data["radius"], self._data["height"] / 2
        if abs(p[self._axis] - center[self._axis]) > half - margin + SLACK:
            return False
        return math.hypot(*(p[i] - center[i] for i in self._flat)) <= radius - margin + SLACK

    def _inside(self, inset: float) -> list[float]:
        return _shrunk((self._data["radius"], self._data["height"] / 2), inset)

    def _sample(self, rng: Random, inset: float) -> Vector:
        radius, half = self._inside(inset)
        theta = rng.uniform(0.0, 2 * math.pi)
        r = radius * math.sqrt(rng.random())
        p = list(self._data["center"])
        p[self._flat[0]] += r * math.cos(theta)
        p[self._flat[1]] += r * math.sin(theta)
        p[self._axis] += rng.uniform(-half, half)
        return Vector(p)

    def _aabb(self, inset: float) -> AABB:
        radius, half = self._inside(inset)
        reach = [half if i == self._axis else radius for i in range(3)]
        return self._box(self._data["center"], reach)


class _Polygon(Domain):
    """Polygons, convex or not; a margin is the distance to the nearest edge."""

    def _contains(self, p: Vector, margin: float) -> bool:
        points = self._data["points"]
        distance = polygon.distance_to_edges(points, p.x, p.y)
        if margin <= 0:
            return distance <= SLACK or polygon.point_in_polygon(points, p.x, p.y)
        return polygon.point_in_polygon(points, p.x, p.y) and distance >= margin - SLACK

    def _sample(self, rng: Random, inset: float) -> Vector:
        triangles = self._data["triangles"]
        total = sum(t[3] for t in triangles)
        for _ in range(POLYGON_TRIES):
            at = rng.uniform(0.0, total)
            for a, b, c, area in triangles:
                at -= area
                if at <= 0:
                    break
            root, v = math.sqrt(rng.random()), rng.random()
            weights = (1 - root, root * (1 - v), root * v)
            x, y = (sum(w * q[i] for w, q in zip(weights, (a, b, c))) for i in range(2))
            p = self._point((x, y))
            if inset <= 0 or self._contains(p, inset):
                return p
        raise ValueError(
            f"an inset of {inset} leaves too little: no point in {POLYGON_TRIES} tries"
        )

    def _aabb(self, inset: float) -> AABB:
        xs, ys = zip(*self._data["points"])
        return self._point((min(xs), min(ys))), self._point((max(xs), max(ys)))


class _Hull(Domain):
    """A convex solid as outward planes (nx, ny, nz, d): inside where n.p + d <= 0."""

    def _contains(self, p: Vector, margin: float) -> bool:
        return all(
            nx * p.x + ny * p.y + nz * p.z + d <= SLACK - margin
            for nx, ny, nz, d in self._data["planes"]
        )

    def _sample(self, rng: Random, inset: float) -> Vector:
        low, high = self._data["aabb_min"], self._data["aabb_max"]
        for _ in range(HULL_TRIES):
            p = Vector([rng.uniform(low[i], high[i]) for i in range(3)])
            if self._contains(p, inset):
                return p
        center = Vector(self._data["centroid"])
        if not self._contains(center, inset):
            raise ValueError(f"an inset of {inset} leaves nothing of the domain")
        return center

    def _aabb(self, inset: float) -> AABB:
        return Vector(self._data["aabb_min"]), Vector(self._data["aabb_max"])


class _Custom(Domain):
    """What a script describes by functions."""

    def _contains(self, p: Vector, margin: float) -> bool:
        return bool(self._data["contains_point"](p, margin))

    def _sample(self, rng: Random, inset: float) -> Vector:
        if self._data.get("sample_point"):
            return Vector(self._data["sample_point"](rng, inset))
        low, high = self._aabb(inset)
        for _ in range(CUSTOM_TRIES):
            numbers = [rng.uniform(low[i], high[i]) for i in range(self._dimension)]
            p = Vector((*numbers, low[2]) if self._dimension == 2 else numbers)
            if self._contains(p, inset):
                return p
        raise ValueError(f"no point found in {CUSTOM_TRIES} tries of the custom domain's box")

    def _aabb(self, inset: float) -> AABB:
        low, high = self._data["aabb"](inset)
        return Vector(low).to_3d(), Vector(high).to_3d()


_SHAPES: dict[str, tuple[type[Domain], int]] = {
    "rect": (_Box, 2),
    "ellipse": (_Ellipsoid, 2),
    "polygon": (_Polygon, 2),
    "hull2d": (_Polygon, 2),
    "box": (_Box, 3),
    "cylinder": (_Cylinder, 3),
    "ellipsoid": (_Ellipsoid, 3),
    "hull3d": (_Hull, 3),
}


def _positive(values: Any, size: int, what: str) -> tuple[float, ...]:
    """Two or three numbers above 0."""
    if len(values) == size:
        numbers = pair(values, what) if size == 2 else vector(values, what)
        if min(numbers) > 0:
            return numbers
    refuse(ValueError, what, f"{size} numbers above 0", values)


def _shrunk(sizes: Sequence[float], inset: float) -> list[float]:
    """Half sizes or radii less the inset; ValueError when nothing is left."""
    left = [size - inset for size in sizes]
    if min(left) <= 0:
        raise ValueError(f"an inset of {inset} leaves nothing of the domain")
    return left


def _polygon_data(points: Iterable[PairLike], z: float) -> dict[str, Any]:
    given = [pair(p, f"point {i}") for i, p in enumerate(points)]
    corners = polygon.clean_polygon(given)
    return {"points": corners, "triangles": polygon.triangulate(corners), "z": number(z, "z")}


def _world_vertices(rv_obj: Object) -> list[Vector]:
    if not isinstance(rv_obj, Object):
        refuse(TypeError, "object", "an rv.Object", rv_obj)
    return measure.world_vertices(rv_obj.obj)
