#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Breaks the pipeline in every way it knows and checks that nothing of it shows.

A round is one set of samples, of which some do harm (scene.py). It is rendered once in quiet, then
in noise: with the faults, and with signals sent to processes of the pipeline at random instants,
until a last run without signals completes it. What must hold after each run is in `after_run`, what
must hold in the end in `after_round`.
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

HERE = os.path.dirname(os.path.abspath(__file__))
CRASH, TIMEOUT, SCENE = "worker_crashed", "timeout", "scene_error"
RETRIES = 2
FORMATS = ["--format", "coco,webdataset"]

# What makes an error of its sample, and which.
BAD = {
    "raise": SCENE,
    "exit": SCENE,
    "interrupt": SCENE,
    "recursion": SCENE,
    "memory_error": SCENE,
    "os_exit": CRASH,
    "segv": CRASH,
    "abort": CRASH,
    "stack": CRASH,
    "kill": CRASH,
    "close_all": CRASH,
    "forge": CRASH,
    "fork_and_die": CRASH,
    "hang": TIMEOUT,
    "spin": TIMEOUT,
    "sleep": TIMEOUT,
    "stop": TIMEOUT,
    "bloat": "max_rss",
}
# What harms nobody, the sample itself included.
GOOD = (
    "quit chatter close_fds close_streams daemon child outside chdir del thread raising_thread"
    " python builtins signals"
).split()
# What may harm the sample itself.
OPEN = ["state", "limits"]
FAKE_BAD = {
    "scene_error": SCENE,
    "render_error": "render_error",
    "segv": CRASH,
    "kill": CRASH,
    "exit": CRASH,
    "partial": CRASH,
    "child": CRASH,
    "lie": CRASH,
    "garbage": CRASH,
    "mute": CRASH,
    "hang": TIMEOUT,
    "deaf": TIMEOUT,
    "daemon": TIMEOUT,
}
FAKE_GOOD = ["chatter", "env"]

TO_WORKER = "KILL TERM INT HUP SEGV STOP PAUSE ABRT USR1 QUIT PIPE".split()
TO_TOOL = "KILL TERM INT HUP SEGV PAUSE".split()


class Fault(Exception):
    """Something that must hold does not."""


def check(holds, message):
    """Raises Fault unless `holds`."""
    if not holds:
        raise Fault(message)


def marked(mark):
    """(pid, name) of all processes that have `mark` in their environment."""
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
            name, _, rest = text.partition("(")[2].rpartition(") ")
            if not rest.startswith("Z"):
                found.append((int(entry), name))
        except OSError:
            pass
    return found


def tree(path):
    """Relative names of the files below `path`."""
    return sorted(
        os.path.relpath(os.path.join(at, name), path)
        for at, _, names in os.walk(path)
        for name in names
    )


def same_tree(a, b, what):
    """Checks that two directories hold the same names and bytes."""
    check(tree(a) == tree(b), f"{what}: {sorted(set(tree(a)) ^ set(tree(b)))} in one only")
    _, differ, odd = filecmp.cmpfiles(a, b, tree(a), shallow=False)
    check(not differ and not odd, f"{what}: {differ + odd} differ")


def lines(path):
    """The records in a file, of which each line must be one."""
    with open(path, "rb") as file:
        data = file.read()
    check(not data or data.endswith(b"\n"), f"{path}: the last line is cut")
    return [json.loads(line) for line in data.splitlines()]


