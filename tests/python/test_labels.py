# SPDX-License-Identifier: MIT
"""The side render that labels come from: when there is one, what its labels are, and that pictures
are the same with it."""

import os
from collections import Counter
from types import SimpleNamespace
from unittest import mock

from rv.plain.errors import SceneError
from rv.sample import file_scene, labels
from rv.scenes import stage
from support import GREY, SampleCase, image, passes, scene
from test_side import RICH

DOWN = GREY + "self.camera.set_location((0, 0, 10)).set_fov(90)\n"  # 20 x 20 m, 32 x 32 px
PLANES = scene(
    DOWN,
    """
    for x, z in ((-5, 0), (5, 0), (5, 2)):
        self.objects.plane(size=4).set_location((x, 0, z))
    """,
)
LENS = """
lens = self.camera.obj.data.dof
lens.use_dof, lens.focus_distance, lens.aperture_fstop = True, 2.0, 0.02
"""
SHUTTER = "rv.bpy.context.scene.render.use_motion_blur = True\n"
MOVING = scene(
    DOWN,
    """
    cube = self.objects.plane(size=5)
    cube.keyframe(1, location=(-2.5, 0, 0)).keyframe(3, location=(2.5, 0, 0))
    self.set_frames(1, 3)
    """,
)
GLASS = """
paint = self.materials.basic().set_params(base_color=(1, 0, 0), alpha=%s)
self.objects.plane(size=40).set_location((0, 0, %s)).set_material(paint)
"""
CATCHER = scene(
    DOWN,
    """
    self.objects.plane(size=40).obj.is_shadow_catcher = True
    self.objects.cube(size=4).set_location((2, 0, 4))
    """,
)
# Materials that are there in part, in all ways that there are.
SHADERS = """
import bpy
import rv


def shader(name):
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    made.node_tree.nodes.clear()
    return made, made.node_tree


def mixed(tree, alpha, swapped):
    nodes = tree.nodes
    mix, clear = nodes.new("ShaderNodeMixShader"), nodes.new("ShaderNodeBsdfTransparent")
    solid = nodes.new("ShaderNodeEmission")
    mix.inputs[0].default_value = 1 - alpha if swapped else alpha
    for node, at in ((clear, 2 if swapped else 1), (solid, 1 if swapped else 2)):
        tree.links.new(node.outputs[0], mix.inputs[at])
    return mix


def planes(alpha):
    made = []
    for i in range(4):
        material, tree = shader(f"paint {i}")
        nodes = tree.nodes
        if i < 2:
            last = mixed(tree, alpha, i == 1)
        elif i == 2:
            last, value = nodes.new("ShaderNodeBsdfPrincipled"), nodes.new("ShaderNodeValue")
            value.outputs[0].default_value = alpha
            tree.links.new(value.outputs[0], last.inputs["Alpha"])
        else:
            group = bpy.data.node_groups.new("part", "ShaderNodeTree")
            if hasattr(group, "interface"):
                group.interface.new_socket("S", in_out="OUTPUT", socket_type="NodeSocketShader")
            else:
                group.outputs.new("NodeSocketShader", "S")
            end = group.nodes.new("NodeGroupOutput")
            group.links.new(mixed(group, alpha, False).outputs[0], end.inputs[0])
            last = nodes.new("ShaderNodeGroup")
            last.node_tree = group
        tree.links.new(last.outputs[0], nodes.new("ShaderNodeOutputMaterial").inputs[0])
        made.append(material)
    return made
"""
# On a floor of index 2: planes 3 to 6 with 4 x 4 pixels each.
PARTS = """
self.objects.plane(size=100).set_location((0, 0, -1))
for i, material in enumerate(planes(%s)):
    plane = self.objects.plane(size=2.5).set_location((5 * i - 6.25, 1.25, 0))
    plane.obj.data.materials.append(material)
"""


