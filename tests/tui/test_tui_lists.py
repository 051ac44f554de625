"""Several questions in one step, with their usual answers."""

from types import SimpleNamespace

import pytest
from textual.widgets import Static

from advisor.report.words import USUAL_ANSWERS
from advisor.session.answers import read_answers
from advisor.tui.screens.interview import InterviewScreen
from advisor.tui.screens.probing import ProbingScreen
from advisor.tui.screens.usual import UsualScreen
from advisor.tui.screens.verdict import VerdictScreen
from advisor.tui.sitting import Sitting
from advisor.tui.widgets.choices import Ticks
from tests.tui.tui_support import SMALL, make_app, press, settle, words

USUAL = {"models": "standard", "onnx": False, "os": "linux", "devices": 1, "speed": "low"}
KNOWLEDGE = SMALL.model_copy(
    update={"questions": tuple(q.model_copy(update={"usual": USUAL.get(q.id)}) for q in SMALL.questions)}
)
NARROW, WIDE = (80, 24), (120, 40)


@pytest.fixture(autouse=True)
def all_matter(monkeypatch):
    """Every question that is open can still change the verdict, the first much more than any other."""

    def prospect(sitting, answers, measurements):
        bits = {question.id: 0.1 for question in sitting.questions} | {sitting.questions[0].id: 1.0}
        reductions = {name: bits[name] for name in bits if name not in sitting.answers}
        return SimpleNamespace(settled="open", may_become=(), error=0.01, leads_to={}, reductions=reductions)

    monkeypatch.setattr(Sitting, "prospect", prospect)


def values(path) -> dict:
    return {name: answer.value for name, answer in read_answers(KNOWLEDGE, str(path)).items()}


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
async def test_what_is_not_ticked_is_answered_as_usual_and_saved(profile, size):
    app = make_app(profile, level=None, knowledge=KNOWLEDGE)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "enter | 2 |")
        assert isinstance(app.screen, UsualScreen)
        assert USUAL_ANSWERS in words(app)
        assert app.screen.max_scroll_x == 0
        for name in USUAL:
            assert KNOWLEDGE.question[name].text[:40] in words(app)
        await press(pilot, "enter |")
        assert isinstance(app.screen, InterviewScreen)
        assert app.screen.question.id == "knows", "the only one left"
        assert values(profile) == {"stage": "research", **USUAL}


async def test_what_has_not_been_on_the_screen_is_no_answer(profile):
    app = make_app(profile, level=None, knowledge=KNOWLEDGE)
    async with app.run_test(size=(80, 12)) as pilot:
        await settle(pilot)
        await press(pilot, "enter | 2 |")
        last = KNOWLEDGE.question[list(USUAL)[-1]]
        assert "enter shows the rest" in words(app)
        await press(pilot, "enter |")
        assert isinstance(app.screen, UsualScreen)
        assert last.text[:40] in words(app) and "enter goes on" in words(app)
        assert values(profile) == {"stage": "research"}, "what nobody has seen was not answered"
        await press(pilot, "enter |")
        assert values(profile) == {"stage": "research", **USUAL}


