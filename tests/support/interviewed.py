"""Simulated people with complete answers, and the interviews that they have."""

from __future__ import annotations

import datetime
import random
import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import yaml

from advisor.cli.questions import lines_of_list, lines_of_question
from advisor.decision.assess import Budget, Model
from advisor.decision.beliefs import Beliefs, OpenAnswer, believe, resolve
from advisor.decision.checklist import otherwise
from advisor.decision.foresee import ASKING, Outlook, foresee
from advisor.decision.interview import NODES, Prospect, prospect
from advisor.decision.value import value_model
from advisor.decision.verdict import call
from advisor.engine.program import compile_knowledge
from advisor.model.answer import Answer, AnswerValue
from advisor.model.knowledge import Knowledge
from advisor.report.words import Words
from tests.support.documented import CASES
from tests.support.knowledge import answered
from tests.support.steps import next_step

User = dict[str, AnswerValue]
"""Somebody's answers to all questions."""
WIDTH = 80
"""Columns of the terminal on which lines are counted."""


class Truth(NamedTuple):
    """The verdict on complete answers."""

    key: tuple[str, str | None]
    leader: str | None


class Point(NamedTuple):
    """Where an interview stands after a step."""

    prospect: Prospect
    answered: int
    lines: int
    """Lines read so far, of `WIDTH` columns."""
    amid: bool = False
    """Whether an answer is being asked for that was said to differ; nobody stops there."""


class Course(NamedTuple):
    """One interview, followed to its end."""

    points: list[Point]
    """Before the first step, and after each."""
    length: int
    """Steps until it might stop."""


