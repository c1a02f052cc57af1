# SPDX-License-Identifier: MIT
"""Which objects may hide which in a picture, and which its border may cut, by their boxes alone.

An object is known by the eight corners of boxes around it, in the world, in metres. What is told
errs to one side alone: every object that is hidden or cut is found; one that is not may be found,
too. Needs no Blender.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

from .projection import Projection
from .types import Float3

Box = Tuple[Float3, ...]  # corner i has the higher end of x, y, z where bit 2, 1, 0 of i is set
Rectangle = Tuple[float, float, float, float]  # left, top, right, bottom in pixels
Margins = Tuple[int, int, int, int]  # pixels beyond the picture: left, top, right, bottom

NEAR_M = 1e-4  # at least; nothing is seen that is nearer
ROUNDING_PX = 0.01  # by which a projected corner may be off
ROUNDING = 1e-6  # what touches may be in each other by, a share of the smaller one's size
_EDGES = [(i, i | bit) for i in range(8) for bit in (1, 2, 4) if not i & bit]


@dataclass(frozen=True)
class Shape:
    """An object's boxes; None where nobody knows how far it reaches."""

    boxes: Optional[Tuple[Box, ...]]

    def rectangle(self, view: Projection) -> Optional[Rectangle]:
        """What is around it in the picture, no further than one more picture on each side.

        None where no part of it is before the camera.
        """
        width, height = view.resolution
        most = (-width, -height, 2 * width, 2 * height)
        if self.boxes is None:
            return most
        pixels = [pixel for box in self.boxes for pixel in _pixels(box, view)]
        if not pixels:
            return None
        xs, ys = zip(*pixels)
        left, top, right, bottom = most
        return max(min(xs), left), max(min(ys), top), min(max(xs), right), min(max(ys), bottom)

    def may_be_hidden_by(self, other: Shape, view: Projection) -> bool:
        """Whether a ray of the camera that ends at this one may meet the other before."""
        if self.boxes is None or other.boxes is None:
            return True
        pairs = itertools.product(self.boxes, other.boxes)
        return not all(_is_before(box, others, view) for box, others in pairs)


def _pixels(box: Box, view: Projection) -> Iterator[Tuple[float, float]]:
    """Where the corners are of what is before the camera."""
    near = max(view.clip[0], NEAR_M)
    depths = [view.depth(corner) for corner in box]
    seen = [corner for corner, depth in zip(box, depths) if depth >= near]
    for i, k in _EDGES:
        if (depths[i] >= near) != (depths[k] >= near):
            share = (near - depths[i]) / (depths[k] - depths[i])
            x, y, z = (a + share * (b - a) for a, b in zip(box[i], box[k]))
            seen.append((x, y, z))
    for corner in seen:
        pixel = view.pixel(corner)
        if pixel is not None:
            yield pixel


def _is_before(box: Box, other: Box, view: Projection) -> bool:
    """Whether a plane has the box and the camera on one side, and the other on the other: then no
    ray meets that one before the box."""
    near = ROUNDING * min(_size(box), _size(other))
    back, eye = (_triple(row[i] for row in view.matrix_world[:3]) for i in (2, 3))
    for normal in (*_normals(box), *_normals(other), back):
        mine, others = [_dot(normal, c) for c in box], [_dot(normal, c) for c in other]
        camera = _dot(normal, back if view.kind == "ORTHO" else eye)
        for sign, low, high in ((1.0, min(mine), max(others)), (-1.0, -max(mine), -min(others))):
            least = 0.0 if view.kind == "ORTHO" else high
            if high <= low + near and sign * camera >= least:
                return True
    return False


def _edges(box: Box) -> List[Float3]:
    """From the first corner along x, y and z."""
    return [_triple(b - a for a, b in zip(box[0], box[bit])) for bit in (4, 2, 1)]


def _size(box: Box) -> float:
    return max(math.hypot(*edge) for edge in _edges(box))


def _normals(box: Box) -> Iterator[Float3]:
    """Those of its sides, of length 1."""
    edges = _edges(box)
    for i in range(3):
        (a, b, c), (d, e, f) = edges[i - 2], edges[i - 1]
        across = (b * f - c * e, c * d - a * f, a * e - b * d)
        length = math.hypot(*across)
        if length > 0.0:
            yield _triple(number / length for number in across)


def _triple(numbers: Iterable[float]) -> Float3:
    x, y, z = numbers
    return x, y, z


def _dot(a: Float3, b: Float3) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def meet(a: Rectangle, b: Rectangle) -> bool:
    """Whether a pixel's centre may be in both."""
    return (
        a[0] <= b[2] + ROUNDING_PX
        and b[0] <= a[2] + ROUNDING_PX
        and a[1] <= b[3] + ROUNDING_PX
        and b[1] <= a[3] + ROUNDING_PX
    )


def margins(rectangle: Rectangle, resolution: Sequence[int]) -> Margins:
    """How many pixels beyond the picture have their centre in it."""
    left, top, right, bottom = rectangle
    width, height = resolution

    def beyond(length: float) -> int:
        return max(0, math.floor(length + 0.5 + ROUNDING_PX))

    return beyond(-left), beyond(-top), beyond(right - width), beyond(bottom - height)


def hidden(
    shapes: Dict[int, Shape], rectangles: Dict[int, Rectangle], view: Projection
) -> List[int]:
    """Those that another one may hide in part, ascending; all that may hide have a rectangle.

    0 stands for all that has no index: it hides, and is not told.
    """

    def may_be(index: int, other: int) -> bool:
        return (
            other != index
            and meet(rectangles[index], rectangles[other])
            and shapes[index].may_be_hidden_by(shapes[other], view)
        )

    return [i for i in sorted(rectangles) if i > 0 and any(may_be(i, k) for k in rectangles)]


def groups(indices: Iterable[int], rectangles: Dict[int, Rectangle]) -> List[List[int]]:
    """Shares them out so that no two of a group meet: each is seen whole, as if it were alone."""
    found: List[List[int]] = []
    for index in indices:
        for group in found:
            if not any(meet(rectangles[index], rectangles[other]) for other in group):
                group.append(index)
                break
        else:
            found.append([index])
    return found
