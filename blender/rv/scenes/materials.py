# SPDX-License-Identifier: MIT
"""Materials as descriptions, from which Blender's are made when first assigned to an object.

A description that changes later changes the material that was made of it: the same data-block, so
that every object that has it shows the change. One description on many objects is one material. The
record says what is in Blender when rendering starts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

import bpy

from ..engine import compat
from ..engine.owned import is_alive, own
from ..plain.checked import checked
from ..plain.meta import f32, f32_list, plain
from ..plain.tags import CustomMeta
from ..plain.types import ColorLike
from ..plain.values import channel_name, number, plain_value, rgba, text
from .assets import append, expand
from .shader import Expr, FloatExpr, Graph, PrincipledBSDF, coerce
from .stage import SceneLike, Stage

if TYPE_CHECKING:
    from typing import Self

_ADDED = "_rv_semantics"  # property of the nodes that semantics have added
_COLORS = ("base_color", "emission_color")


class Material(CustomMeta):
    """Base of all materials.

    `index` is None until it is made, then unique in the scene, from 1 on.
    """

    name: str = checked(text)
    """The name that Blender's material is given."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.index: Optional[int] = None
        """Its value in the material index map; None until it is made."""
        self.semantics: Dict[str, Expr] = {}
        """Semantic channel to the expression that is written there."""
        self._material: Optional[bpy.types.Material] = None
        self._stage: Optional[Stage] = None
        self._built: Any = None  # the description that `_material` is made of

    def __repr__(self) -> str:
        return f"rv.{type(self).__name__} {self.name!r}"

    def set_semantic(self, channel: str, value: FloatExpr = 1.0) -> Self:
        """Writes `value` into a semantic channel wherever this material is seen.

        `value` is a number or a VALUE expression; with the default threshold, the mask of the
        channel covers what is above 0.5. The scene has to enable the channel
        (`Scene.enable_semantic_channels`), else nothing is written. Several channels may be set.
        ValueError for a name without letter or digit, TypeError for another value.
        """
        self.semantics[channel_name(channel)] = coerce(value, "VALUE", "value", of=self)
        self._refresh()
        return self

    def resolve(self, scene: SceneLike) -> bpy.types.Material:
        """Blender's material, made the first time, or anew when it was removed."""
        if self.is_made:
            self._refresh()
            return self._material
        self._stage = scene._stage
        self._material = self._new(self._stage)
        self._build_all()
        self._stage.register_material(self, self._material)
        return self._material

    @property
    def is_made(self) -> bool:
        """Whether Blender has a material of this description."""
        return self._material is not None and is_alive(self._material)

    def _refresh(self) -> None:
        """Brings Blender's material, where there is one, up to the description."""
        if self.is_made and self._built != self._description():
            self._build_all()

    def _build_all(self) -> None:
        assert self._stage is not None
        tree = compat.use_nodes(self._material)
        for node in [node for node in tree.nodes if _ADDED in node]:
            tree.nodes.remove(node)
        self._build(self._material, self._stage)
        before = len(tree.nodes)
        graph = Graph(tree, self._stage)
        for channel, value in sorted(self.semantics.items()):
            node = tree.nodes.new("ShaderNodeOutputAOV")
            compat.name_aov_output(node, channel)
            graph.place(node, value.x_depth + 1)
            graph.link(value, node.inputs["Value"])
        for node in tree.nodes[before:]:
            node[_ADDED] = True
        self._built = self._description()

    def _description(self) -> Tuple[Any, ...]:
        """All that Blender's material is made of, to be compared."""
        return self._parts(), dict(self.semantics)

    def _parts(self) -> Any:
        raise NotImplementedError

    def _new(self, stage: Stage) -> bpy.types.Material:
        """A new material of Blender's, not built yet."""
        return own(bpy.data.materials.new(self.name))

    def _build(self, material: bpy.types.Material, stage: Stage) -> None:
        raise NotImplementedError

    def _material_meta(self, stage: Stage, where: str) -> Dict[str, Any]:
        raise NotImplementedError

    def _get_meta(self, stage: Stage) -> Dict[str, Any]:
        where = f"material {self.name!r}"
        semantics = {
            channel: plain(value.to_meta(stage.public_path), where)
            for channel, value in sorted(self.semantics.items())
        }
        return {
            "index": self.index,
            "name": self._material.name if self._material is not None else self.name,
            "type": type(self).__name__,
            **self._material_meta(stage, where),
            "semantics": semantics,
            "custom_meta": plain(self.custom_meta, f"{where}: custom_meta"),
        }


class Shaded(Material):
    """A material from a shader graph."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.properties: Dict[str, Any] = {}
        """Custom properties of Blender's material."""

    def set_property(self, key: str, value: Any) -> Self:
        """Sets a custom property of the material."""
        name = text(key, "the name of a property", of=self)
        self.properties[name] = plain_value(value, f"property {name!r}", of=self)
        self._refresh()
        return self

    def _shader(self) -> Expr:
        raise NotImplementedError

    def _parts(self) -> Any:
        return self._shader(), dict(self.properties)

    def _build(self, material: bpy.types.Material, stage: Stage) -> None:
        """TypeError when what is to be the shader is none."""
        shader = self._shader()
        if getattr(shader, "value_type", None) != "SHADER":
            raise TypeError(f"{self!r} needs a shader, not {shader!r}")
        tree = compat.use_nodes(material)
        if self._built is not None:
            tree.nodes.clear()
        graph = Graph(tree, stage)
        output = tree.nodes.get("Material Output") or tree.nodes.new("ShaderNodeOutputMaterial")
        graph.place(output, shader.x_depth + 1)
        surface = output.inputs["Surface"]
        if graph.compile(shader) not in [link.from_socket for link in surface.links]:
            graph.link(shader, surface)
        if isinstance(shader, PrincipledBSDF) and not shader.is_opaque:
            compat.set_blended(material)
        for key in list(material.keys()):
            if self._built is not None and key in self._built[0][1]:
                del material[key]
        for key, value in self.properties.items():
            material[key] = value


