"""A furnished room, and a camera that stands free, sees enough, and is level."""

import rv


class CameraSampling(rv.Scene):
    def generate(self, seed):
        rng = self.rng()
        self.world = rv.BasicWorld().set_params(strength=0.8)
        floor = self.objects.plane("Floor", size=6)
        for x, y in ((3, 0), (-3, 0), (0, 3), (0, -3)):
            wall = self.objects.cube("Wall", size=1).set_location((x, y, 1.5))
            wall.set_scale((0.1, 6, 3) if x else (6, 0.1, 3))
        chair = self.assets.load("chair.obj").root.set_tags("chair")
        chairs = [chair] + [chair.copy() for _ in range(4)]
        self.place(chairs, rv.Domain.rect(size=(4, 4)), on=floor, gap=0.2)
        for _ in range(100):
            self.camera.set_location(
                (rng.uniform(-2.5, 2.5), rng.uniform(-2.5, 2.5), rng.uniform(1, 2))
            )
            self.camera.point_at(self.point_of_interest(chairs))
            seen = [self.camera.visible_fraction(one, rays=100) for one in chairs]
            if self.camera.clearance(rays=100) > 0.8 and sum(share > 0.5 for share in seen) >= 2:
                break
        self.set_custom_meta(seen=seen)
