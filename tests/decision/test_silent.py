"""What keeps a rule silent: the values and answers named are tried by an independent reading of the rules."""

import datetime
from itertools import combinations, product

import pytest
from hypothesis import given, settings

from advisor.decision.advise import advise
from advisor.decision.case import case_of
from advisor.decision.silent import explain_rule, first_failed, in_words
from advisor.knowledge.load import load
from tests.support.knowledge import (
    CHOICES,
    LEVELS,
    answer_values,
    answers,
    build,
    derived,
    knowledge_bases,
    question,
    rule,
)
from tests.support.oracle import holds, infer
from tests.support.profiles import profiles

TODAY = datetime.date(2026, 11, 23)


def explain_all(knowledge, values):
    """Of every rule its index, what is explained, and the case."""
    given_answers = answers(**values)
    case = case_of(knowledge, given_answers, None, as_of=TODAY)
    result = advise(knowledge, given_answers, None, as_of=TODAY)
    return case, [explain_rule(case, result, rule_) for rule_ in knowledge.rules]


@given(knowledge_bases(), answer_values(complete=True))
@settings(max_examples=40, deadline=None)
def test_the_values_and_answers_named_do_it(knowledge, values):
    facts, fired = infer(knowledge, values)
    case, every = explain_all(knowledge, values)
    for index, (rule_, found) in enumerate(zip(knowledge.rules, every, strict=True)):
        assert (found.state == "fired") == fired[index]
        if fired[index]:
            assert found.proof
            assert not found.failed
            continue
        failed = found.failed
        leaf, wanted = first_failed(case, rule_.when)
        assert failed.text == in_words(leaf, wanted)
        assert holds(knowledge, leaf, facts) != wanted
        assert failed.value == facts[failed.fact]
        check_nearest(knowledge, leaf, wanted, failed, facts)
        if failed.changes is not None:
            after, _ = infer(knowledge, changed(values, failed.changes))
            assert holds(knowledge, leaf, after) == wanted
        if found.fires_with is not None:
            assert infer(knowledge, changed(values, found.fires_with))[1][index]
        check_none_smaller(knowledge, values, index, found.fires_with)


def changed(values, changes):
    return {**values, **{change.question: change.after for change in changes}}


def check_nearest(knowledge, leaf, wanted, failed, facts):
    """The nearest value does it, and none nearer in order does; of numbers that needn't be whole, none that is nearer
    by 1."""

    def does(value):
        return holds(knowledge, leaf, {**facts, leaf.fact: value}) == wanted

    fact = knowledge.facts[leaf.fact]
    domain = fact.values or (tuple(range(7)) if fact.whole else tuple(half / 2 for half in range(13)))
    assert failed.nearest is not None or not any(map(does, domain))
    if failed.nearest is None:
        return
    assert does(failed.nearest)
    if failed.nearest not in domain:
        assert not any(map(does, domain))
    elif fact.numeric and not fact.whole:
        distance = abs(failed.nearest - failed.value)
        assert not any(does(v) for v in domain if abs(v - failed.value) <= distance - 1)
    elif fact.ordered or fact.numeric:
        distance = abs(domain.index(failed.nearest) - domain.index(failed.value))
        assert not any(does(v) for v in domain if abs(domain.index(v) - domain.index(failed.value)) < distance)


OTHERS = {"one": CHOICES, "two": CHOICES, "flag": (False, True), "count": tuple(range(7)), "care": LEVELS}


def check_none_smaller(knowledge, values, index, changes):
    """No fewer changes make the rule fire, as far as one or two other answers go (lists left alone)."""
    size = 3 if changes is None else len(changes)
    for names in (combination for number in range(1, min(size, 3)) for combination in combinations(OTHERS, number)):
        for chosen in product(*(OTHERS[name] for name in names)):
            assert not infer(knowledge, {**values, **dict(zip(names, chosen, strict=True))})[1][index]


@given(knowledge_bases(), answer_values())
@settings(max_examples=25, deadline=None)
def test_with_open_answers_what_is_named_makes_it_certain(knowledge, values):
    case, every = explain_all(knowledge, values)
    for index, found in enumerate(every):
        if found.state == "fired":
            continue
        assert (found.state == "false") == bool(case.evaluation.excluded[index])
        if found.fires_with is not None:
            again = case_of(knowledge, answers(**changed(values, found.fires_with)), None, as_of=TODAY)
            assert again.evaluation.fired[index]
        if found.failed.changes is not None:
            again = case_of(knowledge, answers(**changed(values, found.failed.changes)), None, as_of=TODAY)
            leaf, wanted = first_failed(case, knowledge.rules[index].when)
            mask = again.model.program.domains[leaf.fact].satisfying(leaf, wanted)
            assert not again.evaluation.facts[leaf.fact] & ~mask


