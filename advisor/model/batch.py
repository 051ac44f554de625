"""What `advisor batch` writes: one line for each set of answers."""

from pydantic import RootModel

from advisor.model.base import FormatVersion, Frozen
from advisor.model.recommendation import ErrorBody, Recommendation, VerdictKind

LineId = str | int | None


class ShortLine(Frozen):
    """The verdict on one set of answers, without what it rests on (`--short`)."""

    line: int
    """The line of the input, from 1."""
    id: LineId = None
    """What the line calls itself; left out where it doesn't."""
    kind: VerdictKind
    candidate: str | None
    """Of `recommended` only."""
    leader: str | None
    """The candidate that ranks first most often, recommended or not."""
    confidence: float
    """The leader's first-rank share."""
    confidence_error: float
    """Standard error of that share, from sampling."""
    shares: dict[str, float]
    """By candidate, the share of the draws in which it is feasible and ranks first."""
    draws: int
    """How many draws there were."""


class FullLine(Frozen):
    """The whole result of one set of answers, as `advisor --json` gives it."""

    line: int
    """The line of the input, from 1."""
    id: LineId = None
    """What the line calls itself; left out where it doesn't."""
    result: Recommendation


class ErrorLine(Frozen):
    """What is wrong with a line that could not be used."""

    line: int
    """The line of the input, from 1."""
    id: LineId = None
    """What the line calls itself; left out where it doesn't or can't be read."""
    error: ErrorBody
    format_version: FormatVersion = "1.0"


class BatchLine(RootModel[ShortLine | FullLine | ErrorLine]):
    """One line of the output."""
