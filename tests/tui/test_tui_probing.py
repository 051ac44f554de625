"""Measuring: beside the interview and after it, cancelling, failing, leaving."""

import threading

import pytest
from textual.widgets import TabbedContent

from advisor.decision.advise import advise, preview
from advisor.errors import Exit, InvalidInput
from advisor.model.measurement import Measurements
from advisor.tui.screens.interview import InterviewScreen
from advisor.tui.screens.probing import ProbingScreen
from advisor.tui.screens.verdict import VerdictScreen
from advisor.tui.widgets.candidates import Candidates
from advisor.tui.widgets.standing import StandingPanel
from tests.support.knowledge import answered
from tests.support.measurements import spoilt
from tests.tui.tui_support import (
    ANSWERS,
    DAY,
    KEYS,
    PYTHON,
    SMALL,
    FakeObtain,
    FakeRenew,
    jump,
    make_app,
    noisy_events,
    press,
    sample,
    settle,
    shown,
    until,
    without,
    words,
)

EVERYTHING = {**ANSWERS, "devices": 2, "speed": "high"}


@pytest.fixture
def answers():
    return answered(SMALL, EVERYTHING)


def standing(app):
    return [row for _, row in app.screen.query_one(StandingPanel).query_one("_Rows")._rows]


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
        await press(pilot, "c")
        await until(pilot, lambda: isinstance(app.screen, VerdictScreen))
        await settle(pilot)
        assert set(obtain.given_up) == set(SMALL.candidate)
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
        assert "3 of 3 probes worked" in shown(app)
        await press(pilot, "enter")
        await until(pilot, lambda: obtain.returned.is_set() and not app.measuring.running)
        assert obtain.calls[0]["fresh"]


# --- one again -----------------------------------------------------------------------------------------------------


def noisy() -> Measurements:
    """The sample with numbers of one candidate that can be trusted less."""
    found = sample()
    reason = {"quality": "noisy", "quality_reason": "the machine's own speed varied"}
    outcomes = [
        outcome.model_copy(update={"measurements": tuple(m.model_copy(update=reason) for m in outcome.measurements)})
        if outcome.candidate == "keras-jax"
        else outcome
        for outcome in found.outcomes
    ]
    return found.model_copy(update={"outcomes": tuple(outcomes)})


async def to_one_again(pilot):
    """The row of Keras on JAX, after measuring."""
    await to_probing(pilot)
    await press(pilot, "enter")
    await until(pilot, lambda: "Show the verdict" in shown(pilot.app))
    await press(pilot, "2 | down down")


async def test_one_candidate_is_measured_again_and_the_others_stay(answers):
    renew = FakeRenew(sample())
    app = make_app(answers=answers, obtain=FakeObtain(noisy()), renew=renew)
    async with app.run_test() as pilot:
        await to_one_again(pilot)
        assert "3 of 3 probes worked; ! 2 of 2 numbers noisy" in words(app)
        assert "noisy: the machine's own speed varied" in words(app)
        await press(pilot, "r")
        await until(pilot, lambda: "probe 1 of 12" in shown(app))
        assert renew.calls == [("keras-jax", noisy())]
        assert "Again: Keras on JAX, quick" in shown(app)
        assert words(app).count("3 of 3 probes worked") == 2, "what was found of the others is still said"
        await press(pilot, "b | m |")
        assert "Again: Keras on JAX" in shown(app), "also after looking elsewhere"
        renew.let_go.set()
        await until(pilot, lambda: not app.measuring.running)
        assert app.sitting.measurements == sample()
        assert "noisy" not in shown(app)
        await press(pilot, "s")
        await press(pilot, "2 |" if isinstance(app.screen, ProbingScreen) else "|")
        assert "Keras on JAX was measured again by itself" in app.sitting.note


async def test_one_candidate_is_cancelled_and_measured_again_once_the_others_are_through(answers):
    obtain, renew = FakeObtain(sample(), hold=True, told=noisy_events()), FakeRenew(sample())
    app = make_app(answers=answers, obtain=obtain, renew=renew)
    async with app.run_test() as pilot:
        await to_probing(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: "own speed varied by a factor of 1.40" in words(app))
        assert "1/4 about a minute left" not in words(app) and "2/4 about 40 s left" in words(app)
        assert "! 1 noisy; waits for its turn" in words(app)
        await press(pilot, "r |")
        assert not app.measuring.waiting, "nothing of it is over"
        await press(pilot, "down down delete |")
        assert "Keras on JAX" in app.screen.query_one(Candidates).highlighted_option.prompt.plain
        assert "cancelled; r measures it again when the others are through" in words(app)
        assert (set(obtain.given_up), obtain.cancelled.is_set()) == ({"keras-jax"}, False)
        await press(pilot, "r | b | m |")
        assert "is measured again when the others are through" in words(app), "also after looking elsewhere"
        await press(pilot, "down down delete r |")
        assert app.measuring.waiting == ["keras-jax"], "taken back and asked for again"
        obtain.let_go.set()
        await until(pilot, lambda: "Again: Keras on JAX" in shown(app))
        assert renew.calls == [("keras-jax", without(sample(), ["keras-jax"]))]
        renew.let_go.set()
        await until(pilot, lambda: not app.measuring.running)
        assert app.sitting.measurements == sample()
        assert "Measured" in shown(app) and "cancelled" not in words(app)


