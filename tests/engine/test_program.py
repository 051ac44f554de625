"""Forward chaining against an independent oracle."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings

from advisor.decision.beliefs import believe
from advisor.engine.program import compile_knowledge
from advisor.model.answer import Answer
from tests.support.knowledge import answer_values, build, derived, knowledge_bases, question, rule
from tests.support.oracle import infer

DOMAINS = {
    "one": ("a", "b", "c"),
    "two": ("a", "b", "c"),
    "flag": (False, True),
    "list": ((), ("x",), ("y",), ("x", "y")),
    "count": tuple(range(7)),
    "care": ("ignore", "low", "medium", "high", "essential"),
}


def masks(knowledge, values):
    given_answers = [Answer(question=name, value=value) for name, value in values.items()]
    return believe(knowledge, compile_knowledge(knowledge), given_answers, None).known


@given(knowledge_bases(), answer_values(complete=True))
@settings(max_examples=300, deadline=None)
def test_complete_answers_give_what_the_oracle_gives(knowledge, values):
    program = compile_knowledge(knowledge)
    evaluation = program.run(masks(knowledge, values))
    expected, fired = infer(knowledge, values)
    assert list(map(bool, evaluation.fired)) == fired
    assert list(map(bool, evaluation.excluded)) == [not f for f in fired]
    for fact in knowledge.derived:
        assert program.domains[fact.id].value(evaluation.facts[fact.id]) == expected[fact.id]


@given(knowledge_bases(), answer_values())
@settings(max_examples=100, deadline=None)
def test_what_is_certain_holds_in_every_completion(knowledge, values):
    """A rule that fires with unknown answers fires whatever they turn out to be, and one that is excluded never
    does; a derived fact's mask covers every value it can take."""
    program = compile_knowledge(knowledge)
    evaluation = program.run(masks(knowledge, values))
    unknown = [name for name, value in values.items() if value is None]
    rng = random.Random(0)
    completions = list(itertools.islice(itertools.product(*(DOMAINS[name] for name in unknown)), 100_000))
    for completion in rng.sample(completions, min(60, len(completions))):
        complete = {**values, **dict(zip(unknown, completion, strict=True))}
        facts, fired = infer(knowledge, complete)
        for true, false, fires in zip(evaluation.fired, evaluation.excluded, fired, strict=True):
            assert not (true and not fires)
            assert not (false and fires)
        for fact in knowledge.derived:
            assert program.domains[fact.id].bit(facts[fact.id]) & evaluation.facts[fact.id]


@given(knowledge_bases(), answer_values())
@settings(max_examples=100, deadline=None)
def test_order_of_rules_is_irrelevant(knowledge, values):
    order = list(range(len(knowledge.rules)))
    random.Random(1).shuffle(order)
    data = knowledge.model_dump(by_alias=True, exclude_none=True)
    data.pop("content_hash")
    shuffled = build(**{**data, "rules": [knowledge.rules[i].model_dump(by_alias=True) for i in order]})
    first = compile_knowledge(knowledge).run(masks(knowledge, values))
    second = compile_knowledge(shuffled).run(masks(shuffled, values))
    assert [first.fired[i] for i in order] == list(second.fired)
    assert [first.excluded[i] for i in order] == list(second.excluded)
    assert first.facts == second.facts


@given(knowledge_bases())
@settings(max_examples=50, deadline=None)
def test_many_at_once_equal_one_by_one(knowledge):
    program = compile_knowledge(knowledge)
    rng = random.Random(2)
    rows = [
        masks(knowledge, {name: rng.choice((None, *domain)) for name, domain in DOMAINS.items()}) for _ in range(40)
    ]
    together = program.run({fact: np.array([row[fact] for row in rows]) for fact in rows[0]})
    for lane, row in enumerate(rows):
        alone = program.run(row)
        for rule_index in range(len(knowledge.rules)):
            assert np.broadcast_to(together.fired[rule_index], 40)[lane] == alone.fired[rule_index]
            assert np.broadcast_to(together.excluded[rule_index], 40)[lane] == alone.excluded[rule_index]
        for fact, mask in alone.facts.items():
            assert np.broadcast_to(together.facts[fact], 40)[lane] == mask


