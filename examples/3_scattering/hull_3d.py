"""Cubes fill a gem: exact placement, turned freely, in the convex hull of an object."""

import rv

COLORS = [(0.02, 0.16, 0.20), (0.03, 0.38, 0.36), (0.25, 0.62, 0.50), (0.80, 0.70, 0.40)]


class HullScene(rv.Scene):
    def generate(self, seed):
        gem = self.objects.sphere("Gem", radius=3, segments=5, ring_count=4).set_scale((1, 1, 1.25))
        gem.set_location((0, 0, 3.7))
        domain = rv.Domain.convex_hull_3d(gem)
        gem.hide()

        cubes = []
        for i, color in enumerate(COLORS):
            paint = self.materials.basic(f"Paint {i}").set_params(base_color=color, roughness=0.4)
            cubes.append(self.objects.cube("Cube", size=0.36).set_tags("cube").set_material(paint))
        # The meshes keep 2 cm apart; their centres stay half a cube away from the faces of the gem.
        self.scatter(
            cubes,
            450,
            domain,
            method="exact",
            rotation="free",
            gap=0.02,
            scale=(0.6, 1.1),
            margin=0.15,
        )
        for source in cubes:
            source.hide()

        floor = self.materials.basic("Floor").set_params(base_color=(0.12, 0.13, 0.15))
        self.objects.plane("Ground", size=100).set_material(floor)
        self.world = rv.BasicWorld().set_params(color=(0.55, 0.70, 0.90), strength=0.5)
        for name, place, power, color in (
            ("Key", (-6, -6, 9), 1300, (1.0, 0.85, 0.68)),
            ("Rim", (7, 5, 5), 800, (0.55, 0.75, 1.0)),
        ):
            light = self.lights.area(name, power).set_size(4).set_color(color)
            light.set_location(place).point_at(gem)
        target = self.objects.empty().set_location((0, 0, 3.4))
        self.camera.set_fov(38).set_location((3, -13.5, 12)).point_at(target)