async def test_what_had_finished_when_all_was_cancelled_is_used(answers):
    obtain = FakeObtain(sample(), block=True, finished=("pytorch", "keras-tensorflow"))
    app = make_app(answers=answers, obtain=obtain)
    async with app.run_test() as pilot:
        await to_probing(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: "probe 4 of 12" in shown(app))
        await press(pilot, "c")
        await until(pilot, lambda: "Measured in part" in shown(app))
        assert words(app).count("3 of 3 probes worked") == 2
        await press(pilot, "enter |")
        assert isinstance(app.screen, VerdictScreen)
        assert "Measuring Keras on JAX was cancelled: what had finished by then counts." in words(app)
        assert [outcome.cause for outcome in app.sitting.recommendation().measurements if outcome.cause] == (
            ["cancelled"] * 3 + ["missing"]
        )


@pytest.mark.parametrize("how", ["cancelled", "failed"])
async def test_what_was_measured_stands_where_one_cannot_be_measured_again(answers, how):
    renew = FakeRenew(InvalidInput("it has changed", "Measure all candidates again."))
    app = make_app(answers=answers, obtain=FakeObtain(sample()), renew=renew)
    async with app.run_test() as pilot:
        await to_one_again(pilot)
        await press(pilot, "r")
        await until(pilot, lambda: "probe 1 of 12" in shown(app))
        if how == "cancelled":
            await press(pilot, "c")
        else:
            renew.let_go.set()
            await until(pilot, lambda: "Go on with what was measured before" in shown(app))
            assert "it has changed" in shown(app) and "Measure all candidates again." in shown(app)
            await press(pilot, "2")
        await until(pilot, lambda: isinstance(app.screen, VerdictScreen))
        await settle(pilot)
        assert app.sitting.measurements == sample()
        assert ("those taken before stand" if how == "cancelled" else "what was measured before stands") in words(app)


async def test_a_key_alone_measures_nothing_again(answers):
    """Only on a candidate's row."""
    renew = FakeRenew(sample())
    app = make_app(answers=answers, obtain=FakeObtain(sample()), renew=renew)
    async with app.run_test() as pilot:
        await to_probing(pilot)
        await press(pilot, "r enter")
        await until(pilot, lambda: "Show the verdict" in shown(app))
        await press(pilot, "r |")
        assert not renew.calls and not app.measuring.running


# --- beside the interview ------------------------------------------------------------------------------------------


async def test_it_begins_with_the_interview_and_the_ranking_takes_it_when_it_lands():
    obtain = FakeObtain(sample(), hold=True)
    app = make_app(obtain=obtain)
    async with app.run_test(size=(120, 40)) as pilot:
        assert not obtain.calls
        await press(pilot, "enter")
        await until(pilot, lambda: "Measuring meanwhile: probe 4 of 12, about 2 minutes left" in shown(app))
        assert obtain.calls == [{"level": "quick", "pythons": (PYTHON,), "seed": 1, "fresh": False}]
        for name in ("stage", "models"):
            await jump(pilot, name)
            await press(pilot, f"{KEYS[name]} |")
        await jump(pilot, "knows")
        await press(pilot, "down")
        before = standing(app)
        obtain.let_go.set()
        await until(pilot, lambda: "Measured: the ranking takes it into account." in shown(app))
        await settle(pilot)
        assert app.screen.question.id == "knows", "what is being answered stays"
        assert standing(app) == list(preview(SMALL, app.sitting.answers, sample(), as_of=DAY, seed=1)) != before
        await press(pilot, "b | d |")
        assert len(obtain.calls) == 1


@pytest.mark.parametrize("options", [{"level": None}, {"measurements": sample()}])
async def test_nothing_runs_that_is_not_wanted(options):
    obtain = FakeObtain(sample())
    app = make_app(obtain=obtain, **options)
    async with app.run_test() as pilot:
        await press(pilot, "enter | d d |")
        assert not obtain.calls
        assert not app.measuring.begun
        assert "easur" not in shown(app).replace("Measuring  ›", "")


