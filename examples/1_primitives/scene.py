"""A cube and a sphere on an endless plane under a clear sky."""

import rv


class BasicScene(rv.Scene):
    def generate(self, seed):
        self.objects.cube().set_location((1, 0, 0.5)).set_scale(0.5).set_tags("cube")
        self.objects.sphere().set_location((-1, 0, 1)).set_shading("smooth").set_tags("sphere")
        self.objects.plane(size=1000)
        empty = self.objects.empty().set_location((0, 0, 1))
        self.camera.set_location((7, 7, 3)).point_at(empty)
