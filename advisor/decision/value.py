"""The value model: what each piece of evidence is worth.

A candidate's score is additive in the evidence that fired,

    score(c) = 100 · Σ_k w_k / W · Σ_e s_e / D_k,    W = Σ_k w_k,    D_k = R_k^θ · max(R)^(1 - θ),

over criteria k and the evidence e for or against c under k, with strengths s. R_k is the attainable range of the
criterion, a constant of the knowledge base: the most that can speak for or against one candidate at once. Dividing by
it keeps a criterion with many rules from outweighing one with few (the splitting bias of decision analysis), and is
right for weights of whole ranges. Importance that is stated directly hardly depends on ranges (G. W. Fischer, "Range
sensitivity of attribute weights in multiattribute value models", Organizational Behavior and Human Decision Processes
62, 1995), so θ, how far it does, is drawn with the weights; points are those of the middle. Nothing is clipped or
normalised over candidates, so contributions add up to scores and margins.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import lru_cache
from math import erf, exp, log2, pi, sqrt
from typing import NamedTuple

from advisor.decision.ageing import currency
from advisor.engine.program import Program, compile_knowledge
from advisor.model.criterion import Settings
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurement, Measurements
from advisor.model.probe import Metric
from advisor.model.rule import All, Compare, Evidence, Leaf, Rule

NORMAL_95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""


class Piece(NamedTuple):
    """Evidence of a rule: `points` are strength / divisor of the criterion, and `error` is their standard error, which
    is no smaller for being old."""

    rule: int
    candidate: int
    criterion: int
    points: float
    error: float
    currency: float
    """The share of the strength that its age leaves; already in `points`."""


class MetricEvidence(NamedTuple):
    """A rule that turns a metric into evidence; `points` are those of one doubling."""

    rule: int
    metric: Metric
    criterion: int
    points: float


class ValueModel(NamedTuple):
    """The evidence of a knowledge base with its worth."""

    pieces: tuple[Piece, ...]
    metric_evidence: tuple[MetricEvidence, ...]
    ranges: tuple[float, ...]
    """Attainable ranges by criterion; 1 where nothing bears on it."""
    divisors: tuple[float, ...]
    """By criterion, what strengths are divided by: the range to the power of the middle sensitivity θ, times the
    greatest range to that of 1 - θ, which keeps scores between -100 and 100."""


@lru_cache(maxsize=8)
def value_model(knowledge: Knowledge, as_of: datetime.date | None = None) -> ValueModel:
    """The value model of a knowledge base, its evidence aged as of a day (None: not at all). Ranges don't age: else
    what is left when all of a criterion has aged would count in full. Nor does what was measured here."""
    program = compile_knowledge(knowledge)
    criteria = {criterion.id: index for index, criterion in enumerate(knowledge.criteria)}
    candidates = {candidate.id: index for index, candidate in enumerate(knowledge.candidates)}
    ranges = _attainable_ranges(knowledge, program)
    middle = sum(knowledge.settings.range_sensitivity) / 2
    # Rounded so that points don't hang on how a power is computed: reasons are sorted by them, and somebody checks.
    divisors = tuple(round(each**middle * max(ranges) ** (1 - middle), 12) for each in ranges)
    pieces, metric_evidence = [], []
    for index, rule in enumerate(knowledge.rules):
        for consequence in rule.then:
            match consequence:
                case Evidence(evidence=candidate, criterion=name, strength=strength):
                    k = criteria[name]
                    share = currency(knowledge, rule, as_of)
                    fresh = strength / divisors[k]
                    error = abs(fresh) * _error(knowledge, rule)
                    pieces.append(Piece(index, candidates[candidate], k, share * fresh, error, share))
                case Compare(compare=metric, criterion=name, strength=strength):
                    k = criteria[name]
                    metric_evidence.append(MetricEvidence(index, knowledge.metric[metric], k, strength / divisors[k]))
    return ValueModel(tuple(pieces), tuple(metric_evidence), ranges, divisors)


def _error(knowledge: Knowledge, rule: Rule) -> float:
    """The relative error of a rule's strengths: that of its best source."""
    return min(knowledge.settings.strength_error[knowledge.source[name].grade] for name in rule.sources)


def _attainable_ranges(knowledge: Knowledge, program: Program) -> tuple[float, ...]:
    """By criterion, an upper bound on what can speak for, or against, one candidate at once.

    Rules that need different values of the same fact can't fire together, so for each fact the bound is the greatest
    sum over its values of the rules compatible with that value; the least of these bounds holds.
    """
    weights: dict[str, dict[tuple[str, bool], dict[int, float]]] = {c.id: {} for c in knowledge.criteria}
    for index, rule in enumerate(knowledge.rules):
        for criterion, target, strength in _strengths(rule, knowledge):
            of_rule = weights[criterion].setdefault((target, strength > 0), {})
            of_rule[index] = of_rule.get(index, 0.0) + abs(strength)
    bearing = {index for sides in weights.values() for rules in sides.values() for index in rules}
    needs = {index: needed_cells(knowledge.rules[index], program) for index in bearing}
    bounds = ([_most_together(rules, needs, program) for rules in sides.values()] for sides in weights.values())
    return tuple(max(found, default=0.0) or 1.0 for found in bounds)


