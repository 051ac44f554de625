"""The result: a verdict with everything that it rests on."""

import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, ValidationInfo, field_validator

from advisor.model.answer import Answer, AnswerValue
from advisor.model.base import FormatVersion, Frozen, Scalar, Seed
from advisor.model.measurement import Host, Interpreter, Level, Measurements, Outcome
from advisor.model.overlay import Overlay
from advisor.model.source import Source

VerdictKind = Literal["recommended", "too-close", "not-enough-known", "none-feasible"]
Settled = Literal["proven", "as-good-as", "open"]
"""Whether open answers can still change the verdict: proven that they can't, as good as settled (under 2.5 % of their
completions would, as a sample shows), or open."""


def _part(value: float) -> float:
    # Not by bounds of the field, which the published schema would have, too: a minor version only adds to that.
    if not 0 <= value <= 1:
        raise ValueError(f"{value:.10g} is no share: these lie between 0 and 1")
    return value


Share = Annotated[float, AfterValidator(_part)]
"""A part of a whole, 0..1."""


class Tool(Frozen):
    """What made the document."""

    name: str = "advisor"
    version: str


class KnowledgeStamp(Frozen):
    """Which knowledge base was used."""

    version: str
    content_hash: str
    date: datetime.date
    rules: int
    stale_sources: int
    """Sources past their review date on the `as_of` date."""
    overlays: tuple[Overlay, ...] = ()
    """What was laid on top of the rules that ship."""


class Environment(Frozen):
    """Where the measurements were taken; all null and empty without measurements."""

    host: Host | None = None
    interpreters: tuple[Interpreter, ...] = ()
    level: Level | None = None
    fingerprint: str | None = None


class Because(Frozen):
    """The ids that a statement rests on."""

    rules: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    """Questions."""
    measurements: tuple[str, ...] = ()
    """`metric.candidate`."""
    sources: tuple[str, ...] = ()
    overlays: tuple[str, ...] = ()
    """Those that the rules come from or were changed by."""


class Notice(Frozen):
    """A warning, or a piece of advice."""

    text: str
    candidate: str | None
    because: Because


class Next(Frozen):
    """What to do now."""

    install: str | None
    starter: str | None
    advice: tuple[Notice, ...]


class Possible(Frozen):
    """A verdict that open answers may lead to."""

    kind: VerdictKind
    candidate: str | None
    """Of `recommended` only."""
    share: Share
    """The share of the completions of the open answers that have it, 0..1."""


class Verdict(Frozen):
    """The answer."""

    kind: VerdictKind
    candidate: str | None
    """Of `recommended` only."""
    leader: str | None
    """The candidate that ranks first most often, recommended or not."""
    confidence: Share
    """The leader's first-rank share."""
    confidence_error: float
    """Standard error of that share, from sampling; never 0, since what a sample didn't show may still be so."""
    settled: Settled = "open"
    """Whether open answers can still change the verdict's kind or candidate."""
    likely_kind: VerdictKind | None = None
    """The verdict of all completions of the open answers, or of most: what somebody who answers everything would be
    told. None where this wasn't worked out."""
    likely_candidate: str | None = None
    """Where `likely_kind` is `recommended`."""
    may_change: Share = 1.0
    """The share of completions with another verdict, 0..1."""
    may_change_error: float = 0.0
    """Standard error of that share, from sampling."""
    may_become: tuple[Possible, ...] = ()
    """Every verdict that completions have, commonest first; empty where this wasn't worked out."""
    summary: str
    warnings: tuple[Notice, ...]
    next: Next

    @field_validator("may_become")
    @classmethod
    def _the_only_one_if_proven(cls, ways: tuple[Possible, ...], info: ValidationInfo) -> tuple[Possible, ...]:
        if info.data.get("settled") == "proven" and len(ways) > 1:
            raise ValueError(f"{len(ways)} verdicts are possible, and one is proven to be the only one")
        return ways


