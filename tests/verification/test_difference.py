"""The semantic diff against the verdicts of both bases on every set of answers."""

import datetime
import json
import re
import shutil
from itertools import product

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.assets import rules_dir
from advisor.cli.main import main
from advisor.decision.advise import advise
from advisor.decision.assess import FULL
from advisor.decision.batch import Batch
from advisor.errors import InvalidInput
from advisor.model.difference import KnowledgeDifference, Region, Shift, Side
from advisor.report.difference import render_difference
from advisor.verification.difference import compare
from advisor.verification.pairs import Pair
from advisor.verification.reach import AS_OF
from advisor.verification.sameness import apart
from tests.support.knowledge import (
    LEVELS,
    SETTINGS,
    SOURCE,
    answers,
    build,
    candidate,
    criterion,
    derived,
    evidence,
    knowledge_bases,
    question,
    rule,
    scale,
)  # fmt: skip


def verdicts(knowledge, sets):
    """What `advise` says of sets of answers by question: kind and candidate, without explaining it."""
    batch = Batch(knowledge, None, as_of=AS_OF, draws=FULL.draws)
    given_ = [answers("asked", **each) for each in sets]
    parts = (given_[start : start + batch.together] for start in range(0, len(given_), batch.together))
    return [brief.call.key for part in parts for brief in batch.verdicts(part)]


def said(knowledge, answers):
    """The verdict on the answers of those to the questions that a base asks, of a list those that it offers."""
    own = {}
    for question_ in knowledge.questions:
        value = answers[question_.id]
        offered = {option.value for option in question_.options}
        own[question_.id] = tuple(v for v in value if v in offered) if question_.kind == "many" else value
    return verdicts(knowledge, [own])[0]


def every_set(pair):
    """Every set of answers that can be told apart, as values by fact."""
    for values in product(*pair.values.values()):
        yield dict(zip(pair.values, values, strict=True))


def as_answers(pair, values):
    return pair.answers({name: pair.values[name].index(value) for name, value in values.items()})


@st.composite
def edited(draw):
    """A random base and the same with one rule dropped, or with another condition or consequence."""
    old, other = draw(knowledge_bases()), draw(knowledge_bases())
    rules = [each.model_dump(by_alias=True, exclude_none=True) for each in old.rules]
    place = draw(st.integers(0, len(rules) - 1))
    borrowed = draw(st.sampled_from(other.rules)).model_dump(by_alias=True, exclude_none=True)
    match draw(st.sampled_from(("drop", "when", "then"))):
        case "drop":
            del rules[place]
        case "when":
            rules[place].pop("when", None)
            rules[place] |= {"when": borrowed["when"]} if "when" in borrowed else {}
        case "then":
            rules[place]["then"] = borrowed["then"]
    data = {**old.model_dump(by_alias=True, exclude_none=True), "rules": rules}
    data.pop("content_hash")
    derived_ = {fact.id for fact in old.derived}
    fits = all(set(_facts(each.get("when"))) & derived_ == set() or not _derives(each) for each in rules)
    return (old, build(**data)) if fits else (old, old)


def _facts(condition):
    if isinstance(condition, dict):
        if "fact" in condition:
            yield condition["fact"]
        for part in condition.values():
            yield from _facts(part)
    elif isinstance(condition, (list, tuple)):
        for part in condition:
            yield from _facts(part)


def _derives(rule_):
    return any("derive" in part for part in rule_["then"])


@given(edited())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_found_is_what_running_every_rule_gives(sides):
    old, new = sides
    found = compare(old, new, sets=3000)
    pair = Pair(old, new)
    sets = list(every_set(pair))
    answers = [as_answers(pair, values) for values in sets]
    before, after = (verdicts(knowledge, answers) for knowledge in sides)
    changing = [values for values, one, other in zip(sets, before, after, strict=True) if one != other]
    share = len(changing) / len(sets)
    if found.outcome.startswith("proven"):
        assert not changing
    if found.outcome == "proven-same":
        assert advise(old, {}, None, as_of=LATER).ranking == advise(new, {}, None, as_of=LATER).ranking
    assert found.changing == pytest.approx(share, abs=0.04)
    if share > 0.01:
        assert found.outcome == "change"
    for region in found.regions:
        assert said(old, region.witness) != said(new, region.witness)
        inside = [values for values in sets if _inside(values, region)]
        assert region.share == pytest.approx(len(inside) / len(sets))
        rate = np.mean([values in changing for values in inside])
        assert region.changing == pytest.approx(rate, abs=0.04)
    if share > 0.01:
        covered = np.mean([any(_inside(values, region) for region in found.regions) for values in changing])
        assert found.covered == pytest.approx(covered, abs=0.1)


