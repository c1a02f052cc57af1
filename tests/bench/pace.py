# SPDX-License-Identifier: MIT
"""How fast rv-blend is once it is warm: pace.py WORKERS COUNT COMMAND

COMMAND is a pipeline without an end whose rv-blend has `-vv`. The clock starts WARM records per
worker after the last of WORKERS came up and stops COUNT records later; then the pipe is closed.
Prints seconds to the first record, records per second, and milliseconds of processor per record, of
all processes of the pipeline.
"""

import os
import subprocess
import sys
import tempfile
import time

WARM = 20
SAID_BYTES = 1 << 16  # of the beginning of what is said on stderr
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def used_s(root):
    """Processor seconds of a process and all of its descendants, with those that have ended."""
    children, own = {}, {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        children.setdefault(int(fields[1]), []).append(int(name))
        own[int(name)] = sum(map(int, fields[11:15])) / TICKS_PER_S
    total, left = 0.0, [root]
    while left:
        process = left.pop()
        total += own.get(process, 0.0)
        left += children.get(process, [])
    return total


def read(lines, said):
    """One record, or the end of all this."""
    if not lines.readline():
        sys.exit("pace: no more records:\n" + os.pread(said.fileno(), SAID_BYTES, 0).decode())


def main():
    """See above."""
    workers, count, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    with tempfile.TemporaryFile() as said:
        start_s = time.monotonic()
        with subprocess.Popen(["bash", "-c", command], stdout=subprocess.PIPE, stderr=said) as run:
            read(run.stdout, said)
            first_s = time.monotonic() - start_s
            while os.pread(said.fileno(), SAID_BYTES, 0).count(b": ready:") < workers:
                read(run.stdout, said)
            for _ in range(workers * WARM):
                read(run.stdout, said)
            before = time.monotonic(), used_s(run.pid)
            for _ in range(count):
                read(run.stdout, said)
            after = time.monotonic(), used_s(run.pid)
    wall_s, cpu_s = (b - a for a, b in zip(before, after))
    print(f"{first_s:.3f} {count / wall_s:.2f} {1000 * cpu_s / count:.2f}")


main()
