"""From shares to one of the four verdicts."""

from __future__ import annotations

from typing import NamedTuple

from advisor.decision.assessment import Assessment
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import VerdictKind


class VerdictKey(NamedTuple):
    """A verdict as far as answers change it."""

    kind: VerdictKind | None
    candidate: str | None


class Call(NamedTuple):
    """The verdict without its explanation."""

    kind: VerdictKind
    candidate: str | None
    leader: str | None
    confidence: float
    error: float

    @property
    def key(self) -> VerdictKey:
        """What of it answers can change."""
        return VerdictKey(self.kind, self.candidate)


def call(knowledge: Knowledge, assessment: Assessment) -> Call:
    """The verdict on an assessment.

    A candidate is recommended when its first-rank share reaches the threshold of the settings, unless answers to what
    is open are worth asking for: that of the best candidate within a completion, averaged over the completions, is what
    the share is expected to be once they are known. Where the share doesn't reach the threshold, unknown answers are to
    blame if that one would; otherwise the choice is too close even for somebody who had answered everything.
    """
    settings = knowledge.settings
    threshold = settings.recommend_share
    best = assessment.leader(threshold)
    if best is None:
        return Call("none-feasible", None, None, 0.0, 0.0)
    leader, share = knowledge.candidates[best].id, float(assessment.shares[best])
    error = float(assessment.share_error[best])
    if share >= threshold and round(assessment.decided - share, 12) < settings.worth_asking:
        return Call("recommended", leader, leader, share, error)
    kind: VerdictKind = "not-enough-known" if assessment.decided >= threshold else "too-close"
    return Call(kind, None, leader, share, error)
