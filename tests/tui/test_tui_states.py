"""What the screens look like in the states that matter, in every look: dark, light, and where colours are not wanted.

As for the other snapshots, look at what changed before committing it.
"""

import pytest

from advisor.tui.themes import DARK, LIGHT
from tests.support.knowledge import answered
from tests.tui.tui_support import ANSWERS, SMALL, FakeObtain, keep_results, make_app, noisy, sample, walking

EVERYTHING = {**ANSWERS, "devices": 2, "speed": "high"}
VERDICTS = ("nothing", "none-feasible", "too-close")


@pytest.fixture(params=["dark", "light", "monochrome"])
def theme(request, monkeypatch):
    """The name of the theme; for monochrome the variable is set that asks for no colour."""
    if request.param == "monochrome":
        monkeypatch.setenv("NO_COLOR", "1")
    return LIGHT.name if request.param == "light" else DARK.name


@pytest.fixture(params=[(80, 24), (120, 40)], ids=["80x24", "120x40"])
def looks(request, snap_compare, theme):
    """Compares the application with its snapshot after some keys."""

    def compare(app, *keys, wait_for=""):
        app.theme = theme
        return snap_compare(app, terminal_size=request.param, run_before=walking(keys, wait_for))

    return compare


@pytest.mark.parametrize("state", VERDICTS)
def test_verdict(looks, monkeypatch, state):
    keep_results(monkeypatch, lambda sitting: state)
    answers = {} if state == "nothing" else answered(SMALL, EVERYTHING)
    assert looks(make_app(answers=answers, level=None), "enter", "v")


def test_verdict_while_measuring(looks, monkeypatch):
    keep_results(monkeypatch, lambda sitting: "early")
    app = make_app(answers=answered(SMALL, {"stage": "learning"}), obtain=FakeObtain(block=True))
    assert looks(app, "2", "v", wait_for="2 minutes left")


def test_noisy_numbers(looks, monkeypatch):
    keep_results(monkeypatch, lambda sitting: "complete")
    assert looks(make_app(answers=answered(SMALL, EVERYTHING), measurements=noisy()), "enter", "5")


@pytest.mark.parametrize("section", "34")
def test_a_line_chosen(looks, monkeypatch, section):
    """By more than its colour."""
    keep_results(monkeypatch, lambda sitting: "complete")
    app = make_app(answers=answered(SMALL, EVERYTHING), measurements=sample())
    assert looks(app, "enter", section, "down", "down")


def test_welcome(looks):
    assert looks(make_app(answers=answered(SMALL, {"stage": "learning"}), level=None))


def test_question(looks):
    assert looks(make_app(answers=answered(SMALL, {"stage": "learning"}), level=None), "enter")


def test_measuring(looks):
    app = make_app(answers=answered(SMALL, {"stage": "learning"}), obtain=FakeObtain(block=True))
    assert looks(app, "enter", "m", wait_for="probe 4 of 12")
