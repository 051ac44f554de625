"""The terminal application and `advisor ask` lead the same way through the questions, and keep it alike."""

import random
from types import SimpleNamespace

import pytest

from advisor.cli.ask import _Saving
from advisor.cli.interview import Interview
from advisor.cli.typed import Typed
from advisor.decision.checklist import otherwise
from advisor.session.course import Course
from advisor.session.profile import Profile
from advisor.tui.screens.usual import UsualScreen
from advisor.tui.screens.verdict import VerdictScreen
from advisor.tui.sitting import Sitting
from advisor.tui.widgets.choices import Ticks
from tests.tui.tui_support import GIVEN, KEYS, SMALL, make_app, pausing, press, settle

USUAL = {"models": "standard", "onnx": False, "os": "linux", "devices": 1, "speed": "low"}
KNOWLEDGE = SMALL.model_copy(
    update={"questions": tuple(q.model_copy(update={"usual": USUAL.get(q.id)}) for q in SMALL.questions)}
)
LINES = {name: ",".join(value) if isinstance(value, tuple) else str(value) for name, value in GIVEN.items()}
LINES["onnx"] = "no"


def foreseen(seed: int):
    """What is found when somebody looks ahead, without the work of it."""
    rng = random.Random(seed)
    bits = {question.id: rng.random() ** 2 for question in KNOWLEDGE.questions if rng.random() < 0.8}

    def prospect(answers, measurements):
        reductions = {name: bits[name] for name in sorted(bits, key=bits.get, reverse=True) if name not in answers}
        return SimpleNamespace(settled="open", may_become=(), error=0.01, leads_to={}, reductions=reductions)

    return prospect


class Somebody:
    """Answers at random, but the same in both, and remembers what was shown."""

    def __init__(self, seed: int):
        self._rng = random.Random(seed)
        self.seen = []
        self.left = 5
        """Steps until somebody closes the terminal."""

    def next(self, course: Course, answers) -> str | set[str]:
        """What is done with what is shown: `back`, `skip`, `unknown`, `give`, `leave`, or what differs in a list."""
        self.seen.append((course.shown, course.place, course.state, tuple(course.open)))
        self.left -= 1
        chance = self._rng.random()
        if self.left < 0:
            return "leave"
        if chance < 0.35:
            return "back" if chance < 0.22 else "skip"
        if not course.together:
            return "skip" if course.present in answers else "unknown" if chance < 0.45 else "give"
        # What was answered otherwise and isn't told by differing, `advisor ask` would ask for.
        unusual = {name for name in course.together if name in answers and answers[name].value != USUAL[name]}
        ticked = {name for name in course.together if self._rng.random() < 0.3}
        return ticked | {name for name in unusual if otherwise(answers[name].value) is None}


class Typing:
    """Standard input of `advisor ask`."""

    def __init__(self, somebody: Somebody, answers):
        self.interview = None
        self._somebody = somebody
        self._answers = answers

    def readline(self) -> str:
        course = self.interview._course
        match self._somebody.next(course, self._answers):
            case "leave":
                return ""
            case "give":
                return LINES[course.present] + "\n"
            case "unknown":
                return "?\n"
            case "back" | "skip" as move:
                return f"{move}\n"
            case ticked:
                shown = {name: self._answers[name].value if name in self._answers else USUAL[name] for name in USUAL}
                told = [(shown[name] != USUAL[name]) != (name in ticked) for name in course.together]
                return ",".join(str(number) for number, differs in enumerate(told, 1) if differs) + "\n"


def by_lines(path, seed: int, prospect, monkeypatch) -> Somebody:
    somebody = Somebody(seed)
    profile = Profile.opened(path, KNOWLEDGE, None)
    answers = dict(profile.before)
    typing = Typing(somebody, answers)
    monkeypatch.setattr("sys.stdin", typing)
    typing.interview = Interview(
        KNOWLEDGE,
        answers,
        None,
        profile.way,
        Typed(at_terminal=True),
        again=False,
        useful=True,
        measuring=False,
        save=_Saving(KNOWLEDGE, answers, profile, None).way,
        prospect=prospect,
        at_once=None,
    )
    typing.interview.run()
    return somebody


async def by_keys(path, seed: int, prospect, monkeypatch) -> Somebody:
    somebody = Somebody(seed)
    monkeypatch.setattr(Sitting, "prospect", lambda sitting, *given: prospect(*given))
    app = make_app(path, Profile.opened(path, KNOWLEDGE, None).before, level=None, knowledge=KNOWLEDGE)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter |")
        while not isinstance(app.screen, VerdictScreen):
            if pausing(app):
                await press(pilot, "2 |")
            course, answers = app.sitting.course, app.sitting.answers
            assert isinstance(app.screen, UsualScreen) == bool(course.together)
            match somebody.next(course, answers):
                case "leave":
                    break
                case "give":
                    await press(pilot, f"{KEYS[course.present]} |")
                case "back" | "skip" | "unknown" as move:
                    await press(pilot, f"{ {'back': 'b', 'skip': 's', 'unknown': 'd'}[move] } |")
                case ticked:
                    changed = app.screen.query_one(Ticks).chosen ^ ticked
                    numbers = [str(place) for place, name in enumerate(course.together, 1) if name in changed]
                    await press(pilot, f"{' '.join(numbers)} enter |")
    return somebody


def kept(path):
    """What the next sitting finds."""
    profile = Profile.opened(path, KNOWLEDGE, None)
    return {name: answer.value for name, answer in profile.before.items()}, profile.way


@pytest.mark.parametrize("seed", range(8))
async def test_the_same_answers_lead_the_same_way(tmp_path, monkeypatch, seed):
    """Through sittings that break off; and where the one has got to, the other goes on."""
    lines, keys, prospect = tmp_path / "lines.yaml", tmp_path / "keys.yaml", foreseen(seed)
    for sitting in range(2):
        typed = by_lines(lines, 10 * seed + sitting, prospect, monkeypatch)
        pressed = await by_keys(keys, 10 * seed + sitting, prospect, monkeypatch)
        assert typed.seen == pressed.seen
        assert kept(lines) == kept(keys)
    swapped = by_lines(keys, seed, prospect, monkeypatch)
    assert swapped.seen == (await by_keys(lines, seed, prospect, monkeypatch)).seen
