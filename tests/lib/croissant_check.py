#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check a dataset's croissant.json by the rules of Croissant 1.1, without rv.

    croissant_check.py DATASET

Expands it as JSON-LD where pyld is there. Prints how many files, patterns and fields of tables it
lists, and how they were read.
"""

import csv
import hashlib
import json
import pathlib
import sys

try:
    from pyld import jsonld
except ImportError:
    jsonld = None

SCHEMA, CROISSANT = "https://schema.org/", "http://mlcommons.org/croissant/"
REQUIRED = ("creator", "datePublished", "description", "distribution", "license", "name", "url")


def expanded(document):
    """Return the only node as JSON-LD has it; nothing may be fetched."""

    def refuse(url, _options):
        raise AssertionError(f"it refers to {url}")

    (node,) = jsonld.expand(document, {"documentLoader": refuse})
    assert node["@type"] == [SCHEMA + "Dataset"], node["@type"]
    conforms = node["http://purl.org/dc/terms/conformsTo"]
    assert conforms[0]["@value"] == CROISSANT + "1.1", conforms
    lacking = [key for key in REQUIRED if SCHEMA + key not in node]
    assert not lacking, lacking
    kinds = [item["@type"][0] for item in node[SCHEMA + "distribution"]]
    assert set(kinds) <= {CROISSANT + "FileObject", CROISSANT + "FileSet"}, kinds
    assert all(
        (CROISSANT + "includes" in item) == (item["@type"][0] == CROISSANT + "FileSet")
        for item in node[SCHEMA + "distribution"]
    )
    assert "http://www.w3.org/ns/prov#wasGeneratedBy" in node
    return "JSON-LD"


def first_row(path):
    """Return the first row of a table by its columns; None for a kind that is not read here."""
    if path.suffix == ".jsonl":
        return json.loads(path.read_text(encoding="utf-8").splitlines()[0])
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return next(csv.DictReader(file))
    return None


KINDS = {"sc:Text": str, "sc:Integer": int, "sc:Float": float}


def check_tables(root, document):
    """Read a row of each table as its fields say; return how many fields were read."""
    listed = {item["@id"]: item for item in document["distribution"]}
    ids, n_fields = [], 0
    for table in document["recordSet"]:
        assert table["@type"] == "cr:RecordSet" and table["name"], table
        for field in table["field"]:
            ids.append(field["@id"])
            source = field["source"]
            kind = "fileObject" if "fileObject" in source else "fileSet"
            item = listed[source[kind]["@id"]]
            assert item["@type"] == {"fileObject": "cr:FileObject", "fileSet": "cr:FileSet"}[kind]
            (path, *_) = root.glob(item.get("contentUrl") or item["includes"])
            row = first_row(path)
            if row is not None:
                value = row[source["extract"]["column"]]
                wanted = KINDS[field["dataType"]]
                assert wanted(value) == value or path.suffix == ".csv", (field, value)
                wanted(value)
                n_fields += 1
    assert len(set(ids)) == len(ids), ids
    return n_fields


def main():
    """Check and print."""
    root = pathlib.Path(sys.argv[1])
    document = json.loads((root / "croissant.json").read_text(encoding="utf-8"))
    how = expanded(document) if jsonld else "JSON"
    assert not [key for key in REQUIRED if key not in document]
    there = {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}
    listed, n_files, n_sets = [], 0, 0
    for item in document["distribution"]:
        assert item["@id"] and item["name"] and item["encodingFormat"], item
        if item["@type"] == "cr:FileObject":
            data = (root / item["contentUrl"]).read_bytes()
            assert item["sha256"] == hashlib.sha256(data).hexdigest(), item
            assert item["contentSize"] == f"{len(data)} B", item
            listed.append(item["contentUrl"])
            n_files += 1
        else:
            found = [str(p.relative_to(root)) for p in root.glob(item["includes"]) if p.is_file()]
            assert found, item
            listed += found
            n_sets += 1
    assert len(listed) == len(set(listed)), "a file is listed twice"
    rest = there - set(listed)
    assert rest == {"SHA256SUMS", "croissant.json", "manifest.jsonl"}, rest
    n_fields = check_tables(root, document)
    print(f"{n_files} files, {n_sets} patterns, {n_fields} fields, read as {how}")


if __name__ == "__main__":
    main()
