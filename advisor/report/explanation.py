"""An explanation as text, for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from advisor.model.explanation import (
    CriterionMargin,
    ExplanationDocument,
    FailedCondition,
    FlipSearch,
    RuleExplained,
    Step,
    Weighed,
    WhatIf,
    WhyNot,
)
from advisor.model.figures import percent, plainly
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Recommendation
from advisor.report.page import Page
from advisor.report.thresholds import print_thresholds
from advisor.report.words import NO_OTHER, Words, flips_title

MOST = 6
"""How many reasons of a margin are shown where the margin isn't what was asked for."""
DECIMALS = 2
"""Decimals of the points shown."""
_NOUNS = {
    "answer": "answer",
    "measurement": "measured",
    "default": "default",
    "source": "source",
    "rule": "rule",
    "silent-rule": "silent",
    "fact": "so",
    "importance": "importance",
    "reason": "because",
    "veto": "veto",
    "criterion": "criterion",
    "candidate": "candidate",
    "verdict": "verdict",
}


def render(
    document: ExplanationDocument,
    result: Recommendation,
    knowledge: Knowledge,
    sections: frozenset[str] = frozenset(),
    path: str = "RESULT",
    width: int | None = None,
    colour: bool | None = False,
) -> str:
    """The text of the sections asked for: `why`, `why-not`, `rule`, `what-if`, `flips`, `thresholds`; of none the
    verdict, its margin over the runner-up, the changes of one answer that the result has, and where to ask further.
    `result` is what is explained, and `path` its file."""
    page = _Sections(knowledge, width, colour)
    page.console.print(Text(document.verdict.summary, style="bold"))
    if "why" in sections:
        page.heading("Why")
        page.tree(document.why)
    for entry in document.why_not if "why-not" in sections else ():
        page.why_not(entry, MOST * 2)
    for rule in document.rules:
        page.rule(rule)
    if document.what_if:
        page.what_if(document.what_if)
    if document.flips:
        page.flips(document.flips)
    if "thresholds" in sections:
        print_thresholds(page, document.thresholds, knowledge, measured=result.measured is not None)
    if not sections:
        page.overview(document, result, path)
    return page.text()


