"""What the screens look like at the smallest size that is supported and at a common larger one.

`pytest tests/tui --snapshot-update` takes them anew; look at what changed before committing it. What they show of
rankings and verdicts are results kept in `results/`, so that another way of drawing numbers doesn't change them.
"""

import pytest

from tests.tui.tui_support import ANSWERS, SMALL, FakeObtain, answered, keep_results, make_app, sample, walking

SMALL_AND_LARGE = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
EVERYTHING = {**ANSWERS, "devices": 2, "speed": "high"}


@pytest.fixture
def size():
    return (80, 24)


@pytest.fixture(autouse=True)
def kept_results(monkeypatch):
    """Rankings and verdicts come from files."""
    keep_results(monkeypatch, lambda sitting: "complete" if sitting.measurements else "early")


@pytest.fixture
def looks(snap_compare, size):
    """Compares the application with its snapshot after some keys, each followed by whatever it sets going."""

    def compare(app, *keys: str, wait_for: str = "") -> bool:
        return snap_compare(app, terminal_size=size, run_before=walking(keys, wait_for))

    return compare


def complete(**options):
    return make_app(answers=answered(SMALL, EVERYTHING), measurements=sample(), **options)


@SMALL_AND_LARGE
def test_welcome(looks):
    assert looks(make_app(answers=answered(SMALL, ANSWERS)))


@SMALL_AND_LARGE
def test_first_question(looks):
    assert looks(make_app(level=None), "enter")


@SMALL_AND_LARGE
def test_question_in_the_middle(looks):
    assert looks(make_app(answers=answered(SMALL, ANSWERS), level=None), "2", "s", "s", "w")


def test_number(looks):
    app = make_app(answers=answered(SMALL, {**ANSWERS, "speed": "high"}), level=None)
    assert looks(app, "2", "j", "home", *["down"] * 4, "enter", "0", "enter")


def test_list_of_questions(looks):
    assert looks(make_app(answers=answered(SMALL, {**ANSWERS, "stage": None}), level=None), "2", "j")


@SMALL_AND_LARGE
def test_question_while_measuring(looks):
    assert looks(make_app(answers=answered(SMALL, ANSWERS)), "enter", wait_for="probe 4 of 12")


def test_verdict_while_measuring(looks):
    app = make_app(answers=answered(SMALL, {**EVERYTHING, "speed": None}))
    assert looks(app, "2", "v", wait_for="2 minutes left")


def test_probing_offered(looks):
    assert looks(make_app(answers=answered(SMALL, EVERYTHING)), "enter")


@SMALL_AND_LARGE
def test_probing_running(looks):
    app = make_app(answers=answered(SMALL, EVERYTHING), obtain=FakeObtain(sample(), block=True))
    assert looks(app, "enter", "enter", wait_for="probe 4 of 12")


def test_probing_done(looks):
    app = make_app(answers=answered(SMALL, EVERYTHING), obtain=FakeObtain(sample()))
    assert looks(app, "enter", "enter", wait_for="Show the verdict")


@SMALL_AND_LARGE
def test_verdict(looks):
    assert looks(complete(), "enter")


@pytest.mark.parametrize("section", "2345890")
def test_sections(looks, section):
    assert looks(complete(), "enter", section)


@pytest.mark.parametrize("size", [(120, 40)])
@pytest.mark.parametrize("section", "4890")
def test_sections_at_120x40(looks, section):
    assert looks(complete(), "enter", section)


def test_verdict_without_measurements(looks):
    assert looks(make_app(answers=answered(SMALL, {"stage": "learning"}), level=None), "enter", "v")


@SMALL_AND_LARGE
def test_export(looks):
    assert looks(complete(), "enter", "x")
