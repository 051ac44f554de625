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

from collections.abc import Mapping, Sequence
from copy import copy
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.random import default_rng

from advisor.decision.arrays import Booleans, Floats, Integers
from advisor.decision.assessment import Assessment, Inputs, least_error
from advisor.decision.beliefs import Beliefs, OpenAnswer
from advisor.decision.dominance import dominance
from advisor.decision.drawing import Random, chosen, chosen_masks, random_numbers, uniforms_of
from advisor.decision.evidence import evidence_of, fired_by_rule
from advisor.decision.learning import Learning
from advisor.decision.sums import sums_of, table_of
from advisor.decision.value import NORMAL_95, MetricEvidence, ValueModel, advantages, counted
from advisor.engine.program import Evaluation, Program
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.rule import Veto

if TYPE_CHECKING:
    from advisor.decision.preferences import Choice

SCORES_AT_ONCE = 50_000
"""Scores that are computed together: what a processor's cache takes."""
TIE = 1e-9
"""Points by which scores may differ and still be a tie, so that rounding never decides who is first."""

# Memory that is freed goes back to the system at once above a threshold, and filling it afresh takes longer than the
# arithmetic. glibc raises the threshold to the size of a block that is freed (mallopt(3), M_MMAP_THRESHOLD), up to
# 32 MiB; nobody touches this one, so it takes up nothing.
np.empty(31 << 20, dtype=np.uint8)


class Budget(NamedTuple):
    """How many draws: `completions` of unknown answers (1 if nothing is unknown) times the draws in each."""

    completions: int
    draws: int


FULL = Budget(500, 10_000)
SCREEN = Budget(25, 500)


class Draws(NamedTuple):
    """What is drawn where every answer is known."""

    factors: Floats
    """What the weights are multiplied by: (k, m)."""
    judged: Floats
    """Standard normal numbers for the strengths: (c, m)."""
    worth: Floats
    """What each metric evidence that was measured gives at a weight of 1: (evidence, c, m)."""


