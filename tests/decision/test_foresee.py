"""What single precision could decide in a sample of completions is decided in double."""

import numpy as np

from advisor.decision.beliefs import believe, resolve
from advisor.decision.foresee import TIED, Effort, foresee
from advisor.decision.modelling import model_of
from tests.support.knowledge import build, criterion, derived, evidence, question, rule

LEVELS = ("ignore", "low", "medium", "high", "essential")


def test_draws_near_a_tie_are_decided_in_double_precision():
    # Per unit of the weight's factor the left is ahead by as much as makes a tie, so that the factor decides.
    weight, strength = 2, 3
    behind = strength * (1 - TIED / weight)
    base = build(
        criteria=[criterion("anything")],
        derived=[derived("care-anything", LEVELS, "medium")],
        questions=[question("open")],
        rules=[
            rule("l", None, evidence("left", "anything", strength)),
            rule("r", None, evidence("right", "anything", behind)),
            rule("uses", {"fact": "open", "is": "a"}, {"warn": "A warning."}),
        ],
    )
    model = model_of(base, {}, None, as_of=None)
    beliefs = believe(base, model.program, resolve(base, {}, None), None)
    count = 1024
    (ahead,) = np.unique(foresee(model, beliefs, Effort(5, count, count)).shares[:, 0])
    factors = model.draws(count).factors[0]
    lead = weight * factors - behind / strength * (weight * factors)
    assert ahead == np.where(lead > TIED, 1, 0.5).mean()
