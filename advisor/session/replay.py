"""A result's own inputs, taken out of it again, so that it can be questioned later."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Recommendation


def answers_of(result: Recommendation) -> dict[str, Answer]:
    """The answers that a result rests on, by question: with the same knowledge, measurements, date and seed `advise`
    gives the result again."""
    return {answer.question: answer for answer in result.answers if answer.origin != "unknown"}


def fitting(knowledge: Knowledge, answers: Mapping[str, Answer]) -> tuple[dict[str, Answer], list[str]]:
    """Answers as far as a knowledge base, which may be another than they were given for, still has a use for them;
    and the questions of those that it has none for."""
    kept, left_out = {}, []
    for name, answer in answers.items():
        question = knowledge.asked_as(name)
        try:
            if question is None:
                raise ValueError
            values = (answer.value, *answer.ballots)
            if any(question.accept(value) != value for value in values if value is not None):
                raise ValueError
            kept[name] = answer
        except ValueError:
            left_out.append(name)
    return kept, left_out
