# SPDX-License-Identifier: MIT
"""Which objects a render has: those of its view layer, in collections that are rendered."""

from __future__ import annotations

from typing import Any, Set

import bpy


def shown() -> Set[str]:
    """Full names of the objects that are in a collection that is rendered, whether hidden or not.

    Objects of other scenes, of excluded collections, and those that nothing links are not.
    """
    found: Set[str] = set()

    def walk(layer: Any) -> None:
        if layer.collection.hide_render:
            return
        if not layer.exclude and not layer.indirect_only:
            found.update(obj.name_full for obj in layer.collection.objects)
        for child in layer.children:
            walk(child)

    walk(bpy.context.view_layer.layer_collection)
    return found