class Study:
    """A knowledge base, with what is drawn from it."""

    def __init__(self, knowledge: Knowledge, as_of: datetime.date, usual: float | None, completions: int) -> None:
        if usual:
            knowledge = knowledge.model_copy(
                update={"settings": knowledge.settings.model_copy(update={"usual_share": usual})}
            )
        self.knowledge = knowledge
        self.as_of = as_of
        self.effort = ASKING._replace(completions=completions)
        self.program = compile_knowledge(knowledge)
        self.values = value_model(knowledge, as_of)
        self.words = Words(knowledge)
        self.times: list[float] = []
        """Seconds that each step of an adaptive interview took to find."""
        self.processor: list[float] = []

    def model(self, seed: int) -> Model:
        return Model(self.knowledge, self.program, self.values, None, seed)

    def believed(self, answers: dict[str, Answer]) -> Beliefs:
        return believe(self.knowledge, self.program, resolve(self.knowledge, answers, None), None)

    # --- users -----------------------------------------------------------------------------------------------

    def users(self, who: str, count: int, seed: int) -> Iterator[User]:
        """Complete answers; those of one seed have nothing to do with those of another."""
        if who == "documented":
            cases = [
                case for path in sorted(CASES.glob("*.yaml")) for case in yaml.safe_load(path.read_text())["cases"]
            ]
            for case in cases:
                known = answered(self.knowledge, case["answers"])
                given = {name: answer.value for name, answer in known.items() if answer.value is not None}
                for drawn in self._completed(self.believed(known), max(1, count // len(cases)), seed):
                    yield {**drawn, **given}
            return
        beliefs = self.believed({})
        if who == "uniform":
            beliefs = Beliefs(beliefs.known, tuple(entry._replace(usual=None) for entry in beliefs.open))
        yield from self._completed(beliefs, count, seed)

    def careless(self, user: User, share: float, rng: random.Random) -> User:
        """What somebody says who overlooks a share of the answers that differ from the usual ones."""
        overlooked = {name for name in user if rng.random() < share and self._differs(name, user)}
        return {name: self.knowledge.question[name].usual if name in overlooked else user[name] for name in user}

    def _completed(self, beliefs: Beliefs, count: int, seed: int) -> Iterator[User]:
        choices, _ = self.model(seed).completions(beliefs, count)
        for index in range(count):
            yield {entry.question: self._value(entry, choices, index) for entry in beliefs.open}

    def _value(self, entry: OpenAnswer, choices: dict[str, np.ndarray], index: int) -> AnswerValue:
        if entry.independent:
            return tuple(option for option in entry.labels if choices[f"{entry.question}.{option}"][index])
        mask = entry.settings[int(choices[entry.question][index])][entry.question]
        value: Any = self.program.domains[entry.question].value(mask)
        return value

    def _differs(self, name: str, user: User) -> bool:
        """Whether somebody's answer isn't the usual one, or one that no rule tells from it."""
        question = self.knowledge.question[name]
        if question.usual is None:
            return False
        shown, own = (self.words.like(question, value) for value in (question.usual, user[name]))
        return shown != own

    def truth(self, user: User) -> Truth:
        """The verdict on all answers."""
        (assessment,) = self.model(0).assess([self.believed(_answers(user, user))], Budget(1, 10_000))
        verdict = call(self.knowledge, assessment)
        return Truth((verdict.kind, verdict.candidate), verdict.leader)

    # --- interviews ------------------------------------------------------------------------------------------

    def adaptive(self, user: User, at_once: int) -> Course:
        """The interview as it asks, with lists of at most so many questions."""
        asked: list[str] = []
        differing: list[str] = []
        points: list[Point] = []
        lines = 0
        length = None
        while True:
            start, processor = time.perf_counter(), time.process_time()
            step = next_step(
                self.knowledge, _answers(user, asked), None, as_of=self.as_of, effort=self.effort, at_once=at_once
            )
            self.times.append(time.perf_counter() - start)
            self.processor.append(time.process_time() - processor)
            points.append(Point(step.prospect, len(asked), lines, bool(differing)))
            if length is None and step.may_stop and not differing:
                length = len(points) - 1
            if not (step.questions or differing):
                return Course(points, len(points) - 1 if length is None else length)
            shown = (differing.pop(0),) if differing else step.questions
            lines += self._lines(shown)
            if len(shown) > 1:
                differing = [name for name in shown if self._differs(name, user) and self._asked_for(name)]
            asked += [name for name in shown if name not in differing]

    def _asked_for(self, name: str) -> bool:
        return otherwise(self.knowledge.question[name].usual) is None

    def _lines(self, shown: Sequence[str]) -> int:
        questions = [self.knowledge.question[name] for name in shown]
        if len(questions) == 1:
            text = lines_of_question(questions[0])
        else:
            text = lines_of_list(questions, {entry.id: entry.usual for entry in questions}, self.words, ())
        return sum(len(textwrap.wrap(line, WIDTH)) for line in text)

    def fixed(self, user: User, order: Sequence[str]) -> Course:
        """The same in an order given; the questions that can't change the verdict are asked too."""
        model = self.model(0)
        points: list[Point] = []
        length = None
        for count in range(len(order) + 1):
            found = points[-1].prospect if points else None
            if found is None or found.settled != "proven":
                found = prospect(model, self.believed(_answers(user, order[:count])), self.effort, NODES)
            points.append(Point(found, count, sum(self._lines((name,)) for name in order[:count])))
            if length is None and found.settled != "open":
                length = count
        return Course(points, len(order) if length is None else length)

    def clairvoyant(self, user: User, truth: Truth) -> Course:
        """The interview of somebody who knows the answers and wants to be done."""
        model = self.model(0)
        asked: list[str] = []
        points: list[Point] = []
        while True:
            beliefs = self.believed(_answers(user, asked))
            found = prospect(model, beliefs, self.effort, NODES)
            points.append(Point(found, len(asked), sum(self._lines((name,)) for name in asked)))
            if found.settled != "open":
                return Course(points, len(asked))
            outlook = foresee(model, beliefs, self.effort)
            wrong = outlook.codes != [tuple(each) for each in outlook.keys].index(truth.key)
            full = self.believed(_answers(user, user)).known
            left = {entry.question: _left(entry, outlook, wrong, full) for entry in beliefs.open}
            asked.append(min(left, key=lambda name: left[name]))

    def best_fixed(self, training: list[User]) -> list[str]:
        """At every place the question with the greatest expected reduction, on average over the users."""
        model = self.model(0)
        order: list[str] = []
        while len(order) < len(self.knowledge.questions):
            worth = {question.id: 0.0 for question in self.knowledge.questions if question.id not in order}
            for user in training:
                found = prospect(model, self.believed(_answers(user, order)), self.effort, 0)
                for name, bits in found.reductions.items():
                    worth[name] += bits
            order.append(max(worth, key=lambda name: worth[name]))
        return order


def _left(entry: OpenAnswer, outlook: Outlook, wrong: np.ndarray, full: Mapping[str, int]) -> float:
    """The share of completions with another verdict than the right one among those that answer a question as it will
    be answered."""
    like = np.ones(len(wrong), dtype=bool)
    for fact in {fact for setting in entry.settings for fact in setting}:
        chosen = outlook.choices[fact if entry.independent else entry.question]
        like &= chosen == (full[fact].bit_length() - 1)
    return float(wrong[like].mean()) if like.any() else 1.0


def _answers(user: User, asked: Sequence[str] | User) -> dict[str, Answer]:
    return {name: Answer(question=name, value=user[name]) for name in asked}
