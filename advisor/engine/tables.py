"""The tables of a program: what each fact leaves of the terms of all conditions, and the states that follow.

Every term of every condition (`advisor.engine.terms`) has two bits in a *state*: whether it is certain, and whether it
is possible. What a fact leaves of them depends on its mask alone and is looked up (`Table`); the state is what all
facts leave. A derived fact joins as soon as all facts that its rules test have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from advisor.engine.domain import Domain

Mask = Any
"""An int, or an int64 array with one mask an answer set."""
WORD = 64
"""The bits of a word; what is possible begins with a word of its own."""


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


class TermDerivation(NamedTuple):
    """A derivation in terms."""

    fact: str
    default: int
    conclusions: tuple[tuple[int, int], ...]
    """(bit of the value, bits of the terms one of which must hold)."""
    needs: frozenset[str]
    """The facts that those terms test."""
    table: Table | None
    """None where no term tests the fact."""


class Tables:
    """What a program looks up."""

    def __init__(
        self,
        domains: Mapping[str, Domain],
        rules: Sequence[int],
        half: int,
        tables: Mapping[str, Table],
        term_derivations: Sequence[TermDerivation],
    ) -> None:
        """`half` is where in a state the bits of what is possible begin; the other arguments are kept under their
        names."""
        self.domains = domains
        self.rules = rules
        """By rule, the bits of its terms. The first term of each has the rule's own number."""
        self.half = half
        self.tables = tables
        """By asked or measured fact; those that no term tests have none."""
        self.term_derivations = term_derivations
        """The derivations, and in between those of facts that stand for parts of conditions."""
        self.parts = tuple(each.fact for each in term_derivations if each.fact not in domains)
        self.own = (1 << len(rules)) - 1
        self.several = [(1 << rule, terms) for rule, terms in enumerate(rules) if terms & terms - 1]
        """Rules of more than one term: their own bits and the bits of their terms."""

    def infer(self, base: Mapping[str, Mask], tables: Mapping[str, Table]) -> tuple[int, dict[str, Mask]]:
        """The state that facts with these tables leave, and all facts that follow from them alone or were given. Their
        masks are single numbers."""
        facts = dict(base)
        state = (1 << 2 * self.half) - 1
        for fact, table in tables.items():
            state &= table[facts[fact]]
        complete = tables is self.tables
        for fact, default, conclusions, needs, table in self.term_derivations:
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