# On the floor of index 2: a box of smoke, another with a clear surface around it, one with a solid
# surface, one with a reroute from nothing; a volume that is no mesh; the world is a volume as well.
SMOKE = """
def smoke(surface):
    material, tree = shader("smoke")
    nodes = tree.nodes
    end, volume = nodes.new("ShaderNodeOutputMaterial"), nodes.new("ShaderNodeVolumePrincipled")
    volume.inputs["Density"].default_value = 1.0
    tree.links.new(volume.outputs[0], end.inputs["Volume"])
    if surface:
        tree.links.new(nodes.new(surface).outputs[0], end.inputs["Surface"])
    return material


class Haze(rv.BasicWorld):
    def apply(self, scene):
        super().apply(scene)
        tree = bpy.context.scene.world.node_tree
        scatter = tree.nodes.new("ShaderNodeVolumeScatter")
        scatter.inputs["Density"].default_value = 0.05
        end = next(node for node in tree.nodes if node.type == "OUTPUT_WORLD")
        tree.links.new(scatter.outputs[0], end.inputs["Volume"])
"""
VOLUMES = """
self.objects.plane(size=100).set_location((0, 0, -2))
for i, surface in enumerate(
    (None, "ShaderNodeBsdfTransparent", "ShaderNodeBsdfDiffuse", "NodeReroute")
):
    box = self.objects.cube(size=2.5).set_location((5 * i - 6.25, 1.25, 0))
    box.obj.data.materials.append(smoke(surface))
"""
HAZE = "self.world = Haze()\n"
CLOUD = """
cloud = rv.bpy.data.objects.new("cloud", rv.bpy.data.volumes.new("cloud"))
rv.bpy.context.collection.objects.link(cloud)
ball = self.objects.sphere(radius=2).set_location((6, -6, 0))
ball.obj.hide_render = True
fill = cloud.modifiers.new("fill", "MESH_TO_VOLUME")
fill.object, fill.density = ball.obj, 5.0
"""


def volumes(*more):
    return scene(DOWN, VOLUMES, *more, head=SHADERS + SMOKE)


def parts(alpha):
    return scene(DOWN, PARTS % alpha, head=SHADERS)


def files_of(out):
    """All that was written, relative."""
    return sorted(
        os.path.relpath(os.path.join(at, name), out)
        for at, _, names in os.walk(out)
        for name in names
    )


class LabelCase(SampleCase):
    def labels(self, script, **settings):
        """The record, and the file that labels come from."""
        record, out = self.render(script, **settings)
        self.assertIn("label_passes", record["files"], record["files"])
        return record, out, passes(out, record["files"]["label_passes"])

    def plane(self, exr, record, role, at=None):
        """A pass of surfaces, line by line; `at`: one of its channels."""
        channel = record["label_channels"][role]
        return exr.plane(channel if at is None else channel[at])


class WhenTest(LabelCase):
    def test_not_where_nothing_needs_it(self):
        for settings in (
            {"samples": 4},
            {"samples": 4, "passes": ["Position", "MaterialIndex", "CryptoObject", "DiffuseColor"]},
            {"samples": 1, "passes": ["Normal", "UV", "Vector", "Mist"]},
        ):
            record, out = self.render(PLANES + "        self.lights.sun()\n", **settings)
            self.assertEqual(files_of(out), ["Image.png", "passes.exr"], settings)
            self.assertNotIn("label_channels", record)
            self.assertNotIn("labels", record["render"])

    def test_where_something_does(self):
        opaque = GLASS % (1, 0)
        for script, settings in (
            (PLANES, {"samples": 2, "passes": ["Normal"]}),
            (PLANES, {"samples": 2, "passes": ["UV"]}),
            (scene(DOWN, "self.enable_semantic_channels('a')"), {"samples": 2}),
            (scene(DOWN, LENS), {}),
            (scene(DOWN, SHUTTER), {}),
            (scene(DOWN, GLASS % (0.5, 0)), {}),
        ):
            record, out = self.render(script, **settings)
            self.assertEqual(files_of(out), ["Image.png", "label_passes.exr", "passes.exr"])
            self.assertEqual(record["render"]["labels"], {"samples": 1, "alpha_threshold": 0.001})
        self.assertEqual(files_of(self.render(scene(DOWN, opaque))[1]), ["Image.png", "passes.exr"])

    def test_channels_are_in_one_file_each(self):
        record, out, exr = self.labels(
            PLANES, samples=2, passes=["Normal", "CryptoObject", "DiffuseColor", "Position"]
        )
        self.assertEqual(set(record["label_channels"]), {"depth", "index", "normal", "position"})
        self.assertEqual(set(record["channels"]), {"crypto_object", "diffuse_color"})
        for members, name in (("channels", "passes.exr"), ("label_channels", "label_passes.exr")):
            for channel in record[members].values():
                for one in [channel] if isinstance(channel, str) else channel:
                    passes(out, name).plane(one)