def _inside(values, region):
    return all(values[name] in chosen for name, chosen in region.where.items())


ASKED = [question("one"), question("count", "number", minimum=0, maximum=9), scale("care")]


def side(*rules, **parts):
    return build(
        criteria=[criterion("speed", "care")],
        questions=parts.pop("questions", ASKED),
        rules=[*rules, rule("range", {"fact": "one", "is": "c"}, evidence("right", "speed", 3))],
        **parts,
    )  # fmt: skip


def when(condition, strength=2):
    return rule("a", condition, evidence("left", "speed", strength))


IS_A = {"fact": "one", "is": "a"}
FROM_3, FROM_5 = ({"fact": "count", "at_least": least} for least in (3, 5))


@pytest.mark.parametrize(
    ("before", "after", "but"),
    [
        (IS_A, {"not": {"any": [{"not": IS_A}, {"not": IS_A}]}}, []),
        (
            IS_A,
            {"all": [{"fact": "one", "in": ["a", "b"]}, {"not": {"fact": "one", "is": "b"}}]},
            [("certainty", "a")],
        ),
        (
            FROM_3,
            {"any": [FROM_5, {"all": [FROM_3, {"not": FROM_5}]}]},
            [("open-answers", "count"), ("certainty", "a")],
        ),
    ],
)  # fmt: skip
def test_conditions_that_say_the_same_are_proven_the_same(before, after, but):
    found = compare(side(when(before)), side(when(after)))
    assert (found.outcome, found.regions) == ("proven-in-part" if but else "proven-same", ())
    assert reserved(found) == but
    assert [(edit.how, edit.what, edit.id) for edit in found.edits] == [("changed", "rule", "a")]


def test_what_always_holds_is_not_certain_however_it_is_written():
    """Of incomplete answers the same completions follow, but not the same is certain of them."""
    plain, written = side(when(None)), side(when({"any": [IS_A, {"not": IS_A}]}))
    found = compare(plain, written)
    assert (found.outcome, reserved(found)) == ("proven-in-part", [("certainty", "a")])
    assert found.scope.startswith("all answers, complete or not")
    (one, other) = (advise(knowledge, {}, None, as_of=LATER) for knowledge in (plain, written))
    assert one.ranking[0].score > other.ranking[0].score == 0.0
    assert one.verdict.confidence == other.verdict.confidence
    assert [row.first_rank_share for row in one.ranking] == [row.first_rank_share for row in other.ranking]


def test_a_derived_fact_may_be_on_one_side_alone():
    helper = rule("helps", IS_A, {"derive": "helper", "value": "yes"})
    through = side(when({"fact": "helper", "is": "yes"}), helper, derived=[derived("helper", ("no", "yes"), "no")])
    found = compare(side(when(IS_A)), through)
    assert (found.outcome, reserved(found)) == ("proven-in-part", [("certainty", "a"), ("certainty", "helps")])


def test_numbers_between_two_thresholds_are_found():
    """Whole numbers don't tell `at_most 2` from `not at_least 3`; 2.5 does."""
    old, new = (side(when(c)) for c in ({"fact": "count", "at_most": 2}, {"not": {"fact": "count", "at_least": 3}}))
    found = compare(old, new, sets=2000)
    assert found.outcome == "change"
    assert all(2 < region.witness["count"] < 3 for region in found.regions)


def test_of_whole_numbers_no_other_is_tried():
    """Not even where only one side has them whole."""
    asked = [question("one"), question("count", "number", minimum=0, maximum=9, whole=True), scale("care")]
    tests = ({"fact": "count", "at_most": 2}, {"not": {"fact": "count", "at_least": 3}})
    old, new = (side(when(test), questions=asked) for test in tests)
    assert compare(old, new).outcome == "proven-same"
    undivided = side(when(tests[1]))
    found = compare(old, undivided, sets=2000)
    assert (found.outcome, found.because) == ("none-found", compare(undivided, new, sets=2000).because)
    pair = Pair(old, undivided)
    assert pair.values["count"] == [0, 3]
    assert [pair.words({"count": np.array([place])}) for place in (0, 1)] == ["count is 0 to 2", "count is 3 or more"]


