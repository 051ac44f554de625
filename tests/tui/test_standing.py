"""What is drawn of the ranking and of the themes beside a question and below it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.model.recommendation import Ranked
from advisor.tui.drawing import NARROWEST
from advisor.tui.sitting import Theme
from advisor.tui.widgets.free_rows import Fit, fit, theme_line
from advisor.tui.widgets.standing import abreast, drawn

POINTS = st.floats(-200, 200)


@st.composite
def rankings(draw):
    """Candidates whose scores may lie outside what nine in ten of the draws give."""
    rows, outside = [], draw(st.booleans())
    for index in range(draw(st.integers(1, 4))):
        low, high = sorted((draw(POINTS), draw(POINTS)))
        row = Ranked(
            candidate=f"c{index}",
            score=draw(POINTS if outside else st.floats(low, high)),
            score_low=low,
            score_high=high,
            first_rank_share=draw(st.floats(0, 1)),
            feasible=draw(st.booleans()),
            criteria=(),
        )
        rows.append((f"Candidate {index}", row))
    return rows


@given(rankings(), st.integers(0, 60))
def test_every_range_is_drawn_on_one_scale_and_within_the_width(rows, width):
    lines = [content.plain for content in drawn(rows, width)]
    ranges = [line for line in lines if set(line) & set("├┤●")]
    feasible = [row for _, row in rows if row.feasible]
    ends = [end for row in feasible for end in (row.score_low, row.score_high)]
    if width < NARROWEST or not ends or min(ends) == max(ends):
        assert not ranges
        return
    assert len(ranges) == len(feasible)
    assert all(len(line) == width for line in ranges)
    assert min(len(line) - len(line.lstrip()) for line in ranges) == 0, "the scale is used up"
    assert max(len(line.rstrip()) for line in ranges) == width
    fit = sum(row.score_low <= row.score <= row.score_high for row in feasible)
    assert sum("●" in line for line in ranges) == fit, "a score outside would look wrong"


def test_an_interval_lies_where_its_ends_say():
    def row(low, score, high):
        return Ranked(
            candidate="c", score=score, score_low=low, score_high=high, first_rank_share=0.5, feasible=True, criteria=()
        )

    lines = [content.plain for content in drawn([("A", row(0, 5, 10)), ("B", row(-10, -10, 0))], 21)]
    assert lines[2] == " " * 10 + "├────●────┤"
    assert lines[5] == "●─────────┤" + " " * 10


@given(rankings(), st.integers(40, 120))
def test_a_line_a_candidate_has_title_share_and_score_where_the_others_have_theirs(rows, width):
    lines = [content.plain for content in abreast(rows, width)]
    for line, (title, row) in zip(lines, rows, strict=True):
        assert len(line) <= width
        assert line.startswith(title)
        assert ("ruled out" in line) == (not row.feasible)
        assert ("%" in line) == row.feasible
    bars = {tuple(at for at, c in enumerate(line) if c in "━─" and at < line.rfind("  ")) for line in lines}
    assert len({bar[0] for bar in bars}) == 1, "all bars begin at one place"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (0, (False, False)),
        (1, (False, False)),
        (2, (True, False)),
        (4, (True, False)),
        (5, (False, True)),
        (6, (True, True)),
    ],
)
def test_what_fits_into_free_rows_below_an_empty_one(rows, expected):
    assert fit(rows, candidates=4) == Fit(*expected)


THEMES = [Theme(name, (name.lower(),), 0, name.lower()) for name in ("One", "Two", "Three", "Four", "Five")]


@given(st.sampled_from(THEMES), st.integers(18, 60))
def test_as_many_themes_as_fit_with_the_present_one_among_them(present, width):
    line = theme_line(THEMES, present.title, width).plain
    assert len(line) <= width
    assert f"▸ {present.title} 0/1" in line
    left_out = [theme for theme in THEMES if theme.title not in line]
    assert bool(left_out) == ("…" in line)
    assert not left_out or len(line) + len("  Three 0/1") > width, "another would not fit"


def test_a_click_on_a_theme_leads_to_its_first_open_question():
    line = theme_line(THEMES, "Two", 80)
    actions = {span.style.meta["@click"] for span in line.spans}
    assert actions == {f"screen.question({theme.begins!r})" for theme in THEMES}
