# SPDX-License-Identifier: MIT
"""Picture files without what tells when, where and how long: those of PNG and EXR rv-blend removes.

Needs no Blender.
"""

from __future__ import annotations

# Where a header holds the file's path, and when it was made: place and size.
_FIELDS = {"DPX": ((36, 100), (136, 24)), "CINEON": ((32, 100), (132, 24))}
_COMMENT, _SCAN = 0xFE, 0xDA  # markers of JPEG
_TIFF_ENTRY = 12  # bytes: tag and type of 2 each, count and value or place of 4 each
_TIFF_DATED = (306, 700)  # tags: DateTime, and XMP, which repeats it; both of one byte an element


def strip(path: str, kind: str) -> None:
    """Does so with a file of one of IMAGE_KINDS."""
    if kind not in _FIELDS and kind not in ("JPEG", "TIFF"):
        return
    with open(path, "r+b") as file:
        data = bytearray(file.read())
        if kind == "JPEG":
            data = _without_comments(data)
        if kind == "TIFF":
            _remove_dates(data)
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


def _remove_dates(data: bytearray) -> None:
    """Takes what holds a date out of the directory of a little-endian TIFF file, and zeroes it."""

    def number(at: int, size: int) -> int:
        return int.from_bytes(data[at : at + size], "little")

    start = number(4, 4)
    count = number(start, 2)
    end = start + 2 + count * _TIFF_ENTRY
    kept = bytearray()
    for at in range(start + 2, end, _TIFF_ENTRY):
        if number(at, 2) not in _TIFF_DATED:
            kept += data[at : at + _TIFF_ENTRY]
        else:
            place, size = number(at + 8, 4), number(at + 4, 4)
            data[place : place + size] = bytes(size)
    count = len(kept) // _TIFF_ENTRY
    following = data[end : end + 4]  # the place of the next directory
    directory = count.to_bytes(2, "little") + kept + following
    data[start : end + 4] = directory.ljust(end + 4 - start, b"\0")
