"""Tables of numbers that may be the same along an axis, and sums over criteria as products of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from advisor.decision.arrays import Floats


def table_of(rows: Sequence[Any], shape: tuple[int, ...], kind: type = np.float64) -> np.ndarray:
    """Numbers, or arrays that can be broadcast to a shape, as the rows of one array of a kind of numbers."""
    table = np.empty((len(rows), *shape), dtype=kind)
    for index, row in enumerate(rows):
        table[index] = row
    return table


def sums_by(groups: np.ndarray, shares: Floats, count: int) -> Floats:
    """The sums of shares (n, c) over the members of each of so many groups, given the group of each: (c, count)."""
    return np.array([np.bincount(groups, column, count) for column in shares.T])


def sums_of(values: Floats, drawn: Floats) -> Floats:
    """The sums over k of values (c, k, n, s) or (k, n, s), each times what was drawn for it (n, k, m): (n, s, c, m) or
    (n, s, m)."""
    *candidates, criteria, completions, scenarios = values.shape
    rows = np.moveaxis(values, (-2, -1), (0, 1)).reshape(completions, -1, criteria)
    return np.matmul(rows, drawn).reshape(completions, scenarios, *candidates, -1)
