"""Measured numbers and shares in writing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.checking import words
from advisor.model.figures import interval, percent, significant


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1149.6, "1,150"),
        (999.7, "1,000"),
        (9.996, "10.0"),
        (12, "12.0"),
        (0.00123, "0.00123"),
        (9.6e10, "96,000,000,000"),
    ],
)
def test_three_digits_tell_and_none_is_an_exponent(value, written):
    assert significant(value) == written


@given(st.floats(-1e12, 1e12, allow_subnormal=False), st.integers(1, 4))
def test_what_is_written_is_the_number_rounded_and_the_checker_writes_the_same(value, digits):
    written = significant(value, digits)
    assert float(written.replace(",", "")) == float(f"{value:.{digits - 1}e}")
    assert "e" not in written.lower()
    assert written == words.written(value, digits)


def test_the_ends_of_an_interval_are_told_apart():
    assert interval(0.00144, 0.00189) == "0.0014–0.0019"
    assert interval(51_630, 51_690) == "51,600–51,700"
    assert interval(9.11, 10.6) == "9.1–11"
    assert interval(0.9961, 1.23) == "1.0–1.2"


@pytest.mark.parametrize(
    ("share", "whole", "tenth"),
    [
        (0, "0%", "0.0%"),
        (0.0003, "<1%", "<0.1%"),
        (0.005, "<1%", "0.5%"),
        (0.852, "85%", "85.2%"),
        (0.9987, ">99%", "99.9%"),
        (0.9997, ">99%", ">99.9%"),
        (1, "100%", "100.0%"),
        (1.349, "135%", "134.9%"),
    ],
)
def test_only_all_is_all_and_only_none_is_none_and_the_checker_says_the_same(share, whole, tenth):
    assert (percent(share), percent(share, 1)) == (whole, tenth)
    assert words.percent(share) == whole
