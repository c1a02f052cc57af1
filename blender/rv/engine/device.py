# SPDX-License-Identifier: MIT
"""Which device Cycles renders on.

Cycles falls back to the CPU without a word, so the choice is made and checked here.
"""

from __future__ import annotations

import platform
from importlib.util import find_spec
from typing import Any, Dict, List, Optional, Sequence, TextIO

import bpy

from ..plain import machine
from ..plain.errors import RenderError
from ..plain.trial import Trial
from . import compat

MODULES = ("numpy", "PIL")  # that many scripts and importers need; rv does without them
PREFERENCE = ("OPTIX", "CUDA", "HIP", "ONEAPI", "METAL", "CPU")


def _preferences() -> Any:
    return bpy.context.preferences.addons["cycles"].preferences


def _of_type(kind: str) -> List[Any]:
    """The devices of one kind; empty when this build or this machine has none."""
    preferences = _preferences()
    try:
        preferences.compute_device_type = kind
    except TypeError:
        return []
    refresh = getattr(preferences, "refresh_devices", preferences.get_devices)
    refresh()
    return [device for device in preferences.devices if device.type == kind]


class Devices:
    """The devices that were there when the worker started, but for the kinds in `without`."""

    def __init__(self, without: Sequence[str] = ()) -> None:
        self.available = [k for k in PREFERENCE if k == "CPU" or (k not in without and _of_type(k))]
        self.auto = self.available[0]

    def apply(self, scene: bpy.types.Scene, wanted: str, with_cpu: bool = False) -> str:
        """Makes `scene` render on `wanted` (auto chooses, cpu and the like); what was chosen.

        `with_cpu`: the processors help a card. RenderError when it is not there.
        """
        kind = self.auto if wanted == "auto" else wanted.upper()
        if kind not in self.available:
            raise RenderError(
                f"device {kind} is not available, this machine has: {', '.join(self.available)}"
            )
        if kind == "CPU":
            scene.cycles.device = "CPU"
            return kind
        used = _of_type(kind)
        for device in _preferences().devices:
            device.use = device.type == kind or (with_cpu and device.type == "CPU")
        if not used:
            raise RenderError(f"device {kind} has gone")
        scene.cycles.device = "GPU"
        return f"{kind}+CPU" if with_cpu else kind

    def trial(self, kind: str) -> Trial:
        """Where it is kept that these devices of one kind do render with this Blender."""
        ids = sorted(str(device.id) for device in _of_type(kind))
        return Trial([kind, *ids, machine.build_id("/proc/self/exe"), compat.VERSION_TEXT])

    def names(self, chosen: str) -> List[str]:
        """What the devices are called that `apply` has chosen."""
        kinds = chosen.split("+")
        listed = [device for device in _preferences().devices if device.type in kinds]
        names = [device.name for device in listed if device.use or device.type == chosen]
        return sorted(names) or [machine.cpu_name()]


def print_info(scene: bpy.types.Scene, file: Optional[TextIO] = None) -> None:
    """Prints what `scene` is rendered with."""
    preferences = _preferences()
    used = [device.name for device in preferences.devices if device.use]
    lines = (
        f"[rv] engine={scene.render.engine}",
        f"[rv] cycles_device={scene.cycles.device}",
        f"[rv] compute_device_type={preferences.compute_device_type}",
        f"[rv] devices={', '.join(used)}",
    )
    print("\n".join(lines), file=file)


def made_by() -> Dict[str, str]:
    """The Blender, its build, and the level of the processor: what the last bits depend on."""
    build = machine.build_id("/proc/self/exe")
    return {"blender": compat.VERSION_TEXT, "build": build, "cpu": machine.cpu_level()}


def facts(without: Sequence[str] = ()) -> Dict[str, Any]:
    """What the hello says about this Blender; `without` as for Devices."""
    devices = Devices(without)
    scene = compat.reset()
    return {
        **made_by(),
        "python": platform.python_version(),
        "device": devices.auto,
        "devices": devices.available,
        "denoiser": compat.has_denoiser(scene),
        "modules": [name for name in MODULES if find_spec(name) is not None],
    }
