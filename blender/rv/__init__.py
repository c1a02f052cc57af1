# SPDX-License-Identifier: MIT
"""rv: scenes for labelled synthetic datasets, described in Python and rendered by Blender.

A scene script subclasses `rv.Scene`. Inside Blender this package is the whole scene API; elsewhere
(editors, tests) only the modules that need no Blender can be imported.
"""

from importlib.util import find_spec as _find_spec
from typing import TYPE_CHECKING

__all__ = [
    "AABB",
    "AreaLight",
    "AssetFactory",
    "BVHTree",
    "BasicMaterial",
    "BasicWorld",
    "Camera",
    "CellCoords",
    "Color",
    "ColorRGB",
    "ColorRGBA",
    "ColorValue",
    "Domain",
    "Float2",
    "Float3",
    "Float4",
    "GeneratorFactory",
    "GeneratorHandle",
    "HDRIWorld",
    "ImportedMaterial",
    "ImportedWorld",
    "JSONSerializable",
    "Light",
    "LightFactory",
    "Material",
    "MaterialFactory",
    "NormalMap",
    "Object",
    "ObjectFactory",
    "ObjectLoader",
    "ObjectLoaderSource",
    "ObjectStats",
    "OptionalColor",
    "PASS_MAP",
    "ParametricSource",
    "PointLight",
    "Polygon2D",
    "PrincipledBSDF",
    "RenderPass",
    "RenderPassSet",
    "Resolution",
    "ScatterSource",
    "ScatterValidationResult",
    "Scene",
    "SemanticChannelSet",
    "ShaderMaterial",
    "SkyWorld",
    "SpotLight",
    "SunLight",
    "TagSet",
    "TextureImage",
    "Value",
    "Vector",
    "VectorValue",
    "World",
    "bpy",
    "mathutils",
    "simulate_physics",
]

if TYPE_CHECKING or _find_spec("bpy") is not None:
    import bpy
    import mathutils
    from mathutils import Vector
    from mathutils.bvhtree import BVHTree

    from .aliases import (
        AABB,
        CellCoords,
        Color,
        ColorRGB,
        ColorRGBA,
        Float2,
        Float3,
        Float4,
        JSONSerializable,
        ObjectLoaderSource,
        OptionalColor,
        Polygon2D,
        RenderPassSet,
        Resolution,
        ScatterSource,
        ScatterValidationResult,
        SemanticChannelSet,
        TagSet,
    )
    from .assets import AssetFactory
    from .camera import Camera
    from .domain import Domain
    from .factories import LightFactory, MaterialFactory, ObjectFactory
    from .generators import GeneratorFactory, GeneratorHandle
    from .geometry import ObjectStats
    from .legacy import ParametricSource
    from .lights import AreaLight, Light, PointLight, SpotLight, SunLight
    from .materials import BasicMaterial, ImportedMaterial, Material, ShaderMaterial
    from .objects import Object, ObjectLoader
    from .passes import PASS_MAP, RenderPass
    from .physics import simulate_physics
    from .scene import Scene
    from .shader import (
        ColorValue,
        NormalMap,
        PrincipledBSDF,
        TextureImage,
        Value,
        VectorValue,
    )
    from .worlds import BasicWorld, HDRIWorld, ImportedWorld, SkyWorld, World
    from . import internal, ownership  # noqa: F401 (rv.internal is a public name)

    def __getattr__(name: str) -> object:
        if name == "_ACTIVE_RUN_ID":
            return ownership.active_run_id
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
