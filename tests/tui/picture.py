"""The pictures of the terminal application in the documentation.

    python -m tests.tui.picture docs

Opens the application with the example answers and quick measurements of this very environment (those taken before,
where still valid), and saves what it shows as SVG: the verdict at 120 × 40 for the README, every screen at 80 × 24, and
a question at 120 × 40, with the ranking beside it.
The picture of measuring replays these measurements in their order; how long the rest would take is the time that the
knowledge base allows for it.
"""

import argparse
import asyncio
import datetime
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from textual.screen import ModalScreen

from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.probing.events import Event
from advisor.probing.run import obtain
from advisor.session.answers import read_answers
from advisor.tui.app import AdvisorApp, Options
from tests.tui.tui_support import press, settle, shown, until

ROOT = Path(__file__).parents[2]
REPLAYED = 14
"""Probes that have finished in the picture of measuring."""


@dataclass(frozen=True)
class Picture:
    """How to get to a screen from the first one."""

    keys: str = ""
    """As `press` takes them."""
    fresh: bool = False
    """Whether nothing has been answered, and measuring has yet to begin."""
    size: tuple[int, int] = (80, 24)


VERDICT = "enter | v |"
PICTURES = {
    "verdict": Picture(VERDICT, size=(120, 40)),
    "pictures/welcome": Picture(fresh=True),
    "pictures/question": Picture("enter", fresh=True),
    "pictures/beside": Picture("enter | j | end enter", size=(120, 40)),
    "pictures/usual": Picture("enter | 1 |", fresh=True),
    "pictures/why": Picture("enter | w", fresh=True),
    "pictures/questions": Picture("enter | j"),
    "pictures/measuring": Picture("enter | m", fresh=True),
    "pictures/verdict": Picture(VERDICT),
    "pictures/reasons": Picture(f"{VERDICT} 2"),
    "pictures/criteria": Picture(f"{VERDICT} 3"),
    "pictures/detail": Picture(f"{VERDICT} 3 | down enter"),
    "pictures/what-if": Picture(f"{VERDICT} 4 | plus"),
    "pictures/measured": Picture(f"{VERDICT} 5"),
    "pictures/next": Picture(f"{VERDICT} 6"),
    "pictures/sources": Picture(f"{VERDICT} 7"),
    "pictures/capabilities": Picture(f"{VERDICT} 8"),
    "pictures/claims": Picture(f"{VERDICT} 9"),
    "pictures/charts": Picture(f"{VERDICT} 0"),
    "pictures/export": Picture(f"{VERDICT} x"),
}
"""By name of the file in the folder of the documentation, without `.svg`."""


async def photograph(picture: Picture, measurements: Measurements) -> str:
    """A screen as SVG."""
    knowledge = load()
    answers: Mapping[str, Answer] = {}
    options = Options(as_of=datetime.datetime.now().date(), pythons=(sys.executable,))
    if not picture.fresh:
        answers = read_answers(knowledge, str(ROOT / "docs" / "example-answers.yaml"))
        options = Options(as_of=options.as_of, measurements=measurements)
    app = AdvisorApp(knowledge, answers, options, Replay(knowledge, measurements))
    app.animation_level = "none"
    async with app.run_test(size=picture.size) as pilot:
        await settle(pilot)
        await press(pilot, picture.keys)
        await settle(pilot)
        if app.measuring.running and not isinstance(app.screen, ModalScreen):
            await until(pilot, lambda: f"probe {REPLAYED + 1} of " in shown(app))
        # Every rule of the picture's style sheet begins with this name, which is there to tell pictures apart that
        # are parts of one page; these aren't.
        return re.sub(r"terminal-\d+", "t", app.export_screenshot(title="advisor", simplify=True))


class Replay:
    """Stands in for `advisor.probing.run.obtain`: tells what became of the first probes, and then waits to be
    cancelled."""

    def __init__(self, knowledge: Knowledge, measurements: Measurements) -> None:
        self._knowledge = knowledge
        self._measurements = measurements

    def __call__(self, *given, on_event, cancelled: threading.Event, **options) -> Measurements:
        for event in self._events():
            on_event(event)
        cancelled.wait()
        raise InterruptedError

    def _events(self) -> Iterator[Event]:
        outcomes = self._measurements.outcomes
        seconds = [self._knowledge.probe[outcome.probe].seconds for outcome in outcomes]
        for index, outcome in enumerate(outcomes[: REPLAYED + 1], 1):
            common = {
                "candidate": outcome.candidate,
                "interpreter": outcome.interpreter,
                "probe": outcome.probe,
                "launch": 1,
                "launches": max((number.launches for number in outcome.measurements), default=1),
                "index": index,
                "total": len(outcomes),
            }
            yield Event(kind="started", eta_s=sum(seconds[index - 1 :]), **common)
            if index <= REPLAYED:
                figures = {number.metric: number.median for number in outcome.measurements}
                found = {"status": outcome.status, "text": outcome.detail, "figures": figures}
                yield Event(kind="finished", eta_s=sum(seconds[index:]), **common, **found)


def main(folder: Path) -> None:
    """Measure, and save all pictures."""
    known = load()
    measured = obtain(known.candidates, known.probes, (sys.executable,), "quick")
    for name, picture in PICTURES.items():
        path = folder / f"{name}.svg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(asyncio.run(photograph(picture, measured)), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    main(parser.parse_args().folder)
