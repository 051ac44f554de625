"""What other answers, other importance of criteria and other measured numbers would make of the ranking: fast enough to
be asked at every key."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import NamedTuple

from advisor.decision.case import case_of
from advisor.decision.ranking import ranked
from advisor.decision.thresholds import improved
from advisor.decision.verdict import Call
from advisor.model.answer import Answer
from advisor.model.fact import Fact
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.recommendation import Ranked

Better = Mapping[tuple[str, str], float]
"""By metric and candidate, how many times better than measured; below 1 it is worse."""


class Supposed(NamedTuple):
    """The verdict without its explanation, and the ranking."""

    verdict: Call
    ranking: tuple[Ranked, ...]


def suppose(
    knowledge: Knowledge,
    answers: Mapping[str, Answer],
    measurements: Measurements | None,
    importance: Mapping[str, str],
    better: Better | None = None,
    *,
    as_of: datetime.date | None,
    seed: int = 0,
) -> Supposed:
    """The verdict and ranking of `advise` for these answers, if the criteria of `importance` had the levels given
    there whatever the answers say, and the numbers of `better` had come out so many times better. Raises `ValueError`
    for a criterion or level that there isn't, and for a number that wasn't measured."""
    for (metric, candidate), factor in (better or {}).items():
        if measurements is None or measurements.number(metric, candidate) is None:
            raise ValueError(f"not measured: {metric} of {candidate}")
        measurements = improved(measurements, candidate, (knowledge.metric[metric],), factor)
    case = case_of(reweighed(knowledge, importance), answers, measurements, as_of=as_of, seed=seed)
    return Supposed(case.verdict, ranked(case.model, case.evaluation, case.assessment))


def reweighed(knowledge: Knowledge, importance: Mapping[str, str]) -> Knowledge:
    """A knowledge base in which some criteria, by id, have a level of importance that doesn't depend on answers.

    Each gets a derived fact of its own that no rule derives, so that it always has its default.
    """
    if not importance:
        return knowledge
    levels = tuple(level.value for level in knowledge.settings.importance)
    unknown = importance.keys() - knowledge.criterion | set(importance.values()) - {*levels}
    if unknown:
        raise ValueError(f"no criterion or level of importance: {', '.join(sorted(unknown))}")
    facts = {
        name: Fact(
            id=f"supposed.{name}",
            text=f"How much {name} is supposed to matter",
            kind="derived",
            values=levels,
            ordered=True,
            default=level,
        )
        for name, level in importance.items()
    }
    criteria = tuple(
        criterion.model_copy(update={"importance": facts[criterion.id].id}) if criterion.id in facts else criterion
        for criterion in knowledge.criteria
    )
    return knowledge.model_copy(update={"criteria": criteria, "derived": (*knowledge.derived, *facts.values())})
