# SPDX-License-Identifier: MIT
"""Rigid bodies: what makes an object one, and the simulation.

Lengths in metres, masses in kilograms, velocities in metres and radians per second.

What Blender's Bullet does to a body that touches nothing, `substeps` times per frame with
dt = time_scale / fps / substeps: it damps the velocity, adds gravity, then moves (semi-implicit
Euler): v = v * (1 - damping) ** dt + g * dt; x = x + v * dt. The first frame is the start: n frames
are n - 1 frames of motion.
"""

from __future__ import annotations

import warnings
from typing import Any, Dict, Iterator, Optional

import bpy

from ..engine import bodies, contacts, launch, measure, timeline
from ..engine.ranges import within
from ..engine.rest import Rest
from ..plain.limits import FRAME_LIMIT
from ..plain.types import VectorLike
from ..plain.values import choice, flag, number, vector, whole

COLLECTION = "RigidBodyWorld"

SHAPES: Dict[str, str] = {
    "box": "BOX",
    "sphere": "SPHERE",
    "hull": "CONVEX_HULL",
    "mesh": "MESH",
    "capsule": "CAPSULE",
    "cylinder": "CYLINDER",
    "cone": "CONE",
}
MESH_SOURCES = ("BASE", "DEFORM", "FINAL")
ITERATIONS_MAX = 1000  # Blender takes no more
BODY_TYPES = ("ACTIVE", "PASSIVE")


def _above_zero(value: Any, what: str, or_zero: bool = False, of: object = None) -> Any:
    """The value, which is None or a number. Tests of other versions of rv know the messages."""
    if value is not None and (number(value, what, of=of) < 0 or (value == 0 and not or_zero)):
        raise ValueError(f"{what} must be >{'=' if or_zero else ''} 0.")
    return value


def _world() -> Any:
    """The rigid body world of Blender's scene, made when there is none."""
    scene = bpy.context.scene
    if scene.rigidbody_world is None:
        bpy.ops.rigidbody.world_add()
    world: Any = scene.rigidbody_world
    if world.collection is None:
        world.collection = bpy.data.collections.new(COLLECTION)
    return world


def add_rigidbody(
    obj: bpy.types.Object,
    of: object,
    mode: str = "hull",
    mesh_source: str = "FINAL",
    body_type: str = "ACTIVE",
    mass: float = 1.0,
    friction: float = 0.5,
    restitution: float = 0.0,
    linear_damping: float = 0.04,
    angular_damping: float = 0.1,
    use_margin: bool = True,
    collision_margin: Optional[float] = None,
    use_deactivation: Optional[bool] = None,
    deactivate_linear_velocity: Optional[float] = None,
    deactivate_angular_velocity: Optional[float] = None,
    start_deactivated: Optional[bool] = None,
    velocity: Optional[VectorLike] = None,
    angular_velocity: Optional[VectorLike] = None,
) -> None:
    """See `Object.add_rigidbody`."""
    if obj.type != "MESH":
        raise TypeError(f"{of!r} is a {obj.type}: only a mesh can be a rigid body")
    linear = None if velocity is None else vector(velocity, "velocity", of=of)
    angular = (
        None if angular_velocity is None else vector(angular_velocity, "angular_velocity", of=of)
    )
    numbers = {
        "friction": friction,
        "restitution": restitution,
        "linear_damping": linear_damping,
        "angular_damping": angular_damping,
        "collision_margin": collision_margin,
        "deactivate_linear_velocity": deactivate_linear_velocity,
        "deactivate_angular_velocity": deactivate_angular_velocity,
    }
    for name, value in numbers.items():
        _above_zero(value, name, True, of)
    flags = {
        "use_margin": use_margin,
        "use_deactivation": use_deactivation,
        "use_start_deactivated": start_deactivated,
    }
    kind = bpy.types.RigidBodyObject
    values = {
        "type": choice(str(body_type).upper(), "body_type", BODY_TYPES, of=of),
        "collision_shape": SHAPES[choice(str(mode).lower(), "mode", SHAPES, of=of)],
        "mesh_source": choice(str(mesh_source).upper(), "mesh_source", MESH_SOURCES, of=of),
        "mass": number(mass, "mass", 0, of=of),
        **{n: None if v is None else within(kind, n, v, n, of=of) for n, v in numbers.items()},
        **{n: None if v is None else flag(v, n, of=of) for n, v in flags.items()},
    }
    if values["type"] == "PASSIVE" and any((*(linear or ()), *(angular or ()))):
        raise ValueError(f"{of!r}: a PASSIVE body does not move: it has no velocity")
    members = _world().collection.objects
    if members.get(obj.name) != obj:
        members.link(obj)  # makes it a body, much faster than the operator
    for name, given in values.items():
        if given is not None:
            setattr(obj.rigid_body, name, given)
    launch.set_velocity(obj, linear, angular)
    if collision_margin is None:
        bodies.fit_margin(obj)
    else:
        bodies.keep_margin(obj)


