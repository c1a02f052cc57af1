# SPDX-License-Identifier: MIT
"""How files of a root are called, and what is in them: as rv does, or as visionsim does.

    normals/normal_000001.exr    R G B; X Y Z with rv
    flows/flow_000001.exr        R G: backward, B A: forward turned round, up; two files with rv
    segmentations/segmentation_000001.exr    V, floats; 16-bit PNG with rv

The rest differs in its name alone.
"""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Tuple

from . import pixels
from .parts import Parts

Files = Mapping[str, List[str]]  # role to its files, one for each frame

# Role to the folder and start of its files' names; those of the passes are those of its newer half.
NAMES = {
    "image": "frames/frame",
    "composite": "composites/composite",
    "depth": "depths/depth",
    "depth_preview": "depths/debug_depth",
    "normal_camera": "normals/normal",
    "normal_preview": "normals/debug_normal",
    "flow": "flows/flow",
    "flow_preview": "flows/debug_fwd_flow",
    "index": "segmentations/segmentation",
    "index_color_preview": "segmentations/debug_segmentation",
    "material_index": "materials/material",
    "material_index_preview": "materials/debug_material",
    "position": "points/point",
    "diffuse_color": "diffuse/color/color",
    "diffuse_direct": "diffuse/direct/direct",
    "diffuse_indirect": "diffuse/indirect/indirect",
    "glossy_color": "specular/color/color",
    "glossy_direct": "specular/direct/direct",
    "glossy_indirect": "specular/indirect/indirect",
}
FLOWS = ("flow_backward", "flow_forward")


class Made(NamedTuple):
    """A file of the root: which files of a part it is made of, and how; None: it is a link."""

    sources: Tuple[str, ...]
    name: str
    make: Any = None


def _renamed(data: bytes) -> bytes:
    width, height, planes = pixels.read_exr(data)
    return pixels.write_exr(width, height, {"RGB"["XYZ".index(c)]: planes[c] for c in "XYZ"})


def _joined(backward: bytes, forward: bytes) -> bytes:
    width, height, back = pixels.read_exr(backward)
    _, _, on = pixels.read_exr(forward)
    turned = {"R": back["U"], "G": _minus(back["V"]), "B": _minus(on["U"]), "A": on["V"]}
    return pixels.write_exr(width, height, turned)


def _minus(plane: Any) -> Any:
    return type(plane)("f", [-value for value in plane])


def _of_grey(data: bytes) -> bytes:
    width, height, plane = pixels.read_gray16(data)
    return pixels.write_exr(width, height, {"V": plane})


MAKERS: Dict[str, Callable[..., bytes]] = {
    "normal_camera": _renamed,
    "position": _renamed,
    "flow": _joined,
    "index": _of_grey,
    "material_index": _of_grey,
}


def _as_hdr(data: bytes) -> bytes:
    width, height, planes = pixels.read_exr(data)
    return pixels.write_hdr(width, height, planes["V"])


def files(layout: str, found: Files, depth_suffix: str = ".exr") -> Dict[str, List[Made]]:
    """Role to its files in the root, for the files of a part."""
    made = _named(found) if layout == "rv" else _of_visionsim(found)
    if depth_suffix != ".exr" and "depth" in made:
        made["depth"] = [
            Made(one.sources, os.path.splitext(one.name)[0] + depth_suffix, _as_hdr)
            for one in made["depth"]
        ]
    return made


def _named(found: Files) -> Dict[str, List[Made]]:
    return {role: [Made((name,), name) for name in names] for role, names in found.items()}


def _of_visionsim(found: Files) -> Dict[str, List[Made]]:
    sources: Dict[str, List[Tuple[str, ...]]] = {
        role: [(name,) for name in names] for role, names in found.items() if role not in FLOWS
    }
    if all(role in found for role in FLOWS):
        sources["flow"] = list(zip(*(found[role] for role in FLOWS)))
    return {role: [_made(role, one) for one in names] for role, names in sources.items()}


def _made(role: str, sources: Tuple[str, ...]) -> Made:
    number, suffix = os.path.splitext(os.path.basename(sources[0]))
    make = MAKERS.get(role)
    start = NAMES.get(role, f"{role}/{role}")
    return Made(sources, f"{start}_{number}{suffix if make is None else '.exr'}", make)


def publish(parts: Parts, ident: str, made: Mapping[str, List[Made]]) -> None:
    """Puts the files into the root, each in one step."""
    for role in made:
        for one in made[role]:
            if one.make is None:
                parts.link(ident, one.sources[0], one.name)
            else:
                parts.make(ident, one.sources, one.name, one.make)
