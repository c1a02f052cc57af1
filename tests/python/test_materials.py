# SPDX-License-Identifier: MIT
"""Materials and shader graphs: what is built, shared, refused."""

import os
import struct
import zlib

import rv
from rv.engine import compat
from rv.scenes.shader import BinaryMath, ColorValue, Value, VectorValue
from support import SampleCase, SceneCase


def write_png(path, color=(255, 0, 0)):
    """A picture of one pixel."""

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header))
        file.write(chunk(b"IDAT", zlib.compress(b"\0" + bytes(color))) + chunk(b"IEND", b""))


def nodes(material, kind):
    return [node for node in material.node_tree.nodes if node.bl_idname == kind]


class MaterialTest(SceneCase):
    def build(self, shader):
        return rv.ShaderMaterial(shader).resolve(self.scene)

    def test_basic(self):
        material = self.scene.materials.basic("Paint")
        self.assertIsNone(material.index)
        self.assertIs(
            material.set_params(base_color=(1, 0.5, 0), roughness=0.25, emission_strength=2),
            material,
        )
        self.assertEqual(material.params["base_color"], (1, 0.5, 0, 1))
        self.assertIs(material.set_property("k", 3), material)
        made = material.resolve(self.scene)
        self.assertIs(material.resolve(self.scene), made)
        self.assertEqual(
            (material.index, made.pass_index, made.name, made["k"]), (1, 1, "Paint", 3)
        )
        node = nodes(made, "ShaderNodeBsdfPrincipled")[0]
        self.assertEqual(tuple(node.inputs["Base Color"].default_value), (1, 0.5, 0, 1))
        self.assertEqual(node.inputs["Roughness"].default_value, 0.25)
        self.assertEqual(node.inputs["Emission Strength"].default_value, 2)
        self.assertEqual(
            tuple(compat.principled_socket(node, "emission_color").default_value), (1, 1, 1, 1)
        )
        self.assertEqual(node.inputs["Metallic"].default_value, 0)
        for bad in ((1, 2), 0.5, "red"):
            self.assertRaises(TypeError, material.set_params, base_color=bad)

    def test_every_parameter(self):
        params = dict(
            roughness=0.25,
            metallic=0.5,
            specular=0.75,
            emission_strength=2.0,
            alpha=0.5,
            transmission=0.125,
            ior=1.25,
        )
        made = self.scene.materials.basic().set_params(**params).resolve(self.scene)
        node = nodes(made, "ShaderNodeBsdfPrincipled")[0]
        for name, value in params.items():
            self.assertEqual(compat.principled_socket(node, name).default_value, value, name)
        self.assertEqual(made.blend_method, "BLEND")

    def test_shared_and_rebuilt(self):
        material = self.scene.materials.basic()
        one, two = (self.scene.objects.cube().set_material(material) for _ in range(2))
        self.assertIs(one.obj.data.materials[0], two.obj.data.materials[0])
        material.set_params(roughness=0.25)
        node = nodes(one.obj.data.materials[0], "ShaderNodeBsdfPrincipled")[0]
        self.assertEqual(node.inputs["Roughness"].default_value, 0.25)
        rv.bpy.data.materials.remove(one.obj.data.materials[0])
        self.scene.objects.cube().set_material(material)
        self.assertEqual(material.index, 2)
        self.assertEqual(self.scene.generated_materials, (material,))

    def test_semantic(self):
        material = self.scene.materials.basic()
        self.assertIs(material.set_semantic("Rust Level", 0.25), material)
        material.set_semantic("clean", Value(0.5) * 2)
        for bad in ((1, 2, 3), "x", None, True):
            self.assertRaises(TypeError, material.set_semantic, "rust", bad)
        self.assertRaises(ValueError, material.set_semantic, "--")
        made = material.resolve(self.scene)
        outputs = nodes(made, "ShaderNodeOutputAOV")
        self.assertEqual({getattr(n, "aov_name", n.name) for n in outputs}, {"rust_level", "clean"})

    def test_semantic_of_a_taken_node_name(self):
        material = self.scene.materials.basic().set_semantic("material_output").set_semantic("a")
        made = material.resolve(self.scene)
        made.node_tree.nodes["Material Output"].name = "b"
        late = made.node_tree.nodes.new("ShaderNodeOutputAOV")
        compat.name_aov_output(late, "b")
        outputs = {getattr(n, "aov_name", n.name) for n in nodes(made, "ShaderNodeOutputAOV")}
        self.assertEqual(outputs, {"material_output", "a", "b"})

    def test_chained_arithmetic(self):
        shader = rv.PrincipledBSDF(
            base_color=ColorValue((1, 1, 1)) * 0.7 + 0.1, roughness=1 - Value(0.25) / 2
        )
        made = self.build(shader)
        self.assertEqual([n.blend_type for n in nodes(made, "ShaderNodeMix")].count("MULTIPLY"), 1)
        self.assertEqual(len(nodes(made, "ShaderNodeMix")), 2)
        self.assertEqual(
            {n.operation for n in nodes(made, "ShaderNodeMath")}, {"SUBTRACT", "DIVIDE"}
        )
        math = next(n for n in nodes(made, "ShaderNodeMath") if n.operation == "SUBTRACT")
        self.assertEqual(math.inputs[0].links[0].from_node.outputs[0].default_value, 1)

    def test_vectors(self):
        normal = VectorValue((0, 0, 1)) + (0.5, 0, 0)
        self.assertIsInstance(normal, BinaryMath)
        self.assertEqual(normal.value_type, "VECTOR")
        self.assertEqual(
            len(nodes(self.build(rv.PrincipledBSDF(normal=normal)), "ShaderNodeVectorMath")), 1
        )

    def test_equal_parts_are_compiled_once(self):
        color = ColorValue((1, 0, 0)) * 0.5
        same = ColorValue((1, 0, 0)) * 0.5
        self.assertEqual(color, same)
        made = self.build(rv.PrincipledBSDF(base_color=color, emission_color=same))
        self.assertEqual(len(nodes(made, "ShaderNodeMix")), 1)

    def test_coercion_errors(self):
        value, color = Value(1), ColorValue((1, 1, 1))
        for call in (
            lambda: ColorValue((1, 2)),
            lambda: VectorValue((1, 2)),
            lambda: value * (1, 2, 3),
            lambda: color + "x",
            lambda: color**2,
            lambda: -color,
            lambda: color // 2,
            lambda: rv.PrincipledBSDF() + 1,
            lambda: color + rv.PrincipledBSDF(),
            lambda: rv.PrincipledBSDF(roughness=(1, 2, 3)),
            lambda: rv.PrincipledBSDF(base_color="red"),
            lambda: self.build(rv.PrincipledBSDF(base_color=color * value)),
            lambda: self.build(color),
        ):
            self.assertRaises(TypeError, call)

    def test_meta(self):
        shader = rv.PrincipledBSDF(roughness=Value(0.5) * 2)
        meta = shader.to_meta()
        self.assertEqual(meta["type"], "PrincipledBSDF")
        self.assertIsNone(meta["base_color"])
        self.assertEqual(
            meta["roughness"],
            {
                "type": "BinaryMath",
                "operation": "MULTIPLY",
                "left": {"type": "Value", "value": 0.5},
                "right": {"type": "Value", "value": 2.0},
            },
        )
        self.assertEqual((Value(1).x_depth, shader.x_depth), (1, 3))

    def test_shader_material(self):
        material = rv.ShaderMaterial(rv.PrincipledBSDF(), name="S")
        self.assertIs(material.set_params(rv.PrincipledBSDF(metallic=1)), material)
        self.assertIs(material.set_property("a", 1), material)
        made = material.resolve(self.scene)
        self.assertEqual((made.name, made["a"]), ("S", 1))
        self.assertEqual(
            nodes(made, "ShaderNodeBsdfPrincipled")[0].inputs["Metallic"].default_value, 1
        )


