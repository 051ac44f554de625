"""Running a program on many answer sets at once: states as arrays of words, one row an answer set.

A state's words have the same bits as the integer of one answer set: first those of what is certain, then, from the
middle on, those of what is possible. Facts of which the same is known in all answer sets stay numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from advisor.engine.domain import Domain
from advisor.engine.program import WORD, Mask, Program, Step, Table
from advisor.model.base import Scalar

Words = np.ndarray
"""Arrays of 64-bit words, along the last axis."""
WHOLE = 8
"""Up to this many cells a fact has so few masks that the rows of all of them are kept."""
BLOCK = 1 << 14
"""Answer sets are evaluated so many words at a time, which fit into a processor's cache."""


class Evaluations:
    """The state of every rule in each of many answer sets, and what is then known of every fact."""

    def __init__(self, program: Program, known: int, varied: int, words: Words, facts: Mapping[str, Mask]) -> None:
        """`known` is the state that the facts which are the same everywhere leave, `varied` has the bits of the terms
        that test others."""
        self.program = program
        self.known = known
        self.varied = varied
        self.words = words
        """The states; the shape without the last axis is that of the answer sets."""
        self.facts = facts
        """Masks of base and derived facts."""
        self.fired = Lanes(self, certain=True)
        """By rule: whether its condition is true. Arrays, or a single truth value where it is the same everywhere."""
        self.excluded = Lanes(self, certain=False)
        """By rule: whether its condition is false."""

    def firing(self) -> np.ndarray:
        """Whether each rule's condition is true, as 0 or 1, the rules along the last axis."""
        count = len(self.program.rules)
        certain = self.words[..., : self.program.half // WORD].view(np.uint8)
        bits = np.unpackbits(certain, axis=-1, count=count, bitorder="little")
        for rule, terms in enumerate(self.program.rules):
            if terms & terms - 1:
                bits[..., rule] = _any(self.words, terms)
        return bits


class Lanes(Sequence[Any]):
    """By rule, whether it holds or is excluded in each answer set; worked out when it is asked for."""

    def __init__(self, evaluations: Evaluations, certain: bool) -> None:
        self._of = evaluations
        self._certain = certain

    def __len__(self) -> int:
        return len(self._of.program.rules)

    def __getitem__(self, rule: Any) -> Any:
        of = self._of
        terms = of.program.rules[rule]
        half = of.program.half
        if not terms & of.varied or not of.known >> half & terms or of.known & terms & ~of.varied:
            # What is known everywhere decides.
            return bool(of.known & terms) if self._certain else not of.known >> half & terms
        return _any(of.words, terms) if self._certain else ~_any(of.words, terms << half)


def run(program: Program, base: Mapping[str, Mask]) -> Evaluations:
    """Evaluate every rule for arrays of masks, of shapes that can be broadcast together, and numbers among them."""
    same = {fact: table for fact, table in program.tables.items() if isinstance(base[fact], int)}
    known, facts = program.infer(base, same)
    masks = {fact: np.asarray(base[fact]) for fact in program.tables if fact not in same}
    steps = [step for step in program.steps if step.fact not in facts]
    shape = np.broadcast_shapes(*(mask.shape for mask in masks.values()))
    words = np.empty((*shape, 2 * program.half // WORD), dtype="<u8")
    found = {step.fact: np.empty(shape, dtype=np.int64) for step in steps}
    for block in _blocks(shape, words.shape[-1]):
        rows = words[block]
        rows[...] = _words(known, program)
        _conjoin(rows, ((program.tables[fact], _part(mask, block, shape)) for fact, mask in masks.items()))
        for step in steps:
            of_block = found[step.fact][block]
            _conclude(step, program, rows, of_block)
            if step.table is not None:
                rows &= _rows(step.table, of_block)
    varied = 0
    for table in (*(program.tables[fact] for fact in masks), *(step.table for step in steps if step.table)):
        varied |= table.touched
    return Evaluations(program, known, varied, words, program.named({**facts, **found}))


class _Bits(dict[Any, int]):
    """By value of one fact, its mask: filled in as values are met."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain

    def __missing__(self, value: Any) -> int:
        bit = self._domain.bit(value)
        if not self._domain.fact.numeric:
            self[value] = bit
        return bit


def encode(program: Program, sets: Sequence[Mapping[str, Scalar | None]]) -> dict[str, np.ndarray]:
    """The masks of every asked and measured fact, from the values that each of many answer sets gives by fact; what is
    missing or None is unknown. Raises `ValueError` for a value outside its domain."""
    masks = {}
    for name, domain in program.domains.items():
        if domain.fact.kind != "derived":
            bits = _Bits(domain)
            masks[name] = np.fromiter((bits[each.get(name)] for each in sets), np.int64, len(sets))
    return masks


def _blocks(shape: tuple[int, ...], words: int) -> Iterator[Any]:
    """Ranges along the first axis, of about `BLOCK` words each."""
    if not shape:
        yield ...
        return
    length = max(1, BLOCK // max(1, prod(shape[1:]) * words))
    for start in range(0, shape[0], length):
        yield slice(start, start + length)


def _part(mask: np.ndarray, block: Any, shape: tuple[int, ...]) -> np.ndarray:
    """What of a mask belongs to a block of answer sets of this shape."""
    along = mask.ndim == len(shape) and mask.ndim and mask.shape[0] > 1
    return mask[block] if along else mask


def _conjoin(rows: Words, masks: Iterable[tuple[Table, np.ndarray]]) -> None:
    """Take from states what facts with these masks leave of them; those of one shape together."""
    by_shape: dict[tuple[int, ...], Words] = {}
    for table, mask in masks:
        left = _rows(table, mask)
        if mask.shape == rows.shape[:-1]:
            rows &= left
        elif mask.shape in by_shape:
            by_shape[mask.shape] &= left
        else:
            by_shape[mask.shape] = left
    for left in by_shape.values():
        rows &= left


def _rows(table: Table, masks: np.ndarray) -> Words:
    """The states that a fact with these masks leaves."""
    if table.cells <= WHOLE:
        if table.words is None:
            table.words = _table(table, range(1 << table.cells))
        return table.words.take(masks, axis=0, mode="clip")
    values, places = np.unique(masks, return_inverse=True)
    return _table(table, values.tolist())[places.reshape(masks.shape)]


def _table(table: Table, masks: Iterable[int]) -> Words:
    size = table.half // 4
    rows = b"".join(table[mask].to_bytes(size, "little") for mask in masks)
    return np.frombuffer(rows, dtype="<u8").reshape(-1, size // 8)


def _words(state: int, program: Program) -> Words:
    return np.frombuffer(state.to_bytes(program.half // 4, "little"), dtype="<u8")


def _conclude(step: Step, program: Program, rows: Words, mask: np.ndarray) -> None:
    """Write what follows from states into the masks of a derived fact."""
    mask[...] = step.default
    for bit, terms in step.conclusions:
        fires = _any(rows, terms)
        # Where the rule fires, its value replaces all lower ones; where it may fire, it joins them.
        mask &= fires - np.int64(1)
        mask |= _any(rows, terms << program.half) * np.int64(bit)


def _any(words: Words, bits: int) -> np.ndarray:
    """Where any of the bits is set."""
    found: Any = False
    place = 0
    while bits:
        if word := bits & (1 << WORD) - 1:
            found = found | ((words[..., place] & np.uint64(word)) != 0)
        bits >>= WORD
        place += 1
    return found
