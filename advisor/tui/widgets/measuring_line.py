"""How far the probes are, in one line below the question that is being answered meanwhile."""

from __future__ import annotations

from textual.widgets import Static

from advisor.report.words import unusable_words
from advisor.tui.measuring import Measuring
from advisor.tui.sitting import Sitting
from advisor.tui.wording import progress_words


class MeasuringLine(Static):
    """One line; none where nothing was begun."""

    DEFAULT_CSS = """
    MeasuringLine {
        height: 1;
        padding: 0 1;
        color: $text-muted;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        display: none;
    }
    MeasuringLine.shown { display: block; }
    """

    def __init__(self, sitting: Sitting, measuring: Measuring) -> None:
        super().__init__(markup=False)
        self._sitting = sitting
        self._measuring = measuring

    def show(self) -> None:
        """Show how things are."""
        words = self._words()
        self.update(words)
        self.set_class(bool(words), "shown")

    def _words(self) -> str:
        measuring = self._measuring
        if measuring.running:
            events = measuring.events
            far = progress_words(events[-1]) if events else "looking at the machine and its Pythons …"
            return f"Measuring meanwhile: {far} (m shows it)"
        if measuring.problem is not None:
            return "! Nothing could be measured: m says why."
        if self._sitting.note:
            return self._sitting.note
        if not measuring.begun:
            return ""
        found = self._sitting.measurements
        unusable = unusable_words(found.outcomes) if found else ""
        return f"! Measured. {unusable}" if unusable else "Measured: the ranking takes it into account."
