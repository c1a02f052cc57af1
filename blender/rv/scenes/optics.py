# SPDX-License-Identifier: MIT
"""How a camera sees: lens, sensor, intrinsics in pixels, depth of field, kinds of projection.

Lens and sensor are in millimetres, as on a real camera; lengths in the scene in metres; angles in
degrees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Optional, Sequence, Union

import bpy

from ..engine import compat
from ..engine.ranges import within, within_degrees
from ..plain import values
from ..plain.projection import exact_lens
from ..plain.types import Components, VectorLike
from ..plain.values import choice, number, refuse, whole
from .placed import Placed
from .stage import SceneLike

if TYPE_CHECKING:
    from typing import Self


class Optics:
    """The part of a camera that has to do with how it sees."""

    obj: bpy.types.Object
    """Blender's object."""
    scene: SceneLike
    """The scene that it belongs to."""

    def set_intrinsics(
        self,
        K: Union[Sequence[VectorLike], Components],
        width: Optional[int] = None,
        height: Optional[int] = None,
    ) -> Self:
        """Sees by a 3x3 matrix in pixels, as the record has it in `camera.K`.

        Three rows, or nine numbers row by row. x is to the right, y down, the centre of the first
        pixel at (0.5, 0.5). `width` and `height` become the scene's resolution; None leaves that
        as it is. Pixels that are not square (fx and fy differ) are for all cameras of the scene.
        ValueError for a K with skew, or a focal length that is not above 0.
        """
        rows = values.matrix(K, "K", 3, of=self)
        (fx, skew, _), (zero, fy, _), last = rows
        if min(fx, fy) <= 0.0 or skew != 0.0 or zero != 0.0 or last != (0.0, 0.0, 1.0):
            wanted = "[[fx, 0, cx], [0, fy, cy], [0, 0, 1]] with fx and fy above 0"
            refuse(ValueError, "K", wanted, K, self)
        now = self.scene.resolution
        size = values.resolution((width or now[0], height or now[1]), of=self)
        lens, data, render = exact_lens(rows, size), self.obj.data, bpy.context.scene.render
        side = "sensor_width" if lens.fit == "HORIZONTAL" else "sensor_height"
        given = {"lens": lens.lens, side: lens.sensor}
        given.update(shift_x=lens.shift[0], shift_y=lens.shift[1])
        checked = {name: within(data, name, v, name, of=self) for name, v in given.items()}
        self.scene.resolution = size
        data.type, data.sensor_fit, data.lens_unit = "PERSP", lens.fit, "MILLIMETERS"
        for name, value in checked.items():
            setattr(data, name, value)
        render.pixel_aspect_x, render.pixel_aspect_y = lens.pixel_aspect
        return self

    def set_lens(self, millimetres: float) -> Self:
        """The focal length. ValueError for less than 1."""
        value = within(self.obj.data, "lens", millimetres, "millimetres", of=self)
        self.obj.data.type, self.obj.data.lens_unit = "PERSP", "MILLIMETERS"
        self.obj.data.lens = value
        return self

    def set_sensor(
        self,
        width: float,
        height: Optional[float] = None,
        fit: Literal["auto", "horizontal", "vertical"] = "auto",
    ) -> Self:
        """The sensor's size, at first 36 by 24.

        `fit`: whether the picture's width is that of the sensor, or its height the sensor's, or
        (`auto`) its longer side the sensor's width. ValueError for less than 1.
        """
        data = self.obj.data
        wide = within(data, "sensor_width", width, "width", of=self)
        high = None if height is None else within(data, "sensor_height", height, "height", of=self)
        data.sensor_fit = choice(fit, "fit", ("auto", "horizontal", "vertical"), of=self).upper()
        data.sensor_width = wide
        if high is not None:
            data.sensor_height = high
        return self

    def set_shift(self, x: float = 0.0, y: float = 0.0) -> Self:
        """Moves the picture's centre without a turn, in shares of its longer side: up is +y."""
        data = self.obj.data
        right, up = (within(data, "shift_x", v, n, of=self) for v, n in ((x, "x"), (y, "y")))
        data.shift_x, data.shift_y = right, up
        return self

    def set_clip(self, near: float, far: float) -> Self:
        """What is nearer or farther is not seen. ValueError unless near is above 0, below far."""
        low = within(self.obj.data, "clip_start", near, "near", of=self)
        high = number(far, "far", above=low, of=self)
        self.obj.data.clip_start, self.obj.data.clip_end = low, high
        return self

    def set_depth_of_field(
        self,
        focus: Union[float, Placed],
        f_stop: float = 2.8,
        blades: int = 0,
    ) -> Self:
        """Blurs what is out of focus: `focus` is a distance or an object.

        The smaller `f_stop`, the stronger; `blades` of the diaphragm, 0 is round. Labels stay
        sharp: they are of a pinhole.
        """
        dof: Any = self.obj.data.dof
        stop = number(f_stop, "f_stop", above=0, of=self)
        edges = whole(blades, "blades", 0, 16, of=self)
        distance = None if isinstance(focus, Placed) else number(focus, "focus", above=0, of=self)
        dof.use_dof, dof.aperture_fstop, dof.aperture_blades = True, stop, edges
        dof.focus_object = focus.obj if isinstance(focus, Placed) else None
        if distance is not None:
            dof.focus_distance = distance
        return self

    def set_orthographic(self, scale: float) -> Self:
        """Sees without perspective; `scale` is the length of the picture's longer side."""
        self.obj.data.ortho_scale = number(scale, "scale", above=0, of=self)
        self.obj.data.type = "ORTHO"
        return self

    def set_panorama(
        self, kind: Literal["equirectangular", "fisheye"] = "equirectangular", fov: float = 180.0
    ) -> Self:
        """Sees all around, or by a fisheye of that field of view whose angles are even.

        The record has no K then. ValueError for another kind, and a `fov` outside 10 to 360.
        """
        word = choice(kind, "kind", ("equirectangular", "fisheye"), of=self)
        owner = compat.panorama(self.obj.data)
        angle = within_degrees(owner, "fisheye_fov", fov, "fov", of=self)
        self.obj.data.type = "PANO"
        owner.panorama_type = "FISHEYE_EQUIDISTANT" if word == "fisheye" else "EQUIRECTANGULAR"
        owner.fisheye_fov = angle
        return self
