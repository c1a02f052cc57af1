# SPDX-License-Identifier: MIT
"""Prints the seconds and the peak memory in KiB of a shell command: cost.py COMMAND."""

import resource
import subprocess
import sys
import time

start = time.monotonic()
status = subprocess.run(["bash", "-o", "pipefail", "-c", sys.argv[1]], check=False).returncode
seconds = time.monotonic() - start
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{seconds:.4f} {usage.ru_maxrss}")
sys.exit(status)
