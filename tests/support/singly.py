"""Verdicts on many sets of answers at once, held against those of `advise` on each set by itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from advisor.decision.advise import advise
from advisor.decision.assess import FULL
from advisor.decision.batch import Batch
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from tests.support.documented import AS_OF
from tests.support.profiles import measurements
from tests.support.random_answers import some, traded

MOST_TRADED = 6


class Judged(NamedTuple):
    """A set of answers, and what was said of it."""

    answers: dict[str, Answer]
    together: dict[str, object]
    """In a batch, by field."""
    alone: dict[str, object]
    """By itself, the same fields."""

    @property
    def differing(self) -> list[str]:
        """The fields in which the two aren't the same."""
        return [name for name, value in self.alone.items() if self.together[name] != value]


def drawn(knowledge: Knowledge, rng: random.Random) -> dict[str, Answer]:
    """Random answers: to none of the questions, to all, or any share of them; "don't know" to some in every second set,
    and to trade-offs as well in every third."""
    found = some(knowledge, rng, rng.uniform(-0.1, 1.1))
    unknown = rng.choice((0, 0.1))
    for name, answer in found.items():
        if rng.random() < unknown:
            found[name] = answer.model_copy(update={"value": None})
    return found | (traded(knowledge, rng, rng.randint(1, MOST_TRADED)) if rng.random() < 1 / 3 else {})


def measured(knowledge: Knowledge, rng: random.Random) -> Measurements | None:
    """Random measurements in two cases of three, half of them from a machine with a GPU."""
    return rng.choice((None, measurements(knowledge, rng), measurements(knowledge, rng, "nvidia")))


def judged(
    knowledge: Knowledge, several: list[dict[str, Answer]], found: Measurements | None, seed: int
) -> Iterator[Judged]:
    """What is said of sets of answers, with the same measurements, the draws of a whole result, and a seed."""
    batch = Batch(knowledge, found, as_of=AS_OF, seed=seed, draws=FULL.draws)
    for start in range(0, len(several), batch.together):
        some_ = several[start : start + batch.together]
        for answers, (call, shares) in zip(some_, batch.verdicts(some_), strict=True):
            result = advise(knowledge, answers, found, as_of=AS_OF, seed=seed)
            verdict = result.verdict
            together = {
                "kind": call.kind,
                "candidate": call.candidate,
                "leader": call.leader,
                "confidence": round(call.confidence, 4),
                "confidence_error": round(call.error, 4),
                "shares": {c.id: round(share, 4) for c, share in zip(knowledge.candidates, shares, strict=True)},
            }
            alone = {name: getattr(verdict, name) for name in list(together)[:-1]}
            alone["shares"] = {row.candidate: row.first_rank_share for row in result.ranking}
            yield Judged(answers, together, alone)
