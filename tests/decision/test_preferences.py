"""Weights learned from trade-offs: against quadrature, on simulated users, and what must hold of them."""

import datetime
import itertools
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.decision.advise import advise, telling_trade_offs
from advisor.decision.preferences import Choice, components, learn, move
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.session.group import combine
from tests.support.knowledge import answers, build, criterion, evidence, question, rule, scale

TODAY = datetime.date(2026, 11, 23)
SPREAD, CONSISTENCIES = 2**0.5, (1.0, 2.0, 4.0, 8.0)
SIGMA = log(SPREAD) / sqrt(3)
OFF = SIGMA**2 * np.eye(3)
EQUAL = np.full((3, 1), 2.0)


def choice(preferred, ratio=0.0, left=0, right=1):
    return Choice("any", left, right, ratio, preferred)


def log_ratio(made, weights=EQUAL, covariance=OFF):
    """Mean and standard deviation of log(w0 / w1) by the posterior's mixture."""
    posterior = learn(made, weights, covariance, CONSISTENCIES)
    sign = np.zeros(len(posterior.criteria))
    sign[posterior.criteria.index(0)], sign[posterior.criteria.index(1)] = 1, -1
    along = sign @ posterior.root
    means = along @ posterior.modes.T + sign @ posterior.centre
    variances = ((along @ posterior.roots) ** 2).sum(axis=1)
    mean = posterior.shares @ means
    return mean, sqrt(posterior.shares @ (variances + (means - mean) ** 2))


def by_quadrature(made, variance=2 * SIGMA**2):
    """The same by brute force over log(w0 / w1), of which the variance before is given, and the consistency."""
    grid = np.linspace(-4, 4, 4001)
    prior = np.exp(-(grid**2) / (2 * variance))
    total = np.zeros_like(grid)
    for beta in CONSISTENCIES:
        likelihood = np.ones_like(grid)
        for c in made:
            chance = 1 / (1 + np.exp(-beta * (grid + c.ratio)))
            likelihood *= chance**c.preferred * (1 - chance) ** (1 - c.preferred)
        total += likelihood * prior
    total /= total.sum()
    mean = (grid * total).sum()
    return mean, sqrt(((grid - mean) ** 2 * total).sum())


AGREE = [choice(1, -0.4), choice(1, 0.3), choice(0, -0.9), choice(1, 0.1)]
CONTRADICT = [choice(1, -0.4), choice(0, 0.3), choice(0, 0.8), choice(1, -0.9)]


@pytest.mark.parametrize(
    "made",
    [[choice(1)], [choice(0, 0.7)], [choice(0.5, 0.2)], [choice(1, -0.5), choice(0, -0.9)], AGREE, CONTRADICT]
    + [[choice(1, -r / 5) for r in range(12)], [choice(1 / 3, 0.5)], [choice(1, -3.0)]],
)
def test_the_posterior_agrees_with_quadrature(made):
    mean, deviation = by_quadrature(made)
    found = log_ratio(made)
    assert found[0] == pytest.approx(mean, abs=0.02)
    assert found[1] == pytest.approx(deviation, rel=0.06)


@pytest.mark.parametrize("made", [[choice(1)], [choice(0, 0.7), choice(1, 0.2)], AGREE, CONTRADICT])
@pytest.mark.parametrize("ranges", [(2.0, 8.0, 1.0), (8.0, 8.0, 1.0), (5.0, 1.0, 3.0)])
def test_of_what_sensitivity_to_ranges_does_only_the_difference_of_two_criteria_counts(made, ranges):
    logs = np.log(ranges)
    variance = 2 * SIGMA**2 + (logs[0] - logs[1]) ** 2 / 12
    found = log_ratio(made, covariance=OFF + np.outer(logs, logs) / 12)
    assert found == pytest.approx(log_ratio(made, covariance=variance / 2 * np.eye(3)), abs=1e-6)
    # Laplace's method is the less exact, the wider the prior.
    mean, deviation = by_quadrature(made, variance)
    assert found[0] == pytest.approx(mean, abs=0.15 * deviation)
    assert found[1] == pytest.approx(deviation, rel=0.06)


