# SPDX-License-Identifier: MIT
"""Classes of scripts that are no scenes, but stand for one."""

from __future__ import annotations

from typing import Type

from .scene import Scene


class SceneMaker:
    """A script subclasses it in the place of `Scene`."""

    @classmethod
    def is_base(cls) -> bool:
        """Whether it is one of rv's own, which scripts only import."""
        return cls.__module__.partition(".")[0] == __name__.partition(".")[0]

    @classmethod
    def scene_class(cls) -> Type[Scene]:
        """The scene that it stands for."""
        raise NotImplementedError
