# SPDX-License-Identifier: MIT
"""Lights.

Lights have an index of their own, apart from the objects', and never appear in the index map.
"""

from __future__ import annotations

import math
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Dict, Literal, Optional, Tuple, Union

import bpy

from ..engine import units
from ..engine.ranges import within, within_degrees
from ..engine.timeline import check_key, insert_key
from ..plain.meta import about, f32, f32_list, plain
from ..plain.types import ColorLike, Float3, RotationLike, VectorLike
from ..plain.values import choice, flag, number, plain_value, refuse, rgba
from .objects import Object, pose_meta
from .stage import SceneLike
from .timed import Interpolation

if TYPE_CHECKING:
    from typing import Self

NEARLY = 0.8  # from this likeness on a name is taken for a mistyped one
AREA_SHAPES = ("SQUARE", "RECTANGLE", "DISK", "ELLIPSE")


def _metres(length: float) -> float:
    return f32(length * units.scale())


def _kind_meta(data: Any) -> Dict[str, Any]:
    """What only lights of that type have."""
    if data.type == "SUN":
        return {"angle_degrees": f32(math.degrees(data.angle))}
    if data.type == "AREA":
        return {"shape": data.shape, "size": _metres(data.size), "size_y": _metres(data.size_y)}
    found: Dict[str, Any] = {"radius": _metres(data.shadow_soft_size)}
    if data.type == "SPOT":
        found["spot_size_degrees"] = f32(math.degrees(data.spot_size))
        found["spot_blend"] = f32(data.spot_blend)
        found["show_cone"] = data.show_cone
    return found


class Light(Object):
    """A light object. TypeError when `obj` is none."""

    def __init__(
        self, obj: bpy.types.Object, scene: SceneLike, register_object: bool = True
    ) -> None:
        if getattr(obj, "type", None) != "LIGHT":
            refuse(TypeError, "obj", "an object of Blender of the type LIGHT", obj)
        super().__init__(obj, scene, register_object)

    def _register(self) -> None:
        self.scene._stage.register_light(self, self.obj)

    @property
    def light_data(self) -> Any:
        """Blender's light data-block."""
        return self.obj.data

    def set_color(self, color: ColorLike) -> Self:
        """Linear RGB; a fourth component is dropped. ValueError otherwise."""
        self.light_data.color = self._color(color)
        return self

    def _color(self, color: Any) -> Float3:
        try:
            return rgba(color, "color", of=self)[:3]
        except TypeError as error:
            raise ValueError(str(error)) from None

    def set_power(self, power: float) -> Self:
        """Watts, or watts per square metre for a sun. ValueError below 0."""
        self.light_data.energy = number(power, "power", 0, of=self)
        return self

    def set_cast_shadow(self, enabled: bool = True) -> Self:
        """Whether objects throw shadows in its light."""
        self.light_data.use_shadow = flag(enabled, "enabled", of=self)
        if hasattr(self.light_data, "cycles") and hasattr(self.light_data.cycles, "cast_shadow"):
            self.light_data.cycles.cast_shadow = enabled
        return self

    def set_specular_factor(self, factor: float) -> Self:
        """How much it shows in reflections, 1 is natural. ValueError below 0."""
        self.light_data.specular_factor = number(factor, "factor", 0, of=self)
        return self

    def set_softness(self, value: float) -> Self:
        """Radius of the light in metres; for a sun its angle in degrees. ValueError below 0."""
        self.light_data.shadow_soft_size = number(value, "softness", 0, of=self)
        return self

    def set_params(self, **values: Any) -> Self:
        """Sets attributes of the light data-block; unknown ones become custom properties.

        TypeError for a name that is nearly that of an attribute, and for values of another kind.
        """
        data = self.light_data
        names = [prop.identifier for prop in data.bl_rna.properties]
        for key in values:
            near = () if hasattr(data, key) else get_close_matches(key, names, 1, NEARLY)
            if near:
                raise TypeError(f"{self!r} has no parameter {key!r}, did you mean {near[0]!r}?")
        given = {key: self._parameter(key, value) for key, value in values.items()}
        before = {key: getattr(data, key) for key in given if hasattr(data, key)}
        for key, value in given.items():
            if key not in before:
                data[key] = value
                continue
            try:
                setattr(data, key, value)
            except (TypeError, ValueError, AttributeError) as error:
                for name, old in before.items():
                    if getattr(data, name) != old:
                        setattr(data, name, old)
                raise TypeError(f"{self!r}: {error}") from None
        return self

    def _parameter(self, key: str, value: Any) -> Any:
        found = self.light_data.bl_rna.properties.get(key)
        if found is not None and found.type in ("INT", "FLOAT") and not found.is_array:
            return within(self.light_data, key, value, key, of=self)
        return plain_value(value, key, of=self)

    def keyframe(
        self,
        frame: float,
        location: Optional[VectorLike] = None,
        rotation: Optional[RotationLike] = None,
        scale: Optional[Union[float, VectorLike]] = None,
        *,
        visible: Optional[bool] = None,
        power: Optional[float] = None,
        color: Optional[ColorLike] = None,
        interpolation: Interpolation = "LINEAR",
    ) -> Self:
        """As for every object; `power` and `color` also hold what `set_power`, `set_color` take."""
        check_key(frame, interpolation, of=self)
        given: Dict[str, Any] = {}
        if power is not None:
            given["energy"] = number(power, "power", 0, of=self)
        if color is not None:
            given["color"] = self._color(color)
        if not given or any(v is not None for v in (location, rotation, scale, visible)):
            super().keyframe(
                frame, location, rotation, scale, visible=visible, interpolation=interpolation
            )
        for path, value in given.items():
            setattr(self.light_data, path, value)
            insert_key(self.light_data, path, frame, interpolation)
        return self

    def _state(self, depsgraph: Any) -> Tuple[Any, ...]:
        return (*super()._state(depsgraph), self.light_data.energy, *self.light_data.color)

    def _frame_meta(self, depsgraph: Any) -> Dict[str, Any]:
        data = self.light_data
        light = {"power": f32(data.energy), "color": f32_list(data.color)}
        return {**super()._frame_meta(depsgraph), **light}

    def _get_meta(self, depsgraph: Any = None) -> Dict[str, Any]:
        where = f"light {self.obj.name!r}"
        data = self.light_data
        evaluated = self.obj.evaluated_get(depsgraph or bpy.context.evaluated_depsgraph_get())
        with about(where):
            light = {
                "light_type": data.type,
                "power": f32(data.energy),
                "color": f32_list(data.color),
                "cast_shadow": data.use_shadow,
                "specular_factor": f32(data.specular_factor),
                **_kind_meta(data),
            }
        return {
            "index": self.index,
            "name": self.obj.name,
            "tags": sorted(self.tags),
            "visible": self._is_visible(),
            "properties": plain(self.properties, f"{where}: property"),
            **pose_meta(evaluated.matrix_world, where),
            **light,
            "materials": [],  # those of objects: readers treat lights as such
            "modifier_parameters": [],
            "custom_meta": plain(self.custom_meta, f"{where}: custom_meta"),
        }


