"""After how many steps compiling has paid for itself."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements

NETS = ("mlp", "cnn", "lstm", "transformer")


def pays_after(found: Measurements, net: str, candidate: str) -> float | None:
    """Training steps after which the time to compile a net is saved again: compile time / (default step − compiled
    step). Infinite where a compiled step is no faster; None where one of the three wasn't measured."""
    step, compiled, compiling = (
        found.number(f"{net}{metric}", candidate) for metric in ("-step", "-compiled-step", "-compile-time")
    )
    if step is None or compiled is None or compiling is None:
        return None
    saved_ms = step.median - compiled.median
    return 1000 * compiling.median / saved_ms if saved_ms > 0 else float("inf")


def compiling_sentences(found: Measurements, knowledge: Knowledge) -> Iterator[str]:
    """For each net and candidate that was compiled, whether and when that pays."""
    for net in NETS:
        for candidate in knowledge.candidates:
            steps = pays_after(found, net, candidate.id)
            if steps is not None:
                words = f"after {steps:,.0f} steps" if steps < float("inf") else "never: a compiled step is no faster"
                yield f"Compiling {net} with {candidate.id} pays {words}."
