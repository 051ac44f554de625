"""Robustness: shares against closed forms, and what must hold of them."""

import datetime
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.decision.advise import advise, preview
from advisor.decision.assess import FULL, Budget, Model
from advisor.decision.beliefs import believe
from advisor.decision.value import value_model
from advisor.engine.program import compile_knowledge
from advisor.model.answer import Answer
from tests.support.knowledge import (
    LEVELS,
    SETTINGS,
    SOURCE,
    answer_values,
    answers,
    build,
    candidate,
    criterion,
    evidence,
    knowledge_bases,
    question,
    rule,
    scale,
)

TODAY = datetime.date(2026, 11, 23)


def shares(knowledge, values, seed=0):
    ranking = preview(knowledge, answers(**values), None, seed=seed)
    return {row.candidate: row.first_rank_share for row in ranking}


def two_criteria(left, right):
    """Left is better by `left` on one criterion, right by `right` on the other; both attain a range of 3."""
    return build(
        criteria=[criterion("k1", "care-one"), criterion("k2", "care-two")],
        questions=[scale("care-one"), scale("care-two"), question("never")],
        rules=[
            rule("for-left", None, evidence("left", "k1", left)),
            rule("for-right", None, evidence("right", "k2", right)),
            rule("range-one", {"fact": "never", "is": "a"}, evidence("left", "k1", 3 - left)),
            rule("range-two", {"fact": "never", "is": "a"}, evidence("right", "k2", 3 - right)),
        ],
    )


@pytest.mark.parametrize(("left", "right"), [(1, 1), (2, 1.6), (2, 2.4), (1, 1.9), (3, 1)])
def test_two_criteria_agree_with_the_closed_form(left, right):
    """Left ranks first where log2(w1/w2) > log2(right/left); with equal levels log2(w1/w2) is the difference of two
    uniform variables on [-h, h], h = log2(spread): a triangular distribution on [-2h, 2h]."""
    knowledge = two_criteria(left, right)
    values = {"care_one": "medium", "care_two": "medium", "never": "b"}
    h = np.log2(knowledge.settings.weight_spread)
    x = np.clip(np.log2(right / left), -2 * h, 2 * h)
    below = (x + 2 * h) ** 2 / (8 * h**2) if x <= 0 else 1 - (2 * h - x) ** 2 / (8 * h**2)
    assert shares(knowledge, values)["left"] == pytest.approx(1 - below, abs=4 * 0.5 / np.sqrt(FULL.draws))


@pytest.mark.parametrize("levels", [("low", "high"), ("ignore", "low"), ("essential", "medium")])
def test_three_candidates_agree_with_brute_force(levels):
    """Against plain repeated drawing with another generator, one draw at a time."""
    knowledge = build(
        candidates=[candidate(name) for name in ("left", "middle", "right")],
        criteria=[criterion("k1", "care-one"), criterion("k2", "care-two")],
        questions=[scale("care-one"), scale("care-two")],
        rules=[
            rule("a", None, evidence("left", "k1", 3), evidence("middle", "k1", 2)),
            rule("b", None, evidence("right", "k2", 3), evidence("middle", "k2", 1.5)),
        ],
    )
    weights = dict(zip(LEVELS, (0, 1, 2, 4, 8), strict=True))
    values = {"left": (1, 0), "middle": (2 / 3, 0.5), "right": (0, 1)}
    rng = np.random.RandomState(7)
    wins = dict.fromkeys(values, 0)
    for _ in range(20_000):
        w = [weights[level] * 2 ** (0.5 * (2 * rng.rand() - 1)) for level in levels]
        wins[max(values, key=lambda name: w[0] * values[name][0] + w[1] * values[name][1])] += 1
    found = shares(knowledge, {"care_one": levels[0], "care_two": levels[1]})
    for name, count in wins.items():
        assert found[name] == pytest.approx(count / 20_000, abs=0.025)


@pytest.mark.parametrize("between", [(0, 1), (0.2, 0.7), (0.5, 0.5)])
@pytest.mark.parametrize(("left", "right"), [(3, 1), (3, 2), (1, 1), (0.9, 1.5)])
def test_how_far_importance_is_that_of_ranges_agrees_with_the_closed_form(left, right, between):
    """With certain and equal weights, left ranks first where left / 6^θ > right / 2^θ, so where θ < log3(left / right),
    and θ is uniform."""
    knowledge = build(
        settings={**SETTINGS, "weight_spread": 1.0, "range_sensitivity": between},
        criteria=[criterion("k1", "care-one"), criterion("k2", "care-two")],
        questions=[scale("care-one"), scale("care-two"), question("never")],
        rules=[
            rule("for-left", None, evidence("left", "k1", left)),
            rule("for-right", None, evidence("right", "k2", right)),
            *(
                rule(f"range-{part}", {"fact": "never", "is": "a"}, evidence("left", "k1", (6 - left) / 2))
                for part in ("one", "more")
            ),
            rule("range-two", {"fact": "never", "is": "a"}, evidence("right", "k2", 2 - right)),
        ],
    )
    low, high = between
    least = math.log(left / right, 3)
    expected = float(low < least) if low == high else min(1, max(0, (least - low) / (high - low)))
    found = shares(knowledge, {"care_one": "high", "care_two": "high", "never": "b"})
    assert found["left"] == pytest.approx(expected, abs=0.025)


