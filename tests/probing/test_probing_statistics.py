"""Intervals against independent oracles."""

import math
import statistics as standard

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.probing.statistics import Contrast, contrasts, steadiness, summarise, word

stats = pytest.importorskip("scipy.stats")

numbers = st.floats(0.001, 1e6)
blocks = st.lists(numbers, min_size=1, max_size=5)
launches = st.dictionaries(st.integers(1, 5), blocks, min_size=1)
groups = st.dictionaries(st.sampled_from("abcd"), launches, min_size=1)


def spread(logs):
    return max(logs) - min(logs) > 1e-6


@given(st.dictionaries(st.integers(1, 9), blocks, min_size=2, max_size=6))
def test_one_candidate_gives_the_textbook_interval(launches):
    logs = [math.log(standard.median(blocks)) for blocks in launches.values()]
    summary = summarise({"a": launches})["a"]
    assert summary.centre == pytest.approx(standard.geometric_mean([standard.median(b) for b in launches.values()]))
    assert (summary.launches, summary.samples) == (len(launches), sum(map(len, launches.values())))
    if spread(logs):
        low, high = stats.t.interval(0.95, len(logs) - 1, standard.fmean(logs), stats.sem(logs))
        assert math.log(summary.low) == pytest.approx(low, abs=1e-9)
        assert math.log(summary.high) == pytest.approx(high, abs=1e-9)


@given(groups)
def test_the_spread_is_pooled(data):
    logs = {key: [math.log(standard.median(blocks)) for blocks in launches.values()] for key, launches in data.items()}
    freedom = sum(len(values) - 1 for values in logs.values())
    found = summarise(data)
    if not freedom:
        assert all(summary.low is None and summary.high is None for summary in found.values())
        return
    within = sum((len(v) - 1) * standard.variance(v) for v in logs.values() if len(v) > 1) / freedom
    for key, values in logs.items():
        half = stats.t.ppf(0.975, freedom) * math.sqrt(within / len(values))
        assert math.log(found[key].high) - math.log(found[key].low) == pytest.approx(2 * half, abs=1e-9)
        # Without any tolerance: a number whose median lies outside its interval is refused.
        assert found[key].low <= found[key].centre <= found[key].high


def test_launches_without_anything_in_common_give_numbers_still():
    """Their intervals would reach beyond all that a float holds."""
    data = {key: {1: [1e-100 * (key + 1)], 2: [1e100 / (key + 1)]} for key in range(2)}
    for summary in summarise(data).values():
        assert 1e-100 == summary.low < summary.centre < summary.high == 1e100
    (contrast,) = contrasts(data).values()
    assert 1e-200 == contrast.low < contrast.ratio < contrast.high == 1e200


@given(groups, st.floats(0.01, 100))
def test_units_do_not_matter(data, factor):
    scaled = {k: {n: [factor * x for x in blocks] for n, blocks in launches.items()} for k, launches in data.items()}
    before, after = summarise(data), summarise(scaled)
    for key in data:
        assert after[key].centre == pytest.approx(factor * before[key].centre, rel=1e-9)
        if before[key].low is not None:
            assert after[key].low == pytest.approx(factor * before[key].low, rel=1e-6)


def test_a_single_launch_gets_the_spread_of_the_others():
    found = summarise({"a": {1: [1.0], 2: [2.0]}, "b": {1: [5.0]}, "c": {}})
    assert set(found) == {"a", "b"}
    assert found["b"].spread is None
    assert found["b"].low < 5 < found["b"].high
    wider = math.log(found["b"].high / found["b"].low) / math.log(found["a"].high / found["a"].low)
    assert wider == pytest.approx(math.sqrt(2))


def test_blocks_of_one_launch_make_no_interval():
    assert summarise({"a": {1: [1.0, 2.0, 3.0]}, "b": {1: [4.0, 5.0]}})["a"].low is None


def simulated(random, names, count, process=0.1, weather=0.0, factor=1.0):
    """Launches of candidates that are all alike, but for the last, whose times are `factor` times as long."""
    common = random.normal(0, weather, count) if weather else [0.0] * count
    centre = {name: factor if name == names[-1] else 1.0 for name in names}
    return {
        name: {n: [centre[name] * math.exp(common[n] + random.normal(0, process))] for n in range(count)}
        for name in names
    }


def test_the_interval_covers_as_often_as_it_says(random):
    hits = 0
    for _ in range(1000):
        summary = summarise(simulated(random, "abcd", 2, 0.2))["a"]
        hits += summary.low <= 1 <= summary.high
    assert 930 <= hits <= 970


