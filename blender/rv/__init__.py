# SPDX-License-Identifier: MIT
"""rv: scenes for labelled synthetic datasets, described in Python and rendered by Blender.

A scene script subclasses `rv.Scene`. Inside Blender this package is the whole scene API; elsewhere
(editors, tests) only the modules that need no Blender can be imported.
"""

import sys as _sys
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
    "Expr",
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
    "OlderDialect",
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
    "Stream",
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

    from .engine import owned
    from .engine.measure import ObjectStats
    from .engine.passes import PASS_MAP, RenderPass, RenderPassSet
    from .legacy import runner as internal
    from .legacy.dialect import OlderDialect, ParametricSource
    from .plain.rng import Stream
    from .plain.types import (
        CellCoords,
        Color,
        ColorRGB,
        ColorRGBA,
        Float2,
        Float3,
        Float4,
        JSONSerializable,
        OptionalColor,
        Polygon2D,
        Resolution,
        ScatterValidationResult,
        SemanticChannelSet,
        TagSet,
    )
    from .scenes import shader
    from .scenes.assets import AssetFactory
    from .scenes.camera import Camera
    from .scenes.domain import AABB, Domain
    from .scenes.factories import LightFactory, MaterialFactory, ObjectFactory
    from .scenes.generators import GeneratorFactory, GeneratorHandle
    from .scenes.lights import AreaLight, Light, PointLight, SpotLight, SunLight
    from .scenes.materials import BasicMaterial, ImportedMaterial, Material, ShaderMaterial
    from .scenes.objects import Object, ObjectLoader
    from .scenes.physics import simulate_physics
    from .scenes.scatter import ObjectLoaderSource, ScatterSource
    from .scenes.scene import Scene
    from .scenes.shader import (
        ColorValue,
        Expr,
        NormalMap,
        PrincipledBSDF,
        TextureImage,
        Value,
        VectorValue,
    )
    from .scenes.worlds import BasicWorld, HDRIWorld, ImportedWorld, SkyWorld, World

    # Modules that scripts import by these names.
    _sys.modules[f"{__name__}.internal"] = internal
    _sys.modules[f"{__name__}.shader"] = shader

    def __getattr__(name: str) -> object:
        if name == "_ACTIVE_RUN_ID":
            return owned.RUN.id
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
