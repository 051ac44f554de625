"""The model for one set of answers."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING

from advisor.decision.assess import Model
from advisor.decision.beliefs import traded
from advisor.decision.value import ValueModel, value_model
from advisor.engine.program import compile_knowledge
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements

if TYPE_CHECKING:
    from advisor.decision.preferences import Choice


def model_of(
    knowledge: Knowledge,
    answers: Mapping[str, Answer],
    measurements: Measurements | None,
    *,
    as_of: datetime.date | None,
    seed: int = 0,
) -> Model:
    """The model for somebody with these answers: weights are learned from those to trade-offs, if there are any.
    Without `as_of` nothing is aged."""
    values = value_model(knowledge, as_of)
    made = choices_in(answers, knowledge, values)
    return Model(knowledge, compile_knowledge(knowledge), values, measurements, seed, made)


def choices_in(answers: Mapping[str, Answer], knowledge: Knowledge, values: ValueModel) -> tuple[Choice, ...]:
    """The choices that somebody made in trade-offs, from all that they answered."""
    if knowledge.trade_off.keys().isdisjoint(answers):
        return ()
    # Imported here: only who trades needs it.
    from advisor.decision.preferences import choices

    return choices(knowledge, values, traded(knowledge, answers.values()))
