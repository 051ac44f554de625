"""A verified record as text."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from advisor.model.drift import Changed, Drift, MeasurementDrift, ReasonDrift, SourceDrift, Stance
from advisor.model.figures import percent
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurement
from advisor.report.page import Page
from advisor.report.words import KINDS, NOTHING_MEASURED, Words, number_words

SHOWN = 6
"""How many entries of a kind are shown, unless all are wanted."""
TAKEN = {
    "knowledge": "with today's knowledge",
    "date": "and as of {as_of}",
    "measurements": "and this machine's measurements",
}
MEASURED = {
    "not-measured": f"{NOTHING_MEASURED}, then or today.",
    "as-recorded": "With the measurements of the record; --probe quick takes new ones.",
    "here": "With measurements of this machine.",
}


def render(
    drift: Drift, knowledge: Knowledge, width: int | None = None, colour: bool | None = False, full: bool = False
) -> str:
    """Whether the verdict stands, how it moved, and what has changed under it."""
    page = _Sections(knowledge, width, colour, full)
    page.verdict(drift)
    page.listing("Answers that today's questions don't take", (f"{a.question}: {a.text}" for a in drift.answers))
    page.listing("Reasons", map(page.reason, drift.reasons))
    vetoes = (
        f"{page.words.candidate(v.candidate)}: {'ruled out' if v.what == 'came' else 'no longer ruled out'}: {v.text}"
        for v in drift.vetoes
    )
    page.listing("Ruled out", vetoes)
    page.listing("Sources that the record cites", map(_source, drift.sources))
    page.listing("Knowledge", map(_change, drift.knowledge))
    page.listing("Machine", map(_change, drift.machine))
    page.listing("Measurements that the record rests on", (_number(m) for m in drift.measurements if m.what != "same"))
    if not drift.drifted:
        page.say("Nothing has drifted.")
    return page.text()


class _Sections(Page):
    def __init__(self, knowledge: Knowledge, width: int | None, colour: bool | None, full: bool) -> None:
        super().__init__(width, colour)
        self.words = Words(knowledge)
        self._full = full

    def verdict(self, drift: Drift) -> None:
        stands = "The verdict stands" if drift.stands else "The verdict has drifted"
        mark = "✓" if drift.stands else "✗"
        choice = f"The record chooses {drift.chosen}; its result recommended {self._stance(drift.before)}"
        if drift.departs:
            self.console.print(Text(f"✗ {choice}", style="bold"))
        self.console.print(Text(f"{mark} {stands}: {self._stance(drift.after)}", style="bold"))
        if drift.closed:
            self.say(f"The record is {drift.status}: it claims nothing any more.")
        self.say(f"Recorded: {self._stance(drift.before)}")
        if drift.chosen not in (None, "none") and not drift.before.candidate:
            self.say(f"The record chooses {drift.chosen}, which its result left open.")
        for step in drift.steps:
            self.say(f"{TAKEN[step.taken].format(as_of=drift.as_of)}: {self._stance(step.verdict)}")
        if not drift.stands:
            self.say(f"As of {drift.as_of}: {drift.summary}")
        self.say(MEASURED[drift.measured])

    def listing(self, title: str, entries: Iterator[str]) -> None:
        """A heading with a list below it, or nothing where the list is empty."""
        found = list(entries)
        if found:
            self.heading(title)
        shown = found if self._full else found[:SHOWN]
        for entry in shown:
            self.say(entry)
        if len(shown) < len(found):
            self.say(f"and {len(found) - len(shown)} more (--full shows them)")

    def reason(self, drift: ReasonDrift) -> str:
        """A reason with its points, then and today."""
        points = {
            "came": f"came ({drift.after or 0:+.1f})",
            "went": f"went ({drift.before or 0:+.1f})",
            "counts-differently": f"{drift.before or 0:+.1f} became {drift.after or 0:+.1f}",
        }[drift.what]
        where = f"{self.words.candidate(drift.candidate)}, {self.words.criterion(drift.criterion)}"
        return f"{points}: {where}: {drift.text} [{', '.join((*drift.rules[:1], *drift.sources[:2]))}]"

    def _stance(self, stance: Stance) -> str:
        share = percent(stance.confidence)
        if stance.candidate:
            return f"{self.words.candidate(stance.candidate)} ({share})"
        if stance.leader is None:
            return KINDS[stance.kind]
        return f"{KINDS[stance.kind]}, {self.words.candidate(stance.leader)} first in {share}"


def _source(drift: SourceDrift) -> str:
    what = {
        "past-review": f"is past its review date, {drift.review_by}",
        "read-again": "was read again",
        "gone": "is gone from the knowledge",
    }[drift.what]
    return f"{drift.source} {what}: {drift.address}"


def _change(change: Changed) -> str:
    return f"{change.what}: {change.before or 'none'} → {change.after or 'none'}"


def _number(drift: MeasurementDrift) -> str:
    return f"{drift.metric}, {drift.candidate}: {_figure(drift.before)} → {_figure(drift.after)}"


def _figure(found: Measurement | None) -> str:
    return number_words(found) if found else "not measured"
