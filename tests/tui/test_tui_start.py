"""What starting the application costs, and what it is told."""

import os
import subprocess
import sys

import pytest

from advisor.cli.main import main


def test_the_first_screen_needs_nothing_of_what_comes_later():
    late = (
        "numpy",
        "sklearn",
        "yaml",
        "advisor.decision",
        "advisor.model.recommendation",
        "advisor.tui.screens.verdict",
    )
    code = f"import sys, advisor.tui.app, advisor.session.answers; print([m for m in {late} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("flags", "expected"), [((), None), (("--no-color",), "1")])
def test_colour_is_left_out_on_demand(monkeypatch, flags, expected):
    seen = []
    # Set first, so that whatever is set meanwhile is undone.
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setattr("advisor.cli.recommend._can_ask", lambda: True)
    monkeypatch.setattr("advisor.tui.app.run", lambda *given: seen.append(os.environ.get("NO_COLOR")) or 0)
    assert main([*flags, "--probe", "none"]) == 0
    assert seen == [expected]
