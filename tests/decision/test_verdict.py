"""The four kinds of verdict, what flips them, and which question comes next."""

import datetime
import random

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from advisor.decision.advise import advise, review_by
from advisor.decision.assess import SCREEN
from advisor.decision.beliefs import believe, resolve
from advisor.decision.changes import with_more_draws
from advisor.decision.modelling import model_of
from advisor.decision.moves import beliefs_after, masks_after, moves
from advisor.decision.ranking import ranked
from advisor.decision.verdict import call
from advisor.knowledge.load import load
from tests.support.knowledge import (
    SETTINGS,
    answer_values,
    answers,
    build,
    criterion,
    derived,
    evidence,
    knowledge_bases,
    question,
    rule,
    scale,
)
from tests.support.measurements import EXPORT, HOST, measured
from tests.support.profiles import measurements
from tests.support.random_answers import some

TODAY = datetime.date(2026, 11, 23)
KNOWLEDGE = build(
    criteria=[criterion("speed", "care")],
    questions=[question("one"), question("two"), scale("care")],
    rules=[
        rule("a", {"fact": "one", "is": "a"}, evidence("left", "speed", 2)),
        rule("b", {"fact": "one", "is": "b"}, evidence("right", "speed", 2)),
        rule("veto-left", {"fact": "two", "is": "b"}, {"veto": "left"}),
        rule("veto-both", {"fact": "two", "is": "c"}, {"veto": "left"}, {"veto": "right"}),
    ],
)


def verdict(**values):
    return advise(KNOWLEDGE, answers(**values), None, as_of=TODAY)


def test_a_clear_leader_is_recommended():
    result = verdict(one="a", two="a", care="high")
    assert (result.verdict.kind, result.verdict.candidate, result.verdict.confidence) == ("recommended", "left", 1.0)
    assert result.verdict.next.install == "pip install left"
    assert result.reasons[0].because.answers == ("one", "care")
    assert [source.id for source in result.sources] == ["a-source"]


def test_equals_are_too_close():
    result = verdict(one="c", two="a", care="high")
    assert (result.verdict.kind, result.verdict.candidate) == ("too-close", None)


def test_an_open_question_that_decides_is_asked_next():
    result = verdict(two="a", care="high")
    assert result.verdict.kind in ("not-enough-known", "too-close")
    assert result.open_questions[0].question == "one"
    assert result.open_questions[0].leads_to["a"] == "left"
    assert result.open_questions[0].leads_to["b"] == "right"


@pytest.mark.parametrize(("worth", "kind"), [(0.05, "not-enough-known"), (0.2, "recommended")])
def test_nobody_is_recommended_while_answers_would_make_it_much_surer(worth, kind):
    """Left is first unless `odd`, of which one in ten is: an answer makes nine in ten certain."""
    knowledge = build(
        settings={**SETTINGS, "worth_asking": worth},
        questions=[question("odd", "yes-no", usual=False)],
        rules=[
            rule("left", None, evidence("left", "anything", 1)),
            rule("right", {"fact": "odd", "is": True}, evidence("right", "anything", 2)),
        ],
    )
    result = advise(knowledge, {}, None, as_of=TODAY)
    assert (result.verdict.kind, result.verdict.leader) == (kind, "left")
    assert result.verdict.confidence == pytest.approx(0.9, abs=0.03)
    assert ("would make that surer" in result.verdict.summary) == (kind == "not-enough-known")
    told = advise(knowledge, answers(odd=False), None, as_of=TODAY)
    assert (told.verdict.kind, told.verdict.candidate) == ("recommended", "left")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 1))
def test_the_leader_ranks_first_however_shares_round(thousandths, index):
    """Shares that differ by less than what is shown, the lesser one with the greater score."""
    model = model_of(KNOWLEDGE, answers(one="a", two="a", care="high"), None, as_of=TODAY)
    resolved = resolve(KNOWLEDGE, answers(one="a", two="a", care="high"), None)
    beliefs = believe(KNOWLEDGE, model.program, resolved, None)
    (assessment,) = model.assess([beliefs])
    shares = np.array([0.5, 0.5])
    shares[index] += thousandths * 1e-9
    assessment = assessment._replace(shares=shares)
    first, second = ranked(model, model.program.run(beliefs.known), assessment)
    assert first.candidate == call(KNOWLEDGE, assessment).leader
    assert first.first_rank_share >= second.first_rank_share


def test_a_veto_beats_any_score():
    result = verdict(one="a", two="b", care="essential")
    assert result.verdict.candidate == "right"
    assert [(veto.candidate, veto.rule) for veto in result.vetoes] == [("left", "veto-left")]
    assert [row.feasible for row in result.ranking] == [True, False]


def test_nobody_is_feasible():
    result = verdict(one="a", two="c", care="high")
    assert (result.verdict.kind, result.verdict.leader) == ("none-feasible", None)


def test_flips_name_the_change_and_where_it_leads():
    flips = verdict(one="a", two="a", care="high").flips
    found = {(f.changes[0].question, f.changes[0].after): (f.kind, f.candidate) for f in flips}
    assert found[("one", "b")] == ("recommended", "right")
    assert found[("two", "b")] == ("recommended", "right")
    assert found[("two", "c")] == ("none-feasible", None)


