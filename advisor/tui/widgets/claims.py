"""The claims ledger: what sources say of familiar statements, and what this machine says."""

from __future__ import annotations

from collections import Counter

from rich.table import Table
from rich.text import Text
from textual.content import Content

from advisor.model.claim import Claim, Here, Judgement, Tried
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.report.words import TESTED
from advisor.tui.drawing import MUTED
from advisor.tui.grounds import Grounds
from advisor.tui.widgets.ledger import Ledger

JUDGEMENTS: dict[Judgement, str] = {
    "holds": "✓ holds",
    "holds-with-qualification": "~ in part",
    "outdated": "✗ outdated",
    "wrong": "✗ wrong",
}
HERE: dict[Here, str] = {
    "holds": "✓ holds",
    "does-not-hold": "✗ doesn't hold",
    "undecided": "~ undecided",
    "not-measured": "not measured",
}
NO_PROBE = "no probe"
"""What stands for this machine's verdict where nothing that a probe could find out would settle a claim."""


class Claims(Ledger):
    """Statements by what is said of them; the one highlighted with its findings, sources and commands."""

    ROWS = "list wrapped"

    def __init__(self, knowledge: Knowledge, measurements: Measurements | None, grounds: Grounds) -> None:
        super().__init__()
        # Imported late: by the time there is a result, the decision is loaded.
        from advisor.decision.claims import judge

        self._knowledge = knowledge
        self._measurements = measurements
        self._grounds = grounds
        self._judged = [(claim, *judge(claim, measurements)) for claim in knowledge.claims]

    def on_mount(self) -> None:
        """Fill the ledger."""
        counts = Counter(here for claim, here, _ in self._judged if claim.here)
        said = ", ".join(f"{counts[here]} {_plain(here)}" for here in HERE if counts[here])
        head = _grid()
        head.add_row(*(Text(text, style="bold") for text in ("Sources say", "This machine", "Claim")))
        told = f"{len(self._judged)} claims. On this machine: {said or 'nothing to test'}."
        self.fill(told, [self._row(*row[:2]) for row in self._judged], "There are no claims.", head)

    def _row(self, claim: Claim, here: Here) -> Table:
        grid = _grid()
        grid.add_row(Text(JUDGEMENTS[claim.verdict]), Text(HERE[here] if claim.here else NO_PROBE), Text(claim.claim))
        return grid

    def detail(self, index: int) -> Content:
        """Why, what was found here for each of its tests, and what it rests on."""
        claim, here, findings = self._judged[index]
        machine = _plain(here) if claim.here else "nothing that a probe could find out would settle it"
        parts = [
            Content.styled(claim.claim, "bold"),
            Content.assemble(("Sources say: ", MUTED), f"{_plain(claim.verdict)}. {claim.why}"),
            Content.assemble(("This machine: ", MUTED), machine),
        ]
        parts += [Content(f"  {TESTED[each.holds]}: {each.text}: {each.seen}") for each in findings]
        parts += [Content(f"  {command}") for command in self._commands(claim)]
        parts += [
            Content.assemble(("Probes: ", MUTED), ", ".join(claim.probes) or "none"),
            Content.assemble(("Rules: ", MUTED), ", ".join(claim.rules) or "none"),
        ]
        parts += [self._grounds.source(self._knowledge.source[name], label="Source") for name in claim.sources]
        return Content("\n").join(parts)

    def _commands(self, claim: Claim) -> list[str]:
        """The commands that repeat what the findings rest on."""
        tried = []
        for test in claim.here:
            if isinstance(test, Tried):
                tried.append((test.probe, test.candidate))
            else:
                probe = self._knowledge.probe_of[test.metric].id
                tried += [(probe, test.candidate), (probe, test.rival)]
        outcomes = [self._measurements.outcome(*pair) for pair in tried] if self._measurements else []
        return list(dict.fromkeys(outcome.command for outcome in outcomes if outcome and outcome.command))


def _plain(verdict: Here | Judgement) -> str:
    return verdict.replace("-", " ")


def _grid() -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(width=11)
    grid.add_column(width=14)
    grid.add_column(ratio=1)
    return grid
