"""What somebody tries out beside the answers: other answers, other importance of criteria, other measured numbers."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from advisor.model.answer import AnswerValue
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.question import Question
from advisor.model.rule import Compare

if TYPE_CHECKING:
    from advisor.model.recommendation import Recommendation

TIMES = (1.25, 1.5, 2.0, 3.0, 5.0, 10.0)
FACTORS = (*(1 / factor for factor in reversed(TIMES)), 1.0, *TIMES)
"""How many times better than measured a number can be supposed to be."""


class Row(NamedTuple):
    """Something that can be changed: a question, one option of a question of which many may be chosen, the importance
    of a criterion that follows from answers, or a candidate's number by a metric."""

    question: str = ""
    option: str = ""
    criterion: str = ""
    metric: str = ""
    candidate: str = ""


class Tried(NamedTuple):
    """All changes at one moment."""

    answers: dict[str, AnswerValue]
    """By question."""
    importance: dict[str, str]
    """Levels by criterion."""
    better: dict[tuple[str, str], float]
    """By metric and candidate, how many times better than measured."""

    @classmethod
    def nothing(cls) -> Tried:
        """No changes."""
        return cls({}, {}, {})

    @property
    def size(self) -> int:
        """How many there are."""
        return sum(map(len, self))


class Suppositions:
    """The changes made to a result's answers, importance and measurements; nothing of it is kept until somebody says
    so."""

    def __init__(self, knowledge: Knowledge, result: Recommendation, measurements: Measurements | None = None) -> None:
        self._knowledge = knowledge
        self._measurements = measurements
        self._levels = tuple(level.value for level in knowledge.settings.importance)
        self._before = {answer.question: answer.value for answer in result.answers}
        derived = result.trace.derived
        self._importance = {c.id: derived.get(c.importance, self._before.get(c.importance)) for c in knowledge.criteria}
        self.answers: dict[str, AnswerValue] = {}
        """By question, those that differ."""
        self.importance: dict[str, str] = {}
        """By criterion, the levels that differ."""
        self.better: dict[tuple[str, str], float] = {}
        """By metric and candidate, how many times better than measured, where that isn't 1."""

    def tried(self) -> Tried:
        """The changes as they are now."""
        return Tried(dict(self.answers), dict(self.importance), dict(self.better))

    def take_up(self, tried: Tried) -> None:
        """Make changes that were tried on an earlier result, as far as they would still change anything."""
        for question, value in tried.answers.items():
            self.suppose(question, value)
        for criterion, level in tried.importance.items():
            if self._importance[criterion] != level:
                self.importance[criterion] = level
        for (metric, candidate), factor in tried.better.items():
            if self._measurements and self._measurements.number(metric, candidate):
                self.better[metric, candidate] = factor

    def rows(self) -> Iterator[Row]:
        """Everything that can be changed: questions in their order, then criteria of which no question asks, then
        measured numbers that a rule compares. What was counted rather than measured would be the same everywhere."""
        for question in self._knowledge.questions:
            if question.kind == "many":
                yield from (Row(question.id, option.value) for option in question.options)
            else:
                yield Row(question.id)
        asked = {question.id for question in self._knowledge.questions}
        yield from (Row(criterion=c.id) for c in self._knowledge.criteria if c.importance not in asked)
        consequences = (then for rule in self._knowledge.rules for then in rule.then)
        compared = dict.fromkeys(then.compare for then in consequences if isinstance(then, Compare))
        for metric in (name for name in compared if not self._knowledge.metric[name].exact):
            for candidate in self._knowledge.candidates:
                if self._measurements and self._measurements.number(metric, candidate.id):
                    yield Row(metric=metric, candidate=candidate.id)

    def before(self, row: Row) -> AnswerValue:
        """What holds in the result; of an option, whether it is chosen, and None where that isn't known; of a number,
        that it is 1 times as good as measured."""
        if row.metric:
            return 1.0
        if row.criterion:
            level = self._importance[row.criterion]
            return None if level is None else str(level)
        return self._part(self._before.get(row.question), row)

    def present(self, row: Row) -> AnswerValue:
        """What is supposed."""
        if row.metric:
            return self.better.get((row.metric, row.candidate), 1.0)
        if row.criterion:
            return self.importance.get(row.criterion, self.before(row))
        if row.question not in self.answers:
            return self.before(row)
        return self._part(self.answers[row.question], row)

    def step(self, row: Row, by: int) -> None:
        """Go one value up or down. Of answers to choose from, the last is followed by the first; an answer that is a
        number is doubled or halved; a measured number becomes better or worse."""
        if row.metric:
            self._step_number(row.metric, row.candidate, by)
            return
        if row.criterion:
            self._step_importance(row.criterion, by)
            return
        question = self._knowledge.question[row.question]
        whole = self.answers.get(row.question, self._before.get(row.question))
        if row.option:
            chosen = set(whole) if isinstance(whole, tuple) else set()
            self.suppose(question.id, question.accept(tuple(chosen ^ {row.option})))
        elif question.kind == "number":
            self.suppose(question.id, _scaled(question, whole, by))
        else:
            values = [None, *question.choices]
            self.suppose(question.id, values[(values.index(whole) + by) % len(values)])

    def _step_importance(self, criterion: str, by: int) -> None:
        present = self.importance.get(criterion, self._importance[criterion])
        place = self._levels.index(str(present)) if present in self._levels else len(self._levels) // 2 - by
        level = self._levels[max(0, min(len(self._levels) - 1, place + by))]
        self.importance[criterion] = level
        if level == self._importance[criterion]:
            del self.importance[criterion]

    def _step_number(self, metric: str, candidate: str, by: int) -> None:
        place = FACTORS.index(self.better.get((metric, candidate), 1.0)) + by
        factor = FACTORS[max(0, min(len(FACTORS) - 1, place))]
        self.better[metric, candidate] = factor
        if factor == 1:
            del self.better[metric, candidate]

    def suppose(self, question: str, value: AnswerValue) -> None:
        """Suppose an answer; the one that was given takes the supposition back."""
        self.answers[question] = value
        if value == self._before.get(question):
            del self.answers[question]

    def reset(self) -> None:
        """Take everything back."""
        self.answers.clear()
        self.importance.clear()
        self.better.clear()

    @staticmethod
    def _part(value: AnswerValue, row: Row) -> AnswerValue:
        return row.option in value if row.option and isinstance(value, tuple) else value


def _scaled(question: Question, value: AnswerValue, by: int) -> AnswerValue:
    """Twice or half a number, within what the question takes; its least where nothing is known."""
    assert question.minimum is not None and question.maximum is not None
    if not isinstance(value, (int, float)):
        return question.accept(question.minimum)
    scaled = min(question.maximum, max(question.minimum, (value or 1) * 2.0**by))
    return question.accept(floor(scaled) if question.whole else scaled)
