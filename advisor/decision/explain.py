"""What a verdict rests on: reasons with their points, vetoes, notices, and the sources of them all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from advisor.decision.arrays import Floats
from advisor.decision.assess import Model
from advisor.decision.ranking import Contribution, contributions, normalised
from advisor.decision.value import Advantage, MetricEvidence
from advisor.engine.program import Evaluation
from advisor.engine.trace import Grounds
from advisor.model.figures import significant
from advisor.model.recommendation import Because, Notice, Reason, VetoGiven
from advisor.model.rule import Advise, Rule, Veto, Warn


class Explanation(NamedTuple):
    """Everything about one evaluation of a single answer set that follows without drawing."""

    reasons: tuple[Reason, ...]
    """Weightiest first."""
    vetoes: tuple[VetoGiven, ...]
    warnings: tuple[Notice, ...]
    advice: tuple[Notice, ...]


def explain(model: Model, evaluation: Evaluation, weights: Floats) -> Explanation:
    """The explanation of an evaluation, from the rules that certainly fired and the weights by criterion."""
    writer = _Writer(model, evaluation)
    reasons = map(writer.reason, contributions(model, evaluation, normalised(weights)))
    return Explanation(
        reasons=tuple(sorted(reasons, key=lambda r: (-abs(r.contribution), r.candidate, r.text))),
        vetoes=tuple(writer.vetoes()),
        warnings=tuple(writer.notices(Warn)),
        advice=tuple(writer.notices(Advise)),
    )


class _Writer:
    def __init__(self, model: Model, evaluation: Evaluation) -> None:
        self._model = model
        self._knowledge = model.knowledge
        self._grounds = Grounds(model.knowledge, model.program, evaluation)
        self._fired = [rule for rule, true in zip(model.knowledge.rules, evaluation.fired, strict=True) if true]

    def reason(self, given: Contribution) -> Reason:
        rule, criterion = self._knowledge.rules[given.rule], self._knowledge.criteria[given.criterion]
        candidate = self._knowledge.candidates[given.candidate].id
        text, measured = rule.because, ()
        if given.measured:
            entry, advantage = given.measured
            text, measured = measured_sentence(entry, advantage), (f"{entry.metric.id}.{candidate}",)
        # What gives the criterion its weight is part of why the reason counts as much as it does.
        because = self._because(rule, measured, criterion.importance, self._traded(given.criterion))
        return Reason(
            text=text,
            candidate=candidate,
            criterion=criterion.id,
            contribution=given.points,
            currency=round(given.currency, 4),
            because=because,
        )

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
                questions.append(self._knowledge.question_of(fact))
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


def measured_sentence(entry: MetricEvidence, advantage: Advantage) -> str:
    """What a measurement says of a candidate, with its interval and its ratio to the typical candidate."""
    metric, measurement = entry.metric, advantage.measurement
    assert measurement is not None
    ratio = 2.0 ** abs(advantage.doublings)
    side = "better" if advantage.doublings > 0 else "worse"
    return (
        f"{metric.title}: {significant(measurement.median)} {measurement.unit} here "
        f"(95% interval {significant(measurement.low)} to {significant(measurement.high)}, "
        f"{measurement.launches} launches), "
        f"{significant(ratio, 2)} times {side} than the typical candidate."
    )
