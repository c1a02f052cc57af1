# SPDX-License-Identifier: MIT
"""What is done to the .blend file before it is rendered: the operations of a client.

Operations are noted, and carried out by rv-blend in its own order (rv-blend(1), BLEND FILES).
Places and matrices are in world coordinates.
"""

from __future__ import annotations

import math
from typing import Any, Dict, List, Optional, Tuple, Union

from ..plain.limits import (
    CHOICES,
    FRAME_LIMIT,
    FRAME_MAX,
    REAL_RANGES,
    RESOLUTION_MAX,
    SAMPLES_MAX,
)
from .arguments import flag, frame, matrix, point, real, rows, whole
from .checks import validate_camera_moved
from .task import Task
from .transforms import CHANNELS, document, lens


class Operations:
    """Every method needs `initialize` before it: RuntimeError."""

    _task: Task

    def _ask(self, task: Task, blend: Dict[str, Any]) -> Dict[str, Any]:
        """The record of a dry run."""
        raise NotImplementedError

    # -- what the file says

    def _look(self, keyed: bool = True) -> Dict[str, Any]:
        task = self._task
        blend = task.operations(keyed)
        blend.pop("passes", None)
        if task.frame is not None:
            blend["frames"] = str(task.frame)
        return self._ask(task, blend)

    def _timeline(self) -> Dict[str, Any]:
        blend = self._task.operations()
        for member in ("camera", "passes", "image"):
            blend.pop(member, None)
        found: Dict[str, Any] = self._ask(self._task, blend)["timeline"]
        return found

    def _moves(self) -> bool:
        """Whether a frame may differ from another."""
        task = self._task
        return bool(task.keys) or task.span != (None, None, None) or self._timeline()["moves"]

    def _current_frame(self) -> int:
        number = self._task.frame
        return frame(self._timeline()["frame"], "the file's frame") if number is None else number

    def animation_range(self) -> range:
        """The frames that are rendered: those of the file, as they were moved and set."""
        start, stop, step = self._task.span
        if start is not None and stop is not None and step is not None:
            return range(start, stop, step)
        timeline = self._timeline()
        return range(
            timeline["start"] if start is None else start,
            timeline["end"] + 1 if stop is None else stop,
            timeline["step"] if step is None else step,
        )

    def animation_range_tuple(self) -> Tuple[int, int, int]:
        """First frame, last frame, step."""
        found = self.animation_range()
        return found.start, found.stop - 1, found.step

    def get_original_fps(self) -> float:
        """Frames per second of the file."""
        return float(self._timeline()["fps"])

    def original_fps(self) -> int:
        """The same, rounded."""
        return round(self.get_original_fps())

    def camera_extrinsics(self) -> Any:
        """The camera's pose at the current frame: 4x4, camera to world, without scale.

        An array of numpy where numpy is there, else a list of rows.
        """
        return rows(self._look()["camera"]["matrix_world"])

    def camera_info(self) -> Dict[str, Any]:
        """Lens and size of the picture, as in transforms.json. RuntimeError for no pinhole."""
        record = self._look()
        if record["camera"]["K"] is None:
            kind = record["camera"]["type"]
            raise RuntimeError(f"the camera is of type {kind}: only PERSP has intrinsics")
        return lens(record["camera"], record["resolution"])

    def camera_intrinsics(self) -> Any:
        """3x3, in pixels, likewise. RuntimeError for a camera that is no pinhole."""
        return rows(self.camera_info()["intrinsics"])

    def empty_transforms(self) -> Dict[str, Any]:
        """transforms.json without a frame."""
        record = self._look()
        head = lens(record["camera"], record["resolution"])
        head.update(self._head(self._timeline()["fps"]))
        return document({}, head, {})

    def _head(self, fps: float) -> Dict[str, Any]:
        return {"c": CHANNELS[self._task.color], "fps": fps}

    # -- the render

    def set_resolution(
        self,
        height: Union[int, Tuple[int, int], List[int], None] = None,
        width: Optional[int] = None,
        resolution_percentage: float = 100,
    ) -> None:
        """Height and width in pixels, or both as one tuple. ValueError when they are none."""
        task = self._task
        if isinstance(height, (tuple, list)):
            if width is not None or len(height) != 2:
                raise ValueError(f"resolution is {height!r}, {width!r}: give (height, width)")
            height, width = height
        sides = []
        for value, name in ((width, "width"), (height, "height")):
            if value is not None and not 1 <= whole(value, name) <= RESOLUTION_MAX:
                raise ValueError(f"{name} is {value}, it must be in 1 to {RESOLUTION_MAX}")
            sides.append(value)
        if None in sides and sides != [None, None]:
            own = self._look()["resolution"]
            sides = [own[i] if side is None else side for i, side in enumerate(sides)]
        percentage = real(
            resolution_percentage, "resolution_percentage", *REAL_RANGES["percentage"]
        )
        if sides != [None, None]:
            task.blend["resolution"] = [int(side) for side in sides if side is not None]
        if sides != [None, None] or percentage != 100:
            task.blend["percentage"] = percentage

    def cycles_settings(
        self,
        device_type: Optional[str] = None,
        use_cpu: Optional[bool] = None,
        adaptive_threshold: Optional[float] = None,
        max_samples: Optional[int] = None,
        use_denoising: Optional[bool] = None,
    ) -> List[str]:
        """Device and sampling; None leaves the file's. The names of the devices that will render.

        ValueError for a device without a word on `use_cpu` (whether processors help it), or an
        unknown one; RuntimeError when it is not there.
        """
        task = self._task
        if device_type is not None:
            device_type = str(device_type).lower()
            if device_type not in CHOICES["device"]:
                known = ", ".join(CHOICES["device"])
                raise ValueError(f"device_type is {device_type!r}, not one of {known}")
            if use_cpu is None:
                raise ValueError("use_cpu must be given with device_type")
        if use_cpu is not None:
            flag(use_cpu, "use_cpu")
        if adaptive_threshold is not None:
            threshold = real(
                adaptive_threshold, "adaptive_threshold", *REAL_RANGES["noise_threshold"]
            )
            task.blend["noise_threshold"] = threshold
        if max_samples is not None:
            if not 1 <= whole(max_samples, "max_samples") <= SAMPLES_MAX:
                raise ValueError(f"max_samples is {max_samples}, it must be in 1 to {SAMPLES_MAX}")
            task.blend["samples"] = int(max_samples)
        if use_denoising is not None:
            task.blend["denoise"] = flag(use_denoising, "use_denoising")
        if device_type is not None:
            task.device = device_type
        if use_cpu is not None and task.device != "cpu":
            task.with_cpu = use_cpu
        names: List[str] = self._look()["run"]["devices"]
        return list(names)

    def load_addons(self, *names: str) -> None:
        """Enables add-ons of Blender by their modules' names, before the file is opened."""
        addons = self._task.blend.setdefault("addons", [])
        addons += [str(name).lower() for name in names if str(name).lower() not in addons]

    # -- the animation

    def use_motion_blur(self, enable: bool) -> None:
        """Whether pictures are blurred by what moves; labels are those of the frame's own time."""
        self._task.blend["motion_blur"] = flag(enable, "enable")

    def use_animations(self, enable: bool) -> None:
        """False: everything stands still. True: as in the file, with what is muted there."""
        self._task.blend["animations"] = flag(enable, "enable")

    def move_keyframes(self, scale: float = 1.0, shift: float = 0.0) -> None:
        """Frame f goes to scale * f + shift; more than once: one after the other.

        RuntimeError when the animation would leave Blender's frames.
        """
        task = self._task
        retime = {
            "scale": real(scale, "scale", 1e-6, 1e6),
            "shift": real(shift, "shift", -FRAME_LIMIT, FRAME_LIMIT),
        }
        before = task.blend.get("keyframes", [])
        task.blend["keyframes"] = [*before, retime]
        try:
            self._timeline()
        except BaseException:
            task.blend["keyframes"] = before
            raise
        start, stop, step = task.span
        start = None if start is None else round(scale * start + shift)
        stop = None if stop is None else round(scale * stop + shift)
        task.span = (start, stop, step)

    def set_current_frame(self, frame_number: int) -> None:
        """The frame that `render_current_frame` renders and `camera_extrinsics` looks at."""
        self._task.frame = frame(frame_number, "frame_number")

    def set_animation_range(
        self, start: Optional[int] = None, stop: Optional[int] = None, step: Optional[int] = None
    ) -> None:
        """First frame, the one after the last, step; None: as it was."""
        task = self._task
        for value, name, low in ((start, "start", 0), (stop, "stop", 0), (step, "step", 1)):
            if value is not None and not low <= whole(value, name) <= FRAME_MAX + 1:
                raise ValueError(f"{name} is {value}, it must be in {low} to {FRAME_MAX + 1}")
        new = (start, stop, step)
        first, end, by = (old if value is None else value for value, old in zip(new, task.span))
        task.span = (first, end, by)

    # -- the camera

    def unbind_camera(self, clear_animations: bool = True) -> None:
        """Frees the camera of parent and constraints; it keeps its place.

        Of its animation, too, unless that is to go on: then it moves from this place on as its own
        keys say.
        """
        freed = flag(clear_animations, "clear_animations")
        self._task.blend["unbind_camera" if freed else "unbind_parents"] = True

    def _place(self, **members: Any) -> None:
        """Puts the camera somewhere, from where it is now: rv-blend turns and moves it last."""
        task = self._task
        if not task.pose.keys() <= {"location", "rotation"}:
            now = self._look(keyed=False)["camera"]["matrix_world"]
            turn = [row[:3] for row in now[:3]]
            task.pose = {"location": [row[3] for row in now[:3]], "rotation": turn}
        self._move(members)

    @validate_camera_moved
    def _move(self, members: Dict[str, Any]) -> None:
        if "look_at" in members:
            self._task.pose.pop("rotation", None)
        self._task.pose.update(members)

    def position_camera(
        self,
        location: Any = None,
        rotation: Any = None,
        look_at: Any = None,
        in_order: bool = True,
    ) -> None:
        """Puts the camera to a place, with a rotation (3x3 or 4x4) or looking at a point.

        ValueError when both are given. Turning is the shorter way in any case: `in_order` makes no
        difference.
        """
        if rotation is not None and look_at is not None:
            raise ValueError("rotation and look_at cannot both be given")
        members: Dict[str, Any] = {}
        if location is not None:
            members["location"] = point(location, "location")
        if rotation is not None:
            members["rotation"] = matrix(rotation, "rotation", (3, 4))
        if look_at is not None:
            members["look_at"] = point(look_at, "look_at")
        if members:
            self._place(**members)

    @validate_camera_moved
    def rotate_camera(self, angle: float) -> None:
        """Turns the camera about its view, clockwise, in radians; all the time when it moves."""
        turn, pose = real(angle, "angle", -1e9, 1e9), self._task.pose
        pose["rotate"] = pose.get("rotate", 0.0) + math.degrees(turn)
        if "offset" in pose:  # it stays where it is, seen along its new axes
            x, y, z = pose["offset"]
            cos, sin = math.cos(turn), math.sin(turn)
            pose["offset"] = [x * cos - y * sin, x * sin + y * cos, z]

    @validate_camera_moved
    def offset_camera(self, offset: Any) -> None:
        """Moves the camera along its own axes: x right, y up, z backwards; likewise."""
        way, pose = point(offset, "offset"), self._task.pose
        pose["offset"] = [a + b for a, b in zip(pose.get("offset", (0.0, 0.0, 0.0)), way)]

    def set_camera_keyframe(self, frame_num: int, matrix: Any = None) -> None:
        """Keys the camera at a frame, at a 4x4 pose or where it was put; it is unbound with that.

        Between keys it moves evenly.
        """
        number = frame(frame_num, "frame_num")
        if matrix is None:
            pose: List[List[float]] = self._look(keyed=False)["camera"]["matrix_world"]
        else:
            pose = _matrix(matrix, "matrix", (4,))
        self._task.keys[number] = pose


_matrix = matrix  # the name of a parameter above
