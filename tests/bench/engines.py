"""The engine beside CLIPS, zen-engine and the Rust binding of CEL, each given the same rules, in one run.

    pip install -c constraints.txt -e '.[bench]'
    python tests/bench/engines.py [--sets 20000] [--rounds 5] [--seconds 1]

60 rules over 25 facts, fifteen of three to five listed values and ten of five levels; every rule joins two or three
tests, 54 speak for or against one of four candidates and six are vetoes: the rules, generator and seed by which engines
to choose from were compared before this one was written. An evaluation takes one complete answer set through all rules
to the points and vetoes of the candidates. The engines take turns; what is printed is the median over the rounds. The
results of every set that an engine evaluated are compared with what the tests' own reading of the rules gives. Then the
engine alone on 60, 300 and 1,500 rules, a third of the facts known only in part, in seconds of the processor.

Numpy is held to one thread. zen-engine may use several.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from advisor.engine.batch import Evaluations, encode
from advisor.engine.program import Program, compile_knowledge
from advisor.model.knowledge import Knowledge
from tests.support.knowledge import build, candidate, evidence, question, rule, scale
from tests.support.oracle import infer
from tests.support.rivals import RIVALS, UNIT, Result, effect, tally

LISTED = {f"c{i:02d}": tuple(f"v{j}" for j in range(3 + i % 3)) for i in range(15)}
LEVELS = {f"o{i:02d}": tuple(f"l{j}" for j in range(5)) for i in range(10)}
VALUES = {**LISTED, **LEVELS}
NAMES = ("north", "east", "south", "west")
SIZES = (60, 300, 1500)
CHUNK = 8192
"""So many answer sets are scored at a time."""


def generated(size: int, seed: int = 7) -> Knowledge:
    """A base with so many rules."""
    rng = random.Random(seed)

    def test(fact: str) -> dict[str, Any]:
        if fact in LEVELS:
            comparison = rng.choice(("at_least", "at_most"))
            return {"fact": fact, comparison: f"l{rng.choice((2, 3) if comparison == 'at_least' else (1, 2))}"}
        comparison = rng.choice(("is", "is", "not", "in"))
        if comparison == "in":
            return {"fact": fact, "in": sorted(rng.sample(VALUES[fact], 2))}
        leaf = {"fact": fact, "is": rng.choice(VALUES[fact])}
        return {"not": leaf} if comparison == "not" else leaf

    rules = []
    for index in range(size):
        when = {"all": [test(fact) for fact in rng.sample(list(VALUES), rng.choice((2, 2, 3)))]}
        name = NAMES[index % len(NAMES)]
        if index % 10 == 9:
            rules.append(rule(f"r{index}", when, {"veto": name}))
        else:
            weight = rng.choice((-3, -2, -1, 1, 2, 3, 4, 5))
            rules.append(rule(f"r{index}", when, evidence(name, "anything", UNIT * weight)))
    return build(
        candidates=[candidate(name) for name in NAMES],
        questions=[
            *(question(name, values=values) for name, values in LISTED.items()),
            *(scale(name, values) for name, values in LEVELS.items()),
        ],
        rules=rules,
    )


class Scorer:
    """Points and vetoes of many answer sets, by the engine."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.program = compile_knowledge(knowledge)
        self.worth = np.zeros((len(knowledge.rules), 2 * len(NAMES)), dtype=np.float32)
        for index, each in enumerate(knowledge.rules):
            place, strength = effect(knowledge, each)
            self.worth[index, place if strength else len(NAMES) + place] = strength or 1

    def __call__(self, masks: dict[str, np.ndarray]) -> np.ndarray:
        """By answer set, the points of the candidates and then how many vetoes each has."""
        count = len(next(iter(masks.values())))
        found = np.empty((count, self.worth.shape[1]), dtype=np.float32)
        for start in range(0, count, CHUNK):
            part = slice(start, start + CHUNK)
            evaluations = self.program.run({fact: mask[part] for fact, mask in masks.items()})
            assert isinstance(evaluations, Evaluations)
            found[part] = evaluations.firing.astype(np.float32) @ self.worth
        return found


def results(found: np.ndarray) -> list[Result]:
    """What a scorer found, as the rivals give it."""
    rows = found.astype(int).tolist()
    count = len(NAMES)
    return [(tuple(row[:count]), tuple(int(vetoes > 0) for vetoes in row[count:])) for row in rows]


def within(engine: Callable[[Sequence[Any]], list[Any]], sets: Sequence[Any], seconds: float) -> list[Any]:
    """The results of as many of the sets, a hundred at a time, as are done within the time."""
    end = time.perf_counter() + seconds
    found: list[Any] = []
    while len(found) < len(sets) and time.perf_counter() < end:
        found += engine(sets[len(found) : len(found) + 100])
    return found


class Way(NamedTuple):
    """A way to evaluate answer sets, which is timed, and what is checked of it, which isn't."""

    work: Callable[[], Any]
    reading: Callable[[Any], list[Any]]
    expected: list[Any]