class PointLight(Light):
    """A light that shines to all sides."""

    def set_radius(self, radius: float) -> Self:
        """Radius in metres: larger is softer. ValueError below 0."""
        return self.set_softness(radius)


class SunLight(Light):
    """Parallel light."""

    def set_softness(self, value: float) -> Self:
        """The same as `set_angle`: degrees. ValueError outside 0 to 180."""
        return self.set_angle(value)

    def set_angle(self, angle: float) -> Self:
        """Angle under which the sun is seen, in degrees: larger is softer.

        ValueError outside 0 to 180.
        """
        self.light_data.angle = within_degrees(self.light_data, "angle", angle, "angle", of=self)
        return self


class AreaLight(Light):
    """A luminous face."""

    def set_shape(self, shape: Literal["SQUARE", "RECTANGLE", "DISK", "ELLIPSE"]) -> Self:
        """SQUARE, RECTANGLE, DISK or ELLIPSE. ValueError otherwise."""
        self.light_data.shape = choice(shape, "shape", AREA_SHAPES, of=self)
        return self

    def set_size(self, size: float) -> Self:
        """Edge or diameter in metres. ValueError below 0."""
        self.light_data.size = number(size, "size", 0, of=self)
        return self

    def set_size_xy(self, size_x: float, size_y: float) -> Self:
        """Both edges or diameters in metres (RECTANGLE, ELLIPSE). ValueError below 0."""
        x, y = number(size_x, "size_x", 0, of=self), number(size_y, "size_y", 0, of=self)
        self.light_data.size, self.light_data.size_y = x, y
        return self


class SpotLight(Light):
    """A cone of light."""

    def set_spot_size(self, angle: float) -> Self:
        """Full angle of the cone in degrees. ValueError outside 1 to 180."""
        self.light_data.spot_size = within_degrees(
            self.light_data, "spot_size", angle, "angle", of=self
        )
        return self

    def set_blend(self, blend: float) -> Self:
        """Softness of the cone's edge. ValueError outside [0, 1]."""
        self.light_data.spot_blend = number(blend, "blend", 0, 1, of=self)
        return self

    def set_show_cone(self, show: bool = True) -> Self:
        """Shows the cone in the viewport."""
        self.light_data.show_cone = flag(show, "show", of=self)
        return self