def test_a_conclusion_that_changes_weights_is_a_difference():
    def base(level):
        return build(
            criteria=[criterion("k1", "level"), criterion("k2", "care")],
            questions=[question("one"), scale("care")],
            derived=[derived("level", LEVELS, "low")],
            rules=[
                rule("a", None, evidence("left", "k1", 2), evidence("right", "k2", 2)),
                rule("b", IS_A, {"derive": "level", "value": level}),
            ],
        )

    found = compare(base("medium"), base("high"), sets=2000)
    (region, *_) = found.regions
    assert region.where["one"] == ("a",)
    assert found.edits[0].details == ("adds: concludes level = high", "drops: concludes level = medium")


def test_a_constant_that_moves_no_score_changes_verdicts():
    """`left` leads by as much as its errors often take back, with one answer to `one`, and with no other."""
    old = side({**when(IS_A, 1), "sources": ["weak"]}, rule("b", None, evidence("right", "speed", 0.7)),
               sources=[SOURCE, {**SOURCE, "id": "weak", "grade": "weak"}])  # fmt: skip
    new = old.model_copy(update={"settings": old.settings.model_copy(update={"recommend_share": 0.7})})
    found = compare(old, new, sets=2000)
    assert "the constants differ" in found.because
    assert found.edits[0].details == ("from 0.8 to 0.7",)
    (region,) = found.regions
    assert (found.touched, region.where["one"]) == (0, ("a",))
    shift = region.shifts[0]
    assert (shift.kind_before, shift.before) == ("too-close", ("left",))
    assert (shift.kind_after, shift.after) == ("recommended", ("left",))


def test_constants_are_never_proven_to_be_the_same():
    old = side(when(IS_A))
    new = old.model_copy(update={"settings": old.settings.model_copy(update={"recommend_share": 0.7})})
    found = compare(old, new, sets=2000)
    assert (found.outcome, found.changing) == ("none-found", 0)
    assert "the constants differ" in found.because


def test_texts_change_nothing():
    warn = rule("w", IS_A, {"warn": "Take care."})
    found = compare(side(when(IS_A), warn), side(when(IS_A)))
    assert found.outcome == "proven-same"
    assert found.edits[0].details == ("warns: Take care.",)


LATER = datetime.date(2026, 12, 24)


def outcome(knowledge, as_of=LATER, **given_):
    verdict = advise(knowledge, answers(**given_), None, as_of=as_of).verdict
    return verdict.kind, verdict.candidate


def reserved(found):
    return [(each.what, each.id) for each in found.reservations]


def test_a_trade_off_moves_the_weights_of_whoever_answers_it():
    def base(strength):
        sides = (("k1", strength or 1), ("k2", 2))
        left, right = ({"criterion": k, "strength": s, "text": "It is so.", "rules": ["a"]} for k, s in sides)
        return build(
            criteria=[criterion("k1", "care"), criterion("k2", "other-care")],
            questions=[scale("care"), scale("other-care")],
            rules=[rule("a", None, evidence("left", "k1", 2), evidence("right", "k2", 2))],
            trade_offs=[{"id": "pair", "left": left, "right": right}] if strength else [],
            settings={**SETTINGS, "recommend_share": 0.6},
        )

    old, new = base(6), base(1)
    found = compare(old, new)
    assert (found.outcome, reserved(found)) == ("proven-in-part", [("trade-offs", "pair")])
    assert "complete or not, without trade-offs" in found.scope
    assert [(edit.what, edit.id, edit.details) for edit in found.edits] == [
        ("trade-off", "pair", ("left.strength: from 6 to 1",))
    ]
    for given_ in ({}, {"care": "high"}, {"care": "high", "other_care": "high"}):
        assert outcome(old, **given_) == outcome(new, **given_)
    alike = {"care": "medium", "other_care": "medium", "pair": "left"}
    assert [outcome(side, **alike)[0] for side in (old, new)] == ["too-close", "recommended"]
    (without,) = compare(old, base(None)).reservations
    assert without.text.startswith("the trade-off `pair` stands on one side only")


