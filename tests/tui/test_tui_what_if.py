"""Trying other answers and weights: the ranking moves, nothing is saved unless one says so."""

import random

import pytest
from test_tui_ledgers import EVERYTHING, to_section
from textual.widgets import OptionList, Static

from advisor.decision.advise import advise, preview
from advisor.decision.case import case_of
from advisor.decision.suppose import reweighed, suppose
from advisor.decision.thresholds import thresholds
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.model.figures import percent
from advisor.model.measurement import Measurements
from advisor.report.thresholds import render_thresholds
from advisor.report.words import Words
from advisor.session.answers import read_answers
from advisor.tui.details import Details
from advisor.tui.grounds import Grounds
from advisor.tui.screens.verdict import DETAIL_WIDTH, VerdictScreen
from advisor.tui.suppositions import Row, Suppositions
from advisor.tui.widgets.overview import Overview
from advisor.tui.widgets.what_if import WhatIf
from tests.support.knowledge import answered
from tests.support.random_answers import some
from tests.tui.tui_support import DAY, SMALL, make_app, press, sample, settle, until, words

KNOWLEDGE = load()


def test_what_is_supposed_is_what_advise_would_say():
    rng = random.Random(20261125)
    for _ in range(10):
        answers = some(KNOWLEDGE, rng)
        supposed = suppose(KNOWLEDGE, answers, None, {}, as_of=DAY)
        expected = advise(KNOWLEDGE, answers, None, as_of=DAY).verdict
        assert supposed.ranking == preview(KNOWLEDGE, answers, None, as_of=DAY)
        assert (supposed.verdict.kind, supposed.verdict.candidate) == (expected.kind, expected.candidate)


def test_importance_set_is_that_of_the_same_answer():
    """Of a criterion that a question asks for, setting the level is answering the question."""
    answers = answered(SMALL, EVERYTHING)
    for level in ("ignore", "low", "essential"):
        set_ = suppose(SMALL, answers, sample(), {"speed": level}, as_of=DAY, seed=1)
        given = {**answers, "speed": Answer(question="speed", value=level)}
        assert set_.ranking == preview(SMALL, given, sample(), as_of=DAY, seed=1)


def test_only_the_criteria_named_are_reweighed():
    changed = reweighed(SMALL, {"flexibility": "ignore"})
    assert [c.importance for c in changed.criteria[1:]] == [c.importance for c in SMALL.criteria[1:]]
    row = suppose(SMALL, answered(SMALL, EVERYTHING), None, {"flexibility": "ignore"}, as_of=DAY).ranking[0]
    assert next(value.weight for value in row.criteria if value.criterion == "flexibility") == 0
    with pytest.raises(ValueError, match="nothing"):
        reweighed(SMALL, {"nothing": "low"})
    with pytest.raises(ValueError, match="enormous"):
        reweighed(SMALL, {"speed": "enormous"})


def test_numbers_supposed_better_are_those_measured_so():
    answers, found = answered(SMALL, EVERYTHING), sample()
    better = {("cnn-step", "pytorch"): 4.0, ("cnn-step", "keras-jax"): 0.5}
    supposed = suppose(SMALL, answers, found, {}, better, as_of=DAY, seed=1)
    factors = {"pytorch": 1 / 4, "keras-jax": 2}
    outcomes = []
    for outcome in found.outcomes:
        factor = factors.get(outcome.candidate, 1) if outcome.probe == "cnn-step" else 1
        numbers = [
            number.model_copy(update={name: getattr(number, name) * factor for name in ("median", "low", "high")})
            for number in outcome.measurements
        ]
        outcomes.append(outcome.model_copy(update={"measurements": tuple(numbers)}))
    measured_so = Measurements(**{**dict(found), "outcomes": tuple(outcomes)})
    assert supposed.ranking == preview(SMALL, answers, measured_so, as_of=DAY, seed=1)
    assert supposed.ranking != preview(SMALL, answers, found, as_of=DAY, seed=1)
    for measurements in (found, None):
        with pytest.raises(ValueError, match="not measured: cnn-step of keras-torch"):
            suppose(SMALL, answers, measurements, {}, {("cnn-step", "keras-torch"): 2.0}, as_of=DAY)


def test_only_numbers_that_a_rule_compares_can_be_supposed():
    tried = Suppositions(SMALL, advise(SMALL, {}, sample(), as_of=DAY), sample())
    rows = [row for row in tried.rows() if row.metric]
    assert [row.candidate for row in rows] == ["pytorch", "keras-tensorflow", "keras-jax"]
    assert {row.metric for row in rows} == {"cnn-step"}
    assert not any(row.metric for row in Suppositions(SMALL, advise(SMALL, {}, None, as_of=DAY)).rows())


