# SPDX-License-Identifier: MIT
"""Places and measures of objects, as they are at the moment.

Bringing a scene up to date takes as long as it is large, so it is only done for an object whose
place or surface depends on more than its own properties: modifiers, constraints, animation,
physics. Boxes are minima and maxima of coordinates: no sums, which would depend on the processor.
"""

from __future__ import annotations

from array import array
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from itertools import product
from typing import Any, Collection, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

import bmesh
import bpy
from mathutils import Matrix, Vector

from ..plain.types import Float3
from . import compat

FLAT_MIN = 1e-12  # square of the size of what counts as no triangle

# Modifiers by which a mesh alone does not come to depend on time.
_STIFF = (
    "ARRAY",
    "BEVEL",
    "DECIMATE",
    "EDGE_SPLIT",
    "MIRROR",
    "MULTIRES",
    "PARTICLE_SYSTEM",
    "SOLIDIFY",
    "SUBSURF",
    "TRIANGULATE",
    "WEIGHTED_NORMAL",
    "WELD",
)
_WITHOUT_SURFACE = ("CAMERA", "EMPTY", "LIGHT", "LIGHT_PROBE", "SPEAKER")
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


# -- what is there, whether Blender is up to date or not


def update() -> Any:
    """Brings the scene up to date, which takes as long as it is large; its depsgraph."""
    bpy.context.view_layer.update()
    return bpy.context.evaluated_depsgraph_get()


def is_known(obj: bpy.types.Object) -> bool:
    """Whether the measures of an object are those that it has now, without an update."""
    return _is_plain(obj) and _stands_alone(obj)


def _is_simulated(obj: bpy.types.Object) -> bool:
    world = bpy.context.scene.rigidbody_world
    if obj.rigid_body is None or world is None:
        return False
    cache = world.point_cache
    return cache.is_baked or bpy.context.scene.frame_current != cache.frame_start


def _stands_alone(obj: bpy.types.Object) -> bool:
    """Whether an object's place follows from its own properties and those of its parents."""
    return (
        obj.animation_data is None
        and not _is_simulated(obj)
        and not obj.constraints
        and (obj.parent is None or (obj.parent_type == "OBJECT" and _stands_alone(obj.parent)))
    )


def world_matrix(obj: bpy.types.Object) -> Matrix:
    """Where an object is in the world now. The scene is brought up to date only where it must."""
    if not _stands_alone(obj):
        return obj.evaluated_get(update()).matrix_world.copy()
    if obj.parent is None:
        return obj.matrix_basis.copy()
    return world_matrix(obj.parent) @ obj.matrix_parent_inverse @ obj.matrix_basis


def family(
    obj: bpy.types.Object, without: Collection[bpy.types.Object] = ()
) -> List[bpy.types.Object]:
    """All that hang on an object, parents before their children, else by name.

    Not those in `without`, nor what hangs on them.
    """
    children: Dict[bpy.types.Object, List[bpy.types.Object]] = {}
    for other in bpy.data.objects:
        parent = other.parent
        if parent is not None and other not in without:
            children.setdefault(parent, []).append(other)
    found: List[bpy.types.Object] = []
    level = [obj]
    while level:
        level = [child for parent in level for child in children.get(parent, ())]
        found += level
    return found


def _is_plain(obj: bpy.types.Object) -> bool:
    """Whether the surface of an object is that of its mesh, as it is."""
    mesh = obj.data
    return (
        obj.type == "MESH"
        and not mesh.is_editmode
        and mesh.shape_keys is None
        and mesh.animation_data is None
        and not any(modifier.show_viewport for modifier in obj.modifiers)
    )


def may_deform(obj: bpy.types.Object) -> bool:
    """Whether the surface of an object may change by itself, not only its place, size and turn."""
    data, motion = obj.data, obj.animation_data
    curves = (*compat.fcurves(obj), *(motion.drivers if motion is not None else ()))
    return obj.type not in _WITHOUT_SURFACE and (
        obj.type != "MESH"
        or getattr(data, "shape_keys", None) is not None
        or getattr(data, "animation_data", None) is not None
        or any(curve.data_path.startswith("modifiers") for curve in curves)
        or not all(_is_stiff(modifier) for modifier in obj.modifiers)
    )