def test_thresholds_of_a_rule_that_only_warns_change_how_an_open_number_is_drawn():
    rules = [rule("a", FROM_3, evidence("left", "speed", 2)), rule("b", {"not": FROM_3}, evidence("right", "speed", 2))]
    above = {"any": [{"fact": "count", "at_least": least} for least in range(4, 9)]}
    eager = {"settings": {**SETTINGS, "worth_asking": 0.2}}
    old, new = side(*rules, **eager), side(*rules, rule("w", above, {"warn": "Take care."}), **eager)
    found = compare(old, new)
    assert (found.outcome, reserved(found)) == ("proven-in-part", [("open-answers", "count")])
    assert found.scope.startswith("complete answers, with or without trade-offs")
    known = {"one": "a", "care": "high"}
    for count in (1, 5):
        assert outcome(old, count=count, **known) == outcome(new, count=count, **known)
    assert outcome(old, **known)[0] == "not-enough-known"
    assert outcome(new, **known) == ("recommended", "left")


@pytest.mark.parametrize(
    "edit", [{"usual": 5}, {"usual_share": 0.99}, {"worth_asking": 0.5}], ids=lambda edit: next(iter(edit))
)  # fmt: skip
def test_what_is_usual_counts_for_open_answers_only(edit):
    asked = [ASKED[0], {**ASKED[1], "usual": 1}, ASKED[2]]
    old = side(when(FROM_3), questions=asked)
    constants = old.settings.model_copy(update={name: value for name, value in edit.items() if name != "usual"})
    questions = [
        {**each, **({"usual": edit["usual"]} if "usual" in edit and "usual" in each else {})} for each in asked
    ]
    new = side(when(FROM_3), questions=questions).model_copy(update={"settings": constants})
    found = compare(old, new)
    name = "count" if "usual" in edit else next(iter(edit))
    assert (found.outcome, reserved(found)) == ("proven-in-part", [("open-answers", name)])


OURS = {**SOURCE, "id": "ours", "kind": "practices"}


def aged(source, **more):
    """`left` leads by a rule that rests on a source of one's own, `right` follows."""
    one, other = rule("a", None, evidence("left", "speed", 2)), rule("b", None, evidence("right", "speed", 1))
    return side({**one, "sources": ["ours"], **more}, other, sources=[{**SOURCE, "kind": "practices"}, source])


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (aged(OURS), aged({**OURS, "checked": "2019-01-01"}),
         ("ours", "the source `ours` counts for less from 2021-01-01 on, on the old side from 2028-11-01 on")),
        (aged({**OURS, "checked": "2019-01-01"}), aged({**OURS, "checked": "2020-07-01", "kind": "versions"}),
         ("ours", "the source `ours` counts for less from 2021-01-01 on, on the old side from 2021-01-01 on, by half "
                  "every 6 months instead of 24")),
        (aged({**OURS, "checked": "2019-01-01"}), aged({**OURS, "checked": "2019-01-01"}, sources=["a-source"]),
         ("a", "the rule `a` rests on sources of another age")),
        (aged(OURS), aged({**OURS, "checked": "2019-01-01"}, id="renamed"),
         ("ours", "the source `ours` counts for less from 2021-01-01 on, on the old side from 2028-11-01 on")),
        (aged({**OURS, "checked": "2019-01-01"}),
         aged({**OURS, "checked": "2019-01-01"}, id="renamed", sources=["a-source"]),
         ("sources", "some evidence rests on sources that are to be read again on other days")),
    ],
)  # fmt: skip
def test_how_evidence_ages_counts_on_a_later_day(old, new, what):
    found = compare(old, new)
    assert found.outcome == "proven-in-part"
    assert [(each.what, each.id, each.text) for each in found.reservations] == [("age", *what)]
    assert found.scope.endswith("as long as no source has aged")
    known = {"one": "a", "care": "high"}
    assert outcome(old, AS_OF, **known) == outcome(new, AS_OF, **known) == ("recommended", "left")
    days = [datetime.date(2021, 9, 1), LATER]
    assert any(outcome(old, day, **known) != outcome(new, day, **known) for day in days)


