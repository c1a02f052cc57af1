# SPDX-License-Identifier: MIT
"""What a file's own compositor makes: its numbers, what it starts from, what stays as it was."""

import json
import os

import bpy
from rv.engine import compat
from rv.plain import frames
from rv.sample import loop
from rv.sample.handler import SampleHandler
from support import HANDLER, Exr, FileCase, image, scene

RAW = 64  # of a quarter of linear light, without a view transform
INVERTED = 191
COMPOSITE = {"blend": {"composite": True}}
EXR = {"blend": {"composite": True, "image": {"format": "OPEN_EXR", "depth": 32}}}
IS_GROUP = "compositing_node_group" in bpy.types.Scene.bl_rna.properties  # since 5.0


class Nodes:
    """A compositor in the making; `picture` is the socket that its result goes to."""

    def __init__(self, blender):
        if IS_GROUP:
            self.tree = blender.compositing_node_group = group("Compositing")
            self.picture = self.tree.nodes["Out"].inputs[0]
        else:
            blender.use_nodes = True
            self.tree = blender.node_tree
            self.tree.nodes.clear()
            self.picture = self.tree.nodes.new("CompositorNodeComposite").inputs[0]

    def add(self, kind, *sources, tree=None, **values):
        """A node with sockets linked to its inputs, from the first on, and values of others."""
        tree = tree or self.tree
        node = tree.nodes.new(f"CompositorNode{kind}")
        for source, place in zip(sources, node.inputs):
            tree.links.new(source, place)
        for name, value in values.items():
            node.inputs[name].default_value = value
        return node

    def render(self, layer=None, of=None):
        """The picture of a view layer of a scene, or of the scene itself."""
        node = self.add("RLayers")
        if of is not None:
            node.scene = of
        if layer is not None:
            node.layer = layer
        return node.outputs["Image"]

    def invert(self, socket):
        """1 - x of red, green and blue."""
        node = self.tree.nodes.new("CompositorNodeInvert")
        self.tree.links.new(socket, node.inputs["Color"])
        return node.outputs["Color"]

    def end(self, socket):
        """Makes it the result."""
        self.tree.links.new(socket, self.picture)


def group(name):
    """A group of nodes that takes a colour and gives one."""
    made = bpy.data.node_groups.new(name, "CompositorNodeTree")
    if hasattr(made, "interface"):
        for way in ("INPUT", "OUTPUT"):
            made.interface.new_socket("Image", in_out=way, socket_type="NodeSocketColor")
    else:
        made.inputs.new("NodeSocketColor", "Image")
        made.outputs.new("NodeSocketColor", "Image")
    made.nodes.new("NodeGroupInput").name = "In"
    made.nodes.new("NodeGroupOutput").name = "Out"
    return made


def write_files(tree, socket, directory):
    """Adds a node that writes a file each time it is run."""
    node = tree.nodes.new("CompositorNodeOutputFile")
    if hasattr(node, "directory"):
        node.directory = directory
        node.file_output_items.new("RGBA", "Image")
    else:
        node.base_path = directory
    tree.links.new(socket, node.inputs[0])


class CompositeCase(FileCase):
    def begin(self):
        """A grey file, a quarter of linear light as it is."""
        blender = super().begin()
        background = blender.world.node_tree.nodes["Background"]
        background.inputs["Color"].default_value = (0.25, 0.25, 0.25, 1)
        blender.view_settings.view_transform = "Raw"
        return blender

    def inverted(self):
        """A file whose compositor inverts; its path."""
        nodes = Nodes(self.begin())
        nodes.end(nodes.invert(nodes.render()))
        return self.save()

    def pixel(self, out, name, x=0, y=0):
        """Red, green and blue, which have to be grey; one number."""
        picture = image(out, name)
        channels = len(picture.rows[0]) // picture.width
        red, green, blue = picture.rows[y][x * channels : x * channels + 3]
        self.assertEqual((red, green), (green, blue))
        return red

    def bytes_of(self, out, name):
        with open(os.path.join(out, name), "rb") as file:
            return file.read()


