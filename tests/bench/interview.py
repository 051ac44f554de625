"""How long the interview is, and whether it comes to the verdict of somebody who answers everything.

    python tests/bench/interview.py [--users 100] [--training 30] [--who beliefs uniform documented] [--seed 1]

Simulated users have complete answers: drawn as the beliefs draw them (usual answers nine in ten), drawn with all
answers alike, and the documented decisions of tests/cases with what they leave open drawn. Each is asked in the order
that the interview chooses, in that of the file, in a random one, and in the best fixed one, found greedily on other
users (`--training`): at every place the question that takes most from the verdict's uncertainty on average. For
comparison a clairvoyant, who knows the answers, asks each time what leaves the fewest completions with another verdict
than the right one. Everybody stops by the same rule.

Prints, for each kind of user and each order, how many questions were asked until the interview might stop, how often
the verdict (kind and candidate) is then that of the full answers, and the leader alone; how often it is after a number
of questions, whether or not the interview might have stopped; what stopping at other shares of completions that would
change would give; and what a step took.
"""

from __future__ import annotations

import argparse
import datetime
import os
import random
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import yaml

from advisor.decision.assess import Budget, Model
from advisor.decision.beliefs import Beliefs, Unsettled, believe, resolve
from advisor.decision.foresee import ASKING, Outlook, foresee
from advisor.decision.interview import AS_GOOD_AS, NODES, Prospect, next_step, prospect
from advisor.decision.value import value_model
from advisor.decision.verdict import call
from advisor.engine.program import compile_knowledge
from advisor.knowledge.load import load
from advisor.model.answer import Answer, AnswerValue
from advisor.model.knowledge import Knowledge
from tests.support.documented import AS_OF, CASES

ORDERS = ("adaptive", "best fixed", "of the file", "random", "clairvoyant")
STOPS = (0.01, AS_GOOD_AS, 0.05, 0.1, 0.2)
SHOWN = (0, 1, 2, 4, 6, 8, 10, 12, 16, 20, 24, 28, 33)


class Truth(NamedTuple):
    """The verdict on complete answers."""

    outcome: tuple[str, str | None]
    leader: str | None


