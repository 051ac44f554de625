"""How far weights and measurements are from giving the lead to another candidate.

Who leads is who ranks first most often, as in the verdict, and every answer given here was assessed with as many
draws as the verdict and from the same random numbers. A threshold is looked for on a grid of factors, outward from 1,
and then bisected between the last factor at which nothing changes and the first at which something does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from math import ceil, floor, log2, log10
from typing import NamedTuple

from advisor.decision.case import Case
from advisor.decision.value import ValueModel
from advisor.decision.verdict import Call
from advisor.model.explanation import Figure, Lead, MeasuredThreshold, Thresholds, WeightChange, WeightThreshold
from advisor.model.measurement import Measurements
from advisor.model.probe import Metric
from advisor.model.rule import Veto

WEIGHT_BOUND = 64.0
"""No weight is multiplied by more, nor divided by more without being left out."""
MEASURED_BOUND = 20.0
"""Doublings beyond which nothing is looked for: a million times as fast."""
HALF_DOUBLING = 2.0**0.5
"""From one factor of the grid to the next."""

Progress = Callable[[int, int], None]
"""Told how many of how many thresholds have been looked for."""
At = Callable[[float], Call]
"""The verdict at a factor."""


def thresholds(case: Case, progress: Progress = lambda done, total: None) -> Thresholds | None:
    """The thresholds of every criterion that bears on the case and of everything measured that counts in it; None
    where no candidate is feasible."""
    if case.verdict.leader is None:
        return None
    criteria = _bearing(case)
    races = list(_races(case))
    total = len(criteria) + len(races)
    weights, measured = [], []
    for done, criterion in enumerate(criteria):
        progress(done, total)
        weights.append(_weight_threshold(case, criterion))
    for done, race in enumerate(races, len(criteria)):
        progress(done, total)
        measured.append(_measured_threshold(case, race))
    progress(total, total)
    return Thresholds(leader=case.verdict.leader, weights=tuple(weights), measurements=tuple(measured))


# --- factors ------------------------------------------------------------------------------------------------------


def three_digits(place: int) -> float:
    """Of the numbers with three significant digits, the one that many after 1.00 (0.999 is at -1)."""
    exponent, rest = divmod(place, 900)
    return float(f"{rest + 100}e{exponent - 2}")


def place_of(factor: float) -> int:
    """The place of the number with three significant digits that is nearest to a factor."""
    exponent = floor(log10(factor))
    return 900 * exponent + round(factor / 10.0 ** (exponent - 2)) - 100


def first_change(changes: Callable[[float], bool], bound: float) -> tuple[float, float] | None:
    """The nearest factors to 1, each with three significant digits and one after the other, of which something changes
    at the second and not at the first; None if it changes at none of a grid of half doublings up to the bound (which
    is below 1 to look downward)."""
    steps = 2 * abs(log2(bound))
    sign = 1 if bound > 1 else -1
    near = 0
    for index in range(1, ceil(steps) + 1):
        far = place_of(HALF_DOUBLING ** (sign * min(index, steps)))
        if not changes(three_digits(far)):
            near = far
            continue
        while abs(far - near) > 1:
            middle = (far + near) // 2
            if changes(three_digits(middle)):
                far = middle
            else:
                near = middle
        return three_digits(near), three_digits(far)
    return None


def _lead(verdict: Call) -> Lead:
    return Lead(candidate=verdict.leader, kind=verdict.kind, share=round(verdict.confidence, 4))


# --- weights ------------------------------------------------------------------------------------------------------


def _bearing(case: Case) -> list[int]:
    """The criteria under which something speaks, or may still speak, for or against a candidate."""
    fired, excluded = case.evaluation.fired, case.evaluation.excluded
    entries = (*case.model.values.pieces, *case.model.values.comparisons)
    return sorted({entry.criterion for entry in entries if fired[entry.rule] or not excluded[entry.rule]})


def _weight_threshold(case: Case, criterion: int) -> WeightThreshold:
    importance = case.knowledge.criteria[criterion].importance
    level = case.model.program.domains[importance].value(case.evaluation.facts[importance])
    weight = float(case.assessment.weights[criterion])

    @cache
    def at(factor: float) -> Call:
        return case.otherwise(values=_weighing(case, criterion, factor))

    if weight > 0:
        more = _changed_weight(case, level, WEIGHT_BOUND, at)
        less = _changed_weight(case, level, 1 / WEIGHT_BOUND, at)
    else:
        more, less = _from_nothing(case, criterion), None
    return WeightThreshold(
        criterion=case.knowledge.criteria[criterion].id, level=level, weight=round(weight, 4), more=more, less=less
    )


def _weighing(case: Case, criterion: int, factor: float) -> ValueModel:
    """The values with a criterion's weight multiplied: as all that lies under it is multiplied instead, which gives
    the same ranks, since the sum of all weights, by which scores are divided, is the same for every candidate."""
    values = case.model.values
    pieces = tuple(
        piece._replace(points=piece.points * factor, error=piece.error * factor)
        if piece.criterion == criterion
        else piece
        for piece in values.pieces
    )
    comparisons = tuple(
        entry._replace(points=entry.points * factor) if entry.criterion == criterion else entry
        for entry in values.comparisons
    )
    return values._replace(pieces=pieces, comparisons=comparisons)


def _changed_weight(case: Case, level: str | None, bound: float, at: At) -> WeightChange | None:
    """The nearest change of a weight, up to a bound, with which somebody else leads."""

    def changes(factor: float) -> bool:
        return at(factor).leader != case.verdict.leader

    found = first_change(changes, bound)
    if found is None and bound < 1 and changes(0.0):
        found = (bound, 0.0)
    if found is None:
        return None
    holds_at, factor = found
    enough = None
    if level is not None:
        # From the nearest level on, less important ones first if the weight has to fall.
        sizes = {entry.value: entry.weight for entry in case.knowledge.settings.importance}
        beyond = [name for name in sizes if (sizes[name] - sizes[level] * factor) * (1 if bound > 1 else -1) >= 0]
        ordered = beyond if bound > 1 else reversed(beyond)
        enough = next((name for name in ordered if changes(sizes[name] / sizes[level])), None)
    return WeightChange(factor=factor, holds_at=holds_at, level=enough, lead=_lead(at(factor)))


def _from_nothing(case: Case, criterion: int) -> WeightChange | None:
    """The first level of importance with which a criterion that weighs nothing changes who leads. It is given the
    importance of another criterion, and what lies under it is multiplied to make up the difference."""
    sizes = {entry.value: entry.weight for entry in case.knowledge.settings.importance}
    domains, facts = case.model.program.domains, case.evaluation.facts
    known = {
        entry.importance: domains[entry.importance].value(facts[entry.importance]) for entry in case.knowledge.criteria
    }
    other = next((fact for fact, level in known.items() if level is not None and sizes[level] > 0), None)
    if other is None:
        return None
    criteria = list(case.knowledge.criteria)
    criteria[criterion] = criteria[criterion].model_copy(update={"importance": other})
    knowledge = case.knowledge.model_copy(update={"criteria": tuple(criteria)})
    for level, size in sizes.items():
        if size > 0:
            verdict = case.otherwise(knowledge=knowledge, values=_weighing(case, criterion, size / sizes[known[other]]))
            if verdict.leader != case.verdict.leader:
                return WeightChange(factor=None, holds_at=None, level=level, lead=_lead(verdict))
    return None


# --- measurements -------------------------------------------------------------------------------------------------


class _Race(NamedTuple):
    """A candidate that doesn't lead, and what was measured of it that counts under one criterion."""

    candidate: str
    criterion: int
    metrics: tuple[Metric, ...]


