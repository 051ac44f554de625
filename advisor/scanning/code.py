"""Python code, by parsing it: what it imports, uses, derives from, defines and calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from advisor.scanning.seen import Seen, numbered

_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w.]+))", re.MULTILINE)

_TELLING = (ast.Import, ast.ImportFrom, ast.Assign, ast.ClassDef, ast.Attribute, ast.Name, ast.Call)


class NotPython(Exception):
    """Text that this version of Python can't parse."""


def parse(source: bytes | str) -> ast.Module:
    """The syntax tree. Raises `NotPython`."""
    try:
        return ast.parse(source)
    # The parser gives up on deep nesting with either of the last two.
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise NotPython(str(problem)) from None


def read_tree(tree: ast.Module) -> Iterator[Seen]:
    """Everything that stands in a tree, with names as they are from outside of it: after `import torch.nn as n`,
    `n.Linear` is `torch.nn.Linear`. What is imported inside of a function, a `try` or the like is minor, and so is its
    use: that is how code provides for its absence."""
    nodes = list(_walk(tree))
    names: dict[str, str] = {}
    firm = set(tree.body)
    loose: set[str] = set()
    for node in _in_order(nodes, (ast.Import, ast.ImportFrom)):
        for seen, name in _imports(node, names):
            if node in firm:
                yield seen
            else:
                loose.add(name)
                yield seen._replace(minor=True)
    # `layers = tf.keras.layers`
    for node in _in_order(nodes, ast.Assign):
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            full, name = _full(node.value, names)
            if "." in full:
                names.setdefault(node.targets[0].id, full)
                if name in loose:
                    loose.add(node.targets[0].id)
    for node in nodes:
        for seen, name in _uses(node, names):
            yield seen._replace(minor=True) if name in loose else seen


def _in_order(nodes: list[ast.AST], kind: type | tuple[type, ...]) -> list:
    """The nodes of a kind, as they stand in the file."""
    return sorted((node for node in nodes if isinstance(node, kind)), key=lambda node: node.lineno)


def _walk(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node of the kinds that say something. `ast.walk` would take twice as long."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _TELLING):
            yield node
        for value in node.__dict__.values():
            if isinstance(value, list):
                waiting += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
                waiting.append(value)


def read_lines(text: str) -> Iterator[Seen]:
    """The imports in text that can't be parsed, such as Python 2."""
    for found, line in numbered(_IMPORT, text):
        yield Seen("import", found[1] or found[2], line)


def _imports(node: ast.AST, names: dict[str, str]) -> Iterator[tuple[Seen, str]]:
    """What is imported, and the name by which the code then calls it; `names` learns what these stand for."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            names[name] = alias.name if alias.asname else name
            yield Seen("import", alias.name, node.lineno), name
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        for alias in node.names:
            full = f"{node.module}.{alias.name}"
            name = alias.asname or alias.name
            names[name] = full
            yield Seen("import", node.module if alias.name == "*" else full, node.lineno), name


def _uses(node: ast.AST, names: dict[str, str]) -> Iterator[tuple[Seen, str]]:
    """What is used, and the name in the code with which it begins; empty for a method of whatever object."""
    if isinstance(node, ast.ClassDef):
        for base in node.bases:
            full, name = _full(base, names)
            if full:
                yield Seen("base", full, node.lineno), name
        for inner in node.body:
            if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.bases:
                yield Seen("define", inner.name, inner.lineno), ""
    elif isinstance(node, (ast.Attribute, ast.Name)):
        full, name = _full(node, names)
        if full:
            yield Seen("use", full, node.lineno), name
    elif isinstance(node, ast.Call):
        yield from _call(node, names)


def _call(node: ast.Call, names: dict[str, str]) -> Iterator[tuple[Seen, str]]:
    full, name = _full(node.func, names)
    if isinstance(node.func, ast.Attribute):
        yield Seen("method", node.func.attr, node.lineno), ""
        full = full or f"*.{node.func.attr}"
    if not full:
        return
    given = [(str(index), value) for index, value in enumerate(node.args)]
    given += [(keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg]
    for argument, value in given:
        constant = value.value if isinstance(value, ast.Constant) else _full(value, names)[0]
        if isinstance(constant, (bool, int, float, str)):
            yield Seen("call", full, node.lineno, argument=argument, value=constant), name


def _full(node: ast.AST, names: dict[str, str]) -> tuple[str, str]:
    """The full name of a chain of attributes that begins with something imported, and the name that it begins with;
    both empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return "", ""
    return ".".join([names[node.id], *reversed(parts)]), node.id
