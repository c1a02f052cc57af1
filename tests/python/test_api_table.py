# SPDX-License-Identifier: MIT
"""The public names of rv and their signatures, row by row, and that each says what it is."""

import inspect
import re
import unittest

import rv
from rv import shader
from support import SceneCase

# What scripts may import from rv; what stands behind the bar is ours.
NAMES = """
Scene Object ObjectLoader ObjectStats Camera Light PointLight SunLight AreaLight SpotLight Material
BasicMaterial ImportedMaterial ShaderMaterial World BasicWorld SkyWorld HDRIWorld ImportedWorld
Domain RenderPass GeneratorFactory GeneratorHandle ObjectFactory LightFactory MaterialFactory
AssetFactory
PrincipledBSDF TextureImage NormalMap Value ColorValue VectorValue
simulate_physics PASS_MAP bpy mathutils Vector BVHTree
AABB CellCoords Color ColorRGB ColorRGBA Float2 Float3 Float4 JSONSerializable ObjectLoaderSource
OptionalColor Polygon2D RenderPassSet Resolution ScatterSource ScatterValidationResult
SemanticChannelSet TagSet
| Animated BinaryMath Bump Categories Category ColorLike CustomMeta Euler Expr Folder Loaded
MatrixLike Optics OlderDialect PairLike ParametricSource PassName Placed Quaternion Range
RotationLike Sampler Stream Tagged TiledImage Timed VectorLike Viewed
"""

