"""The figures and dates in a decision record."""

import datetime

import pytest

from advisor.decision.advise import advise
from advisor.decision.ageing import review_by
from advisor.knowledge.load import load
from advisor.model.figures import percent
from advisor.report import record
from advisor.report.words import reasons_against, reasons_for
from tests.support.profiles import profiles

KNOWLEDGE = load()
TODAY = datetime.date(2026, 11, 23)


@pytest.fixture(scope="module")
def records():
    """Results, every third of them measured, with their records as plain text."""
    results = [advise(KNOWLEDGE, answers, measured, as_of=TODAY) for answers, measured in profiles()[:8]]
    return [(result, record.render(result, KNOWLEDGE).replace("\\", "")) for result in results]


def between(text, before, after):
    return text.partition(before)[2].partition(after)[0]


def test_drivers_are_the_criteria_of_at_least_half_a_percent(records):
    least, known = set(), {criterion.id: criterion.title for criterion in KNOWLEDGE.criteria}
    for result, text in records:
        weights = sorted((v for v in result.ranking[0].criteria if v.weight >= 0.005), key=lambda v: -v.weight)
        least.add(min(value.weight for value in weights))
        titles = [(known[value.criterion], percent(value.weight)) for value in weights]
        drivers = between(text, "## Decision Drivers\n\n", "\n\n").splitlines()
        assert drivers == [f"* {title}, {weight} of the weight" for title, weight in titles]
    assert min(least) < 0.02


def test_reasons_that_are_left_out_are_summed_up_with_their_signs(records):
    mixed = 0
    for result, text in records:
        for row in result.ranking:
            sides = reasons_for(result, row.candidate), reasons_against(result, row.candidate)
            good, bad = ([reason.contribution for reason in side[record.ARGUMENTS :]] for side in sides)
            if not good and not bad:
                continue
            mixed += bool(bad)
            said = between(text, f"\n### {KNOWLEDGE.candidate[row.candidate].title}\n", "\n\n#")
            assert f" to {sum(good) + sum(bad):+.1f}" in said.splitlines()[-1]
    assert mixed


def test_it_is_looked_at_again_when_the_first_source_is_due(records):
    apart = 0
    for result, text in records:
        aged = [source for source in result.sources if source.kind in KNOWLEDGE.settings.review_months]
        due = sorted(review_by(KNOWLEDGE, source) for source in aged)
        apart += due[0] != due[-1]
        assert f"\n* To be looked at again by {due[0]}, " in text
    assert apart
