"""How fast `advisor batch` is, and that its memory doesn't grow: `python tests/bench/batch.py [--lines 20000]`.

Writes random sets of answers, of whose questions four in five are answered, and for one row three trade-offs each.
Reads them in processes of their own, on one core, from a file into a file: everything from the text of a line to the
text of its verdict. Prints lines a second, counted from the second line on (a run over one line is taken off, for
starting and reading the rules), by the clock and by the processor's time, and the most memory that a process had. A
tenth of the lines is read first, then all of them, so the last column shows how memory grows with the input.

Then, for some shares of the questions answered and some numbers of draws, how often kind and candidate are those of
10,000 draws, and the mean and the greatest standard error that the lines state.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from advisor.decision.assess import FULL
from advisor.decision.batch import Batch
from advisor.decision.verdict import Call
from advisor.knowledge.load import load
from tests.support.documented import AS_OF
from tests.support.random_answers import some, traded

ROOT = Path(__file__).parents[2]
FULL_LINES = 40


COMPARED = 1000
"""Sets of answers of which verdicts from few and from many draws are compared."""


ANSWERED = (0.8, 0.5, 0.3, 0.1)
"""Shares of the questions that these sets answer."""


class Run(NamedTuple):
    """What a process took: seconds by the clock and of the processor, and its peak of memory in MiB."""

    wall: float
    processor: float
    peak: float


def write(path: Path, count: int, trade_offs: int) -> None:
    """Write random sets of answers, with so many trade-offs in each."""
    knowledge, rng = load(), random.Random(0)
    with path.open("w") as file:
        for number in range(count):
            found = some(knowledge, rng, 0.8) | traded(knowledge, rng, trade_offs)
            answers = {name: answer.value for name, answer in found.items()}
            file.write(json.dumps({"id": number, "answers": answers}) + "\n")


def run(path: Path, *flags: str) -> Run:
    """Read a file of answers. Raises where that fails."""
    arguments = [sys.executable, "-c", "from advisor.cli.main import entry; entry()", "batch", str(path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    output = os.open(path.with_suffix(".out"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    start = time.perf_counter()
    process = os.posix_spawn(
        sys.executable,
        [*arguments, "--probe", "none", *flags],
        environment,
        file_actions=[(os.POSIX_SPAWN_DUP2, output, 1)],
    )
    _, status, used = os.wait4(process, 0)
    wall = time.perf_counter() - start
    os.close(output)
    if status:
        raise RuntimeError(f"it ended with status {status}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def agreement(known: float) -> None:
    """Print how verdicts from few draws compare with those of 10,000, with this share of the questions answered."""
    knowledge, rng = load(), random.Random(1)
    several = [some(knowledge, rng, known) for _ in range(COMPARED)]

    def calls(draws: int) -> list[Call]:
        batch = Batch(knowledge, None, as_of=AS_OF, draws=draws)
        chunks = (several[start : start + batch.together] for start in range(0, COMPARED, batch.together))
        return [brief.call for chunk in chunks for brief in batch.verdicts(chunk)]

    many = calls(FULL.draws)
    for draws in (200, 500, 1000, 2000):
        few = calls(draws)
        same = sum((a.kind, a.candidate) == (b.kind, b.candidate) for a, b in zip(few, many, strict=True))
        errors = [call.error for call in few]
        print(f"{known:9.0%}{draws:7}{same / COMPARED:14.1%}{sum(errors) / COMPARED:12.3f}{max(errors):10.3f}")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=20_000)
    lines = parser.parse_args().lines
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{'':24}{'lines':>9}{'a second':>10}{'a processor second':>20}{'peak MiB':>10}")
        for label, flags, trade_offs, counts in (
            ("--short", ["--short"], 0, (lines // 10, lines)),
            ("--short --draws 10000", ["--short", "--draws", "10000"], 0, (lines // 100, lines // 10)),
            ("--short, trade-offs", ["--short"], 3, (lines // 100, lines // 10)),
            ("(whole results)", [], 0, (FULL_LINES // 10, FULL_LINES)),
        ):
            path = folder / "one.jsonl"
            write(path, 1, trade_offs)
            run(path, *flags)
            one = run(path, *flags)
            for count in counts:
                path = folder / f"{count}.jsonl"
                write(path, count, trade_offs)
                took = run(path, *flags)
                rates = [(count - 1) / (all_ - first) for all_, first in zip(took[:2], one[:2], strict=True)]
                print(f"{label:24}{count:9,}{rates[0]:10,.0f}{rates[1]:20,.0f}{took.peak:10.0f}", flush=True)

    print(f"\n{'answered':>9}{'draws':>7}{'same verdict':>14}{'mean error':>12}{'greatest':>10}")
    for known in ANSWERED:
        agreement(known)


if __name__ == "__main__":
    main()
