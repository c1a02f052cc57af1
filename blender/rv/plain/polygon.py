# SPDX-License-Identifier: MIT
"""Polygons in a plane, in 64 bits: hulls, triangles, what is inside. Needs no Blender."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

Point2 = tuple[float, float]
AREA_MIN = 1e-12
SAME_POINT = 1e-9


def cross(o: Point2, a: Point2, b: Point2) -> float:
    """Twice the signed area of the triangle; positive when o, a, b turn left."""
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def signed_area(points: Sequence[Point2]) -> float:
    """Of a closed polygon; positive when it runs counter-clockwise."""
    n = len(points)
    return (
        sum(
            points[i][0] * points[(i + 1) % n][1] - points[(i + 1) % n][0] * points[i][1]
            for i in range(n)
        )
        / 2
    )


def hull_2d(points: Iterable[Point2]) -> list[Point2]:
    """Convex hull, counter-clockwise (monotone chain, Andrew 1979)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered

    def half(run: Iterable[Point2]) -> list[Point2]:
        chain: list[Point2] = []
        for p in run:
            while len(chain) >= 2 and cross(chain[-2], chain[-1], p) <= 0:
                chain.pop()
            chain.append(p)
        return chain[:-1]

    return half(ordered) + half(reversed(ordered))


def is_convex(points: Sequence[Point2]) -> bool:
    """Of a counter-clockwise polygon."""
    n = len(points)
    return all(
        cross(points[i], points[(i + 1) % n], points[(i + 2) % n]) >= -AREA_MIN for i in range(n)
    )


def clean_polygon(points: Iterable[Sequence[float]] | None) -> list[Point2]:
    """Corners counter-clockwise, repeated ones dropped. ValueError unless they bound a simple
    polygon
    with an area."""
    if points is None:
        raise ValueError("a polygon needs points")
    corners: list[Point2] = []
    for p in points:
        corner = (float(p[0]), float(p[1]))
        if not corners or math.dist(corner, corners[-1]) > SAME_POINT:
            corners.append(corner)
    if len(corners) > 1 and math.dist(corners[0], corners[-1]) <= SAME_POINT:
        corners.pop()
    if len(corners) < 3:
        raise ValueError(f"a polygon needs at least 3 distinct points, got {len(corners)}")
    n = len(corners)
    for i in range(n):
        for j in range(i + 1, n):
            neighbours = j == i + 1 or (i == 0 and j == n - 1)
            if not neighbours and _cross_each_other(
                corners[i], corners[(i + 1) % n], corners[j], corners[(j + 1) % n]
            ):
                raise ValueError(f"the polygon crosses itself (edges {i} and {j})")
    area = signed_area(corners)
    if abs(area) < AREA_MIN:
        raise ValueError("the polygon has no area")
    return corners if area > 0 else corners[::-1]


def _cross_each_other(a: Point2, b: Point2, c: Point2, d: Point2) -> bool:
    """Whether segments ab and cd meet, touching included."""
    d1, d2, d3, d4 = cross(c, d, a), cross(c, d, b), cross(a, b, c), cross(a, b, d)
    if d1 * d2 < 0 and d3 * d4 < 0:
        return True

    def on(p: Point2, q: Point2, r: Point2) -> bool:
        return min(p[0], q[0]) <= r[0] <= max(p[0], q[0]) and min(p[1], q[1]) <= r[1] <= max(
            p[1], q[1]
        )

    return (
        (d1 == 0 and on(c, d, a))
        or (d2 == 0 and on(c, d, b))
        or (d3 == 0 and on(a, b, c))
        or (d4 == 0 and on(a, b, d))
    )


def triangulate(points: Sequence[Point2]) -> list[tuple[Point2, Point2, Point2, float]]:
    """Ear clipping of a counter-clockwise simple polygon: (a, b, c, area) each."""
    left = list(points)
    triangles = []
    while len(left) > 3:
        n = len(left)
        for i in range(n):
            a, b, c = left[i - 1], left[i], left[(i + 1) % n]
            if cross(a, b, c) <= 0:
                continue
            others = (p for p in left if p not in (a, b, c))
            if any(
                cross(a, b, p) >= 0 and cross(b, c, p) >= 0 and cross(c, a, p) >= 0 for p in others
            ):
                continue
            triangles.append((a, b, c, cross(a, b, c) / 2))
            del left[i]
            break
        else:
            # Only straight corners are left: drop one.
            flat = min(range(n), key=lambda k: abs(cross(left[k - 1], left[k], left[(k + 1) % n])))
            del left[flat]
    a, b, c = left
    triangles.append((a, b, c, abs(cross(a, b, c)) / 2))
    return triangles


def point_in_polygon(points: Sequence[Point2], x: float, y: float) -> bool:
    """Even-odd rule."""
    inside = False
    for i, (x1, y1) in enumerate(points):
        x0, y0 = points[i - 1]
        if (y1 > y) != (y0 > y) and x < (x0 - x1) * (y - y1) / (y0 - y1) + x1:
            inside = not inside
    return inside


def distance_to_edges(points: Sequence[Point2], x: float, y: float) -> float:
    """To the nearest point of the outline."""
    best = math.inf
    for i, (x1, y1) in enumerate(points):
        x0, y0 = points[i - 1]
        dx, dy = x1 - x0, y1 - y0
        t = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)
        t = min(1.0, max(0.0, t))
        best = min(best, math.hypot(x - x0 - t * dx, y - y0 - t * dy))
    return best
