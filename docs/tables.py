#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write the tables of the documentation that stand in the tools already.

    RV_BIN=build/release/bin docs/tables.py [--check]

A table stands between two comments, in a man page

    .\\" begin table NAME
    .\\" end table NAME

in Markdown `<!-- begin table NAME -->`, `<!-- end table NAME -->`, and in Python, as far to the
right as its lines, `# begin table NAME`, `# end table NAME`. What is between them is replaced by
what the tool of the table tells as JSON. With --check nothing is written: what would
change is shown, and the exit status is then 1.
"""

import collections
import difflib
import functools
import glob
import itertools
import json
import os
import re
import subprocess
import sys
import textwrap
from typing import Any, Callable, Dict, List

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGES = ("tools/man/*.[1-9]", "docs/*.md", "README.md", "blender/rv/*/*.py")
REGION = re.compile(
    r'^(?P<begin>(?P<indent> *)(?:\.\\"|<!--|#) begin table (?P<name>[a-z]+)(?: -->)?)\n'
    r'(?P<table>.*?)(?P<end>^ *(?:\.\\"|<!--|#) end table (?P=name)(?: -->)?)$',
    re.MULTILINE | re.DOTALL,
)


@functools.lru_cache(maxsize=None)
def told(tool: str, *options: str) -> Any:
    """Return what a tool tells as JSON."""
    path = os.path.join(os.environ.get("RV_BIN", os.path.join(ROOT, "build/release/bin")), tool)
    return json.loads(
        subprocess.run([path, *options, "--json"], check=True, capture_output=True).stdout
    )


def mdoc(text: str) -> str:
    """Return a text as a man page has it."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in (".", "'") else text


def mdoc_list(macro: str, words: List[str]) -> str:
    """Return words with commas between them, and a full stop, as a line of a man page."""
    return f".{macro} " + " , ".join(words) + " .\n"


def sentence(phrase: str) -> str:
    """Return a phrase as a sentence; what it explains ("camera: ...") stays as it is."""
    is_word = re.match(r"\w+:", phrase)
    return (phrase if is_word else phrase[:1].upper() + phrase[1:]) + "."


# ---- the tables


NEEDS = {
    "image": "an image",
    "png": "which is a PNG file",
    "png-jpeg": "which is a PNG or JPEG file",
    "common": "which is a PNG, JPEG, WebP, BMP or TIFF file",
    "annotations": "annotations",
    "camera": "a camera",
    "sequence": "a place in a sequence",
    "picture": "in a format that rv decodes",
}
MADE = {
    "always": "of every sample",
    "with annotations": "of samples with annotations",
    "with sequences": "of sequences",
    "when asked for": "no",
}


def format_files() -> str:
    """Return the formats and their files, for rv-mux(1)."""
    text = ".Bl -tag -width Ds\n"
    for item in told("rv-mux", "--formats"):
        text += f'.It Cm {item["name"]}\n{mdoc(sentence(item["summary"]))}\n'
        for file in item["files"]:
            text += f'.br\n.Pa {mdoc(file["layout"])} :\n{mdoc(file["text"])}\n'
    return text + ".El\n"


def format_pages() -> str:
    """Return an overview of the formats and a chapter for each, for docs/formats.md."""
    formats = told("rv-mux", "--formats")
    text = "| format | without `--format` | read by | in the tests by | carries | cannot carry |\n"
    text += "|---|---|---|---|---|\n"
    for item in formats:
        cells = (
            f'`{item["name"]}`',
            MADE[item["made"]],
            item["readers"],
            item["checked"],
            item["carries"],
            item["loses"],
        )
        text += f'| {" | ".join(cell or "-" for cell in cells)} |\n'
    for item in formats:
        text += f'\n### {item["title"]}: `{item["name"]}`\n\n{sentence(item["summary"])}\n\n'
        needs = ", ".join(NEEDS[need] for need in item["needs"])
        text += f"Each picture needs {needs}.\n\n" if needs else ""
        text += "| file | holds | merged |\n|---|---|---|\n"
        for file in item["files"]:
            text += f'| `{file["layout"]}` | {file["text"]} | {file["merged"]} |\n'
        if item["options"]:
            text += "\n| option | |\n|---|---|\n"
        for option in item["options"]:
            value = "=" + option["argument"] if option["argument"] else ""
            text += f'| `{item["name"]}:{option["name"]}{value}` | {option["text"]} |\n'
        if item["load"]:
            text += f'\nTo load it: `{item["load"]}`\n'
    return text


