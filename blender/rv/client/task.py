# SPDX-License-Identifier: MIT
"""What a client has been told since `initialize`, and the records that come of it."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Set, Tuple

from .parts import Parts

SEED = 0  # of every frame's noise, with the frame's number


@dataclass
class Ledger:
    """What has come of one `initialize`; clients that render together have one."""

    asked: Dict[str, Any] = field(default_factory=dict)  # answers of dry runs
    done: Dict[int, Dict[str, Any]] = field(default_factory=dict)  # frame to its entry
    used: Set[str] = field(default_factory=set)  # parts
    objects: Dict[int, Any] = field(default_factory=dict)
    materials: Dict[int, Any] = field(default_factory=dict)
    fps: float = 0.0  # of what was rendered last
    lock: Any = field(default_factory=threading.RLock)


@dataclass
class Task:
    """One .blend file on its way to one root."""

    scene: str
    parts: Parts
    ledger: Ledger = field(default_factory=Ledger)
    autoexec: Optional[bool] = None  # None: as the client was spawned
    device: Optional[str] = None
    with_cpu: bool = False
    blend: Dict[str, Any] = field(default_factory=dict)  # members but for camera and frames
    pose: Dict[str, Any] = field(default_factory=dict)  # of the camera
    keys: Dict[int, List[List[float]]] = field(default_factory=dict)  # frame to camera pose
    roles: Set[str] = field(default_factory=set)
    passes: Set[str] = field(default_factory=set)
    flow: str = "forward"
    depth_suffix: str = ".exr"
    color: str = "RGBA"
    composite: Dict[str, Any] = field(default_factory=dict)  # its picture, as it was asked for
    span: Tuple[Optional[int], Optional[int], Optional[int]] = (None, None, None)
    frame: Optional[int] = None

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
        how = [self.device, self.with_cpu, self.autoexec]
        return json.dumps([blend, stat.st_mtime_ns, stat.st_size, how], sort_keys=True)

    def told(self) -> List[Any]:
        """All that it was told: equal for two clients that would render the same."""
        how = [
            self.device,
            self.with_cpu,
            self.autoexec,
            self.flow,
            self.depth_suffix,
            self.frame,
            self.span,
        ]
        return [self.scene, self.parts.root, self.operations(), sorted(self.roles), how]