def our_ways(
    knowledge: Knowledge, sets: list[dict[str, Any]], fired: list[list[int]], tallied: list[Any]
) -> dict[str, Way]:
    """What the engine does, by label."""
    program, scorer = compile_knowledge(knowledge), Scorer(knowledge)
    masks = encode(program, sets)
    singles = [{fact: int(masks[fact][i]) for fact in VALUES} for i in range(len(sets))]

    def one(each: dict[str, int]) -> tuple[bool, ...]:
        return program.run(each).fired

    def which(found: list[tuple[bool, ...]]) -> list[list[int]]:
        return [[i for i, fires in enumerate(each) if fires] for each in found]

    return {
        "encoded, many at once": Way(lambda: scorer(masks), results, tallied),
        "from dictionaries, many at once": Way(lambda: scorer(encode(program, sets)), results, tallied),
        "one at a time, with what fired": Way(lambda: [one(each) for each in singles], which, fired),
    }


def rival_ways(knowledge: Knowledge, sets: list[dict[str, Any]], tallied: list[Any], seconds: float) -> dict[str, Way]:
    """What the engines that are installed do in so many seconds, by name and version."""
    plain = [
        {name: LEVELS[name].index(value) if name in LEVELS else value for name, value in each.items()} for each in sets
    ]
    found = {}
    for name, make in RIVALS.items():
        try:
            engine, label = make(knowledge), f"{name} {version(name)}"
        except PackageNotFoundError:
            print(f"{name} is not installed: pip install -c constraints.txt -e '.[bench]'", file=sys.stderr)
            continue
        found[label] = Way(lambda engine=engine: within(engine, plain, seconds), list, tallied)
    return found


def compare(sets_wanted: int, rounds: int, seconds: float) -> None:
    """Time and check the engines, and print the table."""
    knowledge = generated(60)
    rng = random.Random(11)
    sets = [{name: rng.choice(values) for name, values in VALUES.items()} for _ in range(sets_wanted)]
    fired = [[i for i, fires in enumerate(infer(knowledge, each)[1]) if fires] for each in sets]
    effects = [effect(knowledge, each) for each in knowledge.rules]
    tallied = [tally(effects, len(NAMES), each) for each in fired]
    rivals = rival_ways(knowledge, sets, tallied, seconds)
    ways = our_ways(knowledge, sets, fired, tallied) | rivals
    rates: dict[str, list[float]] = {label: [] for label in ways}
    checked = dict.fromkeys(ways, 0)
    right = dict.fromkeys(ways, True)
    for _ in range(rounds):
        for label in random.sample(list(ways), len(ways)):
            start = time.perf_counter()
            raw = ways[label].work()
            took = time.perf_counter() - start
            found = ways[label].reading(raw)
            rates[label].append(len(found) / took)
            checked[label] = max(checked[label], len(found))
            right[label] &= found == ways[label].expected[: len(found)]
    middle = {label: statistics.median(values) for label, values in rates.items()}
    fastest = max((middle[label] for label in rivals), default=float("nan"))
    print(f"{len(knowledge.rules)} rules, {len(VALUES)} facts, medians of {rounds} rounds\n")
    print(f"{'':36}{'evaluations/s':>14}{'to the fastest':>16}{'checked':>9}  results")
    for label, rate in middle.items():
        same = "equal" if right[label] else "DIFFERENT"
        print(f"{label:36}{rate:14,.0f}{rate / fastest:14.1f} x{checked[label]:9,}  {same}")


def scaling(count: int, rounds: int) -> None:
    """How the time grows with the rules and with the answer sets."""
    rng = np.random.default_rng(5)
    masks = {}
    for name, values in VALUES.items():
        known = np.int64(1) << rng.integers(0, len(values), 4 * count)
        more = rng.integers(1, 1 << len(values), 4 * count)
        masks[name] = np.where(rng.random(4 * count) < 2 / 3, known, known | more)
    few = {name: mask[:count] for name, mask in masks.items()}
    programs = {size: compile_knowledge(generated(size)) for size in SIZES}
    took: dict[tuple[int, int], list[float]] = {(size, sets): [] for size in SIZES for sets in (count, 4 * count)}
    for program in programs.values():
        _seconds(program, few)
    for key in islice(cycle(took), rounds * len(took)):
        size, sets = key
        took[key].append(_seconds(programs[size], few if sets == count else masks))
    print(f"\n{'rules':>6}{'ns a set':>10}{'ratio':>8}{'rules ratio':>13}{'time of four times as many sets':>34}")
    first = statistics.median(took[SIZES[0], count])
    for size in SIZES:
        time_of = statistics.median(took[size, count])
        ratio = statistics.median(took[size, 4 * count]) / time_of
        print(f"{size:6d}{time_of / count * 1e9:10.0f}{time_of / first:8.1f}{size / SIZES[0]:13.0f}{ratio:32.1f} x")


def _seconds(program: Program, masks: dict[str, np.ndarray]) -> float:
    begun = time.process_time()
    for start in range(0, len(masks["c00"]), CHUNK):
        program.run({fact: mask[start : start + CHUNK] for fact, mask in masks.items()})
    return time.process_time() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=20_000, help="answer sets (default 20000)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each engine (default 5)")
    parser.add_argument("--seconds", type=float, default=1, help="a turn of a rival takes no longer (default 1)")
    arguments = parser.parse_args()
    compare(arguments.sets, arguments.rounds, arguments.seconds)
    scaling(arguments.sets, arguments.rounds)


if __name__ == "__main__":
    main()
