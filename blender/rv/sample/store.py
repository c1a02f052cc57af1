# SPDX-License-Identifier: MIT
"""Where the files of a sequence lie until all are there: no frame is rendered twice, and several
workers can render one sequence.

    STORE/.token    a digest of all that the frames depend on; others are thrown away
    STORE/.lock     byte N is held by the worker that renders frame N, byte OWNER by the one whose
                    reply counts; what a process holds goes with it
    STORE/frames/, STORE/passes/, ...   what is done: all files of a frame are whole, the picture
                    last

The owner makes the store and takes it away; others help while it is there. Needs no Blender.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from typing import Callable, Dict, Iterator, List, Mapping, Optional, Sequence

from ..plain.frames import FrameFiles
from ..plain.limits import FRAME_MAX, PRIVATE_FD
from ..plain.meta import dumps
from .protocol import Resume

LOCK_S = 5.0  # a worker that was killed lets go soon
POLL_S = 0.02
OWNER = FRAME_MAX + 1
FOLDERS = (  # all that a store can have
    "frames",
    "passes",
    "label_passes",
    "amodal_runs",
    "composite",
    "renders",
    "views",
)

DrawFiles = Callable[[str, Dict[str, str]], None]  # renders into a directory, by role and name


def token(key: str, members: object, paths: Mapping[str, str]) -> str:
    """A digest of a request's key, of what is known of its sample, and of the files' contents."""
    files = []
    for name, path in sorted(paths.items()):
        digest = hashlib.sha256()
        with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
        files.append([name, digest.hexdigest()])
    return hashlib.sha256(dumps([key, members, files]).encode()).hexdigest()


class Locks:
    """Bytes of a file that one process at a time holds."""

    def __init__(self, fd: int) -> None:
        self.fd = fd

    def take(self, first: int, count: int = 1) -> bool:
        """Holds them; False when another process holds one of them."""
        try:
            fcntl.lockf(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB, count, first)
            return True
        except (BlockingIOError, PermissionError):
            return False

    def take_soon(self, first: int, count: int = 1) -> bool:
        """The same, with some patience."""
        deadline = time.monotonic() + LOCK_S
        while not self.take(first, count):
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_S)
        return True

    def drop(self, first: int, count: int = 1) -> None:
        """Lets go of them."""
        fcntl.lockf(self.fd, fcntl.LOCK_UN, count, first)


class Store:
    """The files of one sequence on their way to `out`. Without locks it is nobody else's."""

    def __init__(
        self, directory: str, files: FrameFiles, wanted: str = "", locks: Optional[Locks] = None
    ) -> None:
        self.directory = directory
        self._files = files
        self._wanted = wanted
        self._locks = locks

    def is_done(self, frame: int) -> bool:
        """Whether all files of the frame are there."""
        names = self._files.names(frame).values()
        return all(os.path.isfile(os.path.join(self.directory, name)) for name in names)

    def missing(self, frames: Sequence[int]) -> List[int]:
        """Those that are not done."""
        return [frame for frame in frames if not self.is_done(frame)]

    def free(self, frames: Sequence[int]) -> List[bool]:
        """Of each frame whether it is not done, and nobody renders it."""
        return [not self.is_done(frame) and self._is_held_by_none(frame) for frame in frames]

    def _is_held_by_none(self, frame: int) -> bool:
        if self._locks is None:
            return True
        held = self._locks.take(frame)
        if held:
            self._locks.drop(frame)
        return held

    def _is_whats_wanted(self) -> bool:
        """Whether the store is still there, and for the same frames."""
        if self._locks is None:
            return True
        here = os.fstat(self._locks.fd).st_nlink > 0
        return here and _token_of(self.directory) == self._wanted

    def make(self, frame: int, draw: DrawFiles) -> bool:
        """Makes the frame by `draw`; False when it is done or another process is at it."""
        if self._locks is not None and not self._locks.take(frame):
            return False
        try:
            if not self._is_whats_wanted() or self.is_done(frame):
                return False
            names = self._files.names(frame)
            new = {role: "new-" + name.replace("/", "-") for role, name in names.items()}
            draw(self.directory, new)
            for role in reversed(names):  # the picture last
                source, place = (os.path.join(self.directory, n[role]) for n in (new, names))
                os.rename(source, place)
            return True
        finally:
            if self._locks is not None:
                self._locks.drop(frame)

    def finish(self, out: str) -> None:
        """Brings all to `out`; the store is gone."""
        if self.directory == out:
            return
        if self._locks is not None:
            self._locks.take_soon(0, OWNER)  # who tries a frame at this moment lets go soon
        for folder in sorted({path.partition("/")[0] for path in self._files.folders()}):
            os.rename(os.path.join(self.directory, folder), os.path.join(out, folder))
        shutil.rmtree(self.directory, ignore_errors=True)


