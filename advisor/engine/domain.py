"""Finite domains: every fact's value as one bit of a mask, and what is known of it as a set of such bits."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from math import ceil, floor

from advisor.model.base import Scalar
from advisor.model.fact import Fact
from advisor.model.rule import Leaf

Cut = tuple[float, int]
"""A place on the number line: (x, 0) lies just below x, (x, 1) just above it."""


class Domain:
    """The cells that a fact's value can fall into. A set of cells is an integer with a bit for each.

    For a fact with listed values each value is a cell; for a number the cells lie between the thresholds that the
    rules name, so that two numbers in the same cell can't be told apart by any rule, and each cell has one.
    """

    def __init__(self, fact: Fact, cuts: tuple[Cut, ...] = ()) -> None:
        """`cuts` are the thresholds of a number; those that no number of the range lies beyond make no cell."""
        self.fact = fact
        self.cuts: tuple[Cut, ...] = ()
        """The thresholds between the cells, in order."""
        if fact.numeric:
            ends = (self._cut(fact.minimum, 0), self._cut(fact.maximum, 1))
            self.cuts = tuple(sorted({self._cut(*cut) for cut in cuts}.difference(ends)))
            self._places = (ends[0], *self.cuts, ends[1])
        self._cells = {value: index for index, value in enumerate(fact.values)}
        self.size = len(self.cuts) + 1 if fact.numeric else len(fact.values)
        """How many cells there are."""
        self.full = (1 << self.size) - 1
        """The mask of an unknown value: every cell."""

    def _cut(self, x: float, side: int) -> Cut:
        # Between two whole numbers there is nothing to tell apart: the place is the one just below the next of them.
        return (floor(x) + 1 if side else ceil(x), 0) if self.fact.whole else (float(x), side)

    def index(self, value: Scalar) -> int:
        """The cell of a value. Raises `ValueError` for one outside the domain."""
        if self.fact.numeric:
            return bisect_right(self.cuts, (float(value), 0))
        index = self._cells.get(value)
        # True and 1 are the same key, but not the same value.
        if index is not None and type(self.fact.values[index]) is type(value):
            return index
        raise ValueError(f"{self.fact.id}: {value!r} is not one of its values")

    def bit(self, value: Scalar | None) -> int:
        """The mask of a value; every cell for None."""
        return self.full if value is None else 1 << self.index(value)

    def value(self, mask: int) -> Scalar | None:
        """The value that a mask leaves, or None when it leaves several. For a number, one that lies in the cell."""
        if mask.bit_count() != 1:
            return None
        cell = mask.bit_length() - 1
        return self.representative(cell) if self.fact.numeric else self.fact.values[cell]

    def representative(self, cell: int) -> float:
        """A number in a cell: its lower end where that belongs to it, else the next whole number if that does, or else
        one halfway."""
        low, high = self._places[cell : cell + 2]
        x, side = low
        if side == 0:
            return float(x)
        inside = float(int(x) + 1)
        return inside if (inside, 0) < high else (x + high[0]) / 2

    def nearest(self, cell: int, to: float) -> float:
        """The number of a cell that is nearest to one outside it: the end that it faces, or, where that belongs to the
        next cell, the nearest whole number, or else one halfway."""
        low, high = self._places[cell : cell + 2]
        if (to, 0) < low:
            return self.representative(cell)
        x, side = high
        if side == 1:
            return x
        whole = float(ceil(x) - 1)
        return whole if (whole, 0) >= low else (low[0] + x) / 2

    def label(self, cell: int) -> str:
        """A cell in words, as an answer would be written."""
        if not self.fact.numeric:
            value = self.fact.values[cell]
            return {False: "no", True: "yes"}[value] if isinstance(value, bool) else str(value)
        (low, above), (high, below) = self._places[cell : cell + 2]
        last = cell == len(self.cuts)
        if (high, below) == self._cut(low, 1):
            return f"{low:.10g}"
        if self.fact.whole:
            return f"{low:.10g} or more" if last else f"{low:.10g} to {high - 1:.10g}"
        from_ = f"{'more than' if above else 'at least'} {low:.10g}"
        to = f"{'at most' if below else 'less than'} {high:.10g}"
        return to if cell == 0 else from_ if last else f"{from_}, {to}"

    def satisfying(self, leaf: Leaf, wanted: bool = True) -> int:
        """The mask of the cells in which a test of this fact is true, or false if not `wanted`."""
        mask = self._satisfying(leaf)
        return mask if wanted else self.full & ~mask

    def _satisfying(self, leaf: Leaf) -> int:
        # The first value of a measured fact is that nothing is known.
        ((comparison, operand),) = leaf.comparisons.items()
        if comparison == "known":
            return self.full & ~1 if operand else 1
        values: Iterable[Scalar] = operand if comparison == "in" else (operand,)
        mask = 0
        for value in values:
            # No whole number is at least 1.5 and at most 1.5.
            first = self.index(ceil(value) if self.fact.whole else value)
            from_ = self.full if comparison == "at_most" else self.full & -(1 << first)
            up_to = self.full if comparison == "at_least" else (2 << self.index(value)) - 1
            mask |= from_ & up_to
        return mask


def cuts_of(leaves: Iterable[Leaf]) -> dict[str, tuple[Cut, ...]]:
    """Where the tests of each fact cut the number line, in order; for facts that aren't numbers, meaningless."""
    found: dict[str, set[Cut]] = {}
    for leaf in leaves:
        cuts = found.setdefault(leaf.fact, set())
        for comparison, operand in leaf.comparisons.items():
            for x in operand if comparison == "in" else (operand,):
                if isinstance(x, bool) or not isinstance(x, (int, float)):
                    continue
                if comparison != "at_most":
                    cuts.add((float(x), 0))
                if comparison != "at_least":
                    cuts.add((float(x), 1))
    return {fact: tuple(sorted(cuts)) for fact, cuts in found.items()}
