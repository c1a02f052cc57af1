#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks an installation: what candidates of known worth score against a dataset of tasks.

    baseline.py DATASET [--again DATASET2] [--floor FILE] [--profiles rv,vbvr]

It makes the candidates of candidates.py, scores them, and prints a table. In the profile `rv` one
that answers nothing must score below 0.5 and 0.2 less than the truth at low quality, a late truth
less than that, and the truth, at low quality and rendered again (DATASET2), 0.95 or more. Exit
status 1 when it is not so. `vbvr` needs OpenCV for Python.
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


def score(folder, args, profile, scratch):
    """The mean score of the candidates in a folder."""
    report = scratch / "scores.json"
    command = ["rv-verify", "-q", "--profile", profile, "--candidates", folder, "--truth"]
    command += [args.dataset, "--scores", report]
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
            if value >= scores["low"]:
                yield f"{kind}: {value:.3f}, must be less than {scores['low']:.3f}"
        elif value >= min(TRIVIAL_MOST, scores["low"] - MARGIN):
            wanted = f"less than {TRIVIAL_MOST}, and {MARGIN} less than low"
            yield f"{kind}: {value:.3f}, must be {wanted}"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset")
    parser.add_argument("--again", metavar="DATASET2", help="the same tasks, rendered again")
    parser.add_argument("--floor", metavar="FILE", help="noise floors")
    parser.add_argument("--profiles", default="rv", help="rv, vbvr, or both with a comma")
    args = parser.parse_args()
    profiles = args.profiles.split(",")
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        kinds = [kind for kind in candidates.KINDS if kind != "again" or args.again]
        candidates.make(args.dataset, scratch, kinds, args.again)
        (scratch / "truth").mkdir()
        for task, path in candidates.truths(args.dataset).items():
            shutil.copy(path, scratch / "truth" / f"{task}.mp4")
        table = {
            profile: {
                kind: score(scratch / kind, args, profile, scratch) for kind in [*kinds, "truth"]
            }
            for profile in profiles
        }
    print("| candidate |", " | ".join(profiles), "|\n|---|" + "---:|" * len(profiles))
    for kind in table[profiles[0]]:
        print(f"| {kind} |", " | ".join(f"{table[profile][kind]:.3f}" for profile in profiles), "|")
    found = list(problems(table["rv"])) if "rv" in table else []
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
