"""Measurements as a table."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements, Outcome
from advisor.report.page import Page
from advisor.report.words import significant


def render(found: Measurements, knowledge: Knowledge, width: int | None = None, colour: bool | None = False) -> str:
    """A row a metric, a column a candidate; what failed is explained below. `colour` as for the text report."""
    page = Page(width, colour)
    console = page.console
    host = found.host
    console.print(
        f"{host.cpu}, {host.cores_usable} of {host.cores} cores usable, "
        f"{host.memory_usable_bytes / 2**30:.0f} GiB; {_gpus(found)}; {host.os} {host.release}"
    )
    for subject in dict.fromkeys(outcome.interpreter for outcome in found.outcomes):
        outcomes = [outcome for outcome in found.outcomes if outcome.interpreter == subject]
        page.heading(subject or "(no interpreter)")
        console.print(_table(outcomes, knowledge))
        for outcome in outcomes:
            if outcome.detail and outcome.status != "works":
                console.print(Text(f"{outcome.candidate}, {outcome.probe}: {outcome.detail}"))
    console.print()
    console.print(Text("Medians with 95% intervals that take launches as the unit.", style="dim"))
    return page.text()


def _gpus(found: Measurements) -> str:
    return ", ".join(gpu.name for gpu in found.host.gpus) or "no GPU"


def _table(outcomes: list[Outcome], knowledge: Knowledge) -> Table:
    candidates = list(dict.fromkeys(outcome.candidate for outcome in outcomes))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("metric", no_wrap=True)
    for candidate in candidates:
        # A long name is broken where it has a hyphen, so that four candidates fit into 80 columns.
        table.add_column(candidate.replace("-", "-\n", 1), justify="right", no_wrap=True)
    by_probe = {(outcome.probe, outcome.candidate): outcome for outcome in outcomes}
    for metric in knowledge.metrics:
        cells = [_cell(metric.id, metric.kind, by_probe.get((metric.probe, c))) for c in candidates]
        if any(cells):
            unit = f"\n({metric.unit})" if metric.unit else ""
            table.add_row(metric.id + unit, *cells)
    return table


def _cell(metric: str, kind: str, outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    if kind == "capability":
        if outcome.extras:
            return "works with\n" + "\n".join(outcome.extras)
        return outcome.status.replace("-", " ")
    found = next((m for m in outcome.measurements if m.metric == metric), None)
    if found is None:
        return outcome.cause or "–"
    return f"{significant(found.median)}\n{significant(found.low, 2)}–{significant(found.high, 2)}"
