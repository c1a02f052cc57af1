# SPDX-License-Identifier: MIT
"""The camera, and what it sees: pose and intrinsics in pixels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Dict, Iterable, Literal, Optional, Union

import bpy
from mathutils import Matrix

from ..engine import measure, units
from ..engine.ranges import within_degrees
from ..engine.rays import Rays
from ..engine.timeline import check_key, insert_key
from ..plain.meta import about, f32, f32_list, f32_rows, plain
from ..plain.projection import Projection, intrinsics, parallel
from ..plain import values
from ..plain.types import MatrixLike, Resolution, RotationLike, VectorLike
from ..plain.values import choice, number, refuse, whole
from .objects import Object, several
from .optics import Optics
from .projections import projection_meta
from .stage import SceneLike
from .timed import Interpolation

if TYPE_CHECKING:
    from typing import Self


class Camera(Optics, Object):
    """A camera; it looks along its -Z axis, +Y is up. TypeError when `obj` is none."""

    def __init__(
        self, obj: bpy.types.Object, scene: SceneLike, register_object: bool = True
    ) -> None:
        if getattr(obj, "type", None) != "CAMERA":
            refuse(TypeError, "obj", "an object of Blender of the type CAMERA", obj)
        super().__init__(obj, scene, register_object)

    def set_matrix(self, matrix: MatrixLike, axes: Literal["opengl", "opencv"] = "opengl") -> Self:
        """Places it by a 4x4 matrix, camera to world, as the record has it in `matrix_world`.

        `axes`: whether the camera looks along -Z with +Y up (`opengl`, as Blender's do), or along
        +Z with +Y down (`opencv`). Errors as for every object.
        """
        word = choice(axes, "axes", ("opengl", "opencv"), of=self)
        rows = values.matrix(matrix, "matrix", 4, of=self)
        if word == "opencv":
            rows = tuple((x, -y, -z, w) for x, y, z, w in rows)
        return super().set_matrix(rows)

    def set_fov(self, angle: float) -> Self:
        """Field of view along the longer side of the picture, in degrees.

        ValueError outside 0.367 to 172.847, which is what Blender takes.
        """
        self._put_fov(self._fov(angle))
        return self

    def _fov(self, angle: Any) -> float:
        return within_degrees(self.obj.data, "angle", angle, "angle", of=self)

    def _put_fov(self, angle: float) -> None:
        self.obj.data.lens_unit = "FOV"
        self.obj.data.angle = angle

    def keyframe(
        self,
        frame: float,
        location: Optional[VectorLike] = None,
        rotation: Optional[RotationLike] = None,
        scale: Optional[Union[float, VectorLike]] = None,
        *,
        visible: Optional[bool] = None,
        fov: Optional[float] = None,
        interpolation: Interpolation = "LINEAR",
    ) -> Self:
        """As for every object; `fov` also holds a field of view (degrees, see `set_fov`).

        Between two keys it is the focal length that is interpolated.
        """
        check_key(frame, interpolation, of=self)
        angle = None if fov is None else self._fov(fov)
        if angle is None or any(v is not None for v in (location, rotation, scale, visible)):
            super().keyframe(
                frame, location, rotation, scale, visible=visible, interpolation=interpolation
            )
        if angle is not None:
            self._put_fov(angle)
            insert_key(self.obj.data, "lens", frame, interpolation)
        return self

    # -- what it sees, by rays

    def sees(self, objects: Union[Object, Iterable[Object]], at_least: float = 0.0) -> bool:
        """Whether it sees more than that share of an object, or of several taken as one."""
        return self.visible_fraction(objects) > number(at_least, "at_least", 0, 1, of=self)

    def visible_fraction(self, objects: Union[Object, Iterable[Object]], rays: int = 400) -> float:
        """How much of an object is seen: 1 whole, 0 when it is hidden or out of the picture.

        Of what it would cover, with all that hangs on it, without others and without the picture's
        border, by about so many rays over its box; several objects are taken as one. Other objects
        hide it, transparent or not. ValueError for a panoramic camera.
        """
        wanted = {o.obj for o in several(objects, "objects", of=self)}
        wanted.update(child for obj in list(wanted) for child in measure.family(obj))
        count = whole(rays, "rays", 1, of=self)
        return self._rays().visible_share(wanted, count)

    def clearance(self, rays: int = 400) -> float:
        """Metres to the nearest surface in the picture, by about so many rays; infinite when there
        is none."""
        return self._rays().nearest(whole(rays, "rays", 1, of=self))

    def _rays(self) -> Rays:
        place = measure.world_matrix(self.obj)
        return Rays(_projection(self.obj.data, place, self.scene.resolution))

    def _get_meta(self, depsgraph: Any = None) -> Dict[str, Any]:
        meta = super()._get_meta(depsgraph)
        meta["fov_degrees"] = f32(math.degrees(self.obj.data.angle))
        return meta


def projection_of(scene: bpy.types.Scene, depsgraph: Any) -> Projection:
    """How the evaluated scene camera projects, from where it is; lengths in metres."""
    evaluated = scene.camera.evaluated_get(depsgraph)
    resolution = (scene.render.resolution_x, scene.render.resolution_y)
    return _projection(evaluated.data, evaluated.matrix_world, resolution)


def _projection(data: Any, place: Matrix, resolution: Resolution) -> Projection:
    """How a camera projects from a place, into a picture of that resolution."""
    render = bpy.context.scene.render
    aspect = (render.pixel_aspect_x, render.pixel_aspect_y)
    shift = (data.shift_x, data.shift_y)
    matrix = None
    if data.type == "PERSP":
        matrix = intrinsics(
            data.lens,
            data.sensor_fit,
            data.sensor_width,
            data.sensor_height,
            resolution,
            aspect,
            shift,
        )
    elif data.type == "ORTHO":
        matrix = parallel(
            data.ortho_scale * units.scale(), data.sensor_fit, resolution, aspect, shift
        )
    pose = units.placed(unscaled(place))
    near, far = units.metres((data.clip_start, data.clip_end))
    return Projection(data.type, pose, matrix, resolution, (near, far))


def camera_meta(scene: bpy.types.Scene, depsgraph: Any) -> Dict[str, Any]:
    """The `camera` of the record: the evaluated scene camera.

    SceneError for numbers that are not finite.
    """
    with about(f"camera {scene.camera.name!r}"):
        meta: Dict[str, Any] = plain(_camera_meta(scene, depsgraph), "its numbers", False)
    return meta


def _camera_meta(scene: bpy.types.Scene, depsgraph: Any) -> Dict[str, Any]:
    data = scene.camera.evaluated_get(depsgraph).data
    view = projection_of(scene, depsgraph)
    meta: Dict[str, Any] = {
        "name": scene.camera.name,
        "type": view.kind,
        "matrix_world": f32_rows(view.matrix_world),
        "K": None,
        "fov": None,
        "clip": f32_list(view.clip),
    }
    if view.kind == "PERSP":
        assert view.matrix is not None
        meta["K"] = [[value + 0.0 for value in row] for row in view.matrix]
        meta["fov"] = [
            math.degrees(2.0 * math.atan(view.resolution[i] / (2.0 * view.matrix[i][i])))
            for i in range(2)
        ]
    else:
        aspect = (scene.render.pixel_aspect_x, scene.render.pixel_aspect_y)
        meta["projection"] = projection_meta(data, view, aspect)
    if view.kind == "ORTHO":
        meta["ortho_scale"] = f32(data.ortho_scale * units.scale())
    return meta


def unscaled(matrix: Matrix) -> Matrix:
    """`matrix` with axes of length 1, as the renderer takes a camera's."""
    columns = [matrix.col[i].to_3d().normalized().to_4d() for i in range(3)]
    for column in columns:
        column.w = 0.0
    return Matrix([*columns, matrix.col[3]]).transposed()
