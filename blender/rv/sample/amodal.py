# SPDX-License-Identifier: MIT
"""What the picture does not show of objects: behind others, and beyond its border.

Objects that may be hidden or cut, by their boxes (plain/hiding.py), are rendered without the
others, as labels are: several in one render where they cannot meet. What is within the picture
comes from a render with the picture's own camera, so its rays are those of the index map; what is
beyond from one whose picture reaches further. The file of a picture is JSON:

    {"objects":[{"index":3,"top":-2,"rows":[[5,4],[4,6,12,1]]}],"unknown":[7]}

Of each object, line after line from the picture's line `top` on, runs of pixels: x, how many, x,
how many. An object that is not there is shown whole; one with pixels beyond the border alone is not
hidden. Of the `unknown`, which cannot be rendered without others, nothing is said.
"""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Optional, Sequence, Set, Tuple

import bpy

from ..engine import measure, passes, units
from ..engine.adjust import Changes, forget_render
from ..engine.passes import RenderPass
from ..engine.wide_camera import WideCamera
from ..plain import hiding, index_rows
from ..plain.errors import SceneError
from ..plain.hiding import Box, Margins, Rectangle, Shape
from ..plain.meta import dumps
from ..plain.projection import Projection, transformed
from ..scenes.camera import projection_of
from . import render
from .file_scene import WITHOUT_SURFACE
from .settings import ImageFormat

_NO_MARGINS: Margins = (0, 0, 0, 0)
Lines = Dict[int, List[int]]  # by the line's number runs of pixels


@dataclass
class _Thing:
    """All that has one index."""

    boxes: List[Box] = field(default_factory=list)
    reaches_anywhere: bool = False
    is_alone: bool = True  # it can be rendered without others

    @property
    def shape(self) -> Shape:
        return Shape(None if self.reaches_anywhere else tuple(self.boxes))


class Amodal:
    """Of one camera's pictures."""

    def __init__(self, name: str) -> None:
        self._camera = WideCamera(name)

    def draw(self, directory: str, name: str) -> None:
        """Writes the file of the frame that Blender stands at, with the scene as labels are
        rendered of it. SceneError, RenderError."""
        scene = bpy.context.scene
        view = projection_of(scene, bpy.context.evaluated_depsgraph_get())
        if view.matrix is None:
            raise SceneError("amodal needs a camera of the type PERSP or ORTHO")
        things = _things()
        shapes = {index: thing.shape for index, thing in things.items()}
        around = {index: shape.rectangle(view) for index, shape in shapes.items()}
        rectangles = {index: found for index, found in around.items() if found is not None}
        found = self._found(directory, name, view, things, shapes, rectangles)
        unknown = [index for index in sorted(rectangles) if index and not things[index].is_alone]
        said = [_said(index, found[index]) for index in sorted(found)]
        with open(os.path.join(directory, name), "w", encoding="ascii") as file:
            file.write(dumps({"objects": said, "unknown": unknown}) + "\n")

    def _found(
        self,
        directory: str,
        name: str,
        view: Projection,
        things: Dict[int, _Thing],
        shapes: Dict[int, Shape],
        rectangles: Dict[int, Rectangle],
    ) -> Dict[int, Lines]:
        """The lines of each index."""
        width, height = view.resolution
        hidden = hiding.hidden(shapes, rectangles, view)
        beyond = {i: hiding.margins(rectangles[i], view.resolution) for i in rectangles}
        picture = (0.0, 0.0, float(width), float(height))
        wanted = {
            i for i in rectangles if things[i].is_alone and hiding.meet(rectangles[i], picture)
        }
        inside = hiding.groups([i for i in hidden if i in wanted], rectangles)
        cut = [i for i in sorted(wanted) if i and any(beyond[i])]
        shots = [(group, _NO_MARGINS) for group in inside]
        for group in hiding.groups(cut, rectangles):
            left, top, right, bottom = (max(sides) for sides in zip(*(beyond[i] for i in group)))
            shots.append((group, (left, top, right, bottom)))
        found: Dict[int, Lines] = {}
        with Changes() as changes:
            if shots:
                changes.callback(forget_render, bpy.context.scene)
            for group, margins in shots:
                for index, y, runs in self._render(directory, name, group, margins):
                    kept = runs
                    if any(margins) and 0 <= y < height:
                        kept = _outside(runs, width)
                    if kept:
                        found.setdefault(index, {}).setdefault(y, []).extend(kept)
        return found

    def _render(
        self, directory: str, name: str, group: Sequence[int], margins: Margins
    ) -> Iterator[Tuple[int, int, List[int]]]:
        """Index, line and runs of what these cover, in the picture's coordinates."""
        scene, layer = bpy.context.scene, bpy.context.view_layer
        exr = name + ".exr"
        with Changes() as changes:
            _show(changes, set(group))
            if any(margins):
                self._camera.use(changes, scene, margins)
            render.render(directory, {"passes": exr}, "none", ImageFormat())
        channel = passes.channels(layer, {RenderPass.OBJECT_INDEX}, (), "")["index"]
        assert isinstance(channel, str)
        path, (left, top, _, _) = os.path.join(directory, exr), margins
        for y, line in index_rows.rows(path, channel):
            for index, runs in line.items():
                moved = [at if k % 2 else at - left for k, at in enumerate(runs)]
                yield index, y - top, moved
        os.remove(path)