# A name, what it takes, and the value of what may be left out.
SIGNATURES = """
Scene(output_dir=None)
Scene.generate(seed=None)
Scene.set_rendering_time_limit(time_limit=3.0)
Scene.set_passes(*passes)
Scene.enable_semantic_channels(*channels)
Scene.set_semantic_mask_threshold(threshold)
Scene.set_tags(*tags)
Scene.add_tags(*tags)
Scene.set_custom_meta(**values)
Scene.inspect_object(loader_or_obj, applied_scale=True)
Scene.scatter(source, count, domain, *, method="auto", gap=0.0, scale=1.0, rotation="yaw", yaw=(0.0, 360.0), margin=0.0, seed=None, unique_data=False, on_create=None, max_attempts_per_object=100)
ObjectFactory.empty(name="Empty")
ObjectFactory.sphere(name="Sphere", radius=1.0, segments=32, ring_count=16)
ObjectFactory.cube(name="Cube", size=2.0)
ObjectFactory.plane(name="Plane", size=2.0)
LightFactory.point(name="Point", power=1000.0)
LightFactory.sun(name="Sun", power=1.0)
LightFactory.area(name="Area", power=100.0)
LightFactory.spot(name="Spot", power=1000.0)
MaterialFactory.basic(name="Material")
MaterialFactory.imported(blendfile, material_name=None)
AssetFactory.object(blendfile, import_name=None)
AssetFactory.objects(blendfile, import_names=None)
GeneratorFactory.init(command, *, persistent=False, cache=None, files=())
Object(obj, scene, register_object=True)
Object.as_loader()
Object.copy(name=None, linked_data=True, register_object=True)
Object.set_location(location)
Object.get_location()
Object.move(dx=0, dy=0, dz=0)
Object.set_rotation(rotation)
Object.set_scale(scale)
Object.set_property(key, value)
Object.set_modifier_input(input_name, value, modifier_name=None)
Object.set_material(material, slot=0)
Object.add_material(material)
Object.clear_materials()
Object.set_tags(*tags)
Object.add_tags(*tags)
Object.set_custom_meta(**values)
Object.point_at(rv_obj, angle=0.0)
Object.rotate_around_axis(axis, angle)
Object.set_shading(shading)
Object.show_debug_axes(show=True)
Object.show_debug_name(show)
Object.hide(view="wireframe")
Object.get_dimensions(space="world")
Object.get_bounds(space="world")
Object.inspect(applied_scale=True)
Object.add_rigidbody(mode="hull", mesh_source="FINAL", body_type="ACTIVE", mass=1.0, friction=0.5, restitution=0.0, linear_damping=0.04, angular_damping=0.1, use_margin=True, collision_margin=None, use_deactivation=None, deactivate_linear_velocity=None, deactivate_angular_velocity=None, start_deactivated=None, velocity=None, angular_velocity=None)
Object.remove_rigidbody(keep_transform=True)
ObjectStats(name, type, dimensions_world, dimensions_local, bounds_world, bounds_local, scale)
ObjectStats.to_dict()
ObjectLoader(obj, scene, source_wrapper=None)
ObjectLoader.set_source(source)
ObjectLoader.create_instance(name=None, register_object=True, linked_data=True)
Camera.set_fov(angle)
Light.set_color(color)
Light.set_power(power)
Light.set_cast_shadow(enabled=True)
Light.set_specular_factor(factor)
Light.set_softness(value)
Light.set_params(**values)
PointLight.set_radius(radius)
SunLight.set_angle(angle)
AreaLight.set_shape(shape)
AreaLight.set_size(size)
AreaLight.set_size_xy(size_x, size_y)
SpotLight.set_spot_size(angle)
SpotLight.set_blend(blend)
SpotLight.set_show_cone(show=True)
Material(name)
BasicMaterial(name="Material")
BasicMaterial.set_params(base_color=None, roughness=None, metallic=None, specular=None, emission_color=None, emission_strength=None, alpha=None, transmission=None, ior=None)
BasicMaterial.set_property(key, value)
ImportedMaterial(filepath, material_name=None)
ImportedMaterial.set_params(**values)
ShaderMaterial(shader, name="Material")
ShaderMaterial.set_params(shader=None)
ShaderMaterial.set_property(key, value)
Value(value)
ColorValue(value)
VectorValue(value)
TextureImage(path, colorspace="sRGB", interpolation="Linear", projection="FLAT")
NormalMap(color, strength=1.0, space="TANGENT")
PrincipledBSDF(base_color=None, metallic=None, roughness=None, specular=None, normal=None, emission_color=None, emission_strength=None, alpha=None, transmission=None, ior=None)
Domain(kind, data, dimension)
Domain.rect(center=(0, 0), size=(10, 10), z=0)
Domain.ellipse(center=(0, 0), radii=(5, 3), z=0)
Domain.polygon(points, z=0)
Domain.convex_polygon(points, z=0)
Domain.box(center=(0, 0, 0), size=(10, 10, 10))
Domain.cylinder(center=(0, 0, 0), radius=5, height=10, axis="Z")
Domain.ellipsoid(center=(0, 0, 0), radii=(5, 3, 2))
Domain.convex_hull_2d(rv_obj)
Domain.convex_hull_3d(rv_obj)
Domain.convex_hull(rv_obj, project_2d=False)
Domain.custom(*, dimension, contains_point, aabb, sample_point=None, kind="custom", data=None)
Domain.inset(margin)
Domain.sample_point(rng)
Domain.contains_point(point, margin=0)
Domain.contains_object(obj, margin=0, mode="mesh")
Domain.aabb()
simulate_physics(frames=20, substeps=10, time_scale=1.0, solver_iterations=None, use_split_impulse=None, split_impulse_penetration_threshold=None, *, until_rest=False, max_frames=250, collisions=False)
BasicWorld()
BasicWorld.set_params(color=None, strength=None)
SkyWorld()
SkyWorld.set_params(strength=None, sun_size=None, sun_intensity=None, sun_elevation=None, rotation_z=None, air=None, aerosol_density=None, ozone=None)
HDRIWorld(hdri_path)
HDRIWorld.set_params(hdri_path=None, strength=None, rotation_z=None)
ImportedWorld(filepath, world_name=None)
ImportedWorld.set_params(**values)
GeneratorHandle.generate(**params)
GeneratorHandle.generate_path(**params)
GeneratorHandle.generate_str(**params)
GeneratorHandle.generate_num(**params)
Scene.create_empty(name="Empty")
Scene.create_sphere(name="Sphere", radius=1.0, segments=32, ring_count=16)
Scene.create_cube(name="Cube", size=2.0)
Scene.create_plane(name="Plane", size=2.0)
Scene.create_point_light(name="Point", power=1000.0)
Scene.create_sun_light(name="Sun", power=1.0)
Scene.create_area_light(name="Area", power=100.0)
Scene.create_spot_light(name="Spot", power=1000.0)
Scene.get_camera()
Scene.get_world()
Scene.set_world(world)
Scene.load_object(blendfile, import_name=None)
Scene.load_objects(blendfile, import_names=None)
Scene.create_material(name="Material")
Scene.import_material(blendfile, material_name=None)
Scene.scatter_by_sphere(source, count, domain, min_gap=0.0, yaw_range=(0, 360), rotation_mode="yaw", scale_range=(1, 1), max_attempts_per_object=100, boundary_mode="center_margin", boundary_margin=0.0, seed=None, linked_data=True)
Scene.scatter_by_bvh(source, count, domain, min_gap=0.0, yaw_range=(0, 360), rotation_mode="yaw", scale_range=(1, 1), max_attempts_per_object=100, boundary_mode="center_margin", boundary_margin=0.0, seed=None, linked_data=True)
Scene.scatter_parametric(source, count, domain, strategy="sphere", min_gap=0.0, yaw_range=(0, 360), rotation_mode="yaw", scale_range=(1, 1), max_attempts_per_object=100, boundary_mode="center_margin", boundary_margin=0.0, seed=None, linked_data=True)
ParametricSource.set_sampler(sampler)
ParametricSource.set_applier(applier)
Scene._get_meta()
Scene._internal_post_gen()
Scene._internal_render()
Scene._internal_save_metadata(filename)
World._internal_post_gen()
internal._internal_begin_run(purge_orphans=True)
internal._internal_end_run(purge_orphans=False)
internal._internal_load_scene_class(path)
internal._internal_run_scene_generate(scene, seed, seed_mode=None)
internal._internal_resolve_seed(mode, value=None, base=0, index=0)
internal._internal_parse_resolution(raw, arg_name="--resolution")
internal._internal_set_time_limit(scene, limit)
internal._internal_configure_cycles_backend(name)
internal._internal_iter_cycles_devices(prefs)
internal._internal_print_cycles_device_info()
internal._configure_generator_runtime(port, root_dir, work_dir)
"""  # noqa: E501

