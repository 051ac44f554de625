"""What this machine says of the familiar claims: pure."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.model.claim import Claim, Compared, Here, Tried
from advisor.model.measurement import Measurements


@dataclass(frozen=True)
class TestResult:
    """One test of a claim: what was looked for, whether it holds here (None where that isn't known), what was seen,
    and whether anything was measured."""

    text: str
    holds: bool | None
    seen: str
    measured: bool = True


def judge(claim: Claim, measurements: Measurements | None) -> tuple[Here, list[TestResult]]:
    """A claim's verdict on the machine of these measurements, with a result for each of its tests.

    It does not hold where one test fails; it is undecided where none fails but one is undecided; what wasn't
    measured says nothing.
    """
    if measurements is None or not claim.here:
        return "not-measured", []
    results = [_result(test, measurements) for test in claim.here]
    if any(result.holds is False for result in results):
        return "does-not-hold", results
    if all(result.holds for result in results):
        return "holds", results
    seen = all(result.measured for result in results)
    return ("undecided" if seen else "not-measured"), results


def _result(test: Tried | Compared, measurements: Measurements) -> TestResult:
    if isinstance(test, Tried):
        text = f"{test.probe} {test.outcome} with {test.candidate}"
        outcome = measurements.outcome(test.probe, test.candidate)
        if outcome is None or outcome.status == "not-tried":
            return TestResult(text, None, "not measured", measured=False)
        return TestResult(
            text, outcome.works == (test.outcome == "works"), outcome.detail or outcome.status.replace("-", " ")
        )
    word = "the same as" if test.word == "same" else f"{test.word} than"
    text = f"{test.candidate} {word} {test.rival} by {test.metric}"
    compared = measurements.compared(test.metric, test.candidate)
    found = next((each for each in compared if each.rival == test.rival), None)
    if found is None:
        return TestResult(text, None, "not measured", measured=False)
    seen = f"{found.ratio:.2f} times ({found.low:.2f} to {found.high:.2f}), {found.word}"
    return TestResult(text, None if found.word == "undecided" else found.word == test.word, seen)
