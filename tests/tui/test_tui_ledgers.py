"""The capability matrix, the claims ledger, and the bar of sections above them."""

import re

import pytest
from textual.widgets import OptionList, TabbedContent

from advisor.decision.claims import judge
from advisor.knowledge.load import load
from advisor.model.measurement import Comparison, Measurements
from advisor.tui.screens.verdict import SECTIONS, VerdictScreen
from advisor.tui.widgets.capabilities import Capabilities, cell
from advisor.tui.widgets.claims import Claims
from tests.support.knowledge import answered
from tests.tui.tui_support import ANSWERS, PYTHON, SMALL, make_app, press, sample, settle, shown, words

EVERYTHING = {**ANSWERS, "devices": 2, "speed": "high"}


def measured() -> Measurements:
    """The sample with a failure and a comparison."""
    found = sample()
    failing = found.outcomes[-1].model_copy(
        update={"probe": "onnx-export", "status": "fails", "cause": "error", "detail": "ValueError: [no] such layer"}
    )
    working = found.outcomes[-1].model_copy(update={"status": "works", "cause": "", "detail": ""})
    compared = Comparison(
        metric="cnn-step", candidate="pytorch", interpreter=PYTHON, rival="keras-tensorflow", rival_interpreter=PYTHON,
        ratio=0.8, low=0.7, high=0.9, word="faster",
    )  # fmt: skip
    return found.model_copy(update={"outcomes": (*found.outcomes[:-1], working, failing), "comparisons": (compared,)})


@pytest.fixture
def app():
    return make_app(answers=answered(SMALL, EVERYTHING), measurements=measured())


async def to_section(pilot, key):
    await press(pilot, "enter")
    await settle(pilot)
    assert isinstance(pilot.app.screen, VerdictScreen)
    await press(pilot, key)
    await settle(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 50)])
async def test_every_cell_of_the_matrix_is_shown(app, size):
    async with app.run_test(size=size) as pilot:
        await to_section(pilot, "8")
        text = words(app)
        for outcome in measured().outcomes:
            assert cell(outcome) in text
        assert "+ tf2onnx" in text and "✗ fails" in text and "not tried" in text
        assert all(probe.title[:20] in text for probe in SMALL.probes)


async def test_a_row_of_the_matrix_says_why_and_how_to_repeat_it(app):
    async with app.run_test(size=(120, 60)) as pilot:
        await to_section(pilot, "8")
        await press(pilot, "end")
        text = words(app)
        assert "fails: ValueError: [no] such layer" in text
        assert "works with tf2onnx" in text
        await press(pilot, "up")
        text = words(app)
        assert "11.5 ms (95% interval 11–12, 5 launches)" in text
        assert "-B probes --candidate pytorch cnn-step" in text
        reading = app.screen.query_one(Capabilities).detail(1).plain
        compares = [rule for rule in SMALL.rules if any(getattr(t, "compare", "") == "cnn-step" for t in rule.then)]
        assert compares and all(rule.id in reading for rule in compares)
        assert all(SMALL.source[name].address in reading for rule in compares for name in rule.sources)


async def test_what_was_not_tried_says_why():
    found = sample()
    without = tuple(outcome for outcome in found.outcomes if outcome.probe != "onnx-export")
    measurements = Measurements(**{**dict(found), "outcomes": without})
    app = make_app(answers=answered(SMALL, EVERYTHING), measurements=measurements)
    async with app.run_test(size=(120, 60)) as pilot:
        await to_section(pilot, "8")
        await press(pilot, "end")
        text = words(app)
        why = "not part of a quick measurement; `advisor probe --only onnx-export` tries it"
        assert f"PyTorch: not tried: {why} Keras on TensorFlow: not tried: {why} " in text
        assert "Keras on PyTorch: not tried: not installed: keras; pip install keras torch " in text


async def test_the_ledger_gives_the_verdicts_of_judge(app):
    async with app.run_test(size=(120, 60)) as pilot:
        await to_section(pilot, "9")
        rows = [line for line in shown(app).splitlines() if re.match(r" +[✓~✗] ", line)]
        here = [judge(claim, measured())[0] for claim in SMALL.claims]
        assert here == ["holds", "holds", "does-not-hold", "not-measured"]
        for row, expected in zip(rows, ("✓ holds", "✓ holds", "✗ doesn't hold", "no probe"), strict=True):
            assert expected in row
        assert "4 claims. On this machine: 2 holds, 1 does not hold." in words(app)


async def test_a_claim_is_spelt_out_with_finding_source_and_command(app):
    async with app.run_test(size=(120, 60)) as pilot:
        await to_section(pilot, "9")
        text = words(app)
        assert "than in PyTorch [by itself]." in text
        assert "yes: keras-tensorflow slower than pytorch by cnn-step: 1.25 times (1.11 to 1.43), slower" in text
        assert "-B probes --candidate keras-tensorflow cnn-step" in text
        assert "A report by others https://example.org/report" in text
        await press(pilot, "down")
        assert "yes: onnx-export works with pytorch: works with extra" in words(app)
        assert "Rules: data-dependent-eager" in words(app)


async def test_without_measurements_both_say_so():
    app = make_app(answers=answered(SMALL, EVERYTHING), level=None)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_section(pilot, "8")
        assert "Nothing was tried on this machine. Press m to measure." in words(app)
        assert words(app).count("not tried") >= 4 * len(SMALL.probes)
        await press(pilot, "9")
        assert "not measured" in words(app)
        assert "no probe" in words(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_section_is_named_and_can_be_clicked(app, size):
    async with app.run_test(size=size) as pilot:
        await to_section(pilot, "1")
        for number, name in enumerate(SECTIONS, 1):
            lines = shown(app).splitlines()
            row = next(i for i, line in enumerate(lines) if f" {number % 10} {name}" in line)
            await pilot.click(offset=(lines[row].index(f" {number % 10} {name}") + 2, row))
            await settle(pilot)
            assert app.screen.query_one(TabbedContent).active == f"section-{number}"


async def test_the_knowledge_that_ships_fits_80_columns():
    """No row of either ledger is cut or wider than the screen."""
    knowledge = load()
    app = make_app(knowledge=knowledge, level=None)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter | v")
        await settle(pilot)
        for key, kind, count in (("8", Capabilities, len(knowledge.probes)), ("9", Claims, len(knowledge.claims))):
            await press(pilot, key)
            await settle(pilot)
            ledger = app.screen.query_one(kind)
            entries = ledger.query_one(OptionList)
            assert entries.option_count == count
            assert entries.max_scroll_x == 0
            assert "…" not in shown(app)
            assert all(ledger.detail(index).plain for index in range(count))
