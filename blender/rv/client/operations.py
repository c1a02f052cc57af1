# SPDX-License-Identifier: MIT
"""What is done to the .blend file before it is rendered: the operations of a client.

They are noted, and carried out by rv-blend in its own order (rv-blend(1), BLEND FILES). Places and
matrices are in world coordinates.
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
from .job import Job, flag, frame, matrix, point, real, whole
from .transforms import CHANNELS, document, lens


class Operations:
    """Every method needs `initialize` before it: RuntimeError."""

    _job: Job

    def _ask(self, job: Job, blend: Dict[str, Any]) -> Dict[str, Any]:
        """The record of a dry run."""
        raise NotImplementedError

    def _use_device(self, device: Optional[str], with_cpu: Optional[bool]) -> None:
        raise NotImplementedError

    # -- what the file says

    def _look(self, keyed: bool = True) -> Dict[str, Any]:
        job = self._job
        blend = job.operations(keyed)
        blend.pop("passes", None)
        if job.frame is not None:
            blend["frames"] = str(job.frame)
        return self._ask(job, blend)

    def _timeline(self) -> Dict[str, Any]:
        blend = self._job.operations()
        for member in ("camera", "passes", "image"):
            blend.pop(member, None)
        found: Dict[str, Any] = self._ask(self._job, blend)["timeline"]
        return found

    def _current_frame(self) -> int:
        number = self._job.frame
        return frame(self._timeline()["frame"], "the file's frame") if number is None else number

    def animation_range(self) -> range:
        """The frames that are rendered: those of the file, as they were moved and set."""
        timeline, (start, stop, step) = self._timeline(), self._job.span
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

    def camera_extrinsics(self) -> List[List[float]]:
        """The camera's pose at the current frame: 4x4 rows, camera to world, without scale."""
        found: List[List[float]] = self._look()["camera"]["matrix_world"]
        return found

    def camera_info(self) -> Dict[str, Any]:
        """Lens and size of the picture, as in transforms.json. RuntimeError for no pinhole."""
        record = self._look()
        if record["camera"]["K"] is None:
            kind = record["camera"]["type"]
            raise RuntimeError(f"the camera is of type {kind}: only PERSP has intrinsics")
        return lens(record["camera"], record["resolution"])

    def camera_intrinsics(self) -> List[List[float]]:
        """3x3 rows, in pixels. RuntimeError for a camera that is no pinhole."""
        found: List[List[float]] = self.camera_info()["intrinsics"]
        return found

    def empty_transforms(self) -> Dict[str, Any]:
        """transforms.json without a frame."""
        record = self._look()
        head = lens(record["camera"], record["resolution"])
        head.update(self._head(self._timeline()["fps"]))
        return document({}, head, {})

    def _head(self, fps: float) -> Dict[str, Any]:
        return {"c": CHANNELS[self._job.color], "fps": fps}

    # -- the render

    def set_resolution(
        self,
        height: Union[int, Tuple[int, int], List[int], None] = None,
        width: Optional[int] = None,
        resolution_percentage: float = 100,
    ) -> None:
        """Height and width in pixels, or both as one tuple. ValueError when they are none."""
        job = self._job
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
            job.blend["resolution"] = [int(side) for side in sides if side is not None]
        if sides != [None, None] or percentage != 100:
            job.blend["percentage"] = percentage

    def cycles_settings(
        self,
        device_type: Optional[str] = None,
        use_cpu: Optional[bool] = None,
        adaptive_threshold: Optional[float] = None,
        max_samples: Optional[int] = None,
        use_denoising: Optional[bool] = None,
    ) -> List[str]:
        """Device and sampling; None leaves the file's. The device that will render, as a list.

        ValueError for a device without a word on `use_cpu` (whether processors help it), or an
        unknown one; RuntimeError when it is not there.
        """
        job = self._job
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
            job.blend["noise_threshold"] = threshold
        if max_samples is not None:
            if not 1 <= whole(max_samples, "max_samples") <= SAMPLES_MAX:
                raise ValueError(f"max_samples is {max_samples}, it must be in 1 to {SAMPLES_MAX}")
            job.blend["samples"] = int(max_samples)
        if use_denoising is not None:
            job.blend["denoise"] = flag(use_denoising, "use_denoising")
        if device_type is not None or use_cpu is not None:
            self._use_device(device_type, use_cpu)
        return [self._look()["render"]["device"]]

    def load_addons(self, *names: str) -> None:
        """Enables add-ons of Blender by their modules' names, before the file is opened."""
        addons = self._job.blend.setdefault("addons", [])
        addons += [str(name).lower() for name in names if str(name).lower() not in addons]

    # -- the animation

    def use_motion_blur(self, enable: bool) -> None:
        """RuntimeError when it is enabled and flows are included, which it excludes."""
        if flag(enable, "enable") and "Vector" in self._job.passes:
            raise RuntimeError("there is no optical flow with motion blur: turn one of them off")
        self._job.blend["motion_blur"] = enable

    def use_animations(self, enable: bool) -> None:
        """False: everything stands still. True: as in the file, with what is muted there."""
        self._job.blend["animations"] = flag(enable, "enable")

    def move_keyframes(self, scale: float = 1.0, shift: float = 0.0) -> None:
        """Frame f goes to scale * f + shift; more than once: one after the other.

        RuntimeError when the animation would leave Blender's frames.
        """
        job = self._job
        retime = {
            "scale": real(scale, "scale", 1e-6, 1e6),
            "shift": real(shift, "shift", -FRAME_LIMIT, FRAME_LIMIT),
        }
        before = job.blend.get("keyframes", [])
        job.blend["keyframes"] = [*before, retime]
        try:
            self._timeline()
        except BaseException:
            job.blend["keyframes"] = before
            raise
        start, stop, step = job.span
        start = None if start is None else round(scale * start + shift)
        stop = None if stop is None else round(scale * stop + shift)
        job.span = (start, stop, step)

    def set_current_frame(self, frame_number: int) -> None:
        """The frame that `render_current_frame` renders and `camera_extrinsics` looks at."""
        self._job.frame = frame(frame_number, "frame_number")

    def set_animation_range(
        self, start: Optional[int] = None, stop: Optional[int] = None, step: Optional[int] = None
    ) -> None:
        """First frame, the one after the last, step; None: as it was."""
        job = self._job
        for value, name, low in ((start, "start", 0), (stop, "stop", 0), (step, "step", 1)):
            if value is not None and not low <= whole(value, name) <= FRAME_MAX + 1:
                raise ValueError(f"{name} is {value}, it must be in {low} to {FRAME_MAX + 1}")
        new = (start, stop, step)
        first, end, by = (old if value is None else value for value, old in zip(new, job.span))
        job.span = (first, end, by)

    # -- the camera

    def unbind_camera(self, clear_animations: bool = True) -> None:
        """Frees the camera of parent, constraints and animation; it keeps its place.

        ValueError when animations are to stay: with them it would not keep it.
        """
        if not clear_animations:
            raise ValueError("clear_animations must be True: an animated camera would move back")
        self._job.blend["unbind_camera"] = True

    def _place(self, **members: Any) -> None:
        """Puts the camera somewhere, from where it is now: rv-blend turns and moves it last."""
        job = self._job
        if not job.pose.keys() <= {"location", "rotation"}:
            now = self._look(keyed=False)["camera"]["matrix_world"]
            turn = [row[:3] for row in now[:3]]
            job.pose = {"location": [row[3] for row in now[:3]], "rotation": turn}
        if "look_at" in members:
            job.pose.pop("rotation", None)
        job.pose.update(members)

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

    def rotate_camera(self, angle: float) -> None:
        """Turns the camera about its view, clockwise, in radians; all the time when it moves."""
        turn, pose = real(angle, "angle", -1e9, 1e9), self._job.pose
        pose["rotate"] = pose.get("rotate", 0.0) + math.degrees(turn)
        if "offset" in pose:  # it stays where it is, seen along its new axes
            x, y, z = pose["offset"]
            cos, sin = math.cos(turn), math.sin(turn)
            pose["offset"] = [x * cos - y * sin, x * sin + y * cos, z]

    def offset_camera(self, offset: Any) -> None:
        """Moves the camera along its own axes: x right, y up, z backwards; likewise."""
        way, pose = point(offset, "offset"), self._job.pose
        pose["offset"] = [a + b for a, b in zip(pose.get("offset", (0.0, 0.0, 0.0)), way)]

    def set_camera_keyframe(self, frame_num: int, matrix: Any = None) -> None:
        """Keys the camera at a frame, at a 4x4 pose or where it was put; it is unbound with that.

        Between keys it moves evenly.
        """
        number = frame(frame_num, "frame_num")
        if matrix is None:
            pose = self._look(keyed=False)["camera"]["matrix_world"]
        else:
            pose = _matrix(matrix, "matrix", (4,))
        self._job.keys[number] = pose


_matrix = matrix  # the name of a parameter above
