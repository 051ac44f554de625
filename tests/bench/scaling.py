"""How the time of `advisor rules check` grows with the rules: `python tests/bench/scaling.py [--limit SECONDS]`.

Generated bases over 25 questions of four options, with 50 to 1,000 rules of which one in ten concludes a derived fact
and one in forty is a veto. Prints the seconds of each part and the ratio to the smallest base of the same run; stops
after the base that took longer than the limit.
"""

import argparse
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from advisor.model.knowledge import Knowledge
from advisor.verification import checks
from advisor.verification.encoding import Encoding
from tests.support.knowledge import LEVELS, build, candidate, criterion, derived, evidence, question, rule, scale

SIZES = (50, 100, 200, 400, 1000)
QUESTIONS, OPTIONS, DERIVED, CRITERIA = 25, ("a", "b", "c", "d"), 8, 6
NAMES = ("north", "east", "south", "west")
PARTS = ("_dead", "_redundant", "_repeated", "_contradictory", "_in_vain", "_infeasible", "reachable", "pivotal")


def generated(size: int, seed: int = 0) -> Knowledge:
    """A base with so many rules."""
    rng = random.Random(seed)

    def leaf(facts: int) -> dict:
        if rng.random() < 0.2 and facts:
            return {"fact": f"d{rng.randrange(facts)}", "is": True}
        name = f"q{rng.randrange(QUESTIONS)}"
        return {"fact": name, "in": rng.sample(OPTIONS, rng.choice((1, 1, 2)))}

    def condition(facts: int) -> dict:
        parts = [leaf(facts) for _ in range(rng.choice((1, 2, 2, 3)))]
        return parts[0] if len(parts) == 1 else {"all": parts}

    rules = []
    for index in range(size):
        chance = rng.random()
        if chance < 0.1:
            fact = rng.randrange(DERIVED)
            # What a derived fact is concluded from comes before it, so that there is no cycle.
            rules.append(rule(f"r{index}", condition(fact), {"derive": f"d{fact}", "value": True}))
        elif chance < 0.125:
            rules.append(rule(f"r{index}", condition(DERIVED), {"veto": rng.choice(NAMES)}))
        else:
            strength = rng.choice((-2, -1, 1, 2, 3))
            part = evidence(rng.choice(NAMES), f"k{rng.randrange(CRITERIA)}", strength)
            rules.append(rule(f"r{index}", condition(DERIVED), part))
    return build(
        candidates=[candidate(name) for name in NAMES],
        criteria=[criterion(f"k{index}", f"care{index}") for index in range(CRITERIA)],
        questions=[
            *(scale(f"care{index}", LEVELS) for index in range(CRITERIA)),
            *(question(f"q{index}", values=OPTIONS) for index in range(QUESTIONS)),
        ],
        derived=[derived(f"d{index}") for index in range(DERIVED)],
        rules=rules,
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--limit", type=float, default=300, help="seconds (default 300)")
    limit = arguments.parse_args().limit
    print(f"{'rules':>6}{'seconds':>10}{'ratio':>8}  " + "".join(f"{part.strip('_'):>15}" for part in PARTS))
    first = None
    for size in SIZES:
        knowledge = generated(size)
        took = []
        for part in PARTS:
            start = time.perf_counter()
            check = getattr(checks, part)
            list(check(knowledge) if part in ("reachable", "pivotal") else check(Encoding(knowledge)))
            took.append(time.perf_counter() - start)
        total = sum(took)
        first = first or total
        print(f"{size:6d}{total:10.1f}{total / first:8.1f}  " + "".join(f"{each:15.2f}" for each in took), flush=True)
        if total > limit:
            break


if __name__ == "__main__":
    main()
