"""Who of a group answered what, and how much hangs on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import GroupRecommendation, Recommendation, VetoGiven
from advisor.report.words import Words, known_answers


class GroupWords(Words):
    """The words of a group's result, with who gave each answer that not all gave."""

    def __init__(self, knowledge: Knowledge, result: GroupRecommendation) -> None:
        super().__init__(knowledge)
        self._members = result.members
        self._given = givers(result)

    def answer(self, answer: Answer) -> str:
        """An answer in words with those who gave it; of several, each with its people."""
        who = self._given.get(answer.question, ())
        if not who or (len(who) == len(self._members) and not answer.ballots):
            return super().answer(answer)
        people: dict[str, list[str]] = defaultdict(list)
        for name in who:
            (own,) = (one for one in self._members[name].answers if one.question == answer.question)
            people[self.value(answer.question, own.value)].append(name)
        return " / ".join(f"{value} ({', '.join(names)})" for value, names in people.items())


def worded(result: Recommendation | GroupRecommendation, knowledge: Knowledge) -> tuple[Recommendation, Words]:
    """The result in a document, with the words for it."""
    if isinstance(result, GroupRecommendation):
        return result.group, GroupWords(knowledge, result)
    return result, Words(knowledge)


def givers(result: GroupRecommendation) -> dict[str, tuple[str, ...]]:
    """Who has answered each question, by question; whoever doesn't know, hasn't."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, own in result.members.items():
        for answer in known_answers(own):
            if answer.origin != "default":
                found[answer.question].append(name)
    return {question: tuple(names) for question, names in found.items()}


def whose(because: Iterable[str], given: dict[str, tuple[str, ...]]) -> str:
    """The people whose answers to these questions something rests on."""
    return ", ".join(dict.fromkeys(name for question in because for name in given.get(question, ())))


def own_vetoes(result: GroupRecommendation) -> list[tuple[str, VetoGiven]]:
    """What is ruled out by one person's answers and not by the group's, each with the person."""
    common = {(veto.candidate, veto.rule) for veto in result.group.vetoes}
    return [
        (name, veto)
        for name, own in result.members.items()
        for veto in own.vetoes
        if (veto.candidate, veto.rule) not in common
    ]


def weight(result: Recommendation, question: str) -> tuple[bool, float]:
    """How much an answer decides: whether a veto rests on it, and by how many points what rests on it sets two
    candidates apart at most."""
    points: dict[str, float] = {row.candidate: 0.0 for row in result.ranking}
    for reason in result.reasons:
        if question in reason.because.answers:
            points[reason.candidate] += reason.contribution
    vetoed = any(question in veto.because.answers for veto in result.vetoes)
    return vetoed, max(points.values(), default=0.0) - min(points.values(), default=0.0)
