"""What an overlay adds, replaces, retires and reweighs, and how a result names it."""

import datetime

import pytest

from advisor.decision.advise import advise
from advisor.errors import InvalidKnowledge
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.report.record import render as record
from advisor.report.text import render as text
from tests.knowledge.test_load import GOOD, folder
from tests.support import fifth

BASE = {**GOOD, "more.yaml": """\
    sources:
      - {id: page, title: A page, address: "https://example.org/page", date: 2026-01, checked: 2026-11-01,
         grade: primary, kind: versions}
    rules:
      - id: third
        then: [{evidence: left, criterion: speed, strength: 1}]
        because: The left is quick.
        sources: [page]
    claims:
      - {id: quick, claim: The left is quick., verdict: holds, why: It is., sources: [docs], rules: [third]}
    """}  # fmt: skip
RETIRE = "changes:\n  - {retire: third, because: We have never seen it.}\n"


def laid(tmp_path, overlay, name="ours"):
    return load([folder(tmp_path / name, {"o.yaml": overlay})], folder(tmp_path / "rules", BASE))


def rules(knowledge):
    return {rule.id: rule for rule in knowledge.rules}


@pytest.mark.parametrize(("checked", "fits"), [("9999-06-30", True), ("9999-07-01", False), ("9999-12-31", False)])
def test_a_source_can_be_reviewed_on_a_date_that_there_is(tmp_path, checked, fits):
    overlay = (
        'sources:\n  - {id: ours, title: Ours, address: "https://example.org", date: "2026",\n'
        f"     checked: {checked}, grade: weak, kind: versions}}\n"
    )
    if fits:
        assert "ours" in laid(tmp_path, overlay).source
        return
    with pytest.raises(InvalidKnowledge, match=f"o.yaml:3: source 'ours': checked: {checked} lies so far ahead"):
        laid(tmp_path, overlay)


@pytest.mark.parametrize("checked", ["2026-11-23 00:00:00", "1700006400", "20261123"])
def test_a_source_was_read_on_a_day(tmp_path, checked):
    overlay = BASE["more.yaml"].replace("checked: 2026-11-01", f"checked: {checked}").replace("page", "ours")
    with pytest.raises(InvalidKnowledge, match=f"source 'ours': checked: '{checked}' is not a date like 2026-11-23"):
        laid(tmp_path, overlay[: overlay.index("rules:")].rstrip() + "\n")


def test_a_rule_is_retired_and_its_sources_with_it(tmp_path):
    knowledge = laid(tmp_path, RETIRE)
    assert "third" not in rules(knowledge)
    assert set(knowledge.source) == {"docs"}
    assert knowledge.claims[0].rules == ("third",), "a claim's verdict does not hang on the team's view"
    (overlay,) = knowledge.overlays
    assert (overlay.name, overlay.changes[0].because) == ("ours", "We have never seen it.")


def test_all_rules_written_under_a_name_are_retired_or_one_of_them(tmp_path):
    every = laid(tmp_path, "changes: [{retire: second, because: No exports here.}]")
    assert set(rules(every)) == {"first", "third"}
    one = laid(tmp_path, "changes: [{retire: second@left, because: No exports here.}]", "one")
    assert set(rules(one)) == {"first", "third", "second@right"}


def test_a_rule_is_reweighed(tmp_path):
    changed = rules(laid(tmp_path, "changes: [{reweigh: third, by: 2.5, because: It matters more here.}]"))["third"]
    assert changed.then[0].strength == 2.5
    assert changed.overlay == "ours"


def test_an_entry_is_replaced(tmp_path):
    knowledge = laid(
        tmp_path,
        "rules:\n  - id: second\n    replaces: true\n    then: [{evidence: right, criterion: speed, strength: 2}]\n"
        "    because: We say so.\n    sources: [docs]\n"
        "criteria:\n  - {id: speed, replaces: true, title: Pace, text: How fast, importance: care}\n",
    )
    assert rules(knowledge)["second"].because == "We say so."
    assert not any(name.startswith("second@") for name in rules(knowledge))
    assert knowledge.criteria[0].title == "Pace"
    assert knowledge.overlays[0].replaced == ("second",)


