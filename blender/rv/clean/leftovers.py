# SPDX-License-Identifier: MIT
"""Ends what a sample leaves running: child processes, whatever they have started, and threads.

Needs no Blender, and nothing that a sample may have patched.
"""

from __future__ import annotations

import ctypes
import signal
import sys
from os import P_ALL, WEXITED, WNOHANG, WNOWAIT, kill, listdir, waitid, waitpid
from time import monotonic, sleep
from typing import List, Set

PATIENCE_S = 0.2  # for threads; one that waits for something ends when it has it
_PR_SET_CHILD_SUBREAPER = 36


class Leftovers:
    """Knows the worker's own threads, which are there when it is made; a child has it none."""

    def __init__(self) -> None:
        self._own = set(sys._current_frames())
        self._told: Set[int] = set()
        # Children of children whose parents end become ours: none gets out of sight.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def end(self) -> List[str]:
        """Ends them; warnings of what does not end. Some microseconds when there is nothing."""
        end_children()
        left = self._end_threads()
        return [f"{left} thread{'s' * (left > 1)} of the script did not end"] if left else []

    def _end_threads(self) -> int:
        """Raises SystemExit in all threads but our own; how many more than before go on.

        One that waits in the system runs into it afterwards, before it does anything else.
        """
        found = set(sys._current_frames()) - self._own
        for ident in found:
            raise_exit = ctypes.pythonapi.PyThreadState_SetAsyncExc
            raise_exit(ctypes.c_ulong(ident), ctypes.py_object(SystemExit))
        deadline = monotonic() + PATIENCE_S
        while found - self._told and monotonic() < deadline:
            sleep(0.001)
            found &= set(sys._current_frames())
        left = len(found - self._told)
        self._told = found
        return left


def end_children() -> None:
    """Kills all child processes, and those that become ours by that."""
    while _has_child():
        pids = _children()
        if not pids:
            return  # this system does not tell
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
