# SPDX-License-Identifier: MIT
"""Changes to Blender that put themselves back.

    with Changes() as changes:
        changes.set(scene.cycles, "samples", 1)
        send_away(changes, scene, others)
        ...
    # all is as it was, the last change first, whatever happened

What is set is read back: a value that Blender does not take as it is, is a ValueError.
"""

from __future__ import annotations

import contextlib
import math
from typing import Any, Iterable, Set

import bpy

# The kinds of rays that can be kept from seeing an object. Cycles has no object at all of one that
# none can see, nor of what it instances.
_RAYS = [name for name in bpy.types.Object.bl_rna.properties.keys() if name.startswith("visible_")]


def assign(owner: Any, name: str, value: Any) -> None:
    """Sets a property of Blender. ValueError when it becomes another value."""
    setattr(owner, name, value)
    found = getattr(owner, name)
    same = found == value
    if isinstance(found, float):
        same = math.isclose(found, value, rel_tol=1e-5, abs_tol=1e-6)
    if not same:
        raise ValueError(f"Blender makes {found!r} of {name} {value!r}")


class Changes(contextlib.ExitStack):
    """Notes how everything was before it was changed; it is so again at the end of the `with`."""

    def set(self, owner: Any, name: str, value: Any) -> None:
        """Sets a property for the time being. ValueError when Blender does not take the value."""
        before = getattr(owner, name)
        if before != value:
            self.callback(setattr, owner, name, before)
            assign(owner, name, value)


def forget_render(scene: bpy.types.Scene) -> None:
    """What is kept for the next render (persistent data) is made anew for it."""
    if scene.render.use_persistent_data:
        scene.render.use_persistent_data = False
        scene.render.use_persistent_data = True


class Returns:
    """Watches, over the renders of a sequence, for objects that come back into them.

    Those are behind the others in what Cycles keeps from render to render, and without a light tree
    (before 3.5, or where a file turns it off) noise depends on the order of what shines: a frame
    would not have the pixels that it has alone. So Cycles starts anew with such a frame.
    """

    def __init__(self) -> None:
        self._hidden: Set[str] = set()  # at the last render

    def begin_render(self, scene: bpy.types.Scene) -> None:
        """To be called before each render, at its frame."""
        hidden = {obj.name_full for obj in scene.objects if obj.hide_render}
        if self._hidden - hidden:
            forget_render(scene)
        self._hidden = hidden


def send_away(
    changes: Changes, scene: bpy.types.Scene, objects: Iterable[bpy.types.Object]
) -> None:
    """Takes objects, and what they instance, out of renders: nothing sees them, not even light.

    Works on what is shown or hidden by animation, too, and is much quicker than hiding. What comes
    back is behind the others, and noise depends on the order of the objects: Cycles starts anew.
    """
    changes.callback(forget_render, scene)
    forget_render(scene)
    for obj in objects:
        for ray in _RAYS:
            changes.set(obj, ray, False)


def hold_out(changes: Changes, objects: Iterable[bpy.types.Object]) -> None:
    """Makes holes of objects: they hide what is behind them, and are not seen themselves."""
    for obj in objects:
        changes.set(obj, "is_holdout", True)
