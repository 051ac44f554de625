"""Thresholds of weights and measurements: at the factor named the verdict changes, just before it doesn't."""

import datetime
import math

import numpy as np
import pytest

from advisor.decision.advise import advise
from advisor.decision.case import case_of
from advisor.decision.thresholds import first_change, improved, place_of, three_digits, thresholds
from advisor.knowledge.load import load
from tests.support.knowledge import LEVELS, SETTINGS, answers, build, criterion, evidence, question, rule, scale
from tests.support.measurements import measured
from tests.support.profiles import profiles
from tests.support.timed import TIMED, WEIGHED, both

TODAY = datetime.date(2026, 11, 23)


def two_criteria(left, right, weights=(0, 1, 2, 4, 8), **parts):
    """Left is better by `left` on one criterion, right by `right` on the other."""
    made = build(
        criteria=[criterion("k1", "care-one"), criterion("k2", "care-two")],
        questions=[scale("care-one"), scale("care-two"), question("never")],
        rules=[
            rule("for-left", None, evidence("left", "k1", left)),
            rule("for-right", None, evidence("right", "k2", right)),
            rule("range-one", {"fact": "never", "is": "a"}, evidence("left", "k1", 3 - left)),
            rule("range-two", {"fact": "never", "is": "a"}, evidence("right", "k2", 3 - right)),
        ],
        **parts,
    )
    # Not by way of a file, in which no level may weigh more than the next.
    levels = zip(made.settings.importance, weights, strict=True)
    importance = tuple(level.model_copy(update={"weight": float(weight)}) for level, weight in levels)
    settings = made.settings.model_copy(update={"importance": importance})
    return made.model_copy(update={"settings": settings, "content_hash": f"{made.content_hash} {weights}"})


def found(knowledge, given, measurements=None):
    return thresholds(case_of(knowledge, given, measurements, as_of=TODAY))


def verdict(knowledge, given, measurements=None):
    return advise(knowledge, given, measurements, as_of=TODAY).verdict


def leader(knowledge, given, measurements=None):
    return verdict(knowledge, given, measurements).leader


def assert_first(holds, holds_at, factor, bound):
    """Something holds from a factor on and at none nearer to 1: at each of three digits beside it, and at 40 of those
    between 1 and the bound."""
    assert abs(place_of(factor) - place_of(holds_at)) == 1
    sweep = {three_digits(place_of(bound ** (step / 40))) for step in range(41)} | {holds_at, factor}
    for each in sweep:
        assert holds(each) == (each >= factor if bound > 1 else each <= factor), each


@pytest.mark.parametrize(("left", "right"), [(2, 1), (2.5, 1), (2, 1.5)])
def test_weights_agree_with_the_closed_form(left, right):
    """With equal spreads the lead changes where left's weight times its value equals right's."""
    given = answers(care_one="high", care_two="high", never="b")
    one, two = found(two_criteria(left, right), given).weights
    assert (one.more, two.less) == (None, None)
    assert two.more.factor == pytest.approx(left / right, rel=0.03)
    assert one.less.factor == pytest.approx(right / left, rel=0.03)
    assert two.more.level == ("essential" if left / right <= 2 else None)
    assert one.less.level == ("medium" if left / right <= 2 else "low")
    assert (two.more.lead.candidate, one.less.lead.candidate) == ("right", "right")


@pytest.mark.parametrize(("left", "right"), [(2, 1), (2.5, 1), (2, 1.5)])
def test_a_reweighed_base_flips_at_the_factor_and_not_before(left, right):
    """The weight is changed in the base itself: "medium" is used by one criterion alone."""
    given = answers(care_one="high", care_two="medium", never="b")
    two = found(two_criteria(left, right), given).weights[1]
    for factor, expected in ((two.more.holds_at, "left"), (two.more.factor, "right")):
        reweighed = two_criteria(left, right, (0, 1, 2 * factor, 4, 8 * factor))
        assert leader(reweighed, given) == expected
    for level in LEVELS[LEVELS.index("medium") + 1 :]:
        flips = leader(two_criteria(left, right), {**given, **answers(care_two=level)}) != "left"
        assert flips == (LEVELS.index(level) >= LEVELS.index(two.more.level or "essential") and bool(two.more.level))


@pytest.mark.parametrize(("left", "right"), [(2, 1), (2.5, 1), (2, 1.5)])
def test_a_reweighed_base_recommends_from_the_factor_on_and_not_before(left, right):
    given = answers(care_one="high", care_two="medium", never="b")
    two = found(two_criteria(left, right), given).weights[1].more_recommended

    def recommends(factor):
        return verdict(two_criteria(left, right, (0, 1, 2 * factor, 4, 8 * factor)), given).candidate == "right"

    assert_first(recommends, two.holds_at, two.factor, 64)
    assert (two.lead.candidate, two.lead.kind) == ("right", "recommended")
    assert two.lead.share >= 0.8


