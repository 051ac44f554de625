"""The application in a terminal that goes away, and one that goes wrong."""

import re
import sys

import psutil
import pytest

from advisor.errors import Exit
from tests.support.terminal import Terminal, environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")


@pytest.fixture
def variables(tmp_path, tmp_path_factory):
    """Those of somebody who begins, with bytecode that only the first test here has to make."""
    return {**environment(tmp_path), "PYTHONPYCACHEPREFIX": str(tmp_path_factory.getbasetemp() / "bytecode")}


@pytest.mark.parametrize("controls", [True, False], ids=["with a signal", "without"])
def test_nothing_stays_behind_a_closed_terminal(tmp_path, variables, controls):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-m", "advisor", "--probe", "quick"]
    with Terminal(command, {**variables, "TMPDIR": str(temporary)}, controls=controls) as terminal:
        terminal.wait_for(re.compile("PyTorch or Keras"))
        terminal.press("\r")
        terminal.wait_for(re.compile("probe 1 of"))
        application = psutil.Process(terminal.process.pid)
        for _ in range(100):
            if family := application.children(recursive=True):
                break
            terminal.rest(0.1)
        assert family, "probes run"
        terminal.close()
        terminal.wait_for_end()
        assert psutil.wait_procs(family, timeout=10)[1] == []
    assert list(temporary.iterdir()) == []


def test_a_terminal_that_cannot_be_drawn_on_is_told_what_to_run(variables):
    with Terminal([sys.executable, "-m", "advisor"], {**variables, "TERM": "dumb"}) as terminal:
        terminal.wait_for(re.compile("advisor ask"))
        terminal.wait_for_end()
        assert terminal.process.returncode == Exit.INPUT_NEEDED
        assert "\x1b" not in terminal.seen


def test_that_answers_cannot_be_saved_is_said_again_when_it_is_left(tmp_path, variables):
    (tmp_path / "data").touch()  # no folder
    command = [sys.executable, "-m", "advisor", "--probe", "none"]
    with Terminal(command, variables) as terminal:
        terminal.wait_for(re.compile("PyTorch or Keras"))
        terminal.press("\r")
        terminal.wait_for(re.compile("Why"))
        for _ in range(20):  # the first screen is a list or a question, once it is there
            terminal.press("s")
            terminal.rest(0.5)
            if "not saved" in terminal.seen:
                break
        terminal.press("\x11")
        terminal.wait_for_end()
        assert terminal.process.returncode == Exit.ANSWERED
        said = r"! Answers are not saved for the next time: \S+: can't be written: [\w ]+\r\n$"
        assert re.search(said, terminal.seen)


BROKEN = """
import sys
from advisor.cli.main import main
from advisor.tui.screens.interview import InterviewScreen

def broken(screen):
    raise ValueError("broken on purpose")

InterviewScreen._show_state = broken
sys.exit(main(["--probe", "quick"]))
"""


def test_what_goes_wrong_inside_is_said_in_a_few_lines_and_leaves_nothing_running(variables):
    with Terminal([sys.executable, "-c", BROKEN], variables) as terminal:
        terminal.wait_for(re.compile("PyTorch or Keras"))
        family = psutil.Process(terminal.process.pid)
        terminal.press("\r")
        terminal.wait_for(re.compile("Please report it"))
        terminal.wait_for_end()
        assert not family.is_running()
        assert terminal.process.returncode == 1
        said = terminal.seen.rpartition("Traceback")[2]
        assert "something went wrong inside the advisor: ValueError: broken on purpose" in said
        assert len(said.splitlines()) < 60, "no variables"
