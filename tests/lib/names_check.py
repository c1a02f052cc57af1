#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads names back from every format, by its own reader (format_readers.py).

    names_check.py ids|categories DATASET NAMES.json FORMAT...

NAMES has an array of all of them; a format as FORMAT/N has those but for the last N. Exit status 1
at the first format that has others.
"""

import json
import sys

from format_readers import READERS, dir_records, page_records, shard_records
from pictures import check, pictures

RECORDS = {"dir": dir_records, "html": page_records, "webdataset": shard_records}


def names_in(kind, name, folder):
    """Return all names of a kind that a format has."""
    if name in RECORDS:
        records = RECORDS[name](folder, set())
        labels = [a for r in records for _, _, annotations in pictures(r) for a in annotations]
        seen = {label.get("category") for label in labels} - {None}
        return seen if kind == "categories" else {record["id"] for record in records}
    found = READERS[name](folder, set())
    if kind == "ids":
        things = found.get("pictures") or found["prompts"]
        return {key.split(".")[0] for key in things}
    return {name for names in found.get("categories", {}).values() for name in names}


def main():
    """Read all."""
    kind, dataset, path, *formats = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        names = json.load(file)
    for spec in formats:
        name, _, n_lost = spec.partition("/")
        found = names_in(kind, name, f"{dataset}/{name}")
        wanted = set(names[: len(names) - int(n_lost or 0)])
        check(found == wanted, name, "differs in", sorted(found ^ wanted))


if __name__ == "__main__":
    main()