def form(role: Dict[str, Any]) -> str:
    """Return what the file of a role is: "grey, 16 bit", "float, X Y Z"."""
    letters, bits = role["channels"], role["bits"]
    if role["kind"] in ("exr", "flo", "npy"):
        return "float, " + " ".join(letters) if letters else ""
    colours = {"Y": "grey", "YA": "grey and alpha"}.get(letters, letters)
    return colours + (f", {bits} bit" if colours and bits else "")


def roles() -> str:
    """Return the roles of files that there are, for rv-record(5)."""
    text = ".Bl -tag -width Ds -compact\n"
    for role in told("rv-mask", "--labels")["roles"]:
        if not role["writer"]:
            continue  # its name is reserved
        name, path = (role[key].replace("*", "NAME") for key in ("name", "file"))
        path += "/INDEX.png" if role["kind"] == "folder" else ""
        what = ": ".join(part for part in (form(role), role["text"]) if part)
        ground = f'; background {role["background"]}' if role["background"] else ""
        text += f".It Ic {name} No \\(em Pa {path}\n{mdoc(what + ground)}\n"
    return text + ".El\n"


def labels() -> str:
    """Return the labels that rv-mask makes, for rv-mask(1)."""
    text = ".Bl -tag -width Ds -compact\n"
    for label in told("rv-mask", "--labels")["labels"]:
        names = [name.replace("*", "NAME") for name in label["roles"]]
        text += f'.It Ic {label["name"]}\n{mdoc(sentence(label["summary"]))}\n'
        text += "Files:\n" + mdoc_list("Cm", names) if names else ""
        text += "In annotations:\n" + mdoc_list("Ic", label["members"]) if label["members"] else ""
    return text + ".El\n"


def labeloptions() -> str:
    """Return the options of the labels, for rv-mask(1)."""
    text = ".Bl -tag -width Ds\n"
    for option in (o for label in told("rv-mask", "--labels")["labels"] for o in label["options"]):
        argument = f' Ar {mdoc(option["argument"])}' if option["argument"] else ""
        text += f'.It Fl Fl {option["name"]}{argument}\n{mdoc(sentence(option["text"]))}\n'
    return text + ".El\n"


def checks() -> str:
    """Return the checks of rv-verify, for rv-verify(1)."""
    text = ".Bl -tag -width Ds -compact\n"
    for check in told("rv-verify", "--list-checks"):
        severity = "" if check["severity"] == "error" else f' Pq {check["severity"]}'
        text += f'.It Cm {mdoc(check["id"])}{severity}\n{mdoc(sentence(check["text"]))}\n'
    return text + ".El\n"


def check_pages() -> str:
    """Return a table of checks for each area, for docs/verify.md."""
    text = ""
    areas = itertools.groupby(
        told("rv-verify", "--list-checks"), lambda check: check["id"].split(".")[0]
    )
    for area, found in areas:
        text += f"### `{area}`\n\n| check | severity | what is found |\n|---|---|---|\n"
        for check in found:
            text += f'| `{check["id"]}` | {check["severity"]} | {check["text"]} |\n'
        text += "\n"
    return text[:-1]


# The kinds of settings: their type in Python, their check, what stands for "not given", and how a
# record writes them.
Kind = collections.namedtuple("Kind", "type check default form")
SETTINGS = {
    "flag": Kind("Optional[bool]", "fields.flag", "", "true or false"),
    "switch": Kind("Optional[bool]", "fields.flag", "", "true or false"),
    "whole": Kind("Optional[int]", "_whole({member})", "", "a whole number, {range}"),
    "real": Kind("Optional[float]", "_real({member})", "", "a number, {range}"),
    "seconds": Kind("Optional[float]", "_real({member})", "", "seconds"),
    "choice": Kind("str", "_choice({member})", "CHOICES[{member}][0]", "{words}"),
    "path": Kind("Optional[str]", "fields.text", "", "a text"),
    "frames": Kind("Optional[Tuple[int, ...]]", "_frames", "", "a text such as 1..24"),
    "resolution": Kind("Optional[Tuple[int, int]]", "fields.resolution", "", "[width, height]"),
    "passes": Kind("Tuple[str, ...]", "fields.names", "()", "an array of names"),
    "names": Kind("Tuple[str, ...]", "fields.names", "()", "an array of names"),
    "image": Kind("ImageFormat", "_image", "ImageFormat()", '{{"format":"PNG","depth":16}}'),
    "retimes": Kind("Tuple[Retime, ...]", "_retimes", "()", '{{"scale":2,"shift":0}}, or an array'),
    "camera": Kind("Optional[CameraPose]", "_camera", "", "an object"),
    "orbit": Kind(
        "Optional[Orbit]",
        "_orbit",
        "",
        '{{"n":8,"radius":2,"elevation":30,"target":[0,0,0]}}',
    ),
    "renders": Kind("Tuple[Any, ...]", "_renders", "()", "an array of objects"),
}


