"""Random small knowledge bases with answers and measurements, for comparing with everything written out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

from advisor.decision.assess import Budget, Model
from advisor.decision.beliefs import Beliefs, believe, resolve
from advisor.decision.preferences import Choice
from advisor.decision.settle import branches
from advisor.decision.value import value_model
from advisor.decision.verdict import VerdictKey, call
from advisor.engine.program import compile_knowledge
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from tests.support.knowledge import (
    CHOICES,
    LEVELS,
    SETTINGS,
    SOURCE,
    build,
    candidate,
    criterion,
    derived,
    evidence,
    question,
    rule,
    scale,
)
from tests.support.measurements import STEP, measured

BASE: dict[str, tuple[Any, ...]] = {
    "one": CHOICES,
    "two": CHOICES,
    "flag": (False, True),
    "list.x": (False, True),
    "list.y": (False, True),
    "care": LEVELS,
}
WEAK = {**SOURCE, "id": "weak", "grade": "weak"}


class World(NamedTuple):
    """A model and what is believed in it."""

    model: Model
    beliefs: Beliefs


def _condition(rng: random.Random, facts: dict[str, tuple[Any, ...]], depth: int = 2) -> dict[str, Any]:
    kind = rng.random()
    if depth and kind < 0.25:
        return {rng.choice(("all", "any")): [_condition(rng, facts, depth - 1) for _ in range(rng.randint(1, 3))]}
    if depth and kind < 0.35:
        return {"not": _condition(rng, facts, depth - 1)}
    if kind < 0.5:
        return {"fact": "count", rng.choice(("is", "at_least", "at_most")): rng.choice((2, 4))}
    fact = rng.choice(sorted(facts))
    if kind < 0.7:
        return {"fact": fact, "in": rng.sample(facts[fact], k=min(2, len(facts[fact])))}
    return {"fact": fact, "is": rng.choice(facts[fact])}


def knowledge_base(rng: random.Random, *, exact: bool = False) -> Knowledge:
    """A random knowledge base; an `exact` one has neither errors of strengths nor anything measured."""
    names = ("left", "right", "middle")[: rng.choice((2, 2, 3))]
    layers = [dict(BASE), {**BASE, "low": (False, True)}, {**BASE, "low": (False, True), "level": LEVELS}]
    rules = []
    for index in range(rng.randint(2, 12)):
        layer = rng.randint(0, 2)
        when = None if rng.random() < 0.1 else _condition(rng, layers[layer])
        kind = rng.random()
        then = evidence(rng.choice(names), rng.choice(("k1", "k2", "k3")), rng.choice((-3, -1.5, -1, 0.7, 1, 2, 2.9)))
        if kind < 0.12:
            then = {"veto": rng.choice(names)}
        elif kind < 0.2 and layer == 0:
            then = {"derive": "low", "value": True}
        elif kind < 0.4 and layer <= 1:
            then = {"derive": "level", "value": rng.choice(LEVELS)}
        elif kind < 0.5 and not exact:
            then = {"compare": "step", "criterion": rng.choice(("k1", "k2", "k3")), "strength": rng.choice((0.5, 1))}
        made = rule(f"r{index}", when, then)
        if not exact and rng.random() < 0.5:
            made["sources"] = ["weak"]
        rules.append(made)
    return build(
        settings={**SETTINGS, "range_sensitivity": rng.choice(((1, 1), (0, 1), (0.2, 0.7)))},
        candidates=[candidate(name) for name in names],
        criteria=[criterion("k1", "level"), criterion("k2", "care"), criterion("k3", "steady")],
        questions=[
            question("one", usual="a"),
            question("two"),
            question("flag", "yes-no"),
            question("list", "many", ("x", "y")),
            question("count", "number", minimum=0, maximum=6, whole=len(rules) % 2 == 0),
            scale("care"),
        ],
        probes=[] if exact else [STEP],
        derived=[derived("low"), derived("level", LEVELS, "medium"), derived("steady", LEVELS, "medium")],
        sources=[SOURCE, WEAK],
        rules=rules,
    )


def answers(rng: random.Random, known: float) -> dict[str, Answer]:
    """Random answers to about a share of the questions; some others are left to ballots."""
    values: dict[str, Any] = {
        "one": rng.choice(CHOICES),
        "two": rng.choice(CHOICES),
        "flag": rng.random() < 0.5,
        "list": rng.choice(((), ("x",), ("y",), ("x", "y"))),
        "count": rng.randint(0, 6),
        "care": rng.choice(LEVELS),
    }
    given = {name: Answer(question=name, value=value) for name, value in values.items() if rng.random() < known}
    if "two" not in given and rng.random() < 0.2:
        given["two"] = Answer(question="two", origin="ballots", ballots=("a", "b", "a"))
    if "list" not in given and rng.random() < 0.2:
        given["list"] = Answer(question="list", origin="ballots", ballots=(("x",), ("x", "y")))
    return given


def world(rng: random.Random, *, exact: bool = False, traded: bool = False) -> World:
    """A random knowledge base with some of its questions answered, and perhaps trade-offs between its criteria."""
    knowledge = knowledge_base(rng, exact=exact)
    found = None
    if not exact and rng.random() < 0.5:
        # So far apart that some saturate, and so uncertain that one that does may not.
        medians = {c.id: 2.0 ** rng.uniform(-3, 3) for c in knowledge.candidates}
        off = {name: rng.choice((1.02, 1.25, 3.0)) for name in medians}
        found = measured(**{name: (median, median / off[name], median * off[name]) for name, median in medians.items()})
    program = compile_knowledge(knowledge)
    seed, given = rng.randrange(1000), answers(rng, rng.choice((0.3, 0.5, 0.7, 0.9)))
    choices = tuple(_choice(rng) for _ in range(rng.randint(1, 4))) if traded else ()
    model = Model(knowledge, program, value_model(knowledge), found, seed, choices)
    return World(model, believe(knowledge, program, resolve(knowledge, given, found), found))


def _choice(rng: random.Random) -> Choice:
    left, right = rng.sample(range(3), k=2)
    return Choice("any", left, right, rng.uniform(-1.5, 1.5), rng.choice((0.0, 0.5, 1.0)))


def completions(beliefs: Beliefs) -> Iterator[dict[str, int]]:
    """The masks of every completion."""
    for chosen in product(*(branch.settings for branch in branches(beliefs))):
        known = dict(beliefs.known)
        for setting in chosen:
            known.update(setting)
        yield known


def every_verdict(small: World, draws: int) -> set[VerdictKey]:
    """The verdicts of all completions, each assessed."""
    scenarios = [Beliefs(known, ()) for known in completions(small.beliefs)]
    found = set()
    for start in range(0, len(scenarios), 500):
        for assessment in small.model.assess(scenarios[start : start + 500], Budget(1, draws)):
            verdict = call(small.model.knowledge, assessment)
            found.add(VerdictKey(verdict.kind, verdict.candidate))
    return found
