"""The verdict: in plain words first, and every number under it one key away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer, Static, TabbedContent, TabPane

from advisor.model.answer import asked
from advisor.model.recommendation import Recommendation
from advisor.report.words import NOTHING_MEASURED, unusable_words
from advisor.tui.details import Details
from advisor.tui.grounds import Grounds
from advisor.tui.measuring import Measuring
from advisor.tui.navigation import Go
from advisor.tui.screens.detail import DetailScreen
from advisor.tui.screens.trade_offs import TradeOffScreen
from advisor.tui.sitting import Sitting
from advisor.tui.suppositions import Tried
from advisor.tui.widgets.capabilities import Capabilities
from advisor.tui.widgets.charts import Charts
from advisor.tui.widgets.claims import Claims
from advisor.tui.widgets.criteria import Criteria
from advisor.tui.widgets.measured import Measured
from advisor.tui.widgets.next_steps import NextSteps
from advisor.tui.widgets.overview import Overview
from advisor.tui.widgets.reasons import Reasons
from advisor.tui.widgets.section_bar import SectionBar, key_of
from advisor.tui.widgets.sheet import Sheet
from advisor.tui.widgets.sources import Sources
from advisor.tui.widgets.stages import Stages
from advisor.tui.widgets.what_if import WhatIf
from advisor.tui.wording import answered_words, measuring_words

if TYPE_CHECKING:
    from advisor.decision.suppose import Supposed

SECTIONS = (
    "Verdict",
    "Reasons",
    "Criteria",
    "What if",
    "Measured",
    "Next",
    "Sources",
    "Capabilities",
    "Claims",
    "Charts",
)


DETAIL_WIDTH = 68
"""Columns of text that a window over a screen of 80 columns has room for."""


class _Section(TabPane):
    """Textual would turn back to a pane whose list has only just got the focus, however far somebody is by then."""

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        event.prevent_default()


class VerdictScreen(Screen):
    """Shows a recommendation, section by section."""

    CSS_PATH = "../verdict.tcss"
    BINDINGS = [
        Binding("e", "edit", "Change answers"),
        Binding("m", "measure", "Measure"),
        Binding("t", "trade", "Trade-offs"),
        Binding("x", "export", "Export"),
        Binding("left", "step(-1)", "Section before", show=False),
        Binding("right", "step(1)", "Next section", show=False),
        *(Binding(key_of(n), f"section({n})", name, show=False) for n, name in enumerate(SECTIONS, 1)),
        Binding("q", "app.quit", "Quit"),
    ]

    def __init__(self, sitting: Sitting, measuring: Measuring) -> None:
        super().__init__()
        self._sitting = sitting
        self._measuring = measuring
        self._section, sitting.section = sitting.section, 1
        self._result: Recommendation | None = None

    def compose(self) -> ComposeResult:
        """The sections, once there is a result."""
        yield Stages("Verdict")
        if self._result is None:
            yield Static("Working it out …", id="working")
        else:
            yield SectionBar(SECTIONS)
            with TabbedContent(initial=f"section-{self._section}"):
                for number, (name, widget) in enumerate(zip(SECTIONS, self._sections(), strict=True), 1):
                    with _Section(Content(name), id=f"section-{number}"):
                        yield widget
        yield Footer(compact=True, show_command_palette=False)

    def _sections(self) -> Iterator[Widget]:
        knowledge, result, measurements = self._sitting.knowledge, self._result, self._sitting.measurements
        assert result is not None
        grounds = Grounds(knowledge, result, measurements)
        details = Details(knowledge, result, measurements, grounds)
        yield Overview(knowledge, result, self._note(), details, grounds)
        yield Reasons(knowledge, result, grounds)
        yield Criteria(knowledge, result, details)
        yield WhatIf(knowledge, result, measurements, self._suppose, self._sitting.tried, self._remember)
        yield Measured(knowledge, measurements, self._measuring.running, details)
        yield NextSteps(knowledge, result)
        yield Sources(result, grounds)
        yield Capabilities(knowledge, measurements, grounds)
        yield Claims(knowledge, measurements, grounds)
        yield Charts(knowledge, result, measurements, details)

    def _suppose(self, tried: Tried) -> Supposed:
        # Imported late: numpy and the decision would hold up the first screen.
        from advisor.decision.suppose import suppose

        sitting, options = self._sitting, self._sitting.options
        given = (sitting.knowledge, {**sitting.answers, **asked(tried.answers)}, sitting.measurements)
        return suppose(*given, tried.importance, tried.better, as_of=options.as_of, seed=options.seed)

    def _remember(self, tried: Tried) -> None:
        self._sitting.tried = tried

    def _note(self) -> str:
        if self._measuring.running:
            return "Measuring goes on: this is the verdict so far, brought up to date when the results are there."
        if self._sitting.note:
            return self._sitting.note
        if self._sitting.measurements is None:
            return f"{NOTHING_MEASURED}: m measures. The verdict rests on your answers and cited facts."
        unusable = unusable_words(self._sitting.measurements.outcomes)
        return f"! {unusable}" if unusable else ""

    def on_mount(self) -> None:
        """Work the result out."""
        self._work()

    @work(exclusive=True)
    async def _work(self) -> None:
        # In a thread: some tenths of a second in which the screen should stay alive.
        self._result = await asyncio.to_thread(self._sitting.recommendation)
        if not self.is_attached:
            return
        # It may have been another verdict that was read while this one was worked out.
        for sections in self.query(TabbedContent):
            self._section = _number(sections.active)
        await self.recompose()
        self.query_one(SectionBar).active = self._section
        self._show_state()
        self._focus_section()

    def _show_state(self) -> None:
        measuring = self._measuring
        status = measuring_words(measuring.events) if measuring.running else answered_words(self._sitting)
        self.query_one(Stages).status = status

    def on_progressed(self) -> None:
        """The probes, which run meanwhile, are further."""
        self._show_state()

    def on_ended(self) -> None:
        """The probes have ended: the verdict takes what they found, or says that they found nothing."""
        self._work()

    # --- keys ------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Sections can be turned to once they are there; trade-offs asked where there are any."""
        if action == "trade":
            return self._result is not None and bool(self._sitting.knowledge.trade_offs)
        return self._result is not None or action not in ("step", "section", "export")

    def action_section(self, number: int) -> None:
        """Show a section."""
        self.query_one(TabbedContent).active = f"section-{number}"
        self.query_one(SectionBar).active = number
        self._focus_section()

    def action_step(self, step: int) -> None:
        """Show the section beside."""
        present = _number(self.query_one(TabbedContent).active)
        self.action_section((present - 1 + step) % len(SECTIONS) + 1)

    def on_tabbed_content_tab_activated(self) -> None:
        """Let the arrow keys go to what is shown."""
        self._focus_section()

    def _focus_section(self) -> None:
        pane = self.query_one(TabbedContent).active_pane
        if pane is not None:
            target = next((w for w in pane.query("*") if w.can_focus), None)
            if target is not None:
                self.set_focus(target)

    def action_edit(self) -> None:
        """Back to the questions, by their list."""
        self.post_message(Go("interview", manner="list"))

    def action_measure(self) -> None:
        """Measure, or measure again."""
        if self._result is not None:
            self._sitting.section = _number(self.query_one(TabbedContent).active)
        self.post_message(Go("probing"))

    def action_trade(self) -> None:
        """Choose between pairs of outcomes; what is learned of the weights changes the verdict."""

        def done(answered: bool | None) -> None:
            if answered:
                self._work()

        self.app.push_screen(TradeOffScreen(self._sitting), done)

    async def action_export(self) -> None:
        """Write the result to a file."""
        await self.run_action("app.export")

    def on_sheet_opened(self, event: Sheet.Opened) -> None:
        """Show what a line rests on."""
        self.app.push_screen(DetailScreen("What it rests on", event.content))

    def on_what_if_wanted(self, event: WhatIf.Wanted) -> None:
        """Answer one question differently and come back."""
        self._sitting.section = SECTIONS.index("What if") + 1
        self.post_message(Go("interview", event.question, "one"))

    async def on_what_if_sought(self) -> None:
        """Show how far the verdict is from another verdict, once that is found."""
        detail = DetailScreen("How far it is from another verdict", Content("Looking for it, a few seconds …"))
        await self.app.push_screen(detail)
        self._seek_thresholds(detail)

    @work(exclusive=True, group="thresholds")
    async def _seek_thresholds(self, detail: DetailScreen) -> None:
        found = await asyncio.to_thread(self._thresholds)
        if detail.is_attached:
            detail.show(Content(found))

    def _thresholds(self) -> str:
        # Imported late, as above.
        from advisor.decision.case import case_of
        from advisor.decision.thresholds import thresholds
        from advisor.report.thresholds import render_thresholds

        sitting, options = self._sitting, self._sitting.options
        given = (sitting.knowledge, sitting.answers, sitting.measurements)
        case = case_of(*given, as_of=options.as_of, seed=options.seed)
        measured = case.measurements is not None
        return render_thresholds(thresholds(case), sitting.knowledge, DETAIL_WIDTH, measured=measured)

    def on_what_if_kept(self, event: WhatIf.Kept) -> None:
        """Take answers that were tried, and work the verdict out anew."""
        for question, value in event.answers.items():
            self._sitting.give(question, value)
        self._work()


def _number(section: str) -> int:
    return int(section.removeprefix("section-"))
