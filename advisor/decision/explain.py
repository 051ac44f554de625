"""What a verdict rests on: reasons with their points, vetoes, notices, and the sources of them all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from advisor.decision.acceptability import Acceptability, robustness
from advisor.decision.assess import Assessment, Floats, Model
from advisor.decision.value import Advantage, Comparison
from advisor.engine.program import Evaluation
from advisor.engine.trace import Grounds
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Because, CriterionValue, GroupValue, Notice, Ranked, Reason, VetoGiven
from advisor.model.rule import Advise, Rule, Veto, Warn


class Explanation(NamedTuple):
    """Everything about one evaluation of a single answer set that follows without drawing."""

    reasons: tuple[Reason, ...]
    """Weightiest first."""
    vetoes: tuple[VetoGiven, ...]
    warnings: tuple[Notice, ...]
    advice: tuple[Notice, ...]
    weights: Floats
    """By criterion, summing to 1 (or all 0)."""

    def ranked(
        self, knowledge: Knowledge, assessment: Assessment, acceptability: Acceptability | None = None
    ) -> tuple[Ranked, ...]:
        """The candidates: the leader, then the others by how often each is first and by score, and last those ruled
        out. Without
        `acceptability` nothing but the first rank is told of it."""
        vetoed = {veto.candidate for veto in self.vetoes}
        low, high = assessment.bounds()
        rows = []
        for index, candidate in enumerate(knowledge.candidates):
            points = {criterion.id: 0.0 for criterion in knowledge.criteria}
            for reason in self.reasons:
                if reason.candidate == candidate.id:
                    points[reason.criterion] += reason.contribution
            rows.append(
                Ranked(
                    candidate=candidate.id,
                    score=round(sum(points.values()), 4),
                    score_low=round(float(low[index]), 4),
                    score_high=round(float(high[index]), 4),
                    first_rank_share=round(float(assessment.shares[index]), 4),
                    feasible=candidate.id not in vetoed,
                    criteria=tuple(
                        CriterionValue(
                            criterion=criterion.id,
                            weight=round(float(weight), 4),
                            contribution=round(points[criterion.id], 4),
                        )
                        for criterion, weight in zip(knowledge.criteria, self.weights, strict=True)
                    ),
                    groups=self._groups(knowledge, points),
                    **(robustness(knowledge, acceptability, index) if acceptability else {}),
                )
            )
        leader = None if assessment.leader is None else rows[assessment.leader].candidate

        def place(row: Ranked) -> tuple[bool, bool, float, float]:
            # Shares are rounded here, so that another's may look as great as the leader's.
            return not row.feasible, row.candidate != leader, -row.first_rank_share, -row.score

        return tuple(sorted(rows, key=place))

    def _groups(self, knowledge: Knowledge, points: dict[str, float]) -> tuple[GroupValue, ...]:
        rows = []
        for group in knowledge.groups:
            inside = [index for index, criterion in enumerate(knowledge.criteria) if criterion.group == group.id]
            weight = float(sum(self.weights[index] for index in inside))
            given = sum(points[knowledge.criteria[index].id] for index in inside)
            rows.append(GroupValue(group=group.id, weight=round(weight, 4), contribution=round(given, 4)))
        return tuple(rows)


def explain(model: Model, evaluation: Evaluation, weights: Floats) -> Explanation:
    """The explanation of an evaluation, from the rules that certainly fired and the weights by criterion."""
    total = weights.sum()
    shares = weights / total if total > 0 else weights
    writer = _Writer(model, evaluation, shares)
    reasons = sorted(
        (*writer.evidence(), *writer.comparisons()), key=lambda r: (-abs(r.contribution), r.candidate, r.text)
    )
    return Explanation(
        reasons=tuple(reasons),
        vetoes=tuple(writer.vetoes()),
        warnings=tuple(writer.notices(Warn)),
        advice=tuple(writer.notices(Advise)),
        weights=shares,
    )


class _Writer:
    def __init__(self, model: Model, evaluation: Evaluation, weights: Floats) -> None:
        self._model = model
        self._knowledge = model.knowledge
        self._evaluation = evaluation
        self._weights = weights
        self._grounds = Grounds(model.knowledge, model.program, evaluation)
        self._fired = [rule for rule, true in zip(model.knowledge.rules, evaluation.fired, strict=True) if true]

    def evidence(self) -> Iterator[Reason]:
        for piece in self._model.values.pieces:
            points = 100 * self._weights[piece.criterion] * piece.points
            if self._evaluation.fired[piece.rule] and points:
                rule = self._knowledge.rules[piece.rule]
                share = piece.currency
                yield self._reason(rule, rule.because, piece.candidate, piece.criterion, points, currency=share)

    def comparisons(self) -> Iterator[Reason]:
        for index, comparison in enumerate(self._model.values.comparisons):
            if not self._evaluation.fired[comparison.rule]:
                continue
            for position, candidate in enumerate(self._knowledge.candidates):
                advantage = self._model.advantages[comparison.metric.id].get(candidate.id)
                worth = self._model.measured_points(index, candidate.id) * self._weights[comparison.criterion]
                if advantage and advantage.measurement and worth:
                    rule = self._knowledge.rules[comparison.rule]
                    text = measured_sentence(comparison, advantage)
                    measured = (f"{comparison.metric.id}.{candidate.id}",)
                    yield self._reason(rule, text, position, comparison.criterion, 100 * worth, measured)

    def vetoes(self) -> Iterator[VetoGiven]:
        for rule in self._fired:
            for consequence in rule.then:
                if isinstance(consequence, Veto):
                    yield VetoGiven(
                        candidate=consequence.veto, rule=rule.id, text=rule.because, because=self._because(rule)
                    )

    def notices(self, kind: type[Warn] | type[Advise]) -> Iterator[Notice]:
        for rule in self._fired:
            for consequence in rule.then:
                if isinstance(consequence, kind):
                    text = consequence.warn if isinstance(consequence, Warn) else consequence.advise
                    yield Notice(text=text, candidate=consequence.candidate, because=self._because(rule))

    def _reason(
        self,
        rule: Rule,
        text: str,
        candidate: int,
        criterion: int,
        points: float,
        measured: tuple[str, ...] = (),
        currency: float = 1.0,
    ) -> Reason:
        # What gives the criterion its weight is part of why the reason counts as much as it does.
        name = self._knowledge.criteria[criterion]
        return Reason(
            text=text,
            candidate=self._knowledge.candidates[candidate].id,
            criterion=name.id,
            contribution=round(float(points), 4),
            currency=round(currency, 4),
            because=self._because(rule, measured, name.importance, self._traded(criterion)),
        )

    def _traded(self, criterion: int) -> tuple[str, ...]:
        """The trade-offs that had a say in what a criterion weighs."""
        made = self._model.choices
        return tuple(choice.trade_off for choice in made if criterion in (choice.left, choice.right))

    def _because(
        self, rule: Rule, measured: tuple[str, ...] = (), importance: str = "", traded: tuple[str, ...] = ()
    ) -> Because:
        rules, facts = self._grounds.of(rule)
        sources = dict.fromkeys(source for r in rules for source in r.sources)
        if importance:
            more_rules, more_facts = self._grounds.of_fact(importance)
            rules += [r for r in more_rules if r not in rules]
            facts += more_facts
        questions = []
        measurements = list(measured)
        for fact in dict.fromkeys(facts):
            if self._knowledge.facts[fact].kind == "asked":
                questions.append(question_of(self._knowledge, fact))
            elif not fact.startswith("measured."):
                measurements.append(fact)
        answered = list(dict.fromkeys((*questions, *traded)))
        return Because(
            rules=tuple(r.id for r in rules),
            answers=tuple(answered),
            measurements=tuple(dict.fromkeys(measurements)),
            sources=tuple(sources),
            overlays=tuple(dict.fromkeys(r.overlay for r in rules if r.overlay)),
        )


def question_of(knowledge: Knowledge, fact: str) -> str:
    """The question that settles an asked fact."""
    return fact if fact in knowledge.question else fact.rsplit(".", 1)[0]


def measured_sentence(comparison: Comparison, advantage: Advantage) -> str:
    """What a measurement says of a candidate, with its interval and its ratio to the typical candidate."""
    metric, measurement = comparison.metric, advantage.measurement
    assert measurement is not None
    ratio = 2.0 ** abs(advantage.doublings)
    side = "better" if advantage.doublings > 0 else "worse"
    return (
        f"{metric.title}: {measurement.median:.3g} {measurement.unit} here "
        f"(95% interval {measurement.low:.3g} to {measurement.high:.3g}, {measurement.launches} launches), "
        f"{ratio:.2g} times {side} than the typical candidate."
    )