def test_a_source_that_is_read_again_later_than_another_changes_no_age():
    both = {"sources": ["ours", "older"]}
    bases = [
        side({**when(IS_A), **both}, sources=[SOURCE, {**SOURCE, "id": "older", "checked": "2020-01-01"},
                                              {**SOURCE, "id": "ours", "checked": checked}])
        for checked in ("2021-01-01", "2022-01-01")
    ]  # fmt: skip
    found = compare(*bases)
    assert (found.outcome, found.reservations) == ("proven-same", ())
    assert [edit.what for edit in found.edits] == ["source"]


def test_what_is_not_compared_is_named_beside_what_changes():
    old = side({**when(IS_A), "sources": ["ours"]}, sources=[SOURCE, OURS])
    new = side({**when(IS_A, 1), "sources": ["ours"]}, sources=[SOURCE, {**OURS, "checked": "2019-01-01"}])
    found = compare(old, new, sets=2000)
    assert reserved(found) == [("age", "ours")]
    assert found.scope == "complete answers without trade-offs, with nothing measured and no source aged"


def test_an_order_that_random_numbers_hang_on_is_an_edit():
    old, new = side(when(IS_A)), side(when(IS_A), questions=[ASKED[1], ASKED[0], ASKED[2]])
    found = compare(old, new, sets=2000)
    assert [(edit.how, edit.what, edit.id) for edit in found.edits] == [("changed", "order of", "questions")]
    assert found.because.startswith("the questions differ")


def test_a_comparison_that_never_fires_takes_random_numbers():
    probe = {"id": "p", "title": "Probe", "text": "Tried.", "metrics": [{"id": "m", "title": "Step", "unit": "ms"}]}
    never = {"all": [IS_A, {"fact": "one", "is": "b"}]}
    old = side(when(IS_A), probes=[probe])
    new = side(when(IS_A), rule("n", never, {"compare": "m", "criterion": "speed", "strength": 0.1}), probes=[probe])
    assert apart(old, new) == "the metrics compared"


def test_words_join_what_lies_side_by_side():
    asked = [scale("care"), question("count", "number", minimum=0, maximum=9), question("one"),
             question("list", "many", ("x", "y", "z"))]  # fmt: skip
    base = side(*(when({"fact": "count", "at_least": x}) | {"id": f"r{x}"} for x in (2, 5)), questions=asked)
    pair = Pair(base, base)
    wanted = {
        "count is less than 5": {"count": [0, 1]},
        "count is at least 2": {"count": [2, 1]},
        "count is less than 2 or at least 5": {"count": [0, 2]},
        "count is at least 2, less than 5": {"count": [1]},
        "care is at most medium": {"care": [0, 1, 2]},
        "care is at least medium": {"care": [2, 3, 4]},
        "care is low to high": {"care": [1, 2, 3]},
        "care is low or medium": {"care": [1, 2]},
        "care is not medium": {"care": [0, 1, 3, 4]},
        "one is not b; list includes x and y and leaves out z": {
            "one": [0, 2],
            "list.x": [1],
            "list.y": [1],
            "list.z": [0],
        },
    }
    for words, where in wanted.items():
        assert pair.words({name: np.array(places) for name, places in where.items()}) == words


def test_a_region_that_seldom_changes_is_not_put_forward_as_where_it_changes():
    region = Region(
        where={"one": ("a",)}, text="one is a", share=0.09, changing=0.14, witness={"one": "a"},
        shifts=(Shift(before=("left",), after=("left",), kind_before="recommended", kind_after="too-close", share=1),),
        before=Side(kind="recommended", candidate="left", leader="left", confidence=0.82),
        after=Side(kind="too-close", candidate=None, leader="left", confidence=0.76),
    )  # fmt: skip
    found = KnowledgeDifference(
        old="old", new="new", edits=(), outcome="change", because="why", sets=20_000, touched=0.403, changing=0.06,
        regions=(region,), covered=0.996,
    )  # fmt: skip
    text = render_difference(found, 80)
    assert max(map(len, text.splitlines())) <= 80
    flat = " ".join(text.split())
    assert "No region was found in which it changes for most answers." in flat
    assert "In these it does more often than elsewhere; they hold >99% of the changes found:" in flat
    assert "9.0% of all sets of answers. The verdict changes for one in 7 of these (14%), against 6.0% of all:" in flat
    assert "100% left recommended → too close to call, left first" in flat
    often = found.model_copy(update={"regions": (region.model_copy(update={"changing": 0.84}),)})
    flat = " ".join(render_difference(often, 80).split())
    assert "Where it changes" in flat
    assert "changes for 84% of these, against 6.0% of all" in flat


