"""Approves what the rules now say of the golden profiles: `python tests/bench/approve.py`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support.profiles import APPROVED, approve

if __name__ == "__main__":
    print(f"{approve()} profiles changed; look at the difference in {APPROVED.name} before you commit it")
