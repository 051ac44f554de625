"""The justification of a verdict: from the verdict to reasons, rules, facts, answers, measurements and sources."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.decision.case import Case
from advisor.engine.trace import support
from advisor.model.base import Scalar
from advisor.model.explanation import Step
from advisor.model.figures import percent, significant
from advisor.model.recommendation import Ranked, Reason, Recommendation, VetoGiven
from advisor.model.rule import Compare, Condition, Rule


def justify(case: Case, result: Recommendation) -> Step:
    """The justification of a result's verdict: the leader's points by criterion, and what rules others out. `case` is
    that of the result."""
    justifier = Justifier(case, result)
    verdict = result.verdict
    leader = next((row for row in result.ranking if row.candidate == verdict.leader), None)
    vetoed = (veto for veto in result.vetoes if leader is None or veto.candidate != leader.candidate)
    steps = [justifier.candidate(leader)] if leader else []
    return Step(
        kind="verdict",
        id=verdict.kind,
        text=verdict.summary,
        value=verdict.candidate,
        steps=(*steps, *(justifier.veto(veto) for veto in vetoed)),
    )


class Justifier:
    """Writes the justifications of one result's statements."""

    def __init__(self, case: Case, result: Recommendation) -> None:
        """`case` is that of the result."""
        self._case = case
        self._result = result
        self._knowledge = case.knowledge
        self._facts = case.evaluation.facts
        self._rules = {rule.id: (index, rule) for index, rule in enumerate(case.knowledge.rules)}
        self._answers = {answer.question: answer for answer in case.answers}
        self._concluding = {derivation.fact: derivation for derivation in case.model.program.derivations}

    def candidate(self, row: Ranked) -> Step:
        """A candidate's score, from the criteria under which something speaks for or against it."""
        reasons = [reason for reason in self._result.reasons if reason.candidate == row.candidate]
        criteria = [value for value in row.criteria if any(r.criterion == value.criterion for r in reasons)]
        criteria.sort(key=lambda value: -value.contribution)
        steps = []
        for value in criteria:
            under = [reason for reason in reasons if reason.criterion == value.criterion]
            text = f"{self._knowledge.criterion[value.criterion].title}, {percent(value.weight, 1)} of all weights"
            grounds = (self._importance(value.criterion), *map(self.reason, under))
            steps.append(
                Step(kind="criterion", id=value.criterion, text=text, points=value.contribution, steps=grounds)
            )
        title = self._knowledge.candidate[row.candidate].title
        text = f"{title} ranks first in {percent(row.first_rank_share, 1)} of the draws"
        return Step(kind="candidate", id=row.candidate, text=text, points=row.score, steps=tuple(steps))

    def reason(self, reason: Reason) -> Step:
        """A reason, from its rule's facts, the measurement if it is one, and its sources."""
        rule = self._rules[reason.because.rules[0]][1]
        # By what the rule compares, since a number may be called like the outcome of its probe, which is a fact.
        compared = {f"{part.compare}.{reason.candidate}" for part in rule.then if isinstance(part, Compare)}
        measured = [self._number(name) for name in reason.because.measurements if name in compared]
        text = reason.text
        if reason.currency < 1:
            text += f" (Counted {percent(reason.currency)}: a source should have been read again.)"
        others = [self._other_answer(name) for name in reason.because.answers if name not in self._answers]
        steps = (*self._grounds(rule.when), *measured, *others, *self._sources(rule))
        return Step(kind="reason", id=rule.id, text=text, points=reason.contribution, steps=steps)

    def veto(self, veto: VetoGiven) -> Step:
        """What rules a candidate out."""
        rule = self._rules[veto.rule][1]
        title = self._knowledge.candidate[veto.candidate].title
        return Step(
            kind="veto",
            id=rule.id,
            text=f"{title} is ruled out: {veto.text}",
            value=veto.candidate,
            steps=(*self._grounds(rule.when), *self._sources(rule)),
        )

    def rule(self, rule: Rule) -> Step:
        """A rule that fired."""
        steps = (*self._grounds(rule.when), *self._sources(rule))
        return Step(kind="rule", id=rule.id, text=rule.because, steps=steps)

    def _importance(self, criterion: str) -> Step:
        """What gives a criterion its weight: why its importance is no lower than it is."""
        name = self._knowledge.criterion[criterion].importance
        mask = self._facts[name]
        step = self._fact(name, -(mask & -mask))
        if self._value(name) is None:
            text = f"{step.text} (not settled: its weight is the mean over what is still possible)"
            step = step.model_copy(update={"text": text})
        return step.model_copy(update={"kind": "importance"}) if step.kind == "fact" else step

    def _grounds(self, condition: Condition | None, wanted: bool = True) -> Iterator[Step]:
        """The facts by which a condition is true, or false if not `wanted`."""
        for fact, mask in dict.fromkeys(support(condition, self._case.model.program, self._facts, wanted)):
            yield self._fact(fact, mask)

    def _fact(self, name: str, allowed: int) -> Step:
        """Why a fact's value is among those allowed (a mask)."""
        fact = self._knowledge.facts[name]
        if fact.kind == "asked":
            return self._answer(name)
        if fact.kind == "measured":
            return Step(kind="measurement", id=name, text=fact.text, value=self._value(name))
        conclusions = self._concluding[name].conclusions
        fired = self._case.evaluation.fired
        certain = max((bit for bit, index in conclusions if fired[index]), default=0)
        steps = []
        for bit, index in conclusions:
            rule = self._knowledge.rules[index]
            if bit == certain and fired[index]:
                steps.append(self.rule(rule))
            elif bit > certain and not bit & allowed:
                steps.append(self._silent(rule))
        if not certain:
            default = Step(kind="default", id=name, text="no rule concludes anything else", value=fact.default)
            steps.insert(0, default)
        return Step(kind="fact", id=name, text=fact.text, value=self._value(name), steps=tuple(steps))

    def _silent(self, rule: Rule) -> Step:
        """A rule that would conclude something else, and what keeps it from firing."""
        return Step(kind="silent-rule", id=rule.id, text=rule.because, steps=tuple(self._grounds(rule.when, False)))

    def _answer(self, fact: str) -> Step:
        name = self._knowledge.question_of(fact)
        question, answer = self._knowledge.question[name], self._answers[name]
        return Step(
            kind="answer",
            id=fact if question.kind == "many" else name,
            text=self._knowledge.facts[fact].text,
            value=self._value(fact) if question.kind == "many" else answer.value,
            origin=answer.origin,
        )

    def _other_answer(self, name: str) -> Step:
        """An answer to something else than a question of the interview."""
        answer = next(answer for answer in self._result.answers if answer.question == name)
        asked = self._knowledge.asked_as(name)
        text = asked.text if asked else name
        return Step(kind="answer", id=name, text=text, value=answer.value, origin=answer.origin)

    def _number(self, name: str) -> Step:
        metric_id, _, candidate = name.rpartition(".")
        metric = self._knowledge.metric[metric_id]
        number = self._case.measurements.number(metric_id, candidate) if self._case.measurements else None
        interval = f", 95 % interval {significant(number.low)} to {significant(number.high)}" if number else ""
        text = f"{metric.title}, {metric.unit}{interval}"
        return Step(kind="measurement", id=name, text=text, value=number.median if number else None)

    def _sources(self, rule: Rule) -> Iterator[Step]:
        for name in rule.sources:
            source = self._knowledge.source[name]
            text = f"{source.title}, {source.address} ({source.date}; read {source.checked})"
            yield Step(kind="source", id=name, text=text)

    def _value(self, fact: str) -> Scalar | None:
        return self._case.model.program.domains[fact].value(self._facts[fact])
