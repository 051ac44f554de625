"""Several people's answers together."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from advisor.decision.advise import advise
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.recommendation import Difference, GroupRecommendation


def combine(knowledge: Knowledge, members: Mapping[str, Mapping[str, Answer]]) -> dict[str, Answer]:
    """One set of answers for a group.

    Where everybody who answered agrees, that is the answer. Where they differ, the question stays unsettled and
    its ballots are what it may turn out to be, each as likely as it has supporters. Who left a question open has no
    say in it.
    """
    combined = {}
    for question in knowledge.askable:
        given = [answers[question] for answers in members.values() if question in answers]
        values = [answer.value for answer in given if answer.value is not None]
        if len(set(values)) == 1:
            first = next(answer for answer in given if answer.value is not None)
            combined[question] = first
        elif values:
            combined[question] = Answer(question=question, origin="ballots", ballots=tuple(values))
        elif given:
            combined[question] = given[0]
    return combined


def advise_group(
    knowledge: Knowledge,
    members: Mapping[str, Mapping[str, Answer]],
    measurements: Measurements | None,
    *,
    as_of: datetime.date,
    seed: int = 0,
) -> GroupRecommendation:
    """The group's recommendation, each member's own, and the questions on which they differ, those that move the
    group's result most first."""
    group = advise(knowledge, combine(knowledge, members), measurements, as_of=as_of, seed=seed)
    differing = {answer.question for answer in group.answers if answer.origin == "ballots"}
    return GroupRecommendation(
        group=group,
        members={
            name: advise(knowledge, answers, measurements, as_of=as_of, seed=seed) for name, answers in members.items()
        },
        differences=tuple(
            Difference(
                question=entry.question,
                text=entry.text,
                ballots={
                    name: answers[entry.question].value if entry.question in answers else None
                    for name, answers in members.items()
                },
                gain=entry.gain,
                moves=entry.moves,
                leads_to=entry.leads_to,
            )
            for entry in sorted(group.open_questions, key=lambda entry: -entry.moves)
            if entry.question in differing
        ),
    )
