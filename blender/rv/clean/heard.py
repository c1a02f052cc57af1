# SPDX-License-Identifier: MIT
"""What a sample does that Python tells of: files that it opens, variables of the environment that
it reads, warnings that it gives, parts of functions that it replaces, hooks that nobody can undo.

Needs no Blender.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Mapping
from types import FrameType
from typing import Any, Callable, List, Optional, Set, Tuple

from .guard import Spoiled

SAVED = "RV_ENV_"  # how what the caller had of a variable is called in a worker
WARNINGS_MAX = 100
TEXT_MAX = 500  # characters of a warning
_READ_ONLY, _WRITE_ONLY = os.O_RDONLY, os.O_WRONLY
# Files with the methods of os.environ.
_PARTS_OF_ENVIRON = {
    code.co_filename
    for code in (os.getenv.__code__, os._Environ.setdefault.__code__, Mapping.get.__code__)
}

_EVENTS = {"open", "object.__setattr__", "sys.addaudithook"}
_listeners: List[Callable[[str, Any], None]] = []


def _hear(event: str, arguments: Any) -> None:
    """Python calls this at whatever it does; it cannot be taken away again."""
    if event in _EVENTS:
        for listener in _listeners:
            listener(event, arguments)


def _listen(listener: Callable[[str, Any], None]) -> None:
    if not _listeners:
        sys.addaudithook(_hear)
    _listeners.append(listener)


class Opened:
    """Files that a sample opens to read, but those that it has written itself."""

    def __init__(self) -> None:
        self._is_listening = False
        self._read: Set[str] = set()
        self._written: Set[str] = set()
        _listen(self._note)

    def begin(self) -> None:
        """Listens from now on."""
        self._read, self._written = set(), set()
        self._is_listening = True

    def end(self) -> None:
        """Listens no more."""
        self._is_listening = False

    def files(self) -> Set[str]:
        """The absolute paths so far, there or not."""
        return set(self._read)

    def _note(self, event: str, arguments: Any) -> None:
        if event != "open":
            return
        path, mode, flags = arguments
        if not self._is_listening or isinstance(path, int):
            return
        if mode is None and not os.path.isabs(path):
            return  # by os.open, which may start at another directory
        way = flags & os.O_ACCMODE if isinstance(flags, int) else _READ_ONLY
        try:
            absolute = os.path.abspath(os.fsdecode(path))
        except (TypeError, ValueError, OSError):
            return  # nothing that could be opened, or the working directory has gone
        if way != _READ_ONLY:
            self._written.add(absolute)
        if way != _WRITE_ONLY and absolute not in self._written:
            self._read.add(absolute)

    restore = end


class Replaced:
    """What functions and classes that outlive the sample consist of: code, defaults, bases.

    What installed modules set while they are imported is how they are to be.
    """

    def __init__(self) -> None:
        self._is_users: Callable[[str], bool] = lambda path: False
        self._undo: List[Tuple[Any, str, Any]] = []
        self._hooks = 0
        _listen(self._note)

    def begin(self, is_users: Callable[[str], bool]) -> None:
        """`is_users` says whether a Python file is the user's own."""
        self._is_users = is_users

    def _note(self, event: str, arguments: Any) -> None:
        if event == "object.__setattr__":
            owner, name, _ = arguments
            if not self._is_import():
                self._undo.append((owner, name, getattr(owner, name, None)))
        elif event == "sys.addaudithook":
            self._hooks += 1

    def _is_import(self) -> bool:
        """Whether a module that is not the user's own is being imported, and does it."""
        frame: Optional[FrameType] = sys._getframe(1)
        while frame is not None and frame.f_code.co_name != "<module>":
            frame = frame.f_back
        if frame is None or frame.f_back is None:
            return False
        is_imported = frame.f_back.f_code.co_filename.startswith("<frozen importlib")
        return is_imported and not self._is_users(frame.f_code.co_filename)

    def names(self) -> List[str]:
        """What was replaced."""
        return [f"{getattr(owner, '__qualname__', owner)}.{name}" for owner, name, _ in self._undo]

    def restore(self) -> None:
        """Puts back what was replaced, the last first. Spoiled by a hook that a sample added."""
        undo, self._undo = self._undo, []
        for owner, name, value in reversed(undo):
            setattr(owner, name, value)
        self._undo = []
        hooks, self._hooks = self._hooks, 0
        if hooks:
            raise Spoiled("it added an audit hook, which cannot be taken away")


