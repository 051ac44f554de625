"""The random numbers of an assessment, and the completions of open questions that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import log
from typing import NamedTuple

import numpy as np
from numpy.random import default_rng

from advisor.decision.arrays import Floats, Integers
from advisor.decision.beliefs import Beliefs, OpenAnswer
from advisor.model.criterion import Settings
from advisor.model.knowledge import Knowledge


class Random(NamedTuple):
    """Every random number of an assessment."""

    uniforms: dict[str, Floats]
    """Uniform ones by question, for its answers, and the last for whether it is the usual one: (n, options + 1)."""
    factors: Floats
    """What the weights are multiplied by: (n, k, m)."""
    squares: Floats
    """The squares of `factors`."""
    judged: Floats
    """Standard normal ones for the strengths: (n, c, m)."""
    noise: Floats
    """Standard normal ones for what was measured: (n, metrics, c, m)."""


def covariance(settings: Settings, ranges: Sequence[float]) -> Floats:
    """The covariance of the logarithms of what weights are multiplied by: (k, k). They have a part of their own, and
    one that the sensitivity to ranges gives them together. (A uniform variable as wide as h has the variance h² / 12.)
    """
    low, high = settings.range_sensitivity
    logs = np.log(ranges)
    own = np.full(len(logs), (2 * log(settings.weight_spread)) ** 2 / 12)
    return np.diag(own) + (high - low) ** 2 / 12 * np.outer(logs, logs)


@lru_cache(maxsize=8)
def random_numbers(
    knowledge: Knowledge, ranges: tuple[float, ...], metrics: int, seed: int, completions: int, inner: int
) -> Random:
    """The random numbers of so many completions with `inner` draws in each, given the attainable ranges (k,)."""
    rng = default_rng(seed)
    candidates, criteria = len(knowledge.candidates), len(knowledge.criteria)
    uniforms = uniforms_of(knowledge, rng, completions)
    # In place: filling fresh memory takes longer than the arithmetic.
    factors = rng.random((completions, criteria, inner))
    factors *= 2
    factors -= 1
    factors *= log(knowledge.settings.weight_spread)
    low, high = knowledge.settings.range_sensitivity
    factors -= (high - low) * np.log(ranges)[:, None] * (rng.random((completions, 1, inner)) - 0.5)
    np.exp(factors, out=factors)
    judged = rng.standard_normal((completions, candidates, inner))
    noise = rng.standard_normal((completions, metrics, candidates, inner))
    return Random(uniforms, factors, factors**2, judged, noise)


def uniforms_of(knowledge: Knowledge, rng: np.random.Generator, completions: int) -> dict[str, Floats]:
    """Uniform numbers by question: for its answers, and the last for whether it is the usual one."""
    return {
        question.id: rng.random((completions, max(1, len(question.options)) + 1)) for question in knowledge.questions
    }


def chosen(scenarios: Sequence[Beliefs], uniforms: dict[str, Floats], usual: float) -> dict[int, dict[str, Integers]]:
    """Which setting each completion has of each open question, by the identity of what might be answered: two
    scenarios may leave a question open to different answers."""
    open_ = {id(question): question for scenario in scenarios for question in scenario.open}
    return {key: _drawn(question, uniforms[question.question], usual) for key, question in open_.items()}


def _drawn(question: OpenAnswer, uniform: Floats, usual: float) -> dict[str, Integers]:
    count = len(question.settings)
    is_usual = (uniform[:, -1] < usual) & (question.usual is not None)
    if question.independent:
        # About one option of a list is taken to hold: each with one over their number.
        found: dict[str, Integers] = {}
        for index, option in enumerate(question.labels):
            otherwise = uniform[:, index] < 1 / count
            usually = bool((question.usual or 0) >> index & 1)
            found[f"{question.question}.{option}"] = np.where(is_usual, usually, otherwise).astype(np.int64)
        return found
    if question.usual is None or count == 1:
        return {question.question: (uniform[:, 0] * count).astype(np.int64)}
    others = np.delete(np.arange(count), question.usual)
    other = others[(uniform[:, 0] * len(others)).astype(np.int64)]
    return {question.question: np.where(is_usual, question.usual, other)}


def chosen_masks(question: OpenAnswer, choices: dict[str, Integers]) -> dict[str, Integers]:
    """By fact of a question, the mask of each completion."""
    if question.independent:
        return {fact: 1 + row for fact, row in choices.items()}
    facts = {fact for setting in question.settings for fact in setting}
    tables = {fact: np.array([setting[fact] for setting in question.settings], dtype=np.int64) for fact in facts}
    return {fact: row[choices[question.question]] for fact, row in tables.items()}
