"""What is asked next, and when it may stop."""

import datetime
import math
import random

import numpy as np
import pytest
from scipy.stats import binom

from advisor.decision.advise import advise
from advisor.decision.assess import FULL, Budget
from advisor.decision.beliefs import Beliefs
from advisor.decision.foresee import Effort, Outlook, foresee, verdict_keys
from advisor.decision.interview import AS_GOOD_AS, answered, as_good_as, prospect, reduction
from advisor.decision.settle import branches
from advisor.decision.verdict import VerdictKey, call
from advisor.model.answer import Answer
from tests.support.knowledge import LEVELS, answers, build, criterion, derived, evidence, question, rule, scale
from tests.support.small_worlds import completions, world
from tests.support.steps import next_step

TODAY = datetime.date(2026, 11, 23)
KNOWLEDGE = build(
    criteria=[criterion("speed", "care")],
    questions=[question("idle"), question("one"), question("two", usual="a"), scale("care")],
    rules=[
        rule("a", {"fact": "one", "is": "a"}, evidence("left", "speed", 2)),
        rule("b", {"fact": "one", "is": "b"}, evidence("right", "speed", 2)),
        rule("veto-left", {"fact": "two", "is": "b"}, {"veto": "left"}),
        rule("veto-both", {"fact": "two", "is": "c"}, {"veto": "left"}, {"veto": "right"}),
        rule("word", {"fact": "idle", "is": "a"}, {"warn": "Beware."}),
    ],
)


def step(knowledge=KNOWLEDGE, **values):
    return next_step(knowledge, answers(**values), None, as_of=TODAY)


def test_the_question_that_settles_the_most_comes_first():
    first = step()
    assert first.question == "one"
    assert not first.may_stop
    assert list(first.prospect.reductions)[0] == "one"
    assert first.prospect.reductions["one"] > first.prospect.reductions["two"] > 0
    assert step() == first


def test_what_can_change_nothing_is_not_asked():
    assert "idle" not in step().prospect.reductions
    assert "idle" not in {
        row.question for row in advise(KNOWLEDGE, {}, None, as_of=TODAY).open_questions if row.settles
    }


def test_a_veto_that_is_certain_settles_it():
    done = step(two="c")
    assert (done.prospect.settled, done.prospect.key) == ("proven", ("none-feasible", None))
    assert (done.question, done.may_stop, done.prospect.may_change) == (None, True, 0)
    left = step(two="b")
    assert (left.prospect.settled, left.prospect.key) == ("proven", ("recommended", "right"))


def test_who_does_not_know_is_not_asked_again():
    asked = step(one=None)
    assert asked.question not in (None, "one")
    assert asked.prospect.may_change > 0.1
    last = step(one=None, two="a", care="high")
    assert (last.question, last.may_stop, last.prospect.settled) == (None, True, "open")
    passed = next_step(KNOWLEDGE, {}, None, as_of=TODAY, passed=("one",))
    assert passed.question not in (None, "one")


def test_rare_exceptions_leave_it_as_good_as_settled():
    """Four answers must all be the unusual one: 0.1⁴ of the completions."""
    names = ("p", "q", "r", "s")
    knowledge = build(
        questions=[question(name, "yes-no", usual=False) for name in names],
        rules=[
            rule("for-right", None, evidence("right", "anything", 3)),
            rule("veto", {"all": [{"fact": name, "is": True} for name in names]}, {"veto": "right"}),
        ],
    )
    found = step(knowledge)
    assert found.may_stop
    assert found.prospect.settled == "as-good-as"
    assert found.prospect.key == ("recommended", "right")
    assert found.prospect.may_change < AS_GOOD_AS
    assert step(knowledge, p=False).prospect.settled == "proven"
    result = advise(knowledge, {}, None, as_of=TODAY).verdict
    assert (result.settled, result.likely_kind, result.likely_candidate) == ("as-good-as", "recommended", "right")
    assert 0 < result.may_change_error < 0.01


def outlook(differing, of):
    codes = np.arange(of) < differing
    return Outlook(
        codes.astype(int), np.ones((of, 1)), {}, (VerdictKey("recommended", "right"), VerdictKey("too-close", None))
    )


@pytest.mark.parametrize(("of", "most"), [(200, 1), (400, 4), (800, 12)])
def test_as_good_as_settled_is_seldom_luck(of, most):
    """With a share of exactly 2.5 % a sample says so in under 5 %, by scipy's binomial distribution."""
    assert binom.cdf(most, of, AS_GOOD_AS) < 0.05 < binom.cdf(most + 1, of, AS_GOOD_AS)
    assert [as_good_as(outlook(count, of)) for count in (0, most, most + 1, of // 2)] == ["as-good-as"] * 2 + [
        "open"
    ] * 2


def test_what_may_become_of_a_verdict_is_told_commonest_first():
    found = advise(KNOWLEDGE, answers(two="a"), None, as_of=TODAY).verdict
    shares = [each.share for each in found.may_become]
    assert len(shares) > 1
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1, abs=1e-3)
    assert found.may_change == pytest.approx(1 - shares[0], abs=1e-3)
    assert (found.likely_kind, found.likely_candidate) == (found.may_become[0].kind, found.may_become[0].candidate)


