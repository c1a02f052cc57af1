# SPDX-License-Identifier: MIT
"""Makes the .blend files of the examples again, beside the scenes that use them.

    blender -b --factory-startup --python-exit-code 1 --python examples/assets.py [-- DIRECTORY]

The files in the repository were saved by Blender 3.4, the oldest that rv supports: newer ones read
them, the other way round would not do. Written for all Blenders, so that you can adapt it with
yours.
"""

import math
import os
import sys

import bpy


def input_socket(group, kind, name, value, limits):
    """Adds an input to a node group."""
    if hasattr(group, "interface"):  # 4.0 and later
        socket = group.interface.new_socket(name, in_out="INPUT", socket_type=kind)
    else:
        socket = group.inputs.new(kind, name)
    if value is not None:
        socket.default_value = value
        socket.min_value, socket.max_value = limits


def geometry_sockets(group):
    """Geometry in and out: what every modifier of geometry nodes begins with."""
    if hasattr(group, "interface"):
        for name in ("INPUT", "OUTPUT"):
            group.interface.new_socket("Geometry", in_out=name, socket_type="NodeSocketGeometry")
    else:
        group.inputs.new("NodeSocketGeometry", "Geometry")
        group.outputs.new("NodeSocketGeometry", "Geometry")


class Tree:
    """Adds nodes to a tree, each with its inputs: values, or outputs of other nodes."""

    def __init__(self, tree):
        self.tree = tree

    def add(self, kind, settings=None, **inputs):
        """A node; `inputs` by their names, with `_` for blanks, or by `i0`, `i1`, …"""
        node = self.tree.nodes.new(kind)
        for name, value in (settings or {}).items():
            setattr(node, name, value)
        for name, value in inputs.items():
            index = int(name[1:]) if name[1:].isdigit() else name.replace("_", " ")
            self.feed(node.inputs[index], value)
        return node

    def feed(self, socket, value):
        """Sets or connects one input."""
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        else:
            socket.default_value = value

    def math(self, operation, a, b=0.0, clamp=False):
        """a OPERATION b, for numbers."""
        settings = {"operation": operation, "use_clamp": clamp}
        return self.add("ShaderNodeMath", settings, i0=a, i1=b).outputs[0]

    def vector(self, operation, a, b=None, scale=None):
        """a OPERATION b, for vectors."""
        node = self.add("ShaderNodeVectorMath", {"operation": operation}, i0=a)
        if b is not None:
            self.feed(node.inputs[1], b)
        if scale is not None:
            self.feed(node.inputs["Scale"], scale)
        return node.outputs[0]

    def mix(self, factor, a, b):
        """A colour between a and b."""
        node = self.tree.nodes.new("ShaderNodeMix")
        node.data_type = "RGBA"
        sockets = {socket.identifier: socket for socket in node.inputs}
        self.feed(sockets["Factor_Float"], factor)
        self.feed(sockets["A_Color"], a)
        self.feed(sockets["B_Color"], b)
        return next(s for s in node.outputs if s.identifier == "Result_Color")

    def step(self, value, low, high):
        """0 below low, 1 above high, a straight line between them."""
        return self.add(
            "ShaderNodeMapRange", {"clamp": True}, Value=value, From_Min=low, From_Max=high
        ).outputs[0]

    def noise(self, vector, w, scale, detail):
        """Noise in 4D, about 0.5: another w, another noise."""
        settings = {"noise_dimensions": "4D"}
        node = self.add(
            "ShaderNodeTexNoise", settings, Vector=vector, W=w, Scale=scale, Detail=detail
        )
        return node.outputs[0]

    def attribute(self, name, output="Fac"):
        """A property of the object that wears the material."""
        settings = {"attribute_type": "OBJECT", "attribute_name": name}
        return self.add("ShaderNodeAttribute", settings).outputs[output]

    def aov(self, name, value):
        """Writes a semantic channel."""
        node = self.add("ShaderNodeOutputAOV", Value=value)
        if hasattr(node, "aov_name"):
            node.aov_name = name
        else:
            node.name = name  # before 4.0 the name of the node is that of the channel


