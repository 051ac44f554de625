"""After how many steps compiling has paid for itself."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.probe import SECONDS, Metric


def pays_after(found: Measurements, spent: Metric, candidate: str) -> float | None:
    """Steps after which a time that is spent once is saved again: time / (step without it − step with it). Infinite
    where a step with it is no faster; None where one of the three wasn't measured, or nothing repays it."""
    numbers = [found.number(name, candidate) for name in (spent.id, *(spent.repaid_by or ()))]
    seconds = [number.median * SECONDS[number.unit] for number in numbers if number and number.unit in SECONDS]
    if len(seconds) < 3:
        return None
    once, without, after = seconds
    return once / (without - after) if without > after else float("inf")


def compiling_sentences(found: Measurements, knowledge: Knowledge) -> Iterator[str]:
    """For each net and candidate that was compiled, whether and when that pays."""
    for spent in knowledge.metric.values():
        for candidate in knowledge.candidates if spent.repaid_by else ():
            steps = pays_after(found, spent, candidate.id)
            if steps is not None:
                net = knowledge.probe_of[spent.repaid_by[0]].id
                words = f"after {steps:,.0f} steps" if steps < float("inf") else "never: a compiled step is no faster"
                yield f"Compiling {net} with {candidate.id} pays {words}."
