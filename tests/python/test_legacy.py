# SPDX-License-Identifier: MIT
"""The older dialect: every method does what today's does, and the feature page's calls run."""

import math
import warnings

import bpy
import rv
from mathutils import Vector
from rv.engine.distance import solid_of
from support import SampleCase, SceneCase

ELLIPSE = rv.Domain.ellipse(center=(0, 0), radii=(12, 6), z=0.0)


class Legacy(SceneCase):
    def test_objects_lights_materials_world(self):
        s = self.scene
        made = [s.create_empty(), s.create_sphere(radius=0.5, segments=8, ring_count=4)]
        made += [s.create_cube("Box", size=3.0), s.create_plane(size=4.0)]
        self.assertEqual([o.obj.name for o in made], ["Empty", "Sphere", "Box", "Plane"])
        self.assertEqual([o.index for o in made], [2, 3, 4, 5])
        self.assertEqual(made[2].get_dimensions(), (3.0, 3.0, 3.0))
        lights = [s.create_point_light(), s.create_sun_light(power=2.0), s.create_area_light()]
        lights.append(s.create_spot_light("Lamp"))
        self.assertEqual(
            [type(light).__name__[:-5] for light in lights], ["Point", "Sun", "Area", "Spot"]
        )
        self.assertEqual(
            [light.light_data.energy for light in lights], [1000.0, 2.0, 100.0, 1000.0]
        )
        self.assertIs(s.get_camera(), s.camera)
        world = rv.BasicWorld()
        self.assertIs(s.set_world(world), s)
        self.assertIs(s.get_world(), world)
        self.assertIs(s.world, world)
        self.assertEqual(s.create_material("M").name, "M")
        imported = s.import_material("./a.blend", "Rust")
        self.assertEqual((imported.filepath, imported.material_name), ("a.blend", "Rust"))

    def test_angles_stay_todays_degrees(self):
        sun = self.scene.create_sun_light().set_angle(30.0)
        self.assertAlmostEqual(sun.light_data.angle, math.radians(30.0), places=6)

    def places(self, **arguments):
        self.setUp()
        cube = self.scene.objects.cube(size=1.0).set_tags("cube")
        method = arguments.pop("method")
        placed = getattr(self.scene, method)(cube, 12, ELLIPSE, seed=3, **arguments)
        run = self.scene.custom_meta["scatter_runs"][0]
        return [tuple(map(tuple, o.obj.matrix_basis)) for o in placed], run, placed

    def test_scatter_by_name_is_todays_scatter(self):
        older = {"min_gap": 0.2, "scale_range": (0.5, 1.0), "yaw_range": (0, 90)}
        today = {"gap": 0.2, "scale": (0.5, 1.0), "yaw": (0, 90)}
        for name, method in (("sphere", "fast"), ("bvh", "exact")):
            with self.subTest(name):
                old, old_run, placed = self.places(
                    method=f"scatter_by_{name}", boundary_margin=0.5, linked_data=False, **older
                )
                self.assertEqual({o.obj.data.users for o in placed}, {1})
                self.setUp()
                cube = self.scene.objects.cube(size=1.0).set_tags("cube")
                new = self.scene.scatter(
                    cube, 12, ELLIPSE, method=method, margin=0.5, seed=3, **today
                )
                self.assertEqual(old, [tuple(map(tuple, o.obj.matrix_basis)) for o in new])
                self.assertEqual(old_run, self.scene.custom_meta["scatter_runs"][0])

    def test_wrong_values(self):
        cube = self.scene.objects.cube()
        source = rv.ParametricSource(cube)
        for error, call in (
            (ValueError, lambda: self.scene.scatter_by_sphere(cube, 0, ELLIPSE)),
            (ValueError, lambda: self.scene.scatter_by_bvh(cube, 1, ELLIPSE, boundary_mode="x")),
            (ValueError, lambda: self.scene.scatter_parametric(source, 1, ELLIPSE, strategy="x")),
            (TypeError, lambda: self.scene.scatter_parametric(cube, 1, ELLIPSE)),
            (TypeError, lambda: source.set_sampler(1)),
            (TypeError, lambda: source.set_applier(None)),
            (TypeError, lambda: rv.ParametricSource("cube")),
        ):
            with self.assertRaises(error):
                call()

    def parametric(self, strategy, count=12, **arguments):
        """Cubes that are scaled by their mesh: what is placed, and their sizes."""
        source = (
            rv.ParametricSource(self.scene.objects.cube(size=1.0).set_tags("cube"))
            .set_sampler(lambda rng: {"size": rng.uniform(0.2, 2.0)})
            .set_applier(self.resize)
        )
        return self.scene.scatter_parametric(
            source, count, ELLIPSE, strategy, linked_data=False, **arguments
        )

    @staticmethod
    def resize(rv_obj, parameters):
        for vertex in rv_obj.obj.data.vertices:
            vertex.co *= parameters["size"]
        rv_obj.set_custom_meta(size=parameters["size"])

    def test_parametric_keeps_the_gap_of_the_shapes_as_they_are(self):
        for strategy in ("sphere", "bvh"):
            with self.subTest(strategy):
                self.setUp()
                placed = self.parametric(strategy, min_gap=0.3, seed=5)
                self.assertEqual([o.index for o in placed], list(range(3, 15)))
                sizes = [o.custom_meta["size"] for o in placed]
                self.assertGreater(max(sizes) - min(sizes), 0.8)
                bpy.context.view_layer.update()
                for i, a in enumerate(placed):
                    for j, b in enumerate(placed[:i]):
                        if strategy == "bvh":
                            near = [solid_of(o.obj).placed(o.obj.matrix_world) for o in (a, b)]
                            self.assertFalse(near[0].closer_than(near[1], 0.3 - 1e-4))
                        else:
                            reach = (sizes[i] + sizes[j]) * math.sqrt(0.5) + 0.3
                            apart = (Vector(a.get_location()) - Vector(b.get_location())).length
                            self.assertGreaterEqual(apart, reach - 1e-5)

    def test_parametric_keeps_the_appliers_scale(self):
        source = rv.ParametricSource(self.scene.objects.cube()).set_sampler(lambda rng, i: i + 1.0)
        source.set_applier(lambda o, p: o.set_scale((p, 1, 1)))
        placed = self.scene.scatter_parametric(source, 2, ELLIPSE, scale_range=(0.5, 0.5))
        self.assertEqual([tuple(o.obj.scale) for o in placed], [(0.5, 0.5, 0.5), (1.0, 0.5, 0.5)])

    def test_parametric_is_repeatable_and_leaves_nothing_behind(self):
        def run():
            self.setUp()
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                placed = self.parametric("sphere", 200, max_attempts_per_object=5)
            self.assertEqual([w.category for w in caught], [UserWarning])
            self.assertLess(len(placed), 200)
            self.assertEqual(len(bpy.data.objects), len(placed) + 2)  # the camera, the source
            return [(o.get_location(), o.custom_meta["size"]) for o in placed]

        self.assertEqual(run(), run())


