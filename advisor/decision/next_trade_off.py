"""Which trade-off to ask next: the one whose answer is expected to tell most about who ranks first."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from advisor.decision.arrays import Floats
from advisor.decision.assess import Model, firsts
from advisor.decision.assessment import Assessment
from advisor.decision.preferences import sides
from advisor.model.trade_off import TradeOff

LEAST = 0.001
"""Bits of information about who ranks first below which a trade-off isn't worth asking."""


class Informative(NamedTuple):
    """A trade-off and what its answer is expected to tell, in bits."""

    trade_off: TradeOff
    verdict: float
    """Of who ranks first: the mutual information of the answer and the first rank."""
    weights: float
    """Of the weights: the mutual information of the answer and the weights."""


def informative(model: Model, assessment: Assessment, answered: Collection[str]) -> list[Informative]:
    """The trade-offs that aren't answered yet and are between criteria that more likely than not both have weight:
    those first that tell most of the verdict, and where that is the same to a thousandth of a bit, of the weights.

    A draw has weights and who ranks first with them; how likely either answer is with such weights follows from the
    model of `advisor.decision.preferences`, with β as probable as the choices made so far leave it. (D. V. Lindley,
    "On a measure of the information provided by an experiment", Annals of Mathematical Statistics 27, 1956.)
    """
    inputs = assessment.inputs
    first = firsts(assessment.scores, inputs.feasible)
    posterior = model.learning.posterior(inputs.weights) if model.choices else None
    consistencies = np.array(model.knowledge.settings.consistency)
    shares = np.full(len(consistencies), 1 / len(consistencies)) if posterior is None else posterior.shares
    found = []
    for trade_off in model.knowledge.trade_offs:
        left, right, ratio = sides(trade_off, model.knowledge, model.values)
        weighty = (inputs.weights[left] > 0) & (inputs.weights[right] > 0)
        if trade_off.id in answered or weighty.mean() <= 0.5:
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            odds = np.log(_weights(assessment, left)) - np.log(_weights(assessment, right)) + ratio
        # Where both weigh nothing neither side is better.
        odds = np.where(np.isnan(odds), 0.0, odds)
        chances = np.array([1 / (1 + np.exp(-np.clip(beta * odds, -500, 500))) for beta in consistencies])
        chance = np.tensordot(shares, chances, 1)
        about_weights = _entropy(chance.mean()) - float(_entropy(chance).mean())
        found.append(Informative(trade_off, _told(first, chance), about_weights))
    return sorted(found, key=lambda entry: (-round(entry.verdict, 3), -entry.weights))


def _weights(assessment: Assessment, criterion: int) -> Floats:
    """A criterion's weight in every draw: (n, m)."""
    inputs = assessment.inputs
    return inputs.weights[criterion][:, None] * inputs.random.factors[:, criterion]


def _told(first: Floats, chance: Floats) -> float:
    """The mutual information of an answer, left with this chance in each draw (n, m), and the first rank (n, c, m)."""
    left = (first * chance[:, None]).mean(axis=(0, 2))
    right = first.mean(axis=(0, 2)) - left
    joint = np.array([left, right])
    apart = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    some = joint > 0
    return max(0.0, float((joint[some] * np.log2(joint[some] / apart[some])).sum()))


def _entropy(chance: Floats) -> Floats:
    """The entropy of a yes or no, in bits."""
    inside = np.clip(chance, 1e-12, 1 - 1e-12)
    return -(inside * np.log2(inside) + (1 - inside) * np.log2(1 - inside))
