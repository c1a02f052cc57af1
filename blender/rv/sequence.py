# SPDX-License-Identifier: MIT
"""A sequence: which frames it has, what the record says of each, and their renders in order."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import bpy

from . import animation, render
from .assets import is_alive
from .camera import camera_meta
from .objects import Object
from .protocol import Overrides, Settings
from .resume import NEW_IMAGE, NEW_PASSES, Store
from .scene import Scene
from .spatial import Surveyor

Tell = Callable[[int], None]  # is called with each frame that is done


def wanted(overrides: Overrides, settings: Settings, scene: Scene) -> Optional[Sequence[int]]:
    """The frames of the record, else of the command, else of the script; None for a still."""
    for frames in (overrides.frames, settings.frames, scene.frames):
        if frames is not None:
            return frames
    return None


def begin(frames: Sequence[int]) -> None:
    """Simulates physics and goes to the first frame.

    Each frame gets noise of its own, from the sample's seed and its number: whether other frames
    were rendered before it makes no difference.
    """
    scene = bpy.context.scene
    animation.settle(frames)
    scene.cycles.use_animated_seed = True
    scene.render.use_persistent_data = len(frames) > 1
    scene.frame_set(frames[0])


def begin_still() -> None:
    """Gives a scene with keys its pose at the frame it stands at."""
    animation.start()
    if bpy.data.actions:
        bpy.context.scene.frame_set(bpy.context.scene.frame_current)


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


def render_frames(
    scene: Scene, frames: Sequence[int], store: Store, codec: str, tell: Tell
) -> Tuple[List[Dict[str, Any]], int]:
    """Renders every frame that the store does not have; the record's `frames`, and how many it had.

    RenderError when Blender cannot.
    """
    states = States(scene)
    entries = []
    kept = 0
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        entries.append(states.entry())
        if store.has(frame):
            kept += 1
        else:
            render.render(store.directory, NEW_IMAGE, NEW_PASSES, codec)
            store.take(frame)
        tell(frame)
    store.finish()
    return entries, kept
