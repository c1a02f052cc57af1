"""Things of three categories before pictures, to be written as COCO by rv-mask and rv-mux."""

import rv


class Coco(rv.Scene):
    def generate(self, seed):
        rng = self.rng()
        self.categories = ["ball", "box", "ring"]
        self.world = rv.BasicWorld().set_params(strength=1.0)
        self.background("backgrounds/*.png")
        makers = {
            "ball": lambda: self.objects.sphere(radius=0.5).set_shading("smooth"),
            "box": lambda: self.objects.cube(size=0.8),
            "ring": lambda: self.objects.torus(radius=0.4, tube_radius=0.15),
        }
        things = []
        for _ in range(rng.integer(3, 6)):
            name = rng.choice(list(makers))
            things.append(makers[name]().set_property("category", name))
            paint = self.materials.basic().set_params(base_color=rng.color_hsv(value=(0.4, 1)))
            things[-1].set_material(paint)
        self.place(things, rv.Domain.box(size=(3, 3, 3)), rotation="uniform", gap=0.1)
        self.camera.set_location((0, -8, 0)).point_at((0, 0, 0))
