# SPDX-License-Identifier: MIT
"""What a client leaves on disk, below the directory that `initialize` names.

    ROOT/frames/000001.png, ROOT/depth/000001.exr, ...   what was asked for
    ROOT/transforms.json    written last
    ROOT/.rv/ID/            a part: the sample of one record, complete, with its marks
    ROOT/../.rv-client/     where rv-blend works on parts of this root and those beside it;
                            ROOT/.rv-client/ when the root is a mount or nothing goes above it

The files outside of the parts are links to those inside: nothing lies on the disk twice. Parts are
what lets a second run skip what is there. They may be removed when no such run will come.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from typing import Any, Callable, Dict, List, Sequence, Set

KEPT = ".rv"
WORK = ".rv-client"


class Parts:
    """The parts below one root, a directory that is there."""

    def __init__(self, root: str) -> None:
        self.root = os.path.join(os.path.realpath(os.path.dirname(root)), os.path.basename(root))
        above = os.path.dirname(self.root)
        is_ours = os.access(above, os.W_OK) and not os.path.ismount(self.root)
        self.work = os.path.join(above if is_ours else self.root, WORK)
        self._kept = os.path.join(self.root, KEPT)

    def name(self, *content: Any) -> str:
        """The id of the part that has this content."""
        text = json.dumps([os.path.basename(self.root), *content], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def give(self, ident: str) -> None:
        """Brings a part that is there to where rv-blend looks for it."""
        there = os.path.join(self.work, ident)
        if os.path.isdir(os.path.join(self._kept, ident)) and not os.path.exists(there):
            os.makedirs(self.work, exist_ok=True)
            shutil.move(os.path.join(self._kept, ident), there)

    def take(self, ident: str) -> None:
        """Takes a part that is done back from there."""
        os.makedirs(self._kept, exist_ok=True)
        place = os.path.join(self._kept, ident)
        shutil.rmtree(place, ignore_errors=True)
        shutil.move(os.path.join(self.work, ident), place)

    def drop(self, ident: str) -> None:
        """Forgets a part, and frames of it that are done."""
        for path in (
            os.path.join(self._kept, ident),
            os.path.join(self.work, ident),
            os.path.join(self.work, f".rv-frames.{ident}"),
        ):
            shutil.rmtree(path, ignore_errors=True)

    def path(self, ident: str, name: str) -> str:
        """A file of a part that was taken."""
        return os.path.join(self._kept, ident, name)

    def link(self, ident: str, source: str, name: str) -> None:
        """Makes a file of a part one of the root, in one step."""
        path, place = self.path(ident, source), os.path.join(self.root, name)
        if os.path.exists(place) and os.path.samefile(path, place):
            return
        new = self._new(place)
        try:
            os.link(path, new)
        except OSError:  # a file system without links
            shutil.copyfile(path, new)
        os.replace(new, place)

    def make(
        self, ident: str, sources: Sequence[str], name: str, how: Callable[..., bytes]
    ) -> None:
        """Makes a file of the root from files of a part, in one step.

        One that is there was made from the same files when it is of the same time as they are.
        """
        paths, place = [self.path(ident, name) for name in sources], os.path.join(self.root, name)
        time_ns = max(os.stat(path).st_mtime_ns for path in paths)
        if os.path.exists(place) and os.stat(place).st_mtime_ns == time_ns:
            return
        content = []
        for path in paths:
            with open(path, "rb") as file:
                content.append(file.read())
        new = self._new(place)
        with open(new, "wb") as file:
            file.write(how(*content))
        os.utime(new, ns=(time_ns, time_ns))
        os.replace(new, place)

    def _new(self, place: str) -> str:
        """Where what is to come to a place is made."""
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f"{place}.new")
        return f"{place}.new"

    def prune(self, used: Set[str], frames: Set[int]) -> None:
        """Removes parts that are not `used` and have none but these frames."""
        with contextlib.suppress(FileNotFoundError):
            for ident in os.listdir(self._kept):
                if ident not in used and self._frames(ident) <= frames:
                    shutil.rmtree(os.path.join(self._kept, ident), ignore_errors=True)

    def _frames(self, ident: str) -> Set[int]:
        with contextlib.suppress(OSError, ValueError):
            names = os.listdir(os.path.join(self._kept, ident, "frames"))
            return {int(name.partition(".")[0]) for name in names}
        return set()

    def write(self, name: str, content: Dict[str, Any]) -> None:
        """Writes a JSON file of the root, in one step."""
        os.makedirs(self.root, exist_ok=True)
        path = os.path.join(self.root, name)
        with open(f"{path}.new", "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2, ensure_ascii=False)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(f"{path}.new", path)


def leave(work: str) -> None:
    """Removes the place where rv-blend worked, unless unfinished frames lie there."""
    with contextlib.suppress(OSError):
        os.rmdir(os.path.join(work, "generated"))
    with contextlib.suppress(OSError):
        os.rmdir(work)


def notation(frames: List[int]) -> str:
    """Ascending frames as rv-blend takes them: `1..24`, `0..100:5`, `1,5,9..12`."""
    parts, at = [], 0
    while at < len(frames):
        step = frames[at + 1] - frames[at] if at + 1 < len(frames) else 1
        end = at
        while end + 1 < len(frames) and frames[end + 1] - frames[end] == step:
            end += 1
        if end - at < 2:  # no run: this one alone
            end, text = at, str(frames[at])
        else:
            text = f"{frames[at]}..{frames[end]}" + (f":{step}" if step != 1 else "")
        parts.append(text)
        at = end + 1
    return ",".join(parts)
