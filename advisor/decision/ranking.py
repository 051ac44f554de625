"""The ranking: what each candidate's score is made of, and how often it is first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from advisor.decision.acceptability import Acceptability, robustness
from advisor.decision.arrays import Floats
from advisor.decision.assess import Model
from advisor.decision.assessment import Assessment
from advisor.decision.dominance import in_order
from advisor.decision.value import Advantage, MetricEvidence
from advisor.engine.program import Evaluation
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import CriterionValue, GroupValue, Ranked


class Contribution(NamedTuple):
    """What a rule that certainly fired gives a candidate under a criterion, each by its index."""

    rule: int
    candidate: int
    criterion: int
    points: float
    """Rounded as it is shown, so that what is shown adds up."""
    currency: float
    """The share of the rule's strength that its age leaves."""
    measured: tuple[MetricEvidence, Advantage] | None
    """What was compared, if it rests on a measurement of the candidate."""


def contributions(model: Model, evaluation: Evaluation, weights: Floats) -> Iterator[Contribution]:
    """Everything that speaks for or against a candidate, at weights by criterion that sum to 1 or are all 0."""
    shares = weights.tolist()
    for piece in model.values.pieces:
        points = 100 * shares[piece.criterion] * piece.points
        if evaluation.fired[piece.rule] and points:
            yield Contribution(piece.rule, piece.candidate, piece.criterion, round(points, 4), piece.currency, None)
    for entry in model.values.metric_evidence:
        if not evaluation.fired[entry.rule]:
            continue
        for index, candidate in enumerate(model.knowledge.candidates):
            advantage = model.advantages[entry.metric.id].get(candidate.id)
            points = 100 * model.measured_points(entry, candidate.id) * shares[entry.criterion]
            if advantage and advantage.measurement and points:
                of = (entry, advantage)
                yield Contribution(entry.rule, index, entry.criterion, round(points, 4), 1.0, of)


def normalised(weights: Floats) -> Floats:
    """Weights divided by their sum, unless that is 0."""
    total = weights.sum()
    return weights / total if total > 0 else weights


def ranked(
    model: Model, evaluation: Evaluation, assessment: Assessment, acceptability: Acceptability | None = None
) -> tuple[Ranked, ...]:
    """The candidates: the leader, then the others by how often each is first and by score, but none of them before one
    that dominates it, and last those ruled out. `evaluation` is that of what is known. Without `acceptability` nothing
    but the first rank is told of it."""
    knowledge = model.knowledge
    weights = normalised(assessment.weights)
    points = [dict.fromkeys(range(model.criteria), 0.0) for _ in knowledge.candidates]
    for given in contributions(model, evaluation, weights):
        points[given.candidate][given.criterion] += given.points
    vetoed = {candidate for rule, candidate in model.vetoes if evaluation.fired[rule]}
    low, high = assessment.bounds()
    rows = [
        Ranked(
            candidate=candidate.id,
            score=round(sum(points[index].values()), 4),
            score_low=round(float(low[index]), 4),
            score_high=round(float(high[index]), 4),
            first_rank_share=round(float(assessment.shares[index]), 4),
            feasible=index not in vetoed,
            criteria=tuple(
                CriterionValue(
                    criterion=criterion.id,
                    weight=round(float(weights[place]), 4),
                    contribution=round(points[index][place], 4),
                )
                for place, criterion in enumerate(knowledge.criteria)
            ),
            groups=_groups(knowledge, weights, points[index]),
            **(robustness(knowledge, acceptability, index) if acceptability else {}),
        )
        for index, candidate in enumerate(knowledge.candidates)
    ]

    def place(index: int) -> tuple[bool, float, float]:
        row = rows[index]
        return not row.feasible, -row.first_rank_share, -row.score

    leader = assessment.leader(knowledge.settings.recommend_share)
    others = sorted((index for index in range(len(rows)) if index != leader), key=place)
    first = [] if leader is None else [leader]
    return tuple(rows[index] for index in (*first, *in_order(others, assessment.dominates)))


def _groups(knowledge: Knowledge, weights: Floats, points: Mapping[int, float]) -> tuple[GroupValue, ...]:
    rows = []
    for group in knowledge.groups:
        inside = [index for index, criterion in enumerate(knowledge.criteria) if criterion.group == group.id]
        weight = float(sum(weights[index] for index in inside))
        given = sum(points[index] for index in inside)
        rows.append(GroupValue(group=group.id, weight=round(weight, 4), contribution=round(given, 4)))
    return tuple(rows)
