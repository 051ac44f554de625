"""What a statement rests on, in words: answers, measurements, rules and sources."""

from __future__ import annotations

import datetime

from textual.content import Content

from advisor.model.figures import interval, percent, quantity
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.recommendation import Because, Reason, Recommendation, VetoGiven
from advisor.model.source import Source
from advisor.report.words import Words, probe_words, value_words
from advisor.tui.drawing import MUTED
from advisor.tui.wording import signed


class Grounds:
    """Words for the ids that a result's statements rest on."""

    def __init__(self, knowledge: Knowledge, result: Recommendation, measurements: Measurements | None) -> None:
        self._knowledge = knowledge
        self._result = result
        self._measurements = measurements
        self._answers = {answer.question: answer for answer in result.answers}

    def of(self, because: Because) -> Content:
        """One line for each answer, measurement and rule, and a few for each source."""
        lines: list[Content] = []
        for name in because.answers:
            question = self._knowledge.asked_as(name)
            assert question, "an answer is to something that was asked"
            answer = self._answers[name]
            words = "Not answered" if answer.origin == "unknown" else value_words(question, answer.value)
            lines.append(_labelled("Answer", f"{question.text} {words}"))
        lines += [_labelled("Measured", self.measured(name)) for name in because.measurements]
        if because.rules:
            lines.append(_labelled("Rules", ", ".join(because.rules)))
        if because.overlays:
            lines.append(_labelled("From overlays", ", ".join(because.overlays)))
        lines += [self.source(self._knowledge.source[name], label="Source") for name in because.sources]
        return Content("\n").join(lines)

    def reason(self, statement: Reason | VetoGiven) -> Content:
        """A reason or veto: its sentence, what it is worth, and what it rests on."""
        title = Words(self._knowledge).candidate(statement.candidate)
        if isinstance(statement, VetoGiven):
            worth = f"Rules {title} out."
        else:
            criterion = self._knowledge.criterion[statement.criterion]
            ranked = next(row for row in self._result.ranking if row.candidate == statement.candidate)
            weight = next(value.weight for value in ranked.criteria if value.criterion == criterion.id)
            points = signed(statement.contribution)
            worth = f"{points} points for {title} under {criterion.title}, which has {percent(weight)} of the weight."
            if statement.contribution < 0:
                worth = worth.replace(" points for ", " points against ").replace("−", "", 1)
        return Content.assemble((statement.text, "bold"), "\n", (worth, MUTED), "\n", self.of(statement.because))

    def measured(self, name: str) -> str:
        """A measurement `metric.candidate` with its figure, or what became of the probe."""
        subject, _, candidate = name.rpartition(".")
        knowledge = self._knowledge
        probe = knowledge.probe_of.get(subject) or knowledge.probe[subject]
        title = f"{(knowledge.metric.get(subject) or probe).title}, {Words(knowledge).candidate(candidate)}"
        number = self._measurements.number(subject, candidate) if self._measurements else None
        if number:
            launches = f"{number.launches} launches"
            figure = quantity(number.median, number.unit)
            return f"{title}: {figure} (95% interval {interval(number.low, number.high, number.unit)}, {launches})"
        return f"{title}: {probe_words(self._measurements, probe, candidate)}"

    def source(self, source: Source, label: str = "") -> Content:
        """A source with its address, dates and grade."""
        # Imported late: by the time there is a result, the decision is loaded.
        from advisor.decision.ageing import review_by

        dated = source.date if source.date == "undated" else f"dated {source.date}"
        dates = f"{source.grade}, {dated}, checked {_day(source.checked)}"
        if review_by(self._knowledge, source) < self._result.as_of:
            dates += ", past its review date"
        title = _labelled(label, source.title) if label else Content.styled(source.title, "bold")
        return Content.assemble(title, "\n  ", source.address, "\n  ", (dates, MUTED))


def _labelled(label: str, text: str) -> Content:
    return Content.assemble((f"{label}: ", MUTED), text)


def _day(day: datetime.date) -> str:
    return day.isoformat()
