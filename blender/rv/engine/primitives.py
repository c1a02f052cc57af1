# SPDX-License-Identifier: MIT
"""Meshes of the primitives: the same to the last vertex, edge and face on every call.

Blender's own operators cannot promise that: `create_uvsphere` merges vertices by a table of memory
addresses, and edges that Blender finds by itself come in an order that depends on the number of
threads. Faces are flat, their corners counter-clockwise from outside; corners have UV coordinates
(the layer `UVMap`) as Blender's own primitives have them; those of torus and capsule are our own.
"""

from __future__ import annotations

import math
from itertools import chain
from typing import Dict, List, Optional, Sequence, Tuple

import bpy

from . import compat

UV_MAP = "UVMap"

Point = Tuple[float, float, float]
Corners = Sequence[int]
UV = Tuple[float, float]


def from_arrays(
    name: str,
    points: Sequence[Point],
    faces: Sequence[Corners],
    uvs: Optional[Sequence[UV]] = None,
) -> bpy.types.Mesh:
    """A mesh of faces, each a list of numbers of points; `uvs` has one for each corner of each,
    None for no UV map.

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
    if uvs is not None:
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
    """A UV sphere around the origin: `segments` meridians, `ring_count` bands of faces."""
    tilts = [math.pi * ring / ring_count for ring in range(1, ring_count)]
    rings = [(radius * math.sin(tilt), radius * math.cos(tilt)) for tilt in tilts]
    heights = [1.0 - ring / ring_count for ring in range(ring_count + 1)]
    return _turned(name, (radius, -radius), rings, heights, segments)


def capsule(
    name: str, radius: float, height: float, segments: int, ring_count: int
) -> bpy.types.Mesh:
    """A cylinder along Z with two half spheres of `ring_count` bands at its ends, around the
    origin; `height` is all of it, at least twice the radius. The map is even along the surface."""
    straight = height / 2.0 - radius
    tilts = [math.pi / 2.0 * ring / ring_count for ring in range(1, ring_count + 1)]
    upper = [(radius * math.sin(tilt), straight + radius * math.cos(tilt)) for tilt in tilts]
    arc = [radius * tilt for tilt in (0.0, *tilts)]
    end = None if straight > 0.0 else -1  # one equator for both
    rings = [*upper, *((flat, -z) for flat, z in reversed(upper[:end]))]
    ways = [*arc, *(2.0 * (arc[-1] + straight) - way for way in reversed(arc[:end]))]
    heights = [1.0 - way / (ways[-1] or 1.0) for way in ways]
    return _turned(name, (height / 2.0, -height / 2.0), rings, heights, segments)


def _turned(
    name: str,
    poles: Tuple[float, float],
    rings: Sequence[Tuple[float, float]],
    heights: Sequence[float],
    segments: int,
) -> bpy.types.Mesh:
    """A closed surface around Z: the heights of its poles, radius and height of the rings between
    them, and how high each of all these is in the UV map.

    The first point is the upper pole, the last the lower one; between them are the rings from
    above, each from +Y on by +X.
    """
    points: List[Point] = [(0.0, 0.0, poles[0])]
    for flat, z in rings:
        for segment in range(segments):
            turn = 2.0 * math.pi * segment / segments
            points.append((flat * math.sin(turn), flat * math.cos(turn), z))
    points.append((0.0, 0.0, poles[1]))
    faces: List[Corners] = []
    uvs: List[UV] = []
    for segment in range(segments):
        after = (segment + 1) % segments
        # The map's seam is a quarter of a turn before +Y.
        right = (segments * 3 // 4 - segment - 1) % segments + 1
        u_here, u_after, u_pole = (x / segments for x in (right, right - 1, right - 0.5))
        for ring in range(len(rings) + 1):
            above, below = (1 + (ring + i - 1) * segments for i in (0, 1))
            v_above, v_below = heights[ring], heights[ring + 1]
            if ring == 0:
                faces.append((below + segment, 0, below + after))
                uvs += [(u_here, v_below), (u_pole, 1.0), (u_after, v_below)]
            elif ring == len(rings):
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


def cone(
    name: str, radius: float, top_radius: float, height: float, segments: int
) -> bpy.types.Mesh:
    """A cone or, with equal radii, a cylinder along Z around the origin; a top radius of 0 is a
    point. Its lower and upper face are polygons."""
    turns = [2.0 * math.pi * segment / segments for segment in range(segments)]
    circle = [(math.sin(turn), math.cos(turn)) for turn in turns]
    points = [(radius * x, radius * y, -height / 2.0) for x, y in circle]
    lids = [[(center + 0.24 * x, 0.25 + 0.24 * y) for x, y in circle] for center in (0.25, 0.75)]
    faces: List[Corners] = []
    uvs: List[UV] = []
    for here in range(segments):
        after = (here + 1) % segments
        if top_radius == 0.0:
            faces.append((here, segments, after))
            uvs += [lids[0][here], (0.25, 0.25), lids[0][after]]
        else:
            faces.append((here, segments + here, segments + after, after))
            left, right = 1.0 - here / segments, 1.0 - (here + 1) / segments
            uvs += [(left, 0.5), (left, 1.0), (right, 1.0), (right, 0.5)]
    if top_radius == 0.0:
        points.append((0.0, 0.0, height / 2.0))
    else:
        points += [(top_radius * x, top_radius * y, height / 2.0) for x, y in circle]
        faces.append(range(2 * segments - 1, segments - 1, -1))
        uvs += reversed(lids[0])
    faces.append(range(segments))
    uvs += lids[1]
    return from_arrays(name, points, faces, uvs)


def torus(
    name: str, radius: float, tube_radius: float, segments: int, tube_segments: int
) -> bpy.types.Mesh:
    """A ring around Z: `radius` is that of the circle in the middle of its tube.

    From +X on by +Y; the tube's circles begin outside and go up. The map is u around, v about the
    tube.
    """
    points: List[Point] = []
    for segment in range(segments):
        turn = 2.0 * math.pi * segment / segments
        for part in range(tube_segments):
            tilt = 2.0 * math.pi * part / tube_segments
            flat = radius + tube_radius * math.cos(tilt)
            points.append(
                (flat * math.cos(turn), flat * math.sin(turn), tube_radius * math.sin(tilt))
            )
    faces: List[Corners] = []
    uvs: List[UV] = []
    for segment in range(segments):
        here, after = (i % segments * tube_segments for i in (segment, segment + 1))
        for part in range(tube_segments):
            up = (part + 1) % tube_segments
            faces.append((here + part, after + part, after + up, here + up))
            u, u_after = segment / segments, (segment + 1) / segments
            v, v_up = part / tube_segments, (part + 1) / tube_segments
            uvs += [(u, v), (u_after, v), (u_after, v_up), (u, v_up)]
    return from_arrays(name, points, faces, uvs)
