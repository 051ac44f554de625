"""The smallest sets of changed answers that change the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, islice
from typing import NamedTuple

import numpy as np

from advisor.decision.assess import FULL, Budget
from advisor.decision.assessment import Assessment
from advisor.decision.beliefs import Beliefs
from advisor.decision.case import Case
from advisor.decision.moves import (
    MOST_MOVES,
    Move,
    Moves,
    beliefs_after,
    changes_of,
    masks_after,
    moves,
    parts,
    sets_by_cost,
)
from advisor.decision.relevance import Consequences
from advisor.decision.verdict import Call, call
from advisor.model.explanation import FlipSearch, FlipSet
from advisor.model.progress import OnProgress

MOST_FLIPS = 5
"""How many flips are looked for unless said otherwise."""
LIMIT = 20_000
"""How many sets are looked at unless said otherwise."""
SCREENING = Budget(FULL.completions // 5, FULL.draws // 5)
"""Draws after which a scenario that is clearly like the verdict is set aside: as many a completion as in full, since
the best share within a completion depends on that."""
CLEAR = 5.0
"""So many standard errors from another verdict is clear."""
BLOCK = 128
"""How many sets are looked at together."""
TOGETHER = 16
"""How many scenarios are assessed together: more would no longer fit into the processor's cache."""


def smallest_flips(
    case: Case,
    most: int = MOST_FLIPS,
    limit: int = LIMIT,
    screening: Budget | None = SCREENING,
    progress: OnProgress = lambda done, total: None,
) -> FlipSearch:
    """The cheapest sets of at most three moves that change the verdict's kind or candidate and of which no smaller
    part does, at most `most` of them.

    Sets are looked at in the order of their cost, so those found are the cheapest. Each that is returned was assessed
    with as many draws as the verdict, and so was each of its parts. Without `screening` that holds for every set.
    """
    search = _Search(case, screening)
    ended = "enough"
    while len(search.found) < most:
        block = search.next_block(limit)
        if not block:
            ended = "limit" if search.more_left() else "all"
            break
        search.look_at(block)
        progress(search.sets, limit)
    found = sorted(search.found.values(), key=lambda flip: flip.cost)
    complete_to = search.complete_to()
    if len(found) > most:
        complete_to = min(complete_to, found[most].cost - 1)
    return FlipSearch(
        flips=tuple(found[:most]),
        most_changes=MOST_MOVES,
        sets=search.sets,
        scenarios=len(search.verdicts),
        assessed=search.assessed,
        complete_to=complete_to,
        ended=ended,
    )


class _Scenario(NamedTuple):
    """What a set of moves comes to; two that are equal give the same verdict."""

    open_questions: tuple[str, ...]
    signature: bytes


