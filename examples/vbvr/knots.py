# SPDX-License-Identifier: MIT
"""Knots: closed curves by formulas, ways of bending them, and which knot a polygon is.

A curve is an array of N points, three numbers each; the last is joined to the first. Bending is by
maps of space that change in steps from the identity and never fold it, so the knot stays the same.
Which knot it is says the Alexander polynomial, computed from a projection of the polygon itself,
exactly, whatever formula it came from. Needs NumPy, no Blender.
"""

import itertools
import math

import numpy as np

RINGS = 220  # points of a curve
GENERIC = ((0.36, 0.48, 0.80), (0.70, -0.55, 0.456), (-0.29, 0.83, 0.476))  # where to look from
NEARLY = 1e-9  # share of a segment: a crossing so near to its end is seen from elsewhere


def _torus(turns, waves):
    """`turns` times around the axis, `waves` times through the hole."""

    def curve(t):
        ring = 1.0 + 0.42 * np.cos(waves * t)
        return ring * np.cos(turns * t), ring * np.sin(turns * t), 0.42 * np.sin(waves * t)

    return curve


def _waves(size, phases, seven):
    """Waves of 2 and 3 across, and of 5 and 7 up: room between the strands was looked for."""
    a, b, c, d = phases

    def curve(t):
        up = np.cos(5.0 * t + c) + seven * np.cos(7.0 * t + d)
        return size[0] * np.cos(2.0 * t + a), np.cos(3.0 * t + b), size[1] * up

    return curve


def _ring(t):
    return np.cos(t), np.sin(t), 0.0 * t


def _figure_eight(t):
    ring = 2.0 + np.cos(2.0 * t)
    return ring * np.cos(3.0 * t), ring * np.sin(3.0 * t), 1.15 * np.sin(4.0 * t)


# Name: its formula, and its Alexander polynomial, of which no two are equal.
KNOTS = {
    "unknot": (_ring, [1]),
    "trefoil": (_torus(2, 3), [1, -1, 1]),
    "figure-eight": (_figure_eight, [-1, 3, -1]),
    "cinquefoil": (_torus(2, 5), [1, -1, 1, -1, 1]),
    "three-twist": (_waves((1.17, 0.41), (2.66, 1.7, 3.4, 5.0), 1.43), [2, -3, 2]),
    "stevedore": (_waves((1.37, 0.69), (2.28, 5.69, 3.51, 5.44), 0.31), [-2, 5, -2]),
    "septafoil": (_torus(2, 7), [1, -1, 1, -1, 1, -1, 1]),
    "torus-3-4": (_torus(3, 4), [1, -1, 0, 1, 0, -1, 1]),
}


def twins():
    """Pairs of knots that have the same determinant."""
    pairs = itertools.combinations(KNOTS, 2)
    return [pair for pair in pairs if len({determinant(KNOTS[name][1]) for name in pair}) == 1]


# ---- curves


def knot(name):
    """The curve of a knot, its points evenly spaced; middle at the origin, farthest point at 1."""
    formula, _ = KNOTS[name]
    fine = np.stack(formula(np.linspace(0.0, 2.0 * math.pi, 4000, endpoint=False)), axis=1)
    return fitted(evenly(fine, RINGS))


def evenly(curve, count):
    """`count` points along a curve, at equal distances."""
    closed = np.concatenate([curve, curve[:1]])
    way = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    at = np.linspace(0.0, way[-1], count, endpoint=False)
    return np.stack([np.interp(at, way, closed[:, axis]) for axis in range(3)], axis=1)


def fitted(curve):
    """The curve moved and scaled: middle at the origin, farthest point at 1."""
    middle = curve - (curve.min(axis=0) + curve.max(axis=0)) / 2.0
    return middle / np.linalg.norm(middle, axis=1).max()


def bend(curve, share, waves, twist):
    """The curve, bent by a `share` (0 to 1) of what was drawn.

    `waves`: rows (direction of the push, direction of the wave, phase, height); the sum of height
    times length of the wave's vector is below 1, so space is stretched and not folded. `twist`:
    radians per metre about Z.
    """
    moved = curve.copy()
    for push, along, phase, height in waves:
        ripple = np.sin(curve @ np.asarray(along) + phase) - math.sin(phase)
        moved += share * height * ripple[:, None] * np.asarray(push)
    angle = share * twist * moved[:, 2]
    x, y = moved[:, 0], moved[:, 1]
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([cos * x - sin * y, sin * x + cos * y, moved[:, 2]], axis=1)


