"""What the tests of the TUI share: a small knowledge base, measurements, and a stand-in for the probes."""

from __future__ import annotations

import contextlib
import datetime
import threading
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

from pytest import MonkeyPatch
from textual import events as textual_events
from textual.keys import key_to_character
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from advisor.decision import foresee
from advisor.knowledge.load import load
from advisor.model.answer import Answer, AnswerValue
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Gpu, Host, Interpreter, Measurement, Measurements, Outcome
from advisor.model.recommendation import Recommendation
from advisor.probing.events import Event
from advisor.session.profile import Profile
from advisor.tui.app import AdvisorApp, Options
from advisor.tui.screens.interview import InterviewScreen
from advisor.tui.sitting import Sitting
from advisor.tui.widgets.pause import Pause
from tests.support.measurements import spoilt

DAY = datetime.date(2026, 11, 1)
SMALL = load(base=Path(__file__).parent / "knowledge")
PYTHON = "/opt/python/bin/python"

ANSWERS = {
    "stage": "learning",
    "models": "data-dependent",
    "knows": ("pytorch", "keras"),
    "onnx": True,
    "os": "windows",
}


def sample() -> Measurements:
    """What the probes might find for the small knowledge base."""
    steps = {"pytorch": 11.5, "keras-tensorflow": 14.0, "keras-jax": 7.25}
    outcomes = []
    for name, step in steps.items():
        importing = Measurement(metric="import-time", unit="s", median=2.5, low=2.4, high=2.7, launches=5, samples=5)
        stepping = Measurement(
            metric="cnn-step", unit="ms", median=step, low=step * 0.95, high=step * 1.06, launches=5, samples=100
        )
        common = {"candidate": name, "interpreter": PYTHON}
        command = f"{PYTHON} -B probes --candidate {name}"
        outcomes += [
            Outcome(
                probe="framework", status="works", measurements=(importing,), command=f"{command} framework", **common
            ),
            Outcome(
                probe="cnn-step", status="works", measurements=(stepping,), command=f"{command} cnn-step", **common
            ),
            Outcome(probe="onnx-export", status="works-with-extra", extras=("tf2onnx",), **common),
        ]
    outcomes.append(
        Outcome(
            probe="framework",
            candidate="keras-torch",
            interpreter=PYTHON,
            status="not-tried",
            cause="missing",
            detail="not installed: keras; pip install keras torch",
        )
    )
    host = Host(
        os="linux",
        release="6.1",
        machine="x86_64",
        cpu="A processor",
        cores=8,
        cores_usable=4,
        memory_bytes=16 * 2**30,
        memory_usable_bytes=8 * 2**30,
        gpus=(Gpu(vendor="nvidia", name="A graphics card"),),
    )
    interpreter = Interpreter(path=PYTHON, python="3.12", packages={"torch": "2.13.0", "keras": "3.15.1"})
    return Measurements(
        level="quick", fingerprint="f", host=host, interpreters=(interpreter,), outcomes=tuple(outcomes)
    )


def noisy() -> Measurements:
    """The same, taken on a machine that wasn't left alone."""
    reason = "the reference kernels took up to 1.4 times as long as at first"
    return spoilt(sample(), "keras-jax", quality="noisy", reason=reason)


def values(app: AdvisorApp) -> dict[str, AnswerValue]:
    """What has been answered so far, by question."""
    return {name: answer.value for name, answer in app.sitting.answers.items()}


def events() -> list[Event]:
    """The first events of a run."""

    def event(kind: str, index: int, candidate: str, probe: str, **more) -> Event:
        common = {"interpreter": PYTHON, "launch": 1, "launches": 2, "total": 12, "own_total": 4}
        return Event(kind=kind, index=index, candidate=candidate, probe=probe, **{**common, **more})

    jax = {"candidate": "keras-jax", "probe": "onnx-export"}
    return [
        event("started", 1, "pytorch", "framework"),
        event("finished", 1, "pytorch", "framework", status="works", eta_s=170, own_done=1, own_eta_s=60),
        event("started", 2, "keras-jax", "framework", eta_s=170, own_eta_s=55),
        event("finished", 2, "keras-jax", "framework", status="works", eta_s=150, own_done=1, own_eta_s=35),
        event("started", 3, **jax, eta_s=150, own_done=1, own_eta_s=35),
        event(
            "finished", 3, **jax, status="fails", text="No module named 'jax2onnx'", eta_s=140, own_done=2, own_eta_s=25
        ),
        event("started", 4, "pytorch", "cnn-step", eta_s=140, own_done=1, own_eta_s=60),
    ]


