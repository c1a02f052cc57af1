# SPDX-License-Identifier: MIT
"""What a record's member `blend` asks for: settings and operations of one sample. Needs no Blender.

The options of rv-blend fill the same object; a record's members win over them one by one. In which
order they are applied is said in operations.py, never by their order here.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from ..plain.errors import SceneError
from ..plain.frames import ALL_FRAMES, FrameFiles, parse_frames
from ..plain.limits import (
    FPS_MAX,
    FPS_MIN,
    FRAME_LIMIT,
    IMAGE_COLORS,
    IMAGE_DEPTHS,
    IMAGE_SUFFIXES,
    RESOLUTION_MAX,
    RESOLUTION_MIN,
    SAMPLES_MAX,
)

SHOWN_MAX = 100  # characters of a value in a message
SCALE_MAX = 1e6
INDEXING = ("auto", "names", "file")

Rows = Tuple[Tuple[float, ...], ...]


@dataclass(frozen=True)
class ImageFormat:
    """How the picture is written."""

    format: str = "PNG"
    depth: int = 8
    color: str = "RGBA"

    @property
    def suffix(self) -> str:
        """Of the file's name."""
        return IMAGE_SUFFIXES[self.format]


@dataclass(frozen=True)
class Retime:
    """Frame f becomes `scale` * f + `shift`."""

    scale: float = 1.0
    shift: float = 0.0


@dataclass(frozen=True)
class CameraPose:
    """Where the camera goes, in world coordinates; what is None stays."""

    name: Optional[str] = None
    location: Optional[Tuple[float, ...]] = None
    rotation: Optional[Rows] = None
    look_at: Optional[Tuple[float, ...]] = None
    rotate: float = 0.0
    offset: Optional[Tuple[float, ...]] = None
    keyframes: Tuple[Tuple[float, Rows], ...] = ()


@dataclass(frozen=True)
class Overrides:
    """One sample's settings and operations; None: not asked for."""

    addons: Tuple[str, ...] = ()
    passes: Tuple[str, ...] = ()
    resolution: Optional[Tuple[int, int]] = None
    percentage: Optional[float] = None
    image: ImageFormat = ImageFormat()
    samples: Optional[int] = None
    min_samples: Optional[int] = None
    noise_threshold: Optional[float] = None
    denoise: Optional[bool] = None
    animations: Optional[bool] = None
    unbind_camera: bool = False
    keyframes: Tuple[Retime, ...] = ()
    frames: Optional[Tuple[int, ...]] = None
    all_frames: bool = False  # `frames` is "all": those of the scene itself
    fps: Optional[float] = None
    camera: Optional[CameraPose] = None
    trajectory: Optional[str] = None
    motion_blur: Optional[bool] = None
    index: str = "auto"
    composite: bool = False
    save: bool = False
    dry_run: bool = False

    @property
    def files(self) -> FrameFiles:
        """Which files are rendered."""
        return FrameFiles(self.image.suffix, self.composite)


# -- values, each with the place where it stands


def shown(value: Any) -> str:
    """`value` as a message quotes it."""
    text = repr(value)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}..."


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise SceneError(f"{where} is {shown(value)}, it must be true or false")
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise SceneError(f"{where} is {shown(value)}, it must be a text")
    return value


