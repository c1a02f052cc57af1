# SPDX-License-Identifier: MIT
"""Ends what a sample leaves running: child processes, whatever they have started, and threads.

Programs that are kept for the next samples (plain.kept) go on. Needs no Blender, and nothing that a
sample may have patched.
"""

from __future__ import annotations

import ctypes
import signal
import sys
from os import P_ALL, WEXITED, WNOHANG, WNOWAIT, kill, listdir, waitid, waitpid
from time import monotonic, sleep
from typing import Set

from ..plain.kept import KEPT
from .guard import Spoiled

PATIENCE_S = 0.2  # for threads and processes; a thread that waits ends when it has what it wants
_PR_SET_CHILD_SUBREAPER = 36


class Leftovers:
    """Knows the worker's own threads, which are there when it is made; a child has it none."""

    def __init__(self) -> None:
        self._own = set(sys._current_frames())
        # Children of children whose parents end become ours: none gets out of sight.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def restore(self) -> None:
        """Ends them, in some microseconds when there is nothing. Spoiled by what does not end."""
        end_children()
        left = self._end_threads()
        if left:
            raise Spoiled(f"{left} thread{'s' * (left > 1)} of the script did not end")

    def _end_threads(self) -> int:
        """Raises SystemExit in all threads but our own; how many go on.

        One that waits in the system runs into it afterwards, before it does anything else.
        """
        found = set(sys._current_frames()) - self._own
        for ident in found:
            raise_exit = ctypes.pythonapi.PyThreadState_SetAsyncExc
            raise_exit(ctypes.c_ulong(ident), ctypes.py_object(SystemExit))
        deadline = monotonic() + PATIENCE_S
        while found and monotonic() < deadline:
            sleep(0.001)
            found &= set(sys._current_frames())
        return len(found)


def end_children() -> None:
    """Kills all child processes but those that are kept, and what becomes ours by that. Spoiled
    when one stays."""
    deadline = monotonic() + PATIENCE_S
    while _has_child():
        pids = _children() - KEPT.pids()
        if not pids:
            return  # none but those, or this system does not tell
        if monotonic() > deadline:
            raise Spoiled("a process of the script did not end")
        for pid in pids:
            try:
                kill(pid, signal.SIGKILL)
                waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError, PermissionError):
                pass


def _has_child() -> bool:
    try:
        waitid(P_ALL, 0, WEXITED | WNOHANG | WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _children() -> Set[int]:
    found: Set[int] = set()
    for thread in listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{thread}/children", encoding="ascii") as file:
                found.update(int(word) for word in file.read().split())
        except OSError:
            continue  # it has just ended
    return found
