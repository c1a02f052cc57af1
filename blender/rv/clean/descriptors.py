# SPDX-License-Identifier: MIT
"""The three standard streams, which a script may close, and everything that stays open.

A descriptor below 3 that is not open is worst of all: the next file that is written to would get
its number, and everybody's messages. Needs no Blender.
"""

from __future__ import annotations

import fcntl
import os
import sys
from typing import Any, Sequence

from ..plain.limits import PRIVATE_FD
from .guard import Spoiled

OPEN_MAX = 128  # more than there were at the start


def _opened(stream: Any, fd: int) -> Any:
    """The stream, or when it is closed a new one like the worker's own."""
    if stream is None or not stream.closed:
        return stream
    mode = "w" if fd else "r"
    return open(fd, mode, buffering=1, errors="backslashreplace", closefd=False)


def _count() -> int:
    """How many descriptors are open; 0 where the system does not tell."""
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:
        return 0


class Descriptors:
    """Standard input, output and error as the worker found them."""

    def __init__(self) -> None:
        self._streams: Sequence[Any] = (sys.stdin, sys.stdout, sys.stderr)
        self._kept = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, PRIVATE_FD) for fd in range(3)]
        self._open = _count()

    def mend(self) -> None:
        """Opens what was closed."""
        for fd, kept in enumerate(self._kept):
            os.dup2(kept, fd)
        self._streams = [_opened(stream, fd) for fd, stream in enumerate(self._streams)]
        sys.stdin, sys.stdout, sys.stderr = self._streams

    def restore(self) -> None:
        """Opens what was closed. Spoiled when a sample has left many files open."""
        self.mend()
        left = _count() - self._open
        if left > OPEN_MAX:
            raise Spoiled(f"{left} files were left open")
