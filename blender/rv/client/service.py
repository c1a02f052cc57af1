# SPDX-License-Identifier: MIT
"""The rv-blend of a client: started by its first work, and warm from then on."""

from __future__ import annotations

import atexit
import os
import shlex
import subprocess
import threading
import weakref
from dataclasses import replace
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

from . import errors
from .arguments import whole
from .parts import leave
from .task import Task
from .tools import Renderer, Settings

Log = Union[str, "os.PathLike[str]", Any]
Command = Union[str, "os.PathLike[str]", Sequence[str], None]  # a program, or with arguments
LAYOUTS = ("rv", "visionsim")


def settings(
    jobs: int,
    timeout: float,
    log: Log,
    autoexec: bool,
    executable: Command,
    options: Sequence[str],
    layout: str,
    conn: Command = None,
) -> Settings:
    """Of arguments of `spawn`, checked."""
    if whole(jobs, "jobs") < 1:
        raise ValueError(f"jobs is {jobs}, it must be at least 1")
    if isinstance(log, (str, os.PathLike)):
        log = os.path.abspath(log)
    elif log is not None and not hasattr(log, "write"):
        raise TypeError(f"log must be a directory or an open text file, not {log!r}")
    if layout not in LAYOUTS:
        raise ValueError(f"layout is {layout!r}, it must be {' or '.join(LAYOUTS)}")
    return Settings(
        blender=text_of(executable),
        command=connection(conn),
        autoexec=bool(autoexec),
        start_timeout=timeout if timeout > 0 else None,
        log=log,
        options=tuple(options),
        layout=layout,
        jobs=jobs,
    )


def text_of(executable: Command) -> Optional[str]:
    """A Blender as `--blender` takes it: a program, a command's text, or one of a list of words."""
    if executable is None or isinstance(executable, (str, os.PathLike)):
        return None if executable is None else os.fspath(executable)
    words = [str(word) for word in executable]
    if not words:
        raise ValueError("executable is an empty command")
    return shlex.join(words)


def connection(conn: Any) -> Optional[Tuple[str, ...]]:
    """The words of a command that starts rv-blend. TypeError for an address: there are no ports."""
    if conn is None:
        return None
    words = shlex.split(conn) if isinstance(conn, str) else list(conn)
    if not words or not all(isinstance(word, str) for word in words):
        raise TypeError(
            f"a connection is a command that starts rv-blend, such as ['ssh', 'box', 'rv-blend'], "
            f"not {conn!r}: no port is opened"
        )
    return tuple(words)


class Service:
    """One rv-blend. Several clients may share it: one at a time is served, by all its Blenders."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.closed = False
        self._renderer: Optional[Renderer] = None
        self._queries = 0
        self._lock = threading.RLock()
        _open.add(self)

    @property
    def process(self) -> Optional["subprocess.Popen[bytes]"]:
        """rv-blend; None when none runs."""
        renderer = self._renderer
        return renderer.process if renderer is not None and renderer.is_running else None

    def use_logger(self, logger: Any) -> None:
        """Where the tools' messages go from now on."""
        self.settings = replace(self.settings, logger=logger)
        if self._renderer is not None:
            self._renderer.use_logger(logger)

    def _started(self, task: Task) -> Renderer:
        """The rv-blend for a task: the one that runs when it fits."""
        wanted = replace(self.settings, device=task.device, with_cpu=task.with_cpu)
        if task.autoexec is not None:
            wanted = replace(wanted, autoexec=task.autoexec)
        old = self._renderer
        if old is not None:
            if not (old.is_running and old.out == task.parts.work and old.settings == wanted):
                self._end()
        if self._renderer is None:
            if self.closed:
                raise RuntimeError("the client is closed")
            self._renderer = Renderer(wanted, task.parts.work)
            if self.closed:  # meanwhile, by another thread
                raise RuntimeError("the client is closed")
        return self._renderer

    def _end(self) -> None:
        renderer, self._renderer = self._renderer, None
        if renderer is not None:
            renderer.stop()
            leave(renderer.out)

    def exchange(
        self, task: Task, records: Sequence[Dict[str, Any]], on_frames: Callable[[int], None]
    ) -> List[Dict[str, Any]]:
        """Records after rv-blend; `on_frames` is told how many of their frames were rendered."""
        with self._lock:
            try:
                return self._started(task).exchange(records, on_frames)
            except BaseException:
                self._end()  # whatever it is at is not wanted any more
                raise

    def ask(self, task: Task, blend: Dict[str, Any]) -> Dict[str, Any]:
        """The record of a dry run; the same question is asked once."""
        with self._lock:
            state, asked = task.state(blend), task.ledger.asked
            if state not in asked:
                self._queries += 1
                request = task.record(f"q{self._queries}", {**blend, "dry_run": True})
                answer = self.exchange(task, [request], lambda done: None)[0]
                asked[state] = errors.check(answer)
            found: Dict[str, Any] = asked[state]
            return found

    def close(self) -> None:
        """Ends rv-blend and Blender, also in the middle of a render; done when they have gone."""
        self.closed = True
        renderer = self._renderer
        if renderer is not None:
            renderer.stop()
            leave(renderer.out)
        _open.discard(self)


_open: "weakref.WeakSet[Service]" = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for service in list(_open):
        service.close()
