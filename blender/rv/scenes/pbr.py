# SPDX-License-Identifier: MIT
"""Materials out of folders of textures, which are known by the ends of their names."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Any, Dict, Optional

from ..plain.files import existing_folder, listed, matching
from ..plain.values import number
from .shader import Expr, FloatExpr, Graph, NormalExpr, NormalMap, PrincipledBSDF, TextureImage
from .shader import coerce

PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".exr", ".hdr", ".tga", ".bmp", ".webp")
# Words of file names, in lower case, and what such a texture is.
_WORDS: Dict[str, str] = {
    **dict.fromkeys(("albedo", "basecolor", "diffuse", "diff", "color", "colour", "col"), "color"),
    **dict.fromkeys(("normal", "normalgl", "nor", "nrm"), "normal"),
    **dict.fromkeys(("roughness", "rough"), "roughness"),
    **dict.fromkeys(("metallic", "metalness", "metal"), "metallic"),
    **dict.fromkeys(("ao", "ambientocclusion", "occlusion"), "ao"),
    **dict.fromkeys(("displacement", "disp", "height", "bump"), "height"),
    **dict.fromkeys(("opacity", "alpha"), "alpha"),
}
_OTHER_NORMALS = ("dx", "normaldx")  # whose green points down


@dataclass(frozen=True)
class TiledImage(TextureImage):
    """A TextureImage that is there several times along each side of the UV map."""

    tiles: float = 1.0
    """How often."""

    def _compile(self, graph: Graph) -> Any:
        output = super()._compile(graph)
        if self.tiles != 1.0:
            mapping = graph.node("ShaderNodeMapping", self)
            mapping.inputs["Scale"].default_value = (self.tiles,) * 3
            coordinates = graph.node("ShaderNodeTexCoord", self)
            graph.tree.links.new(coordinates.outputs["UV"], mapping.inputs["Vector"])
            graph.tree.links.new(mapping.outputs["Vector"], output.node.inputs["Vector"])
        return output


@dataclass(frozen=True)
class Bump(Expr):
    """A normal from a height: what is shaded as if it stood out of the surface."""

    height: FloatExpr
    """VALUE; 0 is lowest, 1 highest."""
    distance: float = 0.01
    """Metres between both."""
    normal: Optional[NormalExpr] = None
    """VECTOR: the normal that it starts from; None is the surface's."""
    value_type = "VECTOR"

    def __post_init__(self) -> None:
        object.__setattr__(self, "height", coerce(self.height, "VALUE", "height"))
        object.__setattr__(self, "distance", number(self.distance, "distance", 0))
        if self.normal is not None:
            object.__setattr__(self, "normal", coerce(self.normal, "VECTOR", "normal"))

    def _compile(self, graph: Graph) -> Any:
        node = graph.node("ShaderNodeBump", self)
        node.inputs["Distance"].default_value = self.distance
        for name, value in (("Height", self.height), ("Normal", self.normal)):
            if isinstance(value, Expr):
                graph.link(value, node.inputs[name])
        return node.outputs["Normal"]


def role_of(path: str) -> Optional[str]:
    """What a texture is by its name: its last word that tells counts; None when none does."""
    stem, suffix = os.path.splitext(os.path.basename(path))
    words = re.split("[^a-z0-9]+", stem.lower()) if suffix.lower() in PICTURES else []
    if any(word in _OTHER_NORMALS for word in words):
        return None
    return next((_WORDS[word] for word in reversed(words) if word in _WORDS), None)


def textures_in(folder: str) -> Dict[str, str]:
    """What each texture in a folder is, to its path; of several the first by name.

    FileNotFoundError when there is no such folder, ValueError when none has colours.
    """
    found: Dict[str, str] = {}
    for path in matching(existing_folder(folder)):
        role = role_of(path)
        if role is not None:
            found.setdefault(role, path)
    if "color" not in found:
        names = listed([os.path.basename(path) for path in matching(folder)])
        wanted = "texture named after albedo, basecolor, diffuse or color"
        raise ValueError(f"{folder} has no {wanted}, it has: {names}")
    return found


def shader_of(found: Dict[str, str], tiles: float, depth: float) -> PrincipledBSDF:
    """The shader of textures; `depth` is the distance between lowest and highest in metres."""
    maps = {
        role: TiledImage(path, "sRGB" if role == "color" else "Non-Color", tiles=tiles)
        for role, path in found.items()
    }
    color: Expr = maps["color"]
    if "ao" in maps:
        color = color * maps["ao"]
    normal: Optional[Expr] = NormalMap(maps["normal"]) if "normal" in maps else None
    if "height" in maps:
        normal = Bump(maps["height"], depth, normal)
    return PrincipledBSDF(
        base_color=color,
        roughness=maps.get("roughness"),
        metallic=maps.get("metallic"),
        normal=normal,
        alpha=maps.get("alpha"),
    )
