"""What isn't measured yet and could count."""

from __future__ import annotations

from advisor.decision.arrays import Floats
from advisor.decision.assess import Model
from advisor.decision.beliefs import Beliefs
from advisor.model.measurement import Measurements
from advisor.model.recommendation import ToMeasure

_NOT_TRIED = 0b1
"""The first value of every fact that is measured says that it isn't."""
_FAILS = 0b10


def to_measure(
    model: Model, beliefs: Beliefs, weights: Floats, measurements: Measurements | None
) -> tuple[ToMeasure, ...]:
    """The metrics that too few candidates have to be compared, and that a rule would compare as far as is known, those
    first that could set two candidates the farthest apart. `weights` are those of the criteria; they sum to 1 or are
    all 0. A metric is left out where its probe was tried with every candidate, or fails with all but one; not if two
    or more have a number that is unusable, as when the machine was busy: then it can be measured again."""
    knowledge, known = model.knowledge, beliefs.known
    silent = {
        fact: domain.full
        for fact, domain in model.program.domains.items()
        if domain.fact.kind == "measured" and known[fact] == _NOT_TRIED
    }
    excluded = model.program.run({**known, **silent}).excluded
    found: dict[str, ToMeasure] = {}
    for entry in model.values.metric_evidence:
        metric, criterion = entry.metric, knowledge.criteria[entry.criterion]
        swing = 200 * float(weights[entry.criterion]) * entry.points * knowledge.settings.saturates
        probe = knowledge.probe_of[metric.id]
        tried = [known[f"{probe.id}.{candidate.id}"] for candidate in knowledge.candidates]
        again = measurements is not None and measurements.unusable(metric.id) >= 2
        hopeless = not again and (_NOT_TRIED not in tried or sum(mask != _FAILS for mask in tried) < 2)
        if hopeless or not swing or excluded[entry.rule] or model.advantages[metric.id]:
            continue
        useful = ToMeasure(
            metric=metric.id, title=metric.title, probe=probe.id, criterion=criterion.id, swing=round(swing, 4)
        )
        found[metric.id] = max(found.get(metric.id, useful), useful, key=lambda each: each.swing)
    return tuple(sorted(found.values(), key=lambda each: -each.swing))