def _races(case: Case) -> Iterator[_Race]:
    evaluation, values = case.evaluation, case.model.values
    ruled_out = {
        then.veto
        for rule, fired in zip(case.knowledge.rules, evaluation.fired, strict=True)
        if fired
        for then in rule.then
        if isinstance(then, Veto)
    }
    for candidate in case.knowledge.candidates:
        if candidate.id == case.verdict.leader or candidate.id in ruled_out or case.measurements is None:
            continue
        for criterion in range(len(case.knowledge.criteria)):
            metrics = {
                entry.metric.id: entry.metric
                for entry in values.comparisons
                if entry.criterion == criterion
                and evaluation.fired[entry.rule]
                and case.model.advantages[entry.metric.id]
                and case.measurements.number(entry.metric.id, candidate.id)
            }
            if metrics and case.assessment.weights[criterion] > 0:
                yield _Race(candidate.id, criterion, tuple(metrics.values()))


def _measured_threshold(case: Case, race: _Race) -> MeasuredThreshold:
    @cache
    def at(factor: float) -> Call:
        return case.otherwise(measurements=improved(case.measurements, race.candidate, race.metrics, factor))

    bound = three_digits(place_of(2.0 ** _saturation(case, race)))
    found = first_change(lambda factor: at(factor).leader == race.candidate, bound)
    holds_at, factor = found or (bound, None)
    figures = []
    for metric in race.metrics:
        measured = case.measurements.number(metric.id, race.candidate).median
        needed = measured * multiplier(metric, factor or bound)
        figures.append(Figure(metric=metric.id, unit=metric.unit, measured=measured, needed=needed))
    return MeasuredThreshold(
        candidate=race.candidate,
        criterion=case.knowledge.criteria[race.criterion].id,
        metrics=tuple(metric.id for metric in race.metrics),
        factor=factor,
        holds_at=holds_at,
        figures=tuple(figures),
        lead=_lead(at(factor or bound)),
    )


