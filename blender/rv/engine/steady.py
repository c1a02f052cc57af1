# SPDX-License-Identifier: MIT
"""What Blender computes comes out the same to the last bit, however its threads take turns.

Blender before 4.1 adds up the normals of vertices face by face, in several threads once a mesh has
more than 1024 faces, and sums depend on the order. So all that it does runs in one thread there,
but for renders by Cycles, which find the normals made, and what is asked for by `threads`. Its
tasks are those of the library TBB, which is told so (`tbb::global_control`); where TBB is a part of
Blender's program and cannot be called, as in the builds of blender.org, last bits may differ. Not
reached either: shapes that motion blur looks at between frames.
"""

from __future__ import annotations

import contextlib
import ctypes
from typing import Any, Iterator, Optional, Set

import bpy

from . import compat

_CREATE = "_ZN3tbb6detail2r16createERNS0_2d114global_controlE"
_DESTROY = "_ZN3tbb6detail2r17destroyERNS0_2d114global_controlE"
_MAX_ALLOWED_PARALLELISM = 0
_LIBRARY = "/libtbb.so."


class _Control(ctypes.Structure):
    """As `tbb::global_control` lies in memory."""

    _fields_ = [
        ("value", ctypes.c_size_t),
        ("reserved", ctypes.c_ssize_t),
        ("parameter", ctypes.c_int),
    ]


class _Single:
    """Whether TBB has one thread only, which it has while `control` is created."""

    def __init__(self) -> None:
        self.library: Optional[Any] = None
        self.is_on = False
        self._control = _Control(1, 0, _MAX_ALLOWED_PARALLELISM)

    def turn(self, is_on: bool) -> None:
        """Turns it on or off; nothing where there is no library to tell."""
        if self.library is not None and self.is_on != is_on:
            getattr(self.library, _CREATE if is_on else _DESTROY)(ctypes.byref(self._control))
            self.is_on = is_on


SINGLE = _Single()


def begin() -> None:
    """From now on all is done in one thread, where that is needed; once in a process."""
    if SINGLE.is_on or not compat.NORMALS_DEPEND_ON_THREADS:
        return
    SINGLE.library = _library()
    if SINGLE.library is None:
        return
    SINGLE.turn(True)
    from cycles import engine  # Blender's add-on, which is there once it is enabled

    render = engine.render

    def render_with_normals(self: Any, depsgraph: bpy.types.Depsgraph) -> None:
        _make_normals(depsgraph)
        with threads():
            render(self, depsgraph)

    engine.render = render_with_normals


def _library() -> Optional[Any]:
    """TBB, when this process has it as a library of its own."""
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="replace") as file:
            paths = [line.split(None, 5)[5].strip() for line in file if _LIBRARY in line]
        library = ctypes.CDLL(paths[0]) if paths else None
    except OSError:
        return None
    return library if hasattr(library, _CREATE) and hasattr(library, _DESTROY) else None


def _make_normals(depsgraph: bpy.types.Depsgraph) -> None:
    """Lets Blender make the normals of all meshes that it renders; it keeps them."""
    made: Set[int] = set()
    for entry in depsgraph.object_instances:
        mesh = entry.object.data
        if isinstance(mesh, bpy.types.Mesh) and mesh.as_pointer() not in made and mesh.vertices:
            made.add(mesh.as_pointer())
            assert mesh.vertices[0].normal is not None  # to ask for one makes all


@contextlib.contextmanager
def threads() -> Iterator[None]:
    """All threads for what does not depend on their order."""
    was_on = SINGLE.is_on
    SINGLE.turn(False)
    try:
        yield
    finally:
        SINGLE.turn(was_on)
