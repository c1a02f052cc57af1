# SPDX-License-Identifier: MIT
"""Materials, rounded edges and light for the tasks.

Colours of surroundings are pale, so that no hue of a key object (task.HUES) is in them.
"""

from dataclasses import dataclass

import rv
from task import HUES, linear


@dataclass(frozen=True)
class Noise(rv.Expr):
    """Noise in an object's own axes: 0 to 1. The property `grain` of the object shifts it."""

    scale: float  # features per metre
    stretch: tuple = (1.0, 1.0, 1.0)
    detail: float = 4.0
    value_type = "VALUE"

    def _compile(self, graph):
        new, link = graph.tree.nodes.new, graph.tree.links.new
        node = graph.node("ShaderNodeTexNoise", self)
        node.inputs["Scale"].default_value = self.scale
        node.inputs["Detail"].default_value = self.detail
        place, shift, mapping = (
            new(f"ShaderNode{kind}") for kind in ("TexCoord", "Attribute", "Mapping")
        )
        shift.attribute_type, shift.attribute_name = "OBJECT", "grain"
        mapping.inputs["Scale"].default_value = self.stretch
        link(place.outputs["Object"], mapping.inputs["Vector"])
        link(shift.outputs["Vector"], mapping.inputs["Location"])
        link(mapping.outputs["Vector"], node.inputs["Vector"])
        return node.outputs[0]


@dataclass(frozen=True)
class Ramp(rv.Expr):
    """A colour for each value: `stops` are (value, colour), between which it changes evenly."""

    value: rv.Expr
    stops: tuple
    value_type = "RGBA"

    def _compile(self, graph):
        node = graph.node("ShaderNodeValToRGB", self)
        elements = node.color_ramp.elements
        while len(elements) < len(self.stops):
            elements.new(0.5)
        for element, (position, color) in zip(elements, self.stops):
            element.position, element.color = position, (*color, 1.0)
        graph.link(self.value, node.inputs[0])
        return node.outputs["Color"]


def wood(name, tone=0.6, hue=32, saturation=0.3, fine=1.0, along=0, roughness=0.45):
    """Wood whose grain runs along an axis of the object; `tone` is how light it is, `fine` how many
    rings there are per 4 cm."""
    stretch = tuple(1.0 if axis == along else 14.0 for axis in range(3))
    grain = Noise(scale=2.0 * fine, stretch=stretch, detail=6.0)
    colors = [linear(hue, saturation + s, tone * v) for s, v in ((0.08, 0.78), (0.0, 1.0))]
    base = Ramp(grain, ((0.38, colors[0]), (0.62, colors[1])))
    bump = rv.Bump(grain, distance=0.0008)
    shader = rv.PrincipledBSDF(base_color=base, roughness=roughness, specular=0.35, normal=bump)
    return rv.ShaderMaterial(shader, name=name)


@dataclass(frozen=True)
class Tiles(rv.Expr):
    """Square tiles of two colours with joints, seen from above: `size` in metres."""

    size: float
    colors: tuple  # of tiles, of others, of joints
    value_type = "RGBA"

    def _compile(self, graph):
        node = graph.node("ShaderNodeTexBrick", self)
        node.offset = 0.0
        place = graph.tree.nodes.new("ShaderNodeTexCoord")
        graph.tree.links.new(place.outputs["Object"], node.inputs["Vector"])
        for name, color in zip(("Color1", "Color2", "Mortar"), self.colors):
            node.inputs[name].default_value = (*color, 1.0)
        sizes = {"Scale": 1.0, "Brick Width": self.size, "Row Height": self.size}
        for name, value in {**sizes, "Mortar Size": 0.008, "Mortar Smooth": 0.3}.items():
            node.inputs[name].default_value = value
        return node.outputs["Color"]


