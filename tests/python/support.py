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

import rv
from rv import compat, loop, render
from rv.sample import SampleHandler

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
        """Line of a request for a script (its text, or a path); small and quick by default.

        `frames` and `fps` go where rv-blend puts them.
        """
        blend = {key: settings.pop(key) for key in ("frames", "fps") if key in settings}
        if blend:
            settings["blend"] = {**blend, **settings.get("blend", {})}
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


def scene(*bodies, head="import rv"):
    """A script whose generate has the bodies, one after another."""
    lines = textwrap.indent("\n".join(textwrap.dedent(body) for body in bodies), " " * 8)
    head = textwrap.dedent(head)
    return f"{head}\n\n\nclass Test(rv.Scene):\n    def generate(self, seed):\n{lines}\n"


GREY = "self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1.0)\n"


class Exr:
    """An uncompressed, single-part, scan-line EXR file."""

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
        self.chunks = data[at + 1 + 8 * self.height :]
        self._planes = None

    def stable(self):
        """Everything but what changes from run to run."""
        kept = {k: v for k, v in self.attributes.items() if not k.startswith(VOLATILE)}
        return kept, self.chunks

    def plane(self, name):
        """A channel, named as before 5.0 (`ViewLayer.IndexOB.X`), as rows of floats."""
        assert self.compression == 0, "compressed"
        if self._planes is None:
            self._planes = {channel: [] for channel in self.types}
            at = 0
            for _ in range(self.height):
                at += 8
                for channel, (code, size) in sorted(self.types.items()):
                    row = struct.unpack_from(f"<{self.width}{code}", self.chunks, at)
                    self._planes[channel].append(row)
                    at += size * self.width
        layer, _, rest = name.partition(".")
        pass_name, _, channel = rest.rpartition(".")
        return (
            self._planes.get(name)
            or self._planes[f"{layer}.{compat.pass_name(pass_name)}.{channel}"]
        )


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
    """An 8-bit PNG: `width`, `height`, `channels`, `rows` of bytes."""

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

    def _unfilter(self, raw):
        step, size = self.channels, self.width * self.channels
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
