"""Jupyter notebooks: the code of their cells, without magics."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

from advisor.scanning.code import NotPython, parse, read_lines, read_tree
from advisor.scanning.requirements import requirement
from advisor.scanning.seen import Seen

_LONGEST = 5000
_MAGIC = re.compile(r"^(\s*)[!%?].*")
_INSTALL = re.compile(r"^\s*[!%]\s*(?:python3?\s+-m\s+)?pip3?\s+install\s+(.*)")


def read_notebook(text: str) -> Iterator[Seen]:
    """What its code cells show, and what they install; lines are those of the file. Raises `ValueError` where the text
    isn't a notebook."""
    try:
        document = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    tree = ast.Module(body=[], type_ignores=[])
    joined: list[str] = []
    found: list[Seen] = []
    for source in _sources(document):
        lines = re.split(r"\r\n?|\n", source)  # what ends a line for ast
        if lines and lines[0].startswith("%%") and not re.match(r"%%(time|timeit|capture|prun)\b", lines[0]):
            continue
        for offset, line in enumerate(lines, len(joined) + 1):
            found += (seen._replace(line=offset) for seen in _installed(line))
        # A magic in a block leaves a `pass` in its place, with its indentation.
        plain = "\n".join(_MAGIC.sub(r"\1pass", line) for line in lines)
        try:
            part = parse(plain)
            ast.increment_lineno(part, len(joined))
            tree.body += part.body
        except NotPython:
            found += (seen._replace(line=seen.line + len(joined)) for seen in read_lines(plain))
        joined += lines
    found += read_tree(tree)
    lines = _lines(text)
    for seen in found:
        source = joined[seen.line - 1]
        line = lines.get(json.dumps(source, ensure_ascii=False)) or lines.get(json.dumps(source))
        yield seen._replace(line=line or 1)


def _sources(document: object) -> Iterator[str]:
    """The code cells of a notebook of format 4, or 3."""
    if not isinstance(document, dict):
        raise ValueError("not a notebook")
    sheets = document.get("worksheets")
    holders = sheets if isinstance(sheets, list) else [document]
    for holder in holders:
        cells = holder.get("cells") if isinstance(holder, dict) else None
        for cell in cells if isinstance(cells, list) else ():
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                source = cell.get("source", cell.get("input", ""))
                parts = source if isinstance(source, list) else [source]
                yield "".join(part for part in parts if isinstance(part, str))


def _installed(line: str) -> Iterator[Seen]:
    command = _INSTALL.match(line)
    for word in command[1].split() if command else ():
        seen = requirement(word.strip("'\""), 1)
        if seen:
            yield seen


def _lines(text: str) -> dict[str, int]:
    """The line of the file where each line of a cell stands first, as JSON has it in quotes. In a notebook that is all
    on one line there are none."""
    found: dict[str, int] = {}
    for number, raw in enumerate(text.split("\n"), 1):
        part = raw.strip().removesuffix(",").removesuffix('"').removesuffix("\\n")
        if part.startswith('"') and len(part) < _LONGEST:
            found.setdefault(f'{part}"', number)
    return found
