"""How two knowledge bases differ: in what they say, and in their verdicts on which answers."""

from typing import Literal

from advisor.model.answer import AnswerValue
from advisor.model.base import FormatVersion, Frozen, Scalar
from advisor.model.recommendation import VerdictKind


class Edit(Frozen):
    """One entry that stands on one side only, or says something else."""

    how: Literal["added", "removed", "changed"]
    what: str
    """A rule, a question, a constant, …"""
    id: str
    details: tuple[str, ...] = ()
    """What changed about it, in words."""


class Side(Frozen):
    """What `advise` says of a witness on one side."""

    kind: VerdictKind
    candidate: str | None
    leader: str | None
    confidence: float


class Shift(Frozen):
    """One way in which a verdict changes."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    """Who ranks first most often; nobody where all are ruled out."""
    kind_before: VerdictKind | None = None
    kind_after: VerdictKind | None = None
    """What the verdict is."""
    share: float
    """Of the answer sets in the region whose verdict changes."""


class Region(Frozen):
    """Answers for which the verdict changes: a conjunction over few facts, each with the values that belong to it."""

    where: dict[str, tuple[Scalar, ...]]
    """By asked fact. For a number, one that stands for all that no rule tells apart from it."""
    text: str
    """The same in words."""
    share: float
    """Of all complete answer sets: how many lie in it."""
    changing: float
    """Of the answer sets in it: for how many the verdict changes, its kind or who is recommended."""
    shifts: tuple[Shift, ...]
    """Most frequent first."""
    witness: dict[str, AnswerValue]
    """One of them, complete: answers by question, of both sides' questions."""
    before: Side
    after: Side
    """What `advise` says of the witness."""


class Reservation(Frozen):
    """Something that reads otherwise on one side and that complete answers by themselves don't show."""

    what: Literal["open-answers", "certainty", "trade-offs", "age"]
    """Whom it counts for: somebody who leaves a question open, whose verdict may hang on it (`open-answers`) or who may
    be shown other scores beside the same verdict (`certainty`), who answers a trade-off, or who asks on a day on which
    sources have aged."""
    id: str
    """The question, trade-off, source, rule or constant that reads otherwise."""
    text: str
    """The same in words."""


class KnowledgeDifference(Frozen):
    """The difference of two knowledge bases. Sets of answers that are tried are complete, without trade-offs, with
    nothing measured and no source aged; what is proven holds as far as `scope` says."""

    format_version: FormatVersion = "1.0"
    old: str
    new: str
    edits: tuple[Edit, ...]
    outcome: Literal["change", "proven-same", "proven-in-part", "none-found"]
    """`proven-same`: no answers and no measurements give another verdict or ranking, on any day. `proven-in-part`: the
    same for those in `scope`. `none-found`: the verdict was the same in every set tried, which proves nothing."""
    scope: str = "complete answers without trade-offs, with nothing measured and no source aged"
    """In words, which answers, measurements and days the outcome is about."""
    reservations: tuple[Reservation, ...] = ()
    """What reads otherwise and counts outside of that."""
    because: str
    """Why it is proven, or isn't, in words."""
    sets: int
    """Random complete answer sets, each answer as likely as the next."""
    touched: float
    """Share of them in which some first-rank share changes."""
    changing: float
    """Share of them in which the verdict changes."""
    regions: tuple[Region, ...]
    """Those with most changes first."""
    covered: float
    """Of the sets found whose verdict changes, the share that lies in one of the regions; 1 where there are none."""
