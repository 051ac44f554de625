"""Robustness: how often each candidate ranks first when everything uncertain is drawn.

Stochastic multicriteria acceptability analysis (R. Lahdelma and P. Salminen, "SMAA-2", Operations Research 49, 2001)
over the value model of `advisor.decision.value`. Draws are nested: completions of the unknown answers outside, and
for each of them draws of weights, strengths and measured numbers inside, so that what unanswered questions contribute
to the uncertainty can be told from the rest. All scenarios that are assessed together share their random numbers, so
a difference between two of them is never one of luck.

Arrays are over completions (n), scenarios (s), candidates (c), criteria (k) and draws within a completion (m), in
this order where they have them. The draws of a completion are the same in all scenarios, which makes the sums over
criteria products of matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

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
TIE = 1e-9
"""Points by which scores may differ and still be a tie, so that rounding never decides who is first."""


class Budget(NamedTuple):
    """How many draws: `completions` of unknown answers (1 if nothing is unknown) times the draws in each."""

    completions: int
    draws: int


FULL = Budget(500, 10_000)
SCREEN = Budget(25, 500)


class Assessment(NamedTuple):
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
    """Scores in points, shape (completions, candidates, draws in each)."""
    weights: Floats
    """Unnormalised weights by criterion, as importance gives them: their mean over the completions."""

    def bounds(self) -> tuple[Floats, Floats]:
        """5th and 95th percentiles of the scores, by candidate."""
        ordered = np.sort(np.swapaxes(self.scores, 0, 1).reshape(len(self.shares), -1))
        return _percentile(ordered, 0.05), _percentile(ordered, 0.95)


def _percentile(ordered: Floats, share: float) -> Floats:
    """The value below which a share of each row lies, between two of its numbers in proportion. (`np.percentile` says
    the same, but imports `numpy.ma`, which takes longer than everything else here.)"""
    place = share * (ordered.shape[1] - 1)
    below = int(place)
    above = min(below + 1, ordered.shape[1] - 1)
    return ordered[:, below] + (ordered[:, above] - ordered[:, below]) * (place - below)


class _Random(NamedTuple):
    """Every random number of an assessment."""

    uniforms: dict[str, Floats]
    """Uniform ones by question, for its answers, and the last for whether it is the usual one: (n, options + 1)."""
    factors: Floats
    """What the weights are multiplied by: (n, k, m)."""
    squares: Floats
    """The squares of `factors`."""
    judged: Floats
    """Standard normal ones for the strengths: (n, c, m)."""
    noise: Floats
    """Standard normal ones for what was measured: (n, metrics, c, m)."""


class Draws(NamedTuple):
    """What is drawn where every answer is known."""

    factors: Floats
    """What the weights are multiplied by: (k, m)."""
    judged: Floats
    """Standard normal numbers for the strengths: (c, m)."""
    worth: Floats
    """What each comparison that was measured gives at a weight of 1: (comparisons, c, m)."""


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
        self.compared = [comparison for comparison in values.comparisons if self.advantages[comparison.metric.id]]
        self._metrics = list(dict.fromkeys(comparison.metric.id for comparison in self.compared))
        self._worths: dict[tuple[int, ...], Floats] = {}
        self.level_weights = np.array([level.weight for level in knowledge.settings.importance])
        self.vetoes = [
            (index, [c.id for c in knowledge.candidates].index(consequence.veto))
            for index, rule in enumerate(knowledge.rules)
            for consequence in rule.then
            if isinstance(consequence, Veto)
        ]

    # --- many scenarios --------------------------------------------------------------------------------------

    def assess(self, scenarios: Sequence[Beliefs], budget: Budget = FULL) -> list[Assessment]:
        """An assessment of each scenario, all from the same random numbers.

        Raises `ValueError` if they don't leave the same questions unsettled.
        """
        unsettled = scenarios[0].unsettled
        if any(scenario.unsettled != unsettled for scenario in scenarios):
            raise ValueError("scenarios assessed together must leave the same questions unsettled")
        completions = budget.completions if unsettled else 1
        random = _random(self.knowledge, len(self._metrics), self.seed, completions, budget.draws // completions)
        choices = _choices(unsettled, random.uniforms, self.knowledge.settings.usual_share)
        evaluation = self.program.run(_stack(scenarios, choices))
        shape = (completions, len(scenarios))
        weights = self._weights(evaluation, shape)
        scores = self._scores(evaluation, weights, random)
        feasible = self._feasible(evaluation, shape)[..., None]
        masked = np.where(feasible, scores, -np.inf)
        # Ties (all weights zero, say) are shared, so that the order of the candidates doesn't decide them.
        first = (masked >= masked.max(axis=2, keepdims=True) - TIE) & feasible
        within = (first / np.maximum(1, first.sum(axis=2, keepdims=True))).mean(axis=3)
        shares = within.mean(axis=0)
        if completions > 1:
            errors = within.std(axis=0, ddof=1) / np.sqrt(completions)
        else:
            errors = np.sqrt(shares * (1 - shares) / scores.shape[3])
        return [
            Assessment(
                shares[index],
                errors[index],
                within[:, index],
                choices,
                scores[:, index],
                weights[:, :, index].mean(axis=1),
            )
            for index in range(len(scenarios))
        ]

    def draws(self, count: int = FULL.draws) -> Draws:
        """The draws with which complete answers are assessed."""
        random = _random(self.knowledge, len(self._metrics), self.seed, 1, count)
        shape = (len(self.compared), self.candidates, count)
        worth = self._worth(random)[0].reshape(shape) if self.compared else np.zeros(shape)
        return Draws(random.factors[0], random.judged[0], worth)

    def completions(self, beliefs: Beliefs, count: int) -> tuple[dict[str, Integers], dict[str, Any]]:
        """Completions of the unsettled questions: what is chosen, as in `Assessment.choices`, and the masks of every
        base fact, (count,) or a single number. Beliefs that leave fewer or more questions unsettled get others, so
        that a sample by which a question was chosen doesn't also judge what came of it."""
        rng = np.random.default_rng((self.seed, len(beliefs.unsettled)))
        choices = _choices(
            beliefs.unsettled, _uniforms(self.knowledge, rng, count), self.knowledge.settings.usual_share
        )
        base = _stack([beliefs], choices)
        return choices, {fact: mask[:, 0] if isinstance(mask, np.ndarray) else mask for fact, mask in base.items()}

    def _weights(self, evaluation: Evaluation, shape: tuple[int, int]) -> Floats:
        """Weights as importance gives them: (k, n, s)."""
        # Every fact is known in a completion, so a mask has one bit, and its exponent is the level.
        masks = _table([evaluation.facts[criterion.importance] for criterion in self.knowledge.criteria], shape)
        return self.level_weights[np.frexp(masks)[1] - 1]

    def _scores(self, evaluation: Evaluation, weights: Floats, random: _Random) -> Floats:
        """Scores in points: (n, s, c, m)."""
        shape = weights.shape[1:]
        values, variances = self._values(evaluation, shape)
        scores = _sums(weights * values, random.factors)
        # Independent errors of the rules add up by their squares, weighted, to one normal error a candidate.
        errors = np.sqrt(_sums(weights**2 * variances, random.squares))
        errors *= random.judged[:, None]
        scores += errors
        if self.compared:
            fired = _table([evaluation.fired[comparison.rule] for comparison in self.compared], shape)
            counted = fired * weights[[comparison.criterion for comparison in self.compared]]
            scores += _sums(counted, self._worth(random)).reshape(scores.shape)
        total = _sums(weights, random.factors)[:, :, None]
        scores *= np.divide(100, total, out=np.zeros_like(total), where=total > 0)
        return scores

    def _values(self, evaluation: Evaluation, shape: tuple[int, int]) -> tuple[Floats, Floats]:
        """What the evidence is worth before weighting, and the variance of that: (c, k, n, s)."""
        values: list[Any] = [0.0] * (self.candidates * self.criteria)
        variances = list(values)
        for piece in self.values.pieces:
            fired = evaluation.fired[piece.rule]
            if isinstance(fired, int) and not fired:
                continue
            cell = piece.candidate * self.criteria + piece.criterion
            values[cell] = values[cell] + piece.points * fired
            variances[cell] = variances[cell] + piece.error**2 * fired
        cells = (self.candidates, self.criteria, *shape)
        return _table(values, shape).reshape(cells), _table(variances, shape).reshape(cells)

    def _worth(self, random: _Random) -> Floats:
        """What each comparison gives the candidates at a level of importance of 1: (n, comparisons, c · m). Advantages
        are drawn from their intervals, normal on the logarithmic scale, and saturated."""
        budget = random.noise.shape
        if budget in self._worths:
            return self._worths[budget]
        measured = [self.advantages[metric].values() for metric in self._metrics]
        centre = np.array([[[advantage.doublings] for advantage in found] for found in measured])
        width = np.array([[[advantage.high - advantage.low] for advantage in found] for found in measured])
        limit = self.knowledge.settings.saturates
        drawn = random.noise * (width / (2 * NORMAL_95))
        drawn += centre
        np.clip(drawn, -limit, limit, out=drawn)
        points = np.array([[comparison.points] for comparison in self.compared])
        weighing = points * random.factors[:, [comparison.criterion for comparison in self.compared]]
        worth = drawn[:, [self._metrics.index(comparison.metric.id) for comparison in self.compared]]
        worth *= weighing[:, :, None]
        self._worths[budget] = worth.reshape(*worth.shape[:2], -1)
        return self._worths[budget]

    def _feasible(self, evaluation: Evaluation, shape: tuple[int, int]) -> Booleans:
        """Which candidates aren't ruled out: (n, s, c)."""
        feasible = np.ones((*shape, self.candidates), dtype=bool)
        for rule, candidate in self.vetoes:
            feasible[:, :, candidate] &= np.equal(evaluation.fired[rule], 0)
        return feasible

    def measured_points(self, comparison_index: int, candidate: str) -> float:
        """What a comparison gives a candidate at the medians measured, before weighting."""
        comparison = self.values.comparisons[comparison_index]
        advantage = self.advantages[comparison.metric.id].get(candidate)
        return comparison.points * saturated(advantage.doublings, self.knowledge.settings) if advantage else 0.0