class CriterionValue(Frozen):
    """One candidate under one criterion."""

    criterion: str
    weight: float
    """Share of all weights, 0..1."""
    contribution: float
    """Points of the candidate's score."""


class GroupValue(Frozen):
    """One candidate under a group of criteria: the sums over them."""

    group: str
    weight: float
    """Share of all weights, 0..1."""
    contribution: float
    """Points of the candidate's score."""


class CentralWeight(Frozen):
    """What a criterion weighs, on average, where a candidate ranks first."""

    criterion: str
    weight: float
    """Share of all weights, 0..1."""
    error: float
    """Standard error of the weight, from sampling."""


class Ranked(Frozen):
    """One candidate's place. Scores are points: 100 would be the most that could speak for it on every criterion,
    0 is neither for nor against."""

    candidate: str
    score: float
    score_low: float
    """5th percentile over the draws."""
    score_high: float
    """95th percentile over the draws."""
    first_rank_share: Share
    """Share of the draws in which it is feasible and ranks first."""
    feasible: bool
    criteria: tuple[CriterionValue, ...]
    groups: tuple[GroupValue, ...] = ()
    """The same by groups of criteria; empty where the knowledge base has none."""
    rank_acceptability: tuple[Share, ...] = ()
    """Share of the draws in which it takes each rank, best first; the first is `first_rank_share`."""
    rank_error: tuple[float, ...] = ()
    """Standard errors of these shares, from sampling."""
    central_weights: tuple[CentralWeight, ...] | None = None
    """What someone who prefers this candidate cares about: the mean weights of the draws in which it ranks first;
    null where it never does."""
    confidence_factor: Share | None = None
    """How often it ranks first when the weights are its central weights and everything else is drawn; null where it
    has none."""
    confidence_factor_error: float | None = None
    """Standard error of the confidence factor, from sampling."""


class Reason(Frozen):
    """One piece of evidence and what it is worth."""

    text: str
    candidate: str
    criterion: str
    contribution: float
    """Points; a candidate's contributions add up to its score."""
    currency: float = 1.0
    """The share of its strength with which it counts: below 1 where a source is past its review date."""
    because: Because


class VetoGiven(Frozen):
    """A rule that excludes a candidate."""

    candidate: str
    rule: str
    text: str
    because: Because


class Change(Frozen):
    """One answer changed."""

    question: str
    before: AnswerValue
    after: AnswerValue


class Flip(Frozen):
    """A change of answers that changes the verdict, and what it then is."""

    changes: tuple[Change, ...]
    kind: VerdictKind
    candidate: str | None
    confidence: Share


class OpenQuestion(Frozen):
    """A question that is not settled, and what it could change."""

    question: str
    text: str
    gain: float
    """How much the leader's first-rank share is expected to rise once it is answered, 0..1."""
    moves: float
    """What share of first ranks its answer is expected to move from one candidate to another, 0..1."""
    settles: float = 0.0
    """How many bits of the uncertainty of the verdict its answer is expected to take away."""
    leads_to: dict[str, str | None]
    """For each possible answer, as text, the candidate that would then lead (None: none feasible)."""
    usual: AnswerValue = None
    """The answer that is taken to be likely meanwhile; null where all are alike."""


class ToMeasure(Frozen):
    """A metric that isn't measured for enough candidates to be compared, and that a rule would compare."""

    metric: str
    title: str
    probe: str
    """The probe that measures it."""
    criterion: str
    swing: float
    """Points by which it could set two candidates apart at most."""


class Fired(Frozen):
    """A rule that fired, on which values of which facts."""

    rule: str
    facts: dict[str, Scalar]


class Waiting(Frozen):
    """A rule that could still fire, and the unknown facts that keep it from doing so."""

    rule: str
    unknown: tuple[str, ...]


