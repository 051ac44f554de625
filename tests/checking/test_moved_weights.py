"""Weights learned from trade-offs: the checker, by Newton's method, comes to what the engine has from scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.checking.trade_offs import Choice, moved
from advisor.decision import preferences

SETTINGS = {"weight_spread": 2**0.5, "consistency": [1, 2, 4, 8]}
CRITERIA, DRAWS = 4, 30
RANGING = np.log([2.0, 8.0, 1.0, 4.5])
pairs = st.permutations(range(CRITERIA)).map(lambda order: order[:2])
choices = st.lists(
    st.builds(
        lambda pair, ratio, preferred: ("any", *pair, ratio, preferred),
        pairs,
        st.floats(-3, 3),
        st.sampled_from((0, 1 / 3, 0.5, 1)),
    ),
    min_size=1,
    max_size=12,
)
levels = st.lists(
    st.lists(st.sampled_from((0.0, 1.0, 2.0, 4.0, 8.0)), min_size=CRITERIA, max_size=CRITERIA), min_size=1, max_size=6
)


def both(made, levels, seed=0):
    """Drawn and typical weights as the checker has them, and as the engine does: completions first."""
    weights = np.array(levels)
    spread = np.log(SETTINGS["weight_spread"])
    factors = np.exp(spread * np.random.default_rng(seed).uniform(-1, 1, (len(weights), CRITERIA, DRAWS)))
    factors *= np.exp(-RANGING[:, None] * np.random.default_rng(seed + 1).uniform(-0.5, 0.5, (len(weights), 1, DRAWS)))
    mine = moved([Choice(*each) for each in made], weights, factors, RANGING, SETTINGS)
    covariance = spread**2 / 3 * np.eye(CRITERIA) + np.outer(RANGING, RANGING) / 12
    posterior = preferences.learn(
        [preferences.Choice(*each) for each in made], weights.T, covariance, SETTINGS["consistency"]
    )
    if posterior is None:
        return mine, (weights[..., None] * factors, weights)
    drawn, typical = preferences.move(posterior, weights.T, factors)
    return mine, (weights[..., None] * drawn, typical.T)


@settings(max_examples=100, deadline=None)
@given(choices, levels)
def test_the_checkers_weights_are_the_engines(made, levels):
    mine, theirs = both(made, levels)
    for one, other in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-7)


@pytest.mark.parametrize(
    "made",
    [
        [("any", 0, 1, 0.0, 1), ("any", 1, 2, 0.0, 1), ("any", 2, 0, 0.0, 1)],
        [("any", 0, 1, 2.5, 0)] * 30,
        [("any", 0, 1, 3.0, 1), ("any", 0, 1, 3.0, 0)] * 10,
    ],
    ids=["in a circle", "against what is expected", "both ways"],
)
def test_choices_that_hardly_go_together(made):
    # Here a whole step of Newton's method would go too far.
    mine, theirs = both(made, [[8.0, 1.0, 2.0, 0.0], [1.0, 8.0, 0.0, 1.0]])
    for one, other in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-7)
    assert np.isfinite(mine[0]).all()
