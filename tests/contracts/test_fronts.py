"""Whichever front a recommendation is read through, it is the one that `advise` gives."""

import datetime
import html
import io
import json
import random

import pytest
from textual.widgets import OptionList

from advisor.decision import advise
from advisor.errors import Exit
from advisor.knowledge.load import load
from advisor.session.answers import save_answers
from advisor.tui.screens.verdict import VerdictScreen
from advisor.tui.widgets.overview import Overview
from tests.support.random_answers import some
from tests.support.run import run
from tests.tui.tui_support import AdvisorApp, Options, settle

KNOWLEDGE = load()
DAY = datetime.date(2026, 11, 23)
DATED = ("--probe", "none", "--as-of", str(DAY), "-q")


class Once:
    """`advise`, which works out once what follows from the same inputs, so that a front with others is found out."""

    def __init__(self):
        self.work, self.known = advise.advise, {}

    def __call__(self, knowledge, answers, measurements, *, as_of, seed=0):
        assert knowledge is KNOWLEDGE
        # The representation tells true from one, and holds where an answer comes from and who gave it.
        inputs = repr((dict(answers), measurements, as_of, seed))
        if inputs not in self.known:
            self.known[inputs] = self.work(knowledge, answers, measurements, as_of=as_of, seed=seed)
        return self.known[inputs]


@pytest.fixture(scope="module")
def once():
    return Once()


@pytest.fixture(scope="module")
def cases(once):
    """200 random sets of answers, each with its recommendation."""
    rng = random.Random(20261123)
    sets = [some(KNOWLEDGE, rng) for _ in range(200)]
    return [(given, once(KNOWLEDGE, given, None, as_of=DAY)) for given in sets]


@pytest.fixture(autouse=True)
def kept(monkeypatch, once):
    """Loading it for every set, or working it out again for every front, would take longer than all the rest."""
    monkeypatch.setattr("advisor.knowledge.load.load", lambda overlays=(): KNOWLEDGE)
    monkeypatch.setattr(advise, "advise", once)


def says(text, summary):
    """Whether a text has the verdict's sentence, however its lines are broken and its characters escaped."""
    return " ".join(summary.split()) in " ".join(html.unescape(text).replace("\\", "").split())


def exit_code(expected):
    return Exit.NONE_FEASIBLE if expected.verdict.kind == "none-feasible" else Exit.ANSWERED


def test_json_is_what_advise_gives(cases, capsys, tmp_path):
    path = tmp_path / "needs.yaml"
    for number, (given, expected) in enumerate(cases):
        save_answers(path, given)
        code, out, _ = run(capsys, "--json", *DATED, "--answers", str(path))
        assert json.loads(out) == json.loads(expected.model_dump_json()), number
        assert code == exit_code(expected)


def typed(given):
    """What somebody would type at `advisor ask --order fixed` to give these answers."""
    lines = []
    for question in KNOWLEDGE.questions:
        answer = given.get(question.id)
        value = None if answer is None else answer.value
        if value is None:
            lines.append("")
        elif isinstance(value, bool):
            lines.append("yes" if value else "no")
        elif isinstance(value, tuple):
            lines.append(", ".join(value) or "none")
        else:
            lines.append(str(value))
    return "\n".join(lines) + "\n"


def test_what_is_asked_line_by_line_comes_to_the_same(cases, capsys, monkeypatch):
    for number, (given, expected) in enumerate(cases):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed(given)))
        code, out, _ = run(capsys, "ask", "--order", "fixed", "--json", *DATED)
        asked, document = json.loads(out), json.loads(expected.model_dump_json())
        assert code == exit_code(expected)
        for key in ("verdict", "ranking", "reasons", "vetoes", "flips", "open_questions"):
            assert asked[key] == document[key], (number, key)


@pytest.mark.parametrize("form", ["text", "record", "html"])
def test_every_report_says_it(cases, capsys, tmp_path, form):
    path = tmp_path / "result.json"
    for number, (_, expected) in enumerate(cases[::10]):
        path.write_text(expected.model_dump_json(), encoding="utf-8")
        code, out, _ = run(capsys, "report", str(path), "--as", form)
        summary = expected.verdict.summary
        if form == "record" and expected.verdict.candidate:
            # There the sentence is the reason for the option that is named.
            summary = summary.removeprefix(f"Use {KNOWLEDGE.candidate[expected.verdict.candidate].title}: ")
        assert code == 0 and says(out, summary), number


async def test_the_application_shows_it(cases):
    """What the verdict screen is made from, for every set; what it shows, for every tenth."""
    app = AdvisorApp(KNOWLEDGE, {}, Options(as_of=DAY, level=None))
    async with app.run_test(size=(120, 40)) as pilot:
        for number, (given, expected) in enumerate(cases):
            app.sitting.answers = given
            assert app.sitting.recommendation() == expected, number
            if number % 10 == 0:
                await app.push_screen(VerdictScreen(app.sitting, app.measuring))
                await settle(pilot)
                overview = app.screen.query_one(Overview)
                prompts = (str(option.prompt) for option in overview.query_one(OptionList).options)
                assert says(" ".join(prompts), expected.verdict.summary), number
                await app.pop_screen()
