"""Several people's answers together."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping

from advisor.decision.advise import advise
from advisor.model.answer import Answer, AnswerValue
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.recommendation import Difference, GroupRecommendation, Recommendation


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
    values = {name: {question: answer.value for question, answer in each.items()} for name, each in members.items()}
    return GroupRecommendation(
        group=group,
        members={
            name: advise(knowledge, answers, measurements, as_of=as_of, seed=seed) for name, answers in members.items()
        },
        differences=_differences(group, values),
    )


def _differences(group: Recommendation, values: Mapping[str, Mapping[str, AnswerValue]]) -> tuple[Difference, ...]:
    """The questions on which members with these answers differ, those that move the group's result most first."""
    differing = {answer.question for answer in group.answers if answer.origin == "ballots"}
    return tuple(
        Difference(
            question=entry.question,
            text=entry.text,
            ballots={name: given.get(entry.question) for name, given in values.items()},
            gain=entry.gain,
            moves=entry.moves,
            leads_to=entry.leads_to,
        )
        for entry in sorted(group.open_questions, key=lambda entry: -entry.moves)
        if entry.question in differing
    )


def holds_together(found: GroupRecommendation) -> bool:
    """Whether the group's answers, and the differences, are those that the members' own results make. Each result has a
    seal; what makes a session of them has none."""
    values = {
        name: {answer.question: answer.value for answer in own.answers if answer.origin != "default"}
        for name, own in found.members.items()
    }
    for answer in found.group.answers:
        given = [own[answer.question] for own in values.values() if own.get(answer.question) is not None]
        agreed = given[0] if len(set(given)) == 1 else None
        ballots = given if len(set(given)) > 1 else []
        if answer.origin == "default" and not given:
            continue
        if answer.value != agreed or Counter(answer.ballots) != Counter(ballots):
            return False
    return found.differences == _differences(found.group, values)
