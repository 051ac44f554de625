"""What would change the verdict: single answers changed, and questions still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from advisor.decision.assess import FULL, SCREEN, Model
from advisor.decision.assessment import Assessment
from advisor.decision.beliefs import Beliefs, OpenAnswer
from advisor.decision.moves import beliefs_after, changes_of, masks_after, moves
from advisor.decision.sums import sums_by
from advisor.decision.verdict import Call, call
from advisor.model.answer import Answer
from advisor.model.question import Question
from advisor.model.recommendation import Flip, OpenQuestion

MOST_SINGLE_FLIPS = 5
MOST_TRIED = 10
"""Changes that are assessed with all draws, at the most."""


def flips(
    model: Model, answers: Sequence[Answer], beliefs: Beliefs, assessment: Assessment, verdict: Call
) -> tuple[Flip, ...]:
    """Changes of one given answer that change the verdict's kind or candidate, at most `MOST_SINGLE_FLIPS`: another
    candidate recommended first, then the surest. All are screened with few draws, and each that is returned was
    assessed again with as many as the verdict itself."""
    knowledge, given = model.knowledge, [answer for answer in answers if answer.value is not None]
    single = [(move,) for move in moves(knowledge, model.program, given)]
    if not single:
        return ()
    scenarios = [beliefs_after(beliefs, masks_after(knowledge, model.program, move), move) for move in single]
    unchanged, *changed = model.assess([beliefs, *scenarios], SCREEN)
    calls = [call(knowledge, with_more_draws(after, unchanged, assessment)) for after in changed]
    likely = [index for index, after in enumerate(calls) if after.key != verdict.key]
    likely = sorted(likely, key=lambda index: (calls[index].candidate is None, -calls[index].confidence))[:MOST_TRIED]
    found: list[Flip] = []
    while likely and len(found) < MOST_SINGLE_FLIPS:
        count = MOST_SINGLE_FLIPS - len(found)
        chosen, likely = likely[:count], likely[count:]
        for index, again in zip(chosen, model.assess([scenarios[index] for index in chosen], FULL), strict=True):
            after = call(knowledge, again)
            if after.key != verdict.key:
                changes = changes_of(knowledge, given, single[index])
                share = round(after.confidence, 4)
                found.append(Flip(changes=changes, kind=after.kind, candidate=after.candidate, confidence=share))
    return tuple(sorted(found, key=lambda flip: (flip.candidate is None, -flip.confidence)))


def with_more_draws(after: Assessment, few: Assessment, many: Assessment) -> Assessment:
    """An assessment with few draws, and to it what more of them add where nothing is changed. Both scenarios meet the
    same draws, so most of what is luck in the one is in the other (the method of control variates)."""
    shares = np.where(after.shares > 0, after.shares + many.shares - few.shares, 0)
    return after._replace(
        shares=shares.clip(0, 1).round(12), decided=round(after.decided + many.decided - few.decided, 12)
    )


class _Effect(NamedTuple):
    """What settling something would do to the shares; see `OpenQuestion`."""

    gain: float
    moves: float
    leads_to: dict[str, str | None]


def open_questions(
    model: Model, open_: Sequence[OpenAnswer], assessment: Assessment, reductions: Mapping[str, float]
) -> tuple[OpenQuestion, ...]:
    """The open questions, most useful first: in the order of `reductions`, which is that of the interview (see
    `Prospect`), and then those that can't change the verdict, by how much they move.

    Gains and moves are means over the answers of a question, as the completions have them. The gain is the share of
    whoever then leads less the share of whoever leads now, never below zero; a question moves the result by half the
    sum of the absolute changes of all shares (the total variation distance).
    """
    rows = []
    for entry in open_:
        question = model.knowledge.question[entry.question]
        if entry.independent:
            effect = _effect_of_many(model, question, assessment)
        else:
            effect = _effect(model, entry.labels, assessment.choices[entry.question], assessment)
        rows.append(
            OpenQuestion(
                question=question.id,
                text=question.text,
                gain=round(effect.gain, 4),
                moves=round(effect.moves, 4),
                settles=round(reductions.get(question.id, 0.0), 4),
                leads_to=effect.leads_to,
                usual=None if entry.usual is None else question.usual,
            )
        )
    places = {name: place for place, name in enumerate(reductions)}
    return tuple(sorted(rows, key=lambda row: (places.get(row.question, len(places)), -row.moves)))


def _effect(model: Model, labels: Sequence[str], chosen: np.ndarray, assessment: Assessment) -> _Effect:
    names = list(dict.fromkeys(labels))
    groups = np.array([names.index(label) for label in labels])[chosen]
    counts = np.bincount(groups, minlength=len(names))
    shares = sums_by(groups, assessment.by_completion, len(names)) / np.maximum(counts, 1)
    weights = counts / len(chosen)
    best, leaders = shares.max(axis=0), shares.argmax(axis=0)
    moved = np.abs(shares - assessment.shares[:, None]).sum(axis=0) / 2
    return _Effect(
        gain=max(0.0, float(weights @ best - assessment.shares.max())),
        moves=float(weights @ moved),
        leads_to={
            name: model.knowledge.candidates[leaders[place]].id if best[place] > 0 else None
            for place, name in enumerate(names)
            if counts[place]
        },
    )


def _effect_of_many(model: Model, question: Question, assessment: Assessment) -> _Effect:
    """A list's options are judged one by one, and the list is as useful as its most useful option."""
    by_option = {
        option.value: _effect(model, ("no", "yes"), assessment.choices[f"{question.id}.{option.value}"], assessment)
        for option in question.options
    }
    return _Effect(
        gain=max(effect.gain for effect in by_option.values()),
        moves=max(effect.moves for effect in by_option.values()),
        leads_to={name: effect.leads_to.get("yes") for name, effect in by_option.items()},
    )
