#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the same pipe twice at the same time in one directory, again and again.

Each run ends well, or is refused with status 3 and says who is there; what its records name is
there when both have ended, and the same command once more leaves what an unbroken run leaves. In
some rounds the second one waits, in some the two share the samples' directory, in some samples are
finished before.
"""

import argparse
import os
import random
import re
import shutil
import sys
import tempfile
import time

from checks import Fault, check
from pipe import Pipe, unbroken

BUSY = re.compile(
    r"in use by rv-(blend|mask|mux), process \d+ on \S+|is not ours any more|is not as it was"
)


def judge(pipe, statuses, result):
    """What holds of one of the two."""
    records = pipe.check_records(result)
    refused = 3 in statuses.values()
    if refused:
        with open(pipe.path("messages"), encoding="utf-8") as file:
            check(BUSY.search(file.read()), f"{statuses}, but nobody says who is there")
    else:
        check(not any(statuses.values()), f"{statuses}, {records}")
    return refused


def play(rng, directory, wanted):
    """A round; how many of the two were refused."""
    pipe = Pipe(directory)
    pipe.put_foreign()
    if rng.random() < 0.3:
        pipe.copy_from(wanted.dir, ["out"])
    more = {}
    if rng.random() < 0.4:
        more = {name: ["--wait", "120"] for name in ("rv-blend", "rv-mask", "rv-mux")}
    if rng.random() < 0.3:
        more["rv-blend"] = [*more.get("rv-blend", []), "--share"]
    first = pipe.start_all("first", more)
    time.sleep(rng.choice([0, rng.uniform(0, 0.3), rng.uniform(0, 2)]))
    second = pipe.start_all("second", more)
    ends = [{name: process.wait() for name, process in run.items()} for run in (first, second)]
    refused = judge(pipe, ends[0], "first") + judge(pipe, ends[1], "second")
    check(refused < 2, f"both are refused: {ends}")
    pipe.check_foreign()
    statuses = pipe.run_all("records")
    check(not any(statuses.values()), f"the last run failed: {statuses}")
    pipe.check_foreign()
    pipe.check_same(wanted.dir)
    return refused


def main():
    """Plays rounds; ends with 1 when one is spoilt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    options = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="rv-pairs-")
    wanted = unbroken(os.path.join(scratch, "wanted"))
    refused = spoilt = 0
    for number in range(options.rounds):
        directory = os.path.join(scratch, str(number))
        try:
            refused += play(random.Random(options.seed * 1000003 + number), directory, wanted)
            shutil.rmtree(directory)
        except Fault as fault:
            spoilt += 1
            print(
                f"round {number} of seed {options.seed}: {fault}\n    see {directory}", flush=True
            )
    print(
        f"{options.rounds} rounds of two runs at once:"
        f" {refused} runs refused, {spoilt} rounds spoilt"
    )
    if spoilt == 0:
        shutil.rmtree(scratch)
    sys.exit(spoilt > 0)


if __name__ == "__main__":
    main()
