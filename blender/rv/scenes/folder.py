# SPDX-License-Identifier: MIT
"""Files to choose from."""

from __future__ import annotations

import os
from random import Random
from typing import Iterator, List, Sequence, Tuple

import bpy


class Folder:
    """Files that match a pattern, sorted; they can be gone through and counted."""

    def __init__(self, pattern: str, paths: Sequence[str]) -> None:
        self.pattern = pattern
        """What they match."""
        self.paths: Tuple[str, ...] = tuple(paths)
        """The files, as a scene names them."""

    def __repr__(self) -> str:
        return f"rv.Folder {self.pattern!r} of {len(self.paths)} files"

    def __len__(self) -> int:
        return len(self.paths)

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __getitem__(self, which: int) -> str:
        return self.paths[which]

    def choice(self, rng: Random) -> str:
        """One of them by chance; `rng` is a stream of the scene."""
        return rng.choice(self.paths)

    def sample(self, rng: Random, count: int) -> List[str]:
        """`count` different ones by chance. ValueError when there are fewer."""
        return rng.sample(self.paths, count)


def pictures_of(folder: Folder) -> Folder:
    """Those of its files whose names end as pictures' do. FileNotFoundError when there are none."""
    endings = bpy.path.extensions_image
    paths = [path for path in folder if os.path.splitext(path)[1].lower() in endings]
    if not paths:
        raise FileNotFoundError(f"none of the {len(folder)} files of {folder.pattern} is a picture")
    return Folder(folder.pattern, paths)
