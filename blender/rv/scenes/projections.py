# SPDX-License-Identifier: MIT
"""How a camera that is no pinhole sees, as the record has it: enough to unproject any label.

Angles are in degrees, sensors and focal lengths in millimetres, `center` in pixels of K. A pixel's
direction, x right, y up, z backwards, follows from how far it is from the centre:

* `orthographic`: all are 0 0 -1; a metre is `scale` pixels across and up;
* `equirectangular`: `longitude` of the left and right border, `latitude` of the lower and upper
  one; sin(lon) cos(lat), sin(lat), -cos(lon) cos(lat);
* `fisheye_equidistant`, `fisheye_equisolid`, `fisheye_lens_polynomial`: r away from the centre the
  angle from the axis is `fov` r / 2, with r in half widths and half heights of the picture;
  2 asin(r / (2 `lens`)); -(c0 + c1 r + c2 r^2 + ...) by `coefficients`; with r in millimetres of
  the `sensor`, which the picture fills. Beyond half of `fov` nothing is seen;
* `mirrorball`: likewise 2 asin(r), with r in half widths and half heights, and nothing beyond 1;
* `equiangular_cubemap_face`: tan(x), tan(y), -1, x and y being pi / 2 at a picture's width and
  height away from the centre;
* `central_cylindrical`: `longitude` as above, and `height`, how high the lower and the upper border
  are at 1 from the axis; sin(lon), height, -cos(lon).

Other kinds of cameras are a SceneError: nothing would tell where their labels are.
"""

from __future__ import annotations

import math
from typing import Any, Callable, Dict, List, Tuple

from ..engine import compat
from ..plain.errors import SceneError
from ..plain.meta import f32_list
from ..plain.projection import Projection, sensor_size

Member = Dict[str, Any]
Aspect = Tuple[float, float]  # of a pixel


def projection_meta(data: Any, view: Projection, pixel_aspect: Aspect) -> Member:
    """The member `projection` of a record's camera: of a camera's data, which sees as in `view`.

    SceneError for a kind that is not known.
    """
    if view.kind == "ORTHO":
        assert view.matrix is not None
        (fx, _, cx), (_, fy, cy), _ = view.matrix
        return {"type": "orthographic", "scale": [fx, fy], "center": [cx, cy]}
    if view.kind != "PANO":
        raise SceneError(f"its type is {view.kind}, labels are known of PERSP, ORTHO and PANO")
    kind = compat.panorama(data).panorama_type
    if kind not in _PANORAMAS:
        raise SceneError(f"its panorama is {kind}, labels are known of: {', '.join(_PANORAMAS)}")
    return {"type": kind.lower(), **_PANORAMAS[kind](data, view, pixel_aspect)}


def _equirectangular(data: Any, view: Projection, pixel_aspect: Aspect) -> Member:
    return {
        name: [math.degrees(end) for end in _interval(data, f"{name}_{{}}", shift)]
        for name, shift in (("longitude", data.shift_x), ("latitude", data.shift_y))
    }


def _cylindrical(data: Any, view: Projection, pixel_aspect: Aspect) -> Member:
    ends = _interval(data, "central_cylindrical_range_u_{}", data.shift_x)
    high = _interval(data, "central_cylindrical_range_v_{}", data.shift_y)
    radius = compat.panorama(data).central_cylindrical_radius
    return {
        "longitude": [math.degrees(end) for end in ends],
        "height": [end / radius for end in high],
    }


def _interval(data: Any, name: str, shift: float) -> Tuple[float, float]:
    """What is at the two borders of the picture, that is shifted by a part of itself."""
    owner = compat.panorama(data)
    low, high = (getattr(owner, name.format(end)) for end in ("min", "max"))
    moved = (high - low) * shift
    return low + moved, high + moved


def _centred(data: Any, view: Projection, pixel_aspect: Aspect) -> Member:
    width, height = view.resolution
    return {"center": [(0.5 - data.shift_x) * width, (0.5 + data.shift_y) * height]}


def _fisheye(data: Any, view: Projection, pixel_aspect: Aspect) -> Member:
    fov = math.degrees(compat.panorama(data).fisheye_fov)
    return {**_centred(data, view, pixel_aspect), "fov": fov}


def _sensor(data: Any, view: Projection, pixel_aspect: Aspect) -> List[float]:
    sensor = data.sensor_height if data.sensor_fit == "VERTICAL" else data.sensor_width
    return list(sensor_size(sensor, data.sensor_fit, view.resolution, pixel_aspect))


def _equisolid(data: Any, view: Projection, pixel_aspect: Aspect) -> Member:
    (lens,) = f32_list([compat.panorama(data).fisheye_lens])
    return {
        **_fisheye(data, view, pixel_aspect),
        "lens": lens,
        "sensor": _sensor(data, view, pixel_aspect),
    }


def _polynomial(data: Any, view: Projection, pixel_aspect: Aspect) -> Member:
    owner = compat.panorama(data)
    numbers = [getattr(owner, f"fisheye_polynomial_k{i}") for i in range(5)]
    return {
        **_fisheye(data, view, pixel_aspect),
        "coefficients": f32_list(numbers),
        "sensor": _sensor(data, view, pixel_aspect),
    }


_PANORAMAS: Dict[str, Callable[[Any, Projection, Aspect], Member]] = {
    "EQUIRECTANGULAR": _equirectangular,
    "EQUIANGULAR_CUBEMAP_FACE": _centred,
    "MIRRORBALL": _centred,
    "CENTRAL_CYLINDRICAL": _cylindrical,
    "FISHEYE_EQUIDISTANT": _fisheye,
    "FISHEYE_EQUISOLID": _equisolid,
    "FISHEYE_LENS_POLYNOMIAL": _polynomial,
}
