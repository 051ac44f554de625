"""Thresholds as text."""

import datetime

import pytest

from advisor.decision.case import case_of
from advisor.decision.thresholds import thresholds
from advisor.knowledge.load import load
from advisor.report.thresholds import render_thresholds
from tests.support.knowledge import answers, build, criterion, evidence, rule, scale
from tests.support.measurements import measured
from tests.support.timed import TIMED, WEIGHED, both

DAY = datetime.date(2026, 11, 23)


def shown(knowledge, given, measurements, width=68):
    found = thresholds(case_of(knowledge, given, measurements, as_of=DAY))
    text = render_thresholds(found, knowledge, width, measured=measurements is not None)
    assert max(map(len, text.splitlines())) <= width
    return found, [" ".join(line.split()) for line in text.splitlines()]


def test_who_leads_without_being_recommended_has_a_row():
    given = answers(care="high", care_other="high")
    _, lines = shown(TIMED, given, measured(left=(10.0, 9.5, 10.5), right=(6.5, 6.18, 6.83)))
    left, right = lines.index("The left"), lines.index("The right")
    assert lines[left + 1].startswith("On speed leads (")
    assert lines[right + 1].startswith("On speed 1.")
    assert len(lines[right + 2].split(" (ms) ")[1].split()) == 3


def test_a_weight_that_takes_the_recommendation_away_is_no_weight_that_changes_nothing():
    """Without what it is better at nobody else leads, and nobody is recommended."""
    knowledge = build(
        criteria=[criterion("k1", "care-one"), criterion("k2", "care-two")],
        questions=[scale("care-one"), scale("care-two")],
        rules=[
            rule("both", None, evidence("left", "k1", 3), evidence("left", "k2", 1)),
            rule("one", None, evidence("right", "k2", 1)),
        ],
    )
    found, lines = shown(knowledge, answers(care_one="high", care_two="low"), None)
    one = found.weights[0]
    assert (one.less, one.less_recommended) == (None, None)
    assert lines[lines.index("On k1 – nobody") + 1] == "(high) if left out"
    assert "changes who leads or is recommended for: on k2." in " ".join(lines)


@pytest.mark.parametrize("width", [68, 80])
def test_everything_together_has_a_row_where_there_is_more_than_one_criterion(width):
    found, lines = shown(WEIGHED, answers(care="low", care_other="medium"), both(1), width)
    (together,) = found.together
    (row,) = [line for line in lines if line.startswith("Everything measured of it")]
    assert f"{together.factor:.2f}× (50%) {together.recommended.factor:.2f}×" in row
    assert lines[lines.index("The right") + 1] == f"On speed {found.measurements[0].factor:.1f}× (50%) –"


def test_of_what_was_not_measured_it_is_said_how_to():
    _, lines = shown(TIMED, answers(care="high", care_other="high"), None)
    assert "`advisor probe` measures." in " ".join(lines)
    _, lines = shown(TIMED, answers(care="high", care_other="high"), measured(left=(10.0, 9.5, 10.5)))
    assert "Nothing measured counts for a candidate that isn't recommended." in lines


def test_nobody_feasible():
    assert "every candidate is ruled out" in render_thresholds(None, load(), 80, measured=False)