class Trace(Frozen):
    """What forward chaining did."""

    fired: tuple[Fired, ...]
    waiting: tuple[Waiting, ...]
    derived: dict[str, Scalar | None]
    """Each derived fact's value, None where it depends on what is unknown."""


class Certificate(Frozen):
    """What seals a result: whoever changes a field and nothing else breaks it."""

    algorithm: Literal["sha256"] = "sha256"
    digest: str
    """Of the document without this field, written in the one way that docs/certificate.md specifies."""


class Recommendation(Frozen):
    """The whole result, as it is printed by `--json`."""

    format_version: FormatVersion = "1.0"
    tool: Tool
    as_of: datetime.date
    seed: Seed
    knowledge: KnowledgeStamp
    answers: tuple[Answer, ...]
    environment: Environment
    measurements: tuple[Outcome, ...]
    verdict: Verdict
    ranking: tuple[Ranked, ...]
    reasons: tuple[Reason, ...]
    vetoes: tuple[VetoGiven, ...]
    flips: tuple[Flip, ...]
    open_questions: tuple[OpenQuestion, ...]
    to_measure: tuple[ToMeasure, ...] = ()
    """Those that could set two candidates the farthest apart first."""
    trace: Trace
    sources: tuple[Source, ...]
    certificate: Certificate | None = None
    """None in a result made before there were any."""

    @field_validator("ranking")
    @classmethod
    def _with_the_leader(cls, rows: tuple[Ranked, ...], info: ValidationInfo) -> tuple[Ranked, ...]:
        verdict = info.data.get("verdict")
        if verdict and verdict.leader not in (None, *(row.candidate for row in rows)):
            raise ValueError(f"{verdict.leader}, which leads, isn't ranked")
        return rows

    @field_validator("ranking")
    @classmethod
    def _by_the_same_criteria(cls, rows: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
        known = [value.criterion for value in rows[0].criteria] if rows else []
        for row in rows:
            central = {weight.criterion for weight in row.central_weights or ()}
            if [value.criterion for value in row.criteria] != known or not central <= set(known):
                raise ValueError(f"{row.candidate} isn't ranked by the same criteria as {rows[0].candidate}")
            if (row.central_weights is None) != (row.confidence_factor is None):
                raise ValueError(f"{row.candidate}: central weights and a confidence factor go together")
        return rows

    @property
    def given(self) -> dict[str, Answer]:
        """The answers that this rests on, by question: with the same knowledge, measurements, date and seed it follows
        from them again."""
        return {answer.question: answer for answer in self.answers if answer.origin != "unknown"}

    @property
    def measured(self) -> Measurements | None:
        """The measurements that this rests on, without the comparisons, on which no verdict does; None where nothing
        was measured."""
        environment = self.environment
        if environment.host is None or environment.level is None or environment.fingerprint is None:
            return None
        return Measurements(
            level=environment.level,
            fingerprint=environment.fingerprint,
            host=environment.host,
            interpreters=environment.interpreters,
            outcomes=self.measurements,
        )


class Difference(Frozen):
    """A question on which people differ."""

    question: str
    text: str
    ballots: dict[str, AnswerValue]
    """Each person's answer; None where it was left open."""
    gain: float
    """How much the leader's first-rank share is expected to rise once they agree on it, 0..1."""
    moves: float
    """What share of first ranks agreeing on it is expected to move from one candidate to another, 0..1."""
    leads_to: dict[str, str | None]


class GroupRecommendation(Frozen):
    """What a team gets: the group's result, each person's own, and where they differ."""

    format_version: FormatVersion = "1.0"
    group: Recommendation
    members: dict[str, Recommendation]
    differences: tuple[Difference, ...]
    """Those that move the result most first."""


class ErrorBody(Frozen):
    """What went wrong and how to mend it."""

    code: str
    message: str
    hint: str


class ErrorDocument(Frozen):
    """What `--json` prints instead of a result when there is none."""

    format_version: FormatVersion = "1.0"
    error: ErrorBody
