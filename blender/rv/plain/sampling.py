# SPDX-License-Identifier: MIT
"""Points, directions, turns and colours by chance, each even over all that it may be.

Each draw is a function of numbers that are even in [0, 1); it takes the same count of them every
time.
Needs no Blender.
"""

from __future__ import annotations

import colorsys
import math
from typing import Any, Literal, Tuple, Union

from .types import Float3, Float4, PairLike, VectorLike
from .values import choice, is_number, number, span, vector

Range = Union[float, PairLike]
"""A number, or the lowest and the highest."""


def range_of(
    value: Any, what: str, low: float = -math.inf, high: float = math.inf
) -> Tuple[float, float]:
    """(lowest, highest) of what is one number or such a pair."""
    least, most = (value, value) if is_number(value) else span(value, what)
    return number(least, what, low, high), number(most, what, low, high)


def turn(u: float, v: float, w: float) -> Float4:
    """A quaternion (w, x, y, z), even over all rotations (Shoemake 1992)."""
    a, b = math.sqrt(1 - u), math.sqrt(u)
    v, w = 2 * math.pi * v, 2 * math.pi * w
    return b * math.cos(w), a * math.sin(v), a * math.cos(v), b * math.sin(w)


def _at(center: Float3, radius: float, height: float, angle: float) -> Float3:
    """A point of a sphere: `height` in shares of the radius, `angle` about Z from +X on."""
    flat = radius * math.sqrt(max(0.0, 1.0 - height * height))
    x, y, z = center
    return x + flat * math.cos(angle), y + flat * math.sin(angle), z + radius * height


class Sampler:
    """The part of a random stream that draws places, turns and colours."""

    def unit(self) -> float:
        """A float in [0, 1)."""
        raise NotImplementedError

    def on_sphere(self, center: VectorLike = (0.0, 0.0, 0.0), radius: float = 1.0) -> Float3:
        """A point on a sphere, even over its surface; of the default one a direction."""
        middle, size = vector(center, "center"), number(radius, "radius", 0)
        height = 1.0 - 2.0 * self.unit()
        return _at(middle, size, height, 2.0 * math.pi * self.unit())

    def hemisphere(self, center: VectorLike = (0.0, 0.0, 0.0), radius: float = 1.0) -> Float3:
        """A point on the upper half of a sphere, even over its surface."""
        middle, size = vector(center, "center"), number(radius, "radius", 0)
        height = 1.0 - self.unit()
        return _at(middle, size, height, 2.0 * math.pi * self.unit())

    def in_shell(
        self,
        center: VectorLike = (0.0, 0.0, 0.0),
        radius: Range = (0.0, 1.0),
        elevation: Range = (-90.0, 90.0),
        azimuth: Range = (0.0, 360.0),
    ) -> Float3:
        """A point between two spheres, even over the space between them.

        `radius`: of both; from 0 on it is a ball. `elevation`: degrees above the horizon.
        `azimuth`: degrees about Z, from +X on by +Y. Each a number or (lowest, highest).
        """
        middle = vector(center, "center")
        inner, outer = range_of(radius, "radius", 0)
        low, high = (math.sin(math.radians(a)) for a in range_of(elevation, "elevation", -90, 90))
        first, last = (math.radians(a) for a in range_of(azimuth, "azimuth"))
        cube = inner**3 + (outer**3 - inner**3) * self.unit()
        distance = min(max(cube ** (1.0 / 3.0), inner), outer)
        height = low + (high - low) * self.unit()
        return _at(middle, distance, height, first + (last - first) * self.unit())

    def disk(
        self,
        center: VectorLike = (0.0, 0.0, 0.0),
        radius: float = 1.0,
        inner_radius: float = 0.0,
    ) -> Float3:
        """A point on a level disk, even over its area; outside of `inner_radius`."""
        x, y, z = vector(center, "center")
        inner = number(inner_radius, "inner_radius", 0)
        outer = number(radius, "radius", inner)
        distance = math.sqrt(inner**2 + (outer**2 - inner**2) * self.unit())
        angle = 2.0 * math.pi * self.unit()
        return x + distance * math.cos(angle), y + distance * math.sin(angle), z

    def rotation(self, kind: Literal["uniform", "upright"] = "uniform") -> Float4:
        """A turn for `set_rotation`: a quaternion (w, x, y, z), even over all rotations, or over
        those about Z (`upright`)."""
        if choice(kind, "kind", ("uniform", "upright")) == "upright":
            half = math.pi * self.unit()
            return math.cos(half), 0.0, 0.0, math.sin(half)
        return turn(self.unit(), self.unit(), self.unit())

    def color_hsv(
        self, hue: Range = (0.0, 1.0), saturation: Range = 1.0, value: Range = 1.0
    ) -> Float3:
        """A colour of a hue, saturation and value, even in each; a number or (lowest, highest).

        Hues go around: from 0 (red) by 1/3 (green) and 2/3 (blue) to 1 (red again); (0.9, 1.1) are
        reds. Red, green and blue are linear.
        """
        ranges = [range_of(hue, "hue")]
        ranges += (range_of(v, w, 0, 1) for v, w in ((saturation, "saturation"), (value, "value")))
        h, s, v = (low + (high - low) * self.unit() for low, high in ranges)
        return colorsys.hsv_to_rgb(h % 1.0, s, v)
