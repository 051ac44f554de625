"""The text: short enough, narrow enough, and everything when it is wanted."""

import datetime
import re

import pytest

from advisor.cli.main import main
from advisor.decision.advise import advise
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.model.measurement import Gpu
from advisor.model.recommendation import ToMeasure
from advisor.report import record
from advisor.report.html import page as html
from advisor.report.robustness import robustness_lines
from advisor.report.sections import LINES
from advisor.report.text import render, render_group
from advisor.report.words import Words, reasons_against, reasons_for, runner_up, score_fits
from advisor.session.group import advise_group
from tests.support.knowledge import answered
from tests.support.measurements import spoilt
from tests.support.profiles import profiles

KNOWLEDGE = load()
TODAY = datetime.date(2026, 11, 23)


@pytest.fixture(scope="module")
def results():
    """Of every fourth golden profile, every third of them measured, and of nothing answered."""
    return [advise(KNOWLEDGE, answers, measured, as_of=TODAY) for answers, measured in profiles()[::4]] + [
        advise(KNOWLEDGE, {}, None, as_of=TODAY)
    ]


def test_a_verdict_takes_40_lines_and_gives_five_reasons(results):
    """Where the leader has as many; the ranking and what it was made of are there always."""
    with_five = 0
    for result in results:
        text = render(result, KNOWLEDGE, 80)
        lines = text.splitlines()
        assert len(lines) <= LINES
        assert max(map(len, lines)) <= 80
        leader = result.verdict.leader
        have = len(reasons_for(result, leader)) + len(reasons_against(result, leader))
        shown = " ".join(text.split())
        given = sum(
            f"{reason.contribution:+.1f} " in shown and " ".join(reason.text.split()[:3]) in shown
            for reason in (*reasons_for(result, leader)[:5], *reasons_against(result, leader)[:5])
        )
        assert given >= min(5, have)
        with_five += have >= 5
        for row in result.ranking:
            assert KNOWLEDGE.candidate[row.candidate].title in text
        assert f"seed {result.seed}." in shown
    assert with_five > 50


def test_of_what_to_beware_the_first_is_never_left_out(results):
    warned = [result for result in results if result.verdict.warnings]
    assert len(warned) > 50
    for result in warned:
        assert " ".join(result.verdict.warnings[0].text.split()[:5]) in " ".join(render(result, KNOWLEDGE, 80).split())


@pytest.mark.parametrize("width", [40, 60, 100, 160])
@pytest.mark.parametrize("full", [False, True])
def test_nothing_is_wider_than_the_width(results, width, full):
    for result in results[::4]:
        lines = render(result, KNOWLEDGE, width, full=full).splitlines()
        assert max(map(len, lines)) <= width
        assert full or len(lines) <= LINES


def test_bars_are_left_out_where_they_would_all_look_alike(results):
    result = next(result for result in results if result.verdict.confidence > 0.9)
    narrow, wide = (render(result, KNOWLEDGE, width) for width in (61, 62))
    assert "█" not in narrow and "·" not in narrow
    assert "  ████\n" in wide


def test_in_full_every_reason_flip_warning_and_source_is_there(results):
    for result in results[::10]:
        text = " ".join(render(result, KNOWLEDGE, 120, full=True).split())
        for reason in result.reasons:
            assert " ".join(reason.text.split()[:4]) in text
            assert f"{reason.contribution:+.1f}" in text
        for source in result.sources:
            assert source.id in text
        for notice in (*result.verdict.warnings, *result.verdict.next.advice):
            assert " ".join(notice.text.split()) in text
        for veto in result.vetoes:
            assert " ".join(veto.text.split()) in text


def test_a_reason_under_which_the_runner_up_has_as_much_says_so(results):
    marked = 0
    for result in results:
        second = runner_up(result)
        if second is None:
            continue
        leader = next(row for row in result.ranking if row.candidate == result.verdict.leader)
        text = " ".join(render(result, KNOWLEDGE, 100, full=True).split())
        for ours, theirs in zip(leader.criteria, second.criteria, strict=True):
            named = any(r.candidate == leader.candidate and r.criterion == ours.criterion for r in result.reasons)
            if named and theirs.contribution >= max(ours.contribution, 0.05):
                marked += 1
                assert f"({KNOWLEDGE.candidate[second.candidate].title}: {theirs.contribution:+.1f})" in text
        assert not re.search(rf"\({KNOWLEDGE.candidate[second.candidate].title}: (-|\+0\.0\))", text), "that is nothing"
        named = {reason.criterion for reason in result.reasons if reason.candidate == leader.candidate}
        if any(value.contribution >= 0.5 and value.criterion not in named for value in second.criteria):
            assert f"{KNOWLEDGE.candidate[second.candidate].title} has points where it has none: " in text
    assert marked > 50


