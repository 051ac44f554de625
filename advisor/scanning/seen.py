"""What the readers of files report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["import", "use", "base", "method", "define", "call", "package"]


class Seen(NamedTuple):
    """Something that stands in a file: a name of some kind, and where."""

    kind: Kind
    name: str
    line: int
    minor: bool = False
    """Only on demand, in a lock file, or where its absence is provided for."""
    specifier: str = ""
    """The versions of a package that are allowed, as in a requirement, alternatives parted by `|`; empty for any."""
    argument: str = ""
    """Of a call: the keyword, or the position from 0."""
    value: object = None
    """Of a call: the argument's constant, or the name it stands for."""


def numbered(pattern: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Each place where a pattern is found, and the line of its first character."""
    line, position = 1, 0
    for found in pattern.finditer(text):
        line += text.count("\n", position, found.start())
        position = found.start()
        yield found, line
