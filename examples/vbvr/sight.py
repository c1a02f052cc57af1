# SPDX-License-Identifier: MIT
"""What a camera sees itself, and what in a mirror or through glass: by rays.

Rays go through the middles of cells of the picture, as camera and scene are now. Those that meet a
mirror are reflected; those that meet glass go through it as Snell's law says, with total reflection
inside. Of the light that glass reflects outside nothing is told.
"""

import math
from collections import defaultdict

import rv

ACROSS = 120  # cells in a row
AWAY = 1e-4  # metres off a surface that a ray goes on from
INSIDE_MAX = 8  # reflections in glass


def look(task, device=None, ior=None):
    """(seen, shown): names of objects, and the places [x, y] in the picture where they are seen
    directly, and where `device` shows them: a mirror, or glass whose index of refraction is `ior`.
    """
    rv.bpy.context.view_layer.update()
    camera, (width, height) = task.camera.obj, task.resolution
    seen, shown = defaultdict(list), defaultdict(list)
    pose = camera.matrix_world.copy()
    wide = math.tan(camera.data.angle_x / 2.0)
    for x, y in cells(task.resolution):
        through = rv.Vector(((2 * x - 1) * wide, (1 - 2 * y) * wide * height / width, -1.0))
        ahead = (pose.to_3x3() @ through).normalized()
        obj, place, normal = _first(pose.translation, ahead)
        if obj is None:
            continue
        seen[obj.name].append((x, y))
        if device is not None and obj == device.obj:
            if ior is None:
                on = place, ahead.reflect(normal)
            else:
                on = _through(obj, place, ahead, normal, ior)
            behind = None if on is None else _first(*on)[0]
            if behind is not None:
                shown[behind.name].append((x, y))
    return seen, shown


def cells(resolution):
    """The middles [x, y] of the cells of a picture."""
    rows = max(1, round(ACROSS * resolution[1] / resolution[0]))
    return [((i + 0.5) / ACROSS, (j + 0.5) / rows) for j in range(rows) for i in range(ACROSS)]


def box(places, margin):
    """The corners of the box around places in the picture, `margin` wider on all sides."""
    xs, ys = zip(*places)
    left, right, top, bottom = (
        min(xs) - margin,
        max(xs) + margin,
        min(ys) - margin,
        max(ys) + margin,
    )
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def refracted(ahead, normal, ratio):
    """The direction behind a surface whose normal is against `ahead`; `ratio` of the indices of
    refraction. None where all is reflected."""
    cosine = -ahead.dot(normal)
    rest = 1.0 - ratio * ratio * (1.0 - cosine * cosine)
    if rest < 0.0:
        return None
    return (ahead * ratio + normal * (ratio * cosine - math.sqrt(rest))).normalized()


def _first(start, ahead):
    """The object that a ray meets first, where, and the normal there, against the ray."""
    scene, depsgraph = rv.bpy.context.scene, rv.bpy.context.evaluated_depsgraph_get()
    is_hit, place, normal, _, obj, _ = scene.ray_cast(depsgraph, start + ahead * AWAY, ahead)
    if not is_hit:
        return None, None, None
    return obj.original, place, normal if normal.dot(ahead) < 0 else -normal


def _through(glass, place, ahead, normal, ior):
    """Where a ray that meets glass leaves it, and in which direction; None when it does not."""
    ahead = refracted(ahead, normal, 1.0 / ior)
    for _ in range(INSIDE_MAX):
        obj, place, normal = _first(place, ahead)
        if obj != glass:  # it stands on something
            return None
        out = refracted(ahead, normal, ior)
        if out is not None:
            return place, out
        ahead = ahead.reflect(normal)
    return None