@pytest.mark.parametrize(
    ("value", "fired"),
    [(0, (False, True, False)), (2, (False, True, True)), (4, (True, True, False)), (5, (True, False, False))],
)
def test_numbers_fall_between_the_thresholds_of_the_rules(value, fired):
    knowledge = build(
        questions=[question("count", "number", minimum=0, maximum=100)],
        rules=[
            rule("large", {"fact": "count", "at_least": 4}, {"veto": "left"}),
            rule("small", {"fact": "count", "at_most": 4}, {"veto": "left"}),
            rule("two", {"fact": "count", "is": 2}, {"veto": "left"}),
        ],
    )
    program = compile_knowledge(knowledge)
    evaluation = program.run(masks(knowledge, {"count": value}))
    assert tuple(map(bool, evaluation.fired)) == fired
    domain = program.domains["count"]
    for cell in range(domain.size):
        assert domain.index(domain.representative(cell)) == cell


@pytest.mark.parametrize(
    ("bounds", "tests", "labels"),
    [
        (
            {"minimum": 1, "maximum": 100, "whole": True},
            [{"at_least": 2}, {"at_most": 8}, {"at_least": 9}, {"at_least": 64}],
            ["1", "2 to 8", "9 to 63", "64 or more"],
        ),
        (
            {"minimum": 0, "maximum": 9, "whole": True},
            [{"is": 1.5}, {"at_most": 3.5}, {"in": [0, 2.5, 9]}, {"at_least": 8.5}],
            ["0", "1", "2", "3", "4 to 8", "9"],
        ),
        ({"minimum": 0, "maximum": 9, "whole": True}, [{"at_most": 9}, {"at_least": 0}], ["0 or more"]),
        (
            {"minimum": 0, "maximum": 9},
            [{"at_most": 0}, {"is": 2.5}, {"at_least": 9}],
            ["0", "more than 0, less than 2.5", "2.5", "more than 2.5, less than 9", "9"],
        ),
    ],
)
def test_each_cell_of_a_number_has_one_and_is_told_in_its_words(bounds, tests, labels):
    rules = [rule(f"r{i}", {"fact": "count", **test}, {"veto": "left"}) for i, test in enumerate(tests)]
    knowledge = build(questions=[question("count", "number", **bounds)], rules=rules)
    domain = compile_knowledge(knowledge).domains["count"]
    assert [domain.label(cell) for cell in range(domain.size)] == labels
    for cell in range(domain.size):
        inside = knowledge.question["count"].accept(domain.representative(cell))
        assert domain.index(inside) == cell
        facts = believe(knowledge, compile_knowledge(knowledge), [Answer(question="count", value=inside)], None).known
        fired = compile_knowledge(knowledge).run(facts).fired
        assert list(fired) == infer(knowledge, {"count": inside})[1]
        others = [other for other in range(domain.size) if other != cell]
        assert all(domain.index(domain.nearest(other, inside)) == other for other in others)


def test_the_highest_of_several_conclusions_stands():
    levels = ("low", "medium", "high")
    knowledge = build(
        questions=[question("one"), question("two")],
        derived=[derived("level", levels, "medium")],
        rules=[
            rule("lower", {"fact": "one", "is": "a"}, {"derive": "level", "value": "low"}),
            rule("higher", {"fact": "two", "is": "a"}, {"derive": "level", "value": "high"}),
        ],
    )
    program = compile_knowledge(knowledge)

    def level(**values):
        mask = program.run(masks(knowledge, {"one": None, "two": None, **values})).facts["level"]
        return {v for i, v in enumerate(levels) if mask >> i & 1}

    assert level(one="a", two="a") == {"high"}
    assert level(one="a", two="b") == {"low"}
    assert level(one="b", two="b") == {"medium"}
    assert level(one="a") == {"low", "high"}
    assert level(two="a") == {"high"}
    assert level() == {"low", "medium", "high"}
