"""What the draws say beyond the first rank: acceptability of ranks, central weights, confidence factor, dominance.

R. Lahdelma and P. Salminen, "SMAA-2", Operations Research 49 (2001).
"""

from statistics import NormalDist

import numpy as np

from advisor.checking.draws import NORMAL_95, TIE, firsts


def acceptability(found):
    """By candidate, what the draws of the one scenario say beyond the first rank, as fields of the ranking."""
    feasible, (n, m) = found.feasible, found.drawn.shape[::3]
    scores = np.where(feasible, found.score(found.drawn), -np.inf)
    total = found.drawn.sum(axis=2, keepdims=True)
    weights = (found.drawn / np.where(total > 0, total, 1))[:, 0]
    first = firsts(scores, feasible)[:, 0] * (total[:, 0] > 0)
    rows = []
    for c in range(scores.shape[2]):
        mine = scores[:, :, c : c + 1]
        better, worse = (scores > mine + TIE), (scores < mine - TIE)
        better, level = better.sum(axis=2), (feasible & ~better & ~worse).sum(axis=2)
        ranks = range(scores.shape[2])
        parts = [((better <= r) & (r < better + level) & feasible[:, :, c]) / np.maximum(1, level) for r in ranks]
        shares, errors = zip(*(_mean(part[:, 0].mean(axis=1).round(12), m) for part in parts), strict=True)
        row = {"rank_acceptability": _four(shares), "rank_error": _four(errors), "central_weights": None}
        rows.append(row | {"confidence_factor": None, "confidence_factor_error": None})
        times = first[:, c].mean()
        if times > 0:
            led = first[:, c, None]
            central = (led * weights).mean(axis=2).mean(axis=0) / times
            apart = led * (weights - central[:, None])
            spread = apart.mean(axis=2).std(axis=0, ddof=1) if n > 1 else np.sqrt((apart[0] ** 2).mean(axis=1) / m)
            rows[-1]["central_weights"] = list(zip(_four(central), _four(spread / times / np.sqrt(n)), strict=True))
            again = firsts(found.score(np.broadcast_to(central[:, None], found.drawn.shape[:3] + (1,))), feasible)
            factor = _four(_mean(again[:, 0, c].mean(axis=1).round(12), m))
            rows[-1]["confidence_factor"], rows[-1]["confidence_factor_error"] = factor
    return rows


def counted(draws, piece):
    """By candidate the mean of what a comparison sees it ahead by, held where it saturates, in doublings."""
    most, normal, means = draws.settings["saturates"], NormalDist(), []
    for m, width in np.hstack(draws.advantages[piece.metric["id"]]):
        if s := width / (2 * NORMAL_95):
            low, high = (-most - m) / s, (most - m) / s
            below, above = normal.cdf(low), 1 - normal.cdf(high)
            m = m * (1 - below - above) + s * (normal.pdf(low) - normal.pdf(high)) + most * (above - below)
        means.append(float(np.clip(m, -most, most)))
    return means


def better(draws, found):
    """Of a scenario who is at least as good as whom wherever anything counts, and better somewhere, (c, c); and what
    each is worth under each criterion, in points, (c, k)."""
    worth = np.tensordot(found.fired * 1.0, draws.points, 1)
    for piece in draws.compared:
        worth[..., piece.k] += piece.points * found.fired[:, piece.rule, None] * counted(draws, piece)
    worth = worth * found.weights[:, None]
    ahead = worth[:, :, None] - worth[:, None]
    fails = (~found.able[:, :, None] & found.able[:, None]).any(axis=0)
    total = found.weights.sum(axis=1)[:, None, None]
    points = 100 * (worth / np.where(total > 0, total, 1)).mean(axis=0)
    return (ahead >= -TIE).all(axis=(0, 3)) & (ahead > TIE).any(axis=(0, 3)) & ~fails, points


def _mean(within, m):
    share = within.mean().round(12)
    error = within.std(ddof=1) / np.sqrt(len(within)) if len(within) > 1 else np.sqrt(max(0, share * (1 - share)) / m)
    return share, error


def _four(values):
    return [round(float(value), 4) for value in values]
