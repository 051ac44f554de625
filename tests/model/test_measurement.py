"""What is read out of a run of the probes."""

import pytest
from pydantic import ValidationError

from advisor.model.measurement import Comparison, Measurements
from tests.support.measurements import measured


def test_a_candidate_is_compared_by_the_interpreters_whose_numbers_stand():
    """The first of two Pythons stands for each; what the second was compared by is another number."""
    numbers = measured(left=(1, 1, 1), right=(2, 2, 2))
    again = tuple(outcome.model_copy(update={"interpreter": "/other"}) for outcome in numbers.outcomes)
    common = {"metric": "step", "candidate": "left", "rival": "right", "low": 0.01, "high": 100}
    pairs = (("/other", "/python", 0.1), ("/python", "/python", 0.5), ("/other", "/other", 0.2))
    compared = tuple(
        Comparison(interpreter=one, rival_interpreter=other, ratio=ratio, word="faster", **common)
        for one, other, ratio in pairs
    )
    found = Measurements(**{**dict(numbers), "outcomes": (*numbers.outcomes, *again), "comparisons": compared})
    assert [each.ratio for each in found.compared("step", "left")] == [0.5]
    (turned,) = found.compared("step", "right")
    assert (turned.rival, turned.ratio, turned.word) == ("left", 2, "slower")
    assert not list(found.compared("other", "left"))


def test_a_ratio_that_no_two_numbers_have_is_refused():
    common = {"metric": "step", "candidate": "left", "interpreter": "/python", "rival": "right", "word": "undecided"}
    common |= {"rival_interpreter": "/python", "ratio": 1.0}
    widest = Comparison(low=1e-200, high=1e200, **common)
    assert widest.turned().turned() == widest
    for ends in ({"low": 1e-309, "high": 1.0}, {"low": 1.0, "high": 1e201}):
        with pytest.raises(ValidationError, match="beyond the ratio of any two numbers that are measured"):
            Comparison(**common, **ends)
