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
from typing import Dict, List, Set, Tuple


def is_below(path: str, root: str) -> bool:
    """Whether `path` lies in the directory `root`."""
    return os.path.realpath(path).startswith(os.path.join(os.path.realpath(root), ""))


def _is_installed(path: str) -> bool:
    """Whether a module's file belongs to Python or an installed package, or is compiled code.

    Such modules stay from sample to sample; many cannot be loaded twice.
    """
    parts = path.split(os.sep)
    return (
        not path.endswith(".py")
        or "site-packages" in parts
        or "dist-packages" in parts
        or is_below(path, os.path.dirname(os.__file__))
    )


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
        return [path for _, path in self._foreign(root)]

    def _foreign(self, root: str) -> List[Tuple[str, str]]:
        """Names and files of modules below `root` that are no installed package."""
        found = []
        for name in sorted(sys.modules.keys() - self._modules):
            path = getattr(sys.modules[name], "__file__", None)
            if isinstance(path, str) and is_below(path, root) and not _is_installed(path):
                found.append((name, path))
        return found

    def leave(self, root: str) -> None:
        """Puts everything back."""
        for name, _ in self._foreign(root):
            del sys.modules[name]
        sys.path[:] = self._path
        os.chdir(self._cwd)
        os.umask(self._umask)
        sys.stdin, sys.stdout, sys.stderr = self._streams
        sys.setrecursionlimit(self._recursion_limit)
        if dict(os.environ) != self._environment:
            os.environ.clear()
            os.environ.update(self._environment)
