"""Measuring: whether to, how it goes, and what came of it."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from advisor.model.measurement import WORKING, Level, Measurements
from advisor.probing.events import Event
from advisor.tui.measuring import Ended, Measuring, Problem
from advisor.tui.navigation import Go, Manner
from advisor.tui.sitting import Sitting
from advisor.tui.widgets.choices import Entry, Menu
from advisor.tui.widgets.progress import Progress
from advisor.tui.widgets.stages import Stages
from advisor.tui.wording import outcome_words, progress_words, quantity, unsteady

QUICK_OR_FULL: tuple[Entry, ...] = (
    ("quick", "Measure quickly", "Usually a few minutes; enough to tell large differences from small ones."),
    ("full", "Measure fully", "Several times as long; narrower intervals."),
)
AGAIN_ALL: tuple[Entry, ...] = (("quick", "Measure all again, quickly", ""), ("full", "Measure all again, fully", ""))
SKIP: Entry = ("skip", "Skip", "The verdict then rests on your answers and cited facts alone.")
VERDICT: Entry = ("verdict", "Show the verdict", "")
BACK: Entry = ("back", "Back to the questions", "")
ONE: Entry = ("one", "Measure one candidate again: choose it above and press r", "")
AGAIN: Entry = ("again", "Try again", "")
WITHOUT: Entry = ("skip", "Go on without measurements", "")
WITH_EARLIER: Entry = ("skip", "Go on with what was measured before", "")
MEANWHILE = (
    "You may wait here, or go on: the verdict so far rests on your answers and cited facts, and is brought up to date "
    "when the results are there."
)
ALONE = (
    "It trains the small models by itself this time, not in turns with the others, so that direct comparisons with "
    "it are left out. What was found of the others stays."
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
        Binding("r", "again", "Measure this one again"),
        Binding("b", "back", "Back to the questions"),
        Binding("s,v", "skip", "Verdict so far"),
    ]

    def __init__(
        self, sitting: Sitting, measuring: Measuring, interrupted: int | None = None, manner: Manner = "open"
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
                yield OptionList(id="candidates", markup=False)
                with VerticalScroll(id="log") as log:
                    log.border_title = "Results"
            yield Static(id="problem", markup=False)
            yield Menu(self._chosen, id="next")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Show what goes on, or what went wrong; else ask whether to measure."""
        measuring, measurements = self._measuring, self._sitting.measurements
        if measuring.running:
            self._show_running()
        elif measuring.problem is not None:
            self._show_problem(measuring.problem)
        elif measurements is not None:
            self._list_candidates()
            self._show_done(measurements, (*AGAIN_ALL, ONE, VERDICT))
        else:
            self._offer((*QUICK_OR_FULL, SKIP), measuring.level)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Cancelling needs something that runs, measuring one again its results and that one is chosen; with
        measurements, the verdict is more than one so far."""
        if action == "cancel":
            return self._measuring.running
        if action == "again":
            return self._done and self.focused is self.query_one("#candidates")
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
            case "again" if self._measuring.candidate is not None:
                self._again(self._measuring.candidate)
            case "again":
                self._start(self._measuring.level)
            case "one":
                self.set_focus(self.query_one("#candidates"))
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

    def _again(self, candidate: str) -> None:
        self._measuring.again(self.app, candidate)
        self._show_running()

    def on_descendant_focus(self) -> None:
        """Whether a candidate can be measured again depends on the focus."""
        entries = self.query_one("#candidates", OptionList)
        if self.focused is entries and entries.highlighted is None:
            entries.highlighted = 0
        self.refresh_bindings()

    def _show_running(self) -> None:
        measuring = self._measuring
        self._told = 0
        self._done = False
        self._finished.clear()
        self._failed.clear()
        self.query_one("#about", Static).update(MEANWHILE if measuring.candidate is None else ALONE)
        self.query_one("#about").remove_class("hidden")
        self.query_one("#problem").remove_class("shown")
        self.query_one("#running").remove_class("hidden")
        self.query_one("#progress").remove_class("hidden")
        self.query_one(Progress).show(0)
        log = self.query_one("#log")
        log.remove_children()
        log.border_title = "Results"
        self._list_candidates()
        what = "Measuring" if measuring.candidate is None else f"Again: {self._title(measuring.candidate)}"
        self.query_one("#title", Static).update(f"{what}, {measuring.level}")
        self.query_one("#left", Static).update("looking at the machine and its Pythons …")
        self.query_one(Menu).display = False
        self.set_focus(log)
        self.refresh_bindings()
        self.on_progressed()

    def _list_candidates(self) -> None:
        """A row for each candidate, with what there is to say before anything is told of it."""
        alone, measurements = self._measuring.candidate, self._sitting.measurements
        rows = []
        for candidate in self._sitting.knowledge.candidates:
            stays = alone not in (None, candidate.id) and measurements is not None
            row = self._row(candidate.id, summary(measurements, candidate.id) if stays else "waiting")
            rows.append(Option(row, id=candidate.id))
        entries = self.query_one("#candidates", OptionList)
        entries.can_focus = False
        entries.set_options(rows)

    def _row(self, candidate: str, text: str) -> Table:
        table = Table.grid(padding=(0, 1, 0, 0), expand=True)
        table.add_column(width=21)
        table.add_column(ratio=1)
        table.add_row(Text(self._title(candidate), style="bold"), Text(text))
        return table

    def _title(self, candidate: str) -> str:
        return self._sitting.knowledge.candidate[candidate].title

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
        counts = self._finished if event.status in WORKING else self._failed
        counts[event.candidate] = counts.get(event.candidate, 0) + 1
        self._doing(event.candidate, self._counted(event.candidate))
        title = self._title(event.candidate)
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
        self.query_one("#candidates", OptionList).replace_option_prompt(candidate, self._row(candidate, text))

    # --- the end ---------------------------------------------------------------------------------------------

    def on_ended(self, message: Ended) -> None:
        """Show what came of it, or go on without."""
        if message.measurements is not None:
            self._show_done(message.measurements, (VERDICT, ONE))
        elif message.problem is not None:
            self._show_problem(message.problem)
        elif self._interrupted is not None:
            self.action_back()
        else:
            self.post_message(Go("verdict"))

    def _show_done(self, measurements: Measurements, offered: tuple[Entry, ...]) -> None:
        self._done = True
        self.query_one("#running").remove_class("hidden")
        self.query_one("#progress").remove_class("hidden")
        self.query_one("#about").add_class("hidden")
        self.query_one(Progress).show(1)
        self.query_one("#title", Static).update("Measured")
        self.query_one("#left", Static).update("" if self._measuring.events else "taken before")
        log = self.query_one("#log")
        log.remove_children()
        log.border_title = "Worth knowing"
        for candidate in self._sitting.knowledge.candidates:
            self._doing(candidate.id, summary(measurements, candidate.id))
            for outcome in measurements.of(candidate.id):
                probe = self._titles.get(outcome.probe, outcome.probe)
                if outcome.status != "works":
                    self._log(candidate.title, f"{probe}: {outcome_words(outcome)}")
                for quality, reason in dict.fromkeys((m.quality, m.quality_reason) for m in unsteady(outcome)):
                    self._log(candidate.title, f"{probe}: {quality}: {reason}")
        self.query_one("#candidates").can_focus = True
        self._offer(offered if self._interrupted is None else (BACK, *offered))

    def _show_problem(self, problem: Problem) -> None:
        self.query_one("#title", Static).update("Nothing could be measured")
        self.query_one("#left", Static).update("")
        self.query_one("#about").add_class("hidden")
        self.query_one("#running").add_class("hidden")
        self.query_one("#progress").add_class("hidden")
        label = self.query_one("#problem", Static)
        label.update(f"{problem.message}\n{problem.hint}".rstrip())
        label.add_class("shown")
        self._offer((AGAIN, WITHOUT if self._sitting.measurements is None else WITH_EARLIER))

    # --- keys ------------------------------------------------------------------------------------------------

    def action_cancel(self) -> None:
        """Stop the probes; the answers are kept."""
        self._measuring.cancel()
        self.query_one("#left", Static).update("stopping …")

    def action_again(self) -> None:
        """Measure the candidate highlighted again, and no other."""
        option = self.query_one("#candidates", OptionList).highlighted_option
        if option is not None and not self._measuring.running:
            self._again(str(option.id))

    def action_back(self) -> None:
        """Back to the question that was shown last; what runs goes on."""
        self.post_message(Go("interview", self._interrupted, self._manner))

    def action_skip(self) -> None:
        """Go on without waiting, or without measuring."""
        self.post_message(Go("verdict"))


def summary(measurements: Measurements, candidate: str) -> str:
    """What came of a candidate's probes, in a few words."""
    outcomes = list(measurements.of(candidate))
    worked = sum(outcome.works for outcome in outcomes)
    if not worked:
        return "not measured"
    numbers = sum(len(outcome.measurements) for outcome in outcomes)
    noisy = sum(len(unsteady(outcome)) for outcome in outcomes)
    told = f"{worked} of {len(outcomes)} probes worked"
    return f"{told}; {noisy} of {numbers} numbers noisy" if noisy else told
