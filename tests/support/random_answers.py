"""Random answers to the questions and trade-offs that ship."""

import random
from typing import Any

from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.question import Question
from advisor.model.trade_off import EVEN, LEFT, RIGHT


def value(question: Question, rng: random.Random) -> Any:
    match question.kind:
        case "many":
            return tuple(option.value for option in question.options if rng.random() < 0.3)
        case "yes-no":
            return rng.random() < 0.5
        case "number":
            return rng.choice((question.minimum, question.maximum, rng.randint(1, 100)))
    return rng.choice(question.options).value


def some(knowledge: Knowledge, rng: random.Random, known: float = 0.8) -> dict[str, Answer]:
    """About the given share of the questions answered."""
    return {
        question.id: Answer(question=question.id, value=question.accept(value(question, rng)), origin="file")
        for question in knowledge.questions
        if rng.random() < known
    }


def traded(knowledge: Knowledge, rng: random.Random, count: int) -> dict[str, Answer]:
    """So many of the trade-offs answered."""
    return {
        name: Answer(question=name, value=rng.choice((LEFT, RIGHT, EVEN)), origin="file")
        for name in rng.sample(sorted(knowledge.trade_off), count)
    }
