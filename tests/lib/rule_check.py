#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measure the rules of tasks (examples/vbvr) in rendered frames, beside the index map.

    rv-mask ... | rule_check.py        prints {"id", "answer", "score", "clauses"} per record

An object is where its looks are (hue, saturation, value), as for a candidate video that has no
labels. Fails with a line for each object whose looks the index map does not confirm: other things
have them, or the object lacks them. What is seen in objects with the tag "mirror" is left out.
"""

import json
import math
import os
import sys

import numpy
from PIL import Image

STRAY_MAX = 0.001  # of the picture: pixels with the looks of an object where it is not
FOUND_MIN = 0.4  # of an object's pixels, its edges left out
PIXELS_MIN = 2  # of an object that is found


def hsv(path):
    """Hue (degrees), saturation and value (0 to 1) of a picture."""
    rgb = numpy.asarray(Image.open(path).convert("RGB"), dtype=float) / 255
    most, least = rgb.max(axis=2), rgb.min(axis=2)
    span = numpy.where(most > least, most - least, 1)
    r, g, b = (rgb[..., i] for i in range(3))
    sector = numpy.select([most == r, most == g], [(g - b) / span % 6, (b - r) / span + 2])
    sector = numpy.where((most != r) & (most != g), (r - g) / span + 4, sector)
    return sector * 60, numpy.where(most > 0, (most - least) / numpy.where(most, most, 1), 0), most


def looks(picture, wanted):
    """Where a picture has the looks of an object."""
    hue, saturation, value = picture
    apart = abs((hue - wanted["hue"] + 180) % 360 - 180)
    return (
        (apart <= wanted["width"] / 2)
        & (saturation >= wanted["saturation"])
        & (value >= wanted["value"])
    )


def spread(mask):
    """The mask and the pixels about it."""
    wide = numpy.pad(mask, 1)
    height, width = mask.shape
    parts = [wide[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    return numpy.any(parts, axis=0)


def place(mask):
    """Centroid [x, y] of a mask in shares of the picture; None of none."""
    if mask.sum() < PIXELS_MIN:
        return None
    rows, columns = numpy.nonzero(mask)
    return (columns.mean() + 0.5) / mask.shape[1], (rows.mean() + 0.5) / mask.shape[0]


def inside(polygon, x, y):
    """Which of the points lie in a polygon."""
    odd = numpy.zeros(numpy.shape(x), dtype=bool)
    for (x0, y0), (x1, y1) in zip(polygon, polygon[1:] + polygon[:1]):
        if y0 != y1:
            odd ^= ((y0 <= y) != (y1 <= y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return odd


class Clip:
    def __init__(self, record):
        frames = len(record["frames"])
        self.times = [i / (frames - 1) for i in range(frames)]
        index_of = {item["name"]: item["index"] for item in record["objects"]}
        mirrors = [item["index"] for item in record["objects"] if "mirror" in item["tags"]]
        self.masks = {name: [] for name in record["metadata"]["rule_objects"]}
        self.problems = []
        for i in range(frames):
            paths = (os.path.join(record["dir"], record["files"][r][i]) for r in ("image", "index"))
            picture, index = hsv(next(paths)), numpy.asarray(Image.open(next(paths)))
            self.shape = index.shape
            for name, wanted in record["metadata"]["rule_objects"].items():
                found, true = looks(picture, wanted), index == index_of[name]
                self.masks[name].append(found)
                outside = found & ~spread(numpy.isin(index, mirrors))
                self.compare(record["id"], i, name, outside, true)
        height, width = self.shape
        self.sides = width / math.hypot(width, height), height / math.hypot(width, height)

    def compare(self, sample, frame, name, found, true):
        stray = (found & ~spread(true)).sum()
        if stray > max(PIXELS_MIN, STRAY_MAX * true.size):
            self.problems.append(f"{sample} frame {frame}: {stray} pixels look like {name}")
        inner = ~spread(~true)
        if inner.sum() > 4 and (found & inner).sum() < FOUND_MIN * inner.sum():
            share = (found & inner).sum() / inner.sum()
            self.problems.append(f"{sample} frame {frame}: {name} has its looks in {share:.0%}")

    def length(self, a, b):
        """Of the way between two places: a share of the diagonal."""
        return math.hypot(*((q - p) * side for p, q, side in zip(a, b, self.sides)))

    def between(self, clause):
        """(time, mask) of the frames that a clause is of."""
        start, end = clause.get("from"), clause.get("to")
        if start is None:
            start, end = clause["points"][0][0], clause["points"][-1][0]
        last = len(self.times) - 1
        first, final = round(start * last), round(end * last)
        return list(zip(self.times, self.masks[clause["object"]]))[first : final + 1]

    def score(self, clause):
        return getattr(self, f"score_{clause['kind']}")(clause, self.between(clause))

    def score_at(self, clause, seen):
        path = numpy.array(clause["points"])
        scores = []
        for time, mask in seen:
            found = place(mask)
            wanted = [numpy.interp(time, path[:, 0], path[:, k]) for k in (1, 2)]
            off = math.inf if found is None else self.length(found, wanted)
            scores.append(min(1.0, max(0.0, 2 - off / clause["tolerance"])))
        return sum(scores) / len(scores)

    def score_in(self, clause, seen):
        scores = []
        for _, mask in seen:
            rows, columns = numpy.nonzero(mask)
            x, y = (columns + 0.5) / mask.shape[1], (rows + 0.5) / mask.shape[0]
            share = inside(clause["polygon"], x, y).mean() if len(x) >= PIXELS_MIN else 0.0
            scores.append(min(1.0, share / clause["share"]))
        return sum(scores) / len(scores)

    def score_covers(self, clause, seen):
        shares = [mask.mean() for _, mask in seen]
        return sum(ramp(share, clause["min"], clause["max"]) for share in shares) / len(shares)

    def score_moves(self, clause, _):
        places = map(place, self.masks[clause["object"]])
        found = [(time, *at) for time, at in zip(self.times, places) if at is not None]
        if not found:
            return 0.0
        seen, x, y = zip(*found)
        times = numpy.linspace(clause["from"], clause["to"], 21)
        way = list(zip(numpy.interp(times, seen, x), numpy.interp(times, seen, y)))
        length = sum(self.length(a, b) for a, b in zip(way, way[1:]))
        return ramp(length, clause["min"], clause["max"])

    def score_steady(self, clause, seen):
        limit = clause["step"] * 59 / (len(self.times) - 1)
        places = [place(mask) for _, mask in seen]
        steps = [self.length(a, b) for a, b in zip(places, places[1:]) if a and b]
        return sum(min(1.0, max(0.0, 2 - step / limit)) for step in steps) / max(1, len(steps))


def ramp(value, least, most):
    """1 within the range, falling to 0 at half of its least and twice its most."""
    most = max(most, 0.0005)
    if value < least:
        return max(0.0, 2 * value / least - 1)
    return max(0.0, 2 - value / most) if value > most else 1.0


def main():
    problems = []
    for line in sys.stdin:
        record = json.loads(line)
        clip, rule = Clip(record), record["metadata"]["rule"]
        scores = [clip.score(clause) for clause in rule]
        total = sum(c["weight"] * s for c, s in zip(rule, scores)) / sum(c["weight"] for c in rule)
        total *= math.prod(s for c, s in zip(rule, scores) if c.get("required"))
        shown = [f"{c['kind']} {c['object']}: {s:.3f}" for c, s in zip(rule, scores)]
        answer = record["metadata"]["answer"]
        print(json.dumps({"id": record["id"], "answer": answer, "score": total, "clauses": shown}))
        problems += clip.problems
    print("\n".join(problems), end="", file=sys.stderr)
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
