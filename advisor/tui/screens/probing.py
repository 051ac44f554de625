"""Measuring: whether to, how it goes, and what came of it."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from advisor.model.figures import quantity
from advisor.model.measurement import Level, Measurements
from advisor.probing.events import Event
from advisor.report.words import tried_words
from advisor.session.course import Manner
from advisor.tui.measuring import Ended, Measuring, Problem
from advisor.tui.navigation import Go
from advisor.tui.sitting import Sitting
from advisor.tui.tally import Tally
from advisor.tui.widgets.candidates import Candidates, Row
from advisor.tui.widgets.choices import Entry, Menu
from advisor.tui.widgets.progress import Progress
from advisor.tui.widgets.stages import Stages
from advisor.tui.wording import about_minutes, outcomes_words, progress_words, tally_words, unsteady

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
    "You may wait here, or go on: the verdict is brought up to date when the results are there. Candidates take turns; "
    "the time beside each is its own."
)
CANCELLED = "cancelled; r measures it again when the others are through"
WAITS = "is measured again when the others are through; Del takes that back"
ALONE = (
    "It trains the small models by itself this time, not in turns with the others, so that its times aren't set "
    "against theirs: that takes measuring all again. What was found of the others stays."
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
        Binding("c", "cancel", "Cancel all"),
        Binding("delete", "cancel_one", "Cancel this"),
        Binding("r", "again", "Measure again"),
        Binding("b", "back", "Back"),
        Binding("s,v", "skip", "Verdict so far"),
    ]

    def __init__(
        self, sitting: Sitting, measuring: Measuring, interrupted: str | None = None, manner: Manner = "open"
    ) -> None:
        """`interrupted` is the question from which the user came to look, None after the interview, and
        `manner` what the interview goes through."""
        super().__init__()
        self._sitting = sitting
        self._measuring = measuring
        self._interrupted = interrupted
        self._manner = manner
        self._done = False
        self._told = 0
        self._tallies: dict[str, Tally] = {}
        self._judged: set[tuple[str, str]] = set()
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
                yield Candidates(id="candidates")
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
            self._show_done(measurements, (*AGAIN_ALL, ONE, VERDICT))
        else:
            self._offer((*QUICK_OR_FULL, SKIP), measuring.level)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Cancelling needs something that runs, measuring one again that one is chosen of which there is a result; with
        measurements, the verdict is more than one so far."""
        if action == "cancel":
            return self._measuring.running
        if action in ("cancel_one", "again"):
            entries = self.query_one(Candidates)
            if self.focused is not entries or entries.chosen is None:
                return False
            return self._stoppable(entries.chosen) if action == "cancel_one" else self._repeatable(entries.chosen)
        return not (action == "skip" and self._done)

    def _stoppable(self, candidate: str) -> bool:
        measuring = self._measuring
        at_work = candidate not in measuring.given_up and measuring.candidate in (None, candidate)
        return measuring.running and (at_work or candidate in measuring.waiting)

    def _repeatable(self, candidate: str) -> bool:
        measuring = self._measuring
        if not measuring.running:
            return self._done
        if candidate in measuring.waiting or candidate == measuring.candidate:
            return False
        over = candidate in measuring.given_up or self._tally(candidate).lost > 0
        return over or measuring.candidate is not None

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
                self._measuring.again(self.app, self._measuring.candidate)
                self._show_running()
            case "again":
                self._start(self._measuring.level)
            case "one":
                self.set_focus(self.query_one(Candidates))
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

    def on_descendant_focus(self) -> None:
        """Whether a candidate can be cancelled or measured again depends on the focus."""
        self.refresh_bindings()

    def on_option_list_option_highlighted(self) -> None:
        """And on which it is."""
        self.refresh_bindings()

    def _show_running(self) -> None:
        measuring = self._measuring
        self._told = 0
        self._done = False
        self._tallies.clear()
        self._judged.clear()
        self.query_one("#about", Static).update(MEANWHILE if measuring.candidate is None else ALONE)
        self.query_one("#about").remove_class("hidden")
        self.query_one("#problem").remove_class("shown")
        self.query_one("#running").remove_class("hidden")
        self.query_one("#progress").remove_class("hidden")
        self.query_one(Progress).show(0)
        log = self.query_one("#log")
        log.remove_children()
        log.border_title = "Results"
        self._show_candidates()
        what = "Measuring" if measuring.candidate is None else f"Again: {self._title(measuring.candidate)}"
        self.query_one("#title", Static).update(f"{what}, {measuring.level}")
        self.query_one("#left", Static).update("looking at the machine and its Pythons …")
        self.query_one(Menu).display = False
        self.set_focus(self.query_one(Candidates))
        self.refresh_bindings()
        self.on_progressed()

    def _show_candidates(self) -> None:
        names = [candidate.id for candidate in self._sitting.knowledge.candidates]
        self.query_one(Candidates).show({name: self._row(name) for name in names})

    def _row(self, candidate: str) -> Row:
        """How far a candidate is, or what came of it."""
        measuring, measurements = self._measuring, self._sitting.measurements
        title, tally = self._title(candidate), self._tally(candidate)
        stays = self._done or measuring.candidate not in (None, candidate)
        if candidate in measuring.waiting:
            return Row(title, WAITS) if stays else Row(title, WAITS, tally.share, _counted(tally))
        if stays and measurements is not None:
            return Row(title, outcomes_words(list(measurements.of(candidate))))
        if candidate in measuring.given_up:
            return Row(title, CANCELLED, tally.share, _counted(tally))
        left = f"{about_minutes(tally.left_s)} left" if tally.left_s else ""
        words = tally_words(tally, self._titles) if tally.total else "waiting"
        return Row(title, words, tally.share, _counted(tally), left)

    def _tally(self, candidate: str) -> Tally:
        return self._tallies.setdefault(candidate, Tally())

    def _title(self, candidate: str) -> str:
        return self._sitting.knowledge.candidate[candidate].title

    def on_progressed(self) -> None:
        """Probes were started or have finished, perhaps while another screen was shown."""
        told, self._told = self._told, len(self._measuring.events)
        for event in self._measuring.events[told:]:
            self._progress(event)

    def _progress(self, event: Event) -> None:
        done = event.index - (event.kind == "started")
        self.query_one(Progress).show(done / max(1, event.total))
        self.query_one("#left", Static).update(progress_words(event))
        tally = self._tally(event.candidate)
        lost = tally.lost
        tally.take(event)
        self.query_one(Candidates).put(event.candidate, self._row(event.candidate))
        if event.kind != "started":
            self._tell(event, tally)
        if tally.lost > lost:
            self.refresh_bindings()

    def _tell(self, event: Event, tally: Tally) -> None:
        """Say what was found, and mark it where it can be trusted less."""
        title, probe = self._title(event.candidate), self._titles.get(event.probe, event.probe)
        metrics = self._sitting.knowledge.metric
        figures = [(metrics[name], value) for name, value in event.figures.items() if name in metrics]
        mark = f"  ! {tally.unsteady[event.probe]}" if event.probe in tally.unsteady else ""
        for metric, value in figures:
            self._log(title, f"{metric.title}: {quantity(value, metric.unit)}{mark}")
        if event.kind == "judged":
            # The same is mostly true of all candidates; each one's row has a mark of its own.
            if (event.probe, event.text) not in self._judged:
                self._judged.add((event.probe, event.text))
                self._log(f"! {event.quality}", f"{probe}: {event.text}")
        elif event.text or not figures:
            words = STATUS.get(event.status or "", "finished")
            self._log(title, f"{probe}: {words}" + (f": {event.text}" if event.text else ""))
        self.query_one("#log").scroll_end(animate=False)

    def _log(self, title: str, text: str) -> None:
        table = Table.grid(padding=(0, 1, 0, 0))
        table.add_column(width=21)
        table.add_column(ratio=1)
        table.add_row(Text(title, style="bold"), Text(text))
        self.query_one("#log").mount(Static(table))

    # --- the end ---------------------------------------------------------------------------------------------

    def on_ended(self, message: Ended) -> None:
        """Show what came of it, or go on without; also with the next that waits to be measured again."""
        if self._measuring.running:
            self._show_running()
        elif message.measurements is not None:
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
        cut = any(outcome.cause == "cancelled" for outcome in measurements.outcomes)
        self.query_one("#title", Static).update("Measured in part" if cut else "Measured")
        self.query_one("#left", Static).update("" if self._measuring.events else "taken before")
        log = self.query_one("#log")
        log.remove_children()
        log.border_title = "Worth knowing"
        self._show_candidates()
        for candidate in self._sitting.knowledge.candidates:
            for outcome in measurements.of(candidate.id):
                probe = self._titles.get(outcome.probe, outcome.probe)
                # How many were cancelled stands in the candidate's row.
                if outcome.status != "works" and outcome.cause != "cancelled":
                    self._log(candidate.title, f"{probe}: {tried_words(outcome)}")
                for quality, reason in dict.fromkeys((m.quality, m.quality_reason) for m in unsteady(outcome)):
                    self._log(candidate.title, f"! {probe}: {quality}: {reason}")
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
        """Stop the probes; the answers are kept, and what has finished."""
        self._measuring.cancel()
        self._show_candidates()
        self.query_one("#left", Static).update("stopping …")
        self.refresh_bindings()

    def action_cancel_one(self) -> None:
        """Stop measuring the candidate highlighted; the others go on."""
        self._measuring.cancel(self._chosen_candidate())
        self._show_candidates()
        self.refresh_bindings()

    def action_again(self) -> None:
        """Measure the candidate highlighted again, and no other; once the rest is through, if something runs."""
        was_running = self._measuring.running
        self._measuring.again(self.app, self._chosen_candidate())
        if was_running:
            self._show_candidates()
            self.refresh_bindings()
        else:
            self._show_running()

    def _chosen_candidate(self) -> str:
        chosen = self.query_one(Candidates).chosen
        assert chosen is not None, "an action on a candidate is offered where one is highlighted"
        return chosen

    def action_back(self) -> None:
        """Back to the question that was shown last; what runs goes on."""
        self.post_message(Go("interview", self._interrupted, self._manner))

    def action_skip(self) -> None:
        """Go on without waiting, or without measuring."""
        self.post_message(Go("verdict"))


def _counted(tally: Tally) -> str:
    return f"{tally.done}/{tally.total}" if tally.total else ""
