"""What the probes found: every number with its interval, every capability, and the machine."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from advisor.model.figures import interval, quantity
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.probe import Metric, Probe
from advisor.report.words import NOTHING_MEASURED, probe_words, unusable_words
from advisor.tui.details import Details
from advisor.tui.drawing import MUTED
from advisor.tui.widgets.bars import Bar, Bars
from advisor.tui.widgets.paragraphs import Paragraphs
from advisor.tui.widgets.sheet import Part, Sheet
from advisor.tui.wording import host_words, interpreter_words

TOLD = (
    "Medians over launches, with 95% intervals. Two candidates differ only where their intervals say so. Enter shows "
    "what a line rests on."
)


class Measured(Sheet):
    """One block a metric, with a row for each candidate; then the machine, and how to repeat a probe."""

    def __init__(
        self, knowledge: Knowledge, measurements: Measurements | None, running: bool, details: Details
    ) -> None:
        """`running` says whether the probes are at work."""
        self._knowledge = knowledge
        self._details = details
        if measurements is None:
            super().__init__("", [_nothing(running)])
            return
        self._measurements = measurements
        told = " ! ".join(filter(None, (TOLD, unusable_words(measurements.outcomes))))
        super().__init__(told, [*self._blocks(), self._machine(), self._commands()])

    def _blocks(self) -> Iterator[Part]:
        for probe in self._knowledge.probes:
            if any(self._measurements.outcome(probe.id, candidate.id) for candidate in self._knowledge.candidates):
                yield from self._blocks_of(probe)

    def _blocks_of(self, probe: Probe) -> Iterator[Part]:
        candidates = [candidate.id for candidate in self._knowledge.candidates]
        outcomes = [self._measurements.outcome(probe.id, name) for name in candidates]
        taken = {number.metric for outcome in outcomes if outcome for number in outcome.measurements}
        measured = [metric for metric in probe.metrics if metric.id in taken]
        for metric in measured:
            title = Content.assemble(metric.title, (f"  ({metric.better} is better)", f"not bold {MUTED}"))
            rows = Bars(self._numbers(probe, metric))
            yield Part(title, "", rows, lambda row, m=metric: self._details.measured(probe, m, candidates[row]))
        if not measured:
            rows = Bars(self._words(probe))
            yield Part(probe.title, "", rows, lambda row: self._details.tried(probe, candidates[row]))

    def _numbers(self, probe: Probe, metric: Metric) -> list[Bar]:
        numbers = {c.id: self._measurements.number(metric.id, c.id) for c in self._knowledge.candidates}
        most = max((number.median for number in numbers.values() if number), default=0) or 1
        rows = []
        for candidate in self._knowledge.candidates:
            number = numbers[candidate.id]
            if number is None:
                words = self._without_number(probe, metric, candidate.id)
                rows.append(Bar((candidate.title, "–", ""), None, words))
            else:
                noisy = "" if number.quality == "good" else f" {number.quality}"
                ends = interval(number.low, number.high, number.unit)
                cells = (candidate.title, quantity(number.median, number.unit), ends)
                rows.append(Bar(cells, max(0.0, number.median) / most, f"×{number.launches}{noisy}"))
        return rows

    def _words(self, probe: Probe) -> list[Bar]:
        return [
            Bar((candidate.title,), None, probe_words(self._measurements, probe, candidate.id))
            for candidate in self._knowledge.candidates
        ]

    def _without_number(self, probe: Probe, metric: Metric, candidate: str) -> str:
        """Why there is no number to show."""
        outcome = self._measurements.outcome(probe.id, candidate)
        if outcome and any(number.metric == metric.id for number in outcome.measurements):
            return "unusable"
        words = probe_words(self._measurements, probe, candidate)
        return "too few launches" if words == "works" else words

    def _machine(self) -> Part:
        measurements = self._measurements
        machine = f"{host_words(measurements.host)}; {measurements.level} run, protocol {measurements.protocol}"
        rows = [("", text) for text in (machine, *map(interpreter_words, measurements.interpreters))]
        return Part("Machine", "", Paragraphs(rows), lambda row: self._details.machine())

    def _commands(self) -> Part:
        repeated = [outcome for outcome in self._measurements.outcomes if outcome.command]
        rows = [("", f"{outcome.candidate}, {outcome.probe}: {outcome.command}") for outcome in repeated]
        return Part("To repeat a probe", "", Paragraphs(rows), lambda row: self._details.outcome(repeated[row]))


def _nothing(running: bool) -> Part:
    cited = "Speed and start-up rest on cited figures."
    if running:
        then = "What is found comes here when it has ended; m shows how far it is."
        return Part("Measuring goes on.", f"{cited} {then}")
    return Part(f"{NOTHING_MEASURED}: m measures.", cited)
