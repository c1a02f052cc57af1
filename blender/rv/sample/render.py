# SPDX-License-Identifier: MIT
"""Render settings, and the one render from which all files of a sample are written."""

from __future__ import annotations

import os
from typing import Any, Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Set

import bpy

from ..engine import compat, owned, passes, raster, steady
from ..engine.compositor import Compositor
from ..engine.device import Devices
from ..engine.passes import RenderPass
from ..plain import stripped
from ..plain.errors import RenderError
from ..plain.frames import FrameFiles
from ..plain.limits import CHOICES
from ..plain.meta import f32
from ..scenes.scene import Scene
from .settings import ImageFormat, Settings


DEFAULT_SAMPLES = 64


def prepare(seed: int, opens_file: bool = False) -> bpy.types.Scene:
    """Blender's scene in the state that every sample starts from; `opens_file` as compat.reset."""
    scene = compat.reset(opens_file)
    owned.begin_sample(seed)
    scene.cycles.samples = DEFAULT_SAMPLES
    scene.eevee.taa_render_samples = raster.SAMPLES
    scene.display.render_aa = str(raster.SAMPLES)
    scene.cycles.seed = seed % 2**31
    return scene


def apply_resolution(scene: Scene) -> None:
    """The resolution that the script left."""
    render = bpy.context.scene.render
    render.resolution_x, render.resolution_y = scene.resolution
    render.resolution_percentage = 100


def show_as_rendered(blender: bpy.types.Scene) -> None:
    """Makes the viewport's state of things, the only one that Python can see, that of the render.

    Otherwise what is hidden in the viewport alone is recorded where it stood when it was made, and
    a mesh without the modifiers that only the render has.
    """
    for collection in bpy.data.collections:
        _set(collection, "hide_viewport", False)
    for obj in blender.objects:
        _set(obj, "hide_viewport", False)
        for modifier in obj.modifiers:
            _set(modifier, "show_viewport", modifier.show_render)
            if hasattr(modifier, "render_levels"):
                _set(modifier, "levels", modifier.render_levels)
        if obj.type in ("CURVE", "SURFACE", "FONT"):
            _set(obj.data, "resolution_u", obj.data.render_resolution_u or obj.data.resolution_u)
            _set(obj.data, "resolution_v", obj.data.render_resolution_v or obj.data.resolution_v)
        elif obj.type == "META":
            _set(obj.data, "resolution", obj.data.render_resolution)
    settings = blender.render
    _set(settings, "simplify_subdivision", settings.simplify_subdivision_render)


def _set(owner: Any, name: str, value: Any) -> None:
    if getattr(owner, name) != value:  # what is set counts as changed and is evaluated anew
        setattr(owner, name, value)


def apply_settings(
    scene: Scene, settings: Settings, devices: Devices, warnings: List[str]
) -> Dict[str, Any]:
    """Settings of the sample and of its scene, after `generate`. The record's `render` member."""
    blender = bpy.context.scene
    cycles = blender.cycles
    compat.make_neutral(blender)
    compat.follow_scene_colors(blender)
    blender.render.use_border = blender.render.use_multiview = False  # K is of the whole picture
    if settings.engine != CHOICES["engine"][0]:
        raster.use(blender, settings.engine)
    if settings.samples is not None:
        set_samples(blender, settings.samples)
    if settings.min_samples is not None:
        cycles.adaptive_min_samples = settings.min_samples
    if settings.noise_threshold is not None:
        cycles.use_adaptive_sampling = settings.noise_threshold > 0.0
        cycles.adaptive_threshold = settings.noise_threshold
    if settings.seed_cycles is not None:
        cycles.seed = settings.seed_cycles
    if scene.time_limit is not None:
        cycles.time_limit = scene.time_limit
        warnings.append("a time limit makes the picture depend on the machine")
    denoise = scene._denoise if settings.denoise is None else settings.denoise
    cycles.use_denoising = bool(denoise) and compat.has_denoiser(blender)
    if denoise and not cycles.use_denoising:
        warnings.append("this build of Blender has no denoiser: not denoised")
    if scene.subdir is not None:
        warnings.append("subdir is ignored: a sample's directory is named by its id")
    device = devices.apply(blender, settings.device, bool(settings.with_cpu))
    if device.endswith("+CPU"):
        warnings.append("pixels may differ from run to run: two kinds of devices share a picture")
    adaptive = cycles.use_adaptive_sampling and not raster.is_used(blender)
    return {
        "blender": compat.VERSION_TEXT,
        "engine": blender.render.engine,
        "device": device,
        "samples": raster.samples(blender) if raster.is_used(blender) else cycles.samples,
        "noise_threshold": f32(cycles.adaptive_threshold) if adaptive else None,
        "seed": cycles.seed,
        "view_transform": blender.view_settings.view_transform,
        "denoise": cycles.use_denoising,
    }