FLAGS = """
Z Z use_pass_z
VECTOR Vector use_pass_vector
MIST Mist use_pass_mist
POSITION Position use_pass_position
NORMAL Normal use_pass_normal
UV UV use_pass_uv
OBJECT_INDEX ObjectIndex use_pass_object_index
MATERIAL_INDEX MaterialIndex use_pass_material_index
SHADOW Shadow use_pass_shadow
AO AO use_pass_ambient_occlusion
EMISSION Emission use_pass_emit
ENVIRONMENT Environment use_pass_environment
SHADOW_CATCHER ShadowCatcher use_pass_shadow_catcher
DIFFUSE_COLOR DiffuseColor use_pass_diffuse_color
DIFFUSE_DIRECT DiffuseDirect use_pass_diffuse_direct
DIFFUSE_INDIRECT DiffuseIndirect use_pass_diffuse_indirect
GLOSSY_COLOR GlossyColor use_pass_glossy_color
GLOSSY_DIRECT GlossyDirect use_pass_glossy_direct
GLOSSY_INDIRECT GlossyIndirect use_pass_glossy_indirect
TRANSMISSION_COLOR TransmissionColor use_pass_transmission_color
TRANSMISSION_DIRECT TransmissionDirect use_pass_transmission_direct
TRANSMISSION_INDIRECT TransmissionIndirect use_pass_transmission_indirect
CRYPTO_OBJECT CryptoObject use_pass_cryptomatte_object
CRYPTO_MATERIAL CryptoMaterial use_pass_cryptomatte_material
CRYPTO_ASSET CryptoAsset use_pass_cryptomatte_asset
"""


def parameters(function):
    """(name, kind, default) of each parameter but self; what collects the rest has any name."""
    found = []
    for p in inspect.signature(function).parameters.values():
        rest = p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        if p.name != "self":
            found.append(("*" if rest else p.name, p.kind.name, p.default))
    return found


class Table(unittest.TestCase):
    def test_names(self):
        expected, ours = (part.split() for part in NAMES.split("|"))
        self.assertEqual(sorted(rv.__all__), sorted(expected + ours))
        for name in rv.__all__:
            self.assertTrue(hasattr(rv, name), name)

    def test_signatures(self):
        rows = SIGNATURES.split("\n")[1:-1]
        self.assertEqual(len(rows), len(set(rows)))
        for row in rows:
            name, arguments = re.fullmatch(r"([\w.]+)\((.*)\)", row).groups()
            target = rv
            for part in name.split("."):
                target = getattr(target, part)
            expected = eval(f"lambda {arguments}: None")
            with self.subTest(name):
                self.assertEqual(parameters(target), parameters(expected))

    def test_passes(self):
        rows = [row.split() for row in FLAGS.strip().split("\n")]
        self.assertEqual(
            [(p.name, p.value, rv.PASS_MAP[p]) for p in rv.RenderPass],
            [tuple(row) for row in rows],
        )

    def test_shader_names(self):
        for name in "Expr BinaryMath FloatExpr ColorExpr VectorExpr NormalExpr ShaderExpr".split():
            self.assertTrue(hasattr(shader, name), name)

    def test_everything_public_is_described(self):
        for name in rv.__all__:
            owner = getattr(rv, name)
            if not getattr(owner, "__module__", "").startswith("rv."):
                continue
            if inspect.isclass(owner) or inspect.isfunction(owner):
                self.assertTrue(inspect.getdoc(owner), name)
            for key, value in vars(owner).items() if inspect.isclass(owner) else ():
                value = getattr(value, "__func__", value)
                if not key.startswith("_") and isinstance(value, (property, type(parameters))):
                    self.assertTrue(inspect.getdoc(value), f"{name}.{key}")


