# SPDX-License-Identifier: MIT
"""What is remembered of graphics cards: that they did render. Needs no Blender.

One empty file for each set of cards, Blender and driver, in rv/devices of the user's cache, beside
what Blender and the driver keep of kernels there. That cards did not render is not remembered: they
are tried again by the next run.
"""

from __future__ import annotations

import hashlib
import os
from typing import Optional, Sequence

_DRIVERS = (
    "/proc/driver/nvidia/version",
    "/sys/module/amdgpu/version",
    "/sys/module/amdgpu/srcversion",
    "/sys/module/xe/srcversion",
    "/proc/version",
)


def _drivers() -> str:
    """The versions of the drivers in the kernel."""
    texts = []
    for path in _DRIVERS:
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                texts.append(file.read())
        except OSError:
            texts.append("")
    return "\0".join(texts)


def _cache() -> Optional[str]:
    """The user's cache; None where there is none."""
    home = os.environ.get("HOME")
    return os.environ.get("XDG_CACHE_HOME") or (os.path.join(home, ".cache") if home else None)


class Trial:
    """Whether cards are known to render; `what` names them and the program."""

    def __init__(self, what: Sequence[str]) -> None:
        text = "\0".join([*what, _drivers()])
        name = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        cache = _cache()
        self._path = os.path.join(cache, "rv", "devices", name) if cache else None

    def is_passed(self) -> bool:
        """They have rendered."""
        return self._path is not None and os.path.isfile(self._path)

    def passed(self) -> None:
        """Remembers that; where nothing can be written it is forgotten."""
        if self._path is None:
            return
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            with open(self._path, "wb"):
                pass
        except OSError:
            pass

    def failed(self) -> None:
        """They are to be tried again."""
        try:
            if self._path is not None:
                os.unlink(self._path)
        except OSError:
            pass