class PictureTest(LabelCase):
    """What is not of surfaces has the same bytes with the side render and without."""

    def same(self, script, names=("Image.png",), **settings):
        """Two samples, of which one has the side render."""
        found, out = self.render(script, **settings)
        self.assertIn("label_passes", found["files"])
        with mock.patch.object(labels, "wants", return_value=None):
            plain, other = self.render(script, **settings)
        self.assertNotIn("label_passes", plain["files"])
        for name in names:
            if name.endswith(".png"):
                self.assertEqual(image(out, name).rows, image(other, name).rows, name)
            else:
                self.assertEqual(passes(out, name).stable(), passes(other, name).stable(), name)

    def test_still(self):
        for seed in (1, 2):  # 2: with motion blur
            self.same(RICH, ("Image.png", "passes.exr"), seed=seed, samples=2, passes=["Normal"])

    def test_sequence(self):
        for seed in (1, 2):
            names = [f"frames/{i:06}.png" for i in (1, 2, 3)]
            names += [f"passes/{i:06}.exr" for i in (1, 2, 3)]
            self.same(RICH, names, seed=seed, samples=2, frames="1..3")

    def test_cryptomatte(self):
        names = [f"passes/{i:06}.exr" for i in (1, 2)]
        self.same(RICH, names, frames="1..2", passes=["CryptoObject", "CryptoAsset"])

    def test_shadow_catcher(self):
        self.same(CATCHER, ("Image.png", "passes.exr"), samples=4)
        names = [f"frames/{i:06}.png" for i in (1, 2)] + ["passes/000002.exr"]
        self.same(CATCHER, names, samples=4, frames="1..2")

    def test_materials_of_every_kind(self):
        self.same(parts(0.3), ("Image.png", "passes.exr"), samples=4)
        names = [f"frames/{i:06}.png" for i in (1, 2)]
        self.same(parts(0.3), names, samples=4, frames="1..2")

    def test_volumes(self):
        for more in ((), (HAZE, CLOUD)):
            self.same(volumes(*more), ("Image.png", "passes.exr"), samples=4)
            names = [f"frames/{i:06}.png" for i in (1, 2)]
            self.same(volumes(*more), [*names, "passes/000002.exr"], samples=4, frames="1..2")


