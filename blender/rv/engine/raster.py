# SPDX-License-Identifier: MIT
"""Pictures by the engines that rasterise on a graphics card, or on a driver that does as one.

They draw the picture alone: labels come from a render of Cycles. What their pictures look like to
the last bit depends on the driver, which `driver` names.
"""

from __future__ import annotations

import ctypes
from typing import Any, Tuple

import bpy

from ..plain.errors import RenderError
from . import compat

SAMPLES = 16  # where nobody says how many
_ANTIALIASING = {"OFF": 1, "FXAA": 1, "5": 5, "8": 8, "11": 11, "16": 16, "32": 32}
_LIBRARY = "libEGL.so.1"


class _Started:
    """Whether this process has rendered with one: at the first time it compiles what takes long."""

    is_done = False


STARTED = _Started()


def is_used(scene: bpy.types.Scene) -> bool:
    """Whether one of them makes the scene's picture."""
    return scene.render.engine != "CYCLES"


def use(scene: bpy.types.Scene, engine: str) -> None:
    """Makes `eevee` or `workbench` the engine of the picture.

    RenderError where they cannot run, as Blender would abort.
    """
    scene.render.engine = compat.engine_name(engine)
    if hasattr(scene.eevee, "use_motion_blur"):  # since 4.2 it goes by the render's
        scene.eevee.use_motion_blur = scene.render.use_motion_blur
    if bpy.app.background and not _has_library():
        raise RenderError(
            f"engine {engine} needs {_LIBRARY} and a driver, which are not installed"
            " (Debian: libegl1 libopengl0 libgl1-mesa-dri)"
        )


def _has_library() -> bool:
    try:
        ctypes.CDLL(_LIBRARY)
    except OSError:
        return False
    return True


def setting_of(scene: bpy.types.Scene, count: int) -> Tuple[Any, str, Any]:
    """What sets the samples of the scene's engine: owner, property, value.

    Of Workbench the most that it has and that are not more.
    """
    if scene.render.engine != "BLENDER_WORKBENCH":
        return scene.eevee, "taa_render_samples", count
    fitting = [name for name, n in _ANTIALIASING.items() if n <= count and name != "FXAA"]
    return scene.display, "render_aa", fitting[-1]


def samples(scene: bpy.types.Scene) -> int:
    """How many the picture has."""
    if scene.render.engine == "BLENDER_WORKBENCH":
        return _ANTIALIASING[scene.display.render_aa]
    count: int = scene.eevee.taa_render_samples
    return count


def driver() -> str:
    """What drew: its name and version. "" where nothing was drawn."""
    if not STARTED.is_done:
        return ""
    import gpu  # not before something was drawn: 3.4 would crash

    return f"{gpu.platform.renderer_get()}, {gpu.platform.version_get()}"
