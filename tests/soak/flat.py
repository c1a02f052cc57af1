#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Memory over many samples: of one worker on each Blender, and of the tools while records queue.

Prints a table. A worker's growth is from the highest of the second fifth of its samples to the
highest of the last fifth, per 1,000 samples: what comes and goes in between does not count.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BIN = os.path.abspath(os.environ.get("RV_BIN", os.path.join(ROOT, "build/release/bin")))
MIB = 1 << 20


def row(*cells):
    """Prints a row of the table."""
    print("| " + " | ".join(cells) + " |", flush=True)


def mib(count):
    """Bytes as text."""
    return f"{count / MIB:.1f} MiB"


def tool(name, *arguments, **options):
    """A process of ours."""
    return subprocess.Popen([os.path.join(BIN, name), *map(str, arguments)], **options)


def stream(scene, samples, blender, directory, *options):
    """Yields the records of one worker."""
    environment = dict(os.environ, RV_BLENDER=blender)
    seeds = tool("rv-seed", "seq", samples, stdout=subprocess.PIPE)
    arguments = ["--resolution", "16,16", "--samples", 1, "-q", "-o", directory, *options, scene]
    blend = tool(
        "rv-blend", "-j1", *arguments, stdin=seeds.stdout, stdout=subprocess.PIPE, env=environment
    )
    seeds.stdout.close()
    for line in blend.stdout:
        yield json.loads(line)
    if seeds.wait() or blend.wait():
        raise SystemExit(f"flat: rv-blend ended with status {blend.returncode}")


def growth(rss, samples):
    """MiB per 1,000 samples, as above."""
    fifth = samples // 5
    early = rss[fifth:][:fifth]
    return (max(rss[-fifth:]) - max(early)) / MIB / (samples - 2 * fifth) * 1000


