# SPDX-License-Identifier: MIT
"""What `self.objects`, `self.lights` and `self.materials` of a scene can make."""

from __future__ import annotations

from typing import Any, Optional, Type, TypeVar

import bpy

from ..engine import compat, primitives
from ..plain.values import number, text, whole
from .lights import AreaLight, Light, PointLight, SpotLight, SunLight
from .materials import BasicMaterial, ImportedMaterial
from .objects import Object
from .stage import SceneLike

SEGMENTS_MIN, RINGS_MIN = 3, 2  # of a sphere
SEGMENTS_MAX = 10000

AnyLight = TypeVar("AnyLight", bound=Light)


class ObjectFactory:
    """Primitives, made at the world's origin; lengths in metres.

    TypeError for what is no number, ValueError for sizes below 0 and too few parts.
    """

    def __init__(self, scene: SceneLike) -> None:
        self.scene = scene
        """The scene that it belongs to."""

    def _create(self, name: str, data: Optional[Any]) -> Object:
        obj = bpy.data.objects.new(name, data)
        self.scene._stage.link(obj)
        return Object(obj, self.scene)

    def empty(self, name: str = "Empty") -> Object:
        """A point without geometry, to aim at or to hang things on."""
        return self._create(text(name, "name"), None)

    def sphere(
        self, name: str = "Sphere", radius: float = 1.0, segments: int = 32, ring_count: int = 16
    ) -> Object:
        """A UV sphere, of at least 3 segments and 2 rings."""
        size = number(radius, f"radius of {name!r}", 0)
        across = whole(segments, f"segments of {name!r}", SEGMENTS_MIN, SEGMENTS_MAX)
        down = whole(ring_count, f"ring_count of {name!r}", RINGS_MIN, SEGMENTS_MAX)
        return self._create(text(name, "name"), primitives.sphere(name, size, across, down))

    def cube(self, name: str = "Cube", size: float = 2.0) -> Object:
        """A cube; `size` is the length of its edges."""
        edge = number(size, f"size of {name!r}", 0)
        return self._create(text(name, "name"), primitives.cube(name, edge))

    def plane(self, name: str = "Plane", size: float = 2.0) -> Object:
        """A square in the XY plane; `size` is the length of its edges."""
        edge = number(size, f"size of {name!r}", 0)
        return self._create(text(name, "name"), primitives.plane(name, edge))


class LightFactory:
    """Lights, made at the world's origin, shining down (-Z).

    Power is in watts, for a sun in watts per square metre.
    """

    def __init__(self, scene: SceneLike) -> None:
        self.scene = scene
        """The scene that it belongs to."""

    def _create(self, kind: Type[AnyLight], blender_type: str, name: str, power: float) -> AnyLight:
        data = compat.new_light(text(name, "name"), blender_type)
        obj = bpy.data.objects.new(name, data)
        self.scene._stage.link(obj)
        light = kind(obj, self.scene)
        light.set_power(power)
        return light

    def point(self, name: str = "Point", power: float = 1000.0) -> PointLight:
        """A light that shines to all sides."""
        return self._create(PointLight, "POINT", name, power)

    def sun(self, name: str = "Sun", power: float = 1.0) -> SunLight:
        """Parallel light; only its direction counts."""
        return self._create(SunLight, "SUN", name, power)

    def area(self, name: str = "Area", power: float = 100.0) -> AreaLight:
        """A luminous face."""
        return self._create(AreaLight, "AREA", name, power)

    def spot(self, name: str = "Spot", power: float = 1000.0) -> SpotLight:
        """A cone of light."""
        return self._create(SpotLight, "SPOT", name, power)


class MaterialFactory:
    """Descriptions of materials, from which Blender's are made when first assigned."""

    def __init__(self, scene: SceneLike) -> None:
        self.scene = scene
        """The scene that it belongs to."""

    def basic(self, name: str = "Material") -> BasicMaterial:
        """A plain surface with colour, roughness and so on."""
        return BasicMaterial(name)

    def imported(self, blendfile: str, material_name: Optional[str] = None) -> ImportedMaterial:
        """A material out of a .blend file, the first one when there is no name."""
        return ImportedMaterial(blendfile, material_name)
