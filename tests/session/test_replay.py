"""A result can be made again from what it holds."""

import datetime

import pytest

from advisor.decision.advise import advise
from advisor.knowledge.load import load
from tests.support.profiles import profiles

TODAY = datetime.date(2026, 11, 23)


@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize("left_out", [0, 5])
def test_a_result_follows_from_its_own_contents(index, left_out):
    knowledge = load()
    answers, measurements = profiles()[index]
    given = {name: answer for number, (name, answer) in enumerate(answers.items()) if number >= left_out}
    result = advise(knowledge, given, measurements, as_of=TODAY, seed=index)
    assert (result.measured is None) == (measurements is None)
    again = advise(knowledge, result.given, result.measured, as_of=result.as_of, seed=result.seed)
    assert again == result