def test_places_are_numbered_in_their_order(results):
    fours = 0
    for result in results[::4]:
        lines = [line.split() for line in render(result, KNOWLEDGE, 80).splitlines()]
        for place, row in enumerate(result.ranking, 1):
            start = [str(place) if row.feasible else "–", *KNOWLEDGE.candidate[row.candidate].title.split()]
            assert any(line[: len(start)] == start for line in lines)
        fours += result.ranking[3].feasible
    assert fours


def test_of_several_vetoes_the_first_is_told_and_in_full_all(results):
    result = next(result for result in results if result.vetoes)
    first, another = result.vetoes[0], result.vetoes[0].model_copy(update={"text": "Nor for another reason."})
    twice = result.model_copy(update={"vetoes": (first, another)})
    for full in (False, True):
        text = " ".join(render(twice, KNOWLEDGE, 160, full=full).split())
        assert first.text[:40] in text
        assert (another.text in text) == full


def test_what_is_left_out_is_said(results):
    for result in results[::10]:
        assert f"--full gives all {len(result.reasons)} reasons" in " ".join(render(result, KNOWLEDGE, 80).split())


def test_a_group_takes_40_lines_too():
    people = {name: profiles()[index][0] for index, name in enumerate(("ana", "ben", "chen"))}
    text = render_group(advise_group(KNOWLEDGE, people, None, as_of=TODAY), KNOWLEDGE, 80)
    assert len(text.splitlines()) <= LINES
    assert "Each person's own" in text
    assert "Where you differ" in text
    alike = {name: {"stage": Answer(question="stage", value="research")} for name in ("ana", "ben")}
    assert "You agree on every question" in render_group(
        advise_group(KNOWLEDGE, alike, None, as_of=TODAY), KNOWLEDGE, 80
    )


def test_what_only_some_of_a_group_answered_is_told():
    given = {"ana": {"stage": "research", "onnx": True}, "ben": {"stage": "research", "onnx": None}, "chen": {}}
    people = {name: answered(KNOWLEDGE, own) for name, own in given.items()}
    text = render_group(advise_group(KNOWLEDGE, people, None, as_of=TODAY), KNOWLEDGE, 120)
    section = text.partition("Answered by some of you only, and taken for all (2)\n")[2].partition("\n\n")[0]
    stage, onnx = (KNOWLEDGE.question[name].text for name in ("stage", "onnx"))
    assert section.splitlines() == [f"  {onnx} yes  (ana)", f"  {stage} Research  (ana, ben)"], "what decides more"
    del people["chen"], people["ana"]["onnx"]
    assert "some of you only" not in render_group(advise_group(KNOWLEDGE, people, None, as_of=TODAY), KNOWLEDGE, 120)


def group_of(**members):
    people = {name: answered(KNOWLEDGE, own) for name, own in members.items()}
    return advise_group(KNOWLEDGE, people, None, as_of=TODAY)


def test_a_group_is_told_who_is_ruled_out_and_by_whose_answers():
    windows = {"stage": "production", "domain": "vision", "os": "windows", "accelerator": "nvidia"}
    result = group_of(win=windows, ken={"stage": "production", "existing": "keras3", "knows": ["keras"]})
    text = " ".join(render_group(result, KNOWLEDGE, 80).split())
    assert "Keras on TensorFlow (win): TensorFlow has no GPU build for native Windows" in text
    assert "Keras on JAX (win): JAX has no GPU build" in text
    assert "and taken for all (5) What will the models be trained on? NVIDIA GPU (win)" in text, "vetoes rest on it"
    left = re.search(r"taken for all \(5\) (?:\S+ )*?and (\d) more: --full", text)
    assert left and "more: --full" not in render_group(result, KNOWLEDGE, 80, full=True)
    windows["os"] = "linux"
    alone = " ".join(render_group(group_of(win=windows, ken={"os": "windows"}), KNOWLEDGE, 80, full=True).split())
    assert "if win decided alone" not in alone
    result = group_of(win=windows | {"os": "windows"}, ken=windows)
    alone = " ".join(render_group(result, KNOWLEDGE, 80, full=True).split())
    assert "Keras on TensorFlow (if win decided alone): TensorFlow has no GPU build" in alone