PAGE = """
import rv


class PageScene(rv.Scene):
    def generate(self):
        self.set_world(rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5)))
        plane = self.create_plane(size=1000)
        empty = self.create_empty().set_location((0, 0, 1))
        self.get_camera().set_location((7, 7, 3)).point_at(empty)
        rock = self.create_sphere(segments=8, ring_count=4).set_scale(0.1)
        rock.set_location((0, 0, -1000)).set_material(self.create_material())
        object_loader = rock.as_loader()
        domain = rv.Domain.ellipse(center=(0, 0), radii=(12, 6), z=0.0)
        self.scatter_by_sphere(source=object_loader, count=5, domain=domain, min_gap=0.15)
        self.scatter_by_bvh(source=object_loader, count=5, domain=domain, min_gap=0.2)
        source = rv.ParametricSource(object_loader)
        source.set_sampler(lambda rng: rng.random())
        source.set_applier(lambda obj, number: obj.set_property("p", number))
        self.scatter_parametric(source=source, count=3, domain=domain, strategy="bvh")
        domain = rv.Domain.custom(
            dimension=3,
            contains_point=lambda point, margin: (
                (point.z * point.z) < (point.x * point.x + point.y * point.y)
            ),
            aabb=lambda inset_margin: (
                rv.Vector((-10.0, -10.0, -6.0)),
                rv.Vector((10.0, 10.0, 6.0)),
            ),
        )
        self.scatter_by_bvh(source=rock, count=2, domain=domain)
"""


class LegacySamples(SampleCase):
    def test_a_script_of_the_feature_page(self):
        record, _ = self.render(PAGE)
        self.assertEqual(
            [run["placed"] for run in record["custom_meta"]["scatter_runs"]], [5, 5, 3, 2]
        )
        self.assertEqual(len(record["objects"]), 4 + 15)
        again, _ = self.render(PAGE)
        self.assertEqual(record, again)
