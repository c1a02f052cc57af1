# SPDX-License-Identifier: MIT
"""Keeps one sample's traces in the Python interpreter away from the next sample. Needs no Blender.

Blender's own state is reset by compat.reset and session.py; here go modules of the user, search
path, working directory, environment, global random generators, and what else a script can set for
the whole process.
"""

from __future__ import annotations

import builtins
import fcntl
import gc
import importlib
import locale
import logging
import os
import random
import resource
import signal
import sys
import time
import warnings
from functools import lru_cache
from importlib.machinery import ModuleSpec
from typing import Any, Dict, List, Optional, Sequence, Tuple

from ..plain.limits import PRIVATE_FD
from ..plain.paths import is_below

SIGNALS = ("SIGHUP", "SIGINT", "SIGTERM", "SIGALRM", "SIGCHLD", "SIGPIPE", "SIGUSR1", "SIGUSR2")
# Modules of Python's own that scripts have been seen to patch; all of them would take too long.
PATCHED = ("json", "math", "os", "posixpath", "random", "time")
LIMITS = [getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")]


@lru_cache(maxsize=None)
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


class _NumpySeeder:
    """Seeds NumPy's global generator when it is imported for the first time."""

    NAME = "numpy.random"

    def __init__(self, seed: int) -> None:
        self._seed = seed % 2**32

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:
        """The spec that another finder has, with a loader that seeds."""
        if name != self.NAME:
            return None
        for finder in sys.meta_path:
            found = None if finder is self else finder.find_spec(name, path, target)
            if found is not None and found.loader is not None:
                self._wrap(found.loader)
                return found
        return None

    def _wrap(self, loader: Any) -> None:
        execute = loader.exec_module

        def execute_and_seed(module: Any) -> None:
            execute(module)
            module.seed(self._seed)

        loader.exec_module = execute_and_seed


def _opened(stream: Any, fd: int) -> Any:
    """The stream, or when it is closed a new one like the worker's own."""
    if stream is None or not stream.closed:
        return stream
    mode = "w" if fd else "r"
    return open(fd, mode, buffering=1, errors="backslashreplace", closefd=False)


class Isolation:
    """The interpreter as the worker found it; `enter` and `leave` enclose a sample."""

    def __init__(self) -> None:
        self._modules = dict(sys.modules)
        self._contents = {name: dict(vars(self._modules[name])) for name in PATCHED}
        self._path: List[str] = list(sys.path)
        self._installed = [entry for entry in self._path if os.path.isdir(entry)]
        self._environment: Dict[str, str] = dict(os.environ)
        self._cwd = os.getcwd()
        self._umask = os.umask(0o022)
        os.umask(self._umask)
        self._streams: Sequence[Any] = (sys.stdin, sys.stdout, sys.stderr)
        self._descriptors = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, PRIVATE_FD) for fd in range(3)]
        self._builtins = dict(vars(builtins))
        self._hooks = (sys.excepthook, sys.displayhook, sys.unraisablehook)
        self._finders = (list(sys.meta_path), list(sys.path_hooks))
        self._recursion_limit = sys.getrecursionlimit()
        self._locale = locale.setlocale(locale.LC_ALL)
        self._log = (logging.root.level, list(logging.root.handlers), logging.root.manager.disable)
        numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
        self._signals = {number: signal.getsignal(number) for number in numbers}
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        self._limits = {number: resource.getrlimit(number)[0] for number in LIMITS}
        self._processors = os.sched_getaffinity(0)
        self._pace = (gc.get_threshold(), sys.getswitchinterval())
        self._warnings: Optional[warnings.catch_warnings[Any]] = None

    def enter(self, root: str, seed: int) -> None:
        """Goes to `root`, puts it first in the search path, seeds the global generators."""
        os.chdir(root)
        sys.path[:] = [root, *self._path]
        importlib.invalidate_caches()
        self._warnings = warnings.catch_warnings()
        self._warnings.__enter__()
        random.seed(seed)
        numpy_random = sys.modules.get(_NumpySeeder.NAME)
        if numpy_random is not None:
            numpy_random.seed(seed % 2**32)  # type: ignore[attr-defined]
        sys.meta_path.insert(0, _NumpySeeder(seed))

    def user_modules(self, root: str) -> List[str]:
        """Files of the modules that the sample has imported and that are the user's own."""
        return [path for _, path in self._foreign(root)]

    def _foreign(self, root: str) -> List[Tuple[str, str]]:
        """Names and files of modules that belong to no installed package, Blender's included.

        What lies below `root` is the user's even where Python found packages at its start.
        """
        found = []
        for name in sorted(sys.modules.keys() - self._modules.keys()):
            path = getattr(sys.modules[name], "__file__", None)
            if not isinstance(path, str) or _is_installed(path):
                continue
            if is_below(path, root) or not any(is_below(path, at) for at in self._installed):
                found.append((name, path))
        return found

    def mend(self) -> None:
        """Puts back what our own code cannot work without.

        A descriptor below 3 that is not open is worst of all: the next file that is written to
        would get its number, and everybody's messages.
        """
        if vars(builtins) != self._builtins:
            vars(builtins).update(self._builtins)
            for name in vars(builtins).keys() - self._builtins.keys():
                del vars(builtins)[name]
        for fd, kept in enumerate(self._descriptors):
            os.dup2(kept, fd)
        self._streams = [_opened(stream, fd) for fd, stream in enumerate(self._streams)]
        sys.stdin, sys.stdout, sys.stderr = self._streams

    def leave(self, root: str) -> None:
        """Puts everything back."""
        self.mend()
        sys.settrace(None)
        sys.setprofile(None)
        sys.meta_path[:], sys.path_hooks[:] = self._finders
        self._leave_modules(root)
        sys.path[:] = self._path
        os.chdir(self._cwd)
        os.umask(self._umask)
        sys.excepthook, sys.displayhook, sys.unraisablehook = self._hooks
        sys.setrecursionlimit(self._recursion_limit)
        if self._warnings is not None:
            self._warnings.__exit__(None, None, None)
            self._warnings = None
        self._leave_process()

    def _leave_modules(self, root: str) -> None:
        """Forgets the user's modules; the others are what they were."""
        for name, _ in self._foreign(root):
            del sys.modules[name]
        for name in sys.modules.keys() - self._modules.keys():
            if sys.modules[name] is None:
                del sys.modules[name]
        for name, module in self._modules.items():
            if sys.modules.get(name) is not module:
                sys.modules[name] = module
        for name, kept in self._contents.items():
            now = vars(self._modules[name])
            if any(now.get(key) is not value for key, value in kept.items()):
                now.update(kept)

    def _leave_process(self) -> None:
        if dict(os.environ) != self._environment:
            os.environ.clear()
            os.environ.update(self._environment)
            time.tzset()
        if locale.setlocale(locale.LC_ALL) != self._locale:
            locale.setlocale(locale.LC_ALL, self._locale)
        logging.root.level, logging.root.handlers[:], logging.root.manager.disable = self._log
        gc.enable()
        gc.set_threshold(*self._pace[0])
        sys.setswitchinterval(self._pace[1])
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in self._signals.items():
            if signal.getsignal(number) is not handler and handler is not None:
                signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
        if os.sched_getaffinity(0) != self._processors:
            os.sched_setaffinity(0, self._processors)
        for number, wanted in self._limits.items():
            soft, hard = resource.getrlimit(number)
            if soft != wanted:
                resource.setrlimit(number, (wanted, hard))
