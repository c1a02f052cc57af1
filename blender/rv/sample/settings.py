# SPDX-License-Identifier: MIT
"""How a sample is rendered: what rv-blend's options and a record's member `blend` ask for.

Which settings there are stands in tools/lib/settings.def; `make docs` writes the members of
`Settings` from it. In which order they are applied is said in operations.py, never by their order
here. Needs no Blender.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Dict, Optional, Tuple

from ..plain import fields
from ..plain.errors import SceneError, UsageError
from ..plain.fields import Check, Rows
from ..plain.frames import ALL_FRAMES, FrameFiles, parse_frames
from ..plain.limits import (
    CHOICES,
    FRAME_LIMIT,
    IMAGE_COLORS,
    IMAGE_KINDS,
    IMAGE_QUALITY,
    REAL_RANGES,
    VIEWS_MAX,
    WHOLE_RANGES,
    image_problem,
)
from ..plain.values import shown

SCALE_MAX = 1e6


@dataclass(frozen=True)
class ImageFormat:
    """How the picture is written."""

    format: str = "PNG"
    depth: int = 8
    color: str = "RGBA"
    quality: int = IMAGE_QUALITY  # where the format has one

    @property
    def suffix(self) -> str:
        """Of the file's name."""
        return IMAGE_KINDS[self.format].suffix


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
class Orbit:
    """`n` views about a target; what is None is as the camera has it."""

    n: int
    radius: Optional[float] = None
    elevation: Optional[float] = None
    target: Optional[Tuple[float, ...]] = None


# -- their values


def _image(value: Any, where: str) -> ImageFormat:
    depths = sorted({depth for kind in IMAGE_KINDS.values() for depth in kind.depths})
    parsers: Dict[str, Check] = {
        "format": fields.choice(*IMAGE_KINDS),
        "depth": fields.whole(depths[0], depths[-1]),
        "color": fields.choice(*IMAGE_COLORS),
        "quality": fields.whole(1, 100),
    }
    given = fields.members(value, where, parsers)
    form = IMAGE_KINDS[given.setdefault("format", "PNG")]
    given.setdefault("depth", form.depths[0])
    given.setdefault("color", form.colors[-1])
    problem = image_problem(given["format"], given["depth"], given["color"], given.get("quality"))
    if problem is not None:
        raise SceneError(f"{where}.{problem}")
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


def _orbit(value: Any, where: str) -> Orbit:
    parsers: Dict[str, Check] = {
        "n": fields.whole(1, VIEWS_MAX),
        "radius": fields.real(1e-6, 1e6),
        "elevation": fields.real(-90, 90),
        "target": fields.reals(3),
    }
    given = fields.members(value, where, parsers)
    if "n" not in given:
        raise SceneError(f"{where} has no n: how many views there are to be")
    return Orbit(**given)


def _renders(value: Any, where: str) -> Tuple[Any, ...]:
    if not isinstance(value, list):
        raise SceneError(f"{where} is {shown(value)}, it must be a list of renders")
    return tuple(value)


def _frames(value: Any, where: str) -> Tuple[int, ...]:
    """The frames; () for those of the scene itself."""
    try:
        return () if value == ALL_FRAMES else parse_frames(value)
    except ValueError as error:
        raise SceneError(f"{where}: {error}") from None


# -- all of them


def _whole(name: str) -> Check:
    return fields.whole(*WHOLE_RANGES[name])


def _real(name: str) -> Check:
    return fields.real(*REAL_RANGES[name])


def _choice(name: str) -> Check:
    return fields.choice(*CHOICES[name])


def _of_command(check: Check, default: Any = None) -> Any:
    """A setting that is the same for all samples; `default` stands for "not given"."""
    return dataclasses.field(default=default, metadata={"check": check, "of_record": False})


def _of_record(check: Check, default: Any = None) -> Any:
    """A setting that a record's `blend` may have, too."""
    return dataclasses.field(default=default, metadata={"check": check, "of_record": True})


