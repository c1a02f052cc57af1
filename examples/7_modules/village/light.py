"""Light and ground."""

import rv

from .palette import paint


def evening(scene):
    """A blue sky, and a sun that has nearly set."""
    scene.objects.plane("Ground", size=120).set_material(paint(scene, "grass"))
    scene.world = rv.BasicWorld().set_params(color=(0.16, 0.24, 0.50), strength=1.2)
    sun = scene.lights.sun(power=1.6).set_angle(3).set_color((1.0, 0.55, 0.30))
    sun.rotate_around_axis((0, 1, 0), 68).rotate_around_axis((0, 0, 1), 35)
