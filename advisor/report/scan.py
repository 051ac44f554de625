"""What a scan found, as text and as a file of answers."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from rich.text import Text

from advisor.model.answer import AnswerValue
from advisor.model.knowledge import Knowledge
from advisor.model.scan import Proposal, ScanReport, Sighting, Support
from advisor.report.page import Page
from advisor.report.words import Words

_PLACES = 3


def render(report: ScanReport, knowledge: Knowledge, width: int | None = None, colour: bool | None = False) -> str:
    """Each question with the proposed answer, how sure it is, and where that stands; then what is contradictory and
    what was left out."""
    page, words = Page(width, colour), Words(knowledge)
    page.console.print(Text(f"{report.folder}: {report.files} files, {report.read} of them read."))
    page.heading("Proposed answers" if report.proposals else "Nothing in these files speaks for an answer.")
    for proposal in report.proposals:
        title = Text(f"{proposal.question}: {written(proposal.value)}", style="bold")
        page.say(title.append(f"  {proposal.sure}", style="not bold"))
        for support in proposal.support:
            _support(page, support, "", words)
        for support in proposal.against:
            _support(page, support, f"against it, {support.sure}: ", words)
    if report.unsettled:
        page.heading("Not settled: the files speak with more than one voice")
    for entry in report.unsettled:
        page.say(f"{entry.question}: {entry.text}", style="bold")
        for support in entry.support:
            value = "none of the answers" if support.value is None else written(support.value)
            _support(page, support, f"{value}, {support.sure}: ", words)
    if report.left_out:
        page.heading("Left out")
    for left in report.left_out:
        example = f"{left.count:,}, such as {left.example}" if left.count > 1 else left.example
        page.say(f"{left.what}: {example}")
    return page.text()


def _support(page: Page, support: Support, before: str, words: Words) -> None:
    count = f" ({support.files} files)" if support.files > 1 else ""
    reasons = support.because if not before else support.because[:1]
    value = f"{written(support.value)}: " if before.startswith("against") else ""
    page.say(f"{before}{value}{' '.join(reasons)}{count}", 4)
    for sighting in support.sightings[: _PLACES if not before else 1]:
        shown = Text(place(sighting), style="bold" if not before else "").append(
            f"  {sighting.text}", style="dim not bold"
        )
        shown.truncate(page.console.width - 6, overflow="ellipsis")
        page.say(shown, 6)


def place(sighting: Sighting) -> str:
    """File and line."""
    return f"{sighting.file}:{sighting.line}" if sighting.line else sighting.file


def written(value: AnswerValue) -> str:
    """An answer as it is written in a file of answers."""
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return json.dumps(value) if isinstance(value, (bool, int, float)) or value is None else value


def answers_file(report: ScanReport, given: Collection[str] = ()) -> str:
    """The proposals as a file of answers, without the questions `given`: each with a comment that says where it stands.
    What is only possible is commented out."""
    fresh = [proposal for proposal in report.proposals if proposal.question not in given]
    sure = [proposal for proposal in fresh if proposal.sure != "possible"]
    hints = [proposal for proposal in fresh if proposal.sure == "possible"]
    lines = [
        f"# Proposed by `advisor scan` from the files in {report.folder}.",
        "# Read each line; change or delete what is wrong.",
        *_entries(sure, ""),
    ]
    if hints:
        lines += ["", "# Only hinted at: remove the `#` before an answer that is right."]
        lines += _entries(hints, "#")
    if report.unsettled:
        lines += ["", "# The files speak with more than one voice on these:"]
        for entry in report.unsettled:
            voices = "; ".join(
                f"{'none of the answers' if support.value is None else written(support.value)} "
                f"({place(support.sightings[0])})"
                for support in entry.support
            )
            lines.append(f"#   {entry.question}: {voices}")
    return "\n".join(lines) + "\n"


def _entries(proposals: Iterable[Proposal], mark: str) -> list[str]:
    lines = []
    for proposal in proposals:
        lines += ["", f"# {proposal.text} ({proposal.sure})"]
        for support in proposal.support:
            places = ", ".join(place(sighting) for sighting in support.sightings[:_PLACES])
            lines.append(f"#   {' '.join(support.because)} {places}")
        for support in proposal.against:
            lines.append(f"#   Against it, {written(support.value)}: {place(support.sightings[0])}")
        lines.append(f"{mark}{proposal.question}: {written(proposal.value)}")
    return lines
