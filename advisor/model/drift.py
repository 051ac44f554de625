"""What became of a recorded decision: its verdict followed again, and everything that has changed under it."""

import datetime
from typing import Literal

from advisor.model.answer import AnswerValue
from advisor.model.base import FormatVersion, Frozen
from advisor.model.measurement import Measurement
from advisor.model.recommendation import VerdictKind

Taken = Literal["knowledge", "date", "measurements"]


class Stance(Frozen):
    """A verdict in short."""

    kind: VerdictKind
    candidate: str | None
    leader: str | None
    confidence: float


class Step(Frozen):
    """The verdict once this too is taken as it is today; what came before it stays so, what comes after is still as
    recorded."""

    taken: Taken
    verdict: Stance


class LostAnswer(Frozen):
    """A recorded answer that today's questions don't take; it counts as open."""

    question: str
    value: AnswerValue
    text: str


class ReasonDrift(Frozen):
    """A reason that came, went, or counts differently."""

    what: Literal["came", "went", "counts-differently"]
    candidate: str
    criterion: str
    text: str
    before: float | None
    """Points; null where there was none."""
    after: float | None
    rules: tuple[str, ...]
    sources: tuple[str, ...]


class VetoDrift(Frozen):
    """A rule that excludes a candidate only today, or did so only then."""

    what: Literal["came", "went"]
    candidate: str
    rule: str
    text: str


class SourceDrift(Frozen):
    """A source that the record cites and that should be read again, was, or is cited no more."""

    what: Literal["past-review", "read-again", "gone"]
    source: str
    title: str
    address: str
    review_by: datetime.date | None = None


class Changed(Frozen):
    """Something with a version or a value, then and today; null where it isn't there."""

    what: str
    before: str | None
    after: str | None


class MeasurementDrift(Frozen):
    """A number that the recorded reasons rest on, then and on this machine."""

    what: Literal["same", "moved", "gone"]
    """`same` where the two 95 % intervals overlap."""
    metric: str
    candidate: str
    before: Measurement
    after: Measurement | None


class Drift(Frozen):
    """A record verified: whether its verdict stands, and what has drifted."""

    format_version: FormatVersion = "1.0"
    record: str
    status: str
    """As the record's front matter has it; empty for a bare result."""
    closed: bool
    """Whether that status says that the decision no longer claims anything: superseded, deprecated or rejected."""
    chosen: str | None = None
    """What the record says is chosen, as it says it; null where it doesn't, or in a bare result."""
    departs: bool = False
    """Whether that is another than its result recommended."""
    as_of: datetime.date
    """The date by which sources were aged today."""
    stands: bool
    """Whether the verdict is of the same kind, for the same candidate."""
    drifted: bool
    """Whether anything below differs from what was recorded."""
    before: Stance
    after: Stance
    summary: str
    """Today's, in a sentence."""
    steps: tuple[Step, ...]
    """How the verdict went from what was recorded to today's; the last is today's."""
    measured: Literal["not-measured", "as-recorded", "here"]
    """Which measurements today's verdict rests on."""
    answers: tuple[LostAnswer, ...]
    reasons: tuple[ReasonDrift, ...]
    """Those that weigh most first."""
    vetoes: tuple[VetoDrift, ...]
    sources: tuple[SourceDrift, ...]
    knowledge: tuple[Changed, ...]
    machine: tuple[Changed, ...]
    """The machine, interpreters and packages, as far as they were looked at."""
    measurements: tuple[MeasurementDrift, ...]
