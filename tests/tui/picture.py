"""The picture of the verdict in the README.

    python -m tests.tui.picture docs/verdict.svg

Opens the terminal application at 120 × 40 with the example answers and quick measurements of this very environment
(those taken before, where still valid), and saves its verdict as SVG.
"""

import asyncio
import datetime
import sys
from pathlib import Path

from advisor.knowledge.load import load
from advisor.model.measurement import Measurements
from advisor.probing.run import obtain
from advisor.session.answers import read_answers
from advisor.tui.app import AdvisorApp, Options
from advisor.tui.screens.verdict import VerdictScreen
from tests.tui.tui_support import settle

ROOT = Path(__file__).parents[2]


async def photograph(measurements: Measurements) -> str:
    """The verdict screen as SVG, of the example answers and these measurements."""
    knowledge = load()
    answers = read_answers(knowledge, str(ROOT / "docs" / "example-answers.yaml"))
    today = datetime.datetime.now().date()
    app = AdvisorApp(knowledge, answers, Options(as_of=today, measurements=measurements))
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(VerdictScreen(app.sitting, app.measuring))
        await settle(pilot)
        return app.export_screenshot(title="advisor")


if __name__ == "__main__":
    known = load()
    measured = obtain(known.candidates, known.probes, (sys.executable,), "quick")
    Path(sys.argv[1]).write_text(asyncio.run(photograph(measured)), encoding="utf-8")
