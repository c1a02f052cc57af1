# SPDX-License-Identifier: MIT
from rv.vbvr import Field, GenerationConfig


class TaskConfig(GenerationConfig):
    domain: str = Field(default="ramp")
    image_size: tuple[int, int] = Field(default=(48, 32))
    video_frames: int = Field(default=12)
    max_blocks: int = Field(default=3, ge=1, le=8)
