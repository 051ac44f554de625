"""How soon the terminal application answers a key while probes run, and what it costs when nothing happens.

    python tests/bench/response.py [--keys 30] [--idle 20]

In a pseudo-terminal of 80 × 24, with the knowledge base that ships. First what an application at rest takes of one
processor, on the welcome screen, at a question and at the verdict. Then, twice without probes and twice while quick
probes of this environment run, with all questions in the order of the file: the time from a key to the next question's
text, and from an answer to the line of the ranking below it. An answer that changes nothing in that line can't be timed
from outside; how many did is printed. Beside milliseconds stand ratios to `python -c pass`, timed before and after with
nothing else running. Linux only.
"""

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from advisor.knowledge.load import load  # noqa: E402
from tests.support.terminal import Terminal, environment  # noqa: E402

QUESTIONS = load().questions
SHOWN = 24
"""Characters of a question that are looked for; the rest may be on another line."""
QUESTION = re.compile("|".join(re.escape(question.text[:SHOWN]) for question in QUESTIONS))
RANKING = re.compile(r"Ranks first: [^\x1b]*%")
WELCOME = re.compile("PyTorch or Keras")
VERDICT = re.compile("confidence")
RUNNING = re.compile(r"probe \d+ of \d+")
"""What the screen of measuring says as long as there is something left to run; without it the times mean nothing."""
BACK, SKIP, REVIEW, QUIT = "b", "s", "2", "\x11"
TURNS = 2
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


def answers(terminal: Terminal, turn: int) -> tuple[list[float], int]:
    """Milliseconds from an answer to the ranking, over all questions of which one option is chosen (another each turn),
    and the number of answers that changed nothing in it."""
    times, unchanged, last = [], 0, ""
    for question in QUESTIONS:
        if question.kind in ("many", "number"):
            terminal.press(SKIP)
            terminal.rest(0.5)
            continue
        terminal.press(str(1 + (len(question.id) + turn) % 2))
        changed = re.compile(rf"(?!{re.escape(last)})Ranks first: [^\x1b]*%") if last else RANKING
        try:
            times.append(1e3 * terminal.wait_for(changed, LEFT_OUT))
            last = RANKING.findall(terminal.seen)[-1]
        except TimeoutError:
            unchanged += 1
        terminal.rest(0.5)
    return times, unchanged


def with_answers(variables: dict[str, str]) -> None:
    """Save the usual answers of the list that comes first, so that all questions can be gone through in their order."""
    with Terminal(advisor("--probe", "none"), variables) as terminal:
        terminal.wait_for(WELCOME)
        terminal.rest(5)
        terminal.press("\r")
        terminal.wait_for(QUESTION)
        terminal.rest(2)
        terminal.press("\r")
        terminal.rest(2)
        terminal.press(QUIT)
        terminal.wait_for_end()


def answered(level: str, count: int, turn: int) -> tuple[list[float], list[float], int]:
    """What `keys` and `answers` give for an application that measures at this level meanwhile."""
    with tempfile.TemporaryDirectory() as name:
        variables = environment(Path(name))
        with_answers(variables)
        with Terminal(advisor("--probe", level), variables) as terminal:
            terminal.wait_for(WELCOME)
            terminal.rest(5)
            terminal.press(REVIEW)
            terminal.wait_for(QUESTION)
            terminal.rest(5)
            pressed = keys(terminal, count)
            times, unchanged = answers(terminal, turn)
            if level != "none":
                terminal.press("m")
                terminal.wait_for(RUNNING)
    return pressed, times, unchanged


def passing() -> float:
    """Milliseconds of `python -c pass`, in the middle of several."""
    times = []
    for _ in range(9):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times)


def tell(label: str, times: Sequence[float], unit: float, more: str = "") -> None:
    """Print a row, with ratios to `unit`, the milliseconds of `python -c pass` before and after."""
    median, high = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    found = f"median{median:5.0f} ms{median / unit:6.1f}   95 %{high:5.0f} ms{high / unit:6.1f}"
    print(f"{label:44}{found}   of {len(times)}{more}")


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=30)
    parser.add_argument("--idle", type=float, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        idle(arguments.idle, environment(Path(name)))
    for label, level in (("nothing measured", "none"), ("probes running", "quick")):
        before = passing()
        found = [answered(level, arguments.keys // 2 * 2, turn) for turn in range(TURNS)]
        unit = (before + passing()) / 2
        print(f"{label}: python -c pass {unit:.0f} ms")
        tell(f"{label}: key to question", [each for pressed, _, _ in found for each in pressed], unit)
        times, unchanged = [each for _, times, _ in found for each in times], sum(count for _, _, count in found)
        tell(f"{label}: answer to ranking", times, unit, f", {unchanged} more changed nothing in it")


if __name__ == "__main__":
    main()
