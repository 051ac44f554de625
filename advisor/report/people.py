"""Who of a group answered what, and how much hangs on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from advisor.model.recommendation import GroupRecommendation, Recommendation, VetoGiven
from advisor.report.words import known_answers


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
