# SPDX-License-Identifier: MIT
"""Frame numbers: the notation of --frames and the checks of set_frames. Needs no Blender.

Numbers go from 0 to 999999: they name files, with six digits.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from .limits import FRAME_MAX
from .values import refuse, whole

ALL_FRAMES = "all"  # those that a .blend file has
_PART = re.compile(r"([0-9]{1,18})(?:\.\.([0-9]{1,18})(?::([0-9]{1,18}))?)?")


def frame_range(first: Any, last: Any, step: Any = 1) -> range:
    """The frames from `first` to `last`, which is one of them when `step` leads there.

    TypeError unless all are integers, ValueError for no frame at all or numbers out of range.
    """
    begin, end = whole(first, "first", 0, FRAME_MAX), whole(last, "last", 0, FRAME_MAX)
    by = whole(step, "step", 1)
    if end < begin:
        raise ValueError(f"there is no frame from {begin} to {end}")
    return range(begin, end + 1, by)


def checked_frames(
    frames: Any, what: str = "frames", *, of: object = None
) -> Optional[Sequence[int]]:
    """The frames of a sequence: ascending, each once, 0 to 999999; None for a still.

    TypeError for what are no integers, ValueError for others and for none.
    """
    if frames is None:
        return None
    wanted = f"frame numbers from 0 to {FRAME_MAX}, ascending, or None"
    if isinstance(frames, (str, bytes)) or not hasattr(frames, "__iter__"):
        refuse(TypeError, what, wanted, frames, of)
    numbers = [whole(frame, f"one of the {what}", 0, FRAME_MAX, of=of) for frame in frames]
    if not numbers or any(a >= b for a, b in zip(numbers, numbers[1:])):
        refuse(ValueError, what, wanted, frames, of)
    return frames if isinstance(frames, range) else tuple(numbers)


def parse_frames(text: Any) -> Tuple[int, ...]:
    """The frames of a text such as `1..24`, `0..100:5`, `7` or `1,5,9..12`: ascending, each once.

    ValueError when it is none.
    """
    if not isinstance(text, str):
        raise ValueError(f"frames are {text!r}, they must be a text such as '1..24'")
    frames: list[int] = []
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"frames are {text!r}, they must be like '1..24', '0..100:5' or '1,5'")
        first = int(match[1])
        try:
            numbers = frame_range(first, int(match[2] or first), int(match[3] or 1))
        except ValueError as error:
            raise ValueError(f"frames are {text!r}: {error}") from None
        if frames and numbers[0] <= frames[-1]:
            raise ValueError(f"frames are {text!r}: {numbers[0]} comes after {frames[-1]}")
        frames.extend(numbers)
    return tuple(frames)


def image_name(frame: Optional[int], suffix: str = ".png") -> str:
    """The picture of a frame, or of a still (None), relative to the sample."""
    return f"Image{suffix}" if frame is None else f"frames/{frame:06d}{suffix}"


def passes_name(frame: Optional[int]) -> str:
    """The passes of a frame, or of a still (None), relative to the sample."""
    return "passes.exr" if frame is None else f"passes/{frame:06d}.exr"


def composite_name(frame: Optional[int], suffix: str = ".png") -> str:
    """What the compositor makes of a frame, or of a still (None), relative to the sample."""
    return f"Composite{suffix}" if frame is None else f"composite/{frame:06d}{suffix}"


def _of_all(files: Any, frames: Optional[Sequence[int]]) -> Dict[str, Any]:
    """Role to name, or of a sequence to the names of all frames, for what has a method `of`."""
    if frames is None:
        return dict(files.of(None))
    each = [files.of(frame) for frame in frames]
    return {role: [names[role] for names in each] for role in files.of(0)}


@dataclass(frozen=True)
class SideFiles:
    """The files of a further render of each frame: of a view, or of what labels are made from."""

    name: str
    is_view: bool = False
    suffix: Optional[str] = None  # of its picture; None: there is none

    def of(self, frame: Optional[int]) -> Dict[str, str]:
        """Role to name, of a frame or of a still (None); the picture first."""
        number = "" if frame is None else f"/{frame:06d}"
        image, passes = f"renders/{self.name}-image{number}", f"renders/{self.name}{number}.exr"
        if self.is_view:
            image = f"views/{self.name}/{image_name(frame, '')}"
            passes = f"views/{self.name}/{passes_name(frame)}"
        names = {} if self.suffix is None else {"image": image + self.suffix}
        return {**names, "passes": passes}

    def of_all(self, frames: Optional[Sequence[int]]) -> Dict[str, Any]:
        """Its `files` of a sequence, or of a still (None)."""
        return _of_all(self, frames)

    def names(self, frame: Optional[int]) -> Dict[str, str]:
        """The same as `of`, with roles that no other files have."""
        return {f"{self.name}.{role}": name for role, name in self.of(frame).items()}

    def taken(self, names: Mapping[str, str]) -> Dict[str, str]:
        """Its own out of `names`, by their usual roles."""
        return {role: names[f"{self.name}.{role}"] for role in self.of(None)}


@dataclass(frozen=True)
class LabelFiles:
    """What labels are made from, where that is a render of its own: of the picture, or a view."""

    ROLE = "label_passes"
    SUFFIX = ".exr"

    view: Optional[str] = None

    def of(self, frame: Optional[int]) -> Dict[str, str]:
        """Role to name, of a frame or of a still (None)."""
        name = self.ROLE + ("" if frame is None else f"/{frame:06d}") + self.SUFFIX
        return {self.ROLE: name if self.view is None else f"views/{self.view}/{name}"}

    def of_all(self, frames: Optional[Sequence[int]]) -> Dict[str, Any]:
        """Its part of the `files` of a sequence, or of a still (None)."""
        return _of_all(self, frames)

    def names(self, frame: Optional[int]) -> Dict[str, str]:
        """The same as `of`, with roles that no other files have."""
        return {self._role: self.of(frame)[self.ROLE]}

    def taken(self, names: Mapping[str, str]) -> Dict[str, str]:
        """Its own out of `names`, as a render calls it."""
        return {"passes": names[self._role]}

    @property
    def _role(self) -> str:
        return self.ROLE if self.view is None else f"{self.view}.{self.ROLE}"


@dataclass(frozen=True)
class LonePassesFiles(LabelFiles):
    """What labels are made from, where there is no picture."""

    ROLE = "passes"


@dataclass(frozen=True)
class AmodalFiles(LabelFiles):
    """What is hidden of objects in the picture, or in a view."""

    ROLE = "amodal_runs"
    SUFFIX = ".json"


@dataclass(frozen=True)
class FrameFiles:
    """Which files are rendered: of each frame, or of a still, the same."""

    suffix: Optional[str] = ".png"  # of pictures; None: there are none, labels alone
    composite: bool = False
    sides: Tuple[Union[SideFiles, LabelFiles], ...] = ()

    def of(self, frame: Optional[int]) -> Dict[str, str]:
        """Role to name, of a frame or of a still (None), but for its sides; the picture first."""
        if self.suffix is None:
            return {}
        names = {"image": image_name(frame, self.suffix), "passes": passes_name(frame)}
        if self.composite:
            names["composite"] = composite_name(frame, self.suffix)
        return names

    def of_all(self, frames: Optional[Sequence[int]]) -> Dict[str, Any]:
        """The `files` of a sequence, or of a still (None)."""
        return _of_all(self, frames)

    def names(self, frame: Optional[int]) -> Dict[str, str]:
        """All that is rendered of a frame, or of a still (None); the picture first."""
        names = self.of(frame)
        for side in self.sides:
            names.update(side.names(frame))
        return names

    def folders(self) -> List[str]:
        """Where the files of a sequence lie."""
        return [os.path.dirname(name) for name in self.names(0).values()]
