"""What starting the application costs."""

import subprocess
import sys


def test_the_first_screen_needs_neither_numpy_nor_the_decision():
    code = (
        "import sys, advisor.tui.app; print([m for m in ('numpy', 'sklearn', 'advisor.decision') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