def _table(rows: Sequence[Any], shape: tuple[int, int]) -> np.ndarray:
    """Numbers, or arrays that can be broadcast to a shape, as the rows of one array."""
    table = np.empty((len(rows), *shape))
    for index, row in enumerate(rows):
        table[index] = row
    return table


def _sums(values: Floats, drawn: Floats) -> Floats:
    """The sums over k of values (c, k, n, s) or (k, n, s), each times what was drawn for it (n, k, m): (n, s, c, m) or
    (n, s, m)."""
    *candidates, criteria, completions, scenarios = values.shape
    rows = np.moveaxis(values, (-2, -1), (0, 1)).reshape(completions, -1, criteria)
    return np.matmul(rows, drawn).reshape(completions, scenarios, *candidates, -1)


@lru_cache(maxsize=8)
def _random(knowledge: Knowledge, metrics: int, seed: int, completions: int, inner: int) -> _Random:
    rng = np.random.default_rng(seed)
    candidates, criteria = len(knowledge.candidates), len(knowledge.criteria)
    uniforms = _uniforms(knowledge, rng, completions)
    spread = np.log(knowledge.settings.weight_spread)
    factors = np.exp(spread * (2 * rng.random((completions, criteria, inner)) - 1))
    judged = rng.standard_normal((completions, candidates, inner))
    noise = rng.standard_normal((completions, metrics, candidates, inner))
    return _Random(uniforms, factors, factors**2, judged, noise)


