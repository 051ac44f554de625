"""Facts known in part, and many answer sets at once, against one at a time and an independent oracle."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.decision.beliefs import believe
from advisor.engine.batch import encode
from advisor.engine.program import compile_knowledge
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from tests.support.knowledge import build, derived, knowledge_bases, question, rule
from tests.support.oracle import infer_unknown

FACTS = {"one": ("a", "b", "c"), "two": ("a", "b", "c"), "flag": (False, True)}


def random_masks(program, rng, certain=0.5):
    """A mask for each fact that isn't derived: one value, some or all."""
    masks = {}
    for name, domain in program.domains.items():
        if domain.fact.kind != "derived":
            one = 1 << rng.randrange(domain.size)
            masks[name] = one if rng.random() < certain else one | rng.randint(1, domain.full)
    return masks


def values(domain, mask):
    cells = [cell for cell in range(domain.size) if mask >> cell & 1]
    return {domain.representative(cell) if domain.fact.numeric else domain.fact.values[cell] for cell in cells}


def assert_oracle_agrees(knowledge, base):
    program = compile_knowledge(knowledge)
    evaluation = program.run(base)
    facts, states = infer_unknown(knowledge, {name: values(program.domains[name], base[name]) for name in base})
    assert list(evaluation.fired) == [state is True for state in states]
    assert list(evaluation.excluded) == [state is False for state in states]
    for fact in knowledge.derived:
        assert values(program.domains[fact.id], evaluation.facts[fact.id]) == facts[fact.id]


def assert_same(program, together, rows):
    """That answer sets evaluated together, in a row, come out as each alone."""
    count = len(rows)
    alone = [program.run(row) for row in rows]
    for name in ("fired", "excluded"):
        expected = np.array([getattr(each, name) for each in alone]).reshape(count, -1)
        found = getattr(together, name)
        for index in range(len(program.rules)):
            assert (np.broadcast_to(found[index], count) == expected[:, index]).all()
    assert (together.firing == np.array([each.fired for each in alone])).all()
    assert together.facts.keys() == alone[0].facts.keys()
    for fact, mask in together.facts.items():
        assert (np.broadcast_to(mask, count) == [each.facts[fact] for each in alone]).all()


def stacked(rows):
    return {fact: np.array([row[fact] for row in rows]) for fact in rows[0]}