def clearance(curve, apart):
    """The least distance of two points that are farther than `apart` from each other along the
    curve."""
    steps = np.linalg.norm(np.roll(curve, -1, axis=0) - curve, axis=1)
    at = np.concatenate([[0.0], np.cumsum(steps)[:-1]])
    along = np.abs(at[:, None] - at[None, :])
    along = np.minimum(along, steps.sum() - along)
    distance = np.linalg.norm(curve[:, None, :] - curve[None, :, :], axis=2)
    return float(distance[along > apart].min(initial=math.inf))


# ---- which knot it is


def crossings(curve):
    """The crossings of a projection: (place on the over strand, on the under strand, sign) each.

    Places are segments with the share of the way along it. ValueError when it is seen from no
    direction without strands that only touch.
    """
    for direction in GENERIC:
        found = _crossings_from(np.asarray(curve, dtype=float), direction)
        if found is not None:
            return found
    raise ValueError("the curve cannot be projected: strands touch from all directions")


def _crossings_from(curve, direction):
    z = np.asarray(direction) / np.linalg.norm(direction)
    x = np.cross((0.0, 1.0, 0.0), z)
    x /= np.linalg.norm(x)
    seen = curve @ np.stack([x, np.cross(z, x), z], axis=1)
    start, way = seen, np.roll(seen, -1, axis=0) - seen
    count = len(curve)
    i, j = np.triu_indices(count, 2)
    apart = ~((i == 0) & (j == count - 1))
    i, j = i[apart], j[apart]
    turn = way[i, 0] * way[j, 1] - way[i, 1] * way[j, 0]
    between = start[j] - start[i]
    with np.errstate(divide="ignore", invalid="ignore"):
        s = (between[:, 0] * way[j, 1] - between[:, 1] * way[j, 0]) / turn
        u = (between[:, 0] * way[i, 1] - between[:, 1] * way[i, 0]) / turn
    meet = (s > -NEARLY) & (s < 1 + NEARLY) & (u > -NEARLY) & (u < 1 + NEARLY)
    found = []
    for k in np.flatnonzero(meet):
        if not all(NEARLY < share < 1 - NEARLY for share in (s[k], u[k])):
            return None
        first, second = (i[k], s[k]), (j[k], u[k])
        heights = [start[n, 2] + share * way[n, 2] for n, share in (first, second)]
        is_over = heights[0] > heights[1]
        sign = 1 if (turn[k] > 0) == is_over else -1
        places = [float(n + share) for n, share in (first, second)]
        found.append((*(places if is_over else places[::-1]), sign))
    return found


def alexander(curve):
    """Coefficients of the Alexander polynomial, the first and last not 0, their sum 1."""
    found = sorted(crossings(curve), key=lambda crossing: crossing[1])
    count = len(found)
    if count < 2:
        return [1]
    under = [crossing[1] for crossing in found]
    # A determinant at one large number tells all coefficients, as its digits: each is below 4^n.
    t = 1 << (2 * count + 2)
    rows = [[0] * count for _ in found]
    for n, (over, _, sign) in enumerate(found):
        before, after = (n, (n + 1) % count)[::sign]
        rows[n][sum(place < over for place in under) % count] += 1 - t
        rows[n][before] += t
        rows[n][after] -= 1
    return _normal(_digits(_determinant([row[1:] for row in rows[1:]]), t))


def determinant(polynomial):
    """The knot's determinant: the polynomial's value at -1, without its sign."""
    return abs(sum(factor * (-1) ** power for power, factor in enumerate(polynomial)))


def _determinant(rows):
    """Of a matrix of integers, without fractions (Bareiss)."""
    sign, last = 1, 1
    for n in range(len(rows) - 1):
        pivot = next((k for k in range(n, len(rows)) if rows[k][n]), None)
        if pivot is None:
            return 0
        if pivot != n:
            rows[n], rows[pivot], sign = rows[pivot], rows[n], -sign
        for k in range(n + 1, len(rows)):
            for m in range(n + 1, len(rows)):
                rows[k][m] = (rows[n][n] * rows[k][m] - rows[k][n] * rows[n][m]) // last
        last = rows[n][n]
    return sign * rows[-1][-1]


def _digits(value, base):
    """Digits of an integer, the lowest first, each between -base / 2 and base / 2."""
    found = []
    while value:
        digit = (value + base // 2) % base - base // 2
        found.append(digit)
        value = (value - digit) // base
    return found


def _normal(digits):
    """Without zeros at the ends, its sum above 0."""
    used = [n for n, digit in enumerate(digits) if digit]
    trimmed = digits[used[0] : used[-1] + 1] if used else []
    return [-digit for digit in trimmed] if sum(trimmed) < 0 else trimmed
