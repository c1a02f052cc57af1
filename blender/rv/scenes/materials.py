# SPDX-License-Identifier: MIT
"""Materials as descriptions, from which Blender's are made when first assigned to an object.

Later changes of a description do not reach the material that was made. One description on many
objects is one material.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional

import bpy

from ..engine import compat
from ..engine.owned import is_alive, own
from ..plain.meta import plain
from ..plain.tags import CustomMeta
from ..plain.values import channel_name, rgba
from .assets import append, expand
from .shader import Expr, Graph, PrincipledBSDF, coerce
from .stage import SceneLike, Stage

if TYPE_CHECKING:
    from typing import Self

_COLORS = ("base_color", "emission_color")


class Material(CustomMeta):
    """Base of all materials.

    `index` is None until it is made, then unique in the scene, from 1 on.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        """The name that Blender's material is given."""
        self.index: Optional[int] = None
        """Its value in the material index map; None until it is made."""
        self.custom_meta: Dict[str, Any] = {}
        self.semantics: Dict[str, Expr] = {}
        """Semantic channel to the expression that is written there."""
        self._material: Optional[bpy.types.Material] = None

    def set_semantic(self, channel: str, value: Any = 1.0) -> Self:
        """Writes `value` into a semantic channel wherever this material is seen.

        `value` is a number or a VALUE expression; with the default threshold, the mask of the
        channel covers what is above 0.5. The scene has to enable the channel
        (`Scene.enable_semantic_channels`), else nothing is written. Several channels may be set.
        ValueError for a name without letter or digit, TypeError for another value.
        """
        self.semantics[channel_name(channel)] = coerce(value, "VALUE")
        return self

    def resolve(self, scene: SceneLike) -> bpy.types.Material:
        """Blender's material, made the first time, or anew when it was removed."""
        if self.is_made:
            return self._material
        stage = scene._stage
        material = self._build(stage)
        graph = Graph(compat.use_nodes(material), stage)
        for channel, value in sorted(self.semantics.items()):
            node = graph.tree.nodes.new("ShaderNodeOutputAOV")
            compat.name_aov_output(node, channel)
            graph.place(node, value.x_depth + 1)
            graph.link(value, node.inputs["Value"])
        self._material = material
        stage.register_material(self, material)
        return material

    @property
    def is_made(self) -> bool:
        """Whether Blender has a material of this description."""
        return self._material is not None and is_alive(self._material)

    def _build(self, stage: Stage) -> bpy.types.Material:
        raise NotImplementedError

    def _material_meta(self, stage: Stage, where: str) -> Dict[str, Any]:
        raise NotImplementedError

    def _get_meta(self, stage: Stage) -> Dict[str, Any]:
        where = f"material {self.name!r}"
        return {
            "index": self.index,
            "name": self._material.name if self._material is not None else self.name,
            "type": type(self).__name__,
            **self._material_meta(stage, where),
            "semantics": {
                k: plain(v.to_meta(stage.public_path), where)
                for k, v in sorted(self.semantics.items())
            },
            "custom_meta": plain(self.custom_meta, f"{where}: custom_meta"),
        }


class ShaderMaterial(Material):
    """A material from a shader graph (rv.PrincipledBSDF and what goes into it)."""

    def __init__(self, shader: Expr, name: str = "Material") -> None:
        super().__init__(name)
        self.shader = shader
        """The shader graph, an expression of type SHADER."""
        self.properties: Dict[str, Any] = {}
        """Custom properties of Blender's material."""

    def set_params(self, shader: Optional[Expr] = None) -> Self:
        """Replaces the shader."""
        if shader is not None:
            self.shader = shader
        return self

    def set_property(self, key: str, value: Any) -> Self:
        """Sets a custom property of the material."""
        self.properties[key] = value
        return self

    def _build(self, stage: Stage) -> bpy.types.Material:
        return build(self.name, self.shader, self.properties, stage)

    def _material_meta(self, stage: Stage, where: str) -> Dict[str, Any]:
        return {
            "shader": plain(self.shader.to_meta(stage.public_path), f"{where}: shader", False),
            "properties": plain(self.properties, f"{where}: property"),
        }


class BasicMaterial(Material):
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
        self.properties: Dict[str, Any] = {}
        """Custom properties of Blender's material."""

    def set_params(
        self,
        base_color: Any = None,
        roughness: Optional[float] = None,
        metallic: Optional[float] = None,
        specular: Optional[float] = None,
        emission_color: Any = None,
        emission_strength: Optional[float] = None,
        alpha: Optional[float] = None,
        transmission: Optional[float] = None,
        ior: Optional[float] = None,
    ) -> Self:
        """Sets what is not None. Colours are linear, 3 or 4 components (TypeError otherwise)."""
        given = {key: value for key, value in locals().items() if key in self.params}
        for key, value in given.items():
            if value is not None:
                self.params[key] = rgba(value, key) if key in _COLORS else float(value)
        return self

    def set_property(self, key: str, value: Any) -> Self:
        """Sets a custom property of the material."""
        self.properties[key] = value
        return self

    def _build(self, stage: Stage) -> bpy.types.Material:
        return build(self.name, PrincipledBSDF(**self.params), self.properties, stage)

    def _material_meta(self, stage: Stage, where: str) -> Dict[str, Any]:
        return {
            "params": plain(self.params, f"{where}: params", False),
            "properties": plain(self.properties, f"{where}: property"),
        }


class ImportedMaterial(Material):
    """A material out of a .blend file: `material_name`, or the first one.

    When it is made: OSError when the file cannot be read, ValueError when it has no such material.
    """

    def __init__(self, filepath: str, material_name: Optional[str] = None) -> None:
        super().__init__(material_name or "")
        self.filepath = expand(filepath)
        """The .blend file, relative to the root directory."""
        self.material_name = material_name
        """Which material of the file; None is the first one."""
        self.params: Dict[str, Any] = {}
        """What `set_params` set."""

    def set_params(self, **values: Any) -> Self:
        """Values that are written to the material as custom properties."""
        self.params.update(values)
        return self

    def _build(self, stage: Stage) -> bpy.types.Material:
        material = append(stage, "materials", self.filepath, self.material_name)
        for key, value in self.params.items():
            material[key] = value
        return material

    def _material_meta(self, stage: Stage, where: str) -> Dict[str, Any]:
        return {
            "filepath": stage.public_path(self.filepath),
            "material_name": self.material_name,
            "params": plain(self.params, f"{where}: params"),
        }


def build(name: str, shader: Expr, properties: Dict[str, Any], stage: Stage) -> bpy.types.Material:
    """A Blender material with the nodes of `shader`. TypeError when that is no shader."""
    if getattr(shader, "value_type", None) != "SHADER":
        raise TypeError(f"material {name!r} needs a shader, not {shader!r}")
    material = own(bpy.data.materials.new(name))
    tree = compat.use_nodes(material)
    graph = Graph(tree, stage)
    output = tree.nodes.get("Material Output") or tree.nodes.new("ShaderNodeOutputMaterial")
    graph.place(output, shader.x_depth + 1)
    if graph.compile(shader) not in [link.from_socket for link in output.inputs["Surface"].links]:
        graph.link(shader, output.inputs["Surface"])
    if isinstance(shader, PrincipledBSDF) and not shader.is_opaque:
        compat.set_blended(material)
    for key, value in properties.items():
        material[key] = value
    return material