CHAIN = build(
    questions=[
        question("devices", "number", minimum=1, maximum=1000, whole=True),
        question("targets", "many", ("server", "phone", "chip")),
        question("kind"),
    ],
    derived=[
        derived("care-anything", LEVELS, "low"), derived("parallel", ("single", "some", "many"), "single")
    ],
    criteria=[{"id": "anything", "title": "All", "text": "All of it.", "importance": "care-anything"}],
    rules=[
        rule("some", {"fact": "devices", "at_least": 2}, {"derive": "parallel", "value": "some"}),
        rule("many", {"fact": "devices", "at_least": 64}, {"derive": "parallel", "value": "many"}),
        rule("lots", {"fact": "parallel", "is": "many"}, {"warn": "Many devices."}),
        rule("not-many", {"fact": "parallel", "in": ["single", "some"]}, {"warn": "Not many devices."}),
        rule("few", {"fact": "devices", "at_most": 8}, {"warn": "Few devices."}),
        rule("mobile", {"all": [{"fact": "targets.phone", "is": True}, {"fact": "parallel", "is": "single"}]},
             {"warn": "Phones."}),
    ],
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values", "text", "value", "nearest", "changes", "fires_with"),
    [
        ("lots", {"devices": 4}, "parallel is many", "some", "many", {"devices": 64}, {"devices": 64}),
        (
            "not-many", {"devices": 70}, "parallel is one of single, some", "many", "some", {"devices": 63},
            {"devices": 63},
        ),
        ("few", {"devices": 100}, "devices is at most 8", 100, 8, {"devices": 8}, {"devices": 8}),
        ("some", {"devices": 1}, "devices is at least 2", 1, 2, {"devices": 2}, {"devices": 2}),
        (
            "mobile", {"devices": 2, "targets": ("chip",)}, "targets.phone is yes", False, True,
            {"targets": ("phone", "chip")}, {"devices": 1, "targets": ("phone", "chip")},
        ),
        (
            "mobile", {"devices": 70, "targets": ("phone",)}, "parallel is single", "many", "single",
            {"devices": 1}, {"devices": 1},
        ),
        ("some", {}, "devices is at least 2", None, 2, {"devices": 2}, {"devices": 2}),
    ],
)  # fmt: skip
def test_a_derived_fact_is_traced_down_to_the_answers(name, values, text, value, nearest, changes, fires_with):
    index = [r.id for r in CHAIN.rules].index(name)
    found = explain_all(CHAIN, values)[1][index]
    assert (found.failed.text, found.failed.value, found.failed.nearest) == (text, value, nearest)
    assert {change.question: change.after for change in found.failed.changes} == changes
    assert {change.question: change.after for change in found.fires_with} == fires_with


@pytest.mark.parametrize(("whole", "nearest"), [(True, 3), (False, 2.25)])
def test_of_numbers_that_are_whole_a_whole_one_is_named(whole, nearest):
    knowledge = build(
        questions=[question("hours", "number", minimum=0, maximum=9, whole=whole)],
        rules=[
            rule("more", {"not": {"fact": "hours", "at_most": 2}}, {"warn": "More."}),
            rule("much-more", {"not": {"fact": "hours", "at_most": 2.5}}, {"warn": "Much more."}),
        ],
    )
    for given_values in ({"hours": 1}, {}):
        more, much_more = explain_all(knowledge, given_values)[1]
        assert (more.failed.nearest, much_more.failed.nearest) == (nearest, 3)


def test_every_silent_rule_that_ships_can_be_explained():
    knowledge = load()
    given_answers, measurements = profiles()[0]
    case = case_of(knowledge, given_answers, measurements, as_of=TODAY)
    result = advise(knowledge, given_answers, measurements, as_of=TODAY)
    for index, rule_ in enumerate(knowledge.rules):
        found = explain_rule(case, result, rule_)
        assert (found.state == "fired") == bool(case.evaluation.fired[index])
        if found.fires_with is not None:
            changed = {
                c.question: given_answers[c.question].model_copy(update={"value": c.after}) for c in found.fires_with
            }
            again = case_of(knowledge, {**given_answers, **changed}, measurements, as_of=TODAY)
            assert again.evaluation.fired[index], rule_.id
