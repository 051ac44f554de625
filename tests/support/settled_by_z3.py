"""Whether a verdict is settled, by the solver z3: every draw of an assessment as linear arithmetic over cells.

It shares no bound with `advisor.decision.settle`, only the knowledge base, its draws and the worth of its evidence.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import z3

from advisor.decision.foresee import verdict_keys
from advisor.decision.settle import branches
from advisor.decision.verdict import VerdictKey
from advisor.verification.encoding import Encoding
from tests.support.small_worlds import World

TIE = 1e-12
"""Exact sums that are this near each other differ by rounding of the same numbers."""


class Solved:
    """The verdicts of a world whose strengths have no errors and in which nothing was measured."""

    def __init__(self, world: World, draws: int) -> None:
        """At most three candidates."""
        self._world = world
        self._encoding = Encoding(world.model.knowledge)
        self._solver = self._encoding.solver()
        for branch in branches(world.beliefs):
            self._solver.add(z3.Or([self._is(setting) for setting in branch.settings]))
        known = {fact: mask for fact, mask in world.beliefs.known.items() if mask.bit_count() == 1}
        self._solver.add(self._is(known))
        self._verdict = self._verdicts(draws)

    def can_differ(self, key: VerdictKey) -> bool:
        """Whether some completion has another verdict."""
        return self._solver.check(z3.Not(self._verdict[key])) == z3.sat

    def has(self, facts: dict[str, int], key: VerdictKey) -> bool:
        """Whether these facts are a completion, and have this verdict."""
        return self._solver.check(self._is(facts), self._verdict[key]) == z3.sat

    def _is(self, facts: dict[str, int]) -> Any:
        return z3.And([self._encoding.variable(fact) == mask.bit_length() - 1 for fact, mask in facts.items()])

    def _scores(self, factors: np.ndarray) -> list[Any]:
        """Of each candidate in one draw, factors by criterion, as a sum over pieces of evidence and levels."""
        model = self._world.model
        terms: list[list[Any]] = [[z3.RealVal(0)] for _ in range(model.candidates)]
        for piece in model.values.pieces:
            fires = self._encoding.fires[model.knowledge.rules[piece.rule].id]
            level = self._encoding.variable(model.knowledge.criteria[piece.criterion].importance)
            for index, weight in enumerate(model.level_weights):
                points = z3.RealVal(repr(float(piece.points * weight * factors[piece.criterion])))
                terms[piece.candidate].append(z3.If(z3.And(fires, level == index), points, z3.RealVal(0)))
        return [z3.Sum(each) for each in terms]

    def _verdicts(self, draws: int) -> dict[VerdictKey, Any]:
        model = self._world.model
        feasible = [z3.Not(self._encoding.vetoed[candidate.id]) for candidate in model.knowledge.candidates]
        every = range(model.candidates)
        sixths: list[list[Any]] = [[] for _ in every]
        for factors in model.draws(draws).factors.T:
            scores = self._scores(factors)
            first = [
                z3.And(feasible[x], *(z3.Or(z3.Not(feasible[y]), scores[x] >= scores[y] - TIE) for y in every))
                for x in every
            ]
            ahead = z3.Sum([z3.If(each, 1, 0) for each in first])
            for x in every:
                sixths[x].append(z3.If(first[x], z3.If(ahead == 1, 6, z3.If(ahead == 2, 3, 2)), 0))
        needed = 6 * draws * model.knowledge.settings.recommend_share
        won = [z3.Sum(each) >= int(np.ceil(needed - 1e-9)) for each in sixths]
        close = z3.And(z3.Or(feasible), z3.Not(z3.Or(won)))
        return dict(zip(verdict_keys(model), (*won, close, z3.Not(z3.Or(feasible))), strict=True))
