# SPDX-License-Identifier: MIT
"""Random numbers without hidden state: the value is a function of (seed, stream name, position).

The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011). The key is the seed (low word,
high word), counter words 0 and 1 are the position of the block, words 2 and 3 the FNV-1a 64 hash of
the stream's name. tools/lib/rng.c gives the same numbers.

A stream is a `random.Random` as well: what takes one of those takes a stream. Needs no Blender.
"""

from __future__ import annotations

import math
from random import Random
from typing import (
    Any,
    Callable,
    Iterable,
    List,
    MutableSequence,
    NoReturn,
    Optional,
    Protocol,
    Sequence,
    Tuple,
    TypeVar,
)

from .sampling import Sampler
from .values import number, refuse, whole

T = TypeVar("T")
Kind = TypeVar("Kind", covariant=True)

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


class Items(Protocol[Kind]):
    """Things in an order: a list, a tuple, a text."""

    def __len__(self) -> int:
        """How many there are."""

    def __getitem__(self, index: int, /) -> Kind:
        """One of them."""


class Stream(Sampler, Random):
    """A named stream of random numbers; each draw takes one block, of a point or turn a few.

    What it inherits from `random.Random` (`randrange`, `choices`, `triangular` and so on) takes its
    numbers too, one block or more for each.
    """

    def __new__(cls, seed: int, name: str) -> Stream:
        """`Random` gets no seed: its own generator is not used."""
        return super().__new__(cls, 0)  # type: ignore[call-arg]

    def __init__(self, seed: int, name: str) -> None:
        self._of = (whole(seed, "seed", -(1 << 63), MASK64), name)
        self.name = name
        """Name of the stream."""
        self.position = 0
        """How many blocks were drawn."""
        self._key = (seed & MASK32, (seed & MASK64) >> 32)
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
        whole(n, "n", 1, MASK64)
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
        low = whole(a, "a")
        return low + self.below(whole(b, "b", low) - low + 1)

    def bool(self, probability: float = 0.5) -> bool:
        """True with the given probability."""
        return self.unit() < number(probability, "probability", 0, 1)

    def choice(self, items: Items[T]) -> T:
        """One of `items`. ValueError when there is none."""
        if len(items) == 0:
            refuse(ValueError, "items", "a list that is not empty", items)
        return items[self.below(len(items))]

    def shuffle(self, items: MutableSequence[Any]) -> None:
        """Shuffles in place (Fisher-Yates from the end)."""
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]

    def sample(
        self, items: Sequence[T], k: int, *, counts: Optional[Iterable[int]] = None
    ) -> List[T]:
        """`k` different members of `items` in random order. ValueError when there are fewer.

        `counts` says how often each of them is there.
        """
        often = [1] * len(items) if counts is None else list(counts)
        pool = [item for item, times in zip(items, often) for _ in range(times)]
        whole(k, "k", 0, len(pool))
        self.shuffle(pool)
        return pool[:k]

    # -- what random.Random is made of

    def random(self) -> float:
        """The same as `unit`."""
        return self.unit()

    def getrandbits(self, k: int) -> int:
        """An integer of `k` random bits."""
        bits = 0
        for place in range(0, whole(k, "k", 0), 64):
            bits |= self.u64() << place
        return bits & ((1 << k) - 1)

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        """The same as `normal`: `Random`'s remembers every second number."""
        return self.normal(mu, sigma)

    def seed(self, *_: Any, **__: Any) -> NoReturn:
        """TypeError: its seed is that of the sample."""
        raise TypeError(f"the stream {self.name!r} has the sample's seed: it takes no other")

    def getstate(self) -> Tuple[Any, ...]:
        """How many blocks were drawn, for `setstate`."""
        return (self.position,)

    def setstate(self, state: Tuple[Any, ...]) -> None:
        """Goes back to where `getstate` was called."""
        (self.position,) = state

    def __reduce__(self) -> Tuple[Callable[..., Stream], Tuple[int, str], Tuple[Any, ...]]:
        return Stream, self._of, self.getstate()

    def __setstate__(self, state: Tuple[Any, ...]) -> None:
        self.setstate(state)
