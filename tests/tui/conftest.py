"""Settings for the tests of the TUI."""

import gc

import pytest


@pytest.fixture(scope="session", autouse=True)
def rarer_collections():
    """Textual makes so many small objects that collecting them as often as usual takes a fifth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 50, 50)
    yield
    gc.set_threshold(*before)


@pytest.fixture
def profile(tmp_path):
    """Where answers are saved: in a folder that isn't there yet."""
    return tmp_path / "saved" / "answers.yaml"