class PictureTest(CompositeCase):
    def test_arithmetic(self):
        path = self.inverted()
        record, out = self.open(path, COMPOSITE)
        self.assertEqual(
            record["files"],
            {"image": "Image.png", "passes": "passes.exr", "composite": "Composite.png"},
        )
        self.assertEqual(sorted(os.listdir(out)), ["Composite.png", "Image.png", "passes.exr"])
        self.assertEqual(self.pixel(out, "Image.png", 5, 5), RAW)
        self.assertEqual(self.pixel(out, "Composite.png", 5, 5), INVERTED)
        self.assertEqual(image(out, "Composite.png").rows[3][3 * 4 + 3], 255)

    def test_format_and_size(self):
        path = self.inverted()
        record, out = self.open(path, {"blend": {**EXR["blend"], "percentage": 50}})
        self.assertEqual(record["files"]["composite"], "Composite.exr")
        picture = Exr(os.path.join(out, "Composite.exr"))
        self.assertEqual((picture.width, picture.height), (16, 16))
        self.assertEqual(set(picture.plane("G")[7]), {0.75})
        _, out = self.open(path, {"blend": {"composite": True, "image": {"depth": 16}}})
        self.assertEqual(image(out, "Composite.png").rows[2][:2], bytes((0xBF, 0xFF)))

    def test_command_and_record(self):
        path = self.inverted()
        record, _ = self.open(path, blend={"composite": True})
        self.assertIn("composite", record["files"])
        record, out = self.open(path, {"blend": {"composite": False}}, blend={"composite": True})
        self.assertNotIn("composite", record["files"])
        self.assertEqual(sorted(os.listdir(out)), ["Image.png", "passes.exr"])
        self.fails(path, "scene_error", "composite is 1", record={"blend": {"composite": 1}})

    def test_script(self):
        script = scene(
            """
            self.world = rv.BasicWorld().set_params(color=(0.25, 0.25, 0.25), strength=1.0)
            import sys
            sys.path.insert(0, %r)
            import bpy, test_composite
            bpy.context.scene.view_settings.view_transform = "Raw"
            nodes = test_composite.Nodes(bpy.context.scene)
            nodes.end(nodes.invert(nodes.render()))
            """
            % os.path.dirname(os.path.abspath(__file__))
        )
        record, out = self.render(script, record=COMPOSITE)
        self.assertEqual(self.pixel(out, "Image.png"), RAW)
        self.assertEqual(self.pixel(out, "Composite.png"), INVERTED)
        self.assertEqual(record["files"]["composite"], "Composite.png")

    def test_rendered_once(self):
        """What changes when the picture is there does not get into the composite."""
        nodes = Nodes(self.begin())
        nodes.end(nodes.invert(nodes.render()))
        text = bpy.data.texts.new("darken.py")
        text.from_string(
            """
import bpy


def darken(*_):
    world = bpy.data.worlds["Grey"]
    world.node_tree.nodes["Background"].inputs["Strength"].default_value = 0


bpy.app.handlers.render_complete.append(darken)
"""
        )
        text.use_module = True
        _, out = self.open(self.save(), COMPOSITE, autoexec=True)
        self.assertEqual(self.pixel(out, "Image.png"), RAW)
        self.assertEqual(self.pixel(out, "Composite.png"), INVERTED)

    def test_dry_run(self):
        record, out = self.open(self.inverted(), {"blend": {"composite": True, "dry_run": True}})
        self.assertEqual(record["files"]["composite"], "Composite.png")
        self.assertEqual(os.listdir(out), [])

    def test_same_noise(self):
        """What goes into the compositor is the picture, to the last sample."""
        nodes = Nodes(self.begin())
        self.cube()
        light = bpy.data.lights.new("Light", "AREA")
        light.size, light.energy = 5, 200
        self.add("Light", light, (2, 1, 4))
        nodes.end(nodes.render())
        _, out = self.open(self.save(), COMPOSITE, samples=2)
        self.assertGreater(len(set(image(out).rows[16])), 4)
        self.assertEqual(image(out, "Composite.png").rows, image(out).rows)