def noisy_events() -> list[Event]:
    """What the same run tells next: a step of the second launch, and that the machine wasn't steady."""
    *_, started = events()
    again = started.model_copy(update={"launch": 2, "index": 4, "eta_s": 120, "own_done": 2, "own_eta_s": 40})
    varied = "the machine's own speed varied by a factor of 1.40 between launches"
    return [
        again.model_copy(update={"kind": "finished", "status": "works", "figures": {"cnn-step": 11.5}}),
        again.model_copy(update={"kind": "judged", "quality": "noisy", "text": varied}),
    ]


def without(found: Measurements, given_up: Collection[str]) -> Measurements:
    """The same, if some candidates had been cancelled before anything of them had finished."""
    cancelled = {"status": "not-tried", "cause": "cancelled", "detail": "cancelled", "measurements": ()}
    outcomes = [
        outcome.model_copy(update=cancelled)
        if outcome.candidate in given_up and outcome.cause != "missing"
        else outcome
        for outcome in found.outcomes
    ]
    return Measurements(**{**dict(found), "outcomes": tuple(outcomes)})


class FakeObtain:
    """Stands in for `advisor.probing.run.obtain`."""

    def __init__(
        self,
        result: Measurements | Exception | None = None,
        *,
        block: bool = False,
        hold: bool = False,
        told: Sequence[Event] = (),
        finished: Collection[str] = (),
    ) -> None:
        """Give or raise `result` after the events and those of `told`; with `block`, wait first until all is cancelled;
        with `hold`, for `let_go`, unless cancellation comes before. Candidates that have `finished` are not lost by
        being cancelled."""
        self.result = result
        self.block = block
        self.told = told
        self.finished = finished
        self.let_go = threading.Event()
        if not hold:
            self.let_go.set()
        self.calls: list[dict] = []
        self.cancelled: threading.Event | None = None
        self.given_up: Collection[str] = ()
        self.returned = threading.Event()

    def __call__(self, candidates, probes, pythons, level, *, on_event, cancelled, given_up, **options) -> Measurements:
        self.calls.append({"level": level, "pythons": pythons, **options})
        self.cancelled, self.given_up = cancelled, given_up
        try:
            if isinstance(self.result, Exception):
                raise self.result
            for event in (*events(), *self.told):
                on_event(event)
            while self.block or not self.let_go.wait(0.01):
                if cancelled.wait(0.01):
                    raise RuntimeError("cancelled")
                if len(given_up) == len(candidates):
                    break
            assert isinstance(self.result, Measurements)
            return without(self.result, set(given_up) - set(self.finished))
        finally:
            self.returned.set()


class FakeRenew:
    """Stands in for `advisor.probing.run.renew`: tells of one probe and waits for `let_go`."""

    def __init__(self, result: Measurements | Exception) -> None:
        self.result = result
        self.let_go = threading.Event()
        self.calls: list[tuple[str, Measurements]] = []

    def __call__(self, earlier, candidate, probes, pythons, *, on_event, cancelled, seed) -> Measurements:
        self.calls.append((candidate.id, earlier))
        on_event(events()[0].model_copy(update={"candidate": candidate.id}))
        while not self.let_go.wait(0.01):
            if cancelled.is_set():
                raise RuntimeError("cancelled")
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def make_app(
    profile: Path | None = None,
    answers: dict[str, Answer] | None = None,
    obtain: FakeObtain | None = None,
    knowledge: Knowledge = SMALL,
    renew: FakeRenew | None = None,
    **options,
) -> AdvisorApp:
    """An application with everything fixed that could differ between two runs. Unless told otherwise, what is measured
    beside the interview does not end by itself."""
    options = {"as_of": DAY, "pythons": (PYTHON,), "seed": 1, **options}
    given = (knowledge, answers or {}, Options(profile=profile and Profile.opened(profile, knowledge, None), **options))
    app = AdvisorApp(*given, obtain or FakeObtain(block=True), renew)
    app.animation_level = "none"
    return app


async def press(pilot: Pilot, keys: str) -> None:
    """Press keys, separated by spaces, as fast as nobody can type: none waits for what the one before has set going.

    `|` waits until nothing moves any more, as somebody would who needs to see the next screen. A word after `=` is
    typed letter by letter.
    """
    app = pilot.app
    for position, group in enumerate(keys.split("|")):
        if position:
            await settle(pilot)
        for word in group.split():
            for key in word[1:] if word.startswith("=") and len(word) > 1 else [word]:
                event = textual_events.Key(key, key_to_character(key))
                event.set_sender(app)
                app.post_message(event)
    await pilot.pause()


