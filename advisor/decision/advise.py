"""`advise`: the one function behind every front."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING

from advisor import __version__
from advisor.decision.acceptability import acceptability
from advisor.decision.ageing import review_by
from advisor.decision.beliefs import traded
from advisor.decision.case import case_of
from advisor.decision.changes import flips, open_questions
from advisor.decision.explain import Explanation, explain
from advisor.decision.foresee import Effort
from advisor.decision.interview import Prospect, nothing_open, prospect
from advisor.decision.ranking import normalised, ranked
from advisor.decision.seal import sealed
from advisor.decision.summary import summary
from advisor.decision.to_measure import to_measure
from advisor.decision.verdict import Call
from advisor.engine.trace import trace
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.recommendation import (
    Environment,
    KnowledgeStamp,
    Next,
    Notice,
    Ranked,
    Recommendation,
    Tool,
    Verdict,
)
from advisor.model.source import Source

if TYPE_CHECKING:
    from advisor.decision.next_trade_off import Informative

FORESEEN = Effort(400, 256, 1024)
"""How much is looked at for the prospect in one recommendation; the interview looks at more (`ASKING`)."""
PROOF_NODES = 4
"""Parts that a proof may look at in one recommendation; the interview takes more time for it."""


def advise(
    knowledge: Knowledge,
    answers: Mapping[str, Answer],
    measurements: Measurements | None,
    *,
    as_of: datetime.date,
    seed: int = 0,
) -> Recommendation:
    """The recommendation that follows from the knowledge, answers by question (missing ones are unknown) and
    measurements. The same arguments give an equal result. Answers must fit their questions (`Question.accept`)."""
    case = case_of(knowledge, answers, measurements, as_of=as_of, seed=seed)
    model, beliefs, assessment, verdict = case.model, case.beliefs, case.assessment, case.verdict
    explanation = explain(model, case.evaluation, assessment.weights)
    ranking = ranked(model, case.evaluation, assessment, acceptability(model, assessment))
    found = prospect(model, beliefs, FORESEEN, PROOF_NODES) if beliefs.open else nothing_open(verdict)
    open_ = open_questions(model, beliefs.open, assessment, found.reductions)
    measurable = to_measure(model, beliefs, normalised(assessment.weights), measurements)
    disputed = {answer.question for answer in case.answers if answer.ballots}
    result = Recommendation(
        tool=Tool(version=__version__),
        as_of=as_of,
        seed=seed,
        knowledge=_stamp(knowledge, as_of),
        answers=(*case.answers, *traded(knowledge, answers.values())),
        environment=_environment(measurements),
        measurements=measurements.outcomes if measurements else (),
        verdict=_verdict(
            knowledge,
            verdict,
            found,
            explanation,
            summary(knowledge, verdict, ranking, assessment.worth, open_, measurable, disputed),
        ),
        ranking=ranking,
        reasons=explanation.reasons,
        vetoes=explanation.vetoes,
        flips=flips(model, case.answers, beliefs, assessment, verdict),
        open_questions=open_,
        to_measure=measurable,
        trace=trace(knowledge, model.program, case.evaluation),
        sources=_cited(knowledge, explanation),
    )
    return sealed(result)


def preview(
    knowledge: Knowledge,
    answers: Mapping[str, Answer],
    measurements: Measurements | None,
    *,
    as_of: datetime.date | None = None,
    seed: int = 0,
) -> tuple[Ranked, ...]:
    """The ranking alone, as `advise` would give it, for showing while answers are still being given; without `as_of`
    nothing is aged."""
    case = case_of(knowledge, answers, measurements, as_of=as_of, seed=seed)
    return ranked(case.model, case.evaluation, case.assessment)


def telling_trade_offs(
    knowledge: Knowledge,
    answers: Mapping[str, Answer],
    measurements: Measurements | None,
    *,
    as_of: datetime.date | None = None,
    seed: int = 0,
) -> list[Informative]:
    """The trade-offs still to be answered, with what each is expected to tell of the verdict and of the weights."""
    # Imported here: no recommendation needs it.
    from advisor.decision.next_trade_off import informative

    case = case_of(knowledge, answers, measurements, as_of=as_of, seed=seed)
    return informative(case.model, case.assessment, answers)


def _stamp(knowledge: Knowledge, as_of: datetime.date) -> KnowledgeStamp:
    return KnowledgeStamp(
        version=knowledge.edition.version,
        content_hash=knowledge.content_hash,
        date=knowledge.edition.date,
        rules=len(knowledge.rules),
        stale_sources=sum(review_by(knowledge, source) < as_of for source in knowledge.sources),
        overlays=knowledge.overlays,
    )


def _environment(measurements: Measurements | None) -> Environment:
    if measurements is None:
        return Environment()
    return Environment(
        host=measurements.host,
        interpreters=measurements.interpreters,
        level=measurements.level,
        fingerprint=measurements.fingerprint,
    )


def _verdict(
    knowledge: Knowledge,
    verdict: Call,
    found: Prospect,
    explanation: Explanation,
    said: str,
) -> Verdict:
    winner = knowledge.candidate[verdict.candidate] if verdict.candidate else None

    def concerns(notice: Notice) -> bool:
        return notice.candidate in (None, verdict.leader)

    return Verdict(
        kind=verdict.kind,
        candidate=verdict.candidate,
        leader=verdict.leader,
        confidence=round(verdict.confidence, 4),
        confidence_error=round(verdict.error, 4),
        settled=found.settled,
        likely_kind=found.key.kind,
        likely_candidate=found.key.candidate,
        may_change=round(found.may_change, 4),
        may_change_error=round(found.error, 4),
        may_become=tuple(each.model_copy(update={"share": round(each.share, 4)}) for each in found.may_become),
        summary=said,
        warnings=tuple(filter(concerns, explanation.warnings)),
        next=Next(
            install=winner.install if winner else None,
            starter=winner.starter if winner else None,
            advice=tuple(filter(concerns, explanation.advice)),
        ),
    )


def _cited(knowledge: Knowledge, explanation: Explanation) -> tuple[Source, ...]:
    groups = (explanation.reasons, explanation.vetoes, explanation.warnings, explanation.advice)
    cited = {source for group in groups for entry in group for source in entry.because.sources}
    return tuple(source for source in knowledge.sources if source.id in cited)
