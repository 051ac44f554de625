"""Checks of `advisor.decision.settle` on random small worlds; a case says what it came to, and raises when wrong."""

from __future__ import annotations

import random

import numpy as np

from advisor.decision.assess import Model
from advisor.decision.beliefs import Beliefs
from advisor.decision.foresee import Effort, foresee
from advisor.decision.settle import Proof, assessed, prove
from tests.support.small_worlds import every_verdict, world

DRAWS = (5, 20, 50)
Z3_DRAWS = 7
"""Of which no whole number of shares, not even of halves and thirds, is just the threshold."""


def settle(model: Model, beliefs: Beliefs, nodes: int = 1000, *, draws: int) -> Proof:
    """What `prove` says, but that two completions that differ are first looked for in a sample."""
    sampled = foresee(model, beliefs, Effort(200, min(draws, 256), min(draws, 2048)))
    if sampled.may_change:
        differing = [int(np.flatnonzero(sampled.codes == code)[0]) for code in np.unique(sampled.codes)[:2]]
        _, base = model.completions(beliefs, len(sampled.codes))
        pair = [{fact: int(np.broadcast_to(mask, 200)[index]) for fact, mask in base.items()} for index in differing]
        if len({assessed(model, facts, draws) for facts in pair}) == 2:
            return Proof(False, None, (pair[0], pair[1]))
    return prove(model, beliefs, nodes, draws)


def by_writing_out(seed: int, traded: bool = False) -> str:
    """One world, proven and written out: the verdicts of all completions, each assessed."""
    rng = random.Random(seed)
    small = world(rng, traded=traded)
    draws, nodes = rng.choice(DRAWS), rng.choice((20, 1_000_000, 1_000_000))
    model = small.model.told(small.beliefs.known)
    if model is None:
        return "not told"
    proof = rng.choice((prove, settle))(model, small.beliefs, nodes, draws=draws)
    found = every_verdict(small, draws)
    if proof.settled is None:
        assert nodes == 20, f"seed {seed}: not decided, though all nodes were allowed"
        return "not decided"
    if proof.settled:
        assert found == {proof.key}, f"seed {seed}: proven {proof.key}, but there are {found}"
        return "settled"
    assert len(found) > 1, f"seed {seed}: said to be open, but there is only {found}"
    one, other = (assessed(small.model, facts, draws) for facts in proof.witness)
    assert one != other, f"seed {seed}: both witnesses have {one}"
    return "open"


def by_z3(seed: int) -> str:
    """One world without errors of strengths, proven and put to z3."""
    from tests.support.settled_by_z3 import Solved

    rng = random.Random(seed)
    small = world(rng, exact=True)
    proof = prove(small.model, small.beliefs, 1_000_000, Z3_DRAWS)
    solved = Solved(small, Z3_DRAWS)
    if proof.settled:
        assert not solved.can_differ(proof.key), f"seed {seed}: z3 finds another verdict than {proof.key}"
        return "settled"
    assert proof.settled is False
    for facts in proof.witness:
        key = assessed(small.model, facts, Z3_DRAWS)
        assert solved.has(facts, key), f"seed {seed}: z3 finds no completion with {key}"
        assert solved.can_differ(key), f"seed {seed}: z3 finds nothing but {key}"
    return "open"
