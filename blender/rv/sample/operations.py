# SPDX-License-Identifier: MIT
"""What is done to a scene that is built or loaded, before it is rendered (`Settings`).

The order is fixed: resolution, picture, Cycles, animations, keyframes, frame rate, camera, motion
blur, views, orbit; `addons` are there before a file is opened, frames and `save` come last.
"""

from __future__ import annotations

import math
import os
from typing import Any, Callable, Iterator, Sequence, Tuple

import bpy
from mathutils import Matrix, Quaternion, Vector

from ..engine import compat, motion, timeline, units
from ..plain.errors import RenderError, SceneError
from ..plain.fields import Rows
from ..plain.frames import frame_range
from ..plain.limits import FRAME_LIMIT
from ..scenes.camera import unscaled
from ..scenes.scene import Scene
from . import poses, viewpoints
from .settings import CameraPose, Retime, Settings

Warn = Callable[[str], None]
SAVED = "scene.blend"


def apply(settings: Settings, scene: Scene, root: str, warn: Warn) -> None:
    """Does all that is asked for, in the order above.

    `root` is where the path of a trajectory starts; its frames become the scene's, where neither
    that nor anybody else says which there are. SceneError when something cannot be done.
    """
    render = bpy.context.scene.render
    if settings.animations is False:
        mute_animations()
    for retime in settings.keyframes:
        retime_keyframes(retime, warn)
    camera = settings.camera
    keys = camera.keyframes if camera is not None else ()
    if settings.trajectory is not None:
        if keys:
            raise SceneError("the camera has both keyframes and a trajectory: give one of them")
        path = os.path.join(root, settings.trajectory)
        text = poses.read(path, settings.trajectory, "trajectory")
        keys = poses.keys(text, settings.trajectory)
        scene.add_dependency(path)
        if scene.frames is None and settings.frames is None:
            scene.frames = _frames_of(keys)
    if settings.unbind_parents and not settings.unbind_camera and not keys:
        unbind_animated_camera()
    elif settings.unbind_camera or keys:
        unbind_camera()
    if camera is not None:
        place_camera(camera, warn)
    if keys:
        key_camera(keys)
    if settings.motion_blur is not None:
        render.use_motion_blur = settings.motion_blur
    if settings.views is not None:
        viewpoints.of_file(scene, os.path.join(root, settings.views), settings.views)
    if settings.orbit is not None:
        viewpoints.orbit(scene, settings.orbit)


def _camera() -> bpy.types.Object:
    camera = bpy.context.scene.camera
    if camera is None:
        raise SceneError("the scene has no camera")
    return camera


# -- the animation of the file


def mute_animations() -> None:
    """Everything stands still: no curve of an action and no NLA track counts. Drivers stay."""
    for action in bpy.data.actions:
        for curve in compat.action_fcurves(action):
            curve.mute = True
    for owner in motion.animated():
        for track in owner.animation_data.nla_tracks:
            track.mute = True


def retime_keyframes(retime: Retime, warn: Warn) -> None:
    """Moves every key with its handles, strips, markers and the frame range; motion blur follows.

    Frame f becomes scale * f + shift; the range becomes round(scale * start + shift) to
    round(scale * (end + 1) + shift) - 1, so that the whole lasts `scale` times as long; the
    shutter's time is divided by `scale`. What cannot follow is named in warnings. SceneError when
    the range would leave Blender's.
    """
    scene = bpy.context.scene
    scale, shift = retime.scale, retime.shift
    start = round(scale * scene.frame_start + shift)
    end = max(start, round(scale * (scene.frame_end + 1) + shift) - 1)
    if start < 0 or end > FRAME_LIMIT:
        raise SceneError(
            f"keyframes: the range becomes {start} to {end}, it must be within 0 to {FRAME_LIMIT}"
        )
    if not bpy.data.actions:
        warn("keyframes: there are none to be moved")
    for action in bpy.data.actions:
        if getattr(action, "library", None) is not None:
            warn(f"keyframes: the action {action.name} is in another file and stays as it is")
            continue
        for curve in compat.action_fcurves(action):
            _retime_curve(curve, scale, shift, warn)
        if getattr(action, "use_frame_range", False):
            first, last = action.frame_start, action.frame_end
            action.frame_end = max(action.frame_end, scale * last + shift)
            action.frame_start = scale * first + shift
            action.frame_end = scale * last + shift
    for owner in motion.animated():
        for track in owner.animation_data.nla_tracks:
            _retime_strips(track.strips, scale, shift)
        for curve in owner.animation_data.drivers:
            if _reads_frame(curve.driver):
                warn(f"keyframes: a driver of {owner.name} reads the frame and stays as it is")
    for marker in scene.timeline_markers:
        marker.frame = round(scale * marker.frame + shift)
    scene.frame_end = max(scene.frame_end, start, end)  # the end may not be before the start
    scene.frame_start, scene.frame_end = start, end
    scene.render.motion_blur_shutter /= scale
    for thing in _clockwork():
        warn(f"keyframes: {thing} has a clock of its own and stays as it is")


