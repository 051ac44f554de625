"""Small bases in which one candidate leads by evidence, and the other could by what was measured."""

from __future__ import annotations

from advisor.model.measurement import Measurements
from tests.support.knowledge import build, criterion, evidence, rule, scale
from tests.support.measurements import STEP, measured

TIMED = build(
    probes=[STEP],
    criteria=[criterion("speed", "care"), criterion("other", "care-other")],
    questions=[scale("care"), scale("care-other")],
    rules=[
        rule("timed", {"fact": "measured.step", "is": True}, {"compare": "step", "criterion": "speed", "strength": 1}),
        rule("for-left", None, evidence("left", "other", 1)),
        rule("range", {"fact": "care", "is": "ignore"}, evidence("left", "other", 2)),
    ],
)

MEMORY = {
    "id": "memory",
    "title": "Memory",
    "text": "Looks at memory.",
    "metrics": [{"id": "peak", "title": "The most memory held", "unit": "MiB", "better": "lower"}],
}
WEIGHED = build(
    probes=[STEP, MEMORY],
    criteria=[criterion("speed", "care"), criterion("size", "care"), criterion("other", "care-other")],
    questions=[scale("care"), scale("care-other")],
    rules=[
        rule("timed", {"fact": "measured.step", "is": True}, {"compare": "step", "criterion": "speed", "strength": 1}),
        rule("held", {"fact": "measured.peak", "is": True}, {"compare": "peak", "criterion": "size", "strength": 1}),
        rule("for-left", None, evidence("left", "other", 2)),
    ],
)


def both(factor: float) -> Measurements:
    """Time and memory alike for both candidates but that right is so many times better."""
    times = measured(left=(10.0, 9.5, 10.5), right=(10 / factor, 9.5 / factor, 10.5 / factor))
    memory = [
        outcome.model_copy(
            update={
                "probe": "memory",
                "measurements": tuple(
                    number.model_copy(update={"metric": "peak", "unit": "MiB"}) for number in outcome.measurements
                ),
            }
        )
        for outcome in times.outcomes
    ]
    return Measurements(**{**dict(times), "outcomes": (*times.outcomes, *memory)})