@pytest.mark.parametrize(("left", "right"), [(2, 1), (1, 3), (2, 2)])
def test_errors_of_strengths_agree_with_the_closed_form(left, right):
    """With one criterion, left ranks first where a normal variable of mean left - right and variance
    (left² + right²) · 0.5² is positive."""
    weak = {**SOURCE, "grade": "weak"}
    knowledge = build(
        sources=[weak],
        rules=[rule("a", None, evidence("left", "anything", left), evidence("right", "anything", right))],
    )
    z = (left - right) / (0.5 * np.hypot(left, right))
    expected = 0.5 * (1 + math.erf(z / math.sqrt(2)))
    assert shares(knowledge, {})["left"] == pytest.approx(expected, abs=0.02)


@given(knowledge_bases(), answer_values())
@settings(max_examples=30, deadline=None)
def test_shares_are_shares(knowledge, values):
    ranking = preview(knowledge, answers(**values), None)
    assert 0 <= sum(row.first_rank_share for row in ranking) <= 1 + 1e-3
    for row in ranking:
        assert row.feasible or row.first_rank_share == 0
    program = compile_knowledge(knowledge)
    given_answers = [Answer(question=name, value=value) for name, value in values.items()]
    model = Model(knowledge, program, value_model(knowledge), None, 0)
    (assessment,) = model.assess([believe(knowledge, program, given_answers, None)])
    low, high = assessment.bounds()
    assert np.all(low <= high)