class _Search:
    def __init__(self, case: Case, screening: Budget | None) -> None:
        self._case = case
        self._screening = screening
        self._consequences = Consequences(case.model)
        answers = [answer for answer in case.answers if answer.question in self._consequences.questions]
        # What no rule of consequence asks for can't be part of a flip.
        self._left = sets_by_cost(moves(case.knowledge, case.model.program, answers))
        self._next: tuple[int, Moves] | None = None
        self._holding: dict[Move, list[frozenset[Move]]] = {}
        self.found: dict[frozenset[Move], FlipSet] = {}
        self.verdicts: dict[_Scenario, bool] = {}
        """Whether a scenario has another verdict."""
        self.sets = 0
        self.assessed = 0
        self._cost = 0

    def next_block(self, limit: int) -> list[tuple[int, Moves]]:
        """The next sets, none of which holds a flip found before; none once so many were looked at."""
        room = min(BLOCK, limit - self.sets)
        if room <= 0:
            return []
        return list(islice((entry for entry in self._left if not self._holds_flip(entry[1])), room))

    def more_left(self) -> bool:
        """Whether there are sets that weren't looked at; to be asked at the end."""
        if self._next is None:
            self._next = next((entry for entry in self._left if not self._holds_flip(entry[1])), None)
        return self._next is not None

    def complete_to(self) -> int:
        """The cost up to which every set was looked at."""
        return self._next[0] - 1 if self.more_left() and self._next else self._cost

    def look_at(self, block: Sequence[tuple[int, Moves]]) -> None:
        """Find the flips among sets, which come in the order of their cost."""
        case = self._case
        masks = [masks_after(case.knowledge, case.model.program, together) for _, together in block]
        signatures = self._consequences.signatures(case.beliefs.known, masks)
        scenarios = []
        unseen: dict[_Scenario, Beliefs] = {}
        for (_, together), changed, signature in zip(block, masks, signatures, strict=True):
            beliefs = beliefs_after(case.beliefs, changed, together)
            open_ = self._consequences.questions.intersection(entry.question for entry in beliefs.open)
            scenario = _Scenario(tuple(sorted(open_)), signature)
            scenarios.append(scenario)
            if scenario not in self.verdicts:
                unseen.setdefault(scenario, beliefs)
        self._settle(unseen)
        for (cost, together), scenario in zip(block, scenarios, strict=True):
            self.sets += 1
            self._cost = cost
            if self.verdicts[scenario] and not self._holds_flip(together):
                self._confirm(cost, together)

    def _settle(self, unseen: dict[_Scenario, Beliefs]) -> None:
        """Say of each scenario whether its verdict is another."""
        close = dict(unseen)
        if self._screening:
            screened = self._assess(unseen.values(), self._screening)
            for scenario, assessment in zip(unseen, screened, strict=True):
                if self._clearly_the_same(assessment):
                    self.verdicts[scenario] = False
                    del close[scenario]
        self.assessed += len(close)
        for scenario, assessment in zip(close, self._assess(close.values(), FULL), strict=True):
            self.verdicts[scenario] = self._differs(call(self._case.knowledge, assessment))

    def _assess(self, scenarios: Iterable[Beliefs], budget: Budget) -> list[Assessment]:
        """Assessments in the order of the scenarios, those with the same open questions made together."""
        ordered = list(scenarios)
        places = sorted(range(len(ordered)), key=lambda place: _open(ordered[place]))
        results: dict[int, Assessment] = {}
        for _, group in groupby(places, key=lambda place: _open(ordered[place])):
            alike = list(group)
            for start in range(0, len(alike), TOGETHER):
                some = alike[start : start + TOGETHER]
                made = self._case.model.assess([ordered[place] for place in some], budget)
                # The scores, which nobody asks for, would take most of the memory.
                results.update(zip(some, (a._replace(scores=a.scores[:0]) for a in made), strict=True))
        return [results[place] for place in range(len(ordered))]

    def _clearly_the_same(self, assessment: Assessment) -> bool:
        """Whether another verdict with more draws is out of the question."""
        verdict = self._case.verdict
        assert self._screening is not None
        after = call(self._case.knowledge, assessment)
        if self._differs(after) or verdict.kind == "none-feasible":
            return False
        settings, within = self._case.knowledge.settings, assessment.by_completion
        leader = int(assessment.shares.argmax())
        if not self._clear(assessment.shares[leader], after.error, settings.recommend_share):
            return False
        if len(within) == 1:
            return True
        best, bar = within.max(axis=1), settings.recommend_share
        if assessment.shares[leader] >= bar:
            best, bar = best - within[:, leader], settings.worth_asking
        return self._clear(best.mean(), best.std(ddof=1) / np.sqrt(len(best)), bar)

    def _clear(self, share: float, error: float, bar: float) -> bool:
        """Whether a share is clearly on the side of a bar on which it is."""
        assert self._screening is not None
        least = 0.5 / np.sqrt(self._screening.draws)
        return abs(share - bar) > CLEAR * max(error, least)

    def _differs(self, after: Call) -> bool:
        return after.key != self._case.verdict.key

    def _holds_flip(self, together: Moves) -> bool:
        return any(flip.issubset(together) for move in together for flip in self._holding.get(move, ()))

    def _confirm(self, cost: int, together: Moves) -> None:
        """Assess a flip and its parts again; take the flip, or the parts that turn out to be flips themselves."""
        candidates = [*parts(together), together]
        program, knowledge = self._case.model.program, self._case.knowledge
        made = self._assess(
            [beliefs_after(self._case.beliefs, masks_after(knowledge, program, part), part) for part in candidates],
            FULL,
        )
        for part, assessment in zip(candidates, made, strict=True):
            after = call(knowledge, assessment)
            if self._differs(after) and not self._holds_flip(part):
                whole = frozenset(part)
                self.found[whole] = FlipSet(
                    changes=changes_of(knowledge, self._case.answers, part),
                    kind=after.kind,
                    candidate=after.candidate,
                    confidence=round(after.confidence, 4),
                    cost=cost if part == together else sum(move.cost for move in part),
                )
                for move in whole:
                    self._holding.setdefault(move, []).append(whole)


def _open(beliefs: Beliefs) -> tuple[str, ...]:
    return tuple(entry.question for entry in beliefs.open)
