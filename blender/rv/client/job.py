# SPDX-License-Identifier: MIT
"""One call that renders a file as a config says."""

from __future__ import annotations

import logging
from typing import Any, Callable, Dict, Optional, Union

from .client import BlenderClient
from .clients import BlenderClients
from .config import RenderConfig
from .errors import RemoteError

logger = logging.getLogger("rv.client")


def render_job(
    client: Union[BlenderClient, BlenderClients],
    blend_file: Any,
    root: Any,
    *,
    config: RenderConfig,
    frame_start: Optional[int] = None,
    frame_end: Optional[int] = None,
    frame_step: Optional[int] = None,
    output_blend_file: Any = None,
    dry_run: bool = False,
    update_fn: Optional[Callable[..., Any]] = None,
) -> Dict[str, Any]:
    """Renders a .blend file into `root`, as `config` says; transforms.json.

    Frames are those of `BlenderClient.render_animation`, as they are after `keyframe_multiplier`.
    `output_blend_file`: where the file is saved as it is rendered.
    """
    client.initialize(blend_file, root)
    client.set_resolution(config.height, config.width)
    client.image_settings(config.file_format, config.bit_depth)
    client.use_animations(config.use_animations)
    client.load_addons(*(config.addons or ()))
    _choose_device(client, config.device_type)
    client.cycles_settings(
        adaptive_threshold=config.adaptive_threshold,
        max_samples=config.max_samples,
        use_denoising=config.use_denoising,
    )
    shown: Dict[str, Any] = {"preview": config.debug, "exr_codec": config.exr_codec}
    if config.depths:
        client.include_depths(**shown)
    if config.normals:
        client.include_normals(**shown)
    if config.flows:
        client.include_flows(config.flow_direction, **shown)
    if config.segmentations:
        client.include_segmentations(**shown)
    if config.unbind_camera:
        client.unbind_camera()
    if config.use_motion_blur is not None:
        client.use_motion_blur(config.use_motion_blur)
    if config.keyframe_multiplier != 1.0:
        client.move_keyframes(scale=config.keyframe_multiplier)
    if output_blend_file is not None:
        client.save_file(output_blend_file)
    return client.render_animation(
        frame_start, frame_end, frame_step, config.allow_skips, dry_run, update_fn
    )


def _choose_device(client: Union[BlenderClient, BlenderClients], kind: str) -> None:
    """That device, else the best one that is there."""
    try:
        client.cycles_settings(device_type=kind, use_cpu=False)
    except RemoteError as error:
        if "is not available" not in error.message:
            raise
        names = client.cycles_settings(device_type="auto", use_cpu=False)
        logger.warning("there is no device of the kind %s: %s renders", kind, names)
