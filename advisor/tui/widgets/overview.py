"""The verdict's first screen: the answer in plain words, the ranking, the main reasons, and what would flip it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Flip, Ranked, Reason, Recommendation
from advisor.report.words import KINDS, Words, reasons_against, reasons_for
from advisor.tui.drawing import MUTED
from advisor.tui.widgets.bars import Bar, Bars
from advisor.tui.wording import DRAWN, answer_words, candidate_title, percent, signed, unsigned, verdict_words

COLOURS = {
    "recommended": "$success",
    "too-close": "$warning",
    "not-enough-known": "$warning",
    "none-feasible": "$error",
}
REASONS = 3
FLIPS = 3
HOW_TO_READ = (
    f"{DRAWN} The confidence is how often the leader comes first in those draws. A score sums up what certainly speaks "
    "for and against a candidate; 90% of the draws, which answer the open questions too, give one within the range "
    "beside it. While much is open, the score may lie outside of that."
)


class Overview(VerticalScroll):
    """What a newcomer needs, in the order in which they need it."""

    def __init__(self, knowledge: Knowledge, result: Recommendation, note: str) -> None:
        """`note` says how it came to be measured, or not."""
        super().__init__(classes="section")
        self._knowledge = knowledge
        self._result = result
        self._note = note

    def compose(self) -> ComposeResult:
        """The verdict, the ranking, reasons, flips."""
        result = self._result
        yield Static(self._badge(), id="badge")
        yield Static(result.verdict.summary, id="summary", markup=False)
        notes = [self._note] if self._note else []
        if result.open_questions:
            notes.append(self._settled())
        if result.verdict.warnings:
            count = len(result.verdict.warnings)
            notes.append(f"! {count} {'warning' if count == 1 else 'warnings'}: press 6.")
        if notes:
            yield Static("\n".join(notes), id="note", markup=False)
        yield Bars(("", "Score", "90% range"), "How often it ranks first", id="ranking")
        leader = result.verdict.leader
        if leader:
            title = candidate_title(self._knowledge, leader)
            yield from self._reasons(f"For {title}", reasons_for(result, leader)[:REASONS])
            yield from self._reasons(f"Against {title}", reasons_against(result, leader)[:1])
        yield from self._vetoes()
        yield from self._flips()
        yield Static("How to read this", classes="heading")
        yield Static(HOW_TO_READ, classes="muted", markup=False)

    def on_mount(self) -> None:
        """Fill the ranking."""
        self.query_one(Bars).show([self._bar(row) for row in self._result.ranking])

    def _settled(self) -> str:
        said = self._result.verdict
        what = (said.settled, said.likely_kind, said.likely_candidate, said.may_change, said.may_change_error)
        return Words(self._knowledge).settled(*what)

    def _badge(self) -> Content:
        verdict = self._result.verdict
        kind = KINDS[verdict.kind].capitalize()
        colour = COLOURS[verdict.kind]
        badge = Content.styled(f" {kind} ", f"bold reverse {colour}")
        if verdict.kind == "none-feasible":
            return badge
        words = f"   confidence {percent(verdict.confidence)} ± {percent(verdict.confidence_error)}"
        return Content.assemble(badge, (words, MUTED))

    def _bar(self, row: Ranked) -> Bar:
        title = candidate_title(self._knowledge, row.candidate)
        if not row.feasible:
            return Bar((title, "", ""), None, "ruled out")
        interval = f"{unsigned(row.score_low)} to {unsigned(row.score_high)}"
        leads = row.candidate == self._result.verdict.leader
        cells = (title, unsigned(row.score), interval)
        return Bar(cells, row.first_rank_share, percent(row.first_rank_share), leads)

    def _reasons(self, heading: str, reasons: list[Reason]) -> ComposeResult:
        if not reasons:
            return
        criteria = {criterion.id: criterion.title for criterion in self._knowledge.criteria}
        yield Static(heading, classes="heading", markup=False)
        for reason in reasons:
            with Horizontal(classes="row"):
                yield Static(signed(reason.contribution), classes="points", markup=False)
                yield Static(f"{criteria[reason.criterion]}: {reason.text}", classes="text", markup=False)

    def _vetoes(self) -> ComposeResult:
        if not self._result.vetoes:
            return
        yield Static("Ruled out", classes="heading")
        for veto in self._result.vetoes:
            title = candidate_title(self._knowledge, veto.candidate)
            with Horizontal(classes="row"):
                yield Static("✗", classes="point")
                yield Static(f"{title}: {veto.text}", classes="text", markup=False)

    def _flips(self) -> ComposeResult:
        flips = self._result.flips
        if self._result.verdict.kind == "not-enough-known":
            yield Static("What to answer next", classes="heading")
            yield from self._points([entry.text for entry in self._result.open_questions[:FLIPS]])
            if not flips:
                return
        yield Static("What would change it", classes="heading")
        if not flips:
            yield Static("No single answer, changed, would change this verdict.", classes="text")
        yield from self._points([flip_words(self._knowledge, flip) for flip in flips[:FLIPS]])
        if len(flips) > FLIPS:
            yield Static(f"{len(flips) - FLIPS} more: press 4.", classes="muted")

    def _points(self, texts: list[str]) -> ComposeResult:
        for text in texts:
            with Horizontal(classes="row"):
                yield Static("·", classes="point")
                yield Static(text, classes="text", markup=False)


def flip_words(knowledge: Knowledge, flip: Flip) -> str:
    """A flip in a sentence."""
    parts = []
    for change in flip.changes:
        question = knowledge.question[change.question]
        before, after = answer_words(question, change.before), answer_words(question, change.after)
        parts.append(f"{question.text} “{after}” instead of “{before}”")
    outcome = verdict_words(knowledge, flip.kind, flip.candidate)
    share = f" ({percent(flip.confidence)})" if flip.candidate else ""
    return f"{'; '.join(parts)} → {outcome}{share}"
