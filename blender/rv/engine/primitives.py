# SPDX-License-Identifier: MIT
"""Meshes of the primitives: the same to the last vertex, edge and face on every call.

Blender's own operators cannot promise that: `create_uvsphere` merges vertices by a table of memory
addresses, and edges that Blender finds by itself come in an order that depends on the number of
threads. Faces are flat, their corners counter-clockwise from outside; corners have UV coordinates
(the layer `UVMap`) as Blender's own primitives have them.
"""

from __future__ import annotations

import math
from itertools import chain
from typing import Dict, List, Sequence, Tuple

import bpy

from . import compat

UV_MAP = "UVMap"

Point = Tuple[float, float, float]
Corners = Sequence[int]
UV = Tuple[float, float]


def from_arrays(
    name: str, points: Sequence[Point], faces: Sequence[Corners], uvs: Sequence[UV]
) -> bpy.types.Mesh:
    """A mesh of faces, each a list of numbers of points; `uvs` has one for each corner of each.

    Edges are in the order in which the faces name them.
    """
    edges: Dict[Tuple[int, int], int] = {}
    corner_edges: List[int] = []
    for face in faces:
        for a, b in zip(face, (*face[1:], face[0])):
            corner_edges.append(edges.setdefault((min(a, b), max(a, b)), len(edges)))
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(len(points))
    mesh.vertices.foreach_set("co", list(chain.from_iterable(points)))
    mesh.edges.add(len(edges))
    mesh.edges.foreach_set("vertices", list(chain.from_iterable(edges)))
    mesh.loops.add(len(corner_edges))
    mesh.loops.foreach_set("vertex_index", list(chain.from_iterable(faces)))
    mesh.loops.foreach_set("edge_index", corner_edges)
    compat.add_faces(mesh, [len(face) for face in faces])
    layer = mesh.uv_layers.new(name=UV_MAP, do_init=False)
    layer.data.foreach_set("uv", list(chain.from_iterable(uvs)))
    mesh.update()
    return mesh


def cube(name: str, size: float) -> bpy.types.Mesh:
    """A cube around the origin with edges of `size`; its UV map is a cross."""
    half = size / 2.0
    ends = (-half, half)
    points = [(x, y, z) for x in ends for y in ends for z in ends]
    faces = [(0, 1, 3, 2), (2, 3, 7, 6), (6, 7, 5, 4), (4, 5, 1, 0), (2, 6, 4, 0), (7, 3, 1, 5)]
    lefts = [(0.375, 0.25 * i) for i in range(4)]
    uvs = [
        (u, v)
        for left, low in lefts
        for u, v in ((left, low), (left + 0.25, low), (left + 0.25, low + 0.25), (left, low + 0.25))
    ]
    for left in (0.125, 0.625):
        uvs += [(left, 0.5), (left + 0.25, 0.5), (left + 0.25, 0.75), (left, 0.75)]
    return from_arrays(name, points, faces, uvs)


def plane(name: str, size: float) -> bpy.types.Mesh:
    """A square around the origin in the XY plane with edges of `size`."""
    half = size / 2.0
    points = [(x, y, 0.0) for y in (-half, half) for x in (-half, half)]
    return from_arrays(name, points, [(0, 1, 3, 2)], [(0, 0), (1, 0), (1, 1), (0, 1)])


def sphere(name: str, radius: float, segments: int, ring_count: int) -> bpy.types.Mesh:
    """A UV sphere around the origin: `segments` meridians, `ring_count` bands of faces.

    The first point is the upper pole, the last the lower one; between them are rings from above,
    each from +Y on by +X.
    """
    points: List[Point] = [(0.0, 0.0, radius)]
    for ring in range(1, ring_count):
        tilt = math.pi * ring / ring_count
        for segment in range(segments):
            turn = 2.0 * math.pi * segment / segments
            flat = radius * math.sin(tilt)
            points.append((flat * math.sin(turn), flat * math.cos(turn), radius * math.cos(tilt)))
    points.append((0.0, 0.0, -radius))
    faces: List[Corners] = []
    uvs: List[UV] = []
    for segment in range(segments):
        after = (segment + 1) % segments
        # The map's seam is a quarter of a turn before +Y.
        right = (segments * 3 // 4 - segment - 1) % segments + 1
        u_here, u_after, u_pole = (x / segments for x in (right, right - 1, right - 0.5))
        for ring in range(ring_count):
            above, below = (1 + (ring + i - 1) * segments for i in (0, 1))
            v_above, v_below = (1.0 - (ring + i) / ring_count for i in (0, 1))
            if ring == 0:
                faces.append((below + segment, 0, below + after))
                uvs += [(u_here, v_below), (u_pole, 1.0), (u_after, v_below)]
            elif ring == ring_count - 1:
                faces.append((len(points) - 1, above + segment, above + after))
                uvs += [(u_pole, 0.0), (u_here, v_above), (u_after, v_above)]
            else:
                faces.append((below + segment, above + segment, above + after, below + after))
                uvs += [
                    (u_here, v_below),
                    (u_here, v_above),
                    (u_after, v_above),
                    (u_after, v_below),
                ]
    return from_arrays(name, points, faces, uvs)
