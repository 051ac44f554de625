"""Simulated users: people with weights and needs of their own, what is truly best for them, and what they say.

A user's truth is complete and continuous: an answer to every question, a weight for every criterion, a strength for
every rule. What the advisor hears is less: importances rounded to levels and misjudged, some answers wrong, some
missing. Nothing here draws as the advisor does, except where a `Noise` says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from advisor.decision.assess import Model
from advisor.decision.assessment import Assessment
from advisor.decision.beliefs import believe, resolve
from advisor.decision.next_trade_off import informative
from advisor.decision.preferences import sides
from advisor.decision.value import ValueModel, advantages, saturated
from advisor.engine.program import Evaluation, Program
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.question import Question
from advisor.model.rule import Veto
from advisor.model.trade_off import LEFT, RIGHT
from tests.support.knowledge import answers


class Noise(NamedTuple):
    """How users differ from what they say, and the knowledge base from what is true."""

    title: str
    misreport: float
    """Standard deviation of what an importance answer is off by before it is rounded to a level, in levels."""
    derived: float
    """Standard deviation of what a weight that rules derive is off by, in levels."""
    strength: float
    """What the grades' standard errors of strengths are multiplied by."""
    shape: str
    """`normal`, `lognormal` or `t` (Student's with 4 degrees of freedom): how strengths are off."""
    shared: bool
    """Whether a rule is off by the same for all candidates that it speaks of, or for each by itself."""
    wrong: float
    """Share of the answers given that are wrong."""
    missing: float
    """Share of the questions left open."""
    usual: float
    """Share of the users for whom a question's usual answer is true; of importances, of those who leave it open."""
    silence: bool = True
    """Whether an importance that is left open mostly matters a little, rather than as much as any other."""
    biased: float = 0.0
    """Share of the variance of what strengths are off by that all evidence on a candidate has in common: what is
    written of it is too kind or too unkind throughout."""
    sensitivity: tuple[float, float] = (0.0, 1.0)
    """Between which each user's sensitivity to ranges lies: whether importance is that of whole ranges (1) or not."""
    traded: int = 0
    """How many trade-offs are answered, those first that tell most."""
    assumed: bool = False
    """Whether answers and weights are spread as the advisor takes them to be: a check of the arithmetic alone."""


class User(NamedTuple):
    """One simulated user."""

    best: int | None
    """The candidate that is truly best, by index; None where all are ruled out."""
    answers: dict[str, Answer]
    """What he or she says."""
    measurements: Measurements | None
    weights: np.ndarray
    """What the criteria truly weigh to him or her."""


CONSISTENCY = 3.0
"""How consistently users choose in trade-offs: at 3, a side worth twice as much in 89 % of cases. None of the values
that the advisor reckons with."""


def importance_questions(knowledge: Knowledge) -> tuple[str, ...]:
    """The questions whose answers are levels of importance."""
    levels = tuple(level.value for level in knowledge.settings.importance)
    return tuple(q.id for q in knowledge.questions if tuple(option.value for option in q.options) == levels)


def simulate(
    knowledge: Knowledge,
    program: Program,
    values: ValueModel,
    noise: Noise,
    rng: np.random.Generator,
    measurements: Measurements | None = None,
) -> User:
    """A user drawn from a spread population."""
    asked = importance_questions(knowledge)
    missing = {question.id for question in knowledge.questions if rng.random() < noise.missing}
    cares = {name: _care(knowledge, name in missing, noise, rng) for name in asked}
    truth = {q.id: _truth(q, program, noise, rng) for q in knowledge.questions if q.id not in cares}
    truth |= {name: _level(knowledge, levels) for name, levels in cares.items()}
    evaluation = _evaluate(knowledge, program, truth, measurements)
    weights = _weights(knowledge, evaluation, cares, noise, rng)
    weights *= np.array(values.divisors) / np.array(values.ranges) ** rng.uniform(*noise.sensitivity)
    best = _best(knowledge, values, evaluation, weights, noise, rng, measurements)
    said = _said(knowledge, program, truth, cares, noise, rng)
    said = {name: answer for name, answer in said.items() if name not in missing}
    return User(best, said, measurements, weights)


def trade(user: User, model: Model, assessment: Assessment, count: int, rng: np.random.Generator) -> dict[str, Answer]:
    """The user's answers to the trade-offs that tell most."""
    with np.errstate(divide="ignore"):
        logs = np.log(user.weights)
    made = {}
    for entry in informative(model, assessment, user.answers)[:count]:
        left, right, ratio = sides(entry.trade_off, model.knowledge, model.values)
        # Where both weigh nothing the side is picked at random.
        odds = 0.0 if np.isneginf(logs[[left, right]]).all() else logs[left] - logs[right] + ratio
        chance = 1 / (1 + np.exp(-np.clip(CONSISTENCY * odds, -500, 500)))
        value = LEFT if rng.random() < chance else RIGHT
        made[entry.trade_off.id] = Answer(question=entry.trade_off.id, value=value, origin="asked")
    return made


def _care(knowledge: Knowledge, silent: bool, noise: Noise, rng: np.random.Generator) -> float:
    """How many levels above `low` something matters to somebody. It lies anywhere between ignore and essential, and
    one in ten doesn't care at all; those who don't say are mostly those to whom it matters a little."""
    if silent and noise.silence and rng.random() < noise.usual:
        return rng.uniform(-0.5, 0.5)
    if noise.assumed:
        count = len(knowledge.settings.importance)
        others = [level for level in range(-1, count - 1) if level or not silent]
        level = others[rng.integers(len(others))]
        return -np.inf if level < 0 else level + rng.uniform(-0.5, 0.5)
    return -np.inf if rng.random() < 0.1 else rng.normal(1.0, 1.2)


