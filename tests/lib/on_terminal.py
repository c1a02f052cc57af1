#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a line of bash on a terminal of its own: on_terminal.py WIDTH LINE [KEYS].

Prints what a person reads there at the end: a carriage return goes back to the line's beginning,
and what was erased is gone. KEYS are typed at once. Ends with the line's exit status.
"""

import fcntl
import os
import pty
import re
import struct
import sys
import termios


def seen(text: str) -> str:
    """The lines of a terminal, from what was written to it."""
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        shown, at = "", 0
        for part in re.split(r"(\r|\033\[K)", line):
            if part == "\r":
                at = 0
            elif part == "\033[K":
                shown = shown[:at]
            else:
                shown = shown[:at] + part + shown[at + len(part) :]
                at += len(part)
        lines.append(shown)
    return "\n".join(lines)


def main() -> None:
    width, line = int(sys.argv[1]), sys.argv[2]
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        os.execvp("bash", ["bash", "-o", "pipefail", "-c", line])
    if len(sys.argv) > 3:
        os.write(terminal, sys.argv[3].encode())
    written = b""
    while True:
        try:
            some = os.read(terminal, 1 << 16)
        except OSError:  # as the other end is closed
            some = b""
        if not some:
            break
        written += some
    _, status = os.waitpid(pid, 0)
    sys.stdout.write(seen(written.decode(errors="replace")))
    sys.exit(os.waitstatus_to_exitcode(status))


main()
