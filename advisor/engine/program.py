"""Forward chaining, compiled once and run on one set of answers or on an array of them.

What is known of a fact is a mask over its domain's cells (`Domain`): one bit for a known value, several for an
unknown one. A condition is then true, false or unknown, by Kleene's strong logic of three values: a test is true if
every cell left satisfies it, false if none does. What follows from the masks is looked up (`advisor.engine.tables`).
The state of one answer set is an integer; that of many (`advisor.engine.batch`) is an array of words with the same
bits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from graphlib import TopologicalSorter
from typing import Any, NamedTuple

from advisor.engine import batch
from advisor.engine.domain import Domain, cuts_of
from advisor.engine.tables import WORD, Mask, Table, Tables, TermDerivation
from advisor.engine.terms import FALSE, TRUE, Term, Terms
from advisor.model.knowledge import Knowledge
from advisor.model.rule import Derive

BITS = tuple(tuple(octet >> bit & 1 == 1 for bit in range(8)) for octet in range(256))
"""By octet, its bits as truth values, lowest first."""


class Derivation(NamedTuple):
    """How a derived fact gets its value: the rules concluding each value, lowest value first."""

    fact: str
    default: int
    conclusions: tuple[tuple[int, int], ...]
    """(bit of the value, index of the rule)."""


class Program(Tables):
    """A knowledge base, compiled."""

    def __init__(self, derivations: tuple[Derivation, ...], *tables: Any) -> None:
        """The other arguments are those of `Tables`."""
        super().__init__(*tables)
        self.derivations = derivations
        """In an order in which each needs only facts derived before it."""

    def run(self, base: Mapping[str, Mask]) -> Evaluation | batch.Evaluations:
        """Evaluate every rule, deriving facts on the way. `base` has the mask of every asked and measured fact. Where
        some are arrays, of shapes that can be broadcast together, so is what an evaluation has of the rules and facts
        that depend on them (`advisor.engine.batch.Evaluations`)."""
        try:
            state, facts = self.infer(base, self.tables)
        except TypeError:  # An array can't be looked up.
            return batch.run(self, base)
        return Evaluation(self, state, self.named(facts))


class Evaluation:
    """The state of every rule, and what is then known of every fact."""

    def __init__(self, program: Program, state: int, facts: Mapping[str, Mask]) -> None:
        self.program = program
        self.state = state
        self.facts = facts
        """Masks of base and derived facts."""

    @property
    def firing(self) -> int:
        """The rules whose condition is true, one bit each."""
        return self.program.holding(self.state)

    @cached_property
    def fired(self) -> Sequence[Any]:
        """By rule: whether its condition is true."""
        return self._by_rule(self.firing)

    @cached_property
    def excluded(self) -> Sequence[Any]:
        """By rule: whether its condition is false."""
        return self._by_rule(~self.program.holding(self.state >> self.program.half) & self.program.own)

    def _by_rule(self, bits: int) -> tuple[bool, ...]:
        found: list[bool] = []
        for octet in bits.to_bytes(self.program.half // 8, "little"):
            found += BITS[octet]
        return tuple(found[: len(self.program.rules)])


@lru_cache(maxsize=8)
def compile_knowledge(knowledge: Knowledge) -> Program:
    """The program of a consistent knowledge base."""
    cuts = cuts_of(leaf for rule in knowledge.rules for leaf in rule.leaves())
    domains = {name: Domain(fact, cuts.get(name, ()) if fact.numeric else ()) for name, fact in knowledge.facts.items()}
    conclusions: dict[str, list[tuple[int, int]]] = {fact.id: [] for fact in knowledge.derived}
    for index, rule in enumerate(knowledge.rules):
        for consequence in rule.then:
            if isinstance(consequence, Derive):
                target = consequence.derive
                conclusions[target].append((domains[target].bit(consequence.value), index))
    derived = {
        name: Derivation(name, domains[name].bit(knowledge.facts[name].default), tuple(sorted(found)))
        for name, found in conclusions.items()
    }
    parts: dict[str, Sequence[Term]] = {}
    terms = Terms(domains, parts)
    return _program(domains, derived, [terms.of(rule.when) for rule in knowledge.rules], parts)


def _program(
    domains: Mapping[str, Domain],
    derived: Mapping[str, Derivation],
    conditions: Sequence[Sequence[Term]],
    parts: Mapping[str, Sequence[Term]],
) -> Program:
    """The program of derivations, the conditions of the rules and the parts of conditions that are facts."""
    # The first term of each rule has the rule's number as its bit, so that mostly nothing is left to do to tell which
    # rules fire.
    places: list[Term] = [condition[0] for condition in conditions]
    rules = [1 << rule | _placed(condition[1:], places) for rule, condition in enumerate(conditions)]
    whole = {name: _placed(part, places) for name, part in parts.items()}
    half = WORD * -(-len(places) // WORD)
    tests: dict[str, dict[int, int]] = {}
    for place, term in enumerate(places):
        for fact, mask in term:
            of_fact = tests.setdefault(fact, {})
            of_fact[mask] = of_fact.get(mask, 0) | 1 << place
    tables = {fact: Table(domains[fact].size if fact in domains else 2, half, found) for fact, found in tests.items()}
    concluding = {name: [conditions[rule] for _, rule in each.conclusions] for name, each in derived.items()}
    concluding |= {name: [part] for name, part in parts.items()}
    needs = {
        name: frozenset(fact for condition in found for term in condition for fact, _ in term)
        for name, found in concluding.items()
    }
    order = list(TopologicalSorter({name: need & needs.keys() for name, need in needs.items()}).static_order())
    in_terms = []
    for name in order:
        if name in derived:
            default, of_rules = derived[name].default, derived[name].conclusions
            derivation = TermDerivation(
                name, default, tuple((bit, rules[rule]) for bit, rule in of_rules), needs[name], tables.get(name)
            )
        else:
            derivation = TermDerivation(name, FALSE, ((TRUE, whole[name]),), needs[name], tables.get(name))
        in_terms.append(derivation)
    base = {fact: table for fact, table in tables.items() if fact not in needs}
    derivations = tuple(derived[name] for name in order if name in derived)
    return Program(derivations, domains, rules, half, base, in_terms)


def _placed(terms: Sequence[Term], places: list[Term]) -> int:
    """The bits of terms that are given the next places."""
    bits = 0
    for term in terms:
        bits |= 1 << len(places)
        places.append(term)
    return bits
