"""Measurements as a table in Markdown, for a project's own pages."""

from __future__ import annotations

from advisor.model.figures import interval, significant
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import IMPORTING, Measurements
from advisor.model.probe import Metric
from advisor.report.measurements import compared_with_best
from advisor.report.plain import plain
from advisor.report.words import gpu_words, package_words, status_words


def render(found: Measurements, knowledge: Knowledge) -> str:
    """The machine in a sentence, a table of numbers with 95 % intervals, and one of what works. A candidate that wasn't
    there has no column."""
    host = found.host
    probed = [candidate for candidate in knowledge.candidates if _was_probed(found, candidate.id)]
    absent = [candidate.title for candidate in knowledge.candidates if candidate not in probed]
    names, titles = [candidate.id for candidate in probed], [candidate.title for candidate in probed]
    machine = f"{host.cpu}, {host.cores_usable} cores, {gpu_words(host)}, {host.os}"
    made = "; ".join(filter(None, (machine, package_words(found, knowledge), f"level {found.level}")))
    lines = [
        f"{made}, protocol {found.protocol}." + (f" Not measured: {', '.join(absent)}." if absent else ""),
        "",
        _row(["", *titles]),
        _row(["---", *("---:" for _ in names)]),
    ]
    numbers = [metric for probe in knowledge.probes for metric in probe.metrics]
    lines += [
        _row(_numbers(metric, found, names)) for metric in numbers if any(found.number(metric.id, n) for n in names)
    ]
    lines += [
        "",
        _row(["", *titles]),
        _row(["---"] * (len(names) + 1)),
    ]
    for probe in knowledge.probes:
        outcomes = [found.outcome(probe.id, name) for name in names]
        if not probe.metrics and any(outcomes):
            lines.append(_row([probe.title, *(status_words(outcome) for outcome in outcomes)]))
    return plain("\n".join(lines) + "\n")


def _was_probed(found: Measurements, candidate: str) -> bool:
    """Whether it was there to be tried, beyond its import."""
    return any(outcome.probe != IMPORTING for outcome in found.of(candidate))


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _numbers(metric: Metric, found: Measurements, names: list[str]) -> list[str]:
    best, others = compared_with_best(found, metric)
    words = {comparison.candidate: comparison.word for comparison in others}
    cells = [f"{metric.title} ({metric.unit})"]
    for name in names:
        number = found.number(metric.id, name)
        if number is None:
            cells.append("–")
            continue
        figure = f"{number.median:g}" if metric.exact else significant(number.median)
        ends = "" if metric.exact else f" ({interval(number.low, number.high)})"
        shown = f"**{figure}**" if name == best else figure
        said = [f"{shown}{ends}", words.get(name, ""), "" if number.quality == "good" else number.quality]
        cells.append(", ".join(filter(None, said)))
    return cells
