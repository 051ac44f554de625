"""The justification of a verdict against the grounds that its reasons name and against another reading of the rules."""

import datetime

import pytest
from hypothesis import given, settings

from advisor.decision.advise import advise
from advisor.decision.case import case_of
from advisor.decision.justification import Justifier, justify
from advisor.decision.margins import PRECISION
from advisor.knowledge.load import load
from tests.support.knowledge import answer_values, answers, knowledge_bases
from tests.support.profiles import profiles

TODAY = datetime.date(2026, 11, 23)


def walk(step):
    yield step
    for below in step.steps:
        yield from walk(below)


def parts(points):
    return round(points * PRECISION)


def check(knowledge, given_answers, measurements=None):
    result = advise(knowledge, given_answers, measurements, as_of=TODAY)
    case = case_of(knowledge, given_answers, measurements, as_of=TODAY)
    tree = justify(case, result)
    justifier = Justifier(case, result)
    given_values = {answer.question: answer.value for answer in result.answers}
    for row in result.ranking:
        candidate = justifier.candidate(row)
        assert parts(row.score) == sum(parts(step.points) for step in candidate.steps)
        for criterion in candidate.steps:
            importance, *reasons = criterion.steps
            assert parts(criterion.points) == sum(parts(step.points) for step in reasons)
            of_importance = {step.id for step in walk(importance) if step.kind == "rule"}
            found = [r for r in result.reasons if (r.candidate, r.criterion) == (row.candidate, criterion.id)]
            for step, reason in zip(reasons, found, strict=True):
                check_reason(knowledge, step, reason, of_importance, importance)
        for step in walk(candidate):
            if step.kind == "answer" and step.id in given_values:
                assert step.value == given_values[step.id]
    if result.verdict.leader:
        assert tree.steps[0] == justifier.candidate(result.ranking[0])
    ruled_out = [v.rule for v in result.vetoes if v.candidate != result.verdict.leader]
    assert [step.id for step in tree.steps if step.kind == "veto"] == ruled_out
    return result, tree


def check_reason(knowledge, step, reason, of_importance, importance):
    """The justification rests on the same rules, answers, measurements and sources as the reason says."""
    assert (step.id, step.points) == (reason.because.rules[0], reason.contribution)
    own = list(walk(step))
    rules = {s.id for s in own if s.kind in ("rule", "reason")} | of_importance
    assert rules == set(reason.because.rules)
    leaves = [*own, *walk(importance)]
    asked = {s.id for s in leaves if s.kind == "answer"}
    assert {name if name in knowledge.question else name.rsplit(".", 1)[0] for name in asked} == set(
        reason.because.answers
    )
    measured = {s.id for s in leaves if s.kind == "measurement" and not s.id.startswith("measured.")}
    assert measured == set(reason.because.measurements)
    assert {s.id for s in own if s.kind == "source"} == set(reason.because.sources)


@given(knowledge_bases(), answer_values())
@settings(max_examples=60, deadline=None)
def test_justifications_rest_on_what_reasons_name(knowledge, values):
    check(knowledge, answers(**values))


@pytest.mark.parametrize("index", range(9))
@pytest.mark.parametrize("left_out", [0, 12])
def test_justifications_of_what_ships(index, left_out):
    given_answers, measurements = profiles()[index]
    some = dict(list(given_answers.items())[left_out:])
    check(load(), some, measurements)
