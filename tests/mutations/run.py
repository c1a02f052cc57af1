#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run the mutations: damages that rv-verify must find, each by the checks that its directory names.

    RV_BIN=build/release/bin tests/mutations/run.py [-f REGEX]

A mutation is a directory here:

    base     what is damaged: one of bases.py; the kind of the damage (below); then words. alone: a
             sample that is not damaged in a shard, too. unsealed: the manifest of a dataset is not
             made right again
    break    the damage. "#!python": with what damage.py offers; "#!jq": a program for the record
             of a sample; "#!jq FILE": for a file of a dataset
    expect   a line for each problem that must be found, and no other: its check, its path, and
             what its message has in it

Of kind structure is what takes a file, record, row or list out of its form: cut, missing, there
twice, of another type, length, size or name. Of kind meaning is what keeps its form, but says
something that is not so. Each check of severity error or fatal is raised by a damage of either
kind, unless the file `kinds` says that it can be raised by one kind alone.

Bases are made once; undamaged they must raise nothing. A damaged sample is looked at in its
directory, and once more as the only one of a shard, where the same checks must find it. Prints TAP.
"""

import argparse
import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "lib")]
sys.dont_write_bytecode = True

import bases  # noqa: E402
import damage  # noqa: E402

BIN = os.path.abspath(os.environ.get("RV_BIN", "build/release/bin"))
os.environ["PATH"] = BIN + os.pathsep + os.environ["PATH"]


def read(*parts):
    """Return a file's text."""
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return file.read()


def verify(*arguments, stdin=None):
    """Run rv-verify; return what it found, (check, path, message) each, sorted, and its status."""
    done = subprocess.run(
        ["rv-verify", "-q", *arguments], input=stdin, capture_output=True, text=True, check=False
    )
    problems = []
    for line in done.stdout.splitlines():
        told = json.loads(line)
        if "problem" in told:
            problems.append(told["problem"])
        problems += told.get("verify", {}).get("problems", []) if "id" in told else []
        if told.get("error"):
            problems.append({"check": "error", "path": "", "message": told["error"]["message"]})
    if done.returncode not in (0, 1):
        problems.append({"check": f"status-{done.returncode}", "path": "", "message": done.stderr})
    found = sorted((p["check"], p["path"], p["message"]) for p in problems)
    is_bad = any(p.get("severity") in (None, "error", "fatal") for p in problems)
    assert done.returncode == is_bad, (done.returncode, found, done.stderr)
    return found


def compare(found, wanted, has_paths=True):
    """Return what differs, as text; "" for nothing."""
    pairs = sorted({(check, path if has_paths else "") for check, path, _ in found})
    lines = [line.split(None, 2) for line in wanted.splitlines() if line]
    expected = sorted({(line[0], line[1] if has_paths else "") for line in lines})
    said = "".join(f"\n    {' '.join(problem)}" for problem in found)
    if pairs != expected:
        return f"found{said or ' nothing'}\n  but wanted {expected}"
    for line in lines if has_paths else []:
        if len(line) == 3 and not any(
            problem[:2] == tuple(line[:2]) and line[2] in problem[2] for problem in found
        ):
            return f"found{said}\n  but wanted {' '.join(line)}"
    return ""


def look(base, is_in_shard):
    """Return what rv-verify finds in the base at hand."""
    if base.is_dataset:
        return verify("--deep", *base.options, damage.DATASET)
    if not is_in_shard:
        return verify(*base.options, stdin=read(damage.RECORD))
    bases.put_in_shard(json.loads(read(damage.RECORD)))
    return verify("--deep", *base.options, damage.DATASET)


def run_break(name, base):
    """Do the damage of a mutation to the base at hand."""
    program = os.path.join(HERE, name, "break")
    kind, *target = read(program).split("\n", 1)[0].split()
    if kind == "#!jq":
        damage.change_json(program, os.path.join(damage.DATASET, target[0]) if target else None)
        return
    assert kind == "#!python", kind
    space = {key: getattr(damage, key) for key in dir(damage) if not key.startswith("_")}
    exec(compile(read(program), f"{name}/break", "exec"), space)
    if not base.is_dataset:
        damage.write_record(space["record"])


def run_case(case):
    """Return the TAP of one case."""
    name, base, words, is_in_shard, scratch = case
    title = (name or f"{base.name} raises nothing") + (", in a shard" if is_in_shard else "")
    wanted = read(HERE, name, "expect") if name else ""
    home = tempfile.mkdtemp(dir=scratch)
    try:
        shutil.copytree(os.path.join(scratch, base.name), home, symlinks=True, dirs_exist_ok=True)
        os.chdir(home)
        if name:
            damage.load(base)
            run_break(name, base)
            if base.is_dataset and "unsealed" not in words:
                bases.seal()
        wrong = compare(look(base, is_in_shard), wanted, has_paths=not is_in_shard)
    except Exception:  # a damage that cannot be done, or a checker that dies
        wrong = traceback.format_exc()
    finally:
        os.chdir(scratch)
        shutil.rmtree(home)
    return title, wrong


def cases(pattern, scratch):
    """Return all cases, those of a base first, each with what it is called."""
    result = []
    for base in bases.ALL:
        result.append((None, base, [], False, scratch))
        if not base.is_dataset:
            result.append((None, base, [], True, scratch))
    for name in sorted(os.listdir(HERE)):
        if os.path.exists(os.path.join(HERE, name, "base")):
            words = read(HERE, name, "base").split()
            base = bases.BY_NAME[words[0]]
            result.append((name, base, words, False, scratch))
            if not base.is_dataset and "alone" not in words:
                result.append((name, base, words, True, scratch))
    return [case for case in result if re.search(pattern, case[0] or case[1].name)]


def main():
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("-f", metavar="REGEX", default="", help="only mutations whose names match")
    args = parser.parse_args()
    scratch = os.path.realpath(tempfile.mkdtemp(prefix="rv-mutations."))
    try:
        todo = cases(args.f, scratch)
        for base in {case[1].name: case[1] for case in todo}.values():
            os.makedirs(os.path.join(scratch, base.name))
            os.chdir(os.path.join(scratch, base.name))
            base.make()
        os.chdir(scratch)
        print(f"1..{len(todo)}")
        with multiprocessing.Pool(len(os.sched_getaffinity(0))) as pool:
            for number, (title, wrong) in enumerate(pool.imap(run_case, todo), 1):
                for line in wrong.splitlines():
                    print(f"# {line}")
                print(f"{'not ok' if wrong else 'ok'} {number} - {title}", flush=True)
    finally:
        os.chdir("/")
        shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