class Chains(SceneCase):
    """What is documented to return the receiver does."""

    def check(self, receiver, **calls):
        for name, arguments in calls.items():
            with self.subTest(f"{type(receiver).__name__}.{name}"):
                self.assertIs(getattr(receiver, name)(*arguments), receiver)

    def test_scene(self):
        self.check(
            self.scene,
            set_rendering_time_limit=(),
            set_passes=(rv.RenderPass.Z, [rv.RenderPass.AO]),
            enable_semantic_channels=("Rust Level-2", ["dirt"]),
            set_semantic_mask_threshold=(0.25,),
            set_tags=("a", {"b"}),
            add_tags=(("c", "d"),),
            set_custom_meta=(),
            set_world=(rv.BasicWorld(),),
        )
        self.assertEqual(self.scene.time_limit, 3.0)
        self.assertEqual(self.scene.passes, {rv.RenderPass.Z, rv.RenderPass.AO})
        self.assertEqual(self.scene.semantic_channels, {"rust_level_2", "dirt"})
        self.assertEqual(self.scene.semantic_mask_threshold, 0.25)
        self.assertEqual(self.scene.tags, {"a", "b", "c", "d"})
        self.assertRaises(ValueError, self.scene.set_semantic_mask_threshold, 1.5)
        self.assertRaises(ValueError, self.scene.enable_semantic_channels, " - ")

    def test_objects(self):
        objects, material = self.scene.objects, self.scene.materials.basic()
        cube = objects.cube()
        self.check(
            cube,
            set_location=((1, 2, 3),),
            move=(1,),
            set_rotation=(rv.mathutils.Quaternion(),),
            set_scale=(2,),
            set_property=("a", 1.0),
            set_material=(material,),
            add_material=(material,),
            clear_materials=(),
            set_tags=("a",),
            add_tags=("b",),
            set_custom_meta=(),
            point_at=(objects.empty(),),
            rotate_around_axis=((0, 0, 1), 90),
            set_shading=("smooth",),
            show_debug_axes=(),
            show_debug_name=(True,),
            add_rigidbody=(),
            remove_rigidbody=(),
            hide=(),
        )
        self.check(cube.as_loader(), set_source=(cube,))
        self.check(self.scene.camera, set_fov=(60,))

    def test_lights(self):
        lights = self.scene.lights
        self.check(
            lights.point(),
            set_color=((1, 0, 0, 0.5),),
            set_power=(5,),
            set_cast_shadow=(),
            set_specular_factor=(0.5,),
            set_softness=(0.1,),
            set_params=(),
            set_radius=(0.2,),
        )
        self.check(lights.sun(), set_angle=(1,), set_softness=(1,))
        self.check(lights.area(), set_shape=("DISK",), set_size=(1,), set_size_xy=(1, 2))
        self.check(lights.spot(), set_spot_size=(40,), set_blend=(0.5,), set_show_cone=())

    def test_materials_and_worlds(self):
        shaded = rv.ShaderMaterial(rv.PrincipledBSDF())
        self.check(shaded, set_params=(), set_property=("a", 1), set_custom_meta=())
        basic = self.scene.materials.basic()
        self.check(basic, set_params=((1, 0, 0),), set_property=("a", 1), set_custom_meta=())
        self.check(rv.ImportedMaterial("a.blend"), set_params=())
        self.check(rv.BasicWorld(), set_params=((1, 0, 0), 2))
        self.check(rv.SkyWorld(), set_params=(1,))
        self.check(rv.HDRIWorld("a.hdr"), set_params=("b.hdr",))
        self.check(rv.ImportedWorld("a.blend"), set_params=())
        self.check(rv.ParametricSource(self.scene.objects.cube()), set_sampler=(len,))
