"""The words that every report has for the same thing."""

from __future__ import annotations

import datetime

import pytest

from advisor.decision.advise import advise
from advisor.knowledge.load import load
from advisor.model.measurement import Interpreter, Measurements, Outcome
from advisor.model.recommendation import Change, Flip
from advisor.report import markdown, record
from advisor.report.html.view import view
from advisor.report.words import Words, probe_words, status_words, tried_words
from tests.support.measurements import HOST

KNOWLEDGE = load()
OLD, NEW = "/old/python", "/new/python"
PACKAGES = {OLD: {"torch": "2.9.1", "tensorflow": "2.20.0", "keras": "3.12.0"}, NEW: {"torch": "2.13.0"}}


def taken(*pairs: tuple[str, str]) -> Measurements:
    """Candidates that were measured, each in an interpreter."""
    return Measurements(
        level="quick",
        fingerprint="f",
        host=HOST,
        interpreters=tuple(Interpreter(path=path, packages=packages) for path, packages in PACKAGES.items()),
        outcomes=tuple(
            Outcome(probe=probe, candidate=candidate, interpreter=path, status="works")
            for candidate, path in pairs
            for probe in ("framework", "train")
        ),
    )


def test_the_versions_named_are_those_of_what_was_measured():
    for pairs, words in (
        ((("pytorch", NEW), ("keras-tensorflow", OLD)), "keras 3.12.0, tensorflow 2.20.0, torch 2.13.0"),
        (
            (("pytorch", NEW), ("keras-torch", OLD)),
            "keras 3.12.0, torch 2.13.0 (PyTorch), torch 2.9.1 (Keras on PyTorch)",
        ),
    ):
        found = taken(*pairs)
        result = advise(KNOWLEDGE, {}, found, as_of=datetime.date(2026, 11, 30))
        assert f"linux: {words}; fingerprint" in record.render(result, KNOWLEDGE).replace("\\", "")
        assert view(result, KNOWLEDGE).made_of[-1].endswith(f"linux: {words}.")
        assert f"linux; {words}; level quick" in markdown.render(found, KNOWLEDGE)


def test_a_change_of_answers_is_said_in_one_way():
    """A number has its unit, and of a list only what differs is named."""
    words = Words(KNOWLEDGE)
    number = next(question for question in KNOWLEDGE.questions if question.kind == "number" and question.unit)
    several = next(question for question in KNOWLEDGE.questions if question.kind == "many")
    first, second, third = (option.value for option in several.options[:3])
    flip = Flip(
        changes=(
            Change(question=number.id, before=None, after=2500),
            Change(question=several.id, before=(first, second), after=(second, third)),
        ),
        kind="recommended",
        candidate="pytorch",
        confidence=0.85,
    )
    assert words.flip(flip) == (
        f"{number.text} 2,500 {number.unit} instead of not known; and {several.text} also {several.options[2].text}, "
        f"not {several.options[0].text} → PyTorch (85%)"
    )


def test_a_number_that_no_rule_tells_from_others_stands_for_them_and_one_by_itself_for_itself():
    words = Words(KNOWLEDGE)
    devices, parameters = KNOWLEDGE.question["devices"], KNOWLEDGE.question["parameters"]
    assert [words.like(devices, value) for value in (1, 4, 1000)] == ["1", "2 to 8, say 4", "64 or more, say 1,000"]
    assert words.like(parameters, 100) == "less than 1000 million parameters, say 100"


@pytest.mark.parametrize(
    ("fields", "short", "long"),
    [
        ({"status": "works"}, "works", "works"),
        ({"status": "works-with-extra", "extras": ("onnxscript",)}, "works with onnxscript", "works with onnxscript"),
        ({"status": "fails", "extras": ("onnxscript",), "detail": "no such operator"}, "fails",
         "fails: no such operator"),
        ({"status": "not-tried", "cause": "missing"}, "not tried", "not tried: not installed"),
    ],
)  # fmt: skip
def test_what_became_of_a_probe_is_its_status_before_what_it_needed(fields, short, long):
    outcome = Outcome(probe="export", candidate="pytorch", interpreter=NEW, **fields)
    assert (status_words(outcome), tried_words(outcome)) == (short, long)
    assert status_words(None) == tried_words(None) == "not tried"


def test_a_probe_that_was_not_tried_says_why():
    found = taken(("pytorch", NEW), ("keras-torch", OLD))
    missing = Outcome(
        probe="framework",
        candidate="keras-jax",
        interpreter=NEW,
        status="not-tried",
        cause="missing",
        detail="not installed: jax; pip install jax",
    )
    broken = missing.model_copy(
        update={"candidate": "keras-tensorflow", "status": "fails", "cause": "error", "detail": "ImportError: no"}
    )
    found = Measurements(**{**dict(found), "outcomes": (*found.outcomes, missing, broken)})
    quick, full = KNOWLEDGE.probe["cnn"], KNOWLEDGE.probe["onnx-export"]
    assert quick.quick and not full.quick and full.full
    tries = "`advisor probe --only {}` tries it"
    for probe, level, why in (
        (full, "quick", "not part of a quick measurement"),
        (full, "full", "not among what was measured"),
        (quick, "quick", "not among what was measured"),
        (KNOWLEDGE.probe["cnn-large"], "full", "not part of a full measurement"),
    ):
        at_level = Measurements(**{**dict(found), "level": level})
        assert probe_words(at_level, probe, "pytorch") == f"not tried: {why}; {tries.format(probe.id)}"
        assert probe_words(at_level, probe, "keras-jax") == "not tried: not installed: jax; pip install jax"
        failed = "not tried: the framework did not import: ImportError: no"
        assert probe_words(at_level, probe, "keras-tensorflow") == failed
    assert probe_words(None, full, "pytorch") == "not tried"
    assert probe_words(found, KNOWLEDGE.probe["framework"], "pytorch") == "works"
