"""How soon the terminal application answers a key while probes run, and what it costs when nothing happens.

    python tests/bench/response.py [--keys 60] [--idle 20]

In a pseudo-terminal of 80 × 24, with the knowledge base that ships. First what an application at rest takes of one
processor, on the welcome screen, at a question and at the verdict. Then, once without probes and once while quick
probes of this environment run: the time from a key to the next question's text, and from an answer to the line of the
ranking below it. An answer that changes nothing in that line can't be timed from outside; how many did is printed.
Linux only.
"""

import argparse
import re
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from advisor.knowledge.load import load  # noqa: E402
from tests.bench.first_paint import environment  # noqa: E402
from tests.support.terminal import Terminal  # noqa: E402

QUESTIONS = load().questions
SHOWN = 24
"""Characters of a question that are looked for; the rest may be on another line."""
QUESTION = re.compile("|".join(re.escape(question.text[:SHOWN]) for question in QUESTIONS))
RANKING = re.compile(r"Ranks first: [^\x1b]*%")
WELCOME = re.compile("PyTorch or Keras")
VERDICT = re.compile("confidence")
RUNNING = re.compile(r"probe \d+ of \d+")
"""What the screen of measuring says as long as there is something left to run; without it the times mean nothing."""
BACK, SKIP = "b", "s"
LEFT_OUT = 1.5
"""Seconds after which an answer is taken to have changed nothing in the line of the ranking."""


def advisor(*flags: str) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "advisor", *flags]


def idle(seconds: float, variables: dict[str, str]) -> None:
    """Print what the application at rest takes."""
    with Terminal(advisor("--probe", "none"), variables) as terminal:
        for name, key, pattern in (
            ("welcome", "", WELCOME),
            ("a question", "\r", QUESTION),
            ("the verdict", "v", VERDICT),
        ):
            if key:
                terminal.press(key)
            terminal.wait_for(pattern)
            terminal.rest(5)
            before = terminal.cpu_seconds()
            terminal.rest(seconds)
            print(f"idle, {name:14}{(terminal.cpu_seconds() - before) / seconds:8.2%} of one processor")


def keys(terminal: Terminal, count: int) -> list[float]:
    """Milliseconds from a key to the question that it leads to, there and back."""
    times = []
    for number in range(count):
        terminal.press(SKIP if number % 2 == 0 else BACK)
        times.append(1e3 * terminal.wait_for(QUESTION))
        terminal.rest(0.3)
    return times


def answers(terminal: Terminal) -> tuple[list[float], int]:
    """Milliseconds from an answer to the ranking, over all questions of which one option is chosen, and the number of
    answers that changed nothing in it."""
    times, unchanged, last = [], 0, ""
    for question in QUESTIONS:
        if question.kind in ("many", "number"):
            terminal.press(SKIP)
            terminal.rest(0.5)
            continue
        terminal.press(str(1 + len(question.id) % 2))
        changed = re.compile(rf"(?!{re.escape(last)})Ranks first: [^\x1b]*%") if last else RANKING
        try:
            times.append(1e3 * terminal.wait_for(changed, LEFT_OUT))
            last = RANKING.findall(terminal.seen)[-1]
        except TimeoutError:
            unchanged += 1
        terminal.rest(0.5)
    return times, unchanged


def tell(label: str, times: Sequence[float], more: str = "") -> None:
    """Print a row."""
    median, high = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(f"{label:44}median{median:5.0f} ms   95 %{high:5.0f} ms   of {len(times)}{more}")


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=60)
    parser.add_argument("--idle", type=float, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        idle(arguments.idle, environment(Path(name)))
    for label, level in (("nothing measured", "none"), ("probes running", "quick")):
        with tempfile.TemporaryDirectory() as name, Terminal(advisor("--probe", level), environment(Path(name))) as app:
            app.wait_for(WELCOME)
            app.rest(5)
            app.press("\r")
            app.wait_for(QUESTION)
            app.rest(5)
            tell(f"{label}: key to question", keys(app, arguments.keys // 2 * 2))
            times, unchanged = answers(app)
            tell(f"{label}: answer to ranking", times, f", {unchanged} more changed nothing in it")
            if level != "none":
                app.press("m")
                app.wait_for(RUNNING)


if __name__ == "__main__":
    main()
