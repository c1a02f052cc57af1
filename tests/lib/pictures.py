# SPDX-License-Identifier: MIT
"""The pictures of records, as the readers of formats in the tests want them."""

import os
import sys


def pictures(record):
    """Yield stem, files by role and annotations of each picture of a sample."""
    for view, holder in [("", record)] + [("." + v["name"], v) for v in record.get("views", [])]:
        files, stem = holder["files"], record["id"] + view
        if isinstance(files.get("image"), list):
            for i, frame in enumerate(record["frames"]):
                of_frame = {role: paths[i] for role, paths in files.items() if role != "instances"}
                state = holder["frames"][i]
                yield f"{stem}.{frame['frame']:06d}", of_frame, state["annotations"]
        elif files:
            yield stem, files, holder["annotations"]


def extension(files):
    """Return what the name of a picture's image ends in, with the dot."""
    return os.path.splitext(files["image"])[1]


def check(good, *what):
    """End the program with what is wrong, unless it is good."""
    if not good:
        sys.exit("wrong: " + " ".join(map(str, what)))
