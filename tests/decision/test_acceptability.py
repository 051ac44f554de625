"""Rank acceptabilities, central weights and confidence factors against exact volumes and closed forms."""

import datetime
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.decision.acceptability import acceptability
from advisor.decision.advise import advise
from advisor.decision.assess import FULL, Budget, Model
from advisor.decision.beliefs import believe
from advisor.decision.value import value_model
from advisor.engine.program import compile_knowledge
from tests.support.knowledge import (
    SOURCE,
    answer_values,
    answers,
    build,
    candidate,
    criterion,
    evidence,
    knowledge_bases,
    question,
    rule,
    scale,
)

TODAY = datetime.date(2026, 11, 23)
SAMPLING = 4 * 0.5 / np.sqrt(FULL.draws)
H = 0.5
"""Half the width, in levels, of what a weight is drawn from: log2 of the spread of the settings."""


def alternatives(values, grade="primary"):
    """A base in which each candidate is worth so much of each criterion's range, and the answers to it. All criteria
    are of medium importance."""
    names = [f"k{index}" for index in range(len(next(iter(values.values()))))]
    rules = [
        rule(f"{who}-{on}", None, evidence(who, on, 3 * value))
        for who, row in values.items()
        for on, value in zip(names, row, strict=True)
        if value
    ]
    # A rule that can't hold with the answer given keeps every range at 3.
    rules += [
        rule(f"range-{on}", {"fact": "never", "is": "a"}, evidence(who, on, 3 - 3 * max(r[i] for r in values.values())))
        for i, on in enumerate(names)
        for who in [max(values, key=lambda who: values[who][i])]
        if max(r[i] for r in values.values()) < 1
    ]
    knowledge = build(
        candidates=[candidate(name) for name in values],
        criteria=[criterion(on, f"care-{on}") for on in names],
        questions=[*(scale(f"care-{on}") for on in names), question("never")],
        sources=[{**SOURCE, "grade": grade}],
        rules=rules,
    )
    return knowledge, answers(never="b", **{f"care_{on}": "medium" for on in names})


def ranked(knowledge, given_answers):
    result = advise(knowledge, given_answers, None, as_of=TODAY)
    return {row.candidate: row for row in result.ranking}


def cell(polynomials, low, high):
    """The exact integral over [low, high] of a product of polynomials."""
    product = np.polynomial.Polynomial([1.0])
    for polynomial in polynomials:
        product = product * polynomial
    whole = product.integ()
    return whole(high) - whole(low)


def volumes(shifts):
    """For candidates that each have one criterion to themselves, the exact share of the cube of log weights in which
    each takes each rank: candidate i beats j where u_i + shift_i > u_j + shift_j, u uniform on [-H, H]."""
    size = len(shifts)
    ranks = np.zeros((size, size))
    for one in range(size):
        others = [j for j in range(size) if j != one]
        ends = {-H, H}
        for j in others:
            ends |= {u for edge in (-H, H) if -H < (u := edge + shifts[j] - shifts[one]) < H}
        for low, high in zip(sorted(ends), sorted(ends)[1:], strict=False):
            middle = (low + high) / 2
            below = []
            for j in others:
                # The share of u_j that lies below candidate one's place: a straight line between its two ends.
                place = middle + shifts[one] - shifts[j]
                line = np.polynomial.Polynomial([(shifts[one] - shifts[j] + H) / (2 * H), 1 / (2 * H)])
                below.append(np.polynomial.Polynomial([0.0 if place < -H else 1.0]) if abs(place) > H else line)
            for beaten in range(2 ** len(others)):
                parts = [p if beaten >> i & 1 else 1 - p for i, p in enumerate(below)]
                ranks[one, len(others) - beaten.bit_count()] += cell(parts, low, high) / (2 * H)
    return ranks


def test_the_volumes_are_volumes():
    assert volumes((0, 0, 0)) == pytest.approx(np.full((3, 3), 1 / 3))
    assert volumes((0.3, 0, -0.4)).sum(axis=0) == pytest.approx(np.ones(3))
    assert volumes((2, 0, -2)) == pytest.approx(np.eye(3))


@pytest.mark.parametrize("worth", [(1, 1, 1), (1, 0.9, 0.8), (0.9, 1, 0.6), (1, 0.5, 0.45), (1, 0.95, 0.7)])
def test_three_criteria_agree_with_exact_volumes(worth):
    names = ("north", "east", "south")
    values = {name: tuple(worth[i] if i == place else 0 for i in range(3)) for place, name in enumerate(names)}
    exact = volumes([math.log2(each) for each in worth])
    found = ranked(*alternatives(values))
    for name, ranks in zip(names, exact, strict=True):
        assert found[name].rank_acceptability == pytest.approx(tuple(ranks), abs=SAMPLING)
        assert found[name].first_rank_share == found[name].rank_acceptability[0]


