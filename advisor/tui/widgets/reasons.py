"""All reasons by weight, each with what it rests on."""

from __future__ import annotations

from textual.binding import Binding
from textual.content import Content

from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Reason, Recommendation, VetoGiven
from advisor.report.words import Words
from advisor.tui.drawing import to_left, widest
from advisor.tui.grounds import Grounds
from advisor.tui.widgets.ledger import Ledger
from advisor.tui.wording import signed

Statement = Reason | VetoGiven


class Reasons(Ledger):
    """What rules candidates out, then every reason by weight; the one highlighted is spelt out below or beside."""

    BINDINGS = [Binding("c", "candidate", "Candidate")]

    def __init__(self, knowledge: Knowledge, result: Recommendation, grounds: Grounds) -> None:
        super().__init__()
        self._knowledge = knowledge
        self._result = result
        self._grounds = grounds
        self._candidate: str | None = None
        self._shown: list[Statement] = []

    def on_mount(self) -> None:
        """Show the reasons for and against all candidates."""
        self._fill()

    def action_candidate(self) -> None:
        """Go through the candidates: all, then one after the other."""
        names = [None, *(row.candidate for row in self._result.ranking)]
        self._candidate = names[(names.index(self._candidate) + 1) % len(names)]
        self._fill()

    def _fill(self) -> None:
        statements: list[Statement] = [*self._result.vetoes, *self._result.reasons]
        self._shown = [s for s in statements if self._candidate in (None, s.candidate)]
        who = Words(self._knowledge).candidate(self._candidate) if self._candidate else "all candidates"
        count = f"{len(self._shown)} of {len(statements)}" if self._candidate else f"{len(statements)}"
        self.fill(
            f"Reasons: {count}, {who}. c changes the candidate.",
            [self._row(statement) for statement in self._shown],
            "Nothing speaks for or against yet: more answers are needed.",
        )

    def _row(self, statement: Statement) -> Content:
        title = Words(self._knowledge).candidate(statement.candidate)
        title = to_left(title, widest(candidate.title for candidate in self._knowledge.candidates))
        if isinstance(statement, VetoGiven):
            return Content.assemble(("   out", "bold"), "  ", title, "  ", statement.text)
        points = signed(statement.contribution).rjust(6)
        criterion = self._knowledge.criterion[statement.criterion].title
        return Content.assemble((points, "bold"), "  ", title, "  ", f"{criterion}: {statement.text}")

    def detail(self, index: int) -> Content:
        """What a statement is worth and what it rests on."""
        return self._grounds.reason(self._shown[index])
