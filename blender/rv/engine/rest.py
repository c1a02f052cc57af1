# SPDX-License-Identifier: MIT
"""When rigid bodies have come to rest: Blender does not tell which of them sleep."""

from __future__ import annotations

from typing import Any, Dict

import bpy
from mathutils import Matrix

REST_SPEED = 0.01  # metres per second, and radians per second
REST_FRAMES = 5  # a ball at the top of its way is slow, too


class Rest:
    """Looks at the active bodies of a world on each frame; `seconds` is what a frame takes."""

    def __init__(self, world: Any, seconds: float) -> None:
        self._least = REST_SPEED * seconds
        self._bodies = [o for o in world.collection.objects if o.rigid_body is not None]
        self._poses: Dict[str, Matrix] = {}
        self._still = 0

    @property
    def is_reached(self) -> bool:
        """Whether all have been as good as still for REST_FRAMES frames."""
        return self._still >= REST_FRAMES

    def look(self) -> None:
        """Compares the frame that Blender stands at with the one before."""
        depsgraph = bpy.context.evaluated_depsgraph_get()
        moved = False
        for obj in self._bodies:
            body: Any = obj.rigid_body
            if body.type == "ACTIVE" and not body.kinematic:
                pose = obj.evaluated_get(depsgraph).matrix_world.copy()
                before = self._poses.get(obj.name)
                moved |= before is None or self._has_moved(before, pose)
                self._poses[obj.name] = pose
        self._still = 0 if moved else self._still + 1

    def _has_moved(self, before: Matrix, after: Matrix) -> bool:
        turn = before.to_quaternion().rotation_difference(after.to_quaternion())
        way = (after.translation - before.translation).length
        return way > self._least or abs(turn.angle) > self._least
