"""The application in a terminal that goes away."""

import re
import sys

import psutil
import pytest

from tests.support.terminal import Terminal, environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")


@pytest.mark.parametrize("controls", [True, False], ids=["with a signal", "without"])
def test_nothing_stays_behind_a_closed_terminal(tmp_path, controls):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    variables = {**environment(tmp_path), "TMPDIR": str(temporary)}
    command = [sys.executable, "-m", "advisor", "--probe", "quick"]
    with Terminal(command, variables, controls=controls) as terminal:
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
