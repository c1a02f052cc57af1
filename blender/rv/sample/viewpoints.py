# SPDX-License-Identifier: MIT
"""Views that a command or a record asks for: those of a file, and an orbit about what is seen; a
camera for .blend files that have none."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Callable, List, Sequence

import bpy
from mathutils import Matrix, Vector

from ..engine import compat, measure, units
from ..plain.errors import SceneError
from ..scenes.scene import Scene
from ..scenes.views import orbiting
from .file_scene import WITHOUT_SURFACE
from .poses import entries, matrix_of, read
from .settings import Orbit, Settings

_RISE, _TURN = math.radians(25), math.radians(-50)  # an added camera is above, in front, right
_SKY = (0.8, 0.8, 0.8, 1.0)
_MARGIN = 1.1  # of the distance from which the ball around everything just fits
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


def with_camera(settings: Settings, warn: Callable[[str], None]) -> Settings:
    """Gives the open file a camera where it has none and an orbit or views are wanted: they say
    from where things are seen. The settings, with the middle of everything as the orbit's target.

    Such a file is of a model, not of a scene: where nothing gives light, the sky does.
    """
    is_wanted = settings.orbit is not None or settings.views is not None
    if not is_wanted or bpy.context.scene.camera is not None:
        return settings
    render = bpy.context.scene.render
    middle = _add_camera(settings.resolution or (render.resolution_x, render.resolution_y))
    warn("the file's scene has no camera: one was added that sees all of it")
    scene = bpy.context.scene
    if scene.world is None and all(obj.type != "LIGHT" for obj in scene.objects):
        scene.world = bpy.data.worlds.new("World")
        background = compat.use_nodes(scene.world).nodes["Background"]
        background.inputs["Color"].default_value = _SKY
        warn("the file's scene has no light: a light grey sky was added")
    if settings.orbit is None:
        return settings
    target = settings.orbit.target or tuple(middle)
    return replace(settings, orbit=replace(settings.orbit, target=target))


def _add_camera(resolution: Sequence[int]) -> List[float]:
    """A camera for the open file; the point that it looks at, in metres.

    That is the middle of the box around everything rendered that has a surface, and all of it is in
    a picture of that resolution. SceneError when there is nothing.
    """
    scene = bpy.context.scene
    bpy.context.view_layer.update()
    seen = [o for o in scene.objects if o.type not in WITHOUT_SURFACE and not o.hide_render]
    boxes = [measure.bounds(obj) for obj in seen]
    low = Vector([min((box["min"][i] for box in boxes), default=0.0) for i in range(3)])
    high = Vector([max((box["max"][i] for box in boxes), default=0.0) for i in range(3)])
    radius = (high - low).length / 2
    if radius == 0.0:
        raise SceneError("the file's scene has no camera, and nothing that one could look at")
    middle = (low + high) / 2
    data = bpy.data.cameras.new("Camera")
    half = math.atan(math.tan(data.angle / 2) * min(resolution) / max(resolution))
    away = _MARGIN * radius / math.sin(half)
    data.clip_start, data.clip_end = away / 1000, away * 1000
    camera = bpy.data.objects.new("Camera", data)
    camera.matrix_world = Matrix(orbiting(middle, away, _RISE, _TURN))
    scene.collection.objects.link(camera)
    scene.camera = camera
    return units.metres(middle)


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