@given(knowledge_bases(), answer_values(), st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_a_seed_makes_it_repeatable(knowledge, values, seed):
    first = advise(knowledge, answers(**values), None, as_of=TODAY, seed=seed)
    second = advise(knowledge, answers(**values), None, as_of=TODAY, seed=seed)
    assert first.model_dump_json() == second.model_dump_json()


@given(knowledge_bases(), answer_values())
@settings(max_examples=30, deadline=None)
def test_more_evidence_for_a_candidate_never_lowers_it(knowledge, values):
    more = knowledge.model_dump(by_alias=True, exclude_none=True)
    more.pop("content_hash")
    # A rule that cannot fire keeps the attainable range equal in both.
    more["rules"] = list(more["rules"])
    never = {"all": [{"fact": "one", "is": "a"}, {"fact": "one", "is": "b"}]}
    base = build(**{**more, "rules": [*more["rules"], rule("extra", never, evidence("left", "k1", 1))]})
    raised = build(**{**more, "rules": [*more["rules"], rule("extra", None, evidence("left", "k1", 1))]})
    if value_model(base).ranges == value_model(raised).ranges:
        assert shares(raised, values)["left"] >= shares(base, values)["left"]


@given(
    st.lists(st.tuples(st.sampled_from(("k1", "k2")), st.integers(-3, 3), st.integers(0, 3)), min_size=1, max_size=6)
)
@settings(max_examples=40, deadline=None)
def test_a_dominated_candidate_never_ranks_higher(pairs):
    """Right has on every criterion what left has, plus something that isn't negative."""
    rules = []
    for index, (name, strength, more) in enumerate(pairs):
        entries = [evidence("left", name, strength), evidence("right", name, min(3, strength + more))]
        rules.append(rule(f"r{index}", None, *entries))
    knowledge = build(
        criteria=[criterion("k1", "care-one"), criterion("k2", "care-two")],
        questions=[scale("care-one"), scale("care-two")],
        rules=rules,
    )
    found = shares(knowledge, {})
    assert found["right"] >= found["left"]


def test_ballots_count_by_their_supporters():
    knowledge = build(
        criteria=[criterion("speed", "care")],
        questions=[question("one"), scale("care")],
        rules=[
            rule("a", {"fact": "one", "is": "a"}, evidence("left", "speed", 2)),
            rule("b", {"fact": "one", "is": "b"}, evidence("right", "speed", 2)),
        ],
    )
    given_answers = answers(care="high") | {"one": Answer(question="one", origin="ballots", ballots=("a", "a", "b"))}
    found = {row.candidate: row.first_rank_share for row in preview(knowledge, given_answers, None)}
    assert found["left"] == pytest.approx(2 / 3, abs=0.07)
    assert found["left"] + found["right"] == pytest.approx(1)


@pytest.mark.parametrize("level", ["low", "essential"])
def test_errors_under_several_criteria_agree_with_drawing_each_of_them(level):
    """Against another generator that draws an error for every candidate and criterion, and adds them up weighted."""
    weak = {**SOURCE, "grade": "weak"}
    entries = {("left", "k1"): 2, ("left", "k2"): -1, ("right", "k1"): 1, ("right", "k2"): 0.5}
    knowledge = build(
        criteria=[criterion("k1", "care-one"), criterion("k2", "care-two")],
        questions=[scale("care-one"), scale("care-two")],
        sources=[weak],
        rules=[rule(f"{name}-{on}", None, evidence(name, on, s)) for (name, on), s in entries.items()],
    )
    ranges = dict(zip(("k1", "k2"), value_model(knowledge).ranges, strict=True))
    weight = {"k1": dict(zip(LEVELS, (0, 1, 2, 4, 8), strict=True))[level], "k2": 2}
    rng = np.random.RandomState(3)
    factors = {on: 2 ** (0.5 * (2 * rng.rand(100_000) - 1)) for on in weight}
    scores = dict.fromkeys(("left", "right"), 0.0)
    for (name, on), strength in entries.items():
        drawn = strength * (1 + 0.5 * rng.randn(100_000)) / ranges[on]
        scores[name] = scores[name] + weight[on] * factors[on] * drawn
    found = shares(knowledge, {"care_one": level, "care_two": "medium"})
    assert found["left"] == pytest.approx((scores["left"] > scores["right"]).mean(), abs=0.02)


def test_bounds_are_percentiles():
    knowledge = two_criteria(2, 1.6)
    program = compile_knowledge(knowledge)
    given_answers = [Answer(question="care-one", value="high"), Answer(question="care-two")]
    model = Model(knowledge, program, value_model(knowledge), None, 0)
    never = Answer(question="never", value="b")
    (assessment,) = model.assess([believe(knowledge, program, [*given_answers, never], None)])
    expected = np.percentile(assessment.scores, (5, 95), axis=(0, 2))
    assert np.allclose(assessment.bounds(), expected)


def test_a_scenario_is_assessed_alike_alone_and_beside_others():
    knowledge = two_criteria(2, 1.6)
    program = compile_knowledge(knowledge)
    model = Model(knowledge, program, value_model(knowledge), None, 0)
    scenarios = [
        believe(
            knowledge,
            program,
            [
                Answer(question="care-one", value=level),
                Answer(question="care-two"),
                Answer(question="never", value="b"),
            ],
            None,
        )
        for level in LEVELS[1:]
    ]
    for alone, beside in zip(scenarios, model.assess(scenarios), strict=True):
        (assessment,) = model.assess([alone])
        assert np.array_equal(assessment.shares, beside.shares)
        assert np.array_equal(assessment.share_error, beside.share_error)
        assert np.allclose(assessment.scores, beside.scores)


@given(knowledge_bases(), st.lists(answer_values(), min_size=2, max_size=6))
@settings(max_examples=40, deadline=None)
def test_scenarios_that_leave_different_questions_open_are_assessed_as_if_alone(knowledge, several):
    program = compile_knowledge(knowledge)
    model = Model(knowledge, program, value_model(knowledge), None, 3)
    budget = Budget(20, 400)
    scenarios = [
        believe(knowledge, program, [Answer(question=name, value=value) for name, value in values.items()], None)
        for values in several
    ]
    for scenario, beside in zip(scenarios, model.assess(scenarios, budget), strict=True):
        (alone,) = model.assess([scenario], budget)
        assert np.allclose(alone.scores, beside.scores, rtol=0, atol=1e-9)
        assert alone.choices.keys() == beside.choices.keys()
        assert all(np.array_equal(row, beside.choices[name]) for name, row in alone.choices.items())
        assert np.array_equal(alone.weights, beside.weights)
        # Rounding may break a tie, and only a tie: there the first two scores of a draw differ by no more than it.
        top = np.sort(alone.scores, axis=1)
        if np.min(top[:, -1] - top[:, -2]) > 1e-9:
            assert np.array_equal(alone.shares, beside.shares)
            assert np.array_equal(alone.by_completion, beside.by_completion)
            assert np.array_equal(alone.share_error, beside.share_error)


def test_a_question_may_be_open_to_everything_for_one_and_to_ballots_for_another():
    knowledge = two_criteria(2, 1.6)
    program = compile_knowledge(knowledge)
    model = Model(knowledge, program, value_model(knowledge), None, 0)
    high = [Answer(question="care-two", value="high"), Answer(question="never", value="b")]
    scenarios = [
        believe(knowledge, program, [Answer(question="care-one", ballots=ballots), *high], None)
        for ballots in ((), ("low", "essential"), ("low", "low", "essential"))
    ]
    settled = believe(knowledge, program, [Answer(question="care-one", value="low"), *high], None)
    found = model.assess([*scenarios, settled])
    for scenario, beside in zip([*scenarios, settled], found, strict=True):
        (alone,) = model.assess([scenario])
        assert np.array_equal(alone.shares, beside.shares)
    assert len({tuple(assessment.shares) for assessment in found}) == 4
