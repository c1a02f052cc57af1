# SPDX-License-Identifier: MIT
"""What of the package rv is public: names, signatures and docstrings, read from its source.

Public is what __all__ of rv (or of rv.client) lists and what its signatures and base classes name,
with all members that have no leading underscore. An attribute is documented by a string after its
assignment. Only the syntax is read: this needs neither Blender nor the package to be importable,
but Python 3.9.
"""

import ast
import copy
import os

SELF = "Self"


class Symbol:
    """A name at the top of a module: `node` is its class, function or assignment."""

    def __init__(self, module, name, node, doc):
        self.module = module
        self.name = name
        self.node = node
        self.doc = doc

    @property
    def kind(self):
        """`class`, `function` or `data`."""
        kinds = {ast.ClassDef: "class", ast.FunctionDef: "function"}
        return kinds.get(type(self.node), "data")

    @property
    def is_typevar(self):
        """Whether it only serves signatures."""
        value = getattr(self.node, "value", None)
        called = value.func if isinstance(value, ast.Call) else None
        return isinstance(called, ast.Name) and called.id == "TypeVar"

    @property
    def path(self):
        """Dotted name within the package."""
        return f"{self.module.name}.{self.name}"


class Member:
    """A public member of a class.

    `kind`: method, static, class, property or attribute. `node`: its function, or for an attribute
    its assignment; then `type` (None when it cannot be told) and `default` are syntax, too.
    `setter`: the function that sets a property; None where it cannot be set.
    """

    def __init__(self, name, kind, doc, node, type=None, in_class=False):
        self.name = name
        self.kind = kind
        self.doc = doc
        self.node = node
        self.type = type
        self.default = getattr(node, "value", None)
        self.in_class = in_class
        self.annotated = isinstance(node, ast.AnnAssign)
        self.setter = None


class Module:
    """A source file. `imports` maps a name to (package module or None, its name there, syntax).

    Modules are called by their dotted names within the package.
    """

    def __init__(self, name, path):
        with open(path, encoding="utf-8") as file:
            self.tree = ast.parse(file.read(), path)
        self.name = name
        self.doc = ast.get_docstring(self.tree)
        self.symbols = {}
        self.imports = {}
        self._read(self.tree.body)

    def _read(self, body):
        for at, node in enumerate(body):
            if isinstance(node, ast.If):  # TYPE_CHECKING, or whether there is a Blender
                self._read(node.body)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self._read_import(node)
            elif isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                self.symbols[node.name] = Symbol(self, node.name, node, ast.get_docstring(node))
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                for target in _targets(node):
                    if isinstance(target, ast.Name):
                        doc = doc_after(body, at)
                        self.symbols[target.id] = Symbol(self, target.id, node, doc)

    def _read_import(self, node):
        for alias in node.names:
            name = alias.asname or alias.name
            if isinstance(node, ast.Import):
                self.imports[name] = (None, alias.name, ast.Import([alias]))
            else:
                one = ast.ImportFrom(node.module, [alias], node.level)
                self.imports[name] = (self._home(node), alias.name, one)

    def _home(self, node):
        """The module of the package that an import is from; None for another package's."""
        if not node.level or node.module is None:
            return None
        folders = self.name.split(".")[: -node.level]
        return ".".join([*folders, node.module])