def test_choices_move_weights_their_way_and_narrow_them():
    before = SIGMA * sqrt(2)
    for preferred, sign in ((1, 1), (0, -1)):
        mean, deviation = log_ratio([choice(preferred)])
        assert sign * mean > 0.05
        assert deviation < before
    means, deviations = zip(*(log_ratio([choice(1, -0.3)] * n) for n in (1, 3, 9)), strict=True)
    assert list(means) == sorted(means)
    assert list(deviations) == sorted(deviations, reverse=True)


def test_contradictory_choices_leave_the_weights_wider_than_consistent_ones():
    assert log_ratio(CONTRADICT)[1] > log_ratio(AGREE)[1] + 0.01
    assert log_ratio(CONTRADICT)[1] < SIGMA * sqrt(2) + 1e-9, "and no wider than with none"
    # They make somebody out to choose at random.
    contradicting = learn(CONTRADICT, EQUAL, OFF, CONSISTENCIES).shares
    agreeing = learn(AGREE, EQUAL, OFF, CONSISTENCIES).shares
    assert contradicting[0] > agreeing[0]
    assert contradicting[-1] < agreeing[-1]


PAIRS = st.sampled_from(list(itertools.permutations(range(3), 2)))
CHOICES = st.lists(
    st.builds(
        lambda pair, ratio, preferred: choice(preferred, ratio, *pair),
        PAIRS,
        st.floats(-8, 8),
        st.sampled_from((0.0, 0.5, 1.0, 1 / 3)),
    ),
    max_size=25,
)
WEIGHTS = st.lists(
    st.lists(st.sampled_from((0.0, 1.0, 2.0, 4.0, 8.0)), min_size=4, max_size=4), min_size=3, max_size=3
).map(np.array)


@given(CHOICES, WEIGHTS, st.sampled_from((1.0, SPREAD, 4.0)))
@settings(max_examples=120, deadline=None)
def test_no_choices_break_it(made, weights, spread):
    factors = np.exp(log(spread) * (2 * np.random.RandomState(1).rand(4, 3, 7) - 1))
    posterior = learn(made, weights, log(spread) ** 2 / 3 * np.eye(3), CONSISTENCIES)
    if posterior is None:
        assert not any(weights[c.left].any() and weights[c.right].any() for c in made)
        return
    moved, typical = move(posterior, weights, factors)
    assert np.all(np.isfinite(moved))
    assert np.all(moved > 0)
    assert np.array_equal(typical == 0, weights == 0)
    others = [k for k in range(3) if k not in posterior.criteria]
    assert np.array_equal(moved[:, others], factors[:, others]), "what isn't concerned stays as it was"
    assert posterior.shares.sum() == pytest.approx(1)


def test_draws_have_the_mean_and_the_spread_of_the_posterior():
    factors = np.exp(log(SPREAD) * (2 * np.random.RandomState(2).rand(1, 3, 40_000) - 1))
    posterior = learn(AGREE, EQUAL, OFF, CONSISTENCIES)
    moved, typical = move(posterior, EQUAL, factors)
    logs = np.log(EQUAL[0] * moved[0, 0]) - np.log(EQUAL[1] * moved[0, 1])
    mean, deviation = log_ratio(AGREE)
    assert logs.mean() == pytest.approx(mean, abs=0.01)
    assert logs.std() == pytest.approx(deviation, rel=0.05)
    assert np.log(typical[0] / typical[1]) == pytest.approx(mean, abs=1e-9)


def test_a_choice_that_says_nothing_changes_nothing():
    """At β = 0 nobody's choice depends on worth, so the draws stay where they are."""
    factors = np.exp(log(SPREAD) * (2 * np.random.RandomState(3).rand(5, 3, 9) - 1))
    weights = np.array([[1.0, 2, 4, 1, 1], [2, 2, 2, 2, 2], [8, 8, 1, 1, 0]])
    posterior = learn([choice(1), choice(0, 1.0, 2, 1)], weights, OFF, (1e-9,))
    moved, typical = move(posterior, weights, factors)
    assert moved == pytest.approx(factors, rel=1e-6)
    assert typical == pytest.approx(weights, rel=1e-6)


def test_each_consistency_has_its_share_of_the_draws():
    posterior = learn(AGREE, EQUAL, OFF, CONSISTENCIES)
    for shape in ((1, 10_000), (500, 20)):
        counts = np.bincount(components(posterior, *shape).ravel(), minlength=4)
        assert counts / 10_000 == pytest.approx(posterior.shares, abs=0.002)


