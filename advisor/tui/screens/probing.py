"""Measuring: whether to, how it goes, and what came of it."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from advisor.model.measurement import Level, Measurements
from advisor.probing.events import Event
from advisor.tui.measuring import Ended, Measuring, Problem
from advisor.tui.navigation import Go, Manner
from advisor.tui.sitting import Sitting
from advisor.tui.widgets.choices import Entry, Menu
from advisor.tui.widgets.progress import Progress
from advisor.tui.widgets.stages import Stages
from advisor.tui.wording import outcome_words, progress_words, quantity

BEFORE: tuple[Entry, ...] = (
    ("quick", "Measure quickly", "Usually a few minutes; enough to tell large differences from small ones."),
    ("full", "Measure fully", "Several times as long; narrower intervals."),
    ("skip", "Skip", "The verdict then rests on your answers and cited facts alone."),
)
DONE: tuple[Entry, ...] = (("verdict", "Show the verdict", ""),)
DONE_MIDWAY: tuple[Entry, ...] = (("back", "Back to the questions", ""), *DONE)
FAILED: tuple[Entry, ...] = (("again", "Try again", ""), ("skip", "Go on without measurements", ""))
MEANWHILE = (
    "You may wait here, or go on: the verdict so far rests on your answers and cited facts, and is brought up to date "
    "when the results are there."
)
STATUS = {
    "works": "works",
    "works-with-extra": "works with an extra package",
    "fails": "fails",
    "not-tried": "not tried",
}


class ProbingScreen(Screen):
    """Shows how far the probes are, or offers to run them, and goes on to the verdict in any case."""

    CSS_PATH = "../probing.tcss"
    BINDINGS = [
        Binding("c", "cancel", "Cancel measuring"),
        Binding("b", "back", "Back to the questions"),
        Binding("s,v", "skip", "Verdict so far"),
    ]

    def __init__(
        self, sitting: Sitting, measuring: Measuring, interrupted: int | None = None, manner: Manner = "all"
    ) -> None:
        """`interrupted` is the index of the question from which the user came to look, None after the interview, and
        `manner` what the interview goes through."""
        super().__init__()
        self._sitting = sitting
        self._measuring = measuring
        self._interrupted = interrupted
        self._manner = manner
        self._done = False
        self._told = 0
        self._finished: dict[str, int] = {}
        self._failed: dict[str, int] = {}
        self._titles = {probe.id: probe.title for probe in sitting.knowledge.probes}

    def compose(self) -> ComposeResult:
        """What will be measured, the candidates with their progress, results, and what to do next."""
        yield Stages("Measuring")
        with Vertical(id="page"):
            with Horizontal(id="heading"):
                yield Static("Measuring", id="title")
                yield Static(id="left", markup=False)
            yield Progress(id="progress", classes="hidden")
            yield Static(self._about(), id="about", markup=False)
            with Vertical(id="running", classes="hidden"):
                with Vertical(id="candidates"):
                    for candidate in self._sitting.knowledge.candidates:
                        with Horizontal(classes="row"):
                            yield Static(candidate.title, classes="name", markup=False)
                            yield Static("waiting", classes="doing", id=f"doing-{candidate.id}", markup=False)
                with VerticalScroll(id="log") as log:
                    log.border_title = "Results"
            yield Static(id="problem", markup=False)
            yield Menu(self._chosen, id="next")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Show what goes on, or what went wrong; else ask whether to measure."""
        if self._measuring.running:
            self._show_running()
        elif self._measuring.problem is not None:
            self._show_problem(self._measuring.problem)
        else:
            self._offer(BEFORE, self._measuring.level)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Cancelling needs something that runs; with measurements, the verdict is more than one so far."""
        if action == "cancel":
            return self._measuring.running
        return not (action == "skip" and self._done)

    def _about(self) -> str:
        pythons = self._sitting.options.pythons
        where = f" Candidates are looked for in {', '.join(pythons)}." if pythons else ""
        return (
            "Each candidate now trains small models in processes of its own, taking turns with the others. What "
            f"they turn out to need here replaces published figures.{where} Nothing is installed or changed; it "
            "is best to leave the machine alone meanwhile."
        )

    def _offer(self, entries: tuple[Entry, ...], highlight: str | None = None) -> None:
        choices = self.query_one(Menu)
        choices.show(entries, (), highlight)
        choices.display = True
        self.set_focus(choices)
        self.refresh_bindings()

    # --- running ---------------------------------------------------------------------------------------------

    def _chosen(self, value: str) -> None:
        if self._measuring.running:
            return
        match value:
            case "quick" | "full":
                self._start(value)
            case "again":
                self._start(self._measuring.level)
            case "back":
                self.action_back()
            case "skip":
                self.action_skip()
            case _:
                self.post_message(Go("verdict"))

    def _start(self, level: Level) -> None:
        again = self._sitting.measurements is not None
        self._measuring.start(self.app, level, fresh=self._sitting.options.fresh or again)
        self._show_running()

    def _show_running(self) -> None:
        self._told = 0
        self._finished.clear()
        self._failed.clear()
        self.query_one("#about", Static).update(MEANWHILE)
        self.query_one("#problem").remove_class("shown")
        self.query_one("#running").remove_class("hidden")
        self.query_one("#progress").remove_class("hidden")
        self.query_one(Progress).show(0)
        self.query_one("#log").remove_children()
        for label in self.query(".doing").results(Static):
            label.update("waiting")
        self.query_one("#title", Static).update(f"Measuring, {self._measuring.level}")
        self.query_one("#left", Static).update("looking at the machine and its Pythons …")
        self.query_one(Menu).display = False
        self.set_focus(self.query_one("#log"))
        self.refresh_bindings()
        self.on_progressed()

    def on_progressed(self) -> None:
        """Probes were started or have finished, perhaps while another screen was shown."""
        told, self._told = self._told, len(self._measuring.events)
        for event in self._measuring.events[told:]:
            self._progress(event)

    def _progress(self, event: Event) -> None:
        done = event.index if event.kind == "finished" else event.index - 1
        self.query_one(Progress).show(done / max(1, event.total))
        self.query_one("#left", Static).update(progress_words(event))
        probe = self._titles.get(event.probe, event.probe)
        if event.kind == "started":
            launch = f" (launch {event.launch} of {event.launches})" if event.launches > 1 else ""
            counted = f"{self._counted(event.candidate)}; " if event.candidate in self._finished else ""
            self._doing(event.candidate, f"{counted}now: {probe[:1].lower()}{probe[1:]}{launch}")
        else:
            self._finish(event, probe)

    def _finish(self, event: Event, probe: str) -> None:
        counts = self._finished if event.status in ("works", "works-with-extra") else self._failed
        counts[event.candidate] = counts.get(event.candidate, 0) + 1
        self._doing(event.candidate, self._counted(event.candidate))
        title = self._sitting.knowledge.candidate[event.candidate].title
        metrics = self._sitting.knowledge.metric
        figures = [(metrics[name], value) for name, value in event.figures.items() if name in metrics]
        for metric, value in figures:
            self._log(title, f"{metric.title}: {quantity(value, metric.unit)}")
        if event.text or not figures:
            words = STATUS.get(event.status or "", "finished")
            self._log(title, f"{probe}: {words}" + (f": {event.text}" if event.text else ""))
        self.query_one("#log").scroll_end(animate=False)

    def _log(self, title: str, text: str) -> None:
        table = Table.grid(padding=(0, 1, 0, 0))
        table.add_column(width=21)
        table.add_column(ratio=1)
        table.add_row(Text(title, style="bold"), Text(text))
        self.query_one("#log").mount(Static(table))

    def _counted(self, candidate: str) -> str:
        worked, failed = self._finished.get(candidate, 0), self._failed.get(candidate, 0)
        return f"{worked} done" + (f", {failed} failed or not tried" if failed else "")

    def _doing(self, candidate: str, text: str) -> None:
        self.query_one(f"#doing-{candidate}", Static).update(text)

    # --- the end ---------------------------------------------------------------------------------------------

    def on_ended(self, message: Ended) -> None:
        """Show what came of it, or go on without."""
        if message.measurements is not None:
            self._show_done(message.measurements)
        elif message.problem is not None:
            self._show_problem(message.problem)
        elif self._interrupted is not None:
            self.action_back()
        else:
            self.post_message(Go("verdict"))

    def _show_done(self, measurements: Measurements) -> None:
        self._done = True
        self.query_one("#about").add_class("hidden")
        self.query_one(Progress).show(1)
        self.query_one("#title", Static).update("Measured")
        kept = "" if self._finished or self._failed else "taken from an earlier run on this machine"
        self.query_one("#left", Static).update(kept)
        log = self.query_one("#log")
        log.remove_children()
        log.border_title = "Worth knowing"
        for candidate in self._sitting.knowledge.candidates:
            outcomes = list(measurements.of(candidate.id))
            worked = sum(outcome.status in ("works", "works-with-extra") for outcome in outcomes)
            self._doing(candidate.id, f"{worked} of {len(outcomes)} probes worked" if worked else "not measured")
            for outcome in outcomes:
                if outcome.status != "works":
                    probe = self._titles.get(outcome.probe, outcome.probe)
                    self._log(candidate.title, f"{probe}: {outcome_words(outcome)}")
        self._offer(DONE if self._interrupted is None else DONE_MIDWAY)

    def _show_problem(self, problem: Problem) -> None:
        self.query_one("#title", Static).update("Nothing could be measured")
        self.query_one("#left", Static).update("")
        self.query_one("#about").add_class("hidden")
        self.query_one("#running").add_class("hidden")
        self.query_one("#progress").add_class("hidden")
        label = self.query_one("#problem", Static)
        label.update(f"{problem.message}\n{problem.hint}".rstrip())
        label.add_class("shown")
        self._offer(FAILED)

    # --- keys ------------------------------------------------------------------------------------------------

    def action_cancel(self) -> None:
        """Stop the probes; the answers are kept."""
        self._measuring.cancel()
        self.query_one("#left", Static).update("stopping …")

    def action_back(self) -> None:
        """Back to the question that was left, or to the last one; what runs goes on."""
        last = len(self._sitting.questions) - 1
        self.post_message(Go("interview", last if self._interrupted is None else self._interrupted, self._manner))

    def action_skip(self) -> None:
        """Go on without waiting, or without measuring."""
        self.post_message(Go("verdict"))
