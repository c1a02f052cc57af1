# SPDX-License-Identifier: MIT
"""Keeps one sample's traces in the Python interpreter away from the next sample. Needs no Blender.

Blender's own state is reset by compat.reset; here go modules of the user, search path, working
directory, environment and the state of the global random generator.
"""

from __future__ import annotations

import importlib
import os
import random
import sys
from typing import Any, Dict, List, Set


def is_below(path: str, root: str) -> bool:
    """Whether `path` lies in the directory `root`."""
    return os.path.realpath(path).startswith(os.path.join(os.path.realpath(root), ""))


class Isolation:
    """The interpreter as the worker found it; `enter` and `leave` enclose a sample."""

    def __init__(self) -> None:
        self._modules: Set[str] = set(sys.modules)
        self._path: List[str] = list(sys.path)
        self._environment: Dict[str, str] = dict(os.environ)
        self._cwd = os.getcwd()
        self._umask = os.umask(0o022)
        os.umask(self._umask)
        self._streams = (sys.stdin, sys.stdout, sys.stderr)
        self._recursion_limit = sys.getrecursionlimit()

    def enter(self, root: str, seed: int) -> None:
        """Goes to `root`, puts it first in the search path, seeds the global generators."""
        os.chdir(root)
        sys.path[:] = [root, *self._path]
        importlib.invalidate_caches()
        random.seed(seed)
        numpy = sys.modules.get("numpy")
        if numpy is not None:
            numpy.random.seed(seed % 2**32)

    def user_modules(self, root: str) -> List[str]:
        """Files of the modules that the sample has imported from below `root`."""
        files = [getattr(sys.modules[name], "__file__", None) for name in self._foreign(root)]
        return [path for path in files if path]

    def _foreign(self, root: str) -> List[str]:
        found = []
        for name, module in list(sys.modules.items()):
            path: Any = getattr(module, "__file__", None)
            if name not in self._modules and isinstance(path, str) and is_below(path, root):
                found.append(name)
        return found

    def leave(self, root: str) -> None:
        """Puts everything back."""
        for name in self._foreign(root):
            del sys.modules[name]
        sys.path[:] = self._path
        os.chdir(self._cwd)
        os.umask(self._umask)
        sys.stdin, sys.stdout, sys.stderr = self._streams
        sys.setrecursionlimit(self._recursion_limit)
        if dict(os.environ) != self._environment:
            os.environ.clear()
            os.environ.update(self._environment)
