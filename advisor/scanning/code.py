"""Python code, by parsing it: what it imports, uses, derives from, defines and calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from advisor.scanning.seen import Seen

_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w.]+))", re.MULTILINE)
_FORGIVING = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


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
    `n.Linear` is `torch.nn.Linear`."""
    nodes = list(ast.walk(tree))
    names: dict[str, str] = {}
    optional = _optional(nodes)
    for node in nodes:
        yield from _imports(node, names, node in optional)
    # `layers = tf.keras.layers`
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            full = _full(node.value, names)
            if full and "." in full:
                names.setdefault(node.targets[0].id, full)
    for node in nodes:
        yield from _uses(node, names)


def read_lines(text: str) -> Iterator[Seen]:
    """The imports in text that can't be parsed, such as Python 2."""
    for found in _IMPORT.finditer(text):
        yield Seen("import", found[1] or found[2], text.count("\n", 0, found.start()) + 1)


def _optional(nodes: list[ast.AST]) -> set[ast.AST]:
    """The nodes that stand in the body of a `try` that provides for a failing import."""
    found: set[ast.AST] = set()
    for node in nodes:
        if isinstance(node, ast.Try) and any(_forgives(handler.type) for handler in node.handlers):
            found.update(inner for statement in node.body for inner in ast.walk(statement))
    return found


def _forgives(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    several = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(one, ast.Name) and one.id in _FORGIVING for one in several)


def _imports(node: ast.AST, names: dict[str, str], optional: bool) -> Iterator[Seen]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Seen("import", alias.name, node.lineno, optional)
            if alias.asname:
                names[alias.asname] = alias.name
            else:
                top = alias.name.partition(".")[0]
                names[top] = top
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        for alias in node.names:
            full = f"{node.module}.{alias.name}"
            yield Seen("import", node.module if alias.name == "*" else full, node.lineno, optional)
            names[alias.asname or alias.name] = full


def _uses(node: ast.AST, names: dict[str, str]) -> Iterator[Seen]:
    if isinstance(node, ast.ClassDef):
        for base in node.bases:
            full = _full(base, names)
            if full:
                yield Seen("base", full, node.lineno)
        for inner in node.body:
            if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.bases:
                yield Seen("define", inner.name, inner.lineno)
    elif isinstance(node, (ast.Attribute, ast.Name)):
        full = _full(node, names)
        if full:
            yield Seen("use", full, node.lineno)
    elif isinstance(node, ast.Call):
        yield from _call(node, names)


def _call(node: ast.Call, names: dict[str, str]) -> Iterator[Seen]:
    full = _full(node.func, names)
    if isinstance(node.func, ast.Attribute):
        yield Seen("method", node.func.attr, node.lineno)
        full = full or f"*.{node.func.attr}"
    if not full:
        return
    given = [(str(index), value) for index, value in enumerate(node.args)]
    given += [(keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg]
    for argument, value in given:
        constant = value.value if isinstance(value, ast.Constant) else _full(value, names)
        if isinstance(constant, (bool, int, float, str)):
            yield Seen("call", full, node.lineno, argument=argument, value=constant)


def _full(node: ast.AST, names: dict[str, str]) -> str | None:
    """The full name of a chain of attributes that begins with something imported."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return None
    return ".".join([names[node.id], *reversed(parts)])
