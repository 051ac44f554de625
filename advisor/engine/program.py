"""Forward chaining, compiled once and run on one set of answers or on an array of them.

What is known of a fact is a mask over its domain's cells (`Domain`): one bit for a known value, several for an
unknown one. A condition is then in one of three states, true, false or unknown, by Kleene's strong logic of three
values: a test is true if every cell left satisfies it, false if none does. Whether a condition is true and whether it
is false are compiled apart, each to a boolean, since mostly only the former is asked for. All of the arithmetic below
holds for single masks and booleans and for arrays of them alike; which of the two it is run on is the caller's choice.
Arrays need only have shapes that can be broadcast together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Any, NamedTuple

from advisor.engine.domain import Domain, cuts_of
from advisor.model.knowledge import Knowledge
from advisor.model.rule import All, AnyOf, Condition, Derive, Leaf, Not

Mask = Any
"""An int, or an int64 array with one mask an answer set."""
Test = Callable[[Mapping[str, Mask]], Any]
"""Whether something holds of facts: a boolean or an array of them."""


class Derivation(NamedTuple):
    """How a derived fact gets its value: the rules concluding each value, lowest value first."""

    fact: str
    default: int
    conclusions: tuple[tuple[int, int], ...]
    """(bit of the value, index of the rule)."""


class Evaluation(NamedTuple):
    """The state of every rule, and what is then known of every fact."""

    program: Program
    fired: tuple[Any, ...]
    """By rule: whether its condition is true."""
    facts: Mapping[str, Mask]
    """Masks of base and derived facts."""

    @property
    def excluded(self) -> tuple[Any, ...]:
        """By rule: whether its condition is false."""
        return tuple(test(self.facts) for test in self.program.excluding)


class Program(NamedTuple):
    """A knowledge base, compiled."""

    domains: Mapping[str, Domain]
    firing: tuple[Test, ...]
    """By rule: tells whether its condition is true."""
    excluding: tuple[Test, ...]
    """By rule: tells whether its condition is false."""
    derivations: tuple[Derivation, ...]
    """In an order in which each needs only facts derived before it."""

    def run(self, base: Mapping[str, Mask]) -> Evaluation:
        """Evaluate every rule, deriving facts on the way. `base` has the mask of every asked and measured fact."""
        facts = dict(base)
        fired: dict[int, Any] = {}
        for derivation in self.derivations:
            mask: Mask = derivation.default
            for bit, rule in derivation.conclusions:
                fired[rule] = self.firing[rule](facts)
                # Where the rule fires, its value replaces all lower ones; where it may fire, it joins them.
                mask = (mask & ~-(fired[rule] * 1)) | (bit & -(1 - self.excluding[rule](facts)))
            facts[derivation.fact] = mask
        return Evaluation(
            self, tuple(fired[i] if i in fired else test(facts) for i, test in enumerate(self.firing)), facts
        )


@lru_cache(maxsize=8)
def compile_knowledge(knowledge: Knowledge) -> Program:
    """The program of a consistent knowledge base."""
    cuts = cuts_of(leaf for rule in knowledge.rules for leaf in rule.leaves())
    domains = {name: Domain(fact, cuts.get(name, ()) if fact.numeric else ()) for name, fact in knowledge.facts.items()}
    conclusions: dict[str, list[tuple[int, int]]] = {fact.id: [] for fact in knowledge.derived}
    needs: dict[str, set[str]] = {fact.id: set() for fact in knowledge.derived}
    for index, rule in enumerate(knowledge.rules):
        for consequence in rule.then:
            if isinstance(consequence, Derive):
                target = consequence.derive
                conclusions[target].append((domains[target].bit(consequence.value), index))
                needs[target] |= {leaf.fact for leaf in rule.leaves()} & needs.keys()
    derivations = tuple(
        Derivation(name, domains[name].bit(knowledge.facts[name].default), tuple(sorted(conclusions[name])))
        for name in TopologicalSorter(needs).static_order()
    )
    tests = [_tests(rule.when, domains) for rule in knowledge.rules]
    firing, excluding = (tuple(pair[side] for pair in tests) for side in (0, 1))
    return Program(domains, firing, excluding, derivations)


def _tests(condition: Condition | None, domains: Mapping[str, Domain]) -> tuple[Test, Test]:
    """What tells whether a condition is true, and what tells whether it is false."""
    match condition:
        case None:
            return lambda facts: True, lambda facts: False
        case Leaf(fact=name):
            mask = domains[name].satisfying(condition)
            rest = ~mask
            return lambda facts: (facts[name] & rest) == 0, lambda facts: (facts[name] & mask) == 0
        case Not(not_=part):
            true, false = _tests(part, domains)
            return false, true
        case All(all=parts) | AnyOf(any=parts):
            true, false = zip(*(_tests(part, domains) for part in parts), strict=True)
            return (_every(true), _some(false)) if isinstance(condition, All) else (_some(true), _every(false))
    raise TypeError(f"not a condition: {condition!r}")


def _every(tests: Sequence[Test]) -> Test:
    def test(facts: Mapping[str, Mask]) -> Any:
        holds: Any = True
        for part in tests:
            holds = holds & part(facts)
            if holds is False:
                break
        return holds

    return test


def _some(tests: Sequence[Test]) -> Test:
    def test(facts: Mapping[str, Mask]) -> Any:
        holds: Any = False
        for part in tests:
            holds = holds | part(facts)
            if holds is True:
                break
        return holds

    return test
