# SPDX-License-Identifier: MIT
"""Whether two triangle meshes come closer than a distance: what exact scattering asks.

The distance of two separate triangle meshes is the least of vertex to triangle (both ways)
and edge to edge; meshes that cross, or of which one lies inside the other, have distance 0.
"""

from __future__ import annotations

import bpy
from mathutils import Matrix, Vector
from mathutils.bvhtree import BVHTree

from .measure import mesh_of

EPSILON = 1e-9


class Solid:
    """The triangles of one mesh about its object's origin, to be placed by a matrix. Lengths in
    metres."""

    def __init__(self, vertices: list[Vector], triangles: list[tuple[int, ...]]) -> None:
        self.vertices = vertices
        self.triangles = triangles
        self.edges = sorted({tuple(sorted((t[i], t[i - 1]))) for t in triangles for i in range(3)})

    def with_other(self, other: Solid, matrix: Matrix) -> Solid:
        """This mesh and another one, which is placed by a matrix, as one."""
        first = len(self.vertices)
        vertices = self.vertices + [matrix @ v for v in other.vertices]
        moved = [tuple(first + corner for corner in t) for t in other.triangles]
        return Solid(vertices, self.triangles + moved)

    def radius(self, flat: bool) -> float:
        """The farthest vertex from the origin; in the XY plane only when `flat`."""
        return max(((v.xy if flat else v).length for v in self.vertices), default=0.0)

    def placed(self, matrix: Matrix) -> Placed:
        """The mesh in world space."""
        return Placed(self, [matrix @ v for v in self.vertices])


class Placed:
    """A solid at its place."""

    def __init__(self, solid: Solid, vertices: list[Vector]) -> None:
        self.solid = solid
        self.vertices = vertices
        self.tree = BVHTree.FromPolygons(vertices, solid.triangles, all_triangles=True)
        self.low = Vector([min(v[i] for v in vertices) for i in range(3)])
        self.high = Vector([max(v[i] for v in vertices) for i in range(3)])

    def closer_than(self, other: Placed, gap: float) -> bool:
        """Whether the two overlap, or some points of them are less than `gap` apart."""
        if any(
            self.low[i] > other.high[i] + gap or other.low[i] > self.high[i] + gap for i in range(3)
        ):
            return False
        if self.tree.overlap(other.tree):
            return True
        if self._holds(other._inner_point()) or other._holds(self._inner_point()):
            return True
        if gap <= 0:
            return False
        return (
            self._vertex_near(other, gap)
            or other._vertex_near(self, gap)
            or self._edge_near(other, gap)
        )

    def _inner_point(self) -> Vector:
        """A point just below the first face: on the surface itself two equal meshes would not
        tell."""
        a, b, c = (self.vertices[i] for i in self.solid.triangles[0])
        normal = (b - a).cross(c - a).normalized()
        return (a + b + c) / 3 - normal * (1e-4 * (self.high - self.low).length)

    def _holds(self, point: Vector) -> bool:
        """Whether the point lies inside: a ray leaves through an odd number of faces."""
        if any(point[i] < self.low[i] or point[i] > self.high[i] for i in range(3)):
            return False
        # A direction that no modelled face is likely to be parallel to.
        direction = Vector((0.5297, 0.3179, 0.7863)).normalized()
        crossings, origin = 0, point.copy()
        while crossings < len(self.solid.triangles):
            hit, _, _, distance = self.tree.ray_cast(origin, direction)
            if hit is None:
                break
            crossings += 1
            origin = hit + direction * max(1e-6, distance * 1e-6)
        return crossings % 2 == 1

    def _vertex_near(self, other: Placed, gap: float) -> bool:
        for v in self.vertices:
            if all(other.low[i] - gap <= v[i] <= other.high[i] + gap for i in range(3)):
                hit = other.tree.find_nearest(v, gap)
                if hit[0] is not None and hit[3] < gap - EPSILON:
                    return True
        return False

    def _edge_near(self, other: Placed, gap: float) -> bool:
        for a, b in self.solid.edges:
            p, q = self.vertices[a], self.vertices[b]
            reach = (q - p).length / 2 + gap
            seen: set[tuple[int, int]] = set()
            for _, _, face, _ in other.tree.find_nearest_range((p + q) / 2, reach):
                triangle = other.solid.triangles[face]
                for i in range(3):
                    edge = (triangle[i - 1], triangle[i])
                    key = (min(edge), max(edge))
                    if key not in seen:
                        seen.add(key)
                        if (
                            segment_distance(p, q, other.vertices[key[0]], other.vertices[key[1]])
                            < gap - EPSILON
                        ):
                            return True
        return False


def segment_distance(p1: Vector, q1: Vector, p2: Vector, q2: Vector) -> float:
    """Of two segments in space (Ericson, Real-Time Collision Detection, section 5.1.9)."""
    d1, d2, r = q1 - p1, q2 - p2, p1 - p2
    a, e, f = d1.dot(d1), d2.dot(d2), d2.dot(r)
    if a <= EPSILON * EPSILON and e <= EPSILON * EPSILON:
        return r.length
    if a <= EPSILON * EPSILON:
        s, t = 0.0, _unit(f / e)
    else:
        c = d1.dot(r)
        if e <= EPSILON * EPSILON:
            s, t = _unit(-c / a), 0.0
        else:
            b = d1.dot(d2)
            denominator = a * e - b * b
            s = _unit((b * f - c * e) / denominator) if denominator > EPSILON * a * e else 0.0
            t = (b * s + f) / e
            if t < 0:
                s, t = _unit(-c / a), 0.0
            elif t > 1:
                s, t = _unit((b - c) / a), 1.0
    return ((p1 + d1 * s) - (p2 + d2 * t)).length


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))


def solid_of(obj: bpy.types.Object) -> Solid:
    """The mesh of an object (modifiers applied), in its own space."""
    with mesh_of(obj) as mesh:
        if mesh is None:
            return Solid([], [])
        mesh.calc_loop_triangles()
        return Solid(
            [v.co.copy() for v in mesh.vertices], [tuple(t.vertices) for t in mesh.loop_triangles]
        )