def test_less_weight_recommends_another_from_the_factor_on_and_not_before():
    given = answers(care_one="medium", care_two="high", never="b")
    base = two_criteria(2.5, 1)
    one = found(base, given).weights[0].less_recommended

    def recommends(factor):
        return verdict(two_criteria(2.5, 1, (0, 1, 2 * factor, 4, 8)), given).candidate == "right"

    assert_first(recommends, one.holds_at, one.factor, 1 / 64)


def test_a_recommendation_is_lost_from_the_factor_on_and_not_before():
    given = answers(care_one="high", care_two="medium", never="b")
    one, two = found(two_criteria(2.5, 1), given).weights

    def lost(factor):
        return verdict(two_criteria(2.5, 1, (0, 1, 2 * factor, 4, 8)), given).candidate != "left"

    assert_first(lost, two.more_lost.holds_at, two.more_lost.factor, 64)
    assert two.more_lost.factor < two.more.factor < two.more_recommended.factor
    assert (one.more_lost, two.less_lost) == (None, None)
    assert one.less_lost.lead.kind == "too-close"


def test_a_leader_that_is_not_recommended_may_come_to_be():
    given = answers(care_one="high", care_two="high", never="b")
    base = two_criteria(1.6, 1.5)
    assert verdict(base, given).kind == "too-close"
    one, two = found(base, given).weights
    assert (one.more, one.more_recommended.lead.candidate) == (None, "left")
    assert two.less_recommended.lead.candidate == "left"
    assert two.more_recommended.lead.candidate == one.less_recommended.lead.candidate == "right"
    assert two.more.factor < two.more_recommended.factor
    assert {one.more_lost, one.less_lost, two.more_lost, two.less_lost} == {None}, "there is nothing to lose"


@pytest.mark.parametrize(("left", "right", "lead", "recommend"), [(2, 1.5, 1, 1), (1.5, 1.6, 0, 1)])
def test_a_criterion_that_weighs_nothing_names_the_first_level_that_is_enough(left, right, lead, recommend):
    given = answers(care_one="low", care_two="ignore", never="b")
    base = two_criteria(left, right)
    two = found(base, given).weights[1]
    assert (two.level, two.weight, two.less, two.less_recommended) == ("ignore", 0, None, None)
    verdicts = [verdict(base, {**given, **answers(care_two=level)}) for level in LEVELS[1:]]
    assert [v.leader for v in verdicts].index("right") == lead
    assert (two.more.factor, two.more.level) == (None, LEVELS[1:][lead])
    assert [v.candidate for v in verdicts].index("right") == recommend
    assert (two.more_recommended.factor, two.more_recommended.level) == (None, LEVELS[1:][recommend])


def test_no_level_is_enough_where_trade_offs_pull_the_weight_back():
    """Seven times the weight would do it, but eight times the importance isn't that."""
    right, left = (
        {"criterion": f"k{i}", "strength": s, "text": "So.", "rules": ["for-left"]} for i, s in ((2, 3), (1, 1))
    )
    pairs = [{"id": name, "left": left, "right": right} for name in ("pair", "twin")]
    base = two_criteria(2, 1.2, trade_offs=pairs, settings={**SETTINGS, "weight_spread": 4})
    given = answers(care_one="low", care_two="low", never="b", pair="left", twin="left")
    two = found(base, given).weights[1]
    assert (two.more.factor < 8, two.more.level) == (True, None)
    given |= answers(care_two="ignore")
    assert found(base, given).weights[1].more is None
    assert {leader(base, {**given, **answers(care_two=level)}) for level in LEVELS} == {"left"}


@pytest.mark.parametrize("times", [(10.0, 20.0), (10.0, 8.0), (10.0, 10.0)])
def test_measurements_flip_at_the_factor_and_not_before(times):
    numbers = {name: (t, 0.95 * t, 1.05 * t) for name, t in zip(("left", "right"), times, strict=True)}
    given = answers(care="high", care_other="high")
    assert leader(TIMED, given, measured(**numbers)) == "left"
    (race,) = found(TIMED, given, measured(**numbers)).measurements
    assert (race.candidate, race.criterion, race.metrics) == ("right", "speed", ("step",))
    for factor, expected in ((race.holds_at, "left"), (race.factor, "right")):
        changed = {**numbers, "right": tuple(value / factor for value in numbers["right"])}
        assert leader(TIMED, given, measured(**changed)) == expected
    assert race.figures[0].needed == pytest.approx(times[1] / race.factor)
    # Left is ahead by 1/3; x doublings between the two are worth x/2, since the range is 2.
    assert math.log2(race.factor * times[0] / times[1]) == pytest.approx(2 / 3, abs=0.05)


