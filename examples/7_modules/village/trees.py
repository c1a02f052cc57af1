"""Firs."""

import math

from .palette import paint


def plant_around(scene, plot, rng):
    """Puts up to three firs around a house."""
    for i in range(rng.integer(1, 3)):
        angle = math.radians(plot.turn + 120 * i + rng.uniform(10, 60))
        distance = rng.uniform(1.35, 1.6)
        fir(scene, plot.x + distance * math.cos(angle), plot.y + distance * math.sin(angle), rng)


def fir(scene, x, y, rng):
    """A trunk and three tiers of needles."""
    size = rng.uniform(0.7, 1.2)
    trunk = scene.objects.cube("Trunk", size=1).set_tags("tree", "trunk")
    trunk.set_material(paint(scene, "wood"))
    trunk.set_scale((0.12 * size, 0.12 * size, 0.6 * size)).set_location((x, y, 0.3 * size))
    for tier in range(3):
        needles = scene.objects.sphere("Needles", radius=1, segments=7, ring_count=2)
        needles.set_tags("tree", "needles").set_material(paint(scene, "needles"))
        width = (0.50 - 0.13 * tier) * size
        needles.set_scale((width, width, 0.5 * size)).set_location(
            (x, y, (0.6 + 0.38 * tier) * size)
        )
        needles.rotate_around_axis((0, 0, 1), rng.uniform(0, 51))
