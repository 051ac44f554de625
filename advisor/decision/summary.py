"""The verdict in a sentence or two."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from advisor.decision.arrays import Floats
from advisor.decision.verdict import Call
from advisor.model.figures import percent
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import OpenQuestion, Ranked, ToMeasure


def summary(
    knowledge: Knowledge,
    verdict: Call,
    ranking: Sequence[Ranked],
    worth: Floats,
    open_: Sequence[OpenQuestion],
    measurable: Sequence[ToMeasure],
    disputed: Collection[str],
) -> str:
    """What is recommended and why; where it is too close, what the choice turns on; where not enough is known, what to
    answer next, or if it is one of those `disputed` among several people, to agree on; and what to measure, if that
    alone could make up for the lead. `worth` is that of the assessment."""
    if verdict.kind == "none-feasible":
        return "None of the candidates fits: each is ruled out."
    title = {candidate.id: candidate.title for candidate in knowledge.candidates}
    bar = knowledge.settings.recommend_share
    # A share that would round to the bar isn't said to have reached it.
    digits = 1 if verdict.confidence < bar <= round(verdict.confidence, 2) else 0
    share = f"{title[verdict.leader]} ranks first in {percent(verdict.confidence, digits)} of the draws"
    if sum(row.feasible for row in ranking) == 1 and verdict.kind == "recommended":
        return f"Use {title[verdict.leader]}: every other candidate is ruled out."
    first, second = ranking[:2]
    place = {candidate.id: place for place, candidate in enumerate(knowledge.candidates)}
    ahead = np.round(worth[place[first.candidate]] - worth[place[second.candidate]], 6)
    if verdict.kind == "recommended":
        mainly = _mainly(knowledge, title[second.candidate], ahead)
        return f"Use {title[verdict.leader]}: it ranks first in {percent(verdict.confidence)} of the draws{mainly}."
    can_decide = second.feasible and measurable and measurable[0].swing >= abs(ahead.sum())
    measure = f' Measure next: "{measurable[0].title}".' if can_decide else ""
    if verdict.kind == "not-enough-known":
        what = "agree first on" if open_ and open_[0].question in disputed else "answer next"
        ask = f'; {what}: "{open_[0].text}"' if open_ else ""
        sure = verdict.confidence >= bar
        would = "answers to the open questions would make that surer" if sure else "the open questions would decide"
        return f"Not enough is known yet: {share}, and {would}{ask}.{measure}"
    turns = _turns_on(knowledge, title[first.candidate], title[second.candidate], ahead)
    other = f"{title[second.candidate]} in {percent(second.first_rank_share)}"
    return f"Too close to call: {share}, {other}. {turns}{measure}"


def _mainly(knowledge: Knowledge, second: str, ahead: Floats) -> str:
    """Under which criteria the first of two candidates is the farthest ahead of the `second`, by its lead in points."""
    most = [place for place in np.argsort(-ahead, kind="stable")[:2] if ahead[place] > 0]
    names = " and ".join(knowledge.criteria[place].title.lower() for place in most)
    return f", ahead of {second} mainly in {names}" if names else ""


def _turns_on(knowledge: Knowledge, first: str, second: str, ahead: Floats) -> str:
    """Under which criterion each of two candidates is the farthest ahead of the other; `ahead` is the first's lead by
    criterion, in points."""
    sides = ((int(ahead.argmax()), first, 1), (int(ahead.argmin()), second, -1))
    weighed = [
        f"{knowledge.criteria[place].title.lower()} (for {who})"
        for place, who, sign in sides
        if sign * ahead[place] > 0
    ]
    if not weighed:
        return "Nothing that is known tells the two apart."
    if len(weighed) == 1:
        return f"It turns on {weighed[0]}, of which too little is sure."
    return f"It turns on what counts more: {weighed[0]} or {weighed[1]}."
