# SPDX-License-Identifier: MIT
"""Time in a script: frames, keyframes, and what a video task says about itself.

A scene becomes a sequence when its script calls `set_frames` (or the command names frames). A key
holds a value at a frame; between two keys the earlier one's interpolation says how it changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional, Sequence

import bpy

from ..engine.timeline import apply_fps, check_key, insert_key
from ..plain.frames import frame_range
from ..plain.limits import FPS_MAX
from ..plain.values import is_number

if TYPE_CHECKING:
    from typing import Self


class Timed:
    """The part of a scene that has to do with time, and with tasks for video models."""

    frames: Optional[Sequence[int]]
    """Frame numbers of a sequence; None for a still."""
    prompt: Optional[str]
    """What a model is asked about this sample, or None."""
    metadata: Dict[str, Any]
    """Parameters of a task on this sample."""
    _fps_of_command: Optional[float]

    def _start_time(self) -> None:
        self.frames = None
        self.prompt = None
        self.metadata = {}
        self._fps_of_command = None

    def set_frames(self, first: int, last: Optional[int] = None, step: int = 1) -> Self:
        """Makes the sample a sequence: a picture for each frame from `first` to `last`.

        `set_frames(24)` is `set_frames(1, 24)`. One frame is a sequence of one. The command's
        `--frames` wins. TypeError unless all are integers; ValueError for an empty range and
        outside 0 to 999999.
        """
        self.frames = (
            frame_range(1, first, step) if last is None else frame_range(first, last, step)
        )
        return self

    def set_fps(self, fps: float) -> Self:
        """Frames per second, 24 without it. Call it before physics, which depend on it.

        The command's `--fps` wins. ValueError outside (0, 1000].
        """
        if not is_number(fps) or not 0 < fps <= FPS_MAX:
            raise ValueError(f"fps must be in (0, {FPS_MAX:g}], not {fps!r}")
        if self._fps_of_command is None:
            apply_fps(fps)
        return self

    def _fix_fps(self, fps: float) -> None:
        """From now on `set_fps` changes nothing."""
        apply_fps(fps)
        self._fps_of_command = fps

    def set_prompt(self, text: str) -> Self:
        """What a model is asked about this sample: `prompt` of the record.

        TypeError for no text.
        """
        if not isinstance(text, str):
            raise TypeError(f"the prompt must be a text, not {text!r}")
        self.prompt = text
        return self

    def set_metadata(self, **values: Any) -> Self:
        """Merges `values` (JSON values) into the task's parameters: `metadata` of the record."""
        self.metadata.update(values)
        return self


class Animated:
    """The part of an object that has to do with time."""

    obj: bpy.types.Object
    """Blender's object."""

    def keyframe(
        self,
        frame: float,
        location: Any = None,
        rotation: Any = None,
        scale: Any = None,
        *,
        visible: Optional[bool] = None,
        interpolation: str = "LINEAR",
    ) -> Self:
        """Holds the object's location, rotation and scale as they are now at a frame.

        With values given it takes on those, and they alone are held; they are what `set_location`,
        `set_rotation` and `set_scale` take. `visible` False keeps it out of the render from that
        frame on. Rotations take the shorter way: give a full turn at least three keys.
        `interpolation` rules until the next key: LINEAR, BEZIER (eases in and out) or CONSTANT.
        ValueError for another one, or a frame that is not finite.
        """
        check_key(frame, interpolation)
        keyed = {"location": location, "rotation": rotation, "scale": scale}
        given = [name for name, value in keyed.items() if value is not None]
        for name in given:
            getattr(self, f"set_{name}")(keyed[name])
        if visible is not None:
            self.obj.hide_render = not visible
            insert_key(self.obj, "hide_render", frame, "CONSTANT")
        elif not given:
            given = list(keyed)
        for name in given:
            path = "rotation_quaternion" if name == "rotation" else name
            insert_key(self.obj, path, frame, interpolation)
        return self