@pytest.fixture
def random():
    return pytest.importorskip("numpy").random.default_rng(1)


def test_two_candidates_are_compared_as_by_a_t_test(random):
    data = simulated(random, "ab", 5)
    found = contrasts(data)["a", "b"]
    logs = [[math.log(blocks[0]) for blocks in data[name].values()] for name in "ab"]
    interval = stats.ttest_ind(*logs).confidence_interval(0.95)
    assert (math.log(found.low), math.log(found.high)) == pytest.approx(tuple(interval))


@pytest.mark.parametrize("count", [3, 5])
def test_complete_blocks_give_the_textbook_error(random, count):
    data = simulated(random, "abcd", count, weather=0.5)
    found = contrasts(data)
    logs = {name: [math.log(blocks[0]) for blocks in launches.values()] for name, launches in data.items()}
    grand = standard.fmean(value for values in logs.values() for value in values)
    rounds = [standard.fmean(logs[name][n] for name in logs) for n in range(count)]
    freedom = (len(logs) - 1) * (count - 1)
    squares = sum(
        (value - standard.fmean(values) - rounds[n] + grand) ** 2
        for values in logs.values()
        for n, value in enumerate(values)
    )
    error = math.sqrt(2 * squares / freedom / count)
    width = stats.studentized_range.ppf(0.95, 4, freedom) / math.sqrt(2)
    for (one, other), contrast in found.items():
        difference = standard.fmean(logs[one]) - standard.fmean(logs[other])
        assert math.log(contrast.ratio) == pytest.approx(difference)
        assert math.log(contrast.high) == pytest.approx(difference + width * error, rel=1e-3, abs=1e-6)
    assert len(found) == 6


def test_weather_common_to_a_launch_does_not_widen_the_comparison(random):
    calm = contrasts(simulated(random, "abcd", 5))["a", "b"]
    stormy = contrasts(simulated(random, "abcd", 5, weather=1.0))["a", "b"]
    assert stormy.smallest_difference < 1.5 * calm.smallest_difference


@pytest.mark.parametrize("process", [0.005, 0.1])
def test_like_with_like_differs_rarely_and_the_smallest_difference_is_found(random, process):
    false = comparisons = hits = covered = tries = 0
    for _ in range(150):
        alike = contrasts(simulated(random, "abcd", 3, process, weather=0.2))
        comparisons += len(alike)
        false += sum(word(c, "lower", True) not in ("same", "undecided") for c in alike.values())
        smallest = alike["a", "d"].smallest_difference
        slowed = contrasts(simulated(random, "abcd", 3, process, weather=0.2, factor=smallest))
        tries += 3
        hits += sum(word(slowed[name, "d"], "lower", True) == "faster" for name in "abc")
        covered += sum(slowed[name, "d"].low <= 1 / smallest <= slowed[name, "d"].high for name in "abc")
    assert false / comparisons < 0.03
    assert hits / tries > 0.8
    assert covered / tries > 0.95


def test_a_candidate_that_failed_in_one_launch_is_still_compared(random):
    data = simulated(random, "abcd", 4)
    del data["b"][2]
    data["c"] = {1: data["c"][1]}
    assert set(contrasts(data)) == {("a", "b"), ("a", "d"), ("b", "d")}
    assert contrasts({"a": {1: [1.0]}, "b": {1: [2.0], 2: [2.0]}}) == {}


def test_words():
    def said(low, high, better="lower", timed=True):
        return word(Contrast(math.sqrt(low * high), low, high, 1.1), better, timed)

    assert said(0.5, 0.9) == "faster"
    assert said(1.02, 1.3) == "slower"
    assert said(0.5, 0.9, better="higher") == "slower"
    assert said(0.95, 1.06) == "same"
    assert said(0.95, 1.2) == "undecided"
    assert said(0.5, 0.9, timed=False) == "less"
    assert said(1.02, 1.3, timed=False) == "more"


def test_steadiness_is_that_of_the_least_steady_kernel():
    pulses = {
        launch: [{"product": 5.0, "loop": loop} for loop in (3.0, slow, 9.0)] for launch, slow in ((1, 3), (2, 4))
    }
    assert steadiness(pulses) == pytest.approx(4 / 3)
    assert steadiness({1: pulses[1]}) is None
    assert steadiness({1: pulses[1], 2: []}) is None
