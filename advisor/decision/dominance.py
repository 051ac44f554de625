"""Dominance: who is at least as good as another under every criterion.

How often a candidate is first hangs on how uncertain it is as well as on how good it is: with three candidates or more,
one of which little is known may come first more often than a better one of which much is. Whoever asks for the better
one isn't served by that, so a ranking puts nobody before a candidate that dominates it, unless it is first so often
that it is recommended.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from advisor.decision.arrays import Booleans, Floats

SAME_VALUE = 1e-9
"""By how much values may differ and still be the same, so that rounding makes nobody better."""
SLACK = 1e-6
"""By how much a sum may fall short where each part is the same within `SAME_VALUE`."""


def dominance(values: Floats, weights: Floats, feasible: Booleans) -> Booleans:
    """Whether one candidate dominates another, (s, c, c): in every completion it is at least as good under every
    criterion, and not ruled out unless the other is; and somewhere it is better. `values` are what each is worth under
    the criteria before weighting and without errors, (c, k, n, s), `weights` are (k, n, s), `feasible` is (n, s, c)."""
    dominates = np.zeros((values.shape[3], len(values), len(values)), dtype=bool)
    # Who isn't better in the sum isn't in every completion.
    sums = np.einsum("ckns,kns->cks", values, weights)
    lead = sums[:, None] - sums[None]
    for one, other, scenario in np.argwhere((lead.min(axis=2) >= -SLACK) & (lead.max(axis=2) > 0)):
        ahead = (values[one, :, :, scenario] - values[other, :, :, scenario]) * weights[:, :, scenario]
        ruled_out = feasible[:, scenario, other] & ~feasible[:, scenario, one]
        is_better = ahead.min() >= -SAME_VALUE and ahead.max() > SAME_VALUE
        dominates[scenario, one, other] = is_better and not ruled_out.any()
    return dominates


def in_order(places: Sequence[int], dominates: Booleans) -> list[int]:
    """Candidates in the order given, but nobody before one that dominates it, (c, c)."""
    left, found = list(places), []
    while left:
        found.append(next((place for place in left if not dominates[left, place].any()), left[0]))
        left.remove(found[-1])
    return found
