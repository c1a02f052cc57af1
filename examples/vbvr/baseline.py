#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks an installation: what candidates of known worth score against datasets of tasks.

    baseline.py DATASET... [--again DATASET2] [--floor FILE] [--profiles rv,vbvr]

It makes the candidates of candidates.py, scores them, and prints a table of each profile, with a
column for each DATASET. In the profile `rv` one that answers nothing must score below 0.5, and
0.2 less than the truth at low quality; the truth late by a tenth, 0.2 less than that; the truth, at
low quality and rendered again (below DATASET2), 0.95 or more. Exit status 1 when it is not so.
`vbvr` needs OpenCV for Python. baseline.sh renders such datasets of the tasks beside it.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import candidates

TRIVIAL_MOST, MARGIN, TRUTH_LEAST = 0.5, 0.2, 0.95
TRUE = ("truth", "low", "again")


def score(folder, dataset, args, profile, scratch):
    """The mean score of the candidates in a folder."""
    report = scratch / "scores.json"
    command = ["rv-verify", "-q", "--profile", profile, "--candidates", folder, "--truth"]
    command += [dataset, "--scores", report]
    if args.floor:
        command += ["--floor", args.floor]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return json.loads(report.read_text("utf-8"))["all"]["score"]


def problems(scores):
    """What is not as it must be in the profile `rv`."""
    for kind, value in scores.items():
        if kind in TRUE:
            if value < TRUTH_LEAST:
                yield f"{kind}: {value:.3f}, must be {TRUTH_LEAST} or more"
        elif kind == "shifted":
            if value >= scores["low"] - MARGIN:
                yield f"{kind}: {value:.3f}, must be {MARGIN} less than low"
        elif value >= min(TRIVIAL_MOST, scores["low"] - MARGIN):
            wanted = f"less than {TRIVIAL_MOST}, and {MARGIN} less than low"
            yield f"{kind}: {value:.3f}, must be {wanted}"


def measure(dataset, args, profiles):
    """Scores by profile and kind of candidate."""
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        kinds = [kind for kind in candidates.KINDS if kind != "again" or args.again]
        candidates.make(dataset, scratch, kinds, args.again)
        for task, path in candidates.truths(dataset).items():
            to = scratch / "truth" / f"{task}.mp4"
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, to)
        return {
            profile: {
                kind: score(scratch / kind, dataset, args, profile, scratch)
                for kind in [*kinds, "truth"]
            }
            for profile in profiles
        }


def table(names, columns):
    """The lines of a table: a column of scores by kind for each name."""
    yield f"| candidate | {' | '.join(names)} |"
    yield "|---|" + "---:|" * len(names)
    for kind in columns[0]:
        yield f"| {kind} | {' | '.join(f'{column[kind]:.3f}' for column in columns)} |"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("datasets", nargs="+", metavar="DATASET")
    parser.add_argument("--again", metavar="DATASET2", help="the same tasks, rendered again")
    parser.add_argument("--floor", metavar="FILE", help="noise floors")
    parser.add_argument("--profiles", default="rv", help="rv, vbvr, or both with a comma")
    args = parser.parse_args()
    profiles = args.profiles.split(",")
    names = [pathlib.Path(dataset).name for dataset in args.datasets]
    measured = [measure(dataset, args, profiles) for dataset in args.datasets]
    for profile in profiles:
        print(f"Profile {profile}:\n")
        print(*table(names, [scores[profile] for scores in measured]), "", sep="\n")
    found = [
        f"{name}: {problem}"
        for name, scores in zip(names, measured)
        for problem in problems(scores.get("rv", {}))
    ]
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