class _Watched(os._Environ):  # type: ignore[type-arg]
    """os.environ, with a listener."""

    listeners: List[Callable[[str, str], Optional[str]]] = []

    def __getitem__(self, key: Any) -> str:
        if isinstance(key, str):
            frame = sys._getframe(1)
            while frame.f_back is not None and frame.f_code.co_filename in _PARTS_OF_ENVIRON:
                frame = frame.f_back
            for listener in _Watched.listeners:
                found = listener(key, frame.f_code.co_filename)
                if found is not None:
                    return found
        return super().__getitem__(key)


class Variables:
    """Environment variables that the code of a sample reads.

    What the worker does not have is then as in the environment that rv was started with.
    """

    def __init__(self) -> None:
        self._is_listening = False
        self._is_users: Callable[[str], bool] = lambda path: False
        self._tell: Callable[[str], None] = lambda text: None
        _Watched.listeners.append(self._hear)
        os.environ.__class__ = _Watched

    def begin(self, is_users: Callable[[str], bool], tell: Callable[[str], None]) -> None:
        """Listens from now on; `is_users` says whether a Python file is the user's own."""
        self._is_users, self._tell = is_users, tell
        self._is_listening = True

    def _hear(self, name: str, path: str) -> Optional[str]:
        """What the code in a file gets for a variable; None: what there is."""
        if not self._is_listening:
            return None
        self._is_listening = False  # what follows may read some itself
        try:
            if not self._is_users(path):
                return None
            self._tell(
                f"{os.path.basename(path)} reads the environment variable {name}:"
                " the sample depends on where rv was started"
            )
            return None if name in os.environ else os.environ.get(SAVED + name)
        finally:
            self._is_listening = True

    def restore(self) -> None:
        """Listens no more."""
        self._is_listening = False
        if os.environ.__class__ is not _Watched:
            os.environ.__class__ = _Watched


class Warnings:
    """Warnings of Python: of a script itself, of rv, of libraries. To be made before `Code`.

    Deprecations are told of in the code of `module`.
    """

    def __init__(self, module: str) -> None:
        warnings.filterwarnings("default", category=DeprecationWarning, module=module)
        self._show = warnings.showwarning
        self._tell: Optional[Callable[[str], None]] = None
        self._told: Set[str] = set()
        self._filters = list(warnings.filters)
        setattr(warnings, "showwarning", self._hear)

    def begin(self, tell: Callable[[str], None]) -> None:
        """Tells of each different one from now on."""
        self._tell, self._told = tell, set()

    def replaced(self) -> List[str]:
        """The filters, where some make errors of warnings, which Blender may give to rv, too."""
        return ["warnings.filters"] if any(row[0] == "error" for row in warnings.filters) else []

    def _hear(self, message: Any, kind: Any, filename: str, lineno: int, *more: Any) -> None:
        if self._tell is None:
            self._show(message, kind, filename, lineno, *more)
            return
        words = " ".join(str(message).split())[:TEXT_MAX]
        text = f"{os.path.basename(filename)}, line {lineno}: {words}"
        if text not in self._told and len(self._told) < WARNINGS_MAX:
            self._told.add(text)
            self._tell(text)

    def restore(self) -> None:
        """Warnings go to stderr again, those that did at the start."""
        self._tell = None
        warnings.resetwarnings()  # what was given already is given again to the next sample
        warnings.filters[:] = self._filters  # type: ignore[index]
