"""Profiles: complete sets of answers and measurements, seeded, and the scores that the rules give them.

They are golden: `tests/cases/approved.json` holds what was last looked at and approved, so that whoever changes a rule
sees which verdicts move.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from advisor.decision.assess import Model
from advisor.decision.beliefs import believe, resolve
from advisor.decision.explain import explain
from advisor.decision.value import value_model
from advisor.engine.program import compile_knowledge
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Gpu, Interpreter, Measurement, Measurements, Outcome
from tests.support.measurements import HOST
from tests.support.random_answers import some

APPROVED = Path(__file__).parents[1] / "cases" / "approved.json"
COMMAND = "python tests/bench/approve.py"
COUNT, MEASURED = 240, 3
"""So many profiles, and every third with measurements."""
STATUSES = ("works-with-extra", "fails", "not-tried")
"""Beside `works`, which is one in four on one machine and two in three on another: a rule that compares wants two
candidates that work, in the field that it speaks of, and another wants hardly anything measured."""

Profile = tuple[dict[str, Answer], Measurements | None]


@lru_cache(maxsize=1)
def profiles() -> tuple[Profile, ...]:
    """The profiles, which depend on the questions and probes that ship but on no rule."""
    knowledge = load()
    found = []
    for index in range(COUNT):
        rng = random.Random(index)
        answers = some(knowledge, rng, 1.0)
        # Half of those measured were so where they train, the others on a CPU.
        there = answers["accelerator"].value if index % 2 else None
        found.append((answers, measurements(knowledge, rng, there) if index % MEASURED == 0 else None))
    return tuple(found)


def measurements(knowledge: Knowledge, rng: random.Random, vendor: str | None = None) -> Measurements:
    """Outcomes and numbers at random, on a machine with a GPU of that vendor, if it makes any."""
    gpus = (Gpu(vendor=vendor, name="GPU"),) if vendor in ("nvidia", "amd", "apple", "intel") else ()
    outcomes = []
    statuses = (*("works",) * rng.choice((1, 6)), *STATUSES)
    for probe in knowledge.probes:
        for candidate in knowledge.candidates:
            status = rng.choice(statuses)
            numbers = [_number(metric.id, metric.unit, rng) for metric in probe.metrics if status == "works"]
            outcomes.append(
                Outcome(
                    probe=probe.id,
                    candidate=candidate.id,
                    interpreter="/python",
                    status=status,
                    measurements=tuple(numbers),
                )
            )
    interpreter = Interpreter(path="/python", python="3.11.7")
    return Measurements(
        level="full",
        fingerprint="f",
        host=HOST.model_copy(update={"gpus": gpus}),
        interpreters=(interpreter,),
        outcomes=tuple(outcomes),
    )


def _number(metric: str, unit: str, rng: random.Random) -> Measurement:
    median = 2.0 ** rng.uniform(-2, 2)
    return Measurement(
        metric=metric, unit=unit, median=median, low=0.9 * median, high=1.1 * median, launches=3, samples=9
    )


def verdicts(knowledge: Knowledge) -> Iterator[dict[str, Any]]:
    """Of each profile the points of the candidates that nothing rules out, and how many warnings and pieces of advice
    there are."""
    program = compile_knowledge(knowledge)
    values = value_model(knowledge)
    for answers, measurements in profiles():
        model = Model(knowledge, program, values, measurements, 0)
        beliefs = believe(knowledge, program, resolve(knowledge, answers, measurements), measurements)
        evaluation = program.run(beliefs.known)
        weights = [_weight(knowledge, evaluation.facts[criterion.importance]) for criterion in knowledge.criteria]
        explanation = explain(model, evaluation, np.array(weights))
        ruled_out = {veto.candidate for veto in explanation.vetoes}
        points = {candidate.id: 0.0 for candidate in knowledge.candidates if candidate.id not in ruled_out}
        for reason in explanation.reasons:
            if reason.candidate in points:
                points[reason.candidate] += reason.contribution
        scores = {name: round(score, 1) for name, score in points.items()}
        yield {"scores": scores, "warnings": len(explanation.warnings), "advice": len(explanation.advice)}


def _weight(knowledge: Knowledge, mask: int) -> float:
    """The weight of a known importance."""
    return knowledge.settings.importance[int(mask).bit_length() - 1].weight


def approved() -> list[dict[str, Any]]:
    """What was approved last."""
    return json.loads(APPROVED.read_text())


def approve() -> int:
    """Approve what the rules give now; how many profiles changed."""
    before = approved() if APPROVED.exists() else []
    after = list(verdicts(load()))
    lines = ",\n".join(json.dumps(entry, sort_keys=True) for entry in after)
    APPROVED.write_text(f"[\n{lines}\n]\n")
    return sum(old != new for old, new in zip(before, after, strict=False)) + abs(len(before) - len(after))
