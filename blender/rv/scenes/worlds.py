# SPDX-License-Identifier: MIT
"""What surrounds and lights a scene: a colour, a sky, a panorama, or a .blend file's world.

Angles are in degrees; what is None keeps Blender's default.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

import bpy

from ..engine import compat
from ..engine.owned import own
from ..plain.values import rgba
from .assets import append, expand
from .shader import load_image
from .stage import SceneLike, Stage

if TYPE_CHECKING:
    from typing import Self


def _radians(angle: Optional[float]) -> Optional[float]:
    return None if angle is None else math.radians(angle)


class World:
    """Base of all worlds."""

    def _update(self, **values: Any) -> Self:
        for key, value in values.items():
            if value is not None:
                setattr(self, key, value)
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

    def __init__(self) -> None:
        self.color: Optional[Tuple[float, ...]] = None
        """Linear RGBA."""
        self.strength: Optional[float] = None
        """Factor of the light."""

    def set_params(self, color: Any = None, strength: Optional[float] = None) -> Self:
        """Linear colour of 3 or 4 components (TypeError otherwise), and its factor."""
        return self._update(color=None if color is None else rgba(color), strength=strength)

    def _build(self, stage: Stage, tree: Any, background: Any) -> None:
        _set(background.inputs["Color"], self.color)
        _set(background.inputs["Strength"], self.strength)


class SkyWorld(World):
    """A clear sky with a sun."""

    def __init__(self) -> None:
        self.strength: Optional[float] = None
        """Factor of the light."""
        self.sun_size: Optional[float] = None
        """Angle under which the sun is seen, in degrees."""
        self.sun_intensity: Optional[float] = None
        """Factor of the sun's light."""
        self.sun_elevation: Optional[float] = None
        """Height of the sun above the horizon, in degrees."""
        self.rotation_z: Optional[float] = None
        """Turn of the sun about the vertical axis, in degrees."""
        self.altitude: Optional[float] = None
        """Height of the camera above the sea, in metres."""
        self.air: Optional[float] = 0.1
        """Density of the air, 1 is that of the earth."""
        self.aerosol_density: Optional[float] = 0.01
        """Density of dust, 1 is that of a city."""
        self.ozone: Optional[float] = 10.0
        """Density of the ozone, 1 is that of a city."""

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
        """Factor of the light; size, intensity, elevation, direction of the sun; densities."""
        values = {key: value for key, value in locals().items() if key != "self"}
        return self._update(**values)

    def _build(self, stage: Stage, tree: Any, background: Any) -> None:
        sky = tree.nodes.new("ShaderNodeTexSky")
        compat.set_sky(
            sky,
            sun_size=_radians(self.sun_size),
            sun_intensity=self.sun_intensity,
            sun_elevation=_radians(self.sun_elevation),
            sun_rotation=_radians(self.rotation_z),
            altitude=self.altitude,
            air_density=self.air,
            aerosol_density=self.aerosol_density,
            ozone_density=self.ozone,
        )
        tree.links.new(sky.outputs[0], background.inputs["Color"])
        _set(background.inputs["Strength"], self.strength)


class HDRIWorld(World):
    """A panorama from an image file. RuntimeError before the render when it cannot be read."""

    def __init__(self, hdri_path: str) -> None:
        self.hdri_path = hdri_path
        """The panorama, relative to the root directory."""
        self.strength: Optional[float] = None
        """Factor of the light."""
        self.rotation_z: Optional[float] = None
        """Turn about the vertical axis, in degrees."""

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
        self.filepath = expand(filepath)
        """The .blend file, relative to the root directory."""
        self.world_name = world_name
        """Which world of the file; None is the first one."""
        self.params: Dict[str, Any] = {}
        """What `set_params` set."""

    def set_params(self, **values: Any) -> Self:
        """Values that are written to the world as custom properties."""
        self.params.update(values)
        return self

    def apply(self, scene: SceneLike) -> None:
        """OSError when the file cannot be read, ValueError when it has no such world."""
        world = append(scene._stage, "worlds", self.filepath, self.world_name)
        for key, value in self.params.items():
            world[key] = value
        bpy.context.scene.world = world