class Package:
    """The package in a directory, or of it what the module `top` exports.

    `exported`: __all__ of `top` in its order. `foreign`: those of other packages, name to import.
    `symbols`: path to Symbol of all that is public, modules in alphabetical order, names in that of
    the source.
    """

    def __init__(self, directory, top="__init__"):
        self._directory = directory
        self._modules = {}
        top = self.module(top)
        self.doc = top.doc
        listed = top.symbols["__all__"].node
        self.exported = ast.literal_eval(listed.value)
        self.foreign = {}
        found = {}
        for name in self.exported:
            home, there, node = top.imports[name]
            if home is None:
                self.foreign[name] = node
            else:
                self._reach(self.module(home).symbols[there], found)
        self.symbols = {}
        for home in sorted({symbol.module.name for symbol in found.values()}):
            for symbol in self.module(home).symbols.values():
                if symbol.path in found:
                    self.symbols[symbol.path] = symbol

    def module(self, name):
        """A module of the package by its name."""
        if name not in self._modules:
            path = os.path.join(self._directory, *name.split(".")) + ".py"
            self._modules[name] = Module(name, path)
        return self._modules[name]

    def _reach(self, symbol, found):
        if symbol.path in found:
            return
        found[symbol.path] = symbol
        for name in names_in(self.syntax_of(symbol)):
            other = self.resolve(symbol.module, name)
            if other is not None:
                self._reach(other, found)

    def resolve(self, module, name):
        """The Symbol of this package that a name in one of its modules means, or None."""
        if name in module.symbols:
            return module.symbols[name]
        home, there, _ = module.imports.get(name, (None, None, None))
        return self.module(home).symbols.get(there) if home else None

    def bases(self, symbol):
        """The base classes of a class that are of this package."""
        found = [
            self.resolve(symbol.module, base.id)
            for base in symbol.node.bases
            if isinstance(base, ast.Name)
        ]
        return [base for base in found if base is not None]

    def doc_of(self, symbol, member):
        """The docstring of a member, or of the one that it overrides."""
        if member.doc is not None:
            return member.doc
        for base in self.bases(symbol):
            same = [other for other in self.members(base) if other.name == member.name]
            doc = self.doc_of(base, same[0] if same else member)
            if doc is not None:
                return doc
        return None

    def inherited(self, symbol):
        """[(base class, its members)] of all base classes, what is overridden left out."""
        seen = {member.name for member in self.members(symbol)}
        found = []
        for base in self.bases(symbol):
            for owner, members in [(base, self.members(base)), *self.inherited(base)]:
                new = [m for m in members if m.name not in seen and m.name != "__init__"]
                seen.update(m.name for m in new)
                if new:
                    found.append((owner, new))
        return found

    def members(self, symbol):
        """The public members of a class itself, `__init__` first; none of it is inherited."""
        found = {}
        body = symbol.node.body
        for at, node in enumerate(body):
            if isinstance(node, (ast.AnnAssign, ast.Assign)):
                for target in _targets(node):
                    if isinstance(target, ast.Name) and is_public(target.id):
                        kind = self._type_of(symbol, node, None)
                        doc = doc_after(body, at)
                        if node.value is None and doc is None and not is_dataclass(symbol.node):
                            continue  # tells the type of what another class has
                        found[target.id] = Member(target.id, "attribute", doc, node, kind, True)
            elif isinstance(node, ast.FunctionDef):
                if node.name == "__init__":
                    for member in self._assigned(symbol, node):
                        found.setdefault(member.name, member)
                if _is_setter(node):
                    if node.name in found:
                        found[node.name].setter = node
                elif is_public(node.name) or _is_special(node.name):
                    doc = ast.get_docstring(node)
                    found[node.name] = Member(node.name, _method_kind(node), doc, node)
        return sorted(found.values(), key=lambda member: member.name != "__init__")

    def _assigned(self, symbol, function):
        for at, node in enumerate(function.body):
            if not isinstance(node, (ast.AnnAssign, ast.Assign)):
                continue
            for target in _targets(node):
                if _is_of_self(target) and is_public(target.attr):
                    kind = self._type_of(symbol, node, function)
                    doc = doc_after(function.body, at)
                    yield Member(target.attr, "attribute", doc, node, kind)

    def _type_of(self, symbol, node, function):
        """The type of what is assigned, where it is plain to see."""
        if isinstance(node, ast.AnnAssign):
            return node.annotation
        value = node.value
        if isinstance(value, ast.Constant) and value.value is not None:
            return ast.Name(type(value.value).__name__)
        if isinstance(value, ast.Name) and function is not None:
            for argument in (*function.args.args, *function.args.kwonlyargs):
                if argument.arg == value.id:
                    return argument.annotation
        if isinstance(value, ast.Name):
            named = symbol.module.symbols.get(value.id)
            if named is not None and named.kind == "data":
                return self._type_of(named, named.node, None)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            called = self.resolve(symbol.module, value.func.id)
            if called is not None and called.kind == "class":
                return value.func
            if called is not None and called.kind == "function":
                return called.node.returns
        return None

    def syntax_of(self, symbol):
        """All syntax of a symbol that belongs to its interface."""
        node = symbol.node
        if symbol.kind == "function":
            return [signature(node)]
        if symbol.kind == "data":
            return [data_syntax(node)]
        parts = list(node.bases)
        for member in self.members(symbol):
            is_value = member.kind == "attribute"
            parts.append(member.type if is_value else signature(member.node))
            parts += [signature(member.setter)] if member.setter is not None else []
        return [part for part in parts if part is not None]


