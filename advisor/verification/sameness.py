"""Whether two knowledge bases give the same results for all answers and measurements, texts apart: proven, or not.

The result depends on an answer set only by which evidence, comparisons and vetoes hold, and by how important each
criterion is. Where the constants, candidates, criteria, questions, probes and attainable ranges are the same, it is
therefore enough that each piece of evidence holds equally often on both sides, each veto together, and each importance
is the same: formulas over shared variables, which z3 shows to agree or refutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import z3

from advisor.decision.value import value_model
from advisor.model.base import Scalar
from advisor.model.knowledge import Knowledge
from advisor.verification.encoding import Encoding, Formula


def apart(old: Knowledge, new: Knowledge) -> str | None:
    """What keeps results from being compared rule by rule: something beside the rules that counts for every set of
    answers. None where there is nothing."""
    for what, read in _FOUNDATIONS.items():
        if read(old) != read(new):
            return what
    return None


_FOUNDATIONS = {
    "the constants": lambda side: side.settings,
    "the candidates": lambda side: [candidate.id for candidate in side.candidates],
    "the criteria": lambda side: [(criterion.id, criterion.importance) for criterion in side.criteria],
    "the questions": lambda side: [
        (question.facts_key, question.usual, question.detect) for question in map(_Asked, side.questions)
    ],
    "the probes": lambda side: [
        (probe.id, [(metric.id, metric.better) for metric in probe.metrics]) for probe in side.probes
    ],
    "the attainable ranges": lambda side: value_model(side).ranges,
}


class _Asked:
    """What of a question makes a difference to results."""

    def __init__(self, question: Any) -> None:
        self.facts_key = [(fact.id, fact.values, fact.minimum, fact.maximum) for fact in question.facts()]
        self.usual = question.usual
        self.detect = question.detect


class Apart(NamedTuple):
    """Where the effects of two sides differ."""

    facts: dict[str, Scalar]
    """Answers, and outcomes of probes, for which they do, whatever the other facts are."""
    measured: bool
    """Whether they differ only where something was measured."""


def difference(old: Knowledge, new: Knowledge) -> Apart | None:
    """Where an effect differs, if nothing is measured if that will do; None if nowhere, proven. The sides must share
    what `apart` looks at."""
    first, second = Encoding(old), Encoding(new)
    moved, ties = _shared(first, second)
    changed = [one != other for one, other in _effects(first, second, moved) if not one.eq(other)]
    if not changed:
        return None
    formula = z3.Or(changed)
    untried = [first.variable(n) == 0 for n, domain in first.domains.items() if domain.fact.kind == "measured"]
    solver = first.solver()
    solver.add(*ties, formula)
    measured = solver.check(*untried) == z3.unsat
    if measured and solver.check() == z3.unsat:
        return None
    return Apart(_shown(first, solver.model(), ties, formula), measured)


def _shown(encoding: Encoding, model: z3.ModelRef, ties: list[Formula], formula: Formula) -> dict[str, Scalar]:
    """Of a model's answers and outcomes those without which it wouldn't follow that the formula holds."""
    found = encoding.witness(model)
    named = {z3.Bool(f"because of {name}"): name for name in found}
    solver = encoding.solver()
    solver.add(*ties, z3.Not(formula))
    for label, name in named.items():
        solver.add(z3.Implies(label, encoding.variable(name) == encoding.cell(name, found[name])))
    if solver.check(*named) != z3.unsat:
        return found
    needed = {named[label] for label in solver.unsat_core()}
    return {name: value for name, value in found.items() if name in needed}


def _shared(first: Encoding, second: Encoding) -> tuple[list[tuple[Formula, Formula]], list[Formula]]:
    """Numbers have the cells that their own side's rules cut. Where these differ, the second side's variable gets
    another name, and a formula ties the two: both are cells of one number."""
    moved, ties = [], []
    for name, one in first.domains.items():
        other = second.domains.get(name)
        if other is None or not one.fact.numeric or one.cuts == other.cuts:
            continue
        here = first.variable(name)
        there = z3.Int(f"{name} on the other side")
        moved.append((z3.Int(name), there))
        pairs = {(one.index(x), other.index(x)) for x in numbers(one, other)}
        ties.append(z3.Or([z3.And(here == a, there == b) for a, b in pairs]))
    return moved, ties


def numbers(one: Any, other: Any) -> list[float]:
    """A number of every cell of the finer division that two domains of a number make together, in order."""
    from advisor.engine.domain import Domain

    finer = Domain(one.fact, tuple(sorted({*one.cuts, *other.cuts})))
    return [finer.representative(cell) for cell in range(finer.size)]


def _effects(old: Encoding, new: Encoding, moved: list[tuple[Formula, Formula]]) -> Iterator[tuple[Formula, Formula]]:
    """Everything about an answer set that counts, on the old side and on the new."""
    sides = [_counted(old), _counted(new)]
    for key in dict.fromkeys((*sides[0], *sides[1])):
        before, after = (
            z3.Sum([z3.If(fires, 1, 0) for fires in side.get(key, ())]) if side.get(key) else z3.IntVal(0)
            for side in sides
        )
        yield before, z3.substitute(after, *moved)
    for candidate, vetoed in old.vetoed.items():
        yield vetoed, z3.substitute(new.vetoed[candidate], *moved)
    for criterion in old.knowledge.criteria:
        yield old.variable(criterion.importance), z3.substitute(new.variable(criterion.importance), *moved)


def _counted(encoding: Encoding) -> dict[tuple, list[Formula]]:
    """When each kind of evidence holds, by all that its worth depends on."""
    knowledge = encoding.knowledge
    values = value_model(knowledge)
    found: dict[tuple, list[Formula]] = {}
    for piece in values.pieces:
        key = ("evidence", piece.candidate, piece.criterion, piece.points, piece.error)
        found.setdefault(key, []).append(encoding.fires[knowledge.rules[piece.rule].id])
    for comparison in values.comparisons:
        key = ("comparison", comparison.metric.id, comparison.criterion, comparison.points)
        found.setdefault(key, []).append(encoding.fires[knowledge.rules[comparison.rule].id])
    return found