def middle_of_longest(free: Sequence[bool]) -> int:
    """Where to begin so that the most is left to whoever comes from before: len(free) for none."""
    start, best, at = len(free), 0, 0
    while at < len(free):
        end = at
        while end < len(free) and free[end]:
            end += 1
        if end - at > best:
            start, best = at + (end - at) // 2, end - at
        at = end + 1
    return start


def _open(path: str, more: int = 0) -> int:
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC | more, 0o666)
    try:
        return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, PRIVATE_FD)
    finally:
        os.close(fd)  # before the first lock: closing it would drop them all


def _token_of(directory: str) -> Optional[str]:
    try:
        with open(os.path.join(directory, ".token"), encoding="ascii") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _begin(directory: str, wanted: str, locks: Locks) -> bool:
    """Leaves only frames that the token is of; False while others are rendered."""
    if _token_of(directory) != wanted:
        if not locks.take_soon(0, OWNER):
            return False
        for folder in FOLDERS:
            shutil.rmtree(os.path.join(directory, folder), ignore_errors=True)
        path = os.path.join(directory, ".token")
        with open(path + ".new", "w", encoding="ascii") as file:
            file.write(wanted)
        os.rename(path + ".new", path)
        locks.drop(0, OWNER)
    return True


def _own(directory: str, wanted: str) -> Optional[Locks]:
    """Locks that make this process the owner of the store; None when another one keeps it."""
    while True:
        os.makedirs(directory, exist_ok=True)
        path = os.path.join(directory, ".lock")
        locks = Locks(_open(path, os.O_CREAT))
        try:
            owned = locks.take_soon(OWNER)
            gone = os.fstat(locks.fd).st_nlink == 0  # its owner has finished
            if owned and not gone and _begin(directory, wanted, locks):
                return locks
        except OSError:  # the file system has no locks
            gone = False
        os.close(locks.fd)
        if not gone:
            return None


@contextlib.contextmanager
def store(resume: Optional[Resume], wanted: str, out: str, files: FrameFiles) -> Iterator[Store]:
    """The owner's store of one sequence; its frames are kept when what is done with it fails.

    Where there is none to be had, `out` itself.
    """
    locks = None if resume is None else _own(resume.dir, wanted)
    try:
        found = Store(out, files)
        if resume is not None and locks is not None:
            found = Store(resume.dir, files, wanted, locks)
        for folder in files.folders():
            os.makedirs(os.path.join(found.directory, folder), exist_ok=True)
        yield found
    finally:
        if locks is not None:
            os.close(locks.fd)


@contextlib.contextmanager
def others_store(
    resume: Optional[Resume], wanted: str, files: FrameFiles
) -> Iterator[Optional[Store]]:
    """The store of another worker's sequence, to help with it; None when it is not there."""
    fd = -1
    with contextlib.suppress(FileNotFoundError):
        if resume is not None and _token_of(resume.dir) == wanted:
            fd = _open(os.path.join(resume.dir, ".lock"))
    try:
        yield Store(resume.dir, files, wanted, Locks(fd)) if resume and fd >= 0 else None
    finally:
        if fd >= 0:
            os.close(fd)


def drop(resume: Optional[Resume]) -> None:
    """Throws away what an earlier attempt left behind: the sample is no sequence."""
    if resume is not None:
        shutil.rmtree(resume.dir, ignore_errors=True)
