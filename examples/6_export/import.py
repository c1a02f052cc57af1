"""Many pictures of one simulated heap: another side, another time of day."""

import math

import rv

CUBE_NAMES = [f"Cube {i:02d}" for i in range(24)]
SKIES = {  # colours of sky and sun, height of the sun in degrees
    "morning": ((0.45, 0.55, 0.85), (1.0, 0.62, 0.38), 22),
    "noon": ((0.55, 0.72, 1.0), (1.0, 0.95, 0.88), 65),
    "dusk": ((0.22, 0.22, 0.50), (1.0, 0.42, 0.30), 12),
}


class ReuseScene(rv.Scene):
    def generate(self, seed):
        rng = self.rng("view")
        # The heap lies as the simulation left it; tags and properties come back with it.
        for loader in self.assets.objects("exported.blend", import_names=CUBE_NAMES):
            loader.create_instance()

        name = sorted(SKIES)[seed % len(SKIES)]
        sky, light, height = SKIES[name]
        self.set_tags(name)
        ground = self.materials.basic("Ground").set_params(base_color=(0.50, 0.47, 0.42))
        self.objects.plane("Ground", size=80).set_material(ground)
        self.world = rv.BasicWorld().set_params(color=sky, strength=0.5)
        sun = self.lights.sun(power=4).set_angle(3).set_color(light)
        sun.rotate_around_axis((1, 0, 0), 90 - height)
        sun.rotate_around_axis((0, 0, 1), rng.uniform(0, 360))
        angle = rng.uniform(0, 2 * math.pi)
        target = self.objects.empty().set_location((0, 0, 0.35))
        eye = (7 * math.cos(angle), 7 * math.sin(angle), rng.uniform(3.0, 5.0))
        self.camera.set_fov(42).set_location(eye).point_at(target)