def tiles(name, size=0.5, tone=0.7, hue=35, saturation=0.1):
    """Stone tiles; for faces that are level."""
    colors = tuple(linear(hue, saturation, tone * part) for part in (1.0, 0.88, 0.62))
    shader = rv.PrincipledBSDF(base_color=Tiles(size, colors), roughness=0.6, specular=0.2)
    return rv.ShaderMaterial(shader, name=name)


def plaster(name, tone=0.8, hue=40, saturation=0.05):
    """A painted wall, a little uneven."""
    rough = Noise(scale=30.0, detail=8.0)
    color = linear(hue, saturation, tone)
    shader = rv.PrincipledBSDF(base_color=color, roughness=0.85, normal=rv.Bump(rough, 0.004))
    return rv.ShaderMaterial(shader, name=name)


# How paint looks on what: roughness, metallic, bumps (per metre, metres).
FINISHES = {
    "gloss": (0.18, 0.0, None),
    "satin": (0.42, 0.0, None),
    "matte": (0.9, 0.0, None),
    "metal": (0.28, 0.85, None),
    "grained": (0.4, 0.0, (60.0, 0.001)),
    "porous": (1.0, 0.0, (260.0, 0.004)),
}


def paint(name, color, finish="satin", value=0.88, saturation=0.9):
    """A colour of HUES in one of the FINISHES."""
    roughness, metallic, bumps = FINISHES[finish]
    normal = None if bumps is None else rv.Bump(Noise(scale=bumps[0]), distance=bumps[1])
    shader = rv.PrincipledBSDF(
        base_color=linear(HUES[color], saturation, value),
        roughness=roughness,
        metallic=metallic,
        normal=normal,
    )
    return rv.ShaderMaterial(shader, name=name)


def metal(name, hue, saturation, value, roughness=0.3):
    """Brushed metal."""
    color = linear(hue, saturation, value)
    shader = rv.PrincipledBSDF(base_color=color, roughness=roughness, metallic=1.0)
    return rv.ShaderMaterial(shader, name=name)


def rounded(obj, width, segments=3):
    """Rounds the edges of an object by so many metres. The object."""
    bevel = obj.obj.modifiers.new("Bevel", "BEVEL")
    bevel.width, bevel.segments = width, segments
    return obj.set_shading("auto")


def banded(obj, material, share=0.22):
    """Gives a ball a band of another material about its equator, so that it is seen to roll."""
    obj.set_material(material, slot=1)
    highest = max(vertex.co.z for vertex in obj.obj.data.vertices)
    for face in obj.obj.data.polygons:
        face.material_index = int(abs(face.center.z) < share * highest)
    return obj


# Hues of a wall and of the table before it, in degrees: wood stands out from one or the other.
ROOMS = ((30, 205), (200, 28), (42, 190), (28, 150))

# Names of lights: (sun's colour, its power, its height and side in degrees; the sky's colour, its
# strength).
LIGHTS = {
    "morning": ((1.0, 0.86, 0.7), 3.4, 38, 55, (0.75, 0.84, 1.0), 0.4),
    "noon": ((1.0, 0.97, 0.92), 3.4, 58, 24, (0.82, 0.9, 1.0), 0.42),
    "afternoon": ((1.0, 0.82, 0.62), 3.5, 36, -50, (0.72, 0.8, 1.0), 0.4),
    "overcast": ((0.95, 0.97, 1.0), 2.0, 66, 20, (0.92, 0.95, 1.0), 0.6),
}


def light(scene, name, sky=1.0):
    """Lights a scene that is seen along +Y: a soft sun from behind the camera, and a sky, which is
    brighter by the factor `sky`."""
    color, power, height, side, tint, strength = LIGHTS[name]
    scene.world = rv.BasicWorld().set_params(color=tint, strength=sky * strength)
    sun = scene.lights.sun("Sun", power=power).set_angle(6).set_color(color)
    sun.rotate_around_axis((1, 0, 0), 90 - height).rotate_around_axis((0, 0, 1), -side)
