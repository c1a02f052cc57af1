# SPDX-License-Identifier: MIT
"""Which of Blender's data-blocks rv has made, and in which run; removing them again.

They carry the custom properties `_rv_owned` (True) and `_rv_run_id` (32 hexadecimal digits). A
worker does not need them, since it empties Blender between samples; a Blender that is somebody's
own does.
"""

from __future__ import annotations

import uuid
from typing import Any, Optional

import bpy

from . import compat

OWNED = "_rv_owned"
RUN_ID = "_rv_run_id"


class Run:
    """The present run; `id` is None between runs."""

    def __init__(self) -> None:
        self.id: Optional[str] = None


RUN = Run()

# What goes when nobody uses it any more; users come before what they use.
_UNUSED = ("meshes", "cameras", "lights", "curves", "materials", "node_groups", "images")


def own(block: Any) -> Any:
    """Marks a data-block as made in the present run; the block. None is fine."""
    if block is not None and block.library is None:
        block[OWNED] = True
        block[RUN_ID] = RUN.id or ""
    return block


def is_alive(block: Any) -> bool:
    """False for a reference to a data-block that was removed from Blender."""
    try:
        return block.name is not None
    except ReferenceError:
        return False


def is_owned(block: Any) -> bool:
    """Whether rv has made it."""
    return block is not None and bool(block.get(OWNED))


def begin(run_id: Optional[str] = None) -> str:
    """Starts a run, a random one by default; its id."""
    RUN.id = run_id or uuid.uuid4().hex
    return RUN.id


def begin_sample(seed: int) -> str:
    """Starts the run of a sample. Its id is the seed's: it reaches files that rv exports."""
    return begin(uuid.uuid5(uuid.NAMESPACE_OID, f"rv/{seed}").hex)


def end() -> None:
    """Ends the run."""
    RUN.id = None


def clear(purge_orphans: bool) -> None:
    """Removes objects and worlds that rv has made, and of the rest what is not used any more."""
    compat.detach_compositor(bpy.context.scene, is_owned)
    doomed = [block for kind in (bpy.data.objects, bpy.data.worlds) for block in kind]
    bpy.data.batch_remove([block for block in doomed if is_owned(block)])
    for name in _UNUSED:
        blocks = [b for b in getattr(bpy.data, name) if is_owned(b) and b.users == 0]
        bpy.data.batch_remove(blocks)
    if purge_orphans:
        bpy.data.orphans_purge(do_recursive=True)