class ShaderMaterial(Shaded):
    """A material from a shader graph (rv.PrincipledBSDF and what goes into it)."""

    def __init__(self, shader: Expr, name: str = "Material") -> None:
        super().__init__(name)
        self.shader = shader
        """The shader graph, an expression of type SHADER."""

    def set_params(self, shader: Optional[Expr] = None) -> Self:
        """Replaces the shader."""
        if shader is not None:
            self.shader = shader
            self._refresh()
        return self

    def _shader(self) -> Expr:
        return self.shader

    def _material_meta(self, stage: Stage, where: str) -> Dict[str, Any]:
        return {
            "shader": plain(self.shader.to_meta(stage.public_path), f"{where}: shader", False),
            "properties": plain(self.properties, f"{where}: property"),
        }


class BasicMaterial(Shaded):
    """A plain surface."""

    def __init__(self, name: str = "Material") -> None:
        super().__init__(name)
        self.params: Dict[str, Any] = dict.fromkeys(
            (
                "base_color",
                "roughness",
                "metallic",
                "specular",
                "emission_color",
                "emission_strength",
                "alpha",
                "transmission",
                "ior",
            )
        )
        """What `set_params` set; None keeps Blender's default."""
        self._as_built: Dict[str, Any] = {}  # what its sockets held then

    def set_params(
        self,
        base_color: Optional[ColorLike] = None,
        roughness: Optional[float] = None,
        metallic: Optional[float] = None,
        specular: Optional[float] = None,
        emission_color: Optional[ColorLike] = None,
        emission_strength: Optional[float] = None,
        alpha: Optional[float] = None,
        transmission: Optional[float] = None,
        ior: Optional[float] = None,
    ) -> Self:
        """Sets what is not None. Colours are linear, 3 or 4 components (TypeError otherwise)."""
        given = {key: value for key, value in locals().items() if key in self.params}
        for key, value in given.items():
            if value is not None:
                check: Any = rgba if key in _COLORS else number
                given[key] = check(value, key, of=self)
        self.params.update({key: value for key, value in given.items() if value is not None})
        self._refresh()
        return self

    def _shader(self) -> Expr:
        return PrincipledBSDF(**self.params)

    def _build(self, material: bpy.types.Material, stage: Stage) -> None:
        super()._build(material, stage)
        self._as_built = self._sockets()

    def _sockets(self) -> Dict[str, Any]:
        """What Blender's material holds now; None for what is linked to a node."""
        tree = self._material.node_tree if self._material is not None else None
        nodes = [node for node in tree.nodes if node.type == "BSDF_PRINCIPLED"] if tree else []
        found: Dict[str, Any] = {}
        for name in self.params if nodes else ():
            socket = compat.principled_socket(nodes[0], name)
            value = socket.default_value
            plain_of_it = f32_list(value) if name in _COLORS else f32(value)
            found[name] = None if socket.is_linked else plain_of_it
        return found

    def _material_meta(self, stage: Stage, where: str) -> Dict[str, Any]:
        """Parameters as they are in Blender, those that were set or that something has changed."""
        now = self._sockets() or self.params
        params = {
            name: now[name] if value is not None or now[name] != self._as_built.get(name) else None
            for name, value in self.params.items()
        }
        return {
            "params": plain(params, f"{where}: params", False),
            "properties": plain(self.properties, f"{where}: property"),
        }


class ImportedMaterial(Material):
    """A material out of a .blend file: `material_name`, or the first one.

    When it is made: OSError when the file cannot be read, ValueError when it has no such material.
    """

    def __init__(self, filepath: str, material_name: Optional[str] = None) -> None:
        super().__init__(material_name or "Material")
        self.filepath = expand(filepath)
        """The .blend file, relative to the root directory."""
        self.material_name = material_name
        """Which material of the file; None is the first one."""
        self.params: Dict[str, Any] = {}
        """What `set_params` set."""

    def set_params(self, **values: Any) -> Self:
        """Values that are written to the material as custom properties."""
        given = {key: plain_value(value, key, of=self) for key, value in values.items()}
        self.params.update(given)
        self._refresh()
        return self

    def _parts(self) -> Any:
        return dict(self.params)

    def _new(self, stage: Stage) -> bpy.types.Material:
        return append(stage, "materials", self.filepath, self.material_name)

    def _build(self, material: bpy.types.Material, stage: Stage) -> None:
        for key, value in self.params.items():
            material[key] = value

    def _material_meta(self, stage: Stage, where: str) -> Dict[str, Any]:
        return {
            "filepath": stage.public_path(self.filepath),
            "material_name": self.material_name,
            "params": plain(self.params, f"{where}: params"),
        }
