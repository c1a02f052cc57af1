# SPDX-License-Identifier: MIT
"""What the tests share: samples through the worker's handler, own readers of EXR and PNG."""

import json
import os
import shutil
import struct
import tempfile
import textwrap
import unittest
import zlib

import bpy
import rv
from rv.engine import compat
from rv.sample import loop, render
from rv.sample.handler import SampleHandler

HANDLER = SampleHandler()
VOLATILE = ("RenderTime", "Date", "Time", "cycles.", "File")


class SceneCase(unittest.TestCase):
    """A test with a fresh, empty scene in `self.scene`."""

    def setUp(self):
        render.prepare(1)
        self.scene = rv.Scene()
        self.scene.seed = 1


class SampleCase(unittest.TestCase):
    """A test that renders samples of scripts in a scratch directory."""

    def setUp(self):
        self.root = self.scratch = tempfile.mkdtemp(prefix="rv-test-")
        self.addCleanup(shutil.rmtree, self.scratch)
        self.outs = 0

    def write(self, name, text):
        """Writes a file into the scratch directory; its path."""
        path = os.path.join(self.scratch, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(text))
        return path

    def request(self, script, seed=1, record=None, **settings):
        """Line of a request for a script (its text, or a path); small and quick by default."""
        path = script if script.endswith((".py", ".blend")) else self.write("scene.py", script)
        self.outs += 1
        out = os.path.join(self.scratch, "out", str(self.outs))
        os.makedirs(out)
        message = {
            "record": {"id": "a", "index": 0, "seed": seed, "seed_mode": "seq", **(record or {})},
            "out": out,
            "scene": path,
            "root": self.root,
            "cwd": self.root,
            "work": os.path.join(self.scratch, "work", str(self.outs)),
            "settings": {"resolution": [32, 32], "samples": 1, **settings},
        }
        return json.dumps(message).encode(), out

    def ask(self, line, **members):
        """The reply to a request with further members."""
        message = {**json.loads(line), **members}
        return json.loads(loop.answer(json.dumps(message).encode(), HANDLER))

    def run_sample(self, script, seed=1, record=None, **settings):
        """The reply and the output directory."""
        line, out = self.request(script, seed, record, **settings)
        return json.loads(loop.answer(line, HANDLER)), out

    def render(self, script, seed=1, record=None, **settings):
        """Record and output directory of a sample that has to go well."""
        reply, out = self.run_sample(script, seed, record, **settings)
        self.assertTrue(reply["ok"], reply)
        return reply["record"], out

    def fails(self, script, code, *texts, **settings):
        """Asserts the error of a sample; its message."""
        reply, out = self.run_sample(script, **settings)
        self.assertFalse(reply["ok"], reply)
        self.assertEqual(reply["error"]["code"], code, reply)
        for text in texts:
            self.assertIn(text, reply["error"]["message"])
        return reply["error"]["message"]


class FileCase(SampleCase):
    """A test of .blend files that it makes itself, with the Blender at hand."""

    def begin(self):
        """An empty file: 32x32, one sample, grey all around, a camera that looks down from z = 10.

        Its picture is 8 m wide and high: 4 pixels a metre.
        """
        reset()
        blender = bpy.context.scene
        blender.render.resolution_x = blender.render.resolution_y = 32
        blender.cycles.samples = 1
        blender.world = bpy.data.worlds.new("Grey")
        node = compat.use_nodes(blender.world).nodes["Background"]
        node.inputs["Color"].default_value = (0.5, 0.5, 0.5, 1.0)
        self.camera = self.add("Camera", bpy.data.cameras.new("Camera"), (0, 0, 10))
        self.camera.data.type = "ORTHO"
        self.camera.data.ortho_scale = 8
        blender.camera = self.camera
        return blender

    def add(self, name, data=None, location=(0, 0, 0)):
        """An object in the scene."""
        obj = bpy.data.objects.new(name, data)
        obj.location = location
        bpy.context.scene.collection.objects.link(obj)
        return obj

    def cube(self, name="Cube", location=(0, 0, 0), size=2.0):
        """A cube with edges along the axes."""
        ends = (-size / 2, size / 2)
        mesh = bpy.data.meshes.new(name)
        corners = [(x, y, z) for x in ends for y in ends for z in ends]
        faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
        mesh.from_pydata(corners, [], faces)
        return self.add(name, mesh, location)

    def keys(self, owner, path, values, interpolation="LINEAR"):
        """Keys a property: frame to value; the curves."""
        for frame, value in values.items():
            setattr(owner, path, value)
            owner.keyframe_insert(path, frame=frame)
        curves = [curve for curve in compat.fcurves(owner) if curve.data_path == path]
        for curve in curves:
            for point in curve.keyframe_points:
                point.interpolation = interpolation
            curve.update()
        return curves

    def save(self, name="file.blend", **options):
        """Saves the file; its path. Then Blender is empty again."""
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        bpy.ops.wm.save_as_mainfile(filepath=path, **options)
        reset()
        return path

    def open(self, path, record=None, **settings):
        """Record and output directory of a .blend file that is rendered as it stands."""
        settings = {"resolution": None, "samples": None, **settings}
        return self.render(path, record=record, **settings)

    def warnings(self, path, **settings):
        """The warnings of a .blend file that renders."""
        settings = {"resolution": None, "samples": None, **settings}
        reply, _ = self.run_sample(path, **settings)
        self.assertTrue(reply["ok"], reply)
        return reply["run"]["warnings"]


def scene(*bodies, head="import rv"):
    """A script whose generate has the bodies, one after another."""
    lines = textwrap.indent("\n".join(textwrap.dedent(body) for body in bodies), " " * 8)
    head = textwrap.dedent(head)
    return f"{head}\n\n\nclass Test(rv.Scene):\n    def generate(self, seed):\n{lines}\n"