def test_what_people_differ_on_is_not_called_unanswered():
    """In the text, the page and the record, which of the answers say whose they are."""
    result = group_of(
        ana={"stage": "production", "domain": "vision", "debugging": "high"},
        ben={"stage": "research", "domain": "vision", "debugging": "low"},
    )
    open_, differing = result.group.open_questions, {entry.question for entry in result.differences}
    assert differing == {"stage", "debugging"} < {entry.question for entry in open_}
    reports = (
        (" ".join(render(result.group, KNOWLEDGE, 80, full=True).split()), ""),
        (" ".join(re.sub(r"\s*</?(?:li|ul|h3)>\s*", " ", html.render(result, KNOWLEDGE)).split()), ""),
        (" ".join(record.render(result, KNOWLEDGE).replace("\n* ", " ").split()), ":"),
    )
    debugging = KNOWLEDGE.question["debugging"].text
    for text, ends in reports:
        _, _, lists = text.partition(f"Not answered yet ({len(open_) - 2}), most useful first{ends} ")
        unanswered, disputed = lists.split(f"Where people differ (2), what moves the result most first{ends} ")
        assert disputed.startswith(result.differences[0].text)
        assert debugging in disputed and debugging not in unanswered
    for text, _ in reports[1:]:
        assert f"{debugging} Matters a lot (ana) / Matters a little (ben) (moves " in text


def test_of_many_differences_it_is_told_how_many():
    people = [dict(list(answers.items())[:12]) for answers, _ in profiles()[:2]]
    result = group_of(**{n: {q: a.value for q, a in own.items()} for n, own in zip("ab", people, strict=True)})
    shown, more = re.search(
        r"Where you differ \((\d+)\).*? and (\d+) more: --full", " ".join(render_group(result, KNOWLEDGE, 80).split())
    ).groups()
    assert int(shown) == len(result.differences) > int(more) > 0


def test_where_nobody_was_asked_the_same_nobody_agrees():
    text = render_group(group_of(ana={"stage": "research"}, ben={"domain": "vision"}), KNOWLEDGE, 80)
    assert "  No question was answered by more than one of you.\n\n" in text
    assert "You agree" not in text


def test_piped_it_is_plain_and_colour_is_for_those_who_ask(capsys, monkeypatch):
    flags = ["--text", "--probe", "none", "--as-of", "2026-11-23"]
    assert main(flags) == 0
    plain = capsys.readouterr().out
    assert "\x1b" not in plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    main(flags)
    assert "\x1b[1m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main(flags)
    assert capsys.readouterr().out == plain


def test_control_characters_in_a_result_are_left_out_of_every_report():
    result = advise(KNOWLEDGE, profiles()[0][0], None, as_of=TODAY)
    hostile = "Seen\x1b[31m it\x9b2J\r\a."
    spoilt = result.model_copy(
        update={
            "reasons": tuple(reason.model_copy(update={"text": hostile}) for reason in result.reasons),
            "verdict": result.verdict.model_copy(update={"summary": hostile}),
        }
    )
    for text in (
        *(render(spoilt, KNOWLEDGE, 80, full=full) for full in (False, True)),
        record.render(spoilt, KNOWLEDGE),
        html.render(spoilt, KNOWLEDGE),
    ):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
        assert re.search(r"[Ss]een\\?\[31m it2J", text)
    coloured = render(spoilt, KNOWLEDGE, 80, colour=True)
    assert "\x1b[1m" in coloured and "\x1b[31m" not in coloured


def test_a_score_outside_its_range_is_not_shown_beside_it(results):
    """While much is open what is certain may be less than anybody can end up with."""
    seen = set()
    for result in results:
        text = render(result, KNOWLEDGE, 80)
        for row in result.ranking:
            if row.feasible:
                fit = score_fits(row)
                seen.add(fit)
                ends = f"{row.score_low:+.1f} to {row.score_high:+.1f}"
                assert (f"{row.score:+.1f}  ({ends})" in text) == fit
                assert (f"  {ends}  " in text) != fit
        fits = {score_fits(row) for row in result.ranking if row.feasible}
        assert ("Points (none where they lie outside of it)" in text) == (fits == {True, False})
    assert seen == {True, False}


def test_a_ranking_against_the_order_of_points_is_explained(results):
    """Wherever the ranking is shown; so is in how many draws a candidate is ruled out."""
    seen = set()
    for result in results:
        scores = [row.score for row in result.ranking if row.feasible]
        against = scores != sorted(scores, reverse=True)
        seen.add(against)
        first, *others = result.ranking
        shares = (0.6, *(0.1 / len(others) for _ in others))
        risky = result.model_copy(
            update={"ranking": (first.model_copy(update={"rank_acceptability": shares, "feasible": True}), *others)}
        )
        for writes, more in ((render, (80,)), (html.render, ())):
            text = " ".join(writes(result, KNOWLEDGE, *more).split())
            assert ("Ordered by how often each ranks first, not by points." in text) == against
            said = f"Ruled out in some draws: {KNOWLEDGE.candidate[first.candidate].title} (30%)"
            assert said in " ".join(writes(risky, KNOWLEDGE, *more).split())
        assert ", ruled out in 30%." in record.render(risky, KNOWLEDGE)
    assert seen == {True, False}


