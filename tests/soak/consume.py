#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Kills tools of a pipe that removes its samples (rv-mux --consume), again and again.

The last run of each round goes through. Then the dataset is that of an unbroken run which removed
nothing, no sample is left, and whatever else lay between the samples is as it was.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time

from checks import Fault, check, same_tree
from pipe import Pipe

SAMPLES = 7
FORMAT = ["-f", "webdataset:shard-count=2", "-o", "ds", "--expect", "all"]
POST = ["--post", "mkdir -p far && ln -f {} far/$(basename $RV_POST_PATH)"]


def start(directory, options):
    """A pipe whose rv-mux makes shards, with these options."""
    pipe = Pipe(directory, SAMPLES)
    pipe.commands["rv-mux"] = [*FORMAT, *options]
    pipe.put_foreign()
    return pipe


def interrupt(rng, pipe, whole_s):
    """Starts it, and ends one of its tools at some instant; whether one was still there."""
    running = pipe.start_all("records")
    time.sleep(rng.uniform(0, whole_s))
    name = rng.choice(["rv-mux", "rv-mux", "rv-mux", "rv-blend", "rv-mask"])
    was_there = running[name].poll() is None
    running[name].send_signal(rng.choice([signal.SIGKILL, signal.SIGTERM]))
    for process in running.values():
        process.wait()
    return was_there


def play(rng, directory, wanted, whole_s):
    """A round; how many tools were ended in it."""
    pipe = start(directory, ["--consume", *rng.choice([[], POST])])
    ended = sum(interrupt(rng, pipe, whole_s) for _ in range(rng.randint(1, 5)))
    statuses = pipe.run_all("records")
    check(not any(statuses.values()), f"the last run failed: {statuses}")
    pipe.check_foreign()
    posted = "--post" in pipe.commands["rv-mux"]
    same_tree(pipe.path("ds/webdataset"), wanted.path("ds/webdataset"), "ds")
    if posted:
        same_tree(pipe.path("far"), wanted.path("ds/webdataset"), "far")
    else:
        same_tree(pipe.path("ds"), wanted.path("ds"), "ds")
    left = [name for name in os.listdir(pipe.path("out")) if name.isdigit()]
    check(not left, f"samples are left: {left}")
    return ended


def main():
    """Plays rounds; ends with 1 when one is spoilt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    options = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="rv-consume-")
    os.makedirs(os.path.join(scratch, "wanted"))
    wanted = start(os.path.join(scratch, "wanted"), [])
    began = time.monotonic()
    check(not any(wanted.run_all("records").values()), "the unbroken run failed")
    whole_s = time.monotonic() - began
    ended = spoilt = 0
    for number in range(options.rounds):
        directory = os.path.join(scratch, str(number))
        try:
            ended += play(
                random.Random(options.seed * 1000003 + number), directory, wanted, whole_s
            )
            shutil.rmtree(directory)
        except Fault as fault:
            spoilt += 1
            print(
                f"round {number} of seed {options.seed}: {fault}\n    see {directory}", flush=True
            )
    print(f"{options.rounds} rounds: {ended} tools ended, {spoilt} rounds spoilt")
    if spoilt == 0:
        shutil.rmtree(scratch)
    sys.exit(spoilt > 0)


if __name__ == "__main__":
    main()
