"""Which questions come in one list, and when one is asked by itself."""

import datetime
import math
import random

import numpy as np
import pytest

from advisor.decision.assess import Budget
from advisor.decision.beliefs import Beliefs
from advisor.decision.checklist import QUESTIONS_AT_ONCE, next_asking, otherwise
from advisor.decision.settle import branches
from advisor.decision.verdict import call
from advisor.knowledge.load import load
from tests.support.knowledge import SETTINGS, build, question
from tests.support.random_answers import some
from tests.support.small_worlds import completions, world
from tests.support.steps import next_step

TODAY = datetime.date(2026, 11, 23)
SHIPPED = load()


def knowledge(**settings):
    return build(
        settings={**SETTINGS, **settings},
        questions=[
            question("field"),
            *(question(name, "yes-no", usual=False) for name in ("p", "q")),
            *(question(name, usual="a") for name in ("os", "python")),
        ],
    )


def test_a_list_has_the_questions_that_most_people_answer_alike():
    found = next_asking(knowledge(), {"os": 0.3, "field": 0.2, "q": 0.1, "p": 0.0})
    assert found.questions == ("os", "q", "p")
    assert found.gain == pytest.approx(0.4)
    assert found.steps == pytest.approx(1 + 0.1), "whose answer to a yes-or-no differs has given it by that"


def test_no_more_than_so_many_and_the_most_useful_first():
    bits = {"os": 0.3, "q": 0.1, "p": 0.05, "python": 0.01}
    assert next_asking(knowledge(), bits, 2).questions == ("os", "q")
    assert next_asking(knowledge(), bits, 1).questions == ("os",)


def test_what_is_expected_to_tell_more_a_step_comes_first():
    assert next_asking(knowledge(), {"field": 0.5, "os": 0.2, "p": 0.1}).questions == ("field",)
    assert next_asking(knowledge(), {"field": 0.2, "os": 0.2, "p": 0.1}).questions == ("os", "p")
    assert next_asking(knowledge(), {"field": 0.0, "os": 0.0}).questions == ("field",), "one makes no list"
    assert next_asking(knowledge(), {"field": 0.0, "os": 0.0, "p": 0.0}).questions == ("os", "p")


def test_where_usual_answers_are_rare_a_list_takes_more_steps_than_it_saves():
    bits = {"field": 0.2, "os": 0.2, "python": 0.1}
    assert next_asking(knowledge(), bits).questions == ("os", "python")
    assert next_asking(knowledge(usual_share=0.1), bits).questions == ("field",)


def test_nothing_left_is_nothing_to_ask():
    assert next_asking(knowledge(), {}) == ((), 0, 0)


@pytest.mark.parametrize(("shown", "other"), [(False, True), (True, False), ("a", None), (1, None), (("x",), None)])
def test_only_yes_or_no_is_told_by_differing(shown, other):
    assert otherwise(shown) is other


@pytest.mark.parametrize("seed", range(12))
def test_a_step_asks_only_what_was_not_asked_and_still_matters(seed):
    rng = random.Random(seed)
    given = some(SHIPPED, rng, known=rng.choice((0.0, 0.3, 0.6, 0.9)))
    passed = {entry.id for entry in SHIPPED.questions if rng.random() < 0.1}
    most = rng.choice((2, 5, QUESTIONS_AT_ONCE))
    step = next_step(SHIPPED, given, None, as_of=TODAY, passed=passed, at_once=most)
    singly = next_step(SHIPPED, given, None, as_of=TODAY, passed=passed)
    assert step.prospect == singly.prospect
    assert bool(step.questions) == bool(singly.questions)
    assert len(step.questions) <= most
    assert len(set(step.questions)) == len(step.questions)
    assert set(step.questions) <= singly.prospect.reductions.keys() - given.keys() - passed
    if len(step.questions) > 1:
        assert all(SHIPPED.question[name].usual is not None for name in step.questions)
        order = list(step.prospect.reductions)
        assert [*step.questions] == sorted(step.questions, key=order.index)
    elif step.questions:
        assert step.questions == singly.questions


def bits(groups, codes, chances):
    """The mutual information of two numberings, by its definition."""
    table = np.zeros((max(groups) + 1, max(codes) + 1))
    np.add.at(table, (groups, codes), chances)
    apart = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True)
    kept = table > 0
    return float((table[kept] * np.log2(table[kept] / apart[kept])).sum())


@pytest.mark.parametrize("seed", range(25))
def test_answers_together_tell_at_least_the_sum_of_what_each_tells(seed):
    """On small worlds with every completion written out and assessed, by which the gain of a list is a lower bound."""
    small = world(random.Random(seed))
    scenarios = list(completions(small.beliefs))
    if len(scenarios) > 3000:
        scenarios = []
    verdicts = []
    for start in range(0, len(scenarios), 500):
        chunk = [Beliefs(known, ()) for known in scenarios[start : start + 500]]
        verdicts += [call(small.model.knowledge, found) for found in small.model.assess(chunk, Budget(1, 100))]
    kinds = sorted({(str(verdict.kind), str(verdict.candidate)) for verdict in verdicts})
    codes = [kinds.index((str(verdict.kind), str(verdict.candidate))) for verdict in verdicts]
    chances = np.full(len(codes), 1 / max(1, len(codes)))
    parts = [tuple(fact for fact in part.settings[0]) for part in branches(small.beliefs)]
    columns = [
        np.unique([str([known[f] for f in facts]) for known in scenarios], return_inverse=True)[1] for facts in parts
    ]
    if not verdicts or not columns:
        return
    alone = sum(bits(column, codes, chances) for column in columns)
    together = bits(range(len(codes)), codes, chances)
    assert alone <= together + 1e-9
    assert together <= math.log2(len(kinds)) + 1e-9