def _show(changes: Changes, indices: Set[int]) -> None:
    """Only these, for the camera."""
    for obj in bpy.data.objects:
        if obj.type not in WITHOUT_SURFACE and obj.pass_index not in indices:
            changes.set(obj, "visible_camera", False)


def _outside(runs: List[int], width: int) -> List[int]:
    """The parts of runs that are beside a line of the picture."""
    found: List[int] = []
    for x, count in zip(runs[0::2], runs[1::2]):
        for begin, end in ((x, min(x + count, 0)), (max(x, width), x + count)):
            if begin < end:
                found += (begin, end - begin)
    return found


def _said(index: int, lines: Lines) -> Dict[str, Any]:
    top, bottom = min(lines), max(lines)
    rows = [_sorted(lines.get(y, [])) for y in range(top, bottom + 1)]
    return {"index": index, "top": top, "rows": rows}


def _sorted(runs: List[int]) -> List[int]:
    pairs = sorted(zip(runs[0::2], runs[1::2]))
    return list(itertools.chain.from_iterable(pairs))


# -- what is there


def _things() -> Dict[int, _Thing]:
    """All that the camera may see at the present frame, by index; 0 for what has none."""
    found: Dict[int, _Thing] = {}
    extents: Dict[Any, Optional[measure.Extent]] = {}
    for entry in bpy.context.evaluated_depsgraph_get().object_instances:
        obj = entry.object
        maker = entry.parent.original if entry.is_instance and entry.parent else obj.original
        if obj.type in WITHOUT_SURFACE or not _is_seen(obj.original) or not _is_seen(maker):
            continue
        thing = found.setdefault(obj.original.pass_index, _Thing())
        if maker != obj.original:  # not one of its own, and of no index of its own
            thing.is_alone = False
            found.setdefault(maker.pass_index, _Thing()).is_alone = False
        at = (obj.original.name_full, 0 if obj.data is None else obj.data.as_pointer())
        if at not in extents:
            extents[at] = None if _may_grow(obj) else measure.extent(obj)
        extent = extents[at]
        if extent is None:
            thing.reaches_anywhere |= obj.type != "MESH" or len(obj.data.vertices) > 0
        else:
            matrix = units.in_metres(entry.matrix_world)
            thing.boxes.append(tuple(transformed(matrix, p) for p in measure.box_corners(extent)))
    return found


def _is_seen(obj: bpy.types.Object) -> bool:
    return obj.visible_camera and not obj.hide_render


def _may_grow(evaluated: bpy.types.Object) -> bool:
    """Whether a render shows it beyond the box of its geometry: hair, displacement."""
    if evaluated.type == "META" or evaluated.particle_systems:
        return True
    materials = [slot.material for slot in evaluated.material_slots if slot.material is not None]
    return any(_is_displacing(material) for material in materials)


def _is_displacing(material: bpy.types.Material) -> bool:
    tree = material.node_tree
    outputs = [n for n in tree.nodes if n.type == "OUTPUT_MATERIAL"] if tree is not None else []
    return any(node.inputs["Displacement"].is_linked for node in outputs)
