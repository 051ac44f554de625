"""The sentence of a verdict: what a close choice turns on, and what could still be measured."""

import datetime
from itertools import permutations

import numpy as np
import pytest

from advisor.decision.advise import advise
from advisor.decision.summary import summary
from advisor.decision.verdict import Call
from tests.support.knowledge import LEVELS, SOURCE, answers, build, criterion, evidence, question, rule, scale
from tests.support.measurements import STEP, measured, spoilt

TODAY = datetime.date(2026, 11, 25)
WEAK = {**SOURCE, "id": "weak", "grade": "weak"}
CARE = answers(care_k1="high", care_k2="high", one="a")


def base(*pieces, compare=None):
    """Evidence (candidate, criterion, strength) that is off by half, and perhaps a comparison of `step` under k2."""
    given = [{**rule(f"r{i}", None, evidence(*piece)), "sources": ["weak"]} for i, piece in enumerate(pieces)]
    compared = (
        [] if compare is None else [rule("timed", compare, {"compare": "step", "criterion": "k2", "strength": 1})]
    )
    return build(
        criteria=[criterion("k1"), criterion("k2")],
        questions=[scale("care-k1", LEVELS), scale("care-k2", LEVELS), question("one")],
        probes=[STEP],
        sources=[SOURCE, WEAK],
        rules=[*given, *compared],
    )


def said(knowledge, numbers=None, **more):
    result = advise(knowledge, {**CARE, **answers(**more)}, numbers, as_of=TODAY)
    assert result.verdict.kind == "too-close"
    return result.verdict.summary.partition("%. ")[2]


@pytest.mark.parametrize(
    ("pieces", "turns"),
    [
        (
            [("left", "k1", 1), ("right", "k2", 1), ("left", "k2", 0.1)],
            "It turns on what counts more: on k1 (for The left) or on k2 (for The right).",
        ),
        ([("left", "k1", 1.4), ("right", "k1", 1.3)], "It turns on on k1 (for The left), of which too little is sure."),
        ([("left", "k1", 1), ("right", "k1", 1)], "Nothing that is known tells the two apart."),
    ],
)  # fmt: skip
def test_a_close_choice_says_what_it_turns_on(pieces, turns):
    assert said(base(*pieces)) == turns


IS_A = {"fact": "one", "is": "a"}


def test_what_could_be_measured_is_named_with_what_it_could_do():
    """Its swing is the farthest that any measurement sets the two apart."""
    knowledge = base(("left", "k1", 1), ("right", "k1", 1), compare=IS_A)
    (entry,) = advise(knowledge, CARE, None, as_of=TODAY).to_measure
    assert (entry.metric, entry.probe, entry.criterion) == ("step", "step", "k2")
    apart = []
    for left, right in permutations((1.0, 1000.0)):
        numbers = measured(left=(left, left, left), right=(right, right, right))
        result = advise(knowledge, CARE, numbers, as_of=TODAY)
        assert result.to_measure == ()
        one, other = (row.criteria[1].contribution for row in result.ranking)
        apart.append(abs(one - other))
    assert entry.swing == pytest.approx(max(apart), abs=1e-3)
    assert said(knowledge).endswith(' Measure next: "A training step".')


def test_what_no_rule_would_compare_or_fails_anyway_is_not_named():
    knowledge = base(("left", "k1", 1), ("right", "k1", 1), compare=IS_A)
    assert advise(knowledge, {**CARE, **answers(one="b")}, None, as_of=TODAY).to_measure == ()
    assert advise(knowledge, {**CARE, **answers(care_k2="ignore")}, None, as_of=TODAY).to_measure == ()
    assert (
        len(advise(knowledge, {name: CARE[name] for name in ("care-k1", "care-k2")}, None, as_of=TODAY).to_measure) == 1
    )
    fails = measured(left=(1, 1, 1))
    failed = fails.outcomes[0].model_copy(update={"candidate": "right", "status": "fails", "measurements": ()})
    for outcomes in ((failed,), (*fails.outcomes, failed)):
        numbers = fails.model_copy(update={"outcomes": outcomes})
        assert advise(knowledge, CARE, numbers, as_of=TODAY).to_measure == ()


def test_what_a_busy_machine_spoilt_can_be_measured_again():
    knowledge = base(("left", "k1", 1), ("right", "k1", 1), compare=IS_A)
    taken = measured(left=(1, 1, 1), right=(9, 9, 9))

    def asked(numbers):
        return advise(knowledge, CARE, numbers, as_of=TODAY).to_measure

    assert asked(taken) == ()
    assert [entry.metric for entry in asked(spoilt(taken))] == ["step"]
    assert asked(spoilt(taken, "left")) == (), "it does other work than the rest, and would again"


def test_a_measurement_that_cannot_make_up_for_the_lead_is_not_asked_for():
    alike = (("left", "k2", 3), ("right", "k2", 3))
    clear = base(("left", "k1", 3), ("left", "k1", -2), ("right", "k1", 0.5), *alike, compare=IS_A)
    result = advise(clear, {**CARE, **answers(care_k1="essential", care_k2="low")}, None, as_of=TODAY)
    lead = abs(result.ranking[0].score - result.ranking[1].score)
    assert result.verdict.kind == "too-close"
    assert result.to_measure[0].swing < lead
    assert "Measure next" not in result.verdict.summary


def test_almost_all_draws_are_not_said_to_be_all():
    knowledge = base(("left", "k1", 3))
    ranking = advise(knowledge, CARE, None, as_of=TODAY).ranking
    almost = Call("recommended", "left", "left", 0.9987, 0.001)
    said = summary(knowledge, almost, ranking, np.array([[1.0, 0.0], [0.0, 0.0]]), (), (), ())
    assert said == "Use The left: it ranks first in >99% of the draws, ahead of The right mainly in on k1."