def _strengths(rule: Rule, knowledge: Knowledge) -> Iterator[tuple[str, str, float]]:
    """Criterion, candidate and strength of everything in a rule that speaks for or against a candidate."""
    for consequence in rule.then:
        match consequence:
            case Evidence(evidence=candidate, criterion=criterion, strength=strength):
                yield criterion, candidate, strength
            case Compare(criterion=criterion, strength=strength):
                most = strength * knowledge.settings.saturates
                yield from ((criterion, c.id, sign * most) for c in knowledge.candidates for sign in (1, -1))


def needed_cells(rule: Rule, program: Program) -> dict[str, int]:
    """By fact, the cells without which the rule can't fire, read off the tests that its condition joins by `all`."""
    parts = [rule.when]
    needs: dict[str, int] = {}
    while parts:
        part = parts.pop()
        if isinstance(part, All):
            parts.extend(part.all)
        elif isinstance(part, Leaf):
            domain = program.domains[part.fact]
            needs[part.fact] = needs.get(part.fact, domain.full) & domain.satisfying(part)
    return needs


def _most_together(rules: dict[int, float], needs: dict[int, dict[str, int]], program: Program) -> float:
    everything = best = sum(rules.values())
    testing: dict[str, list[tuple[int, float]]] = {}
    for index, weight in rules.items():
        for fact, mask in needs[index].items():
            testing.setdefault(fact, []).append((mask, weight))
    for fact, tests in testing.items():
        # What a value of the fact rules out, at the least.
        cells = range(program.domains[fact].size)
        lost = min(sum(weight for mask, weight in tests if not mask >> cell & 1) for cell in cells)
        best = min(best, everything - lost)
    return best


class Advantage(NamedTuple):
    """A candidate's place on the logarithmic scale of one metric, in doublings relative to the geometric mean."""

    doublings: float
    low: float
    high: float
    """Ends of the 95 % interval of the measurement, or, for a candidate without one, of what the others span."""
    measurement: Measurement | None


def advantages(knowledge: Knowledge, metric: Metric, measurements: Measurements | None) -> dict[str, Advantage]:
    """By candidate; empty where fewer than two candidates have the metric, or a median isn't positive."""
    found = {
        candidate.id: measurement
        for candidate in knowledge.candidates
        if measurements and (measurement := measurements.number(metric.id, candidate.id)) and measurement.median > 0
    }
    if len(found) < 2:
        return {}
    sign = 1 if metric.better == "higher" else -1
    logs = {name: sign * log2(m.median) for name, m in found.items()}
    mean = sum(logs.values()) / len(logs)
    result = {}
    for candidate in knowledge.candidates:
        measurement = found.get(candidate.id)
        if measurement is None:
            values = [log - mean for log in logs.values()]
            result[candidate.id] = Advantage(0.0, min(values), max(values), None)
            continue
        ends = [sign * log2(max(end, measurement.median / 1024)) - mean for end in (measurement.low, measurement.high)]
        result[candidate.id] = Advantage(logs[candidate.id] - mean, min(ends), max(ends), measurement)
    return result


def saturated(doublings: float, settings: Settings) -> float:
    """An advantage that is known as it counts: linear up to the point of saturation."""
    return max(-settings.saturates, min(settings.saturates, doublings))


def counted(advantage: Advantage, settings: Settings) -> float:
    """An advantage that was measured as it counts, in doublings: in the mean over what it may be, which is normal. So
    whoever may be far slower than was measured is worth less than whoever surely is as fast, though both medians
    saturate.

    With G(z) = z Φ(z) + φ(z), of which Φ is the derivative, the mean of X ~ N(μ, σ²) held between -L and L is
    -L + ∫ P(X > t) dt from -L to L = -L + σ (G((μ + L) / σ) - G((μ - L) / σ)).
    """
    limit, spread = settings.saturates, (advantage.high - advantage.low) / (2 * NORMAL_95)
    if not spread:
        return saturated(advantage.doublings, settings)
    above, below = ((advantage.doublings + end) / spread for end in (limit, -limit))
    return spread * (_normal_sum(above) - _normal_sum(below)) - limit


def _normal_sum(z: float) -> float:
    return z * (1 + erf(z / sqrt(2))) / 2 + exp(-z * z / 2) / sqrt(2 * pi)
