"""The semantic diff against the verdicts of both bases on every set of answers."""

import json
from itertools import product

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.cli.main import main
from advisor.decision.assess import FULL
from advisor.decision.batch import Batch
from advisor.errors import InvalidInput
from advisor.model.answer import Answer
from advisor.model.difference import KnowledgeDifference
from advisor.verification.difference import compare
from advisor.verification.pairs import Pair
from advisor.verification.reach import AS_OF
from tests.support.knowledge import (
    LEVELS,
    SOURCE,
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
    beliefs = [
        batch.beliefs({name: Answer(question=name, value=value, origin="asked") for name, value in each.items()})
        for each in sets
    ]
    parts = (beliefs[start : start + batch.together] for start in range(0, len(beliefs), batch.together))
    return [brief.call.outcome for part in parts for brief in batch.verdicts(part)]


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
    if found.outcome == "proven-same":
        assert not changing
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
    ("before", "after"),
    [
        (IS_A, {"not": {"any": [{"not": IS_A}, {"not": IS_A}]}}),
        (IS_A, {"all": [{"fact": "one", "in": ["a", "b"]}, {"not": {"fact": "one", "is": "b"}}]}),
        (FROM_3, {"any": [FROM_5, {"all": [FROM_3, {"not": FROM_5}]}]}),
    ],
)  # fmt: skip
def test_conditions_that_say_the_same_are_proven_the_same(before, after):
    found = compare(side(when(before)), side(when(after)))
    assert (found.outcome, found.regions) == ("proven-same", ())
    assert [(edit.how, edit.what, edit.id) for edit in found.edits] == [("changed", "rule", "a")]


def test_numbers_between_two_thresholds_are_found():
    """Whole numbers don't tell `at_most 2` from `not at_least 3`; 2.5 does."""
    old, new = (side(when(c)) for c in ({"fact": "count", "at_most": 2}, {"not": {"fact": "count", "at_least": 3}}))
    found = compare(old, new, sets=2000)
    assert found.outcome == "change"
    assert all(2 < region.witness["count"] < 3 for region in found.regions)


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
    assert main(["rules", "diff", "shipped", advice, "--fail-on", "change"]) == 0
    out, err = capsys.readouterr()
    assert "added rule our-advice" in out
    assert "Proven" in out
    assert "Proving" in err


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
