"""Journeys through the interview, by keyboard alone."""

import threading

import pytest
from textual.command import CommandList
from textual.widgets import Input

from advisor.decision.advise import advise, preview
from advisor.errors import InvalidInput
from advisor.knowledge.load import load
from advisor.model.figures import percent
from advisor.session.answers import read_answers, save_answers
from advisor.tui.screens.interview import InterviewScreen
from advisor.tui.screens.verdict import VerdictScreen
from advisor.tui.screens.welcome import WelcomeScreen
from advisor.tui.widgets.free_rows import Fit, FreeRows
from advisor.tui.widgets.question_pane import QuestionPane
from advisor.tui.widgets.standing import StandingPanel
from advisor.tui.wording import SETTLED
from tests.support.knowledge import answered
from tests.support.steps import next_step
from tests.tui.tui_support import (
    ANSWERS,
    DAY,
    GIVEN,
    KEYS,
    SMALL,
    FakeObtain,
    asking,
    jump,
    make_app,
    press,
    sample,
    settle,
    shown,
    until,
    values,
    walk,
    words,
)


def question(app) -> str:
    assert isinstance(app.screen, InterviewScreen)
    return app.screen.question.id


async def test_the_whole_way_to_the_verdict(profile):
    obtain = FakeObtain(sample())
    app = make_app(profile, obtain=obtain)
    async with app.run_test(size=(80, 24)) as pilot:
        assert isinstance(app.screen, WelcomeScreen)
        await press(pilot, "enter")
        asked = await walk(pilot)
        assert sorted(asked) == sorted(GIVEN), "each once"
        assert isinstance(app.screen, VerdictScreen), "it was measured meanwhile"
        assert values(app) == GIVEN
        assert [call["level"] for call in obtain.calls] == ["quick"]
        given = answered(SMALL, GIVEN, "asked")
        result = advise(SMALL, given, sample(), as_of=app.sitting.options.as_of, seed=1)
        assert app.sitting.recommendation() == result
        assert result.verdict.summary in words(app)
        await press(pilot, "q")
    assert app.return_value == 0


async def test_the_shipped_questions_can_all_be_answered_with_enter(tmp_path):
    knowledge = load()
    first = answered(knowledge, {knowledge.questions[0].id: None})
    app = make_app(tmp_path / "answers.yaml", first, knowledge=knowledge, level=None)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2")  # through all of them in their order, as fast as nobody can
        # Options take a single key; a number is waited for, as typing into a field that isn't there yet goes nowhere.
        keys = [f"| ={asked.minimum:.0f} enter" if asked.kind == "number" else "enter" for asked in knowledge.questions]
        await press(pilot, " ".join(keys))
        await settle(pilot)
        assert isinstance(app.screen, VerdictScreen)
        assert len(values(app)) == len(knowledge.questions)
        result = advise(knowledge, app.sitting.answers, None, as_of=app.sitting.options.as_of, seed=1)
        assert app.sitting.recommendation() == result


async def test_every_answer_is_on_disk_before_the_next_question_shows(profile, monkeypatch):
    app = make_app(profile, level=None)
    on_disk = []
    show = InterviewScreen._show

    def recording(screen):
        saved = read_answers(SMALL, str(profile)) if profile.exists() else {}
        on_disk.append({name: answer.value for name, answer in saved.items()})
        assert on_disk[-1] == values(app)
        show(screen)

    monkeypatch.setattr(InterviewScreen, "_show", recording)
    async with app.run_test() as pilot:
        await press(pilot, "enter")
        await walk(pilot, {**KEYS, "models": "d"})
    assert {len(answers) for answers in on_disk} == set(range(7))


async def test_going_back_keeps_the_answer(profile):
    app = make_app(profile)
    async with app.run_test() as pilot:
        await press(pilot, "enter |")
        first = question(app)
        await jump(pilot, "stage")
        await press(pilot, "2 |")
        following = await asking(pilot)
        await press(pilot, "b")
        assert question(app) == "stage"
        assert "(•) Research" in shown(app)
        await press(pilot, "enter")
        assert values(app) == {"stage": "research"}
        assert question(app) == following
        await press(pilot, "b b b b b")
        assert question(app) == first
        assert values(app) == {"stage": "research"}


