"""The verdict that the screen shows is the one that every other front gives."""

import random

from textual.widgets import OptionList

from advisor.decision.advise import advise
from advisor.knowledge.load import load
from advisor.tui.screens.verdict import VerdictScreen
from advisor.tui.widgets.overview import Overview
from tests.support.random_answers import some
from tests.tui.tui_support import DAY, AdvisorApp, Options, settle

KNOWLEDGE = load()


async def test_the_application_agrees_with_advise_on_200_random_answer_sets():
    """What the verdict screen is made from, for every set; what it shows, for every tenth."""
    rng = random.Random(20261123)
    app = AdvisorApp(KNOWLEDGE, {}, Options(as_of=DAY, level=None))
    async with app.run_test(size=(120, 40)) as pilot:
        for number in range(200):
            given = some(KNOWLEDGE, rng)
            app.sitting.answers = given
            shown = app.sitting.recommendation()
            expected = advise(KNOWLEDGE, given, None, as_of=DAY)
            assert shown == expected, number
            if number % 10 == 0:
                await app.push_screen(VerdictScreen(app.sitting, app.measuring))
                await settle(pilot)
                overview = app.screen.query_one(Overview)
                text = " ".join(str(option.prompt) for option in overview.query_one(OptionList).options)
                assert " ".join(expected.verdict.summary.split()) in " ".join(text.split())
                await app.pop_screen()
