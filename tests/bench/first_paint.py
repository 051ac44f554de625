"""How long the terminal application takes to show its first screen, beside an empty application.

    python tests/bench/first_paint.py [--rounds 15]

Started in a pseudo-terminal of 80 × 24, in turn and in an order drawn anew each round: `advisor`, a Textual application
of six built-in widgets that does nothing, and `python -c pass`. An application's time is the clock's, from the start of
the process until a word of its first screen is written; that of `python -c pass` is until it ends. Bytecode is kept in
a folder of its own and warm, as it is for whoever starts the advisor twice. Prints medians, quartiles, and ratios; the
ratio to the empty application is the median of the rounds' ratios, since a change in the machine's load touches all of
a round.
"""

import argparse
import random
import re
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.terminal import Terminal, environment  # noqa: E402

EMPTY = """
from textual.app import App
from textual.widgets import Button, Checkbox, Footer, Header, Input, Static

class Empty(App):
    def compose(self):
        yield Header()
        yield Static("Nothing happens here")
        yield Input()
        yield Checkbox("Tick")
        yield Button("Press")
        yield Footer()

Empty().run()
"""
COMMANDS = {
    "python -c pass": ([sys.executable, "-c", "pass"], None),
    "empty application": ([sys.executable, "-c", EMPTY], re.compile("Nothing happens here")),
    "advisor": ([sys.executable, "-m", "advisor"], re.compile("PyTorch or Keras")),
}


def timed(label: str, variables: dict[str, str]) -> float:
    """Seconds until the first screen, or until the end where there is none."""
    command, word = COMMANDS[label]
    with Terminal(command, variables) as terminal:
        return terminal.wait_for(word) if word else terminal.wait_for_end()


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        variables = environment(Path(name))
        for label in COMMANDS:
            timed(label, variables)
        times: dict[str, list[float]] = {label: [] for label in COMMANDS}
        for _ in range(rounds):
            for label in random.sample(list(COMMANDS), len(COMMANDS)):
                times[label].append(timed(label, variables))
    print(f"{'':20}{'median':>10}{'quartiles':>18}{'to python':>11}{'to empty':>10}")
    for label, values in times.items():
        low, median, high = statistics.quantiles([1e3 * value for value in values], n=4)
        to_python, to_empty = (
            statistics.median(own / base for own, base in zip(values, times[other], strict=True))
            for other in ("python -c pass", "empty application")
        )
        quartiles = f"{low:.0f} to {high:.0f} ms"
        print(f"{label:20}{median:7.0f} ms{quartiles:>18}{to_python:11.1f}{to_empty:10.2f}")


if __name__ == "__main__":
    main()
