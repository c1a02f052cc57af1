# SPDX-License-Identifier: MIT
"""A .blend file that was just opened, without what the way in which it was saved does to a render:
modes of the user interface, names that are no UTF-8, colours of its Output panel."""

from __future__ import annotations

from typing import Any, Iterator, List, Tuple

import bpy

from ..plain.errors import SceneError
from . import compat


def tidy() -> List[str]:
    """Does it; what there is to warn of. SceneError for what cannot be done."""
    told = _mend_names()
    _leave_modes()
    if compat.follow_scene_colors(bpy.context.scene):
        told.append("the colour settings of the file's Output panel are left out")
    return told


def _named() -> Iterator[Tuple[str, Any]]:
    """All that has a name that rv reads, and what it is called."""
    for prop in bpy.data.bl_rna.properties:
        if prop.type == "COLLECTION":
            for block in getattr(bpy.data, prop.identifier):
                yield f"the {prop.fixed_type.name.lower()}", block
    for scene in bpy.data.scenes:
        for layer in scene.view_layers:
            yield "the view layer", layer
            for aov in layer.aovs:
                yield "the AOV", aov


def _mend_names() -> List[str]:
    """Gives what files of Blender before 2.5 named in Latin-1 the same name in UTF-8."""
    told = []
    for what, block in list(_named()):
        try:
            _ = block.name
        except UnicodeDecodeError as error:
            name = bytes(error.object).decode("latin-1")
            if getattr(block, "library", None) is not None:
                raise SceneError(f"the name of {what} {name!r} of a library is no UTF-8") from None
            block.name = name
            told.append(f"the name of {what} {block.name!r} is no UTF-8: it is taken as Latin-1")
    return told


def _leave_modes() -> None:
    """Puts every object into object mode: what is in edit mode has no evaluated mesh."""
    for obj in bpy.context.view_layer.objects:
        if obj.mode != "OBJECT":
            with bpy.context.temp_override(
                object=obj, active_object=obj, selected_objects=[obj], objects_in_mode=[obj]
            ):
                bpy.context.view_layer.objects.active = obj
                bpy.ops.object.mode_set(mode="OBJECT")