def _real(low: float, high: float) -> Callable[[Any, str], float]:
    def parse(value: Any, where: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise SceneError(f"{where} is {shown(value)}, it must be a number")
        if not (math.isfinite(value) and low <= value <= high):
            raise SceneError(f"{where} is {shown(value)}, it must be in {low:g} to {high:g}")
        return float(value)

    return parse


def _whole(low: int, high: int) -> Callable[[Any, str], int]:
    def parse(value: Any, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise SceneError(
                f"{where} is {shown(value)}, it must be a whole number in {low} to {high}"
            )
        return value

    return parse


_any_real = _real(-1e30, 1e30)


def _reals(count: int) -> Callable[[Any, str], Tuple[float, ...]]:
    def parse(value: Any, where: str) -> Tuple[float, ...]:
        if not isinstance(value, list) or len(value) != count:
            raise SceneError(f"{where} is {shown(value)}, it must be a list of {count} numbers")
        return tuple(_any_real(v, f"{where}[{i}]") for i, v in enumerate(value))

    return parse


def _rows(value: Any, where: str, sizes: Tuple[int, ...]) -> Rows:
    if not isinstance(value, list) or len(value) not in sizes:
        names = " or ".join(f"{n}x{n}" for n in sizes)
        raise SceneError(f"{where} is {shown(value)}, it must be a matrix of {names} numbers")
    row = _reals(len(value))
    return tuple(row(v, f"{where}[{i}]") for i, v in enumerate(value))


def pose(value: Any, where: str) -> Rows:
    """A 4x4 camera-to-world matrix, whose axes must not vanish. SceneError naming `where`."""
    rows = _rows(value, where, (4,))
    for i in range(3):
        if not any(row[i] for row in rows[:3]):
            raise SceneError(f"{where}: its column {i} is zero, it must be an axis")
    return rows


def _choice(*allowed: str) -> Callable[[Any, str], str]:
    def parse(value: Any, where: str) -> str:
        if value not in allowed:
            raise SceneError(f"{where} is {shown(value)}, it must be one of {', '.join(allowed)}")
        return str(value)

    return parse


def _members(value: Any, where: str, parsers: Mapping[str, Callable[[Any, str], Any]]) -> Any:
    """An object's members by their parsers; null is as if it were not there."""
    if not isinstance(value, dict):
        raise SceneError(f"{where} is {shown(value)}, it must be an object")
    unknown = sorted(value.keys() - parsers.keys())
    if unknown:
        known = ", ".join(sorted(parsers))
        raise SceneError(f"{where} has an unknown member {unknown[0]!r}, the members are: {known}")
    return {
        key: parsers[key](inner, f"{where}.{key}")
        for key, inner in value.items()
        if inner is not None
    }


# -- members


def _resolution(value: Any, where: str) -> Tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise SceneError(f"{where} is {shown(value)}, it must be [width, height]")
    side = _whole(RESOLUTION_MIN, RESOLUTION_MAX)
    return side(value[0], f"{where}[0]"), side(value[1], f"{where}[1]")


def _image(value: Any, where: str) -> ImageFormat:
    depths = sorted({d for of_format in IMAGE_DEPTHS.values() for d in of_format})
    parsers: Dict[str, Callable[[Any, str], Any]] = {
        "format": _choice(*IMAGE_DEPTHS),
        "depth": _whole(depths[0], depths[-1]),
        "color": _choice(*IMAGE_COLORS),
    }
    given = _members(value, where, parsers)
    kind = given.setdefault("format", "PNG")
    depth = given.setdefault("depth", IMAGE_DEPTHS[kind][0])
    given.setdefault("color", "RGBA")
    if depth not in IMAGE_DEPTHS[kind]:
        allowed = " or ".join(map(str, IMAGE_DEPTHS[kind]))
        raise SceneError(f"{where}.depth is {depth}, {kind} has {allowed}")
    return ImageFormat(**given)


def _retimes(value: Any, where: str) -> Tuple[Retime, ...]:
    parsers = {"scale": _real(1 / SCALE_MAX, SCALE_MAX), "shift": _real(-FRAME_LIMIT, FRAME_LIMIT)}
    if isinstance(value, dict):
        return (Retime(**_members(value, where, parsers)),)
    if not isinstance(value, list):
        raise SceneError(f"{where} is {shown(value)}, it must be an object or a list of them")
    return tuple(Retime(**_members(v, f"{where}[{i}]", parsers)) for i, v in enumerate(value))


def _rotation(value: Any, where: str) -> Rows:
    return _rows(value, where, (3, 4))


def _camera_keys(value: Any, where: str) -> Tuple[Tuple[float, Rows], ...]:
    if not isinstance(value, list) or not value:
        raise SceneError(f"{where} is {shown(value)}, it must be a list of keys")
    parsers = {"frame": _real(-FRAME_LIMIT, FRAME_LIMIT), "matrix": pose}
    keys = []
    for i, entry in enumerate(value):
        key = _members(entry, f"{where}[{i}]", parsers)
        for name in parsers:
            if name not in key:
                raise SceneError(f"{where}[{i}] has no {name}")
        keys.append((key["frame"], key["matrix"]))
    return tuple(keys)


def _camera(value: Any, where: str) -> CameraPose:
    parsers: Dict[str, Callable[[Any, str], Any]] = {
        "name": _text,
        "location": _reals(3),
        "rotation": _rotation,
        "look_at": _reals(3),
        "rotate": _any_real,
        "offset": _reals(3),
        "keyframes": _camera_keys,
    }
    given = _members(value, where, parsers)
    if "rotation" in given and "look_at" in given:
        raise SceneError(f"{where} has both rotation and look_at: give one of them")
    return CameraPose(**given)


def _names(value: Any, where: str) -> Tuple[str, ...]:
    if not isinstance(value, list):
        raise SceneError(f"{where} is {shown(value)}, it must be a list of names")
    return tuple(_text(v, f"{where}[{i}]") for i, v in enumerate(value))


def _frames(value: Any, where: str) -> Tuple[int, ...]:
    """The frames; none for those of the scene itself."""
    try:
        return () if value == ALL_FRAMES else parse_frames(value)
    except ValueError as error:
        raise SceneError(f"{where}: {error}") from None


_PARSERS: Dict[str, Callable[[Any, str], Any]] = {
    "addons": _names,
    "passes": _names,
    "resolution": _resolution,
    "percentage": _real(1, 32767),
    "image": _image,
    "samples": _whole(1, SAMPLES_MAX),
    "min_samples": _whole(0, 4096),
    "noise_threshold": _real(0, 1),
    "denoise": _flag,
    "animations": _flag,
    "unbind_camera": _flag,
    "keyframes": _retimes,
    "frames": _frames,
    "fps": _real(FPS_MIN, FPS_MAX),
    "camera": _camera,
    "trajectory": _text,
    "motion_blur": _flag,
    "index": _choice(*INDEXING),
    "composite": _flag,
    "save": _flag,
    "dry_run": _flag,
}


def parse(command: Any, record: Any) -> Overrides:
    """The overrides of the command's object and the record's, which wins member by member.

    Either may be None. SceneError naming the member, its value and what is allowed.
    """
    merged: Dict[str, Any] = {}
    for value, where in ((command, "the command's blend"), (record, "the record's blend")):
        if value is not None:
            merged.update(_members(value, where, _PARSERS))
    if merged.get("frames") == ():
        merged["frames"], merged["all_frames"] = None, True
    return Overrides(**merged)


def parse_trajectory(lines: List[str], name: str) -> Tuple[Tuple[float, Rows], ...]:
    """The keys of a file of JSON Lines {"frame": n, "matrix": 4x4}, in the order of their frames.

    `transform_matrix` is another name for `matrix`, `frame` defaults to the number of the pose,
    from 1. SceneError naming the line.
    """
    keys: Dict[float, Rows] = {}
    for number, line in enumerate(lines, 1):
        where = f"{name}, line {number}"
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except ValueError as error:
            raise SceneError(f"{where}: not JSON: {error}") from None
        if not isinstance(entry, dict):
            raise SceneError(f"{where}: not a JSON object")
        frame = _real(-FRAME_LIMIT, FRAME_LIMIT)(
            entry.get("frame", len(keys) + 1), f"{where}: frame"
        )
        if frame in keys:
            raise SceneError(f"{where}: frame {frame:g} comes twice")
        keys[frame] = pose(entry.get("matrix", entry.get("transform_matrix")), f"{where}: matrix")
    if not keys:
        raise SceneError(f"{name} has no pose")
    return tuple(sorted(keys.items()))
