"""What several modules here share."""

from typing import TypeAlias

Pair: TypeAlias = tuple[str, str]
"""A candidate and the interpreter that it was probed in."""

ALIAS = "#"
"""What stands between a candidate and a further name, where one candidate is measured several times."""


def program_of(candidate: str) -> str:
    """The candidate that is run under a name: `pytorch` for `pytorch#2`."""
    return candidate.partition(ALIAS)[0]


TEXT_CHARACTERS = 400


def printable(text: str) -> str:
    """The text cut to `TEXT_CHARACTERS`, without line ends and terminal control sequences."""
    return "".join(c if c.isprintable() else " " for c in text[:TEXT_CHARACTERS]).strip()
