"""How long the command line takes to answer, as ratios to `python -c pass` in the same run.

    python tests/bench/startup.py [--rounds 15]

Builds the wheel, installs it without the frameworks into an environment of its own, and times the commands in turn,
each once a round, so that a change in the machine's load touches all of them alike. What counts is the processor time
of a command and its children, which other work on the machine touches less than the clock. Bytecode is what pip made
of the wheel when it installed it. Prints medians, quartiles, the ratio of medians, and the medians by the clock with
their ratio. For `cached` the probes are run there first; they find no framework, which is what is then kept and read
again.
"""

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def install(folder: Path) -> Path:
    """An environment with the wheel in it; its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    python = folder / "env" / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    subprocess.run([python, "-m", "pip", "install", "-q", "-c", constraints, ROOT], check=True)
    return python


def timed(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds that a command took, of processors and by the clock. Raises where it fails."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, env=environment, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.perf_counter() - start


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = str(install(folder))
        advisor = str(Path(python).parent / "advisor")
        environment = {
            **os.environ,
            "XDG_CACHE_HOME": str(folder / "cache"),
            "XDG_DATA_HOME": str(folder / "data"),
        }
        answers = str(ROOT / "docs" / "example-answers.yaml")
        subprocess.run([advisor, "probe", "--level", "quick", "-q"], env=environment, capture_output=True)
        commands = {
            "python -c pass": [python, "-c", "pass"],
            "advisor --help": [advisor, "--help"],
            "advisor --json, no measurements": [advisor, "--json", "--probe", "none", "--answers", answers],
            "advisor --json, cached": [advisor, "--json", "--answers", answers],
        }
        for command in commands.values():
            timed(command, environment)
        times: dict[str, list[tuple[float, float]]] = {label: [] for label in commands}
        for _ in range(rounds):
            for label in random.sample(list(commands), len(commands)):
                times[label].append(timed(commands[label], environment))
    base = statistics.median(spent for spent, _ in times["python -c pass"])
    passing = statistics.median(clock for _, clock in times["python -c pass"])
    print(f"{'processor time':34}{'median':>9}{'quartiles':>20}{'ratio':>8}{'clock':>10}{'ratio':>8}")
    for label, values in times.items():
        low, median, high = statistics.quantiles([spent * 1e3 for spent, _ in values], n=4)
        clock = statistics.median(clock for _, clock in values)
        spent = f"{median:6.0f} ms{low:9.0f} to {high:4.0f} ms{median / base / 1e3:8.1f}"
        print(f"{label:34}{spent}{clock * 1e3:7.0f} ms{clock / passing:8.1f}")


if __name__ == "__main__":
    main()
