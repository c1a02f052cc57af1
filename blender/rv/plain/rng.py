# SPDX-License-Identifier: MIT
"""Random numbers without hidden state: the value is a function of (seed, stream name, position).

The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011). The key is the seed (low word,
high word), counter words 0 and 1 are the position of the block, words 2 and 3 the FNV-1a 64 hash of
the stream's name. tools/lib/rng.c gives the same numbers. Needs no Blender.
"""

from __future__ import annotations

import math
from typing import Any, List, MutableSequence, Sequence, Tuple, TypeVar

T = TypeVar("T")

MASK32 = 0xFFFFFFFF
MASK64 = 0xFFFFFFFFFFFFFFFF
ROUNDS = 10


def philox(counter: Sequence[int], key: Sequence[int]) -> Tuple[int, int, int, int]:
    """One block: Philox4x32-10 of four counter words and two key words."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(ROUNDS):
        product0 = 0xD2511F53 * c0
        product1 = 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (
            (product1 >> 32) ^ c1 ^ k0,
            product1 & MASK32,
            (product0 >> 32) ^ c3 ^ k1,
            product0 & MASK32,
        )
        k0 = (k0 + 0x9E3779B9) & MASK32
        k1 = (k1 + 0xBB67AE85) & MASK32
    return c0, c1, c2, c3


def fnv1a(text: str) -> int:
    """FNV-1a 64 of `text` in UTF-8."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK64
    return value


class Stream:
    """A named stream of random numbers; each draw takes one block."""

    def __init__(self, seed: int, name: str) -> None:
        if not 0 <= seed <= MASK64:
            raise ValueError(f"seed must be in [0, 2^64), not {seed}")
        self.name = name
        """Name of the stream."""
        self.position = 0
        """How many blocks were drawn."""
        self._key = (seed & MASK32, seed >> 32)
        name_hash = fnv1a(name)
        self._name_words = (name_hash & MASK32, name_hash >> 32)

    def _block(self) -> Tuple[int, int, int, int]:
        position = self.position
        self.position = (position + 1) & MASK64
        return philox((position & MASK32, position >> 32, *self._name_words), self._key)

    def u64(self) -> int:
        """A 64-bit integer."""
        low, high, _, _ = self._block()
        return low | high << 32

    def unit(self) -> float:
        """A float in [0, 1) with 53 random bits."""
        return (self.u64() >> 11) * 2.0**-53

    def below(self, n: int) -> int:
        """An unbiased integer in [0, n). ValueError unless 0 < n < 2^64."""
        if not 0 < n <= MASK64:
            raise ValueError(f"n must be in [1, 2^64), not {n}")
        product = self.u64() * n
        if product & MASK64 < n:
            threshold = ((1 << 64) - n) % n
            while product & MASK64 < threshold:
                product = self.u64() * n
        return product >> 64

    def normal(self, mean: float = 0.0, deviation: float = 1.0) -> float:
        """A normally distributed float (Box-Muller on the two halves of one block)."""
        w0, w1, w2, w3 = self._block()
        u = ((w0 | w1 << 32) >> 11) * 2.0**-53
        v = ((w2 | w3 << 32) >> 11) * 2.0**-53
        unit = math.sqrt(-2.0 * math.log(1.0 - u)) * math.cos(2.0 * math.pi * v)
        return mean + deviation * unit

    def uniform(self, a: float, b: float) -> float:
        """A float in [a, b)."""
        return a + (b - a) * self.unit()

    def integer(self, a: int, b: int) -> int:
        """An integer in [a, b], both ends included. ValueError when b < a."""
        return a + self.below(b - a + 1)

    def bool(self, probability: float = 0.5) -> bool:
        """True with the given probability."""
        return self.unit() < probability

    def choice(self, items: Sequence[T]) -> T:
        """One of `items`. ValueError when there is none."""
        return items[self.below(len(items))]

    def shuffle(self, items: MutableSequence[Any]) -> None:
        """Shuffles in place (Fisher-Yates from the end)."""
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]

    def sample(self, items: Sequence[T], k: int) -> List[T]:
        """`k` different members of `items` in random order. ValueError when there are fewer."""
        if not 0 <= k <= len(items):
            raise ValueError(f"cannot draw {k} of {len(items)} items")
        pool = list(items)
        self.shuffle(pool)
        return pool[:k]
