# SPDX-License-Identifier: MIT
"""What lasts in Blender beyond the data of a sample: preferences, names of drivers, handlers.

compat.reset does not touch it.
"""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

import bpy

SECTIONS = ("edit", "filepaths", "system", "view")


class Session:
    """All that as the worker found it."""

    def __init__(self) -> None:
        handlers = bpy.app.handlers
        lists = [name for name in dir(handlers) if isinstance(getattr(handlers, name), list)]
        self._handlers = {name: list(getattr(handlers, name)) for name in lists}
        self._names: Dict[str, Any] = dict(bpy.app.driver_namespace)
        self._preferences: List[Tuple[str, str, Any]] = []
        for section in SECTIONS:
            owner = getattr(bpy.context.preferences, section)
            for prop in owner.bl_rna.properties:
                plain = prop.type in ("BOOLEAN", "INT", "FLOAT", "ENUM", "STRING")
                if plain and not prop.is_readonly and not getattr(prop, "is_array", False):
                    name = prop.identifier
                    self._preferences.append((section, name, getattr(owner, name)))

    def restore(self) -> None:
        """Puts it back."""
        for name, kept in self._handlers.items():
            getattr(bpy.app.handlers, name)[:] = kept
        if bpy.app.driver_namespace != self._names:
            bpy.app.driver_namespace.clear()
            bpy.app.driver_namespace.update(self._names)
        preferences = bpy.context.preferences
        for section, name, kept in self._preferences:
            owner = getattr(preferences, section)
            if getattr(owner, name) != kept:
                setattr(owner, name, kept)
