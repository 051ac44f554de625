"""What answers and measurements make known: every base fact's mask, and how what is unknown is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from advisor.engine.program import Program, compile_knowledge
from advisor.model.answer import Answer, AnswerValue
from advisor.model.base import Scalar
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.question import HOST_NOT_MEASURED, Question

Setting = Mapping[str, int]
"""Masks of the facts of one question."""


class OpenAnswer(NamedTuple):
    """A question whose answer is not known, and what it might be."""

    question: str
    settings: tuple[Setting, ...]
    """Its answers, one setting each: equally likely, but for a usual one."""
    labels: tuple[str, ...]
    """The same answers in words."""
    independent: bool = False
    """Whether each setting, of one true-or-false fact, holds or not by itself (an open question of kind `many`),
    rather than exactly one of them."""
    usual: int | None = None
    """The setting that has the share of the usual answer, if there is one; the others share the rest. Where they are
    independent, a mask of those that usually hold."""


class Beliefs(NamedTuple):
    """Everything known before any rule is applied."""

    known: Mapping[str, int]
    """Masks of all asked and measured facts; several bits where unknown."""
    open: tuple[OpenAnswer, ...]


def resolve(
    knowledge: Knowledge, answers: Mapping[str, Answer], measurements: Measurements | None
) -> tuple[Answer, ...]:
    """One answer a question, in the order of the interview: those given; for questions that the measured machine
    can answer and nobody has, what it says; the rest unknown."""
    resolved = []
    for question in knowledge.questions:
        answer = answers.get(question.id)
        # "Don't know" was asked too and stands; only silence is filled in.
        if answer is None and question.detect and measurements:
            value = question.proposed(measurements.host)
            if value != HOST_NOT_MEASURED:
                answer = Answer(question=question.id, value=value, origin="default")
        resolved.append(answer or Answer(question=question.id))
    return tuple(resolved)


def traded(knowledge: Knowledge, answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """The answers to trade-offs among others, in the order of the knowledge base, without those not known."""
    given = {answer.question: answer for answer in answers}
    found = (given[name] for name in knowledge.trade_off if name in given)
    return tuple(answer for answer in found if answer.value is not None or any(answer.ballots))


def believe(
    knowledge: Knowledge, program: Program, answers: Iterable[Answer], measurements: Measurements | None
) -> Beliefs:
    """The beliefs that resolved answers and measurements amount to."""
    known: dict[str, int] = {}
    open_ = []
    for answer in answers:
        question = knowledge.question[answer.question]
        choices = [ballot for ballot in answer.ballots if ballot is not None]
        if answer.value is not None:
            known.update(setting(question, program, answer.value))
        elif choices:
            settings = tuple(setting(question, program, ballot) for ballot in choices)
            known.update({fact: _union(choice[fact] for choice in settings) for fact in settings[0]})
            labels = tuple(label(question, program, ballot) for ballot in choices)
            open_.append(OpenAnswer(question.id, settings, labels))
        else:
            masks, entry = open_questions_of(knowledge)[question.id]
            known.update(masks)
            open_.append(entry)
    known.update(_measured(knowledge, program, measurements))
    return Beliefs(known, tuple(open_))


def setting(question: Question, program: Program, value: AnswerValue) -> dict[str, int]:
    """The masks of the facts of a question for an answer. The value must fit the question."""
    if question.kind == "many":
        chosen = set(value or ())
        return {
            f"{question.id}.{option.value}": program.domains[f"{question.id}.{option.value}"].bit(
                option.value in chosen
            )
            for option in question.options
        }
    return {question.id: program.domains[question.id].bit(value)}


def label(question: Question, program: Program, value: AnswerValue) -> str:
    """An answer in words, as it could be written in an answers file."""
    if value is None:
        return "not known"
    if question.kind == "many":
        return ", ".join(value) or "none of these"
    if question.kind == "number":
        return f"{value:.10g}"
    domain = program.domains[question.id]
    return domain.label(domain.index(value))


@lru_cache(maxsize=8)
def open_questions_of(knowledge: Knowledge) -> dict[str, tuple[Setting, OpenAnswer]]:
    """By question, the masks of its facts while nothing is known of it, and what it might come to."""
    program = compile_knowledge(knowledge)
    return {
        question.id: (
            {fact.id: program.domains[fact.id].full for fact in question.facts()},
            _open_question(question, program),
        )
        for question in knowledge.questions
    }


def _open_question(question: Question, program: Program) -> OpenAnswer:
    if question.kind == "many":
        settings = tuple({f"{question.id}.{option.value}": 0b10} for option in question.options)
        labels = tuple(option.value for option in question.options)
        usual = None if question.usual is None else sum(1 << labels.index(value) for value in question.usual)
        return OpenAnswer(question.id, settings, labels, independent=True, usual=usual)
    domain = program.domains[question.id]
    cells = range(domain.size)
    return OpenAnswer(
        question.id,
        tuple({question.id: 1 << cell} for cell in cells),
        tuple(domain.label(cell) for cell in cells),
        usual=None if question.usual is None else domain.index(question.usual),
    )


def _measured(knowledge: Knowledge, program: Program, measurements: Measurements | None) -> dict[str, int]:
    masks: dict[str, int] = {}
    host = measurements.host if measurements else None
    for question in knowledge.questions:
        if question.seen:
            masks[question.seen.id] = program.domains[question.seen.id].bit(question.proposed(host))
    for name, bits, probe, candidate in _outcomes_of(knowledge):
        outcome = measurements.outcome(probe, candidate) if measurements else None
        masks[name] = bits[outcome.status if outcome else "not-tried"]
    for name, bits, metric in _metrics_of(knowledge):
        found = sum(measurements.number(metric, c.id) is not None for c in knowledge.candidates) if measurements else 0
        masks[name] = bits[found >= 2]
    return masks


@lru_cache(maxsize=8)
def _outcomes_of(knowledge: Knowledge) -> tuple[tuple[str, Mapping[Scalar, int], str, str], ...]:
    """The facts of what came of probes, with the masks of their values, the probe and the candidate."""
    names = (
        (f"{probe.id}.{entry.id}", probe.id, entry.id) for probe in knowledge.probes for entry in knowledge.candidates
    )
    return tuple((fact, _bits(knowledge, fact), probe, candidate) for fact, probe, candidate in names)


@lru_cache(maxsize=8)
def _metrics_of(knowledge: Knowledge) -> tuple[tuple[str, Mapping[Scalar, int], str], ...]:
    """The facts of what can be compared, with the masks of their values and the metric."""
    metrics = (metric for probe in knowledge.probes for metric in probe.metrics)
    return tuple((metric.fact.id, _bits(knowledge, metric.fact.id), metric.id) for metric in metrics)


def _bits(knowledge: Knowledge, fact: str) -> Mapping[Scalar, int]:
    return {value: 1 << place for place, value in enumerate(knowledge.facts[fact].values)}


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union
