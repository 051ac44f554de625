"""What the readers of files report."""

from __future__ import annotations

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
    """The versions of a package that are allowed, as in a requirement; empty for any."""
    argument: str = ""
    """Of a call: the keyword, or the position from 0."""
    value: object = None
    """Of a call: the argument's constant, or the name it stands for."""
