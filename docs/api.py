# SPDX-License-Identifier: MIT
"""Writes the API reference, a page per chapter, from docstrings and docs/api-examples.md.

    python3 docs/api.py docs/api     (`make docs`) replaces the pages in that directory
    python3 docs/api.py --missing    names what has no docstring, type, chapter or example, exit
                                     status 1 if any

Needs Python 3.9, no Blender.
"""

import ast
import os
import re
import sys
import textwrap

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "blender"))
sys.dont_write_bytecode = True

import public  # noqa: E402

# Pages in order: file, title, what is there, and what it shows: modules, with what their docstrings
# say after the first line, or single names of modules.
CHAPTERS = (
    (
        "scene",
        "The scene",
        "What a script subclasses, and what it says of the whole sample.",
        "scenes.scene scenes.timed.Interpolation scenes.timed.Timed scenes.stage.SceneLike",
    ),
    (
        "objects",
        "Objects",
        "Primitives, meshes and text; moving, turning, tagging, copying and measuring objects.",
        "scenes.factories.ObjectFactory scenes.objects scenes.placed.Placed scenes.timed.Animated"
        " engine.measure.ObjectStats",
    ),
    (
        "materials",
        "Materials and shaders",
        "Plain surfaces, graphs of shader nodes, and folders of textures.",
        "scenes.factories.MaterialFactory scenes.materials scenes.shader scenes.pbr"
        " scenes.stage.Resolvable",
    ),
    (
        "lights",
        "Lights and worlds",
        "Lamps, the sun, and what surrounds a scene. For a picture behind it see"
        " [`Scene.background`](scene.md#scenebackground).",
        "scenes.factories.LightFactory scenes.lights scenes.worlds",
    ),
    (
        "camera",
        "Camera and views",
        "Pose, lens and intrinsics; what a camera sees; further cameras, orbits and stereo.",
        "scenes.camera scenes.optics scenes.views",
    ),
    (
        "assets",
        "Assets",
        "Objects from files of Blender and of other programs, and folders of files.",
        "scenes.assets scenes.loaded scenes.folder",
    ),
    (
        "streams",
        "Streams of numbers",
        "Random numbers, places, rotations and colours, from the seed alone.",
        "plain.rng plain.sampling",
    ),
    (
        "scattering",
        "Scattering and domains",
        "Regions to place objects in. What fills them is"
        " [`Scene.scatter`](scene.md#scenescatter) and [`Scene.place`](scene.md#sceneplace).",
        "scenes.domain scenes.scatter scenes.placing",
    ),
    (
        "physics",
        "Physics",
        "The simulation of rigid bodies. What makes an object one is"
        " [`Object.add_rigidbody`](objects.md#objectadd_rigidbody).",
        "scenes.physics",
    ),
    (
        "generators",
        "Generators",
        "Programs that a scene runs to get a file, a text or a number.",
        "scenes.generators",
    ),
    (
        "records",
        "Records and passes",
        "What a script adds to the record, and which passes are rendered.",
        "plain.tags plain.categories engine.passes",
    ),
    (
        "types",
        "Types",
        "Names for annotations: what arguments may be.",
        "plain.types",
    ),
    (
        "client",
        "Client",
        "`rv.client` renders .blend files from a Python program outside of Blender. For a guide"
        " see [client.md](../client.md).",
        "client.client client.clients client.rendering client.job client.config client.pool"
        " client.progress client.errors",
    ),
    (
        "client-file",
        "Client: the file and its outputs",
        "What `rv.client` does to a .blend file before it is rendered, and which files it writes.",
        "client.operations client.outputs",
    ),
    (
        "older",
        "Older dialect",
        "The names of rv 0.2 for the same things.",
        "legacy.dialect",
    ),
)

INTRODUCTION = """\
# API reference

What a scene script finds in `rv`. `make docs` makes these pages from the docstrings and from
[api-examples.md](../api-examples.md), so do not edit them here. Lengths are in metres, angles in
degrees unless a text says radians, the world's Z axis points up, colours are linear. A method that
returns `Self` returns its object, for chaining. In examples `self` is the scene. For a tour with
pictures see [scenes.md](../scenes.md).

Inside Blender, and in an editor after `rv python install`, `rv` also has Blender's own {foreign}.
"""


def anchor(heading):
    """What GitHub makes of a heading."""
    kept = (c for c in heading.lower() if c.isalnum() or c in " -_")
    return "".join(kept).replace(" ", "-")


