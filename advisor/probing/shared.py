"""What several modules here share."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Protocol, TypeAlias

Pair: TypeAlias = tuple[str, str]
"""A candidate and the interpreter that it was probed in."""

ALIAS = "#"
"""What stands between a candidate and a further name, where one candidate is measured several times."""


def program_of(candidate: str) -> str:
    """The candidate that is run under a name: `pytorch` for `pytorch#2`."""
    return candidate.partition(ALIAS)[0]


class Flag(Protocol):
    """What a `threading.Event` offers to those who only look at it."""

    def is_set(self) -> bool:
        """Whether it is set."""


@dataclass(frozen=True)
class Cancellation:
    """A flag that is set once a candidate is cancelled, with the whole run or by itself."""

    run: Flag | None
    candidates: Container[str]
    candidate: str

    def is_set(self) -> bool:
        """Whether it is set."""
        return self.candidate in self.candidates or (self.run is not None and self.run.is_set())


TEXT_CHARACTERS = 400


def printable(text: str) -> str:
    """The text cut to `TEXT_CHARACTERS`, without line ends and terminal control sequences."""
    return "".join(c if c.isprintable() else " " for c in text[:TEXT_CHARACTERS]).strip()
