#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whether a page shows what its commands print: page_output.py PAGE PRINTED

PRINTED is what the ```sh blocks of PAGE printed, in order, each after a line `== line N` with the
line of its fence. A ```text block that follows one shows its output: all of it, but that a line
`...` stands for any lines. Numbers may differ: they depend on the Blender and the machine; so do
lines of progress, of which a slow machine prints one a minute.
"""

import re
import sys
from typing import Dict, Iterator, List, Tuple

PROGRESS = re.compile(r"rv-[a-z]+: (.*\(\d+%\)|starting \d+ Blender)")


def blocks(text: str) -> Iterator[Tuple[str, int, List[str]]]:
    """Yield kind, line and lines of each fenced block."""
    kind, start, inside = "", 0, None
    for number, line in enumerate(text.splitlines(), 1):
        if inside is None and line.startswith("```"):
            kind, start, inside = line[3:], number, []
        elif inside is not None and line == "```":
            yield kind, start, inside
            inside = None
        elif inside is not None:
            inside.append(line)


def masked(line: str) -> str:
    """Return a line with its numbers made equal."""
    return re.sub(r"(?<![A-Za-z])[0-9][0-9.,:]*", "0", line.rstrip())


def fits(shown: List[str], printed: List[str]) -> bool:
    """Return whether the printed lines are the shown ones, where `...` is any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "..." else re.escape(masked(line)) + r"\n" for line in shown
    )
    return re.fullmatch(pattern, "".join(masked(line) + "\n" for line in printed)) is not None


def main() -> None:
    """See above."""
    page, printed = (open(path, encoding="utf-8").read() for path in sys.argv[1:])
    of_line: Dict[int, List[str]] = {}
    number = 0
    for line in printed.splitlines():
        start = re.fullmatch(r"== line (\d+)", line)
        number = int(start.group(1)) if start else number
        of_line.setdefault(number, [])
        if not start and not PROGRESS.match(line):
            of_line[number].append(line)
    last, compared, wrong = 0, 0, 0
    for kind, line, inside in blocks(page):
        if kind == "sh" and line in of_line:
            last = line
        elif kind == "text":
            compared += 1
            if set(inside) <= {"..."}:
                wrong += 1
                print(f"{sys.argv[1]}:{line}: shows nothing")
            elif not fits(inside, of_line[last]):
                wrong += 1
                print(f"{sys.argv[1]}:{line}: shown\n", *inside, sep="\n")
                print("\nprinted\n", *of_line[last], sep="\n")
    if not compared:
        print(f"{sys.argv[1]}: shows no output")
    sys.exit(wrong > 0 or not compared)


if __name__ == "__main__":
    main()
