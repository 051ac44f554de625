"""What the screens look like at the smallest size that is supported and at a common larger one.

`pytest tests/tui --snapshot-update` takes them anew; look at what changed before committing it. What they show of
rankings and verdicts are results kept in `results/`, so that another way of drawing numbers doesn't change them.
"""

from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.widgets import Input

from advisor.errors import ProbeFailed
from advisor.knowledge.load import load
from advisor.model.trade_off import Side, TradeOff
from advisor.tui.screens.usual import UsualScreen
from advisor.tui.sitting import Sitting
from tests.support.knowledge import answered
from tests.tui.tui_support import (
    ANSWERS,
    SMALL,
    FakeObtain,
    keep_results,
    make_app,
    noisy,
    noisy_events,
    press,
    sample,
    settle,
    until,
    walking,
)

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

    def compare(app, *keys: str, wait_for: str = "", run=None) -> bool:
        return snap_compare(app, terminal_size=size, run_before=run or walking(keys, wait_for))

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


@SMALL_AND_LARGE
def test_number(looks):
    app = make_app(answers=answered(SMALL, {**ANSWERS, "speed": "high"}), level=None)
    assert looks(app, "2", "j", "home", *["down"] * 4, "enter", "0", "enter")


@SMALL_AND_LARGE
def test_ticks(looks):
    assert looks(make_app(answers=answered(SMALL, ANSWERS), level=None), "2", "s", "s", "space")


@SMALL_AND_LARGE
def test_usual_answers(looks):
    usual = {"models": "standard", "onnx": False, "os": "linux", "devices": 1}
    asked = [q.model_copy(update={"usual": usual[q.id]}) for q in SMALL.questions if q.id in usual]
    app = make_app(level=None)

    async def listed(pilot):
        await walking(["enter"])(pilot)
        await pilot.app.push_screen(UsualScreen(app.sitting, asked))
        await walking(["space", "w"])(pilot)

    assert looks(app, run=listed)


@SMALL_AND_LARGE
def test_settled(looks):
    app = make_app(answers=answered(SMALL, ANSWERS), level=None)

    async def paused(pilot):
        await walking(["2"])(pilot)
        found = app.sitting.course.look_ahead()
        proven = {
            **vars(found),
            "settled": "proven",
            "may_become": found.may_become[:1],
            "may_change": 0.0,
            "error": 0.0,
        }
        app.screen._pause("proven", SimpleNamespace(**proven))

    assert looks(app, run=paused)


@SMALL_AND_LARGE
def test_list_of_questions(looks):
    assert looks(make_app(answers=answered(SMALL, {**ANSWERS, "stage": None}), level=None), "2", "j")


@SMALL_AND_LARGE
def test_question_while_measuring(looks):
    assert looks(make_app(answers=answered(SMALL, ANSWERS)), "enter", wait_for="probe 4 of 12")


@SMALL_AND_LARGE
def test_probing_offered(looks):
    assert looks(make_app(answers=answered(SMALL, EVERYTHING)), "enter")


@SMALL_AND_LARGE
def test_probing_running_noisily(looks):
    obtain = FakeObtain(sample(), block=True, told=noisy_events())
    app = make_app(answers=answered(SMALL, EVERYTHING), obtain=obtain)
    assert looks(app, "enter", "enter", wait_for="1.40")


@SMALL_AND_LARGE
def test_probing_one_cancelled(looks):
    """And waiting to be measured again."""
    app = make_app(answers=answered(SMALL, EVERYTHING), obtain=FakeObtain(sample(), block=True))

    async def cancelled(pilot):
        await walking(["enter", "enter"], "probe 4 of 12")(pilot)
        await press(pilot, "down down delete r up delete |")

    assert looks(app, run=cancelled)


@SMALL_AND_LARGE
def test_probing_done(looks):
    app = make_app(answers=answered(SMALL, EVERYTHING), obtain=FakeObtain(sample()))
    assert looks(app, "enter", "enter", wait_for="Show the verdict")


@SMALL_AND_LARGE
def test_probing_failed(looks):
    app = make_app(answers=answered(SMALL, EVERYTHING), obtain=FakeObtain(ProbeFailed("no room left", "Make room.")))
    assert looks(app, "enter", "enter", wait_for="no room left")


@SMALL_AND_LARGE
def test_probing_done_noisily(looks):
    app = make_app(answers=answered(SMALL, EVERYTHING), obtain=FakeObtain(noisy()))
    assert looks(app, "enter", "enter", wait_for="Show the verdict")


@SMALL_AND_LARGE
def test_verdict(looks):
    assert looks(complete(), "enter")


@SMALL_AND_LARGE
@pytest.mark.parametrize("section", "234567890")
def test_sections(looks, section):
    assert looks(complete(), "enter", section)


@SMALL_AND_LARGE
def test_detail(looks):
    assert looks(complete(), "enter", "3", "down", "enter")


@SMALL_AND_LARGE
def test_trade_offs(looks, monkeypatch):
    """The second pair, once the first was chosen between, with the reason why it is asked."""
    free = Side(criterion="flexibility", strength=3, text="Any loop can be written as it comes.", rules=("loops",))
    fast = Side(criterion="speed", strength=2, text="Every training run takes half the time.", rules=("steps",))
    ready = Side(
        criterion="deployment",
        strength=3,
        text="One call writes a file that runs where the model has to run, and nothing is converted by a detour.",
        rules=("routes", "exports"),
    )
    pairs = (TradeOff(id="free-or-fast", left=free, right=fast), TradeOff(id="ready-or-fast", left=ready, right=fast))

    def telling(sitting):
        return tuple(pair.question() for pair in pairs if pair.id not in sitting.answers)

    monkeypatch.setattr(Sitting, "telling", telling)
    knowledge = load(base=Path(__file__).parent / "knowledge").model_copy(update={"trade_offs": pairs})
    assert looks(complete(knowledge=knowledge), "enter", "t", "1", "w")


@SMALL_AND_LARGE
def test_keys(looks):
    assert looks(complete(), "enter", "h")


@SMALL_AND_LARGE
def test_command_palette(looks):
    async def opened(pilot):
        await walking(("enter", "ctrl+p"))(pilot)
        # Textual's palette begins to look for commands only once it is shown, and this is how it says that it is done.
        await until(pilot, lambda: pilot.app.screen.has_class("-ready"))
        pilot.app.screen.query_one(Input).cursor_blink = False
        await settle(pilot)

    assert looks(complete(), run=opened)


@pytest.mark.parametrize("size", [(120, 40)], ids=["120x40"])
def test_noisy_numbers_in_charts(looks):
    """Where there is room enough to come to them."""
    assert looks(make_app(answers=answered(SMALL, EVERYTHING), measurements=noisy()), "enter", "0")


@SMALL_AND_LARGE
def test_verdict_without_measurements(looks):
    assert looks(make_app(answers=answered(SMALL, {"stage": "learning"}), level=None), "enter", "v")


@SMALL_AND_LARGE
def test_export(looks):
    assert looks(complete(), "enter", "x")


@SMALL_AND_LARGE
def test_export_of_a_record_beside_older_ones(looks, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "docs" / "decisions"
    folder.mkdir(parents=True)
    for number in range(1, 7):
        record = folder / f"{number:04d}-use-keras-on-tensorflow-as-the-deep-learning-framework.md"
        record.write_text("---\nstatus: accepted\n---\n# Use Keras\n")
    assert looks(complete(), "enter", "x", "4", "enter", "down")
