"""The charts of the verdict: what they draw adds up, and they say it in figures too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_tui_ledgers import EVERYTHING, measured, to_section
from textual.widgets import OptionList

from advisor.decision.advise import advise
from advisor.model.figures import percent
from advisor.report.words import ordinal
from advisor.tui.drawing import interval
from advisor.tui.widgets.charts import SHADES, Charts, Intervals, Speed, apportioned, lead, speeds
from advisor.tui.wording import signed
from tests.support.knowledge import answered
from tests.tui.tui_support import DAY, SMALL, make_app, press, shown, words


def result():
    return advise(SMALL, answered(SMALL, EVERYTHING), measured(), as_of=DAY, seed=1)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.integers(1, 200))
def test_cells_add_up_and_none_is_off_by_one(parts, width):
    total = sum(parts) or 1.0
    shares = [part / total for part in parts]
    cells = apportioned(shares, width)
    assert sum(cells) == round(sum(share * width for share in shares))
    assert all(abs(count - share * width) <= 1 for count, share in zip(cells, shares, strict=True))


@given(st.tuples(*[st.floats(0, 1)] * 3), st.integers(8, 60))
def test_an_interval_lies_where_its_numbers_do(ends, width):
    low, median, high = sorted(ends)
    drawn = interval(low, median, high, width)
    assert len(drawn) == width
    assert drawn.index("●") == round(median * (width - 1))
    inside = drawn.strip()
    assert " " not in inside
    assert drawn.index(inside) == round(low * (width - 1))


def test_the_lead_is_the_sum_of_its_parts():
    outcome = result()
    leader, rival, parts = lead(outcome)
    rows = {row.candidate: row for row in outcome.ranking}
    assert leader == outcome.verdict.leader != rival
    assert sum(parts.values()) == pytest.approx(rows[leader].score - rows[rival].score, abs=0.002)
    assert list(map(abs, parts.values())) == sorted(map(abs, parts.values()), reverse=True)


def test_a_leader_with_fewer_points_has_no_lead_to_widen():
    outcome = result()
    first, second, *others = outcome.ranking
    behind = outcome.model_copy(
        update={
            "verdict": outcome.verdict.model_copy(update={"leader": second.candidate}),
            "ranking": (second, first, *others),
        }
    )
    for each, fewer in ((outcome, False), (behind, True)):
        note = str(Charts(SMALL, each, None, None)._lead().note)
        assert ("but has no more points: " in note, "widens the lead" in note) == (fewer, not fewer)


def test_the_best_comes_first_and_the_comparison_gives_the_word():
    rows = speeds(SMALL, SMALL.metric["cnn-step"], measured())
    assert [row.words for row in rows] == ["best", "1.59 times", "1.93 times"]
    against = measured().comparisons[0].model_copy(update={"rival": "keras-jax", "word": "slower"})
    rows = speeds(SMALL, SMALL.metric["cnn-step"], measured().model_copy(update={"comparisons": (against,)}))
    assert rows[1].words == "1.59 times: slower"
    rows = speeds(SMALL, SMALL.metric["cnn-step"], measured().model_copy(update={"comparisons": (against.turned(),)}))
    assert rows[1].words == "1.59 times: slower"


def test_the_longest_words_leave_room_for_the_interval_at_80_columns():
    number = measured().outcomes[1].measurements[0].model_copy(update={"unit": "gflops", "median": 1234.0, "high": 2e3})
    drawing = Intervals(SMALL, [Speed("keras-tensorflow", number, "10.93 times: undecided, noisy")])
    (line,) = drawing.lines(72)
    assert all(part.cell_length <= 72 for part in line.split("\n"))


@pytest.mark.parametrize("size", [(80, 120), (120, 120)])
async def test_every_chart_has_its_figures_beside_it(size):
    app = make_app(answers=answered(SMALL, EVERYTHING), measurements=measured())
    async with app.run_test(size=size) as pilot:
        await to_section(pilot, "0")
        outcome, lines, text = result(), shown(app).splitlines(), words(app)
        for row in outcome.ranking:
            title = SMALL.candidate[row.candidate].title
            line = next(line for line in lines if line.strip().startswith(title) and "%" in line)
            assert line.split()[-len(row.rank_acceptability) :] == [percent(share) for share in row.rank_acceptability]
            drawn = sum(line.count(shade) for shade in SHADES)
            assert drawn > 0 or sum(row.rank_acceptability) == 0
        assert all(f"{shade} {ordinal(rank)}" in text for rank, shade in enumerate(SHADES, 1))
        _, _, parts = lead(outcome)
        for name, points in parts.items():
            title = next(criterion.title for criterion in SMALL.criteria if criterion.id == name)
            line = next(line for line in lines if line.strip().startswith(title) and "leaves" in line)
            assert signed(points) in line and signed(sum(parts.values()) - points) in line
            assert line.index("━") < line.index("│") if points < 0 else line.index("━") > line.index("│")
        assert "11.5 ms 1.59 times" in text
        assert "●" in text
        assert all(len(line.rstrip()) <= size[0] for line in lines)
        assert app.screen.query_one(Charts).query_one(OptionList).max_scroll_x == 0


async def test_without_measurements_or_answers_the_charts_say_what_is_missing():
    app = make_app()
    async with app.run_test(size=(80, 60)) as pilot:
        await press(pilot, "enter | v | 0 |")
        assert "Nothing was measured: m measures." in words(app)
