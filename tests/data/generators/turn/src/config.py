# SPDX-License-Identifier: MIT
from typing import Literal, Optional

from rv.vbvr import Field, GenerationConfig


class TaskConfig(GenerationConfig):
    domain: str = Field(default="turn")
    image_size: tuple[int, int] = (48, 32)
    video_frames: int = 8
    axis: Literal["x", "y", "z"] = "z"
    degrees: Optional[float] = Field(default=None, description="how far; None: drawn")