class LabelTest(LabelCase):
    """Labels are of the point at the pixel's centre: here with borders between two centres."""

    def of_pinhole(self, script=PLANES, **settings):
        record, out = self.render(script, samples=1, **settings)
        return passes(out, "passes.exr").plane(record["channels"]["index"])

    def test_depth_of_field(self):
        blurred = PLANES + "        " + LENS.strip().replace("\n", "\n        ") + "\n"
        record, _, exr = self.labels(blurred, samples=4)
        self.assertEqual(self.plane(exr, record, "index"), self.of_pinhole())
        for line in self.plane(exr, record, "depth"):
            self.assertLessEqual(set(line), {8.0, 10.0, 1e10})

    def test_motion_blur(self):
        blurred = MOVING.replace("cube =", SHUTTER.strip() + "\n        cube =")
        record, out = self.render(blurred, samples=4, passes=["Vector"])
        self.assertNotIn("vector", record["channels"])
        sharp, plain = self.render(MOVING, samples=1)
        for i, name in enumerate(record["files"]["label_passes"]):
            exr, other = passes(out, name), passes(plain, sharp["files"]["passes"][i])
            self.assertEqual(
                self.plane(exr, record, "index"), other.plane(sharp["channels"]["index"])
            )
        # 2.5 m a frame at 1.6 px a metre: from the one before, and to the next one.
        exr = passes(out, record["files"]["label_passes"][1])
        vector = [self.plane(exr, record, "vector", i)[16][16] for i in range(4)]
        for found, expected in zip(vector, (-4, 0, -4, 0)):
            self.assertAlmostEqual(found, expected, 4)

    def test_texture_coordinates_with_motion_blur(self):
        blurred, _, exr = self.labels(RICH, seed=2, passes=["UV"])
        sharp, _, other = self.labels(RICH, seed=2, passes=["UV"], blend={"motion_blur": False})
        for axis in range(3):
            found = self.plane(exr, blurred, "uv", axis)
            self.assertEqual(found, self.plane(other, sharp, "uv", axis))
        self.assertGreater(sum(value > 0 for row in found for value in row), 100)

    def test_normals_are_not_mixed(self):
        balls = scene(DOWN, "self.objects.sphere(radius=4)\nself.objects.plane(size=3)")
        record, _, exr = self.labels(balls, samples=16, passes=["Normal", "CryptoObject"])
        index = self.plane(exr, record, "index")
        axes = [self.plane(exr, record, "normal", i) for i in range(3)]
        for y, line in enumerate(index):
            for x, value in enumerate(line):
                length = sum(axis[y][x] ** 2 for axis in axes) ** 0.5
                self.assertAlmostEqual(length, 1.0 if value else 0.0, 5)

    def counts(self, script, **settings):
        """How many pixels have which index."""
        record, _, exr = self.labels(script, **settings)
        return Counter(v for line in self.plane(exr, record, "index") for v in line)

    def test_many_invisible_planes_are_looked_through(self):
        stack = "".join(GLASS % (0, z / 2) for z in range(1, 13))
        found = self.counts(scene(DOWN, "self.objects.plane(size=100)", stack), resolution=[64, 64])
        self.assertEqual(found, {2: 4096})

    def test_shadow_catchers_are_surfaces(self):
        for samples in (1, 4):
            record, _, exr = self.labels(CATCHER, samples=samples, passes=["Normal", "UV"])
            for i, right in enumerate((0.0, 0.0, 1.0)):
                self.assertEqual(exr.plane(record["label_channels"]["normal"][i])[16][4], right)
            self.assertEqual(self.plane(exr, record, "index")[16][4], 2)
            self.assertEqual(self.plane(exr, record, "depth")[16][4], 10)

    def test_alpha_above_the_threshold_is_there_on_all_pixels(self):
        for alpha in (0.3, 0.05, 0.002, 0.999):
            self.assertEqual(
                self.counts(parts(alpha)), {2: 1024 - 64, 3: 16, 4: 16, 5: 16, 6: 16}, alpha
            )

    def test_alpha_below_the_threshold_is_there_on_none(self):
        self.assertEqual(self.counts(parts(0.0005)), {2: 1024})
        for alpha, expected in ((0.3, 0), (0.7, 16)):
            record, out = self.render(parts(alpha), blend={"alpha_threshold": 0.5})
            self.assertEqual(record["render"]["labels"]["alpha_threshold"], 0.5)
            rows = passes(out, "label_passes.exr").plane(record["label_channels"]["index"])
            found = Counter(v for line in rows for v in line)
            self.assertEqual([found[i] for i in (3, 4, 5, 6)], [expected] * 4, alpha)
            self.assertEqual(found[2], 1024 - 4 * expected)

    def test_volumes_are_looked_through(self):
        """On every pixel: only what has a surface is labelled."""
        expected = {2: 1024 - 25, 5: 25}  # its top, 2.5 m wide and 8.75 m away
        for more in ((), (HAZE,), (CLOUD,)):
            for seed in (1, 2):
                self.assertEqual(self.counts(volumes(*more), seed=seed), expected, more)
        record, _, exr = self.labels(volumes(HAZE, CLOUD))
        found = zip(self.plane(exr, record, "index"), self.plane(exr, record, "depth"))
        floor = {far for own, depth in found for i, far in zip(own, depth) if i == 2}
        self.assertEqual(floor, {12.0})

    def test_a_volume_alone_has_such_a_render(self):
        for more in (HAZE, CLOUD):
            script = scene(DOWN, more, head=SHADERS + SMOKE)
            self.assertEqual(self.counts(script), {0: 1024}, more)

    def test_alpha_that_keys_change(self):
        script = scene(
            DOWN,
            GLASS % (1, 0),
            """
            self.objects.plane(size=4).set_location((0, 0, -1))
            for obj in rv.bpy.data.objects:
                for slot in obj.material_slots:
                    nodes = slot.material.node_tree.nodes
                    alpha = next(n for n in nodes if n.type == "BSDF_PRINCIPLED").inputs["Alpha"]
                    for frame, value in ((1, 0.0), (2, 0.5)):
                        alpha.default_value = value
                        alpha.keyframe_insert("default_value", frame=frame)
            self.set_frames(1, 2)
            """,
        )
        record, out = self.render(script)
        found = []
        for name in record["files"]["label_passes"]:
            rows = passes(out, name).plane(record["label_channels"]["index"])
            found.append(rows[16][16])
        self.assertEqual(found, [3, 2])

    def test_views_have_their_own(self):
        line, out = self.request(PLANES, samples=4, passes=["Normal"])
        moved = [[1, 0, 0, 5], [0, 1, 0, 0], [0, 0, 1, 10], [0, 0, 0, 1]]
        view = {"name": "right", "view": True, "camera": {"matrix_world": moved}}
        reply = self.ask(line, renders=[view, {"name": "more"}])
        self.assertTrue(reply["ok"], reply)
        found = reply["record"]["views"][0]
        self.assertEqual(found["files"]["label_passes"], "views/right/label_passes.exr")
        exr = passes(out, found["files"]["label_passes"])
        index = exr.plane(found["label_channels"]["index"])
        self.assertEqual(index[16][16], 4)  # x is 5 there
        self.assertEqual(found["label_channels"], reply["record"]["label_channels"])
        self.assertNotIn("label_channels", reply["record"]["renders"]["more"])
        self.assertIn("normal", reply["record"]["renders"]["more"]["channels"])