def new_material(name):
    """A material, and its Principled BSDF."""
    material = bpy.data.materials.new(name)
    if material.node_tree is None or not material.use_nodes:
        material.use_nodes = True
    return material, Tree(material.node_tree), material.node_tree.nodes["Principled BSDF"]


def new_object(name, vertices, faces, material):
    """A smooth mesh in the scene."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices, [], faces)
    mesh.polygons.foreach_set("use_smooth", [True] * len(mesh.polygons))
    mesh.materials.append(material)
    return bpy.data.objects.new(name, mesh)


# -- rock.blend: geometry nodes with inputs, a material that reads properties of the object


def rock_group():
    """A cube becomes a rock: it is divided, rounded, and pushed in and out by noise."""
    group = bpy.data.node_groups.new("RockGenerator", "GeometryNodeTree")
    geometry_sockets(group)
    input_socket(group, "NodeSocketFloat", "Seed", 0.0, (-1e4, 1e4))
    input_socket(group, "NodeSocketFloat", "Ruggedness", 0.6, (0.0, 2.0))
    tree = Tree(group)
    start = tree.add("NodeGroupInput").outputs
    fine = tree.add("GeometryNodeSubdivideMesh", Mesh=start["Geometry"], Level=5).outputs[0]
    place = tree.add("GeometryNodeInputPosition").outputs[0]
    round_place = tree.vector("NORMALIZE", place)
    boxy = tree.vector("SCALE", tree.vector("ADD", round_place, place), scale=0.5)
    large = tree.math("SUBTRACT", tree.noise(round_place, start["Seed"], 0.9, 1.0), 0.5)
    small = tree.math("SUBTRACT", tree.noise(round_place, start["Seed"], 3.0, 5.0), 0.5)
    both = tree.math("ADD", tree.math("MULTIPLY", large, 1.5), tree.math("MULTIPLY", small, 0.35))
    factor = tree.math("ADD", tree.math("MULTIPLY", both, start["Ruggedness"]), 0.8)
    moved = tree.add(
        "GeometryNodeSetPosition", Geometry=fine, Position=tree.vector("SCALE", boxy, scale=factor)
    ).outputs[0]
    tree.add("NodeGroupOutput", i0=moved)
    return group


def rock_material():
    """Stone of the property `color_base`, with as much moss on top as the property `moss` says."""
    material, tree, shader = new_material("Stone")
    where = tree.add("ShaderNodeTexCoord").outputs["Object"]
    grain = tree.noise(where, 0.0, 6.0, 6.0)
    base = tree.attribute("color_base", "Color")
    stone = tree.mix(tree.step(grain, 0.3, 0.7), tree.vector("SCALE", base, scale=0.55), base)
    normal = tree.add("ShaderNodeNewGeometry").outputs["Normal"]
    up = tree.add("ShaderNodeSeparateXYZ", i0=normal).outputs["Z"]
    patch = tree.math("ADD", up, tree.math("MULTIPLY", tree.math("SUBTRACT", grain, 0.5), 2.0))
    level = tree.math("SUBTRACT", 1.1, tree.math("MULTIPLY", tree.attribute("moss"), 1.2))
    moss = tree.step(tree.math("SUBTRACT", patch, level), 0.0, 0.15)
    tree.feed(shader.inputs["Base Color"], tree.mix(moss, stone, (0.10, 0.16, 0.025, 1.0)))
    shader.inputs["Roughness"].default_value = 0.85
    return material


def rock():
    """Rock, with the modifier RockGenerator."""
    corners = [(x, y, z) for x in (-0.6, 0.6) for y in (-0.6, 0.6) for z in (-0.6, 0.6)]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    obj = new_object("Rock", corners, faces, rock_material())
    modifier = obj.modifiers.new("RockGenerator", "NODES")
    modifier.node_group = rock_group()
    obj["color_base"] = (0.4, 0.38, 0.35)
    obj["moss"] = 0.0
    return [obj]


# -- metal.blend: a material with AOV outputs


def metal_material():
    """Painted metal with rust; the masks of both go to the channels `rust` and `clean_metal`.

    Properties of the object: `paint` (colour), `rust_amount` (0 to 1), `rust_seed`.
    """
    material, tree, shader = new_material("RustyMetal")
    where = tree.add("ShaderNodeTexCoord").outputs["Object"]
    seed = tree.attribute("rust_seed")
    coarse = tree.noise(where, seed, 1.8, 8.0)
    level = tree.math("SUBTRACT", 0.75, tree.math("MULTIPLY", tree.attribute("rust_amount"), 0.5))
    rust = tree.step(tree.math("SUBTRACT", coarse, level), 0.0, 0.02)
    grain = tree.noise(where, seed, 14.0, 4.0)
    crust = tree.mix(grain, (0.05, 0.012, 0.004, 1.0), (0.50, 0.15, 0.03, 1.0))
    paint = tree.attribute("paint", "Color")
    tree.feed(shader.inputs["Base Color"], tree.mix(rust, paint, crust))
    clean = tree.math("SUBTRACT", 1.0, rust)
    tree.feed(shader.inputs["Metallic"], tree.math("MULTIPLY", clean, 0.5))
    roughness = tree.math("ADD", tree.math("MULTIPLY", rust, 0.6), 0.3)
    tree.feed(shader.inputs["Roughness"], roughness)
    tree.aov("rust", rust)
    tree.aov("clean_metal", clean)
    return material


def turned(profile, segments):
    """Vertices and faces of a profile (radius, height) turned about the Z axis, ends closed."""
    vertices, faces = [], []
    for radius, height in profile:
        for i in range(segments):
            angle = 2 * math.pi * i / segments
            vertices.append((radius * math.cos(angle), radius * math.sin(angle), height))
    for row in range(len(profile) - 1):
        for i in range(segments):
            a, b = row * segments + i, row * segments + (i + 1) % segments
            faces.append((a, b, b + segments, a + segments))
    faces.append(tuple(reversed(range(segments))))
    faces.append(tuple(range(len(vertices) - segments, len(vertices))))
    return vertices, faces


def metal():
    """Drum and Pipe, in a collection of that name, with the material RustyMetal."""
    material = metal_material()
    bulge = [(0.42, 0.0), (0.45, 0.0), (0.45, 0.04), (0.42, 0.06)]
    for height in (0.40, 0.78):
        bulge += [(0.42, height - 0.05), (0.45, height - 0.02), (0.45, height + 0.02)]
        bulge += [(0.42, height + 0.05)]
    bulge += [(0.42, 1.12), (0.45, 1.14), (0.45, 1.18), (0.43, 1.18), (0.42, 1.15), (0.02, 1.15)]
    drum = new_object("Drum", *turned(bulge, 40), material)
    tube = [(0.15, 0.0), (0.24, 0.0), (0.24, 0.10), (0.18, 0.10), (0.18, 0.9), (0.24, 0.9)]
    tube += [(0.24, 1.0), (0.15, 1.0), (0.15, 0.5), (0.15, 0.3)]
    pipe = new_object("Pipe", *turned(tube, 32), material)
    for obj in (drum, pipe):
        obj["paint"] = (0.1, 0.25, 0.45)
        obj["rust_amount"] = 0.5
        obj["rust_seed"] = 0.0
    return [drum, pipe]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    directory = sys.argv[sys.argv.index("--") + 1] if "--" in sys.argv else here
    for path, make in (("2_properties/rock.blend", rock), ("4_semantic_aov/metal.blend", metal)):
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        os.makedirs(os.path.join(directory, os.path.dirname(path)), exist_ok=True)
        os.chdir(os.path.join(directory, os.path.dirname(path)))
        collection = bpy.data.collections.new("Assets")
        for obj in make():
            collection.objects.link(obj)
        # A relative name: files keep the one under which they were saved.
        bpy.data.libraries.write(os.path.basename(path), {collection}, compress=True)


main()
