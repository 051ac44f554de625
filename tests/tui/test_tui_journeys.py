"""Whole journeys: back and forth, leaving and coming back, resizing, a probe that crashes, and the keyboard alone."""

import json
import sys
import threading
from functools import partial

import pytest
from textual.widgets import Input, OptionList

from advisor.decision.advise import advise
from advisor.probing.run import obtain, renew
from advisor.session.answers import read_answers
from advisor.tui.screens.export import ExportScreen
from advisor.tui.screens.interview import InterviewScreen
from advisor.tui.screens.keys import KeysScreen
from advisor.tui.screens.verdict import VerdictScreen
from advisor.tui.widgets.choices import Choices, Ticks
from advisor.tui.widgets.number_entry import NumberEntry
from advisor.tui.widgets.theme_rail import ThemeRail
from tests.probing.conftest import PROGRAM, FakeProbes
from tests.support.knowledge import answered
from tests.support.steps import next_step
from tests.tui.tui_support import (
    DAY,
    GIVEN,
    KEYS,
    SMALL,
    FakeObtain,
    asking,
    jump,
    make_app,
    pausing,
    press,
    sample,
    settle,
    shown,
    until,
    values,
    walk,
    walking,
    words,
)

NARROW, WIDE = (80, 24), (120, 40)


def entered(app):
    """What the question shown holds, as an answer is."""
    screen = app.screen
    match screen.question.kind:
        case "number":
            return float(screen.query_one(NumberEntry).field.value)
        case "many":
            return tuple(v for v in GIVEN["knows"] if v in screen.query_one(Ticks).chosen)
        case "yes-no":
            return {"yes": True, "no": False}[min(screen.query_one("#choices", Choices).chosen)]
    return min(screen.query_one("#choices", Choices).chosen)


# --- the order of the questions ------------------------------------------------------------------------------------


async def test_it_asks_what_the_line_by_line_interview_would(profile):
    app = make_app(profile, level=None)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        # What is shown at once is known from before the last answer; it stays where working it out takes long.
        known = next_step(SMALL, {}, None, as_of=DAY, seed=1).prospect
        while name := await asking(pilot):
            before = [question for question in known.reductions if question not in app.sitting.answers]
            known = next_step(SMALL, app.sitting.answers, None, as_of=DAY, seed=1).prospect
            worth = [question for question in known.reductions if question not in app.sitting.answers]
            if worth:
                assert name in (before[0], worth[0])
            assert f"{app.sitting.answered} answered · {len(worth) or 'none'} can still matter" in words(app)
            await press(pilot, KEYS[name])
        await settle(pilot)
        assert isinstance(app.screen, VerdictScreen)
        assert values(app) == GIVEN


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("then", ["verdict", "on"])
async def test_it_says_when_the_verdict_is_settled_and_lets_one_go_on(size, then):
    app = make_app(level=None)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "enter |")
        while not pausing(app):
            await press(pilot, f"{KEYS[app.screen.question.id]} |")
        prospect = next_step(SMALL, app.sitting.answers, None, as_of=DAY, seed=1).prospect
        assert prospect.settled != "open"
        said = " ".join(str(part.render()) for part in app.screen.query("Pause > Static"))
        assert "settle the verdict." in said
        assert f"the verdict is: {SMALL.candidate[prospect.key.candidate].title} is recommended" in said
        before = values(app)
        await press(pilot, "d w delete |")
        assert pausing(app) and values(app) == before, "the question that is hidden is not answered"
        if then == "verdict":
            await press(pilot, "enter |")
            assert isinstance(app.screen, VerdictScreen)
            assert app.sitting.recommendation().verdict.candidate == prospect.key.candidate
        else:
            await press(pilot, "2 |")
            assert not pausing(app) and app.screen.question.id not in before
            await walk(pilot)
            assert values(app) == GIVEN


async def test_a_question_that_is_being_answered_is_not_taken_away(monkeypatch):
    app = make_app(level=None)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await press(pilot, "enter |")
        go_on, look_ahead = threading.Event(), app.sitting.course.look_ahead
        monkeypatch.setattr(app.sitting.course, "look_ahead", lambda: go_on.wait(30) and look_ahead())
        while next_step(SMALL, app.sitting.answers, None, as_of=DAY, seed=1).prospect.settled == "open":
            go_on.clear()
            await press(pilot, KEYS[app.screen.question.id])
            await press(pilot, "down 9")  # at the question that follows, before it is known how things stand
            go_on.set()
            await settle(pilot)
            assert not pausing(app)
            await press(pilot, "backspace")
        assert "you may stop here (v)" in words(app), "it is said beside the question"


