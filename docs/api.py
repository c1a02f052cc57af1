# SPDX-License-Identifier: MIT
"""Writes the API reference of scene scripts, from signatures and docstrings, to stdout.

    python3 docs/api.py >docs/api.md     (`make docs`)
    python3 docs/api.py --missing        names what has no docstring or type, exit status 1 if any

Needs Python 3.9, no Blender.
"""

import ast
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "blender"))
sys.dont_write_bytecode = True

import public  # noqa: E402

# Modules in the order in which a reader wants them; others follow by name.
ORDER = (
    "scenes.scene scenes.objects scenes.camera scenes.factories scenes.lights scenes.materials"
    " scenes.shader scenes.worlds scenes.assets scenes.domain scenes.scatter scenes.physics"
    " scenes.timed scenes.views scenes.generators engine.passes engine.measure plain.rng plain.tags"
    " plain.types scenes.stage"
).split()

INTRODUCTION = """\
# API reference

What a scene script finds in `rv`: made from the docstrings by `make docs`, so do not edit it here.
Lengths are in metres, angles in degrees unless a text says radians, the world's Z axis points up,
colours are linear. A method that returns `Self` returns its object, for chaining. For a tour with
pictures see [scenes.md](scenes.md).

Inside Blender, and in an editor after `rv python install`, `rv` also has Blender's own {foreign}.
"""


def anchor(heading):
    """What GitHub makes of a heading."""
    kept = (c for c in heading.lower() if c.isalnum() or c in " -_")
    return "".join(kept).replace(" ", "-")


def link(symbol):
    """A link to a symbol's section."""
    return f"[`{symbol.name}`](#{anchor(symbol.name)})"


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


class Page:
    """The page, section by section."""

    def __init__(self, package):
        self._package = package
        self._lines = []

    def add(self, *lines):
        """Appends paragraphs."""
        self._lines += [line.rstrip("\n") + "\n" for line in lines]

    def text(self):
        """All of it."""
        return "\n".join(self._lines)

    def module(self, name, symbols):
        """A module and its public names."""
        self.add(f"## rv.{name}", self._package.module(name).doc)
        data = [symbol for symbol in symbols if symbol.kind == "data"]
        for symbol in symbols:
            if symbol.kind == "class":
                self._class(symbol)
            elif symbol.kind == "function":
                text = public.signature_text(symbol.node, f"rv.{symbol.name}", False)
                call = folded(symbol.name, text.replace("rv.", "", 1))
                self.add(f"### {symbol.name}", code(call), symbol.doc or "")
        self._items([(ast.unparse(public.data_syntax(symbol.node)), symbol.doc) for symbol in data])

    def _items(self, items):
        if items:
            self.add("\n".join(f"- `{text}`<br>\n  {doc or ''}".rstrip() for text, doc in items))

    def _class(self, symbol):
        members = self._package.members(symbol)
        bases = ", ".join(ast.unparse(base) for base in symbol.node.bases)
        self.add(f"### {symbol.name}")
        first = members[0] if members else None
        if first is not None and first.name == "__init__":
            text = public.signature_text(first.node, symbol.name).replace(" -> None", "")
            self.add(code("class " + folded(symbol.name, text)))
        else:
            self.add(code(f"class {symbol.name}({bases})" if bases else f"class {symbol.name}"))
        self.add(symbol.doc or "")
        for owner, inherited in self._package.inherited(symbol):
            names = [member.name for member in inherited if public.is_public(member.name)]
            if names:
                self.add(f"From {link(owner)}: " + ", ".join(f"`{name}`" for name in names) + ".")
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
        self.add(f"#### {symbol.name}.{member.name}")
        self.add(code(owner + folded(member.name, text)))
        self.add(self._package.doc_of(symbol, member) or name)


def page(package):
    """The whole reference."""
    by_module = {}
    for symbol in package.symbols.values():
        if not symbol.is_typevar:
            by_module.setdefault(symbol.module.name, []).append(symbol)
    names = [name for name in ORDER if name in by_module]
    names += sorted(set(by_module) - set(ORDER))
    made = Page(package)
    made.add(
        INTRODUCTION.format(foreign=", ".join(f"`{name}`" for name in sorted(package.foreign)))
    )
    contents = []
    for name in names:
        shown = [link(s) if s.kind != "data" else f"`{s.name}`" for s in by_module[name]]
        contents.append(f"- [rv.{name}](#{anchor('rv.' + name)}): {', '.join(shown)}")
    made.add("\n".join(contents))
    for name in names:
        made.module(name, by_module[name])
    return made.text()


def missing(package):
    """Lines that name public things without docstring or type."""
    if not package.doc:
        yield "rv has no docstring"
    for name in sorted({symbol.module.name for symbol in package.symbols.values()}):
        if not package.module(name).doc:
            yield f"rv.{name} has no docstring"
    for path, symbol in package.symbols.items():
        if not symbol.doc and not symbol.is_typevar:
            yield f"rv.{path} has no docstring"
        if symbol.kind != "class":
            continue
        for member in package.members(symbol):
            if not public.is_public(member.name):
                continue
            if not package.doc_of(symbol, member):
                yield f"rv.{path}.{member.name} has no docstring"
            if member.kind == "attribute" and member.type is None:
                yield f"rv.{path}.{member.name} has no type"
            if member.kind == "property" and member.node.returns is None:
                yield f"rv.{path}.{member.name} has no type"


def main():
    package = public.Package(os.path.join(ROOT, "blender", "rv"))
    if sys.argv[1:] == ["--missing"]:
        found = list(missing(package))
        print("\n".join(found) if found else "nothing is missing")
        sys.exit(1 if found else 0)
    if sys.argv[1:]:
        sys.exit("usage: api.py [--missing]")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.write(page(package))


main()
