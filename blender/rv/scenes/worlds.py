# SPDX-License-Identifier: MIT
"""What surrounds and lights a scene: a colour, a sky, a panorama, or a .blend file's world.

Angles are in degrees; what is None keeps Blender's default, but for the light of a sky.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

import bpy

from ..engine import compat
from ..engine.owned import own
from ..engine.ranges import within, within_degrees
from ..plain.checked import Check, checked
from ..plain.types import ColorLike, ColorRGBA
from ..plain.values import number, plain_value, rgba, text
from .assets import append, expand
from .shader import load_image
from .stage import SceneLike, Stage

if TYPE_CHECKING:
    from typing import Self

# A sky whose light was not asked for: as bright as white ground can take, on all Blenders. With
# Blender's own values (1, 1, 15 degrees) it is ten times brighter than white.
_STRENGTH, _SUN_INTENSITY, _SUN_ELEVATION = 0.42, 0.055, 45.0


def _radians(angle: Optional[float]) -> Optional[float]:
    return None if angle is None else math.radians(angle)


def _color(value: Any, what: str, *, of: object = None) -> Optional[ColorRGBA]:
    return None if value is None else rgba(value, what, of=of)


def _number(value: Any, what: str, *, of: object = None) -> Optional[float]:
    return None if value is None else number(value, what, of=of)


def _amount(value: Any, what: str, *, of: object = None) -> Optional[float]:
    return None if value is None else number(value, what, 0, of=of)


def _of_sky(name: str) -> Check:
    """Takes what the sky of this Blender takes; of a size the degrees."""

    def check(value: Any, what: str, *, of: object = None) -> Optional[float]:
        if value is None:
            return None
        sky = bpy.types.ShaderNodeTexSky
        if name == "sun_size":
            return math.degrees(within_degrees(sky, name, value, what, of=of))
        return within(sky, compat.sky_name(name), value, what, of=of)

    return check


def _path(value: Any, what: str, *, of: object = None) -> str:
    return expand(text(value, what, of=of))


class World:
    """Base of all worlds."""

    def __repr__(self) -> str:
        return f"rv.{type(self).__name__}"

    def _update(self, **values: Any) -> Self:
        """Sets what is not None, or nothing when one of them is refused."""
        before = dict(vars(self))
        try:
            for key, value in values.items():
                if value is not None:
                    setattr(self, key, value)
        except (TypeError, ValueError):
            vars(self).update(before)
            raise
        return self

    def apply(self, scene: SceneLike) -> None:
        """Makes it the world of Blender's scene. Called after `generate`."""
        world = bpy.context.scene.world
        if world is None:
            world = bpy.context.scene.world = own(bpy.data.worlds.new("World"))
        tree = compat.use_nodes(world)
        tree.nodes.clear()
        output = tree.nodes.new("ShaderNodeOutputWorld")
        background = tree.nodes.new("ShaderNodeBackground")
        tree.links.new(background.outputs[0], output.inputs["Surface"])
        self._build(scene._stage, tree, background)

    def _build(self, stage: Stage, tree: Any, background: Any) -> None:
        raise NotImplementedError


def _set(socket: Any, value: Any) -> None:
    if value is not None:
        socket.default_value = value


class BasicWorld(World):
    """The same colour everywhere."""

    color: Optional[ColorRGBA] = checked(_color)
    """Linear RGBA."""
    strength: Optional[float] = checked(_amount)
    """Factor of the light."""

    def __init__(self) -> None:
        self.color = None
        self.strength = None

    def set_params(
        self, color: Optional[ColorLike] = None, strength: Optional[float] = None
    ) -> Self:
        """Linear colour of 3 or 4 components (TypeError otherwise), and its factor."""
        return self._update(color=color, strength=strength)

    def _build(self, stage: Stage, tree: Any, background: Any) -> None:
        _set(background.inputs["Color"], self.color)
        _set(background.inputs["Strength"], self.strength)


