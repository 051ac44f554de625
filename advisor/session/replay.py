"""A result's answers, put to a knowledge base again."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge


def fitting(knowledge: Knowledge, answers: Mapping[str, Answer]) -> tuple[dict[str, Answer], dict[str, str]]:
    """Answers as far as a knowledge base, which may be another than they were given for, still has a use for them;
    and by question why it has none for the others."""
    kept, left_out = {}, {}
    for name, answer in answers.items():
        question = knowledge.asked_as(name)
        try:
            if question is None:
                raise ValueError("it isn't asked any more")
            values = (answer.value, *answer.ballots)
            if any(question.accept(value) != value for value in values if value is not None):
                raise ValueError("it is written in another way now")
            kept[name] = answer
        except ValueError as problem:
            left_out[name] = str(problem)
    return kept, left_out
