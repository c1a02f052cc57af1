# SPDX-License-Identifier: MIT
"""Lights.

They have an index of their own, apart from the objects', and never appear in the index map.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

import bpy

from ..engine.timeline import check_key, insert_key
from ..plain.meta import f32, f32_list, plain
from ..plain.values import number, rgba
from .objects import Object, pose_meta
from .stage import SceneLike

if TYPE_CHECKING:
    from typing import Self

AREA_SHAPES = ("SQUARE", "RECTANGLE", "DISK", "ELLIPSE")


class Light(Object):
    """A light object. TypeError when `obj` is none."""

    def __init__(self, obj: bpy.types.Object, scene: SceneLike) -> None:
        if obj.type != "LIGHT":
            raise TypeError(f"{obj.name} is a {obj.type}, not a LIGHT")
        super().__init__(obj, scene)

    def _register(self) -> None:
        self.scene._stage.register_light(self, self.obj)

    @property
    def light_data(self) -> Any:
        """Blender's light data-block."""
        return self.obj.data

    def set_color(self, color: Any) -> Self:
        """Linear RGB; a fourth component is dropped. ValueError otherwise."""
        try:
            self.light_data.color = rgba(color)[:3]
        except TypeError as error:
            raise ValueError(str(error)) from None
        return self

    def set_power(self, power: float) -> Self:
        """Watts, or watts per square metre for a sun. ValueError below 0."""
        self.light_data.energy = number(power, "power", 0)
        return self

    def set_cast_shadow(self, enabled: bool = True) -> Self:
        """Whether objects throw shadows in its light."""
        self.light_data.use_shadow = enabled
        if hasattr(self.light_data, "cycles") and hasattr(self.light_data.cycles, "cast_shadow"):
            self.light_data.cycles.cast_shadow = enabled
        return self

    def set_specular_factor(self, factor: float) -> Self:
        """How much it shows in reflections, 1 is natural."""
        self.light_data.specular_factor = factor
        return self

    def set_softness(self, value: float) -> Self:
        """Radius of the light in metres; for a sun its angle in degrees. ValueError below 0."""
        self.light_data.shadow_soft_size = number(value, "softness", 0)
        return self

    def set_params(self, **values: Any) -> Self:
        """Sets attributes of the light data-block; unknown ones become custom properties."""
        for key, value in values.items():
            if hasattr(self.light_data, key):
                setattr(self.light_data, key, value)
            else:
                self.light_data[key] = value
        return self

    def keyframe(
        self,
        frame: float,
        location: Any = None,
        rotation: Any = None,
        scale: Any = None,
        *,
        visible: Optional[bool] = None,
        power: Optional[float] = None,
        color: Any = None,
        interpolation: str = "LINEAR",
    ) -> Self:
        """As for every object; `power` and `color` also hold what `set_power`, `set_color` take."""
        check_key(frame, interpolation)
        if power is not None:
            self.set_power(power)
            insert_key(self.light_data, "energy", frame, interpolation)
        if color is not None:
            self.set_color(color)
            insert_key(self.light_data, "color", frame, interpolation)
        light_only = power is not None or color is not None
        if not light_only or any(v is not None for v in (location, rotation, scale, visible)):
            super().keyframe(
                frame, location, rotation, scale, visible=visible, interpolation=interpolation
            )
        return self

    def _state(self, depsgraph: Any) -> Tuple[Any, ...]:
        return (*super()._state(depsgraph), self.light_data.energy, *self.light_data.color)

    def _frame_meta(self, depsgraph: Any) -> Dict[str, Any]:
        data = self.light_data
        light = {"power": f32(data.energy), "color": f32_list(data.color)}
        return {**super()._frame_meta(depsgraph), **light}

    def _light_meta(self) -> Dict[str, Any]:
        return {}

    def _get_meta(self, depsgraph: Any = None) -> Dict[str, Any]:
        where = f"light {self.obj.name!r}"
        data = self.light_data
        evaluated = self.obj.evaluated_get(depsgraph or bpy.context.evaluated_depsgraph_get())
        return {
            "index": self.index,
            "name": self.obj.name,
            "tags": plain(self.tags, f"{where}: tags"),
            "visible": not self.obj.hide_render,
            "properties": plain(self.properties, f"{where}: property"),
            **pose_meta(evaluated.matrix_world, where),
            "light_type": data.type,
            "power": f32(data.energy),
            "color": f32_list(data.color),
            "cast_shadow": data.use_shadow,
            "specular_factor": f32(data.specular_factor),
            **self._light_meta(),
            "custom_meta": plain(self.custom_meta, f"{where}: custom_meta"),
        }


class PointLight(Light):
    """A light that shines to all sides."""

    def set_radius(self, radius: float) -> Self:
        """Radius in metres: larger is softer. ValueError below 0."""
        return self.set_softness(radius)

    def _light_meta(self) -> Dict[str, Any]:
        return {"radius": f32(self.light_data.shadow_soft_size)}


class SunLight(Light):
    """Parallel light."""

    def set_softness(self, value: float) -> Self:
        """The same as `set_angle`: degrees. ValueError below 0."""
        return self.set_angle(value)

    def set_angle(self, angle: float) -> Self:
        """Angle under which the sun is seen, in degrees: larger is softer. ValueError below 0."""
        self.light_data.angle = math.radians(number(angle, "angle", 0))
        return self

    def _light_meta(self) -> Dict[str, Any]:
        return {"angle_degrees": f32(math.degrees(self.light_data.angle))}


class AreaLight(Light):
    """A luminous face."""

    def set_shape(self, shape: str) -> Self:
        """SQUARE, RECTANGLE, DISK or ELLIPSE. ValueError otherwise."""
        if shape not in AREA_SHAPES:
            raise ValueError(f"shape must be one of {', '.join(AREA_SHAPES)}, not {shape!r}")
        self.light_data.shape = shape
        return self

    def set_size(self, size: float) -> Self:
        """Edge or diameter in metres. ValueError below 0."""
        self.light_data.size = number(size, "size", 0)
        return self

    def set_size_xy(self, size_x: float, size_y: float) -> Self:
        """Both edges or diameters in metres (RECTANGLE, ELLIPSE). ValueError below 0."""
        self.light_data.size = number(size_x, "size_x", 0)
        self.light_data.size_y = number(size_y, "size_y", 0)
        return self

    def _light_meta(self) -> Dict[str, Any]:
        data = self.light_data
        return {"shape": data.shape, "size": f32(data.size), "size_y": f32(data.size_y)}


class SpotLight(Light):
    """A cone of light."""

    def set_spot_size(self, angle: float) -> Self:
        """Full angle of the cone in degrees. ValueError outside [0, 180]."""
        if not 0 <= angle <= 180:
            raise ValueError(f"angle must be in [0, 180], not {angle}")
        self.light_data.spot_size = math.radians(angle)
        return self

    def set_blend(self, blend: float) -> Self:
        """Softness of the cone's edge. ValueError outside [0, 1]."""
        if not 0 <= blend <= 1:
            raise ValueError(f"blend must be in [0, 1], not {blend}")
        self.light_data.spot_blend = blend
        return self

    def set_show_cone(self, show: bool = True) -> Self:
        """Shows the cone in the viewport."""
        self.light_data.show_cone = show
        return self

    def _light_meta(self) -> Dict[str, Any]:
        data = self.light_data
        return {
            "radius": f32(data.shadow_soft_size),
            "spot_size_degrees": f32(math.degrees(data.spot_size)),
            "spot_blend": f32(data.spot_blend),
            "show_cone": data.show_cone,
        }
