# SPDX-License-Identifier: MIT
"""Add-ons of Blender that a sample asks for: on while it is loaded and rendered, then off again."""

from __future__ import annotations

import sys
from typing import Any, List, Sequence, Set

import addon_utils
import bpy

from ..plain.errors import SceneError, UsageError
from ..plain.meant import nearest
from .guard import Spoiled


class Addons:
    """The add-ons of the present sample; `usual` are those that were on when the worker started."""

    def __init__(self) -> None:
        self._enabled: List[str] = []
        self._modules: Set[str] = set(sys.modules)
        self.usual = {name for name in _listed() | self._modules if _is_on(name)}
        self._preferences = _listed()
        self._lost: Set[str] = set()  # those whose preferences the present sample has removed

    def enable(self, names: Sequence[str], of_command: Sequence[str]) -> None:
        """Turns on the add-ons of those module names, in any case.

        UsageError when there is none of a name that is in `of_command`, SceneError when there is
        none of another or it cannot be enabled.
        """
        if not names and not of_command:
            return
        modules = {module.__name__.lower(): module.__name__ for module in addon_utils.modules()}
        for name in (*of_command, *names):
            if name.lower() not in modules:
                text = f"addons: this Blender has no add-on {name!r}"
                kind = UsageError if name in of_command else SceneError
                raise kind(text + nearest(name, modules.values()))
        for name in names:
            module = modules[name.lower()]
            _, is_on = addon_utils.check(module)
            if is_on:
                continue
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