def is_public(name):
    """Whether a name has no leading underscore."""
    return not name.startswith("_")


def _is_special(name):
    """The constructor and operators; what else has underscores is of no concern to users."""
    kept = ("__init__", "__call__", "__len__", "__iter__", "__contains__")
    kept += ("__getitem__", "__setitem__")
    operators = ("add", "sub", "mul", "truediv")
    return name in kept or name.strip("_").lstrip("r") in operators


def is_dataclass(node):
    """Whether a class is decorated as one."""
    called = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
    return any(isinstance(name, ast.Name) and name.id == "dataclass" for name in called)


def _is_of_self(target):
    return (
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and target.value.id == "self"
    )


def _targets(node):
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _is_setter(node):
    return any(isinstance(d, ast.Attribute) and d.attr == "setter" for d in node.decorator_list)


def _method_kind(node):
    names = [d.id for d in node.decorator_list if isinstance(d, ast.Name)]
    if "property" in names or "cached_property" in names:
        return "property"
    if "staticmethod" in names:
        return "static"
    return "class" if "classmethod" in names else "method"


def doc_after(body, at):
    """The string after an assignment, which documents it."""
    after = body[at + 1] if at + 1 < len(body) else None
    if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
        if isinstance(after.value.value, str):
            return ast.get_docstring(ast.Module([after], []))
    return None


def is_literal(node):
    """Whether an expression is a plain value."""
    try:
        ast.literal_eval(node)
        return True
    except ValueError:
        return False


def data_syntax(node):
    """An assignment as an interface shows it: the type alone where there is one."""
    if isinstance(node, ast.AnnAssign):
        return ast.AnnAssign(node.target, node.annotation, None, node.simple)
    return node


def signature(function):
    """A function without decorators, body and defaults that are no plain values."""
    bare = copy.deepcopy(function)
    bare.decorator_list = []
    bare.body = [ast.Expr(ast.Constant(...))]
    arguments = bare.args
    for defaults in (arguments.defaults, arguments.kw_defaults):
        defaults[:] = [d if d is None or is_literal(d) else ast.Constant(...) for d in defaults]
    return bare


def signature_text(function, name=None, without_self=True):
    """`name(a: int, b: int = 3) -> str` of a function's syntax."""
    arguments = copy.deepcopy(signature(function).args)
    if without_self and arguments.args:
        del arguments.args[0]
    returns = "" if function.returns is None else f" -> {ast.unparse(function.returns)}"
    return f"{name or function.name}({ast.unparse(arguments)}){returns}"


def names_in(syntax):
    """Names that expressions use, those in quotes too."""
    for part in syntax:
        for node in ast.walk(part):
            if isinstance(node, ast.Name):
                yield node.id
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                if node.value.isidentifier():
                    yield node.value