def test_what_stands_on_one_side_only_is_handled():
    own = rule("z", {"fact": "list.z", "is": True}, evidence("right", "speed", 1))
    old = side(when(IS_A), own, questions=[*ASKED, question("list", "many", ("x", "z"))])
    more = [question("one", values=("a", "c", "d")), question("count", "number", minimum=0, maximum=5), scale("care"),
            question("list", "many", ("x", "y")), question("extra", "many", ("x", "y"))]  # fmt: skip
    new = side(
        when(IS_A),
        rule("m", {"fact": "extra.x", "is": True}, evidence("middle", "speed", 3)),
        questions=more,
        candidates=[candidate(name) for name in ("left", "middle", "right")],
    )
    for one, other in ((old, new), (new, old)):
        found = compare(one, other, sets=2000)
        assert found.outcome == "change"
        assert any("middle" in (*shift.before, *shift.after) for region in found.regions for shift in region.shifts)
        for region in found.regions:
            assert region.witness["one"] in ("a", "c")
            assert region.witness["count"] <= 5
            assert said(one, region.witness) != said(other, region.witness)
    assert {("added", "candidate", "middle"), ("added", "question", "extra")} <= {
        (edit.how, edit.what, edit.id) for edit in compare(old, new, sets=2000).edits
    }


SOURCES = """\
sources:
  - {id: ours, title: Our policy, address: "https://example.org", date: "2026", checked: 2026-11-01, grade: weak,
     kind: practices}
"""
VETO = f"""\
{SOURCES}rules:
  - {{id: not-here, when: {{fact: targets.mobile, is: true}}, then: [{{veto: pytorch}}], because: Not on our phones.,
     sources: [ours]}}
"""
ADVICE = f"""\
{SOURCES}rules:
  - id: our-advice
    when: {{fact: stage, is: research}}
    then: [{{advise: Ask Ana.}}]
    because: She knows.
    sources: [ours]
"""


def test_an_overlay_on_what_ships(capsys, tmp_path):
    for name, text in (("veto", VETO), ("advice", ADVICE)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ours.yaml").write_text(text)
    veto, advice = (str(tmp_path / name) for name in ("veto", "advice"))
    flags = ["--json", "-q", "--sets", "4000", "--fail-on", "change"]
    assert main(["rules", "diff", "shipped", veto, *flags]) == 6
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, KnowledgeDifference.model_json_schema(mode="serialization"))
    assert document["outcome"] == "change"
    assert {edit["id"] for edit in document["edits"] if edit["what"] == "rule"} == {"not-here"}
    for region in document["regions"]:
        assert "mobile" in region["witness"]["targets"]
    assert main(["rules", "diff", "shipped", advice, "--fail-on", "unproven"]) == 0
    out, err = capsys.readouterr()
    assert "added rule our-advice" in out
    assert "Proven" in out
    assert "Proving" in err


def test_what_is_proven_in_part_is_not_proven(capsys, tmp_path):
    older = shutil.copytree(rules_dir(), tmp_path / "older")
    sources = older / "sources.yaml"
    entry = sources.read_text().index("pytorch-linux-foundation")
    before, dated = sources.read_text()[:entry], sources.read_text()[entry:]
    sources.write_text(before + re.sub(r"checked: [\d-]+", "checked: 2019-01-01", dated, count=1))
    for condition, code in (("change", 0), ("unproven", 6)):
        assert main(["rules", "diff", str(older), "shipped", "-q", "--fail-on", condition]) == code
    assert "Not covered by that" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["shipped"], "takes two folders"),
        (["shipped", "no-such-folder"], "there is no such folder"),
        (["shipped", "shipped", "--sets", "5"], "fewer than 1,000"),
    ],
)
def test_bad_input_is_one_clear_error(capsys, arguments, message):
    assert main(["rules", "diff", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_question_without_a_common_answer_cannot_be_compared():
    other = [question("one", values=("d", "e")), *ASKED[1:]]
    new = build(
        criteria=[criterion("speed", "care")],
        questions=other,
        rules=[when({"fact": "one", "is": "d"})],
    )
    with pytest.raises(InvalidInput, match="one: there is no answer that both sides take"):
        compare(side(when(IS_A)), new, sets=2000)
