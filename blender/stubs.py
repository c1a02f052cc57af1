# SPDX-License-Identifier: MIT
"""Writes typed stubs of the package rv, with its docstrings, for editors and type checkers.

    python3 stubs.py DIRECTORY

DIRECTORY, which has to be there and empty, becomes the package: `__init__.py` (which says that rv
runs inside Blender), a .pyi file per module, `py.typed`, and as they are `client`, which is for
outside, and the modules that it shares with the rest. The same source gives the same files.
Needs Python 3.9, no Blender.
"""

import ast
import copy
import os
import shutil
import sys

import public

HEADER = "# SPDX-License-Identifier: MIT\n# Made from the source of rv: changes are lost.\n"
MAIN = '''\
"""rv: scenes for synthetic datasets. Here are their types and documentation, for editors, and
rv.client, which renders from outside of Blender."""


def __getattr__(name):
    if name == "client" or name.startswith("__"):  # what imports look for
        raise AttributeError(name)
    raise ImportError("rv runs inside Blender: run this script with `rv render` or `rv-blend`")
'''
SELF = "_Self"  # a type variable: not every engine knows typing.Self
OLDEST = (3, 9)  # ast.unparse
# What client imports.
SHARED = ("plain/__init__.py", "plain/limits.py", "plain/curves.py", "plain/meant.py")


class Stub:
    """The stub of one module; collects what it has to import."""

    def __init__(self, package, module):
        self._package = package
        self._module = module
        self._imports = {}
        self._has_self = False
        self._body = []

    def add(self, symbol):
        """Appends a class, function or value."""
        self._use(self._package.syntax_of(symbol))
        if symbol.kind == "class":
            self._body.append(self._class(symbol))
        elif symbol.kind == "function":
            self._body.append(self._function(symbol.node, symbol.doc, "function", 1))
        else:
            self._body.append(public.data_syntax(symbol.node))
            self._body += _doc(symbol.doc, 0)

    def text(self):
        """The file's contents."""
        body = list(self._body)
        if self._has_self:
            self._import_typing("TypeVar")
            body.insert(0, ast.parse(f"{SELF} = TypeVar({SELF!r})").body[0])
        tree = ast.Module([*_doc(self._module.doc, 0), *_merged(self._imports), *body], [])
        return HEADER + ast.unparse(ast.fix_missing_locations(tree)) + "\n"

    def _use(self, syntax):
        for name in public.names_in(syntax):
            if name in self._module.imports and name != public.SELF:
                self._imports[name] = self._module.imports[name][2]

    def _import_typing(self, name):
        self._imports[name] = ast.ImportFrom("typing", [ast.alias(name)], 0)

    def _class(self, symbol):
        body = _doc(symbol.doc, 1)
        for member in self._package.members(symbol):
            if member.kind == "attribute":
                body += self._attribute(symbol, member)
            else:
                doc = self._package.doc_of(symbol, member)
                body.append(self._function(member.node, doc, member.kind, 2))
                if member.setter is not None:
                    setter = self._function(member.setter, None, "setter", 2)
                    setter.decorator_list = [ast.Attribute(ast.Name(member.name), "setter")]
                    body.append(setter)
        found = copy.copy(symbol.node)
        if not public.is_dataclass(symbol.node):
            found.decorator_list = []
        self._use(found.decorator_list)
        found.body = body or [ast.Expr(ast.Constant(...))]
        return found

    def _attribute(self, symbol, member):
        kind, value = member.type, None
        if any(isinstance(base, ast.Name) and base.id == "Enum" for base in symbol.node.bases):
            node = ast.Assign([ast.Name(member.name)], member.default)
            return [node, *_doc(self._package.doc_of(symbol, member), 1)]
        if kind is None:
            self._import_typing("Any")
            kind = ast.Name("Any")
        if member.in_class and not member.annotated:
            self._import_typing("ClassVar")
            kind = ast.Subscript(ast.Name("ClassVar"), kind)
        elif public.is_dataclass(symbol.node):
            value = member.default
        node = ast.AnnAssign(ast.Name(member.name), kind, value, 1)
        return [node, *_doc(self._package.doc_of(symbol, member), 1)]

    def _function(self, node, doc, kind, depth):
        found = public.signature(node)
        if _is_left_to_subclasses(node):
            self._import_typing("Any")
            any_type = ast.Name("Any")
            found.args.args[1:], found.args.defaults = [], []
            found.args.vararg = ast.arg("args", any_type)
            found.args.kwarg = ast.arg("kwargs", any_type)
        if any(name == public.SELF for name in public.names_in([found])):
            self._has_self = True
            for part in ast.walk(found):
                if isinstance(part, ast.Name) and part.id == public.SELF:
                    part.id = SELF
            found.args.args[0].annotation = ast.Name(SELF)
        names = {"property": "property", "static": "staticmethod", "class": "classmethod"}
        if kind in names:
            found.decorator_list = [ast.Name(names[kind])]
        found.body = [*_doc(doc, depth), ast.Expr(ast.Constant(...))]
        return found


