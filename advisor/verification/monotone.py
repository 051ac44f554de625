"""The properties that are listed beside the rules: each is proven for all answers, or refuted by a witness.

The fact that changes is replaced in every formula, once by a lower and once by a higher cell of its domain; all other
variables are shared, so a model of the negation is a set of answers and the change that breaks the property.
"""

from __future__ import annotations

from collections.abc import Iterator

import z3

from advisor.model.property import NotHelp, NotHurt, NotLower, Property
from advisor.model.rule import Evidence
from advisor.verification.defect import Defect
from advisor.verification.encoding import Encoding, Formula

BEFORE, AFTER = z3.Int("before the change"), z3.Int("after the change")


def properties(encoding: Encoding) -> Iterator[Defect | None]:
    """A defect, with a witness, for each listed property that doesn't hold."""
    for each in encoding.knowledge.properties:
        solver = encoding.solver()
        solver.add(*_change(encoding, each), _broken(encoding, each))
        if solver.check() != z3.sat:
            yield None
            continue
        model = solver.model()
        fact = each.rises
        ends = [(cell, model.eval(cell)) for cell in (BEFORE, AFTER)]
        before, after = (encoding.value(fact, value.as_long()) for _, value in ends)
        others = {name: value for name, value in encoding.witness(model).items() if name != fact}
        witness = encoding.smallest(others, z3.substitute(_broken(encoding, each), *ends))
        text = f"it does not hold where {fact} goes from {before} to {after}"
        yield Defect("refuted", each.id, text, witness)


def _change(encoding: Encoding, each: Property) -> list[Formula]:
    size = encoding.size(each.rises)
    ends = [BEFORE >= 0, size > BEFORE, AFTER >= 0, size > AFTER]
    if each.from_ is None and each.to is None:
        return [*ends, BEFORE < AFTER]
    if each.from_ is not None:
        ends.append(encoding.cell(each.rises, each.from_) == BEFORE)
    if each.to is not None:
        ends.append(encoding.cell(each.rises, each.to) == AFTER)
    return [*ends, BEFORE != AFTER]


def _broken(encoding: Encoding, each: Property) -> Formula:
    """That the property fails of the change."""
    match each.then:
        case NotLower(not_lower=fact):
            before, after = _both(encoding, each.rises, encoding.variable(fact))
            return after < before
        case NotHurt(not_hurt=candidate, criterion=criterion):
            was, becomes = _both(encoding, each.rises, encoding.vetoed[candidate])
            less = [after < before for before, after in _points(encoding, each.rises, candidate, criterion)]
            return z3.Or(z3.And(z3.Not(was), becomes), *less)
        case NotHelp(not_help=candidate, criterion=criterion):
            return z3.Or([after > before for before, after in _points(encoding, each.rises, candidate, criterion)])
    changed = [_both(encoding, each.rises, fires) for fires in _weighty(encoding)]
    return z3.Or([before != after for before, after in changed])


def _points(encoding: Encoding, fact: str, candidate: str, criterion: str | None) -> Iterator[tuple[Formula, Formula]]:
    """By criterion, the strengths for and against a candidate, added up, before and after."""
    names = [criterion] if criterion else [each.id for each in encoding.knowledge.criteria]
    for name in names:
        parts = [
            z3.If(encoding.fires[rule.id], z3.RealVal(str(part.strength)), z3.RealVal(0))
            for rule in encoding.knowledge.rules
            for part in rule.then
            if isinstance(part, Evidence) and (part.evidence, part.criterion) == (candidate, name)
        ]
        if parts:
            yield _both(encoding, fact, z3.Sum(parts))


def _weighty(encoding: Encoding) -> Iterator[Formula]:
    yield from encoding.vetoed.values()
    for rule in encoding.knowledge.rules:
        if any(isinstance(part, Evidence) for part in rule.then):
            yield encoding.fires[rule.id]


def _both(encoding: Encoding, fact: str, formula: Formula) -> tuple[Formula, Formula]:
    variable = encoding.variable(fact)
    before, after = (z3.substitute(formula, (variable, cell)) for cell in (BEFORE, AFTER))
    return before, after