def _reads_frame(driver: Any) -> bool:
    paths = [target.data_path for variable in driver.variables for target in variable.targets]
    if driver.type == "SCRIPTED":
        paths.append(driver.expression)
    return any("frame" in path for path in paths)


def _retime_curve(curve: Any, scale: float, shift: float, warn: Warn) -> None:
    for point in curve.keyframe_points:
        left, right = point.handle_left.copy(), point.handle_right.copy()
        point.co.x = scale * point.co.x + shift
        point.handle_left = (scale * left.x + shift, left.y)
        point.handle_right = (scale * right.x + shift, right.y)
        point.period *= scale
    if len(curve.sampled_points):
        warn(f"keyframes: the samples of {curve.data_path} stay as they are")
    for modifier in curve.modifiers:
        _retime_modifier(modifier, scale, shift)
        if modifier.type != "CYCLES":
            what = "gets other values" if modifier.type == "NOISE" else "stays as it is"
            warn(f"keyframes: a modifier {modifier.type} of {curve.data_path} {what}")
    curve.update()


def _retime_modifier(modifier: Any, scale: float, shift: float) -> None:
    if modifier.use_restricted_range:
        start, end = modifier.frame_start, modifier.frame_end
        modifier.frame_end = max(end, scale * end + shift)  # the end may not be before the start
        modifier.frame_start, modifier.frame_end = scale * start + shift, scale * end + shift
        modifier.blend_in, modifier.blend_out = (
            modifier.blend_in * scale,
            modifier.blend_out * scale,
        )
    if modifier.type == "NOISE":  # as rough as before, but one of its three coordinates is fixed
        modifier.scale *= scale
        modifier.offset = scale * modifier.offset + shift


def _retime_strips(strips: Any, scale: float, shift: float) -> None:
    spans = [(s, s.frame_start, s.frame_end, s.scale) for s in strips]
    # Strips may not overlap: those that move to later frames go last first.
    later = scale >= 1.0 and shift >= 0.0
    for strip, start, end, rate in reversed(spans) if later else spans:
        if strip.type == "CLIP":  # its action was retimed: the part that it plays moves along
            first, last = strip.action_frame_start, strip.action_frame_end
            strip.action_frame_end = max(last, scale * last + shift)
            strip.action_frame_start = scale * first + shift
            strip.action_frame_end = scale * last + shift
            strip.scale = rate
        strip.frame_end = max(end, scale * end + shift)
        strip.frame_start = scale * start + shift
        strip.frame_end = scale * end + shift


def _clockwork() -> Iterator[str]:
    """What moves by a clock that keys do not drive."""
    for obj in sorted(bpy.data.objects, key=lambda o: o.name_full):
        if obj.rigid_body is not None:
            yield f"the rigid body {obj.name}"
        for modifier in obj.modifiers:
            if modifier.type in ("CLOTH", "SOFT_BODY", "FLUID", "MESH_SEQUENCE_CACHE", "OCEAN"):
                yield f"{modifier.type} of {obj.name}"
        if len(obj.particle_systems):
            yield f"the particle system of {obj.name}"
    for image in sorted(bpy.data.images, key=lambda i: i.name_full):
        if image.source in ("SEQUENCE", "MOVIE"):
            yield f"the image {image.name}"


# -- the camera


def choose_camera(name: str) -> None:
    """Renders from another camera of the file. SceneError when there is none of that name."""
    scene = bpy.context.scene
    cameras = [obj for obj in scene.objects if obj.type == "CAMERA"]
    for camera in cameras:
        if camera.name == name:
            scene.camera = camera
            for marker in scene.timeline_markers:
                marker.camera = None  # a marker would switch back
            return
    known = ", ".join(sorted(camera.name for camera in cameras)) or "none"
    raise SceneError(f"camera.name: there is no camera {name!r}, there are: {known}")


def unbind_camera() -> None:
    """Frees the camera of parent, constraints and animation; it keeps its pose in the world."""
    camera = _camera()
    depsgraph = bpy.context.evaluated_depsgraph_get()
    pose = camera.evaluated_get(depsgraph).matrix_world.copy()
    camera.parent = None
    camera.constraints.clear()
    camera.animation_data_clear()
    camera.delta_location = (0.0, 0.0, 0.0)
    camera.delta_scale = (1.0, 1.0, 1.0)
    camera.delta_rotation_euler = (0.0, 0.0, 0.0)
    camera.delta_rotation_quaternion = (1.0, 0.0, 0.0, 0.0)
    camera.matrix_world = pose
    bpy.context.view_layer.update()


