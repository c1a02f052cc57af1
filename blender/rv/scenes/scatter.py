# SPDX-License-Identifier: MIT
"""Placing many objects in a domain so that they keep their distance."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import bpy
from mathutils import Euler, Matrix, Quaternion, Vector

from ..engine.distance import Placed, Solid, solid_of
from .domain import Domain
from .objects import Object, ObjectLoader

ObjectLoaderSource = ObjectLoader | Object
"""What copies can be made of."""
ScatterSource = ObjectLoaderSource | Sequence[ObjectLoaderSource]
"""What can be scattered."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What `Scene.scatter` was asked for, checked. Lengths in metres, angles in degrees."""

    count: int
    domain: Domain
    method: str = "auto"
    gap: float = 0.0
    scale: float | Sequence[float] = 1.0
    rotation: str = "yaw"
    yaw: Sequence[float] = (0.0, 360.0)
    margin: float = 0.0
    max_attempts_per_object: int = 100
    scale_range: tuple[float, float] = field(init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.domain, Domain):
            raise TypeError(f"domain must be an rv.Domain, not {type(self.domain).__name__}")
        _require(self.count > 0, f"count is {self.count}, must be > 0")
        _require(self.gap >= 0, f"gap is {self.gap}, must be >= 0")
        _require(self.margin >= 0, f"margin is {self.margin}, must be >= 0")
        _require(
            self.max_attempts_per_object > 0,
            f"max_attempts_per_object is {self.max_attempts_per_object}, must be > 0",
        )
        _require(
            self.rotation in ("yaw", "free"),
            f"rotation is '{self.rotation}', must be 'yaw' or 'free'",
        )
        _require(
            self.method in ("auto", "fast", "exact"),
            f"method is '{self.method}', must be 'auto', 'fast' or 'exact'",
        )
        _require(
            len(tuple(self.yaw)) == 2 and self.yaw[0] <= self.yaw[1],
            f"yaw is {self.yaw}, must be (min, max)",
        )
        object.__setattr__(self, "scale_range", _scale_range(self.scale))

    @property
    def strategy(self) -> str:
        """`fast` (bounding spheres) or `exact` (meshes)."""
        if self.method != "auto":
            return self.method
        return "fast" if self.domain.dimension == 2 and self.rotation == "yaw" else "exact"


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)


def _scale_range(scale: Any) -> tuple[float, float]:
    if isinstance(scale, bool):
        raise TypeError("scale must be a number or (min, max), not a bool")
    if isinstance(scale, (int, float)):
        low = high = float(scale)
    elif isinstance(scale, (tuple, list)) and len(scale) == 2:
        low, high = (float(s) for s in scale)
    else:
        raise TypeError("scale must be a number or (min, max)")
    _require(0 < low <= high, f"scale is {scale}, must be positive with min <= max")
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
        # Uniform over all rotations (Shoemake 1992).
        u, v, w = rng.random(), rng.random(), rng.random()
        a, b = math.sqrt(1 - u), math.sqrt(u)
        v, w = 2 * math.pi * v, 2 * math.pi * w
        return Quaternion((b * math.cos(w), a * math.sin(v), a * math.cos(v), b * math.sin(w)))
    return Euler((0, 0, math.radians(rng.uniform(*rules.yaw)))).to_quaternion()


def loaders_of(source: Any) -> list[ObjectLoader]:
    """One loader per source. TypeError for anything but objects, loaders, or a list of them."""
    items = list(source) if isinstance(source, (list, tuple)) else [source]
    if not items or not all(isinstance(item, (Object, ObjectLoader)) for item in items):
        raise TypeError("source must be an Object, an ObjectLoader, or a list of them")
    return [item.as_loader() if isinstance(item, Object) else item for item in items]


class Copies:
    """What is scattered: each time a copy of one of several objects."""

    def __init__(self, loaders: Sequence[ObjectLoader], unique_data: bool) -> None:
        self._loaders = loaders
        self._unique_data = unique_data

    def solids(self) -> list[Solid]:
        """Their meshes, each evaluated once on a temporary instance."""
        probes = [loader.create_instance(register_object=False) for loader in self._loaders]
        try:
            for probe in probes:
                probe.obj.matrix_world = Matrix.Identity(4)
            return _solids(probes)
        finally:
            for probe in probes:
                bpy.data.objects.remove(probe.obj)

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

    Their own scale stays, the scattered one multiplies it.
    """

    def __init__(self, objects: Sequence[Object]) -> None:
        self._objects = objects

    def solids(self) -> list[Solid]:
        """Their meshes, with their own scale."""
        solids = _solids(self._objects)
        for solid, rv_obj in zip(solids, self._objects):
            scale = Matrix.Diagonal(rv_obj.obj.scale)
            solid.vertices = [scale @ v for v in solid.vertices]
        return solids

    def pick(self, rng: Random, number: int) -> int:
        """Which of the solids the object with that number gets."""
        return number

    def place(self, spot: _Spot) -> Object:
        """Puts an object into its place."""
        rv_obj = self._objects[spot.source]
        rv_obj.set_scale(rv_obj.obj.scale * spot.scale)
        rv_obj.set_rotation(spot.rotation).set_location(spot.location)
        rv_obj._register()
        return rv_obj

    def remove_rest(self) -> None:
        """Removes those that found no place."""
        for rv_obj in self._objects:
            if rv_obj.index is None:
                bpy.data.objects.remove(rv_obj.obj)


def scatter(
    stock: Copies | Singles,
    rules: Rules,
    rng: Random,
    on_create: Callable[[Any, Random, int], Any] | None = None,
) -> tuple[list[Any], dict[str, int]]:
    """Places up to `rules.count` objects; (objects, counts of what happened).

    fast: spheres about the objects' origins (circles seen from above in a 2D domain) keep `gap`.
    exact: the meshes themselves do; spheres only say where no look at them is needed.
    """
    flat = rules.domain.dimension == 2
    exact = rules.strategy == "exact"
    solids = stock.solids()
    radii = [solid.radius(flat) for solid in solids]
    grid = _Grid(2 * max(radii) * rules.scale_range[1] + rules.gap, flat)
    spots: list[_Spot] = []
    objects: list[Any] = []
    counts = dict.fromkeys(
        ("attempts", "rejected_boundary", "rejected_overlap", "rejected_attempt_limit"), 0
    )

    for number in range(rules.count):
        source = stock.pick(rng, number)
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


def _solids(objects: Sequence[Object]) -> list[Solid]:
    for rv_obj in objects:
        if rv_obj.obj.data is None:
            raise ValueError(f"object '{rv_obj.obj.name}' has no geometry to scatter")
    bpy.context.view_layer.update()
    depsgraph = bpy.context.evaluated_depsgraph_get()
    return [solid_of(rv_obj.obj, depsgraph) for rv_obj in objects]


def _too_close(a: _Spot, b: _Spot, gap: float, flat: bool, exact: bool) -> bool:
    offset = a.location - b.location
    if (offset.xy if flat else offset).length >= a.radius + b.radius + gap:
        return False
    if not exact:
        return True
    assert a.mesh is not None and b.mesh is not None
    return a.mesh.closer_than(b.mesh, gap)
