# SPDX-License-Identifier: MIT
"""Keypoints and 3D boxes of objects: where they are in the world and in the picture."""

from __future__ import annotations

import itertools
import math
from typing import Any, Dict, List, Mapping, Optional, Sequence

import bpy
from mathutils import Matrix

from ..engine import measure, units
from ..engine.measure import Extent
from ..plain.errors import SceneError
from ..plain.meta import f32, f32_list
from ..plain.projection import Projection, transformed
from ..plain.types import Float3
from ..scenes.camera import projection_of
from ..scenes.objects import Object


def keypoints_meta(
    points: Mapping[str, Float3], matrix_world: Sequence[Sequence[float]], view: Projection
) -> List[Dict[str, Any]]:
    """The `keypoints` of the record, sorted by name.

    `points` are local to an object whose evaluated world matrix is `matrix_world`.
    """
    found = []
    for name in sorted(points):
        world = transformed(matrix_world, points[name])
        found.append(
            {
                "name": name,
                "world": f32_list(world),
                "pixel": _pixel(world, view),
                "depth": f32(view.depth(world)),
                "in_frame": view.in_frame(world),
            }
        )
    return found


def box3d_meta(
    extent: Optional[Extent], matrix_world: Matrix, view: Projection
) -> Optional[Dict[str, Any]]:
    """The `box3d` of the record; None where there is no `extent` (as of `measure.extent`).

    Corner i of the eight has the higher local x where bit 2 of i is set, the higher y for bit 1,
    the higher z for bit 0.
    """
    if extent is None:
        return None
    low, high = extent
    corners = [transformed(matrix_world, corner) for corner in itertools.product(*zip(low, high))]
    rotation = matrix_world.to_quaternion()
    if rotation.w < 0.0:  # q and -q turn alike
        rotation = -rotation
    center = [(a + b) / 2.0 for a, b in zip(low, high)]
    return {
        "center": f32_list(transformed(matrix_world, center)),
        "size": f32_list(math.dist(corners[0], corners[far]) for far in (4, 2, 1)),
        "rotation_quaternion": f32_list(rotation),
        "corners": [f32_list(corner) for corner in corners],
        "pixels": [_pixel(corner, view) for corner in corners],
    }


def _pixel(point: Float3, view: Projection) -> Optional[List[float]]:
    pixel = view.pixel(point)
    return None if pixel is None else f32_list(pixel)


class Surveyor:
    """Measures objects of one evaluated state (`depsgraph`) as the scene camera sees them.

    Make a new one after every change, of the frame too.
    """

    def __init__(self, scene: bpy.types.Scene, depsgraph: Any) -> None:
        self._depsgraph = depsgraph
        self._view = projection_of(scene, depsgraph)
        self._parts: Optional[Dict[int, List[Extent]]] = None

    def meta(self, rv_obj: Object) -> Dict[str, Any]:
        """The members `keypoints` (where a script has set some) and `box3d` (not for lights)."""
        evaluated = rv_obj.obj.evaluated_get(self._depsgraph)
        matrix = units.in_metres(evaluated.matrix_world)
        try:
            meta = self._points(rv_obj.keypoints, matrix)
            if rv_obj.obj.type != "LIGHT":
                meta["box3d"] = box3d_meta(self._extent(rv_obj, evaluated), matrix, self._view)
        except SceneError as error:
            raise SceneError(f"object {rv_obj.obj.name!r}: keypoints or box: {error}") from None
        return meta

    def of_instance(
        self, points: Mapping[str, Float3], extent: Optional[Extent], matrix: Matrix
    ) -> Dict[str, Any]:
        """The same of one; `matrix` takes its own space, that of points and extent, to the world.

        All are in Blender's unit, as Blender has them.
        """
        placed = units.in_metres(matrix)
        return {**self._points(points, placed), "box3d": box3d_meta(extent, placed, self._view)}

    def _points(self, points: Mapping[str, Float3], matrix: Matrix) -> Dict[str, Any]:
        return {"keypoints": keypoints_meta(points, matrix, self._view)} if points else {}

    def _extent(self, rv_obj: Object, evaluated: bpy.types.Object) -> Optional[Extent]:
        """Of its mesh, and of the instances that its own geometry nodes make of meshes.

        Not of those that are objects of their own. None where its index is also that of instances
        elsewhere: no box is around what has it.
        """
        stage, name = rv_obj.scene._stage, evaluated.original.name_full
        if name in stage.merged:
            return None
        extents = [measure.extent(evaluated)]
        has_nodes = any(modifier.type == "NODES" for modifier in evaluated.modifiers)
        if has_nodes and name not in stage.apart:
            extents += self._instances().get(evaluated.original.as_pointer(), [])
        corners = [corner for extent in extents if extent is not None for corner in extent]
        return measure.around(corners) if corners else None

    def _instances(self) -> Dict[int, List[Extent]]:
        """Boxes of instances by the object that they belong to, in its space.

        Instances of other objects carry those objects' index, and count for neither.
        """
        if self._parts is None:
            self._parts = {}
            for instance in self._depsgraph.object_instances:
                if not instance.is_instance or instance.parent is None:
                    continue
                owner = instance.object.original
                if owner != instance.parent.original or instance.object.type != "MESH":
                    continue
                extent = measure.extent(instance.object)
                if extent is None:
                    continue
                here = instance.parent.matrix_world.inverted_safe() @ instance.matrix_world
                corners = [transformed(here, p) for p in itertools.product(*zip(*extent))]
                self._parts.setdefault(owner.as_pointer(), []).append(measure.around(corners))
        return self._parts
