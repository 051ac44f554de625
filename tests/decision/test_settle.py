"""A verdict that is said to be settled is, whatever is answered after."""

import random

import numpy as np
import pytest

from advisor.decision.assess import Budget
from advisor.decision.beliefs import Beliefs
from advisor.decision.bounds import Bounds
from advisor.decision.settle import branches, prove, relevant
from tests.support.settling import by_writing_out, by_z3, settle
from tests.support.small_worlds import completions, world

SEEDS = range(100)
DRAWS = 40


def test_no_wrong_proof_among_random_worlds_written_out():
    """`tests/bench/settled.py` does the same with 10,000."""
    came = {by_writing_out(seed) for seed in range(20_000, 20_400)}
    assert {"settled", "open"} <= came


def test_no_wrong_proof_where_trade_offs_move_the_weights():
    came = {by_writing_out(seed, traded=True) for seed in range(30_000, 30_150)}
    assert {"settled", "open", "not told"} <= came


@pytest.mark.parametrize("seed", [571, 591, 678, 1397, 2378, 2631, 2772, 2821, 3183])
def test_questions_on_which_nothing_hangs_change_nothing_where_trade_offs_move_the_weights(seed):
    """In these an importance is open that trade-offs concern, and nothing under its own criterion tells candidates
    apart."""
    rng = random.Random(seed)
    small = world(rng, traded=True)
    matter = relevant(small.beliefs, Bounds(small.model, DRAWS))
    idle = [entry for entry in small.beliefs.open if entry.question not in matter]
    every = list(completions(small.beliefs))
    one = rng.choice(every)
    changed = [
        {**one, **{f: other[f] for e in idle for s in e.settings for f in s}} for other in rng.choices(every, k=8)
    ]
    shares = [a.shares for a in small.model.assess([Beliefs(facts, ()) for facts in (one, *changed)], Budget(1, DRAWS))]
    assert all(np.array_equal(each, shares[0]) for each in shares)


def test_no_wrong_proof_among_random_worlds_put_to_z3():
    """`tests/bench/settled.py` does the same with 1,000."""
    assert {by_z3(seed) for seed in range(20_000, 20_040)} == {"settled", "open"}


def answered(beliefs, rng):
    """The same beliefs with one more answer."""
    branch = rng.choice(branches(beliefs))
    known = {**beliefs.known, **rng.choice(branch.settings)}
    rest = []
    for entry in beliefs.open:
        if entry.question != branch.question:
            rest.append(entry)
        elif entry.independent:
            left = tuple(s for s in entry.settings if not set(s) & set(branch.settings[0]))
            labels = tuple(next(iter(setting)).split(".")[1] for setting in left)
            rest += [entry._replace(settings=left, labels=labels, usual=None)] if left else []
    return Beliefs(known, tuple(rest))


@pytest.mark.parametrize("seed", SEEDS)
def test_bounds_hold_of_every_completion_and_answers_only_narrow_them(seed):
    rng = random.Random(seed)
    small = world(rng)
    bounds = Bounds(small.model, DRAWS)

    def shares(known):
        return [side[0] for side in bounds.shares(bounds.state(known, 1))]

    least, most = shares(small.beliefs.known)
    scenarios = [Beliefs(known, ()) for known in completions(small.beliefs)]
    for assessment in small.model.assess(rng.sample(scenarios, min(50, len(scenarios))), Budget(1, DRAWS)):
        assert np.all(least - 1e-12 <= assessment.shares)
        assert np.all(assessment.shares <= most + 1e-12)
    beliefs = small.beliefs
    while beliefs.open:
        beliefs = answered(beliefs, rng)
        narrower, lower = shares(beliefs.known)
        assert np.all(narrower >= least)
        assert np.all(lower <= most)
        least, most = narrower, lower


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_settled_stays_so_whatever_is_answered(seed):
    rng = random.Random(seed)
    small = world(rng)
    beliefs = small.beliefs
    before = prove(small.model, beliefs, draws=DRAWS)
    while beliefs.open:
        beliefs = answered(beliefs, rng)
        after = prove(small.model, beliefs, draws=DRAWS)
        if before.settled:
            assert after.settled
            assert after.key == before.key
        before = after
    assert before.settled


@pytest.mark.parametrize("seed", SEEDS)
def test_questions_on_which_nothing_hangs_change_nothing(seed):
    small = world(random.Random(seed))
    matter = relevant(small.beliefs, Bounds(small.model, DRAWS))
    kept, facts = [], dict(small.beliefs.known)
    for entry in small.beliefs.open:
        if entry.question in matter:
            kept.append(entry)
        else:
            facts.update({fact: mask & -mask for setting in entry.settings for fact, mask in setting.items()})
    rest = Beliefs(facts, tuple(kept))
    assert prove(small.model, rest, draws=DRAWS)[:2] == prove(small.model, small.beliefs, draws=DRAWS)[:2]


def test_without_nodes_nothing_is_decided():
    found = [prove(small.model, small.beliefs, 0, DRAWS) for small in (world(random.Random(seed)) for seed in SEEDS)]
    assert {proof.settled for proof in found} == {None}


def test_a_sample_refutes_before_any_node_is_looked_at():
    small = next(s for s in map(world, map(random.Random, SEEDS)) if settle(*s, draws=DRAWS).settled is False)
    assert settle(*small, nodes=0, draws=DRAWS).settled is False