def _truth(question: Question, program: Program, noise: Noise, rng: np.random.Generator) -> Any:
    if question.usual is None:
        return _any(question, program, noise, rng)
    if rng.random() < noise.usual:
        return question.usual
    if question.kind == "many":
        return _any(question, program, noise, rng)
    while True:
        value = _any(question, program, noise, rng)
        cell = program.domains[question.id].index
        if cell(value) != cell(question.usual):
            return value


def _any(question: Question, program: Program, noise: Noise, rng: np.random.Generator) -> Any:
    """An answer of any kind; numbers are spread over orders of magnitude."""
    if question.kind == "many":
        return tuple(option.value for option in question.options if rng.random() < 1 / len(question.options))
    if question.kind == "yes-no":
        return bool(rng.random() < 0.5)
    if question.kind == "number":
        if noise.assumed:
            domain = program.domains[question.id]
            return domain.representative(int(rng.integers(domain.size)))
        return int(np.clip(10 ** rng.uniform(0, 4), question.minimum, question.maximum))
    return question.options[rng.integers(len(question.options))].value


def _level(knowledge: Knowledge, levels: float) -> str:
    """The level of importance nearest to so many levels above `low`."""
    names = [level.value for level in knowledge.settings.importance]
    return names[0] if levels < -1 else names[int(np.clip(round(levels) + 1, 1, len(names) - 1))]


def _evaluate(
    knowledge: Knowledge, program: Program, truth: Mapping[str, Any], measurements: Measurements | None
) -> Evaluation:
    beliefs = believe(knowledge, program, resolve(knowledge, answers("asked", **truth), measurements), measurements)
    return program.run(beliefs.known)


def _weights(
    knowledge: Knowledge,
    evaluation: Evaluation,
    cares: Mapping[str, float],
    noise: Noise,
    rng: np.random.Generator,
) -> np.ndarray:
    """True weights: those asked about as they are, those derived as rules say and off by something."""
    by_level = [level.weight for level in knowledge.settings.importance]
    weights = []
    for criterion in knowledge.criteria:
        level = by_level[int(evaluation.facts[criterion.importance]).bit_length() - 1]
        if criterion.importance in cares:
            weights.append(2.0 ** cares[criterion.importance] if cares[criterion.importance] >= -1 else 0.0)
        else:
            off = rng.uniform(-0.5, 0.5) if noise.assumed else rng.normal(0, noise.derived)
            weights.append(level * 2.0**off)
    return np.array(weights)


def _best(
    knowledge: Knowledge,
    values: ValueModel,
    evaluation: Evaluation,
    weights: np.ndarray,
    noise: Noise,
    rng: np.random.Generator,
    measurements: Measurements | None,
) -> int | None:
    scores = np.zeros(len(knowledge.candidates))
    favoured = rng.standard_normal(len(scores)) if noise.biased else np.zeros(len(scores))
    off: dict[str, float] = {}
    for piece in values.pieces:
        rule = knowledge.rules[piece.rule]
        name = rule.written if noise.shared else f"{rule.id} {piece.candidate} {piece.criterion}"
        error = piece.error / abs(piece.points) * noise.strength
        if name not in off:
            off[name] = _off(error, noise.shape, rng) - 1
        common = error * favoured[piece.candidate] * np.sign(piece.points)
        strength = 1 + np.sqrt(1 - noise.biased) * off[name] + np.sqrt(noise.biased) * common
        if evaluation.fired[piece.rule]:
            scores[piece.candidate] += weights[piece.criterion] * piece.points * strength
    drawn: dict[tuple[str, str], float] = {}
    for entry in values.metric_evidence:
        found = advantages(knowledge, entry.metric, measurements)
        for index, candidate in enumerate(knowledge.candidates):
            if found and evaluation.fired[entry.rule]:
                advantage, key = found[candidate.id], (entry.metric.id, candidate.id)
                # The interval covers in nineteen of twenty cases, but with heavier tails than a normal one.
                deviation = (advantage.high - advantage.low) / (2 * 2.776)
                drawn.setdefault(key, advantage.doublings + deviation * rng.standard_t(4))
                worth = saturated(drawn[key], knowledge.settings)
                scores[index] += weights[entry.criterion] * entry.points * worth
    names = [candidate.id for candidate in knowledge.candidates]
    for index, rule in enumerate(knowledge.rules):
        for consequence in rule.then:
            if isinstance(consequence, Veto) and evaluation.fired[index]:
                scores[names.index(consequence.veto)] = -np.inf
    return int(np.argmax(scores)) if np.isfinite(scores).any() else None


def _off(error: float, shape: str, rng: np.random.Generator) -> float:
    """What a strength is truly multiplied by: 1 on average, with this standard deviation."""
    match shape:
        case "normal":
            return 1 + error * rng.standard_normal()
        case "lognormal":
            sigma = np.sqrt(np.log1p(error**2))
            return float(np.exp(sigma * rng.standard_normal() - sigma**2 / 2))
        case "t":
            return 1 + error * rng.standard_t(4) / np.sqrt(2)
    raise ValueError(shape)


def _said(
    knowledge: Knowledge,
    program: Program,
    truth: Mapping[str, Any],
    cares: Mapping[str, float],
    noise: Noise,
    rng: np.random.Generator,
) -> dict[str, Answer]:
    said = {}
    for question in knowledge.questions:
        value = truth[question.id]
        if question.id in cares:
            value = _level(knowledge, cares[question.id] + rng.normal(0, noise.misreport))
        elif rng.random() < noise.wrong:
            value = _any(question, program, noise, rng)
        said[question.id] = Answer(question=question.id, value=value, origin="asked")
    return said
