"""Measurements as tables."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from advisor.model.figures import interval, percent, significant
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Comparison, Measurement, Measurements, Outcome
from advisor.model.probe import Metric, Probe
from advisor.report.compiling import compiling_sentences
from advisor.report.page import Page
from advisor.report.words import gpu_words, status_words


def render(found: Measurements, knowledge: Knowledge, width: int | None = None, colour: bool | None = False) -> str:
    """A row a metric, a column a candidate; then how they compare, and what failed. `colour` as for the text report."""
    page = Page(width, colour)
    console = page.console
    host = found.host
    console.print(
        f"{host.cpu}, {host.cores_usable} of {host.cores} cores usable, "
        f"{host.memory_usable_bytes / 2**30:.0f} GiB; {gpu_words(host)}; {host.os} {host.release}"
    )
    for subject in dict.fromkeys(outcome.interpreter for outcome in found.outcomes):
        outcomes = [outcome for outcome in found.outcomes if outcome.interpreter == subject]
        page.heading(subject or "(no interpreter)")
        console.print(_table(outcomes, found, knowledge))
        for outcome in outcomes:
            if outcome.detail and outcome.status != "works":
                console.print(Text(f"{outcome.candidate}, {outcome.probe}: {outcome.detail}"))
    if found.comparisons:
        page.heading("Compared with the best")
        console.print(_compared(found, knowledge))
    for sentence in compiling_sentences(found, knowledge):
        console.print(Text(sentence))
    for reason in _reservations(found):
        console.print(Text(reason))
    console.print()
    console.print(
        Text(
            "Medians with 95% intervals that take launches as the unit; comparisons hold together at 95%. "
            f"Protocol {found.protocol}, level {found.level}.",
            style="dim",
        )
    )
    return page.text()


def compared_with_best(found: Measurements, metric: Metric) -> tuple[str, list[Comparison]]:
    """The candidate with the best median of a metric, and the others compared with it; none where nothing was
    compared."""
    names = dict.fromkeys(outcome.candidate for outcome in found.outcomes)
    numbers = {
        name: number.median
        for name in names
        if (number := found.number(metric.id, name)) and any(found.compared(metric.id, name))
    }
    if not numbers:
        return "", []
    best = (min if metric.better == "lower" else max)(numbers, key=lambda name: numbers[name])
    others = (comparison.turned() for comparison in found.compared(metric.id, best))
    return best, sorted(others, key=lambda comparison: abs(1 - comparison.ratio))


def _reservations(found: Measurements) -> Iterator[str]:
    """Why numbers can be trusted less, a sentence a reason."""
    doubted: dict[tuple[str, str], dict[str, None]] = {}
    for outcome in found.outcomes:
        for number in outcome.measurements:
            if number.quality != "good":
                doubted.setdefault((number.quality, number.quality_reason), {})[number.metric] = None
    for (quality, reason), metrics in doubted.items():
        yield f"{', '.join(metrics)} {'is' if len(metrics) == 1 else 'are'} {quality}: {reason}."


def _table(outcomes: list[Outcome], found: Measurements, knowledge: Knowledge) -> Table:
    candidates = list(dict.fromkeys(outcome.candidate for outcome in outcomes))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("metric", no_wrap=True)
    for candidate in candidates:
        # A long name is broken where it has a hyphen, so that four candidates fit into 80 columns.
        table.add_column(candidate.replace("-", "-\n", 1), justify="right", no_wrap=True)
    by_probe = {(outcome.probe, outcome.candidate): outcome for outcome in outcomes}
    ceilings = {m.metric: m.median for outcome in found.machine for m in outcome.measurements}
    for probe in knowledge.probes:
        mine = [by_probe.get((probe.id, candidate)) for candidate in candidates]
        if any(outcome and outcome.measurements for outcome in mine):
            for metric in probe.metrics:
                numbers = [_measurement(metric, outcome) for outcome in mine]
                if any(numbers):
                    cells = [_number(metric, *both) for both in zip(numbers, mine, strict=True)]
                    table.add_row(f"{metric.id}\n({metric.unit})", *cells)
                if ceiling := ceilings.get(metric.ceiling or ""):
                    shares = [_share(*both, ceiling) for both in zip(numbers, mine, strict=True)]
                    if any(shares):
                        table.add_row("  share of numpy's", *shares)
        elif any(mine):
            table.add_row(probe.id, *(_status(probe, outcome) for outcome in mine))
    return table


def _status(probe: Probe, outcome: Outcome | None) -> str:
    # A column has room for a word or two.
    return status_words(outcome).replace("with ", "with\n").replace(", ", "\n") if outcome else ""


def _measurement(metric: Metric, outcome: Outcome | None) -> Measurement | None:
    found = outcome.measurements if outcome else ()
    return next((measurement for measurement in found if measurement.metric == metric.id), None)


def _number(metric: Metric, found: Measurement | None, outcome: Outcome | None) -> str:
    if found is None:
        if outcome is None:
            return ""
        return outcome.cause or ("–" if outcome.status.startswith("works") else outcome.status.replace("-", " "))
    ends = "" if metric.exact else f"\n{interval(found.low, found.high)}"
    return significant(found.median) + ends


def _share(found: Measurement | None, outcome: Outcome | None, ceiling: float) -> str:
    """Numpy computes on the CPU, which is no ceiling for an accelerator."""
    if found is None or (outcome and outcome.findings.get("device", "cpu") != "cpu"):
        return ""
    return percent(found.median / ceiling)


def _compared(found: Measurements, knowledge: Knowledge) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("metric", "best", "others: times the best's number (interval), verdict"):
        table.add_column(name, no_wrap=not name.startswith("others"))
    for probe in knowledge.probes:
        for metric in probe.metrics:
            best, others = compared_with_best(found, metric)
            if best:
                words = [f"{c.candidate} {c.ratio:.2f} ({c.low:.2f}–{c.high:.2f}) {c.word}" for c in others]
                table.add_row(metric.id, best, "\n".join(words))
    return table
