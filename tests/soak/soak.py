#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Breaks the pipeline in every way it knows and checks that nothing of it shows.

A round is one set of samples, of which some do harm (faults.py, scene.py, generator.py). It is
rendered once in quiet, then in noise: with the faults, and with signals to processes of the
pipeline and a disk that gets full at random instants (attacks.py), until a last run without
attacks completes it. What must hold after each run is in `after_run` and `after_attacks`, what
must hold in the end in `after_round`. Some rounds have a small disk, a generator program upstream,
or sequences in place of stills: --with and --without choose.
"""

import argparse
import collections
import filecmp
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from attacks import ALL_SIGNALS, Disk, Signals, can_mount, marked, signal_name
from checks import Fault, check, lines, same_tree, tree
from faults import CRASH, GENERATOR, GENERATOR_BAD, SCENE, TIMEOUT, Plan, words

HERE = os.path.dirname(os.path.abspath(__file__))
RETRIES = 2
FORMATS = {False: "coco,webdataset", True: "webdataset,video"}  # of sequences or not
CHANCES = {"disk": 0.4, "generators": 0.4, "sequences": 0.35}  # of a round to have it
FRAMES = {"1..3": [1, 2, 3], "2..8:2": [2, 4, 6, 8], "5": [5]}
MARKERS = {".rv-blend.json", ".rv-mask.json", "_meta.json"}


class Round:
    """One set of samples in a directory of its own."""

    def __init__(self, options, number, rng):
        self.options, self.rng = options, rng
        self.first, self.count = number * options.round, options.round
        self.dir = tempfile.mkdtemp(prefix=f"rv-soak-{number}-")
        for name in ("state", "disk"):
            os.mkdir(self.path(name))
        for name in ("scene.py", "generator.py"):
            shutil.copy(os.path.join(HERE, name), self.path(name))
        drawn = {name for name, chance in CHANCES.items() if rng.random() < chance}
        self.has = (drawn | options.include) - options.exclude
        frames = rng.choice(sorted(FRAMES))
        self.frames = frames if "sequences" in self.has else None
        self.disk = Disk(self.path("disk"), rng) if "disk" in self.has else None
        self.plan = Plan(
            rng, options.fake, FRAMES.get(self.frames), self.disk, "generators" in self.has
        )
        self.ids = [f"{self.first + i:08d}" for i in range(self.count)]
        self.params = {name: self.plan.params(name) for name in self.ids}
        self.tally = collections.Counter(word for p in self.params.values() for word in words(p))
        self.signals = Signals(options.seed, number, rng)
        self.errors = collections.Counter()  # codes that were seen
        self.n_runs = self.n_fills = 0

    def path(self, name):
        """Of a file of this round."""
        return os.path.join(self.dir, name)

    # ---- runs ----

    def stages(self, out, dataset, quiet):
        """The commands of the pipeline."""
        params = json.dumps({name: p for name, p in self.params.items() if p})
        options = ["-j2", "--resolution", "32,32", "--samples", "1", "-o", out]
        load = min(max(1, os.getloadavg()[0] / os.cpu_count()), 3)  # others make us slow
        limits = f"--timeout {4 * load:.1f} --start-timeout {15 * load:.1f}"
        options += [] if quiet else f"{limits} --retries {RETRIES} --max-rss 900M".split()
        options += ["--frames", self.frames] if self.frames else []
        stages = {"rv-seed": ["seq", str(self.count), "--start", str(self.first)]}
        stages["rv-seed"] += ["--set", f".params = ({params}[.id] // {{}})"]
        if "generators" in self.has:
            where = "quiet.generated" if quiet else "disk/generated"
            command = f"-n place -t num --timeout {2 * load:.1f} --gen-retain none --gen-dir"
            stages["rv-gen"] = [*command.split(), where, sys.executable, "generator.py"]
        stages["rv-blend"] = ["scene.py", *options]
        stages["rv-mask"] = ["-j2"]
        stages["rv-mux"] = ["--format", FORMATS[bool(self.frames)], "-o", dataset]
        return stages

    def start(self, out, dataset, records, quiet, attacks):
        """Starts the pipeline; its processes by name, and the mark of all that comes from them."""
        self.n_runs += 1
        mark = f"RV_SOAK_MARK={os.getpid()}-{self.first}-{self.n_runs}-{time.monotonic_ns()}"
        environment = dict(os.environ, RV_SOAK_MARK=mark.split("=")[1], SOAK_DIR=self.path("state"))
        environment["RV_BLENDER"] = self.options.blender
        environment["FAKE_DIR"] = self.path("state")
        switches = {
            "SOAK_QUIET": "1" if quiet else None,
            "SOAK_LAST": None if attacks else "1",
            "SOAK_DISK": self.path("disk") if "fill" in attacks else None,
        }
        for name, value in switches.items():
            environment.pop(name, None)
            if value:
                environment[name] = value
        running, previous = {}, subprocess.DEVNULL
        with open(self.path(records), "wb") as end, open(self.path("messages"), "ab") as said:
            for name, arguments in self.stages(out, dataset, quiet).items():
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

    def attack(self, kind, events, running, mark):
        """Does what it is time for; True when a tool may have ended by it."""
        if kind == "signal":
            last = not any(later == "signal" for _, later in events)
            return self.signals.send(running, mark, last)
        if kind == "fill":
            events.append((time.monotonic() + self.disk.fill(), "free"))
            events.sort()
        else:
            self.disk.free()
        return False

    def schedule(self, attacks, now):
        """(instant, kind) of each attack: most of them early, where most is done."""
        events = []
        for kind in sorted(set(attacks)):
            instant, gap_s = now, self.rng.choice([0.15, 0.5, 1.5])
            for _ in range(attacks.count(kind)):
                instant += self.rng.expovariate(1 / gap_s)
                events.append((instant, kind))
        return sorted(events)

    def run(self, out, dataset, records, quiet=False, attacks=()):
        """One run of the pipeline, with attacks at random instants; its exit statuses."""
        running, mark = self.start(out, dataset, records, quiet, attacks)
        started = time.monotonic()
        events = self.schedule(attacks, started)
        broken = False
        while any(process.poll() is None for process in running.values()):
            if events and time.monotonic() >= events[0][0]:
                broken |= self.attack(events.pop(0)[1], events, running, mark)
            if time.monotonic() > started + self.options.patience:
                left = [name for name, process in running.items() if process.poll() is None]
                processes = marked(mark)
                for process in running.values():
                    process.kill()
                raise Fault(f"hangs: {left}, {processes}")
            time.sleep(0.02)
        if self.disk:
            self.disk.free()
        statuses = {name: process.returncode for name, process in running.items()}
        # Without a disk a tool may give up, and after three Blenders that did not start.
        given_up = 3 in statuses.values() and ("fill" in attacks or len(attacks) >= 3)
        self.after_run(mark, records, broken or given_up)
        return statuses

    # ---- what must hold ----

    def after_run(self, mark, records, broken):
        """No process is left; no record is lost, doubled, cut or out of order."""
        deadline = time.monotonic() + 60
        while (left := marked(mark)) and time.monotonic() < deadline:
            time.sleep(0.05)
        for process in left:
            os.kill(process.pid, signal.SIGKILL)
        check(not left, f"left behind: {left}")
        ids = [record.get("id") for record in lines(self.path(records))]
        if broken:
            check(ids == self.ids[: len(ids)], f"records out of order: {ids}")
        else:
            check(ids == self.ids, f"records lost or doubled: {ids}")

    def after_attacks(self, attacks):
        """What is there is whole, and what is not says why."""
        for record in lines(self.path("records")):
            if record.get("error") is not None:
                self.is_honest(record["id"], record["error"], attacks)
        if os.path.isdir(self.path("disk/out")):
            for name in os.listdir(self.path("disk/out")):
                if not name.startswith("."):
                    self.is_whole(name)
        if os.path.isdir(self.path("disk/ds")):
            command = [os.path.join(self.options.bin, "rv-verify"), "disk/ds"]
            said = subprocess.run(command, cwd=self.dir, capture_output=True, check=False)
            check(said.returncode == 0, f"the dataset is not whole: {said.stdout[:300]}")

    def is_honest(self, name, error, attacks):
        """The error of a sample is one of the sample's own, or comes of an attack."""
        params = self.params[name]
        fault, tool, code = params.get("fault"), error["tool"], error["code"]
        self.errors[f"{code} of {tool}"] += 1
        allowed = {("rv-blend", self.plan.bad.get(fault))}
        allowed.add(("rv-gen", GENERATOR_BAD.get(params.get("generator"))))
        if "fill" in attacks:
            allowed |= {(some, "no_space") for some in self.stages("", "", False)}
            allowed.add(("rv-gen", GENERATOR))  # it writes files, too
        if "signal" in attacks:
            allowed |= {("rv-blend", CRASH), ("rv-blend", TIMEOUT)}
            allowed |= {("rv-gen", why) for why in (GENERATOR, TIMEOUT, "cancelled")}
        own = self.plan.wanted(params)[1] == "?" and tool == "rv-blend"
        check(own or (tool, code) in allowed, f"{name} ({params}): {error}")
        check(len(error["message"]) > 5 and error.get("attempts", 1) >= 1, f"{name}: {error}")

    def is_whole(self, name):
        """A sample that can be seen."""
        there, quiet = self.path(f"disk/out/{name}"), self.path(f"quiet/{name}")
        files = set(tree(there)) & set(tree(quiet))
        check(".rv-blend.json" in files, f"{there}: no marker")
        if os.path.exists(os.path.join(there, ".rv-mask.json")):
            extra = set(tree(there)) ^ set(tree(quiet))
            check(
                all(at.startswith(("passes", ".rv-mask.")) for at in extra),
                f"{there}: {sorted(extra)}",
            )
        else:
            files -= MARKERS
        _, differ, odd = filecmp.cmpfiles(there, quiet, sorted(files), shallow=False)
        check(not differ and not odd, f"{there}: {differ + odd} are not as in a quiet run")

    def after_round(self, statuses):
        """Each sample is good, to the last byte, or an error that says why."""
        records = lines(self.path("records"))
        failed, kept, problems = set(), set(), []
        for record in records:
            if record.get("error") is not None:
                failed.add(record["error"]["tool"])
                kept.add(f"disk/out/.rv-frames.{record['id']}")  # frames that are done
            try:
                self.after_sample(record)
            except Fault as problem:
                problems.append(str(problem))
        check(not problems, "\n    ".join(problems))
        left = [os.path.join("disk/generated", name) for name in tree(self.path("disk/generated"))]
        for where in (".", "disk", "disk/out"):
            left += [f"{where}/{n}" for n in os.listdir(self.path(where)) if n.startswith(".")]
        check(set(left) <= kept, f"left over: {sorted(set(left) - kept)}")
        for name, status in statuses.items():
            upstream = {tool for tool in failed if tool == "rv-gen" or name != "rv-gen"}
            check(status == (name != "rv-seed" and bool(upstream)), f"exit status: {statuses}")
        self.same_dataset(records)

    def after_sample(self, record):
        """It is good, or the error that it should be."""
        name, error = record["id"], record.get("error")
        params = self.params[name]
        tool, code = self.plan.wanted(params)
        if code == "?":
            tool, code = error and error["tool"], error and error["code"]
        got = (error["tool"], error["code"]) if error else (None, None)
        check(got == (tool, code), f"{name} ({params}): {error}, wanted {code} of {tool}")
        if error:
            tries = error.get("attempts", 1)
            lost = tool == "rv-blend" and code not in (SCENE, "render_error")
            given_up = (
                tries == RETRIES + 1 if lost else tries <= RETRIES + 1
            )  # it may have been slow
            check(given_up or self.plan.wanted(params)[1] == "?", f"{name}: {tries} tries")
            check(len(error["message"]) > 5, f"{name}: no message")
            check(not os.path.exists(self.path(f"disk/out/{name}")), f"{name}: an error, and there")
        else:
            same_tree(
                self.path(f"disk/out/{name}"), self.path(f"quiet/{name}"), f"{name} ({params})"
            )

    def same_dataset(self, records):
        """The dataset is that of a quiet run in which the bad samples are errors, too."""
        text = b""
        with open(self.path("records"), "rb") as mine, open(
            self.path("quiet.records"), "rb"
        ) as quiet:
            for record, noisy_line, quiet_line in zip(records, mine, quiet):
                text += noisy_line if record.get("error") else quiet_line
        command = self.stages("", "quiet.ds", True)["rv-mux"]
        subprocess.run(
            [os.path.join(self.options.bin, "rv-mux"), *command],
            input=text,
            cwd=self.dir,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        same_tree(self.path("disk/ds"), self.path("quiet.ds"), "dataset")

    def choose_attacks(self):
        """Those of a run; at least one of them."""
        kinds = ["signal"] * self.rng.randint(2, 8)
        if self.disk and self.rng.random() < 0.8:
            fills = ["fill"] * self.rng.randint(1, 3)
            return fills if self.rng.random() < 0.6 else kinds + fills
        return kinds

    def play(self):
        """All runs of the round."""
        statuses = self.run("quiet", "first.ds", "quiet.records", quiet=True)
        check(not any(statuses.values()), f"the quiet run failed: {statuses}")
        for _ in range(self.rng.choice([1, 2, 2, 3])):
            attacks = self.choose_attacks()
            self.n_fills += attacks.count("fill")
            self.run("disk/out", "disk/ds", "records", attacks=attacks)
            self.after_attacks(attacks)
        self.after_round(self.run("disk/out", "disk/ds", "records"))

    def close(self, keep):
        """Takes its directory away, or leaves it to be looked at."""
        if self.disk and keep:
            shutil.copytree(self.path("disk"), self.path("disk.kept"), symlinks=True)
        if self.disk:
            self.disk.close()
        if not keep:
            shutil.rmtree(self.dir)


def parse_arguments():
    """The options, checked and completed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    parser.add_argument("--round", type=int, default=25, help="samples per round")
    parser.add_argument("--only", type=int, help="play the round of this number only")
    parser.add_argument(
        "--with", dest="include", default="", help="some of disk,generators,sequences"
    )
    parser.add_argument("--without", dest="exclude", default="", help="some of these")
    parser.add_argument("--patience", type=float, default=240, help="seconds until a run hangs")
    parser.add_argument(
        "--blender", default=os.environ.get("RV_BLENDER") or shutil.which("blender")
    )
    parser.add_argument("--fake", action="store_true", help="use tests/lib/fake-blender")
    options = parser.parse_args()
    options.given = [
        f"--{name} {value}"
        for name, value in (("with", options.include), ("without", options.exclude))
        if value
    ]
    options.include, options.exclude = (
        {name for name in text.split(",") if name} for text in (options.include, options.exclude)
    )
    unknown = (options.include | options.exclude) - set(CHANCES)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: not one of {', '.join(CHANCES)}")
    options.bin = os.path.abspath(os.environ.get("RV_BIN", "build/release/bin"))
    if options.fake:
        options.blender = os.path.join(os.path.dirname(HERE), "lib", "fake-blender")
    if not options.blender:
        sys.exit("soak: no Blender")
    options.blender = os.path.abspath(options.blender)
    return options


def enter_namespace():
    """Goes on where what is mounted goes away with us; why that cannot be, if so."""
    if os.environ.pop("SOAK_NAMESPACE", None):
        return None
    reason = can_mount()
    if reason:
        return reason
    os.environ["SOAK_NAMESPACE"] = "1"
    os.execvp("unshare", ["unshare", "-m", "--propagation", "private", sys.executable, *sys.argv])


def main():
    """Plays rounds until there were enough samples."""
    options = parse_arguments()
    reason = enter_namespace()
    if reason:
        options.exclude.add("disk")
        print(f"no disk gets full here: {reason}")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print(f"seed {options.seed}: {options.samples} samples, {options.blender}", flush=True)
    total = collections.defaultdict(collections.Counter)
    rounds = range(-(-options.samples // options.round))
    for number in rounds if options.only is None else [options.only]:
        played = Round(options, number, random.Random(options.seed * 1000003 + number))
        started = time.monotonic()
        problem = None
        try:
            played.play()
        except Fault as fault:
            problem = fault
        played.close(keep=problem is not None)
        verdict = "ok"
        if problem:
            again = " ".join([f"--seed {options.seed} --only {number}", *options.given])
            verdict = f"FAILED: {problem}\n    see {played.dir}, played again by {again}"
        features = ", ".join([*sorted(played.has), f"{played.n_runs} runs"])
        seconds = time.monotonic() - started
        print(f"round {number}: {features}, {seconds:.0f} s, {verdict}", flush=True)
        total["faults"] += played.tally
        total["signals"] += played.signals.sent
        total["errors"] += played.errors
        counts = {"rounds": 1, "runs": played.n_runs, "full disks": played.n_fills}
        total["counts"] += collections.Counter(counts, failed=problem is not None)
    report(total)
    sys.exit(total["counts"]["failed"] > 0)


def report(total):
    """Prints what was done."""
    print("faults:", ", ".join(f"{n} {name}" for name, n in sorted(total["faults"].items())))
    for kind in ("tool", "program", "guard"):
        sent = {name: n for (to, name), n in total["signals"].items() if to == kind}
        print(f"signals to a {kind}:", ", ".join(f"{n} {name}" for name, n in sorted(sent.items())))
        missing = {signal_name(number) for number in ALL_SIGNALS} - set(sent)
        if len(missing) < len(sent):
            print("    not sent:", ", ".join(sorted(missing)) or "none")
    print("errors:", ", ".join(f"{n} {name}" for name, n in sorted(total["errors"].items())))
    counts = dict(total["counts"])
    counts["faults"], counts["signals"] = sum(total["faults"].values()), sum(
        total["signals"].values()
    )
    failed = counts.pop("failed", 0)
    print(", ".join(f"{n} {name}" for name, n in counts.items()), f", {failed} failed", sep="")


if __name__ == "__main__":
    main()