def worker(scene, samples, blender, scratch, recycle=0):
    """The row of one worker, or of its successors after `recycle` samples; the growth."""
    out = os.path.join(scratch, "out")
    started = time.monotonic()
    records = stream(scene, samples, blender, out, "--recycle", recycle)
    rss = [record["run"]["rss"] for record in records]
    seconds = time.monotonic() - started
    shutil.rmtree(out)
    grown = growth(rss, samples)
    what = f"{os.path.basename(blender)}, {os.path.basename(scene)}, {samples} samples"
    what += f", --recycle {recycle}" if recycle else ""
    each = f"{1000 * seconds / samples:.1f} ms each"
    row(what, mib(rss[samples // 5]), mib(rss[-1]), f"{grown:+.2f} MiB per 1,000", each)
    return grown


def resident(pid):
    """Bytes that a process has in memory."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def held(records, scratch):
    """rv-blend before a Blender that never answers, `records` records waiting.

    How many it took before it was full, and its memory then.
    """
    line = '{"id":"s%d","seed":%d,"params":{"fault":"hang","text":"' + "x" * 400 + '"}}\n'
    environment = dict(os.environ, RV_BLENDER=os.path.join(ROOT, "tests/lib/fake-blender"))
    scene = os.path.join(HERE, "tiny.py")
    blend = tool(
        "rv-blend",
        "-j1",
        "-q",
        "-o",
        os.path.join(scratch, "q"),
        scene,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env=environment,
    )
    os.set_blocking(blend.stdin.fileno(), False)
    written, idle = 0, 0
    pending = b""
    while written < records and idle < 40:
        pending = pending or (line % (written, written)).encode()
        try:
            sent = os.write(blend.stdin.fileno(), pending)
            pending = pending[sent:]
            written += not pending
        except BlockingIOError:
            idle += 1
            time.sleep(0.05)
    memory = resident(blend.pid)
    blend.terminate()
    blend.wait()
    return written, memory


def queued(records, scratch):
    """How much more memory rv-blend has with so many records upstream than with a hundredth."""
    _, first = held(records // 100, scratch)
    written, last = held(records, scratch)
    what = f"rv-blend, {records} records upstream, {written} taken before it is full"
    row(what, mib(first), mib(last), f"{(last - first) / MIB:+.2f} MiB", "")
    return (last - first) / MIB


def through(records, scratch):
    """rv-blend over `records` records that are passed on: its growth from 1/10 to the end."""
    environment = dict(os.environ, RV_BLENDER=os.path.join(ROOT, "tests/lib/fake-blender"))
    seeds = tool("rv-seed", "seq", records, stdout=subprocess.PIPE)
    blend = tool(
        "rv-blend",
        "-q",
        "--where",
        "false",
        "-o",
        os.path.join(scratch, "t"),
        os.path.join(HERE, "tiny.py"),
        stdin=seeds.stdout,
        stdout=subprocess.PIPE,
        env=environment,
    )
    seeds.stdout.close()
    first = last = 0
    for i, _ in enumerate(blend.stdout):
        if i == records // 10:
            first = resident(blend.pid)
        if i == records - 1 - 2000:
            last = resident(blend.pid)
    blend.wait()
    seeds.wait()
    what = f"rv-blend, {records} records passed through"
    row(what, mib(first), mib(last), f"{(last - first) / MIB:+.2f} MiB", "")
    return (last - first) / MIB


def recycled(scene, samples, blender, scratch):
    """What a replacement costs: the longest wait for a record with --recycle, against the usual."""
    at = [time.monotonic()]
    every = samples // 4
    for _ in stream(scene, samples, blender, os.path.join(scratch, "r"), "--recycle", every):
        at.append(time.monotonic())
    waits = sorted(b - a for a, b in zip(at[1:], at[2:]))
    what = f"{os.path.basename(blender)}, --recycle {every}: wait for a record"
    median, longest = (f"{1000 * wait:.0f} ms" for wait in (waits[len(waits) // 2], waits[-1]))
    pace = f"{samples / (at[-1] - at[1]):.1f} samples/s"
    row(what, f"median {median}", f"longest {longest}", "", pace)


def main():
    """Prints the rows; exits with 1 when something grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=10000)
    parser.add_argument("--records", type=int, default=100000)
    parser.add_argument("--limit", type=float, default=1.0, help="MiB per 1,000 samples")
    parser.add_argument("--blender", action="append", help="default: PATH's, 4.3 and 5.2")
    parser.add_argument("--scene", action="append", help="default: tiny.py and a .blend file")
    options = parser.parse_args()
    blenders = options.blender or [os.environ.get("RV_BLENDER") or shutil.which("blender")]
    if not options.blender:
        for version in ("4.3", "5.2"):
            wrapper = os.path.join(ROOT, f"tests/lib/blender-{version}")
            asked = subprocess.run([wrapper, "--check"], capture_output=True, check=False)
            if asked.returncode == 0:
                blenders.append(wrapper)
    scratch = tempfile.mkdtemp(prefix="rv-flat-")
    scenes = options.scene or [os.path.join(HERE, "tiny.py"), os.path.join(scratch, "tiny.blend")]
    failed = False
    row("what", "after warm-up", "at the end", "growth", "time")
    row(*["---"] * 5)
    try:
        for blender in filter(None, blenders):
            for scene in scenes:
                if scene.startswith(scratch):
                    make_blend(blender, scene)
                grown = worker(scene, options.samples, blender, scratch)
                if grown > options.limit:  # some allocators: then successors have to keep it down
                    every = options.samples // 10
                    grown = worker(scene, options.samples, blender, scratch, every)
                failed |= grown > options.limit
            recycled(os.path.join(HERE, "tiny.py"), min(options.samples, 200), blender, scratch)
            shutil.rmtree(os.path.join(scratch, "r"))
        failed |= queued(options.records, scratch) > 1
        failed |= through(options.records, scratch) > 1
    finally:
        shutil.rmtree(scratch)
    sys.exit(failed)


def make_blend(blender, path):
    """The file that rv-blend --save writes of tiny.py."""
    out = os.path.join(os.path.dirname(path), "saved")
    for record in stream(os.path.join(HERE, "tiny.py"), 1, blender, out, "--save"):
        shutil.copy(os.path.join(out, record["id"], record["files"]["blend"]), path)
    shutil.rmtree(out)


if __name__ == "__main__":
    main()
