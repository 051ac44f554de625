"""A probe, what it finds out about a candidate, and the numbers that it measures."""

from typing import Literal

from pydantic import Field

from advisor.model.base import Frozen, Identifier, Real, Scalar, Sentence, Whole
from advisor.model.fact import Fact
from advisor.model.measurement import Level

OUTCOME_VALUES = ("not-tried", "fails", "works-with-extra", "works")
"""The four outcomes of trying something, worst known first; `not-tried` also stands for "not measured"."""
SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
"""The units of times, in seconds."""
SPEED_UNITS = frozenset({*SECONDS, "gflops", "gb_per_s", "per_s"})
"""Units of times and rates, which hang on how busy the machine is."""

Ceiling = Literal["ceiling-float32", "ceiling-float64", "ceiling-bandwidth"]
"""What plain numpy reaches on the machine, which is measured beside the candidates."""


class Metric(Frozen):
    """A number with a unit that a probe measures."""

    id: Identifier
    title: Sentence
    unit: str
    """As it ends the names in JSON: ms, s, gflops, bytes."""
    better: Literal["lower", "higher"] = "lower"
    exact: bool = False
    """Whether it is a count that comes out the same in every process, so that one launch says all."""
    ceiling: Ceiling | None = None
    """What of plain numpy's it is a share of, where it was measured on the processor."""
    self_check: bool = False
    """Whether `advisor probe --self-check` tries the measuring with it: it is timed in blocks of one process, which can
    be slowed by waiting."""
    repaid_by: tuple[Identifier, Identifier] | None = None
    """Of a time that is spent once: the metrics of what is done again and again, without it and with it."""

    @property
    def is_speed(self) -> bool:
        """Whether it is a time or a rate."""
        return self.unit in SPEED_UNITS

    @property
    def fact(self) -> Fact:
        """`measured.METRIC`: whether at least two candidates have it."""
        text = f"{self.title} has been measured here for at least two candidates"
        return Fact(id=f"measured.{self.id}", text=text, kind="measured", values=(False, True), ordered=True)


class Probe(Frozen):
    """Something that is tried with every candidate, with the numbers that come of it."""

    id: Identifier
    title: Sentence
    text: Sentence
    """What is done, in a sentence or two."""
    claim: str = ""
    """The familiar statement that it tests."""
    program: str = Field(default="", pattern=r"^[a-z0-9-]*$")
    """Its file without `probe_` and `.py`; by default as the id."""
    options: dict[Identifier, Scalar] = {}
    """What the program is told."""
    quick: Whole = Field(default=0, ge=0)
    """In how many launches of a candidate it is run at this level; at the most as many as there are."""
    full: Whole = Field(default=1, ge=0)
    blocks: Whole = Field(default=0, ge=0)
    """Blocks to time in a launch, where it isn't to be as many as the level says."""
    seconds: Real = Field(default=4.0, gt=0)
    """About how long it takes with one candidate, where it is tried once: without the time for all candidates it is
    tried with none, so that nobody gains or loses by it."""
    metrics: tuple[Metric, ...] = ()

    @property
    def timed(self) -> bool:
        """Whether it gives numbers that vary from process to process."""
        return any(not metric.exact for metric in self.metrics)

    def launches(self, level: Level) -> int:
        """In how many launches of a candidate it is wanted at a level."""
        return self.quick if level == "quick" else self.full

    def facts(self, candidates: tuple[str, ...]) -> tuple[Fact, ...]:
        """`PROBE.CANDIDATE`, one of `OUTCOME_VALUES`, for each candidate, and the metrics' facts."""
        outcomes = (
            Fact(
                id=f"{self.id}.{candidate}",
                text=f"{self.title}, tried here with {candidate}",
                kind="measured",
                values=OUTCOME_VALUES,
                ordered=True,
            )
            for candidate in candidates
        )
        return (*outcomes, *(metric.fact for metric in self.metrics))
