"""Counting lines, against an independent count by the syntax tree."""

import ast

import pytest

from advisor.assets import probes_dir

PROGRAMS = sorted(probes_dir().glob("*.py"))


@pytest.fixture
def lines(load):
    return load("shared_lines")


def by_tree(source):
    """Lines that any statement spans, but for docstrings; of a compound statement its header, and what stands in it."""
    found = set()
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            continue
        if not isinstance(node, (ast.stmt, ast.excepthandler)):
            continue
        body = getattr(node, "body", None)
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
        last = node.end_lineno if body is None else body[0].lineno - 1
        if body is not None:
            header = source.splitlines()[first - 1 : max(last, first)]
            last = max(i for i, text in enumerate(header, first) if text.rstrip().endswith(":"))
        found.update(range(first, last + 1))
    for number, text in enumerate(source.splitlines(), 1):
        if text.strip().rstrip(":") in ("else", "finally", "try"):
            found.add(number)
    blank = {n for n, text in enumerate(source.splitlines(), 1) if not text.strip() or text.strip().startswith("#")}
    return found - blank


@pytest.mark.parametrize("path", [p for p in PROGRAMS if p.stem.startswith("task_")], ids=lambda path: path.stem)
def test_the_tasks_are_counted_as_by_the_syntax_tree(lines, path):
    source = path.read_text()
    assert lines.count(source) == len(by_tree(source))


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("", 0),
        ('"""Docstring."""\n\nx = 1  # comment\n# comment\n\n', 1),
        ("def f():\n    '''Two\n    lines.'''\n    return (1,\n\n            2)\n", 3),
        ("x = '''a\nb'''\n", 2),
        ("if x:\n    pass\nelse:\n    y()\n", 4),
        ("'a statement that is a string'\nx\n", 1),
    ],
)
def test_small_cases(lines, source, count):
    assert lines.count(source) == count


def test_tokens_grow_with_long_lines(lines):
    assert lines.tokens("a = 1\n") == 3
    assert lines.tokens("a = [1, 2, 3]  # comment\n") == 9
