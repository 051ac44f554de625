"""The value model: attainable ranges, additivity, measured advantages."""

import datetime

import numpy as np
import pytest
from hypothesis import given, settings

from advisor.decision.advise import advise
from advisor.decision.assess import Model
from advisor.decision.beliefs import believe
from advisor.decision.case import case_of
from advisor.decision.ranking import normalised
from advisor.decision.value import NORMAL_95, Advantage, advantages, counted, value_model
from advisor.engine.program import compile_knowledge
from advisor.model.answer import Answer
from tests.support.knowledge import (
    SETTINGS,
    answer_values,
    answers,
    build,
    criterion,
    evidence,
    knowledge_bases,
    question,
    rule,
    scale,
)
from tests.support.measurements import STEP, measured

TODAY = datetime.date(2026, 11, 23)
KNOWLEDGE = build()
ROUNDED = 5e-5
"""By so much a number of a result can differ from what was worked out: four digits are kept."""


def range_of(*rules):
    knowledge = build(
        criteria=[criterion("speed", "care")], questions=[question("one"), question("two"), scale("care")], rules=rules
    )
    return value_model(knowledge).ranges[0]


def test_rules_that_need_different_values_of_a_fact_do_not_add_up():
    exclusive = [rule(f"r{v}", {"fact": "one", "is": v}, evidence("left", "speed", 2)) for v in "abc"]
    assert range_of(*exclusive) == 2
    together = [rule(f"r{f}", {"fact": f, "is": "a"}, evidence("left", "speed", 2)) for f in ("one", "two")]
    assert range_of(*together) == 4


def test_for_and_against_are_bounded_apart():
    pair = (rule("for", None, evidence("left", "speed", 3)), rule("against", None, evidence("left", "speed", -1)))
    assert range_of(*pair) == 3


def test_a_criterion_without_evidence_has_range_one():
    assert range_of() == 1


@pytest.mark.parametrize("doublings", [-3.0, -2.0, -0.4, 0.0, 1.9, 2.5])
@pytest.mark.parametrize("spread", [0.0, 1e-6, 0.1, 1.5])
def test_what_counts_of_an_advantage_is_the_mean_of_what_is_drawn(doublings, spread):
    half = spread * NORMAL_95
    advantage = Advantage(doublings, doublings - half, doublings + half, None)
    drawn = doublings + spread * np.random.default_rng(1).standard_normal(200_000)
    limit = KNOWLEDGE.settings.saturates
    expected = np.clip(drawn, -limit, limit)
    found = counted(advantage, KNOWLEDGE.settings)
    assert found == pytest.approx(expected.mean(), abs=4 * spread / np.sqrt(len(drawn)) + 1e-12)


@given(knowledge_bases(), answer_values())
@settings(max_examples=40, deadline=None)
def test_contributions_add_up_to_scores(knowledge, values):
    given_answers = answers(**values)
    result = advise(knowledge, given_answers, None, as_of=TODAY)
    case = case_of(knowledge, given_answers, None, as_of=TODAY)
    weights = normalised(case.assessment.weights)
    for row in result.ranking:
        exact = sum(
            100 * weights[piece.criterion] * piece.points
            for piece in case.model.values.pieces
            if case.evaluation.fired[piece.rule] and knowledge.candidates[piece.candidate].id == row.candidate
        )
        assert abs(exact) <= 100 + 1e-6
        own = [reason.contribution for reason in result.reasons if reason.candidate == row.candidate]
        assert row.score == pytest.approx(sum(own), abs=ROUNDED * (1 + len(own)))
        parts = [value.contribution for value in row.criteria]
        assert row.score == pytest.approx(sum(parts), abs=ROUNDED * (1 + len(parts)))
        # What a score adds up is rounded as it is shown, so that at the end of the scale it may lie a rounding beyond.
        assert row.score == pytest.approx(exact, abs=ROUNDED * (1 + len(own)))


def test_advantages_are_doublings_about_the_geometric_mean():
    knowledge = build(probes=[STEP])
    found = advantages(knowledge, knowledge.metric["step"], measured(left=(10.0, 10.0, 10.0), right=(40.0, 20.0, 80.0)))
    assert found["left"].doublings == pytest.approx(1)
    assert found["right"].doublings == pytest.approx(-1)
    assert (found["right"].low, found["right"].high) == (pytest.approx(-2), pytest.approx(0))


def test_one_measured_candidate_is_compared_with_nobody():
    knowledge = build(probes=[STEP])
    assert advantages(knowledge, knowledge.metric["step"], measured(left=(10.0, 10.0, 10.0))) == {}
    assert advantages(knowledge, knowledge.metric["step"], None) == {}


def test_a_faster_candidate_gets_the_points_and_the_reason_names_the_figures():
    tried = {"fact": "measured.step", "is": True}
    knowledge = build(
        probes=[STEP],
        criteria=[criterion("speed", "care")],
        questions=[scale("care")],
        rules=[rule("compare", tried, {"compare": "step", "criterion": "speed", "strength": 1})],
    )
    found = measured(left=(10.0, 9.0, 11.0), right=(40.0, 36.0, 44.0))
    result = advise(knowledge, answers(care="high"), found, as_of=TODAY)
    assert result.verdict.candidate == "left"
    best = result.reasons[0]
    assert best.because.measurements == ("step.left",)
    assert "10.0 ms" in best.text
    # One doubling of the two that saturate, on the only criterion: half of all points.
    assert best.contribution == pytest.approx(50)
    unmeasured = advise(knowledge, answers(care="high"), None, as_of=TODAY)
    assert unmeasured.verdict.kind == "too-close"


def test_two_rules_on_one_metric_share_what_is_drawn_for_it():
    entries = [{"compare": "step", "criterion": name, "strength": 1} for name in ("speed", "calm")]
    knowledge = build(
        probes=[STEP],
        criteria=[criterion("speed", "care"), criterion("calm", "care")],
        questions=[scale("care")],
        rules=[rule("compare", {"fact": "measured.step", "is": True}, *entries)],
        settings={**SETTINGS, "weight_spread": 1.0},
    )
    program = compile_knowledge(knowledge)
    found = measured(left=(10.0, 5.0, 20.0), right=(20.0, 10.0, 40.0))
    model = Model(knowledge, program, value_model(knowledge), found, 0)
    known = believe(knowledge, program, [Answer(question="care", value="high")], found)
    (assessment,) = model.assess([known])
    single = build(
        probes=[STEP],
        criteria=[criterion("speed", "care")],
        questions=[scale("care")],
        rules=[rule("compare", {"fact": "measured.step", "is": True}, entries[0])],
        settings={**SETTINGS, "weight_spread": 1.0},
    )
    alone = Model(single, compile_knowledge(single), value_model(single), found, 0)
    (expected,) = alone.assess([known])
    # Two criteria that agree in everything are worth exactly what one is.
    assert assessment.scores.std() == pytest.approx(expected.scores.std(), rel=0.05)