def examples():
    """Name of a class or function to its example."""
    with open(os.path.join(ROOT, "docs", "api-examples.md"), encoding="utf-8") as file:
        found = re.findall(r"^## (\w+)\n\n```python\n(.*?)\n```$", file.read(), re.M | re.S)
    return dict(found)


def code(text):
    """A block of Python."""
    return f"```python\n{text}\n```\n"


def folded(name, text):
    """A signature, one argument a line where it is long."""
    if len(text) <= 88:
        return text
    call = ast.parse(f"def {text}: ...").body[0]
    arguments = call.args
    parts, plain = [], [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(plain) - len(arguments.defaults)) + arguments.defaults
    parts += [_argument(a, d) for a, d in zip(plain, defaults)]
    if arguments.vararg:
        parts.append("*" + ast.unparse(arguments.vararg))
    elif arguments.kwonlyargs:
        parts.append("*")
    parts += [_argument(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults)]
    if arguments.kwarg:
        parts.append("**" + ast.unparse(arguments.kwarg))
    returns = f" -> {ast.unparse(call.returns)}" if call.returns else ""
    return f"{name}(\n" + "".join(f"    {part},\n" for part in parts) + f"){returns}"


def _argument(argument, default):
    text = ast.unparse(argument)
    if default is None:
        return text
    return f"{text} = {ast.unparse(default)}"


class Reference:
    """Which symbols there are, and on which page each is."""

    def __init__(self):
        directory = os.path.join(ROOT, "blender", "rv")
        self.scenes = public.Package(directory)
        self.client = public.Package(directory, "client.__init__")
        self.examples = examples()
        self._pages = {name: page for page, _, _, names in CHAPTERS for name in names.split()}

    def page_of(self, symbol):
        """The page of a symbol, None for one that has none."""
        return self._pages.get(symbol.path) or self._pages.get(symbol.module.name)

    def shown(self, page):
        """The symbols of a page, in the order of its chapter's names, then of the source."""
        order = list(self._pages)
        return sorted(
            (s for s in self.all() if self.page_of(s) == page and not s.is_typevar),
            key=lambda s: order.index(s.path if s.path in order else s.module.name),
        )

    def all(self):
        """All public symbols; of the client's those that have a page, as the rest is internal."""
        yield from self.scenes.symbols.values()
        yield from filter(self.page_of, self.client.symbols.values())

    def package(self, symbol):
        """The package that a symbol is of."""
        return self.client if symbol.module.name.startswith("client.") else self.scenes

    def link(self, symbol, page=None):
        """A link to a symbol's section, from a page."""
        home = self.page_of(symbol)
        file = "" if home == page else f"{home}.md"
        return f"[`{symbol.name}`]({file}#{anchor(symbol.name)})"

    def contents(self):
        """The first page: a line per chapter, then all names."""
        foreign = ", ".join(f"`{name}`" for name in sorted(self.scenes.foreign))
        chapters = [f"- [{title}]({page}.md): {text}" for page, title, text, _ in CHAPTERS]
        named = sorted((s for s in self.all() if s.kind != "data"), key=lambda s: s.name.lower())
        names = "All classes and functions: " + ", ".join(map(self.link, named)) + "."
        return "\n".join([INTRODUCTION.format(foreign=foreign), *chapters, "", names, ""])