def remove_rigidbody(obj: bpy.types.Object, keep_transform: bool = True) -> None:
    """See `Object.remove_rigidbody`."""
    if obj.rigid_body is None:
        return
    matrix = measure.world_matrix(obj)
    # The cache holds bodies by their number: it cannot outlive one of them.
    launch.bake(_world(), keep=False)
    bodies.take([obj])
    launch.set_velocity(obj, (0.0,) * 3, (0.0,) * 3)
    if keep_transform:
        obj.matrix_world = matrix


def simulate_physics(
    frames: int = 20,
    substeps: int = 10,
    time_scale: float = 1.0,
    solver_iterations: Optional[int] = None,
    use_split_impulse: Optional[bool] = None,
    split_impulse_penetration_threshold: Optional[float] = None,
    *,
    until_rest: bool = False,
    max_frames: int = 250,
    collisions: bool = False,
) -> int:
    """Runs the rigid bodies for `frames` frames from the scene's first frame on; how many it were.

    Afterwards the scene stands on the last of these frames, and the poses of all of them are kept.
    The picture and the record show the bodies where they are; `get_location` tells where they
    started, until `Object.remove_rigidbody`. A further call starts from the beginning again.

    `substeps` is per frame; `time_scale` is the speed of time; `solver_iterations` is per substep,
    twice the number of substeps when not given; `use_split_impulse` and
    `split_impulse_penetration_threshold` (metres) stay as they are when None.

    `until_rest` goes on after `frames` until all bodies lie still (slower than 0.01 metres and
    radians per second for 5 frames), and warns when they do not by `max_frames`. `collisions`
    tells in the record's `collisions` on which frame each pair of bodies begins to touch; that
    takes time where many are close.
    ValueError for a number that is not above 0 (threshold: below 0), RuntimeError for a setting
    that this Blender does not have.
    """
    kind = bpy.types.RigidBodyWorld
    steps = within(kind, "substeps_per_frame", _above_zero(substeps, "substeps"), "substeps")
    often = min(2 * steps, ITERATIONS_MAX) if solver_iterations is None else solver_iterations
    often = within(
        kind, "solver_iterations", _above_zero(often, "solver_iterations"), "solver_iterations"
    )
    threshold = split_impulse_penetration_threshold
    settings = {
        "time_scale": within(
            kind, "time_scale", _above_zero(time_scale, "time_scale"), "time_scale"
        ),
        "substeps_per_frame": steps,
        "solver_iterations": often,
        "use_split_impulse": use_split_impulse,
        "split_impulse_penetration_threshold": _above_zero(
            threshold, "split_impulse_penetration_threshold", True
        ),
    }
    if use_split_impulse is not None:
        flag(use_split_impulse, "use_split_impulse")
    least = whole(_above_zero(frames, "frames"), "frames", 1, FRAME_LIMIT)
    most = max(least, whole(max_frames, "max_frames", 1, FRAME_LIMIT))
    most = most if flag(until_rest, "until_rest") else least
    world = _world()
    launch.bake(world, keep=False)
    for name, value in settings.items():
        if value is None:
            continue
        if not hasattr(world, name):
            raise RuntimeError(f"this Blender's rigid body world has no {name}")
        setattr(world, name, value)
    scene = bpy.context.scene
    first = scene.frame_start
    scene.sync_mode = "NONE"
    world.point_cache.frame_start = first
    world.point_cache.frame_end = first + most - 1
    timeline.start()  # bodies may be moved by keys
    seconds = world.time_scale * scene.render.fps_base / scene.render.fps
    rest = Rest(world, seconds)
    touching = contacts.Contacts(world, seconds) if flag(collisions, "collisions") else None

    def run() -> Iterator[int]:
        for frame in range(first, first + most):
            yield frame
            if until_rest:
                rest.look()
            if touching is not None:
                touching.look(frame)
            if rest.is_reached and frame >= first + least - 1:
                break

    last = launch.run(world, first, run())
    if until_rest and not rest.is_reached:
        text = f"the bodies do not lie still after {most} frames: give simulate_physics more"
        warnings.warn(f"{text} max_frames, or them more damping", UserWarning, stacklevel=2)
    contacts.keep([] if touching is None else touching.events)
    launch.bake(world, keep=True)
    return last - first + 1
