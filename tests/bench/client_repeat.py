# SPDX-License-Identifier: MIT
"""Prints milliseconds of a repeated render of rv.client: client_repeat.py FILE.blend TIMES

The median of them; and on the same line those of the first, which starts Blender. Ends with 1 when
a repetition was answered by another process.
"""

import statistics
import sys
import time

from rv.client import BlenderClient


def main():
    with BlenderClient.spawn() as client:
        client.initialize(sys.argv[1], "renders")
        client.include_depths()
        took, pids = [], set()
        for _ in range(int(sys.argv[2]) + 1):
            start = time.monotonic()
            client.render_frames([1, 2])
            took.append(1000 * (time.monotonic() - start))
            pids.add(client.pid)
    print(f"{statistics.median(took[1:]):.2f} {took[0]:.2f}")
    return 0 if len(pids) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
