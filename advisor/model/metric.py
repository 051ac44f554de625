"""A metric: something a probe finds out about a candidate."""

from typing import Literal

from advisor.model.base import Frozen, Identifier, Sentence
from advisor.model.fact import Fact

CAPABILITY_VALUES = ("not-tried", "fails", "works-with-extra", "works")
"""The four outcomes of trying something, worst known first; `not-tried` also stands for "not measured"."""


class Metric(Frozen):
    """A number with a unit, or whether a candidate can do a thing."""

    id: Identifier
    title: Sentence
    probe: Identifier
    """The probe that measures it."""
    kind: Literal["number", "capability"]
    unit: str = ""
    """Of a number, as it ends the names in JSON: ms, s, gflops, bytes."""
    better: Literal["lower", "higher"] = "lower"

    def facts(self, candidates: tuple[str, ...]) -> tuple[Fact, ...]:
        """The measured facts: for a number `measured.METRIC`, true when at least two candidates have it; for a
        capability `METRIC.CANDIDATE`, one of `CAPABILITY_VALUES`."""
        if self.kind == "number":
            text = f"{self.title} has been measured here for at least two candidates"
            return (Fact(id=f"measured.{self.id}", text=text, kind="measured", values=(False, True), ordered=True),)
        return tuple(
            Fact(
                id=f"{self.id}.{candidate}",
                text=f"{self.title}, tried here with {candidate}",
                kind="measured",
                values=CAPABILITY_VALUES,
                ordered=True,
            )
            for candidate in candidates
        )
