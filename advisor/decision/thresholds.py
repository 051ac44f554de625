"""How far weights and measurements are from giving the lead to another candidate, and from recommending one that isn't
recommended now; and how far weights are from taking the recommendation away.

Who leads is who ranks first most often, as in the verdict, and every answer given here was assessed with as many
draws as the verdict and from the same random numbers. A threshold is looked for on a grid of factors, outward from 1,
and then bisected between the last factor at which nothing changes and the first at which something does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from math import ceil, floor, log2, log10

from advisor.decision.case import Case
from advisor.decision.value import ValueModel
from advisor.decision.verdict import Call
from advisor.model.explanation import (
    WEIGHT_BOUND,
    CandidateThreshold,
    Figure,
    Improvement,
    Lead,
    MeasuredThreshold,
    Thresholds,
    WeightChange,
    WeightThreshold,
)
from advisor.model.measurement import Measurements
from advisor.model.probe import Metric
from advisor.model.progress import OnProgress

MEASURED_BOUND = 20.0
"""Doublings beyond which nothing is looked for: a million times as fast."""
HALF_DOUBLING = 2.0**0.5
"""From one factor of the grid to the next."""

At = Callable[[float], Call]
"""The verdict at a factor."""
Test = Callable[[Call], bool]
"""Whether a verdict is one that is looked for."""


def thresholds(case: Case, progress: OnProgress = lambda done, total: None) -> Thresholds | None:
    """The thresholds of every criterion that bears on the case and of everything measured that counts in it; None
    where no candidate is feasible."""
    if case.verdict.leader is None:
        return None
    criteria = _bearing(case)
    races = _races(case)
    total = len(criteria) + len(races)
    weights, measured, together = [], [], []
    for done, criterion in enumerate(criteria):
        progress(done, total)
        weights.append(_weight_threshold(case, criterion))
    for done, (candidate, by_criterion) in enumerate(races.items(), len(criteria)):
        progress(done, total)
        found = {name: _measured_threshold(case, candidate, metrics) for name, metrics in by_criterion.items()}
        measured += [MeasuredThreshold(criterion=name, **dict(each)) for name, each in found.items()]
        everything = {metric.id: metric for metrics in by_criterion.values() for metric in metrics}
        one, *others = found.values()
        together.append(_measured_threshold(case, candidate, tuple(everything.values())) if others else one)
    progress(total, total)
    return Thresholds(
        leader=case.verdict.leader, weights=tuple(weights), measurements=tuple(measured), together=tuple(together)
    )


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
    entries = (*case.model.values.pieces, *case.model.values.metric_evidence)
    return sorted({entry.criterion for entry in entries if fired[entry.rule] or not excluded[entry.rule]})


def _weight_threshold(case: Case, criterion: int) -> WeightThreshold:
    importance = case.knowledge.criteria[criterion].importance
    level = case.model.program.domains[importance].value(case.evaluation.facts[importance])
    weight = float(case.assessment.weights[criterion])
    sizes = {entry.value: entry.weight for entry in case.knowledge.settings.importance}
    levels = list(sizes)
    below = [] if level is None else levels[: levels.index(level)]

    @cache
    def at(factor: float) -> Call:
        return case.otherwise(values=_weighing(case, criterion, factor))

    @cache
    def with_level(name: str) -> Call:
        return case.otherwise(weights={criterion: sizes[name]})

    def another_leads(verdict: Call) -> bool:
        return verdict.leader != case.verdict.leader

    def newly_recommended(verdict: Call) -> bool:
        return verdict.candidate not in (None, case.verdict.candidate)

    def lost(verdict: Call) -> bool:
        return case.verdict.candidate not in (None, verdict.candidate)

    def change(bound: float, test: Test) -> WeightChange | None:
        # From the nearest level on: less important ones first if the weight has to fall.
        others = levels[len(below) + 1 :] if bound > 1 else below[::-1]
        enough = (name for name in others if level and test(with_level(name)))
        if weight > 0:
            return _changed_weight(bound, at, test, enough)
        first = next(enough, None)
        return WeightChange(factor=None, holds_at=None, level=first, lead=_lead(with_level(first))) if first else None

    return WeightThreshold(
        criterion=case.knowledge.criteria[criterion].id,
        level=level,
        weight=round(weight, 4),
        more=change(WEIGHT_BOUND, another_leads),
        less=change(1 / WEIGHT_BOUND, another_leads) if weight > 0 else None,
        more_recommended=change(WEIGHT_BOUND, newly_recommended),
        less_recommended=change(1 / WEIGHT_BOUND, newly_recommended) if weight > 0 else None,
        more_lost=change(WEIGHT_BOUND, lost),
        less_lost=change(1 / WEIGHT_BOUND, lost) if weight > 0 else None,
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
    metric_evidence = tuple(
        entry._replace(points=entry.points * factor) if entry.criterion == criterion else entry
        for entry in values.metric_evidence
    )
    return values._replace(pieces=pieces, metric_evidence=metric_evidence)


def _changed_weight(bound: float, at: At, test: Test, enough: Iterator[str]) -> WeightChange | None:
    """The nearest change of a weight, up to a bound, that gives a verdict looked for, with the first of the levels of
    importance that are enough."""

    def changes(factor: float) -> bool:
        return test(at(factor))

    found = first_change(changes, bound)
    if found is None and bound < 1 and changes(0.0):
        found = (bound, 0.0)
    if found is None:
        return None
    holds_at, factor = found
    return WeightChange(factor=factor, holds_at=holds_at, level=next(enough, None), lead=_lead(at(factor)))


# --- measurements -------------------------------------------------------------------------------------------------


def _races(case: Case) -> dict[str, dict[str, tuple[Metric, ...]]]:
    """By candidate that isn't recommended nor ruled out, and by criterion, what was measured of it that counts."""
    evaluation, values = case.evaluation, case.model.values
    candidates = case.knowledge.candidates
    out = {candidates[candidate].id for rule, candidate in case.model.vetoes if evaluation.fired[rule]}
    out.add(case.verdict.candidate)
    races: dict[str, dict[str, tuple[Metric, ...]]] = {}
    for candidate in candidates:
        if candidate.id in out or case.measurements is None:
            continue
        for index, criterion in enumerate(case.knowledge.criteria):
            metrics = {
                entry.metric.id: entry.metric
                for entry in values.metric_evidence
                if entry.criterion == index
                and evaluation.fired[entry.rule]
                and case.model.advantages[entry.metric.id]
                and case.measurements.number(entry.metric.id, candidate.id)
            }
            if metrics and case.assessment.weights[index] > 0:
                races.setdefault(candidate.id, {})[criterion.id] = tuple(metrics.values())
    return races


