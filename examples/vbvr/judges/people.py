#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A judge that says what people said: people.py ANSWERS.json...

Each file is what a form (form.py) gave one person: {"ID.mp4": {"answer": 3, "process": 4, ...}}, by
the candidates' paths below their directory. The score is the mean over the people.
"""

import json
import sys

from rubric import score


def answers_for(path, said):
    """The answers to the candidate whose path ends in the longest name that somebody gave."""
    names = [name for name in said if path == name or path.endswith("/" + name)]
    return said[max(names, key=len)] if names else None


def main():
    path = json.load(sys.stdin)["candidate"]
    scores = []
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as file:
            answers = answers_for(path, json.load(file))
        if answers is not None:
            scores.append(score(answers))
    if not scores:
        sys.exit(f"nobody has judged '{path}'")
    print(json.dumps({"result": {"score": sum(scores) / len(scores), "people": len(scores)}}))


if __name__ == "__main__":
    main()