def test_steps_go_round_and_back_and_every_value_is_an_answer():
    result = advise(KNOWLEDGE, {}, None, as_of=DAY)
    tried = Suppositions(KNOWLEDGE, result)
    for row in tried.rows():
        for by in (1, -1):
            seen, before = [], tried.before(row)
            for _ in range(9):
                tried.step(row, by)
                seen.append(tried.present(row))
                if row.question:
                    value = tried.answers.get(row.question)
                    assert KNOWLEDGE.question[row.question].accept(value) == value
            assert any(value != before for value in seen)
            tried.reset()
            assert tried.present(row) == tried.before(row)


def test_half_of_a_whole_number_is_whole():
    result = advise(SMALL, answered(SMALL, EVERYTHING | {"devices": 5}), None, as_of=DAY)
    tried = Suppositions(SMALL, result)
    tried.step(Row(question="devices"), -1)
    assert tried.answers == {"devices": 2}


def test_a_step_up_and_down_again_is_no_change():
    result = advise(SMALL, answered(SMALL, EVERYTHING), sample(), as_of=DAY)
    tried = Suppositions(SMALL, result, sample())
    for row in tried.rows():
        for by in (1, -1):
            tried.step(row, by)
            assert tried.tried().size == 1
            tried.step(row, -by)
            assert tried.tried().size == 0, row


def test_a_number_goes_no_further_than_ten_times_and_back():
    row = Row(metric="cnn-step", candidate="keras-jax")
    tried = Suppositions(SMALL, advise(SMALL, {}, sample(), as_of=DAY), sample())
    for by, end in ((1, 10), (-1, 0.1)):
        seen = []
        for _ in range(8):
            tried.step(row, by)
            seen.append(tried.present(row))
        assert seen[-2:] == [end, end] and len(set(seen)) == 6
        tried.reset()
        assert tried.present(row) == 1


@pytest.fixture
def app(tmp_path):
    return make_app(tmp_path / "answers.yaml", answers=answered(SMALL, EVERYTHING), measurements=sample())


@pytest.mark.parametrize("given", [{}, {"stage": "learning"}])
async def test_of_given_answers_nothing_is_said_where_none_was_given(given):
    none_changes_it = "None of the given answers changes it by itself"
    app = make_app(level=None, answers=answered(SMALL, given))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "enter | v")
        await settle(pilot)
        result = app.sitting.recommendation()
        assert not result.flips
        await press(pilot, "4 |")
        assert (none_changes_it in words(app)) == bool(given)
        assert "Not answered yet" in words(app)
        # The first screen says it of verdicts for which it doesn't name open questions.
        decided = result.model_copy(update={"verdict": result.verdict.model_copy(update={"kind": "too-close"})})
        grounds = Grounds(SMALL, decided, None)
        first = Overview(SMALL, decided, "", Details(SMALL, decided, None, grounds), grounds)
        assert [part.heading for part in first._flips()] == ([none_changes_it] if given else [])


def highlight(app, row):
    panel = app.screen.query_one(WhatIf)
    name = next(name for name, found in panel._rows.items() if found == row)
    entries = panel.query_one(OptionList)
    entries.highlighted = entries.get_option_index(name)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_key_changes_an_answer_and_the_ranking(app, size):
    async with app.run_test(size=size) as pilot:
        await to_section(pilot, "4")
        before = app.sitting.answers
        highlight(app, Row("models"))
        await press(pilot, "minus")
        await settle(pilot)
        text = words(app)
        given = {**before, "models": Answer(question="models", value="custom-layers", origin="asked")}
        after = suppose(SMALL, given, sample(), {}, as_of=DAY, seed=1)
        shares = {row.candidate: row.first_rank_share for row in app.sitting.recommendation().ranking}
        for row in after.ranking:
            if row.feasible:
                assert f"{percent(shares[row.candidate])} → {percent(row.first_rank_share)}, " in text
        assert Words(SMALL).verdict(after.verdict.kind, after.verdict.candidate) in text
        assert "1 tried, nothing saved." in text
        assert "* How unusual are the models?" in text
        assert app.sitting.answers is before
        await press(pilot, "r")
        await settle(pilot)
        assert "The verdict as it is" in words(app)
        assert "* How" not in words(app)