def _measured_threshold(case: Case, candidate: str, metrics: tuple[Metric, ...]) -> CandidateThreshold:
    @cache
    def at(factor: float) -> Call:
        return case.otherwise(measurements=improved(case.measurements, candidate, metrics, factor))

    def figures(factor: float) -> tuple[Figure, ...]:
        measured = [(metric, case.measurements.number(metric.id, candidate).median) for metric in metrics]
        return tuple(
            Figure(metric=metric.id, unit=metric.unit, measured=value, needed=value * multiplier(metric, factor))
            for metric, value in measured
        )

    bound = three_digits(place_of(2.0 ** _saturation(case, candidate, metrics)))
    if case.verdict.leader == candidate:
        holds_at, factor = None, 1.0
    else:
        holds_at, factor = first_change(lambda factor: at(factor).leader == candidate, bound) or (bound, None)
    recommended = None
    # Who never leads on the grid isn't recommended on it.
    if factor and (found := first_change(lambda factor: at(factor).candidate == candidate, bound)):
        not_yet, enough = found
        recommended = Improvement(factor=enough, holds_at=not_yet, figures=figures(enough), lead=_lead(at(enough)))
    return CandidateThreshold(
        candidate=candidate,
        metrics=tuple(metric.id for metric in metrics),
        factor=factor,
        holds_at=holds_at,
        figures=figures(factor or bound),
        lead=_lead(at(factor or bound)),
        recommended=recommended,
    )


def _saturation(case: Case, candidate: str, metrics: tuple[Metric, ...]) -> float:
    """By how many doublings a candidate has to be better for it and every other to be beyond the point of saturation,
    up to `MEASURED_BOUND`: being better by more counts for nothing.

    Being better by x doublings moves a candidate by x (1 - 1/n) from the mean of the n measured and the others by x/n
    the other way. Their intervals are taken five times as wide as they are, which is ten standard errors either way.
    """
    limit = case.knowledge.settings.saturates
    most = 1.0
    for metric in metrics:
        found = case.model.advantages[metric.id]
        count = sum(advantage.measurement is not None for advantage in found.values())
        for name, advantage in found.items():
            width = 2 * (advantage.high - advantage.low)
            if name == candidate:
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
    return measurements.model_copy(update={"outcomes": tuple(outcomes)})


def multiplier(metric: Metric, factor: float) -> float:
    """What a number is multiplied by to be so many times better."""
    return 1 / factor if metric.better == "lower" else factor
