# SPDX-License-Identifier: MIT
"""What `self.objects`, `self.lights` and `self.materials` of a scene can make."""

from __future__ import annotations

import os
from typing import Any, Literal, Optional, Sequence, Type, TypeVar

import bpy

from ..engine import compat, primitives
from ..plain import arrays
from ..plain.files import existing, listing
from ..plain.types import PairLike, VectorLike
from ..plain.values import choice, number, refuse, text, whole
from . import pbr
from .assets import expand
from .lights import AreaLight, Light, PointLight, SpotLight, SunLight
from .materials import BasicMaterial, ImportedMaterial, ShaderMaterial
from .objects import Object
from .stage import SceneLike

SEGMENTS_MIN, RINGS_MIN = 3, 2  # of a sphere
SEGMENTS_MAX = 10000

AnyLight = TypeVar("AnyLight", bound=Light)


class ObjectFactory:
    """Primitives, meshes and letters, made at the world's origin; lengths in metres.

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

    def cylinder(
        self, name: str = "Cylinder", radius: float = 1.0, height: float = 2.0, segments: int = 32
    ) -> Object:
        """A cylinder along Z, of at least 3 segments."""
        across = whole(segments, f"segments of {name!r}", SEGMENTS_MIN, SEGMENTS_MAX)
        flat = number(radius, f"radius of {name!r}", 0)
        high = number(height, f"height of {name!r}", 0)
        return self._create(text(name, "name"), primitives.cone(name, flat, flat, high, across))

    def cone(
        self,
        name: str = "Cone",
        radius: float = 1.0,
        height: float = 2.0,
        segments: int = 32,
        top_radius: float = 0.0,
    ) -> Object:
        """A cone along Z, its tip up; with a `top_radius` it is cut off there."""
        across = whole(segments, f"segments of {name!r}", SEGMENTS_MIN, SEGMENTS_MAX)
        flat = number(radius, f"radius of {name!r}", 0)
        top = number(top_radius, f"top_radius of {name!r}", 0)
        high = number(height, f"height of {name!r}", 0)
        return self._create(text(name, "name"), primitives.cone(name, flat, top, high, across))

    def torus(
        self,
        name: str = "Torus",
        radius: float = 1.0,
        tube_radius: float = 0.25,
        segments: int = 48,
        tube_segments: int = 12,
    ) -> Object:
        """A ring around Z; `radius` is that of the circle in the middle of its tube."""
        across = whole(segments, f"segments of {name!r}", SEGMENTS_MIN, SEGMENTS_MAX)
        around = whole(tube_segments, f"tube_segments of {name!r}", SEGMENTS_MIN, SEGMENTS_MAX)
        flat = number(radius, f"radius of {name!r}", 0)
        tube = number(tube_radius, f"tube_radius of {name!r}", 0)
        return self._create(text(name, "name"), primitives.torus(name, flat, tube, across, around))

    def capsule(
        self,
        name: str = "Capsule",
        radius: float = 0.5,
        height: float = 2.0,
        segments: int = 32,
        ring_count: int = 8,
    ) -> Object:
        """A cylinder along Z with half spheres, of `ring_count` bands, at its ends.

        `height` is all of it: ValueError for less than twice the radius.
        """
        across = whole(segments, f"segments of {name!r}", SEGMENTS_MIN, SEGMENTS_MAX)
        down = whole(ring_count, f"ring_count of {name!r}", 1, SEGMENTS_MAX)
        flat = number(radius, f"radius of {name!r}", 0)
        high = number(height, f"height of {name!r}", 2.0 * flat)
        return self._create(text(name, "name"), primitives.capsule(name, flat, high, across, down))

    def mesh(
        self,
        vertices: Sequence[VectorLike],
        faces: Sequence[Sequence[int]],
        uvs: Optional[Sequence[PairLike]] = None,
        name: str = "Mesh",
    ) -> Object:
        """A mesh of your own, from lists or arrays of NumPy.

        `vertices`: (x, y, z) each. `faces`: for each the numbers of its vertices, from 0 on,
        counter-clockwise from outside. `uvs`: (u, v) for each corner of each face in their order,
        or for each vertex. TypeError and ValueError name the row that is wrong.
        """
        points = arrays.points(vertices, "vertices")
        polygons = arrays.polygons(faces, len(points), "faces")
        pairs = arrays.corner_uvs(uvs, polygons, len(points), "uvs")
        data = primitives.from_arrays(text(name, "name"), points, polygons, pairs)
        return self._create(name, data)

    def text(
        self,
        body: str,
        name: str = "Text",
        size: float = 1.0,
        depth: float = 0.0,
        align: Literal["left", "center", "right"] = "center",
        font: Optional[str] = None,
    ) -> Object:
        """Letters in the XY plane, to be read from above; `depth` makes them solid.

        `align`: which part of a line is at the origin. `font`: a file (.ttf, .otf), None is the one
        that Blender has in it. FileNotFoundError tells what there is instead of a missing one,
        OSError when it cannot be read.
        """
        word = choice(align, "align", ("left", "center", "right"))
        high, deep = number(size, "size", above=0), number(depth, "depth", 0)
        letters, title = text(body, "body"), text(name, "name")
        typeface = None if font is None else _font(font)
        curve = bpy.data.curves.new(title, "FONT")
        curve.body, curve.size, curve.extrude = letters, high, deep / 2.0
        curve.align_x, curve.align_y = word.upper(), "CENTER"
        if typeface is not None:
            curve.font = typeface
        return self._create(title, curve)

    def wrap(self, obj: bpy.types.Object) -> Object:
        """An object that was made with `rv.bpy` as one of the scene, with an index: an rv.Object,
        rv.Camera or light. The same one every time.

        TypeError for what is no object of Blender's.
        """
        if not isinstance(obj, bpy.types.Object):
            refuse(TypeError, "obj", "an object of Blender (bpy.types.Object)", obj)
        stage = self.scene._stage
        for known in stage.alive((*stage.objects, *stage.lights)):
            if known.obj == obj:
                found: Object = known
                return found
        if obj.name not in bpy.context.scene.objects:
            stage.link(obj)
        made: Object = stage.wrap(obj, self.scene, True)
        return made


def _font(path: str) -> bpy.types.VectorFont:
    file = existing(expand(path))
    try:
        return bpy.data.fonts.load(os.path.abspath(file), check_existing=True)
    except RuntimeError:
        raise OSError(f"{path} cannot be read as a font") from None


class LightFactory:
    """Lights, made at the world's origin, shining down (-Z).

    Power is in watts, for a sun in watts per square metre.
    """

    def __init__(self, scene: SceneLike) -> None:
        self.scene = scene
        """The scene that it belongs to."""

    def _create(self, kind: Type[AnyLight], blender_type: str, name: str, power: float) -> AnyLight:
        watts = number(power, f"rv.{kind.__name__} {name!r}: power", 0)
        data = compat.new_light(text(name, "name"), blender_type)
        data.energy = watts
        obj = bpy.data.objects.new(name, data)
        self.scene._stage.link(obj)
        return kind(obj, self.scene)

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

    def textures(
        self, folder: str, name: Optional[str] = None, tiles: float = 1.0, depth: float = 0.01
    ) -> ShaderMaterial:
        """A material out of a folder of textures, which are known by a word in their names:

        albedo, basecolor, diffuse or color; normal; roughness; metallic; ao; displacement or
        height; opacity. `tiles`: how often they are there along each side of the UV map. `depth`:
        metres between the lowest and the highest place of a displacement, which is shaded, but
        leaves the mesh as it is. FileNotFoundError tells what there is instead of a missing folder,
        ValueError what is in one without colours.
        """
        path = os.path.normpath(expand(folder))
        often, deep = number(tiles, "tiles", above=0), number(depth, "depth", 0)
        found = pbr.textures_in(path)
        self.scene._stage.add_listing(listing(path))
        shown = os.path.basename(path) if name is None else name
        return ShaderMaterial(pbr.shader_of(found, often, deep), name=shown)
