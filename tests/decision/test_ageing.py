"""Knowledge past its review date counts for less, by a rule, and the result says so."""

import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.decision.advise import advise
from advisor.decision.ageing import currency, review_by
from advisor.decision.value import value_model
from advisor.knowledge.load import load
from advisor.report.text import render
from tests.support.knowledge import SOURCE, build, evidence, rule
from tests.support.profiles import profiles

KNOWLEDGE = load()
RULES = {rule.id: rule for rule in KNOWLEDGE.rules}
OLD = datetime.date(2028, 1, 1)


def test_the_day_of_review_still_counts_in_full_and_each_period_after_it_halves():
    rule = RULES["tpu-jax"]
    due = min(review_by(KNOWLEDGE, KNOWLEDGE.source[name]) for name in rule.sources)
    assert currency(KNOWLEDGE, rule, due) == 1
    assert currency(KNOWLEDGE, rule, due + datetime.timedelta(days=183)) == pytest.approx(0.5, abs=0.01)
    assert currency(KNOWLEDGE, rule, due + datetime.timedelta(days=2 * 183)) == pytest.approx(0.25, abs=0.01)
    assert currency(KNOWLEDGE, rule, None) == 1


@given(days=st.lists(st.integers(0, 5000), min_size=2, max_size=2).map(sorted), index=st.integers(0, len(RULES) - 1))
def test_nothing_counts_for_more_as_time_goes_by(days, index):
    rule = KNOWLEDGE.rules[index]
    early, late = (currency(KNOWLEDGE, rule, datetime.date(2026, 1, 1) + datetime.timedelta(days=day)) for day in days)
    assert 0 < late <= early <= 1


def test_ranges_do_not_age_and_evidence_does():
    fresh, old = value_model(KNOWLEDGE), value_model(KNOWLEDGE, OLD)
    assert fresh.ranges == old.ranges
    assert all(abs(b.points) <= abs(a.points) for a, b in zip(fresh.pieces, old.pieces, strict=True))
    assert any(abs(b.points) < abs(a.points) / 2 for a, b in zip(fresh.pieces, old.pieces, strict=True))
    assert fresh.metric_evidence == old.metric_evidence, "what was measured here is as fresh as the measurement"


def test_the_result_says_what_counted_for_less():
    now, later = (advise(KNOWLEDGE, {}, None, as_of=day) for day in (datetime.date(2026, 11, 24), OLD))
    assert {reason.currency for reason in now.reasons} == {1.0}
    aged = [reason for reason in later.reasons if reason.currency < 1]
    fresh = {(reason.text, reason.candidate): reason.contribution for reason in now.reasons}
    assert aged
    for reason in aged:
        whole = fresh[reason.text, reason.candidate]
        assert reason.contribution == pytest.approx(whole * reason.currency, abs=2e-3)
    assert "for its sources are past their review date" in " ".join(render(later, KNOWLEDGE, 100).split())


@given(days=st.lists(st.integers(0, 5000), min_size=2, max_size=2).map(sorted))
def test_what_is_older_is_no_surer(days):
    early, late = (value_model(KNOWLEDGE, datetime.date(2026, 1, 1) + datetime.timedelta(days=day)) for day in days)
    for before, after in zip(early.pieces, late.pieces, strict=True):
        assert after.error == before.error
        assert after.error / abs(after.points) >= before.error / abs(before.points)


@given(st.lists(st.sampled_from((-3, -2, -1, 1, 2, 3)), min_size=2, max_size=5), st.lists(st.integers(0, 3000)))
@settings(max_examples=25, deadline=None)
def test_the_older_all_evidence_is_the_less_often_does_the_better_candidate_rank_first(strengths, days):
    """Exactly so under one criterion, where weights cancel, since all days share their draws."""
    then = [evidence(("left", "right")[i % 2], "anything", strength) for i, strength in enumerate(strengths)]
    rules = [rule(f"r{i}", None, each) for i, each in enumerate(then)]
    base = build(rules=rules, sources=[{**SOURCE, "grade": "weak"}])
    found = []
    for day in sorted(days):
        result = advise(base, {}, None, as_of=datetime.date(2027, 1, 1) + datetime.timedelta(days=day))
        found.append({row.candidate: row.first_rank_share for row in result.ranking})
    ahead = "left" if sum(strengths[::2]) >= sum(strengths[1::2]) else "right"
    shares = [shares[ahead] for shares in found]
    assert shares == sorted(shares, reverse=True)


def test_verdicts_get_less_sure_year_by_year_unless_sources_are_read_again():
    means = []
    for year in (2026, 2028, 2030, 2032):
        results = (advise(KNOWLEDGE, *profile, as_of=datetime.date(year, 11, 24)) for profile in profiles()[1:30:3])
        means.append(np.mean([result.verdict.confidence for result in results]))
    assert means == sorted(means, reverse=True) and means[-1] < means[0] - 0.1
