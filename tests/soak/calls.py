#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes one system call of one tool fail, or sends it one signal, at random, again and again.

What must hold after each: the tool ends in its time, by the signal or with a status that says what
happened, never by a fault of its own; its records are whole and name only what is there; what is
not ours is as it was; and the same command again ends well and leaves what an unbroken run leaves.
"""

import argparse
import collections
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from attacks import ALL_SIGNALS, STOPPING, signal_name
from checks import Fault, check
from pipe import BIN, Pipe, unbroken

PATIENCE_S = 120
FAILIO = os.path.join(os.path.dirname(BIN), "failio.so")
ERRORS = {
    "open": ["ENOSPC", "EIO", "EACCES", "EMFILE", "EROFS"],
    "openr": ["EIO", "EACCES", "EMFILE", "ENOMEM"],
    "write": ["ENOSPC", "EIO", "EDQUOT", "short"],
    "rename": ["EIO", "ENOSPC", "EACCES", "EROFS"],
    "fsync": ["EIO", "ENOSPC"],
    "close": ["EIO", "ENOSPC"],
    "mkdir": ["ENOSPC", "EACCES", "EROFS"],
    "unlink": ["EIO", "EACCES", "EROFS"],
    "read": ["EIO", "EINTR"],
}
CRASHES = {
    signal.SIGSEGV,
    signal.SIGBUS,
    signal.SIGABRT,
    signal.SIGILL,
    signal.SIGFPE,
    signal.SIGSYS,
    signal.SIGTRAP,
}
# What each tool reads, what lies there when it starts, and what it makes.
TOOLS = {
    "rv-blend": ("seeds", [], "out"),
    "rv-mask": ("rendered.jsonl", ["rendered"], "out"),
    "rv-mux": ("labelled.jsonl", ["labelled"], "ds"),
}


def prepare(scratch):
    """What the tools start from: out/ as rv-blend leaves it, and as rv-mask does."""
    wanted = unbroken(os.path.join(scratch, "wanted"))
    pipe = Pipe(os.path.join(scratch, "start"))
    statuses = [
        pipe.run("rv-seed", None, "seeds"),
        pipe.run("rv-blend", "seeds", "rendered.jsonl"),
    ]
    shutil.copytree(pipe.path("out"), pipe.path("rendered"))
    statuses.append(pipe.run("rv-mask", "rendered.jsonl", "labelled.jsonl"))
    shutil.copytree(pipe.path("out"), pipe.path("labelled"))
    check(not any(statuses), f"set-up: {statuses}")
    return wanted, pipe


def set_out(pipe, start, name):
    """The directory of a round, as the tool is to find it."""
    source, there, _ = TOOLS[name]
    shutil.copy(start.path(source), pipe.path(source))
    for folder in there:
        shutil.copytree(start.path(folder), pipe.path("out"))
    pipe.put_foreign()


def fault(rng, pipe, name, counts):
    """Runs the tool with a call that fails; its status, None when none failed."""
    call = rng.choice(sorted(ERRORS))
    error, skipped = rng.choice(ERRORS[call]), int(rng.expovariate(1 / 12))
    rule = f"{call}:{error}:*/{os.path.basename(pipe.dir)}/*:{skipped}:1"
    log = pipe.path("failed")
    environment = {"RV_FAILIO": rule, "LD_PRELOAD": FAILIO, "RV_FAILIO_LOG": log}
    absolute = ["-o", pipe.path(TOOLS[name][2])] if name != "rv-mask" else []
    with open(pipe.path(TOOLS[name][0]), "rb") as stdin, open(pipe.path("result"), "wb") as stdout:
        with open(pipe.path("messages"), "ab") as stderr:
            process = pipe.start(name, stdin, stdout, stderr, environment, absolute)
            status = end(process, name, rule)
    if not os.path.exists(log):
        return None
    counts[f"{call} failed in {name}"] += 1
    check(0 <= status <= 3, f"{rule}: {name} ended with {status}")
    return status


def end(process, name, what):
    """Its status, when it ends in time."""
    try:
        return process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        raise Fault(f"{what}: {name} hangs") from None


def attack(rng, pipe, name, counts, took):
    """Sends the tool a signal; its status."""
    number = rng.choice(ALL_SIGNALS)
    with open(pipe.path(TOOLS[name][0]), "rb") as stdin, open(pipe.path("result"), "wb") as stdout:
        with open(pipe.path("messages"), "ab") as stderr:
            process = pipe.start(name, stdin, stdout, stderr)
            time.sleep(rng.uniform(0, took * 1.1))
            if process.poll() is not None:
                return None
            process.send_signal(number)
            if number in STOPPING:
                time.sleep(rng.uniform(0, 0.05))
                process.send_signal(signal.SIGCONT)
            status = end(process, name, signal_name(number))
    counts[f"signals to {name}"] += 1
    good = 0 <= status <= 3 or status == -number
    check(
        good and not (-status in CRASHES and -status != number),
        f"SIG{signal_name(number)}: {name} ended with {status}",
    )
    return status


def play(rng, scratch, start, wanted, name, what, counts, took):
    """A round."""
    directory = os.path.join(scratch, "round")
    shutil.rmtree(directory, ignore_errors=True)
    pipe = Pipe(directory)
    set_out(pipe, start, name)
    status = (
        fault(rng, pipe, name, counts)
        if what == "faults"
        else attack(rng, pipe, name, counts, took[name])
    )
    pipe.check_foreign()
    if status is not None and (what == "signals" or status == 0):
        pipe.check_records("result")
    began = time.monotonic()
    last = pipe.run(name, TOOLS[name][0], "again")
    if status is None:
        took[name] = max(took[name] * 0.9, time.monotonic() - began)
    check(last == 0, f"the same command again ended with {last}")
    pipe.check_foreign()
    ours = TOOLS[name][2]
    expected = {
        "rv-blend": start.path("rendered"),
        "rv-mask": start.path("labelled"),
        "rv-mux": wanted.path("ds"),
    }[name]
    same(pipe, ours, expected)
    return status is not None


def same(pipe, ours, expected):
    """The tree is the expected one, but for what is not ours in out/; nothing is left over."""
    for foreign in ("out/thesis.txt", "out/photos"):
        where = pipe.path(foreign)
        (shutil.rmtree if os.path.isdir(where) else os.unlink)(where)
    # What could not be removed is hidden, for the next who works there; what could not be put lies
    # beside its place.
    for at, names, _ in os.walk(pipe.path(ours)):
        for name in names:
            if name.startswith(".rv-mask.") or name.endswith(".new"):
                shutil.rmtree(os.path.join(at, name))
    holder = os.path.join(pipe.dir, "expected")
    os.mkdir(holder)
    os.symlink(expected, os.path.join(holder, ours))
    pipe.check_same(holder, [ours])


def main():
    """Plays rounds until there were enough; ends with 1 when something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=2000)
    parser.add_argument("--signals", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    options = parser.parse_args()
    if options.faults and not os.path.exists(FAILIO):
        sys.exit(f"no {FAILIO}: make test-programs")
    scratch = tempfile.mkdtemp(prefix="rv-calls-")
    wanted, start = prepare(scratch)
    counts, wrong, took = collections.Counter(), 0, collections.defaultdict(lambda: 0.3)
    for what, n in (("faults", options.faults), ("signals", options.signals)):
        number = done = 0
        while done < n and wrong < 10:
            number += 1
            rng = random.Random(f"{options.seed} {what} {number}")
            name = rng.choices(sorted(TOOLS), [1, 3, 3])[0]
            try:
                done += play(rng, scratch, start, wanted, name, what, counts, took)
            except Fault as problem:
                wrong += 1
                done += 1
                kept = os.path.join(scratch, f"{what}-{number}")
                os.rename(os.path.join(scratch, "round"), kept)
                print(
                    f"{what} {number} of seed {options.seed}: {problem}\n    see {kept}", flush=True
                )
    for name, n in sorted(counts.items()):
        print(f"{n:6} {name}")
    print(
        f"{options.faults} faults and {options.signals} signals, seed {options.seed}: {wrong} wrong"
    )
    if wrong == 0:
        shutil.rmtree(scratch)
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
