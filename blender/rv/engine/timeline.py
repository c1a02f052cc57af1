# SPDX-License-Identifier: MIT
"""Time in Blender: keys, frame rate, baked physics.

A key holds a value at a frame; between two keys the earlier one's interpolation says how it
changes.
"""

from __future__ import annotations

import math
from typing import Any, Dict, Iterator, List, Optional, Sequence

import bpy

from ..plain.errors import SceneError
from ..plain.values import choice, number
from . import bodies, compat, launch

INTERPOLATIONS = ("LINEAR", "BEZIER", "CONSTANT")
HELD_BACK = "rv_held_back"  # property of an action: the paths whose curves are muted until `start`


def check_key(frame: float, interpolation: str, *, of: object = None) -> None:
    """TypeError or ValueError unless both are fit for a key."""
    number(frame, "frame", of=of)
    choice(interpolation, "interpolation", INTERPOLATIONS, of=of)


def insert_key(owner: Any, path: str, frame: float, interpolation: str) -> None:
    """Holds the present value of a property of a data-block at a frame.

    The curves are muted until `start`: the keys of a pose must not undo, whenever Blender brings
    something up to date, what a script sets for the next one.
    """
    owner.keyframe_insert(path, frame=frame)
    curves = [curve for curve in compat.fcurves(owner) if curve.data_path == path]
    if path == "rotation_quaternion":
        _keep_to_one_side(curves)
    for curve in curves:
        for point in curve.keyframe_points:
            if abs(point.co.x - frame) < 0.005:  # Blender takes keys closer than 0.01 for the same
                point.interpolation = interpolation
                point.handle_left_type = point.handle_right_type = "AUTO_CLAMPED"
        curve.update()
        curve.mute = True
    action = owner.animation_data.action
    action[HELD_BACK] = "\n".join(sorted({path, *action.get(HELD_BACK, path).split("\n")}))


def start(frames: Optional[Sequence[int]] = None) -> None:
    """From here on keys are in force; a script's own poses last until the frame changes.

    With `frames` given, Blender's own range becomes that of these.
    """
    bodies.fit_margins()
    if frames is not None:
        scene = bpy.context.scene
        scene.frame_start, scene.frame_end = frames[0], frames[-1]
        scene.frame_step = getattr(frames, "step", 1)
    for action in bpy.data.actions:
        paths = action.get(HELD_BACK)
        if paths is not None:
            for curve in compat.action_fcurves(action):
                if curve.data_path in paths.split("\n"):
                    curve.mute = False
            del action[HELD_BACK]


def _keep_to_one_side(curves: List[Any]) -> None:
    """q and -q turn alike, but only the nearer one of them gives the shorter way."""
    keys = [list(curve.keyframe_points) for curve in curves]
    if len(keys) != 4 or len({len(points) for points in keys}) != 1:
        return  # keys that were not made here
    for before, after in zip(zip(*keys), list(zip(*keys))[1:]):
        if sum(a.co.y * b.co.y for a, b in zip(before, after)) < 0.0:
            for point in after:
                point.co.y = -point.co.y


def apply_fps(fps: float) -> None:
    """Tells Blender, which takes a whole number and a divisor."""
    render = bpy.context.scene.render
    render.fps = math.ceil(fps)
    render.fps_base = render.fps / fps


def current_fps() -> float:
    """Frames per second: a whole number as int, so that a record says 24 and not 24.0."""
    render = bpy.context.scene.render
    fps = round(render.fps / render.fps_base, 4)  # the divisor is a 32-bit float
    return int(fps) if fps == int(fps) else fps


def timeline() -> Dict[str, Any]:
    """What Blender's scene says of its own frames: first, last, step, where it stands, rate."""
    scene = bpy.context.scene
    return {
        "start": scene.frame_start,
        "end": scene.frame_end,
        "step": scene.frame_step,
        "frame": scene.frame_current,
        "fps": current_fps(),
    }


def _point_caches() -> Iterator[Any]:
    world = bpy.context.scene.rigidbody_world
    if world is not None:
        yield world.point_cache
    for obj in bpy.context.scene.objects:
        for modifier in obj.modifiers:
            if modifier.type in ("CLOTH", "SOFT_BODY"):
                yield modifier.point_cache
        for system in obj.particle_systems:
            yield system.point_cache


def settle(frames: Sequence[int]) -> None:
    """Makes every one of the frames ready to be gone to, in any order.

    Physics that were not simulated yet are, through every frame from their first to the last one
    that is wanted. What `rv.simulate_physics` did stays as it is: after its last frame the bodies
    stand still.
    """
    start(frames)
    world = bpy.context.scene.rigidbody_world
    if world is not None and not world.point_cache.is_baked and launch.is_needed(world):
        first = world.point_cache.frame_start
        launch.run(world, first, range(first, max(frames[-1], first) + 1))
        launch.bake(world, keep=True)
    caches = [cache for cache in _point_caches() if not cache.is_baked]
    if not caches:
        return
    for cache in caches:
        cache.frame_end = max(frames[-1], cache.frame_start + 1)
    try:
        bpy.ops.ptcache.bake_all(bake=True)
    except RuntimeError as error:
        raise SceneError(f"physics cannot be simulated: {str(error).strip()}") from None