# --- back and forth, away and here again ---------------------------------------------------------------------------


async def test_back_from_every_question_loses_nothing(profile):
    app = make_app(profile, level=None)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        asked = []
        while name := await asking(pilot):
            for earlier in reversed(asked):
                await press(pilot, "b")
                assert app.screen.question.id == earlier
                assert entered(app) == GIVEN[earlier]
            await press(pilot, "s " * len(asked))
            assert app.screen.question.id == name
            assert values(app) == {earlier: GIVEN[earlier] for earlier in SMALL.question if earlier in asked}
            await press(pilot, KEYS[name])
            asked.append(name)
        await settle(pilot)
        assert isinstance(app.screen, VerdictScreen)
        assert values(app) == GIVEN


async def test_quit_and_resume_at_every_question(profile):
    given, asked = {}, []
    while len(given) < len(GIVEN):
        app = make_app(profile, read_answers(SMALL, str(profile)) if given else {}, level=None)
        async with app.run_test(size=NARROW) as pilot:
            await settle(pilot)
            if given:
                assert f"Continue with {len(given)} saved answer" in shown(app)
            await press(pilot, "enter")
            name = await asking(pilot)
            best = next_step(SMALL, app.sitting.answers, None, as_of=DAY, seed=1).question
            assert name == best or (best is None and name not in given)
            assert values(app) == given
            for earlier in reversed(asked):
                await press(pilot, "b")
                assert app.screen.question.id == earlier, "back by what was shown before"
                assert entered(app) == GIVEN[earlier]
            await press(pilot, "s " * len(asked))
            assert app.screen.question.id == name
            assert values(app) == given
            await press(pilot, KEYS[name])
            asked.append(name)
            given = {question: GIVEN[question] for question in SMALL.question if question in {*given, name}}
            await press(pilot, "ctrl+q")
        assert app.return_value == 0
    assert {name: answer.value for name, answer in read_answers(SMALL, str(profile)).items()} == GIVEN


async def test_resizing_in_the_middle_loses_nothing(profile):
    app = make_app(profile, level=None)
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "enter |")
        for name, keys, end in (("knows", "space down down space", "enter"), ("devices", "4", "enter")):
            await jump(pilot, name)
            await press(pilot, keys)
            for size in (WIDE, NARROW):
                await pilot.resize_terminal(*size)
                await settle(pilot)
                assert app.screen.question.id == name
                assert entered(app) == GIVEN[name], "what was entered and not yet given"
                assert ("Themes" in shown(app)) == (size == WIDE)
            await press(pilot, f"{end} |")
        assert values(app) == {"knows": GIVEN["knows"], "devices": 4}
        await press(pilot, "j |")
        for size in (WIDE, NARROW):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            assert "The team 1/1" in words(app)


# --- themes --------------------------------------------------------------------------------------------------------


async def test_themes_are_beside_the_question_and_lead_to_what_is_open():
    app = make_app(level=None)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "enter |")
        await jump(pilot, "stage")
        assert "▸ The project" in shown(app)
        assert words(app).count("0/") == 5
        await press(pilot, "2 |")
        await press(pilot, "2 |" if pausing(app) else "")
        await press(pilot, "b |")
        assert "The project 1/2" in words(app)
        for theme, name in (("The team", "knows"), ("Deployment", "onnx"), ("The machine", "devices")):
            await press(pilot, "n |")
            assert app.screen.question.id == name
            assert f"▸ {theme}" in shown(app)
        await press(pilot, "p p p |")
        assert app.screen.question.id == "models", "the first that is open"
        await press(pilot, "p |")
        assert app.screen.question.id == "speed"
        rail = app.screen.query_one(ThemeRail).content_region
        await pilot.click(offset=(rail.x + 4, rail.y + 2 + 2))
        assert app.screen.question.id == "onnx"
        await press(pilot, "b")
        assert app.screen.question.id == "speed"


async def test_the_list_has_the_same_counts_where_there_is_no_room_beside():
    app = make_app(level=None)
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "enter |")
        assert "Themes" not in shown(app)
        await jump(pilot, "devices")
        await press(pilot, "d | j |")
        for theme in app.sitting.themes():
            assert f"{theme.title} {theme.answered}/{len(theme.questions)}" in words(app)
        assert app.screen.query_one(OptionList).highlighted is not None


