# SPDX-License-Identifier: MIT
"""Who saved a .blend file; the files in tests/data/blend were saved by the Blender of their name.

make.py there made them.
"""

import gzip
import os
import sys

from rv.engine import compat
from rv.plain import blendfile
from support import GREY, SampleCase, scene

DATA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data", "blend")
SAVED = {"3.4": ((3, 4), (3, 4)), "4.3": ((4, 3), (3, 6)), "5.2": ((5, 2), (4, 5))}


def path_of(version):
    return os.path.join(DATA, f"saved-by-{version}.blend")


class HeaderTest(SampleCase):
    def plain(self, version):
        """The bytes of a file, unpacked: their headers are of the three forms there are."""
        with open(path_of(version), "rb") as file:
            return blendfile._unpack_zstd(file, blendfile.HEADS_BYTES[-1])

    def read(self, data):
        path = os.path.join(self.scratch, "some.blend")
        with open(path, "wb") as file:
            file.write(data)
        saved = blendfile.read(path)
        return saved.version, saved.oldest

    def test_packed_or_not(self):
        for version, expected in SAVED.items():
            with self.subTest(version=version):
                saved = blendfile.read(path_of(version))
                self.assertEqual((saved.version, saved.oldest), expected)
                data = self.plain(version)
                self.assertEqual(data[:7], b"BLENDER")
                self.assertEqual(self.read(data), expected)
                self.assertEqual(self.read(gzip.compress(data)), expected)
                # The end of a file is not needed.
                self.assertEqual(self.read(gzip.compress(data)[:-9]), expected)

    def test_old_machines(self):
        """Four-byte pointers and big-endian numbers, by the documented layout."""
        for pointer, code in ((b"_", "I"), (b"-", "Q")):
            for letter, order in ((b"v", "little"), (b"V", "big")):
                size = {"I": 4, "Q": 8}[code]
                pack = lambda number, n=4: number.to_bytes(n, order)  # noqa: E731
                block = pack(8) + bytes(size) + pack(0) + pack(1)
                rest = pack(12) + bytes(size) + pack(0) + pack(1)
                version = pack(3, 2) + pack(240, 2) + pack(0, 2) + bytes(2)
                data = b"BLENDER" + pointer + letter + b"249REND" + block + bytes(8)
                data += b"GLOB" + rest + b"    " + version
                with self.subTest(pointer=pointer, order=order):
                    self.assertEqual(self.read(data), ((2, 49), (2, 40)))

    def test_large_previews(self):
        """GLOB comes after them, whatever is read first."""
        for side in (64, 128, 256):
            data = self.plain("4.3")
            preview = side.to_bytes(4, "little") * 2 + os.urandom(side * side * 4)
            head = len(preview).to_bytes(4, "little") + bytes(16)
            data = data[:12] + b"TEST" + head + preview + data[12:]
            for packed in (data, gzip.compress(data)):
                with self.subTest(side=side):
                    self.assertEqual(self.read(packed), SAVED["4.3"])

    def test_damaged(self):
        good = self.plain("5.2")
        old = self.plain("4.3")
        bad = {
            "empty": b"",
            "text": b"import rv\n",
            "header only": good[:17],
            "cut before GLOB": old[:20],
            "a header of no form": b"BLENDER?v404" + old[12:],
            "a version that is none": b"BLENDER-vxyz" + old[12:],
            "a size below 0": good[:33] + b"\xff" * 8 + good[41:],
            "cut Zstandard": b"\x28\xb5\x2f\xfd",
            "cut gzip": gzip.compress(good)[:12],
            "damaged gzip": b"\x1f\x8b\x08\x00" + bytes(90),
        }
        # The first block of a library file is GLOB itself; any other with that size is damage.
        bad["a size below 0"] = bad["a size below 0"].replace(b"GLOB", b"TEST", 1)
        path = os.path.join(self.scratch, "some.blend")
        for name, data in bad.items():
            with self.subTest(name), open(path, "wb") as file:
                file.write(data)
                file.flush()
                with self.assertRaisesRegex(OSError, "some.blend is no .blend file"):
                    blendfile.read(path)
        with self.assertRaises(FileNotFoundError):
            blendfile.read(path + ".gone")
        with self.assertRaises(IsADirectoryError):
            blendfile.read(self.scratch)

    def test_check(self):
        blendfile.check(path_of("4.3"), (3, 6, 0))
        blendfile.check(path_of("3.4"), (5, 2, 2))
        with self.assertRaises(OSError) as caught:
            blendfile.check(path_of("4.3"), (3, 5, 9))
        self.assertEqual(
            str(caught.exception),
            f"{path_of('4.3')} was saved by Blender 4.3 and needs 3.6 or newer to be opened: "
            "this is Blender 3.5.9",
        )

    def test_nothing_to_unpack_with(self):
        """Then Blender itself has to say whether it can open a file."""
        saved = blendfile.ctypes.CDLL

        def missing(name):
            raise OSError(name)

        sys.modules["zstandard"] = None
        blendfile.ctypes.CDLL = missing
        try:
            self.assertIsNone(blendfile.read(path_of("5.2")))
            blendfile.check(path_of("5.2"), (3, 4, 1))
        finally:
            blendfile.ctypes.CDLL = saved
            del sys.modules["zstandard"]


class UseTest(SampleCase):
    """Each file, each way to use one: either it loads or the sample fails with a clear error."""

    USES = {
        "object": "self.assets.object(PATH, 'Rock').create_instance()",
        "objects": "self.assets.objects(PATH)[0].create_instance()",
        "material": "self.objects.cube().set_material(self.materials.imported(PATH, 'Rust'))",
        "world": "self.world = rv.ImportedWorld(PATH, 'Dusk')",
    }

    def test_every_use(self):
        for version, (_, oldest) in SAVED.items():
            for name, use in self.USES.items():
                text = scene(GREY, use.replace("PATH", repr(path_of(version))))
                with self.subTest(version=version, use=name):
                    if oldest <= compat.VERSION[:2]:
                        self.render(text)
                    else:
                        self.fails(
                            text,
                            "scene_error",
                            f"saved-by-{version}.blend was saved by Blender {version} and needs "
                            f"{oldest[0]}.{oldest[1]} or newer",
                            f"this is Blender {compat.VERSION_TEXT}",
                        )
