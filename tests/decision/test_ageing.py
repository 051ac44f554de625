"""Knowledge past its review date counts for less, by a rule, and the result says so."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.decision.advise import advise
from advisor.decision.ageing import currency, review_by
from advisor.decision.value import value_model
from advisor.knowledge.load import load
from advisor.report.text import render

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
    assert fresh.comparisons == old.comparisons, "what was measured here is as fresh as the measurement"


def test_the_result_says_what_counted_for_less():
    now, later = (advise(KNOWLEDGE, {}, None, as_of=day) for day in (datetime.date(2026, 11, 24), OLD))
    assert {reason.currency for reason in now.reasons} == {1.0}
    aged = [reason for reason in later.reasons if reason.currency < 1]
    fresh = {(reason.text, reason.candidate): reason.contribution for reason in now.reasons}
    assert aged
    for reason in aged:
        whole = fresh[reason.text, reason.candidate]
        assert reason.contribution == pytest.approx(whole * reason.currency, abs=2e-3)
    assert "for its sources should have been read again" in " ".join(render(later, KNOWLEDGE, 100).split())
