"""Random things that fall, collide and roll, as a clip with flow, depth and an index map."""

import rv


class Movi(rv.Scene):
    def generate(self, seed):
        rng = self.rng()
        self.set_frames(24).set_fps(12)
        self.world = rv.BasicWorld().set_params(strength=0.4)
        self.lights.sun(power=2).set_angle(3).set_rotation((30, 20, 0))
        floor = self.objects.cube("Floor", size=20).set_location((0, 0, -10))
        floor.add_rigidbody(mode="box", body_type="PASSIVE", friction=0.5)
        things = []
        for _ in range(rng.integer(3, 6)):
            shape = rng.choice(["cube", "cylinder", "sphere"])
            thing = getattr(self.objects, shape)(shape.title()).set_scale(rng.choice([0.3, 0.5]))
            metal, paint = rng.bool(), self.materials.basic().set_params(base_color=rng.color_hsv())
            paint.set_params(metallic=1.0 if metal else 0.0, roughness=0.2 if metal else 0.8)
            thing.set_material(paint).set_property("category", shape).set_property("metal", metal)
            things.append(thing.set_tags("thing"))
        air = rv.Domain.box(center=(0, 0, 3), size=(3, 3, 4))
        for thing in self.place(things, air, rotation="uniform"):
            thing.add_rigidbody(mode="hull", friction=0.4, restitution=0.6)
        self.camera.set_location(rng.in_shell(radius=(8, 9), elevation=(20, 45)))
        self.camera.point_at((0, 0, 0.5))
        self.set_passes("Vector")
