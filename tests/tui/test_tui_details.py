"""From a number in a table or chart to what it rests on."""

import random

import pytest
from test_tui_ledgers import EVERYTHING, measured, to_section
from textual.widgets import OptionList, Static

from advisor.decision.advise import advise
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.model.figures import percent
from advisor.report.words import ordinal
from advisor.tui.details import Details
from advisor.tui.grounds import Grounds
from advisor.tui.screens.detail import DetailScreen
from advisor.tui.screens.verdict import VerdictScreen
from advisor.tui.widgets.charts import Charts
from advisor.tui.widgets.criteria import Criteria
from advisor.tui.widgets.measured import Measured
from advisor.tui.widgets.overview import Overview
from advisor.tui.widgets.sheet import Sheet
from advisor.tui.wording import signed
from tests.support import profiles
from tests.support.knowledge import answered
from tests.tui.tui_support import DAY, SMALL, make_app, press, settle, shown, words

KNOWLEDGE = load()


def result():
    return advise(SMALL, answered(SMALL, EVERYTHING), measured(), as_of=DAY, seed=1)


@pytest.fixture
def details():
    return Details(SMALL, result(), measured(), Grounds(SMALL, result(), measured()))


@pytest.fixture
def app():
    return make_app(answers=answered(SMALL, EVERYTHING), measurements=measured())


def highlight(app, text):
    """Highlight the first line of the section shown that begins with a text."""
    entries = app.screen.focused
    entries.highlighted = next(
        index
        for index, option in enumerate(entries.options)
        if not option.disabled and str(option.prompt).strip().startswith(text)
    )


def rests_on(reason):
    """All that has to be told of a reason."""
    because = reason.because
    yield reason.text
    yield from because.rules
    yield from (SMALL.source[name].address for name in because.sources)
    yield from (SMALL.metric[name.partition(".")[0]].title for name in because.measurements)


def test_a_criterion_tells_all_its_reasons_down_to_rule_source_and_measurement(details):
    outcome = result()
    for criterion in SMALL.criteria:
        text = details.under([criterion.id]).plain
        inside = [reason for reason in outcome.reasons if reason.criterion == criterion.id]
        assert all(part in text for reason in inside for part in rests_on(reason))
        for row in outcome.ranking:
            points = next(value.contribution for value in row.criteria if value.criterion == criterion.id)
            said = f"{SMALL.candidate[row.candidate].title}: "
            assert said + (f"{signed(points)} points" if points else "nothing speaks for or against it") in text
    speed = details.under(["speed"]).plain
    assert "Measured: Training step of a small convolutional net, PyTorch: 11.5 ms (95% interval 11–12" in speed
    assert "Rules: measured-speed" in speed and "A report by others" in speed


def test_an_undated_source_is_not_dated():
    source = SMALL.source["manual"].model_copy(update={"date": "undated"})
    assert "primary, undated, checked 2026-10-01" in Grounds(SMALL, result(), None).source(source).plain


def test_under_a_part_of_the_candidates_nothing_is_said_of_the_others(details):
    text = details.under(["familiarity"], ["pytorch"]).plain
    assert "PyTorch: +" in text and "Keras on JAX" not in text


def test_a_candidate_tells_every_reason_and_what_rules_it_out(details):
    outcome = result()
    for row in outcome.ranking:
        text = details.candidate(row.candidate).plain
        assert all(r.text in text for r in (*outcome.reasons, *outcome.vetoes) if r.candidate == row.candidate)
        for rank, share in enumerate(row.rank_acceptability, 1):
            assert f"{ordinal(rank)}: {share:.1%} ± " in text


def test_a_number_tells_how_it_was_taken_and_what_is_made_of_it(details):
    text = details.number("cnn-step", "pytorch").plain
    assert "11.5 ms (95% interval 11–12, 5 launches)" in text
    assert "100 blocks timed in 5 launches." in text
    assert "0.800 times Keras on TensorFlow's (0.700 to 0.900): faster" in text
    assert "-B probes --candidate pytorch cnn-step" in text
    assert "Rules: measured-speed" in text
    assert "1.25 times PyTorch's (1.11 to 1.43): slower" in details.number("cnn-step", "keras-tensorflow").plain
    assert "No rule makes points of it here." in details.number("import-time", "pytorch").plain


