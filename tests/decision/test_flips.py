"""The smallest sets of changed answers, against brute force that shares nothing with the search."""

import datetime
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings

from advisor.decision.advise import advise
from advisor.decision.case import case_of
from advisor.decision.flips import SCREENING, smallest_flips
from tests.support.knowledge import (
    CHOICES,
    LEVELS,
    answer_values,
    answers,
    knowledge_bases,
)

TODAY = datetime.date(2026, 11, 23)


def verdict(knowledge, values):
    found = advise(knowledge, answers(**values), None, as_of=TODAY).verdict
    return found.kind, found.candidate


def search(knowledge, values, **more):
    case = case_of(knowledge, answers(**values), None, as_of=TODAY)
    return smallest_flips(case, **{"most": 10_000, "limit": 100_000, **more})


DECIDED = ("one", "flag", "list", "care")
"""Questions of `knowledge_bases` that brute force changes; the others stay as they are."""


def edits(values):
    """Every set of at most three smallest changes of an answer set, spelt out: by what changes, the new answers."""
    single = []
    for name in DECIDED:
        now = values[name]
        if name == "list":
            single += [(name, option) for option in ("x", "y")] + ([(name, "")] if now is None else [])
        else:
            domain = {"one": CHOICES, "flag": (False, True), "care": LEVELS}[name]
            single += [(name, value) for value in domain if value != now or type(value) is not type(now)]
    for size in (1, 2, 3):
        for chosen in combinations(single, size):
            questions = [name for name, _ in chosen]
            if any(questions.count(name) > 1 for name in questions if name != "list"):
                continue
            toggled = [value for name, value in chosen if name == "list"]
            if len(toggled) > 1 and "" in toggled:
                continue
            after = dict(values)
            after.update({name: value for name, value in chosen if name != "list"})
            if toggled:
                after["list"] = tuple(o for o in ("x", "y") if (o in (values["list"] or ())) != (o in toggled))
            yield frozenset(chosen), after


def brute_force(knowledge, values):
    before = verdict(knowledge, values)
    known = {}
    minimal = {}
    for chosen, after in edits(values):
        key = tuple(after.items())
        if key not in known:
            known[key] = verdict(knowledge, after)
        if known[key] != before and not any(smaller < chosen for smaller in minimal):
            minimal[chosen] = {name: value for name, value in after.items() if value != values[name]}
    return minimal.values()


def small(knowledge):
    """The knowledge with few enough questions for brute force to be quick: the others are never asked."""
    return knowledge.model_copy(update={"content_hash": knowledge.content_hash})


@given(knowledge_bases(), answer_values())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@pytest.mark.parametrize("screening", [SCREENING, None])
def test_the_search_finds_what_brute_force_finds(screening, knowledge, values):
    found = search(knowledge, values, screening=screening)
    assert found.ended == "all"
    within = [
        {change.question: change.after for change in flip.changes}
        for flip in found.flips
        if all(change.question in DECIDED for change in flip.changes)
    ]
    expected = list(brute_force(knowledge, values))
    assert sorted(map(repr, map(sorted_items, within))) == sorted(map(repr, map(sorted_items, expected)))


def sorted_items(changes):
    return sorted((name, str(value)) for name, value in changes.items())
