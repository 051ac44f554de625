"""The pictures of the terminal application in the documentation.

    python -m tests.tui.picture docs
    python -m tests.tui.picture docs pictures/usual pictures/keys    # only these

Opens the application with the example answers and quick measurements of this very environment (those taken before,
where still valid), and saves what it shows as SVG: the verdict at 120 × 40 for the README, every screen at 80 × 24, and
a question at 120 × 40, with the ranking beside it. Where Chromium is installed, what `advisor serve` shows in it is
saved as PNG.
The picture of measuring replays these measurements in their order; how long the rest would take is the time that the
knowledge base allows for it.
"""

import argparse
import asyncio
import datetime
import re
import sys
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.screen import ModalScreen

from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.probing.events import Event
from advisor.probing.run import obtain
from advisor.session.answers import read_answers
from advisor.tui.app import AdvisorApp, Options
from tests.tui.tui_support import jump, pausing, press, settle, shown, until
from tests.web.browser import BROWSER, browser
from tests.web.server import served

ROOT = Path(__file__).parents[2]
REPLAYED = 14
"""Probes that have finished in the picture of measuring."""
SHOWN_PYTHON = ".venv/bin/python"
"""The interpreter that is named where measuring is offered."""


@dataclass(frozen=True)
class Picture:
    """How to get to a screen from the first one."""

    keys: str = ""
    """As `press` takes them."""
    question: str = ""
    """The question to go to after these, by the list of all."""
    then: str = ""
    """Keys for that question."""
    to_pause: bool = False
    """Whether the first answer is given to every question after that, until going on can hardly change anything."""
    fresh: bool = False
    """Whether nothing has been answered, and measuring has yet to begin."""
    measured: bool = True
    """Whether there are measurements, unless nothing has been answered."""
    size: tuple[int, int] = (80, 24)


VERDICT = "enter | v |"
QUESTIONS = f"{VERDICT} e | escape |"
"""To a question by itself, where an interview may begin with a list of several."""
PICTURES = {
    "verdict": Picture(VERDICT, size=(120, 40)),
    "pictures/welcome": Picture(fresh=True),
    "pictures/question": Picture(QUESTIONS, question="accelerator"),
    "pictures/beside": Picture(f"{QUESTIONS} j | end enter", size=(120, 40)),
    "pictures/usual": Picture("enter | 1 |", fresh=True),
    "pictures/why": Picture("enter | w", fresh=True),
    "pictures/ticks": Picture(QUESTIONS, question="targets", then="down"),
    "pictures/number": Picture(QUESTIONS, question="parameters", then="=250"),
    "pictures/pause": Picture("enter |", to_pause=True),
    "pictures/questions": Picture(f"{QUESTIONS} j"),
    "pictures/keys": Picture(f"{QUESTIONS} h"),
    "pictures/palette": Picture(f"{QUESTIONS} ctrl+p"),
    "pictures/measuring": Picture("enter | m", fresh=True),
    "pictures/measuring-done": Picture(f"{VERDICT} m"),
    "pictures/measuring-offered": Picture(f"{VERDICT} m", measured=False),
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
    "pictures/trade-offs": Picture(f"{VERDICT} t", fresh=True),
    "pictures/export": Picture(f"{VERDICT} x"),
}
"""By name of the file in the folder of the documentation, without `.svg`."""
IN_BROWSER = "pictures/browser"
"""The name of the one that is made in a browser, without `.png`."""


async def photograph(picture: Picture, measurements: Measurements) -> str:
    """A screen as SVG."""
    knowledge = load()
    answers: Mapping[str, Answer] = {}
    options = Options(as_of=datetime.datetime.now().date(), pythons=(sys.executable,))
    if not picture.fresh:
        answers = read_answers(knowledge, str(ROOT / "docs" / "example-answers.yaml"))
        given = {"measurements": measurements} if picture.measured else {"pythons": (SHOWN_PYTHON,), "level": None}
        options = Options(as_of=options.as_of, **given)
    app = AdvisorApp(knowledge, answers, options, Replay(knowledge, measurements))
    app.animation_level = "none"
    async with app.run_test(size=picture.size) as pilot:
        await settle(pilot)
        await press(pilot, picture.keys)
        await settle(pilot)
        if picture.question:
            await jump(pilot, picture.question)
            await press(pilot, picture.then)
        while picture.to_pause and not pausing(app):
            await press(pilot, "enter |")
        if app.measuring.running and not isinstance(app.screen, ModalScreen):
            await until(pilot, lambda: f"probe {REPLAYED + 1} of " in shown(app))
        # Every rule of the picture's style sheet begins with this name, which is there to tell pictures apart that
        # are parts of one page; these aren't.
        return re.sub(r"terminal-\d+", "t", app.export_screenshot(title="advisor", simplify=True))


async def photograph_page(measurements: Measurements) -> bytes:
    """The verdict in a browser as PNG."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        measured = folder / "here.json"
        measured.write_text(measurements.model_dump_json(), encoding="utf-8")
        today = str(datetime.datetime.now().date())
        flags = ("--answers", "docs/example-answers.yaml", "--measurements", str(measured), "--as-of", today)
        with served(*flags, XDG_DATA_HOME=str(folder / "data")) as server:
            async with browser(folder / "browser") as tab:
                page = await tab()
                await page.open(server.url)
                await page.until("Continue with")
                await page.press("Enter")
                await page.until("[Questions]")
                await page.press("v")
                await page.until("[Verdict]", "ranks first")
                await page.settled()
                return await page.picture()


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
            before = [earlier.candidate for earlier in outcomes[: index - 1]].count(outcome.candidate)
            own = [s for s, o in zip(seconds, outcomes, strict=True) if o.candidate == outcome.candidate]
            common = {
                "candidate": outcome.candidate,
                "interpreter": outcome.interpreter,
                "probe": outcome.probe,
                "launch": 1,
                "launches": max((number.launches for number in outcome.measurements), default=1),
                "index": index,
                "total": len(outcomes),
                "own_total": len(own),
            }
            yield Event(
                kind="started",
                eta_s=sum(seconds[index - 1 :]),
                own_done=before,
                own_eta_s=sum(own[before:]),
                **common,
            )
            if index <= REPLAYED:
                figures = {number.metric: number.median for number in outcome.measurements}
                found = {"status": outcome.status, "text": outcome.detail, "figures": figures}
                rest = {"own_done": before + 1, "own_eta_s": sum(own[before + 1 :])}
                yield Event(kind="finished", eta_s=sum(seconds[index:]), **rest, **common, **found)


def main(folder: Path, names: Collection[str]) -> None:
    """Measure, and save the pictures with these names."""
    known = load()
    measured = obtain(known.candidates, known.probes, (sys.executable,), "quick")
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    for name in PICTURES.keys() & names:
        svg = asyncio.run(photograph(PICTURES[name], measured))
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    if IN_BROWSER in names and BROWSER:
        (folder / f"{IN_BROWSER}.png").write_bytes(asyncio.run(photograph_page(measured)))
    elif IN_BROWSER in names:
        print(f"Chromium is not installed: {IN_BROWSER}.png stays as it was.", file=sys.stderr)


if __name__ == "__main__":
    every = (*PICTURES, IN_BROWSER)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("names", nargs="*", help="which pictures; all unless some are named")
    given = parser.parse_args()
    if unknown := set(given.names) - set(every):
        parser.error(f"there is no picture {min(unknown)}; there are {', '.join(every)}")
    main(given.folder, given.names or every)
