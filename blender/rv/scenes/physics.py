# SPDX-License-Identifier: MIT
"""Rigid bodies: what makes an object one, and the simulation.

Lengths in metres, masses in kilograms, velocities in metres and radians per second.

What Blender's Bullet does to a body that touches nothing, `substeps` times per frame with
dt = time_scale / fps / substeps: it damps the velocity, adds gravity, then moves (semi-implicit
Euler): v = v * (1 - damping) ** dt + g * dt; x = x + v * dt. The first frame is the start: n frames
are n - 1 frames of motion.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional

import bpy

from ..engine import timeline
from ..engine.measure import dimensions

COLLECTION = "RigidBodyWorld"
MASS_MIN_KG = 1e-6
MARGIN_SHARE = 0.01  # of the smallest dimension

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
BODY_TYPES = ("ACTIVE", "PASSIVE")


def _one_of(name: str, value: str, allowed: Iterable[str]) -> str:
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}, must be one of {', '.join(allowed)}")
    return value


def _positive(name: str, value: Optional[float]) -> None:
    if value is not None and not value > 0:
        raise ValueError(f"{name} must be > 0.")


def _not_negative(name: str, value: Optional[float]) -> None:
    if value is not None and not value >= 0:
        raise ValueError(f"{name} must be >= 0.")


def _world() -> Any:
    """The rigid body world of Blender's scene, made when there is none."""
    scene = bpy.context.scene
    if scene.rigidbody_world is None:
        bpy.ops.rigidbody.world_add()
    world: Any = scene.rigidbody_world
    if world.collection is None:
        world.collection = bpy.data.collections.new(COLLECTION)
    return world


def _bake(world: Any, keep: bool) -> None:
    """Keeps what was simulated, whatever changes from now on, or gives it up."""
    cache = world.point_cache
    if cache.is_baked != keep:
        operator = bpy.ops.ptcache.bake_from_cache if keep else bpy.ops.ptcache.free_bake
        with bpy.context.temp_override(point_cache=cache, scene=bpy.context.scene):
            operator()


def add_rigidbody(
    obj: bpy.types.Object,
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
) -> None:
    """See `Object.add_rigidbody`."""
    if obj.type != "MESH":
        raise TypeError(f"{obj.name} is a {obj.type}: only a mesh can be a rigid body")
    shape = SHAPES[_one_of("mode", str(mode).lower(), SHAPES)]
    source = _one_of("mesh_source", str(mesh_source).upper(), MESH_SOURCES)
    kind = _one_of("body_type", str(body_type).upper(), BODY_TYPES)
    _not_negative("collision_margin", collision_margin)
    _not_negative("deactivate_linear_velocity", deactivate_linear_velocity)
    _not_negative("deactivate_angular_velocity", deactivate_angular_velocity)
    members = _world().collection.objects
    if members.get(obj.name) is None:
        members.link(obj)  # makes it a body, much faster than the operator
    if collision_margin is None:
        collision_margin = MARGIN_SHARE * min(dimensions(obj))
    values = {
        "type": kind,
        "collision_shape": shape,
        "mesh_source": source,
        "mass": max(MASS_MIN_KG, float(mass)),
        "friction": float(friction),
        "restitution": float(restitution),
        "linear_damping": float(linear_damping),
        "angular_damping": float(angular_damping),
        "use_margin": bool(use_margin),
        "collision_margin": float(collision_margin),
        "use_deactivation": use_deactivation,
        "deactivate_linear_velocity": deactivate_linear_velocity,
        "deactivate_angular_velocity": deactivate_angular_velocity,
        "use_start_deactivated": start_deactivated,
    }
    for name, value in values.items():
        if value is not None:
            setattr(obj.rigid_body, name, value)


def take_bodies(objects: List[bpy.types.Object]) -> None:
    """Takes the rigid bodies away from all of them at once: one by one takes 0.1 s each."""
    if objects:
        with bpy.context.temp_override(
            active_object=objects[0], selected_objects=objects, selected_editable_objects=objects
        ):
            bpy.ops.rigidbody.objects_remove()


def remove_rigidbody(obj: bpy.types.Object, keep_transform: bool = True) -> None:
    """See `Object.remove_rigidbody`."""
    if obj.rigid_body is None:
        return
    depsgraph = bpy.context.evaluated_depsgraph_get()
    matrix = obj.evaluated_get(depsgraph).matrix_world.copy()
    # The cache holds bodies by their number: it cannot outlive one of them.
    _bake(_world(), keep=False)
    take_bodies([obj])
    if keep_transform:
        obj.matrix_world = matrix


def simulate_physics(
    frames: int = 20,
    substeps: int = 10,
    time_scale: float = 1.0,
    solver_iterations: Optional[int] = None,
    use_split_impulse: Optional[bool] = None,
    split_impulse_penetration_threshold: Optional[float] = None,
) -> None:
    """Runs the rigid bodies for `frames` frames from the scene's first frame on.

    Afterwards the scene stands on the last of these frames, and the poses of all of them are kept.
    The picture and the record show the bodies where they are; `get_location` tells where they
    started, until `Object.remove_rigidbody`. A further call starts from the beginning again.

    `substeps` is per frame; `time_scale` is the speed of time; `solver_iterations` is per substep,
    twice the number of substeps when not given; `use_split_impulse` and
    `split_impulse_penetration_threshold` (metres) stay as they are when None.
    ValueError for a number that is not above 0 (threshold: below 0), RuntimeError for a setting
    that this Blender does not have.
    """
    _positive("frames", frames)
    _positive("substeps", substeps)
    _positive("time_scale", time_scale)
    _positive("solver_iterations", solver_iterations)
    _not_negative("split_impulse_penetration_threshold", split_impulse_penetration_threshold)
    world = _world()
    _bake(world, keep=False)
    settings = {
        "time_scale": float(time_scale),
        "substeps_per_frame": int(substeps),
        "solver_iterations": int(solver_iterations or max(1, 2 * int(substeps))),
        "use_split_impulse": use_split_impulse,
        "split_impulse_penetration_threshold": split_impulse_penetration_threshold,
    }
    for name, value in settings.items():
        if value is None:
            continue
        if not hasattr(world, name):
            raise RuntimeError(f"this Blender's rigid body world has no {name}")
        setattr(world, name, value)
    scene = bpy.context.scene
    first = scene.frame_start
    last = first + int(frames) - 1
    scene.sync_mode = "NONE"
    world.point_cache.frame_start = first
    world.point_cache.frame_end = last
    timeline.start()  # bodies may be moved by keys
    for frame in range(first, last + 1):  # a jump would skip the simulation
        scene.frame_set(frame)
    _bake(world, keep=True)
