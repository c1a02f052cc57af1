# SPDX-License-Identifier: MIT
"""What lasts in Blender beyond the data of a sample: preferences, names of drivers, handlers,
properties of the window manager.

compat.reset does not touch it.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, Dict, Iterator, List

import bpy

SECTIONS = ("edit", "experimental", "filepaths", "system", "view")
DEBUG = [name for name in dir(bpy.app) if name.startswith("debug") and name != "debug_freestyle"]


class Session:
    """All that as the worker found it."""

    def __init__(self) -> None:
        handlers = bpy.app.handlers
        lists = [name for name in dir(handlers) if isinstance(getattr(handlers, name), list)]
        self._handlers = {name: list(getattr(handlers, name)) for name in lists}
        self._names: Dict[str, Any] = dict(bpy.app.driver_namespace)
        self._preferences = {}
        for section in SECTIONS:
            owner = getattr(bpy.context.preferences, section)
            names = [prop.identifier for prop in owner.bl_rna.properties if _is_plain(prop)]
            self._preferences[section] = _Members(owner, names)
        self._properties = {block.name: set(block.keys()) for block in _of_the_window()}
        self._debug = _Members(bpy.app, DEBUG)

    def restore(self) -> None:
        """Puts it back."""
        for name, kept in self._handlers.items():
            getattr(bpy.app.handlers, name)[:] = kept
        if bpy.app.driver_namespace != self._names:
            bpy.app.driver_namespace.clear()
            bpy.app.driver_namespace.update(self._names)
        for section, members in self._preferences.items():
            members.restore(getattr(bpy.context.preferences, section))
        for block in _of_the_window():
            for name in set(block.keys()) - self._properties.get(block.name, set()):
                del block[name]
        self._debug.restore(bpy.app)


class _Members:
    """Values of some members of something, two names or more."""

    def __init__(self, owner: Any, names: List[str]) -> None:
        self._names = names
        self._read = attrgetter(*names)
        self._kept = self._read(owner)

    def restore(self, owner: Any) -> None:
        """Puts them back; all are read at once, which costs half as much as one by one."""
        if self._read(owner) != self._kept:
            for name, kept in zip(self._names, self._kept):
                if getattr(owner, name) != kept:
                    setattr(owner, name, kept)


def _is_plain(prop: Any) -> bool:
    """Whether a property is one value that can be set."""
    plain = prop.type in ("BOOLEAN", "INT", "FLOAT", "ENUM", "STRING")
    return plain and not prop.is_readonly and not getattr(prop, "is_array", False)


def _of_the_window() -> Iterator[Any]:
    """Data-blocks that belong to Blender's window and are there for all scenes."""
    yield from bpy.data.window_managers
    yield from bpy.data.workspaces
    yield from bpy.data.screens
