# SPDX-License-Identifier: MIT
"""From points in the world to pixels: the arithmetic of Blender's cameras. Needs no Blender.

Pixels are those of K: x to the right, y down, the centre of the first pixel at (0.5, 0.5).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import List, NamedTuple, Optional, Sequence, Tuple

from .types import Float2, Float3

Rows = Sequence[Sequence[float]]


def _principal(
    sensor_fit: str,
    resolution: Tuple[int, int],
    pixel_aspect: Tuple[float, float],
    shift: Tuple[float, float],
) -> Tuple[float, float, float, float]:
    """The side that the sensor is fitted to, in pixel widths; a pixel's height by width; cx, cy."""
    width, height = resolution
    y_aspect = pixel_aspect[1] / pixel_aspect[0]
    horizontal = sensor_fit == "HORIZONTAL" or (sensor_fit == "AUTO" and width >= y_aspect * height)
    view = width if horizontal else y_aspect * height
    return view, y_aspect, width / 2.0 - shift[0] * view, height / 2.0 + shift[1] * view / y_aspect


def sensor_size(
    sensor: float,
    sensor_fit: str,
    resolution: Tuple[int, int],
    pixel_aspect: Tuple[float, float] = (1.0, 1.0),
) -> Tuple[float, float]:
    """Width and height of what the picture fills of a sensor, whose fitted side is `sensor`."""
    view, y_aspect, _, _ = _principal(sensor_fit, resolution, pixel_aspect, (0.0, 0.0))
    return sensor * resolution[0] / view, sensor * y_aspect * resolution[1] / view


def intrinsics(
    lens: float,
    sensor_fit: str,
    sensor_width: float,
    sensor_height: float,
    resolution: Tuple[int, int],
    pixel_aspect: Tuple[float, float] = (1.0, 1.0),
    shift: Tuple[float, float] = (0.0, 0.0),
) -> List[List[float]]:
    """K of a perspective camera: 3x3, in pixels.

    `lens` and the sensor are in millimetres; `sensor_fit` is AUTO, HORIZONTAL or VERTICAL; `shift`
    is in Blender's unit, the side of the picture that the sensor is fitted to.
    """
    view, y_aspect, cx, cy = _principal(sensor_fit, resolution, pixel_aspect, shift)
    fx = lens * view / (sensor_height if sensor_fit == "VERTICAL" else sensor_width)
    return [[fx, 0.0, cx], [0.0, fx / y_aspect, cy], [0.0, 0.0, 1.0]]


SENSOR_MM = 36.0


class Lens(NamedTuple):
    """What a camera with a sensor SENSOR_MM wide, fitted HORIZONTAL, sees by a K with."""

    lens: float
    shift: Tuple[float, float]
    pixel_aspect: Tuple[float, float]


def lens_of(matrix: Rows, resolution: Tuple[int, int]) -> Lens:
    """The inverse of `intrinsics`."""
    (fx, _, cx), (_, fy, cy), _ = matrix
    width, height = resolution
    shift = (width / 2.0 - cx) / width, (cy - height / 2.0) * fx / fy / width
    return Lens(fx * SENSOR_MM / width, shift, (max(fy / fx, 1.0), max(fx / fy, 1.0)))


class ExactLens(NamedTuple):
    """What a camera sees by a K with; `sensor` is the side in millimetres that `fit` names."""

    lens: float
    fit: str
    sensor: float
    shift: Tuple[float, float]
    pixel_aspect: Tuple[float, float]


FLOAT_BITS = 24  # of the mantissa of Blender's numbers


def exact_lens(matrix: Rows, resolution: Tuple[int, int]) -> ExactLens:
    """The inverse of `intrinsics` to the last digit, where K comes from there.

    Of the two sides that a sensor can be fitted to, the one is taken that comes nearer.
    """
    (fx, _, cx), (_, fy, cy), _ = matrix
    width, height = resolution
    tall = fx / fy  # a pixel's height by its width
    aspect = _single(max(1.0 / tall, 1.0)), _single(max(tall, 1.0))
    found: List[Tuple[float, ExactLens]] = []
    for fit, view in (("HORIZONTAL", float(width)), ("VERTICAL", tall * height)):
        lens, sensor = _lens_and_sensor(fx, view)
        shift = _single((width / 2.0 - cx) / view), _single((cy - height / 2.0) * tall / view)
        made = intrinsics(lens, fit, sensor, sensor, resolution, aspect, shift)
        off = max(abs(a - b) for row, wanted in zip(made, matrix) for a, b in zip(row, wanted))
        found.append((off, ExactLens(lens, fit, sensor, shift, aspect)))
    return min(found, key=lambda one: one[0])[1]


