"""The real frameworks, each asked once for all tests of a file."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from typing import Any

import pytest

from advisor.assets import probes_dir
from advisor.knowledge.load import load
from advisor.probing.worker import Worker

PACKAGES = {candidate.id: candidate.packages for candidate in load().candidates}

each = pytest.mark.parametrize("candidate", PACKAGES)


def require(candidate: str) -> None:
    """Skip a test where the candidate isn't installed."""
    absent = [name for name in PACKAGES[candidate] if importlib.util.find_spec(name) is None]
    if absent:
        pytest.skip(f"not installed: {', '.join(absent)}")


def asked_once(ask: Callable[[Worker, str], Any]) -> Any:
    """A fixture that gives what `ask` has found of a candidate with a worker of its own, when somebody first wants
    it."""

    @pytest.fixture(scope="module")
    def envelopes() -> Callable[[str], Any]:
        known = {}

        def get(candidate: str) -> Any:
            require(candidate)
            if candidate not in known:
                with Worker(sys.executable, probes_dir(), candidate, 2) as worker:
                    known[candidate] = ask(worker, candidate)
            return known[candidate]

        return get

    return envelopes
