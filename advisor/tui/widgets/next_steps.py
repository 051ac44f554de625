"""What to beware of and what to do now."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Notice, Recommendation
from advisor.report.words import Words

MEASURABLE = 5


class NextSteps(VerticalScroll):
    """Warnings, the install line, a first program, advice, and what isn't measured yet."""

    def __init__(self, knowledge: Knowledge, result: Recommendation) -> None:
        super().__init__(classes="section")
        self._knowledge = knowledge
        self._result = result

    def compose(self) -> ComposeResult:
        """Warnings first."""
        verdict = self._result.verdict
        yield from self._notices("Warnings", verdict.warnings, "! ")
        if verdict.next.install:
            yield Static("Install", classes="heading")
            yield Static(verdict.next.install, classes="code", markup=False)
        if verdict.next.starter:
            yield Static("A first program", classes="heading")
            yield Static(verdict.next.starter.rstrip(), classes="code", markup=False)
        yield from self._notices("Advice", verdict.next.advice, "· ")
        if verdict.candidate is None:
            yield Static("No candidate is recommended", classes="heading")
            yield Static(self._instead(), classes="text", markup=False)
        if self._result.to_measure:
            yield Static("Not measured yet, what could tell most first", classes="heading")
            words = Words(self._knowledge)
            for entry in self._result.to_measure[:MEASURABLE]:
                yield Static(f"· {words.measurable(entry)}", classes="text", markup=False)

    def _notices(self, heading: str, notices: tuple[Notice, ...], mark: str) -> ComposeResult:
        if not notices:
            return
        yield Static(heading, classes="heading")
        for notice in notices:
            who = f"{Words(self._knowledge).candidate(notice.candidate)}: " if notice.candidate else ""
            rules = f" ({', '.join(notice.because.rules)})" if notice.because.rules else ""
            yield Static(f"{mark}{who}{notice.text}{rules}", classes="text", markup=False)

    def _instead(self) -> str:
        match self._result.verdict.kind:
            case "not-enough-known":
                return "Answer the open questions that matter most: press 4."
            case "too-close":
                return "The leading candidates are about equally good for you: choose by taste, or weigh more sharply."
        return "Relax a requirement: press 4 for the answers that would admit a candidate."
