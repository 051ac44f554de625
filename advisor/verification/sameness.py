"""Whether two knowledge bases give the same scores for all complete answers and all measurements: proven, or not.

They depend on an answer set only by which evidence and vetoes hold, and by how important each criterion is. Where the
constants, candidates, criteria, questions, probes and attainable ranges are the same, it is therefore enough that each
piece of evidence holds equally often on both sides, each veto together, and each importance is the same: formulas over
shared variables, which z3 shows to agree or refutes. What else counts where a question is open, a trade-off is answered
or a source has aged is in `reservations`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from math import ceil, floor
from typing import NamedTuple

import z3

from advisor.decision.ageing import review_by
from advisor.decision.value import value_model
from advisor.engine.domain import Domain
from advisor.model.base import Scalar
from advisor.model.knowledge import Knowledge
from advisor.model.rule import Rule
from advisor.verification.encoding import Encoding, Formula


def apart(old: Knowledge, new: Knowledge) -> str | None:
    """What keeps results from being compared rule by rule: something beside the rules that counts for every set of
    answers. None where there is nothing."""
    for what, read in _FOUNDATIONS.items():
        if read(old) != read(new):
            return what
    return None


_ONLY_SOMETIMES = {"usual_share", "worth_asking", "consistency", "review_months"}
"""Constants that count only where a question is open, a trade-off answered, or a source old."""
_FOUNDATIONS = {
    "the constants": lambda side: side.settings.model_dump(exclude=_ONLY_SOMETIMES),
    "the candidates": lambda side: [candidate.id for candidate in side.candidates],
    "the criteria": lambda side: [(criterion.id, criterion.importance) for criterion in side.criteria],
    "the questions": lambda side: [
        (fact.id, fact.values, fact.minimum, fact.maximum, fact.whole, question.detect)
        for question in side.questions
        for fact in question.facts()
    ],
    "the probes": lambda side: [
        (probe.id, [(metric.id, metric.better) for metric in probe.metrics]) for probe in side.probes
    ],
    # Each has random numbers of its own, also where no rule that compares it ever fires.
    "the metrics compared": lambda side: {entry.metric.id for entry in value_model(side).metric_evidence},
    "the attainable ranges": lambda side: value_model(side).ranges,
}


class Apart(NamedTuple):
    """Where the effects of two sides differ."""

    facts: dict[str, Scalar]
    """Answers, and outcomes of probes, for which they do, whatever the other facts are."""
    measured: bool
    """Whether they differ only where something was measured."""


def difference(old: Knowledge, new: Knowledge, aged: bool = False) -> Apart | None:
    """Where an effect differs, if nothing is measured if that will do; None if nowhere, proven. The sides must share
    what `apart` looks at. `aged` counts it as a difference, too, where evidence ages otherwise."""
    first, second = Encoding(old), Encoding(new)
    moved, ties = _shared(first, second)
    changed = [one != other for one, other in _effects(first, second, moved, aged) if not one.eq(other)]
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


def finer(one: Domain, other: Domain) -> Domain:
    """The cells that two divisions of a number make together, in the range that they share."""
    low = max(one.fact.minimum, other.fact.minimum)
    high = min(one.fact.maximum, other.fact.maximum)
    whole = one.fact.whole or other.fact.whole
    if whole:
        low, high = ceil(low), floor(high)
    cuts = tuple(cut for cut in {*one.cuts, *other.cuts} if (low, 0) < cut < (high, 1))
    return Domain(other.fact.model_copy(update={"minimum": low, "maximum": high, "whole": whole}), cuts)


def numbers(one: Domain, other: Domain) -> list[float]:
    """A number of every cell that two divisions of a number make together, in order."""
    both = finer(one, other)
    if both.fact.minimum > both.fact.maximum:
        return []
    return [both.representative(cell) for cell in range(both.size)]


Age = frozenset[tuple[int, datetime.date]]
"""How evidence ages: by the months in which it halves, the first day after which it does."""


def age(knowledge: Knowledge, rule: Rule) -> Age:
    """How the evidence of a rule ages. Of sources of one period the one that is due first decides."""
    due: dict[int, list[datetime.date]] = {}
    for source in (knowledge.source[name] for name in rule.sources):
        due.setdefault(knowledge.settings.review_months[source.kind], []).append(review_by(knowledge, source))
    return frozenset((months, min(days)) for months, days in due.items())


def _effects(
    old: Encoding, new: Encoding, moved: list[tuple[Formula, Formula]], aged: bool
) -> Iterator[tuple[Formula, Formula]]:
    """Everything about an answer set that counts, on the old side and on the new."""
    sides = [_counted(old, aged), _counted(new, aged)]
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


def _counted(encoding: Encoding, aged: bool) -> dict[tuple, list[Formula]]:
    """When each kind of evidence holds, by all that its worth depends on, its age included if `aged`."""
    knowledge = encoding.knowledge
    values = value_model(knowledge)
    found: dict[tuple, list[Formula]] = {}
    for piece in values.pieces:
        rule = knowledge.rules[piece.rule]
        ages = age(knowledge, rule) if aged else None
        key = ("evidence", piece.candidate, piece.criterion, piece.points, piece.error, ages)
        found.setdefault(key, []).append(encoding.fires[rule.id])
    for entry in values.metric_evidence:
        key = ("metric", entry.metric.id, entry.criterion, entry.points)
        found.setdefault(key, []).append(encoding.fires[knowledge.rules[entry.rule].id])
    return found
