"""How long the interview is, and whether it comes to the verdict of somebody who answers everything.

    python tests/bench/interview.py [--users 100] [--training 30] [--who beliefs uniform documented] [--seed 1]
        [--at-once 10] [--overlooked 0.1]

Simulated users have complete answers: drawn as the beliefs draw them (usual answers nine in ten), drawn with all
answers alike, and the documented decisions of tests/cases with what they leave open drawn. Each is asked as the
interview asks, with lists of at most `--at-once` questions and without lists, in the order of the file, in a random
one, and in the best fixed one, found greedily on other users (`--training`): at every place the question that takes
most from the verdict's uncertainty on average. For comparison a clairvoyant, who knows the answers, asks each time the
one question that leaves the fewest completions with another verdict than the right one. Everybody stops by the same
rule.

A step is one screen: a question, or a list of questions with their usual answers, of which one says which differ. An
answer that differs and is not told by that takes a step of its own. Lines are those that `advisor ask` shows, on 80
columns, whether they need be read or not.

Prints, for each kind of user and each order, how many steps were taken until the interview might stop, how many
questions had been answered and lines shown by then, how often the verdict (kind and candidate) is then that of the full
answers, how often a candidate is wrongly recommended, and how often the leader is the same; the same for people who
overlook a share of the answers that differ from the usual ones, in a list or not (`--overlooked`), against their real
answers; how often the verdict is the same after a number of steps, whether or not the interview might have stopped;
what stopping at other shares of completions that would change would give; and what it took to find a step.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from advisor.decision.checklist import QUESTIONS_AT_ONCE
from advisor.decision.foresee import ASKING
from advisor.decision.interview import AS_GOOD_AS
from advisor.knowledge.load import load
from tests.support.documented import AS_OF
from tests.support.interviewed import Course, Study, Truth, User

ORDERS = ("lists", "singly", "best fixed", "of the file", "random", "clairvoyant")
STOPS = (0.01, AS_GOOD_AS, 0.05, 0.1, 0.2)
SHOWN = (0, 1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 28, 33)


def _right(course: Course, step: int, truth: Truth) -> bool:
    return tuple(course.points[min(step, len(course.points) - 1)].prospect.key) == truth.key


def _row(name: str, courses: list[Course], truths: list[Truth]) -> str:
    lengths = sorted(course.length for course in courses)
    ends = [course.points[course.length] for course in courses]
    right = [_right(course, course.length, truth) for course, truth in zip(courses, truths, strict=True)]
    wrongly = [end.prospect.key.kind == "recommended" and not same for end, same in zip(ends, right, strict=True)]
    leads = [end.prospect.leader == truth.leader for end, truth in zip(ends, truths, strict=True)]
    proven = [end.prospect.settled == "proven" for end in ends]
    quarter, three = lengths[len(lengths) // 4], lengths[3 * len(lengths) // 4]
    answered, lines = (
        statistics.median(each) for each in zip(*((end.answered, end.lines) for end in ends), strict=True)
    )
    shares = "".join(f"{statistics.mean(each):9.1%}" for each in (right, wrongly, leads, proven))
    return (
        f"{name:24}{statistics.median(lengths):7.1f}{statistics.mean(lengths):6.1f}{quarter:6} to {three:<3}"
        f"{answered:9.1f}{lines:7.0f}{shares}"
    )


def _curve(name: str, courses: list[Course], truths: list[Truth]) -> str:
    cells = []
    for count in SHOWN:
        same = [_right(course, count, truth) for course, truth in zip(courses, truths, strict=True)]
        cells.append(f"{statistics.mean(same):6.0%}")
    return f"{name:24}" + "".join(cells)


def _stopping(share: float, courses: list[Course], truths: list[Truth]) -> str:
    lengths = []
    for course in courses:
        may = (n for n, point in enumerate(course.points) if point.prospect.may_change < share and not point.amid)
        lengths.append(next(may, len(course.points) - 1))
    same = [_right(course, length, truth) for course, length, truth in zip(courses, lengths, truths, strict=True)]
    return f"{share:8.1%}: median {statistics.median(lengths):4.1f} steps, same verdict {statistics.mean(same):.1%}"


class Bench:
    """What was asked for on the command line."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self.chosen = chosen
        self.study = Study(load(), AS_OF, chosen.usual_share, chosen.completions)
        self.fixed = {"of the file": [question.id for question in self.study.knowledge.questions]}
        self.random = random.Random(chosen.seed)
        if "best fixed" in chosen.orders:
            training = list(self.study.users("beliefs", chosen.training, chosen.seed + 1000))
            self.fixed["best fixed"] = self.study.best_fixed(training)
            print("best fixed order:", ", ".join(self.fixed["best fixed"]))

    def courses(self, users: list[User], truths: list[Truth]) -> dict[str, list[Course]]:
        """By order, the interview of each user."""
        study, found = self.study, {}
        for name in self.chosen.orders:
            if name == "lists":
                for most in self.chosen.at_once:
                    found[f"lists of {most}"] = [study.adaptive(user, most) for user in users]
            elif name == "singly":
                found[name] = [study.adaptive(user, 1) for user in users]
            elif name == "clairvoyant":
                found[name] = [study.clairvoyant(user, truth) for user, truth in zip(users, truths, strict=True)]
            elif name == "random":
                whole = self.fixed["of the file"]
                found[name] = [study.fixed(user, self.random.sample(whole, len(whole))) for user in users]
            else:
                found[name] = [study.fixed(user, self.fixed[name]) for user in users]
        return found

    def people(self, who: str) -> None:
        """The tables of one kind of user."""
        users = list(self.study.users(who, self.chosen.users, self.chosen.seed))
        truths = [self.study.truth(user) for user in users]
        kinds = statistics.mean(truth.key[0] == "recommended" for truth in truths)
        print(f"\n{len(users)} users, {who}; of their full answers {kinds:.0%} lead to a recommendation")
        courses = self.courses(users, truths)
        print("until it may stop: steps (median, mean, middle half), medians of questions answered and of lines;")
        print("share with the same verdict, wrongly recommended, with the same leader, proven")
        for name, found in courses.items():
            print(_row(name, found, truths), flush=True)
        for share in self.chosen.overlooked:
            self.careless(users, truths, share)
        print("the same verdict as the full answers after so many steps")
        print(f"{'order':24}" + "".join(f"{count:6}" for count in SHOWN))
        for name, found in courses.items():
            if name != "clairvoyant":
                print(_curve(name, found, truths), flush=True)
        self.stops(courses, truths)

    def careless(self, users: list[User], truths: list[Truth], share: float) -> None:
        """What becomes of people who overlook a share of what differs."""
        drawn = random.Random(self.chosen.seed)
        said = [self.study.careless(user, share, drawn) for user in users]
        for most in [*self.chosen.at_once, 1]:
            name = f"{f'lists of {most}' if most > 1 else 'singly'}, {share:.0%} overlooked"
            print(_row(name, [self.study.adaptive(user, most) for user in said], truths), flush=True)
        whole = [self.study.truth(user).key == truth.key for user, truth in zip(said, truths, strict=True)]
        print(f"all questions, {share:.0%} overlooked: the same verdict {statistics.mean(whole):.1%}")

    def stops(self, courses: Mapping[str, list[Course]], truths: list[Truth]) -> None:
        """What other limits would give."""
        for name, found in courses.items():
            if name.startswith("lists") or name == "singly":
                print(f"{name}, stopping where fewer completions than this would change the verdict")
                for share in STOPS:
                    print(_stopping(share, found, truths))


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--training", type=int, default=30, help="users on whom the best fixed order is found")
    parser.add_argument("--who", nargs="+", default=["beliefs", "uniform", "documented"])
    parser.add_argument("--orders", nargs="+", choices=ORDERS, default=list(ORDERS))
    parser.add_argument("--at-once", type=int, nargs="+", default=[QUESTIONS_AT_ONCE], help="questions a list, at most")
    parser.add_argument("--overlooked", type=float, nargs="*", default=[], help="shares of what differs")
    parser.add_argument("--usual-share", type=float, help="instead of that of the settings")
    parser.add_argument("--completions", type=int, default=ASKING.completions, help="looked at in each step")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    bench = Bench(chosen)
    for who in chosen.who:
        bench.people(who)
    if bench.study.times:
        times = (bench.study.times, bench.study.processor)
        wall, processor = (np.percentile(each, (50, 95)) * 1000 for each in times)
        print(f"\na step: median {wall[0]:.0f} ms, p95 {wall[1]:.0f} ms ({len(bench.study.times)} steps);", end=" ")
        print(f"of the processor: median {processor[0]:.0f} ms, p95 {processor[1]:.0f} ms")


if __name__ == "__main__":
    main()
