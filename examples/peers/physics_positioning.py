"""Solids dropped at random onto a floor; the camera looks at the one in the middle."""

import rv


class PhysicsPositioning(rv.Scene):
    def generate(self, seed):
        rng = self.rng()
        self.world = rv.BasicWorld().set_params(strength=0.4)
        self.lights.sun(power=2).set_angle(5).set_rotation((35, 0, 20))
        floor = self.objects.cube("Floor", size=20).set_location((0, 0, -10))
        floor.add_rigidbody(mode="box", body_type="PASSIVE", friction=0.9)
        make = self.objects
        solids = [
            make.cube(size=0.6),
            make.cone(radius=0.4, height=0.8),
            make.capsule(radius=0.2, height=0.9),
        ]
        solids += [make.cylinder(radius=0.3, height=0.5), make.sphere(radius=0.35)]
        for solid in solids:
            solid.set_material(self.materials.basic().set_params(base_color=rng.color_hsv()))
            solid.set_tags("solid").set_property("category", solid.obj.name.split(".")[0])
        air = rv.Domain.box(center=(0, 0, 2), size=(2, 2, 2))
        for solid in self.place(solids, air, rotation="uniform", gap=0.05):
            solid.add_rigidbody(mode="hull", friction=0.9, angular_damping=0.6)
        rv.simulate_physics(frames=80, substeps=10)
        self.camera.set_location(rng.in_shell(radius=(5, 6), elevation=(25, 60)))
        self.camera.point_at(self.point_of_interest(solids))
