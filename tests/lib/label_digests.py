#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Print what each label of samples is, as digests: "LABEL VERSION DIGEST", a line each.

    rv-mask --labels --json | label_digests.py SAMPLE...

SAMPLE is a directory that rv-mask has labelled. A digest covers the label's files and its members
of annotations. Files are digested unpacked, since the library that packs them decides about bytes
of no meaning: pixels, channels and their types, attributes.
"""

import hashlib
import json
import os
import sys

from check_labels import exr_header, read_bytes, read_exr_file, read_png


def contents(path: str) -> str:
    """Return what a file says, as text."""
    if path.endswith(".png"):
        return repr(sorted(read_png(path).items()))
    if path.endswith(".exr"):
        data = read_bytes(path)
        planes, types, _ = read_exr_file(path)
        return repr((planes, types, exr_header(data)[0]))
    return read_bytes(path).hex()


def annotations(record: dict) -> list:
    """Return the annotations of all pictures."""
    return [a for f in record.get("frames", [record]) for a in f["annotations"]]


def main() -> None:
    """Read the list of labels on standard input."""
    labels = json.load(sys.stdin)["labels"]
    for label in labels:
        digest, is_there = hashlib.sha256(), False
        for sample in sys.argv[1:]:
            marker = json.loads(read_bytes(sample, ".rv-mask.json"))
            record = json.loads(read_bytes(sample, "_meta.json"))
            entry = marker["products"].get(label["name"])
            if not entry:
                continue  # what it is made from is not in each
            is_there = True
            for path, *_ in entry["files"]:
                digest.update(f"{path} {contents(os.path.join(sample, path))}\n".encode())
            for annotation in annotations(record):
                members = {name: annotation.get(name) for name in label["members"]}
                digest.update(json.dumps(members).encode())
        if not is_there:
            sys.exit(f"there is no {label['name']}: rv-mask was not asked for it")
        print(label["name"], label["version"], digest.hexdigest())


if __name__ == "__main__":
    main()
