# SPDX-License-Identifier: MIT
"""What the last bits of a picture depend on besides its scene: the program and the processor.

Needs no Blender.
"""

from __future__ import annotations

import platform
import struct
from typing import Optional

# Flags of /proc/cpuinfo that a processor has from a level of x86-64 on; Embree and Cycles choose
# their code by them.
_LEVELS = (
    ("x86-64-v4", {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}),
    ("x86-64-v3", {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"}),
    ("x86-64-v2", {"cx16", "popcnt", "sse4_1", "sse4_2", "ssse3"}),
)
_PT_NOTE = 4
_BUILD_ID = 3
_NOTES_MAX = 1 << 16  # bytes


def level_of(flags: set[str]) -> str:
    """The level of x86-64 that a processor with these flags has."""
    found = "x86-64-v1"
    for name, wanted in reversed(_LEVELS):
        if not wanted <= flags:
            break
        found = name
    return found


def cpu_level() -> str:
    """The feature level of this machine's processor; of others than x86-64 its name."""
    machine = platform.machine()
    if machine != "x86_64":
        return machine or "unknown"
    flags = _cpu_says("flags")
    return machine if flags is None else level_of(set(flags.split()))


def cpu_name() -> str:
    """What this machine's processor is called."""
    return _cpu_says("model name") or platform.machine() or "CPU"


def _cpu_says(wanted: str) -> Optional[str]:
    """A value of the first processor in /proc/cpuinfo."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            for line in file:
                name, _, value = line.partition(":")
                if name.strip() == wanted:
                    return value.strip()
    except OSError:
        pass
    return None


def build_id(path: str) -> str:
    """The hexadecimal number that its linker has given a program (ELF, 64 bits); "" without one."""
    try:
        with open(path, "rb") as file:
            head = file.read(64)
            if head[:6] != b"\x7fELF\x02\x01":
                return ""
            (table,) = struct.unpack_from("<Q", head, 32)
            size, count = struct.unpack_from("<HH", head, 54)
            for number in range(count):
                file.seek(table + number * size)
                kind, _, offset, _, _, length = struct.unpack("<IIQQQQ", file.read(40))
                if kind == _PT_NOTE:
                    file.seek(offset)
                    found = _note(file.read(min(length, _NOTES_MAX)))
                    if found:
                        return found
    except (OSError, struct.error):
        pass
    return ""


def _note(notes: bytes) -> str:
    """The build id among some notes; "" when it is not there."""
    at = 0
    while at + 12 <= len(notes):
        name_size, size, kind = struct.unpack_from("<III", notes, at)
        name_at, data_at = at + 12, at + 12 + (name_size + 3) // 4 * 4
        if kind == _BUILD_ID and notes[name_at : name_at + 4] == b"GNU\0":
            return notes[data_at : data_at + size].hex()
        at = data_at + (size + 3) // 4 * 4
    return ""
