"""Many sets of answers at once: the verdicts of `advise`."""

import datetime
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.decision.advise import advise
from advisor.decision.assess import FULL
from advisor.decision.batch import Batch
from advisor.decision.beliefs import believe, resolve
from advisor.engine.program import compile_knowledge
from advisor.knowledge.load import load
from tests.support.knowledge import answer_values, answers, knowledge_bases
from tests.support.profiles import profiles
from tests.support.random_answers import some, traded
from tests.support.singly import drawn, judged, measured

TODAY = datetime.date(2026, 11, 23)
KNOWLEDGE = load()
MEASURED = next(measurements for _, measurements in profiles() if measurements)


def mixed(count, seed):
    """Sets with everything from nothing to all answered."""
    rng = random.Random(seed)
    return [some(KNOWLEDGE, rng, index % 5 / 4) for index in range(count)]


@pytest.mark.parametrize("seed", range(3))
def test_with_as_many_draws_the_verdicts_are_those_of_advise(seed):
    """`python tests/bench/singly.py` does the same 10,000 times."""
    rng = random.Random(seed)
    several = [drawn(KNOWLEDGE, rng) for _ in range(20)]
    found = list(judged(KNOWLEDGE, several, (None, MEASURED, measured(KNOWLEDGE, rng))[seed], seed))
    assert [each.differing for each in found] == [[]] * 20
    assert any(KNOWLEDGE.trade_off.keys() & each.answers.keys() for each in found)


def test_who_trades_changes_nothing_for_the_others():
    """And a choice counts for those alone who made it, whatever the company."""
    rng = random.Random(7)
    plain = mixed(6, 6)
    trading = [answers | traded(KNOWLEDGE, rng, 4) for answers in plain]
    batch = Batch(KNOWLEDGE, MEASURED, as_of=TODAY)
    together = batch.verdicts([answers for pair in zip(plain, trading, strict=True) for answers in pair])
    apart = [*batch.verdicts(plain), *batch.verdicts(trading)]
    for brief, same in zip([*together[::2], *together[1::2]], apart, strict=True):
        assert brief.call[:3] == same.call[:3]
        assert brief.shares == pytest.approx(same.shares, abs=1e-9)
    assert any(without.shares != learned.shares for without, learned in zip(apart[:6], apart[6:], strict=True))


@pytest.mark.parametrize("measurements", [None, MEASURED])
def test_beliefs_are_those_of_one_set_by_itself(measurements):
    program = compile_knowledge(KNOWLEDGE)
    batch = Batch(KNOWLEDGE, measurements, as_of=TODAY)
    silent = {name: answer.model_copy(update={"value": None}) for name, answer in mixed(5, 2)[4].items()}
    for given_ in (*mixed(40, 3), silent):
        expected = believe(KNOWLEDGE, program, resolve(KNOWLEDGE, given_, measurements), measurements)
        assert batch.beliefs(given_) == expected


@given(knowledge_bases(), st.lists(answer_values(), min_size=1, max_size=5))
@settings(max_examples=20, deadline=None)
def test_random_bases_agree_with_advise(knowledge, several):
    batch = Batch(knowledge, None, as_of=TODAY, draws=FULL.draws)
    sets = [answers(**{name.replace("-", "_"): value for name, value in values.items()}) for values in several]
    for given_, brief in zip(sets, batch.verdicts(sets), strict=True):
        verdict = advise(knowledge, given_, None, as_of=TODAY).verdict
        assert brief.call.kind == verdict.kind
        assert brief.call.confidence == pytest.approx(verdict.confidence, abs=1e-3)


def test_few_draws_agree_with_many_up_to_the_stated_error():
    """Of errors that are standard errors, one in 20 is beyond twice, and none of 60 beyond five times its size."""
    several = mixed(60, 4)
    few, many = (Batch(KNOWLEDGE, None, as_of=TODAY, draws=draws) for draws in (500, FULL.draws))
    beyond = 0
    for given_ in several:
        (short,), (long,) = (batch.verdicts([given_]) for batch in (few, many))
        index = [candidate.id for candidate in KNOWLEDGE.candidates].index(short.call.leader)
        away = abs(short.shares[index] - long.shares[index])
        error = (short.call.error**2 + long.call.error**2) ** 0.5
        beyond += away > 2 * error + 1e-3
        assert away <= 5 * error + 0.01
    assert beyond <= 10


@pytest.mark.parametrize("draws", [0, 20, 510, 200_000])
def test_draws_that_cannot_be(draws):
    with pytest.raises(ValueError, match="multiple of 20"):
        Batch(KNOWLEDGE, None, as_of=TODAY, draws=draws)