class SkyWorld(World):
    """A clear sky with a sun.

    Where neither `strength` nor `sun_intensity` is set, both are such that white ground is not
    burnt: 0.42 and 0.055, and the sun stands at 45 degrees unless its elevation is set. Where one
    of them is, what is None keeps Blender's default.
    """

    strength: Optional[float] = checked(_amount)
    """Factor of the light."""
    sun_size: Optional[float] = checked(_of_sky("sun_size"))
    """Angle under which the sun is seen, in degrees."""
    sun_intensity: Optional[float] = checked(_of_sky("sun_intensity"))
    """Factor of the sun's light."""
    sun_elevation: Optional[float] = checked(_number)
    """Height of the sun above the horizon, in degrees."""
    rotation_z: Optional[float] = checked(_number)
    """Turn of the sun about the vertical axis, in degrees."""
    altitude: Optional[float] = checked(_of_sky("altitude"))
    """Height of the camera above the sea, in metres."""
    air: Optional[float] = checked(_of_sky("air_density"))
    """Density of the air, 1 is that of the earth."""
    aerosol_density: Optional[float] = checked(_of_sky("aerosol_density"))
    """Density of dust, 1 is that of a city."""
    ozone: Optional[float] = checked(_of_sky("ozone_density"))
    """Density of the ozone, 1 is that of a city."""

    def __init__(self) -> None:
        self.strength = None
        self.sun_size = None
        self.sun_intensity = None
        self.sun_elevation = None
        self.rotation_z = None
        self.altitude = None
        self.air = 0.1
        self.aerosol_density = 0.01
        self.ozone = 10.0

    def set_params(
        self,
        strength: Optional[float] = None,
        sun_size: Optional[float] = None,
        sun_intensity: Optional[float] = None,
        sun_elevation: Optional[float] = None,
        rotation_z: Optional[float] = None,
        air: Optional[float] = None,
        aerosol_density: Optional[float] = None,
        ozone: Optional[float] = None,
    ) -> Self:
        """Factor of the light; size, intensity, elevation, direction of the sun; densities.

        ValueError for a number that Blender does not take.
        """
        values = {key: value for key, value in locals().items() if key != "self"}
        return self._update(**values)

    def _light(self) -> Tuple[Optional[float], Optional[float], Optional[float]]:
        """Strength, intensity and elevation of the sun; None is Blender's default."""
        if self.strength is not None or self.sun_intensity is not None:
            return self.strength, self.sun_intensity, self.sun_elevation
        elevation = _SUN_ELEVATION if self.sun_elevation is None else self.sun_elevation
        return _STRENGTH, _SUN_INTENSITY, elevation

    def _build(self, stage: Stage, tree: Any, background: Any) -> None:
        strength, intensity, elevation = self._light()
        sky = tree.nodes.new("ShaderNodeTexSky")
        compat.set_sky(
            sky,
            sun_size=_radians(self.sun_size),
            sun_intensity=intensity,
            sun_elevation=_radians(elevation),
            sun_rotation=_radians(self.rotation_z),
            altitude=self.altitude,
            air_density=self.air,
            aerosol_density=self.aerosol_density,
            ozone_density=self.ozone,
        )
        tree.links.new(sky.outputs[0], background.inputs["Color"])
        _set(background.inputs["Strength"], strength)


class HDRIWorld(World):
    """A panorama from an image file. RuntimeError before the render when it cannot be read."""

    hdri_path: str = checked(_path)
    """The panorama, relative to the root directory."""
    strength: Optional[float] = checked(_amount)
    """Factor of the light."""
    rotation_z: Optional[float] = checked(_number)
    """Turn about the vertical axis, in degrees."""

    def __init__(self, hdri_path: str) -> None:
        self.hdri_path = hdri_path
        self.strength = None
        self.rotation_z = None

    def set_params(
        self,
        hdri_path: Optional[str] = None,
        strength: Optional[float] = None,
        rotation_z: Optional[float] = None,
    ) -> Self:
        """The file, the factor of its light, and its turn about the vertical axis."""
        return self._update(hdri_path=hdri_path, strength=strength, rotation_z=rotation_z)

    def _build(self, stage: Stage, tree: Any, background: Any) -> None:
        coordinates = tree.nodes.new("ShaderNodeTexCoord")
        mapping = tree.nodes.new("ShaderNodeMapping")
        texture = tree.nodes.new("ShaderNodeTexEnvironment")
        texture.image = load_image(stage, self.hdri_path)
        if self.rotation_z is not None:
            mapping.inputs["Rotation"].default_value[2] = math.radians(self.rotation_z)
        tree.links.new(coordinates.outputs["Generated"], mapping.inputs["Vector"])
        tree.links.new(mapping.outputs["Vector"], texture.inputs["Vector"])
        tree.links.new(texture.outputs["Color"], background.inputs["Color"])
        _set(background.inputs["Strength"], self.strength)


class ImportedWorld(World):
    """A world out of a .blend file: `world_name`, or the first one."""

    def __init__(self, filepath: str, world_name: Optional[str] = None) -> None:
        self.filepath = _path(filepath, "filepath", of=self)
        """The .blend file, relative to the root directory."""
        self.world_name = world_name
        """Which world of the file; None is the first one."""
        self.params: Dict[str, Any] = {}
        """What `set_params` set."""

    def set_params(self, **values: Any) -> Self:
        """Values that are written to the world as custom properties."""
        self.params.update({k: plain_value(v, k, of=self) for k, v in values.items()})
        return self

    def apply(self, scene: SceneLike) -> None:
        """OSError when the file cannot be read, ValueError when it has no such world."""
        world = append(scene._stage, "worlds", self.filepath, self.world_name)
        for key, value in self.params.items():
            world[key] = value
        bpy.context.scene.world = world