def _is_stiff(modifier: Any) -> bool:
    """Whether a modifier whose settings stay as they are makes the same of a mesh at all times."""
    pointers = [p.identifier for p in modifier.bl_rna.properties if p.type == "POINTER"]
    others = (getattr(modifier, name) for name in pointers)
    return modifier.type in _STIFF and not any(isinstance(o, bpy.types.Object) for o in others)


@contextmanager
def mesh_of(obj: bpy.types.Object) -> Iterator[Optional[bpy.types.Mesh]]:
    """The mesh that an object has now, modifiers applied, in its own space; None without a surface.

    The scene is brought up to date only where it must.
    """
    if _is_plain(obj):
        yield obj.data
    elif obj.type not in SOLID:
        yield None
    else:
        evaluated = obj.evaluated_get(update())
        try:
            yield evaluated.to_mesh()
        finally:
            evaluated.to_mesh_clear()


def _coordinates(mesh: Optional[bpy.types.Mesh]) -> Tuple[Sequence[float], ...]:
    """All x, all y and all z of a mesh's vertices."""
    if mesh is None:
        return (), (), ()
    numbers = array("f", bytes(12 * len(mesh.vertices)))
    mesh.vertices.foreach_get("co", numbers)
    return numbers[0::3], numbers[1::3], numbers[2::3]


def _points(obj: bpy.types.Object) -> Tuple[Sequence[float], ...]:
    """All x, y and z of an object's vertices; of what has none those of its bounding box."""
    if obj.type in SOLID:
        with mesh_of(obj) as mesh:
            return _coordinates(mesh)
    if obj.type == "EMPTY":
        return (), (), ()
    return tuple(zip(*obj.bound_box))


def _moved(columns: Tuple[Sequence[float], ...], matrix: Matrix) -> List[List[float]]:
    """All x, y and z after a matrix. Sums of three products in a fixed order: on every processor
    the same."""
    points = list(zip(*columns))
    rows = [tuple(row) for row in matrix.to_4x4()][:3]
    return [[a * x + b * y + c * z + d for x, y, z in points] for a, b, c, d in rows]


# -- boxes


def around(points: Iterable[Sequence[float]]) -> Extent:
    """The box around some points."""
    columns = list(zip(*points))
    return tuple(map(min, columns)), tuple(map(max, columns))


def box_corners(box: Extent) -> Iterator[Tuple[float, ...]]:
    """The eight corners of a box, its lowest and highest being given; z changes first."""
    return product(*zip(*box))


def _box(columns: Sequence[Sequence[float]]) -> Optional[Extent]:
    """The box around points that are given as all x, all y and all z; None without any."""
    if not columns[0]:
        return None
    return tuple(map(min, columns)), tuple(map(max, columns))


def extent(evaluated: bpy.types.Object) -> Optional[Extent]:
    """The lowest and highest corner of an evaluated object's geometry, in its own space.

    None for what has no surface.
    """
    if evaluated.type == "MESH" and compat.has_exact_box(evaluated):
        # Of a mesh the bounding box is exact; of a curve it is, since 4.0, that of its handles.
        return around(evaluated.bound_box) if evaluated.data.vertices else None
    if evaluated.type not in SOLID:
        return None
    try:
        return _box(_coordinates(evaluated.to_mesh()))
    finally:
        evaluated.to_mesh_clear()


def size(evaluated: bpy.types.Object) -> Float3:
    """The size of an evaluated object along its own axes, with its scale."""
    exact = evaluated.type == "MESH" and compat.has_exact_box(evaluated)
    if exact or evaluated.type not in SOLID:
        return _triple(evaluated.dimensions)
    return _scaled(extent(evaluated), evaluated.matrix_world)


def _scaled(box: Optional[Extent], matrix: Matrix) -> Float3:
    low, high = box or ((0.0,) * 3, (0.0,) * 3)
    scale = matrix.to_scale()
    return _triple([(high[i] - low[i]) * abs(scale[i]) for i in range(3)])


def _triple(numbers: Any) -> Float3:
    return float(numbers[0]), float(numbers[1]), float(numbers[2])


def _described(box: Optional[Extent]) -> Dict[str, Float3]:
    low, high = box or ((0.0,) * 3, (0.0,) * 3)
    return {
        "min": _triple(low),
        "max": _triple(high),
        "center": _triple([(a + b) / 2.0 for a, b in zip(low, high)]),
        "size": _triple([b - a for a, b in zip(low, high)]),
    }


