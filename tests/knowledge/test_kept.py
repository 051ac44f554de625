"""The knowledge base that is kept from one run to the next."""

import os
from weakref import WeakValueDictionary

import pytest

from advisor.errors import InvalidKnowledge
from advisor.knowledge import kept
from advisor.knowledge.load import load
from advisor.model.rule import Leaf

BASE = """\
knowledge: {version: "1", date: 2026-11-01}
settings:
  importance: [{value: low, weight: 1}, {value: high, weight: 2}]
  recommend_share: 0.8
  usual_share: 0.9
  weight_spread: 1.5
  strength_error: {primary: 0.3, secondary: 0.45, weak: 0.6}
  saturates: 2
  review_months: {versions: 6, practices: 24}
candidates:
  - &one {id: one, title: The one, text: The one., packages: [one], install: pip install one, starter: print(1)}
  - {<<: *one, id: two}
criteria: [{id: speed, title: Speed, text: How fast., importance: care}]
questions:
  - {id: care, theme: Theme, text: How much?, why: Because., kind: scale, options: [{value: low, text: Low},
     {value: high, text: High}]}
  - {id: flag, theme: Theme, text: Is it so?, why: Because., kind: yes-no}
derived: [{id: both, text: Both hold, values: [no, yes], default: false}]
sources:
  - {id: a, title: A source, address: "https://example.org", date: 2026-11, checked: 2026-11-01, grade: weak,
     kind: versions}
rules:
  - id: fast
    for: every
    when: {all: [{fact: flag, is: false}, {not: {fact: care, in: [low]}}]}
    then: [{evidence: "{candidate}", criterion: speed, strength: 1.5}]
    because: It is fast.
    sources: [a]
  - {id: derive, when: {fact: care, at_least: high}, then: [{derive: both, value: true}], because: So., sources: [a]}
"""


@pytest.fixture
def base(tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "all.yaml").write_text(BASE.replace("[no, yes]", "[false, true]"))
    return folder


def test_what_is_kept_is_what_was_read(base):
    first = load(base=base)
    again = kept.read_kept(first.content_hash)
    assert again == first
    assert again.facts == first.facts
    # Falsehood is a value to test for, not the lack of one.
    assert [leaf.comparisons for leaf in again.rules[0].leaves()] == [{"is": False}, {"in": ("low",)}]


def test_what_is_in_use_is_given_again(base, monkeypatch):
    monkeypatch.setattr("advisor.knowledge.load._ALIVE", WeakValueDictionary())
    first = load(base=base)
    assert load(base=base) is first
    path = base / "all.yaml"
    path.write_text(path.read_text().replace("It is fast.", "It is very fast."))
    assert load(base=base).rules[0].because == "It is very fast."


def test_files_read_before_are_not_parsed_again(base, monkeypatch):
    first = load(base=base)
    monkeypatch.setattr("advisor.knowledge.load.Document", None)
    assert load(base=base) == first


def test_a_mistake_made_later_is_found(base):
    load(base=base)
    path = base / "all.yaml"
    path.write_text(path.read_text().replace("at_least: high", "at_least: huge"))
    with pytest.raises(InvalidKnowledge, match=r"all.yaml:\d+: rule 'derive'"):
        load(base=base)


def test_other_programs_read_anew(base, monkeypatch):
    first = load(base=base)
    monkeypatch.setattr(kept, "__version__", "0.0.0")
    assert kept.read_kept(first.content_hash) is None
    assert load(base=base) == first
    assert kept.read_kept(first.content_hash) == first


@pytest.mark.parametrize("changed", ["model/some.py", "nodes.py"])
def test_a_change_of_the_programs_is_seen(base, tmp_path, monkeypatch, changed):
    package = tmp_path / "package"
    for name in ("model/some.py", "knowledge/some.py", "nodes.py"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("")
    monkeypatch.setattr(kept, "__file__", str(package / "knowledge" / "kept.py"))
    first = load(base=base)
    assert kept.read_kept(first.content_hash) == first
    later = (package / changed).stat().st_mtime_ns + 10**9
    os.utime(package / changed, ns=(later, later))
    assert kept.read_kept(first.content_hash) is None


@pytest.mark.parametrize("comparison", ["is", "in", "at_least", "at_most", "known"])
def test_a_test_has_its_comparison_alone(comparison):
    operand = ("a",) if comparison == "in" else False
    assert Leaf.model_validate({"fact": "some", comparison: operand}).comparisons == {comparison: operand}
