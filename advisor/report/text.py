"""A recommendation as text: the whole verdict on a page, plain when it is piped."""

from __future__ import annotations

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import GroupRecommendation, Reason, Recommendation
from advisor.report.page import Page
from advisor.report.words import KINDS, Words, overlay_words, reasons_against, reasons_for, standing

REASONS = 4
"""How many reasons for the leader are shown."""
BAR = 20
"""Width of a full first-rank share, in characters."""


def render(result: Recommendation, knowledge: Knowledge, width: int | None = None, colour: bool | None = False) -> str:
    """The text of a recommendation. `colour` None leaves it to whether standard output is a terminal."""
    page = _Sections(knowledge, width, colour)
    page.verdict(result)
    page.reasons(result)
    page.changes(result)
    page.next(result)
    page.stamp(result)
    return page.text()


def render_group(
    result: GroupRecommendation, knowledge: Knowledge, width: int | None = None, colour: bool | None = False
) -> str:
    """The text of a group's recommendation: the group's verdict, each member's, and where they differ."""
    page = _Sections(knowledge, width, colour)
    page.verdict(result.group)
    page.members(result)
    page.differences(result)
    page.reasons(result.group)
    page.next(result.group)
    page.stamp(result.group)
    return page.text()


class _Sections(Page):
    def __init__(self, knowledge: Knowledge, width: int | None, colour: bool | None) -> None:
        super().__init__(width, colour)
        self._words = Words(knowledge)

    def verdict(self, result: Recommendation) -> None:
        self.console.print(Text(result.verdict.summary, style="bold"))
        self.console.print()
        table = _grid()
        for style in ("right", "left", "right", "left", "right", "left"):
            table.add_column(justify=style, no_wrap=style == "right")
        for place, row in enumerate(result.ranking, 1):
            name = self._words.candidate(row.candidate)
            if not row.feasible:
                table.add_row("–", name, "", "ruled out", "", "")
                continue
            share = row.first_rank_share
            table.add_row(
                f"{place}",
                name,
                f"{row.score:+.1f}",
                f"({row.score_low:+.1f} to {row.score_high:+.1f})",
                f"{share:.0%}",
                "█" * round(share * BAR) or "·",
            )
        self.console.print(Padding(table, (0, 0, 0, 2)))
        self._note("Points, their range over the draws, and how often each ranks first.")
        if result.open_questions:
            said = result.verdict
            what = (said.settled, said.likely_kind, said.likely_candidate, said.may_change, said.may_change_error)
            self._note(self._words.settled(*what))

    def reasons(self, result: Recommendation) -> None:
        leader = result.verdict.leader
        name = self._words.candidate(leader)
        self._listing(f"What speaks for {name}", reasons_for(result, leader)[:REASONS])
        self._listing("What speaks against it", reasons_against(result, leader)[:2])
        if result.vetoes:
            self.heading("Ruled out")
            # One veto a candidate says enough here; the others are in the JSON.
            for veto in {veto.candidate: veto for veto in reversed(result.vetoes)}.values():
                self._item(f"{self._words.candidate(veto.candidate)}: {veto.text}")

    def changes(self, result: Recommendation) -> None:
        if result.flips:
            self.heading("It would be different with one other answer")
        for flip in result.flips[:3]:
            (change,) = flip.changes
            before = self._words.value(change.question, change.before)
            after = self._words.value(change.question, change.after)
            question = self._words.question(change.question)
            self._item(f"{question} {after} instead of {before} → {self._words.outcome(flip)}")
        open_ = [entry for entry in result.open_questions if entry.gain > 0 or entry.settles > 0]
        if open_:
            self.heading(f"Not answered yet ({len(result.open_questions)}), most useful first")
        for entry in open_[:3]:
            usual = "" if entry.usual is None else f"; usually: {self._words.value(entry.question, entry.usual)}"
            self._item(f"{entry.text}  (-d {entry.question}=…{usual})")

    def members(self, result: GroupRecommendation) -> None:
        self.heading("Each person's own")
        table = _grid()
        for name, own in result.members.items():
            verdict = own.verdict
            table.add_row(name, self._words.candidate(verdict.leader), f"{verdict.confidence:.0%}", KINDS[verdict.kind])
        self.console.print(Padding(table, (0, 0, 0, 2)))

    def differences(self, result: GroupRecommendation) -> None:
        if not result.differences:
            self.heading("You agree on every question that more than one of you answered")
            return
        self.heading("Where you differ, what moves the result most first")
        for difference in result.differences:
            self._item(f"{difference.text}  (moves {difference.moves:.0%} of first ranks)")
            for person, value in difference.ballots.items():
                if value is not None:
                    self._item(f"{person}: {self._words.value(difference.question, value)}", indent=4)

    def next(self, result: Recommendation) -> None:
        verdict = result.verdict
        if verdict.warnings:
            self.heading("Beware")
            for notice in verdict.warnings[:3]:
                self._item(notice.text)
        if verdict.next.install or verdict.next.advice:
            self.heading("Next")
            if verdict.next.install:
                self._item(verdict.next.install)
            for notice in verdict.next.advice[:3]:
                self._item(notice.text)

    def stamp(self, result: Recommendation) -> None:
        self.console.print()
        measured = "No measurements were used: `advisor probe` takes them."
        if result.environment.level:
            subjects = sorted({o.candidate for o in result.measurements if o.measurements})
            measured = f"Measured here ({result.environment.level}): {', '.join(subjects) or 'nothing'}."
        knowledge = result.knowledge
        stale = f", {knowledge.stale_sources} sources due for review" if knowledge.stale_sources else ""
        self._note(
            f"{measured} {knowledge.rules} rules of {knowledge.version}, {len(result.sources)} sources cited{stale}; "
            f"as of {result.as_of}, seed {result.seed}."
        )
        for overlay in knowledge.overlays:
            self._note(overlay_words(overlay))

    def _listing(self, title: str, reasons: list[Reason]) -> None:
        if not reasons:
            return
        self.heading(title)
        table = _grid()
        table.add_column(justify="right", no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column()
        for reason in reasons:
            said = "; ".join([", ".join(reason.because.sources[:2]), *standing(reason)]).removeprefix("; ")
            cited = f" [{said}]" if said else ""
            table.add_row(
                f"{reason.contribution:+.1f}", self._words.criterion(reason.criterion), Text(reason.text + cited)
            )
        self.console.print(Padding(table, (0, 0, 0, 2)))

    def _item(self, text: str, indent: int = 2) -> None:
        self.console.print(Padding(Text(text), (0, 0, 0, indent)))

    def _note(self, text: str) -> None:
        self.console.print(Padding(Text(text, style="dim"), (0, 0, 0, 2)))


def _grid() -> Table:
    return Table.grid(padding=(0, 2))
