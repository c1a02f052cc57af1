"""A floor, a ball, a sun, a camera that looks at the ball."""

import rv


class Hello(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(strength=0.2)
        self.objects.cube("Floor", size=2).set_scale((10, 10, 0.1)).set_location((0, 0, -0.1))
        ball = self.objects.sphere("Ball", radius=1).set_location((0, 0, 1)).set_shading("smooth")
        ball.set_property("category", "ball")
        self.lights.sun(power=1.5).set_location((-1, -0.5, 3)).point_at((0, 0, 0))
        self.camera.set_lens(35).set_sensor(32).set_location((3, -6, 4)).point_at(ball)