def _turned(obj: bpy.types.Object, matrix: Matrix) -> Tuple[Sequence[float], ...]:
    """All x, y and z of the vertices of what has a surface, turned and scaled like `matrix`.

    Blender does that in single precision, one vertex by itself: on every processor the same. Where
    the object is stays out of it, since far from the origin that would cost digits.
    """
    source = obj if _is_plain(obj) else obj.evaluated_get(update())
    try:
        mesh = source.to_mesh()  # a copy
        mesh.transform(matrix.to_3x3().to_4x4())
        return _coordinates(mesh)
    finally:
        source.to_mesh_clear()


def _world_box(obj: bpy.types.Object, matrix: Matrix) -> Optional[Extent]:
    """The box around an object's points after a matrix, along the axes of the world."""
    if all(tuple(row)[:3].count(0.0) >= 2 for row in matrix[:3]):  # corners stay corners
        box = _box(_points(obj))
        return None if box is None else _box(_moved(tuple(zip(*box)), matrix))
    if obj.type not in SOLID:
        return _box(_moved(_points(obj), matrix))
    box = _box(_turned(obj, matrix))
    if box is None:
        return None
    place = matrix.to_translation()
    low, high = (tuple(a + b for a, b in zip(corner, place)) for corner in box)
    return low, high


def bounds(obj: bpy.types.Object, space: str = "world") -> Dict[str, Float3]:
    """The box around an object, along the axes of the world, or its own (`local`).

    Zeros for what has no extent.
    """
    if space == "local":
        return _described(_box(_points(obj)))
    return _described(_world_box(obj, world_matrix(obj)))


def dimensions(obj: bpy.types.Object, space: str = "world") -> Float3:
    """The size along the object's own axes, scaled (`world`) or not (`local`)."""
    box = _box(_points(obj))
    return _described(box)["size"] if space == "local" else _scaled(box, world_matrix(obj))


def stats(obj: bpy.types.Object, applied_scale: bool) -> ObjectStats:
    """All measures; `applied_scale` multiplies the local dimensions by the object's scale."""
    matrix, scale = world_matrix(obj), _triple(obj.scale)
    box = _box(_points(obj))
    local = _described(box)["size"]
    if applied_scale:
        local = _triple([size * factor for size, factor in zip(local, scale)])
    return ObjectStats(
        name=obj.name,
        type=obj.type,
        dimensions_world=_scaled(box, matrix),
        dimensions_local=local,
        bounds_world=_described(_world_box(obj, matrix)),
        bounds_local=_described(box),
        scale=scale,
    )


def world_vertices(obj: bpy.types.Object) -> List[Vector]:
    """World positions of the vertices of an object (modifiers applied).

    ValueError for what has none.
    """
    columns = _points(obj) if obj.type in SOLID else ((), (), ())
    if not columns[0]:
        raise ValueError(f"object {obj.name!r} has no mesh with vertices")
    return [Vector(point) for point in zip(*_moved(columns, world_matrix(obj)))]


def _reaches(
    planes: Sequence[Tuple[float, ...]], points: Sequence[Vector]
) -> Iterator[Tuple[Tuple[float, ...], float]]:
    """How far the points reach along the normal of each plane, so that all of them are inside.

    A face goes through three of them, in 32 bits; and Blender leaves out what is nearly inside.
    With NumPy the same numbers, sooner.
    """
    if find_spec("numpy") is None:
        for plane in planes:
            nx, ny, nz, _ = plane
            yield plane, max(nx * p.x + ny * p.y + nz * p.z for p in points)
        return
    import numpy

    xs, ys, zs = numpy.array([tuple(p) for p in points], dtype=numpy.float64).transpose()
    for plane in planes:
        nx, ny, nz, _ = plane
        yield plane, float((nx * xs + ny * ys + nz * zs).max())


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
        "planes": [(*plane[:3], -reach) for plane, reach in _reaches(sorted(planes), points)],
        "aabb_min": tuple(min(p[i] for p in points) for i in range(3)),
        "aabb_max": tuple(max(p[i] for p in points) for i in range(3)),
        "centroid": tuple(center),
    }
