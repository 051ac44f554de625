"""Measuring: cancelling, failing, leaving."""

import threading

import pytest
from tui_support import ANSWERS, SMALL, FakeObtain, answered, make_app, press, sample, settle, shown, until, words

from advisor.errors import Exit, InvalidInput
from advisor.tui.screens.interview import InterviewScreen
from advisor.tui.screens.probing import ProbingScreen
from advisor.tui.screens.verdict import VerdictScreen

EVERYTHING = {**ANSWERS, "devices": 2, "speed": "high"}


@pytest.fixture
def answers():
    return answered(SMALL, EVERYTHING)


async def to_probing(pilot):
    await press(pilot, "enter")
    await pilot.pause()
    assert isinstance(pilot.app.screen, ProbingScreen)


async def test_results_are_shown_as_they_land_and_at_the_end(answers):
    obtain = FakeObtain(sample())
    app = make_app(answers=answers, obtain=obtain)
    async with app.run_test() as pilot:
        await to_probing(pilot)
        await press(pilot, "down enter")
        await until(pilot, lambda: app.sitting.measurements is not None)
        assert [call["level"] for call in obtain.calls] == ["full"]
        text = shown(app)
        assert "3 of 3 probes worked" in text
        assert "not installed: keras; pip install keras torch" in " ".join(text.split())
        await press(pilot, "enter")
        await settle(pilot)
        assert isinstance(app.screen, VerdictScreen)
        assert "Nothing was measured" not in shown(app)


async def test_cancelling_goes_on_to_the_verdict_without_measurements(answers):
    obtain = FakeObtain(sample(), block=True)
    app = make_app(answers=answers, obtain=obtain)
    async with app.run_test() as pilot:
        await to_probing(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: "probe 4 of 12" in shown(app) and "module named 'jax2onnx'" in words(app))
        await press(pilot, "b s")
        assert isinstance(app.screen, ProbingScreen)
        await press(pilot, "c")
        await until(pilot, lambda: isinstance(app.screen, VerdictScreen))
        await settle(pilot)
        assert obtain.cancelled.is_set()
        assert app.sitting.measurements is None
        assert "Measuring was cancelled: nothing measured is used." in shown(app)
        assert app.sitting.answers == answers


async def test_a_problem_is_shown_and_can_be_tried_again(answers):
    obtain = FakeObtain(InvalidInput("/nowhere/python can't be run", "Give the path of a Python."))
    app = make_app(answers=answers, obtain=obtain)
    async with app.run_test() as pilot:
        await to_probing(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: "Nothing could be measured" in shown(app))
        assert "/nowhere/python can't be run" in shown(app)
        assert "Give the path of a Python." in shown(app)
        # A fault of the prober does not take the application with it either.
        obtain.result = KeyError("oops")
        await press(pilot, "enter")
        await until(pilot, lambda: "KeyError: 'oops'" in shown(app))
        obtain.result = sample()
        await press(pilot, "enter")
        await until(pilot, lambda: app.sitting.measurements is not None)


@pytest.mark.parametrize("key, code", [("ctrl+q", Exit.ANSWERED), ("ctrl+c", Exit.INTERRUPTED)])
async def test_leaving_while_measuring_stops_the_probes(answers, key, code):
    obtain = FakeObtain(sample(), block=True)
    app = make_app(answers=answers, obtain=obtain)
    async with app.run_test() as pilot:
        await to_probing(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: "probe 4 of 12" in shown(app))
        await press(pilot, key)
    assert obtain.cancelled.is_set()
    assert obtain.returned.is_set()
    assert not any(thread.name == "measuring" for thread in threading.enumerate())
    assert app.return_value == code


async def test_going_back_and_skipping(answers):
    app = make_app(answers=answers, obtain=FakeObtain(sample()))
    async with app.run_test() as pilot:
        await to_probing(pilot)
        await press(pilot, "b")
        await pilot.pause()
        assert isinstance(app.screen, InterviewScreen)
        await press(pilot, "enter")
        await pilot.pause()
        assert isinstance(app.screen, ProbingScreen)
        await press(pilot, "s")
        await settle(pilot)
        assert isinstance(app.screen, VerdictScreen)


async def test_measuring_again_does_not_take_what_is_kept(answers):
    obtain = FakeObtain(sample())
    app = make_app(answers=answers, obtain=obtain, measurements=sample())
    async with app.run_test() as pilot:
        await press(pilot, "enter")
        await settle(pilot)
        assert isinstance(app.screen, VerdictScreen)
        await press(pilot, "m")
        await pilot.pause()
        await press(pilot, "enter")
        await until(pilot, lambda: "Show the verdict" in shown(app))
        assert obtain.calls[0]["fresh"]
