"""What somebody tries out beside the answers: other answers and other importance of criteria."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from advisor.model.answer import AnswerValue
from advisor.model.knowledge import Knowledge
from advisor.model.question import Question
from advisor.model.recommendation import Recommendation


class Row(NamedTuple):
    """Something that can be changed: a question, one option of a question of which many may be chosen, or the
    importance of a criterion that follows from answers."""

    question: str = ""
    option: str = ""
    criterion: str = ""


class Suppositions:
    """The changes made to a result's answers and importance; nothing of it is kept until somebody says so."""

    def __init__(self, knowledge: Knowledge, result: Recommendation) -> None:
        self._knowledge = knowledge
        self._levels = tuple(level.value for level in knowledge.settings.importance)
        self._before = {answer.question: answer.value for answer in result.answers}
        derived = result.trace.derived
        self._importance = {c.id: derived.get(c.importance, self._before.get(c.importance)) for c in knowledge.criteria}
        self.answers: dict[str, AnswerValue] = {}
        """By question, those that differ."""
        self.importance: dict[str, str] = {}
        """By criterion, the levels that differ."""

    def rows(self) -> Iterator[Row]:
        """Everything that can be changed: questions in their order, then criteria of which no question asks."""
        for question in self._knowledge.questions:
            if question.kind == "many":
                yield from (Row(question.id, option.value) for option in question.options)
            else:
                yield Row(question.id)
        asked = {question.id for question in self._knowledge.questions}
        yield from (Row(criterion=c.id) for c in self._knowledge.criteria if c.importance not in asked)

    def before(self, row: Row) -> AnswerValue:
        """What holds in the result; of an option, whether it is chosen, and None where that isn't known."""
        if row.criterion:
            level = self._importance[row.criterion]
            return None if level is None else str(level)
        return self._part(self._before.get(row.question), row)

    def present(self, row: Row) -> AnswerValue:
        """What is supposed."""
        if row.criterion:
            return self.importance.get(row.criterion, self.before(row))
        if row.question not in self.answers:
            return self.before(row)
        return self._part(self.answers[row.question], row)

    def step(self, row: Row, by: int) -> None:
        """Go one value up or down, round to the other end after the last; a number is doubled or halved."""
        if row.criterion:
            present = self.importance.get(row.criterion, self._importance[row.criterion])
            place = self._levels.index(str(present)) if present in self._levels else len(self._levels) // 2 - by
            level = self._levels[max(0, min(len(self._levels) - 1, place + by))]
            self.importance[row.criterion] = level
            if level == self._importance[row.criterion]:
                del self.importance[row.criterion]
            return
        question = self._knowledge.question[row.question]
        whole = self.answers.get(row.question, self._before.get(row.question))
        if row.option:
            chosen = set(whole) if isinstance(whole, tuple) else set()
            self.suppose(question.id, question.accept(tuple(chosen ^ {row.option})))
        elif question.kind == "number":
            self.suppose(question.id, _scaled(question, whole, by))
        else:
            values = [None, *_choices(question)]
            self.suppose(question.id, values[(values.index(whole) + by) % len(values)])

    def suppose(self, question: str, value: AnswerValue) -> None:
        """Suppose an answer; the one that was given takes the supposition back."""
        self.answers[question] = value
        if value == self._before.get(question):
            del self.answers[question]

    def reset(self) -> None:
        """Take everything back."""
        self.answers.clear()
        self.importance.clear()

    @staticmethod
    def _part(value: AnswerValue, row: Row) -> AnswerValue:
        return row.option in value if row.option and isinstance(value, tuple) else value


def _choices(question: Question) -> list[AnswerValue]:
    return [False, True] if question.kind == "yes-no" else [option.value for option in question.options]


def _scaled(question: Question, value: AnswerValue, by: int) -> AnswerValue:
    """Twice or half a number, within what the question takes; its least where nothing is known."""
    assert question.minimum is not None and question.maximum is not None
    if not isinstance(value, (int, float)):
        return question.accept(question.minimum)
    return question.accept(min(question.maximum, max(question.minimum, (value or 1) * 2.0**by)))
