# SPDX-License-Identifier: MIT
"""Add-ons of Blender that a sample asks for: on while it is loaded and rendered, then off again."""

from __future__ import annotations

import sys
from typing import Any, List, Set

import addon_utils
import bpy

from ..plain.errors import SceneError
from .guard import Spoiled


class Addons:
    """The add-ons of the present sample; `usual` are those that were on when the worker started."""

    def __init__(self) -> None:
        self._enabled: List[str] = []
        self._modules: Set[str] = set(sys.modules)
        self.usual = {name for name in _listed() | self._modules if _is_on(name)}
        self._preferences = _listed()
        self._lost: Set[str] = set()  # those whose preferences the present sample has removed

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

    def mend(self) -> List[str]:
        """Turns on what a script has turned off, or removed the preferences of; what that was."""
        lost = self._preferences - _listed()
        off = {name for name in self.usual if not _is_on(name)}
        for name in sorted(lost & self.usual - off):
            addon_utils.disable(name)  # or it is not listed again
        for name in sorted(lost & self.usual | off):
            addon_utils.enable(name, default_set=True, persistent=True)
        self._lost |= lost
        return [f"the add-on {name}" for name in sorted(lost | off)]

    def restore(self) -> None:
        """Turns off what was turned on, the last one first; what scripts have turned on or off,
        too. Spoiled when settings of an add-on that is always on are gone."""
        self.mend()
        lost, self._lost = sorted(self._lost), set()
        while self._enabled:
            addon_utils.disable(self._enabled.pop(), default_set=False)
        new = sys.modules.keys() - self._modules
        for name in sorted(_listed() | new):
            if name not in self.usual and _is_on(name):
                addon_utils.disable(name, default_set=True)
        self._modules |= new
        if lost:
            raise Spoiled(f"settings of add-ons are gone: {', '.join(lost)}")


def _listed() -> Set[str]:
    """Those that the preferences know as on."""
    return set(bpy.context.preferences.addons.keys())


def _is_on(name: str) -> bool:
    module: Any = sys.modules.get(name)
    return bool(getattr(module, "__addon_enabled__", False))