async def test_what_differs_is_asked_for_next_but_not_the_other_of_yes_and_no(profile):
    app = make_app(profile, level=None, knowledge=KNOWLEDGE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter | 2 | 1 2 4 enter |")
        assert values(profile) == {"stage": "research", "onnx": True, "devices": 1, "speed": "low"}
        assert app.screen.question.id == "models"
        await press(pilot, "3 |")
        assert app.screen.question.id == "os"
        await press(pilot, "2 |")
        assert app.screen.question.id == "knows"
        assert values(profile)["models"] == "data-dependent"
        await press(pilot, "b |")
        assert app.screen.question.id == "os"


async def test_back_goes_through_the_list_which_has_what_was_answered(profile):
    app = make_app(profile, level=None, knowledge=KNOWLEDGE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter | 2 | 1 enter | 3 | b | b |")
        ticks = app.screen.query_one(Ticks)
        assert ticks.chosen == {"models"}
        assert "your answer:" in words(app)
        before = values(profile)
        await press(pilot, "enter |")
        assert values(profile) == before, "what was answered otherwise stays"
        assert app.screen.question.id == "models", "on, as before"
        await press(pilot, "b | 1 4 enter |")
        kept = {name: value for name, value in before.items() if name != "os"}
        assert values(profile) == {**kept, "models": "standard"}
        assert app.screen.question.id == "os", "what is found to differ now comes next"
        await press(pilot, "b | b |")
        assert isinstance(app.screen, InterviewScreen) and app.screen.question.id == "stage"


async def test_what_was_said_to_differ_stays_ticked_until_it_is_answered(profile):
    app = make_app(profile, level=None, knowledge=KNOWLEDGE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter | 2 | 1 4 enter |")
        asked = app.screen.question.id
        await press(pilot, "b |")
        assert app.screen.query_one(Ticks).chosen == {"models", "os"}
        before = values(profile)
        await press(pilot, "enter |")
        assert values(profile) == before, "nothing was taken for usual"
        assert app.screen.question.id == asked


async def test_a_list_and_what_differs_in_it_outlast_a_terminal_that_is_closed(profile):
    app = make_app(profile, level=None, knowledge=KNOWLEDGE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter | 2 | 1 4 enter |")
        asked = app.screen.question.id
    app = make_app(profile, read_answers(KNOWLEDGE, str(profile)), level=None, knowledge=KNOWLEDGE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter |")
        assert app.screen.question.id == asked
        await press(pilot, "b |")
        assert app.screen.query_one(Ticks).chosen == {"models", "os"}
    app = make_app(profile, read_answers(KNOWLEDGE, str(profile)), level=None, knowledge=KNOWLEDGE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter |")
        assert app.screen.query_one(Ticks).chosen == {"models", "os"}, "the list is where one was"
        await press(pilot, "b |")
        assert app.screen.question.id == "stage"


async def test_the_verdict_is_one_key_away_from_a_list_too(profile):
    app = make_app(profile, level=None, knowledge=KNOWLEDGE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter | 2 | v |")
        assert isinstance(app.screen, VerdictScreen)
        assert values(profile) == {"stage": "research"}


async def test_the_measuring_is_one_key_away_from_a_list_and_the_list_is_then_as_it_was(profile):
    app = make_app(profile, level=None, knowledge=KNOWLEDGE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter | 2 | 1 2 m |")
        assert isinstance(app.screen, ProbingScreen)
        await press(pilot, "b |")
        assert isinstance(app.screen, UsualScreen)
        assert app.screen.query_one(Ticks).chosen == {"models", "onnx"}
        assert values(profile) == {"stage": "research"}


async def test_no_word_of_the_question_beneath_is_seen_beside_a_list(profile):
    app = make_app(profile, level=None, knowledge=KNOWLEDGE)
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "enter | w |")
        assert "Why this is asked" in words(app)
        await press(pilot, "2 |")
        assert isinstance(app.screen, UsualScreen)
        assert "Why this is asked" not in words(app)
        await press(pilot, "b |")
        assert "Why this is asked" in words(app)


async def test_back_from_a_list_answers_nothing_and_it_comes_again(profile):
    app = make_app(profile, level=None, knowledge=KNOWLEDGE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter | 2 | space b |")
        assert app.screen.question.id == "stage"
        assert values(profile) == {"stage": "research"}
        await press(pilot, "3 |")
        assert isinstance(app.screen, UsualScreen)
        await press(pilot, "escape | s |")
        assert isinstance(app.screen, UsualScreen)


async def test_a_list_that_is_skipped_leaves_its_questions_open_and_is_not_shown_again(profile):
    app = make_app(profile, level=None, knowledge=KNOWLEDGE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter | 2 | s |")
        assert app.screen.question.id == "knows"
        await press(pilot, "enter |")
        assert isinstance(app.screen, VerdictScreen)
        assert set(values(profile)) == {"stage", "knows"}


async def test_why_is_told_of_the_question_highlighted(profile):
    app = make_app(profile, level=None, knowledge=KNOWLEDGE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter | 2 | w |")
        why = app.screen.query_one("#why", Static)
        assert why.region.height and KNOWLEDGE.question["models"].why[:30] in words(app)
        await press(pilot, "down |")
        assert KNOWLEDGE.question["onnx"].why[:30] in words(app)


async def test_nobody_who_goes_through_all_questions_meets_a_list(profile):
    app = make_app(profile, level=None, knowledge=KNOWLEDGE, answers={})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        app.sitting.course.look_ahead()
        app.sitting.course.enter("stage", "all")
        while app.sitting.course.forward():
            assert app.sitting.course.together == ()
