# SPDX-License-Identifier: MIT
"""Files to choose from."""

from __future__ import annotations

from random import Random
from typing import Iterator, List, Sequence, Tuple


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
