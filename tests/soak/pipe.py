# SPDX-License-Identifier: MIT
"""The pipeline in a directory of its own, with a fake Blender, for what breaks it from outside."""

import os
import shutil
import subprocess

from checks import check, lines, same_tree

HERE = os.path.dirname(os.path.abspath(__file__))
BIN = os.path.abspath(os.environ.get("RV_BIN", "build/release/bin"))
FAKE = os.path.join(os.path.dirname(HERE), "lib", "fake-blender")
FOREIGN = {"out/thesis.txt": "mine", "out/photos/a.png": "mine", "notes/b.txt": "mine"}


class Pipe:
    """The tools, working in `directory`: samples in out/, a dataset in ds/."""

    def __init__(self, directory, samples=3, options=()):
        self.dir = directory
        os.makedirs(self.path("fake"), exist_ok=True)
        with open(self.path("scene.py"), "w", encoding="utf-8") as file:
            file.write("import rv\n")
        blend = ["--resolution", "16,16", "--samples", "1", "--progress", "none", *options]
        self.commands = {
            "rv-seed": ["seq", str(samples)],
            "rv-blend": ["scene.py", "-o", "out", *blend],
            "rv-mask": [],
            "rv-mux": ["-f", "coco,webdataset", "-o", "ds"],
        }

    def path(self, name):
        """Of a file in it."""
        return os.path.join(self.dir, name)

    def start(self, name, stdin, stdout, stderr, environment=(), more=()):
        """One of the tools."""
        environment = dict(
            os.environ, RV_BLENDER=FAKE, FAKE_DIR=self.path("fake"), **dict(environment)
        )
        return subprocess.Popen(
            [os.path.join(BIN, name), *self.commands[name], *more],
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            cwd=self.dir,
            env=environment,
            start_new_session=True,
        )

    def run(self, name, records, result, environment=(), more=()):
        """Runs one to its end; its exit status. `records`: the file that it reads, or None."""
        with open(self.path(records) if records else os.devnull, "rb") as stdin, open(
            self.path(result), "wb"
        ) as stdout, open(self.path("messages"), "ab") as stderr:
            return self.start(name, stdin, stdout, stderr, environment, more).wait()

    def start_all(self, result, more=()):
        """All of them, one behind the other; `more`: options of some by name."""
        running, previous, more = {}, subprocess.DEVNULL, dict(more)
        with open(self.path(result), "wb") as end, open(self.path("messages"), "ab") as stderr:
            for name in self.commands:
                stdout = end if name == "rv-mux" else subprocess.PIPE
                running[name] = self.start(name, previous, stdout, stderr, (), more.get(name, ()))
                if previous is not subprocess.DEVNULL:
                    previous.close()
                previous = running[name].stdout
        return running

    def run_all(self, result, more=()):
        """Exit statuses by name."""
        return {name: process.wait() for name, process in self.start_all(result, more).items()}

    def put_foreign(self):
        """Files of somebody else, beside ours."""
        for name, text in FOREIGN.items():
            os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
            with open(self.path(name), "w", encoding="utf-8") as file:
                file.write(text)

    def check_foreign(self):
        """They are as they were."""
        for name, text in FOREIGN.items():
            check(os.path.exists(self.path(name)), f"{name} is gone")
            with open(self.path(name), encoding="utf-8") as file:
                check(file.read() == text, f"{name} has changed")

    def check_records(self, result):
        """Each says what is there, or has an error; cut lines are told by lines()."""
        records = lines(self.path(result))
        for record in records:
            if record.get("error") is None and "files" in record:
                for role, files in record["files"].items():
                    for file in files if isinstance(files, list) else [files]:
                        where = os.path.join(self.path(record["dir"]), file)
                        check(os.path.exists(where), f"{record['id']}: {role} {file} is not there")
        return records

    def check_same(self, wanted, names=("out", "ds")):
        """The trees are those of an unbroken run, in the folder `wanted`; nothing is left over."""
        for name in names:
            same_tree(self.path(name), os.path.join(wanted, name), name)
        hidden = [name for name in os.listdir(self.dir) if name.startswith(".")]
        check(not hidden, f"left over: {hidden}")

    def copy_from(self, wanted, names):
        """Puts directories and files there as they are in `wanted`, in place of what is there."""
        for name in names:
            shutil.rmtree(self.path(name), ignore_errors=True)
            source = os.path.join(wanted, name)
            if os.path.isdir(source):
                shutil.copytree(source, self.path(name), symlinks=True)
            elif os.path.exists(source):
                shutil.copy(source, self.path(name))


def unbroken(directory, samples=3):
    """A directory with what an unbroken run leaves, with foreign files."""
    os.makedirs(directory)
    pipe = Pipe(directory, samples)
    pipe.put_foreign()
    statuses = pipe.run_all("records")
    check(not any(statuses.values()), f"the unbroken run failed: {statuses}")
    return pipe
