"""What the draws of an assessment say beyond who ranks first: the descriptive measures of SMAA-2.

R. Lahdelma and P. Salminen, "SMAA-2: Stochastic Multicriteria Acceptability Analysis for Group Decision Making",
Operations Research 49 (2001): the acceptability of each rank, the central weight vector (the mean of the weights with
which a candidate ranks first) and the confidence factor (its first-rank acceptability with these weights, everything
but the weights drawn). All of them come from the draws of one assessment; nothing is drawn anew.

Arrays are over completions (n), candidates (c), criteria (k), ranks (r) and draws within a completion (m).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from advisor.decision.arrays import Booleans, Floats
from advisor.decision.assess import TIE, Model, firsts
from advisor.decision.assessment import Assessment, Inputs
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import CentralWeight


class Acceptability(NamedTuple):
    """The measures by candidate, in the order of the knowledge base, each with its standard error from sampling."""

    ranks: Floats
    """Share of the draws in which a candidate takes a rank: (c, r). Ties are divided; who is ruled out has no rank."""
    rank_errors: Floats
    central: Floats
    """Central weights, summing to 1: (c, k); NaN where a candidate never ranks first."""
    central_errors: Floats
    confidence: Floats
    """Confidence factors: (c,); NaN where there are no central weights."""
    confidence_errors: Floats


def acceptability(model: Model, assessment: Assessment) -> Acceptability:
    """The measures of one scenario."""
    inputs = assessment.inputs
    taken = _ranks(assessment.scores, inputs.feasible)
    ranks, rank_errors = _means(taken, assessment.scores.shape[2])
    central, central_errors = _central(assessment.scores, inputs)
    confidence, confidence_errors = _confidence(model, inputs, central)
    return Acceptability(ranks, rank_errors, central, central_errors, confidence, confidence_errors)


def _ranks(scores: Floats, feasible: Booleans) -> Floats:
    """Share of the draws within each completion in which a candidate takes a rank: (n, c, r)."""
    completions, candidates, _ = scores.shape
    masked = np.where(feasible[..., None], scores, -np.inf)
    ahead = np.zeros(scores.shape, dtype=np.int8)
    level = np.zeros(scores.shape, dtype=np.int8)
    for other in range(candidates):
        above, below = masked[:, other, None] > masked + TIE, masked[:, other, None] < masked - TIE
        ahead += above
        level += ~(above | below)
    shares = np.zeros((completions, candidates, candidates))
    for tied in range(1, level.max() + 1):
        # Those who tie divide the ranks among them from the first that nobody better has.
        together = level == tied
        for best in range(candidates - tied + 1):
            part = (together & (ahead == best)).mean(axis=2) / tied
            shares[:, :, best : best + tied] += part[..., None]
    return shares * feasible[..., None]


def _central(scores: Floats, inputs: Inputs) -> tuple[Floats, Floats]:
    """Mean normalised weights of the draws in which a candidate ranks first, and their standard errors. Draws in which
    nothing has any weight have no normalised weights and don't count."""
    factors, squares = (np.swapaxes(each, 1, 2) for each in (inputs.random.factors, inputs.random.squares))
    completions, count, _ = factors.shape
    weights = inputs.weights.T[:, None]
    total = np.matmul(weights, inputs.random.factors)
    counted = total > 0
    first = firsts(scores, inputs.feasible) * counted
    share = first / np.where(counted, total, 1)
    weighed = weights * np.matmul(share, factors) / count
    led = first.mean(axis=2)[..., None]
    times = led.mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        central = weighed.mean(axis=0) / times
        if completions > 1:
            spread = (weighed - central * led).std(axis=0, ddof=1)
        else:
            # The variance of first · (normalised weight - central weight), whose mean is zero.
            second = weights**2 * np.matmul(share**2, squares) / count
            first_order = weights * np.matmul(first * share, factors) / count
            zeroth = (first**2).mean(axis=2)[..., None]
            variance = (second - 2 * central * first_order + central**2 * zeroth)[0]
            spread = np.sqrt(np.maximum(0, variance) * completions / count)
        return central, spread / times / np.sqrt(completions)


def _confidence(model: Model, inputs: Inputs, central: Floats) -> tuple[Floats, Floats]:
    """First-rank acceptability of each candidate with its own central weights in every draw, and its standard error."""
    random = inputs.random
    completions, _, count = random.factors.shape
    known = ~np.isnan(central).any(axis=1)
    weights = central[known]
    # By whose weights (w) and candidate (c), so that the draws lie together.
    scores = np.tensordot(weights, inputs.values, (1, 1))[..., None]
    errors = np.sqrt(np.tensordot(weights**2, inputs.variances, (1, 1)))[..., None]
    scores = scores + errors * np.swapaxes(random.judged, 0, 1)
    if model.compared:
        points = np.array([entry.points for entry in model.compared])
        on = weights[:, [entry.criterion for entry in model.compared]] * points
        worth = model.drawn_advantages(random).reshape(completions, len(points), -1)
        found = np.matmul(on * inputs.fired.T[:, None], worth).reshape(completions, len(weights), -1, count)
        scores += np.moveaxis(found, 0, 2)
    feasible = inputs.feasible.T[..., None]
    if not feasible.all():
        scores = np.where(feasible, scores, -np.inf)
    best = scores.max(axis=1)
    ties = (scores >= best[:, None] - TIE).sum(axis=1)
    own = np.flatnonzero(known)
    mine = (scores[np.arange(len(own)), own] >= best - TIE) & feasible[own]
    found, errors = _means((mine / ties).mean(axis=2).T, count)
    confidence, confidence_errors = np.full((2, len(central)), np.nan)
    confidence[known], confidence_errors[known] = found, errors
    return confidence, confidence_errors


def _means(within: Floats, count: int) -> tuple[Floats, Floats]:
    """Means of shares over completions, and their standard errors: completions are the unit where there are several,
    else the draws, of which there are `count`."""
    # Rounded, so that a share is the same in whatever order it was added up.
    within = np.round(within, 12)
    shares = np.round(within.mean(axis=0), 12)
    if len(within) > 1:
        return shares, within.std(axis=0, ddof=1) / np.sqrt(len(within))
    return shares, np.sqrt(np.maximum(0, shares * (1 - shares)) / count)


def robustness(knowledge: Knowledge, found: Acceptability, candidate: int) -> dict[str, Any]:
    """The measures of one candidate, as the fields of `Ranked`."""
    fields: dict[str, Any] = {
        "rank_acceptability": tuple(_rounded(found.ranks[candidate])),
        "rank_error": tuple(_rounded(found.rank_errors[candidate])),
    }
    if not np.isnan(found.confidence[candidate]):
        central, errors = _rounded(found.central[candidate]), _rounded(found.central_errors[candidate])
        fields["central_weights"] = tuple(
            CentralWeight(criterion=criterion.id, weight=weight, error=error)
            for criterion, weight, error in zip(knowledge.criteria, central, errors, strict=True)
        )
        fields["confidence_factor"] = round(float(found.confidence[candidate]), 4)
        fields["confidence_factor_error"] = round(float(found.confidence_errors[candidate]), 4)
    return fields


def _rounded(values: Floats) -> list[float]:
    return [round(value, 4) for value in values.tolist()]