@given(knowledge_bases(), answer_values())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_every_flip_comes_true(knowledge, values):
    before = advise(knowledge, answers(**values), None, as_of=TODAY)
    assume(before.flips)
    for flip in before.flips:
        (change,) = flip.changes
        assert values[change.question] == change.before
        after = advise(knowledge, answers(**{**values, change.question: change.after}), None, as_of=TODAY)
        assert (after.verdict.kind, after.verdict.candidate) == (flip.kind, flip.candidate)
        assert (after.verdict.kind, after.verdict.candidate) != (before.verdict.kind, before.verdict.candidate)


def test_screening_by_what_a_change_adds_is_nearer_to_all_draws_than_the_few_draws_alone():
    """With open questions the few completions of a screening say little by themselves. On single sets of answers luck
    decides, so that it is told from several."""
    knowledge, corrected, alone = load(), [], []
    for seed in range(12):
        given = some(knowledge, random.Random(seed), 0.5)
        model = model_of(knowledge, given, None, as_of=TODAY, seed=0)
        resolved = resolve(knowledge, given, None)
        beliefs = believe(knowledge, model.program, resolved, None)
        asked = [each for each in resolved if each.value is not None]
        single = [(move,) for move in moves(knowledge, model.program, asked)][:10]
        scenarios = [beliefs_after(beliefs, masks_after(knowledge, model.program, move), move) for move in single]
        (many,), (few, *screened) = model.assess([beliefs]), model.assess([beliefs, *scenarios], SCREEN)
        for true, after in zip(model.assess(scenarios), screened, strict=True):
            corrected.append(np.abs(with_more_draws(after, few, many).shares - true.shares))
            alone.append(np.abs(after.shares - true.shares))
    assert np.mean(corrected) < 0.5 * np.mean(alone)


def test_who_would_be_recommended_by_another_answer_comes_first_and_then_the_surest():
    knowledge = load()
    for seed in range(4):
        flips = advise(knowledge, some(knowledge, random.Random(seed), 0.5), None, as_of=TODAY).flips
        assert list(flips) == sorted(flips, key=lambda flip: (flip.candidate is None, -flip.confidence))


def test_the_measured_machine_answers_what_nobody_did():
    knowledge = build(
        questions=[{**question("os", "one", ("linux", "macos", "windows", "wsl")), "detect": "os"}],
        rules=[rule("linux", {"fact": "os", "is": "linux"}, {"veto": "right"})],
    )
    assert advise(knowledge, {}, None, as_of=TODAY).answers[0].origin == "unknown"
    result = advise(knowledge, {}, measured(), as_of=TODAY)
    assert (result.answers[0].value, result.answers[0].origin) == (HOST.os, "default")
    assert result.vetoes[0].because.answers == ("os",)
    asked = advise(knowledge, answers(os=None), measured(), as_of=TODAY)
    assert asked.answers[0].value is None


def test_capabilities_are_facts_and_reasons_name_them():
    knowledge = build(
        probes=[EXPORT],
        criteria=[criterion("deployment", "care")],
        questions=[scale("care")],
        rules=[rule("fails", {"fact": "export.left", "is": "fails"}, evidence("left", "deployment", -2))],
    )
    result = advise(knowledge, answers(care="high"), measured(export={"left": "fails"}), as_of=TODAY)
    assert result.verdict.candidate == "right"
    assert result.reasons[0].because.measurements == ("export.left",)
    assert advise(knowledge, answers(care="high"), None, as_of=TODAY).reasons == ()


def test_derived_importance_is_traced_to_its_answer():
    knowledge = build(
        criteria=[criterion("speed", "care")],
        questions=[question("one")],
        derived=[derived("care", ("ignore", "low", "medium", "high", "essential"), "low")],
        rules=[
            rule("raise", {"fact": "one", "is": "a"}, {"derive": "care", "value": "essential"}),
            rule("fast", None, evidence("left", "speed", 1)),
        ],
    )
    (reason,) = advise(knowledge, answers(one="a"), None, as_of=TODAY).reasons
    assert reason.because.answers == ("one",)
    assert reason.because.rules == ("fast", "raise")


def test_sources_are_counted_stale_after_their_review_date():
    source = KNOWLEDGE.sources[0]
    assert review_by(KNOWLEDGE, source) == datetime.date(2027, 5, 1)
    fresh = advise(KNOWLEDGE, {}, None, as_of=datetime.date(2027, 5, 1))
    stale = advise(KNOWLEDGE, {}, None, as_of=datetime.date(2027, 5, 2))
    assert (fresh.knowledge.stale_sources, stale.knowledge.stale_sources) == (0, 1)


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_the_rules_is_irrelevant(seed):
    """To who ranks first how often, and by how much, whatever is answered and measured."""
    knowledge, rng = load(), random.Random(seed)
    rules = rng.sample(knowledge.rules, len(knowledge.rules))
    answers, found = some(knowledge, rng), measurements(knowledge, rng)
    first, second = (
        advise(k, answers, found, as_of=TODAY)
        for k in (knowledge, knowledge.model_copy(update={"rules": tuple(rules)}))
    )
    assert first.measurements
    assert first.verdict.model_dump(exclude={"warnings", "next"}) == second.verdict.model_dump(
        exclude={"warnings", "next"}
    )
    assert first.ranking == second.ranking
    assert first.flips == second.flips
