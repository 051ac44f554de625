"""How long `advise()` takes with 10,000 draws on the base that ships, once that is loaded.

    python tests/bench/advise.py [--rounds 15] [--calls 40]

First calls, each in a process of its own, and later calls in one process, with twenty questions open, without
measurements and with a measurement of everything. What counts is processor time, which other work on the machine
touches less than the clock, in processes set up as the command sets up its own (`advisor.cli.main.prepare`) and with
bytecode kept and warm. Prints medians and 95th percentiles, as milliseconds and as ratios to `python -c pass` in the
same run, and what of them the draws behind the verdict take and the draws of what would change it. The processes take
turns, so that a change in the machine's load touches all of them alike.
"""

import argparse
import datetime
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

OPEN = 20
AS_OF = datetime.date(2026, 11, 25)
PARTS = ("whole", "verdict", "flips")


def child(measured: bool, calls: int) -> None:
    """Print the milliseconds of each call, and of the draws in it, as JSON."""
    from advisor.cli.main import prepare

    prepare()
    from advisor.decision import assess
    from advisor.decision.advise import advise
    from advisor.knowledge.load import load
    from tests.support.profiles import measurements
    from tests.support.random_answers import some

    knowledge = load()
    of_all = measurements(knowledge, random.Random(0)) if measured else None
    spans: list[float] = []
    plain = assess.Model.assess

    def timed(*arguments: Any, **named: Any) -> Any:
        start = time.process_time()
        found = plain(*arguments, **named)
        spans.append((time.process_time() - start) * 1e3)
        return found

    assess.Model.assess = timed
    rows = []
    for index in range(calls):
        rng = random.Random(index)
        answers = some(knowledge, rng, 1.0)
        for name in rng.sample(sorted(answers), OPEN):
            del answers[name]
        spans.clear()
        start = time.process_time()
        advise(knowledge, answers, of_all, as_of=AS_OF)
        rows.append(((time.process_time() - start) * 1e3, spans[0], sum(spans[1:])))
    print(json.dumps(rows))


def spawned(measured: bool, calls: int, bytecode: str) -> list[list[float]]:
    """What a child prints that keeps its bytecode in a folder, as an installed advisor does."""
    command = [sys.executable, __file__, "--child", str(calls), *(["--measured"] if measured else [])]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def passing() -> float:
    """The milliseconds of `python -c pass`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="processes for first calls (default 15)")
    parser.add_argument("--calls", type=int, default=40, help="later calls (default 40)")
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--measured", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.measured, arguments.child)
        return
    passes, rows = [], {}
    with tempfile.TemporaryDirectory() as bytecode:
        spawned(False, 1, bytecode)
        for _ in range(arguments.rounds):
            passes.append(passing())
            for measured in (False, True):
                rows.setdefault(("first", measured), []).extend(spawned(measured, 1, bytecode))
        for measured in (False, True):
            rows["later", measured] = spawned(measured, arguments.calls + 1, bytecode)[1:]
    unit = statistics.median(passes)
    print(f"{OPEN} questions open; python -c pass: {unit:.1f} ms (median of {arguments.rounds})\n")
    print(f"{'':30}" + "".join(f"{part:>26}" for part in PARTS))
    print(f"{'':30}" + f"{'median':>10}{'ratio':>7}{'p95':>9}" * len(PARTS))
    for (which, measured), times in rows.items():
        line = f"{which} call, {'measured' if measured else 'not measured':20}"
        for of_part in zip(*times, strict=True):
            median, p95 = statistics.median(of_part), statistics.quantiles(of_part, n=20)[-1]
            line += f"{median:7.1f} ms{median / unit:7.1f}{p95:6.1f} ms"
        print(line)


if __name__ == "__main__":
    main()
