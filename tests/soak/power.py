#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Cuts the power at random instants: the pipe works on an ext4 on a loop device, which is shut down
without writing out what is in memory, and mounted again.

The dataset is the old one or the new one then, to the last digest; whatever the cut has left of
samples is found by the same command, once or twice more, whose result is that of an unbroken run.
"""

import argparse
import collections
import fcntl
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time

from attacks import can_mount
from checks import Fault, check
from pipe import BIN, Pipe, unbroken

SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN
LOG_FLUSH, NO_LOG_FLUSH = 1, 2  # names are on the disk, contents need not be; neither need be
DISK_BYTES = 64 << 20


class Machine:
    """A file system that can lose its power."""

    def __init__(self, scratch):
        self.image, self.root = os.path.join(scratch, "image"), os.path.join(scratch, "disk")
        os.mkdir(self.root)
        with open(self.image, "wb") as file:
            file.truncate(DISK_BYTES)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.image], check=True)
        self.on()

    def on(self):
        """Mounts it."""
        subprocess.run(["mount", "-o", "loop", self.image, self.root], check=True)

    def cut(self, how=NO_LOG_FLUSH):
        """What is in memory only is lost."""
        fd = os.open(self.root, os.O_RDONLY)
        fcntl.ioctl(fd, SHUTDOWN, struct.pack("I", how))
        os.close(fd)

    def off(self):
        """Unmounts it, when nobody uses it any more."""
        for _ in range(100):
            if (
                subprocess.run(["umount", self.root], capture_output=True, check=False).returncode
                == 0
            ):
                return
            time.sleep(0.1)
        raise Fault("the disk stays busy")


def enter_namespace():
    """Goes on where nobody else sees what is mounted: a copy would keep the old disk alive."""
    if not os.environ.pop("POWER_NAMESPACE", None):
        os.environ["POWER_NAMESPACE"] = "1"
        command = ["unshare", "-m", "--propagation", "private", sys.executable, *sys.argv]
        os.execvp(command[0], command)


def reason():
    """Why there can be no such machine, or None."""
    if os.geteuid() != 0:
        return "not root"
    why = can_mount()
    if why:
        return why
    enter_namespace()
    for program in ("mkfs.ext4", "mount", "losetup"):
        if not shutil.which(program):
            return f"{program} is not installed"
    scratch = tempfile.mkdtemp(prefix="rv-power-")
    try:
        machine = Machine(scratch)
        machine.cut()
        machine.off()
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no loop device with an ext4 that can be shut down: {error}"
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return None


def is_whole(dataset):
    """By its own manifest."""
    said = subprocess.run(
        [os.path.join(BIN, "rv-verify"), "-q", dataset], capture_output=True, check=False
    )
    return said.returncode == 0


def n_empty(out):
    """Files of samples that have lost their contents."""
    return sum(
        os.path.getsize(os.path.join(at, name)) == 0
        for at, _, names in os.walk(out)
        for name in names
    )


def play(rng, machine, wanted, counts):
    """A round. Counts cuts in the middle, files without contents, and runs that were repeated."""
    directory = os.path.join(machine.root, "work")
    shutil.rmtree(directory, ignore_errors=True)
    os.mkdir(directory)
    pipe = Pipe(directory)
    pipe.put_foreign()
    had = rng.random() < 0.7
    if had:
        pipe.copy_from(wanted.dir, ["ds"])
    if rng.random() < 0.5:
        pipe.copy_from(wanted.dir, ["out"])
        shutil.rmtree(pipe.path(f"out/0000000{rng.randrange(3)}"))
    os.sync()
    running = pipe.start_all("records")
    time.sleep(rng.uniform(0, 1.5))
    if rng.random() < 0.3:
        os.sync()  # some of it is on the disk, as it is after some seconds
        time.sleep(rng.uniform(0, 0.3))
    counts["in the middle"] += any(process.poll() is None for process in running.values())
    machine.cut(rng.choice([LOG_FLUSH, NO_LOG_FLUSH]))
    for process in running.values():
        process.kill()
        process.wait()
    machine.off()
    machine.on()
    counts["files without contents"] += n_empty(pipe.path("out"))
    check(
        not had or is_whole(pipe.path("ds")), "the dataset is neither the old one nor the new one"
    )
    pipe.check_foreign()
    for tries in range(1, 4):
        statuses = pipe.run_all("records")
        if not any(statuses.values()):
            break
        check(
            max(statuses.values()) == 1 and min(statuses.values()) >= 0,
            f"after the cut: {statuses}",
        )
    check(not any(statuses.values()), f"after {tries} runs: {statuses}")
    pipe.check_foreign()
    pipe.check_same(wanted.dir)
    counts["second runs"] += tries > 1


def main():
    """Plays rounds; ends with 1 when something is lost, with 77 where it cannot be played."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    options = parser.parse_args()
    why = reason()
    if why:
        print(f"no power is cut here: {why}")
        sys.exit(77)
    scratch = tempfile.mkdtemp(prefix="rv-power-")
    wanted = unbroken(os.path.join(scratch, "wanted"))
    machine = Machine(scratch)
    counts, lost = collections.Counter(), 0
    for number in range(options.rounds):
        try:
            play(random.Random(options.seed * 1000003 + number), machine, wanted, counts)
        except Fault as fault:
            lost += 1
            kept = os.path.join(scratch, f"round-{number}")
            shutil.copytree(os.path.join(machine.root, "work"), kept, symlinks=True)
            print(f"round {number} of seed {options.seed}: {fault}\n    see {kept}", flush=True)
    machine.off()
    said = "".join(f", {n} {what}" for what, n in sorted(counts.items()))
    print(f"{options.rounds} power cuts{said}: {lost} lost something")
    if lost == 0:
        shutil.rmtree(scratch)
    sys.exit(lost > 0)


if __name__ == "__main__":
    main()