def test_numbers_that_could_not_be_used_are_told():
    answers, found = next((answers, found) for answers, found in profiles() if found and found.outcomes)

    all_of_them = sum(len(outcome.measurements) for outcome in found.outcomes)
    reports = ((render, (80,)), (record.render, ()), (html.render, ()))
    for writes, more in reports:
        text = writes(advise(KNOWLEDGE, answers, spoilt(found), as_of=TODAY), KNOWLEDGE, *more)
        assert f"Of {all_of_them} numbers {all_of_them} are unusable: busy." in " ".join(text.split())
        assert "unusable" not in writes(advise(KNOWLEDGE, answers, found, as_of=TODAY), KNOWLEDGE, *more)


def test_whoever_cares_more_does_so_by_the_numbers_shown(results):
    """Two that read the same would contradict the sentence."""
    result = next(result for result in results if result.ranking[0].central_weights)
    first = result.ranking[0]
    several = first.criteria[:4]
    criteria = tuple(value.model_copy(update={"weight": 0.0855}) for value in several) + first.criteria[4:]
    more = (0.0945, 0.0945, 0.0945, 0.0925)
    named = [
        next(w for w in first.central_weights if w.criterion == value.criterion).model_copy(
            update={"weight": weight, "error": 0.001}
        )
        for value, weight in zip(several, more, strict=True)
    ]
    rest = [
        weight.model_copy(update={"weight": 0.0})
        for weight in first.central_weights
        if weight.criterion not in {value.criterion for value in several}
    ]
    row = first.model_copy(update={"criteria": criteria, "central_weights": (*named, *rest)})
    said = dict(robustness_lines(result.model_copy(update={"ranking": (row,)}), Words(KNOWLEDGE)))
    assert "; suits average weights; " in said[KNOWLEDGE.candidate[first.candidate].title]
    clear = named[3].model_copy(update={"weight": 0.0965})
    row = row.model_copy(update={"central_weights": (*named[:3], clear, *rest)})
    said = dict(robustness_lines(result.model_copy(update={"ranking": (row,)}), Words(KNOWLEDGE)))
    assert "cares more than average for" in (text := said[KNOWLEDGE.candidate[first.candidate].title])
    assert re.findall(r"\((\S+) against (\S+)\)", text) == [("10%", "9%")]


def test_the_machine_that_was_measured_is_named():
    answers, found = next((answers, found) for answers, found in profiles() if found and found.outcomes)
    for gpus, said in ((), "no GPU"), ((Gpu(vendor="nvidia", name="A GPU"),), "A GPU"):
        elsewhere = found.model_copy(update={"host": found.host.model_copy(update={"cpu": "A CPU", "gpus": gpus})})
        text = " ".join(render(advise(KNOWLEDGE, answers, elsewhere, as_of=TODAY), KNOWLEDGE, 80).split())
        assert f" Measured on A CPU, {said} ({found.level}): " in text


@pytest.mark.parametrize(
    ("probe", "command"),
    [
        ("cnn", "(advisor probe)"),
        ("lstm", "(advisor probe --level full)"),
        ("cnn-large", "(advisor probe --only cnn-large -o FILE, then --measurements FILE)"),
    ],
)
def test_what_is_not_measured_comes_with_what_measures_it(probe, command):
    metric = KNOWLEDGE.probe[probe].metrics[0]
    entry = ToMeasure(metric=metric.id, title=metric.title, probe=probe, criterion="training-speed", swing=1)
    assert Words(KNOWLEDGE).measurable(entry).endswith(command)


def test_the_answers_and_where_they_came_from_are_told():
    given = {
        "stage": Answer(question="stage", value="research", origin="flag"),
        "existing": Answer(question="existing", value="keras3", origin="file"),
        "onnx": Answer(question="onnx", value=None, origin="file"),
    }
    result = advise(KNOWLEDGE, given, None, as_of=TODAY)
    assert "Rests on 2 answers: 1 from a file, 1 by -d. " in " ".join(render(result, KNOWLEDGE, 80).split())
    text = render(result, KNOWLEDGE, 120, full=True)
    assert f"  {KNOWLEDGE.question['existing'].text} Keras 3  (from a file)\n" in text
    assert f"  {KNOWLEDGE.question['stage'].text} Research  (by -d)\n" in text
    assert KNOWLEDGE.question["onnx"].text not in text.partition("\nAnswers\n")[2].partition("\n\n")[0]
    assert "Rests on no answers. " in render(advise(KNOWLEDGE, {}, None, as_of=TODAY), KNOWLEDGE, 80)
