"""Asteroids: each placed copy gets parameters, drawn by one function and applied by another.

The shape comes from the inputs of a geometry-nodes modifier (../2_properties/rock.blend).
"""

import rv


def sample(rng):
    """Parameters of one asteroid."""
    tint = rng.uniform(0.6, 1.3)
    return {
        "seed": rng.uniform(0, 1000),
        "ruggedness": rng.uniform(0.6, 1.2),
        "color_base": [tint * c for c in rng.choice([(0.30, 0.25, 0.22), (0.22, 0.23, 0.26)])],
    }


def apply(rock, parameters):
    """Gives a placed rock its parameters."""
    rock.set_modifier_input("seed", parameters["seed"])
    rock.set_modifier_input("ruggedness", parameters["ruggedness"])
    rock.set_property("color_base", parameters["color_base"])
    rock.set_custom_meta(parameters=parameters)


class AsteroidScene(rv.Scene):
    def generate(self, seed):
        rock = self.assets.object("../2_properties/rock.blend", "Rock")
        self.scatter(
            rock,
            60,
            rv.Domain.cylinder(center=(0, 0, 0), radius=11, height=3.2),
            rotation="free",
            scale=(0.25, 0.85),
            gap=0.4,  # the copies are placed by the shape of the source: leave them some room
            on_create=lambda obj, rng, index: apply(obj.set_tags("asteroid"), sample(rng)),
        )

        gas = self.materials.basic("Gas").set_params(base_color=(0.55, 0.24, 0.12), roughness=0.9)
        planet = self.objects.sphere("Planet", radius=11, segments=96, ring_count=48)
        planet.set_shading("smooth").set_material(gas).set_tags("planet")
        planet.set_location((17, 46, 9))
        self.world = rv.BasicWorld().set_params(color=(0.003, 0.004, 0.009), strength=1.0)
        sun = self.lights.sun(power=6).set_angle(0.5).set_color((1.0, 0.93, 0.85))
        sun.rotate_around_axis((1, 0, 0), 55).rotate_around_axis((0, 0, 1), -70)
        target = self.objects.empty().set_location((1, 6, 0.6))
        self.camera.set_fov(45).set_location((0, -15, 3.4)).point_at(target)
