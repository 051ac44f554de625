"""What `advisor explain` gives: a verdict questioned, down to the answers, measurements and sources under it."""

from __future__ import annotations

import datetime
from typing import Literal

from advisor.model.answer import AnswerValue, Origin
from advisor.model.base import FormatVersion, Frozen, Scalar
from advisor.model.recommendation import Change, Flip, Reason, Verdict, VerdictKind, VetoGiven

StepKind = Literal[
    "verdict",
    "candidate",
    "criterion",
    "importance",
    "reason",
    "veto",
    "rule",
    "silent-rule",
    "fact",
    "default",
    "answer",
    "measurement",
    "source",
]


class Step(Frozen):
    """One statement of a proof, and under it the steps that it follows from."""

    kind: StepKind
    id: str
    """Of the candidate, criterion, rule, fact, question, measurement (`metric.candidate`, `probe.candidate`) or
    source; of a verdict its kind, of a default the derived fact."""
    text: str
    value: AnswerValue | Scalar = None
    """What the fact, answer or measurement is; null where it isn't known. Of a verdict the candidate."""
    points: float | None = None
    """What it contributes to the candidate's score; the points of the steps below that have any add up to it."""
    origin: Origin | None = None
    """Of an answer: where it came from."""
    steps: tuple[Step, ...] = ()


class Weighed(Frozen):
    """What one rule contributes to a margin under one criterion."""

    criterion: str
    rule: str
    """Its id; where it was written once for both candidates, the id as it is written."""
    text: str
    """What it says of the candidate, or of the rival where it says nothing of the candidate."""
    rival_text: str = ""
    """What it says of the rival, where it says something else of each."""
    candidate_points: float
    rival_points: float
    difference: float
    """The candidate's points less the rival's: above 0 it speaks for the candidate."""


class CriterionMargin(Frozen):
    """One criterion's part of a margin."""

    criterion: str
    weight: float
    """Share of all weights, 0..1."""
    candidate_points: float
    rival_points: float
    difference: float
    """The sum of the differences of its reasons, exactly."""
    reasons: tuple[Weighed, ...]
    """Weightiest first; what gives both the same is left out."""


class Margin(Frozen):
    """By how many points a candidate is ahead of a rival, and what makes the difference. All points are whole
    ten-thousandths: differences of reasons add up exactly to those of criteria, and these to the margin."""

    candidate: str
    rival: str
    candidate_score: float
    rival_score: float
    difference: float
    criteria: tuple[CriterionMargin, ...]
    """The largest difference in favour of the candidate first."""


class WhyNot(Frozen):
    """Why a candidate doesn't lead."""

    candidate: str
    first_rank_share: float
    margin: Margin | None
    """The leader's margin over it; null where nobody leads."""
    vetoes: tuple[Step, ...]
    """What rules it out, each with its proof."""


class FailedCondition(Frozen):
    """The first test of a rule that doesn't hold, from left to right, and what would make it hold."""

    text: str
    """The test in words."""
    fact: str
    kind: Literal["asked", "measured", "derived"]
    value: Scalar | None
    """The fact's value; null where it isn't known."""
    nearest: Scalar | None
    """The nearest value of the fact that would do: of ordered values and numbers the nearest in order, of others the
    first listed. Null where none would."""
    changes: tuple[Change, ...] | None
    """The cheapest set of at most three changes of answers with which the test holds; null where there is none."""


class RuleExplained(Frozen):
    """Why a rule fired, or what keeps it silent."""

    rule: str
    text: str
    state: Literal["fired", "false", "unknown"]
    """`unknown`: it could still fire, depending on answers that are open."""
    proof: Step | None
    """Of a rule that fired: what it rests on."""
    failed: FailedCondition | None
    """Of a silent one."""
    fires_with: tuple[Change, ...] | None
    """Of a silent one: the cheapest set of at most three changes of answers with which it fires; null where there is
    none, such as where a measurement would have to come out differently."""


class RankChange(Frozen):
    """One candidate before and after."""

    candidate: str
    share_before: float
    share_after: float
    score_before: float
    score_after: float
    feasible_before: bool
    feasible_after: bool


class ReasonChange(Frozen):
    """A reason that counts for more or less than it did."""

    reason: Reason
    """As it is afterwards."""
    before: float
    """Its points before."""


class WhatIf(Frozen):
    """What answers given otherwise would make of the verdict."""

    changes: tuple[Change, ...]
    before: Verdict
    after: Verdict
    verdict_changes: bool
    """Whether the verdict's kind or candidate does."""
    ranking: tuple[RankChange, ...]
    """In the order afterwards."""
    gained: tuple[Reason, ...]
    lost: tuple[Reason, ...]
    reweighed: tuple[ReasonChange, ...]
    """Reasons that stay with other points, since weights are shares of a whole; the largest change first."""
    vetoes_gained: tuple[VetoGiven, ...]
    vetoes_lost: tuple[VetoGiven, ...]


