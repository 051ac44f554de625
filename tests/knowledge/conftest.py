"""What tests of reading the rules get."""

import pytest


class Forgetful(dict):
    """Keeps nothing that could be found again."""

    def get(self, name: str) -> None:
        return None


@pytest.fixture(autouse=True)
def each_load_a_run_of_its_own(monkeypatch):
    """Nothing that was loaded before is in use any more, as in the next run."""
    monkeypatch.setattr("advisor.knowledge.load._ALIVE", Forgetful())
