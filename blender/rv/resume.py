# SPDX-License-Identifier: MIT
"""Where the files of a sequence lie until all are there, so that no frame is rendered twice.

    STORE/.token        a digest of all that the frames depend on; others are thrown away
    STORE/.lock         held by the one process that renders
    STORE/frames/, STORE/passes/    what is done: both files of a frame are whole, the picture last

Needs no Blender.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from typing import Iterable, Iterator, Optional

from .frames import image_name, passes_name
from .meta import dumps
from .protocol import Resume

LOCK_S = 5.0  # a worker that was killed lets go soon
FOLDERS = tuple(os.path.dirname(name) for name in (image_name(0), passes_name(0)))
NEW_PASSES = "new-passes.exr"


def token(key: str, rendering: object, dependencies: Iterable[str], root: str) -> str:
    """A digest of a request's key, of how it is rendered, and of the files' contents."""
    files = []
    for path in dependencies:
        digest = hashlib.sha256()
        with contextlib.suppress(FileNotFoundError), open(os.path.join(root, path), "rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
        files.append([path, digest.hexdigest()])
    return hashlib.sha256(dumps([key, rendering, files]).encode()).hexdigest()


def _lock(path: str) -> Optional[int]:
    """A descriptor that holds the lock; None when another process keeps it."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    deadline = time.monotonic() + LOCK_S
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return fd
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(fd)
                return None
            time.sleep(0.05)


class Store:
    """The files of one sequence on their way to `out`."""

    def __init__(self, directory: str, out: str, suffix: str) -> None:
        self.directory = directory
        self.new_image = f"new{suffix}"
        self._out = out
        self._suffix = suffix
        for folder in FOLDERS:
            os.makedirs(os.path.join(directory, folder), exist_ok=True)

    def has(self, frame: int) -> bool:
        """Whether the frame is done."""
        return all(
            os.path.isfile(os.path.join(self.directory, name))
            for name in (image_name(frame, self._suffix), passes_name(frame))
        )

    def take(self, frame: int) -> None:
        """Makes the new files those of the frame."""
        image = image_name(frame, self._suffix)
        for new, name in ((NEW_PASSES, passes_name(frame)), (self.new_image, image)):
            os.rename(os.path.join(self.directory, new), os.path.join(self.directory, name))

    def finish(self) -> None:
        """Brings all of them to `out`."""
        if self.directory != self._out:
            for folder in FOLDERS:
                os.rename(os.path.join(self.directory, folder), os.path.join(self._out, folder))
            shutil.rmtree(self.directory, ignore_errors=True)


def _begin(directory: str, wanted: str) -> None:
    """Leaves only frames that the token is of."""
    path = os.path.join(directory, ".token")
    with contextlib.suppress(OSError), open(path, encoding="ascii") as file:
        if file.read() == wanted:
            return
    for folder in FOLDERS:
        shutil.rmtree(os.path.join(directory, folder), ignore_errors=True)
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(wanted)
    os.rename(path + ".new", path)


@contextlib.contextmanager
def store(resume: Optional[Resume], wanted: str, out: str, suffix: str) -> Iterator[Store]:
    """A store for one sequence; its frames are kept when what is done with it fails."""
    if resume is None:
        yield Store(out, out, suffix)
        return
    os.makedirs(resume.dir, exist_ok=True)
    lock = _lock(os.path.join(resume.dir, ".lock"))
    if lock is None:
        yield Store(out, out, suffix)
        return
    try:
        _begin(resume.dir, wanted)
        yield Store(resume.dir, out, suffix)
    finally:
        os.close(lock)


def drop(resume: Optional[Resume]) -> None:
    """Throws away what an earlier attempt left behind: the sample is no sequence."""
    if resume is not None:
        shutil.rmtree(resume.dir, ignore_errors=True)
