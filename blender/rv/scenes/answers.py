# SPDX-License-Identifier: MIT
"""What generators have answered, kept by content: the entries of `rv-gen --cache`, each for both.

DIR/KEY/ holds the answer, a list of the files that the program left in its work directory, and
these. KEY is a digest of the command, of the files that it names, of those that are declared, and
of the request but for its directories. An entry appears by a rename, whole; files are held against
their digests before they are used. Needs no Blender.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
from functools import lru_cache
from typing import BinaryIO, Dict, Optional, Sequence

from ..plain.files import State, state

_VERSION = b"rv-gen cache 1\n"
_ANSWER, _LIST, _FILES = "answer", "files", "work"  # in an entry
_BETWEEN = re.compile(r"[ \t\n'\"|&;<>()=]+")  # words of a command that may name files


class Answers:
    """The cache in a directory, for a shell command that runs in `root`; `files` are those whose
    content decides its answers, too. FileNotFoundError when one of them is not there."""

    def __init__(self, directory: str, command: str, root: str, files: Sequence[str]) -> None:
        self._directory = directory
        shell = ["/bin/sh", "-c", command]
        parts = [_VERSION, _digest_line(shell[0])]
        for word in shell:
            parts += [word.encode() + b"\n", _digest_line(os.path.join(root, word))]
        words = [word for word in _BETWEEN.split(command) if word]
        parts += [_digest_line(os.path.join(root, word)) for word in words]
        for path in files:
            found = _digest_line(path)
            if not found:
                raise FileNotFoundError(f"there is no file {path}")
            parts.append(found)
        self._program = b"".join(parts)

    def key(self, request: bytes) -> str:
        """That of a request, which is compact JSON without directories."""
        return hashlib.sha256(self._program + request).hexdigest()

    def take(self, key: str, work: str) -> Optional[bytes]:
        """The answer, whose files are then in `work`; None when nothing is known.

        An entry that is damaged is removed.
        """
        entry = os.path.join(self._directory, key)
        if not os.path.isdir(entry):
            return None
        try:
            with _open(os.path.join(entry, _LIST)) as file:
                listed = json.load(file)
            with _open(os.path.join(entry, _ANSWER)) as file:
                answer = file.read()
            for name, size, digest in listed:
                source = _below(os.path.join(entry, _FILES), name)
                if os.path.getsize(source) != size or _digest(source, state(source)) != digest:
                    raise ValueError(name)
        except (OSError, TypeError, ValueError):
            shutil.rmtree(entry, ignore_errors=True)
            return None
        for name, _, _ in listed:
            _copy(os.path.join(entry, _FILES, name), os.path.join(work, name))
        return answer

    @staticmethod
    def files_in(work: str) -> Dict[str, State]:
        """The files in a directory by their names, with what tells them from what they become."""
        found: Dict[str, State] = {}
        for folder, folders, names in os.walk(work):
            paths = [os.path.join(folder, name) for name in (*folders, *names)]
            for path in (path for path in paths if os.path.islink(path) or not os.path.isdir(path)):
                found[os.path.relpath(path, work)] = state(path)
        return found

    def put(self, key: str, work: str, before: Dict[str, State], answer: bytes) -> None:
        """Keeps an answer with copies of the files in `work` that are new or other ones than
        `before`; none that names `work` itself.

        Another who was first is no error. ValueError for what is no regular file.
        """
        if work.encode() in answer:
            return
        entry = os.path.join(self._directory, key)
        new = os.path.join(self._directory, f".{key}.new-{socket.gethostname()}-{os.getpid()}")
        shutil.rmtree(new, ignore_errors=True)
        try:
            os.makedirs(os.path.join(new, _FILES))
            listed = []
            for name, now in sorted(self.files_in(work).items()):
                path = os.path.join(work, name)
                if now == before.get(name):
                    continue
                if os.path.islink(path) or not os.path.isfile(path):
                    raise ValueError(f"{name!r}, which it left, is no regular file")
                _copy(path, os.path.join(new, _FILES, name))
                listed.append([name, os.path.getsize(path), _digest(path, now)])
            for name, data in ((_LIST, json.dumps(listed).encode()), (_ANSWER, answer)):
                with open(os.path.join(new, name), "wb") as file:
                    file.write(data)
            try:
                os.rename(new, entry)
            except OSError:
                if not os.path.isdir(entry):
                    raise
        finally:
            shutil.rmtree(new, ignore_errors=True)


def _open(path: str) -> BinaryIO:
    """Opened to be read by a relative path: Python then does not tell of it as of a file that the
    sample depends on (clean.heard)."""
    return os.fdopen(os.open(os.path.relpath(path), os.O_RDONLY | os.O_CLOEXEC), "rb")


def _copy(source: str, target: str) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with _open(source) as old, open(target, "wb") as new:
        shutil.copyfileobj(old, new)
    shutil.copymode(source, target)


def _below(folder: str, name: str) -> str:
    """The path of a name in a folder. ValueError for one that leads out of it."""
    path = os.path.normpath(os.path.join(folder, name))
    if not path.startswith(os.path.join(folder, "")):
        raise ValueError(name)
    return path


@lru_cache(maxsize=1024)
def _digest(path: str, _state: State) -> str:
    """The SHA-256 of a file that is in this state."""
    digest = hashlib.sha256()
    with _open(path) as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def _digest_line(path: str) -> bytes:
    """The digest of a file, with a newline; nothing when it is none."""
    found = state(path) if os.path.isfile(path) else None
    return _digest(path, found).encode() + b"\n" if found is not None else b""
