"""What this machine says of the familiar claims: pure."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.model.claim import Claim, Compared, Here, Tried
from advisor.model.measurement import Measurements


@dataclass(frozen=True)
class Finding:
    """One test of a claim: what was looked for, whether it holds here (None where that isn't known), and what was
    seen."""

    text: str
    holds: bool | None
    seen: str


def judge(claim: Claim, measurements: Measurements | None) -> tuple[Here, list[Finding]]:
    """A claim's verdict on the machine of these measurements, with a finding for each of its tests.

    It does not hold where one test fails; it is undecided where none fails but one is undecided; what wasn't
    measured says nothing.
    """
    if measurements is None or not claim.here:
        return "not-measured", []
    findings = [_finding(test, measurements) for test in claim.here]
    if any(finding.holds is False for finding in findings):
        return "does-not-hold", findings
    if all(finding.holds for finding in findings):
        return "holds", findings
    seen = all(finding.seen != "not measured" for finding in findings)
    return ("undecided" if seen else "not-measured"), findings


def _finding(test: Tried | Compared, measurements: Measurements) -> Finding:
    if isinstance(test, Tried):
        text = f"{test.probe} {test.outcome} with {test.candidate}"
        outcome = measurements.outcome(test.probe, test.candidate)
        if outcome is None or outcome.status == "not-tried":
            return Finding(text, None, "not measured")
        return Finding(
            text, outcome.works == (test.outcome == "works"), outcome.detail or outcome.status.replace("-", " ")
        )
    text = f"{test.candidate} {test.word} than {test.rival} by {test.metric}"
    compared = measurements.compared(test.metric, test.candidate)
    found = next((each for each in compared if each.rival == test.rival), None)
    if found is None:
        return Finding(text, None, "not measured")
    seen = f"{found.ratio:.2f} times ({found.low:.2f} to {found.high:.2f}), {found.word}"
    return Finding(text, None if found.word == "undecided" else found.word == test.word, seen)
