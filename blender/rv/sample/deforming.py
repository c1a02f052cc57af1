# SPDX-License-Identifier: MIT
"""The vertices of what deforms, frame by frame: its motion follows from them.

    deforming = Deforming(scene, instances, frames, warn)
    deforming.note()                          # at each frame
    members["files"].update(deforming.files)
    deforming.write(directory)                # the file SURFACES

What may deform is told as for the record's `deforms`. A surface can be followed while it has the
same faces as when it was first seen; how Blender cuts them into triangles may change. Of what has
no faces, and of metaballs, nothing is known: then there is a warning.
"""

from __future__ import annotations

import math
import os
from array import array
from dataclasses import dataclass, field
from typing import Callable, Dict, List, Optional, Set

import bpy

from ..engine import measure, surfaces
from ..engine.surfaces import Shape
from ..plain import npz
from ..plain.npz import Numbers
from ..scenes.scene import Scene
from . import indexed
from .instances import Instances

SURFACES = "surfaces.npz"
BYTES_MAX = 1 << 30  # of all vertices in all frames
_NOWHERE = -1


@dataclass
class _Followed:
    """A surface: its shape when it was first seen, and of each frame the vertices and which of the
    triangulations it has; _NOWHERE where it is not known."""

    first: Shape
    triangulations: List[array] = field(default_factory=list)  # type: ignore[type-arg]
    vertices: array = field(default_factory=lambda: array("f"))  # type: ignore[type-arg]
    which: array = field(default_factory=lambda: array("i"))  # type: ignore[type-arg]

    def skip(self, count: int) -> None:
        """There are so many frames in which nothing is known."""
        self.vertices.extend(array("f", [math.nan]) * (count * len(self.first.vertices)))
        self.which.extend([_NOWHERE] * count)

    def add(self, shape: Shape) -> None:
        """It is so in the next frame."""
        if shape.triangles not in self.triangulations:
            self.triangulations.append(shape.triangles)
        self.vertices.extend(shape.vertices)
        self.which.append(self.triangulations.index(shape.triangles))


class Deforming:
    """Those of one sequence, of so many frames; of none where `frames` is 0."""

    def __init__(
        self, scene: Scene, apart: Instances, frames: int, warn: Callable[[str], None]
    ) -> None:
        self._scene = scene
        self._instances = apart
        self._frames = frames
        self._warn = warn
        self._noted = 0
        self._bytes = 0
        self._followed: Dict[int, _Followed] = {}
        self._lost: Set[int] = set()  # of which it was said that they are not followed

    @property
    def files(self) -> Dict[str, str]:
        """Role to name of what `write` writes."""
        return {"surfaces": SURFACES} if self._followed else {}

    def note(self) -> None:
        """Takes down the surfaces of the frame that Blender stands at."""
        if not self._frames:
            return
        for index, evaluated, _ in indexed.present(self._scene, self._instances):
            if measure.may_deform(evaluated.original):
                self._take(index, surfaces.shape_of(evaluated))
        self._noted += 1
        for followed in self._followed.values():
            followed.skip(self._noted - len(followed.which))

    def _take(self, index: int, shape: Optional[Shape]) -> None:
        if shape is None:
            self._lose(index, "it has no faces that last")
            return
        if index not in self._followed and index not in self._lost:
            self._bytes += 4 * len(shape.vertices) * self._frames
            if self._bytes > BYTES_MAX:
                self._lose(index, "all vertices in all frames are more than 1 GiB")
                return
            self._followed[index] = _Followed(shape)
        followed = self._followed.get(index)
        if followed is None:
            return
        followed.skip(self._noted - len(followed.which))
        if shape.faces == followed.first.faces and len(shape.vertices) == len(
            followed.first.vertices
        ):
            followed.add(shape)
        else:
            frame = bpy.context.scene.frame_current
            self._lose(index, f"it has other faces in frame {frame}")

    def _lose(self, index: int, reason: str) -> None:
        if index not in self._lost:
            self._lost.add(index)
            self._warn(f"object {index} deforms: its motion is not known, as {reason}")

    def write(self, directory: str) -> None:
        """Writes the file, if there is something in it."""
        arrays: Dict[str, Numbers] = {}
        for index, found in self._followed.items():
            count, cuts = len(found.first.vertices) // 3, found.triangulations
            joined = array("i", b"".join(cut.tobytes() for cut in cuts))
            sides = (len(cuts), len(joined) // 3 // max(len(cuts), 1), 3)
            arrays[f"{index}.vertices"] = Numbers((self._noted, count, 3), found.vertices)
            arrays[f"{index}.triangles"] = Numbers(sides, joined)
            arrays[f"{index}.triangulation"] = Numbers((self._noted,), found.which)
        if arrays:
            npz.write(os.path.join(directory, SURFACES), arrays)