def rounded(points: Sequence[float], total: float) -> list[float]:
    """Numbers rounded to `DECIMALS` so that they add up to a total that is rounded already: those are rounded up
    whose remainders are the largest. None is off by more than one in the last place."""
    unit = 10**DECIMALS
    exact = [round(value * 10_000) for value in points]
    size = 10_000 // unit
    down = [value // size for value in exact]
    missing = round(total * unit) - sum(down)
    order = sorted(range(len(exact)), key=lambda index: -(exact[index] % size))
    for index in order[:missing] if missing > 0 else order[missing:] if missing < 0 else ():
        down[index] += 1 if missing > 0 else -1
    return [value / unit for value in down]


class _Sections(Page):
    def __init__(self, knowledge: Knowledge, width: int | None, colour: bool | None) -> None:
        super().__init__(width, colour)
        self._words = Words(knowledge)

    # --- the short form ---------------------------------------------------------------------------------------

    def overview(self, document: ExplanationDocument, result: Recommendation, path: str) -> None:
        if document.why_not:
            self.why_not(document.why_not[0], MOST)
        title = flips_title(result)
        if title:
            self.heading(title)
        for flip in result.flips[:3]:
            self.say(self._words.flip(flip))
        if title == NO_OTHER and result.open_questions:
            self.say("An answer to an open question may: --flips tries these too.")
        self.heading("Ask further")
        path = quote(path)
        for flag, what in (
            ("--why", "the whole proof, down to answers and sources"),
            ("--why-not", "the others, one by one"),
            ("--flips", "the smallest changes of up to three answers"),
            ("--thresholds", "how far weights and measurements are from another verdict"),
            ("--what-if QUESTION=VALUE", "the difference that another answer makes"),
            ("--rule ID", "why a rule fired, or what keeps it silent"),
        ):
            self.say(f"advisor explain {path} {flag}")
            self.say(what, 6, "dim")

    # --- why --------------------------------------------------------------------------------------------------

    def tree(self, step: Step, depth: int = 1) -> None:
        value = "" if step.value is None else f" = {self._value(step)}"
        points = "" if step.points is None else f" {step.points:+.4f}"
        origin = f" ({step.origin})" if step.origin else ""
        label = f"{_NOUNS[step.kind]} {step.id}{value}{origin}{points}: "
        line = Text.assemble((label, "bold" if step.steps else ""), step.text)
        # What lies very deep stays readable at the price of its indentation.
        self.say(line, min(2 * depth, 24))
        for below in step.steps:
            self.tree(below, depth + 1)

    def _value(self, step: Step) -> str:
        if isinstance(step.value, bool):
            return "yes" if step.value else "no"
        if isinstance(step.value, tuple):
            return ", ".join(step.value) or "none of these"
        return f"{step.value:.6g}" if isinstance(step.value, float) else str(step.value)

    # --- why not ----------------------------------------------------------------------------------------------

    def why_not(self, entry: WhyNot, most: int) -> None:
        name = self._words.candidate(entry.candidate)
        self.heading(f"Why not {name} (first in {percent(entry.first_rank_share, 1)} of the draws)")
        for veto in entry.vetoes:
            self.tree(veto)
        if entry.margin is None:
            return
        margin = entry.margin
        ours, theirs = round(margin.candidate_score, DECIMALS), round(margin.rival_score, DECIMALS)
        difference = round(ours - theirs, DECIMALS)
        leader = self._words.candidate(margin.candidate)
        self.say(f"{leader} {ours:+.2f}, {name} {theirs:+.2f} points: {difference:+.2f} for {leader}, made up of")
        self._weighed(margin.criteria, difference, most)
        if difference < 0:
            self.say("It ranks first more often all the same: points are of what is certain, draws of what may be.")

    def _weighed(self, criteria: Sequence[CriterionMargin], difference: float, most: int) -> None:
        """The weightiest reasons, what speaks for the leader first, and the rest as one line: they add up."""
        every = sorted((r for c in criteria for r in c.reasons), key=lambda reason: -abs(reason.difference))
        shown = sorted(every[:most], key=lambda reason: -reason.difference)
        rest = every[most:]
        values = [reason.difference for reason in shown]
        if rest:
            values.append(sum(round(reason.difference * 10_000) for reason in rest) / 10_000)
        numbers = rounded(values, difference)
        table = Table.grid(padding=(0, 2))
        table.add_column(justify="right", no_wrap=True)
        table.add_column()
        for number, reason in zip(numbers, shown, strict=False):
            table.add_row(f"{number:+.2f}", self._reason(reason))
        if rest:
            table.add_row(f"{numbers[-1]:+.2f}", f"{len(rest)} smaller reasons on both sides together")
        table.add_row(f"{difference:+.2f}", "in all (rounded so that they add up)")
        self.console.print(Padding(table, (0, 0, 0, 2)))

    def _reason(self, reason: Weighed) -> str:
        text = f"{self._words.criterion(reason.criterion)}: {reason.text}"
        if reason.rival_text:
            text += f" Against: {reason.rival_text}"
        return f"{text} [{reason.rule}]"

    # --- rules ------------------------------------------------------------------------------------------------

    def rule(self, rule: RuleExplained) -> None:
        states = {"fired": "fired", "false": "does not fire", "unknown": "could still fire"}
        self.heading(f"Rule {rule.rule} {states[rule.state]}")
        if rule.proof:
            self.tree(rule.proof)
            return
        self.say(f"It would say: {rule.text}")
        if rule.failed:
            self._failed(rule.failed)
        made = self._words.changes(rule.fires_with) if rule.fires_with else None
        self.say(f"The whole rule fires with: {made}" if made else "No three other answers make the whole rule fire.")

    def _failed(self, failed: FailedCondition) -> None:
        now = "not known" if failed.value is None else plainly(failed.value)
        self.say(f"The first test that does not hold: {failed.text}; it is {now}.")
        if failed.nearest is not None:
            self.say(f"The nearest value that would do: {plainly(failed.nearest)}.")
        if failed.kind == "measured":
            self.say("That is for the probes to find, not for an answer: `advisor probe` measures it.")
        elif failed.changes is not None:
            self.say(f"This test holds with: {self._words.changes(failed.changes)}")
        else:
            self.say("No three other answers make this test hold.")

    # --- what if ----------------------------------------------------------------------------------------------

    def what_if(self, found: WhatIf) -> None:
        if not found.changes:
            self.heading("What if: that is what was answered")
            return
        self.heading(f"What if: {self._words.changes(found.changes)}")
        same = "The verdict stays" if not found.verdict_changes else "The verdict becomes"
        self.say(f"{same}: {found.after.summary}")
        table = Table.grid(padding=(0, 2))
        for justify in ("left", "right", "left", "right", "left"):
            table.add_column(justify=justify, no_wrap=True)
        for row in found.ranking:
            shares = f"{percent(row.share_before, 1)} → {percent(row.share_after, 1)}"
            scores = f"{row.score_before:+.1f} → {row.score_after:+.1f} points"
            ruled = "" if row.feasible_after else "ruled out"
            table.add_row(self._words.candidate(row.candidate), shares, scores, ruled)
        self.console.print(Padding(table, (0, 0, 0, 2)))
        for veto in found.vetoes_gained:
            self.say(f"Ruled out: {self._words.candidate(veto.candidate)}. {veto.text}")
        for veto in found.vetoes_lost:
            self.say(f"No longer ruled out: {self._words.candidate(veto.candidate)}. {veto.text}")
        gained = [(r.contribution, r.candidate, r.criterion, r.text) for r in found.gained]
        lost = [(r.contribution, r.candidate, r.criterion, r.text) for r in found.lost]
        self._listing("Reasons gained", gained)
        self._listing("Reasons lost", lost)
        moved = [
            (e.reason.contribution, e.reason.candidate, e.reason.criterion, f"(was {e.before:+.2f}) {e.reason.text}")
            for e in found.reweighed
        ]
        self._listing("Reasons that count differently", moved)

    def _listing(self, title: str, entries: Sequence[tuple[float, str, str, str]]) -> None:
        if not entries:
            return
        self.say(f"{title} ({len(entries)}{f', the first {MOST}' if len(entries) > MOST else ''}):")
        for points, candidate, criterion, text in entries[:MOST]:
            name, under = self._words.candidate(candidate), self._words.criterion(criterion)
            self.say(f"{points:+.2f} {name}, {under.lower()}: {text}", 4)

    # --- flips ------------------------------------------------------------------------------------------------

    def flips(self, search: FlipSearch) -> None:
        self.heading("The smallest changes of answers that change the verdict, most plausible first")
        for flip in search.flips:
            self.say(f"{self._words.flip(flip)}  (cost {flip.cost})")
        if not search.flips:
            self.say("None was found.")
        self.say(_searched(search), style="dim")


def _searched(search: FlipSearch) -> str:
    ends = {
        "all": f"Every set of at most {search.most_changes} changes was looked at.",
        "enough": f"The search ended when it had found enough: all sets that cost at most {search.complete_to} were "
        "looked at, and of the next cost as many as it took.",
        "limit": f"The search was cut short (--limit): all sets that cost at most {search.complete_to} were looked at, "
        "and there may be flips that cost more.",
    }
    return (
        f"{search.sets:,} sets of changes were looked at, which come to {search.scenarios:,} different scenarios; "
        f"{search.assessed:,} of these were assessed in full, the others set aside as clearly like the verdict. "
        f"{ends[search.ended]} A change costs more the farther it is from what was answered."
    )
