# SPDX-License-Identifier: MIT
"""Picture files without what tells when, where and how long: those of PNG and EXR rv-blend removes.

Needs no Blender.
"""

from __future__ import annotations

# Where a header holds the file's path, and when it was made: place and size.
_FIELDS = {"DPX": ((36, 100), (136, 24)), "CINEON": ((32, 100), (132, 24))}
_COMMENT, _SCAN = 0xFE, 0xDA  # markers of JPEG


def strip(path: str, kind: str) -> None:
    """Does so with a file of one of IMAGE_KINDS."""
    if kind not in _FIELDS and kind != "JPEG":
        return
    with open(path, "r+b") as file:
        data = bytearray(file.read())
        if kind == "JPEG":
            data = _without_comments(data)
        for at, size in _FIELDS.get(kind, ()):
            data[at : at + size] = bytes(size)
        file.seek(0)
        file.truncate()
        file.write(data)


def _without_comments(data: bytearray) -> bytearray:
    """A JPEG file without its comments, in which Blender writes metadata."""
    found, at = data[:2], 2
    while data[at + 1] != _SCAN:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] != _COMMENT:
            found += data[at:end]
        at = end
    return found + data[at:]
