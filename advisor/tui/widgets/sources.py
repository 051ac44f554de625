"""Every source cited."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from advisor.model.recommendation import Recommendation
from advisor.report.words import PAST_REVIEW
from advisor.tui.grounds import Grounds


class Sources(VerticalScroll):
    """Each with its address, its date, and when it was last checked."""

    def __init__(self, result: Recommendation, grounds: Grounds) -> None:
        super().__init__(classes="section")
        self._result = result
        self._grounds = grounds

    def compose(self) -> ComposeResult:
        """One block a source."""
        result = self._result
        stale = result.knowledge.stale_sources
        past = f"; {stale} of all sources {PAST_REVIEW}" if stale else ""
        if result.as_of < result.knowledge.date:
            past += "; what has been read since counts as it stands now"
        yield Static(
            f"{len(result.sources)} sources cited. Knowledge base {result.knowledge.version} of "
            f"{result.knowledge.date}, {result.knowledge.rules} rules; aged as of {result.as_of}{past}.",
            classes="muted after",
            markup=False,
        )
        for source in result.sources:
            yield Static(self._grounds.source(source), classes="text after", markup=False)