def _doc(text, depth):
    """A docstring as it stands in a block of that depth."""
    if not text:
        return []
    margin = "\n" + "    " * depth
    lines = margin.join(text.split("\n")).replace(margin + "\n", "\n\n")
    return [ast.Expr(ast.Constant(lines + (margin if "\n" in text else "")))]


def _merged(imports):
    """Import statements, one for each module, sorted."""
    found = {}
    for node in imports.values():
        if isinstance(node, ast.ImportFrom):
            found.setdefault((1, node.level, node.module), {})[node.names[0].name] = node.names[0]
        else:
            found.setdefault((0, 0, node.names[0].name), {})[""] = node.names[0]
    for (kind, level, module), names in sorted(found.items()):
        names = [alias for _, alias in sorted(names.items())]
        yield ast.ImportFrom(module, names, level) if kind else ast.Import(names)


def _is_left_to_subclasses(node):
    """Whether it only raises NotImplementedError: subclasses choose their parameters."""
    last = node.body[-1]
    raised = last.exc if isinstance(last, ast.Raise) else None
    called = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(called, ast.Name) and called.id == "NotImplementedError"


def _init(package):
    """The stub of the package itself: it re-exports by `import A as A`."""
    body = [*_doc(package.doc, 0), ast.parse(f"__all__ = {package.exported!r}").body[0]]
    imports = package.module("__init__").imports
    for name in package.exported:
        node = copy.deepcopy(imports[name][2])
        node.names[0].asname = name
        body.append(node)
    tree = ast.Module(body, [])
    return HEADER + ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def stubs(directory):
    """File name to contents of the stubs of the package in a directory."""
    package = public.Package(directory)
    modules = {}
    for symbol in package.symbols.values():
        home = symbol.module
        modules.setdefault(home.name, Stub(package, home)).add(symbol)
    found = {f"{name.replace('.', '/')}.pyi": stub.text() for name, stub in modules.items()}
    for folder in {os.path.dirname(path) for path in found}:
        found[f"{folder}/__init__.pyi"] = HEADER
    for path in SHARED:
        with open(os.path.join(directory, path), encoding="utf-8") as file:
            found[path] = file.read()
    found.update({"__init__.pyi": _init(package), "__init__.py": HEADER + MAIN, "py.typed": ""})
    return found


def main():
    if sys.version_info < OLDEST:
        sys.exit("Python 3.9 or later is needed")
    if len(sys.argv) != 2:
        sys.exit("usage: stubs.py DIRECTORY")
    here = os.path.dirname(os.path.abspath(__file__))
    for name, text in sorted(stubs(os.path.join(here, "rv")).items()):
        path = os.path.join(sys.argv[1], name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(
        os.path.join(here, "rv", "client"), os.path.join(sys.argv[1], "client"), ignore=ignored
    )


if __name__ == "__main__":
    main()