@pytest.mark.parametrize("consistency", [1, 4])
def test_the_weights_of_simulated_users_are_recovered_as_choices_grow(consistency):
    """Users whose weights differ from what their importance answers say by more than the advisor takes for likely."""
    rng = np.random.default_rng(5)
    counts = (0, 6, 48, 384)
    errors = {count: [] for count in counts}
    inside = []
    for _ in range(12):
        truth = np.log(EQUAL[:, 0]) + rng.normal(0, 2 * SIGMA, 3)
        made = []
        for index in range(max(counts)):
            left, right = ((0, 1), (1, 2), (2, 0))[index % 3]
            ratio = rng.normal(0, 0.7)
            chance = 1 / (1 + np.exp(-consistency * (truth[left] - truth[right] + ratio)))
            made.append(choice(float(rng.random() < chance), ratio, left, right))
        for count in counts:
            mean, deviation = log_ratio(made[:count]) if count else (0.0, 0.0)
            errors[count].append(abs(mean - (truth[0] - truth[1])))
        inside.append(errors[counts[-1]][-1] < 2.5 * deviation)
    found = [np.mean(errors[count]) for count in counts]
    assert found == sorted(found, reverse=True), found
    assert found[-1] < 0.4 * found[0]
    assert np.mean(inside) > 0.8


# --- as answers ------------------------------------------------------------------------------------------------

SIDE = {"text": "It is so.", "rules": ["for-left"]}
TRADED = build(
    criteria=[criterion("k1", "care-one"), criterion("k2", "care-two"), criterion("k3", "care-three")],
    questions=[scale("care-one"), scale("care-two"), scale("care-three"), question("never")],
    rules=[
        rule("for-left", None, evidence("left", "k1", 3)),
        rule("for-right", None, evidence("right", "k2", 3)),
        rule("for-neither", None, evidence("left", "k3", 1), evidence("right", "k3", 1)),
    ],
    trade_offs=[
        {"id": "beside", "left": {"criterion": "k1", "strength": 3, **SIDE},
         "right": {"criterion": "k3", "strength": 1, **SIDE}},
        {"id": "pair", "left": {"criterion": "k1", "strength": 3, **SIDE},
         "right": {"criterion": "k2", "strength": 3, **SIDE}},
    ],
)  # fmt: skip
CARE = answers(care_one="medium", care_two="medium", care_three="medium", never="b")


def result(**traded):
    return advise(TRADED, {**CARE, **answers(**traded)}, None, as_of=TODAY)


def test_without_trade_offs_nothing_changes():
    plain = result()
    assert result(pair=None).model_dump_json() == plain.model_dump_json(), "don't know says nothing"
    bare = TRADED.model_copy(update={"trade_offs": ()})
    assert advise(bare, CARE, None, as_of=TODAY).model_dump_json() == plain.model_dump_json()


def test_scikit_learn_is_imported_only_where_something_was_traded():
    import subprocess
    import sys

    program = (
        "import sys; sys.argv = ['advisor', '--json', '--probe', 'none', '-q', '-o', sys.argv[1], *sys.argv[2:]]\n"
        "from advisor.cli.main import main\n"
        "main(sys.argv[1:]); print('sklearn' in sys.modules)"
    )
    for flags, expected in (((), "False"), (("-d", "moving-or-papers=left"), "True")):
        command = [sys.executable, "-c", program, "/dev/null", *flags]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        assert done.stdout.split()[-1] == expected


def test_a_choice_shows_in_the_weights_the_shares_the_answers_and_the_reasons():
    plain, left, right = result(), result(pair="left"), result(pair="right")
    weight = [{v.criterion: v.weight for v in r.ranking[0].criteria} for r in (plain, left, right)]
    assert weight[1]["k1"] > weight[0]["k1"] > weight[2]["k1"]
    assert weight[1]["k2"] < weight[0]["k2"] < weight[2]["k2"]
    share = [next(row.first_rank_share for row in r.ranking if row.candidate == "left") for r in (plain, left, right)]
    assert share[1] > share[0] + 0.05
    assert share[2] < share[0] - 0.05
    assert left.answers[-1] == Answer(question="pair", value="left", origin="file")
    for reason in left.reasons:
        assert ("pair" in reason.because.answers) == (reason.criterion in ("k1", "k2"))
    for row in left.ranking:
        assert row.score == pytest.approx(sum(v.contribution for v in row.criteria), abs=1e-3)


