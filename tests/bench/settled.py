"""Whether what is said to be settled is: `python tests/bench/settled.py`.

Random small knowledge bases, some of their questions answered. Each case is proven and then written out: every
completion is assessed, in `--traded` cases with weights that trade-offs move. For `--z3` cases without errors of
strengths, the solver z3 is asked as well, which reads the rules and adds up the scores its own way. Prints what the
cases came to; ends with an error at the first wrong proof.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tests.support.settling import by_writing_out, by_z3


def main() -> None:
    """Check and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--traded", type=int, default=10_000)
    parser.add_argument("--z3", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    kinds = (
        ("written out", by_writing_out, chosen.cases),
        ("written out, with trade-offs", partial(by_writing_out, traded=True), chosen.traded),
        ("put to z3", by_z3, chosen.z3),
    )
    for name, check, count in kinds:
        came = Counter(check(chosen.seed + index) for index in range(count))
        parts = ", ".join(f"{number} {what}" for what, number in sorted(came.items()))
        print(f"{count} cases {name}: {parts}; none wrong", flush=True)


if __name__ == "__main__":
    main()