def ratio_below(x):
    """The distribution of log2(w1 / w2) for equal importance: the difference of two uniform variables on [-H, H]."""
    x = np.clip(x, -2 * H, 2 * H)
    return np.where(x <= 0, (x + 2 * H) ** 2 / (8 * H**2), 1 - (2 * H - x) ** 2 / (8 * H**2))


@pytest.mark.parametrize("middle", [0.5, 0.55, 0.49, 0.6])
def test_two_criteria_agree_with_exact_areas_in_every_rank(middle):
    """Left has one criterion, right the other, the middle one some of both: each pair changes places at one ratio of
    the weights, and between two such ratios the order stands."""
    values = {"left": (1, 0), "middle": (middle, middle), "right": (0, 1)}
    cuts = [math.log2(middle / (1 - middle)), 0.0, math.log2((1 - middle) / middle)]
    ends = [-1.0, *sorted(cuts), 1.0]
    exact = {name: np.zeros(3) for name in values}
    for low, high in zip(ends, ends[1:], strict=False):
        w = 2 ** ((low + high) / 2)
        order = sorted(values, key=lambda name: -(w * values[name][0] + values[name][1]))
        for rank, name in enumerate(order):
            exact[name][rank] += ratio_below(high) - ratio_below(low)
    found = ranked(*alternatives(values))
    for name, ranks in exact.items():
        assert found[name].rank_acceptability == pytest.approx(tuple(ranks), abs=SAMPLING)


@pytest.mark.parametrize("right", [1, 0.8, 1.2])
def test_central_weights_agree_with_the_exact_mean(right):
    """Left wins where log2(w1 / w2) exceeds log2(right / left); there its normalised weight is w1 / (w1 + w2)."""
    from scipy.integrate import quad

    left = 1 if right <= 1 else 1 / right
    values = {"left": (left, 0), "right": (0, min(1, right))}
    cut = math.log2(right)

    def mean(low, high):
        def density(x):
            return (1 - abs(x)) if abs(x) < 1 else 0

        mass = quad(density, low, high, points=[0])[0]
        return quad(lambda x: density(x) / (1 + 2**-x), low, high, points=[0])[0] / mass

    found = ranked(*alternatives(values))
    for name, (low, high) in {"left": (cut, 1), "right": (-1, cut)}.items():
        first, second = found[name].central_weights
        assert first.weight == pytest.approx(mean(low, high), abs=4 * first.error + 1e-4)
        assert first.weight + second.weight == pytest.approx(1, abs=2e-4)
        # The error that is stated is of the size of the true one.
        assert 1e-4 < first.error < 3e-3


@pytest.mark.parametrize("right", [0.5, 0.9, 1])
def test_confidence_factors_agree_with_the_closed_form(right):
    """With weights fixed, left leads by a normal variable: errors of 50 % of each strength, weighted."""
    found = ranked(*alternatives({"left": (1, 0), "right": (0, right)}, grade="weak"))
    for sign, name in ((1, "left"), (-1, "right")):
        w1, w2 = (each.weight for each in found[name].central_weights)
        z = sign * (w1 - w2 * right) / (0.5 * math.hypot(w1, w2 * right))
        expected = 0.5 * (1 + math.erf(z / math.sqrt(2)))
        row = found[name]
        assert row.confidence_factor == pytest.approx(expected, abs=4 * row.confidence_factor_error + 1e-3)
        assert row.confidence_factor_error == pytest.approx(math.sqrt(expected * (1 - expected) / FULL.draws), rel=0.2)


@given(knowledge_bases(), answer_values())
@settings(max_examples=30, deadline=None)
def test_the_measures_hang_together(knowledge, values):
    rows = list(ranked(knowledge, answers(**values)).values())
    for row in rows:
        assert row.rank_acceptability[0] == pytest.approx(row.first_rank_share, abs=1e-4)
        assert all(0 <= share <= 1 for share in row.rank_acceptability)
        assert sum(row.rank_acceptability) <= 1 + 1e-3
        if row.central_weights is not None:
            assert sum(each.weight for each in row.central_weights) == pytest.approx(1, abs=1e-3)
            assert 0 <= row.confidence_factor <= 1
        else:
            assert row.confidence_factor is None
    for rank in range(len(rows)):
        # Nobody can take a rank twice, and a rank is taken whenever so many candidates are feasible.
        assert sum(row.rank_acceptability[rank] for row in rows) <= 1 + 1e-3


