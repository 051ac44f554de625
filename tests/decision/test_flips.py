"""The smallest sets of changed answers, against brute force that shares nothing with the search."""

import datetime
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings

from advisor.decision.advise import advise
from advisor.decision.beliefs import Beliefs, setting
from advisor.decision.case import case_of
from advisor.decision.flips import SCREENING, smallest_flips
from advisor.decision.moves import compatible, moves, sets_by_cost
from advisor.decision.relevance import Consequences
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from tests.support.knowledge import (
    CHOICES,
    LEVELS,
    SETTINGS,
    answer_values,
    answers,
    build,
    evidence,
    knowledge_bases,
    question,
    rule,
    scale,
)
from tests.support.profiles import profiles

TODAY = datetime.date(2026, 11, 23)


def verdict(knowledge, values):
    found = advise(knowledge, answers(**values), None, as_of=TODAY).verdict
    return found.kind, found.candidate


def search(knowledge, values, **more):
    case = case_of(knowledge, answers(**values), None, as_of=TODAY)
    return smallest_flips(case, **{"most": 10_000, "limit": 100_000, **more})


DECIDED = ("one", "flag", "list", "care")
"""Questions of `knowledge_bases` that brute force changes; what the search finds with the others isn't compared."""


def edits(values):
    """Every set of at most three smallest changes of an answer set, spelt out: the changes, and the new answers."""
    single = []
    for name in DECIDED:
        if name == "list":
            single += [(name, option) for option in ("x", "y")] + ([(name, "")] if values[name] is None else [])
        else:
            domain = {"one": CHOICES, "flag": (False, True), "care": LEVELS}[name]
            single += [(name, value) for value in domain if value != values[name]]
    for size in (1, 2, 3):
        for chosen in combinations(single, size):
            questions = [name for name, _ in chosen]
            if any(questions.count(name) > 1 for name in questions if name != "list"):
                continue
            toggled = [value for name, value in chosen if name == "list"]
            if len(toggled) > 1 and "" in toggled:
                continue
            after = {**values, **{name: value for name, value in chosen if name != "list"}}
            if toggled:
                after["list"] = tuple(o for o in ("x", "y") if (o in (values["list"] or ())) != (o in toggled))
            yield frozenset(chosen), after


def brute_force(knowledge, values):
    """The new answers of every minimal flip: each set is advised on, and none is left out for what was found before
    but those that hold a smaller flip."""
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


def as_text(changes):
    return sorted((name, str(value)) for name, value in changes.items())


@pytest.mark.parametrize("screening", [SCREENING, None])
@given(knowledge=knowledge_bases(), values=answer_values())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_the_search_finds_what_brute_force_finds(screening, knowledge, values):
    found = search(knowledge, values, screening=screening)
    assert found.ended == "all"
    assert [flip.cost for flip in found.flips] == sorted(flip.cost for flip in found.flips)
    within = [
        {change.question: change.after for change in flip.changes}
        for flip in found.flips
        if all(change.question in DECIDED for change in flip.changes)
    ]
    assert sorted(map(as_text, within)) == sorted(map(as_text, brute_force(knowledge, values)))


@given(knowledge_bases(), answer_values())
@settings(max_examples=12, deadline=None)
def test_a_search_cut_short_misses_nothing_cheaper_than_it_says(knowledge, values):
    everything = search(knowledge, values)
    for more in ({"limit": 7}, {"limit": 40}, {"most": 1}, {"most": 3}):
        found = search(knowledge, values, **more)
        assert found.ended in ("all", "enough" if "most" in more else "limit")
        assert list(found.flips) == list(everything.flips)[: len(found.flips)]
        cheap = [flip for flip in everything.flips if flip.cost <= found.complete_to]
        assert cheap == [flip for flip in found.flips if flip.cost <= found.complete_to]


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize("left_out", [0, 12])
def test_flips_on_what_ships_come_true_and_no_part_of_one_does(index, left_out):
    knowledge = load()
    given_answers, measurements = profiles()[index]
    some = dict(list(given_answers.items())[left_out:])
    case = case_of(knowledge, some, measurements, as_of=TODAY)
    found = smallest_flips(case, most=3, limit=600)
    before = (case.verdict.kind, case.verdict.candidate)

    def after(changes):
        changed = {c.question: Answer(question=c.question, value=c.after, origin="file") for c in changes}
        advised = advise(knowledge, {**some, **changed}, measurements, as_of=TODAY).verdict
        return advised.kind, advised.candidate, advised.confidence

    assert found.flips or found.ended == "limit"
    for flip in found.flips:
        assert after(flip.changes) == (flip.kind, flip.candidate, flip.confidence)
        assert after(flip.changes)[:2] != before
        for size in range(1, len(flip.changes)):
            for part in combinations(flip.changes, size):
                assert after(part)[:2] == before