class TextureTest(SampleCase):
    def test_textures(self):
        write_png(os.path.join(self.root, "base.png"))
        script = self.write(
            "scene.py",
            """
            import rv


            class Test(rv.Scene):
                def generate(self, seed):
                    base = rv.TextureImage("base.png") * 0.7 + 0.1
                    normal = rv.NormalMap(
                        color=rv.TextureImage("./base.png", colorspace="Non-Color"), strength=0.2
                    )
                    shader = rv.PrincipledBSDF(
                        base_color=base, roughness=0.35, metallic=0.05, normal=normal
                    )
                    material = rv.ShaderMaterial(shader, name="ShaderGraphMaterial")
                    self.objects.plane().set_material(material)
                    self.objects.plane().set_material(rv.ShaderMaterial(shader))
                    self.set_custom_meta(images=len(rv.bpy.data.images))
            """,
        )
        reply, _ = self.run_sample(script)
        self.assertTrue(reply["ok"], reply)
        self.assertEqual(reply["deps"], ["base.png", "scene.py"])
        record = reply["record"]
        self.assertEqual(record["custom_meta"]["images"], 2)
        base = record["materials"][0]["shader"]["base_color"]
        self.assertEqual(base["left"]["left"]["path"], "base.png")
        self.assertEqual([m["index"] for m in record["materials"]], [1, 2])

    def test_missing_texture(self):
        self.fails(
            "import rv\nclass T(rv.Scene):\n  def generate(self):\n"
            "    s = rv.PrincipledBSDF(base_color=rv.TextureImage('no.png'))\n"
            "    self.objects.plane().set_material(rv.ShaderMaterial(s))\n",
            "scene_error",
            "RuntimeError",
            "no.png",
        )
