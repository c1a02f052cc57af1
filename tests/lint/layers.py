#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The layer rule of the Python package: layers.py [ROOT]

A module of blender/rv imports only from its own package and from packages that stand before it in
the list of blender/README.md; on a line with others, not from those. No imports form a circle.
Imports inside functions and those for type checkers count. Packages marked with * import nothing of
Blender. Exit status 1 when something is wrong.
"""

import ast
import os
import re
import sys

BLENDER = {"bpy", "bmesh", "mathutils", "addon_utils", "bpy_extras", "gpu", "idprop"}
CLIENT = {"plain.limits", "plain.curves", "plain.meant"}  # what the client may use of the rest


def layers(text):
    """Package to its place, and those that know no Blender, from the list in a README."""
    listed = re.search(r"<!-- layers -->\n(.*?)<!-- end -->", text, re.S)
    if listed is None:
        sys.exit("blender/README.md: no list of layers")
    place, pure = {}, set()
    for number, line in enumerate(listed[1].split("\n")):
        for word in line.split():
            place[word.rstrip("*")] = number
            pure |= {word[:-1]} if word.endswith("*") else set()
    return place, pure


def imports(path, module, modules):
    """(line, module of rv or None, top package) of each import in a file."""
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read(), path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, None, alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, None, node.module.partition(".")[0]
        elif isinstance(node, ast.ImportFrom):
            home = module.split(".")[: -node.level] if module else []
            base = ".".join([*home, *([node.module] if node.module else [])])
            for alias in node.names:
                one = f"{base}.{alias.name}".lstrip(".")
                yield node.lineno, one if one in modules else base, "rv"


def circle(graph):
    """The names along a circle of a graph; empty when there is none."""
    state, stack = {}, []

    def visit(name):
        state[name] = 1
        stack.append(name)
        for other in sorted(graph[name]):
            if state.get(other) == 1:
                return stack[stack.index(other) :] + [other]
            if other not in state:
                found = visit(other)
                if found:
                    return found
        state[name] = 2
        stack.pop()
        return []

    return next(
        (found for name in sorted(graph) if name not in state for found in [visit(name)] if found),
        [],
    )


def problems(root):
    """Lines that say what is wrong."""
    with open(os.path.join(root, "blender", "README.md"), encoding="utf-8") as file:
        place, pure = layers(file.read())
    home = os.path.join(root, "blender", "rv")
    modules = {}
    for folder, _, names in os.walk(home):
        for name in names:
            if name.endswith(".py"):
                path = os.path.join(folder, name)
                dotted = os.path.relpath(path, home)[:-3].replace(os.sep, ".")
                modules[dotted.removesuffix("__init__").rstrip(".")] = path
    graph = {module: set() for module in modules}
    for module, path in sorted(modules.items()):
        package = module.partition(".")[0]
        shown = os.path.relpath(path, root)
        if module and package not in place:
            yield f"{shown}: {package} is not in the layers of blender/README.md"
            continue
        dotted = (
            module if os.path.basename(path) != "__init__.py" else f"{module}.__init__".lstrip(".")
        )
        for line, other, top in imports(path, dotted, modules):
            if other is None:
                if package in pure and top in BLENDER:
                    yield f"{shown}:{line}: imports {top}, but {package} knows no Blender"
                continue
            graph[module].add(other)
            below = other.partition(".")[0]
            if not module or below == package:
                continue
            allowed = other in CLIENT if package == "client" else place[below] < place[package]
            if not allowed:
                yield f"{shown}:{line}: imports {other}, which does not stand before {package}"
    round_trip = circle({name: others & graph.keys() - {name} for name, others in graph.items()})
    if round_trip:
        yield "imports form a circle: " + " -> ".join(name or "rv" for name in round_trip)


def main():
    root = sys.argv[1] if sys.argv[1:] else os.path.join(os.path.dirname(__file__), "..", "..")
    found = list(problems(os.path.abspath(root)))
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)


main()