async def settle(pilot: Pilot) -> None:
    """Wait until nothing is being worked out any more."""
    await pilot.pause()
    for worker in list(pilot.app.workers):
        with contextlib.suppress(WorkerCancelled):  # a screen gives its workers up when it is left
            await worker.wait()
    await pilot.pause()


KEYS = {
    "stage": "2",
    "models": "3",
    "knows": "space down down space enter",
    "onnx": "down enter",
    "devices": "4 enter",
    "os": "enter",
    "speed": "4",
}
"""For each question of the small knowledge base, keys that answer it as in `GIVEN`."""
GIVEN = {
    "stage": "research",
    "models": "data-dependent",
    "knows": ("pytorch", "jax"),
    "onnx": False,
    "devices": 4,
    "os": "linux",
    "speed": "high",
}


def pausing(app: AdvisorApp) -> bool:
    """Whether the interview says that going on can hardly change anything, instead of asking."""
    return isinstance(app.screen, InterviewScreen) and app.screen.query_one(Pause).display


async def asking(pilot: Pilot) -> str | None:
    """The question that is asked once nothing moves any more and any pause has been gone on from; None where the
    interview is over."""
    await settle(pilot)
    if pausing(pilot.app):
        await press(pilot, "2 |")
    screen = pilot.app.screen
    return screen.question.id if isinstance(screen, InterviewScreen) else None


async def walk(pilot: Pilot, keys: Mapping[str, str] = KEYS) -> list[str]:
    """Answer whatever is asked until the interview is over. Gives the questions in the order in which they came."""
    asked = []
    while question := await asking(pilot):
        asked.append(question)
        await press(pilot, keys[question])
    return asked


async def jump(pilot: Pilot, question: str) -> None:
    """Go to a question by the list."""
    sitting = pilot.app.sitting
    listed = [name for theme in sitting.themes() for name in theme.questions]
    await press(pilot, f"j | home {'down ' * listed.index(question)} enter |")
    assert pilot.app.screen.question.id == question


async def until(pilot: Pilot, condition) -> None:
    """Wait for something that another thread brings about."""
    for _ in range(400):
        if condition():
            await pilot.pause()
            return
        await pilot.pause(0.025)
    raise AssertionError("it did not happen")


def keep_results(monkeypatch: MonkeyPatch, name: Callable[[Sitting], str]) -> None:
    """Take rankings and verdicts from the files in `results/`, by name, so that another way of drawing numbers doesn't
    change what the screens look like."""
    folder = Path(__file__).parent / "results"

    def result(sitting: Sitting) -> Recommendation:
        return Recommendation.model_validate_json((folder / f"{name(sitting)}.json").read_text("utf-8"))

    monkeypatch.setattr(Sitting, "recommendation", result)
    monkeypatch.setattr(Sitting, "ranking", lambda sitting: result(sitting).ranking)

    def prospect(sitting: Sitting, answers: object, measurements: object) -> SimpleNamespace:
        verdict, open_ = result(sitting).verdict, result(sitting).open_questions
        return SimpleNamespace(
            settled=verdict.settled,
            key=foresee.VerdictKey(verdict.likely_kind, verdict.likely_candidate),
            may_become=verdict.may_become,
            may_change=verdict.may_change,
            error=verdict.may_change_error,
            reductions={entry.question: entry.settles for entry in open_ if entry.settles},
            leads_to={entry.question: entry.leads_to for entry in open_ if entry.settles},
        )

    monkeypatch.setattr(Sitting, "prospect", prospect)


def walking(keys: Sequence[str], wait_for: str = "") -> Callable[[Pilot], Awaitable[None]]:
    """Presses keys, each followed by whatever it sets going, and waits for some text at the end."""

    async def walked(pilot: Pilot) -> None:
        await settle(pilot)
        for key in keys:
            await press(pilot, key)
            if not wait_for:
                await settle(pilot)
        if wait_for:
            await until(pilot, lambda: wait_for in shown(pilot.app))

    return walked


def shown(app: AdvisorApp) -> str:
    """Everything on the present screen, as text."""
    return "\n".join("".join(segment.text for segment in line) for line in app.screen._compositor.render_strips())


def words(app: AdvisorApp) -> str:
    """The same, as if no line had been broken."""
    return " ".join(shown(app).split())
