#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A job of many shards under an engine whose workers fail: the dataset is that of one run.

    scale.py [--shards N] [--samples N] [--jobs N] [--seed N] [--rate WHAT=PART]...

Plays the engine: deals shards to `--jobs` places, each by pipelines/shard.sh with the fake Blender,
and does what an exit status is to mean: 0 and 1 are done, 2 stops the job, all else is tried again.
At the stated rates (of attempts) a worker is killed, told to end, finds no Blender, or is started
twice for the same shard, as when an engine took a machine for lost; a part of the samples kills its
Blender once. Then merge.sh joins the shards, and the bytes are held against those of one run.

Prints what happened. Exit status: 0 the same bytes, 1 others.
"""

import argparse
import collections
import filecmp
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PIPELINES = os.path.join(ROOT, "pipelines")
RATES = {"killed": 0.03, "told": 0.03, "blenderless": 0.02, "doubled": 0.01, "crash": 0.002}
LONGEST_S = 0.6  # until a worker is killed or told to end
TRIES_MAX = 30


class Attempt:
    """A run of shard.sh, and what is to happen to it."""

    def __init__(self, shard, of, fate, rng, environment):
        self.shard = shard
        self.fate = fate
        self.due = time.monotonic() + rng.uniform(0, LONGEST_S)
        if fate == "blenderless":
            environment = {**environment, "RV_BLENDER": "/no/blender"}
        self.processes = [
            subprocess.Popen(
                [os.path.join(PIPELINES, "shard.sh"), "job.sh", f"{shard}/{of}"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            for _ in range(2 if fate == "doubled" else 1)
        ]

    def strike(self):
        """Does to it what is due."""
        if self.fate in ("killed", "told") and time.monotonic() >= self.due:
            (process,) = self.processes
            if self.fate == "told":
                process.send_signal(signal.SIGTERM)
            else:
                end_session(process.pid)
            self.fate += ", then"

    def status(self):
        """The exit status of the last to end; None while it runs."""
        statuses = [process.poll() for process in self.processes]
        return None if None in statuses else statuses[-1]


def end_session(leader):
    """Kills all processes of a session, as a machine that goes does."""
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and os.getsid(int(name)) == leader:
                os.kill(int(name), signal.SIGKILL)
        except ProcessLookupError:
            pass


def play(options, rng, environment):
    """Runs all shards; how often what happened."""
    todo = collections.deque(range(options.shards))
    tries = collections.Counter()
    told = collections.Counter()
    running = []
    kinds = ["killed", "told", "blenderless", "doubled"]
    while todo or running:
        while todo and len(running) < options.jobs:
            draw, fate = rng.random(), ""
            for kind in kinds:
                draw -= options.rates[kind]
                if draw < 0:
                    fate = kind
                    break
            shard = todo.popleft()
            tries[shard] += 1
            told["attempts"] += 1
            told[fate or "left alone"] += 1
            running.append(Attempt(shard, options.shards, fate, rng, environment))
        for attempt in list(running):
            attempt.strike()
            status = attempt.status()
            if status is None:
                continue
            running.remove(attempt)
            told[f"status {status}"] += 1
            if status == 2 or tries[attempt.shard] > TRIES_MAX:
                sys.exit(f"scale.py: shard {attempt.shard} ended with {status}")
            if status not in (0, 1):
                todo.append(attempt.shard)
        time.sleep(0.01)
    return told


def write_job(options, rng):
    """The job, in the working directory; parameters of the samples that kill their Blender."""
    with open("scene.py", "w", encoding="utf-8") as file:
        file.write("# a scene of the fake Blender\n")
    with open("job.sh", "w", encoding="utf-8") as file:
        file.write(
            f"seed=(rand {options.samples} --key 5)\n"
            "blend=(scene.py --resolution 16,16 -j1)\n"
            "mux=(--format webdataset,coco --no-sync)\n"
            "out=out\n"
        )
    crashes = [i for i in range(options.samples) if rng.random() < options.rates["crash"]]
    return {f"{i:08d}": {"fault": "segv", "times": 1} for i in crashes}


def run_whole(environment):
    """The same in one run, as the dataset `whole`."""
    line = (
        '. ./job.sh; rv-seed "${seed[@]}" | rv-blend "${blend[@]}" -o one -q |'
        ' rv-mask | rv-mux "${mux[@]}" -o whole >/dev/null'
    )
    subprocess.run(["bash", "-o", "pipefail", "-c", line], env=environment, check=True)


def differences(one, two):
    """Paths below two directories that are not the same."""
    names = [
        {
            os.path.relpath(os.path.join(folder, name), top)
            for folder, _, files in os.walk(top)
            for name in files
        }
        for top in (one, two)
    ]
    _, bad, wrong = filecmp.cmpfiles(one, two, names[0] & names[1], shallow=False)
    return sorted((names[0] ^ names[1]) | set(bad) | set(wrong))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shards", type=int, default=1000)
    parser.add_argument("--samples", type=int, default=3000)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", action="append", default=[])
    options = parser.parse_args()
    options.rates = {**RATES, **{k: float(v) for k, v in (r.split("=") for r in options.rate)}}
    rng = random.Random(options.seed)
    scratch = tempfile.mkdtemp(prefix="rv-scale-")
    os.chdir(scratch)
    os.mkdir("state")
    environment = {
        **os.environ,
        "PATH": os.environ["RV_BIN"] + ":" + os.environ["PATH"],
        "RV_BLENDER": os.path.join(ROOT, "tests/lib/fake-blender"),
    }
    faults = write_job(options, rng)
    faulty = {
        **environment,
        "FAKE_PARAMS": json.dumps(faults),
        "FAKE_DIR": os.path.join(scratch, "state"),
    }
    began = time.monotonic()
    told = play(options, rng, faulty)
    seconds = time.monotonic() - began
    subprocess.run(
        [os.path.join(PIPELINES, "merge.sh"), "job.sh", str(options.shards)],
        env=environment,
        check=True,
    )
    run_whole(environment)
    bad = differences("whole", "out/dataset")
    with open("state/renders.log", encoding="utf-8") as log:
        n_renders = len(log.readlines())
    print(
        f"{options.shards} shards, {options.samples} samples, {len(faults)} of them kill a Blender,"
        f" {seconds:.0f} s"
    )
    print(", ".join(f"{count} {what}" for what, count in sorted(told.items())))
    print(f"{n_renders} renders: {n_renders - options.samples} more than samples")
    print(f"{len(bad)} files differ{': ' + ' '.join(bad[:5]) if bad else ''}")
    os.chdir("/")
    shutil.rmtree(scratch)
    sys.exit(1 if bad else 0)


main()
