"""What choices between two outcomes say of the weights, as docs/method.md has it under "Trade-offs".

Axes: completions (n), criteria (k), draws within a completion (m).
"""

from typing import NamedTuple

import numpy as np

OPTIONS = ("left", "right", "even")
_GOLDEN = (5**0.5 - 1) / 2


class Choice(NamedTuple):
    """A trade-off that was answered."""

    name: str
    left: int
    right: int
    ratio: float
    """Logarithm of how much more the left is worth where both criteria, `left` and `right`, weigh the same."""
    preferred: float
    """How much of the voices the left has, and half of those that are even."""


def choice(answer, trade_off, criteria, divisors):
    """The choice that an answer to a trade-off, or a team's, stands for."""
    voices = [each for each in (answer["value"], *answer["ballots"]) if each is not None]
    preferred = sum({"left": 1.0, "right": 0.0}.get(voice, 0.5) for voice in voices) / len(voices)
    sides = [trade_off["left"], trade_off["right"]]
    places = [criteria.index(side["criterion"]) for side in sides]
    left, right = (np.log(side["strength"] / divisors[k]) for side, k in zip(sides, places, strict=True))
    return Choice(answer["question"], *places, left - right, preferred)


def moved(choices, weights, factors, ranging, settings):
    """Weights as drawn (n, k, m), and what they typically are (n, k), given choices, the weights that importance gives
    (n, k), the factors by which they would be off without any choice (n, k, m), and how far sensitivity to ranges takes
    these factors' logarithms (k)."""
    drawn, typical, has = weights[..., None] * factors, weights.copy(), weights > 0
    told = [c for c in choices if has[:, c.left].any() and has[:, c.right].any()]
    if not told:
        return drawn, typical
    left, right, ratios, preferred = (np.array([each[part] for each in told]) for part in (1, 2, 3, 4))
    concerned, has = np.unique([left, right]), has[:, np.unique([left, right])]
    left, right = np.searchsorted(concerned, [left, right])
    logs = np.log(np.where(has, weights[:, concerned], np.nan))
    centre = np.nanmean(logs, axis=0)
    own = np.nanvar(logs, axis=0) + np.log(settings["weight_spread"]) ** 2 / 3
    sizes, axes = np.linalg.eigh(np.diag(own) + np.outer(ranging[concerned], ranging[concerned]) / 12)
    root = (axes * np.sqrt(np.maximum(sizes, 0))) @ axes.T
    rows, expected = root[left] - root[right], centre[left] - centre[right] + ratios
    found = [_posterior(beta * rows, beta * expected, preferred) for beta in settings["consistency"]]
    evidence, modes, roots = (np.array([each[part] for each in found]) for part in range(3))
    shares = np.exp(evidence - evidence.max()) / np.exp(evidence - evidence.max()).sum()

    def by_consistency(logs):
        inside = np.linalg.pinv(root) @ (logs - centre[:, None])
        return centre[:, None] + root @ (modes[:, None, :, None] + roots[:, None] @ inside)

    # Where there is no weight, one is made up for the sake of the other criteria, and not used.
    usual = np.where(has, logs, centre)[..., None]
    places = (0.5 + _GOLDEN * np.arange(len(weights) * factors.shape[2])) % 1.0
    which = np.searchsorted(np.cumsum(shares)[:-1], places, side="right").reshape(len(weights), 1, -1)
    off = np.choose(which, by_consistency(usual + np.log(factors[:, concerned])))
    drawn[:, concerned] = np.where(has[..., None], np.exp(off), 0)
    mean = np.tensordot(shares, by_consistency(usual), 1)[..., 0]
    typical[:, concerned] = np.where(has, np.exp(mean), 0)
    return drawn, typical


def _posterior(rows, expected, preferred):
    """Logarithm of the evidence, mode and symmetric root of the covariance of δ ~ N(0, 1), where each row was preferred
    with odds exp(row · δ + expected)."""

    def slope(mode):
        chance = (1 + np.tanh((rows @ mode + expected) / 2)) / 2
        return rows.T @ (chance - preferred) + mode, (rows.T * (chance * (1 - chance))) @ rows + np.eye(len(mode))

    # Newton's method. Along its steps the gradient gets shorter, if they are short enough.
    mode = np.zeros(rows.shape[1])
    gradient, precision = slope(mode)
    for _ in range(100):
        step = np.linalg.solve(precision, gradient)
        while np.linalg.norm(slope(mode - step)[0]) > np.linalg.norm(gradient):
            step /= 2
        mode = mode - step
        gradient, precision = slope(mode)
    odds = rows @ mode + expected
    values, vectors = np.linalg.eigh(precision)
    fit = (preferred * odds - np.logaddexp(0, odds)).sum() - mode @ mode / 2 - np.log(values).sum() / 2
    return fit, mode, (vectors / np.sqrt(values)) @ vectors.T