def set_samples(scene: bpy.types.Scene, count: int) -> None:
    """The number for a pixel, by the engine of the picture."""
    if raster.is_used(scene):
        setattr(*raster.setting_of(scene, count))
    else:
        scene.cycles.samples = count


def picture_passes(wanted: Iterable[RenderPass]) -> Set[RenderPass]:
    """Those that a render with the present settings can have: no Vector with motion blur, where it
    would be all zeros, and none but by Cycles."""
    scene = bpy.context.scene
    if raster.is_used(scene):
        return set()
    return set(wanted) - ({RenderPass.VECTOR} if scene.render.use_motion_blur else set())


class Kind(NamedTuple):
    """What the next render with the present settings does that one which goes on with what it has
    kept may do wrongly."""

    has_motion: bool  # it looks at what is before and after its frame
    crypto: FrozenSet[RenderPass]
    is_blurred: bool
    has_uv: bool  # which is not there on all meshes that were kept from a render with motion blur

    def may_follow(self, other: Kind) -> bool:
        """Whether it can go on with what another render of the same frame has kept."""
        has_uv_kept = self.is_blurred == other.is_blurred or not self.has_uv
        is_motion_kept = self.has_motion <= other.has_motion
        return is_motion_kept and self.crypto >= other.crypto and has_uv_kept


def kind() -> Kind:
    """That of the present settings."""
    scene, layer = bpy.context.scene, bpy.context.view_layer
    is_blurred = scene.render.use_motion_blur
    return Kind(
        has_motion=is_blurred or layer.use_pass_vector,
        crypto=frozenset(passes.enabled(layer) & passes.CRYPTO),
        is_blurred=is_blurred,
        has_uv=layer.use_pass_uv,
    )


def render(
    out: str,
    names: Dict[str, str],
    codec: str,
    picture: ImageFormat,
    compositor: Optional[Compositor] = None,
) -> None:
    """Renders once and writes files into `out`.

    `names` are those of `passes` (EXR), `image` where there is to be one, and with a compositor
    `composite`. RenderError when Blender cannot.
    """
    blender = bpy.context.scene
    if blender.camera is None:
        raise RenderError("the scene has no camera")
    blender.render.use_file_extension = True
    blender.render.use_overwrite = True
    blender.render.filepath = os.path.join(out, names["passes"])
    compat.set_multilayer(blender.render.image_settings, codec)
    try:
        bpy.ops.render.render(write_still=True)
        raster.STARTED.is_done |= raster.is_used(blender)
        if "image" in names:
            _save_picture(blender, os.path.join(out, names["image"]), picture)
        if compositor is not None:
            compositor.draw()
            _save_picture(compositor.scene, os.path.join(out, names["composite"]), picture)
    except RuntimeError as error:
        raise RenderError(str(error).strip().replace(os.path.join(out, ""), "")) from None
    for name in names.values():
        if not os.path.isfile(os.path.join(out, name)):
            raise RenderError(f"Blender wrote no {name}")


def _save_picture(scene: bpy.types.Scene, path: str, picture: ImageFormat) -> None:
    """Writes what was rendered last, of that scene."""
    compat.set_picture(
        scene.render.image_settings,
        picture.format,
        picture.depth,
        picture.color,
        picture.quality,
    )
    with steady.threads():  # each pixel by itself
        bpy.data.images["Render Result"].save_render(path, scene=scene)
    stripped.strip(path, picture.format)


def render_nothing(out: str, devices: Devices, device: str) -> None:
    """Renders an empty scene at the smallest size into `out`. RenderError when Blender cannot."""
    blender = prepare(0)
    blender.cycles.samples = 1
    blender.camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    blender.collection.objects.link(blender.camera)
    blender.render.resolution_x = blender.render.resolution_y = 4  # Blender's least
    devices.apply(blender, device)
    render(out, FrameFiles().of(None), Settings().codec, ImageFormat())
