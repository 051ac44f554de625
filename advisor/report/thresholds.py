"""Thresholds as text: who would lead, and who be recommended, with other weights and better numbers."""

from __future__ import annotations

from collections.abc import Iterator

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from advisor.model.explanation import (
    WEIGHT_BOUND,
    CandidateThreshold,
    Figure,
    MeasuredThreshold,
    Thresholds,
    WeightChange,
    WeightThreshold,
)
from advisor.model.figures import percent, significant
from advisor.model.knowledge import Knowledge
from advisor.report.page import Page
from advisor.report.words import NOTHING_MEASURED, Words

NOBODY = "–"
NOT_MEASURED = f"{NOTHING_MEASURED}, so there is nothing to be faster at: `advisor probe` measures."
_WEIGHTS = (
    "×: times its weight now, and the first level of importance that is enough, where one is. "
    f"{NOBODY}: as now, with up to {WEIGHT_BOUND} times the weight or none at all."
)
_NUMBERS = (
    f"×: times better, every number of the row. {NOBODY}: not at any factor; beyond some, being better counts no more."
)


def render_thresholds(found: Thresholds | None, knowledge: Knowledge, width: int, *, measured: bool) -> str:
    """The text of thresholds alone, in so many columns; `measured` is whether they are of a case with measurements."""
    page = Page(width, colour=False)
    print_thresholds(page, found, knowledge, measured=measured)
    return page.text()


def print_thresholds(page: Page, found: Thresholds | None, knowledge: Knowledge, *, measured: bool) -> None:
    """Print thresholds, if there are any, as two sections of a page; `measured` is whether they are of a case
    with measurements."""
    if found is None:
        page.heading("There are no thresholds: every candidate is ruled out")
        return
    words = Words(knowledge)
    page.heading(f"What another weight would do ({words.candidate(found.leader)} leads)")
    _print_weights(page, found, words)
    page.heading("How much better candidates would have to be here")
    if measured:
        _print_numbers(page, found, words, knowledge)
    else:
        page.say(NOT_MEASURED)


# --- weights ------------------------------------------------------------------------------------------------------


def _print_weights(page: Page, found: Thresholds, words: Words) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_row("", Text("would lead", "bold"), Text("would be recommended", "bold"))
    for entry in found.weights:
        named = f"{words.criterion(entry.criterion)}\n({entry.level or 'not settled'})"
        more = (entry.more, entry.more_lost, entry.more_recommended)
        less = (entry.less, entry.less_lost, entry.less_recommended)
        for lead, lost, recommended in filter(any, (more, less)):
            leads = f"{words.candidate(lead.lead.candidate)} ({percent(lead.lead.share)})" if lead else NOBODY
            table.add_row(named, f"{leads}\n{_factor(lead)}", _recommended(lost, recommended, words))
    if table.row_count > 1:
        page.console.print(Padding(table, (0, 0, 0, 2)))
        page.say(_WEIGHTS, style="dim")
    idle = [words.criterion(entry.criterion).lower() for entry in found.weights if not any(_changes(entry))]
    if idle:
        none = f"No weight, up to {WEIGHT_BOUND} times as much or none at all, changes who leads or is recommended"
        page.say(f"{none} for: {', '.join(idle)}.")


def _recommended(lost: WeightChange | None, other: WeightChange | None, words: Words) -> str:
    """From where on nobody is recommended, and from where on another."""
    nobody = [f"nobody\n{_factor(lost)}"] if lost and lost.lead.kind != "recommended" else []
    another = [f"{words.candidate(other.lead.candidate)}\n{_factor(other)}"] if other else []
    return "\n".join((*nobody, *another)) or NOBODY


def _changes(entry: WeightThreshold) -> tuple[WeightChange | None, ...]:
    more = (entry.more, entry.more_recommended, entry.more_lost)
    return *more, entry.less, entry.less_recommended, entry.less_lost


def _factor(change: WeightChange | None) -> str:
    if change is None:
        return ""
    if change.factor is None:
        return f"if {change.level}"
    if change.factor == 0:
        return "if left out"
    return f"at {significant(change.factor)}×" + (f" ({change.level})" if change.level else "")


# --- measured numbers ---------------------------------------------------------------------------------------------


def _print_numbers(page: Page, found: Thresholds, words: Words, knowledge: Knowledge) -> None:
    if not found.measurements:
        page.say("Nothing measured counts for a candidate that isn't recommended.")
        return
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(ratio=1)
    for _ in range(3):
        table.add_column(justify="right")
    table.add_row("", *(Text(title, "bold") for title in ("now", "to lead", "to be\nrecommended")))
    for together in found.together:
        table.add_row(words.candidate(together.candidate))
        under = [entry for entry in found.measurements if entry.candidate == together.candidate]
        for entry in under:
            _add(table, words.criterion(entry.criterion), entry)
            for row in _figures(entry, knowledge):
                table.add_row(*row, style="dim")
        if len(under) > 1:
            _add(table, "Everything measured of it that counts", together)
    page.console.print(Padding(table, (0, 0, 0, 2)))
    page.say(_NUMBERS, style="dim")


def _add(table: Table, title: str, entry: CandidateThreshold) -> None:
    """A row that says at which factors."""
    lead = NOBODY if entry.factor is None else f"{significant(entry.factor)}× ({percent(entry.lead.share)})"
    leads = f"leads ({percent(entry.lead.share)})" if entry.holds_at is None else lead
    recommended = f"{significant(entry.recommended.factor)}×" if entry.recommended else NOBODY
    table.add_row(Padding(title, (0, 0, 0, 2)), "", leads, recommended)


def _figures(entry: MeasuredThreshold, knowledge: Knowledge) -> Iterator[tuple[Padding, str, str, str]]:
    """A row for each number: as it is, and as it would have to be."""
    needed: dict[str, Figure] = (
        {figure.metric: figure for figure in entry.recommended.figures} if entry.recommended else {}
    )
    for figure in entry.figures:
        metric = knowledge.metric.get(figure.metric)
        title = f"{metric.title if metric else figure.metric} ({figure.unit})"
        lead = "" if entry.factor is None or entry.holds_at is None else significant(figure.needed)
        recommended = significant(needed[figure.metric].needed) if needed else ""
        yield Padding(title, (0, 0, 0, 4)), significant(figure.measured), lead, recommended
