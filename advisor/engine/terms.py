"""Conditions as terms: a condition holds where all tests of at least one of its terms do.

Kleene's three values form a distributive lattice in which negation turns `all` into `any` (De Morgan), so the
disjunctive normal form of a condition is true, false or unknown exactly where the condition is. Two tests of one fact
stay two: of a fact that may be 1 or 2, "1 and 2" is unknown by Kleene's rules, since each test alone is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod

from advisor.engine.domain import Domain
from advisor.model.rule import All, AnyOf, Condition, Leaf, Not

Literal = tuple[str, int]
"""A test: the fact, and the mask of the cells in which it holds."""
Term = frozenset[Literal]
"""Tests that must hold together."""

FALSE, TRUE = 0b01, 0b10
"""The cells of the facts that parts of conditions get."""
MOST_TERMS = 16
"""Parts joined by `all` are multiplied out to so many terms; beyond, the product would grow exponentially."""


class Terms:
    """Turns conditions into terms."""

    def __init__(self, domains: Mapping[str, Domain], parts: dict[str, Sequence[Term]]) -> None:
        """Where the terms of `all` would become too many, each part of it that has several gets a fact of its own,
        with the cells false and true: it is entered in `parts` with the terms that make it true."""
        self._domains = domains
        self._parts = parts

    def of(self, condition: Condition | None, wanted: bool = True) -> tuple[Term, ...]:
        """The terms of a condition's being true, or false if not `wanted`; of None, which always holds, the empty
        one."""
        match condition:
            case None:
                return (Term(),)
            case Leaf(fact=fact):
                return (Term({(fact, self._domains[fact].satisfying(condition, wanted))}),)
            case Not(not_=part):
                return self.of(part, not wanted)
            case All(all=parts) | AnyOf(any=parts):
                found = [self.of(part, wanted) for part in parts]
                if isinstance(condition, All) == wanted:
                    return self._every(found)
                return tuple(dict.fromkeys(term for terms in found for term in terms))
        raise TypeError(f"not a condition: {condition!r}")

    def _every(self, parts: Sequence[tuple[Term, ...]]) -> tuple[Term, ...]:
        if prod(map(len, parts)) > MOST_TERMS:
            parts = [part if len(part) == 1 else self._fact(part) for part in parts]
        return tuple(dict.fromkeys(Term().union(*choice) for choice in product(*parts)))

    def _fact(self, part: tuple[Term, ...]) -> tuple[Term, ...]:
        # No fact of a knowledge base has a number for a name.
        name = str(len(self._parts))
        self._parts[name] = part
        return (Term({(name, TRUE)}),)
