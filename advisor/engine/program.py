"""Forward chaining, compiled once and run on one set of answers or on an array of them.

What is known of a fact is a mask over its domain's cells (`Domain`): one bit for a known value, several for an
unknown one. A condition is then in one of three states, true, false or unknown, by Kleene's strong logic of three
values: a test is true if every cell left satisfies it, false if none does. States are pairs of 0/1 numbers
(true, false), and all of the arithmetic below holds for Python integers and for integer arrays alike; which of the
two it is run on is the caller's choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Any

from advisor.engine.domain import Domain, cuts_of
from advisor.model.knowledge import Knowledge
from advisor.model.rule import All, AnyOf, Condition, Derive, Leaf, Not

Mask = Any
"""An int, or an int64 array with one mask an answer set."""
State = tuple[Any, Any]
"""(true, false), each 0 or 1 or an array of those; unknown is (0, 0)."""
Test = Callable[[Mapping[str, Mask]], State]


@dataclass(frozen=True)
class Derivation:
    """How a derived fact gets its value: the rules concluding each value, lowest value first."""

    fact: str
    default: int
    conclusions: tuple[tuple[int, int], ...]
    """(bit of the value, index of the rule)."""


@dataclass(frozen=True)
class Evaluation:
    """The state of every rule, and what is then known of every fact."""

    fired: tuple[Any, ...]
    """By rule: 1 where its condition is true."""
    excluded: tuple[Any, ...]
    """By rule: 1 where its condition is false."""
    facts: Mapping[str, Mask]
    """Masks of base and derived facts."""


@dataclass(frozen=True)
class Program:
    """A knowledge base, compiled."""

    domains: Mapping[str, Domain]
    tests: tuple[Test, ...]
    derivations: tuple[Derivation, ...]
    """In an order in which each needs only facts derived before it."""

    def run(self, base: Mapping[str, Mask]) -> Evaluation:
        """Evaluate every rule, deriving facts on the way. `base` has the mask of every asked and measured fact."""
        facts = dict(base)
        states: dict[int, State] = {}
        for derivation in self.derivations:
            mask: Mask = derivation.default
            for bit, rule in derivation.conclusions:
                if rule not in states:
                    states[rule] = self.tests[rule](facts)
                true, false = states[rule]
                # Where the rule fires, its value replaces all lower ones; where it may fire, it joins them.
                mask = (mask & ~-true) | (bit & -(1 - false))
            facts[derivation.fact] = mask
        ordered = [states.get(index) or test(facts) for index, test in enumerate(self.tests)]
        return Evaluation(tuple(true for true, _ in ordered), tuple(false for _, false in ordered), facts)


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
    return Program(domains, tuple(_test(rule.when, domains) for rule in knowledge.rules), derivations)


def _test(condition: Condition | None, domains: Mapping[str, Domain]) -> Test:
    match condition:
        case None:
            return lambda facts: (1, 0)
        case Leaf(fact=name):
            mask = domains[name].satisfying(condition)
            return lambda facts: (((facts[name] & ~mask) == 0) * 1, ((facts[name] & mask) == 0) * 1)
        case Not(not_=part):
            inner = _test(part, domains)
            return lambda facts: inner(facts)[::-1]
        case All(all=parts):
            tests = [_test(part, domains) for part in parts]
            return lambda facts: _conjunction([test(facts) for test in tests])
        case AnyOf(any=parts):
            tests = [_test(part, domains) for part in parts]
            # De Morgan: true and false change places.
            return lambda facts: _conjunction([test(facts)[::-1] for test in tests])[::-1]
    raise TypeError(f"not a condition: {condition!r}")


def _conjunction(states: list[State]) -> State:
    true, false = states[0]
    for part_true, part_false in states[1:]:
        true = true & part_true
        false = false | part_false
    return true, false
