# SPDX-License-Identifier: MIT
"""Shader graphs as values: frozen expressions that are compiled into the nodes of a material.

Equal expressions are compiled once. `+ - * /` work between expressions, numbers and tuples; a
number or tuple takes the type of the expression it meets. An expression has a `value_type`: VALUE,
RGBA, VECTOR or SHADER.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Callable, Dict, Iterable, Iterator, Literal, Optional, Union

import bpy

from ..engine import compat
from ..engine.owned import own
from ..plain.types import ColorLike, VectorLike
from ..plain.values import choice, is_number, number, refuse, rgba, vector
from .stage import Stage

NODE_SPACING = 220
_NORMAL_SPACES = ("TANGENT", "OBJECT", "WORLD", "BLENDER_OBJECT", "BLENDER_WORLD")
# How files of PNG, JPEG, OpenEXR, Radiance, TIFF begin; of GIF and PNM, which Cycles alone reads.
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"v/1\x01", b"#?R", b"II*\0", b"MM\0*", b"GIF8") + tuple(
    b"P%d" % kind for kind in range(1, 7)
)
Show = Callable[[str], str]
"""From a path to what a record shows of it."""


def _field_names(expression: Expr) -> Iterable[str]:
    """Names of a dataclass's fields; dataclasses.fields is many times slower."""
    return vars(type(expression))["__dataclass_fields__"].keys()


class Expr:
    """Base of all expressions."""

    value_type = ""
    """VALUE, RGBA, VECTOR or SHADER."""

    def inputs(self) -> Iterator[Expr]:
        """The expressions that it is made of."""
        for name in _field_names(self):
            value = getattr(self, name)
            if isinstance(value, Expr):
                yield value

    @cached_property
    def x_depth(self) -> int:
        """How many expressions lie before it on the longest way."""
        return 1 + max((part.x_depth for part in self.inputs()), default=0)

    def to_meta(self, show: Optional[Show] = None) -> Dict[str, Any]:
        """`type` and every field, recursively, for the record, where paths are as `show` says."""
        meta: Dict[str, Any] = {"type": type(self).__name__}
        for name in _field_names(self):
            value = getattr(self, name)
            meta[name] = value.to_meta(show) if isinstance(value, Expr) else value
        return meta

    def _compile(self, graph: Graph) -> Any:
        """The output socket. Overridden by every expression."""
        raise NotImplementedError

    def _operate(self, operation: str, other: Any, reflected: bool = False) -> Any:
        if self.value_type == "SHADER" or getattr(other, "value_type", "") == "SHADER":
            raise TypeError("a shader has no arithmetic")
        if not isinstance(other, Expr) and not is_number(other) and not is_list(other):
            return NotImplemented
        operand = coerce(other, self.value_type, "an operand")
        left, right = (operand, self) if reflected else (self, operand)
        return BinaryMath(operation, left, right)

    def __add__(self, other: Operand) -> Expr:
        return self._operate("ADD", other)

    def __radd__(self, other: Operand) -> Expr:
        return self._operate("ADD", other, True)

    def __sub__(self, other: Operand) -> Expr:
        return self._operate("SUBTRACT", other)

    def __rsub__(self, other: Operand) -> Expr:
        return self._operate("SUBTRACT", other, True)

    def __mul__(self, other: Operand) -> Expr:
        return self._operate("MULTIPLY", other)

    def __rmul__(self, other: Operand) -> Expr:
        return self._operate("MULTIPLY", other, True)

    def __truediv__(self, other: Operand) -> Expr:
        return self._operate("DIVIDE", other)

    def __rtruediv__(self, other: Operand) -> Expr:
        return self._operate("DIVIDE", other, True)


# What may stand where a number, a colour, a vector, a normal or a shader is expected.
FloatExpr = Union[Expr, float]
"""A number, or an expression."""
ColorExpr = Union[Expr, float, ColorLike]
"""A linear colour, a grey, or an expression."""
VectorExpr = Union[Expr, float, VectorLike]
"""A vector, a number for all its components, or an expression."""
NormalExpr = Union[Expr, VectorLike]
"""A direction, or an expression."""
ShaderExpr = Expr
"""An expression of type SHADER."""
Operand = Union[Expr, float, ColorLike]
"""What an expression can be added to and multiplied with."""


def is_list(value: Any) -> bool:
    """Whether it is a list of components, in whatever form."""
    return (
        hasattr(value, "__len__") and hasattr(value, "__getitem__") and not isinstance(value, str)
    )


def coerce(value: Any, value_type: str, what: str = "value", *, of: object = None) -> Expr:
    """`value` as an expression where one of `value_type` is expected, else TypeError.

    An expression is taken as it is. A number becomes a grey or a vector of equal components where
    that is expected.
    """
    if isinstance(value, Expr):
        return value
    if is_list(value) and value_type != "VALUE":
        if value_type == "VECTOR":
            return VectorValue(vector(value, what, of=of))
        return ColorValue(rgba(value, what, of=of))
    if not is_number(value) and getattr(value, "shape", None) != ():
        wanted = {"RGBA": "a colour", "VECTOR": "a vector", "VALUE": "a number"}[value_type]
        refuse(TypeError, what, f"{wanted} or an expression", value, of)
    scalar = number(value, what, of=of)
    if value_type == "RGBA":
        return ColorValue((scalar, scalar, scalar, 1.0))
    if value_type == "VECTOR":
        return VectorValue((scalar, scalar, scalar))
    return Value(scalar)