class FlipSet(Flip):
    """A set of changes of answers that changes the verdict, while no smaller part of it does."""

    cost: int
    """How implausible the changes are, together (docs/method.md#flips)."""


class FlipSearch(Frozen):
    """The smallest sets of changes that change the verdict, and how far they were looked for."""

    flips: tuple[FlipSet, ...]
    """Cheapest first."""
    most_changes: int
    sets: int
    """How many sets were looked at; those that hold a smaller flip aren't counted."""
    scenarios: int
    """How many different scenarios they come to: sets that fire the same rules with the same weights are one."""
    assessed: int
    """Scenarios assessed with as many draws as the verdict; the others were set aside after fewer, being at least
    five standard errors from another verdict."""
    complete_to: int
    """All sets up to this cost were looked at, so no cheaper flip is missing."""
    ended: Literal["all", "enough", "limit"]
    """Why the search ended: nothing was left, as many flips were found as were asked for, or the limit of sets was
    reached."""


class Lead(Frozen):
    """Who leads, how surely, and whether that is enough for a recommendation."""

    candidate: str | None
    kind: VerdictKind
    share: float


class WeightChange(Frozen):
    """How much a weight would have to change for another candidate to lead or to be recommended, or for the one that is
    recommended not to be."""

    factor: float | None
    """What the weight is multiplied by; null for a criterion that weighs nothing at present."""
    holds_at: float | None
    """A factor on the near side at which that isn't so: the threshold lies between the two."""
    level: str | None
    """The first level of importance that is enough; null where none is, or where the importance isn't known."""
    lead: Lead
    """With the changed weight."""


WEIGHT_BOUND = 64
"""No weight is multiplied by more, nor divided by more without being left out."""


class WeightThreshold(Frozen):
    """What more or less weight of one criterion would do."""

    criterion: str
    level: str | None
    """Its importance; null where that isn't known."""
    weight: float
    """As importance and trade-offs give it, not normalised; where importance isn't known its mean over the draws."""
    more: WeightChange | None
    """Null where no weight up to 64 times as much changes who leads."""
    less: WeightChange | None
    """Null where not even leaving the criterion out does."""
    more_recommended: WeightChange | None = None
    """Null where no weight up to 64 times as much makes the verdict recommend whom it doesn't now."""
    less_recommended: WeightChange | None = None
    """Null where not even leaving the criterion out does."""
    more_lost: WeightChange | None = None
    """Null where no weight up to 64 times as much takes away the recommendation that there is now."""
    less_lost: WeightChange | None = None
    """Null where not even leaving the criterion out does."""


class Figure(Frozen):
    """A number as measured and as it would have to be."""

    metric: str
    unit: str
    measured: float
    needed: float


class Improvement(Frozen):
    """How much better a candidate would have to be to be recommended."""

    factor: float
    """How many times as fast, or as small."""
    holds_at: float
    """A factor at which it isn't recommended yet: the threshold lies between the two."""
    figures: tuple[Figure, ...]
    lead: Lead
    """With these figures."""


class CandidateThreshold(Frozen):
    """How much better a candidate would have to be to lead, and to be recommended, by one factor for all these
    numbers."""

    candidate: str
    metrics: tuple[str, ...]
    factor: float | None
    """How many times as fast, or as small, to lead; 1 where it leads already, null where no factor would do it."""
    holds_at: float | None
    """A factor at which it doesn't lead yet, or where none would do: the one from which being better counts no more.
    Null where it leads already."""
    figures: tuple[Figure, ...]
    lead: Lead
    """With these figures; where none would do, with those from which being better counts no more."""
    recommended: Improvement | None = None
    """Null where no factor would do it."""


class MeasuredThreshold(CandidateThreshold):
    """How much better a candidate would have to be, by all that was measured of it under one criterion."""

    criterion: str


class Thresholds(Frozen):
    """How far weights and measurements are from giving the lead to another candidate, and from recommending one that
    isn't recommended now. Each one stated was assessed with as many draws as the verdict."""

    leader: str
    weights: tuple[WeightThreshold, ...]
    measurements: tuple[MeasuredThreshold, ...]
    """Of everybody who isn't recommended."""
    together: tuple[CandidateThreshold, ...] = ()
    """By candidate, of everything that was measured of it and counts, over all criteria."""


class Basis(Frozen):
    """What was questioned."""

    content_hash: str
    """Of the knowledge."""
    as_of: datetime.date
    seed: int
    readvised: bool
    """Whether the answers and measurements were advised on again, with another knowledge than the result's own."""
    left_out: tuple[str, ...]
    """Answers of the result that this knowledge has no use for, by question."""


class ExplanationDocument(Frozen):
    """A result explained. What was not asked for is null or empty."""

    format_version: FormatVersion = "1.0"
    basis: Basis
    verdict: Verdict
    why: Step
    why_not: tuple[WhyNot, ...]
    rules: tuple[RuleExplained, ...]
    what_if: WhatIf | None
    flips: FlipSearch | None
    thresholds: Thresholds | None


Step.model_rebuild()
