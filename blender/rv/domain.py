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
from typing import Any

from mathutils import Vector

from . import hull
from .shapes import SHAPES, Custom

HEIGHT_SLACK = 1e-6  # 2D domains: |z - domain z|

KINDS = {
    "rect": 2,
    "ellipse": 2,
    "polygon": 2,
    "hull2d": 2,
    "box": 3,
    "cylinder": 3,
    "ellipsoid": 3,
    "hull3d": 3,
}


class Domain:
    """A region; make one with the static constructors.

    `kind` names its shape, `data` holds its parameters (with `inset_margin` once inset), and
    `dimension` is 2 or 3. ValueError on an unknown kind or a dimension that does not fit it.
    """

    def __init__(self, kind: str, data: dict[str, Any], dimension: int) -> None:
        if kind in KINDS:
            if dimension != KINDS[kind]:
                raise ValueError(
                    f"domain kind '{kind}' has dimension {KINDS[kind]}, not {dimension}"
                )
        elif not callable(data.get("contains_point")):
            raise ValueError(f"unknown domain kind '{kind}'; known: {', '.join(KINDS)}")
        if dimension not in (2, 3):
            raise ValueError(f"a domain's dimension is 2 or 3, not {dimension}")
        self._kind = kind
        self._data = data
        self._dimension = dimension
        self._shape = SHAPES.get(kind, Custom)(data)

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
    def rect(
        center: Sequence[float] = (0, 0), size: Sequence[float] = (10, 10), z: float = 0
    ) -> Domain:
        """An axis-aligned rectangle of `size` (x, y) about `center`. ValueError unless both are
        positive."""
        return Domain(
            "rect",
            {"center": _floats(center, 2), "size": _positive(size, 2, "size"), "z": float(z)},
            2,
        )

    @staticmethod
    def ellipse(
        center: Sequence[float] = (0, 0), radii: Sequence[float] = (5, 3), z: float = 0
    ) -> Domain:
        """An axis-aligned ellipse. ValueError unless both radii are positive."""
        return Domain(
            "ellipse",
            {"center": _floats(center, 2), "radii": _positive(radii, 2, "radii"), "z": float(z)},
            2,
        )

    @staticmethod
    def polygon(points: Iterable[Sequence[float]], z: float = 0) -> Domain:
        """A simple polygon, in either direction. ValueError for fewer than 3 distinct points, one
        that
        crosses itself, or one without area."""
        return Domain("polygon", _polygon_data(points, z), 2)

    @staticmethod
    def convex_polygon(points: Iterable[Sequence[float]], z: float = 0) -> Domain:
        """A convex polygon. ValueError as for `polygon`, and when it is not convex."""
        data = _polygon_data(points, z)
        if not hull.is_convex(data["points"]):
            raise ValueError("the polygon is not convex")
        return Domain("hull2d", data, 2)

    @staticmethod
    def box(center: Sequence[float] = (0, 0, 0), size: Sequence[float] = (10, 10, 10)) -> Domain:
        """An axis-aligned box of `size` (x, y, z) about `center`. ValueError unless all are
        positive."""
        return Domain("box", {"center": _floats(center, 3), "size": _positive(size, 3, "size")}, 3)

    @staticmethod
    def cylinder(
        center: Sequence[float] = (0, 0, 0), radius: float = 5, height: float = 10, axis: str = "Z"
    ) -> Domain:
        """A cylinder about an axis through `center`. ValueError unless radius and height are
        positive
        and axis is X, Y or Z in either case."""
        name = str(axis).upper()
        if name not in ("X", "Y", "Z"):
            raise ValueError(f"axis is '{axis}', must be X, Y or Z")
        (r,) = _positive((radius,), 1, "radius")
        (h,) = _positive((height,), 1, "height")
        return Domain(
            "cylinder", {"center": _floats(center, 3), "radius": r, "height": h, "axis": name}, 3
        )

    @staticmethod
    def ellipsoid(
        center: Sequence[float] = (0, 0, 0), radii: Sequence[float] = (5, 3, 2)
    ) -> Domain:
        """An axis-aligned ellipsoid. ValueError unless all radii are positive."""
        return Domain(
            "ellipsoid", {"center": _floats(center, 3), "radii": _positive(radii, 3, "radii")}, 3
        )

    @staticmethod
    def convex_hull_2d(rv_obj: Any) -> Domain:
        """The convex hull of an object's world vertices seen from above, at the height of its
        location.
        ValueError for an object without a mesh or a hull without area."""
        corners = hull.hull_2d([(v.x, v.y) for v in hull.world_vertices(rv_obj)])
        return Domain("hull2d", _polygon_data(corners, rv_obj.obj.matrix_world.translation.z), 2)

    @staticmethod
    def convex_hull_3d(rv_obj: Any) -> Domain:
        """The convex hull of an object's world vertices. ValueError for an object without a mesh
        or a
        flat one."""
        return Domain("hull3d", hull.hull_3d(hull.world_vertices(rv_obj)), 3)

    @staticmethod
    def convex_hull(rv_obj: Any, project_2d: bool = False) -> Domain:
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
        aabb: Callable[[float], tuple[Vector, Vector]],
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
        for name, function in (("contains_point", contains_point), ("aabb", aabb)):
            if not callable(function):
                raise TypeError(f"{name} must be callable")
        if sample_point is not None and not callable(sample_point):
            raise TypeError("sample_point must be callable or None")
        if kind in KINDS:
            raise ValueError(f"kind '{kind}' is built in; choose another name")
        return Domain(
            kind,
            {
                **(data or {}),
                "contains_point": contains_point,
                "aabb": aabb,
                "sample_point": sample_point,
                "dimension": dimension,
            },
            dimension,
        )

    # -- questions --------------------------------------------------------------------------------

    def inset(self, margin: float) -> Domain:
        """This domain with its border moved inwards by `margin`; margins of repeated calls add up.
        ValueError when it is negative."""
        if margin < 0:
            raise ValueError(f"margin is {margin}, must be >= 0")
        data = {**self._data, "inset_margin": self.inset_margin + float(margin)}
        return Domain(self._kind, data, self._dimension)

    def sample_point(self, rng: Random) -> Vector:
        """A uniformly distributed point. ValueError when the inset leaves nothing."""
        return self._shape.sample(rng, self.inset_margin)

    def contains_point(self, point: Sequence[float], margin: float = 0) -> bool:
        """Whether the point lies inside, at least `margin` from the border. ValueError for a
        negative
        margin."""
        if margin < 0:
            raise ValueError(f"margin is {margin}, must be >= 0")
        p = Vector(point)
        if self._dimension == 2 and "z" in self._data and abs(p.z - self._data["z"]) > HEIGHT_SLACK:
            return False
        return self._shape.contains(p, float(margin) + self.inset_margin)

    def contains_object(self, obj: Any, margin: float = 0, mode: str = "mesh") -> bool:
        """Whether every vertex (`mesh`) or every corner of the bounding box (`aabb`) of the object
        lies
        inside; heights do not count in a 2D domain. ValueError for another mode."""
        if mode == "mesh":
            points = hull.world_vertices(obj)
        elif mode == "aabb":
            low, high = (Vector(obj.get_bounds()[key]) for key in ("min", "max"))
            points = [
                Vector((x, y, z))
                for x in (low.x, high.x)
                for y in (low.y, high.y)
                for z in (low.z, high.z)
            ]
        else:
            raise ValueError(f"mode is '{mode}', must be 'mesh' or 'aabb'")
        if self._dimension == 2 and "z" in self._data:
            points = [Vector((p.x, p.y, self._data["z"])) for p in points]
        return all(self.contains_point(p, margin) for p in points)

    def aabb(self) -> tuple[Vector, Vector]:
        """(min, max) corners of the enclosing box; shapes given by formulas shrink by the inset."""
        return self._shape.aabb(self.inset_margin)


# -- helpers
# ------------------------------------------------------------------------------------------


def _floats(values: Sequence[float], n: int) -> tuple[float, ...]:
    numbers = tuple(float(v) for v in values)
    if len(numbers) < n:
        raise ValueError(f"{n} numbers are needed, got {len(numbers)}")
    return numbers[:n]


def _positive(values: Sequence[float], n: int, what: str) -> tuple[float, ...]:
    numbers = tuple(float(v) for v in values)
    if len(numbers) != n or not all(v > 0 and math.isfinite(v) for v in numbers):
        raise ValueError(
            f"{what} is {tuple(values)}, must be {n} positive number{'s' if n > 1 else ''}"
        )
    return numbers


def _polygon_data(points: Iterable[Sequence[float]], z: float) -> dict[str, Any]:
    corners = hull.clean_polygon(points)
    return {"points": corners, "triangles": hull.triangulate(corners), "z": float(z)}