async def test_skipped_is_open_and_not_known_is_an_answer(profile):
    app = make_app(profile)
    async with app.run_test() as pilot:
        await press(pilot, "enter |")
        await jump(pilot, "stage")
        await press(pilot, "s")
        await jump(pilot, "models")
        await press(pilot, "d")
        await jump(pilot, "knows")
        await press(pilot, "question_mark |")
        assert set(values(app)) == {"models", "knows"}
        assert all(answer.value is None and answer.origin == "asked" for answer in app.sitting.answers.values())
        assert read_answers(SMALL, str(profile))["models"].value is None
        await press(pilot, "b")
        assert "Your answer: don't know" in shown(app)
        await press(pilot, "delete")
        assert set(values(app)) == {"models"}
        assert "knows" not in read_answers(SMALL, str(profile))


async def test_a_wrong_number_is_explained_and_holds_nobody_up(profile):
    app = make_app(profile)
    async with app.run_test() as pilot:
        await press(pilot, "enter |")
        await jump(pilot, "onnx")
        await jump(pilot, "devices")
        await press(pilot, "enter")
        assert "press d for don't know or s to skip" in words(app)
        await press(pilot, "5 0 0 0 enter")
        assert "is not a whole number from 1 to 1000" in shown(app)
        assert values(app) == {}
        await press(pilot, "8")
        assert app.screen.query_one(Input).value == "8"
        assert "is not a whole number" not in shown(app)
        await press(pilot, "full_stop 5 enter")
        assert "'8.5' is not a whole number" in shown(app)
        await press(pilot, "8")
        await press(pilot, "w x z")
        assert app.screen.query_one(Input).value == "8"
        await press(pilot, "- enter b")
        assert question(app) == "onnx"
        await press(pilot, "s")
        assert question(app) == "devices"
        await press(pilot, "| 1 6 enter")
        assert question(app) != "devices"
        assert values(app) == {"devices": 16}
        await press(pilot, "b")
        assert app.screen.query_one(Input).value == "16"


async def test_saved_answers_are_taken_up_again(profile):
    first = make_app(profile)
    async with first.run_test() as pilot:
        await press(pilot, "enter |")
        for name in ("stage", "models"):
            await jump(pilot, name)
            await press(pilot, KEYS[name])
        await press(pilot, "ctrl+q")
    second = make_app(profile, read_answers(SMALL, str(profile)))
    async with second.run_test() as pilot:
        assert "Continue with 2 saved answers" in shown(second)
        await settle(pilot)
        await press(pilot, "enter")
        assert question(second) == next_step(SMALL, second.sitting.answers, None, as_of=DAY, seed=1).question
        assert values(second) == {"stage": "research", "models": "data-dependent"}


async def test_what_is_given_for_once_is_not_said_to_be_saved(profile):
    flags = answered(SMALL, {"stage": "research", "os": "linux"}, "flag")
    app = make_app(profile, dict(flags))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Start with 2 answers for this once" in shown(app)
        assert "Start afresh" not in shown(app)
        await press(pilot, "enter |")
        assert "2 of 7 answered " in shown(app).replace("\n", " ")
        await jump(pilot, "onnx")
        await press(pilot, "1 |")
        assert "3 of 7 answered, 1 saved" in shown(app)
    second = make_app(profile, read_answers(SMALL, str(profile)) | flags)
    async with second.run_test(size=(80, 24)):
        assert "Continue with 1 saved answer, and 2 answers for this once" in shown(second)


async def test_continuing_goes_through_open_questions_only(profile):
    app = make_app(profile, answered(SMALL, {"stage": "research", "knows": "jax"}), level=None)
    async with app.run_test() as pilot:
        await press(pilot, "enter")
        assert sorted(await walk(pilot)) == sorted(set(GIVEN) - {"stage", "knows"})


async def test_starting_afresh_keeps_the_old_answers_beside_and_flags_in_force(profile):
    save_answers(profile, answered(SMALL, {"stage": "research"}))
    answers = answered(SMALL, {"stage": "research"}) | answered(SMALL, {"onnx": "yes"}, "flag")
    app = make_app(profile, answers)
    async with app.run_test() as pilot:
        await press(pilot, "3 |")
        assert question(app) != "onnx"
        assert values(app) == {"onnx": True}
        assert read_answers(SMALL, str(profile))["stage"].value == "research", "until another answer is saved"
        await press(pilot, "d |")
    assert read_answers(SMALL, str(profile.with_name("answers.previous.yaml")))["stage"].value == "research"
    assert read_answers(SMALL, str(profile))["stage"].value is None


