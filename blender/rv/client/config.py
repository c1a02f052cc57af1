# SPDX-License-Identifier: MIT
"""What a render of a file is to be, in one object."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any, List, Optional, Union

from ..plain.meant import nearest
from .clients import BlenderClients
from .service import Command

UNITS = {unit: 1024**power for power, unit in enumerate(("", "K", "M", "G", "T"))}

logger = logging.getLogger("rv.client")


@dataclass
class RenderConfig:
    """Settings of `render_job`, and of the clients that do it (`spawn`).

    `executable`, `timeout`, `autoexec`, `log_dir` and `jobs` are those of `BlenderClients.spawn`.
    `width` and `height` are in pixels; `bit_depth`, `file_format` and `exr_codec` those of
    pictures; `debug` adds pictures for people to depths, normals, flows and segmentations, whose
    direction is `flow_direction`. `keyframe_multiplier` makes everything last so many times as
    long. `device_type`, `adaptive_threshold`, `max_samples` and `use_denoising` are those of
    `cycles_settings`; where there is no such device, the best one that is there renders, with a
    warning. `allow_skips`: what is there is not rendered. `addons` are enabled; `use_motion_blur`
    None: as the file says. `autoscale`: instead of `jobs`, as many as fit on the graphics cards
    when each needs `max_job_vram` (bytes, or as "4GB"). No other name can be given or set:
    TypeError, AttributeError.
    """

    executable: Command = None
    height: int = 512
    width: int = 512
    bit_depth: int = 8
    file_format: str = "PNG"
    exr_codec: str = "ZIP"
    depths: bool = False
    normals: bool = False
    flows: bool = False
    segmentations: bool = False
    flow_direction: str = "forward"
    debug: bool = True
    keyframe_multiplier: float = 1.0
    timeout: float = -1.0
    autoexec: bool = False
    device_type: str = "optix"
    adaptive_threshold: float = 0.05
    max_samples: int = 256
    use_denoising: bool = True
    log_dir: Union[str, "os.PathLike[str]", None] = "logs/"
    allow_skips: bool = True
    unbind_camera: bool = False
    use_animations: bool = True
    use_motion_blur: Optional[bool] = None
    addons: Optional[List[str]] = None
    jobs: int = 1
    autoscale: bool = False
    max_job_vram: Union[int, str, None] = None

    def __new__(cls, *_: Any, **members: Any) -> RenderConfig:
        """A config; names are checked here, so that the message can say what was meant."""
        for name in members:
            if name not in cls.__dataclass_fields__:
                raise TypeError(cls._has_no(name))
        return super().__new__(cls)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self.__dataclass_fields__:
            raise AttributeError(self._has_no(name))
        super().__setattr__(name, value)

    @classmethod
    def _has_no(cls, name: str) -> str:
        return f"{cls.__name__} has no {name!r}{nearest(name, cls.__dataclass_fields__)}"

    def spawn(self, layout: str = "rv") -> BlenderClients:
        """The clients that it asks for."""
        return BlenderClients.spawn(
            jobs=self.jobs_that_fit() if self.autoscale else self.jobs,
            timeout=self.timeout,
            log=self.log_dir,
            autoexec=self.autoexec,
            executable=self.executable,
            layout=layout,
        )

    def jobs_that_fit(self) -> int:
        """How many fit on the graphics cards; `jobs` with a warning where none can be asked.

        ValueError without `max_job_vram`, RuntimeError when not one fits.
        """
        if self.max_job_vram is None:
            raise ValueError("autoscale needs max_job_vram: what a job takes, as '4GB'")
        each = memory(self.max_job_vram)
        free = free_vram()
        if not free:
            logger.warning("autoscale: no NVIDIA card can be asked for its memory: jobs as given")
            return self.jobs
        fitting = sum(left // each for left in free)
        if fitting == 0:
            raise RuntimeError(f"no card has {self.max_job_vram} free for a job: {free} bytes")
        return fitting


def memory(size: Union[int, str]) -> int:
    """Bytes of a number or a text such as "4GB", "512M". ValueError for anything else."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?\s*", str(size), re.IGNORECASE)
    value = int(float(found[1]) * UNITS[found[2].upper()]) if found is not None else 0
    if value < 1:
        raise ValueError(f"{size!r} is no size of memory, such as '4GB'")
    return value


def free_vram() -> List[int]:
    """Bytes that are free on each NVIDIA card; empty where they cannot be asked."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    command = [tool, "--query-gpu=memory.free", "--format=csv,noheader,nounits"]
    asked = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    lines = asked.stdout.split() if asked.returncode == 0 else []
    return [int(line) * UNITS["M"] for line in lines if line.isdigit()]