class Round:
    """One set of samples in a directory of its own."""

    def __init__(self, options, number, rng):
        self.options, self.rng = options, rng
        self.first, self.count = number * options.round, options.round
        self.dir = tempfile.mkdtemp(prefix=f"rv-soak-{number}-")
        os.mkdir(self.path("state"))
        shutil.copy(os.path.join(HERE, "scene.py"), self.path("scene.py"))
        self.ids = [f"{self.first + i:08d}" for i in range(self.count)]
        self.params = {name: self.choose_fault(name) for name in self.ids}
        self.tally = collections.Counter(
            f"{p['fault']}{' once' if 'times' in p else ''}" for p in self.params.values() if p
        )
        self.attacks = collections.Counter()
        self.n_runs = 0
        self.span_s = 1.0  # of the last run: in which signals are sent

    def path(self, name):
        """Of a file of this round."""
        return os.path.join(self.dir, name)

    def choose_fault(self, name):
        """The params of a sample."""
        chance, bad, good = self.rng.random(), BAD, GOOD + OPEN
        if self.options.fake:
            bad, good = FAKE_BAD, FAKE_GOOD
        if chance < 0.2:
            return {"name": name, "fault": self.rng.choice(good)}
        if chance > 0.4:
            return {}
        fault = self.rng.choice(sorted(bad))
        if bad[fault] == TIMEOUT and self.rng.random() < 0.5:
            fault = self.rng.choice(sorted(bad))  # they take the most time
        once = bad[fault] not in (SCENE, "render_error")
        # A poison sample costs three Blenders: most harm is done once.
        if once and (bad[fault] != CRASH or self.rng.random() < 0.6) and self.rng.random() < 0.9:
            return {"name": name, "fault": fault, "times": 1}
        return {"name": name, "fault": fault}

    def wanted(self, name):
        """The code of a sample's error; None: it must be good; "?": either will do."""
        params = self.params[name]
        fault = params.get("fault")
        if fault in OPEN:
            return "?"
        bad = FAKE_BAD if self.options.fake else BAD
        return bad.get(fault) if "times" not in params else None

    # ---- runs ----

    def start(self, out, dataset, records, quiet):
        """Starts the pipeline; its processes by name, and the mark of all that comes from them."""
        self.n_runs += 1
        mark = f"RV_SOAK_MARK={os.getpid()}-{self.first}-{self.n_runs}-{time.monotonic_ns()}"
        environment = dict(os.environ, RV_SOAK_MARK=mark.split("=")[1], SOAK_DIR=self.path("state"))
        environment.pop("SOAK_QUIET", None)
        if quiet:
            environment["SOAK_QUIET"] = "1"
        environment["RV_BLENDER"] = self.options.blender
        environment["FAKE_DIR"] = self.path("state")
        params = json.dumps({name: p for name, p in self.params.items() if p})
        noisy = f"--timeout 4 --retries {RETRIES} --max-rss 900M".split()
        stages = {
            "rv-seed": ["seq", str(self.count), "--start", str(self.first)],
            "rv-blend": ["scene.py", "-j2", "--resolution", "32,32", "--samples", "1", "-o", out]
            + ["--set", f".params = ({params}[.id] // {{}})"]
            + ([] if quiet else noisy),
            "rv-mask": ["-j2"],
            "rv-mux": [*FORMATS, "-o", dataset],
        }
        running, previous = {}, subprocess.DEVNULL
        with open(self.path(records), "wb") as end, open(self.path("messages"), "ab") as said:
            for name, arguments in stages.items():
                last = name == "rv-mux"
                running[name] = subprocess.Popen(
                    [os.path.join(self.options.bin, name), *arguments],
                    stdin=previous,
                    stdout=end if last else subprocess.PIPE,
                    stderr=said,
                    cwd=self.dir,
                    env=environment,
                    start_new_session=True,
                )
                if previous is not subprocess.DEVNULL:
                    previous.close()
                previous = running[name].stdout
        return running, mark.encode()

    def attack(self, running, mark):
        """Sends a signal to a worker or to a tool that runs; True when a tool was hit for good."""
        to_tool = self.rng.random() < 0.4
        workers = [pid for pid, name in marked(mark) if name in ("blender", "python3")]
        tools = [name for name in running if running[name].poll() is None]
        word = self.rng.choice(TO_TOOL if to_tool else TO_WORKER)
        if not tools or not (to_tool or workers):
            return False
        tool = self.rng.choice(tools)
        pid = running[tool].pid if to_tool else self.rng.choice(workers)
        self.attacks[f"{word} to {tool if to_tool else 'a Blender'}"] += 1
        try:
            os.kill(pid, getattr(signal, "SIG" + ("STOP" if word == "PAUSE" else word)))
            if word == "PAUSE":
                time.sleep(self.rng.uniform(0.01, 0.5))
                os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            return False
        return to_tool and word != "PAUSE"

    def run(self, out, dataset, records, quiet=False, attacks=0):
        """One run of the pipeline; its exit statuses, and whether a tool was killed."""
        running, mark = self.start(out, dataset, records, quiet)
        started = time.monotonic()
        instants = sorted(started + self.rng.uniform(0.02, self.span_s) for _ in range(attacks))
        deadline = time.monotonic() + self.options.patience
        broken = False
        while any(process.poll() is None for process in running.values()):
            if instants and time.monotonic() >= instants[0]:
                instants.pop(0)
                broken |= self.attack(running, mark)
            if time.monotonic() > deadline:
                left = [name for name, process in running.items() if process.poll() is None]
                for process in running.values():
                    process.kill()
                raise Fault(f"hangs: {left}, {marked(mark)}")
            time.sleep(0.02)
        self.span_s = max(0.2, time.monotonic() - started)
        self.after_run(mark, records, broken)
        return {name: process.returncode for name, process in running.items()}, broken

    # ---- what must hold ----

    def after_run(self, mark, records, broken):
        """No process is left; no record is lost, doubled, cut or out of order."""
        deadline = time.monotonic() + 5
        while (left := marked(mark)) and time.monotonic() < deadline:
            time.sleep(0.05)
        if left:
            for pid, _ in left:
                os.kill(pid, signal.SIGKILL)
        check(not left, f"left behind: {left}")
        ids = [record.get("id") for record in lines(self.path(records))]
        if broken:
            check(ids == self.ids[: len(ids)], f"records out of order: {ids}")
        else:
            check(ids == self.ids, f"records lost or doubled: {ids}")

    def whole(self, out):
        """What can be seen in `out` is whole."""
        for name in os.listdir(self.path(out)):
            if name.startswith("."):
                continue
            there, quiet = self.path(f"{out}/{name}"), self.path(f"quiet/{name}")
            labelled = os.path.exists(os.path.join(there, ".rv-mask.json"))
            check(os.path.exists(os.path.join(there, ".rv-blend.json")), f"{there}: no marker")
            if labelled:
                extra = set(tree(there)) ^ set(tree(quiet))
                check(extra <= {"passes.exr"}, f"{there}: {sorted(extra)}")
            same = filecmp.cmp(f"{there}/Image.png", f"{quiet}/Image.png", shallow=False)
            check(same, f"{there}/Image.png is not as in a quiet run")

    def after_round(self, statuses):
        """Each sample is good, to the last byte, or an error that says why."""
        records = lines(self.path("records"))
        n_errors, problems = 0, []
        for record in records:
            n_errors += record.get("error") is not None
            try:
                self.after_sample(record)
            except Fault as problem:
                problems.append(str(problem))
        check(not problems, "\n    ".join(problems))
        hidden = [name for name in os.listdir(self.path("out")) if name.startswith(".")]
        hidden += [name for name in os.listdir(self.dir) if name.startswith(".")]
        check(not hidden, f"left over: {hidden}")
        check(statuses["rv-blend"] == (n_errors > 0), f"exit status: {statuses}")
        check(statuses["rv-mux"] == (n_errors > 0), f"exit status: {statuses}")
        self.same_dataset(records)

    def after_sample(self, record):
        """It is good, or the error that it should be."""
        name, error = record["id"], record.get("error")
        wanted, fault = self.wanted(name), self.params[name].get("fault")
        if wanted == "?":
            wanted = error and error["code"]
        code = error and error["code"]
        check(code == wanted, f"{name} ({fault}): {error}, wanted {wanted}")
        if error:
            tries = 1 if code in (SCENE, "render_error") else RETRIES + 1
            check(error["tool"] == "rv-blend", f"{name}: error of {error['tool']}")
            check(error["attempts"] == tries or fault in OPEN, f"{name}: {error['attempts']} tries")
            check(len(error["message"]) > 5, f"{name}: no message")
            check(not os.path.exists(self.path(f"out/{name}")), f"{name}: an error, and there")
        else:
            same_tree(self.path(f"out/{name}"), self.path(f"quiet/{name}"), f"{name} ({fault})")

    def same_dataset(self, records):
        """The dataset is that of a quiet run in which the bad samples are errors, too."""
        text = b""
        with open(self.path("records"), "rb") as mine, open(
            self.path("quiet.records"), "rb"
        ) as quiet:
            for record, noisy_line, quiet_line in zip(records, mine, quiet):
                text += noisy_line if record.get("error") else quiet_line
        subprocess.run(
            [os.path.join(self.options.bin, "rv-mux"), *FORMATS, "-o", "quiet.ds"],
            input=text,
            cwd=self.dir,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        same_tree(self.path("ds"), self.path("quiet.ds"), "dataset")

    def play(self):
        """All runs of the round."""
        statuses, _ = self.run("quiet", "first.ds", "quiet.records", quiet=True)
        check(not any(statuses.values()), f"the quiet run failed: {statuses}")
        for _ in range(self.rng.choice([1, 1, 2])):
            self.run("out", "ds", "records", attacks=self.rng.randint(1, 3))
            self.whole("out")
        statuses, _ = self.run("out", "ds", "records")
        self.after_round(statuses)


def main():
    """Plays rounds until there were enough samples."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    parser.add_argument("--round", type=int, default=25, help="samples per round")
    parser.add_argument("--only", type=int, help="play the round of this number only")
    parser.add_argument("--patience", type=float, default=240, help="seconds until a run hangs")
    parser.add_argument(
        "--blender", default=os.environ.get("RV_BLENDER") or shutil.which("blender")
    )
    parser.add_argument("--fake", action="store_true", help="use tests/lib/fake-blender")
    options = parser.parse_args()
    options.bin = os.path.abspath(os.environ.get("RV_BIN", "build/release/bin"))
    if options.fake:
        options.blender = os.path.join(os.path.dirname(HERE), "lib", "fake-blender")
    if not options.blender:
        sys.exit("soak: no Blender")
    print(f"seed {options.seed}: {options.samples} samples, {options.blender}", flush=True)
    faults, attacks, n_runs, n_failed = collections.Counter(), collections.Counter(), 0, 0
    rounds = range(-(-options.samples // options.round))
    for number in rounds if options.only is None else [options.only]:
        played = Round(options, number, random.Random(options.seed * 1000003 + number))
        started = time.monotonic()
        try:
            played.play()
            verdict = "ok"
            shutil.rmtree(played.dir)
        except Fault as fault:
            n_failed += 1
            again = f"--seed {options.seed} --only {number}"
            verdict = f"FAILED: {fault}\n    see {played.dir}, played again by {again}"
        seconds = time.monotonic() - started
        print(f"round {number}: {played.n_runs} runs, {seconds:.0f} s, {verdict}", flush=True)
        faults += played.tally
        attacks += played.attacks
        n_runs += played.n_runs
    print("faults:", ", ".join(f"{n} {name}" for name, n in sorted(faults.items())))
    print("signals:", ", ".join(f"{n} {name}" for name, n in sorted(attacks.items())))
    counts = f"{sum(faults.values())} faulty samples, {sum(attacks.values())} signals"
    print(f"{n_runs} runs, {counts}, {n_failed} failed")
    sys.exit(n_failed > 0)


if __name__ == "__main__":
    main()
