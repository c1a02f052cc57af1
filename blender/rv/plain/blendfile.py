# SPDX-License-Identifier: MIT
"""What a .blend file says about itself, read without Blender, which may crash on a file too new.

A file starts with a header that names the Blender that saved it. Its block GLOB names the oldest
one that can open it, by that Blender's own judgement. The whole may be packed by gzip (before 3.0)
or Zstandard (since).
"""

from __future__ import annotations

import ctypes
import gzip
import io
import struct
import zlib
from dataclasses import dataclass
from typing import Any, BinaryIO, Optional, Tuple

Version = Tuple[int, int]

# A preview picture, the largest block before GLOB, has 64 KiB, or 256.
HEADS_BYTES = (96 << 10, 1 << 20)
_CHUNK_BYTES = 1 << 15


@dataclass(frozen=True)
class Saved:
    """The Blender that saved a file, and the oldest one that can open it, as (major, minor)."""

    version: Version
    oldest: Version


class _Buffer(ctypes.Structure):
    """ZSTD_inBuffer and ZSTD_outBuffer."""

    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t), ("at", ctypes.c_size_t)]


def _unpack_zstd(file: BinaryIO, limit: int) -> Optional[bytes]:
    """The first `limit` bytes of a Zstandard file, or a few more; None when nothing unpacks it.

    Blender's own downloads come with the module; distributions link the library.
    """
    try:
        import zstandard  # type: ignore[import-not-found]
    except ImportError:
        pass
    else:
        stream = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
        return bytes(stream.read(limit))
    try:
        library: Any = ctypes.CDLL("libzstd.so.1")
    except OSError:
        return None
    library.ZSTD_createDStream.restype = ctypes.c_void_p
    library.ZSTD_decompressStream.restype = ctypes.c_size_t
    stream = ctypes.c_void_p(library.ZSTD_createDStream())
    target = ctypes.create_string_buffer(_CHUNK_BYTES)
    head = bytearray()
    try:
        while len(head) < limit:
            data = file.read(_CHUNK_BYTES)
            if not data:
                break
            source = _Buffer(ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p), len(data), 0)
            out = _Buffer(ctypes.cast(target, ctypes.c_void_p), _CHUNK_BYTES, _CHUNK_BYTES)
            # A full target may hide more output of the same input.
            while len(head) < limit and (source.at < source.size or out.at == out.size):
                out.at = 0
                status = library.ZSTD_decompressStream(
                    stream, ctypes.byref(out), ctypes.byref(source)
                )
                if library.ZSTD_isError(ctypes.c_size_t(status)):
                    return bytes(head)
                head += target.raw[: out.at]
    finally:
        library.ZSTD_freeDStream(stream)
    return bytes(head)


def _head(path: str, limit: int) -> Optional[bytes]:
    """The first `limit` bytes of a file, or a few more, unpacked; None if nothing unpacks them."""
    with open(path, "rb") as file:
        magic = file.read(4)
        file.seek(0)
        if magic == b"\x28\xb5\x2f\xfd":
            return _unpack_zstd(file, limit)
        if magic[:2] == b"\x1f\x8b":
            unpacked = io.BytesIO()
            try:
                with gzip.open(file) as stream:
                    while unpacked.tell() < limit:
                        if not unpacked.write(stream.read(_CHUNK_BYTES)):
                            break
            except (EOFError, OSError, zlib.error):
                pass  # what came before the damage may do
            return unpacked.getvalue()
        return file.read(limit)


def _version(number: int) -> Version:
    return number // 100, number % 100


def read(path: str) -> Optional[Saved]:
    """Who saved a .blend file; None when it is packed and nothing here can unpack it.

    OSError when the file cannot be read or is no .blend file.
    """
    for limit in HEADS_BYTES:
        head = _head(path, limit)
        if head is None:
            return None
        try:
            return _parse(head)
        except ValueError:
            break
        except struct.error:
            continue  # not far enough
    raise OSError(f"{path} is no .blend file, or a damaged one")


def _parse(head: bytes) -> Saved:
    """Two forms: `BLENDER-v404` (`_`: 4-byte pointers, `V`: big-endian), `BLENDER17-01v0500`.

    A block is its code, its size, and three more members; struct.error when GLOB does not come.
    """
    if head[:7] != b"BLENDER":
        raise ValueError("no header")
    if head[7:8] in (b"_", b"-"):
        order = {b"v": "<", b"V": ">"}.get(head[8:9])
        if order is None:
            raise ValueError("no byte order")
        version, at = int(head[9:12]), 12
        block = struct.Struct(order + ("4siIii" if head[7:8] == b"_" else "4siQii"))
        size_at = 1
    else:
        order = "<"
        version, at = int(head[13:17]), int(head[7:9])
        block = struct.Struct("<4siQqq")
        size_at = 3
    while True:
        members = block.unpack_from(head, at)
        at += block.size
        if members[0] == b"GLOB":
            oldest = struct.unpack_from(order + "4xhh", head, at)[1]
            return Saved(_version(version), _version(oldest))
        if members[size_at] < 0:
            raise ValueError("a block of negative size")
        at += members[size_at]


def check(path: str, running: Tuple[int, ...]) -> None:
    """OSError when a file cannot be read, or not by the Blender of the version `running`."""
    saved = read(path)
    if saved is None or saved.oldest <= running[:2]:
        return
    raise OSError(
        "%s was saved by Blender %d.%d and needs %d.%d or newer to be opened: this is Blender %s"
        % (path, *saved.version, *saved.oldest, ".".join(map(str, running)))
    )
