# SPDX-License-Identifier: MIT
"""Finding places for objects that are there, each another: apart from one another and from
obstacles, in a domain, on a surface or above it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from random import Random
from typing import Any, Literal

from mathutils import Matrix, Quaternion, Vector

from ..engine import measure
from ..engine.distance import Placed as PlacedMesh
from ..engine.distance import Solid
from ..plain.sampling import Range, range_of, turn
from ..plain.types import Float3
from ..plain.values import choice, number, refuse, whole
from .domain import Domain
from .objects import Object, several
from .scatter import whole_solid

Turning = Literal["keep", "upright", "uniform"]
"""How an object that is placed is turned: as it is, about Z, or in all ways."""
DOWN = Vector((0.0, 0.0, -1.0))


def point_of_interest(objects: Iterable[Object]) -> Float3:
    """The middle of the one whose box is nearest to the mean of all middles.

    ValueError without any surface.
    """
    boxes = [measure.bounds(o.obj) for o in objects if o.obj.type in measure.SOLID]
    middles = [Vector(box["center"]) for box in boxes]
    if not middles:
        raise ValueError("there is no object with a surface to look at")
    mean = sum(middles, Vector()) / len(middles)
    x, y, z = min(middles, key=lambda middle: (middle - mean).length)
    return x, y, z


class Placing:
    """What has been asked for, checked; see `Scene.place`."""

    def __init__(
        self,
        domain: Domain | None,
        on: Object | None,
        above: Range,
        gap: float,
        rotation: str,
        obstacles: Any,
        max_attempts: int,
    ) -> None:
        if domain is not None and not isinstance(domain, Domain):
            refuse(TypeError, "domain", "an rv.Domain", domain)
        if on is not None and not isinstance(on, Object):
            refuse(TypeError, "on", "an rv.Object", on)
        self.above = range_of(above, "above", 0)
        self.gap = number(gap, "gap", 0)
        self.rotation = choice(rotation, "rotation", ("keep", "upright", "uniform"))
        self.max_attempts = whole(max_attempts, "max_attempts", 1)
        self.surface = None if on is None else _mesh(on)
        if domain is None and self.surface is None:
            raise ValueError("place needs a domain, or an object to place things on")
        self.domain = domain if domain is not None else _seen_from_above(self.surface)
        self.taken = [_mesh(obstacle) for obstacle in several(obstacles, "obstacles")]

    def place(self, rv_obj: Object, rng: Random) -> bool:
        """Gives an object a free place; False, and it stays, when there is none."""
        solid = whole_solid(rv_obj)
        if not solid.triangles:
            raise ValueError(f"{rv_obj!r} has no faces: it cannot be kept apart from others")
        scale = measure.world_matrix(rv_obj.obj).to_scale()
        for _ in range(self.max_attempts):
            spot = self.domain.sample_point(rng)
            turned = self._turned(rv_obj, rng)
            matrix = Matrix.LocRotScale(spot, turned, scale)
            if self.surface is not None:
                lifted = self._on_surface(solid, matrix, spot, rng)
                if lifted is None:
                    continue
                matrix.translation = lifted
            mesh = solid.placed(matrix)
            if not any(mesh.closer_than(other, self.gap) for other in self.taken):
                self.taken.append(mesh)
                rv_obj.set_matrix(matrix)
                return True
        return False

    def _turned(self, rv_obj: Object, rng: Random) -> Quaternion:
        if self.rotation == "keep":
            return measure.world_matrix(rv_obj.obj).to_quaternion()
        if self.rotation == "uniform":
            return Quaternion(turn(rng.random(), rng.random(), rng.random()))
        return Quaternion((0.0, 0.0, 1.0), 2.0 * math.pi * rng.random())

    def _on_surface(self, solid: Solid, matrix: Matrix, spot: Vector, rng: Random) -> Vector | None:
        """Where the object's lowest point is on the surface below `spot`, or so much above it."""
        assert self.surface is not None
        height = rng.uniform(*self.above)
        start = Vector((spot.x, spot.y, self.surface.high.z + 1.0))
        hit, _, _, _ = self.surface.tree.ray_cast(start, DOWN)
        if hit is None:
            return None
        turned = matrix.to_3x3()
        lowest = min((turned @ vertex).z for vertex in solid.vertices)
        return Vector((spot.x, spot.y, hit.z - lowest + height))


def _mesh(rv_obj: Object) -> PlacedMesh:
    solid = whole_solid(rv_obj)
    if not solid.triangles:
        raise ValueError(f"{rv_obj!r} has no faces to keep away from, or to be placed on")
    return solid.placed(measure.world_matrix(rv_obj.obj))


def _seen_from_above(surface: PlacedMesh | None) -> Domain:
    assert surface is not None
    middle, size = (surface.low + surface.high) / 2.0, surface.high - surface.low
    return Domain.rect(center=middle.xy, size=size.xy, z=middle.z)


def place(objects: Iterable[Object], rules: Placing, rng: Random) -> list[Object]:
    """Places one after another; those that found a place. A UserWarning tells of the others."""
    wanted = list(objects)
    placed = [rv_obj for rv_obj in wanted if rules.place(rv_obj, rng)]
    if len(placed) < len(wanted):
        left = ", ".join(o.obj.name for o in wanted if o not in placed)
        text = f"place found room for {len(placed)} of {len(wanted)} objects, not for {left}"
        warnings.warn(text, UserWarning, stacklevel=3)
    return placed
