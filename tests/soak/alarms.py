#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No false alarm: samples of every example, with all labels that fit, in many formats.

    alarms.py [--samples N] [--only REGEX] [--size WxH]

Each scene of examples/ is rendered in several ways, N samples in all (default 1000), labelled, put
into datasets, and looked at by rv-verify as samples and as datasets. All of them are good: what
rv-verify finds is a false alarm. Prints a row for each scene and way; exits with 1 when there was
one, or when something failed.
"""

import argparse
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
EXAMPLES = os.path.join(ROOT, "examples")
BIN = os.path.abspath(os.environ.get("RV_BIN", os.path.join(ROOT, "build/release/bin")))

# Of each way: what rv-blend, rv-mask and rv-mux are told besides.
PASSES = "normal,position,UV,MaterialIndex,CryptoObject,CryptoMaterial"
LABELS = (
    "--instances --polygons edge,center --shapes border,centroid,obb --box3d-hull --panoptic"
    " --palette --edges --soft --parts material,masks --groups parent,collection --distance"
    " --normals camera --depth-format mm,kitti,npy"
)
WAYS = {
    "plain": ("", "", "coco,webdataset,dir,html"),
    "still": (
        f"--passes {PASSES}",
        f"{LABELS} --overlay --sheet",
        "coco:panoptic,yolo:task=segment,voc:masks,hf,parquet,transforms,colmap,webdataset",
    ),
    # Each object is rendered alone: of some scenes, hundreds of them.
    "whole": (
        "--amodal",
        "--amodal-masks --polygons edge --shapes border,obb",
        "coco,kitti:other=Misc,bop,webdataset",
    ),
    "views": (
        "--orbit 2",
        "--simplify 1 --polygons edge --shapes obb",
        "coco:segmentation=polygon,yolo:task=obb,transforms:nerf,hf,webdataset:zstd,dir",
    ),
    "sequence": (
        "--frames 1..4 --fps 12 --tracks 64 --passes Vector,normal,MaterialIndex",
        f"{LABELS} --scene-flow --occlusion --flow-format flo,kitti",
        "video:metadata,hfvideo,control,mot:other=pedestrian,davis,youtube-vis,"
        "kitti-tracking:other=Misc,mots:other=ignore,tracks,vbvr,visionsim,webdataset",
    ),
    "samples": ("--samples 4 --motion-blur on", "", "coco,webdataset"),
}
SHARES = {"plain": 3, "still": 3, "whole": 1, "views": 1, "sequence": 2, "samples": 1}

# Some seeds put the camera where it looks past everything: it cannot go around that.
PAST_ALL = b"the camera looks at nothing"


def scenes():
    """Return the scripts of the examples that are scenes, but for what needs another one's output.

    Tasks for video models are no good samples when they are cut short: vbvr-tasks.bats has them.
    """
    found = []
    for path in sorted(glob.glob(os.path.join(EXAMPLES, "**/*.py"), recursive=True)):
        with open(path, encoding="utf-8") as file:
            is_scene = "(rv.Scene)" in file.read()
        if is_scene and not path.endswith(("6_export/import.py", "vbvr/task.py")):
            found.append(os.path.relpath(path, EXAMPLES))
    return found


def run(argv, log, **how):
    """Run a tool with its messages in a log; return what it did."""
    path = os.path.join(BIN, argv[0])
    return subprocess.run([path, *argv[1:]], stderr=log, check=False, **how)


def alarms(lines):
    """Return the problems that records and a dataset carry, as text."""
    found = []
    for line in lines.decode().splitlines():
        told = json.loads(line)
        problems = told.get("verify", {}).get("problems", []) if "id" in told else []
        problems += [told["problem"]] if "problem" in told else []
        found += [
            f"{told.get('id', '')} {p['path']}: {p['check']}: {p['message']}" for p in problems
        ]
        if "error" in told:
            found.append(f"{told.get('id', '')} error: {told['error']['message']}")
    return found


def make_dataset(records, formats, log):
    """Let rv-mux make ds/ in the formats that take these samples; return why it did not, or ""."""
    formats = formats.split(",")
    while formats:
        mux = ["rv-mux", "-q", "-f", ",".join(formats), "-o", "ds", "--set", '.prompt //= "What?"']
        with open("mux", "wb") as said:
            made = run(mux, said, input=records, stdout=-1)
        with open("mux", encoding="utf-8") as said:
            why = said.read()
        log.write(why.encode())
        refused = re.search(r"format ([a-z-]+)", why) if made.returncode == 1 else None
        if not refused:
            return f"rv-mux: status {made.returncode}" if made.returncode else ""
        formats = [spec for spec in formats if spec.split(":")[0] != refused[1]]
        shutil.rmtree("ds", ignore_errors=True)
    return "rv-mux: no format takes it"


def look_at(scene, way, count, args, log):
    """Make samples and a dataset of them, and return what rv-verify found, and how many samples."""
    blend, mask, formats = (words for words in WAYS[way])
    argv = ["rv-blend", os.path.join(EXAMPLES, scene), "--resolution", args.size, "--samples", "1"]
    argv += ["-q", "-j1", "--progress=none", *blend.split()]
    seeds = run(["rv-seed", "seq", str(count)], log, stdout=-1).stdout
    rendered = run(argv, log, input=seeds, stdout=-1).stdout.splitlines(keepends=True)
    made = [line for line in rendered if PAST_ALL not in line]
    labelled = run(["rv-mask", "-q", *mask.split()], log, input=b"".join(made), stdout=-1)
    verified = run(["rv-verify", "-q"], log, input=labelled.stdout, stdout=-1)
    found = alarms(verified.stdout)
    why = make_dataset(labelled.stdout, formats, log)
    found += [why] if why else []
    if not found:
        checked = run(["rv-verify", "-q", "--deep", "ds"], log, stdout=-1)
        found += alarms(checked.stdout)
        if checked.returncode and not found:
            found.append(f"rv-verify: status {checked.returncode}")
    if len(rendered) < count:
        found.append(f"{len(rendered)} of {count} samples came")
    return found, len(verified.stdout.splitlines())


def main():
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--only", default="", help="scenes and ways, 'peers/.* still', that match")
    parser.add_argument("--size", default="32x32")
    args = parser.parse_args()
    todo = [(scene, way) for scene in scenes() for way in WAYS]
    todo = [pair for pair in todo if re.search(args.only, " ".join(pair))]
    total = sum(SHARES[way] for _, way in todo)
    scratch = tempfile.mkdtemp(prefix="rv-alarms.")
    n_samples = n_alarms = 0
    for scene, way in todo:
        home = os.path.join(scratch, "home")
        os.mkdir(home)
        os.chdir(home)
        start = time.monotonic()
        count = max(1, -(-args.samples * SHARES[way] // total))
        with open("messages", "wb") as log:
            found, done = look_at(scene, way, count, args, log)
        seconds = time.monotonic() - start
        print(
            f"{scene:36} {way:9} {done:4} samples {seconds:6.1f} s  {len(found)} alarms", flush=True
        )
        for text in found[:10]:
            print(f"    {text}", flush=True)
        if found:
            with open("messages", encoding="utf-8", errors="replace") as file:
                print(
                    "".join(f"    | {line}" for line in file.readlines()[-5:]), end="", flush=True
                )
        n_samples += done
        n_alarms += len(found)
        os.chdir(scratch)
        shutil.rmtree(home)
    shutil.rmtree(scratch)
    print(f"{n_samples} samples, {n_alarms} false alarms")
    return 1 if n_alarms else 0


if __name__ == "__main__":
    sys.exit(main())
