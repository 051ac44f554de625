"""Robustness: how often each candidate ranks first when everything uncertain is drawn.

Stochastic multicriteria acceptability analysis (R. Lahdelma and P. Salminen, "SMAA-2", Operations Research 49, 2001)
over the value model of `advisor.decision.value`. Draws are nested: completions of the unknown answers outside, and
for each of them draws of weights, strengths and measured numbers inside, so that what unanswered questions contribute
to the uncertainty can be told from the rest. All scenarios that are assessed together share their random numbers, so
a difference between two of them is never one of luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from advisor.decision.beliefs import Beliefs, Unsettled
from advisor.decision.value import ValueModel, advantages, saturated
from advisor.engine.program import Evaluation, Program
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.rule import Veto

Floats = Integers = Booleans = np.ndarray
"""Arrays by what they hold; `numpy.typing` would say it better, but takes long to import."""
NORMAL_95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""


@dataclass(frozen=True)
class Budget:
    """How many draws: `completions` of unknown answers (1 if nothing is unknown) times the draws in each."""

    completions: int
    draws: int


FULL = Budget(500, 10_000)
SCREEN = Budget(25, 500)


@dataclass(frozen=True)
class Assessment:
    """What the draws say of one scenario. Arrays over candidates are in the order of the knowledge base."""

    shares: Floats
    """First-rank share by candidate; they sum to the share of draws in which any candidate is feasible."""
    share_error: Floats
    """Standard errors of the shares, with completions as the unit where there are several."""
    by_completion: Floats
    """First-rank shares within each completion, shape (completions, candidates)."""
    choices: dict[str, Integers]
    """By unsettled question, the index of the setting drawn in each completion; for an independent one, by
    `question.option`, 0 or 1."""
    scores: Floats
    """Scores in points, shape (completions, draws in each, candidates)."""

    def bounds(self) -> tuple[Floats, Floats]:
        """5th and 95th percentiles of the scores, by candidate."""
        low, high = np.percentile(self.scores.reshape(-1, len(self.shares)), (5, 95), axis=0)
        return low, high


class Model:
    """A knowledge base and a set of measurements, ready to assess any number of scenarios."""

    def __init__(
        self,
        knowledge: Knowledge,
        program: Program,
        values: ValueModel,
        measurements: Measurements | None,
        seed: int,
    ) -> None:
        """`seed` fixes every random number that will be drawn."""
        self.knowledge = knowledge
        self.program = program
        self.values = values
        self.seed = seed
        self.candidates = len(knowledge.candidates)
        self.criteria = len(knowledge.criteria)
        self.advantages = {c.metric.id: advantages(knowledge, c.metric, measurements) for c in values.comparisons}
        self._level_weights = np.array([level.weight for level in knowledge.settings.importance])
        self._vetoes = [
            (index, [c.id for c in knowledge.candidates].index(consequence.veto))
            for index, rule in enumerate(knowledge.rules)
            for consequence in rule.then
            if isinstance(consequence, Veto)
        ]

    # --- one scenario, nothing drawn -------------------------------------------------------------------------

    def weights(self, evaluation: Evaluation) -> Floats:
        """Weights by criterion, unnormalised; where the importance isn't known, the mean over what it may be."""
        masks = [evaluation.facts[criterion.importance] for criterion in self.knowledge.criteria]
        levels = np.arange(len(self._level_weights))
        possible = (np.asarray(masks, dtype=np.int64)[:, None] >> levels) & 1
        return (possible * self._level_weights).sum(axis=1) / possible.sum(axis=1)

    # --- many scenarios --------------------------------------------------------------------------------------

    def assess(self, scenarios: Sequence[Beliefs], budget: Budget = FULL) -> list[Assessment]:
        """An assessment of each scenario, all from the same random numbers.

        Raises `ValueError` if they don't leave the same questions unsettled.
        """
        unsettled = scenarios[0].unsettled
        if any(scenario.unsettled != unsettled for scenario in scenarios):
            raise ValueError("scenarios assessed together must leave the same questions unsettled")
        completions = budget.completions if unsettled else 1
        inner = budget.draws // completions
        uniforms, factors, judged, noise = _random(
            self.knowledge,
            tuple(name for name, found in self.advantages.items() if found),
            self.seed,
            completions,
            inner,
        )
        choices = _choices(unsettled, uniforms)
        base = _stack(scenarios, choices, completions)
        evaluation = self.program.run(base)
        lanes = len(scenarios) * completions
        scores, feasible = self._scores(evaluation, lanes, factors, judged, noise)
        shape = (len(scenarios), completions, inner, self.candidates)
        scores = scores.reshape(shape)
        feasible = feasible.reshape(len(scenarios), completions, 1, self.candidates)
        masked = np.where(feasible, scores, -np.inf)
        # Ties (all weights zero, say) are shared, so that the order of the candidates doesn't decide them.
        first = (masked == masked.max(axis=3, keepdims=True)) & feasible
        first_share = first / np.maximum(1, first.sum(axis=3, keepdims=True))
        within = first_share.mean(axis=2)
        return [self._summary(scores[i], within[i], choices, inner) for i in range(len(scenarios))]

    def _scores(
        self, evaluation: Evaluation, lanes: int, factors: Floats, judged: Floats, noise: dict[str, Floats]
    ) -> tuple[Floats, Booleans]:
        """Scores in points, shape (lanes, inner, candidates), and feasibility, shape (lanes, candidates)."""
        completions, inner, _ = factors.shape
        level_of = np.stack(
            [np.broadcast_to(evaluation.facts[c.importance], lanes) for c in self.knowledge.criteria], axis=1
        )
        # Every fact is known in a completion, so a mask has one bit, and its exponent is the level.
        level = np.frexp(level_of)[1] - 1
        base_weights = self._level_weights[level].reshape(-1, completions, 1, self.criteria)
        weights = (base_weights * factors).reshape(lanes, inner, self.criteria)
        values, errors = np.zeros((2, lanes, self.candidates, self.criteria))
        for piece in self.values.pieces:
            fired = evaluation.fired[piece.rule]
            values[:, piece.candidate, piece.criterion] += piece.points * fired
            errors[:, piece.candidate, piece.criterion] += piece.error**2 * fired
        # Independent errors of the rules add up by their squares to one normal error a candidate and criterion.
        deviations = np.sqrt(errors).reshape(-1, completions, self.candidates, self.criteria).astype(np.float32)
        weighing = weights.reshape(-1, *factors.shape).astype(np.float32)
        off = np.einsum("snmk,snck,nmck->snmc", weighing, deviations, judged)
        scores = np.matmul(weights, values.transpose(0, 2, 1)) + off.reshape(lanes, inner, self.candidates)
        for comparison in self.values.comparisons:
            if not self.advantages[comparison.metric.id]:
                continue
            gain = comparison.points * self._drawn(comparison.metric.id, noise)
            fired = np.broadcast_to(evaluation.fired[comparison.rule], lanes).reshape(-1, completions, 1, 1)
            worth = fired * gain * weights[:, :, comparison.criterion].reshape(-1, completions, inner, 1)
            scores += worth.reshape(scores.shape)
        total = weights.sum(axis=2, keepdims=True)
        scores *= np.divide(100, total, out=np.zeros_like(total), where=total > 0)
        feasible = np.ones((lanes, self.candidates), dtype=bool)
        for rule, candidate in self._vetoes:
            feasible[:, candidate] &= np.broadcast_to(evaluation.fired[rule], lanes) == 0
        return scores, feasible

    def _drawn(self, metric: str, noise: dict[str, Floats]) -> Floats:
        """Advantages drawn from their intervals, normal on the logarithmic scale, and saturated."""
        ordered = [self.advantages[metric][candidate.id] for candidate in self.knowledge.candidates]
        centre = np.array([advantage.doublings for advantage in ordered])
        deviation = np.array([(advantage.high - advantage.low) / (2 * NORMAL_95) for advantage in ordered])
        limit = self.knowledge.settings.saturates
        return np.clip(centre + deviation * noise[metric], -limit, limit)

    def _summary(self, scores: Floats, within: Floats, choices: dict[str, Integers], inner: int) -> Assessment:
        completions = len(within)
        shares = within.mean(axis=0)
        if completions > 1:
            error = within.std(axis=0, ddof=1) / np.sqrt(completions)
        else:
            error = np.sqrt(shares * (1 - shares) / inner)
        return Assessment(shares, error, within, choices, scores)

    def measured_points(self, comparison_index: int, candidate: str) -> float:
        """What a comparison gives a candidate at the medians measured, before weighting."""
        comparison = self.values.comparisons[comparison_index]
        advantage = self.advantages[comparison.metric.id].get(candidate)
        return comparison.points * saturated(advantage.doublings, self.knowledge.settings) if advantage else 0.0


