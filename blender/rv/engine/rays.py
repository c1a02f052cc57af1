# SPDX-License-Identifier: MIT
"""Rays through pixels of a camera: what they meet first. Lengths in units of the scene.

Objects that the render has not, or that camera rays do not see, let them through; transparent
materials do not.
"""

from __future__ import annotations

import math
from typing import Collection, Iterator, Optional, Sequence, Tuple

import bpy
from mathutils import Matrix, Vector

from ..plain.projection import Projection
from . import measure

THROUGH_MAX = 100  # hidden surfaces that a ray goes through
STEP = 1e-5  # share of the way by which it starts behind one

Ray = Tuple[Vector, Vector]  # from where, and in which direction (of length 1)


class Rays:
    """Rays of a camera into the scene as it is now.

    ValueError for a panoramic camera.
    """

    def __init__(self, view: Projection) -> None:
        if view.matrix is None:
            raise ValueError("a panoramic camera has no pixels that rays could go through")
        self._view = view
        self._pose = Matrix(view.matrix_world)
        self._depsgraph = measure.update()
        self._scene = bpy.context.scene

    def through(self, u: float, v: float) -> Ray:
        """The ray through a pixel's place; it starts at the near clip plane."""
        assert self._view.matrix is not None
        (fx, _, cx), (_, fy, cy), _ = self._view.matrix
        x, y = (u - cx) / fx, (cy - v) / fy
        near = self._view.clip[0]
        if self._view.kind == "ORTHO":
            start, ahead = Vector((x, y, -near)), Vector((0.0, 0.0, -1.0))
        else:
            start, ahead = Vector((x, y, -1.0)) * near, Vector((x, y, -1.0))
        return self._pose @ start, (self._pose.to_3x3() @ ahead).normalized()

    def first(self, ray: Ray) -> Tuple[Optional[bpy.types.Object], float]:
        """The object that a ray meets first, and how far from its start; (None, inf) for none."""
        start, ahead = ray
        way = 0.0
        for _ in range(THROUGH_MAX):
            origin = start + ahead * way
            is_hit, place, _, _, obj, _ = self._scene.ray_cast(self._depsgraph, origin, ahead)
            if not is_hit:
                break
            way = (place - start).length
            if not obj.hide_render and obj.visible_camera:
                return obj.original, way
            way += max(way, 1.0) * STEP
        return None, math.inf

    def meets(self, obj: bpy.types.Object, ray: Ray) -> bool:
        """Whether a ray would meet an object if there were no other."""
        evaluated = obj.evaluated_get(self._depsgraph)
        if evaluated.type != "MESH":
            return self.first(ray)[0] == obj
        back = evaluated.matrix_world.inverted_safe()
        start, ahead = ray
        is_hit, *_ = evaluated.ray_cast(back @ start, back.to_3x3() @ ahead)
        return bool(is_hit)

    def nearest(self, count: int) -> float:
        """How far from the camera the nearest surface is, by about `count` rays over the picture;
        infinite without any."""
        width, height = self._view.resolution
        found = math.inf
        for u, v in _places((0.0, 0.0, width, height), count):
            ray = self.through(u, v)
            near = self._view.clip[0]
            if self._view.kind == "PERSP":
                near = (ray[0] - self._pose.translation).length
            found = min(found, near + self.first(ray)[1])
        return found

    def visible_share(self, objects: Collection[bpy.types.Object], count: int) -> float:
        """How much of what the objects would cover, alone and without a frame, is seen.

        By about `count` rays over their boxes; 0 when none meets them.
        """
        solid = [obj for obj in objects if obj.type in measure.SOLID]
        box = self._around(solid)
        if box is None:
            return 0.0
        width, height = self._view.resolution
        far = self._view.clip[1]
        covered = seen = 0
        for u, v in _places(box, count):
            ray = self.through(u, v)
            if any(self.meets(obj, ray) for obj in solid):
                covered += 1
                if 0.0 <= u < width and 0.0 <= v < height:
                    first, way = self.first(ray)
                    seen += first in solid and way <= far
        return seen / covered if covered else 0.0

    def _around(
        self, objects: Collection[bpy.types.Object]
    ) -> Optional[Tuple[float, float, float, float]]:
        """The box around objects in the picture, at most as far as its size beyond its border."""
        width, height = self._view.resolution
        pixels = []
        for obj in objects:
            evaluated = obj.evaluated_get(self._depsgraph)
            for corner in evaluated.bound_box:
                pixel = self._view.pixel(evaluated.matrix_world @ Vector(corner))
                if pixel is None:  # behind the camera: it may be anywhere
                    return -float(width), -float(height), 2.0 * width, 2.0 * height
                pixels.append(pixel)
        if not pixels:
            return None
        us, vs = zip(*pixels)
        left, right = max(min(us), -width), min(max(us), 2 * width)
        top, bottom = max(min(vs), -height), min(max(vs), 2 * height)
        return (left, top, right, bottom) if left < right and top < bottom else None


def _places(box: Sequence[float], count: int) -> Iterator[Tuple[float, float]]:
    """The middles of about `count` equal cells of a box."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    columns = max(1, round(math.sqrt(count * wide / high)))
    rows = max(1, round(count / columns))
    for row in range(rows):
        for column in range(columns):
            yield left + wide * (column + 0.5) / columns, top + high * (row + 0.5) / rows
