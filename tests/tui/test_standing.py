"""What is drawn of the ranking beside a question."""

from hypothesis import given
from hypothesis import strategies as st

from advisor.model.recommendation import Ranked
from advisor.tui.drawing import NARROWEST
from advisor.tui.widgets.standing import drawn

POINTS = st.floats(-200, 200)


@st.composite
def rankings(draw):
    """Candidates whose scores may lie outside what nine in ten of the draws give."""
    rows = []
    for index in range(draw(st.integers(1, 4))):
        low, high = sorted((draw(POINTS), draw(POINTS)))
        row = Ranked(
            candidate=f"c{index}",
            score=draw(POINTS),
            score_low=low,
            score_high=high,
            first_rank_share=draw(st.floats(0, 1)),
            feasible=draw(st.booleans()),
            criteria=(),
        )
        rows.append((f"Candidate {index}", row))
    return rows


@given(rankings(), st.integers(0, 60))
def test_every_score_is_drawn_on_one_scale_and_within_the_width(rows, width):
    lines = [content.plain for content in drawn(rows, width)]
    scores = [line for line in lines if "●" in line]
    points = [point for _, row in rows if row.feasible for point in (row.score_low, row.score, row.score_high)]
    if width < NARROWEST or not points or min(points) == max(points):
        assert not scores
        return
    assert len(scores) == sum(row.feasible for _, row in rows)
    assert all(len(line) == width for line in scores)
    assert min(len(line) - len(line.lstrip()) for line in scores) == 0, "the scale is used up"
    assert max(len(line.rstrip()) for line in scores) == width


def test_an_interval_lies_where_its_ends_say():
    def row(low, score, high):
        return Ranked(
            candidate="c", score=score, score_low=low, score_high=high, first_rank_share=0.5, feasible=True, criteria=()
        )

    lines = [content.plain for content in drawn([("A", row(0, 5, 10)), ("B", row(-10, -10, 0))], 21)]
    assert lines[2] == " " * 10 + "├────●────┤"
    assert lines[5] == "●─────────┤" + " " * 10