@pytest.mark.parametrize(("section", "line", "expected"), [
    ("1", "Recommended", "A candidate is recommended from 80% on, unless"),
    ("1", "Score", "100 would be the most"),
    ("1", "Keras on JAX", "What its place rests on"),
    ("1", "−2.2", "Rules: measured-speed"),
    ("1", "✗", "Rules Keras on TensorFlow out."),
    ("1", "· What does the team know well?", "now “PyTorch, Keras”, then “PyTorch, Keras, JAX”"),
    ("5", "PyTorch", "No rule makes points of it here."),
    ("5", "A processor", "fingerprint"),
    ("5", "", "-B probes --candidate keras-jax cnn-step"),
    ("3", "Training speed", "Rules: measured-speed"),
    ("3", "Score", "100 would be the most"),
    ("3", "95%", "around "),
    ("3", "Ranks first", "standard error"),
    ("3", "Feasible", "Rules Keras on TensorFlow out."),
    ("0", "PyTorch", "What its place rests on"),
    ("0", "Flexibility", "Eager PyTorch follows plain Python control flow"),
    ("0", "", "-B probes --candidate keras-tensorflow cnn-step"),
])  # fmt: skip
async def test_enter_on_a_line_opens_what_it_rests_on_and_escape_comes_back(app, section, line, expected):
    async with app.run_test(size=(80, 24)) as pilot:
        await to_section(pilot, section)
        entries = app.screen.focused
        if line:
            highlight(app, line)
        else:
            await press(pilot, "end")
        at = entries.highlighted
        await press(pilot, "enter |")
        assert isinstance(app.screen, DetailScreen)
        assert expected in str(app.screen.query_one("#box Static", Static).render())
        assert app.screen.query_one("#box").max_scroll_x == 0
        await press(pilot, "escape |")
        assert isinstance(app.screen, VerdictScreen)
        assert entries.has_focus and entries.highlighted == at


async def test_every_line_opens_something():
    """Of the knowledge that ships, with measurements."""
    rng = random.Random(1)
    app = make_app(
        knowledge=KNOWLEDGE,
        answers={"stage": Answer(question="stage", value="research")},
        measurements=profiles.measurements(KNOWLEDGE, rng),
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter | v |")
        for key, kind in (("1", Overview), ("3", Criteria), ("5", Measured), ("0", Charts)):
            await press(pilot, f"{key} |")
            sheet = app.screen.query_one(kind)
            entries = sheet.query_one(OptionList)
            opened = []
            for option in entries.options:
                if not option.disabled:
                    part, _, row = option.id.partition(" ")
                    opened.append(sheet._parts[int(part)].detail(int(row)).plain)
            assert len(opened) > (9 if kind is Overview else 20)
            assert all(len(text) > 20 for text in opened)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_lines_fit_and_are_drawn_anew_when_the_terminal_changes(app, size):
    async with app.run_test(size=(100, 30)) as pilot:
        for key, kind in (("1", Overview), ("3", Criteria), ("5", Measured), ("0", Charts)):
            await pilot.resize_terminal(100, 30)
            await (to_section(pilot, key) if key == "1" else press(pilot, f"{key} |"))
            entries = app.screen.query_one(kind).query_one(OptionList)
            await press(pilot, "down down")
            at = entries.highlighted
            await pilot.resize_terminal(*size)
            await settle(pilot)
            width = entries.scrollable_content_region.width
            lines = [line for o in entries.options if not o.disabled for line in str(o.prompt).splitlines()]
            assert max(map(len, lines)) <= width < size[0]
            assert entries.highlighted == at and entries.max_scroll_x == 0


async def test_the_first_line_shows_what_stands_above_it(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await to_section(pilot, "0")
        top = shown(app)
        await press(pilot, "end |")
        assert shown(app) != top
        await press(pilot, "home |")
        assert shown(app) == top


async def test_the_last_line_shows_what_stands_below_it():
    app = make_app(answers=answered(SMALL, EVERYTHING), level=None)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter | v | 0 |")
        assert "Press m to measure" not in words(app)
        await press(pilot, "end |")
        assert "Nothing was measured: m measures." in words(app)


async def test_criteria_stand_under_their_groups_and_ranks_below():
    app = make_app(knowledge=KNOWLEDGE, answers={"stage": Answer(question="stage", value="research")}, level=None)
    async with app.run_test(size=(80, 100)) as pilot:
        await press(pilot, "enter | v | 3 |")
        outcome = app.sitting.recommendation()
        lines = [line.rstrip() for line in shown(app).splitlines()]
        starts = [line.strip().split("  ")[0] for line in lines]
        places = [starts.index(group.title) for group in KNOWLEDGE.groups]
        for criterion in KNOWLEDGE.criteria:
            here = starts.index(criterion.title)
            owner = max(place for place in places if place < here)
            assert starts[owner] == next(g.title for g in KNOWLEDGE.groups if g.id == criterion.group)
            cells = [next(v for v in row.criteria if v.criterion == criterion.id) for row in outcome.ranking]
            drawn = lines[here].split(criterion.title)[1].split()
            assert drawn == [
                percent(cells[0].weight),
                *(signed(v.contribution) if v.contribution else "·" for v in cells),
            ]
        for row in ("Ranks first", "Ranks fourth", "With own weights", "Feasible"):
            assert row in starts
        assert "What those who prefer each care about" in words(app)
        assert app.screen.query_one(Sheet).region.width <= 80