def settings() -> str:
    """Return the members of Settings, for rv/sample/settings.py."""
    text = ""
    for item in told("rv-blend", "--settings"):
        kind, names = SETTINGS[item["kind"]], {"member": json.dumps(item["member"])}
        values = [kind.check.format(**names)]
        values += [kind.default.format(**names)] if kind.default else []
        of_whom = "_of_record" if item["of_record"] else "_of_command"
        text += f'{item["member"]}: {kind.type} = {of_whom}({", ".join(values)})\n'
    return text


def limits() -> str:
    """Return the ranges and choices of settings, for rv/plain/limits.py."""
    tables: Dict[str, List[str]] = {"WHOLE_RANGES": [], "REAL_RANGES": [], "CHOICES": []}
    for item in told("rv-blend", "--settings"):
        name = json.dumps(item["member"])
        if item["kind"] == "choice":
            words = ", ".join(json.dumps(word) for word in item["words"])
            tables["CHOICES"].append(f"    {name}: ({words}),\n")
        elif item["kind"] == "whole":
            tables["WHOLE_RANGES"].append(f'    {name}: ({item["low"]}, {item["high"]}),\n')
        elif "low" in item:
            low, high = float(item["low"]), float(item["high"])
            tables["REAL_RANGES"].append(f"    {name}: ({low}, {high}),\n")
    return "".join(f"{name} = {{\n{''.join(rows)}}}\n" for name, rows in tables.items())


def blend_members() -> str:
    """Return the members of a record's `blend`, for rv-record(5)."""
    text = ".Bl -tag -width Ds -compact\n"
    for item in (row for row in told("rv-blend", "--settings") if row["of_record"]):
        form = SETTINGS[item["kind"]].form.format(
            range=f'{item.get("low", 0):.10g} to {item.get("high", 0):.10g}',
            words=" or ".join(item.get("words", ())),
        )
        text += f'.It Ic {item["member"]} Pq {mdoc(form)}\n{mdoc(sentence(item["text"]))}\n'
    return text + ".El\n"


TABLES: Dict[str, Callable[[], str]] = {
    "blendmembers": blend_members,
    "checkpages": check_pages,
    "checks": checks,
    "formatfiles": format_files,
    "formatpages": format_pages,
    "labeloptions": labeloptions,
    "labels": labels,
    "limits": limits,
    "roles": roles,
    "settings": settings,
}


def rewritten(page: str) -> str:
    """Return a page with its tables as they are now."""

    def table(match: "re.Match[str]") -> str:
        rows = textwrap.indent(TABLES[match["name"]](), match["indent"])
        return f'{match["begin"]}\n{rows}{match["end"]}'

    return REGION.sub(table, page)


def main() -> None:
    """Write the pages, or show what would change."""
    is_check, changed = sys.argv[1:] == ["--check"], False
    for path in sorted(
        name for pattern in PAGES for name in glob.glob(os.path.join(ROOT, pattern))
    ):
        with open(path, encoding="utf-8") as file:
            old = file.read()
        new = rewritten(old)
        if old != new and is_check:
            name = os.path.relpath(path, ROOT)
            sys.stdout.writelines(
                difflib.unified_diff(
                    old.splitlines(True), new.splitlines(True), name, "as it should be"
                )
            )
            changed = True
        elif old != new:
            with open(path, "w", encoding="utf-8") as file:
                file.write(new)
    if changed:
        sys.exit("tables are not as the tools tell them: make docs")


if __name__ == "__main__":
    main()
