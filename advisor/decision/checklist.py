"""Several questions in one step: a list of them with their usual answers, of which one says which differ.

Answers that are still open are independent of each other in what is believed of them. What they tell together is then
at least the sum of what each tells alone (the chain rule of mutual information), and that sum stands for the gain of a
list. Its cost are the steps that it is expected to take: the list itself, and one more for each answer that differs
and has to be asked for. A yes-or-no that differs need not be.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from advisor.model.answer import AnswerValue
from advisor.model.knowledge import Knowledge

QUESTIONS_AT_ONCE = 10
"""Questions that one list has at most."""


class Asking(NamedTuple):
    """What to ask in the next step."""

    questions: tuple[str, ...]
    """The most useful first: one to be asked by itself, or several with usual answers; none where none is left."""
    gain: float
    """Bits that the answers are expected to take from the verdict's uncertainty, at least."""
    steps: float
    """How many steps that is expected to take: 1, and those for the answers that differ."""


def next_asking(knowledge: Knowledge, reductions: Mapping[str, float], most: int = QUESTIONS_AT_ONCE) -> Asking:
    """One question or a list of at most so many, whichever is expected to tell more a step. `reductions` are those of
    a `Prospect`, most useful first, for the questions that may be asked."""
    if not reductions:
        return Asking((), 0.0, 0.0)
    first = next(iter(reductions))
    single = Asking((first,), reductions[first], 1.0)
    usual = tuple(name for name in reductions if knowledge.question[name].usual is not None)[:most]
    if len(usual) < 2:
        return single
    differing = 1 - knowledge.settings.usual_share
    asked_for = sum(otherwise(knowledge.question[name].usual) is None for name in usual)
    together = Asking(usual, sum(reductions[name] for name in usual), 1 + differing * asked_for)
    return together if together.gain / together.steps >= single.gain else single


def taken(
    shown: Mapping[str, AnswerValue], differing: Collection[str]
) -> tuple[dict[str, AnswerValue], tuple[str, ...]]:
    """What somebody has answered who was shown these answers, by question, and said which of them differ; and the
    questions that have still to be asked for."""
    values = {name: otherwise(value) if name in differing else value for name, value in shown.items()}
    asked_for = tuple(name for name in values if name in differing and values[name] is None)
    return {name: value for name, value in values.items() if name not in asked_for}, asked_for


def otherwise(shown: AnswerValue) -> AnswerValue:
    """The answer of somebody for whom the one shown isn't right: the other of yes and no; None where there are several,
    so that it has to be asked for."""
    return not shown if isinstance(shown, bool) else None