# --- probes that crash ---------------------------------------------------------------------------------------------

FOUND = '"packages": {"torch": "2", "keras": "3", "tensorflow": "2", "jax": "0"}'
WORKING = 'answer(samples={"cnn-step": [2.0 + options["turn"] % 2]} if probe == "cnn-step" else {})'
CRASHING = f"if candidate == 'keras-jax' and probe == 'cnn-step': os.abort()\n{WORKING}"


async def test_a_probe_that_crashes_is_named_and_the_rest_goes_on(tmp_path, monkeypatch):
    """With child processes: one is killed by a signal in the middle of a probe."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("tests.probing.conftest.PROGRAM", PROGRAM.replace('"packages": {"pack": "1"}', FOUND))
    folder = FakeProbes(tmp_path / "probes", CRASHING).folder
    knowledge = SMALL.model_copy(update={"probes": tuple(p.model_copy(update={"quick": 3}) for p in SMALL.probes)})
    app = make_app(knowledge=knowledge, obtain=partial(obtain, probes_dir=folder), pythons=(sys.executable,))
    app.measuring._renew = partial(renew, probes_dir=folder)
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "enter |")
        await jump(pilot, "stage")
        await press(pilot, "2 |")
        await until(pilot, lambda: app.sitting.measurements is not None)
        assert app.sitting.answers["stage"].value == "research"
        await press(pilot, "m |")
        assert "Training a small convolutional net: fails: crashed with SIGABRT" in words(app)
        assert "2 of 3 probes worked" in shown(app) and words(app).count("3 of 3 probes worked") == 3
        # Whatever it was is gone, and the one candidate is measured again.
        FakeProbes(tmp_path / "probes", WORKING)
        before = app.sitting.measurements
        await press(pilot, "tab | down down r")
        await until(pilot, lambda: app.sitting.measurements is not before)
        await pilot.pause()
        assert words(app).count("3 of 3 probes worked") == 4
        await press(pilot, "enter |")
        assert isinstance(app.screen, InterviewScreen), "back to the questions"
        await press(pilot, "v |")
        assert app.sitting.recommendation().verdict.summary in words(app)
    assert app.return_value is None


# --- by keyboard alone ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_by_keyboard_from_the_first_screen_to_the_verdict_and_its_export(tmp_path, profile, size):
    target = tmp_path / "result.json"
    app = make_app(profile, obtain=FakeObtain(sample()))
    async with app.run_test(size=size) as pilot:
        await press(pilot, "enter")
        await walk(pilot)
        assert isinstance(app.screen, VerdictScreen)
        await press(pilot, f"x | enter | ={target} enter")
        await settle(pilot)
        await press(pilot, "escape | q")
    assert app.return_value == 0
    result = advise(SMALL, app.sitting.answers, sample(), as_of=DAY, seed=1)
    assert json.loads(target.read_text()) == json.loads(result.model_dump_json())


EVERY_SCREEN = [
    (),
    ("enter",),
    ("enter", "j"),
    ("enter", "m"),
    ("enter", "v"),
    ("enter", "v", "t"),
    ("enter", "v", "3", "enter"),
]


@pytest.mark.parametrize("keys", EVERY_SCREEN)
async def test_on_every_screen_the_answers_can_be_written_and_the_keys_listed(tmp_path, keys):
    """The first one, a question, the list of questions, the measuring, the verdict, trade-offs and a detail."""
    measuring = "m" in keys
    app = make_app(
        answers=answered(SMALL, {"stage": "learning"}),
        obtain=FakeObtain(block=measuring),
        level="quick" if measuring else None,
    )
    target = tmp_path / "answers.yaml"
    async with app.run_test(size=NARROW) as pilot:
        await walking(keys, "probe 4 of 12" if measuring else "")(pilot)
        below = app.screen
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))
        assert "Export" in shown(app)
        # From the list of keys itself, which then lies beneath.
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ExportScreen))
        await pilot.press("escape", "escape", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ExportScreen))
        await pilot.press("end", "enter")
        app.screen.query_one(Input).value = str(target)
        await pilot.press("enter")
        await until(pilot, target.exists)
        await pilot.press("escape")
        assert app.screen is below
    assert read_answers(SMALL, str(target))["stage"].value == "learning"
