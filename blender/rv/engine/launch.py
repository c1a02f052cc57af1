# SPDX-License-Identifier: MIT
"""Rigid bodies that start with a velocity, and the run of the simulation.

Blender has no number for the velocity at the start. But a body that is moved (kinematic) keeps its
velocity when it is let go. So before the first frame all bodies are held for two frames: still in
the first, in which Blender makes the world, and moved to their place in the second, which takes
`_run_up` seconds. All are let go on the first frame, at rest or with the velocity that they are to
have, and exactly where they were put. What begins deactivated is left alone.
"""

from __future__ import annotations

from typing import Any, Iterable, List, Optional, Sequence, Tuple

import bpy
from mathutils import Matrix, Quaternion, Vector

from ..plain.errors import SceneError

RUN_UP_S = 0.1  # at most: 32-bit places far from the origin allow for no much shorter way
RUN_UP_TURN = 1.0  # radians at most: Blender turns the shorter way
TIME_SCALE_MAX = 100.0  # Blender's
HELD_FRAMES = 2
_VELOCITY = "_rv_velocity"  # property of an object: metres and radians per second, world axes


def set_velocity(
    obj: bpy.types.Object, linear: Optional[Sequence[float]], angular: Optional[Sequence[float]]
) -> None:
    """How a body moves when it is let go; None leaves it as it is."""
    before = list(obj.get(_VELOCITY, (0.0,) * 6))
    after = [
        *(before[:3] if linear is None else linear),
        *(before[3:] if angular is None else angular),
    ]
    if any(after):
        obj[_VELOCITY] = after
    elif _VELOCITY in obj:
        del obj[_VELOCITY]


def is_needed(world: Any) -> bool:
    """Whether any body of the world has a velocity to begin with."""
    return any(_VELOCITY in obj for obj in _bodies(world))


def run(world: Any, first: int, frames: Iterable[int]) -> int:
    """Simulates from the frame `first`, with the world's settings, through `frames`; the last.

    Blender stands at each of them when the next is asked for. SceneError for a body with keys and
    a velocity.
    """
    scene = bpy.context.scene
    cache = world.point_cache
    if is_needed(world):
        _run_up(scene, world, first)
    last = first
    for last in frames:
        scene.frame_set(last)  # a jump would skip the simulation
    for name, frame in (("frame_start", first), ("frame_end", last)):
        if getattr(cache, name) != frame:
            setattr(cache, name, frame)
    return last


def bake(world: Any, keep: bool) -> None:
    """Keeps what was simulated, whatever changes from now on, or gives it up."""
    cache = world.point_cache
    if cache.is_baked != keep:
        operator = bpy.ops.ptcache.bake_from_cache if keep else bpy.ops.ptcache.free_bake
        with bpy.context.temp_override(point_cache=cache, scene=bpy.context.scene):
            operator()


def _bodies(world: Any) -> List[bpy.types.Object]:
    collection = world.collection
    return [] if collection is None else [o for o in collection.objects if o.rigid_body is not None]


def _run_up(scene: bpy.types.Scene, world: Any, first: int) -> None:
    bodies = _bodies(world)
    held = [obj for obj in bodies if _is_held(obj)]
    moving = [obj for obj in bodies if _VELOCITY in obj]
    for obj in moving:
        if obj.animation_data is not None and obj.animation_data.action is not None:
            raise SceneError(f"{obj.name} has keys and a velocity: it can have one of them")
    fps = scene.render.fps / scene.render.fps_base
    turns = [Vector(obj[_VELOCITY][3:]).length for obj in moving]
    took = min(RUN_UP_S, RUN_UP_TURN / max(1e-9, *turns), TIME_SCALE_MAX / fps)
    settings = [(name, getattr(world, name)) for name in ("time_scale", "substeps_per_frame")]
    places = [(obj, _place_of(obj)) for obj in moving]
    world.point_cache.frame_start = first - HELD_FRAMES
    world.time_scale, world.substeps_per_frame = took * fps, 1
    for obj in held:
        obj.rigid_body.kinematic = True
    bpy.context.view_layer.update()
    for obj in moving:
        obj.matrix_world = _before(obj, took)
    for frame in range(first - HELD_FRAMES, first):
        scene.frame_set(frame)
    for obj, place in places:
        _put(obj, place)
    scene.frame_set(first)
    for obj in held:
        obj.rigid_body.kinematic = False
    for name, value in settings:
        setattr(world, name, value)


def _is_held(obj: bpy.types.Object) -> bool:
    body: Any = obj.rigid_body
    sleeps = body.use_deactivation and body.use_start_deactivated and _VELOCITY not in obj
    return body.type == "ACTIVE" and not body.kinematic and not sleeps


def _before(obj: bpy.types.Object, seconds: float) -> Matrix:
    """Where it has to come from."""
    place, turn, scale = obj.matrix_world.decompose()
    linear, angular = Vector(obj[_VELOCITY][:3]), Vector(obj[_VELOCITY][3:])
    if angular.length > 0.0:
        turn = Quaternion(angular.normalized(), -angular.length * seconds) @ turn
    return Matrix.LocRotScale(place - linear * seconds, turn, scale)


_PLACE = ("location", "rotation_quaternion", "rotation_euler", "rotation_axis_angle", "scale")


def _place_of(obj: bpy.types.Object) -> List[Tuple[str, Tuple[float, ...]]]:
    return [(name, tuple(getattr(obj, name))) for name in _PLACE]


def _put(obj: bpy.types.Object, place: List[Tuple[str, Tuple[float, ...]]]) -> None:
    for name, value in place:
        setattr(obj, name, value)
