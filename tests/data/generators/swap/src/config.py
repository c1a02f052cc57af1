# SPDX-License-Identifier: MIT
from rv.vbvr import GenerationConfig


class TaskConfig(GenerationConfig):
    domain: str = "swap"
    image_size: tuple[int, int] = (48, 32)
    video_frames: int = 6
