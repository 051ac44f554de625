"""Margins: what puts one candidate ahead of another, reason by reason, adding up exactly.

Points of a result are whole ten-thousandths, and all sums here are of such whole numbers, so nothing is lost to
rounding: the differences of reasons add up to those of criteria, and these to the difference of the scores.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from advisor.model.explanation import CriterionMargin, Margin, Weighed
from advisor.model.recommendation import Ranked, Reason, Recommendation

PRECISION = 10_000
"""Parts of a point that are told apart."""


def margin(result: Recommendation, candidate: str, rival: str) -> Margin:
    """A candidate's margin over a rival. Raises `KeyError` for one that the result doesn't have."""
    rows = {row.candidate: row for row in result.ranking}
    ours, theirs = rows[candidate], rows[rival]
    pairs = _paired(result.reasons, candidate, rival)
    criteria = []
    for value in ours.criteria:
        under = [pair for pair in pairs if pair.criterion == value.criterion]
        if under:
            criteria.append(_criterion(value.criterion, value.weight, under))
    criteria.sort(key=lambda entry: -entry.difference)
    return Margin(
        candidate=candidate,
        rival=rival,
        candidate_score=ours.score,
        rival_score=theirs.score,
        difference=_points(_parts(ours.score) - _parts(theirs.score)),
        criteria=tuple(criteria),
    )


def margins(result: Recommendation, rivals: Iterable[Ranked]) -> tuple[Margin, ...]:
    """The leader's margins over others; none where nobody leads."""
    leader = result.verdict.leader
    return tuple(margin(result, leader, row.candidate) for row in rivals) if leader else ()


class _Pair(NamedTuple):
    """What one rule says of two candidates under one criterion."""

    criterion: str
    rule: str
    """As it is written."""
    ours: list[Reason]
    theirs: list[Reason]


def _paired(reasons: Iterable[Reason], candidate: str, rival: str) -> list[_Pair]:
    pairs: dict[tuple[str, str], _Pair] = {}
    for reason in reasons:
        if reason.candidate in (candidate, rival):
            # A rule written for several candidates says the same of each.
            rule = reason.because.rules[0].partition("@")[0]
            pair = pairs.setdefault((reason.criterion, rule), _Pair(reason.criterion, rule, [], []))
            (pair.ours if reason.candidate == candidate else pair.theirs).append(reason)
    return list(pairs.values())


def _criterion(criterion: str, weight: float, pairs: list[_Pair]) -> CriterionMargin:
    ours = sum(_parts(reason.contribution) for pair in pairs for reason in pair.ours)
    theirs = sum(_parts(reason.contribution) for pair in pairs for reason in pair.theirs)
    weighed = [entry for entry in map(_weighed, pairs) if entry.difference]
    return CriterionMargin(
        criterion=criterion,
        weight=weight,
        candidate_points=_points(ours),
        rival_points=_points(theirs),
        difference=_points(ours - theirs),
        reasons=tuple(sorted(weighed, key=lambda entry: -abs(entry.difference))),
    )


def _weighed(pair: _Pair) -> Weighed:
    ours, theirs = (sum(_parts(reason.contribution) for reason in side) for side in (pair.ours, pair.theirs))
    texts = [" ".join(dict.fromkeys(reason.text for reason in side)) for side in (pair.ours, pair.theirs)]
    ids = {reason.because.rules[0] for side in (pair.ours, pair.theirs) for reason in side}
    both = [text for text in dict.fromkeys(texts) if text]
    return Weighed(
        criterion=pair.criterion,
        rule=ids.pop() if len(ids) == 1 else pair.rule,
        text=both[0],
        rival_text=both[1] if len(both) > 1 else "",
        candidate_points=_points(ours),
        rival_points=_points(theirs),
        difference=_points(ours - theirs),
    )


def _parts(points: float) -> int:
    return round(points * PRECISION)


def _points(parts: int) -> float:
    return parts / PRECISION