@given(knowledge_bases(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_what_is_known_in_part_gives_what_the_oracle_gives(knowledge, rng):
    assert_oracle_agrees(knowledge, random_masks(compile_knowledge(knowledge), rng))


def nest(rng, facts, depth):
    """A random condition, nested."""
    if depth == 0:
        fact = rng.choice(sorted(facts))
        if fact == "count":
            return {"fact": fact, rng.choice(("is", "at_least", "at_most")): rng.randint(0, 6)}
        return {"fact": fact, "in": rng.sample(facts[fact], rng.randint(1, 2))}
    if rng.random() < 0.2:
        return {"not": nest(rng, facts, depth - 1)}
    parts = [nest(rng, facts, rng.randint(0, depth - 1)) for _ in range(rng.randint(1, 4))]
    return {rng.choice(("all", "any")): parts}


@pytest.mark.parametrize("seed", range(40))
def test_chains_of_nested_conditions_give_what_the_oracle_gives(seed):
    rng = random.Random(seed)
    rules, facts = [], {**FACTS, "count": ()}
    for index in range(6):
        rules.append(rule(f"r{index}", nest(rng, facts, 5), {"derive": f"d{index}", "value": True}))
        facts[f"d{index}"] = (False, True)
    knowledge = build(
        questions=[
            question("one"),
            question("two"),
            question("flag", "yes-no"),
            question("count", "number", minimum=0, maximum=6),
        ],
        derived=[derived(f"d{index}") for index in range(6)],
        rules=rules,
    )
    program = compile_knowledge(knowledge)
    rows = [random_masks(program, rng) for _ in range(20)]
    assert_same(program, program.run(stacked(rows)), rows)
    for row in rows:
        assert_oracle_agrees(knowledge, row)


def test_conditions_that_would_multiply_out_stay_small():
    """Thirty alternatives of fifteen tests each, joined: 15^30 terms if they were multiplied out."""
    names = [f"q{index}" for index in range(15)]
    pairs = [
        {"any": [{"fact": name, "is": value} for name in names[i:] + names[:i]]} for i in range(15) for value in "ab"
    ]
    knowledge = build(
        questions=[question(name) for name in names],
        rules=[
            rule("all", {"all": pairs}, {"veto": "left"}),
            rule("none", {"not": {"any": [{"not": pair} for pair in pairs]}}, {"veto": "right"}),
        ],
    )
    program = compile_knowledge(knowledge)
    assert program.half <= 64 * (2 * 15 * len(pairs) // 64 + 1)
    rng = random.Random(3)
    rows = [random_masks(program, rng, certain) for certain in (0, 0.5, 0.9, 1) for _ in range(10)]
    assert any(any(program.run(row).fired) for row in rows)
    for row in rows:
        assert_oracle_agrees(knowledge, row)
    assert_same(program, program.run(stacked(rows)), rows)
    assert program.run(rows[0]).facts.keys() == program.domains.keys()


def test_two_tests_of_a_fact_known_in_part_stay_two():
    """Each of them may hold, so by Kleene's rules both may, though no value satisfies both."""
    both = {"all": [{"fact": "one", "is": "a"}, {"fact": "one", "in": ["b", "c"]}]}
    knowledge = build(questions=[question("one")], rules=[rule("both", both, {"veto": "left"})])
    program = compile_knowledge(knowledge)
    assert [
        (*program.run({"one": mask}).fired, *program.run({"one": mask}).excluded) for mask in (0b001, 0b011, 0b110)
    ] == [
        (False, True),
        (False, False),
        (False, True),
    ]


@given(knowledge_bases(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_what_becomes_known_only_narrows(knowledge, rng):
    """A rule that fires goes on firing, one that is excluded stays so, and no fact gets a value that was impossible."""
    program = compile_knowledge(knowledge)
    before = random_masks(program, rng, 0.2)
    after = {}
    for name, mask in before.items():
        some = mask & rng.randint(1, program.domains[name].full)
        after[name] = some or mask
    wide, narrow = program.run(before), program.run(after)
    assert all(then for now, then in zip(wide.fired, narrow.fired, strict=True) if now)
    assert all(then for now, then in zip(wide.excluded, narrow.excluded, strict=True) if now)
    assert not any(narrow.facts[name] & ~wide.facts[name] for name in wide.facts)


def test_ten_thousand_sets_at_once_equal_one_by_one():
    """On the base that ships, a third of the facts known in part."""
    program = compile_knowledge(load())
    rng = random.Random(4)
    rows = [random_masks(program, rng, 2 / 3) for _ in range(10_000)]
    assert_same(program, program.run(stacked(rows)), rows)


@given(knowledge_bases(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_shapes_are_broadcast(knowledge, rng):
    """Some facts differ from row to row, some from column to column, some are the same everywhere."""
    program = compile_knowledge(knowledge)
    rows, columns = ([random_masks(program, rng) for _ in range(count)] for count in (7, 3))
    kinds = {name: rng.choice(("row", "column", "both", "same")) for name in rows[0]}
    grid = [
        {name: {"row": row, "column": column, "both": rng.choice((row, column)), "same": rows[0]}[kind][name]
         for name, kind in kinds.items()}
        for row in rows
        for column in columns
    ]  # fmt: skip
    base = {}
    for name, kind in kinds.items():
        all_of_it = np.array([each[name] for each in grid]).reshape(7, 3)
        base[name] = {
            "row": all_of_it[:, :1], "column": all_of_it[0], "both": all_of_it, "same": grid[0][name]
        }[kind]  # fmt: skip
    together = program.run(base)
    for index, row in enumerate(grid):
        alone = program.run(row)
        place = divmod(index, 3)
        for rule_index in range(len(program.rules)):
            assert np.broadcast_to(together.fired[rule_index], (7, 3))[place] == alone.fired[rule_index]
            assert np.broadcast_to(together.excluded[rule_index], (7, 3))[place] == alone.excluded[rule_index]
        for fact, mask in alone.facts.items():
            assert np.broadcast_to(together.facts[fact], (7, 3))[place] == mask


def test_dictionaries_are_encoded_as_answers_are():
    knowledge = build(
        questions=[question("one"), question("flag", "yes-no"), question("count", "number", minimum=0, maximum=6)],
        rules=[rule("many", {"fact": "count", "at_least": 3}, {"veto": "left"})],
    )
    program = compile_knowledge(knowledge)
    sets = [{"one": "b", "flag": True, "count": 2.5}, {"one": None, "flag": False, "count": 3}, {}]
    masks = encode(program, sets)
    for index, each in enumerate(sets):
        answers = [Answer(question=q.id, value=each.get(q.id)) for q in knowledge.questions]
        expected = believe(knowledge, program, answers, None).known
        assert {name: mask[index] for name, mask in masks.items()} == expected
    with pytest.raises(ValueError, match="one: 'd' is not one of its values"):
        encode(program, [{"one": "d"}])