class Page:
    """A page, section by section."""

    def __init__(self, reference, page, title, text, names):
        self._reference = reference
        self._page = page
        self._lines = []
        symbols = reference.shown(page)
        whole = dict.fromkeys(s.module for s in symbols if s.module.name in names.split())
        notes = [module.doc.partition("\n\n")[2] for module in whole]
        notes = [note.replace("Needs no Blender.", "").strip() for note in notes]
        links = [reference.link(s, page) for s in symbols if s.kind != "data"]
        self.add(f"# {title}", text)
        self.add(*notes)
        self.add("Here: " + ", ".join(links) + "." if links else "")
        for symbol in symbols:
            self._package = reference.package(symbol)
            if symbol.kind == "class":
                self._class(symbol)
            elif symbol.kind == "function":
                call = folded(symbol.name, public.signature_text(symbol.node, without_self=False))
                self.add(f"## {symbol.name}", code(call), symbol.doc or "")
                self._example(symbol)
        data = [symbol for symbol in symbols if symbol.kind == "data"]
        if data and links:
            self.add("## Types")
        self._items([(ast.unparse(public.data_syntax(symbol.node)), symbol.doc) for symbol in data])

    def add(self, *paragraphs):
        """Appends paragraphs; those without text are left out."""
        self._lines += [text.rstrip("\n") + "\n" for text in paragraphs if text]

    def text(self):
        """All of it."""
        return "\n".join(self._lines)

    def _example(self, symbol):
        if symbol.name in self._reference.examples:
            self.add("Example:", code(self._reference.examples[symbol.name]))

    def _items(self, items):
        if items:
            shown = ((f"- `{text}`", textwrap.indent(doc or "", "  ")) for text, doc in items)
            self.add("\n".join(f"{text}<br>\n{doc}" if doc else text for text, doc in shown))

    def _class(self, symbol):
        members = self._package.members(symbol)
        bases = ", ".join(ast.unparse(base) for base in symbol.node.bases)
        self.add(f"## {symbol.name}")
        first = members[0] if members else None
        if first is not None and first.name == "__init__":
            text = public.signature_text(first.node, symbol.name).replace(" -> None", "")
            self.add(code("class " + folded(symbol.name, text)))
        else:
            self.add(code(f"class {symbol.name}({bases})" if bases else f"class {symbol.name}"))
        self.add(symbol.doc or "")
        self._example(symbol)
        for owner, inherited in self._package.inherited(symbol):
            names = [member.name for member in inherited if public.is_public(member.name)]
            if names:
                self.add(
                    f"From {self._reference.link(owner, self._page)}: "
                    + ", ".join(f"`{name}`" for name in names)
                    + "."
                )
        self._items(
            [
                (self._attribute_text(member), self._package.doc_of(symbol, member))
                for member in members
                if member.kind in ("attribute", "property")
            ]
        )
        for member in members:
            if member.kind in ("method", "static", "class") and public.is_public(member.name):
                self._method(symbol, member)

    def _attribute_text(self, member):
        kind = member.node.returns if member.kind == "property" else member.type
        text = member.name + (f": {ast.unparse(kind)}" if kind is not None else "")
        if member.kind == "attribute" and member.default is not None:
            if public.is_literal(member.default) and ast.unparse(member.default) not in text:
                text += f" = {ast.unparse(member.default)}"
        return text

    def _method(self, symbol, member):
        owner = f"{symbol.name}." if member.kind == "static" else ""
        name = owner + member.name
        text = public.signature_text(member.node, member.name, member.kind != "static")
        self.add(f"### {symbol.name}.{member.name}")
        self.add(code(owner + folded(member.name, text)))
        self.add(self._package.doc_of(symbol, member) or name)


def missing(reference):
    """Lines that name public things without docstring, type, chapter or example."""
    if not reference.scenes.doc:
        yield "rv has no docstring"
    exported = {*reference.scenes.exported, *reference.client.exported}
    used = set()
    for name in sorted({symbol.module.name for symbol in reference.all()}):
        if not reference.scenes.module(name).doc:
            yield f"rv.{name} has no docstring"
    for symbol in reference.all():
        path, package = symbol.path, reference.package(symbol)
        if symbol.is_typevar:
            continue
        if reference.page_of(symbol) is None:
            yield f"rv.{path} has no chapter"
        if not symbol.doc:
            yield f"rv.{path} has no docstring"
        if symbol.kind != "data" and symbol.name in exported:
            used.add(symbol.name)
            if symbol.name not in reference.examples:
                yield f"rv.{path} has no example"
        if symbol.kind != "class":
            continue
        for member in package.members(symbol):
            if not public.is_public(member.name):
                continue
            if package is reference.client and member.kind == "attribute":
                continue  # the class describes them
            if not package.doc_of(symbol, member):
                yield f"rv.{path}.{member.name} has no docstring"
            if member.kind == "attribute" and member.type is None:
                yield f"rv.{path}.{member.name} has no type"
            if member.kind == "property" and member.node.returns is None:
                yield f"rv.{path}.{member.name} has no type"
    for name in sorted(set(reference.examples) - used):
        yield f"the example {name} is of no public class or function"


def write(reference, directory):
    """Replaces the pages in a directory."""
    pages = {"README": reference.contents()}
    for chapter in CHAPTERS:
        pages[chapter[0]] = Page(reference, *chapter).text()
    os.makedirs(directory, exist_ok=True)
    for name in os.listdir(directory):
        if name.endswith(".md"):
            os.remove(os.path.join(directory, name))
    for name, text in pages.items():
        path = os.path.join(directory, f"{name}.md")
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-") and sys.argv[1] != "--missing":
        sys.exit("usage: api.py DIRECTORY|--missing")
    reference = Reference()
    if sys.argv[1] == "--missing":
        found = list(missing(reference))
        print("\n".join(found) if found else "nothing is missing")
        sys.exit(1 if found else 0)
    write(reference, sys.argv[1])


main()
