"""What rules and facts rest on in the end: answers and measured facts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from advisor.engine.program import compile_knowledge
from advisor.model.knowledge import Knowledge


class Roots(NamedTuple):
    """The asked and measured facts on which things depend, derived facts followed to theirs."""

    rules: tuple[frozenset[str], ...]
    """By rule."""
    facts: Mapping[str, frozenset[str]]
    """By fact; of one that isn't derived, itself."""


@lru_cache(maxsize=8)
def roots_of(knowledge: Knowledge) -> Roots:
    """The roots of a consistent knowledge base."""
    facts = {name: frozenset((name,)) for name, fact in knowledge.facts.items() if fact.kind != "derived"}

    def of(rule: int) -> frozenset[str]:
        return frozenset().union(*(facts[leaf.fact] for leaf in knowledge.rules[rule].leaves()))

    # In the order in which they are derived, so that what a fact rests on is there when it is looked up.
    for derivation in compile_knowledge(knowledge).derivations:
        facts[derivation.fact] = frozenset().union(*(of(rule) for _, rule in derivation.conclusions))
    return Roots(tuple(map(of, range(len(knowledge.rules)))), facts)