class ManyTest(LabelCase):
    """More objects than Blender's index pass can tell apart; here that is 3."""

    def test_cryptomatte_takes_the_place_of_the_index(self):
        with mock.patch.object(stage, "INDEX_MAX", 3):
            reply, out = self.run_sample(PLANES, passes=["Normal"])
        view = {"name": "v", "view": True, "passes": ["CryptoObject", "Position"]}
        line, _ = self.request(PLANES, samples=4, passes=["Normal"])
        with mock.patch.object(stage, "INDEX_MAX", 3):  # it is put back after each sample
            seen = self.ask(line, renders=[view])
        self.assertTrue(reply["ok"], reply)
        record = reply["record"]
        self.assertEqual([o["index"] for o in record["objects"]], [1, 2, 3, 4])
        self.assertEqual(set(record["channels"]), {"crypto_object", "depth", "normal"})
        self.assertEqual(record["passes"], ["CryptoObject", "Normal", "Z"])
        self.assertIn("4 objects are more than Blender's index pass", reply["run"]["warnings"][0])
        rows = passes(out).plane("ViewLayer.CryptoObject00.g")
        self.assertEqual(rows[16][24], 1.0)
        self.assertTrue(seen["ok"], seen)
        (view,) = seen["record"]["views"]
        self.assertEqual(set(view["channels"]), {"crypto_object"})
        self.assertEqual(set(view["label_channels"]), {"depth", "position"})

    def test_of_a_file(self):
        names = [SimpleNamespace(name_full=f"{i:05}", pass_index=0) for i in range(40000)]
        indices = file_scene.assign_indices(names, "auto", "objects", self.fail)
        self.assertEqual(indices["39999"], 40000)
        with self.assertRaisesRegex(SceneError, "40000 materials, an index map can hold 32767"):
            file_scene.assign_indices(names, "auto", "materials", self.fail)
        self.assertEqual([stage.pass_index(i) for i in (32767, 32768)], [32767, 0])
