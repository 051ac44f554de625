"""The ranking as it would be, beside the one of the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from advisor.model.figures import percent
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Ranked, Recommendation
from advisor.report.words import Words
from advisor.tui.drawing import MUTED, line, to_left, widest
from advisor.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from advisor.decision.suppose import Supposed


class Trial(Lines):
    """What the verdict would be, and by candidate how often it would rank first, with the difference in words."""

    def __init__(self, knowledge: Knowledge, result: Recommendation) -> None:
        super().__init__()
        self._words = Words(knowledge)
        self._result = result
        self._supposed: Supposed | None = None

    def show(self, supposed: Supposed | None) -> None:
        """Show what is supposed; None shows the verdict as it is."""
        self._supposed = supposed
        self.refresh(layout=True)

    def lines(self, width: int) -> list[Content]:
        """The verdict, then a line for each candidate."""
        verdict = self._result.verdict
        before = self._words.verdict(verdict.kind, verdict.candidate)
        if self._supposed is None:
            lines = [Content.assemble((f"The verdict as it is: {before}", "bold"))]
            return lines + self._rows(self._result.ranking, width)
        call = self._supposed.verdict
        after = self._words.verdict(call.kind, call.candidate)
        same = (call.kind, call.candidate) == (verdict.kind, verdict.candidate)
        words = f"Verdict unchanged: {after}" if same else f"Verdict CHANGES: {after} (was: {before})"
        return [Content.styled(words, "bold" if same else "bold reverse"), *self._rows(self._supposed.ranking, width)]

    def _rows(self, ranking: Sequence[Ranked], width: int) -> list[Content]:
        shares = {row.candidate: row.first_rank_share for row in self._result.ranking}
        titles = {row.candidate: self._words.candidate(row.candidate) for row in ranking}
        indent = widest(titles.values()) + 2
        found = []
        for row in ranking:
            if not row.feasible:
                figure = "ruled out"
            elif self._supposed is None:
                figure = percent(row.first_rank_share)
            else:
                points = round(100 * row.first_rank_share) - round(100 * shares[row.candidate])
                moved = "as before" if not points else f"{'up' if points > 0 else 'down'} {abs(points)}"
                figure = f"{percent(shares[row.candidate])} → {percent(row.first_rank_share)}, {moved}"
            found.append((titles[row.candidate], row.first_rank_share, figure))
        room = max(5, min(40, width - indent - 24))
        return [
            Content.assemble(to_left(title, indent), line(share, room), ("  " + figure, MUTED if share == 0 else ""))
            for title, share, figure in found
        ]
