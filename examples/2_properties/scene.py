"""Spheres whose look hangs on properties: of the object in a shared material, and of the record.

`--param spheres=int(3,9)` and `--param metallic=uniform(0,1)` of rv-seed set the parameters.
"""

import random

import rv

KINDS = {"ripe": (0.7, 0.05, 0.03), "green": (0.2, 0.4, 0.05), "dry": (0.35, 0.2, 0.08)}


def shared_material(metallic):
    """One material for all: its colour and roughness are read from the object that wears it."""
    material = rv.bpy.data.materials.new("Skin")
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    shader = nodes["Principled BSDF"]
    shader.inputs["Metallic"].default_value = metallic
    for name, output, socket in (("color", "Color", "Base Color"), ("wear", "Fac", "Roughness")):
        attribute = nodes.new("ShaderNodeAttribute")
        attribute.attribute_type = "OBJECT"
        attribute.attribute_name = name
        links.new(attribute.outputs[output], shader.inputs[socket])
    return material


class PropertiesScene(rv.Scene):
    def generate(self, seed):
        rng = random.Random(seed)
        self.world = rv.BasicWorld().set_params(color=(0.7, 0.8, 1.0), strength=0.5)
        self.lights.sun(power=3).set_angle(8).rotate_around_axis((1, 0, 0), 40)
        self.objects.plane("Ground", size=50)
        skin = shared_material(self.params.get("metallic", 0.0))
        for i in range(self.params.get("spheres", 5)):
            kind = rng.choice(sorted(KINDS))
            sphere = self.objects.sphere(radius=0.45).set_shading("smooth").set_tags("fruit", kind)
            sphere.set_location((i % 3 - 1 + rng.uniform(-0.05, 0.05), i // 3 - 1, 0.45))
            sphere.set_property("category", kind)
            sphere.set_property("color", KINDS[kind]).set_property("wear", rng.uniform(0.1, 0.9))
            sphere.obj.data.materials.append(skin)
        target = self.objects.empty().set_location((0, 0, 0.3))
        self.camera.set_location((3, -4, 3.5)).point_at(target)
