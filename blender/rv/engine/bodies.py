# SPDX-License-Identifier: MIT
"""Rigid bodies in Blender: how far from its surface a body collides, and taking bodies away."""

from __future__ import annotations

from typing import List

import bpy

from . import measure

MARGIN_SHARE = 0.01  # of the smallest dimension
_TO_FIT = "_rv_margin"  # property of an object whose margin waits for an update of the scene


def fit_margin(obj: bpy.types.Object) -> None:
    """Gives a body the margin that its size wants: at once where that needs no update of the scene,
    else when `fit_margins` is called, for all bodies in one."""
    if measure.is_known(obj):
        obj.rigid_body.collision_margin = _margin(obj)
    else:
        obj[_TO_FIT] = True


def fit_margins() -> None:
    """To be called before anything is simulated."""
    waiting = [obj for obj in bpy.data.objects if _TO_FIT in obj]
    margins = [_margin(obj) for obj in waiting]  # what is set wants another update
    for obj, margin in zip(waiting, margins):
        obj.rigid_body.collision_margin = margin
        keep_margin(obj)


def keep_margin(obj: bpy.types.Object) -> None:
    """A body has the margin that it is to have."""
    if _TO_FIT in obj:
        del obj[_TO_FIT]


def _margin(obj: bpy.types.Object) -> float:
    return MARGIN_SHARE * min(measure.dimensions(obj))


def take(objects: List[bpy.types.Object]) -> None:
    """Takes the rigid bodies away from all of them at once: one by one takes 0.1 s each.

    Blender has nothing but an operator for it, which sees no hidden ones.
    """
    if not objects:
        return
    hidden = [obj for obj in objects if obj.hide_viewport]
    for obj in hidden:
        obj.hide_viewport = False
    with bpy.context.temp_override(
        object=objects[0],
        active_object=objects[0],
        selected_objects=objects,
        selected_editable_objects=objects,
    ):
        bpy.ops.rigidbody.objects_remove()
    for obj in objects:
        keep_margin(obj)
    for obj in hidden:
        obj.hide_viewport = True
