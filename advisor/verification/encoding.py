"""A knowledge base as formulas over its finite domains, for the solver z3.

Every asked and measured fact is a variable over its domain's cells; a derived fact is the highest conclusion among
the rules that fire, written out as an expression over them. Whatever is proven of these formulas holds for every
complete set of answers and outcomes of probes; since an unknown answer makes a rule fire only if it fires for all of
its values, what no complete set makes fire no incomplete one does either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import z3

from advisor.engine.program import compile_knowledge
from advisor.model.base import Scalar
from advisor.model.knowledge import Knowledge
from advisor.model.rule import All, AnyOf, Condition, Leaf, Not, Veto

Formula = Any
"""A z3 expression; z3's own types are not declared."""


class Encoding:
    """`fires` has a formula for each rule, `vetoed` one for each candidate, `ranges` what holds of all variables."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        program = compile_knowledge(knowledge)
        self.domains = program.domains
        self._cells: dict[str, Formula] = {
            name: z3.Int(name) for name, domain in program.domains.items() if domain.fact.kind != "derived"
        }
        self.ranges = [
            z3.And(variable >= 0, variable < self.domains[name].size) for name, variable in self._cells.items()
        ]
        self.shared = self.solver()
        """Knows the ranges; whoever adds to it takes that back."""
        self.fires: dict[str, Formula] = {}
        rules = knowledge.rules
        for derivation in program.derivations:
            value: Formula = z3.IntVal(derivation.default.bit_length() - 1)
            for bit, index in derivation.conclusions:
                value = z3.If(self._fires(rules[index].id, rules[index].when), bit.bit_length() - 1, value)
            self._cells[derivation.fact] = value
        for rule in rules:
            self._fires(rule.id, rule.when)
        self.vetoed = {
            candidate.id: z3.Or([self.fires[rule.id] for rule in rules if _vetoes(rule.then, candidate.id)])
            for candidate in knowledge.candidates
        }

    def _fires(self, name: str, condition: Condition | None) -> Formula:
        if name not in self.fires:
            self.fires[name] = self.formula(condition)
        return self.fires[name]

    def formula(self, condition: Condition | None) -> Formula:
        """A condition as a formula; None always holds."""
        match condition:
            case None:
                return z3.BoolVal(True)
            case Leaf(fact=name):
                mask, cell = self.domains[name].satisfying(condition), self._cells[name]
                return z3.Or([cell == index for index in range(self.domains[name].size) if mask >> index & 1])
            case Not(not_=part):
                return z3.Not(self.formula(part))
            case All(all=parts):
                return z3.And([self.formula(part) for part in parts])
            case AnyOf(any=parts):
                return z3.Or([self.formula(part) for part in parts])
        raise TypeError(f"not a condition: {condition!r}")

    def derived(self, fact: str, rules: Mapping[str, Formula]) -> Formula:
        """The cell of a derived fact if only these rules fired where they do."""
        program = compile_knowledge(self.knowledge)
        derivation = next(each for each in program.derivations if each.fact == fact)
        value: Formula = z3.IntVal(derivation.default.bit_length() - 1)
        for bit, index in derivation.conclusions:
            name = self.knowledge.rules[index].id
            if name in rules:
                value = z3.If(rules[name], bit.bit_length() - 1, value)
        return value

    def variable(self, fact: str) -> Formula:
        """The cell of a fact: a variable, or for a derived one the expression that gives it."""
        return self._cells[fact]

    def size(self, fact: str) -> int:
        """How many cells the domain of a fact has."""
        return self.domains[fact].size

    def cell(self, fact: str, value: Scalar) -> int:
        """The cell that holds a value."""
        return self.domains[fact].index(value)

    def value(self, fact: str, cell: int) -> str:
        """A cell in words."""
        return self.domains[fact].label(cell)

    def solver(self) -> z3.Solver:
        """A solver that knows the ranges."""
        solver = z3.Solver()
        solver.add(self.ranges)
        return solver

    def witness(self, model: z3.ModelRef) -> dict[str, Scalar]:
        """The answers and outcomes of a model, by fact; facts that don't matter are left out."""
        found: dict[str, Scalar] = {}
        for name, domain in self.domains.items():
            if domain.fact.kind != "derived" and (cell := model[self._cells[name]]) is not None:
                value = domain.value(1 << cell.as_long())
                if value is not None:
                    found[name] = value
        return found

    def smallest(self, witness: Mapping[str, Scalar], shown: Formula) -> dict[str, Scalar]:
        """A witness without what its conclusion doesn't need: whatever the facts left out are, `shown` holds."""
        kept = dict(witness)
        for name in list(kept):
            solver = self.solver()
            solver.add(*(self._cells[fact] == self.cell(fact, value) for fact, value in kept.items() if fact != name))
            solver.add(z3.Not(shown))
            if solver.check() == z3.unsat:
                del kept[name]
        return kept


def _vetoes(consequences: tuple[Any, ...], candidate: str) -> bool:
    return any(isinstance(each, Veto) and each.veto == candidate for each in consequences)
