# SPDX-License-Identifier: MIT
"""Add-ons of Blender that a sample asks for: on while it is loaded and rendered, then off again."""

from __future__ import annotations

from typing import List

import addon_utils

from .errors import SceneError


class Addons:
    """The add-ons that were enabled for the present sample."""

    def __init__(self) -> None:
        self._enabled: List[str] = []

    def enable(self, name: str) -> None:
        """Turns on the add-on of that module name, in any case.

        SceneError when there is none or it cannot be enabled.
        """
        modules = {module.__name__.lower(): module.__name__ for module in addon_utils.modules()}
        module = modules.get(name.lower())
        if module is None:
            raise SceneError(f"addons: this Blender has no add-on {name!r}")
        _, is_on = addon_utils.check(module)
        if is_on:
            return
        if addon_utils.enable(module, default_set=False, persistent=True) is None:
            raise SceneError(f"addons: {name} cannot be enabled")
        self._enabled.append(module)

    def restore(self) -> None:
        """Turns off what was turned on, the last one first."""
        while self._enabled:
            addon_utils.disable(self._enabled.pop(), default_set=False)