@dataclass(frozen=True)
class Settings:
    """What was asked for: by the command, or of one sample."""

    # begin table settings
    resolution: Optional[Tuple[int, int]] = _of_record(fields.resolution)
    samples: Optional[int] = _of_record(_whole("samples"))
    min_samples: Optional[int] = _of_record(_whole("min_samples"))
    noise_threshold: Optional[float] = _of_record(_real("noise_threshold"))
    time_limit: Optional[float] = _of_command(_real("time_limit"))
    seed_cycles: Optional[int] = _of_command(_whole("seed_cycles"))
    engine: str = _of_record(_choice("engine"), CHOICES["engine"][0])
    device: str = _of_command(_choice("device"), CHOICES["device"][0])
    with_cpu: Optional[bool] = _of_command(fields.flag)
    passes: Tuple[str, ...] = _of_record(fields.names, ())
    denoise: Optional[bool] = _of_record(fields.flag)
    codec: str = _of_command(_choice("codec"), CHOICES["codec"][0])
    image: ImageFormat = _of_record(_image, ImageFormat())
    no_image: Optional[bool] = _of_record(fields.flag)
    frames: Optional[Tuple[int, ...]] = _of_record(_frames)
    fps: Optional[float] = _of_record(_real("fps"))
    percentage: Optional[float] = _of_record(_real("percentage"))
    animations: Optional[bool] = _of_record(fields.flag)
    keyframes: Tuple[Retime, ...] = _of_record(_retimes, ())
    unbind_camera: Optional[bool] = _of_record(fields.flag)
    unbind_parents: Optional[bool] = _of_record(fields.flag)
    camera: Optional[CameraPose] = _of_record(_camera)
    trajectory: Optional[str] = _of_record(fields.text)
    background: Optional[str] = _of_record(fields.text)
    views: Optional[str] = _of_record(fields.text)
    orbit: Optional[Orbit] = _of_record(_orbit)
    motion_blur: Optional[bool] = _of_record(fields.flag)
    addons: Tuple[str, ...] = _of_record(fields.names, ())
    index: str = _of_record(_choice("index"), CHOICES["index"][0])
    alpha_threshold: Optional[float] = _of_record(_real("alpha_threshold"))
    expand_instances: Optional[int] = _of_record(_whole("expand_instances"))
    tracks: Optional[int] = _of_record(_whole("tracks"))
    amodal: Optional[bool] = _of_record(fields.flag)
    through: Tuple[str, ...] = _of_record(fields.names, ())
    composite: Optional[bool] = _of_record(fields.flag)
    save: Optional[bool] = _of_record(fields.flag)
    autoexec: Optional[bool] = _of_command(fields.flag)
    dry_run: Optional[bool] = _of_record(fields.flag)
    renders: Tuple[Any, ...] = _of_record(_renders, ())
    # end table settings

    @property
    def files(self) -> FrameFiles:
        """Which files are rendered."""
        if self.no_image:
            return FrameFiles(None)
        return FrameFiles(self.image.suffix, bool(self.composite))


_CHECKS: Dict[str, Check] = {f.name: f.metadata["check"] for f in dataclasses.fields(Settings)}
_CHECKS_OF_RECORD = {
    f.name: _CHECKS[f.name] for f in dataclasses.fields(Settings) if f.metadata["of_record"]
}


def of_command(values: Any, blend: Any = None) -> Settings:
    """The settings of a command, whose `blend` (None: it has none) is only checked.

    UsageError naming the member, its value and what is allowed.
    """
    try:
        if blend is not None:
            fields.members(blend, "the command's blend", _CHECKS_OF_RECORD)
        return Settings(**fields.members(values, "the command's settings", _CHECKS))
    except SceneError as error:
        raise UsageError(str(error)) from None


def of_sample(command: Settings, blend: Any, record: Any) -> Settings:
    """The settings of one sample: `blend` of the command wins over its options, the record's over
    that, member by member. Either may be None.

    Passes are added to the command's, and no record undoes a dry run. A resolution of the options
    is not among them: the scene has it before its script, which may change it. SceneError that says
    the same.
    """
    own: Dict[str, Any] = {"resolution": None}
    for value, where in ((blend, "the command's blend"), (record, "the record's blend")):
        if value is not None:
            own.update(fields.members(value, where, _CHECKS_OF_RECORD))
    own["passes"] = (*command.passes, *own.get("passes", ()))
    own["dry_run"] = command.dry_run or own.get("dry_run")
    return dataclasses.replace(command, **own)
