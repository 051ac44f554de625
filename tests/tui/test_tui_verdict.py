"""The verdict, its sections, and the ways back from it."""

import json
import random

import pytest
from textual.widgets import Input, OptionList, Static, TabbedContent

from advisor.cli.main import main
from advisor.decision.advise import advise
from advisor.errors import Exit
from advisor.knowledge.load import load
from advisor.model.recommendation import Recommendation
from advisor.report.words import Words
from advisor.session.answers import read_answers
from advisor.session.decisions import read_record
from advisor.tui.screens.interview import InterviewScreen
from advisor.tui.screens.verdict import VerdictScreen
from tests.support import profiles
from tests.support.knowledge import answered
from tests.tui.tui_support import ANSWERS, DAY, SMALL, make_app, press, sample, settle, shown, words

EVERYTHING = {**ANSWERS, "devices": 2, "speed": "high"}


def expected(app):
    return advise(SMALL, app.sitting.answers, app.sitting.measurements, as_of=app.sitting.options.as_of, seed=1)


def said(app):
    """What the export says came of it, however it is broken into lines."""
    return str(app.screen.query_one("#message", Static).render())


async def to_verdict(pilot):
    await press(pilot, "enter")
    await settle(pilot)
    assert isinstance(pilot.app.screen, VerdictScreen)


@pytest.fixture
def app():
    return make_app(answers=answered(SMALL, EVERYTHING), measurements=sample())


async def test_the_first_screen_says_what_matters(app):
    async with app.run_test(size=(120, 60)) as pilot:
        await to_verdict(pilot)
        result, text = expected(app), words(app)
        assert result.verdict.summary in text
        assert "Keras on TensorFlow ruled out" in text
        for row in result.ranking:
            if row.feasible:
                assert f"{row.score:.1f}".replace("-", "−") in text
        leader = [reason for reason in result.reasons if reason.candidate == result.verdict.leader]
        assert all(reason.text in text for reason in [r for r in leader if r.contribution > 0][:3])
        assert "One other answer would change the verdict" in text


async def test_every_section_is_one_key_away(app):
    async with app.run_test(size=(120, 60)) as pilot:
        await to_verdict(pilot)
        result = expected(app)
        await press(pilot, "2")
        text = words(app)
        assert "Reasons: " in text
        assert result.vetoes[0].text in text
        assert "A manual [of sorts] https://example.org/manual primary, dated 2026-03, checked 2026-10-01" in text
        await press(pilot, "3")
        assert "Ranks first" in words(app)
        await press(pilot, "5")
        assert "11.5 ms" in words(app)
        assert "11–12" in words(app)
        assert "not tried: not installed: keras; pip install keras torch" in words(app)
        await press(pilot, "6")
        assert "Training on several devices" in words(app) or "Advice" in words(app)
        await press(pilot, "7")
        assert "A report by others" in words(app)
        await press(pilot, "left left right right right")
        assert app.screen.query_one(TabbedContent).active == "section-8"


