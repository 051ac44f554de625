"""Running a program on many answer sets at once: states as arrays of words, one row an answer set.

A state's words have the same bits as the integer of one answer set: first those of what is certain, then, from the
middle on, those of what is possible. Facts of which the same is known in all answer sets stay numbers, and facts whose
masks have different shapes leave states of these shapes (`Part`), which are put together only where a rule tests both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from advisor.engine.domain import Domain
from advisor.engine.tables import WORD, Mask, Table, Tables, TermDerivation
from advisor.model.base import Scalar

Words = np.ndarray
"""Arrays of 64-bit words, along the last axis."""
KEPT = 12
"""Up to so many cells a fact has few enough masks to keep the states that they leave in an array."""
MANY = 32
"""With so many answer sets for each mask that there might be, all masks are taken to occur."""
BLOCK = 1 << 14
"""Answer sets are evaluated so many words at a time, which fit into a processor's cache."""
SMALL = 1 << 18
"""Up to so many words, what holds of all rules is worked out together."""


class Part(NamedTuple):
    """The states that the facts with masks of one shape leave, together with those that are the same everywhere."""

    touched: int
    """The bits of the terms that test these facts."""
    words: Words

    def of(self, block: Any) -> Part:
        """The same for some of the answer sets."""
        return Part(self.touched, self.words[block])


class Evaluations:
    """The state of every rule in each of many answer sets, and what is then known of every fact."""

    def __init__(self, program: Tables, known: int, parts: Sequence[Part], facts: Mapping[str, Mask]) -> None:
        """`known` is the state that the facts which are the same everywhere leave."""
        self.program = program
        self.known = known
        self.parts = parts
        self.facts = facts
        """Masks of base and derived facts."""
        self.fired = Lanes(self, certain=True)
        """By rule: whether its condition is true. Arrays that can be broadcast together, or a single truth value where
        it is the same everywhere."""
        self.excluded = Lanes(self, certain=False)
        """By rule: whether its condition is false."""

    @property
    def firing(self) -> np.ndarray:
        """Whether each rule's condition is true, as 0 or 1, the rules along the last axis."""
        half = self.program.half // WORD
        words = self.parts[0].words[..., :half]
        for part in self.parts[1:]:
            words = words & part.words[..., :half]
        bits = _bits(words, len(self.program.rules))
        for rule, terms in self.program.several:
            bits[..., rule.bit_length() - 1] = _any(self.known, self.parts, terms)
        return bits


