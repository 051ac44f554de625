"""Intervals against independent oracles."""

import math
import statistics as standard

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.probing.statistics import summarise

stats = pytest.importorskip("scipy.stats")

numbers = st.floats(0.001, 1e6)
launch = st.lists(numbers, min_size=1, max_size=5)
groups = st.dictionaries(st.sampled_from("abcd"), st.lists(launch, min_size=1, max_size=5), min_size=1)


def spread(logs):
    return max(logs) - min(logs) > 1e-6


@given(st.lists(launch, min_size=2, max_size=6))
def test_one_candidate_gives_the_textbook_interval(launches):
    logs = [math.log(standard.median(blocks)) for blocks in launches]
    summary = summarise({"a": launches})["a"]
    assert summary.centre == pytest.approx(standard.geometric_mean([standard.median(b) for b in launches]))
    assert (summary.launches, summary.samples) == (len(launches), sum(map(len, launches)))
    if spread(logs):
        low, high = stats.t.interval(0.95, len(logs) - 1, standard.fmean(logs), stats.sem(logs))
        assert math.log(summary.low) == pytest.approx(low, abs=1e-9)
        assert math.log(summary.high) == pytest.approx(high, abs=1e-9)


@given(groups)
def test_the_spread_is_pooled(data):
    logs = {key: [math.log(standard.median(blocks)) for blocks in launches] for key, launches in data.items()}
    freedom = sum(len(values) - 1 for values in logs.values())
    found = summarise(data)
    if not freedom:
        assert all(summary.low is None and summary.high is None for summary in found.values())
        return
    within = sum((len(v) - 1) * standard.variance(v) for v in logs.values() if len(v) > 1) / freedom
    for key, values in logs.items():
        half = stats.t.ppf(0.975, freedom) * math.sqrt(within / len(values))
        assert math.log(found[key].high) - math.log(found[key].low) == pytest.approx(2 * half, abs=1e-9)
        assert found[key].low <= found[key].centre * (1 + 1e-12)
        assert found[key].centre <= found[key].high * (1 + 1e-12)


@given(groups, st.floats(0.01, 100))
def test_units_do_not_matter(data, factor):
    scaled = {key: [[factor * x for x in blocks] for blocks in launches] for key, launches in data.items()}
    before, after = summarise(data), summarise(scaled)
    for key in data:
        assert after[key].centre == pytest.approx(factor * before[key].centre, rel=1e-9)
        if before[key].low is not None:
            assert after[key].low == pytest.approx(factor * before[key].low, rel=1e-6)


def test_a_single_launch_gets_the_spread_of_the_others():
    found = summarise({"a": [[1.0], [2.0]], "b": [[5.0]], "c": []})
    assert set(found) == {"a", "b"}
    assert found["b"].low < 5 < found["b"].high
    wider = math.log(found["b"].high / found["b"].low) / math.log(found["a"].high / found["a"].low)
    assert wider == pytest.approx(math.sqrt(2))


def test_blocks_of_one_launch_make_no_interval():
    assert summarise({"a": [[1.0, 2.0, 3.0]], "b": [[4.0, 5.0]]})["a"].low is None


def test_the_interval_covers_as_often_as_it_says():
    import numpy

    random = numpy.random.default_rng(1)
    hits = 0
    for _ in range(1000):
        data = {key: [[math.exp(random.normal(1, 0.2))] for _ in range(2)] for key in "abcd"}
        summary = summarise(data)["a"]
        hits += summary.low <= math.e <= summary.high
    assert 930 <= hits <= 970