async def test_the_verdict_so_far_is_brought_up_to_date_where_it_is_read():
    obtain = FakeObtain(sample(), hold=True)
    app = make_app(answers=answered(SMALL, {**EVERYTHING, "speed": None}), obtain=obtain)
    async with app.run_test(size=(100, 40)) as pilot:
        await press(pilot, "2 | j | end enter | 4")
        await pilot.pause()
        assert isinstance(app.screen, ProbingScreen), "it says that the probes still run"
        await until(pilot, lambda: "probe 4 of 12" in shown(app) and "module named 'jax2onnx'" in words(app))
        assert "You may wait here, or go on" in shown(app)
        await press(pilot, "s")
        await settle(pilot)
        assert isinstance(app.screen, VerdictScreen)
        assert "Measuring goes on: this is the verdict so far" in words(app)
        assert "measuring: 2 minutes left" in shown(app)
        assert app.sitting.recommendation().measurements == ()
        await press(pilot, "5")
        assert "What is found comes here when it has ended" in words(app)
        obtain.let_go.set()
        await until(pilot, lambda: "11.5 ms" in shown(app))
        assert app.screen.query_one(TabbedContent).active == "section-5"
        await press(pilot, "1 |")
        result = advise(SMALL, app.sitting.answers, sample(), as_of=DAY, seed=1)
        assert app.sitting.recommendation() == result
        assert result.verdict.summary in words(app)
        assert "Measuring goes on" not in words(app)


@pytest.mark.parametrize("then", ["cancelled", "measured"])
async def test_looking_at_the_probes_leads_back_to_the_question(then):
    obtain = FakeObtain(sample(), hold=True)
    app = make_app(obtain=obtain)
    async with app.run_test() as pilot:
        await press(pilot, "enter |")
        await jump(pilot, "knows")
        await press(pilot, "m")
        await until(pilot, lambda: "module named 'jax2onnx'" in words(app))
        await press(pilot, "b |")
        assert app.screen.question.id == "knows"
        await press(pilot, "m |")
        assert words(app).count("jax2onnx") == 1, "each result is shown once, however often one looks"
        if then == "measured":
            obtain.let_go.set()
            await until(pilot, lambda: "3 of 3 probes worked" in shown(app))
            await press(pilot, "enter")
            line = "Measured: the ranking takes it into account."
        else:
            await press(pilot, "c")
            line = "Measuring was cancelled: nothing measured is used."
        await until(pilot, lambda: isinstance(app.screen, InterviewScreen))
        await pilot.pause()
        assert app.screen.question.id == "knows"
        assert line in shown(app)
        assert (app.sitting.measurements is None) == (then == "cancelled")


async def test_numbers_that_cannot_be_used_are_told_wherever_it_was_measured():
    said = "! Of 6 numbers 6 are unusable: busy."
    app = make_app(obtain=FakeObtain(spoilt(sample())))
    async with app.run_test() as pilot:
        await press(pilot, "enter")
        await until(pilot, lambda: "! Measured. Of 6 numbers 6 are unusable: busy." in shown(app))
        await press(pilot, "v")
        await settle(pilot)
        assert said in shown(app)
        await press(pilot, "5")
        await until(pilot, lambda: said in words(app))
        assert words(app).count("– unusable") == 6


async def test_a_problem_beside_the_interview_holds_nobody_up():
    app = make_app(obtain=FakeObtain(InvalidInput("/nowhere/python can't be run", "Give the path of a Python.")))
    async with app.run_test() as pilot:
        await press(pilot, "enter")
        await until(pilot, lambda: "! Nothing could be measured: m says why." in shown(app))
        asked = app.screen.question.id
        await press(pilot, "d |")
        assert app.screen.question.id != asked
        await press(pilot, "m |")
        assert "/nowhere/python can't be run" in shown(app)
        await press(pilot, "b | v")
        await settle(pilot)
        assert "Nothing could be measured: /nowhere/python can't be run" in words(app)


@pytest.mark.parametrize("key, code", [("ctrl+q", Exit.ANSWERED), ("ctrl+c", Exit.INTERRUPTED)])
@pytest.mark.parametrize("where", ["", "| v", "| v | x"])
async def test_leaving_the_interview_or_the_verdict_stops_the_probes(where, key, code):
    obtain = FakeObtain(sample(), block=True)
    app = make_app(obtain=obtain)
    async with app.run_test() as pilot:
        await press(pilot, "enter")
        await until(pilot, lambda: "probe 4 of 12" in shown(app))
        await press(pilot, where)
        await press(pilot, key)
    assert obtain.cancelled.is_set()
    assert obtain.returned.is_set()
    assert not any(thread.name == "measuring" for thread in threading.enumerate())
    assert app.return_value == code
