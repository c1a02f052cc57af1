# SPDX-License-Identifier: MIT
"""Which modules there are, and where Python looks for them.

Modules of the user's own are forgotten after each sample, and so is what no import has made; those
of Python and of installed packages stay, since many cannot be loaded twice. Of the standard library
and NumPy, what a sample is the first to import is looked after from then on (`Code`), as it is
right after the import. Needs no Blender.
"""

from __future__ import annotations

import os
import random
import sys
from functools import lru_cache
from importlib.machinery import ModuleSpec
from typing import Any, Callable, Dict, List, Optional

from ..plain.paths import forget_directories, is_below
from .code import Code, is_watched

RANDOM = "numpy.random"
_SYSTEM = [os.path.dirname(os.__file__), "/proc", "/sys", "/dev", "/etc", "/run"]
Take = Callable[[Any], Any]  # is told of a module that was imported just now


@lru_cache(maxsize=None)
def is_installed(path: str) -> bool:
    """Whether a file belongs to Python, Blender, an installed package, or the system."""
    parts = path.split(os.sep)
    return bool({"site-packages", "dist-packages", "__pycache__"}.intersection(parts)) or any(
        is_below(path, place) for place in _SYSTEM
    )


class _Watcher:
    """The first finder of imports: tells of watched modules when they, and all that they import,
    are there; and before, that there will be some."""

    def __init__(self, begin: Callable[[], None], tell: Callable[[List[Any]], None]) -> None:
        self._begin = begin
        self._tell = tell
        self._depth = 0
        self._new: List[Any] = []

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:
        """The spec that another finder has, with a loader that tells."""
        if not is_watched(name):
            return None
        for finder in sys.meta_path:
            find = None if finder is self else getattr(finder, "find_spec", None)
            found = None if find is None else find(name, path, target)
            if found is not None:
                if not isinstance(found.loader, type) and hasattr(found.loader, "exec_module"):
                    self._wrap(found.loader)
                return found
        return None

    def _wrap(self, loader: Any) -> None:
        execute = loader.exec_module

        def execute_and_tell(module: Any) -> None:
            if self._depth == 0:
                self._begin()
            self._depth += 1
            try:
                execute(module)
                self._new.append(module)
            finally:
                self._depth -= 1
                if self._depth == 0:
                    found, self._new = self._new, []
                    self._tell(found)

        loader.exec_module = execute_and_tell


class Modules:
    """sys.modules, sys.path and the finders; `takers` are told of modules by their names.

    What lies below `site` is installed, wherever that is; "" for none.
    """

    def __init__(self, code: Code, takers: Dict[str, List[Take]], site: str = "") -> None:
        self._site = site
        self._code = code
        self._takers = takers
        self._seed = 0
        self.root = ""
        self._are_users: Dict[str, bool] = {}  # files that were asked for in this sample
        sys.meta_path.insert(0, _Watcher(code.begin_import, self._take))
        self._modules = dict(sys.modules)
        self._path: List[str] = list(sys.path)
        self._path_object = sys.path
        self._installed = [entry for entry in self._path if os.path.isdir(entry)]
        self._finders = (list(sys.meta_path), list(sys.path_hooks))

    def begin(self, root: str, seed: int) -> None:
        """Puts `root` first in the search path, seeds the global generators."""
        self.root, self._seed = root, seed
        self._are_users = {}
        forget_directories()
        sys.path[:] = [root, *self._path]
        cache = sys.path_importer_cache
        for place in [at for at in cache if at.startswith(root) or not os.path.isabs(at)]:
            del cache[place]  # what there was before may have changed
        random.seed(seed)
        if RANDOM in sys.modules:
            self._seed_numpy(sys.modules[RANDOM])

    def _seed_numpy(self, module: Any) -> None:
        module.seed(self._seed % 2**32)

    def _take(self, modules: List[Any]) -> None:
        """Modules that were imported just now."""
        for module in modules:
            for take in self._takers.get(module.__name__, ()):
                take(module)
        self._code.end_import(modules)
        for module in modules:
            if module.__name__ == RANDOM:
                self._seed_numpy(module)

    def is_users(self, path: str) -> bool:
        """Whether a file is the user's own: of no installed package, Blender's included.

        What lies below the root is even where Python found packages at its start.
        """
        if path not in self._are_users:
            is_packages = is_installed(path) or (self._site != "" and is_below(path, self._site))
            self._are_users[path] = not is_packages and (
                is_below(path, self.root) or not any(is_below(path, at) for at in self._installed)
            )
        return self._are_users[path]

    def user_files(self) -> List[str]:
        """Files of the modules that the sample has imported and that are the user's own."""
        new = [sys.modules[name] for name in sorted(sys.modules.keys() - self._modules.keys())]
        paths = [getattr(module, "__file__", None) for module in new]
        return [path for path in paths if isinstance(path, str) and self._is_source(path)]

    def _is_source(self, path: str) -> bool:
        return path.endswith(".py") and self.is_users(path)

    def _goes(self, name: str, module: Any) -> bool:
        """Whether a new entry is forgotten: it is the user's own, or a script has put it there.

        Installed packages put some there, too, mostly below their own names: those stay.
        """
        path = getattr(module, "__file__", None)
        if module is None or isinstance(path, str) and self._is_source(path):
            return True
        spec = getattr(module, "__spec__", None)
        if isinstance(spec, ModuleSpec) and spec.name == name:
            folders = [] if spec.origin else list(spec.submodule_search_locations or ())
            return bool(folders) and all(map(self.is_users, folders))
        if spec is None and isinstance(path, str):
            return False
        top = name.partition(".")[0]
        return top == name or top not in sys.modules or self._goes(top, sys.modules[top])

    def _forget(self) -> None:
        new = [(name, sys.modules[name]) for name in sys.modules.keys() - self._modules.keys()]
        for name, module in [entry for entry in new if self._goes(*entry)]:
            del sys.modules[name]
            package, _, tail = name.rpartition(".")
            inside = vars(sys.modules[package]) if package in sys.modules else {}
            if module is not None and inside.get(tail) is module:
                del inside[tail]  # or `from package import tail` finds it

    def restore(self) -> None:
        """Forgets the user's modules; the others are what they were."""
        sys.path = self._path_object
        sys.meta_path[:], sys.path_hooks[:] = self._finders
        self._forget()
        if list(sys.modules.values()) != list(self._modules.values()):
            for name in sys.modules.keys() - self._modules.keys():
                self._modules[name] = sys.modules[name]  # of an installed package: it stays
            for name, module in self._modules.items():
                if sys.modules.get(name) is not module:
                    sys.modules[name] = module
            self._modules = dict(sys.modules)
        sys.path[:] = self._path
