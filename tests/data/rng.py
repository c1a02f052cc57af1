#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints rng.json: what tools/lib/rng.c and blender/rv/plain/rng.py must both draw.

Written from the paper (SC 2011) and rng.h on its own, so that a mistake in one of the two shows.
Numbers that do not fit a double are strings. `next` is the position after `below`, which may
take more than one block.
"""

import json
import math

M64 = 2**64 - 1


def block(seed, stream, position):
    name = 14695981039346656037
    for byte in stream.encode("utf-8"):
        name = (name ^ byte) * 1099511628211 % 2**64
    left = [position % 2**32, name % 2**32]
    right = [position >> 32, name >> 32]
    key = [seed % 2**32, seed >> 32]
    for step in range(10):
        keys = [(key[0] + step * 0x9E3779B9) % 2**32, (key[1] + step * 0xBB67AE85) % 2**32]
        first, second = left[0] * 0xD2511F53, left[1] * 0xCD9E8D57
        left, right = (
            [(second >> 32) ^ right[0] ^ keys[0], (first >> 32) ^ right[1] ^ keys[1]],
            [second % 2**32, first % 2**32],
        )
    return left[0] + (right[0] << 32), left[1] + (right[1] << 32)


def unit(word):
    return (word >> 11) / 2**53


def below(seed, stream, position, n):
    while True:
        product = block(seed, stream, position)[0] * n
        position = (position + 1) % 2**64
        if product % 2**64 >= 2**64 % n:
            return product >> 64, position


def vector(seed, stream, position, n):
    first, second = block(seed, stream, position)
    value, after = below(seed, stream, position, n)
    radius = math.sqrt(-2 * math.log(1 - unit(first)))
    return {
        "seed": str(seed),
        "stream": stream,
        "position": str(position),
        "u64": str(first),
        "unit": unit(first),
        "n": str(n),
        "below": str(value),
        "next": str(after),
        "normal": radius * math.cos(2 * math.pi * unit(second)),
    }


def main():
    rows = []
    for seed in (0, 1, 42, 2**32 - 1, 2**32, 2**53 - 1, M64):
        for stream in ("", "a", "light", "Größe µ", "x" * 100):
            for position in (0, 1, 2, 2**32 - 1, 2**32, M64):
                n = (1, 2, 1000, 2**32 + 1, 3 * 2**62, M64)[(len(rows) * 7 + len(stream)) % 6]
                rows.append(json.dumps(vector(seed, stream, position, n), ensure_ascii=False))
    print('{"vectors":[\n' + ",\n".join(rows) + "\n]}")


main()