def test_a_tie_is_divided_and_who_never_leads_has_no_central_weights():
    tied, given_answers = alternatives({"left": (1, 0), "right": (1, 0), "third": (0.5, 0)})
    found = ranked(tied, given_answers)
    assert found["left"].rank_acceptability == (0.5, 0.5, 0.0)
    assert found["third"].rank_acceptability == (0.0, 0.0, 1.0)
    assert found["third"].central_weights is None
    nothing = ranked(tied, given_answers | answers(care_k0="ignore", care_k1="ignore"))
    assert nothing["left"].rank_acceptability == pytest.approx((1 / 3,) * 3, abs=1e-4)
    assert nothing["left"].central_weights is None, "without any weight there are no normalised weights"


def test_a_candidate_that_is_ruled_out_has_no_rank():
    knowledge = build(
        candidates=[candidate(name) for name in ("left", "middle", "right")],
        rules=[rule("out", None, {"veto": "left"}), rule("for", None, evidence("middle", "anything", 1))],
    )
    found = ranked(knowledge, {})
    assert found["left"].rank_acceptability == (0, 0, 0)
    assert found["middle"].rank_acceptability == (1, 0, 0)
    assert found["right"].rank_acceptability == (0, 1, 0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("k1", "k2", "k3")),
            st.integers(-200, 200).map(lambda hundredths: hundredths / 100),
            st.integers(0, 100).map(lambda hundredths: hundredths / 100),
        ),
        min_size=1,
        max_size=8,
    ),
    st.lists(st.sampled_from((None, "ignore", "low", "high", "essential")), min_size=3, max_size=3),
)
@settings(max_examples=60, deadline=None)
def test_a_candidate_at_least_as_good_on_every_criterion_never_ranks_lower(pieces, levels):
    """Right has all that left has and something on top, in every draw since nothing of it is drawn."""
    names = ("k1", "k2", "k3")
    rules = [
        rule(f"r{i}", None, evidence("left", on, strength), evidence("right", on, strength + more))
        for i, (on, strength, more) in enumerate(pieces)
    ]
    knowledge = build(
        criteria=[criterion(on, f"care-{on}") for on in names],
        questions=[scale(f"care-{on}") for on in names],
        rules=rules,
    )
    found = ranked(knowledge, answers(**{f"care_{on}": level for on, level in zip(names, levels, strict=True)}))
    assert found["right"].score >= found["left"].score - 1e-3
    left, right = (np.cumsum(found[name].rank_acceptability) for name in ("left", "right"))
    assert np.all(right >= left - 1e-3), "at every rank right is at least as often that high"


def test_a_group_weighs_and_gives_what_its_criteria_do():
    from advisor.knowledge.load import load

    knowledge = load()
    result = advise(knowledge, answers(stage="research", speed="high"), None, as_of=TODAY)
    inside = {group.id: [c.id for c in knowledge.criteria if c.group == group.id] for group in knowledge.groups}
    for row in result.ranking:
        values = {value.criterion: value for value in row.criteria}
        for group in row.groups:
            own = [values[name] for name in inside[group.group]]
            assert group.weight == pytest.approx(sum(value.weight for value in own), abs=1e-3)
            assert group.contribution == pytest.approx(sum(value.contribution for value in own), abs=1e-3)
        assert sum(group.contribution for group in row.groups) == pytest.approx(row.score, abs=1e-3)


def test_every_draw_is_ranked_as_pymcdm_ranks_it():
    """pymcdm wants matplotlib and pandas, which the frameworks import where they find them, so that installing it
    would change what the probes measure. `make oracle` installs it beside them and runs this test."""
    methods = pytest.importorskip("pymcdm.methods")
    rng = np.random.default_rng(4)
    weighted_sum = methods.WSM(lambda column, cost: column)
    for _ in range(10):
        names = ("north", "east", "south", "west")
        # No two alike, so that nothing ties.
        table = {name: tuple(rng.uniform(0.1, 1, 3)) for name in names}
        knowledge, given_answers = alternatives(table)
        program = compile_knowledge(knowledge)
        model = Model(knowledge, program, value_model(knowledge), None, 0)
        (assessment,) = model.assess([believe(knowledge, program, given_answers.values(), None)], Budget(1, 500))
        worth = assessment.inputs.values[..., 0]
        weights = assessment.inputs.weights[:, 0] * assessment.inputs.random.factors[0].T
        found = np.zeros((4, 4))
        for row, drawn in enumerate(weights / weights.sum(axis=1, keepdims=True)):
            points = weighted_sum(worth, drawn, np.ones(3))
            assert 100 * points == pytest.approx(assessment.scores[0, :, row])
            found[np.arange(4), weighted_sum.rank(points).astype(int) - 1] += 1
        assert found / len(weights) == pytest.approx(acceptability(model, assessment).ranks)
