# SPDX-License-Identifier: MIT
"""What labels are made from: the passes of the picture, or those of a side render of their own.

A label is of the point that a pinhole camera sees at the pixel's centre, at the frame's own time.
The passes of a picture are of that point unless a lens or a shutter chooses another for each
sample, some of them are the mean of several samples, or surfaces that are transparent in part are
there by chance; and no engine but Cycles has them. Then each picture gets a side render by Cycles
with a single sample that knows none of this, and `label_passes` hold its passes of surfaces: depth,
index, normals and the like, semantic channels. What is of the picture, light, colours and coverage,
stays in its own `passes`.
"""

from __future__ import annotations

from typing import Any, Collection, Dict, Iterable, Mapping, Optional, Sequence, Set

import bpy

from ..engine import alpha, compat, raster
from ..engine.passes import AVERAGED, CRYPTO, OF_SURFACES, RenderPass
from .settings import Settings

TRANSPARENT_BOUNCES = 1024  # Blender's most
ALPHA_THRESHOLD = 0.001
EXPAND_INSTANCES = 1000
SHARP: Dict[str, Any] = {  # one point at the centre of each pixel
    "by_cycles": True,
    "samples": 1,
    "pinhole": True,
    "shutter": False,
    "bounces": 0,
    "transparent_bounces": TRANSPARENT_BOUNCES,
    "denoise": False,
}


def wants(
    views: Sequence[Mapping[str, Any]],
    wanted: Set[RenderPass],
    channels: Collection[str],
    settings: Settings,
    has_instances: bool,
) -> Optional[Dict[str, Any]]:
    """The members (side.MEMBERS) of such renders; None where the passes of the pictures will do.

    `views` are the members of pictures besides the scene's own; `wanted` and `channels` the passes
    and semantic channels of the scene.
    """
    if settings.no_image:
        of_views = (view.get("passes", wanted) for view in views)
        needs_world = any(RenderPass.MIST in of_view for of_view in (wanted, *of_views))
        return {**members(settings, has_instances), "world": needs_world}
    shown = wanted.union(*(view.get("passes", ()) for view in views))
    is_drawn = raster.is_used(bpy.context.scene)
    is_mean = _samples(views) > 1 and bool(channels or shown & AVERAGED)
    if not (is_drawn or is_mean or has_instances or _is_blurred() or alpha.has_see_through()):
        return None
    return members(settings, has_instances)


def members(settings: Settings, has_instances: bool) -> Dict[str, Any]:
    """Those that every render for labels has."""
    return {
        **SHARP,
        "alpha_threshold": _given(settings.alpha_threshold, ALPHA_THRESHOLD),
        **({"instances": "real"} if has_instances else {}),
    }


def expand_instances(settings: Settings) -> int:
    """How many instances may be objects of their own."""
    return _given(settings.expand_instances, EXPAND_INSTANCES)


def _given(value: Any, default: Any) -> Any:
    return default if value is None else value


def passes_of(picture: Iterable[RenderPass], is_alone: bool) -> Set[RenderPass]:
    """Which of a picture's passes are those of its labels' render.

    Where that is alone, without a picture, Cryptomatte, too: it tells what is at the centre.
    """
    return set(picture) & (OF_SURFACES | CRYPTO if is_alone else OF_SURFACES)


def described(taken: Mapping[str, Any], settings: Settings) -> Dict[str, Any]:
    """What the record's `render` says of these renders, `labels`."""
    said = {name: taken[name] for name in ("samples", "alpha_threshold")}
    if "instances" in taken:
        said["expand_instances"] = expand_instances(settings)
    return said


def _samples(views: Iterable[Mapping[str, Any]]) -> int:
    """The most of any picture."""
    scene = bpy.context.scene
    own = bpy.context.view_layer.samples or scene.cycles.samples
    return max([own, *(view.get("samples", own) for view in views)])


def _is_blurred() -> bool:
    """Whether a shutter or a lens blurs pictures."""
    scene = bpy.context.scene
    marked = [marker.camera for marker in scene.timeline_markers]
    cameras = {obj.data for obj in (scene.camera, *marked) if obj is not None}
    return scene.render.use_motion_blur or any(
        camera.dof.use_dof
        or any(curve.data_path == "dof.use_dof" for curve in compat.fcurves(camera))
        for camera in cameras
        if isinstance(camera, bpy.types.Camera)
    )
