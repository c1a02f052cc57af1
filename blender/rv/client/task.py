# SPDX-License-Identifier: MIT
"""What a client has been told since `initialize`, and the records that come of it."""

from __future__ import annotations

import json
import numbers
import os
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple

from ..plain.limits import FRAME_MAX
from .parts import Parts

SEED = 0  # of every frame's noise, with the frame's number


@dataclass
class Job:
    """One .blend file on its way to one root."""

    scene: str
    parts: Parts
    blend: Dict[str, Any] = field(default_factory=dict)  # members but for camera and frames
    pose: Dict[str, Any] = field(default_factory=dict)  # of the camera
    keys: Dict[int, List[List[float]]] = field(default_factory=dict)  # frame to camera pose
    roles: Set[str] = field(default_factory=set)
    passes: Set[str] = field(default_factory=set)
    flow: str = "forward"
    color: str = "RGBA"
    composite: Dict[str, Any] = field(default_factory=dict)  # its picture, as it was asked for
    fps: float = 0.0  # of what was rendered last
    span: Tuple[Optional[int], Optional[int], Optional[int]] = (None, None, None)
    frame: Optional[int] = None
    asked: Dict[str, Any] = field(default_factory=dict)  # answers of dry runs
    done: Dict[int, Dict[str, Any]] = field(default_factory=dict)  # frame to its entry
    used: Set[str] = field(default_factory=set)  # parts
    objects: Dict[int, Any] = field(default_factory=dict)
    materials: Dict[int, Any] = field(default_factory=dict)

    def operations(self, keyed: bool = True) -> Dict[str, Any]:
        """The record's member `blend`, without frames; not `keyed`: the camera where it was put."""
        blend = dict(self.blend)
        if self.keys and keyed:
            keys = [{"frame": n, "matrix": self.keys[n]} for n in sorted(self.keys)]
            blend["camera"] = {"keyframes": keys}
        elif self.pose:
            blend["camera"] = dict(self.pose)
        if self.keys and not keyed:
            blend["unbind_camera"] = True
        if self.passes:
            blend["passes"] = sorted(self.passes)
        return blend

    def record(self, ident: str, blend: Dict[str, Any]) -> Dict[str, Any]:
        """The request."""
        return {"id": ident, "index": 0, "seed": SEED, "scene": self.scene, "blend": blend}

    def outputs(self) -> List[str]:
        """The options of rv-mask. The index map is what annotations are about: always made."""
        options = ["--outputs", ",".join(sorted({"index", *self.roles}))]
        if "normal_camera" in self.roles:
            options += ["--normals", "camera"]
        return options

    def state(self, blend: Dict[str, Any]) -> str:
        """What dry runs depend on, as a key."""
        stat = os.stat(self.scene)
        return json.dumps([blend, stat.st_mtime_ns, stat.st_size], sort_keys=True)


# -- arguments, each with its name for the message


def whole(value: Any, name: str) -> int:
    """An integer, of numpy too. TypeError when it is none."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be an integer, not {value!r}")
    return int(value)


def real(value: Any, name: str, low: float, high: float) -> float:
    """A number within bounds. TypeError or ValueError when it is none."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number, not {value!r}")
    if not low <= float(value) <= high:
        raise ValueError(f"{name} is {value}, it must be in {low:g} to {high:g}")
    return float(value)


def flag(value: Any, name: str) -> bool:
    """True or False. TypeError when it is neither."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {value!r}")
    return value


def point(value: Any, name: str) -> List[float]:
    """Three numbers. ValueError when it is anything else."""
    try:
        found = [float(v) for v in value]
    except (TypeError, ValueError):
        found = []
    if len(found) != 3:
        raise ValueError(f"{name} must be three numbers, not {value!r}")
    return found


def matrix(value: Any, name: str, sizes: Sequence[int]) -> List[List[float]]:
    """Rows of a square matrix. ValueError when it is anything else."""
    try:
        found = [[float(v) for v in row] for row in value]
    except (TypeError, ValueError):
        found = []
    if len(found) not in sizes or any(len(row) != len(found) for row in found):
        shapes = " or ".join(f"{n}x{n}" for n in sizes)
        raise ValueError(f"{name} must be a matrix of {shapes} numbers, not {value!r}")
    return found


def frame(value: Any, name: str) -> int:
    """A frame number. RuntimeError when rv has none such: they name files, with six digits."""
    number = whole(value, name)
    if not 0 <= number <= FRAME_MAX:
        raise RuntimeError(f"{name} is {number}, frames go from 0 to {FRAME_MAX}")
    return number
