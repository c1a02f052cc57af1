#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Build the documentation as a site of static pages: docs/site/build.py OUT

The contents are docs/README.md: its chapters and links are the navigation of every page. From
there on each file of the repository that a page links to becomes a page, too, at the same place:

    README.md            index.html in the same folder
    docs/formats.md      docs/formats.html
    tools/man/rv-mux.1   tools/man/rv-mux.1.html
    examples/a/scene.py  examples/a/scene.py.html
    a folder             index.html in it: its README, or the list of its files
    a picture            as it is

Markdown is converted by pandoc, man pages by mandoc. Headings have the anchors that GitHub gives
them. A name like rv-mux(1) links to its man page. Nothing is loaded from elsewhere, and pages work
from a disk. The same files give the same pages.

Exit status: 0; 1 when a page links to what is not there, with each such link on standard error.
"""

import argparse
import concurrent.futures
import html
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Set, Tuple

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CONTENTS = "docs/README.md"
START = "README.md"
MAN = re.compile(r"(rv(?:-[a-z]+)?)\(([1-9])\)")
AS_THEY_ARE = (".png", ".jpg", ".gif", ".webp", ".svg", ".blend")
LANGUAGES = {".py": "python", ".sh": "bash", ".mk": "makefile", ".yaml": "yaml", ".json": "json"}
LANGUAGES.update({".c": "c", ".h": "c", ".def": "c", ".mjs": "javascript", ".bats": "bash"})


class Page(NamedTuple):
    """A page as it is written: texts are HTML but for the title."""

    title: str
    toc: str
    body: str
    headings: List[Tuple[str, str]]  # anchor, text


# ---- Pandoc's document tree: dicts {"t": kind, "c": content} in lists


def pandoc(text: str, *options: str) -> str:
    """Return what pandoc makes of a text."""
    command = ["pandoc", *options]
    return subprocess.run(command, input=text, check=True, capture_output=True, text=True).stdout


def elements(tree: Any, kind: str) -> Iterator[Dict[str, Any]]:
    """Yield all elements of a kind, outer ones first."""
    if isinstance(tree, dict):
        if tree.get("t") == kind:
            yield tree
        tree = tree.get("c")
    if isinstance(tree, list):
        for part in tree:
            yield from elements(part, kind)


def text_of(inlines: Any) -> str:
    """Return the words of a heading."""
    if isinstance(inlines, list):
        return "".join(map(text_of, inlines))
    kind, content = inlines["t"], inlines.get("c")
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if kind in ("Str",):
        return content
    if kind in ("Code", "Link"):
        return content[1] if kind == "Code" else text_of(content[1])
    return text_of(content) if isinstance(content, list) else ""


def rewritten(tree: Any, change: Callable[[Dict[str, Any]], Any]) -> Any:
    """Return a tree with each element replaced by what `change` makes of it, inner ones first."""
    if isinstance(tree, list):
        made: List[Any] = []
        for part in tree:
            new = rewritten(part, change)
            made += new if isinstance(part, dict) and isinstance(new, list) else [new]
        return made
    if isinstance(tree, dict) and "t" in tree:
        return change({**tree, "c": rewritten(tree["c"], change)} if "c" in tree else tree)
    return tree


# ---- files and links


def target_of(path: str) -> str:
    """Return where a file or folder of the repository is in the site."""
    if os.path.isdir(os.path.join(ROOT, path)):
        return posixpath.normpath(posixpath.join(path, "index.html"))
    folder, name = posixpath.split(path)
    if name == "README.md":
        return posixpath.join(folder, "index.html")
    if name.endswith(".md"):
        return path[: -len("md")] + "html"
    return path if name.endswith(AS_THEY_ARE) else path + ".html"


class Site:
    """The pages that are there already, and what they want."""

    def __init__(self, out: str) -> None:
        self.out = out
        self.wanted: Set[str] = set()
        self.faults: List[str] = []
        self.anchors: Dict[str, Set[str]] = {}
        self.links: List[Tuple[str, str, str, str]] = []  # page, link, path, anchor

    def link(self, page: str, target: str) -> str:
        """Return a link of a page as the site has it; what it names becomes a page."""
        if re.match(r"[a-z]+:", target):
            return target
        path, _, anchor = target.partition("#")
        if path:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
        else:
            path = page
        if path.startswith("..") or not os.path.exists(os.path.join(ROOT, path)):
            self.faults.append(f"{page}: {target} is not there")
            return target
        if os.path.isdir(os.path.join(ROOT, path, "")):
            readme = posixpath.join(path, "README.md")
            path = readme if os.path.exists(os.path.join(ROOT, readme)) else path
        self.wanted.add(path)
        if anchor:
            self.links.append((page, target, path, anchor))
        made = posixpath.relpath(target_of(path), posixpath.dirname(target_of(page)) or ".")
        return made + ("#" + anchor if anchor else "")

    def man_link(self, page: str, name: str, section: str) -> str:
        """Return the link to a man page of ours, or nothing."""
        path = f"tools/man/{name}.{section}"
        if path == page or not os.path.exists(os.path.join(ROOT, path)):
            return ""
        return self.link(page, posixpath.relpath(path, posixpath.dirname(page) or "."))

    def with_links(self, page: str, tree: Any) -> Any:
        """Return a document whose links are those of the site."""

        def change(element: Dict[str, Any]) -> Any:
            kind, content = element["t"], element.get("c")
            if kind in ("Link", "Image"):
                content[2][0] = self.link(page, content[2][0])
            elif kind == "Table":
                return {"t": "Div", "c": [["", ["wide"], []], [element]]}
            elif kind == "Str" and MAN.search(content):
                return self._with_man_links(page, content)
            return element

        return rewritten(tree, change)

    def _with_man_links(self, page: str, word: str) -> List[Dict[str, Any]]:
        made: List[Dict[str, Any]] = []
        end = 0
        for found in MAN.finditer(word):
            link = self.man_link(page, *found.groups())
            if link:
                made.append({"t": "Str", "c": word[end : found.start()]})
                name = [{"t": "Str", "c": found.group()}]
                made.append({"t": "Link", "c": [["", [], []], name, [link, ""]]})
                end = found.end()
        return [*made, {"t": "Str", "c": word[end:]}]


# ---- pages by kind of file


def read(path: str) -> str:
    """Return the text of a file of the repository."""
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def markdown(site: Site, path: str, text: str) -> Page:
    """Convert a page that is Markdown."""
    tree = json.loads(pandoc(text, "-f", "gfm", "-t", "json"))
    headings = [
        (h["c"][1][0], text_of(h["c"][2]), h["c"][0]) for h in elements(tree["blocks"], "Header")
    ]
    title = next((words for _, words, level in headings if level == 1), posixpath.basename(path))
    tree["blocks"] = site.with_links(path, tree["blocks"])
    body = pandoc(json.dumps(tree), "-f", "json", "-t", "html5", "--wrap=none")
    chapters = [(anchor, words) for anchor, words, level in headings if level == 2]
    toc = "".join(f'<li><a href="#{anchor}">{html.escape(t)}</a></li>' for anchor, t in chapters)
    return Page(title, toc if len(chapters) > 2 else "", body, [h[:2] for h in headings])


def man_page(site: Site, path: str) -> Page:
    """Convert a man page."""
    command = ["mandoc", "-T", "html", "-O", "fragment", os.path.join(ROOT, path)]
    body = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    body = re.sub(r"<table class=\"(head|foot)\">.*?</table>", "", body, flags=re.DOTALL)

    def linked(found: "re.Match[str]") -> str:
        link = site.man_link(path, found.group(1), found.group(2))
        return f'<a href="{link}">{found.group()}</a>' if link else found.group()

    body = MAN.sub(linked, body)
    found = re.findall(r'<h1 class="Sh" id="([^"]+)">\s*<a[^>]*>(.*?)</a>', body, re.DOTALL)
    headings = [
        (anchor, re.sub("<[^>]+>", "", " ".join(text.split())).capitalize())
        for anchor, text in found
    ]
    toc = "".join(f'<li><a href="#{anchor}">{text}</a></li>' for anchor, text in headings)
    name, section = posixpath.splitext(posixpath.basename(path))
    title = f"{name}({section[1:]})"
    options = re.findall(
        r'<a class="permalink" href="#([^"]+)"><code class="Fl">(.*?)</code>', body
    )
    headings += [(anchor, html.unescape(text)) for anchor, text in options]
    return Page(title, toc, f"<h1>{title}</h1>\n{body}", headings)


def source(path: str) -> Page:
    """Show a text file."""
    language = LANGUAGES.get(posixpath.splitext(path)[1])
    language = "makefile" if posixpath.basename(path) == "Makefile" else language
    text = read(path)
    if language:
        fence = "`" * 9
        body = pandoc(f"{fence} {language}\n{text}\n{fence}\n", "-f", "gfm", "-t", "html5")
    else:
        body = f"<pre><code>{html.escape(text, quote=False)}</code></pre>"
    return Page(path, "", f"<h1><code>{html.escape(path)}</code></h1>\n{body}", [])


def folder(site: Site, path: str) -> Page:
    """List the files of a folder that has no README."""
    names = sorted(n for n in os.listdir(os.path.join(ROOT, path)) if n[0] not in "._")
    rows = "".join(f"- [{name}]({name})\n" for name in names)
    return markdown(site, posixpath.join(path, "x"), f"# {path}\n\n{rows}")._replace(headings=[])


def converted(site: Site, path: str) -> Page:
    """Convert any file."""
    if os.path.isdir(os.path.join(ROOT, path)):
        return folder(site, path)
    if path.endswith(".md"):
        return markdown(site, path, read(path))
    if re.fullmatch(r"tools/man/.+\.[1-9]", path):
        return man_page(site, path)
    return source(path)


# ---- the whole


def contents(site: Site) -> List[Tuple[str, List[Tuple[str, str]]]]:
    """Return the chapters of docs/README.md: the name of each, and its pages as text and path."""
    tree = json.loads(pandoc(read(CONTENTS), "-f", "gfm", "-t", "json"))
    chapters: List[Tuple[str, List[Tuple[str, str]]]] = []
    for block in tree["blocks"]:
        if block["t"] == "Header" and block["c"][0] == 2:
            chapters.append((text_of(block["c"][2]), []))
        for item in block["c"] if block["t"] == "BulletList" else ():
            for link in list(elements(item, "Link"))[:1]:
                path = posixpath.normpath(posixpath.join("docs", link["c"][2][0]))
                chapters[-1][1].append((text_of(link["c"][1]), path))
    site.wanted.update([CONTENTS, *(path for _, pages in chapters for _, path in pages)])
    return chapters


def navigation(chapters: List[Tuple[str, List[Tuple[str, str]]]], page: str) -> str:
    """Return the links to all pages as one of them shows them."""
    here = posixpath.dirname(target_of(page)) or "."
    made = []
    for name, pages in chapters:
        made.append(f"<h2>{html.escape(name)}</h2>\n<ul>")
        for text, path in pages:
            mark = ' aria-current="page"' if path == page else ""
            link = posixpath.relpath(target_of(path), here)
            made.append(f'<li><a href="{link}"{mark}>{html.escape(text)}</a></li>')
        made.append("</ul>")
    return "\n".join(made)


def write(path: str, text: str) -> None:
    """Write a file, and the folders above it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def build(out: str) -> List[str]:
    """Write the site; return the links that lead nowhere."""
    site = Site(out)
    chapters = contents(site)
    pages: Dict[str, Page] = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        while site.wanted - set(pages):
            new = sorted(site.wanted - set(pages))
            asis = [path for path in new if path.endswith(AS_THEY_ARE)]
            for path in asis:
                os.makedirs(os.path.dirname(os.path.join(out, path)), exist_ok=True)
                shutil.copyfile(os.path.join(ROOT, path), os.path.join(out, path))
            pages.update((path, Page("", "", "", [])) for path in asis)
            others = [path for path in new if path not in pages]
            pages.update(zip(others, pool.map(lambda path: converted(site, path), others)))
    template = read("docs/site/page.html")
    for path, page in sorted(pages.items()):
        if path.endswith(AS_THEY_ARE):
            continue
        site.anchors[path] = set(re.findall(r' id="([^"]+)"', page.body))
        here = posixpath.dirname(target_of(path)) or "."
        filled = {
            "TITLE": html.escape(page.title if page.title == "rv" else f"{page.title} - rv"),
            "ROOT": posixpath.relpath(".", here) + "/",
            "CONTENTS": navigation(chapters, path),
            "TOC": f'<nav class="toc"><ul>{page.toc}</ul></nav>' if page.toc else "",
            "BODY": page.body,
        }
        text = re.sub(r"@([A-Z]+)@", lambda found: filled[found.group(1)], template)
        write(os.path.join(out, target_of(path)), text)
    found = [
        [text, page.title, target_of(path) + "#" + anchor]
        for path, page in sorted(pages.items())
        for anchor, text in page.headings
    ]
    write(
        os.path.join(out, "search.js"),
        read("docs/site/search.js").replace("@INDEX@", json.dumps(found)),
    )
    write(os.path.join(out, "style.css"), read("docs/site/style.css"))
    for page_path, target, path, anchor in site.links:
        if path in site.anchors and anchor not in site.anchors[path]:
            site.faults.append(f"{page_path}: {target}: {path} has no heading #{anchor}")
    return sorted(set(site.faults))


def main() -> None:
    """See above."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument(
        "out", help="folder to write; what is in it stays, but for pages of the site"
    )
    faults = build(parser.parse_args().out)
    for fault in faults:
        print(f"site: {fault}", file=sys.stderr)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
