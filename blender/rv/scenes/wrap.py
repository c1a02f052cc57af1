# SPDX-License-Identifier: MIT
"""From an object of Blender to what scripts know of it."""

from __future__ import annotations

from typing import Dict, Type

import bpy

from .camera import Camera
from .lights import AreaLight, Light, PointLight, SpotLight, SunLight
from .objects import Object
from .stage import SceneLike

_LIGHTS: Dict[str, Type[Light]] = {
    "POINT": PointLight,
    "SUN": SunLight,
    "AREA": AreaLight,
    "SPOT": SpotLight,
}


def wrap(obj: bpy.types.Object, scene: SceneLike, register_object: bool = True) -> Object:
    """An Object, of a lamp a Light of its kind, of a camera a Camera."""
    kind: Type[Object] = Object
    if obj.type == "LIGHT":
        kind = _LIGHTS.get(obj.data.type, Light)
    elif obj.type == "CAMERA":
        kind = Camera
    return kind(obj, scene, register_object)
