"""A village in the evening, put together from the modules of the package `village` beside it."""

from village import houses, light, trees
from village.layout import plots

import rv


class VillageScene(rv.Scene):
    def generate(self, seed):
        light.evening(self)
        house_rng, tree_rng = self.rng("houses"), self.rng("trees")
        for plot in plots(self.rng("layout"), self.params.get("houses", 9)):
            houses.build(self, plot, house_rng)
            trees.plant_around(self, plot, tree_rng)
        target = self.objects.empty().set_location((0, 0.4, 0.6))
        self.camera.set_fov(38).set_location((5.5, -12.5, 8.0)).point_at(target)