@pytest.mark.parametrize("times", [(10.0, 20.0), (10.0, 8.0), (10.0, 10.0)])
def test_measurements_recommend_from_the_factor_on_and_not_before(times):
    given = answers(care="high", care_other="high")

    def numbers(factor):
        changed = {"left": times[0], "right": times[1] / factor}
        return measured(**{name: (t, 0.95 * t, 1.05 * t) for name, t in changed.items()})

    result = found(TIMED, given, numbers(1))
    # Left, which leads, has a row of its own where it isn't recommended.
    race = result.measurements[-1]
    assert race.candidate == "right"
    better = race.recommended
    assert_first(
        lambda factor: verdict(TIMED, given, numbers(factor)).candidate == "right", better.holds_at, better.factor, 64
    )
    assert better.figures[0].needed == pytest.approx(times[1] / better.factor)
    assert (better.factor > race.factor, better.lead.kind) == (True, "recommended")
    assert [entry.candidate for entry in result.together] == [entry.candidate for entry in result.measurements]
    assert dict(result.together[-1]) == {name: value for name, value in race if name != "criterion"}


def test_a_leader_is_told_how_much_better_makes_it_recommended():
    numbers = {"left": (10.0, 9.5, 10.5), "right": (6.5, 6.18, 6.83)}
    given = answers(care="high", care_other="high")
    assert verdict(TIMED, given, measured(**numbers)).kind == "too-close"
    left, right = found(TIMED, given, measured(**numbers)).measurements
    assert (left.candidate, left.factor, left.holds_at, left.lead.candidate) == ("left", 1.0, None, "left")
    assert right.candidate == "right"

    def recommends(factor):
        changed = {**numbers, "left": tuple(value / factor for value in numbers["left"])}
        return verdict(TIMED, given, measured(**changed)).candidate == "left"

    assert_first(recommends, left.recommended.holds_at, left.recommended.factor, 64)


def test_everything_measured_gets_better_by_one_factor():
    """Where neither alone is enough for a recommendation, both together are."""
    given = answers(care="low", care_other="medium")
    result = found(WEIGHED, given, both(1))
    assert [(entry.criterion, entry.recommended) for entry in result.measurements] == [("speed", None), ("size", None)]
    (together,) = result.together
    assert (together.candidate, together.metrics) == ("right", ("step", "peak"))
    assert [figure.needed for figure in together.figures] == pytest.approx([10 / together.factor] * 2)
    for name, threshold in (("leader", together), ("candidate", together.recommended)):
        assert_first(
            lambda factor, name=name: getattr(verdict(WEIGHED, given, both(factor)), name) == "right",
            threshold.holds_at,
            threshold.factor,
            64,
        )


def test_where_no_speed_would_do_it_that_is_said():
    """Left is ahead by 8/3 of the weight of speed, which can make a difference of 2 at the most."""
    numbers = {"left": (10.0, 9.5, 10.5), "right": (10.0, 9.5, 10.5)}
    given = answers(care="low", care_other="essential")
    (race,) = found(TIMED, given, measured(**numbers)).measurements
    assert (race.factor, race.lead.candidate) == (None, "left")
    for factor in (race.holds_at, 2.0**20):
        far = {**numbers, "right": tuple(value / factor for value in numbers["right"])}
        assert leader(TIMED, given, measured(**far)) == "left"


@pytest.mark.parametrize("index", [0, 6])
def test_thresholds_on_what_ships(index):
    """Whatever was measured, changed in the measurements themselves."""
    knowledge = load()
    given, measurements = profiles()[index]
    result = found(knowledge, given, measurements)
    now = verdict(knowledge, given, measurements)
    assert result.leader == now.leader
    assert {w.criterion for w in result.weights} <= {c.id for c in knowledge.criteria}
    for race in (*result.measurements, *result.together):
        metrics = tuple(knowledge.metric[name] for name in race.metrics)

        def at(factor, race=race, metrics=metrics):
            return case_of(
                knowledge, given, improved(measurements, race.candidate, metrics, factor), as_of=TODAY
            ).verdict

        if race.holds_at is None:
            assert (race.candidate, race.factor, now.candidate) == (now.leader, 1.0, None)
        else:
            assert at(race.holds_at).leader != race.candidate
        if race.factor is not None:
            assert at(race.factor).leader == race.candidate
        if race.recommended is not None:
            assert at(race.recommended.holds_at).candidate != race.candidate
            assert at(race.recommended.factor).candidate == race.candidate


def test_nobody_feasible_has_no_thresholds():
    knowledge = build(rules=[rule("none", None, {"veto": "left"}, {"veto": "right"})])
    assert found(knowledge, {}) is None


def test_factors_have_three_digits_and_come_one_after_the_other():
    assert [three_digits(place) for place in (-1, 0, 1, 900, 901)] == [0.999, 1.0, 1.01, 10.0, 10.1]
    assert all(place_of(three_digits(place)) == place for place in range(-1800, 1801))


@pytest.mark.parametrize("bound", [64.0, 1 / 64])
def test_the_first_change_is_bracketed(bound):
    for threshold in np.exp(np.linspace(0.05, 0.95, 25) * math.log(bound)):
        beyond = (lambda f, t=threshold: f >= t) if bound > 1 else (lambda f, t=threshold: f <= t)
        near, far = first_change(beyond, bound)
        assert beyond(far)
        assert not beyond(near)
        assert abs(place_of(near) - place_of(far)) == 1
    assert first_change(lambda factor: False, bound) is None
