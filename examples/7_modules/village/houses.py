"""Houses: walls, a roof of four sides, a chimney, a door and windows."""

import math

from .palette import lamp, paint


def build(scene, plot, rng):
    """Puts a house on a plot."""
    width, height = rng.uniform(1.2, 1.6), rng.uniform(0.8, 1.5)
    wall = rng.choice(["plaster", "plaster-rose", "plaster-blue"])
    box(
        scene, plot, "Walls", (0, 0, height / 2), (width, width, height), paint(scene, wall), "wall"
    )

    # A sphere of four segments and two rings is a double pyramid, its corners on the axes.
    pitch = rng.uniform(0.6, 0.95)
    roof = scene.objects.sphere("Roof", radius=1, segments=4, ring_count=2).set_tags("roof")
    roof.set_material(paint(scene, rng.choice(["tile", "slate"])))
    roof.set_scale((width * 0.84, width * 0.84, pitch)).set_location((plot.x, plot.y, height))
    roof.rotate_around_axis((0, 0, 1), plot.turn + 45)

    place = (width * 0.2, width * 0.2, height + pitch * 0.55)
    box(scene, plot, "Chimney", place, (0.18, 0.18, 0.6), paint(scene, wall), "chimney")
    front = -width / 2
    box(scene, plot, "Door", (0, front, 0.3), (0.3, 0.06, 0.6), paint(scene, "wood"), "door")
    for side in (-1, 1):
        if rng.bool(0.8):
            place = (side * width * 0.3, front, 0.45)
            box(scene, plot, "Window", place, (0.24, 0.04, 0.28), lamp(scene), "window")
        place = (width / 2, side * width * 0.22, height * 0.55)
        box(scene, plot, "Window", place, (0.04, 0.26, 0.3), lamp(scene), "window")


def box(scene, plot, name, place, size, material, tag):
    """A part of a house; `place` and `size` as seen from the plot."""
    turn = math.radians(plot.turn)
    x = plot.x + place[0] * math.cos(turn) - place[1] * math.sin(turn)
    y = plot.y + place[0] * math.sin(turn) + place[1] * math.cos(turn)
    part = scene.objects.cube(name, size=1).set_tags(tag).set_material(material)
    part.set_scale(size).set_location((x, y, place[2])).rotate_around_axis((0, 0, 1), plot.turn)
