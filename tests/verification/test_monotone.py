"""Listed properties: proven or refuted as running every rule on every set of answers would have it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import InvalidKnowledge
from advisor.knowledge.load import load
from advisor.model.property import Property
from advisor.model.rule import Evidence, Veto
from advisor.verification.encoding import Encoding
from advisor.verification.monotone import properties
from tests.knowledge.test_load import GOOD, folder
from tests.support.knowledge import CHOICES, build, criterion, evidence, knowledge_bases, question, rule, scale
from tests.support.oracle import infer
from tests.verification.test_checks import every_answer

CHANGES = {"flag": [(False, True)], "one": [("a", "b")], "count": [(low, low + 1) for low in range(6)]}


def stated(fact, then):
    ends = {"from": "a", "to": "b"} if fact == "one" else {}
    return Property.model_validate({"id": "p", "text": "It holds.", "rises": fact, **ends, "then": then})


def standing(knowledge, given, candidate):
    """Evidence by criterion, and whether the candidate is ruled out."""
    _, fired = infer(knowledge, given)
    parts = [c for rule_, true in zip(knowledge.rules, fired, strict=True) if true for c in rule_.then]
    points = {
        k.id: sum(
            c.strength for c in parts if isinstance(c, Evidence) and (c.evidence, c.criterion) == (candidate, k.id)
        )
        for k in knowledge.criteria
    }
    return points, any(isinstance(c, Veto) and c.veto == candidate for c in parts)


def broken(knowledge, fact, kind, candidate):
    """Whether some set of answers shows that the property does not hold."""
    for values in every_answer(knowledge):
        for low, high in CHANGES[fact]:
            if values[fact] != low:
                continue
            before, out_before = standing(knowledge, values, candidate)
            after, out_after = standing(knowledge, {**values, fact: high}, candidate)
            if kind == "not_hurt" and ((out_after and not out_before) or any(after[k] < before[k] for k in before)):
                return True
            if kind == "not_help" and any(after[k] > before[k] for k in before):
                return True
    return False


@given(knowledge_bases(), st.sampled_from(("flag", "one")), st.sampled_from(("not_hurt", "not_help")))
@settings(max_examples=25, deadline=None)
def test_a_property_is_refuted_where_brute_force_finds_a_case(knowledge, fact, kind):
    candidate = knowledge.candidates[0].id
    listed = knowledge.model_copy(update={"properties": (stated(fact, {kind: candidate}),)})
    (defect,) = properties(Encoding(listed))
    assert (defect is not None) == broken(knowledge, fact, kind, candidate)


BASE = {
    "criteria": [criterion("speed", "care")],
    "questions": [scale("care"), question("one", values=CHOICES), question("flag", "yes-no")],
    "rules": [
        rule("for-left", {"fact": "one", "is": "a"}, evidence("left", "speed", 1)),
        rule("but-with-flag", {"all": [{"fact": "one", "is": "a"}, {"fact": "flag", "is": True}]},
             evidence("left", "speed", -2)),
    ],
}  # fmt: skip


def found(then, fact="flag"):
    knowledge = build(**BASE, properties=[stated(fact, then).model_dump(by_alias=True, exclude_none=True)])
    (defect,) = properties(Encoding(knowledge))
    return defect


def test_a_refutation_shows_the_answers_and_the_change():
    defect = found({"not_hurt": "left"})
    assert (defect.kind, defect.subject, defect.witness) == ("refuted", "p", {"one": "a"})
    assert defect.text == "it does not hold where flag goes from no to yes"
    assert found({"not_hurt": "right"}) is None
    assert found({"not_help": "left"}) is None
    assert found({"only_weights": True}).witness == {"one": "a"}
    assert found({"not_lower": "care"}) is None


def test_what_cares_is_free_to_change_weights():
    assert found({"only_weights": True}, "care") is None
    assert found({"not_lower": "care"}, "care") is None


def test_what_ships_states_and_proves_its_properties():
    knowledge = load()
    assert len(knowledge.properties) >= 30
    assert set(properties(Encoding(knowledge))) == {None}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("rises: cuont, then: {not_hurt: left}", "rises: there is no asked or measured fact 'cuont'; did you mean"),
        ("rises: os, then: {not_hurt: left}", "rises: the values of os have no order; give `from`, `to` or both"),
        ("rises: os, to: windows, then: {not_hurt: left}", "to: os must be one of linux, macos, not 'windows'"),
        ("rises: count, then: {not_hurt: lift}", "then: there is no candidate 'lift'; did you mean 'left'?"),
        ("rises: count, then: {not_lower: os}", "then: there is no ordered fact 'os'"),
        ("rises: count, then: {helps: left}", "then: expected a mapping with one of the keys: not_lower"),
    ],
)
def test_each_mistake_has_one_clear_error(tmp_path, entry, expected):
    overlay = folder(tmp_path / "ours", {"p.yaml": f"properties:\n  - {{id: p, text: It holds., {entry}}}\n"})
    with pytest.raises(InvalidKnowledge) as caught:
        load([overlay], folder(tmp_path / "rules", GOOD))
    assert f"p.yaml:2: property 'p': {expected}" in caught.value.message
