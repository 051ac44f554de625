"""Who is at least as good as another under every criterion never ranks lower, however often either comes first."""

import datetime
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.decision.advise import advise
from advisor.decision.beliefs import believe, resolve
from advisor.decision.dominance import dominance, in_order
from advisor.decision.modelling import model_of
from advisor.decision.ranking import ranked
from advisor.decision.verdict import call
from tests.support.knowledge import (
    LEVELS,
    SOURCE,
    answers,
    build,
    candidate,
    criterion,
    evidence,
    rule,
    scale,
)
from tests.support.measurements import STEP, measured

TODAY = datetime.date(2026, 11, 25)
NAMES, CRITERIA = ("left", "right", "middle"), ("k1", "k2")
WEAK = {**SOURCE, "id": "weak", "grade": "weak"}
CARE = answers(care_k1="high", care_k2="low")


def base(*pieces, measured_too=False):
    """Evidence (candidate, criterion, strength), all of it off by half, and what the probe `step` measures."""
    given_ = [{**rule(f"r{i}", None, evidence(*piece)), "sources": ["weak"]} for i, piece in enumerate(pieces)]
    compared = rule("measured", None, {"compare": "step", "criterion": "k2", "strength": 1})
    return build(
        candidates=[candidate(name) for name in NAMES],
        criteria=[criterion(name) for name in CRITERIA],
        questions=[scale(f"care-{name}", LEVELS) for name in CRITERIA],
        probes=[STEP],
        sources=[SOURCE, WEAK],
        rules=[*given_, compared] if measured_too else given_,
    )


def test_who_comes_first_more_often_because_less_is_known_of_it_ranks_behind_who_is_better():
    knowledge = base(("left", "k1", 3), ("left", "k1", -2.1), ("right", "k1", 1), ("middle", "k1", 1))
    result = advise(knowledge, CARE, None, as_of=TODAY)
    share = {row.candidate: row.first_rank_share for row in result.ranking}
    assert share["left"] > share["right"] + 0.05
    assert share["left"] > share["middle"] + 0.05
    assert [row.candidate for row in result.ranking][-1] == "left"
    assert (result.verdict.kind, result.verdict.leader) == ("too-close", result.ranking[0].candidate)
    assert result.verdict.confidence == pytest.approx(share[result.verdict.leader])


def test_who_surely_is_fast_is_better_than_who_may_be_though_both_medians_count_alike():
    """Both saturate at their medians, and right is better by a little besides; but it may be far slower."""
    numbers = measured(left=(1.02, 1.01, 1.03), right=(1.0, 1 / 3, 3.0), middle=(64.0, 63.0, 65.0))
    compared = [rule(f"step-{k}", None, {"compare": "step", "criterion": k, "strength": 1.5}) for k in CRITERIA]
    knowledge = build(
        candidates=[candidate(name) for name in NAMES],
        criteria=[criterion(name) for name in CRITERIA],
        questions=[scale(f"care-{name}", LEVELS) for name in CRITERIA],
        probes=[STEP],
        rules=[*compared, rule("besides", None, evidence("right", "k2", 0.01))],
    )
    result = advise(knowledge, CARE, numbers, as_of=TODAY)
    assert [row.candidate for row in result.ranking] == ["left", "right", "middle"]
    assert result.ranking[0].score > result.ranking[1].score
    assert result.ranking[0].first_rank_share < result.ranking[1].first_rank_share


def test_who_is_recommended_leads_though_another_dominates_it():
    """As it is with complete answers, so it is foreseen and proven, where nobody asks who dominates."""
    knowledge = base(("left", "k1", 1), ("right", "k1", 2))
    found = model_of(knowledge, CARE, None, as_of=TODAY, seed=0)
    beliefs = believe(knowledge, found.program, resolve(knowledge, CARE, None), None)
    (assessment,) = found.assess([beliefs])
    assert assessment.dominates[1, 0]
    often = assessment._replace(shares=np.array([0.8, 0.2, 0.0]))
    seldom = assessment._replace(shares=np.array([0.79, 0.21, 0.0]), decided=0.79)
    assert call(knowledge, often).key == ("recommended", "left")
    assert (call(knowledge, seldom).key, call(knowledge, seldom).leader) == (("too-close", None), "right")
    ranking = ranked(found, found.program.run(beliefs.known), often)
    assert [row.candidate for row in ranking] == ["left", "right", "middle"]


strengths = st.sampled_from((-3, -2, -1, -0.5, 0.5, 1, 2, 3))
pieces_ = st.tuples(st.sampled_from(NAMES), st.sampled_from(CRITERIA), strengths)


@given(st.lists(pieces_, min_size=1, max_size=9), st.lists(st.floats(0.25, 4), min_size=3, max_size=3), st.booleans())
@settings(max_examples=60, deadline=None)
def test_nobody_ranks_behind_whom_it_is_at_least_as_good_as_under_every_criterion(pieces, medians, with_numbers):
    numbers = measured(**{n: (m, m / 1.5, m * 1.5) for n, m in zip(NAMES, medians, strict=True)})
    knowledge = base(*pieces, measured_too=with_numbers)
    result = advise(knowledge, CARE, numbers if with_numbers else None, as_of=TODAY)
    for before, after in combinations(result.ranking, 2):
        ahead = [y.contribution - x.contribution for x, y in zip(before.criteria, after.criteria, strict=True)]
        # Contributions are rounded to four decimals.
        assert not (min(ahead) >= 0 and max(ahead) > 2e-4), (before.candidate, after.candidate)


def test_dominance_holds_in_every_completion_or_not_at_all():
    values = np.zeros((3, 2, 2, 1))
    values[0, 0] = 1
    values[1, 0, 0], values[2] = 2, -1
    weights, everyone = np.ones((2, 2, 1)), np.ones((2, 1, 3), dtype=bool)
    assert dominance(values, weights, everyone)[0].tolist() == [[False, False, True], [False, False, True], [False] * 3]
    sometimes = everyone.copy()
    sometimes[1, 0, 0] = False
    assert dominance(values, weights, sometimes)[0].tolist() == [[False] * 3, [False, False, True], [False] * 3]


@given(
    st.permutations(range(4)), st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(lambda p: p[0] < p[1]))
)
def test_an_order_changes_only_where_it_must(places, pairs):
    dominates = np.zeros((4, 4), dtype=bool)
    for better, worse in pairs:
        dominates[better, worse] = True
    found = in_order(places, dominates)
    assert sorted(found) == list(range(4))
    assert all(found.index(better) < found.index(worse) for better, worse in pairs)
    if all(places.index(better) < places.index(worse) for better, worse in pairs):
        assert found == list(places)
