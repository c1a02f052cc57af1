"""Rocks from a .blend file: one mesh, as many shapes and colours as there are rocks.

`--param rocks=int(3,9)` and `--param moss=uniform(0,1)` of rv-seed set the parameters.
"""

import random

import rv

KINDS = {  # linear RGB
    "granite": (0.42, 0.39, 0.37),
    "sandstone": (0.62, 0.36, 0.17),
    "slate": (0.11, 0.14, 0.18),
}


class RocksScene(rv.Scene):
    def generate(self, seed):
        rng = random.Random(seed)
        loader = self.assets.object("./rock.blend", "Rock")
        for i in range(self.params.get("rocks", 7)):
            kind = rng.choice(sorted(KINDS))
            rock = loader.create_instance().set_tags("rock", kind).set_property("category", kind)
            # Inputs of the modifier make the shape ...
            rock.set_modifier_input("seed", rng.uniform(0, 1000))
            rock.set_modifier_input("ruggedness", rng.uniform(0.5, 1.0), "RockGenerator")
            # ... and properties, which the material reads, the look.
            shade = rng.uniform(0.75, 1.2)
            rock.set_property("color_base", [c * shade for c in KINDS[kind]])
            rock.set_property("moss", self.params.get("moss", 0.5) * rng.uniform(0.6, 1.0))
            size = rng.uniform(0.7, 1.15)
            x, y = (i % 3 - 1) * 2.0, (i // 3 - 1) * 2.0
            rock.set_location((x + rng.uniform(-0.3, 0.3), y + rng.uniform(-0.3, 0.3), 0.3 * size))
            rock.set_scale((size, size * rng.uniform(0.75, 1.0), size * rng.uniform(0.6, 0.9)))
            rock.rotate_around_axis((0, 0, 1), rng.uniform(0, 360))

        sand = self.materials.basic("Sand").set_params(base_color=(0.60, 0.48, 0.33), roughness=1.0)
        self.objects.plane("Ground", size=80).set_material(sand)
        self.world = rv.BasicWorld().set_params(color=(0.55, 0.70, 1.0), strength=0.6)
        sun = self.lights.sun(power=4).set_angle(4).set_color((1.0, 0.88, 0.72))
        sun.rotate_around_axis((1, 0, 0), 48).rotate_around_axis((0, 0, 1), 60)
        target = self.objects.empty().set_location((0, 0, 0.2))
        self.camera.set_fov(42).set_location((4.2, -7.6, 5.0)).point_at(target)
