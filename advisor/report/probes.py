"""The probes that there are, and what became of measuring a candidate against itself."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from advisor.model.figures import percent
from advisor.model.probe import Probe
from advisor.model.selfcheck import SelfCheck, Trial
from advisor.report.page import Page


def render_probes(probes: Iterable[Probe], colour: bool | None = False) -> str:
    """Each probe with what it does, the claim that it tests, its metrics and how often each level runs it."""
    page = Page(None, colour)
    for probe in probes:
        page.heading(f"{probe.id}: {probe.title}")
        lines = [probe.text]
        if probe.claim:
            lines.append(f"Tests the claim: {probe.claim}")
        lines += [f"{metric.id}: {metric.title} ({metric.unit}, {metric.better} is better)" for metric in probe.metrics]
        lines.append(f"Launches: quick {probe.quick}, full {probe.full}")
        for line in lines:
            page.say(line)
    return page.text()


def render_self_check(found: SelfCheck, width: int | None = None, colour: bool | None = False) -> str:
    """The rate of false differences, the intervals' coverage, and which planted slowdowns were found."""
    page = Page(width, colour)
    console = page.console
    false = sum(trial.different for trial in found.alike)
    trials = (*found.alike, *found.slowed)
    page.heading(f"{found.candidate} against itself, {found.level}")
    console.print(
        Text(
            f"False differences: {false} of {len(found.alike)} comparisons ({percent(found.false_differences, 1)}).\n"
            f"Intervals that hold the true ratio: {sum(t.covered for t in trials)} of {len(trials)} "
            f"({percent(found.coverage, 1)})."
        )
    )
    if found.found is not None:
        hits = sum(trial.different for trial in found.slowed)
        console.print(
            Text(
                f"Planted slowdowns found: {hits} of {len(found.slowed)} ({percent(found.found)}), each as large as "
                "the smallest difference that the first run said it could find "
                f"(median {found.smallest_difference:.2f} times)."
            )
        )
    console.print()
    console.print(_table(found))
    return page.text()


def _table(found: SelfCheck) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("metric", "false", "covered", "smallest", "planted", "found"):
        table.add_column(name, justify="left" if name == "metric" else "right", no_wrap=True)
    for metric in dict.fromkeys(trial.metric for trial in found.alike):
        alike = [trial for trial in found.alike if trial.metric == metric]
        slowed = [trial for trial in found.slowed if trial.metric == metric]
        both = [*alike, *slowed]
        table.add_row(
            metric,
            _of([trial.different for trial in alike]),
            _of([trial.covered for trial in both]),
            f"{alike[0].smallest_difference:.2f}",
            f"{_factor(slowed[0]):.2f}" if slowed else "–",
            _of([trial.different for trial in slowed]),
        )
    return table


def _factor(trial: Trial) -> float:
    return max(trial.true_ratio, 1 / trial.true_ratio)


def _of(answers: list[bool]) -> str:
    return f"{sum(answers)} of {len(answers)}" if answers else "–"