def test_overlays_lie_on_each_other(tmp_path):
    base = folder(tmp_path / "rules", BASE)
    first = folder(tmp_path / "first", {"o.yaml": "changes: [{reweigh: third, by: 2, because: It matters.}]"})
    second = folder(tmp_path / "second", {"o.yaml": "changes: [{reweigh: third, by: 0.5, because: Not so much.}]"})
    knowledge = load([first, second], base)
    assert rules(knowledge)["third"].then[0].strength == 1
    assert [overlay.name for overlay in knowledge.overlays] == ["first", "second"]


@pytest.mark.parametrize(
    ("overlay", "expected"),
    [
        ("changes: [{retire: thrid, because: x y z}]", "o.yaml:1: there is no rule 'thrid' to change; did you mean"),
        ("changes: [{retire: third}]", "o.yaml:1: change: because: must be given"),
        (
            "changes: [{reweigh: third, by: 4, because: x y z}]",
            "o.yaml:1: change: by: at 3 'third' has",
        ),
        (
            "changes: [{reweigh: third, by: 0.0000001, because: x y z}]",
            "o.yaml:1: change: by: leaves 'third' a strength",
        ),
        ("changes: [{reweigh: third, by: true, because: x y z}]", "o.yaml:1: change: by: true is no number"),
        (
            "changes: [{reweigh: third, by: 5e-1, because: x y z}]",
            "o.yaml:1: change: by: '5e-1' is a text here; write 0.5",
        ),
        ("changes: [{reweigh: first, by: 2, because: x y z}]", "o.yaml:1: change: rule 'first' has no strength"),
        ("changes: [{reweigh: third, by: 0, because: x y z}]", "o.yaml:1: change: by: should be greater than 0"),
        ("changes: {retire: third}", "o.yaml:1: changes: expected a list"),
        ("rules: [{id: forth, replaces: true}]", "o.yaml:1: there is no rule 'forth' to replace"),
        ("rules: [{id: third, replaces: false}]", "o.yaml:1: `replaces: true` marks"),
        ("questions: [{id: care, replaces: true}]", "o.yaml:1: question 'care': theme: must be given"),
    ],
)
def test_each_mistake_has_one_clear_error(tmp_path, overlay, expected):
    with pytest.raises(InvalidKnowledge) as caught:
        laid(tmp_path, overlay)
    assert expected in caught.value.message


def test_what_ships_is_edited_and_not_changed(tmp_path):
    with pytest.raises(InvalidKnowledge, match="only an overlay can change rules"):
        load(base=folder(tmp_path / "rules", {**BASE, "changes.yaml": RETIRE}))


def test_the_result_names_the_overlay_of_each_reason(tmp_path):
    added = "rules:\n  - id: ours-first\n    then: [{evidence: right, criterion: speed, strength: 2}]\n"
    added += "    because: Our own runs were quicker on the right.\n    sources: [docs]\n"
    knowledge = laid(tmp_path, added + "changes: [{reweigh: third, by: 0.5, because: Less so here.}]")
    given = {"care": Answer(question="care", value="high", origin="asked")}
    result = advise(knowledge, given, None, as_of=datetime.date(2026, 11, 24))
    assert {reason.because.overlays for reason in result.reasons} == {("ours",)}
    assert result.knowledge.overlays == knowledge.overlays
    for shown in (text(result, knowledge, 200), record(result, knowledge)):
        assert "Overlay ours: 1 added; third times 0.5 (Less so here)." in shown
        assert "overlay ours" in shown


@pytest.mark.parametrize(("preferred", "counts"), [(fifth.NAME, "low"), ("keras-jax", "low"), ("none", "ignore")])
def test_preferring_a_candidate_of_ones_own_counts_as_preferring_any(tmp_path, preferred, counts):
    knowledge = load([fifth.overlay(tmp_path / "ours")])
    given = {"preference": Answer(question="preference", value=preferred, origin="asked")}
    result = advise(knowledge, given, None, as_of=datetime.date(2026, 11, 24))
    assert result.trace.derived["importance.preference"] == counts
