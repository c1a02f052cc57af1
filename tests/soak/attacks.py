# SPDX-License-Identifier: MIT
"""What is done to a pipeline from outside: signals to its processes, and a disk that gets full."""

import collections
import os
import random
import signal
import subprocess
import time

ALL_SIGNALS = range(1, signal.SIGRTMAX + 1)  # those that the C library keeps to itself as well
STOPPING = {signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU}
HARMLESS = STOPPING | {signal.SIGCHLD, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH}
DEALT_PER_ROUND = 4  # of each deck, so that all signals come in so many rounds
GUARD = "rv-guard"

Process = collections.namedtuple("Process", "pid name parent")


def marked(mark):
    """All processes that have `mark` in their environment."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        try:
            with open(f"/proc/{entry}/environ", "rb") as file:
                if mark not in file.read():
                    continue
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                text = file.read()
        except OSError:
            continue
        name, _, rest = text.partition("(")[2].rpartition(") ")
        state, parent = rest.split()[:2]
        if state != "Z":
            found.append(Process(int(entry), name, int(parent)))
    return found


def signal_name(number):
    """As people say it: KILL, RTMIN+3."""
    try:
        return signal.Signals(number).name[3:]
    except ValueError:
        return f"RTMIN{number - signal.SIGRTMIN:+d}"


def ignores(pid, number):
    """Whether the process does not care for the signal."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        ignored = next(line.split()[1] for line in file if line.startswith("SigIgn:"))
    return number in HARMLESS or bool(int(ignored, 16) >> (number - 1) & 1)


class Signals:
    """Deals signals to tools, to the programs that they run, and to the guards of these."""

    def __init__(self, seed, number, rng):
        self.rng = rng
        self.sent = collections.Counter()
        self.decks = {}
        for kind in ("tool", "program"):
            deck = list(ALL_SIGNALS)
            random.Random(f"{seed} {kind}").shuffle(deck)
            start = number * DEALT_PER_ROUND % len(deck)
            self.decks[kind] = collections.deque(deck[start:] + deck[:start])

    def choose(self, kind):
        """The next signal for one of a kind."""
        if kind == "guard":  # blocks all that can be blocked
            return self.rng.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGSTOP, *ALL_SIGNALS])
        if self.rng.random() < 0.2:
            usual = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGSEGV, signal.SIGSTOP]
            return self.rng.choice(usual)
        number = self.decks[kind].popleft()
        self.decks[kind].append(number)
        return number

    def send(self, running, mark, last):
        """Sends one; `running` are the tools by name. True when a tool may have ended by it.

        Most that go to tools are the `last` ones of a run: they often end it.
        """
        processes = marked(mark)
        tools = {name: tool.pid for name, tool in running.items() if tool.poll() is None}
        guards = [p.pid for p in processes if p.name == GUARD]
        targets = {
            "tool": sorted(tools),
            "guard": guards,
            "program": [p.pid for p in processes if p.parent in guards],
        }
        kinds = [kind for kind in targets if targets[kind]]
        if not kinds:
            return False
        weights = {"tool": 12 if last else 1, "program": 4, "guard": 2}
        kind = self.rng.choices(kinds, [weights[kind] for kind in kinds])[0]
        target, number = self.rng.choice(targets[kind]), self.choose(kind)
        pid = tools.get(target, target)
        try:
            ends = kind == "tool" and not ignores(pid, number)
            os.kill(pid, number)
            self.sent[kind, signal_name(number)] += 1
            if kind == "tool" and number in STOPPING:
                time.sleep(self.rng.uniform(0.01, 0.5))
                os.kill(pid, signal.SIGCONT)
        except (OSError, StopIteration):
            return False  # it has just ended by itself
        return ends


class Disk:
    """A small file system of its own, which others must not need while it is full."""

    BYTES = 48 << 20

    def __init__(self, path, rng):
        self.path, self.rng = path, rng
        self.ballast = os.path.join(path, "ballast")
        self.n_filled = 0
        size = f"size={self.BYTES}"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "rv-soak", path], check=True)

    def fill(self):
        """Leaves nothing, or not enough; how long it is to stay so, in seconds."""
        left = self.rng.choice([0, 0, 4096, 8192, self.rng.randrange(100 << 10)])
        self.n_filled += 1
        occupy(os.open(self.ballast, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC), left)
        return self.rng.uniform(0.2, 1.5)

    def free(self):
        """Makes room again."""
        if os.path.exists(self.ballast):
            os.unlink(self.ballast)

    def close(self):
        """Gives it up, and what lies there."""
        subprocess.run(["umount", "-l", self.path], check=True)


def occupy(fd, left):
    """Makes the file behind `fd` so large that only `left` bytes of its file system are free."""
    with os.fdopen(fd, "wb") as file:
        for _ in range(20):
            room = os.statvfs(file.fileno())
            wanted = room.f_bavail * room.f_frsize - left
            if wanted <= 0:
                break
            try:
                end = os.fstat(file.fileno()).st_size
                os.posix_fallocate(file.fileno(), end, wanted)
            except OSError:
                pass  # somebody else was quicker


def can_mount():
    """Whether we may have file systems of our own; else the reason."""
    tried = subprocess.run(["unshare", "-m", "true"], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else tried.stderr.strip()