class Graph:
    """The node tree of one material while it is built."""

    def __init__(self, tree: Any, stage: Stage) -> None:
        self.tree = tree
        self.stage = stage
        self._sockets: Dict[Expr, Any] = {}

    def compile(self, expression: Expr) -> Any:
        """The output socket of an expression; equal expressions share their nodes."""
        if expression not in self._sockets:
            self._sockets[expression] = expression._compile(self)
        return self._sockets[expression]

    def node(self, kind: str, expression: Expr) -> Any:
        """A new node, placed by its depth."""
        node = self.tree.nodes.new(kind)
        self.place(node, expression.x_depth)
        return node

    def place(self, node: Any, depth: int) -> None:
        """Puts a node into the column of `depth`, below those that are there.

        The nodes that every material comes with stay where they are.
        """
        if len(self.tree.nodes) <= 2:
            return
        node.location = (depth * NODE_SPACING, -NODE_SPACING * len(self.tree.nodes))

    def link(self, expression: Expr, socket: Any) -> None:
        """Feeds an expression into an input."""
        self.tree.links.new(self.compile(expression), socket)


@dataclass(frozen=True)
class Value(Expr):
    """A number."""

    value: float
    """The number."""
    value_type = "VALUE"

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", number(self.value, "a value"))

    def _compile(self, graph: Graph) -> Any:
        node = graph.node("ShaderNodeValue", self)
        node.outputs[0].default_value = self.value
        return node.outputs[0]


@dataclass(frozen=True)
class ColorValue(Expr):
    """A linear colour of 3 or 4 components. TypeError otherwise."""

    value: ColorLike
    """Red, green, blue, alpha."""
    value_type = "RGBA"

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", rgba(self.value))

    def _compile(self, graph: Graph) -> Any:
        node = graph.node("ShaderNodeRGB", self)
        node.outputs[0].default_value = self.value
        return node.outputs[0]


@dataclass(frozen=True)
class VectorValue(Expr):
    """A vector of 3 components. TypeError otherwise."""

    value: VectorLike
    """x, y, z."""
    value_type = "VECTOR"

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", vector(self.value, "a vector"))

    def _compile(self, graph: Graph) -> Any:
        node = graph.node("ShaderNodeCombineXYZ", self)
        for place, socket in enumerate(node.inputs):
            socket.default_value = self.value[place]
        return node.outputs[0]


@dataclass(frozen=True)
class TextureImage(Expr):
    """The colour of an image file at the surface's UV coordinates.

    The path is relative to the root directory; `~` is expanded. RuntimeError when the material is
    made and the file cannot be read.
    """

    path: str
    """The file."""
    colorspace: str = "sRGB"
    """`sRGB`, `Non-Color` or another name that Blender knows."""
    interpolation: Literal["Linear", "Closest", "Cubic", "Smart"] = "Linear"
    """`Linear`, `Closest`, `Cubic` or `Smart`."""
    projection: Literal["FLAT", "BOX", "SPHERE", "TUBE"] = "FLAT"
    """FLAT, BOX, SPHERE or TUBE."""
    value_type = "RGBA"

    def __post_init__(self) -> None:
        choice(self.interpolation, "interpolation", ("Linear", "Closest", "Cubic", "Smart"))
        choice(self.projection, "projection", ("FLAT", "BOX", "SPHERE", "TUBE"))
        path = os.path.abspath(os.path.expanduser(str(self.path)))
        object.__setattr__(self, "path", path)

    def to_meta(self, show: Optional[Show] = None) -> Dict[str, Any]:
        meta = super().to_meta(show)
        if show is not None:
            meta["path"] = show(self.path)
        return meta

    def _compile(self, graph: Graph) -> Any:
        node = graph.node("ShaderNodeTexImage", self)
        node.image = load_image(graph.stage, self.path, self.colorspace)
        node.interpolation = self.interpolation
        node.projection = self.projection
        return node.outputs["Color"]


def _is_picture(path: str) -> bool:
    """Whether a file begins like one of the usual pictures, which need not be decoded to know."""
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(16).startswith(_PICTURES)


