"""The words that every report has for the same thing."""

from __future__ import annotations

import datetime

from advisor.decision.advise import advise
from advisor.knowledge.load import load
from advisor.model.measurement import Interpreter, Measurements, Outcome
from advisor.report import markdown, record
from advisor.report.html.view import view
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
