# SPDX-License-Identifier: MIT
"""Rigid bodies: where Bullet's integrator puts a body, rest, rules of the arguments, no leaks."""

import math

import bpy
import rv
from mathutils import Quaternion, Vector
from support import GREY, SampleCase, SceneCase, box, passes, scene

GRAVITY = 9.81
FPS = 24.0


def fall(height, frames, substeps=10, time_scale=1.0, damping=0.04):
    """Height of a body that falls freely, by Bullet's semi-implicit Euler with damping."""
    dt = time_scale / FPS / substeps
    speed = 0.0
    for _ in range((frames - 1) * substeps):
        speed = speed * (1.0 - damping) ** dt - GRAVITY * dt
        height += speed * dt
    return height


def pose(rv_obj):
    depsgraph = bpy.context.evaluated_depsgraph_get()
    return rv_obj.obj.evaluated_get(depsgraph).matrix_world.copy()


class Physics(SceneCase):
    def cube(self, z=100.0, **body):
        return self.scene.objects.cube().set_location((0, 0, z)).add_rigidbody(**body)

    def test_free_fall_is_the_integrators(self):
        cases = (
            ({"frames": 20}, {}),
            ({"frames": 1}, {}),
            ({"frames": 40, "substeps": 3, "time_scale": 0.5}, {"linear_damping": 0.3}),
            ({"frames": 12, "substeps": 60, "time_scale": 2.0}, {"linear_damping": 0.0}),
        )
        for steps, body in cases:
            with self.subTest(steps, **body):
                self.setUp()
                cube = self.cube(**body)
                rv.simulate_physics(**steps)
                expected = fall(100.0, damping=body.get("linear_damping", 0.04), **steps)
                self.assertAlmostEqual(pose(cube).translation.z, expected, delta=2e-5)
                self.assertEqual(bpy.context.scene.frame_current, steps["frames"])

    def test_a_thrown_body_flies_as_the_integrator_says(self):
        cases = (
            ({"frames": 12}, (2, 0, 0), 0.0),
            ({"frames": 12, "substeps": 3, "time_scale": 0.5}, (-3, 1, 4), 0.3),
            ({"frames": 1}, (2, 0, 0), 0.04),
            ({"frames": 2}, (0, 0, 300), 0.04),
        )
        for steps, velocity, damping in cases:
            with self.subTest(steps, velocity=velocity):
                self.setUp()
                thrown = self.cube(velocity=velocity, linear_damping=damping)
                other = self.cube(200.0)
                asleep = self.cube(300.0, use_deactivation=True, start_deactivated=True)
                before = pose(thrown)
                self.assertEqual(rv.simulate_physics(**steps), steps["frames"])
                dt = steps.get("time_scale", 1.0) / FPS / steps.get("substeps", 10)
                x, v = [0.0, 0.0, 100.0], list(velocity)
                for _ in range((steps["frames"] - 1) * steps.get("substeps", 10)):
                    v = [axis * (1.0 - damping) ** dt for axis in v]
                    v[2] -= GRAVITY * dt
                    x = [place + speed * dt for place, speed in zip(x, v)]
                for got, wanted in zip(pose(thrown).translation, x):
                    self.assertAlmostEqual(got, wanted, delta=1e-4 * (1 + abs(wanted - 100)))
                # The others start as without it.
                self.assertAlmostEqual(pose(other).translation.z, fall(200.0, **steps), delta=4e-5)
                self.assertEqual(pose(asleep).translation.z, 300.0)
                bpy.context.scene.frame_set(1)
                self.assertEqual(pose(thrown), before)
                self.assertEqual(thrown.get_location(), (0.0, 0.0, 100.0))
                body, world = thrown.obj.rigid_body, bpy.context.scene.rigidbody_world
                self.assertFalse(body.kinematic)
                self.assertEqual(world.substeps_per_frame, steps.get("substeps", 10))
                self.assertAlmostEqual(world.time_scale, steps.get("time_scale", 1.0))

    def test_a_spun_body_turns(self):
        for spin in ((0, 0, 3), (1, 2, 2), (200, 0, 0)):
            with self.subTest(spin):
                self.setUp()
                cube = self.cube(angular_velocity=spin, angular_damping=0.0)
                cube.set_rotation((10, 20, 30))
                before = pose(cube).to_quaternion()
                rv.simulate_physics(frames=6, substeps=60)
                speed = Vector(spin)
                turn = Quaternion(speed.normalized(), speed.length * 5 / FPS) @ before
                off = turn.rotation_difference(pose(cube).to_quaternion()).angle
                self.assertLess(min(off, 2 * math.pi - off), 2e-3 * (1 + speed.length / 5))
                self.assertAlmostEqual(pose(cube).translation.x, 0.0, delta=1e-5)

    def test_velocity_is_the_bodys(self):
        cube = self.cube(velocity=(1, 0, 0))
        cube.add_rigidbody(angular_velocity=(0, 0, 1)).add_rigidbody(mass=2)
        self.assertEqual(list(cube.obj["_rv_velocity"]), [1, 0, 0, 0, 0, 1])
        cube.add_rigidbody(velocity=(0, 0, 0), angular_velocity=(0, 0, 0))
        self.assertNotIn("_rv_velocity", cube.obj)
        cube.add_rigidbody(velocity=(1, 0, 0)).remove_rigidbody()
        self.assertNotIn("_rv_velocity", cube.obj)
        for kind, wrong in (
            (TypeError, {"velocity": 3}),
            (ValueError, {"velocity": (1, 0, float("nan"))}),
            (TypeError, {"angular_velocity": "fast"}),
            (ValueError, {"velocity": (1, 0, 0), "body_type": "PASSIVE"}),
        ):
            with self.assertRaises(kind):
                cube.add_rigidbody(**wrong)
        self.assertIsNone(cube.obj.rigid_body)
        cube.add_rigidbody(velocity=(1, 0, 0)).keyframe(1).move(1).keyframe(2)
        with self.assertRaisesRegex(rv.plain.errors.SceneError, "has keys and a velocity"):
            rv.simulate_physics()

    def test_until_rest(self):
        ground = self.scene.objects.plane(size=20)
        ground.add_rigidbody(mode="box", body_type="PASSIVE")
        cube = self.cube(3.0, mode="box")
        frames = rv.simulate_physics(until_rest=True)
        # It falls for 2 m: sqrt(2 * 2 / 9.81) s are 15 frames.
        self.assertGreater(frames, 15 + 5)
        self.assertLess(frames, 60)
        self.assertEqual(bpy.context.scene.frame_current, frames)
        there = pose(cube)
        self.assertAlmostEqual(there.translation.z, 1.0, delta=0.02)
        rv.simulate_physics(frames=frames + 40)
        self.assertLess((pose(cube).translation - there.translation).length, 1e-3)
        self.assertEqual(rv.simulate_physics(frames=90, until_rest=True, max_frames=2), 90)
        self.setUp()
        self.cube()
        with self.assertWarnsRegex(UserWarning, "do not lie still after 30 frames"):
            self.assertEqual(rv.simulate_physics(until_rest=True, max_frames=30), 30)

    def test_comes_to_rest_on_the_ground(self):
        for mode in ("box", "hull", "mesh"):
            with self.subTest(mode):
                self.setUp()
                ground = self.scene.objects.plane(size=20)
                ground.add_rigidbody(mode="box", body_type="PASSIVE")
                cube = self.cube(1.5, mode=mode)
                rv.simulate_physics(frames=120)
                margin = cube.obj.rigid_body.collision_margin
                self.assertAlmostEqual(margin, 0.02, places=6)
                self.assertAlmostEqual(pose(cube).translation.z, 1.0, delta=margin)

    def test_a_pile_is_the_same_on_every_blender(self):
        self.scene.objects.cube(size=4).set_location((0, 0, -2)).add_rigidbody(
            mode="box", body_type="PASSIVE"
        )
        cubes = []
        for i in range(5):
            cube = self.scene.objects.cube(size=0.5)
            cube.set_location((0.1 * i, 0.05 * i * i, 0.6 * i + 1))
            cubes.append(cube.add_rigidbody(mode="box" if i % 2 else "hull"))
        rv.simulate_physics(frames=40)
        expected = (
            (-0.004564, -0.016804, 0.254998),
            (0.040659, -0.074173, 0.759998),
            (0.143161, 0.075155, 1.265043),
            (0.807411, 0.907418, 0.25),
            (0.936917, 3.990185, -1.540378),  # falls off the edge
        )
        for cube, place in zip(cubes, expected):
            for got, wanted in zip(pose(cube).translation, place):
                self.assertAlmostEqual(got, wanted, delta=1e-4)

    def test_collision_margin_follows_the_scale(self):
        cube = self.scene.objects.cube().set_scale((0.5, 2, 2)).add_rigidbody()
        self.assertAlmostEqual(cube.obj.rigid_body.collision_margin, 0.01, places=6)
        plane = self.scene.objects.plane().add_rigidbody()
        self.assertEqual(plane.obj.rigid_body.collision_margin, 0.0)
        self.assertAlmostEqual(
            plane.add_rigidbody(collision_margin=0.3).obj.rigid_body.collision_margin, 0.3, places=6
        )

    def test_what_was_simulated_stays(self):
        cube = self.cube()
        rv.simulate_physics(frames=20)
        there = pose(cube)
        cube.set_property("a", 1.0).move(dx=5).set_material(self.scene.materials.basic())
        self.scene.objects.sphere().add_rigidbody()
        self.assertEqual(pose(cube), there)
        self.assertEqual(cube.get_location(), (5.0, 0.0, 100.0))
        bpy.context.scene.frame_set(5)
        self.assertAlmostEqual(pose(cube).translation.z, fall(100.0, 5), delta=2e-5)
        bpy.context.scene.frame_set(20)
        self.assertEqual(pose(cube), there)

    def test_a_second_simulation_starts_anew(self):
        cube = self.cube()
        rv.simulate_physics(frames=20)
        cube.set_location((0, 0, 50))
        rv.simulate_physics(frames=10)
        self.assertAlmostEqual(pose(cube).translation.z, fall(50.0, 10), delta=2e-5)

    def test_remove_keeps_or_restores(self):
        kept, back, other = self.cube(100.0), self.cube(200.0).move(dx=9), self.cube(50.0).move(9)
        rv.simulate_physics(frames=20)
        places = [pose(o).translation.z for o in (kept, other)]
        self.assertIs(kept.remove_rigidbody(), kept)
        back.remove_rigidbody(keep_transform=False)
        self.assertIsNone(kept.obj.rigid_body)
        self.assertEqual([pose(o).translation.z for o in (kept, other)], places)
        self.assertAlmostEqual(kept.get_location()[2], fall(100.0, 20), delta=2e-5)
        self.assertEqual(pose(back).translation.z, 200.0)
        kept.remove_rigidbody()

    def test_remove_of_what_is_hidden(self):
        for hide in (
            lambda cube: cube.hide("none"),
            lambda cube: cube.obj.hide_set(True),
            lambda cube: setattr(cube.obj, "hide_viewport", True),
            lambda cube: setattr(cube.obj, "hide_select", True),
            lambda cube: setattr(cube.obj.users_collection[0], "hide_viewport", True),
            lambda cube: setattr(
                bpy.context.view_layer.layer_collection.children["Generated"], "exclude", True
            ),
        ):
            self.setUp()
            cube, other = self.cube(), self.cube(50.0)
            rv.simulate_physics(frames=20)
            hide(cube)
            cube.remove_rigidbody()
            self.assertIsNone(cube.obj.rigid_body)
            self.assertIsNotNone(other.obj.rigid_body)
            self.assertAlmostEqual(cube.get_location()[2], fall(100.0, 20), delta=2e-5)
            self.assertNotIn(cube.obj.name, bpy.context.scene.rigidbody_world.collection.objects)
            self.assertIn(cube.obj.name, bpy.data.collections["Generated"].objects)

    def test_settings_reach_blender(self):
        cube = self.cube(
            mode="capsule",
            mesh_source="base",
            body_type="passive",
            mass=0.0,
            friction=0.25,
            restitution=0.75,
            angular_damping=0.5,
            use_margin=False,
            use_deactivation=False,
            deactivate_linear_velocity=0.5,
            deactivate_angular_velocity=0.25,
            start_deactivated=True,
        )
        body = cube.obj.rigid_body
        self.assertEqual(
            (body.collision_shape, body.mesh_source, body.type), ("CAPSULE", "BASE", "PASSIVE")
        )
        self.assertLessEqual(body.mass, 0.001)  # Blender's own lowest
        self.assertEqual((body.friction, body.restitution, body.angular_damping), (0.25, 0.75, 0.5))
        self.assertEqual((body.use_margin, body.use_deactivation), (False, False))
        self.assertEqual(
            (body.deactivate_linear_velocity, body.deactivate_angular_velocity), (0.5, 0.25)
        )
        self.assertTrue(body.use_start_deactivated)
        cube.add_rigidbody()
        self.assertEqual((body.collision_shape, body.use_deactivation), ("CONVEX_HULL", False))
        rv.simulate_physics(frames=2, substeps=4)
        world = bpy.context.scene.rigidbody_world
        self.assertEqual((world.substeps_per_frame, world.solver_iterations), (4, 8))
        rv.simulate_physics(frames=2, solver_iterations=3, use_split_impulse=True)
        self.assertEqual((world.solver_iterations, world.use_split_impulse), (3, True))

    def test_wrong_values(self):
        cube = self.scene.objects.cube()
        for message, arguments in (
            ("collision_margin must be >= 0.", {"collision_margin": -0.1}),
            ("deactivate_linear_velocity must be >= 0.", {"deactivate_linear_velocity": -1}),
            ("deactivate_angular_velocity must be >= 0.", {"deactivate_angular_velocity": -1}),
            ("mode must be box, sphere,", {"mode": "ball"}),
            ("mesh_source must be BASE,", {"mesh_source": "all"}),
            ("body_type must be ACTIVE or PASSIVE, not 'STATIC'", {"body_type": "static"}),
        ):
            with self.subTest(message), self.assertRaises(ValueError) as caught:
                cube.add_rigidbody(**arguments)
            self.assertIn(message, str(caught.exception))
        self.assertIsNone(cube.obj.rigid_body)
        with self.assertRaises(TypeError):
            self.scene.objects.empty().add_rigidbody()
        for message, arguments in (
            ("frames must be > 0.", {"frames": 0}),
            ("substeps must be > 0.", {"substeps": 0}),
            ("time_scale must be > 0.", {"time_scale": 0}),
            ("solver_iterations must be > 0.", {"solver_iterations": 0}),
            (
                "split_impulse_penetration_threshold must be >= 0.",
                {"split_impulse_penetration_threshold": -1e-3},
            ),
        ):
            with self.subTest(message), self.assertRaises(ValueError) as caught:
                rv.simulate_physics(**arguments)
            self.assertEqual(str(caught.exception), message)

    def test_a_setting_that_is_missing(self):
        self.cube()
        has = hasattr(bpy.context.scene.rigidbody_world, "split_impulse_penetration_threshold")
        if has:
            rv.simulate_physics(frames=1, split_impulse_penetration_threshold=0.5)
        else:
            with self.assertRaises(RuntimeError):
                rv.simulate_physics(frames=1, split_impulse_penetration_threshold=0.5)

    def test_many_bodies_are_cheap(self):
        self.cube()
        updates = []
        bpy.app.handlers.depsgraph_update_post.append(lambda *call: updates.append(1))
        self.addCleanup(bpy.app.handlers.depsgraph_update_post.clear)
        for i in range(200):
            cube = self.cube(float(i)).set_scale(2).move(1).set_rotation((0, 0, 45))
            self.assertEqual(cube.get_dimensions(), (4, 4, 4))
            self.assertAlmostEqual(cube.get_bounds()["size"][0], 4 * 2**0.5, delta=1e-5)
            cube.point_at((0, 0, 0)).inspect()
        self.assertEqual(updates, [], "a setter that brings the scene up to date")
        self.assertEqual(len(bpy.context.scene.rigidbody_world.collection.objects), 201)