def _uniforms(knowledge: Knowledge, rng: np.random.Generator, completions: int) -> dict[str, Floats]:
    return {
        question.id: rng.random((completions, max(1, len(question.options)) + 1)) for question in knowledge.questions
    }


def _choices(unsettled: Sequence[Unsettled], uniforms: dict[str, Floats], usual: float) -> dict[str, Integers]:
    """Which setting each completion has of each unsettled question."""
    chosen: dict[str, Integers] = {}
    for question in unsettled:
        uniform = uniforms[question.question]
        count = len(question.settings)
        is_usual = (uniform[:, -1] < usual) & (question.usual is not None)
        if question.independent:
            # About one option of a list is taken to hold: each with one over their number.
            for index, option in enumerate(question.labels):
                otherwise = uniform[:, index] < 1 / count
                usually = bool((question.usual or 0) >> index & 1)
                chosen[f"{question.question}.{option}"] = np.where(is_usual, usually, otherwise).astype(np.int64)
        elif question.usual is None or count == 1:
            chosen[question.question] = (uniform[:, 0] * count).astype(np.int64)
        else:
            others = np.delete(np.arange(count), question.usual)
            other = others[(uniform[:, 0] * len(others)).astype(np.int64)]
            chosen[question.question] = np.where(is_usual, question.usual, other)
    return chosen


def _stack(scenarios: Sequence[Beliefs], choices: dict[str, Integers]) -> dict[str, Any]:
    """Masks of every base fact: (n, s), with 1 for a length along which they are the same, or a single number."""
    first = scenarios[0]
    known = first.known
    base: dict[str, Any] = dict(known)
    for fact in {fact for scenario in scenarios for fact, mask in scenario.known.items() if mask != known[fact]}:
        base[fact] = np.array([[scenario.known[fact] for scenario in scenarios]], dtype=np.int64)
    for question in first.unsettled:
        for fact in {fact for setting in question.settings for fact in setting}:
            if question.independent:
                drawn = 1 + choices[fact]
            else:
                masks = np.array([setting[fact] for setting in question.settings], dtype=np.int64)
                drawn = masks[choices[question.question]]
            base[fact] = drawn[:, None]
    return base
