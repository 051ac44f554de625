"""Trade-offs from the verdict, by keyboard alone."""

import pytest

from advisor.knowledge.load import load
from advisor.session.answers import read_answers
from advisor.tui.screens.trade_offs import TradeOffScreen
from advisor.tui.screens.verdict import VerdictScreen
from tests.tui.tui_support import SMALL, make_app, press, settle, words

KNOWLEDGE = load()


async def to_verdict(pilot):
    await press(pilot, "enter | v |")
    await settle(pilot)
    assert isinstance(pilot.app.screen, VerdictScreen)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_choice_is_saved_and_changes_the_verdict(tmp_path, size):
    profile = tmp_path / "answers.yaml"
    app = make_app(profile, knowledge=KNOWLEDGE, level=None)
    async with app.run_test(size=size) as pilot:
        await to_verdict(pilot)
        before = app.sitting.recommendation()
        await press(pilot, "t |")
        assert isinstance(app.screen, TradeOffScreen)
        first = app.sitting.telling()[0]
        assert first.options[0].text[:40] in words(app)
        assert first.options[1].text[:40] in words(app)
        await press(pilot, "w |")
        assert "It shows how" in words(app)
        await press(pilot, "1 |")
        assert read_answers(KNOWLEDGE, str(profile))[first.id].value == "left"
        assert "1 answered" in words(app)
        second = app.sitting.telling()[0]
        assert second.id != first.id
        assert second.options[0].text[:40] in words(app)
        await press(pilot, "s | d |")
        assert sorted(str(a.value) for a in read_answers(KNOWLEDGE, str(profile)).values()) == ["None", "left"]
        await press(pilot, "escape |")
        assert isinstance(app.screen, VerdictScreen)
        assert app.sitting.recommendation().ranking != before.ranking
        assert app.sitting.recommendation().verdict.summary in words(app)


async def test_back_goes_through_trade_offs_and_their_answers_can_be_taken_back(tmp_path):
    profile = tmp_path / "answers.yaml"
    app = make_app(profile, knowledge=KNOWLEDGE, level=None)

    def saved() -> dict:
        return {name: answer.value for name, answer in read_answers(KNOWLEDGE, str(profile)).items()}

    async with app.run_test(size=(80, 24)) as pilot:
        await to_verdict(pilot)
        await press(pilot, "t | 1 |")
        (first,) = saved()
        assert "b Back" in words(app)
        await press(pilot, "b |")
        assert KNOWLEDGE.trade_off[first].left.text[:40] in words(app)
        assert "(•)" in words(app)
        await press(pilot, "2 |")
        assert saved() == {first: "right"}
        await press(pilot, "escape | t | b |")
        assert "Take this answer back" in words(app), "in another sitting with the window as well"
        await press(pilot, "delete |")
        assert saved() == {}
        await press(pilot, "escape |")
        assert all(answer.question != first for answer in app.sitting.recommendation().answers)


async def test_asking_ends_where_nothing_is_told(tmp_path):
    app = make_app(knowledge=KNOWLEDGE, level=None)
    async with app.run_test(size=(100, 30)) as pilot:
        await to_verdict(pilot)
        await press(pilot, "t |")
        for _ in KNOWLEDGE.trade_offs:
            await press(pilot, "s |")
        assert "No other pair is expected to tell anything" in words(app)
        await press(pilot, "1 | s | escape |")
        assert isinstance(app.screen, VerdictScreen)
        assert not app.sitting.answers


async def test_without_trade_offs_there_is_no_key_for_them():
    app = make_app(knowledge=SMALL, level=None)
    async with app.run_test(size=(100, 30)) as pilot:
        await to_verdict(pilot)
        await press(pilot, "t |")
        assert isinstance(app.screen, VerdictScreen)
        assert "Trade-offs" not in words(app)
