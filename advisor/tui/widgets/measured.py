"""What the probes found: every number with its interval, every capability, and the machine."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.probe import Metric, Probe
from advisor.tui.drawing import MUTED
from advisor.tui.widgets.bars import Bar, Bars
from advisor.tui.wording import interval_words, outcome_words, quantity


class Measured(VerticalScroll):
    """One block a metric, with a row for each candidate."""

    def __init__(self, knowledge: Knowledge, measurements: Measurements | None, running: bool) -> None:
        """`running` says whether the probes are at work."""
        super().__init__(classes="section")
        self._running = running
        self._knowledge = knowledge
        self._measurements = measurements
        self._blocks: list[tuple[Bars, list[Bar]]] = []

    def compose(self) -> ComposeResult:
        """The numbers, the capabilities, the machine, and how to repeat a probe."""
        measurements = self._measurements
        if measurements is None:
            then = "What is found comes here when it has ended; m shows how far it is."
            yield Static("Measuring goes on." if self._running else "Nothing was measured here.", classes="heading")
            yield Static(
                f"Speed and start-up rest on cited figures. {then if self._running else 'Press m to measure.'}",
                classes="muted",
            )
            return
        yield Static(
            "Medians over launches, with 95% intervals. Two candidates differ only where their intervals say so.",
            classes="muted",
        )
        for probe in self._knowledge.probes:
            if any(measurements.outcome(probe.id, candidate.id) for candidate in self._knowledge.candidates):
                yield from self._blocks_of(probe, measurements)
        yield from self._machine(measurements)
        yield Static("To repeat a probe", classes="heading")
        for outcome in measurements.outcomes:
            if outcome.command:
                yield Static(f"{outcome.candidate}, {outcome.probe}", classes="muted", markup=False)
                yield Static(f"  {outcome.command}", classes="text", markup=False)

    def on_mount(self) -> None:
        """Fill the blocks."""
        for block, rows in self._blocks:
            block.show(rows)

    def _blocks_of(self, probe: Probe, measurements: Measurements) -> ComposeResult:
        measured = [
            m for m in probe.metrics if any(measurements.number(m.id, c.id) for c in self._knowledge.candidates)
        ]
        for metric in measured:
            title = Content.assemble(metric.title, (f"  ({metric.better} is better)", f"not bold {MUTED}"))
            yield from self._block(title, self._numbers(probe, metric, measurements))
        if not measured:
            yield from self._block(Content(probe.title), self._words(probe, measurements))

    def _block(self, title: Content, rows: list[Bar]) -> ComposeResult:
        yield Static(title, classes="heading")
        bars = Bars()
        self._blocks.append((bars, rows))
        yield bars

    def _numbers(self, probe: Probe, metric: Metric, measurements: Measurements) -> list[Bar]:
        numbers = {c.id: measurements.number(metric.id, c.id) for c in self._knowledge.candidates}
        most = max((number.median for number in numbers.values() if number), default=0) or 1
        rows = []
        for candidate in self._knowledge.candidates:
            number = numbers[candidate.id]
            if number is None:
                words = outcome_words(measurements.outcome(probe.id, candidate.id))
                rows.append(Bar((candidate.title, "–", ""), None, "too few launches" if words == "works" else words))
            else:
                noisy = "" if number.quality == "good" else f" {number.quality}"
                cells = (candidate.title, quantity(number.median, number.unit), interval_words(number))
                rows.append(Bar(cells, max(0.0, number.median) / most, f"×{number.launches}{noisy}"))
        return rows

    def _words(self, probe: Probe, measurements: Measurements) -> list[Bar]:
        return [
            Bar((candidate.title,), None, outcome_words(measurements.outcome(probe.id, candidate.id)))
            for candidate in self._knowledge.candidates
        ]

    def _machine(self, measurements: Measurements) -> ComposeResult:
        host = measurements.host
        gpus = ", ".join(gpu.name for gpu in host.gpus) or "no GPU"
        memory = f"{host.memory_usable_bytes / 2**30:.0f} of {host.memory_bytes / 2**30:.0f} GiB usable"
        yield Static("Machine", classes="heading")
        yield Static(
            f"{host.cpu}, {host.cores_usable} of {host.cores} cores usable; {memory}; {gpus}; "
            f"{host.os} {host.release}; {measurements.level} run, protocol {measurements.protocol}",
            classes="text",
            markup=False,
        )
        for interpreter in measurements.interpreters:
            packages = ", ".join(f"{name} {version}" for name, version in interpreter.packages.items())
            words = interpreter.error or f"Python {interpreter.python}: {packages or 'none of the frameworks'}"
            yield Static(f"{interpreter.path}: {words}", classes="text", markup=False)