def _lens_and_sensor(fx: float, view: float) -> Tuple[float, float]:
    """Two numbers of 24 bits in the ratio of `fx` and `view`: of a sensor of SENSOR_MM where that
    is met, else the nearest fraction of such numbers."""
    lens = _single(fx * SENSOR_MM / view)
    if lens * view / SENSOR_MM == fx:
        return lens, SENSOR_MM
    share, exponent = math.frexp(fx / view)  # share in 0.5 to 1
    low = Fraction(share).limit_denominator(1 << FLOAT_BITS)
    high = 1 / (1 / Fraction(2.0 * share)).limit_denominator(1 << FLOAT_BITS)
    tried: List[Tuple[float, float, float]] = []
    for nearest, power in ((low, exponent), (high, exponent - 1)):
        unit = 2.0 ** round(math.log2(SENSOR_MM / nearest.denominator))
        lens, sensor = math.ldexp(nearest.numerator * unit, power), nearest.denominator * unit
        tried.append((abs(lens * view / sensor - fx), lens, sensor))
    _, lens, sensor = min(tried)
    return lens, sensor


def _single(value: float) -> float:
    """`value` with 24 bits."""
    (rounded,) = struct.unpack("f", struct.pack("f", value))
    return float(rounded)


def centred(fov: Sequence[float], resolution: Tuple[int, int]) -> Rows:
    """K of a perspective camera with those fields of view, in degrees, across and up."""
    (fx, cx), (fy, cy) = (
        (size / 2.0 / math.tan(math.radians(angle) / 2.0), size / 2.0)
        for angle, size in zip(fov, resolution)
    )
    return [[fx, 0.0, cx], [0.0, fy, cy], [0.0, 0.0, 1.0]]


def parallel(
    ortho_scale: float,
    sensor_fit: str,
    resolution: Tuple[int, int],
    pixel_aspect: Tuple[float, float] = (1.0, 1.0),
    shift: Tuple[float, float] = (0.0, 0.0),
) -> List[List[float]]:
    """What K is for an orthographic camera: pixels per metre, and the centre."""
    view, y_aspect, cx, cy = _principal(sensor_fit, resolution, pixel_aspect, shift)
    fx = view / ortho_scale
    return [[fx, 0.0, cx], [0.0, fx / y_aspect, cy], [0.0, 0.0, 1.0]]


@dataclass(frozen=True)
class Projection:
    """A camera at its place. `matrix_world` is 4x4 without scale, OpenGL axes, in metres.

    `matrix` is the 3x3 of `intrinsics` (PERSP) or `parallel` (ORTHO), None for PANO.
    """

    kind: str
    matrix_world: Rows
    matrix: Optional[Rows]
    resolution: Tuple[int, int]
    clip: Tuple[float, float]

    def depth(self, point: Sequence[float]) -> float:
        """Metres from the camera's plane, negative behind it; for PANO from the camera itself."""
        x, y, z = self._seen(point)
        return (x * x + y * y + z * z) ** 0.5 if self.kind == "PANO" else -z

    def pixel(self, point: Sequence[float]) -> Optional[Float2]:
        """(u, v), also beyond the picture's border.

        None for a point that is not before the camera's plane, and for PANO.
        """
        x, y, z = self._seen(point)
        if self.matrix is None or z >= 0.0:
            return None
        away = -z if self.kind == "PERSP" else 1.0
        (fx, _, cx), (_, fy, cy), _ = self.matrix
        return cx + fx * x / away, cy - fy * y / away

    def in_frame(self, point: Sequence[float]) -> Optional[bool]:
        """Whether the point is within the picture and between the clip planes.

        Something may still hide it. None for PANO.
        """
        if self.matrix is None:
            return None
        pixel = self.pixel(point)
        if pixel is None or not self.clip[0] <= self.depth(point) <= self.clip[1]:
            return False
        return all(0.0 <= at < size for at, size in zip(pixel, self.resolution))

    def _seen(self, point: Sequence[float]) -> Float3:
        """The point in the camera's own axes."""
        rows = self.matrix_world
        columns = [(rows[0][i], rows[1][i], rows[2][i]) for i in range(3)]
        offset = tuple(point[i] - rows[i][3] for i in range(3))
        normals = [_cross(columns[i - 2], columns[i - 1]) for i in range(3)]
        volume = _dot(columns[0], normals[0])
        x, y, z = (_dot(normal, offset) / volume for normal in normals)
        return x, y, z


def transformed(matrix: Rows, point: Sequence[float]) -> Float3:
    """`point` by a 4x4 matrix without perspective."""
    x, y, z = (sum(row[i] * point[i] for i in range(3)) + row[3] for row in matrix[:3])
    return x, y, z


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _cross(a: Sequence[float], b: Sequence[float]) -> Float3:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
