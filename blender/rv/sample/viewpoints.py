# SPDX-License-Identifier: MIT
"""Views that a command or a record asks for: those of a file, and an orbit about what is seen."""

from __future__ import annotations

import math
from typing import Any, List

import bpy
from mathutils import Vector

from ..engine import units
from ..plain.errors import SceneError
from ..scenes.scene import Scene
from .poses import entries, matrix_of, read
from .settings import Orbit

NAMES = ("name", "K", "resolution")  # what a pose may have for its view, as `Scene.add_view`


def of_file(scene: Scene, path: str, name: str) -> None:
    """Adds the poses of a file (poses.py), in their order. SceneError naming the line."""
    for where, entry in entries(read(path, name, "views"), name):
        given = {key: entry[key] for key in NAMES if entry.get(key) is not None}
        matrix = matrix_of(entry, where)
        try:
            scene.add_view(matrix=matrix, **given)
        except (TypeError, ValueError) as error:
            raise SceneError(f"{where}: {error}") from None
    scene.add_dependency(path)


def orbit(scene: Scene, wanted: Orbit) -> None:
    """Adds an orbit that starts on the camera's side of its target.

    The target is where the camera looks, radius and elevation are those of the camera, where
    nobody says otherwise. SceneError when the camera looks at nothing.
    """
    depsgraph = bpy.context.evaluated_depsgraph_get()
    pose = bpy.context.scene.camera.evaluated_get(depsgraph).matrix_world
    place = Vector(units.metres(pose.translation))
    target = Vector(wanted.target if wanted.target is not None else _looked_at(depsgraph, pose))
    away = place - target
    if away.length == 0.0:
        raise SceneError("orbit.target is where the camera is")
    radius = away.length if wanted.radius is None else wanted.radius
    rise = math.degrees(math.asin(max(-1.0, min(1.0, away.z / away.length))))
    elevation = rise if wanted.elevation is None else wanted.elevation
    start = math.degrees(math.atan2(away.y, away.x))
    try:
        scene.orbit(wanted.n, radius, elevation, target, start=start)
    except ValueError as error:
        raise SceneError(f"orbit: {error}") from None


def _looked_at(depsgraph: Any, pose: Any) -> List[float]:
    """The first point of a surface on the camera's axis, in metres."""
    axis = -pose.to_3x3().normalized().col[2]
    hit, place, *_ = bpy.context.scene.ray_cast(depsgraph, pose.translation, axis)
    if not hit:
        raise SceneError("orbit: the camera looks at nothing: give a target")
    return units.metres(place)
