# SPDX-License-Identifier: MIT
"""Triangles of what is rendered, and where points on them are."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from typing import Any, Optional, Sequence, Tuple

import bpy
from mathutils import Matrix

from . import measure

Rows = Sequence[Sequence[float]]  # three of a matrix
Place = Tuple[float, float, float]


@dataclass(frozen=True)
class Surface:
    """The triangles of an evaluated object, in its own space and Blender's unit.

    `vertices` are all x, y, z; `triangles` three numbers of vertices each, `faces` which face of
    the mesh each is of, `areas` how large it is in the world. `outward` is 1 where the order of
    vertices of a closed surface turns around normals that point outwards, -1 where inwards, 0
    where the surface is not closed: then it has no outside.
    """

    vertices: Sequence[float]
    triangles: Sequence[int]
    faces: Sequence[int]
    areas: Sequence[float]
    outward: int


def surface_of(evaluated: bpy.types.Object, matrix: Matrix) -> Optional[Surface]:
    """That of an evaluated object whose own space `matrix` takes to the world; None without one.

    Metaballs have none: their triangles are others in each frame.
    """
    if evaluated.type not in measure.SOLID or evaluated.type == "META":
        return None
    try:
        mesh = evaluated.to_mesh()  # a copy
        if mesh is None or not mesh.polygons:
            return None
        vertices = _vertices(mesh)
        mesh.calc_loop_triangles()
        count = len(mesh.loop_triangles)
        triangles, faces = array("i", bytes(12 * count)), array("i", bytes(4 * count))
        mesh.loop_triangles.foreach_get("vertices", triangles)
        mesh.loop_triangles.foreach_get("polygon_index", faces)
        outward = _outward(vertices, triangles) if _is_closed(mesh) else 0
        mesh.transform(matrix.to_3x3().to_4x4())
        mesh.calc_loop_triangles()
        areas = array("f", bytes(4 * count))
        mesh.loop_triangles.foreach_get("area", areas)
        return Surface(vertices, triangles, faces, areas, outward)
    finally:
        evaluated.to_mesh_clear()


@dataclass(frozen=True)
class Shape:
    """The mesh of an evaluated object: all x, y, z of its vertices; the vertices of its triangles,
    three numbers each; and what faces it has, however these are cut into triangles."""

    vertices: array  # type: ignore[type-arg]  # of 3.9 on
    triangles: array  # type: ignore[type-arg]
    faces: bytes


def shape_of(evaluated: bpy.types.Object) -> Optional[Shape]:
    """That of an evaluated object, in its own space and Blender's unit; None as for surface_of."""
    if evaluated.type not in measure.SOLID or evaluated.type == "META":
        return None
    try:
        mesh = evaluated.to_mesh()
        if mesh is None or not mesh.polygons:
            return None
        mesh.calc_loop_triangles()
        triangles = array("i", bytes(12 * len(mesh.loop_triangles)))
        mesh.loop_triangles.foreach_get("vertices", triangles)
        corners = array("i", bytes(4 * len(mesh.loops)))
        sides = array("i", bytes(4 * len(mesh.polygons)))
        mesh.loops.foreach_get("vertex_index", corners)
        mesh.polygons.foreach_get("loop_total", sides)
        return Shape(_vertices(mesh), triangles, sides.tobytes() + corners.tobytes())
    finally:
        evaluated.to_mesh_clear()


def vertices_of(evaluated: bpy.types.Object) -> Sequence[float]:
    """All x, y, z of the vertices that an evaluated object has now."""
    try:
        mesh = evaluated.to_mesh()
        return () if mesh is None else _vertices(mesh)
    finally:
        evaluated.to_mesh_clear()


def _vertices(mesh: Any) -> array:  # type: ignore[type-arg]
    numbers = array("f", bytes(12 * len(mesh.vertices)))
    mesh.vertices.foreach_get("co", numbers)
    return numbers


def _is_closed(mesh: Any) -> bool:
    """Whether every edge is between two faces."""
    sides = array("i", bytes(4 * len(mesh.loops)))
    mesh.loops.foreach_get("edge_index", sides)
    counts = [0] * len(mesh.edges)
    for edge in sides:
        counts[edge] += 1
    return all(count == 2 for count in counts)


def _outward(vertices: Sequence[float], triangles: Sequence[int]) -> int:
    """By the volume, which is below 0 where normals point inwards."""
    volume = 0.0
    for at in range(0, len(triangles), 3):
        a, b, c = (vertices[3 * v : 3 * v + 3] for v in triangles[at : at + 3])
        volume += a[0] * (b[1] * c[2] - b[2] * c[1])
        volume += a[1] * (b[2] * c[0] - b[0] * c[2])
        volume += a[2] * (b[0] * c[1] - b[1] * c[0])
    return (volume > 0.0) - (volume < 0.0)


def place_on(
    vertices: Sequence[float], corners: Sequence[int], weights: Sequence[float], rows: Rows
) -> Tuple[Place, Place]:
    """Where a point of a triangle is in the world, and the normal there.

    `corners` are numbers of vertices, `weights` the barycentric coordinates, `rows` those of the
    matrix to the world. The normal, 1 long or 0 where the triangle is flat, is the one around which
    the corners go in their order.
    """
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = (vertices[3 * v : 3 * v + 3] for v in corners)
    wa, wb, wc = weights
    x, y, z = wa * ax + wb * bx + wc * cx, wa * ay + wb * by + wc * cy, wa * az + wb * bz + wc * cz
    place = [row[0] * x + row[1] * y + row[2] * z + row[3] for row in rows]
    bx, by, bz, cx, cy, cz = bx - ax, by - ay, bz - az, cx - ax, cy - ay, cz - az
    (b0, b1, b2) = (row[0] * bx + row[1] * by + row[2] * bz for row in rows)
    (c0, c1, c2) = (row[0] * cx + row[1] * cy + row[2] * cz for row in rows)
    n0, n1, n2 = b1 * c2 - b2 * c1, b2 * c0 - b0 * c2, b0 * c1 - b1 * c0
    length = math.sqrt(n0 * n0 + n1 * n1 + n2 * n2)
    scale = 1.0 / length if length > 0.0 else 0.0
    return (place[0], place[1], place[2]), (n0 * scale, n1 * scale, n2 * scale)
