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
    "Animated",
    "AreaLight",
    "AssetFactory",
    "BVHTree",
    "BasicMaterial",
    "BasicWorld",
    "BinaryMath",
    "Camera",
    "Categories",
    "Category",
    "Bump",
    "CellCoords",
    "Color",
    "ColorLike",
    "ColorRGB",
    "ColorRGBA",
    "ColorValue",
    "CustomMeta",
    "Domain",
    "Euler",
    "Expr",
    "Float2",
    "Float3",
    "Float4",
    "Folder",
    "GeneratorFactory",
    "GeneratorHandle",
    "HDRIWorld",
    "ImportedMaterial",
    "ImportedWorld",
    "JSONSerializable",
    "Light",
    "LightFactory",
    "Loaded",
    "Material",
    "MaterialFactory",
    "MatrixLike",
    "NormalMap",
    "Object",
    "ObjectFactory",
    "ObjectLoader",
    "ObjectLoaderSource",
    "ObjectStats",
    "OlderDialect",
    "Optics",
    "OptionalColor",
    "PASS_MAP",
    "PairLike",
    "ParametricSource",
    "PassName",
    "Placed",
    "PointLight",
    "Polygon2D",
    "PrincipledBSDF",
    "Quaternion",
    "Range",
    "RenderPass",
    "RenderPassSet",
    "Resolution",
    "RotationLike",
    "Sampler",
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
    "Tagged",
    "TextureImage",
    "TiledImage",
    "Timed",
    "Value",
    "Vector",
    "VectorLike",
    "VectorValue",
    "Viewed",
    "World",
    "bpy",
    "mathutils",
    "simulate_physics",
]

if TYPE_CHECKING or _find_spec("bpy") is not None:
    import bpy
    import mathutils
    from mathutils import Euler, Quaternion, Vector
    from mathutils.bvhtree import BVHTree

    from .engine import owned
    from .engine.measure import ObjectStats
    from .engine.passes import PASS_MAP, PassName, RenderPass, RenderPassSet
    from .legacy import runner as internal
    from .legacy import vbvr
    from .legacy.dialect import OlderDialect, ParametricSource
    from .plain.categories import Categories, Category
    from .plain.rng import Stream
    from .plain.sampling import Range, Sampler
    from .plain.tags import CustomMeta, Tagged
    from .plain.types import (
        CellCoords,
        Color,
        ColorLike,
        ColorRGB,
        ColorRGBA,
        Float2,
        Float3,
        Float4,
        JSONSerializable,
        MatrixLike,
        OptionalColor,
        PairLike,
        Polygon2D,
        Resolution,
        RotationLike,
        ScatterValidationResult,
        SemanticChannelSet,
        TagSet,
        VectorLike,
    )
    from .scenes import shader
    from .scenes.assets import AssetFactory
    from .scenes.camera import Camera
    from .scenes.domain import AABB, Domain
    from .scenes.factories import LightFactory, MaterialFactory, ObjectFactory
    from .scenes.folder import Folder
    from .scenes.generators import GeneratorFactory, GeneratorHandle
    from .scenes.lights import AreaLight, Light, PointLight, SpotLight, SunLight
    from .scenes.loaded import Loaded
    from .scenes.materials import BasicMaterial, ImportedMaterial, Material, ShaderMaterial
    from .scenes.objects import Object, ObjectLoader
    from .scenes.optics import Optics
    from .scenes.pbr import Bump, TiledImage
    from .scenes.physics import simulate_physics
    from .scenes.placed import Placed
    from .scenes.scatter import ObjectLoaderSource, ScatterSource
    from .scenes.scene import Scene
    from .scenes.shader import (
        BinaryMath,
        ColorValue,
        Expr,
        NormalMap,
        PrincipledBSDF,
        TextureImage,
        Value,
        VectorValue,
    )
    from .scenes.timed import Animated, Timed
    from .scenes.views import Viewed
    from .scenes.worlds import BasicWorld, HDRIWorld, ImportedWorld, SkyWorld, World

    # Modules that scripts import by these names.
    _sys.modules[f"{__name__}.internal"] = internal
    _sys.modules[f"{__name__}.shader"] = shader
    _sys.modules[f"{__name__}.vbvr"] = vbvr

    def __getattr__(name: str) -> object:
        if name == "_ACTIVE_RUN_ID":
            return owned.RUN.id
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
