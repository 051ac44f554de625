"""What is drawn line by line keeps to its width, whatever the letters of an overlay's texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Ranked
from advisor.tui.drawing import cut, narrowest, to_left, to_right, wrapped
from advisor.tui.widgets.bars import Bar, Bars
from advisor.tui.widgets.candidates import Row, drawn
from advisor.tui.widgets.charts import Ranks, Tornado
from advisor.tui.widgets.criteria import Columns, Heads, Line
from advisor.tui.widgets.paragraphs import Paragraphs
from advisor.tui.widgets.standing import abreast
from tests.support.knowledge import build, candidate

TITLE = "深層学習の枠組み甲"
TEXT = "PyTorch は本番環境での配備には変換器が必要です。" * 4
WIDTH = 60
RANKED = Ranked(candidate="left", score=1, score_low=0, score_high=2, first_rank_share=0.5, feasible=True, criteria=())


def world() -> Knowledge:
    return build(candidates=[candidate("left") | {"title": TITLE}, candidate("right") | {"title": f"{TITLE} 乙"}])


@pytest.mark.parametrize(
    "lines",
    [
        Bars([Bar((TITLE, "+1.2"), 0.5, "50%"), Bar(("PyTorch", "+3.1"), None, TEXT)]).lines(WIDTH),
        Paragraphs([("·", TEXT), ("!", "words")], 2).lines(WIDTH),
        drawn([Row(TITLE, "", 0.5, "3 of 4", "about 12 minutes left"), Row("A", TITLE, 0.1, "")], WIDTH),
        Ranks([(TITLE, (0.5, 0.5)), ("PyTorch", (0.5, 0.5))]).lines(WIDTH),
        Tornado([(TITLE, 1.0, 2.0), ("Speed", -1.0, 4.0)]).lines(WIDTH),
        Columns(world(), [RANKED], [Line(TEXT, "5%", ("+1.0",), lambda: None)]).lines(WIDTH),
        Heads(world(), [RANKED]).lines(WIDTH),
        abreast([(TITLE, RANKED), ("PyTorch", RANKED)], WIDTH),
    ],
    ids=["bars", "paragraphs", "candidates", "ranks", "tornado", "columns", "heads", "standing"],
)
def test_letters_that_take_two_cells_count_for_two(lines):
    assert lines and max(row.cell_length for line in lines for row in line.split("\n")) <= WIDTH


@given(st.text(st.sampled_from("ab -深é\u0301学"), max_size=30), st.integers(2, 12))
def test_texts_are_broken_cut_and_aligned_by_cells(text, width):
    rows = wrapped(text, width)
    assert max(map(cell_len, rows)) <= width
    assert "".join("".join(rows).split()) == "".join(text.split())
    shown = cut(text, width)
    assert cell_len(shown) <= width and (shown == text or shown.endswith("…"))
    assert cell_len(to_left(shown, width)) == cell_len(to_right(shown, width)) == width


def test_a_column_is_as_wide_as_the_longest_word_that_is_not_broken():
    assert narrowest("Keras on TensorFlow", 8) == 10
    assert narrowest(f"Keras {TITLE}", 8) == 8