def test_what_is_more_plausible_costs_less():
    knowledge = build(
        questions=[
            question("one"), question("list", "many", ("x", "y")), scale("care"), question("flag", "yes-no"),
            question("count", "number", minimum=1, maximum=100), question("rare", "yes-no", usual=False),
            {**question("os", "one", ("linux", "macos", "windows", "wsl")), "detect": "os"},
        ],
        rules=[rule("some", {"fact": "count", "at_least": 10}, evidence("left", "anything", 1))],
    )  # fmt: skip
    given_answers = [
        Answer(question="one", value="a", origin="file"),
        Answer(question="list", value=("x",), origin="asked"),
        Answer(question="care", value="low", origin="flag"),
        Answer(question="flag"),
        Answer(question="count", value=40, origin="file"),
        Answer(question="rare"),
        Answer(question="os", value="linux", origin="default"),
    ]
    case = case_of(knowledge, {}, None, as_of=TODAY)
    found = {
        (move.question, move.option or move.value): move.cost
        for move in moves(knowledge, case.model.program, given_answers)
    }
    assert found == {
        ("one", "b"): 3, ("one", "c"): 3, ("list", "x"): 2, ("list", "y"): 2,
        ("care", "ignore"): 2, ("care", "medium"): 2, ("care", "high"): 3, ("care", "essential"): 4,
        ("flag", False): 1, ("flag", True): 1, ("count", 9): 2, ("rare", False): 1, ("rare", True): 2,
        ("os", "macos"): 2, ("os", "windows"): 2, ("os", "wsl"): 2,
    }  # fmt: skip


def test_sets_come_by_cost_and_each_once():
    case = case_of(KNOWN, answers(one="a", list=("x",), flag=None), None, as_of=TODAY)
    available = moves(KNOWN, case.model.program, case.answers)
    every = list(sets_by_cost(available))
    assert [cost for cost, _ in every] == sorted(cost for cost, _ in every)
    assert all(cost == sum(move.cost for move in together) for cost, together in every)
    assert len({frozenset(together) for _, together in every}) == len(every)
    expected = [c for size in (1, 2, 3) for c in combinations(available, size) if compatible(c)]
    assert {frozenset(together) for _, together in every} == set(map(frozenset, expected))


KNOWN = build(questions=[question("one"), question("list", "many", ("x", "y", "z")), question("flag", "yes-no")])


def test_what_an_open_answer_would_decide_is_told_apart():
    """The rule is neither true nor false with "a" and with "b", but it rests on different answers to what is open."""
    knowledge = build(
        settings={**SETTINGS, "worth_asking": 0.2},
        questions=[question("one"), question("two", usual="b")],
        rules=[
            rule(
                "same",
                {
                    "any": [
                        {"all": [{"fact": "one", "is": letter}, {"fact": "two", "is": letter}]} for letter in ("a", "b")
                    ]
                },
                evidence("left", "anything", 2),
            ),
            rule("right", None, evidence("right", "anything", 1)),
        ],
    )
    assert verdict(knowledge, {"one": "b"}) == ("recommended", "left")
    assert verdict(knowledge, {"one": "a"}) == ("recommended", "right")
    case = case_of(knowledge, answers(one="c"), None, as_of=TODAY)
    letters = [setting(knowledge.question["one"], case.model.program, letter) for letter in CHOICES]
    assert len(set(Consequences(case.model).signatures(case.beliefs.known, letters))) == 3
    assert verdict(knowledge, {"one": "c"}) == ("recommended", "right")
    for screening in (SCREENING, None):
        found = search(knowledge, {"one": "c"}, screening=screening).flips
        changes = {tuple((change.question, change.after) for change in flip.changes) for flip in found}
        assert changes == {(("one", "b"),), (("one", "a"), ("two", "a"))}


@given(knowledge_bases(), answer_values(), answer_values())
@settings(max_examples=40, deadline=None)
def test_scenarios_with_the_same_signature_are_assessed_alike(knowledge, values, others):
    """The answers of one set are given to the other, where both have one; whatever the signatures call the same gets
    the same shares."""
    case = case_of(knowledge, answers(**values), None, as_of=TODAY)
    settled = {name: value for name, value in others.items() if values[name] is not None and value is not None}
    masks = [setting(knowledge.question[name], case.model.program, value) for name, value in settled.items()] or [{}]
    signatures = Consequences(case.model).signatures(case.beliefs.known, [{}, *masks])
    scenarios = [Beliefs({**case.beliefs.known, **changed}, case.beliefs.open) for changed in ({}, *masks)]
    shares = [tuple(assessment.shares) for assessment in case.model.assess(scenarios)]
    by_signature = {}
    for signature, share in zip(signatures, shares, strict=True):
        assert by_signature.setdefault(signature, share) == share
