"""What other answers would make of a result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from advisor.model.answer import Answer
from advisor.model.explanation import RankChange, ReasonChange, WhatIf
from advisor.model.recommendation import Change, Reason, Recommendation, VetoGiven


def changed_answers(
    result: Recommendation, given: Mapping[str, Answer]
) -> tuple[dict[str, Answer], tuple[Change, ...]]:
    """A result's answers with others in their place, by question, and what that changes: nothing where the answer is
    the same."""
    before = {answer.question: answer for answer in result.answers}
    after = {**result.given, **given}
    changes = []
    for question, answer in given.items():
        was = before.get(question, Answer(question=question))
        if answer.value != was.value or was.ballots:
            changes.append(Change(question=question, before=was.value, after=answer.value))
    return after, tuple(changes)


def compare(before: Recommendation, after: Recommendation, changes: tuple[Change, ...]) -> WhatIf:
    """The difference between two results of which the second has changed answers."""
    reasons_before, reasons_after = _by_identity(before.reasons), _by_identity(after.reasons)
    kept = [identity for identity in reasons_after if identity in reasons_before]
    moved = [
        ReasonChange(reason=reasons_after[identity], before=reasons_before[identity].contribution)
        for identity in kept
        if reasons_after[identity].contribution != reasons_before[identity].contribution
    ]
    moved.sort(key=lambda entry: -abs(entry.reason.contribution - entry.before))
    rows = {row.candidate: row for row in before.ranking}
    return WhatIf(
        changes=changes,
        before=before.verdict,
        after=after.verdict,
        verdict_changes=(before.verdict.kind, before.verdict.candidate)
        != (after.verdict.kind, after.verdict.candidate),
        ranking=tuple(
            RankChange(
                candidate=row.candidate,
                share_before=rows[row.candidate].first_rank_share,
                share_after=row.first_rank_share,
                score_before=rows[row.candidate].score,
                score_after=row.score,
                feasible_before=rows[row.candidate].feasible,
                feasible_after=row.feasible,
            )
            for row in after.ranking
        ),
        gained=tuple(reason for identity, reason in reasons_after.items() if identity not in reasons_before),
        lost=tuple(reason for identity, reason in reasons_before.items() if identity not in reasons_after),
        reweighed=tuple(moved),
        vetoes_gained=_missing(after.vetoes, before.vetoes),
        vetoes_lost=_missing(before.vetoes, after.vetoes),
    )


def _by_identity(reasons: Iterable[Reason]) -> dict[tuple[str, ...], Reason]:
    """Reasons by what makes two of them the same: rule, candidate, criterion, and their place among several such."""
    found: dict[tuple[str, ...], Reason] = {}
    for reason in reasons:
        identity = (reason.because.rules[0], reason.candidate, reason.criterion)
        while identity in found:
            identity += ("again",)
        found[identity] = reason
    return found


def _missing(these: Iterable[VetoGiven], those: Iterable[VetoGiven]) -> tuple[VetoGiven, ...]:
    """Vetoes that aren't among others."""
    others = {(veto.rule, veto.candidate) for veto in those}
    return tuple(veto for veto in these if (veto.rule, veto.candidate) not in others)