def test_an_importance_that_is_derived_is_asked_for():
    knowledge = build(
        criteria=[criterion("k1", "level"), criterion("k2", "care")],
        questions=[question("deep"), scale("care")],
        derived=[derived("level", LEVELS, "low")],
        rules=[
            rule("raise", {"fact": "deep", "is": "a"}, {"derive": "level", "value": "essential"}),
            rule("for-left", None, evidence("left", "k1", 2)),
            rule("for-right", None, evidence("right", "k2", 2)),
        ],
    )
    assert set(step(knowledge).prospect.reductions) == {"deep", "care"}
    assert step(knowledge, care="medium").question == "deep"
    assert step(knowledge, care="medium", deep="a").prospect.key == ("recommended", "left")


@pytest.mark.parametrize("seed", range(30))
def test_the_share_that_may_change_is_that_of_all_completions(seed):
    """Against every completion written out, each with the product of its answers' chances."""
    small = world(random.Random(seed))
    usual = small.model.knowledge.settings.usual_share
    chances = {}
    for entry in small.beliefs.open:
        count = len(entry.settings)
        for index, setting in enumerate(entry.settings):
            key = tuple(sorted(setting.items()))
            if entry.independent:
                fact = next(iter(setting))
                chances[((fact, 0b10),)] = 1 / count
                chances[((fact, 0b01),)] = 1 - 1 / count
            elif entry.usual is None:
                chances[key] = chances.get(key, 0) + 1 / count
            else:
                chances[key] = usual if index == entry.usual else (1 - usual) / (count - 1)
    parts = branches(small.beliefs)
    by_key = {}
    scenarios = list(completions(small.beliefs))
    # Where nothing is open it is the verdict itself, with all draws.
    draws = 200 if small.beliefs.open else FULL.draws
    for start in range(0, len(scenarios), 500):
        chunk = scenarios[start : start + 500]
        for known, assessment in zip(
            chunk, small.model.assess([Beliefs(k, ()) for k in chunk], Budget(1, draws)), strict=True
        ):
            chance = math.prod(
                chances[key]
                for part in parts
                for key in [tuple(sorted((fact, known[fact]) for fact in part.settings[0]))]
            )
            verdict = call(small.model.knowledge, assessment)
            key = (verdict.kind, verdict.candidate)
            by_key[key] = by_key.get(key, 0) + chance
    assert sum(by_key.values()) == pytest.approx(1)
    found = prospect(small.model, small.beliefs, Effort(2000, 200, 200))
    expected = 1 - by_key[tuple(found.key)]
    assert found.may_change == pytest.approx(expected, abs=4 * math.sqrt(max(expected * (1 - expected), 0.001) / 2000))


def test_bits_are_those_of_mutual_information():
    """Against the definition, as far as chance groups take nothing away."""
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 3, 50_000)
    groups = np.where(rng.random(50_000) < 0.6, codes, rng.integers(0, 4, 50_000))
    small = world(random.Random(0)).model
    outlook = Outlook(codes, np.eye(3)[codes], {}, verdict_keys(small))
    joint = np.array([[np.mean((groups == g) & (codes == c)) for c in range(3)] for g in range(4)])
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    kept = joint > 0
    expected = float((joint[kept] * np.log2(joint[kept] / apart[kept])).sum())
    assert reduction(groups, outlook) == pytest.approx(expected, abs=1e-3)
    assert reduction(codes, outlook) == pytest.approx(math.log2(3), abs=1e-3)
    few = outlook._replace(codes=codes[:800])
    unrelated = [reduction(rng.integers(0, 11, 800), few) for _ in range(50)]
    assert np.mean(unrelated) < 0.01


def test_completions_share_their_draws_and_many_are_judged_as_one_is():
    small = world(random.Random(4))
    outlook = foresee(small.model, small.beliefs, Effort(40, 100, 100))
    _, base = small.model.completions(small.beliefs, 40)
    for index in range(40):
        known = {fact: int(np.broadcast_to(mask, 40)[index]) for fact, mask in base.items()}
        (assessment,) = small.model.assess([Beliefs(known, ())], Budget(1, 100))
        assert outlook.shares[index] == pytest.approx(assessment.shares, abs=0.011)


def test_a_list_is_one_question():
    worlds = (world(random.Random(seed)) for seed in range(50))
    small, entry = next((w, entry) for w in worlds for entry in w.beliefs.open if entry.independent)
    outlook = foresee(small.model, small.beliefs)
    assert len(np.unique(answered(entry, outlook.choices))) == 4


def test_an_answer_set_is_complete_or_open_alike_in_both():
    full = answers(one="a", two="a", care="high", idle="a")
    result = advise(KNOWLEDGE, full, None, as_of=TODAY).verdict
    assert (result.settled, result.may_change, result.likely_kind) == ("proven", 0, result.kind)
    del full["idle"]
    assert advise(KNOWLEDGE, full, None, as_of=TODAY).verdict.settled == "proven"
    full["one"] = Answer(question="one")
    assert advise(KNOWLEDGE, full, None, as_of=TODAY).verdict.settled == "open"
