# SPDX-License-Identifier: MIT
"""Time in a script: frames, keyframes, and what a video task says about itself.

A scene becomes a sequence when its script calls `set_frames` (or the command names frames). A key
holds a value at a frame; between two keys the earlier one's interpolation says how it changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Literal, Optional, Sequence, Union

import bpy

from ..engine.rotations import quaternion
from ..engine.timeline import apply_fps, check_key, insert_key
from ..plain.checked import checked
from ..plain.frames import checked_frames, frame_range
from ..plain.limits import FPS_MAX, FPS_MIN
from ..plain.meta import plain
from ..plain.types import Float3, RotationLike, VectorLike
from ..plain.values import flag, mapping, number, text, vector

if TYPE_CHECKING:
    from typing import Self

Interpolation = Literal["LINEAR", "BEZIER", "CONSTANT"]
"""How a value changes from a key to the next: evenly, eased in and out, not at all."""


def _prompt(value: Any, what: str, *, of: object = None) -> Optional[str]:
    return None if value is None else text(value, what, of=of)


class Timed:
    """The part of a scene that has to do with time, and with tasks for video models."""

    frames: Optional[Sequence[int]] = checked(checked_frames)
    """Frame numbers of a sequence, ascending, each once, 0 to 999999; None for a still."""
    prompt: Optional[str] = checked(_prompt)
    """What a model is asked about this sample, or None."""
    metadata: Dict[str, Any] = checked(mapping)
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

        The command's `--fps` wins. ValueError outside 0.001 to 1000.
        """
        given = number(fps, "fps", FPS_MIN, FPS_MAX, of=self)
        if self._fps_of_command is None:
            apply_fps(given)
        return self

    def _fix_fps(self, fps: float) -> None:
        """From now on `set_fps` changes nothing."""
        apply_fps(fps)
        self._fps_of_command = fps

    def set_prompt(self, text: str) -> Self:
        """What a model is asked about this sample: `prompt` of the record.

        TypeError for no text.
        """
        self.prompt = text
        return self

    def set_metadata(self, **values: Any) -> Self:
        """Merges `values` (JSON values) into the task's parameters: `metadata` of the record."""
        for key, value in values.items():
            plain(value, f"metadata {key}")
        self.metadata.update(values)
        return self


class Animated:
    """The part of an object that has to do with time."""

    obj: bpy.types.Object
    """Blender's object."""

    def keyframe(
        self,
        frame: float,
        location: Optional[VectorLike] = None,
        rotation: Optional[RotationLike] = None,
        scale: Optional[Union[float, VectorLike]] = None,
        *,
        visible: Optional[bool] = None,
        interpolation: Interpolation = "LINEAR",
    ) -> Self:
        """Holds the object's location, rotation and scale as they are now at a frame.

        With values given it takes on those, and they alone are held; they are what `set_location`,
        `set_rotation` and `set_scale` take. `visible` False keeps it out of the render from that
        frame on. Rotations take the shorter way: give a full turn at least three keys.
        `interpolation` rules until the next key: LINEAR, BEZIER (eases in and out) or CONSTANT.
        ValueError for another one, or a frame that is not finite.
        """
        check_key(frame, interpolation, of=self)
        given: Dict[str, Any] = {}
        if location is not None:
            given["location"] = vector(location, "location", of=self)
        if rotation is not None:
            given["rotation_quaternion"] = quaternion(rotation, "rotation", of=self)
        if scale is not None:
            given["scale"] = self._scale(scale)
        shown = None if visible is None else flag(visible, "visible", of=self)
        for path, value in given.items():
            setattr(self.obj, path, value)
        if shown is not None:
            self.obj.hide_render = not shown
            insert_key(self.obj, "hide_render", frame, "CONSTANT")
        paths = list(given)
        if shown is None and not given:
            paths = ["location", "rotation_quaternion", "scale"]
        for path in paths:
            insert_key(self.obj, path, frame, interpolation)
        return self

    def _scale(self, scale: Any) -> Float3:
        raise NotImplementedError
