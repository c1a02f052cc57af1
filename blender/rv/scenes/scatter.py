# SPDX-License-Identifier: MIT
"""Placing many objects in a domain so that they keep their distance."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

import bpy
from mathutils import Euler, Matrix, Quaternion, Vector

from ..engine import measure
from ..engine.distance import Placed, Solid, solid_of
from ..plain.sampling import turn
from ..plain.types import PairLike
from ..plain.values import choice, is_number, number, refuse, span, whole
from .domain import Domain
from .objects import Object, ObjectLoader

ObjectLoaderSource = ObjectLoader | Object
"""What copies can be made of."""
ScatterSource = ObjectLoaderSource | Sequence[ObjectLoaderSource]
"""What can be scattered."""
Method = Literal["auto", "fast", "exact"]
"""How objects are kept apart."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What `Scene.scatter` was asked for, checked. Lengths in metres, angles in degrees."""

    count: int
    domain: Domain
    method: str = "auto"
    gap: float = 0.0
    scale: float | PairLike = 1.0
    rotation: str = "yaw"
    yaw: PairLike = (0.0, 360.0)
    margin: float = 0.0
    max_attempts_per_object: int = 100
    scale_range: tuple[float, float] = field(init=False)
    yaw_range: tuple[float, float] = field(init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.domain, Domain):
            refuse(TypeError, "domain", "an rv.Domain", self.domain)
        checked = {
            "count": whole(self.count, "count", 1),
            "gap": number(self.gap, "gap", 0),
            "margin": number(self.margin, "margin", 0),
            "max_attempts_per_object": whole(
                self.max_attempts_per_object, "max_attempts_per_object", 1
            ),
            "rotation": choice(self.rotation, "rotation", ("yaw", "free")),
            "method": choice(self.method, "method", ("auto", "fast", "exact")),
            "yaw_range": span(self.yaw, "yaw"),
            "scale_range": _scale_range(self.scale),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    @property
    def strategy(self) -> str:
        """`fast` (bounding spheres) or `exact` (meshes)."""
        if self.method != "auto":
            return self.method
        return "fast" if self.domain.dimension == 2 and self.rotation == "yaw" else "exact"


def _scale_range(scale: Any) -> tuple[float, float]:
    if is_number(scale):
        low = high = number(scale, "scale", above=0)
    elif isinstance(scale, bool) or not hasattr(scale, "__len__"):
        refuse(TypeError, "scale", "a number or (lowest, highest)", scale)
    else:
        low, high = span(scale, "scale")
    if low <= 0:
        refuse(ValueError, "scale", "above 0", scale)
    return low, high


class _Grid:
    """Placed spheres by cell, so that a new one looks only at its neighbours."""

    def __init__(self, cell: float, flat: bool) -> None:
        self.cell = cell if cell > 0 else 1.0
        self.axes = 2 if flat else 3
        self.cells: dict[tuple[int, ...], list[int]] = {}

    def _at(self, p: Vector) -> tuple[int, ...]:
        return tuple(math.floor(p[i] / self.cell) for i in range(self.axes))

    def add(self, p: Vector, index: int) -> None:
        self.cells.setdefault(self._at(p), []).append(index)

    def near(self, p: Vector) -> list[int]:
        at = self._at(p)
        steps = (-1, 0, 1)
        if self.axes == 2:
            keys: list[tuple[int, ...]] = [(at[0] + x, at[1] + y) for x in steps for y in steps]
        else:
            keys = [(at[0] + x, at[1] + y, at[2] + z) for x in steps for y in steps for z in steps]
        return sorted(i for key in keys for i in self.cells.get(key, ()))


@dataclass
class _Spot:
    """An accepted place."""

    source: int
    location: Vector
    scale: float
    rotation: Quaternion
    radius: float
    mesh: Placed | None = None

    def matrix(self) -> Matrix:
        return Matrix.LocRotScale(self.location, self.rotation, Vector((self.scale,) * 3))


def _rotation(rng: Random, rules: Rules) -> Quaternion:
    if rules.rotation == "free" and rules.domain.dimension == 3:
        return Quaternion(turn(rng.random(), rng.random(), rng.random()))
    return Euler((0, 0, math.radians(rng.uniform(*rules.yaw_range)))).to_quaternion()


class Copies:
    """What is scattered: each time a copy of one of several objects."""

    def __init__(self, loaders: Sequence[ObjectLoader], unique_data: bool) -> None:
        self._loaders = loaders
        self._unique_data = unique_data

    def solids(self) -> list[Solid]:
        """Their meshes with those of their children, each from one temporary instance."""
        found = []
        for loader in self._loaders:
            with loader.probe() as probe:
                probe.obj.matrix_basis = Matrix.Identity(4)
                probe.obj.parent = None
                found.append(whole_solid(probe))
        return found

    def pick(self, rng: Random, number: int) -> int:
        """Which of the solids the object with that number gets."""
        return rng.randrange(len(self._loaders))

    def place(self, spot: _Spot) -> Object:
        """Puts an object into its place."""
        rv_obj = self._loaders[spot.source].create_instance(linked_data=not self._unique_data)
        rv_obj.set_scale(spot.scale).set_rotation(spot.rotation).set_location(spot.location)
        return rv_obj


class Singles:
    """What is scattered: objects that are there, each once. They are not registered yet.

    Each comes with what hangs on it, itself first. Its own scale stays, the scattered one
    multiplies it.
    """

    def __init__(self, families: Sequence[Sequence[Object]]) -> None:
        self._families = families

    def solids(self) -> list[Solid]:
        """Their meshes, with their own scale."""
        found = []
        for family in self._families:
            solid, scale = whole_solid(family[0]), Matrix.Diagonal(family[0].obj.scale)
            found.append(Solid([scale @ v for v in solid.vertices], solid.triangles))
        return found

    def pick(self, rng: Random, number: int) -> int:
        """Which of the solids the object with that number gets."""
        return number

    def place(self, spot: _Spot) -> Object:
        """Puts an object into its place."""
        rv_obj = self._families[spot.source][0]
        rv_obj.set_scale(rv_obj.obj.scale * spot.scale)
        rv_obj.set_rotation(spot.rotation).set_location(spot.location)
        for member in self._families[spot.source]:
            member._register()
        return rv_obj

    def remove_rest(self) -> None:
        """Removes those that found no place."""
        rest = [family for family in self._families if family[0].index is None]
        bpy.data.batch_remove([member.obj for family in rest for member in family])


def scatter(
    stock: Copies | Singles,
    rules: Rules,
    rng: Random,
    on_create: Callable[[Object, Random, int], Any] | None = None,
) -> tuple[list[Any], dict[str, int]]:
    """Places up to `rules.count` objects; (objects, counts of what happened).

    fast: spheres about the objects' origins (circles seen from above in a 2D domain) keep `gap`.
    exact: the meshes themselves do; spheres only say where no look at them is needed.
    """
    flat = rules.domain.dimension == 2
    exact = rules.strategy == "exact"
    solids = stock.solids()
    if exact and not all(solid.triangles for solid in solids):
        raise ValueError("what is scattered by the method 'exact' must have faces")
    radii = [solid.radius(flat) for solid in solids]
    grid = _Grid(2 * max(radii) * rules.scale_range[1] + rules.gap, flat)
    spots: list[_Spot] = []
    objects: list[Any] = []
    counts = dict.fromkeys(
        ("attempts", "rejected_boundary", "rejected_overlap", "rejected_attempt_limit"), 0
    )

    for at in range(rules.count):
        source = stock.pick(rng, at)
        for _ in range(rules.max_attempts_per_object):
            counts["attempts"] += 1
            scale = rng.uniform(*rules.scale_range)
            location = rules.domain.sample_point(rng)
            if not rules.domain.contains_point(location, rules.margin):
                counts["rejected_boundary"] += 1
                continue
            spot = _Spot(source, location, scale, _rotation(rng, rules), radii[source] * scale)
            if exact:
                spot.mesh = solids[source].placed(spot.matrix())
            if any(_too_close(spot, spots[i], rules.gap, flat, exact) for i in grid.near(location)):
                counts["rejected_overlap"] += 1
                continue
            grid.add(location, len(spots))
            spots.append(spot)
            objects.append(stock.place(spot))
            if on_create is not None:
                on_create(objects[-1], rng, len(objects) - 1)
            break
        else:
            counts["rejected_attempt_limit"] += 1
    if len(objects) < rules.count:
        warnings.warn(
            f"scatter placed {len(objects)} of {rules.count} objects", UserWarning, stacklevel=4
        )
    return objects, counts


def whole_solid(rv_obj: Object) -> Solid:
    """The mesh of an object and of all that hangs on it, in its own space.

    ValueError when there is nothing that could have a size.
    """
    root = rv_obj.obj
    parts = [root, *measure.family(root)]
    if all(part.data is None for part in parts):
        raise ValueError(f"{rv_obj!r} has no geometry to scatter")
    solid = solid_of(root)
    into = measure.world_matrix(root).inverted_safe()
    for part in parts[1:]:
        solid = solid.with_other(solid_of(part), into @ measure.world_matrix(part))
    return solid


def _too_close(a: _Spot, b: _Spot, gap: float, flat: bool, exact: bool) -> bool:
    offset = a.location - b.location
    if (offset.xy if flat else offset).length >= a.radius + b.radius + gap:
        return False
    if not exact:
        return True
    assert a.mesh is not None and b.mesh is not None
    return a.mesh.closer_than(b.mesh, gap)
