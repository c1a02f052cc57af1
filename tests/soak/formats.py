#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Memory of rv-mux over many records, in every format that takes them, all in one pass.

    formats.py [--records N] [--sequences N] [--growth MIB] [--formats A,B,...]

One sample of small pictures comes again and again under other ids: a still, then a sequence of two
frames. Prints a row for each, with the highest memory after a tenth and after half of the records,
after all of them, and when the dataset is written. Exits with 1 when the last is higher than that
after half of them by more than --growth: until then, buffers of a set size have filled.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RV_MUX = os.path.join(
    os.path.abspath(os.environ.get("RV_BIN", f"{ROOT}/build/release/bin")), "rv-mux"
)
CLASSES = {1: "Pedestrian", 2: "Car"}  # which MOT and KITTI have, too
OPTIONS = {"kitti": "kitti:other=Misc"}


def name_things(things):
    """Give objects or annotations a class, as all formats want one."""
    for thing in things:
        if thing["index"] in CLASSES:
            thing["tags"] = [CLASSES[thing["index"]]]


def sample(folder, *options):
    """Make a sample; return its record, with all that formats need."""
    maker = [sys.executable, f"{ROOT}/tests/lib/mux_samples.py", "1", "--size", "16x16"]
    text = subprocess.run(
        [*maker, "--out", folder, *options], capture_output=True, check=True
    ).stdout
    record = json.loads(text)
    pose = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 5], [0, 0, 0, 1]]
    camera = {"K": [[20, 0, 8], [0, 20, 8], [0, 0, 1]], "matrix_world": pose}
    frames = record.get("frames", [])
    for state in [record, *frames]:
        state["camera"] = camera
        name_things(state.get("annotations", []))
    name_things(record["objects"])
    del record["run"]
    return {
        **record,
        "resolution": [16, 16],
        "prompt": "a thing moves",
        "fps": 12,
        "split": "train",
    }


def feed(stream, record, count):
    """Write the record as often, under other ids."""
    head = json.dumps({**record, "id": "ID", "index": -1}, separators=(",", ":"))
    before, between, after = head.replace('"index":-1', "\0").replace('"ID"', "\0", 1).split("\0")
    with stream:
        for i in range(count):
            stream.write(f'{before}"{i:08d}"{between}"index":{i}{after}\n'.encode())


def takes(record, name, scratch):
    """Whether a format takes the record."""
    command = [RV_MUX, "-q", "-f", OPTIONS.get(name, name), "-o", f"{scratch}/one"]
    line = json.dumps(record).encode()
    status = subprocess.run(command, input=line, capture_output=True, check=False).returncode
    shutil.rmtree(f"{scratch}/one", ignore_errors=True)
    return status == 0


def peak_mib(pid, before):
    """Return the highest memory of a process so far; what was known before, when it is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            return next(
                (int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM")), before
            )
    except OSError:
        return before


def measure(what, record, count, names, scratch):
    """Print a row; return how much the peak grew in the second half, in MiB."""
    specs = ",".join(OPTIONS.get(name, name) for name in names)
    started = time.monotonic()
    command = [RV_MUX, "-q", "--no-sync", "-f", specs, "-o", f"{scratch}/dataset"]
    tool = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    feeder = threading.Thread(target=feed, args=(tool.stdin, record, count))
    feeder.start()
    marks, peaks, passed = [count // 10, count // 2, count], [], 0
    for passed, _ in enumerate(tool.stdout, 1):
        if passed in marks:
            peaks.append(peak_mib(tool.pid, 0))
    feeder.join()
    peaks.append(peaks[-1] if peaks else 0)
    while tool.poll() is None:
        peaks[-1] = peak_mib(tool.pid, peaks[-1])
        time.sleep(0.05)
    seconds = time.monotonic() - started
    if tool.returncode or passed != count:
        sys.exit(
            f"formats: rv-mux ended with status {tool.returncode} after {passed} of {count} {what}"
        )
    cells = [
        f"{count} {what}",
        *(f"{peak:.1f} MiB" for peak in peaks),
        f"{seconds:.0f} s",
        " ".join(names),
    ]
    print("| " + " | ".join(cells) + " |", flush=True)
    shutil.rmtree(f"{scratch}/dataset")
    return peaks[-1] - peaks[1]


def main():
    """Print the rows; exit with 1 when memory grows."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--records", type=int, default=1000000)
    parser.add_argument("--sequences", type=int, default=20000)
    parser.add_argument("--growth", type=float, default=8)
    parser.add_argument("--formats", default="", help="these alone")
    options = parser.parse_args()
    known = json.loads(
        subprocess.run([RV_MUX, "--formats", "--json"], capture_output=True, check=True).stdout
    )
    wanted = options.formats.split(",") if options.formats else [item["name"] for item in known]
    scratch, grown = tempfile.mkdtemp(prefix="rv-formats-"), []
    try:
        print("| records | after 10 % | 50 % | 100 % | written | time | formats |")
        print("|---|---|---|---|---|---|---|")
        streams = (
            ("stills", options.records, sample(f"{scratch}/still")),
            ("sequences", options.sequences, sample(f"{scratch}/sequence", "--frames", "2")),
        )
        for what, count, record in streams:
            names = [name for name in wanted if takes(record, name, scratch)]
            if count and names:
                grown.append(measure(what, record, count, names, scratch))
    finally:
        shutil.rmtree(scratch)
    sys.exit(not grown or max(grown) > options.growth)


if __name__ == "__main__":
    main()