class RightNodesTest(CompositeCase):
    def test_no_files(self):
        """Nodes that write files do not, in groups neither."""
        nodes = Nodes(self.begin())
        inner = group("Inner")
        socket = inner.nodes["In"].outputs[0]
        written = os.path.join(self.root, "written")
        for name, tree, source in (("a", inner, socket), ("b", nodes.tree, nodes.render())):
            write_files(tree, source, os.path.join(written, name))
        more = nodes.add("Exposure", socket, tree=inner, Exposure=1)
        inner.links.new(more.outputs[0], inner.nodes["Out"].inputs[0])
        call = nodes.add("Group")
        call.node_tree = inner
        nodes.tree.links.new(nodes.render(), call.inputs[0])
        nodes.end(call.outputs[0])
        _, out = self.open(self.save(), COMPOSITE)
        self.assertFalse(os.path.exists(written))
        self.assertEqual(self.pixel(out, "Composite.png"), 128)  # twice 0.25

    def layers(self, second_is_used=True):
        """A file that inverts twice the light of its second view layer, where a cube shines.

        The first one, which is rendered, sees the grey world alone. Its path.
        """
        blender = self.begin()
        collection = bpy.data.collections.new("Second")
        blender.collection.children.link(collection)
        cube = self.cube()
        blender.collection.objects.unlink(cube)
        collection.objects.link(cube)
        paint = bpy.data.materials.new("Paint")
        paint.use_nodes = True
        paint.node_tree.nodes.clear()
        shine = paint.node_tree.nodes.new("ShaderNodeEmission")
        end = paint.node_tree.nodes.new("ShaderNodeOutputMaterial")
        shine.inputs["Color"].default_value = (1, 1, 1, 1)
        shine.inputs["Strength"].default_value = 0.125
        paint.node_tree.links.new(shine.outputs[0], end.inputs["Surface"])
        cube.data.materials.append(paint)
        first = blender.view_layers[0]
        first.layer_collection.children["Second"].exclude = True
        second = blender.view_layers.new("Other")
        second.use = second_is_used
        nodes = Nodes(blender)
        twice = nodes.add("Exposure", nodes.render("Other"), Exposure=1)
        nodes.end(nodes.invert(twice.outputs[0]))
        return self.save()

    def test_other_layers(self):
        """A view layer that is not rendered otherwise is for the compositor, as in the file."""
        path = self.layers()
        record, out = self.open(path, EXR)
        plane = Exr(os.path.join(out, "Composite.exr")).plane("R")
        self.assertEqual((plane[16][16], plane[1][1]), (0.75, 0.5))
        picture = Exr(os.path.join(out, "Image.exr")).plane("R")
        self.assertEqual((picture[16][16], picture[1][1]), (0.25, 0.25))
        _, plain = self.open(path)
        self.assertEqual(
            Exr(os.path.join(out, "passes.exr")).stable(),
            Exr(os.path.join(plain, "passes.exr")).stable(),
        )
        _, out = self.open(self.layers(second_is_used=False), EXR)
        plane = Exr(os.path.join(out, "Composite.exr")).plane("R")
        self.assertEqual((plane[16][16], plane[1][1]), (1.0, 1.0))

    def test_other_scene(self):
        """A third scene is rendered by Cycles, whatever it says."""
        blender = self.begin()
        other = bpy.data.scenes.new("Third")
        other.render.engine = "BLENDER_WORKBENCH"
        other.render.resolution_x = other.render.resolution_y = 32
        other.world = bpy.data.worlds.new("Dark")
        background = compat.use_nodes(other.world).nodes["Background"]
        background.inputs["Color"].default_value = (0.125, 0.125, 0.125, 1)
        other.camera = self.camera
        other.collection.objects.link(self.camera)
        nodes = Nodes(blender)
        nodes.end(nodes.invert(nodes.render(of=other)))
        _, out = self.open(self.save(), EXR)
        plane = Exr(os.path.join(out, "Composite.exr")).plane("B")
        self.assertEqual(plane[9][9], 0.875)
        self.assertEqual(Exr(os.path.join(out, "Image.exr")).plane("B")[9][9], 0.25)

    def test_none(self):
        """A file without a compositor, or with one that makes no picture."""
        self.begin()
        none = self.save("none.blend")
        nodes = Nodes(self.begin())
        nodes.invert(nodes.render())
        unlinked = self.save("unlinked.blend")
        blender = self.begin()
        nodes = Nodes(blender)
        nodes.end(nodes.render())
        if IS_GROUP:
            blender.compositing_node_group = None
        else:
            blender.use_nodes = False
        off = self.save("off.blend")
        nodes = Nodes(self.begin())
        nodes.end(nodes.render())
        nodes.picture.node.mute = True  # a Group Output cannot be
        muted = self.save("muted.blend")
        for path in (none, unlinked, off) + (() if IS_GROUP else (muted,)):
            name = os.path.basename(path)
            text = "nothing is linked" if path in (unlinked, muted) else "has no compositor"
            for dry in (False, True):
                self.fails(path, "scene_error", name, text, record=COMPOSITE, dry_run=dry)
            self.open(path)
        self.fails(scene("pass"), "scene_error", "scene.py has no compositor", record=COMPOSITE)


