"""Drums and pipes with rust: masks of a part of a material, out of the material itself.

`--param rust=uniform(0,1)` of rv-seed says how rusty it gets.
"""

import math

import rv

PAINTS = [(0.02, 0.10, 0.30), (0.45, 0.25, 0.02), (0.05, 0.22, 0.13), (0.35, 0.36, 0.38)]


class RustScene(rv.Scene):
    def generate(self, seed):
        # The names of the AOV Output nodes in the material RustyMetal of metal.blend.
        self.enable_semantic_channels("rust", "clean_metal")
        self.set_semantic_mask_threshold(0.5)

        rng = self.rng("yard")
        drum, pipe = (self.assets.object("metal.blend", name) for name in ("Drum", "Pipe"))
        for row, y in enumerate((0.0, 1.05)):
            for i in range(3 + row):
                x = (i - (2 + row) / 2) * 1.02 + rng.uniform(-0.04, 0.04)
                item = drum.create_instance().set_tags("drum").set_location((x, y, 0))
                self.age(item.rotate_around_axis((0, 0, 1), rng.uniform(0, 360)), rng)
        for i in range(3):
            item = pipe.create_instance().set_tags("pipe").set_scale((1, 1, 1.5))
            item.rotate_around_axis((0, 1, 0), 90).rotate_around_axis((0, 0, 1), rng.uniform(-8, 8))
            # Two on the ground, one on top of them.
            item.set_location((-0.8, -0.95 - 0.27 * i, 0.24 if i != 1 else 0.64))
            self.age(item, rng)

        concrete = self.materials.basic("Concrete")
        concrete.set_params(base_color=(0.33, 0.32, 0.30), roughness=0.9)
        self.objects.plane("Ground", size=60).set_material(concrete)
        self.world = rv.BasicWorld().set_params(color=(0.6, 0.75, 1.0), strength=0.5)
        target = self.objects.empty().set_location((0, 0, 0.45))
        key = self.lights.area("Key", power=650).set_size(3).set_color((1.0, 0.9, 0.78))
        key.set_location((-4, -4, 5)).point_at(target)
        angle = math.radians(rng.uniform(-105, -75))
        eye = (6.2 * math.cos(angle), 6.2 * math.sin(angle), 2.9)
        self.camera.set_fov(38).set_location(eye).point_at(target)

    def age(self, item, rng):
        """Gives an object a paint and rust of its own."""
        rust = self.params.get("rust", 0.5) + rng.uniform(-0.15, 0.15)
        item.set_property("paint", rng.choice(PAINTS))
        item.set_property("rust_amount", min(max(rust, 0.0), 1.0))
        item.set_property("rust_seed", rng.uniform(0, 100))
