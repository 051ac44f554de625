"""A case: answers, measurements and knowledge with everything worked out that a verdict and its explanation need."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import NamedTuple

from advisor.decision.assess import Model
from advisor.decision.assessment import Assessment
from advisor.decision.beliefs import Beliefs, believe, resolve
from advisor.decision.modelling import model_of
from advisor.decision.value import ValueModel
from advisor.decision.verdict import Call, call
from advisor.engine.program import Evaluation
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements


class Case(NamedTuple):
    """What a recommendation follows from."""

    model: Model
    measurements: Measurements | None
    as_of: datetime.date | None
    answers: tuple[Answer, ...]
    """One a question, in the order of the interview."""
    beliefs: Beliefs
    evaluation: Evaluation
    assessment: Assessment
    verdict: Call

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge base."""
        return self.model.knowledge

    def otherwise(
        self,
        *,
        values: ValueModel | None = None,
        measurements: Measurements | None = None,
        weights: Mapping[int, float] | None = None,
    ) -> Call:
        """The verdict on the same beliefs with a part of what they are judged by exchanged; `weights` are those
        that importance would give criteria, by index."""
        model = Model(
            self.knowledge,
            self.model.program,
            values or self.model.values,
            measurements or self.measurements,
            self.model.seed,
            self.model.choices,
            weights,
        )
        (assessment,) = model.assess([self.beliefs])
        return call(model.knowledge, assessment)


def case_of(
    knowledge: Knowledge,
    answers: Mapping[str, Answer],
    measurements: Measurements | None,
    *,
    as_of: datetime.date | None,
    seed: int = 0,
) -> Case:
    """The case for answers by question; missing ones are unknown. Without `as_of` nothing is aged."""
    model = model_of(knowledge, answers, measurements, as_of=as_of, seed=seed)
    program = model.program
    resolved = resolve(knowledge, answers, measurements)
    beliefs = believe(knowledge, program, resolved, measurements)
    (assessment,) = model.assess([beliefs])
    evaluation = program.run(beliefs.known)
    return Case(model, measurements, as_of, resolved, beliefs, evaluation, assessment, call(knowledge, assessment))
