# SPDX-License-Identifier: MIT
"""The measures of objects."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import product
from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

import bmesh
import bpy
from mathutils import Matrix, Vector

from ..plain.types import Float3
from . import compat

FLAT_MIN = 1e-12  # square of the size of what counts as no triangle

SOLID = ("MESH", "CURVE", "SURFACE", "META", "FONT")
Extent = Tuple[Tuple[float, ...], Tuple[float, ...]]  # lowest and highest corner


@dataclass(frozen=True)
class ObjectStats:
    """What `inspect` tells of an object; lengths in metres."""

    __slots__ = (
        "name",
        "type",
        "dimensions_world",
        "dimensions_local",
        "bounds_world",
        "bounds_local",
        "scale",
    )

    name: str
    """Of the object in Blender."""
    type: str
    """MESH, EMPTY, LIGHT and so on."""
    dimensions_world: Float3
    """Size along its own axes, with its scale."""
    dimensions_local: Float3
    """Size along its own axes; with its scale where that was asked for."""
    bounds_world: Dict[str, Float3]
    """`min`, `max`, `center`, `size` of the box along the world's axes."""
    bounds_local: Dict[str, Float3]
    """`min`, `max`, `center`, `size` of the box along its own axes."""
    scale: Float3
    """Its scale along x, y, z."""

    def to_dict(self) -> Dict[str, Any]:
        """The same as a dict."""
        return asdict(self)


def _triple(vector: Any) -> Float3:
    return float(vector[0]), float(vector[1]), float(vector[2])


def _evaluated(obj: bpy.types.Object) -> bpy.types.Object:
    bpy.context.view_layer.update()
    return obj.evaluated_get(bpy.context.evaluated_depsgraph_get())


def around(points: Iterable[Sequence[float]]) -> Extent:
    """The box around some points."""
    columns = list(zip(*points))
    return tuple(map(min, columns)), tuple(map(max, columns))


def box_corners(box: Extent) -> Iterator[Tuple[float, ...]]:
    """The eight corners of a box, its lowest and highest being given; z changes first."""
    return product(*zip(*box))


def extent(evaluated: bpy.types.Object) -> Optional[Extent]:
    """The lowest and highest corner of an evaluated object's geometry, in its own space.

    None for what has no surface.
    """
    if evaluated.type == "MESH" and compat.has_exact_box(evaluated):
        # Of a mesh the bounding box is exact; of a curve it is, since 4.0, that of its handles.
        return around(evaluated.bound_box) if evaluated.data.vertices else None
    if evaluated.type not in SOLID:
        return None
    points = _points(evaluated)
    return around(points) if points else None


def size(evaluated: bpy.types.Object) -> Float3:
    """The size of an evaluated object along its own axes, with its scale."""
    exact = evaluated.type == "MESH" and compat.has_exact_box(evaluated)
    if exact or evaluated.type not in SOLID:
        return _triple(evaluated.dimensions)
    low, high = extent(evaluated) or ((0.0,) * 3, (0.0,) * 3)
    scale = evaluated.matrix_world.to_scale()
    return _triple([(high[i] - low[i]) * abs(scale[i]) for i in range(3)])


def _points(evaluated: bpy.types.Object) -> List[Vector]:
    """Vertices of the evaluated mesh; of what has none corners of the bounding box. Own space."""
    if evaluated.type in SOLID:
        mesh = evaluated.to_mesh()
        points = [vertex.co.copy() for vertex in mesh.vertices] if mesh is not None else []
        evaluated.to_mesh_clear()
        return points
    if evaluated.type == "EMPTY":
        return []
    return [Vector(corner) for corner in evaluated.bound_box]


def bounds(obj: bpy.types.Object, space: str = "world") -> Dict[str, Float3]:
    """The box around the evaluated object, along the axes of the world, or its own (`local`).

    Zeros for what has no extent. ValueError for another space.
    """
    if space not in ("world", "local"):
        raise ValueError(f"space must be world or local, not {space!r}")
    evaluated = _evaluated(obj)
    matrix = evaluated.matrix_world if space == "world" else Matrix.Identity(4)
    points = [matrix @ point for point in _points(evaluated)]
    if not points:
        zero = (0.0, 0.0, 0.0)
        return {"min": zero, "max": zero, "center": zero, "size": zero}
    low = [min(p[axis] for p in points) for axis in range(3)]
    high = [max(p[axis] for p in points) for axis in range(3)]
    return {
        "min": _triple(low),
        "max": _triple(high),
        "center": _triple([(a + b) / 2.0 for a, b in zip(low, high)]),
        "size": _triple([b - a for a, b in zip(low, high)]),
    }


def dimensions(obj: bpy.types.Object, space: str = "world") -> Float3:
    """The size along the object's own axes, scaled (`world`) or not (`local`).

    ValueError for another space.
    """
    if space == "world":
        return size(_evaluated(obj))
    return bounds(obj, space)["size"]


def stats(obj: bpy.types.Object, applied_scale: bool) -> ObjectStats:
    """All measures; `applied_scale` multiplies the local dimensions by the object's scale."""
    scale = _triple(obj.scale)
    local = dimensions(obj, "local")
    if applied_scale:
        local = _triple([size * factor for size, factor in zip(local, scale)])
    return ObjectStats(
        name=obj.name,
        type=obj.type,
        dimensions_world=dimensions(obj, "world"),
        dimensions_local=local,
        bounds_world=bounds(obj, "world"),
        bounds_local=bounds(obj, "local"),
        scale=scale,
    )


def world_vertices(obj: bpy.types.Object) -> List[Vector]:
    """World positions of the vertices of the evaluated mesh (modifiers applied).

    ValueError for what has none.
    """
    evaluated = _evaluated(obj)
    points = _points(evaluated) if evaluated.type in SOLID else []
    if not points:
        raise ValueError(f"object {obj.name!r} has no mesh with vertices")
    return [evaluated.matrix_world @ point for point in points]


def convex_hull(points: Sequence[Vector]) -> Dict[str, Any]:
    """Outward planes (nx, ny, nz, d), box corners and centroid of the convex hull.

    ValueError when the points lie in a plane. The order of the points makes no difference, nor does
    that in which Blender finds the faces.
    """
    mesh = bmesh.new()
    try:
        for p in sorted({tuple(p) for p in points}):
            mesh.verts.new(p)
        result = bmesh.ops.convex_hull(mesh, input=list(mesh.verts))
        triangles = sorted(
            sorted(tuple(v.co) for v in face.verts)
            for face in result["geom"]
            if isinstance(face, bmesh.types.BMFace)
        )
        corners = sorted({corner for triangle in triangles for corner in triangle})
        if len(corners) < 4:
            raise ValueError("the convex hull is flat: a solid is needed")
        center = sum(map(Vector, corners), Vector()) / len(corners)
        planes = set()
        for triangle in triangles:
            a, b, c = map(Vector, triangle)
            normal = (b - a).cross(c - a)
            if normal.length < FLAT_MIN:
                continue
            normal.normalize()
            if normal.dot(center - a) > 0:
                normal.negate()
            planes.add((normal.x, normal.y, normal.z, -normal.dot(a)))
    finally:
        mesh.free()
    if len(planes) < 4 or all(
        abs(p[0] * center.x + p[1] * center.y + p[2] * center.z + p[3]) < 1e-7 for p in planes
    ):
        raise ValueError("the convex hull is flat: a solid is needed")
    return {
        "planes": sorted(planes),
        "aabb_min": tuple(min(p[i] for p in points) for i in range(3)),
        "aabb_max": tuple(max(p[i] for p in points) for i in range(3)),
        "centroid": tuple(center),
    }
