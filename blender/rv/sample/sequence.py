# SPDX-License-Identifier: MIT
"""A sequence: which frames it has, what the record says of each, and their renders in order."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import bpy

from ..engine import timeline
from ..engine.owned import is_alive
from ..plain.errors import SceneError
from ..plain.frames import frame_range
from ..scenes.camera import camera_meta
from ..scenes.objects import Object
from ..scenes.scene import Scene
from .settings import Settings
from .spatial import Surveyor

Draw = Callable[[int], None]  # renders a frame


def wanted(settings: Settings, scene: Scene) -> Optional[Sequence[int]]:
    """The frames of the record or the command, else of the script; None for a still.

    SceneError for a range of the file that is empty or out of range.
    """
    if settings.frames:
        return settings.frames
    if settings.frames is not None and scene.frames is None:  # () is "all"
        blender = bpy.context.scene
        try:
            return frame_range(blender.frame_start, blender.frame_end, blender.frame_step)
        except ValueError as error:
            raise SceneError(f"frames of the file: {error}") from None
    return scene.frames


def begin(frames: Sequence[int]) -> None:
    """Simulates physics and goes to the first frame.

    Each frame gets noise of its own, from the sample's seed and its number: whether other frames
    were rendered before it makes no difference.
    """
    scene = bpy.context.scene
    timeline.settle(frames)
    scene.cycles.use_animated_seed = True
    scene.render.use_persistent_data = len(frames) > 1
    scene.frame_set(frames[0])


def begin_still() -> None:
    """Gives a scene with keys its pose, and its camera, at the frame it stands at."""
    timeline.start()
    scene = bpy.context.scene
    if bpy.data.actions or any(marker.camera is not None for marker in scene.timeline_markers):
        scene.frame_set(scene.frame_current)


class States:
    """What moves: compares each frame with the first one."""

    def __init__(self, scene: Scene) -> None:
        self._objects: List[Object] = [o for o in scene.generated_objects if is_alive(o.obj)]
        self._lights: List[Object] = [o for o in scene.generated_lights if is_alive(o.obj)]
        depsgraph = bpy.context.evaluated_depsgraph_get()
        self._camera = camera_meta(bpy.context.scene, depsgraph)
        self._first: Dict[Object, Tuple[Any, ...]] = {
            o: o._state(depsgraph) for o in (*self._objects, *self._lights)
        }

    def entry(self) -> Dict[str, Any]:
        """The record's entry for the frame that Blender stands at.

        What is as it was at the first frame is left out.
        """
        depsgraph = bpy.context.evaluated_depsgraph_get()
        entry: Dict[str, Any] = {"frame": bpy.context.scene.frame_current}
        camera = camera_meta(bpy.context.scene, depsgraph)
        seen_anew = camera != self._camera
        if seen_anew:
            entry["camera"] = camera
        surveyor = Surveyor(bpy.context.scene, depsgraph)
        for key, owners in (("objects", self._objects), ("lights", self._lights)):
            changed = [
                {**o._frame_meta(depsgraph), **surveyor.meta(o)}
                for o in owners
                if (seen_anew and o.keypoints) or o._state(depsgraph) != self._first[o]
            ]
            if changed:
                entry[key] = changed
        return entry


def walk(scene: Scene, frames: Sequence[int], draw: Draw) -> List[Dict[str, Any]]:
    """Goes through the frames in order and calls `draw` at each; the record's `frames`."""
    states = States(scene)
    entries = []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        entries.append(states.entry())
        draw(frame)
    return entries


def visit(frames: Sequence[int], start: int, draw: Draw, see: Callable[[], None]) -> None:
    """Goes through the frames in order, calls `see` at each and `draw` from the `start`th on.

    Frames before it are gone through, too: what a frame shows may depend on those before.
    """
    for at, frame in enumerate(frames):
        bpy.context.scene.frame_set(frame)
        see()
        if at >= start:
            draw(frame)