def load_image(stage: Stage, path: str, colorspace: Optional[str] = None) -> Any:
    """The image of a file, loaded once per colour space. RuntimeError when it cannot be read."""
    path = os.path.abspath(os.path.expanduser(str(path)))
    stage.add_dependency(path)
    for image in bpy.data.images:
        same = image.source == "FILE" and bpy.path.abspath(image.filepath) == path
        if same and colorspace in (None, image.colorspace_settings.name):
            return image
    try:
        image = own(bpy.data.images.load(path, check_existing=False))
    except RuntimeError as error:
        told = str(error).strip().replace(path, stage.public_path(path))
        raise RuntimeError(told.removeprefix("Error: ")) from None
    if not _is_picture(path) and image.size[0] == 0:
        shown = stage.public_path(path)
        raise RuntimeError(f"Cannot read '{shown}': it is no picture that Blender knows")
    if colorspace is not None:
        image.colorspace_settings.name = colorspace
    return image


@dataclass(frozen=True)
class NormalMap(Expr):
    """A normal from a colour (usually a TextureImage with colorspace `Non-Color`)."""

    color: ColorExpr
    """Colour that holds the normals."""
    strength: FloatExpr = 1.0
    """VALUE; 1 is as painted."""
    space: Literal["TANGENT", "OBJECT", "WORLD", "BLENDER_OBJECT", "BLENDER_WORLD"] = "TANGENT"
    """TANGENT, OBJECT, WORLD, BLENDER_OBJECT or BLENDER_WORLD."""
    value_type = "VECTOR"

    def __post_init__(self) -> None:
        choice(self.space, "space", _NORMAL_SPACES)
        object.__setattr__(self, "color", coerce(self.color, "RGBA", "color"))
        object.__setattr__(self, "strength", coerce(self.strength, "VALUE", "strength"))

    def _compile(self, graph: Graph) -> Any:
        node = graph.node("ShaderNodeNormalMap", self)
        node.space = self.space
        for name, value in (("Color", self.color), ("Strength", self.strength)):
            assert isinstance(value, Expr)
            graph.link(value, node.inputs[name])
        return node.outputs["Normal"]


@dataclass(frozen=True)
class BinaryMath(Expr):
    """The result of `+ - * /`; made by the operators."""

    operation: str
    """ADD, SUBTRACT, MULTIPLY or DIVIDE."""
    left: Expr
    """The first operand."""
    right: Expr
    """The second one, of the same type."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value_type", self.left.value_type)

    def _compile(self, graph: Graph) -> Any:
        kind = self.left.value_type
        if kind != self.right.value_type:
            raise TypeError(f"cannot {self.operation.lower()} {kind} and {self.right.value_type}")
        if kind == "RGBA":
            node = graph.node("ShaderNodeMix", self)
            node.data_type = "RGBA"
            node.blend_type = self.operation
            sockets = {socket.identifier: socket for socket in node.inputs}
            sockets["Factor_Float"].default_value = 1.0
            left, right = sockets["A_Color"], sockets["B_Color"]
            output = next(s for s in node.outputs if s.identifier == "Result_Color")
        else:
            node = graph.node("ShaderNodeMath" if kind == "VALUE" else "ShaderNodeVectorMath", self)
            node.operation = self.operation
            left, right, output = node.inputs[0], node.inputs[1], node.outputs[0]
        graph.link(self.left, left)
        graph.link(self.right, right)
        return output


_PRINCIPLED_TYPES = {"base_color": "RGBA", "emission_color": "RGBA", "normal": "VECTOR"}


@dataclass(frozen=True)
class PrincipledBSDF(Expr):
    """A Principled BSDF; what is None keeps Blender's default.

    The emission is white with strength 0 by default.
    """

    base_color: Optional[ColorExpr] = None
    """RGBA."""
    metallic: Optional[FloatExpr] = None
    """VALUE in [0, 1]."""
    roughness: Optional[FloatExpr] = None
    """VALUE in [0, 1]."""
    specular: Optional[FloatExpr] = None
    """VALUE in [0, 1]."""
    normal: Optional[NormalExpr] = None
    """VECTOR."""
    emission_color: Optional[ColorExpr] = None
    """RGBA."""
    emission_strength: Optional[FloatExpr] = None
    """VALUE, from 0 on."""
    alpha: Optional[FloatExpr] = None
    """VALUE in [0, 1]; 1 is opaque."""
    transmission: Optional[FloatExpr] = None
    """VALUE in [0, 1]."""
    ior: Optional[FloatExpr] = None
    """VALUE: index of refraction."""
    value_type = "SHADER"

    def __post_init__(self) -> None:
        for name in _field_names(self):
            value = getattr(self, name)
            if value is not None:
                kind = _PRINCIPLED_TYPES.get(name, "VALUE")
                object.__setattr__(self, name, coerce(value, kind, name))

    @property
    def is_opaque(self) -> bool:
        """False when its alpha may be below 1."""
        return self.alpha is None or (isinstance(self.alpha, Value) and self.alpha.value >= 1.0)

    def _compile(self, graph: Graph) -> Any:
        node = compat.principled(graph.tree)
        graph.place(node, self.x_depth)
        for name in _field_names(self):
            value = getattr(self, name)
            if value is None:
                continue
            socket = compat.principled_socket(node, name)
            if isinstance(value, (Value, ColorValue)):
                socket.default_value = value.value
            else:
                graph.link(value, socket)
        return node.outputs[0]
