"""Whether a set of answers is judged in a batch as it is by itself: `python tests/bench/singly.py [--sets 10000]`.

Draws random sets of answers to what ships: anything from nothing to everything answered, "don't know" among it, one in
three with trade-offs. Every hundred share a seed and what was measured, random as well or nothing. A batch judges them
with as many draws as a whole result has, `advise` one by one, and kind, candidate, leader, confidence with its error
and all shares are compared as they are printed, to four decimals. Interrupted, it prints what it has so far. Ends with
exit code 1 where anything differs.
"""

import argparse
import os
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
# As the advisor's commands do: each process has a core, and threads of numpy's would spin on it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from advisor.knowledge.load import load
from advisor.report.words import KINDS
from tests.support.singly import drawn, judged, measured

TOGETHER = 100
"""Sets that share a seed and measurements."""


def compared(seed: int, group: int, count: int) -> tuple[Counter[str], list[str]]:
    """How many sets of a group there are of each sort, and what differs."""
    knowledge = load()
    rng = random.Random(f"{seed} {group}")
    found = measured(knowledge, rng)
    several = [drawn(knowledge, rng) for _ in range(count)]
    counts: Counter[str] = Counter()
    differing = []
    for each in judged(knowledge, several, found, rng.randrange(2**32)):
        known = {name for name, answer in each.answers.items() if answer.value is not None}
        counts[str(each.alone["kind"])] += 1
        counts["with trade-offs"] += not knowledge.trade_off.keys().isdisjoint(known)
        counts["with measurements"] += found is not None
        counts["all answered"] += known >= knowledge.question.keys()
        counts["different"] += bool(each.differing)
        differing += [f"{name}: {each.together[name]} in a batch, {each.alone[name]} alone" for name in each.differing]
    return counts, differing


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    counts, differing = Counter(), []
    start = time.monotonic()
    with ProcessPoolExecutor() as pool:
        groups = range(0, arguments.sets, TOGETHER)
        sizes = (min(TOGETHER, arguments.sets - group) for group in groups)
        try:
            for more, others in pool.map(compared, repeat(arguments.seed), groups, sizes):
                counts += more
                differing += others
                sets, took = sum(counts[kind] for kind in KINDS), time.monotonic() - start
                progress = f"\r{sets:,} sets, {took:.0f} s, {counts['different']:,} differ"
                print(progress, end="", file=sys.stderr, flush=True)
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
    print(file=sys.stderr)
    for name in (*KINDS, "all answered", "with measurements", "with trade-offs", "different"):
        print(f"{name:20}{counts[name]:8,}")
    print(*differing[:10], sep="\n", end="")
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main())