@lru_cache(maxsize=4)
def _random(
    knowledge: Knowledge, metrics: tuple[str, ...], seed: int, completions: int, inner: int
) -> tuple[dict[str, Floats], Floats, Floats, dict[str, Floats]]:
    """Every random number of an assessment: uniform ones by question (completions, options), factors of the weights
    (completions, inner, criteria), and standard normal ones for the strengths (completions, inner, candidates,
    criteria) and by metric for what was measured (completions, inner, candidates)."""
    rng = np.random.default_rng(seed)
    candidates, criteria = len(knowledge.candidates), len(knowledge.criteria)
    uniforms = {
        question.id: rng.random((completions, max(1, len(question.options)))) for question in knowledge.questions
    }
    spread = np.log(knowledge.settings.weight_spread)
    factors = np.exp(spread * (2 * rng.random((completions, inner, criteria)) - 1))
    judged = rng.standard_normal((completions, inner, candidates, criteria), dtype=np.float32)
    noise = {name: rng.standard_normal((completions, inner, candidates)) for name in metrics}
    return uniforms, factors, judged, noise


def _choices(unsettled: Sequence[Unsettled], uniforms: dict[str, Floats]) -> dict[str, Integers]:
    """Which setting each completion has of each unsettled question."""
    chosen: dict[str, Integers] = {}
    for question in unsettled:
        uniform = uniforms[question.question]
        count = len(question.settings)
        if question.independent:
            # About one option of a list is taken to hold: each with one over their number.
            for index, option in enumerate(question.labels):
                chosen[f"{question.question}.{option}"] = (uniform[:, index] < 1 / count).astype(np.int64)
        else:
            chosen[question.question] = (uniform[:, 0] * count).astype(np.int64)
    return chosen


def _stack(scenarios: Sequence[Beliefs], choices: dict[str, Integers], completions: int) -> dict[str, Any]:
    """Masks of every base fact in every lane (scenario × completion); a single number where all lanes agree."""
    base: dict[str, Any] = {}
    for fact, mask in scenarios[0].known.items():
        masks = [scenario.known[fact] for scenario in scenarios]
        same = all(other == mask for other in masks)
        base[fact] = mask if same else np.repeat(np.array(masks, dtype=np.int64), completions)
    for question in scenarios[0].unsettled:
        for fact in {fact for setting in question.settings for fact in setting}:
            if question.independent:
                drawn = 1 + choices[fact]
            else:
                masks = np.array([setting[fact] for setting in question.settings], dtype=np.int64)
                drawn = masks[choices[question.question]]
            base[fact] = np.tile(drawn, len(scenarios))
    return base