class Lanes(Sequence[Any]):
    """By rule, whether it holds or is excluded in each answer set; worked out when it is asked for."""

    def __init__(self, evaluations: Evaluations, certain: bool) -> None:
        program, known = evaluations.program, evaluations.known
        self._of = evaluations
        self._certain = certain
        self._half = program.half
        self._terms = program.rules
        varied = 0
        for part in evaluations.parts:
            varied |= part.touched
        self._sure = known & ~varied
        """Terms that are certain everywhere."""
        self._possible = known >> self._half
        """Terms that are possible somewhere, as far as what is the same everywhere goes."""
        self._varied = varied & self._possible
        self._together = sum(part.words.size for part in evaluations.parts) <= SMALL

    def __len__(self) -> int:
        return len(self._terms)

    def __getitem__(self, rule: Any) -> Any:
        terms = self._terms[rule]
        if not terms & self._varied or terms & self._sure:
            # What is known everywhere decides.
            return bool(terms & self._sure) if self._certain else not terms & self._possible
        if terms & terms - 1 or not self._together:
            holds = _any(self._of.known, self._of.parts, terms if self._certain else terms << self._half)
        else:
            holds = None
            for rows in self._rows:
                if rule in rows:
                    holds = rows[rule] if holds is None else holds & rows[rule]
        return holds if self._certain else ~holds

    @cached_property
    def _rows(self) -> list[dict[int, np.ndarray]]:
        """By part, the bits of the first terms of the rules whose first terms it touches."""
        start = 0 if self._certain else self._half // WORD
        count = len(self._terms)
        found = []
        for part in self._of.parts:
            rules = np.flatnonzero(_bits(_words(part.touched & self._varied, self._half), count))
            bits = _bits(part.words[..., start : start + self._half // WORD], count)
            rows = np.ascontiguousarray(np.moveaxis(bits[..., rules], -1, 0)).view(bool)
            found.append(dict(zip(rules.tolist(), rows, strict=True)))
        return found


def run(program: Tables, base: Mapping[str, Mask]) -> Evaluations:
    """Evaluate every rule for arrays of masks, of shapes that can be broadcast together, and numbers among them."""
    same = {fact: table for fact, table in program.tables.items() if isinstance(base[fact], int)}
    known, facts = program.infer(base, same)
    masks = {fact: np.asarray(base[fact]) for fact in program.tables if fact not in same}
    pending = [each for each in program.term_derivations if each.fact not in facts]
    shapes = {fact: mask.shape for fact, mask in masks.items()}
    tables = {fact: program.tables[fact] for fact in masks}
    for derivation in pending:
        shapes[derivation.fact] = np.broadcast_shapes(*(shapes[need] for need in derivation.needs if need in shapes))
        if derivation.table is not None:
            tables[derivation.fact] = derivation.table
    found = {derivation.fact: np.empty(shapes[derivation.fact], dtype=np.int64) for derivation in pending}
    parts = _parts(program, shapes, tables)
    for block in _blocks(parts):
        views = {shape: part.of(block) for shape, part in parts.items()}
        for view in views.values():
            view.words[...] = _words(known, program.half)
        for fact, mask in masks.items():
            view = views[mask.shape].words
            view &= _rows(tables[fact], mask[block])
        for derivation in pending:
            mask = found[derivation.fact][block]
            _conclude(derivation, known, program.half, list(views.values()), mask)
            if derivation.table is not None:
                view = views[shapes[derivation.fact]].words
                view &= _rows(derivation.table, mask)
    return Evaluations(program, known, list(parts.values()), program.named({**facts, **found}))


def _parts(
    program: Tables, shapes: Mapping[str, tuple[int, ...]], tables: Mapping[str, Table]
) -> dict[tuple[int, ...], Part]:
    """By shape, room for the states that facts of these shapes leave."""
    touched: dict[tuple[int, ...], int] = {}
    for fact, table in tables.items():
        touched[shapes[fact]] = touched.get(shapes[fact], 0) | table.touched
    size = 2 * program.half // WORD
    return {shape: Part(bits, np.empty((*shape, size), dtype="<u8")) for shape, bits in touched.items()}


def _blocks(parts: Mapping[tuple[int, ...], Part]) -> Iterator[Any]:
    """What to evaluate at a time: where all facts have the same shape, ranges along the first axis of about `BLOCK`
    words each."""
    (shape, *others) = parts
    if others or not shape:
        yield ...
        return
    length = max(1, BLOCK * shape[0] // max(1, parts[shape].words.size))
    for start in range(0, shape[0], length):
        yield slice(start, start + length)


class _Bits(dict[Any, int]):
    """By value of one fact, its mask: filled in as values are met."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain

    def __missing__(self, value: Any) -> int:
        bit = self._domain.bit(value)
        if not self._domain.fact.numeric:
            self[value] = bit
        return bit


def encode(program: Tables, sets: Sequence[Mapping[str, Scalar | None]]) -> dict[str, np.ndarray]:
    """The masks of every asked and measured fact, from the values that each of many answer sets gives by fact; what is
    missing or None is unknown. Raises `ValueError` for a value outside its domain."""
    masks = {}
    for name, domain in program.domains.items():
        if domain.fact.kind != "derived":
            bits = _Bits(domain)
            masks[name] = np.fromiter((bits[each.get(name)] for each in sets), np.int64, len(sets))
    return masks


def _rows(table: Table, masks: np.ndarray) -> Words:
    """The states that a fact with these masks leaves."""
    if table.cells > KEPT:
        values, places = np.unique(masks, return_inverse=True)
        return np.stack([_words(table[mask], table.half) for mask in values.tolist()])[places.reshape(masks.shape)]
    if table.words is None:
        table.words = np.empty((1 << table.cells, 2 * table.half // WORD), dtype="<u8")
        table.absent = np.ones(1 << table.cells, dtype=bool)
    if table.absent is not None:
        # Looking for what is absent pays where few masks are looked up; where many are, all are entered once.
        every = masks.size >> table.cells >= MANY
        for mask in np.flatnonzero(table.absent) if every else set(masks[table.absent[masks]].tolist()):
            table.words[mask] = _words(table[int(mask)], table.half)
            table.absent[mask] = False
        if every:
            table.absent = None
    return table.words.take(masks, axis=0, mode="clip")


def _words(state: int, half: int) -> Words:
    return np.frombuffer(state.to_bytes(half // 4, "little"), dtype="<u8")


def _conclude(derivation: TermDerivation, known: int, half: int, parts: Sequence[Part], mask: np.ndarray) -> None:
    """Write what follows from states into the masks of a derived fact."""
    mask[...] = derivation.default
    for bit, terms in derivation.conclusions:
        if not known >> half & terms:
            continue
        fires = _any(known, parts, terms)
        # Where the rule fires, its value replaces all lower ones; where it may fire, it joins them.
        mask &= fires - np.int64(1)
        mask |= _any(known, parts, terms << half) * np.int64(bit)


def _any(known: int, parts: Sequence[Part], bits: int) -> Any:
    """Where any of the bits is set: a truth value if no part touches them, else an array."""
    found: Any = False
    for place in range(-(-bits.bit_length() // WORD)):
        mine = bits & (1 << WORD) - 1 << place * WORD
        if mine:
            words: Any = None
            for part in parts:
                if part.touched & mine:
                    of_part = part.words[..., place]
                    words = of_part if words is None else words & of_part
            if words is None:
                found = found | bool(known & mine)
            else:
                found = found | ((words & np.uint64(mine >> place * WORD)) != 0)
    return found


def _bits(words: Words, count: int) -> np.ndarray:
    """The first bits of words, as 0 or 1 along the last axis."""
    return np.unpackbits(np.ascontiguousarray(words).view(np.uint8), axis=-1, count=count, bitorder="little")
