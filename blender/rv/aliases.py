# SPDX-License-Identifier: MIT
"""Type names of the scene API, for annotations in scene scripts and in this package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, Set, Tuple, Union

if TYPE_CHECKING:
    from .passes import RenderPass

Float2 = Tuple[float, float]
Float3 = Tuple[float, float, float]
Float4 = Tuple[float, float, float, float]
ColorRGB = Float3
ColorRGBA = Float4
Color = Union[ColorRGB, ColorRGBA, Sequence[float]]
OptionalColor = Optional[Color]
Resolution = Tuple[int, int]
JSONSerializable = Union[None, bool, int, float, str, List[Any], Dict[str, Any]]
TagSet = Set[str]
SemanticChannelSet = Set[str]
RenderPassSet = Set["RenderPass"]