@pytest.mark.parametrize("away", ["home down enter | b", "m | v", "e | escape v"])
async def test_what_was_tried_is_there_again_after_a_look_elsewhere(app, away):
    async with app.run_test(size=(120, 40)) as pilot:
        await to_section(pilot, "4")
        highlight(app, Row("models"))
        await press(pilot, "minus |")
        highlight(app, Row(criterion="flexibility"))
        await press(pilot, "minus |")
        tried = app.sitting.tried
        assert tried.size == 2
        await press(pilot, f"{away} | 4 |")
        assert app.sitting.tried == tried
        assert "2 tried, nothing saved." in words(app)
        await press(pilot, "k | 4 |")
        assert "1 tried, nothing saved." in words(app), "what was kept isn't tried any more"
        await press(pilot, "r |")
        assert app.sitting.tried.size == 0


async def test_after_a_question_from_what_if_one_is_back_there(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await to_section(pilot, "4")
        highlight(app, Row("models"))
        await press(pilot, "enter | b |")
        assert app.screen.query_one("TabbedContent").active == "section-4"


async def test_a_flip_tried_gives_what_it_says(app):
    async with app.run_test(size=(120, 40)) as pilot:
        await to_section(pilot, "4")
        flip = app.sitting.recommendation().flips[0]
        await press(pilot, "plus")
        await settle(pilot)
        assert f"Verdict CHANGES: {Words(SMALL).verdict(flip.kind, flip.candidate)} (was: " in words(app)
        await press(pilot, "minus")
        await settle(pilot)
        assert "The verdict as it is" in words(app)


async def test_weights_move_the_ranking_and_cannot_be_kept(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await to_section(pilot, "4")
        before = app.sitting.answers
        highlight(app, Row(criterion="flexibility"))
        await press(pilot, "minus")
        await settle(pilot)
        assert "→ " in words(app) and "* Flexibility" in words(app)
        await press(pilot, "k")
        await settle(pilot)
        assert "only changed answers can be kept" in words(app)
        assert app.sitting.answers is before


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_measured_numbers_move_the_ranking_and_cannot_be_kept(app, size):
    async with app.run_test(size=size) as pilot:
        await to_section(pilot, "4")
        before = app.sitting.measurements
        highlight(app, Row(metric="cnn-step", candidate="keras-jax"))
        await press(pilot, "minus minus minus")
        await settle(pilot)
        text = words(app)
        better = {("cnn-step", "keras-jax"): 0.5}
        after = suppose(SMALL, app.sitting.answers, sample(), {}, better, as_of=DAY, seed=1)
        shares = {row.candidate: row.first_rank_share for row in app.sitting.recommendation().ranking}
        assert any(percent(shares[row.candidate]) != percent(row.first_rank_share) for row in after.ranking)
        for row in after.ranking:
            if row.feasible:
                assert f"{percent(shares[row.candidate])} → {percent(row.first_rank_share)}, " in text
        assert "* Training step of a small convolutional net, Keras on JAX 7.25 ms → 14.5 ms, 2 times worse" in text
        await press(pilot, "k")
        await settle(pilot)
        assert "only changed answers can be kept" in words(app)
        assert app.sitting.measurements is before


async def test_kept_answers_are_saved_and_make_the_verdict(app):
    async with app.run_test(size=(120, 40)) as pilot:
        await to_section(pilot, "4")
        assert not app.sitting.options.profile.path.exists()
        highlight(app, Row("knows", "jax"))
        await press(pilot, "plus")
        await settle(pilot)
        assert not app.sitting.options.profile.path.exists()
        await press(pilot, "k")
        await settle(pilot)
        saved = read_answers(SMALL, str(app.sitting.options.profile.path))
        assert saved["knows"].value == ("pytorch", "keras", "jax")
        await press(pilot, "1")
        assert app.sitting.recommendation().verdict.summary in words(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_how_far_it_is_from_another_leader(app, size):
    async with app.run_test(size=size) as pilot:
        await to_section(pilot, "4")
        case = case_of(SMALL, app.sitting.answers, sample(), as_of=DAY, seed=1)
        found = thresholds(case)
        assert any(entry.more or entry.less for entry in found.weights) and found.measurements
        await press(pilot, "f")
        await until(pilot, lambda: "How much better" in str(app.screen.query_one("#box Static", Static).render()))
        told = str(app.screen.query_one("#box Static", Static).render())
        assert told == render_thresholds(found, SMALL, DETAIL_WIDTH, measured=True)
        assert app.screen.query_one("#box").content_size.width >= max(map(len, told.splitlines()))
        await press(pilot, "escape |")
        assert isinstance(app.screen, VerdictScreen)