def _saturation(case: Case, race: _Race) -> float:
    """By how many doublings a candidate has to be better for it and every other to be beyond the point of saturation,
    up to `MEASURED_BOUND`: being better by more counts for nothing.

    Being better by x doublings moves a candidate by x (1 - 1/n) from the mean of the n measured and the others by x/n
    the other way. Their intervals are taken five times as wide as they are, which is ten standard errors either way.
    """
    limit = case.knowledge.settings.saturates
    most = 1.0
    for metric in race.metrics:
        found = case.model.advantages[metric.id]
        count = sum(advantage.measurement is not None for advantage in found.values())
        for name, advantage in found.items():
            width = 2 * (advantage.high - advantage.low)
            if name == race.candidate:
                most = max(most, (limit - advantage.low + width) / (1 - 1 / count))
            else:
                most = max(most, (limit + advantage.high + width) * count)
    return min(most, MEASURED_BOUND)


def improved(measurements: Measurements, candidate: str, metrics: tuple[Metric, ...], factor: float) -> Measurements:
    """The measurements with a candidate so many times better by some metrics, its intervals as wide as they are in
    proportion."""
    scales = {metric.id: multiplier(metric, factor) for metric in metrics}
    outcomes = []
    for outcome in measurements.outcomes:
        if outcome.candidate == candidate and any(number.metric in scales for number in outcome.measurements):
            numbers = []
            for number in outcome.measurements:
                scale = scales.get(number.metric, 1.0)
                ends = {name: getattr(number, name) * scale for name in ("median", "low", "high")}
                numbers.append(number.model_copy(update=ends))
            outcome = outcome.model_copy(update={"measurements": tuple(numbers)})
        outcomes.append(outcome)
    # Not a copy: that would take along what the original has looked up already.
    fields = {name: getattr(measurements, name) for name in Measurements.model_fields}
    return Measurements(**{**fields, "outcomes": tuple(outcomes)})


def multiplier(metric: Metric, factor: float) -> float:
    """What a number is multiplied by to be so many times better."""
    return 1 / factor if metric.better == "lower" else factor