def hundredths(low, high):
    return st.integers(low * 100, high * 100).map(lambda number: number / 100)


@given(
    st.lists(
        st.tuples(st.sampled_from(("k1", "k2", "k3")), hundredths(-2, 2), hundredths(0, 1)), min_size=1, max_size=6
    ),
    st.sampled_from(("left", "right", "even")),
    st.sampled_from(("left", "right", "even")),
    st.integers(0, 99),
)
@settings(max_examples=25, deadline=None)
def test_whatever_is_chosen_no_dominance_is_violated_and_a_seed_makes_it_repeatable(pieces, one, other, seed):
    more = [
        rule(f"more-{i}", None, evidence("left", on, strength), evidence("right", on, strength + extra))
        for i, (on, strength, extra) in enumerate(pieces)
    ]
    data = TRADED.model_dump(by_alias=True, exclude_none=True, exclude={"content_hash"})
    never = {"all": [{"fact": "never", "is": "a"}, {"fact": "never", "is": "b"}]}
    kept = [{**each, "when": never} for each in data["rules"]]
    knowledge = build(**{**data, "rules": [*kept, *more]})
    given_answers = {**CARE, **answers(pair=one, beside=other)}
    first, again = (advise(knowledge, given_answers, None, as_of=TODAY, seed=seed) for _ in range(2))
    assert first.model_dump_json() == again.model_dump_json()
    rows = {row.candidate: row for row in first.ranking}
    assert rows["right"].score >= rows["left"].score - 1e-3
    assert rows["right"].first_rank_share >= rows["left"].first_rank_share


def test_the_trade_off_that_decides_is_asked_first_and_its_information_is_that_of_its_answers():
    first, second = telling_trade_offs(TRADED, CARE, None)
    assert (first.trade_off.id, second.trade_off.id) == ("pair", "beside")
    # By closed form: log(w1 / w2) is triangular; left leads where it is positive, and is chosen with the mean chance.
    h = 2 * log(SPREAD)
    grid = np.linspace(0, h, 20_001)
    density = 2 * (h - grid) / h**2
    chance = np.mean([1 / (1 + np.exp(-beta * grid)) for beta in CONSISTENCIES], axis=0)
    hit = np.trapezoid(density * chance, grid)
    expected = 1 + hit * np.log2(hit) + (1 - hit) * np.log2(1 - hit)
    assert first.verdict == pytest.approx(expected, abs=0.01)
    assert {entry.trade_off.id for entry in telling_trade_offs(TRADED, {**CARE, **answers(pair="even")}, None)} == {
        "beside"
    }
    ignored = {**CARE, **answers(care_one="ignore")}
    assert telling_trade_offs(TRADED, ignored, None) == [], "what has no weight is not traded"


def test_people_who_choose_differently_count_as_one_who_is_torn():
    members = {"ana": {**CARE, **answers(pair="left")}, "ben": {**CARE, **answers(pair="right")}}
    group = combine(TRADED, members)
    assert group["pair"].ballots == ("left", "right")
    torn = advise(TRADED, group, None, as_of=TODAY)
    assert torn.ranking == result(pair="even").ranking


def test_what_ships_is_as_far_apart_as_the_rules_that_it_names():
    knowledge = load()
    assert len(knowledge.trade_offs) >= 10
    for trade_off in knowledge.trade_offs:
        for side in (trade_off.left, trade_off.right):
            apart = 0.0
            for name in side.rules:
                rules = [r for r in knowledge.rules if name in (r.id, r.written)]
                parts = [p for r in rules for p in r.then if getattr(p, "criterion", None) == side.criterion]
                found = [0.0, *(part.strength for part in parts)]
                apart += max(found) - min(found)
            assert side.strength == apart, (trade_off.id, side.criterion)


def test_every_two_criteria_of_what_ships_are_linked_by_trade_offs():
    linked = {side.criterion: set() for t in load().trade_offs for side in (t.left, t.right)}
    for trade_off in load().trade_offs:
        linked[trade_off.left.criterion].add(trade_off.right.criterion)
        linked[trade_off.right.criterion].add(trade_off.left.criterion)
    reached, ahead = set(), ["speed"]
    while ahead:
        here = ahead.pop()
        if here not in reached:
            reached.add(here)
            ahead += linked[here]
    assert reached == set(linked)