class Model:
    """A knowledge base and a set of measurements, ready to assess any number of scenarios."""

    def __init__(
        self,
        knowledge: Knowledge,
        program: Program,
        values: ValueModel,
        measurements: Measurements | None,
        seed: int,
        choices: tuple[Choice, ...] = (),
        weights: Mapping[int, float] | None = None,
    ) -> None:
        """`seed` fixes every random number that will be drawn. `choices` are those made in trade-offs, from which
        weights are learned. `weights` are those that importance is taken to give some criteria, whatever it is."""
        self.knowledge = knowledge
        self.program = program
        self.values = values
        self.seed = seed
        self.choices = choices
        self.candidates = len(knowledge.candidates)
        self.criteria = len(knowledge.criteria)
        self.advantages = {c.metric.id: advantages(knowledge, c.metric, measurements) for c in values.metric_evidence}
        self.compared = [entry for entry in values.metric_evidence if self.advantages[entry.metric.id]]
        # In the order of the probes, so that no random number hangs on that of the rules.
        measured = {entry.metric.id for entry in self.compared}
        self._metrics = [metric for metric in knowledge.metric if metric in measured]
        self._drawn: dict[tuple[int, ...], Floats] = {}
        self._worths: dict[tuple[int, ...], Floats] = {}
        self.learning = Learning(knowledge, values, choices)
        self._told: Floats | None = None
        self._given = weights or {}
        self.level_weights = np.array([level.weight for level in knowledge.settings.importance])
        self.vetoes = [
            (index, [c.id for c in knowledge.candidates].index(consequence.veto))
            for index, rule in enumerate(knowledge.rules)
            for consequence in rule.then
            if isinstance(consequence, Veto)
        ]
        weighed = {criterion.importance for criterion in knowledge.criteria} - {fact.id for fact in knowledge.derived}
        self.evidence = evidence_of(knowledge, values)
        self._used = sorted(program.tables.keys() | weighed)

    # --- many scenarios --------------------------------------------------------------------------------------

    def assess(self, scenarios: Sequence[Beliefs], budget: Budget = FULL) -> list[Assessment]:
        """An assessment of each scenario, all from the same random numbers. They may leave different questions
        unsettled; each gets the numbers that it would get by itself, but for the rounding of sums."""
        found: dict[int, Assessment] = {}
        for has_open in (False, True):
            places = [index for index, scenario in enumerate(scenarios) if bool(scenario.open) == has_open]
            if places:
                together = [scenarios[index] for index in places]
                assessed = self._assess(together, budget.completions if has_open else 1, budget.draws)
                found.update(zip(places, assessed, strict=True))
        return [found[index] for index in range(len(scenarios))]

    def _assess(self, scenarios: Sequence[Beliefs], completions: int, draws: int) -> list[Assessment]:
        """Of scenarios that are all completed so many times, each with its share of the draws."""
        random = self._random(completions, draws // completions)
        choices = chosen(scenarios, random.uniforms, self.knowledge.settings.usual_share)
        evaluation = self.program.run(self._stack(scenarios, choices))
        shape = (completions, len(scenarios))
        weights = self._weights(evaluation, shape)
        all_fired = fired_by_rule(evaluation, shape)
        worth = self.evidence.sums(all_fired.reshape(len(all_fired), completions * len(scenarios)))
        values, variances = worth.reshape(*worth.shape[:3], *shape)
        fired = all_fired[[entry.rule for entry in self.compared]].astype(float)
        typical, randoms = weights, [random] * len(scenarios)
        if self.choices:
            typical, randoms, scores = self._learnt_scores(weights, values, variances, fired, random)
        else:
            scores = self._scores(weights, values, variances, fired, random)
        ruled_in = self.feasible(all_fired)
        expected = self._expected(values, fired)
        dominates = dominance(expected, typical, ruled_in)
        # Rounded so that a share of exactly 0.8 or 0.505 is that in whatever order it was added up: a bar and a
        # percentage in words hang on it, and whoever checks them adds up in another.
        within = np.round(_first_shares(scores, ruled_in), 12)
        shares = np.round(within.mean(axis=0), 12)
        decided = np.round(within.max(axis=2).mean(axis=0), 12)
        errors = _share_errors(within, shares, draws)
        return [
            Assessment(
                shares[index],
                errors[index],
                within[:, index],
                float(decided[index]),
                {name: row for question in scenario.open for name, row in choices[id(question)].items()},
                scores[:, index],
                dominates[index],
                typical[..., index],
                expected[..., index],
                Inputs(
                    weights[..., index],
                    values[..., index],
                    variances[..., index],
                    fired[..., index],
                    ruled_in[:, index],
                    randoms[index],
                ),
            )
            for index, scenario in enumerate(scenarios)
        ]

    def _random(self, completions: int, inner: int) -> Random:
        """The random numbers of so many completions with `inner` draws in each."""
        return random_numbers(self.knowledge, self.values.ranges, len(self._metrics), self.seed, completions, inner)

    def _expected(self, values: Floats, fired: Floats) -> Floats:
        """What candidates are worth under the criteria before weighting, without errors of strengths: (c, k, n, s)."""
        expected = values.copy() if self.compared else values
        for entry, counts in zip(self.compared, fired, strict=True):
            points = [self.measured_points(entry, candidate.id) for candidate in self.knowledge.candidates]
            expected[:, entry.criterion] += np.multiply.outer(points, counts)
        return expected

    def learning_from(self, choices: tuple[Choice, ...]) -> Model:
        """This model for somebody who made these choices in trade-offs."""
        theirs = copy(self)
        theirs.choices = choices
        theirs.learning = Learning(self.knowledge, self.values, choices)
        theirs._worths = {}
        return theirs

    def told(self, known: Mapping[str, int]) -> Model | None:
        """This model, with the `draws` that complete answers have in common: where trade-offs move the weights, they do
        so alike if the importance of all criteria that they concern is known. None where it isn't."""
        if not self.choices:
            return self
        facts = self.program.run(known).facts
        masks = [facts[self.knowledge.criteria[index].importance] for index in self.learning.concerned]
        if any(mask.bit_count() > 1 for mask in masks):
            return None
        alike = copy(self)
        alike._told = np.ones((self.criteria, 1))
        alike._told[self.learning.concerned, 0] = [self.level_weights[mask.bit_length() - 1] for mask in masks]
        return alike

    def draws(self, count: int = FULL.draws) -> Draws:
        """The draws with which complete answers are assessed; where trade-offs move the weights, of a model that was
        `told` how."""
        random = self._random(1, count)
        if self._told is not None:
            random, _ = self.learning.moved(self._told, random)
        shape = (len(self.compared), self.candidates, count)
        worth = self._worth(random)[0].reshape(shape) if self.compared else np.zeros(shape)
        return Draws(random.factors[0], random.judged[0], worth)

    def completions(self, beliefs: Beliefs, count: int) -> tuple[dict[str, Integers], dict[str, Any]]:
        """Completions of the open questions: what is chosen, as in `Assessment.choices`, and the masks of every
        base fact, (count,) or a single number. Beliefs that leave fewer or more questions unsettled get others, so
        that a sample by which a question was chosen doesn't also judge what came of it."""
        uniforms = uniforms_of(self.knowledge, default_rng((self.seed, len(beliefs.open))), count)
        choices = chosen([beliefs], uniforms, self.knowledge.settings.usual_share)
        base = self._stack([beliefs], choices)
        settings = {name: row for question in beliefs.open for name, row in choices[id(question)].items()}
        return settings, {fact: mask[:, 0] if isinstance(mask, np.ndarray) else mask for fact, mask in base.items()}

    def _stack(self, scenarios: Sequence[Beliefs], choices: dict[int, dict[str, Integers]]) -> dict[str, Any]:
        """Masks of every base fact: (n, s), with 1 for a length along which they are the same, or a single number. Of
        facts that nothing tests, those of the first scenario."""
        base: dict[str, Any] = dict(scenarios[0].known)
        if len(scenarios) > 1:
            rows = np.array([[*map(scenario.known.__getitem__, self._used)] for scenario in scenarios], dtype=np.int64)
            for index in np.flatnonzero((rows != rows[0]).any(axis=0)):
                base[self._used[index]] = rows[None, :, index]
        by_id: dict[int, OpenAnswer] = {}
        open_to: dict[int, list[int]] = {}
        for index, scenario in enumerate(scenarios):
            for question in scenario.open:
                by_id[id(question)] = question
                open_to.setdefault(id(question), []).append(index)
        for key, places in open_to.items():
            for fact, drawn in chosen_masks(by_id[key], choices[key]).items():
                if len(places) == len(scenarios):
                    base[fact] = drawn[:, None]
                    continue
                table = np.empty((len(drawn), len(scenarios)), dtype=np.int64)
                table[:] = base[fact]
                table[:, places] = drawn[:, None]
                base[fact] = table
        return base

    def _weights(self, evaluation: Evaluation, shape: tuple[int, int]) -> Floats:
        """Weights as importance gives them: (k, n, s)."""
        # Every fact is known in a completion, so a mask has one bit, and its exponent is the level.
        levels = table_of([evaluation.facts[criterion.importance] for criterion in self.knowledge.criteria], shape)
        weights = self.level_weights[np.frexp(levels)[1] - 1]
        for criterion, weight in self._given.items():
            weights[criterion] = weight
        return weights

    def _learnt_scores(
        self, weights: Floats, values: Floats, variances: Floats, fired: Floats, random: Random
    ) -> tuple[Floats, list[Random], Floats]:
        """With weights learned from the choices: what the weights of each scenario typically are, (k, n, s), its random
        numbers, and the scores. What choices say depends on the importance that they are laid on, so scenarios that
        give the criteria concerned the same importance are computed together."""
        concerned = self.learning.concerned
        alike: dict[bytes, list[int]] = {}
        for index in range(weights.shape[2]):
            alike.setdefault(weights[concerned, :, index].tobytes(), []).append(index)
        typical, randoms = weights.copy(), [random] * weights.shape[2]
        completions, candidates, draws = random.judged.shape
        scores = np.empty((completions, weights.shape[2], candidates, draws))
        for together in alike.values():
            learned, settled = self.learning.moved(weights[..., together[0]], random)
            typical[np.ix_(concerned, range(completions), together)] = settled[concerned][..., None]
            parts = (part[..., together] for part in (weights, values, variances, fired))
            scores[:, together] = self._scores(*parts, learned)
            for index in together:
                randoms[index] = learned
        return typical, randoms, scores

    def _scores(self, weights: Floats, values: Floats, variances: Floats, fired: Floats, random: Random) -> Floats:
        """Scores in points: (n, s, c, m)."""
        completions, candidates, draws = random.judged.shape
        scores = np.empty((completions, weights.shape[2], candidates, draws))
        worth = self._worth(random) if self.compared else random.noise
        counted = fired * weights[[entry.criterion for entry in self.compared]]
        step = max(1, SCORES_AT_ONCE * completions // scores.size)
        for block in (slice(start, start + step) for start in range(0, completions, step)):
            factors, some = random.factors[block], weights[:, block]
            part = scores[block]
            part[...] = sums_of(some * values[:, :, block], factors)
            # Independent errors of the rules add up by their squares, weighted, to one normal error a candidate.
            errors = sums_of(some**2 * variances[:, :, block], random.squares[block])
            np.sqrt(errors, out=errors)
            errors *= random.judged[block, None]
            part += errors
            if self.compared:
                part += sums_of(counted[:, block], worth[block]).reshape(part.shape)
            total = sums_of(some, factors)[:, :, None]
            part *= np.divide(100, total, out=np.zeros_like(total), where=total > 0)
        return scores

    def _worth(self, random: Random) -> Floats:
        """What metric evidence gives the candidates at a level of importance of 1: (n, evidence, c · m). Advantages are
        drawn from their intervals, normal on the logarithmic scale, and saturated."""
        budget = random.noise.shape
        if budget in self._worths and not self.choices:
            return self._worths[budget]
        points = np.array([[entry.points] for entry in self.compared])
        weighing = points * random.factors[:, [entry.criterion for entry in self.compared]]
        worth = self.drawn_advantages(random) * weighing[:, :, None]
        self._worths[budget] = worth.reshape(*worth.shape[:2], -1)
        return self._worths[budget]

    def drawn_advantages(self, random: Random) -> Floats:
        """Each candidate's advantage by the metric of each evidence, in doublings, as it counts: (n, evidence,
        c, m)."""
        budget = random.noise.shape
        if budget in self._drawn:
            return self._drawn[budget]
        measured = [self.advantages[metric].values() for metric in self._metrics]
        centre = np.array([[[advantage.doublings] for advantage in found] for found in measured])
        width = np.array([[[advantage.high - advantage.low] for advantage in found] for found in measured])
        limit = self.knowledge.settings.saturates
        drawn = random.noise * (width / (2 * NORMAL_95))
        drawn += centre
        np.clip(drawn, -limit, limit, out=drawn)
        self._drawn[budget] = drawn[:, [self._metrics.index(entry.metric.id) for entry in self.compared]]
        return self._drawn[budget]

    def feasible(self, fired: Booleans) -> Booleans:
        """Which candidates aren't ruled out, given whether each rule fired, (rules, ...): (..., c)."""
        feasible = np.ones((*fired.shape[1:], self.candidates), dtype=bool)
        for rule, candidate in self.vetoes:
            feasible[..., candidate] &= ~fired[rule]
        return feasible

    def measured_points(self, entry: MetricEvidence, candidate: str) -> float:
        """What metric evidence gives a candidate in the mean over what its number may be, before weighting."""
        advantage = self.advantages[entry.metric.id].get(candidate)
        return entry.points * counted(advantage, self.knowledge.settings) if advantage else 0.0


def _share_errors(within: Floats, shares: Floats, draws: int) -> Floats:
    """Standard errors of shares, (s, c), from those within completions, (n, s, c), that have so many draws together."""
    completions = len(within)
    if completions > 1:
        return np.maximum(within.std(axis=0, ddof=1) / np.sqrt(completions), least_error(completions))
    return np.maximum(np.sqrt(shares * (1 - shares) / draws), least_error(draws))


def firsts(scores: Floats, feasible: Booleans) -> Floats:
    """Each candidate's part in the first rank of a draw, 1 divided by those who tie: (..., c, m)."""
    return _divided(_leading(scores, feasible))


def _leading(scores: Floats, feasible: Booleans) -> Booleans:
    """Whether a candidate is first in a draw, alone or with others: (..., c, m)."""
    masked = scores if feasible.all() else np.where(feasible[..., None], scores, -np.inf)
    best = reduce(np.maximum, np.moveaxis(masked, -2, 0))
    return (masked >= (best - TIE)[..., None, :]) & feasible[..., None]


def _divided(first: Booleans) -> Floats:
    # Ties (all weights zero, say) are shared, so that the order of the candidates doesn't decide them.
    return first / np.maximum(1, first.sum(axis=-2, keepdims=True))


def _first_shares(scores: Floats, feasible: Booleans) -> Floats:
    """The share of the draws, (n, s, c, m), in which each candidate ranks first: (n, s, c)."""
    first = _leading(scores, feasible)
    times, draws = np.count_nonzero(first, axis=3), scores.shape[3]
    if times.sum() <= draws * np.count_nonzero(feasible.any(axis=2)):
        return times / draws
    return _divided(first).mean(axis=3)
