"""The documented decisions of `tests/cases`, and what the advisor makes of their needs."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from advisor.decision.advise import advise
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Recommendation
from tests.support.knowledge import answered

CASES = Path(__file__).parents[1] / "cases"
AS_OF = datetime.date(2026, 11, 24)


@dataclass(frozen=True)
class Case:
    """A decision and what the advisor says of its needs."""

    name: str
    chosen: str
    also: tuple[str, ...]
    miss: str
    """Why the advisor disagrees; empty where it should not."""
    note: str
    """What there is to say of a verdict that puts another candidate first."""
    result: Recommendation

    @property
    def leads(self) -> bool:
        """Whether the choice, or one that would serve as well, ranks first most often."""
        return self.result.verdict.leader in (self.chosen, *self.also)

    @property
    def agrees(self) -> bool:
        """Whether the choice, or one that would serve as well, is recommended; or the choice is among the first two of
        a verdict that leaves it open."""
        verdict = self.result.verdict
        if verdict.kind == "recommended":
            return verdict.candidate in (self.chosen, *self.also)
        return self.chosen in {row.candidate for row in self.result.ranking[:2]}


def cases(knowledge: Knowledge) -> Iterator[Case]:
    """Every case, assessed without measurements. Raises `ValueError` on an answer that doesn't fit its question."""
    for path in sorted(CASES.glob("*.yaml")):
        for raw in yaml.safe_load(path.read_text())["cases"]:
            result = advise(knowledge, answered(knowledge, raw["answers"]), None, as_of=AS_OF)
            yield Case(
                raw["id"], raw["chosen"], tuple(raw.get("also", ())), raw.get("miss", ""), raw.get("note", ""), result
            )