async def test_reasons_can_be_narrowed_to_a_candidate(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await to_verdict(pilot)
        result = expected(app)
        await press(pilot, "2 c")
        first = result.ranking[0].candidate
        mine = [reason for reason in result.reasons if reason.candidate == first]
        entries = app.screen.query_one("Reasons OptionList", OptionList)
        assert entries.option_count == len(mine)
        await press(pilot, "down")
        assert mine[1].text[:40] in words(app)


async def test_what_if_leads_to_the_question_and_back(app):
    async with app.run_test(size=(120, 40)) as pilot:
        await to_verdict(pilot)
        flips = expected(app).flips
        assert flips
        await press(pilot, "4")
        await press(pilot, "enter")
        await pilot.pause()
        assert isinstance(app.screen, InterviewScreen)
        assert app.screen.question.id == flips[0].changes[0].question
        await press(pilot, "b")
        await settle(pilot)
        assert isinstance(app.screen, VerdictScreen)


async def test_changed_answers_change_the_verdict(app):
    async with app.run_test() as pilot:
        await to_verdict(pilot)
        before = expected(app)
        await press(pilot, "e")
        await pilot.pause()
        await press(pilot, "| home enter | 3 v")
        await settle(pilot)
        after = app.sitting.recommendation()
        assert app.sitting.answers["stage"].value == "production"
        assert after == expected(app) != before
        assert after.verdict.summary in words(app)


async def test_json_export_is_the_result(app, tmp_path):
    target = tmp_path / "result.json"
    async with app.run_test() as pilot:
        await to_verdict(pilot)
        await press(pilot, f"x | enter | ={target} enter")
        await settle(pilot)
        assert "✓ Written to" in shown(app)
        assert json.loads(target.read_text()) == json.loads(expected(app).model_dump_json())
        await press(pilot, "escape")
        assert isinstance(app.screen, VerdictScreen)


async def test_other_formats(app, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with app.run_test() as pilot:
        await to_verdict(pilot)
        for position in range(2, 6):
            await press(pilot, f"x | {position} | enter")
            await settle(pilot)
            assert "✓ Written to" in shown(app)
            await press(pilot, "escape")
    summary = expected(app).verdict.summary
    assert summary[:20] in (tmp_path / "recommendation.txt").read_text()
    chosen, _, because = summary.removeprefix("Use ").partition(": ")
    (record,) = (tmp_path / "docs" / "decisions").glob("0001-*.md")
    assert f'Chosen option: "{chosen}", because {because}' in record.read_text()
    page = (tmp_path / "recommendation.html").read_text()
    assert page.startswith("<!doctype html>") and summary.split(":")[0] in page
    back = read_answers(SMALL, str(tmp_path / "answers.yaml"))
    assert {name: answer.value for name, answer in back.items()} == EVERYTHING


async def test_a_record_can_be_verified(tmp_path, capsys):
    app = make_app(knowledge=load(), answers=answered(load(), {"stage": "research"}), level=None)
    record, beside = tmp_path / "adr" / "0001-use-it.md", tmp_path / "adr" / "0001-use-it.json"
    async with app.run_test(size=(100, 40)) as pilot:
        await press(pilot, "enter | v |")
        await press(pilot, f"x | 4 | ={record} enter")
        await settle(pilot)
        assert "with 0001-use-it.json beside it" in said(app)
        result = app.sitting.recommendation()
        await press(pilot, "enter")
        assert "Enter again replaces it" in words(app)
        record.unlink()
        await press(pilot, "backspace | d enter")
        assert f"{beside.name} exists" in said(app), "the result that another record may rest on is not lost unasked"
        await press(pilot, "enter |")
        await press(pilot, "backspace backspace backspace | =.json enter")
        assert "name end in .md" in said(app)
    read = read_record(record)
    assert (read.path, read.status, read.result) == (record, "proposed", beside)
    assert Recommendation.model_validate_json(beside.read_text()) == result
    arguments = ["verify", str(record), "--probe", "none", "--as-of", str(DAY)]
    assert main(arguments) == Exit.ANSWERED, capsys.readouterr()


async def test_nothing_is_overwritten_without_being_told_twice(app, tmp_path):
    target = tmp_path / "mine.json"
    target.write_text("precious")
    async with app.run_test() as pilot:
        await to_verdict(pilot)
        await press(pilot, f"x | enter | ={target}/result.json enter")
        await settle(pilot)
        assert "can't be written" in words(app)
        app.screen.query_one(Input).value = str(target)
        await press(pilot, "enter")
        assert "Enter again replaces it" in words(app)
        assert target.read_text() == "precious"
        await press(pilot, "2 backspace enter")
        await settle(pilot)
        assert target.read_text() == "precious"
        await press(pilot, "enter")
        await settle(pilot)
        assert json.loads(target.read_text())["format_version"] == "1.0"


async def test_nothing_known_is_shown_too():
    app = make_app(level=None)
    async with app.run_test() as pilot:
        await press(pilot, "enter | v")
        await settle(pilot)
        assert expected(app).verdict.summary in words(app)
        assert "Nothing was measured: m measures." in words(app)
        for section in "23456789":
            await press(pilot, section)
            await pilot.pause()


async def test_whether_open_answers_can_change_the_verdict_is_said():
    app = make_app(answers=answered(SMALL, ANSWERS), measurements=sample())
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter | v")
        await settle(pilot)
        result = expected(app)
        said = result.verdict
        assert result.open_questions
        assert Words(SMALL).openness(result) in words(app)
        assert f"{said.may_become[0].share:.1%}" in words(app) or said.settled == "proven"


async def test_nothing_is_said_of_open_answers_where_none_is_open(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await to_verdict(pilot)
        assert not expected(app).open_questions
        assert "ettled" not in words(app)


async def test_nothing_scrolls_sideways_at_80_columns():
    """In no section, with the knowledge that ships and measurements of all its probes."""
    knowledge = load()
    app = make_app(
        knowledge=knowledge,
        answers=answered(knowledge, {"stage": "research"}),
        measurements=profiles.measurements(knowledge, random.Random(1)),
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter | v |")
        for key in "1234567890x":
            await press(pilot, f"{key} |")
            scrollable = [w for w in app.screen.query("*") if w.is_scrollable and w.size.width]
            assert scrollable
            assert not [widget for widget in scrollable if widget.max_scroll_x]
