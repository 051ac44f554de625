"""The verdict's first screen: the answer in plain words, the ranking, the main reasons, and what would flip it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from textual.content import Content

from advisor.model.figures import percent
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Ranked, Reason, Recommendation
from advisor.report.words import (
    KINDS,
    NOT_ANSWERED,
    Words,
    flips_title,
    order_words,
    reasons_against,
    reasons_for,
    score_fits,
)
from advisor.tui.details import Details
from advisor.tui.drawing import MUTED
from advisor.tui.grounds import Grounds
from advisor.tui.widgets.bars import Bar, Bars
from advisor.tui.widgets.paragraphs import Paragraphs
from advisor.tui.widgets.sheet import Part, Sheet
from advisor.tui.wording import DRAWN, signed, unsigned

COLOURS = {
    "recommended": "$success",
    "too-close": "$warning",
    "not-enough-known": "$warning",
    "none-feasible": "$error",
}
REASONS = 3
FLIPS = 3
POINTS, POINT = 8, 2
"""Cells for the points of a reason, and for the mark of anything else."""
HOW_TO_READ = (
    "Enter on a line shows what its numbers rest on. "
    f"{DRAWN} The confidence is how often the leader comes first in those draws. A score sums up what certainly speaks "
    "for and against a candidate; 90% of the draws, which answer the open questions too, give one within the range "
    "beside it. A score outside of that, as there may be while much is open, is left out."
)


class Overview(Sheet):
    """What a newcomer needs, in the order in which they need it; each line can be opened."""

    def __init__(
        self, knowledge: Knowledge, result: Recommendation, note: str, details: Details, grounds: Grounds
    ) -> None:
        """`note` says how it came to be measured, or not."""
        self._knowledge = knowledge
        self._words = Words(knowledge)
        self._result = result
        self._details = details
        self._grounds = grounds
        super().__init__("", list(self._sections(note)))

    def _sections(self, note: str) -> Iterator[Part]:
        yield Part("", "", Badge(self._result), lambda row: self._details.confidence())
        said = Paragraphs([("", self._result.verdict.summary)], style="bold")
        yield Part("", "", said, lambda row: self._details.confidence())
        yield from self._state(note)
        yield self._ranking()
        leader = self._result.verdict.leader
        if leader:
            title = self._words.candidate(leader)
            yield from self._reasons(f"For {title}", reasons_for(self._result, leader)[:REASONS])
            yield from self._reasons(f"Against {title}", reasons_against(self._result, leader)[:1])
        yield from self._vetoes()
        yield from self._flips()
        order = order_words(self._result, self._words)
        yield Part("How to read this", f"{HOW_TO_READ} {order}".rstrip())

    def _state(self, note: str) -> Iterator[Part]:
        """How it came to be measured, what warns, and whether open questions can still change the verdict."""
        notes = [note] if note else []
        if count := len(self._result.verdict.warnings):
            notes.append(f"! {count} {'warning' if count == 1 else 'warnings'}: press 6.")
        said = self._words.openness(self._result)
        drawing = Paragraphs([("", said)], style=MUTED) if said else None
        if notes or said:
            yield Part("", "\n".join(notes), drawing, lambda row: self._details.settled(said))

    def _ranking(self) -> Part:
        ranking = self._result.ranking
        drawing = Bars([self._bar(row) for row in ranking], ("", "Score", "90% range"), "How often it ranks first")
        # The heads of the columns are its first line.
        return Part(
            "",
            "",
            drawing,
            lambda row: self._details.candidate(ranking[row - 1].candidate) if row else self._details.score(),
        )

    def _bar(self, row: Ranked) -> Bar:
        title = self._words.candidate(row.candidate)
        if not row.feasible:
            return Bar((title, "", ""), None, "ruled out")
        interval = f"{unsigned(row.score_low)} to {unsigned(row.score_high)}"
        leads = row.candidate == self._result.verdict.leader
        score = unsigned(row.score) if score_fits(row) else ""
        cells = (title, score, interval)
        return Bar(cells, row.first_rank_share, percent(row.first_rank_share), leads)

    def _reasons(self, heading: str, reasons: list[Reason]) -> Iterator[Part]:
        if reasons:
            criteria = self._knowledge.criterion
            rows = [(signed(r.contribution), f"{criteria[r.criterion].title}: {r.text}") for r in reasons]
            yield Part(heading, "", Paragraphs(rows, POINTS), lambda row: self._grounds.reason(reasons[row]))

    def _vetoes(self) -> Iterator[Part]:
        if vetoes := self._result.vetoes:
            rows = [("✗", f"{self._words.candidate(veto.candidate)}: {veto.text}") for veto in vetoes]
            yield Part("Ruled out", "", Paragraphs(rows, POINT), lambda row: self._grounds.reason(vetoes[row]))

    def _flips(self) -> Iterator[Part]:
        flips, open_ = self._result.flips, self._result.open_questions[:FLIPS]
        if self._result.verdict.kind == "not-enough-known":
            heading = NOT_ANSWERED.format(len(self._result.open_questions))
            yield _points(heading, [entry.text for entry in open_], lambda row: self._details.question(open_[row]))
            if not flips:
                return
        title = flips_title(self._result)
        if not flips:
            if title:
                yield Part(title)
            return
        yield _points(
            title,
            [self._words.flip(flip) for flip in flips[:FLIPS]],
            lambda row: self._details.flip(flips[row]),
        )
        if len(flips) > FLIPS:
            yield Part("", f"{len(flips) - FLIPS} more: press 4.")


def _points(heading: str, texts: Sequence[str], detail: Callable[[int], Content]) -> Part:
    return Part(heading, "", Paragraphs([("·", text) for text in texts], POINT), detail)


class Badge:
    """The kind of a verdict, and how sure it is."""

    def __init__(self, result: Recommendation) -> None:
        self._verdict = result.verdict

    def lines(self, width: int) -> list[Content]:
        """One line."""
        verdict = self._verdict
        badge = Content.styled(f" {KINDS[verdict.kind].capitalize()} ", f"bold reverse {COLOURS[verdict.kind]}")
        if verdict.kind == "none-feasible":
            return [badge]
        words = f"   confidence {percent(verdict.confidence)} ± {percent(verdict.confidence_error)}"
        return [Content.assemble(badge, (words, MUTED))]
