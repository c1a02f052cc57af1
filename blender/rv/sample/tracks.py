# SPDX-License-Identifier: MIT
"""Tracks: points of surfaces that are followed through the frames.

    tracks = Tracks(scene, instances, count)
    members.update(tracks.begin())    # at the first frame: chooses the points
    tracks.note()                     # at each frame, of a still once
    tracks.write(directory)           # the file TRACK_POINTS, which rv-mask makes tracks of

Points are chosen by chance, by the stream `tracks` of the sample's seed: a triangle by its area in
the world in the first frame, of all objects and instances with an index that are visible there, and
a point of it. They lie there for good: at the same share of the same three vertices, whatever
becomes of the mesh. Where a mesh has another number of vertices than it had, nothing is known of
its points.
"""

from __future__ import annotations

import math
import os
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Callable, Dict, Iterator, List, Sequence, Tuple

import bpy
from mathutils import Matrix

from ..engine import instances, measure, surfaces, units
from ..engine.surfaces import Surface
from ..plain import npz
from ..plain.npz import Numbers
from ..plain.rng import Stream
from ..scenes.scene import Scene
from . import indexed
from .instances import Instances

TRACK_POINTS = "track_points.npz"
_UNKNOWN = ((math.nan,) * 3, (0.0,) * 3)


@dataclass(frozen=True)
class _Point:
    """On a triangle of the object with this index."""

    index: int
    face: int
    corners: Tuple[int, ...]
    weights: Tuple[float, ...]


class Tracks:
    """Those of one sample; none where `count` is 0."""

    def __init__(
        self, scene: Scene, apart: Instances, count: int, warn: Callable[[str], None]
    ) -> None:
        self._scene = scene
        self._instances = apart
        self._count = count
        self._warn = warn
        self._points: List[_Point] = []
        self._first: Dict[int, Surface] = {}  # of objects with points
        self._frames = 0
        self._world, self._normal = array("d"), array("f")
        self._changed: List[int] = []  # objects of which it was said that their mesh changes

    def begin(self) -> Dict[str, Any]:
        """Chooses the points; the members of the record that say how many are on each object."""
        found: Dict[int, Surface] = {}
        for index, evaluated, matrix in self._shown() if self._count else ():
            surface = surfaces.surface_of(evaluated, matrix)
            if surface is not None:
                found[index] = surface
        self._points = _chosen(found, self._count, self._scene.seed or 0)
        if self._count and not self._points:
            self._warn("no tracks: nothing that is visible in the first frame has a surface")
        counts: Dict[int, int] = {}
        for point in self._points:
            counts[point.index] = counts.get(point.index, 0) + 1
        self._first = {index: found[index] for index in counts}
        listed = [{"index": index, "points": counts[index]} for index in sorted(counts)]
        return {"tracks": listed} if listed else {}

    @property
    def files(self) -> Dict[str, str]:
        """Role to name of what `write` writes."""
        return {"track_points": TRACK_POINTS} if self._points else {}

    def note(self) -> None:
        """Takes down where the points are in the frame that Blender stands at."""
        if not self._points:
            return
        here: Dict[int, Tuple[Sequence[float], List[List[float]]]] = {}
        sides: Dict[int, int] = {}  # whether the normals of corners in their order point outwards
        for index, evaluated, matrix in indexed.present(self._scene, self._instances):
            if index in self._first:
                vertices = self._vertices(index, evaluated)
                if vertices:
                    rows = [list(row) for row in units.in_metres(matrix)[:3]]
                    here[index] = (vertices, rows)
                    sides[index] = self._first[index].outward * (-1 if _mirrors(rows) else 1)
        self._frames += 1
        for point in self._points:
            place, normal = _UNKNOWN
            if point.index in here:
                vertices, rows = here[point.index]
                place, normal = surfaces.place_on(vertices, point.corners, point.weights, rows)
            self._world.extend(place)
            self._normal.extend(sides.get(point.index, 0) * x + 0.0 for x in normal)  # no -0

    def write(self, directory: str) -> None:
        """Writes the file, if there are points."""
        if not self._points:
            return
        count, frames, points = len(self._points), self._frames, self._points
        weights = array("f", (weight for point in points for weight in point.weights))
        arrays = {
            "barycentric": Numbers((count, 3), weights),
            "corners": Numbers((count, 3), array("i", (c for p in points for c in p.corners))),
            "face": Numbers((count,), array("i", (point.face for point in points))),
            "normal": Numbers((frames, count, 3), self._normal),
            "object": Numbers((count,), array("i", (point.index for point in points))),
            "world": Numbers((frames, count, 3), self._world),
        }
        npz.write(os.path.join(directory, TRACK_POINTS), arrays)

    def _vertices(self, index: int, evaluated: bpy.types.Object) -> Sequence[float]:
        """Those of the present frame; none where they are no longer those of the first one."""
        first = self._first[index].vertices
        source = evaluated.original
        if source.pass_index == index and not measure.may_deform(source):
            return first
        vertices = surfaces.vertices_of(evaluated)
        if len(vertices) == len(first):
            return vertices
        if index not in self._changed:
            self._changed.append(index)
            frame = bpy.context.scene.frame_current
            self._warn(f"the mesh of object {index} is another in frame {frame}: no tracks on it")
        return ()

    def _shown(self) -> Iterator[Tuple[int, bpy.types.Object, Matrix]]:
        """What is visible in the present frame, by its index."""
        for owner, item in indexed.own(self._scene):
            if owner._is_visible() and instances.shows_itself(owner.obj):
                yield item
        yield from self._instances.surfaces()


def _mirrors(rows: Sequence[Sequence[float]]) -> bool:
    """Whether a matrix turns right hands into left ones."""
    return Matrix([row[:3] for row in rows]).determinant() < 0.0


def _chosen(found: Dict[int, Surface], count: int, seed: int) -> List[_Point]:
    """Points on surfaces, sorted by the index of their object."""
    order = sorted(found)
    areas = [area for index in order for area in found[index].areas]
    sums = list(accumulate(areas))
    if not sums or not sums[-1] > 0.0:
        return []
    starts = list(accumulate((len(found[index].areas) for index in order), initial=0))
    stream, points = Stream(seed, "tracks"), []
    for _ in range(count):
        at = min(bisect_right(sums, stream.random() * sums[-1]), len(sums) - 1)
        edge, along = math.sqrt(stream.random()), stream.random()
        which = bisect_right(starts, at) - 1
        surface, number = found[order[which]], at - starts[which]
        corners = tuple(surface.triangles[3 * number : 3 * number + 3])
        weights = (1.0 - edge, edge * (1.0 - along), edge * along)
        points.append(_Point(order[which], surface.faces[number], corners, weights))
    return sorted(points, key=lambda point: point.index)
