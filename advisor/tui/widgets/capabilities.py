"""The capability matrix: what works here with which candidate."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual.content import Content

from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements, Outcome
from advisor.model.probe import Probe
from advisor.model.rule import Compare, Rule
from advisor.report.words import probe_words
from advisor.tui.drawing import MUTED, narrowest
from advisor.tui.grounds import Grounds
from advisor.tui.widgets.ledger import Ledger

NARROWEST = 9
"""Cells of a candidate's column, which is as wide as the longest word of the title."""


class Capabilities(Ledger):
    """Probes by candidates; the row highlighted says what became of each, why, and how to repeat it."""

    ROWS = "list wrapped"

    def __init__(self, knowledge: Knowledge, measurements: Measurements | None, grounds: Grounds) -> None:
        super().__init__()
        self._knowledge = knowledge
        self._measurements = measurements
        self._grounds = grounds

    def on_mount(self) -> None:
        """Fill the matrix."""
        head = _grid(self._knowledge)
        head.add_row("", *(Text(candidate.title, style="bold") for candidate in self._knowledge.candidates))
        told = "✓ works   + works with the extra package named   ✗ fails"
        if self._measurements is None:
            told = "Nothing was tried on this machine. Press m to measure."
        self.fill(told, [self._row(probe) for probe in self._knowledge.probes], head=head)

    def _outcome(self, probe: Probe, candidate: str) -> Outcome | None:
        return self._measurements.outcome(probe.id, candidate) if self._measurements else None

    def _row(self, probe: Probe) -> Table:
        grid = _grid(self._knowledge)
        cells = (cell(self._outcome(probe, candidate.id)) for candidate in self._knowledge.candidates)
        grid.add_row(Text(probe.title), *map(Text, cells))
        return grid

    def detail(self, index: int) -> Content:
        """What is done, what became of it with each candidate, and what rests on it."""
        probe = self._knowledge.probes[index]
        parts = [Content.styled(probe.title, "bold"), Content.styled(probe.text, MUTED)]
        for candidate in self._knowledge.candidates:
            outcome = self._outcome(probe, candidate.id)
            became = probe_words(self._measurements, probe, candidate.id)
            parts.append(Content.assemble((f"{candidate.title}: ", "bold"), became))
            for measurement in outcome.measurements if outcome else ():
                name = f"{measurement.metric}.{candidate.id}"
                parts.append(Content(f"  {self._grounds.measured(name)}"))
            for name, value in (outcome.findings if outcome else {}).items():
                parts.append(Content.styled(f"  {name}: {value}", MUTED))
            if outcome and outcome.command:
                parts.append(Content(f"  {outcome.command}"))
        if probe.claim:
            parts.append(Content.assemble(("Tests: ", MUTED), probe.claim))
        rules = [rule for rule in self._knowledge.rules if _reads(rule, probe)]
        parts.append(Content.assemble(("Rules: ", MUTED), ", ".join(rule.id for rule in rules) or "none reads it"))
        sources = dict.fromkeys(name for rule in rules for name in rule.sources)
        parts += [self._grounds.source(self._knowledge.source[name], label="Source") for name in sources]
        return Content("\n").join(parts)


def cell(outcome: Outcome | None) -> str:
    """What became of a probe, in a mark and a word."""
    match outcome.status if outcome else "not-tried":
        case "works":
            return "✓ works"
        case "works-with-extra":
            assert outcome
            return f"+ {', '.join(outcome.extras) or 'extra'}"
        case "fails":
            return "✗ fails"
    return "not tried"


def _reads(rule: Rule, probe: Probe) -> bool:
    """Whether a rule fires on what a probe finds out."""
    metrics = {metric.id for metric in probe.metrics}
    facts = {f"measured.{metric}" for metric in metrics}
    tested = any(leaf.fact in facts or leaf.fact.rpartition(".")[0] == probe.id for leaf in rule.leaves())
    return tested or any(isinstance(then, Compare) and then.compare in metrics for then in rule.then)


def _grid(knowledge: Knowledge) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(ratio=1)
    for candidate in knowledge.candidates:
        grid.add_column(width=narrowest(candidate.title, NARROWEST), overflow="fold")
    return grid
