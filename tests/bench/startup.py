"""How long the command line takes to answer, as ratios to `python -c pass` in the same run.

    python tests/bench/startup.py [--rounds 15]

Builds the wheel, installs it without the frameworks into an environment of its own, and times the commands in turn,
each once a round, so that a change in the machine's load touches all of them alike. Prints medians, quartiles and the
ratio of medians. For `cached` the probes are run there first; they find no framework, which is what is then kept and
read again.
"""

import argparse
import os
import random
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


def timed(command: list[str], environment: dict[str, str]) -> float:
    """Seconds that a command took. Raises where it fails."""
    start = time.perf_counter()
    subprocess.run(command, check=True, env=environment, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = str(install(folder))
        advisor = str(Path(python).parent / "advisor")
        environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "XDG_DATA_HOME": str(folder / "data")}
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
        times: dict[str, list[float]] = {label: [] for label in commands}
        for _ in range(rounds):
            for label in random.sample(list(commands), len(commands)):
                times[label].append(timed(commands[label], environment))
    base = statistics.median(times["python -c pass"])
    print(f"{'command':34}{'median':>9}{'quartiles':>20}{'ratio':>8}")
    for label, values in times.items():
        low, median, high = statistics.quantiles(values, n=4)
        print(f"{label:34}{median * 1e3:6.0f} ms{low * 1e3:9.0f} to {high * 1e3:4.0f} ms{median / base:8.1f}")


if __name__ == "__main__":
    main()