async def test_why_and_the_list_of_questions_and_the_keys(profile):
    app = make_app(profile, answered(SMALL, ANSWERS))
    async with app.run_test() as pilot:
        await press(pilot, "2 | w")
        assert "Why this is asked: It shifts the weights." in shown(app)
        await press(pilot, "s")
        # What looks like markup in the knowledge base is shown as it is.
        assert "A few layers of our own [not bold]" in shown(app)
        await press(pilot, "j | end enter")
        assert question(app) == "speed"
        await press(pilot, "j | escape")
        assert question(app) == "speed"
        await press(pilot, "h")
        assert "Take this answer back" in shown(app)
        await press(pilot, "escape")
        assert question(app) == "speed"


async def test_resizing_in_the_middle_loses_nothing(profile):
    app = make_app(profile)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "enter |")
        for name in ("stage", "models", "knows"):
            await jump(pilot, name)
            await press(pilot, KEYS[name] if name != "knows" else "space")
        await settle(pilot)
        assert "How it stands" in shown(app)
        rows = app.screen.query_one(StandingPanel).query_one("_Rows")._rows
        assert [row for _, row in rows] == list(preview(SMALL, app.sitting.answers, None, seed=1))
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert "How it stands" not in shown(app)
        assert "Ranks first: " in shown(app)
        assert "[x] PyTorch" in shown(app)
        await press(pilot, "enter")
        assert values(app) == {"stage": "research", "models": "data-dependent", "knows": ("pytorch",)}
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        assert "How it stands" in shown(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_it_says_when_the_verdict_is_settled(profile, size):
    app = make_app(profile, answered(SMALL, ANSWERS))
    everything = app.sitting.answers
    app.sitting.answers = {}
    async with app.run_test(size=size) as pilot:
        await press(pilot, "enter |")
        assert next_step(SMALL, {}, None, as_of=DAY, seed=1).prospect.settled == "open"
        assert "ettled" not in shown(app)
        app.sitting.answers = everything | answered(SMALL, {"devices": 2, "speed": "high"})
        app.screen._update_standing()
        await settle(pilot)
        assert "Settled" in shown(app)
        await press(pilot, "delete |")
        prospect = next_step(SMALL, app.sitting.answers, None, as_of=DAY, seed=1).prospect
        assert SETTLED[prospect.settled] in shown(app)


async def test_answers_that_cannot_be_saved_are_said_to_be(profile, monkeypatch):
    def refuse(path, text):
        raise InvalidInput("no room left")

    monkeypatch.setattr("advisor.session.profile.write_whole", refuse)
    app = make_app(profile, level=None)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter |")
        await jump(pilot, "stage")
        await press(pilot, "2 d |")
        (told,) = app._notifications
        assert told.message.startswith("no room left\n"), "once and whole"
        assert len(app.sitting.answers) == 2
        assert "2 of 7 answered, not saved" in shown(app)
        await press(pilot, "v |")
        assert "2 of 7 answered, not saved" in shown(app)
        assert app.sitting.unsaved().startswith("! Answers are not saved for the next time: no room left\n")
        assert " -d stage=research" in app.sitting.unsaved()


@pytest.mark.parametrize("away", ["s b", "j escape", "j | home enter | b", "m | b", "v | e | escape"], ids=str)
@pytest.mark.parametrize("question, enter", [("knows", "space down space"), ("devices", "1 2")])
async def test_what_was_entered_and_not_given_is_there_again(profile, question, enter, away):
    app = make_app(profile, level="quick")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter |")
        await jump(pilot, question)
        await press(pilot, enter)
        entered = app.screen.query_one(QuestionPane).entered()[2:]
        await press(pilot, f"{away} |")
        assert app.screen.question.id == question
        assert app.screen.query_one(QuestionPane).entered()[2:] == entered
        assert question not in app.sitting.answers
        await press(pilot, "enter |")
        await jump(pilot, question)
        assert app.sitting.answers[question].value in (("pytorch", "keras"), 12), "and can be given"
        await press(pilot, "delete |")
        assert app.screen.query_one(QuestionPane).entered()[2:] == (frozenset(), ""), "and taken back"


async def test_the_ranking_comes_with_the_question_that_follows(profile):
    app = make_app(profile)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "enter |")
        drawn = []
        app.screen._show = lambda: drawn.append(app.screen._ranking)
        await press(pilot, "d")
        await settle(pilot)
        assert drawn == [app.sitting.ranking()], "before the question is drawn"


async def test_a_ranking_that_takes_long_does_not_hold_up_the_next_question(profile, monkeypatch):
    app, go_on = make_app(profile), threading.Event()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter |")
        before, question = app.sitting.ranking(), app.screen.question
        rank = app.sitting._ranking._work
        monkeypatch.setattr(app.sitting._ranking, "_work", lambda *given: go_on.wait(30) and rank(*given))
        await press(pilot, "2")
        assert app.screen.question is not question
        assert app.screen._ranking is before
        go_on.set()
        await settle(pilot)
        assert app.screen._ranking is app.sitting.ranking() is not before