FALLING = """
plane = self.objects.plane(size=20)
plane.add_rigidbody(mode="box", body_type="PASSIVE")
cube = self.objects.cube().set_location((0, 0, 6)).add_rigidbody(mode="box")
self.camera.set_location((0, -12, 1)).point_at(self.objects.empty().set_location((0, 0, 1)))
rv.simulate_physics(frames=60)
cube.set_material(self.materials.basic())
"""


class PhysicsSamples(SampleCase):
    def test_collisions(self):
        """A ball falls 5 m to the ground: sqrt(2 * 5 / 9.81) s, 24.2 frames after the first."""
        body = """
        ground = self.objects.plane("Ground", size=20)
        ground.add_rigidbody(mode="box", body_type="PASSIVE")
        for i, z in enumerate((6, 40)):
            ball = self.objects.sphere("Ball").set_location((4 * i, 0, z))
            ball.add_rigidbody(mode="sphere", restitution=0.9)
        rv.simulate_physics(frames=30, collisions=True)
        """
        record, _ = self.render(scene(GREY, body), dry_run=True)
        self.assertEqual(record["collisions"], [{"frame": 26, "objects": [2, 3]}])
        record, _ = self.render(scene(GREY, body.replace(", collisions=True", "")), dry_run=True)
        self.assertNotIn("collisions", record)

    def test_a_blow_makes_two_contacts(self):
        """At 6 m/s over 0.25 m a frame, balls of 1 m diameter 3 m apart meet after 8 frames."""
        body = """
        rv.bpy.context.scene.use_gravity = False
        for x, speed in ((0, 6), (3, 0), (20, -1)):
            ball = self.objects.sphere("Ball", radius=0.5, segments=64, ring_count=32)
            ball.set_location((x, 0, 0)).add_rigidbody(
                mode="sphere", velocity=(speed, 0, 0), linear_damping=0, restitution=1
            )
        rv.simulate_physics(frames=14, collisions=True)
        """
        record, _ = self.render(scene(GREY, body), dry_run=True)
        (event,) = record["collisions"]
        self.assertEqual(event["objects"], [2, 3])
        self.assertIn(event["frame"], (9, 10))

    def test_a_sequence_throws_too(self):
        body = """
        ball = self.objects.sphere("Ball").set_location((0, 0, 50))
        ball.add_rigidbody(mode="sphere", velocity=(2, 0, 0), linear_damping=0)
        self.set_frames(1, 13)
        """
        record, _ = self.render(scene(GREY, body), dry_run=True)
        self.assertEqual(record["objects"][1]["matrix_world"][0][3], 0.0)
        last = record["frames"][-1]["objects"][0]["matrix_world"][0][3]
        self.assertAlmostEqual(last, 1.0, delta=1e-4)

    def test_picture_and_record_show_the_evaluated_pose(self):
        record, out = self.render(scene(GREY, FALLING), resolution=[64, 64])
        cube = record["objects"][2]
        self.assertEqual((cube["index"], cube["name"]), (3, "Cube"))
        self.assertAlmostEqual(cube["location"][2], 1.0, delta=0.02)
        self.assertAlmostEqual(cube["matrix_world"][2][3], cube["location"][2], places=6)
        x0, y0, x1, y1 = box(passes(out).plane(record["channels"]["index"]), 3.0)
        self.assertAlmostEqual((x0 + x1) / 2, 31.5, delta=0.5)
        self.assertAlmostEqual((y0 + y1) / 2, 31.5, delta=1.0)

    def test_nothing_is_left_for_the_next_sample(self):
        still = scene(GREY, "self.objects.cube().set_location((0, 0, 6))")
        before, out = self.render(still)
        first, _ = self.render(scene(GREY, FALLING))
        after, out_after = self.render(still)
        second, _ = self.render(scene(GREY, FALLING))
        self.assertEqual(before, after)
        self.assertEqual(first, second)
        self.assertEqual(passes(out).stable(), passes(out_after).stable())
