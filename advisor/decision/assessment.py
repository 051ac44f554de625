"""What the draws of one scenario come to. For its arrays see `advisor.decision.assess`."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from advisor.decision.arrays import Booleans, Floats, Integers
from advisor.decision.dominance import in_order
from advisor.decision.drawing import Random


class Inputs(NamedTuple):
    """Everything that one scenario's scores follow from."""

    weights: Floats
    """Unnormalised weights as importance gives them: (k, n)."""
    values: Floats
    """What the evidence is worth before weighting: (c, k, n)."""
    variances: Floats
    """The variances of these values: (c, k, n)."""
    fired: Floats
    """Whether each metric evidence counts: (evidence, n)."""
    feasible: Booleans
    """Which candidates aren't ruled out: (n, c)."""
    random: Random


def least_error(n: int) -> float:
    """The least standard error of a share in a sample of `n`: that of the share 1 / (n + 2), since what a sample didn't
    show may still be so (Laplace's rule of succession)."""
    share = 1 / (n + 2)
    return sqrt(share * (1 - share) / n)


class Assessment(NamedTuple):
    """What the draws say of one scenario. Arrays over candidates are in the order of the knowledge base."""

    shares: Floats
    """First-rank share by candidate; they sum to the share of draws in which any candidate is feasible."""
    share_error: Floats
    """Standard errors of the shares, with completions as the unit where there are several; see `least_error`."""
    by_completion: Floats
    """First-rank shares within each completion, shape (completions, candidates)."""
    decided: float
    """The greatest share within a completion, in the mean over them."""
    choices: dict[str, Integers]
    """By open question, the index of the setting drawn in each completion; for an independent one, by
    `question.option`, 0 or 1."""
    scores: Floats
    """Scores in points, shape (completions, candidates, draws in each)."""
    dominates: Booleans
    """Whether one candidate dominates another: (c, c)."""
    typical: Floats
    """Unnormalised weights in each completion, as importance and trade-offs give them: (k, n)."""
    expected: Floats
    """What candidates are worth under the criteria before weighting, without errors of strengths: (c, k, n)."""
    inputs: Inputs
    """What the scores were computed from."""

    def leader(self, enough: float) -> int | None:
        """The index of the candidate that ranks first most often, the first of several, if its share is `enough`, and
        otherwise of the one that does among those that no other dominates; None where none is feasible."""
        best = int(self.shares.argmax())
        if self.shares[best] == 0:
            return None
        if self.shares[best] >= enough or not self.dominates[:, best].any():
            return best
        return in_order(np.argsort(-self.shares, kind="stable").tolist(), self.dominates)[0]

    @property
    def weights(self) -> Floats:
        """Unnormalised weights by criterion, (k,), as importance and trade-offs give them: means over completions."""
        return self.typical.mean(axis=1)

    @property
    def worth(self) -> Floats:
        """Points by candidate and criterion, (c, k), without errors of strengths: means over completions."""
        total = self.typical.sum(axis=0)
        return 100 * (self.expected * self.typical / np.where(total > 0, total, 1)).mean(axis=2)

    def bounds(self) -> tuple[Floats, Floats]:
        """5th and 95th percentiles of the scores, by candidate."""
        ordered = np.sort(np.swapaxes(self.scores, 0, 1).reshape(len(self.shares), -1))
        return _percentile(ordered, 0.05), _percentile(ordered, 0.95)


def _percentile(ordered: Floats, share: float) -> Floats:
    """The value below which a share of each row lies, between two of its numbers in proportion. (`np.percentile` says
    the same, but imports `numpy.ma`, which takes longer than everything else here.)"""
    place = share * (ordered.shape[1] - 1)
    below = int(place)
    above = min(below + 1, ordered.shape[1] - 1)
    return ordered[:, below] + (ordered[:, above] - ordered[:, below]) * (place - below)