async def test_leaving_while_it_works_out_how_things_stand(profile, monkeypatch):
    """What comes of it is for a screen that is being taken apart, and must not take the application with it."""
    app = make_app(profile)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "enter |")
        interview, go_on = app.screen, threading.Event()
        look_ahead = app.sitting.course.look_ahead
        monkeypatch.setattr(app.sitting.course, "look_ahead", lambda: go_on.wait(30) and look_ahead())
        await press(pilot, "d")
        # An installed screen outlives being left, so that the moment lasts.
        app.install_screen(interview, "left")
        await app.switch_screen(WelcomeScreen(app.sitting))
        await interview.query(".mark").remove()
        go_on.set()
        await settle(pilot)
        assert isinstance(app.screen, WelcomeScreen)


async def test_the_ranking_is_drawn_in_rows_that_a_question_leaves_free(profile):
    app = make_app(profile)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter |")
        await jump(pilot, "onnx")
        rows = [row for row in shown(app).splitlines() if "●" in row and "┤" in row]
        ranking = app.sitting.ranking()
        assert [row.split("  ")[1] for row in rows[: len(ranking)]] == [
            SMALL.candidate[row.candidate].title for row in ranking
        ]
        assert all(percent(row.first_rank_share) in line for row, line in zip(ranking, rows, strict=False))
        assert "nine in ten draws" in rows[-1], "and how to read it"
        assert "▸ Deployment 0/1" in shown(app)
        line = next(number for number, row in enumerate(shown(app).splitlines()) if "▸ Deployment" in row)
        await pilot.click(offset=(4, line))
        assert app.screen.question.theme != "Deployment", "a theme can be clicked"
        await pilot.resize_terminal(80, 15)
        await settle(pilot)
        assert "●" not in shown(app)
        first, second = (f"{SMALL.candidate[r.candidate].title} {percent(r.first_rank_share)}" for r in ranking[:2])
        assert f"Ranks first: {first}  ·  {second}" in shown(app)


async def test_a_question_never_scrolls_for_what_stands_below_it(profile):
    """Its answers have all the rows that they need, or all there are."""
    app = make_app(profile)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter |")
        await jump(pilot, "models")
        answers, free = app.screen.query_one("#choices"), app.screen.query_one(FreeRows)
        found = set()
        for height in range(12, 22):
            await pilot.resize_terminal(80, height)
            await settle(pilot)
            found.add(free.fit)
            if answers.max_scroll_y:
                assert answers.size.height == app.screen.query_one("#answer").size.height
                assert not any(free.fit)
        assert found == {Fit(False, False), Fit(True, False), Fit(False, True), Fit(True, True)}


@pytest.mark.parametrize("width", [40, 60, 80])
async def test_the_ranking_line_leaves_out_whole_candidates(profile, width):
    """Where there are no rows to draw the ranking in."""
    app = make_app(profile)
    async with app.run_test(size=(width, 14)) as pilot:
        await press(pilot, "enter |")
        await settle(pilot)
        line = next(row for row in shown(app).splitlines() if "Ranks first" in row).strip()
        said = line.partition("Ranks first: ")[2].split("  ·  ")
        expected = [
            f"{SMALL.candidate[row.candidate].title} {percent(row.first_rank_share)}" for row in app.sitting.ranking()
        ]
        assert said == expected[: len(said)]


async def test_the_palette_offers_what_the_application_has(profile):
    app = make_app(profile)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+p |")
        await settle(pilot)
        for offered in ("Colours", "Export", "Keys", "Picture", "Quit"):
            assert offered in shown(app)
        assert "Maximize" not in shown(app) and "Screenshot" not in shown(app)


@pytest.mark.parametrize("opened", ["action_command_palette", "search_themes"])
async def test_a_key_that_comes_before_the_palette_is_drawn_is_survived(profile, opened):
    app = make_app(profile)
    async with app.run_test(size=(80, 24)) as pilot:
        getattr(app, opened)()
        await until(pilot, lambda: app.screen.has_class("-ready"))
        commands = app.screen.query_one(CommandList)
        # As they are until the list is drawn.
        commands._lines.clear()
        commands._index_to_line.clear()
        await pilot.press("pagedown")
        await pilot.press("escape", "escape")
        assert isinstance(app.screen, WelcomeScreen) and app.failure is None
