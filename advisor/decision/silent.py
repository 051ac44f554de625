"""What keeps a rule silent, and what would make it fire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from advisor.decision.case import Case
from advisor.decision.justification import Justifier
from advisor.decision.moves import Moves, changes_of, masks_after, moves, sets_by_cost, stacked
from advisor.engine.program import Evaluation
from advisor.engine.roots import Roots, roots_of
from advisor.engine.trace import holds
from advisor.model.base import Scalar
from advisor.model.explanation import FailedCondition, RuleExplained
from advisor.model.figures import plainly, unfractioned
from advisor.model.recommendation import Change, Recommendation
from advisor.model.rule import All, AnyOf, Condition, Leaf, Not, Rule

BLOCK = 4096
"""How many sets of changes are tried together."""

Goal = Callable[[Evaluation], Any]
"""Whether something holds of each of the answer sets evaluated: a boolean or an array of them."""


def explain_rule(case: Case, result: Recommendation, rule: Rule) -> RuleExplained:
    """Why a rule fired, or the first test that keeps it silent with the nearest value and the cheapest changes of
    answers that would do. `case` is that of `result`."""
    index = next(i for i, other in enumerate(case.knowledge.rules) if other.id == rule.id)
    if case.evaluation.fired[index]:
        proof = Justifier(case, result).rule(rule)
        return RuleExplained(rule=rule.id, text=rule.because, state="fired", proof=proof, failed=None, fires_with=None)
    roots = roots_of(case.knowledge)
    leaf, wanted = first_failed(case, rule.when)
    return RuleExplained(
        rule=rule.id,
        text=rule.because,
        state="false" if case.evaluation.excluded[index] else "unknown",
        proof=None,
        failed=_failed(case, roots, leaf, wanted),
        fires_with=_cheapest(case, roots.rules[index], lambda evaluation: evaluation.fired[index]),
    )


def first_failed(case: Case, condition: Condition | None, wanted: bool = True) -> tuple[Leaf, bool]:
    """The first test, from left to right, that keeps a condition from being true (or false, if not `wanted`), and
    whether that test would have to be true or false. Of alternatives none of which holds it is in the first.

    The condition must not be what is wanted.
    """
    match condition:
        case Leaf():
            return condition, wanted
        case Not(not_=part):
            return first_failed(case, part, not wanted)
        case All(all=parts) | AnyOf(any=parts):
            every = isinstance(condition, All) == wanted
            program, facts = case.model.program, case.evaluation.facts
            failing = (part for part in parts if not every or not holds(part, program, facts, wanted))
            return first_failed(case, next(failing), wanted)
    raise ValueError("a rule without a condition always fires")


def _failed(case: Case, roots: Roots, leaf: Leaf, wanted: bool) -> FailedCondition:
    mask = case.model.program.domains[leaf.fact].satisfying(leaf, wanted)
    return FailedCondition(
        text=in_words(leaf, wanted),
        fact=leaf.fact,
        kind=case.knowledge.facts[leaf.fact].kind,
        value=_value(case, leaf.fact),
        nearest=nearest(case, leaf.fact, mask),
        changes=_cheapest(case, roots.facts[leaf.fact], lambda evaluation: (evaluation.facts[leaf.fact] & ~mask) == 0),
    )


def in_words(leaf: Leaf, wanted: bool = True) -> str:
    """A test as a person reads it, or its opposite if it is not `wanted`."""
    ((comparison, operand),) = leaf.comparisons.items()
    if isinstance(operand, bool):
        operand = "known" if comparison == "known" else "yes" if operand == wanted else "no"
        return f"{leaf.fact} is {'' if comparison == 'is' or wanted == leaf.known else 'not '}{operand}"
    listed = ", ".join(map(plainly, operand)) if isinstance(operand, tuple) else plainly(operand)
    words = {
        ("is", True): "is",
        ("is", False): "is not",
        ("in", True): "is one of",
        ("in", False): "is none of",
        ("at_least", True): "is at least",
        ("at_least", False): "is below",
        ("at_most", True): "is at most",
        ("at_most", False): "is above",
    }
    return f"{leaf.fact} {words[comparison, wanted]} {listed}"


def _value(case: Case, fact: str) -> Scalar | None:
    """The value of a fact, as it was answered where it was."""
    answered = next((answer.value for answer in case.answers if answer.question == fact), None)
    return answered if answered is not None else case.model.program.domains[fact].value(case.evaluation.facts[fact])


def nearest(case: Case, name: str, mask: int) -> Scalar | None:
    """The value among those of a mask that is nearest to what a fact is: of ordered values and numbers the nearest in
    order (the lower of two equally near), of others, and where nothing is known of the fact, the first."""
    fact, domain = case.knowledge.facts[name], case.model.program.domains[name]
    cells = [cell for cell in range(domain.size) if mask >> cell & 1]
    if not cells:
        return None
    now = _value(case, name)
    if fact.numeric:
        numbers = [domain.representative(cell) if now is None else domain.nearest(cell, float(now)) for cell in cells]
        number = numbers[0] if now is None else min(numbers, key=lambda n: abs(n - float(now)))
        return unfractioned(number)
    if fact.ordered and now is not None:
        cells.sort(key=lambda cell: abs(cell - fact.values.index(now)))
    return fact.values[cells[0]]


def _cheapest(case: Case, facts: frozenset[str], goal: Goal) -> tuple[Change, ...] | None:
    """The cheapest set of moves, among those that concern some base facts, with which a goal is reached."""
    for together, reached in _tried(case, facts, goal):
        if reached:
            return changes_of(case.knowledge, case.answers, together)
    return None


def _tried(case: Case, facts: frozenset[str], goal: Goal) -> Iterator[tuple[Moves, bool]]:
    """Every set of moves from the cheapest on, and whether it reaches the goal."""
    knowledge, program = case.knowledge, case.model.program
    questions = {knowledge.question_of(fact) for fact in facts if knowledge.facts[fact].kind == "asked"}
    available = moves(knowledge, program, [answer for answer in case.answers if answer.question in questions])
    left = sets_by_cost(available)
    while block := [together for _, together in islice(left, BLOCK)]:
        base = stacked(case.beliefs.known, [masks_after(knowledge, program, together) for together in block])
        reached = np.broadcast_to(np.asarray(goal(program.run(base)), dtype=bool), len(block))
        yield from zip(block, reached, strict=True)
