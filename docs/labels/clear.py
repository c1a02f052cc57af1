# SPDX-License-Identifier: MIT
"""What is more than a surface, in a row. Behind the lower half is a wall, behind the upper nothing.

From left to right: a ball of glass, a box of fog, a pane of alpha 0.3, a holdout, and hair; below
them a shadow catcher.
"""

import rv

DENSITY = 1.0  # of the fog, per metre
ALPHA = 0.3


class Clear(rv.Scene):
    def generate(self):
        rv.bpy.context.scene.render.film_transparent = True
        self.world = rv.BasicWorld().set_params(color=(0.6, 0.7, 0.8), strength=0.6)
        self.lights.sun(power=3).set_angle(4).set_rotation(rv.mathutils.Euler((0.7, 0.3, 0)))
        self.camera.set_location((0, -14, 3)).point_at((0, 0, 0.9)).set_fov(40)
        self.backdrop()
        self.glass((-4, 0, 0.8))
        self.fog((-2, 0, 0.8))
        self.pane((0, 0, 0.8))
        self.hole((2, 0, 0.8))
        self.hair((4, 0, 0.3))

    def paint(self, *color):
        return self.materials.basic().set_params(base_color=color, roughness=0.6)

    def backdrop(self):
        wall = self.objects.cube("Wall", size=1).set_scale((11, 0.2, 0.7))
        wall.set_location((0, 2, 0.35)).set_material(self.paint(0.6, 0.2, 0.05))
        ground = self.objects.plane("Catcher", size=10).set_material(self.paint(0.5, 0.5, 0.5))
        ground.obj.is_shadow_catcher = True

    def glass(self, place):
        clear = self.materials.basic().set_params(roughness=0.0, transmission=1.0)
        ball = self.objects.sphere("Glass", radius=0.8).set_shading("smooth")
        ball.set_location(place).set_material(clear)

    def fog(self, place):
        material = rv.bpy.data.materials.new("Fog")
        material.use_nodes = True
        tree = material.node_tree
        tree.nodes.remove(tree.nodes["Principled BSDF"])
        volume = tree.nodes.new("ShaderNodeVolumePrincipled")
        volume.inputs["Density"].default_value = DENSITY
        tree.links.new(volume.outputs["Volume"], tree.nodes["Material Output"].inputs["Volume"])
        box = self.objects.cube("Fog", size=1.4).set_location(place)
        box.obj.data.materials.append(material)

    def pane(self, place):
        thin = self.materials.basic().set_params(base_color=(0.1, 0.3, 0.8), alpha=ALPHA)
        pane = self.objects.plane("Pane", size=1.5).rotate_around_axis((1, 0, 0), 90)
        pane.set_location(place).set_material(thin)

    def hole(self, place):
        box = self.objects.cube("Holdout", size=1.4).set_location(place)
        box.obj.is_holdout = True

    def hair(self, place):
        """Strands as broad as a finger, so that few are enough."""
        head = self.objects.sphere("Hair", radius=0.35).set_shading("smooth")
        head.set_location(place).set_material(self.paint(0.25, 0.12, 0.04))
        strands = head.obj.modifiers.new("Strands", "PARTICLE_SYSTEM").particle_system.settings
        strands.type, strands.count, strands.hair_length = "HAIR", 300, 1.0
        strands.root_radius, strands.tip_radius, strands.radius_scale = 1.0, 0.5, 0.04
