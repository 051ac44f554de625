"""Forward chaining, compiled once and run on one set of answers or on an array of them.

What is known of a fact is a mask over its domain's cells (`Domain`): one bit for a known value, several for an
unknown one. A condition is then true, false or unknown, by Kleene's strong logic of three values: a test is true if
every cell left satisfies it, false if none does.

Every term of every condition (`Terms`) has two bits in a *state*: whether it is certain, and whether it is possible.
What a fact leaves of them depends on its mask alone and is looked up (`Table`); the state is what all facts leave. A
derived fact joins as soon as all facts that its rules test have. The state of one set of answers is an integer; that
of many (`advisor.engine.batch`) is an array of words with the same bits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from graphlib import TopologicalSorter
from itertools import chain
from typing import Any, NamedTuple

from advisor.engine.domain import Domain, cuts_of
from advisor.engine.terms import FALSE, TRUE, Term, Terms
from advisor.model.knowledge import Knowledge
from advisor.model.rule import Derive

Mask = Any
"""An int, or an int64 array with one mask an answer set."""
WORD = 64
"""The bits of a word; what is possible begins with a word of its own."""


BITS = tuple(tuple(octet >> bit & 1 == 1 for bit in range(8)) for octet in range(256))
"""By octet, its bits as truth values, lowest first."""


class Derivation(NamedTuple):
    """How a derived fact gets its value: the rules concluding each value, lowest value first."""

    fact: str
    default: int
    conclusions: tuple[tuple[int, int], ...]
    """(bit of the value, index of the rule)."""


class Table(dict[int, int]):
    """By what is known of one fact, its mask, the state that it leaves: rows are filled in as they are looked up."""

    def __init__(self, cells: int, half: int, tests: Mapping[int, int]) -> None:
        """`cells` is the size of the fact's domain. `tests` has for each mask that terms test the fact against the bits
        of these terms."""
        self.cells = cells
        self.half = half
        self.tests = tests
        self.words: Any = None
        """The rows as an array, for many answer sets (`advisor.engine.batch`)."""
        self.absent: Any = None
        """By mask, whether the array has no row for it yet; None where none is absent."""

    @property
    def touched(self) -> int:
        """The bits of the terms that test the fact."""
        touched = 0
        for terms in self.tests.values():
            touched |= terms
        return touched | touched << self.half

    def __missing__(self, mask: int) -> int:
        lost = 0
        for satisfying, terms in self.tests.items():
            if mask & ~satisfying:
                lost |= terms
            if not mask & satisfying:
                lost |= terms << self.half
        self[mask] = row = ~lost & (1 << 2 * self.half) - 1
        return row


class Step(NamedTuple):
    """A derivation in terms."""

    fact: str
    default: int
    conclusions: tuple[tuple[int, int], ...]
    """(bit of the value, bits of the terms one of which must hold)."""
    needs: frozenset[str]
    """The facts that those terms test."""
    table: Table | None
    """None where no term tests the fact."""


class Program:
    """A knowledge base, compiled."""

    def __init__(
        self,
        domains: Mapping[str, Domain],
        derivations: tuple[Derivation, ...],
        rules: Sequence[int],
        half: int,
        tables: Mapping[str, Table],
        steps: Sequence[Step],
    ) -> None:
        """`half` is where in a state the bits of what is possible begin; the other arguments are kept under their
        names."""
        self.domains = domains
        self.derivations = derivations
        """In an order in which each needs only facts derived before it."""
        self.rules = rules
        """By rule, the bits of its terms. The first term of each has the rule's own number."""
        self.half = half
        self.tables = tables
        """By asked or measured fact; those that no term tests have none."""
        self.steps = steps
        """The derivations, and in between those of facts that stand for parts of conditions."""
        self.parts = tuple(step.fact for step in steps if step.fact not in domains)
        self.own = (1 << len(rules)) - 1
        self.several = [(1 << rule, terms) for rule, terms in enumerate(rules) if terms & terms - 1]
        """Rules of more than one term: their own bits and the bits of their terms."""

    def run(self, base: Mapping[str, Mask]) -> Evaluation:
        """Evaluate every rule, deriving facts on the way. `base` has the mask of every asked and measured fact; arrays
        need only have shapes that can be broadcast together."""
        if {*map(type, map(base.__getitem__, self.tables))} <= {int}:
            state, facts = self.infer(base, self.tables)
            return Evaluation(self, state, self.named(facts))
        from advisor.engine.batch import run

        return run(self, base)

    def infer(self, base: Mapping[str, Mask], tables: Mapping[str, Table]) -> tuple[int, dict[str, Mask]]:
        """The state that facts with these tables leave, and all facts that follow from them alone or were given. Their
        masks are single numbers."""
        facts = dict(base)
        state = (1 << 2 * self.half) - 1
        for fact, table in tables.items():
            state &= table[facts[fact]]
        complete = tables is self.tables
        for fact, default, conclusions, needs, table in self.steps:
            if not complete and not all(isinstance(facts.get(need), int) for need in needs):
                continue
            mask = default
            for bit, terms in conclusions:
                # Where the rule fires, its value replaces all lower ones; where it may fire, it joins them.
                if state & terms:
                    mask = bit
                elif state >> self.half & terms:
                    mask |= bit
            facts[fact] = mask
            if table is not None:
                state &= table[mask]
        return state, facts

    def named(self, facts: dict[str, Mask]) -> dict[str, Mask]:
        """Facts without those that stand for parts of conditions."""
        for part in self.parts:
            del facts[part]
        return facts

    def holding(self, terms: int) -> int:
        """The rules of which a term is among these, one bit each."""
        for rule, its in self.several:
            if terms & its:
                terms |= rule
        return terms & self.own


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
        octets = bits.to_bytes(self.program.half // 8, "little")
        return tuple(chain.from_iterable(map(BITS.__getitem__, octets)))[: len(self.program.rules)]


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
    steps = []
    for name in order:
        if name in derived:
            default, of_rules = derived[name].default, derived[name].conclusions
            step = Step(
                name, default, tuple((bit, rules[rule]) for bit, rule in of_rules), needs[name], tables.get(name)
            )
        else:
            step = Step(name, FALSE, ((TRUE, whole[name]),), needs[name], tables.get(name))
        steps.append(step)
    base = {fact: table for fact, table in tables.items() if fact not in needs}
    return Program(domains, tuple(derived[name] for name in order if name in derived), rules, half, base, steps)


def _placed(terms: Sequence[Term], places: list[Term]) -> int:
    """The bits of terms that are given the next places."""
    bits = 0
    for term in terms:
        bits |= 1 << len(places)
        places.append(term)
    return bits
