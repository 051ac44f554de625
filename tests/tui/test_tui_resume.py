"""A terminal that is closed in the middle of the interview: the next sitting goes on where it was."""

from advisor.knowledge.load import load
from advisor.session.answers import read_answers, save_answers
from advisor.session.profile import Profile
from advisor.tui.screens.usual import UsualScreen
from advisor.tui.screens.verdict import VerdictScreen
from tests.support.knowledge import answered
from tests.tui.tui_support import GIVEN, SMALL, asking, make_app, pausing, press, settle, values, words

NARROW = (80, 24)


async def test_what_was_skipped_stays_so_when_the_terminal_is_closed(profile):
    """Nobody says good-bye: what is not on the disk by then is lost."""
    begun = {name: GIVEN[name] for name in ("models", "knows", "onnx", "os")}
    save_answers(profile, answered(SMALL, begun))
    asked = []
    for keys in ("s", "d", "s"):
        app = make_app(profile, read_answers(SMALL, str(profile)), level=None)
        async with app.run_test(size=NARROW) as pilot:
            await settle(pilot)
            await press(pilot, "enter")
            name = await asking(pilot)
            assert name is not None and name not in asked
            await press(pilot, "b")
            assert app.screen.question.id == (asked[-1] if asked else name)
            await press(pilot, f"{'s' if asked else ''} {keys}")
            asked.append(name)
    assert values(app) == begun | {asked[1]: None}
    app = make_app(profile, read_answers(SMALL, str(profile)), level=None)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter |")
        assert isinstance(app.screen, VerdictScreen), "nothing is left to ask"


async def answer_one_screen(pilot) -> str:
    """Give the first answer to the question shown, or to a list the usual ones but for one. Gives what it was."""
    screen = pilot.app.screen
    if isinstance(screen, VerdictScreen):
        assert pilot.app.sitting.recommendation().verdict.summary in words(pilot.app)
        return "verdict"
    if isinstance(screen, UsualScreen):
        # The first of them differs, and is then asked for by itself.
        await press(pilot, "1 enter |")
        return "list"
    if pausing(pilot.app):
        await press(pilot, "2 |")
        return "pause"
    assert screen.question.id not in pilot.app.sitting.answers, "nothing is asked again"
    keys = {"many": "space enter |", "number": "backspace backspace 2 enter |"}
    await press(pilot, keys.get(screen.question.kind, "1 |"))
    return "question"


async def test_the_whole_interview_that_ships_with_interruptions(profile):
    """By keys; after every sixth screen the terminal is closed."""
    knowledge, seen, before = load(), [], {}
    while "verdict" not in seen:
        app = make_app(profile, Profile.opened(profile, knowledge, None).before, level=None, knowledge=knowledge)
        assert values(app) == before
        async with app.run_test(size=NARROW) as pilot:
            await settle(pilot)
            await press(pilot, "enter |")
            for _ in range(6):
                if "verdict" not in seen:
                    seen.append(await answer_one_screen(pilot))
        before = values(app)
    assert set(seen) == {"question", "list", "pause", "verdict"}
    assert len(seen) > 12, "it was interrupted twice"
    assert set(before) == set(knowledge.question)
