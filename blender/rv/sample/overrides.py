# SPDX-License-Identifier: MIT
"""What a record's member `blend` asks for: settings and operations of one sample. Needs no Blender.

The options of rv-blend fill the same object; a record's members win over them one by one. In which
order they are applied is said in operations.py, never by their order here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Tuple

from ..plain import fields
from ..plain.errors import SceneError
from ..plain.fields import Check, Rows
from ..plain.frames import ALL_FRAMES, FrameFiles, parse_frames
from ..plain.limits import (
    FPS_MAX,
    FPS_MIN,
    FRAME_LIMIT,
    IMAGE_COLORS,
    IMAGE_DEPTHS,
    IMAGE_SUFFIXES,
    SAMPLES_MAX,
)
from ..plain.values import shown

SCALE_MAX = 1e6
INDEXING = ("auto", "names", "file")


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
    renders: Tuple[Any, ...] = ()  # besides the picture's: see side.py
    composite: bool = False
    save: bool = False
    dry_run: bool = False

    @property
    def files(self) -> FrameFiles:
        """Which files are rendered."""
        return FrameFiles(self.image.suffix, self.composite)


# -- members


def _image(value: Any, where: str) -> ImageFormat:
    depths = sorted({d for of_format in IMAGE_DEPTHS.values() for d in of_format})
    parsers: Dict[str, Check] = {
        "format": fields.choice(*IMAGE_DEPTHS),
        "depth": fields.whole(depths[0], depths[-1]),
        "color": fields.choice(*IMAGE_COLORS),
    }
    given = fields.members(value, where, parsers)
    kind = given.setdefault("format", "PNG")
    depth = given.setdefault("depth", IMAGE_DEPTHS[kind][0])
    given.setdefault("color", "RGBA")
    if depth not in IMAGE_DEPTHS[kind]:
        allowed = " or ".join(map(str, IMAGE_DEPTHS[kind]))
        raise SceneError(f"{where}.depth is {depth}, {kind} has {allowed}")
    return ImageFormat(**given)


def _retimes(value: Any, where: str) -> Tuple[Retime, ...]:
    parsers = {
        "scale": fields.real(1 / SCALE_MAX, SCALE_MAX),
        "shift": fields.real(-FRAME_LIMIT, FRAME_LIMIT),
    }
    if isinstance(value, dict):
        return (Retime(**fields.members(value, where, parsers)),)
    if not isinstance(value, list):
        raise SceneError(f"{where} is {shown(value)}, it must be an object or a list of them")
    return tuple(Retime(**fields.members(v, f"{where}[{i}]", parsers)) for i, v in enumerate(value))


def _rotation(value: Any, where: str) -> Rows:
    return fields.rows(value, where, (3, 4))


def _camera_keys(value: Any, where: str) -> Tuple[Tuple[float, Rows], ...]:
    if not isinstance(value, list) or not value:
        raise SceneError(f"{where} is {shown(value)}, it must be a list of keys")
    parsers = {"frame": fields.real(-FRAME_LIMIT, FRAME_LIMIT), "matrix": fields.pose}
    keys = []
    for i, entry in enumerate(value):
        key = fields.members(entry, f"{where}[{i}]", parsers)
        for name in parsers:
            if name not in key:
                raise SceneError(f"{where}[{i}] has no {name}")
        keys.append((key["frame"], key["matrix"]))
    return tuple(keys)


def _camera(value: Any, where: str) -> CameraPose:
    parsers: Dict[str, Check] = {
        "name": fields.text,
        "location": fields.reals(3),
        "rotation": _rotation,
        "look_at": fields.reals(3),
        "rotate": fields.any_real,
        "offset": fields.reals(3),
        "keyframes": _camera_keys,
    }
    given = fields.members(value, where, parsers)
    if "rotation" in given and "look_at" in given:
        raise SceneError(f"{where} has both rotation and look_at: give one of them")
    return CameraPose(**given)


def _renders(value: Any, where: str) -> Tuple[Any, ...]:
    if not isinstance(value, list):
        raise SceneError(f"{where} is {shown(value)}, it must be a list of renders")
    return tuple(value)


def _frames(value: Any, where: str) -> Tuple[int, ...]:
    """The frames; none for those of the scene itself."""
    try:
        return () if value == ALL_FRAMES else parse_frames(value)
    except ValueError as error:
        raise SceneError(f"{where}: {error}") from None


_PARSERS: Dict[str, Check] = {
    "addons": fields.names,
    "passes": fields.names,
    "resolution": fields.resolution,
    "percentage": fields.real(1, 32767),
    "image": _image,
    "samples": fields.whole(1, SAMPLES_MAX),
    "min_samples": fields.whole(0, 4096),
    "noise_threshold": fields.real(0, 1),
    "denoise": fields.flag,
    "animations": fields.flag,
    "unbind_camera": fields.flag,
    "keyframes": _retimes,
    "frames": _frames,
    "fps": fields.real(FPS_MIN, FPS_MAX),
    "camera": _camera,
    "trajectory": fields.text,
    "motion_blur": fields.flag,
    "index": fields.choice(*INDEXING),
    "renders": _renders,
    "composite": fields.flag,
    "save": fields.flag,
    "dry_run": fields.flag,
}


def parse(command: Any, record: Any) -> Overrides:
    """The overrides of the command's object and the record's, which wins member by member.

    Either may be None. SceneError naming the member, its value and what is allowed.
    """
    merged: Dict[str, Any] = {}
    for value, where in ((command, "the command's blend"), (record, "the record's blend")):
        if value is not None:
            merged.update(fields.members(value, where, _PARSERS))
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
        frame = fields.real(-FRAME_LIMIT, FRAME_LIMIT)(
            entry.get("frame", len(keys) + 1), f"{where}: frame"
        )
        if frame in keys:
            raise SceneError(f"{where}: frame {frame:g} comes twice")
        keys[frame] = fields.pose(
            entry.get("matrix", entry.get("transform_matrix")), f"{where}: matrix"
        )
    if not keys:
        raise SceneError(f"{name} has no pose")
    return tuple(sorted(keys.items()))