class NothingElseTest(CompositeCase):
    def sample(self, path, record=None):
        """All of a sample that does not change from run to run."""
        record, out = self.open(path, record)
        parts = Exr(os.path.join(out, "passes.exr")).stable()
        return record, image(out).rows, parts

    def test_image_and_next(self):
        """The picture, the passes and the samples after it are as they were without."""
        path = self.inverted()
        before = self.sample(path)
        self.begin()
        other = self.save("other.blend")
        other_before = self.sample(other)
        with_it = self.sample(path, COMPOSITE)
        del with_it[0]["files"]["composite"]
        self.assertEqual(with_it, before)
        self.assertEqual(self.sample(path), before)
        self.sample(path, COMPOSITE)
        self.assertEqual(self.sample(other), other_before)
        script = scene("self.world = rv.BasicWorld()", "self.create_cube()")
        alone = image(self.render(script)[1]).rows
        self.sample(path, COMPOSITE)
        self.assertEqual(image(self.render(script)[1]).rows, alone)
        self.assertEqual(len(bpy.data.scenes), 1)

    def test_failed_render(self):
        """A compositor that cannot be run fails its own sample."""
        path = self.inverted()
        line, out = self.request(path, record=COMPOSITE, resolution=None, samples=None)
        os.mkdir(os.path.join(out, "Composite.png"))
        reply = json.loads(loop.answer(line, HANDLER))
        self.assertEqual(reply["error"]["code"], "render_error", reply)
        self.assertEqual(self.pixel(self.open(path, COMPOSITE)[1], "Composite.png"), INVERTED)


class SequenceTest(CompositeCase):
    """The compositor doubles the light each frame; the world stays."""

    def brightening(self):
        nodes = Nodes(self.begin())
        node = nodes.add("Exposure", nodes.render())
        nodes.end(node.outputs[0])
        for frame in (1, 2, 3):
            node.inputs["Exposure"].default_value = frame - 2
            node.inputs["Exposure"].keyframe_insert("default_value", frame=frame)
        return self.save()

    def values(self, out):
        return [self.pixel(out, frames.composite_name(frame)) for frame in (1, 2, 3)]

    def test_frames(self):
        path = self.brightening()
        record, out = self.open(path, {"blend": {"composite": True, "frames": "1..3"}})
        self.assertEqual(
            record["files"]["composite"], [f"composite/00000{n}.png" for n in (1, 2, 3)]
        )
        self.assertEqual(self.values(out), [32, 64, 128])
        for frame in (1, 2, 3):
            self.assertEqual(self.pixel(out, frames.image_name(frame)), RAW)
        _, out = self.open(path, {"blend": {"composite": True, "frames": "3"}})
        self.assertEqual(self.pixel(out, frames.composite_name(3)), 128)

    def test_goes_on(self):
        """A frame whose composite is not there is not done; others stay. A helper makes it, too."""
        path, store = self.brightening(), os.path.join(self.root, ".rv-frames.a")
        record = {"blend": {"composite": True, "frames": "1..3"}}
        settings = {"resolution": None, "samples": None}

        def attempt(stop_at=None, **members):
            """The reply, its directory and the frames rendered; `stop_at`: is killed there."""
            told = []

            def tell(what, number):
                told.extend([number] if what == "frame" else [])
                if (what, number) == ("frame", stop_at):
                    raise KeyboardInterrupt

            line, out = self.request(path, record=record, **settings)
            message = {**json.loads(line), "resume": {"dir": store, "key": "k"}, **members}
            handler = SampleHandler(tell)
            return json.loads(loop.answer(json.dumps(message).encode(), handler)), out, told

        reply, _, _ = attempt(stop_at=2)
        self.assertFalse(reply["ok"])
        os.remove(os.path.join(store, "composite", "000002.png"))
        reply, _, told = attempt(assist=True)
        self.assertEqual((reply["ok"], told), (True, [3]), reply)
        self.assertEqual(self.pixel(store, "composite/000003.png"), 128)
        reply, out, told = attempt()
        self.assertEqual((reply["ok"], told), (True, [2]), reply)
        self.assertEqual(self.values(out), [32, 64, 128])
        self.assertEqual(sorted(os.listdir(out)), ["composite", "frames", "passes"])
        self.assertFalse(os.path.exists(store))