class Course(NamedTuple):
    """One interview, followed to its end."""

    prospects: list[Prospect]
    """Before the first question, and after each."""
    length: int
    """Questions asked until it might stop."""


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
        self.times: list[float] = []
        self.processor: list[float] = []

    def model(self, seed: int) -> Model:
        return Model(self.knowledge, self.program, self.values, None, seed)

    def believed(self, answers: dict[str, Answer]) -> Beliefs:
        return believe(self.knowledge, self.program, resolve(self.knowledge, answers, None), None)

    def users(self, who: str, count: int, seed: int) -> Iterator[dict[str, AnswerValue]]:
        """Complete answers; those of one seed have nothing to do with those of another."""
        if who == "documented":
            cases = [
                case for path in sorted(CASES.glob("*.yaml")) for case in yaml.safe_load(path.read_text())["cases"]
            ]
            for case in cases:
                known = {
                    name: Answer(question=name, value=self.knowledge.question[name].accept(value))
                    for name, value in case["answers"].items()
                }
                given = {name: answer.value for name, answer in known.items() if answer.value is not None}
                for drawn in self._completed(self.believed(known), max(1, count // len(cases)), seed):
                    yield {**drawn, **given}
            return
        beliefs = self.believed({})
        if who == "uniform":
            beliefs = Beliefs(beliefs.known, tuple(entry._replace(usual=None) for entry in beliefs.unsettled))
        yield from self._completed(beliefs, count, seed)

    def _completed(self, beliefs: Beliefs, count: int, seed: int) -> Iterator[dict[str, AnswerValue]]:
        choices, _ = self.model(seed).completions(beliefs, count)
        for index in range(count):
            yield {entry.question: self._value(entry, choices, index) for entry in beliefs.unsettled}

    def _value(self, entry: Unsettled, choices: dict[str, np.ndarray], index: int) -> AnswerValue:
        if entry.independent:
            return tuple(option for option in entry.labels if choices[f"{entry.question}.{option}"][index])
        mask = entry.settings[int(choices[entry.question][index])][entry.question]
        value: Any = self.program.domains[entry.question].value(mask)
        return value

    def truth(self, user: dict[str, AnswerValue]) -> Truth:
        """The verdict on all answers."""
        (assessment,) = self.model(0).assess([self.believed(_answers(user, user))], Budget(1, 10_000))
        verdict = call(self.knowledge, assessment)
        return Truth((verdict.kind, verdict.candidate), verdict.leader)

    def adaptive(self, user: dict[str, AnswerValue]) -> Course:
        """The interview as it asks."""
        asked: list[str] = []
        prospects = []
        length = None
        while True:
            start, processor = time.perf_counter(), time.process_time()
            step = next_step(self.knowledge, _answers(user, asked), None, as_of=self.as_of, effort=self.effort)
            self.times.append(time.perf_counter() - start)
            self.processor.append(time.process_time() - processor)
            prospects.append(step.prospect)
            if length is None and step.may_stop:
                length = len(asked)
            if step.question is None:
                return Course(prospects, len(asked) if length is None else length)
            asked.append(step.question)

    def fixed(self, user: dict[str, AnswerValue], order: Sequence[str]) -> Course:
        """The same in an order given; the questions that can't change the verdict are asked too."""
        model = self.model(0)
        prospects: list[Prospect] = []
        length = None
        for count in range(len(order) + 1):
            if prospects and prospects[-1].settled == "proven":
                prospects.append(prospects[-1])
                continue
            prospects.append(prospect(model, self.believed(_answers(user, order[:count])), self.effort, NODES))
            if length is None and prospects[-1].settled != "open":
                length = count
        return Course(prospects, len(order) if length is None else length)

    def clairvoyant(self, user: dict[str, AnswerValue], truth: Truth) -> Course:
        """The interview of somebody who knows the answers and wants to be done."""
        model = self.model(0)
        asked: list[str] = []
        prospects = []
        while True:
            beliefs = self.believed(_answers(user, asked))
            prospects.append(prospect(model, beliefs, self.effort, NODES))
            if prospects[-1].settled != "open":
                return Course(prospects, len(asked))
            outlook = foresee(model, beliefs, self.effort)
            wrong = outlook.codes != [tuple(each) for each in outlook.outcomes].index(truth.outcome)
            full = self.believed(_answers(user, user)).known
            left = {entry.question: _left(entry, outlook, wrong, full) for entry in beliefs.unsettled}
            asked.append(min(left, key=lambda name: left[name]))

    def best_fixed(self, training: list[dict[str, AnswerValue]]) -> list[str]:
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


def _left(entry: Unsettled, outlook: Outlook, wrong: np.ndarray, full: Mapping[str, int]) -> float:
    """The share of completions with another verdict than the right one among those that answer a question as it will
    be answered."""
    like = np.ones(len(wrong), dtype=bool)
    for fact in {fact for setting in entry.settings for fact in setting}:
        chosen = outlook.choices[fact if entry.independent else entry.question]
        like &= chosen == (full[fact].bit_length() - 1)
    return float(wrong[like].mean()) if like.any() else 1.0


def _answers(user: dict[str, AnswerValue], asked: Sequence[str] | dict[str, AnswerValue]) -> dict[str, Answer]:
    return {name: Answer(question=name, value=user[name]) for name in asked}


def _row(name: str, courses: list[Course], truths: list[Truth]) -> str:
    lengths = sorted(course.length for course in courses)
    pairs = [(course.prospects[course.length], truth) for course, truth in zip(courses, truths, strict=True)]
    same = statistics.mean(tuple(found.outcome) == truth.outcome for found, truth in pairs)
    leads = statistics.mean(found.leader == truth.leader for found, truth in pairs)
    proven = statistics.mean(found.settled == "proven" for found, _ in pairs)
    quarter, three = lengths[len(lengths) // 4], lengths[3 * len(lengths) // 4]
    return (
        f"{name:12}{statistics.median(lengths):8.1f}{statistics.mean(lengths):8.1f}{quarter:7} to {three:<4}"
        f"{same:10.1%}{leads:10.1%}{proven:10.1%}"
    )


def _curve(name: str, courses: list[Course], truths: list[Truth]) -> str:
    cells = []
    for count in SHOWN:
        same = [
            tuple(course.prospects[min(count, len(course.prospects) - 1)].outcome) == truth.outcome
            for course, truth in zip(courses, truths, strict=True)
        ]
        cells.append(f"{statistics.mean(same):6.0%}")
    return f"{name:12}" + "".join(cells)


def _stopping(share: float, courses: list[Course], truths: list[Truth]) -> str:
    lengths, same = [], []
    for course, truth in zip(courses, truths, strict=True):
        length = next((n for n, p in enumerate(course.prospects) if p.may_change < share), len(course.prospects) - 1)
        lengths.append(length)
        same.append(tuple(course.prospects[length].outcome) == truth.outcome)
    return f"{share:8.1%}: median {statistics.median(lengths):4.1f} questions, same verdict {statistics.mean(same):.1%}"


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--training", type=int, default=30, help="users on whom the best fixed order is found")
    parser.add_argument("--who", nargs="+", default=["beliefs", "uniform", "documented"])
    parser.add_argument("--orders", nargs="+", choices=ORDERS, default=list(ORDERS))
    parser.add_argument("--usual-share", type=float, help="instead of that of the settings")
    parser.add_argument("--completions", type=int, default=ASKING.completions, help="looked at in each step")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    study = Study(load(), AS_OF, chosen.usual_share, chosen.completions)
    file_order = [question.id for question in study.knowledge.questions]
    orders: dict[str, list[str]] = {"of the file": file_order}
    if "best fixed" in chosen.orders:
        orders["best fixed"] = study.best_fixed(list(study.users("beliefs", chosen.training, chosen.seed + 1000)))
        print("best fixed order:", ", ".join(orders["best fixed"]))
    shuffled = random.Random(chosen.seed)
    for who in chosen.who:
        users = list(study.users(who, chosen.users, chosen.seed))
        truths = [study.truth(user) for user in users]
        kinds = statistics.mean(truth.outcome[0] == "recommended" for truth in truths)
        print(f"\n{len(users)} users, {who}; of their full answers {kinds:.0%} lead to a recommendation")
        courses = {}
        for name in chosen.orders:
            if name == "adaptive":
                courses[name] = [study.adaptive(user) for user in users]
            elif name == "clairvoyant":
                courses[name] = [study.clairvoyant(user, truth) for user, truth in zip(users, truths, strict=True)]
            elif name == "random":
                courses[name] = [study.fixed(user, shuffled.sample(file_order, len(file_order))) for user in users]
            else:
                courses[name] = [study.fixed(user, orders[name]) for user in users]
        print(f"{'until it may stop':>20}\n{'order':12}{'median':>8}{'mean':>8}{'quarter':>7} to {'3rd':4}", end="")
        print(f"{'verdict':>10}{'leader':>10}{'proven':>10}")
        for name, found in courses.items():
            print(_row(name, found, truths))
        print("the same verdict as the full answers after so many questions")
        print(f"{'order':12}" + "".join(f"{count:6}" for count in SHOWN))
        for name, found in courses.items():
            if name != "clairvoyant":
                print(_curve(name, found, truths), flush=True)
        if "adaptive" in courses:
            print("adaptive, stopping where fewer completions than this would change the verdict")
            for share in STOPS:
                print(_stopping(share, courses["adaptive"], truths))
    if study.times:
        wall, processor = (np.percentile(each, (50, 95)) * 1000 for each in (study.times, study.processor))
        print(f"\na step: median {wall[0]:.0f} ms, p95 {wall[1]:.0f} ms ({len(study.times)} steps);", end=" ")
        print(f"of the processor: median {processor[0]:.0f} ms, p95 {processor[1]:.0f} ms")


if __name__ == "__main__":
    main()