def unbind_animated_camera() -> None:
    """Frees the camera of parent and constraints; from its place on it moves as its keys say."""
    camera = _camera()
    if camera.parent is None and not camera.constraints:
        return
    depsgraph = bpy.context.evaluated_depsgraph_get()
    pose = camera.evaluated_get(depsgraph).matrix_world.copy()
    camera.constraints.clear()
    place = bpy.data.objects.new(f"{camera.name} place", None)  # stands still
    bpy.context.scene.collection.objects.link(place)
    place.matrix_world = pose @ camera.matrix_basis.inverted_safe()
    camera.parent, camera.parent_type = place, "OBJECT"
    camera.matrix_parent_inverse.identity()
    bpy.context.view_layer.update()


def place_camera(pose: CameraPose, warn: Warn) -> None:
    """Location, rotation or aim, then roll, then offset along its own axes.

    Roll and offset alone go along with a camera that moves.
    """
    if (pose.location, pose.rotation, pose.look_at, pose.offset) == (None,) * 4 and not pose.rotate:
        return
    camera = _camera()
    if camera.parent or camera.constraints or camera.animation_data is not None:
        if (pose.location, pose.rotation, pose.look_at) == (None,) * 3:
            _ride_along(camera, pose)
            return
        warn(f"the camera {camera.name} is bound or animated: unbind it, or it moves back")
    bpy.context.view_layer.update()
    location, rotation, scale = camera.matrix_world.decompose()
    if pose.location is not None:
        location = Vector(units.blender_units(pose.location))
    if pose.rotation is not None:
        rotation = _turn(pose.rotation)
    if pose.look_at is not None:
        aim = Vector(units.blender_units(pose.look_at)) - location
        if aim.length == 0.0:
            raise SceneError("camera.look_at is where the camera is")
        rotation = aim.to_track_quat("-Z", "Y")
    rotation = rotation @ _roll(pose.rotate)
    if pose.offset is not None:
        location = location + rotation @ Vector(units.blender_units(pose.offset))
    camera.matrix_world = Matrix.LocRotScale(location, rotation, scale)
    bpy.context.view_layer.update()


def _roll(degrees: float) -> Quaternion:
    """Clockwise as the picture shows it turn: the camera itself rolls about its -Z axis."""
    return Quaternion((0.0, 0.0, -1.0), math.radians(degrees))


def _ride_along(camera: bpy.types.Object, pose: CameraPose) -> None:
    """Renders from a second camera that is turned and offset from one that moves, all the time."""
    scene = bpy.context.scene
    rider = bpy.data.objects.new(f"{camera.name} moved", camera.data)
    scene.collection.objects.link(rider)
    rider.parent = camera
    roll = _roll(pose.rotate)
    rider.rotation_mode = "QUATERNION"
    rider.rotation_quaternion = roll
    bpy.context.view_layer.update()
    offset = Vector(units.blender_units(pose.offset or (0.0, 0.0, 0.0)))
    away, scale = roll @ offset, camera.matrix_world.to_scale()
    rider.location = [a / s for a, s in zip(away, scale)]  # whatever the camera's scale
    scene.camera = rider
    for marker in scene.timeline_markers:
        if marker.camera == camera:
            marker.camera = rider
    bpy.context.view_layer.update()


def _turn(rows: Rows) -> Quaternion:
    matrix = Matrix(rows).to_3x3()
    if abs(matrix.determinant()) < 1e-12:
        raise SceneError("camera.rotation is no rotation: its axes lie in one plane")
    return matrix.normalized().to_quaternion()


def key_camera(keys: Sequence[Tuple[float, Rows]]) -> None:
    """Keys the (unbound) camera's pose; between keys it moves evenly, turning the shorter way."""
    camera = _camera()
    camera.rotation_mode = "QUATERNION"
    for frame, rows in keys:
        location, rotation, _ = unscaled(Matrix(rows)).decompose()
        camera.location = units.blender_units(location)
        camera.rotation_quaternion = rotation
        for path in ("location", "rotation_quaternion"):
            timeline.insert_key(camera, path, frame, "LINEAR")


def _frames_of(keys: Sequence[Tuple[float, Rows]]) -> Sequence[int]:
    """Every frame from the first to the last of the poses."""
    try:
        return frame_range(math.ceil(keys[0][0]), math.floor(keys[-1][0]))
    except ValueError as error:
        raise SceneError(f"trajectory: {error}: say which frames there are") from None


# -- the file


def save(out: str) -> None:
    """Writes what will be rendered to the file SAVED in `out`. RenderError when it cannot.

    Paths in it are absolute: `out` is not yet where the sample will be.
    """
    try:
        if bpy.utils.blend_paths(absolute=False, packed=False, local=False):
            bpy.ops.file.make_paths_absolute()
        bpy.ops.wm.save_as_mainfile(
            filepath=os.path.join(out, SAVED), copy=True, compress=True, relative_remap=False
        )
    except RuntimeError as error:
        raise RenderError(f"cannot save {SAVED}: {str(error).strip()}") from None
