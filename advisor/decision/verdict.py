"""From shares to one of the four verdicts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from advisor.decision.assess import Assessment
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import VerdictKind


class Call(NamedTuple):
    """The verdict without its explanation."""

    kind: VerdictKind
    candidate: str | None
    leader: str | None
    confidence: float
    error: float


def call(knowledge: Knowledge, assessment: Assessment) -> Call:
    """The verdict on an assessment.

    A candidate is recommended when its first-rank share reaches the threshold of the settings. Where it doesn't, the
    unknown answers are to blame if, averaged over their completions, the share of the best candidate within a
    completion would reach it; otherwise the choice is too close even for somebody who had answered everything.
    """
    shares = assessment.shares
    best = int(np.argmax(shares))
    share = float(shares[best])
    if share <= 0:
        return Call("none-feasible", None, None, 0.0, 0.0)
    leader = knowledge.candidates[best].id
    error = float(assessment.share_error[best])
    threshold = knowledge.settings.recommend_share
    if share >= threshold:
        return Call("recommended", leader, leader, share, error)
    settled = round(float(assessment.by_completion.max(axis=1).mean()), 12)
    return Call("not-enough-known" if settled >= threshold else "too-close", None, leader, share, error)
