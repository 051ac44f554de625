"""The programs in `probes/`, imported as a probe's process does."""

import importlib
import sys
from pathlib import Path

import pytest

from advisor.assets import probes_dir


@pytest.fixture
def load(monkeypatch):
    """Imports a module of the probes' folder, and forgets it and what it has imported from there after the test."""
    monkeypatch.syspath_prepend(str(probes_dir()))
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "").parent == probes_dir():
            del sys.modules[name]
