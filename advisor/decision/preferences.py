"""Weights learned from trade-offs: a posterior over weights, given choices between pairs of outcomes.

A side of a trade-off that is better by a strength s under criterion k is worth w_k · s / D_k to somebody with weights
w, with D_k the divisor of the value model. Between a side worth a and one worth b the first is chosen with probability

    a^β / (a^β + b^β) = 1 / (1 + exp(-β · (log a - log b))),

which is the model of R. A. Bradley and M. E. Terry ("Rank analysis of incomplete block designs", Biometrika 39, 1952)
with an exponent β for how consistently somebody chooses: a side worth twice as much is chosen in 67 % of cases at
β = 1 and in 99.6 % at β = 8. It is a logistic regression on logarithms of weights, so weights stay positive. The prior
is what importance answers say: the mean and variance of the logarithms of the weights that would be drawn without any
trade-off. β is unknown: for each of a few values the posterior is approximated at its mode (Laplace), which
scikit-learn's logistic regression finds, and they are mixed by how well each explains the choices. Choices that
contradict each other are explained only by a low β, with which they say little: the weights stay as wide as they were.

Draws are not made anew but moved. With S^½ the symmetric root of the prior's covariance, δ = S^-½ · (log w - prior
mean) is standard before; a draw where it was z comes to lie where it is mode + root · z, the root being the symmetric
one of the posterior's covariance. With no choice made this changes nothing.

Arrays are over completions (n), criteria (k), values of β (b) and draws within a completion (m).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import NamedTuple

import numpy as np

from advisor.decision.arrays import Floats
from advisor.decision.value import ValueModel
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.trade_off import LEFT, RIGHT, TradeOff

ANCHOR = 1e6
"""The weight of the pseudo-choice that holds the coefficient of what the prior expects at 1; see `_mode`."""
STEP = (5**0.5 - 1) / 2
"""Multiples of the golden section, modulo 1, fill [0, 1) evenly in any number (a Weyl sequence)."""


class Choice(NamedTuple):
    """What was chosen between two outcomes; criteria by index."""

    trade_off: str
    left: int
    right: int
    ratio: float
    """Logarithm of how much more the left is worth than the right where both criteria weigh the same."""
    preferred: float
    """1 for the left, 0 for the right, 1/2 for neither; of several people the mean."""


class Posterior(NamedTuple):
    """What choices say of the logarithms of the weights of the criteria that they concern."""

    criteria: tuple[int, ...]
    centre: Floats
    """Prior means: (k,)."""
    root: Floats
    """The symmetric root of the prior covariance: (k, k)."""
    shares: Floats
    """How probable each β is: (b,)."""
    modes: Floats
    """Where δ is most probable: (b, k)."""
    roots: Floats
    """Symmetric roots of the covariances of δ: (b, k, k)."""

    def moved(self, places: Floats, component: int) -> Floats:
        """Logarithms of weights for one β: places (..., k, m) of δ, moved to where the posterior has them."""
        inside = self.modes[component][:, None] + self.roots[component] @ places
        return self.centre[:, None] + self.root @ inside

    def places(self, logs: Floats) -> Floats:
        """δ, given logarithms of weights: (..., k, m) each."""
        return np.linalg.pinv(self.root) @ (logs - self.centre[:, None])


def sides(trade_off: TradeOff, knowledge: Knowledge, values: ValueModel) -> tuple[int, int, float]:
    """The criteria of both sides, and the logarithm of how much more the left is worth where they weigh the same."""
    names = [criterion.id for criterion in knowledge.criteria]
    left, right = names.index(trade_off.left.criterion), names.index(trade_off.right.criterion)
    worth = (trade_off.left.strength / values.divisors[left]) / (trade_off.right.strength / values.divisors[right])
    return left, right, log(worth)


def choices(knowledge: Knowledge, values: ValueModel, answers: Sequence[Answer]) -> tuple[Choice, ...]:
    """The choices that answers to trade-offs stand for."""
    worth = {LEFT: 1.0, RIGHT: 0.0}
    made = []
    for answer in answers:
        voices = [worth.get(str(v), 0.5) for v in (answer.value, *answer.ballots) if v is not None]
        found = sides(knowledge.trade_off[answer.question], knowledge, values)
        made.append(Choice(answer.question, *found, sum(voices) / len(voices)))
    return tuple(made)


def learn(
    made: Sequence[Choice], weights: Floats, covariance: Floats, consistencies: Sequence[float]
) -> Posterior | None:
    """The posterior given choices, the weights as importance gives them, (k, n), and the covariance of the logarithms
    of the factors that each may be off by, (k, k). None where no choice is between criteria that both have weight in
    some completion."""
    weighty = weights > 0
    usable = [c for c in made if weighty[c.left].any() and weighty[c.right].any()]
    if not usable:
        return None
    criteria = tuple(sorted({index for c in usable for index in (c.left, c.right)}))
    logs = [np.log(weights[index][weighty[index]]) for index in criteria]
    centre = np.array([each.mean() for each in logs])
    prior = np.diag([each.var() for each in logs]) + covariance[np.ix_(criteria, criteria)]
    values, vectors = np.linalg.eigh(prior)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    rows = np.empty((len(usable), len(criteria)))
    expected = np.empty(len(usable))
    for row, choice in enumerate(usable):
        left, right = criteria.index(choice.left), criteria.index(choice.right)
        rows[row] = root[left] - root[right]
        expected[row] = centre[left] - centre[right] + choice.ratio
    preferred = np.array([choice.preferred for choice in usable])
    fits = [_laplace(beta * rows, beta * expected, preferred) for beta in consistencies]
    evidence = np.array([fit[0] for fit in fits])
    shares = np.exp(evidence - evidence.max())
    modes, roots = (np.array([fit[part] for fit in fits]) for part in (1, 2))
    return Posterior(criteria, centre, root, shares / shares.sum(), modes, roots)


def _laplace(rows: Floats, expected: Floats, preferred: Floats) -> tuple[float, Floats, Floats]:
    """The logarithm of the evidence, the mode and the symmetric root of the covariance of δ ~ N(0, 1), given that each
    row was preferred with odds exp(row · δ + expected)."""
    mode = _mode(rows, expected, preferred)
    for _ in range(2):
        chance = 1 / (1 + np.exp(-(rows @ mode + expected)))
        precision = (rows.T * (chance * (1 - chance))) @ rows + np.eye(len(mode))
        # Newton's steps take out what the anchor leaves.
        mode = mode - np.linalg.solve(precision, rows.T @ (chance - preferred) + mode)
    odds = rows @ mode + expected
    chance = 1 / (1 + np.exp(-odds))
    precision = (rows.T * (chance * (1 - chance))) @ rows + np.eye(len(mode))
    values, vectors = np.linalg.eigh(precision)
    likelihood = (preferred * odds - np.logaddexp(0, odds)).sum()
    evidence = likelihood - mode @ mode / 2 - np.log(values).sum() / 2
    return float(evidence), mode, (vectors / np.sqrt(values)) @ vectors.T


def _mode(rows: Floats, expected: Floats, preferred: Floats) -> Floats:
    """The mode, by penalised logistic regression without an intercept; the penalty is the prior.

    Such a regression has no place for what is expected before anything is learned. It becomes one more column, whose
    coefficient must be 1: a pseudo-choice of great weight, made as often as odds of e say, holds it there. A choice
    that is only partly for the left counts partly for each side.
    """
    # Imported here: it takes a second, which only those who trade should wait.
    from sklearn.linear_model import LogisticRegression

    anchor = np.zeros(rows.shape[1] + 1)
    anchor[-1] = 1.0
    held = 1 / (1 + np.exp(-1.0))
    table = np.vstack([np.column_stack([rows, expected])] * 2 + [anchor] * 2)
    lefts = np.concatenate([np.ones(len(rows)), np.zeros(len(rows)), [1.0, 0.0]])
    counts = np.concatenate([preferred, 1 - preferred, [ANCHOR * held, ANCHOR * (1 - held)]])
    used = counts > 0
    model = LogisticRegression(C=1.0, fit_intercept=False, solver="newton-cholesky", tol=1e-12, max_iter=200)
    return model.fit(table[used], lefts[used], counts[used]).coef_[0, :-1]


def move(posterior: Posterior, weights: Floats, factors: Floats) -> tuple[Floats, Floats]:
    """Draws as the posterior has them: what weights (k, n) are to be multiplied by, (n, k, m), made of the `factors`
    that they would be multiplied by without it; and the typical weights of each completion, (k, n).

    A weight that is zero stays so.
    """
    index = list(posterior.criteria)
    # Where there is no weight any number will do: what becomes of it isn't used.
    positive = np.where(weights[index] > 0, weights[index], np.exp(posterior.centre)[:, None])
    base = np.log(positive).T[:, :, None]
    places, central = posterior.places(base + np.log(factors[:, index])), posterior.places(base)
    which = components(posterior, factors.shape[0], factors.shape[2])
    logs = np.zeros_like(places)
    typical = np.zeros_like(base)
    for component, share in enumerate(posterior.shares):
        logs = np.where((which == component)[:, None], posterior.moved(places, component), logs)
        typical = typical + share * posterior.moved(central, component)
    moved = factors.copy()
    moved[:, index] = np.where(weights[index].T[:, :, None] > 0, np.exp(logs - base), factors[:, index])
    settled = weights.copy()
    settled[index] = np.where(weights[index] > 0, np.exp(typical[..., 0].T), 0.0)
    return moved, settled


def components(posterior: Posterior, completions: int, draws: int) -> Floats:
    """Which β each draw belongs to, as often as it is probable: (n, m)."""
    places = (0.5 + STEP * np.arange(completions * draws)) % 1.0
    found = np.searchsorted(np.cumsum(posterior.shares), places, side="right")
    return np.minimum(found, len(posterior.shares) - 1).reshape(completions, draws)