GREY = "self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1.0)\n"


class Exr:
    """A single-part, scan-line EXR file, uncompressed or ZIP."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        magic, version = struct.unpack_from("<II", data)
        assert magic == 20000630 and version & 0xFF == 2, "no EXR"
        self.multipart = bool(version & 0x1000)
        self.attributes, at = {}, 8
        while data[at]:
            name, at = _text(data, at)
            kind, at = _text(data, at)
            size = struct.unpack_from("<i", data, at)[0]
            self.attributes[name] = (kind, data[at + 4 : at + 4 + size])
            at += 4 + size
        self.compression = self.attributes["compression"][1][0]
        x0, y0, x1, y1 = struct.unpack("<4i", self.attributes["dataWindow"][1])
        self.width, self.height = x1 - x0 + 1, y1 - y0 + 1
        self.types = _channel_types(self.attributes["channels"][1])
        self._lines = {0: 1, 3: 16}.get(self.compression, 1)  # of a chunk
        self.chunks = data[at + 1 + 8 * -(-self.height // self._lines) :]
        self._planes = None

    def stable(self):
        """Everything but what changes from run to run."""
        kept = {k: v for k, v in self.attributes.items() if not k.startswith(VOLATILE)}
        return kept, self.chunks

    def plane(self, name):
        """A channel, named as before 5.0 (`ViewLayer.IndexOB.X`), as rows of floats."""
        assert self.compression in (0, 3), "compressed in another way"
        if self._planes is None:
            self._planes = {channel: [] for channel in self.types}
            text = self._unpacked()
            at = 0
            for _ in range(self.height):
                for channel, (code, size) in sorted(self.types.items()):
                    row = struct.unpack_from(f"<{self.width}{code}", text, at)
                    self._planes[channel].append(row)
                    at += size * self.width
        layer, _, rest = name.partition(".")
        pass_name, _, channel = rest.rpartition(".")
        return (
            self._planes.get(name)
            or self._planes[f"{layer}.{compat.pass_name(pass_name)}.{channel}"]
        )

    def _unpacked(self):
        """The bytes of all lines, one after another."""
        line, text, at = self.width * sum(size for _, size in self.types.values()), b"", 0
        for first in range(0, self.height, self._lines):
            size = struct.unpack_from("<i", self.chunks, at + 4)[0]
            chunk = self.chunks[at + 8 : at + 8 + size]
            if size != line * min(self._lines, self.height - first):
                chunk = _unzip(chunk)
            text += chunk
            at += 8 + size
        return text


def _unzip(chunk):
    """What OpenEXR's ZIP has packed: differences of bytes, the even ones first."""
    data = bytearray(zlib.decompress(chunk))
    for i in range(1, len(data)):
        data[i] = (data[i - 1] + data[i] - 128) & 255
    half = (len(data) + 1) // 2
    data[0::2], data[1::2] = data[:half], data[half:]
    return bytes(data)


def _text(data, at):
    end = data.index(b"\0", at)
    return data[at:end].decode(), end + 1


def _channel_types(data):
    types, at = {}, 0
    while data[at]:
        name, at = _text(data, at)
        types[name] = {0: ("I", 4), 1: ("e", 2), 2: ("f", 4)}[struct.unpack_from("<i", data, at)[0]]
        at += 16
    return types


class Png:
    """A PNG of 8 or 16 bits: `width`, `height`, `channels`, `rows` of bytes."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
        at, packed = 8, b""
        self.chunks = []
        while at < len(data):
            size, kind = struct.unpack_from(">I4s", data, at)
            body = data[at + 8 : at + 8 + size]
            self.chunks.append(kind.decode())
            if kind == b"IHDR":
                self.width, self.height, self.depth, self.color = struct.unpack_from(">IIBB", body)
            elif kind == b"IDAT":
                packed += body
            at += 12 + size
        self.channels = {0: 1, 2: 3, 4: 2, 6: 4}[self.color]
        self.rows = list(self._unfilter(zlib.decompress(packed)))

    def values(self, y):
        """The numbers of a row, channel by channel."""
        row = self.rows[y]
        return struct.unpack(f">{len(row) // 2}H", row) if self.depth == 16 else tuple(row)

    def _unfilter(self, raw):
        step = self.channels * self.depth // 8
        size = self.width * step
        above = bytearray(size)
        for y in range(self.height):
            kind, row = raw[y * (size + 1)], bytearray(
                raw[y * (size + 1) + 1 : (y + 1) * (size + 1)]
            )
            for i in range(size):
                left = row[i - step] if i >= step else 0
                corner = above[i - step] if i >= step else 0
                guess = (0, left, above[i], (left + above[i]) // 2, _paeth(left, above[i], corner))
                row[i] = (row[i] + guess[kind]) & 255
            above = row
            yield bytes(row)


def _paeth(a, b, c):
    p = a + b - c
    distances = (abs(p - a), abs(p - b), abs(p - c))
    return (a, b, c)[distances.index(min(distances))]


def passes(out, name="passes.exr"):
    """The passes of a sample, or of a frame."""
    return Exr(os.path.join(out, name))


def image(out, name="Image.png"):
    """The picture of a sample, or of a frame."""
    return Png(os.path.join(out, name))


def box(rows, value):
    """(x0, y0, x1, y1), inclusive, of the pixels that have a value, or None."""
    hits = [(x, y) for y, row in enumerate(rows) for x, v in enumerate(row) if v == value]
    if not hits:
        return None
    xs, ys = zip(*hits)
    return min(xs), min(ys), max(xs), max(ys)


def reset():
    """An empty Blender."""
    return compat.reset()
