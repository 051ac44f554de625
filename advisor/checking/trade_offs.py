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


def choice(answer, trade_off, criteria, ranges):
    """The choice that an answer to a trade-off, or a team's, stands for."""
    voices = [each for each in (answer["value"], *answer["ballots"]) if each is not None]
    preferred = sum({"left": 1.0, "right": 0.0}.get(voice, 0.5) for voice in voices) / len(voices)
    sides = [trade_off["left"], trade_off["right"]]
    left, right = (np.log(side["strength"] / ranges[side["criterion"]]) for side in sides)
    return Choice(answer["question"], *(criteria.index(s["criterion"]) for s in sides), left - right, preferred)


def moved(choices, weights, factors, settings):
    """Weights as drawn (n, k, m), and what they typically are (n, k), given choices, the weights that importance gives
    (n, k) and the factors by which they would be off without any choice (n, k, m)."""
    drawn, typical, has = weights[..., None] * factors, weights.copy(), weights > 0
    told = [c for c in choices if has[:, c.left].any() and has[:, c.right].any()]
    concerned = sorted({k for c in told for k in (c.left, c.right)})
    if not told:
        return drawn, typical
    has = has[:, concerned]
    logs = np.log(np.where(has, weights[:, concerned], np.nan))
    centre = np.nanmean(logs, axis=0)
    deviation = np.sqrt(np.nanvar(logs, axis=0) + np.log(settings["weight_spread"]) ** 2 / 3)
    sides = [[concerned.index(c[side]) for c in told] for side in (1, 2)]
    unit = np.eye(len(concerned))
    rows = (unit[sides[0]] - unit[sides[1]]) * deviation
    expected = centre[sides[0]] - centre[sides[1]] + [c.ratio for c in told]
    preferred = np.array([c.preferred for c in told])
    evidence, modes, roots = zip(
        *(_posterior(beta * rows, beta * expected, preferred) for beta in settings["consistency"]), strict=True
    )
    shares = np.exp(np.array(evidence) - max(evidence))
    shares /= shares.sum()
    # Where there is no weight, one is made up for the sake of the other criteria, and not used.
    usual = np.where(has, logs, centre)[..., None]
    off = usual + np.log(factors[:, concerned])

    def by_consistency(places):
        inside = (places - centre[:, None]) / np.where(deviation > 0, deviation, 1)[:, None]
        return [
            centre[:, None] + deviation[:, None] * (mode[:, None] + root @ inside)
            for mode, root in zip(modes, roots, strict=True)
        ]

    places = (0.5 + _GOLDEN * np.arange(len(weights) * factors.shape[2])) % 1.0
    which = np.searchsorted(np.cumsum(shares)[:-1], places, side="right").reshape(len(weights), 1, -1)
    drawn[:, concerned] = np.where(has[..., None], np.exp(np.choose(which, by_consistency(off))), 0)
    mean = sum(share * logs for share, logs in zip(shares, by_consistency(usual), strict=True))
    typical[:, concerned] = np.where(has, np.exp(mean[..., 0]), 0)
    return drawn, typical


def _posterior(rows, expected, preferred):
    """Logarithm of the evidence, mode and symmetric root of the covariance of δ ~ N(0, 1), where each row was preferred
    with odds exp(row · δ + expected)."""

    def slope(mode):
        chance = 1 / (1 + np.exp(-(rows @ mode + expected)))
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
