"""The knowledge base as a whole: what `rules/` says, checked and indexed."""

from functools import cached_property

from pydantic import Field

from advisor.model.base import Day, Frozen
from advisor.model.candidate import Candidate
from advisor.model.claim import Claim
from advisor.model.criterion import Criterion, Group, Settings
from advisor.model.fact import Fact
from advisor.model.overlay import Overlay
from advisor.model.probe import Metric, Probe
from advisor.model.property import Property
from advisor.model.question import Question
from advisor.model.rule import Rule
from advisor.model.source import Source
from advisor.model.trade_off import TradeOff


class Edition(Frozen):
    """Which issue of the knowledge base this is."""

    version: str
    date: Day


class Knowledge(Frozen):
    """Everything that the advisor knows before it has asked or measured anything."""

    edition: Edition
    content_hash: str
    """SHA-256 over the files it was read from, as `sha256:…`."""
    settings: Settings
    candidates: tuple[Candidate, ...] = Field(min_length=2)
    groups: tuple[Group, ...] = ()
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    questions: tuple[Question, ...]
    probes: tuple[Probe, ...]
    derived: tuple[Fact, ...]
    sources: tuple[Source, ...]
    rules: tuple[Rule, ...]
    claims: tuple[Claim, ...] = ()
    properties: tuple[Property, ...] = ()
    trade_offs: tuple[TradeOff, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    """In the order in which they lie on each other."""

    def __hash__(self) -> int:
        """By content hash, so that what is compiled from a knowledge base can be kept per knowledge base."""
        return hash(self.content_hash)

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """Every fact by id: asked, measured and derived."""
        names = tuple(candidate.id for candidate in self.candidates)
        found = [fact for question in self.questions for fact in question.facts()]
        found += [question.seen for question in self.questions if question.seen]
        found += [fact for probe in self.probes for fact in probe.facts(names)]
        return {fact.id: fact for fact in (*found, *self.derived)}

    @cached_property
    def question(self) -> dict[str, Question]:
        """The questions by id, in the order of the interview."""
        return {question.id: question for question in self.questions}

    def question_of(self, fact: str) -> str:
        """The id of the question that settles an asked fact."""
        return fact if fact in self.question else fact.rsplit(".", 1)[0]

    @cached_property
    def trade_off(self) -> dict[str, TradeOff]:
        """The trade-offs by id."""
        return {trade_off.id: trade_off for trade_off in self.trade_offs}

    def asked_as(self, name: str) -> Question | None:
        """The question under an id, or the one that a trade-off is asked as; None where there is neither."""
        return self.askable.get(name)

    @cached_property
    def askable(self) -> dict[str, Question]:
        """Everything that somebody may answer, by id: the questions of the interview, then the trade-offs."""
        return {**self.question, **{trade_off.id: trade_off.question() for trade_off in self.trade_offs}}

    @cached_property
    def metric(self) -> dict[str, Metric]:
        """The metrics of all probes by id."""
        return {metric.id: metric for probe in self.probes for metric in probe.metrics}

    @cached_property
    def probe_of(self) -> dict[str, Probe]:
        """The probe of each metric, by the metric's id."""
        return {metric.id: probe for probe in self.probes for metric in probe.metrics}

    @cached_property
    def probe(self) -> dict[str, Probe]:
        """The probes by id."""
        return {probe.id: probe for probe in self.probes}

    @cached_property
    def candidate(self) -> dict[str, Candidate]:
        """The candidates by id."""
        return {candidate.id: candidate for candidate in self.candidates}

    @cached_property
    def criterion(self) -> dict[str, Criterion]:
        """The criteria by id."""
        return {criterion.id: criterion for criterion in self.criteria}

    @cached_property
    def source(self) -> dict[str, Source]:
        """The sources by id."""
        return {source.id: source for source in self.sources}
