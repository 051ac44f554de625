"""How far stated confidence can be trusted: `python tests/bench/calibration.py [--users N] [--svg FILE]`.

Simulated users (`tests/support/simulated.py`) have needs, weights and strengths of their own; the advisor hears what
they say. A verdict is right if its leader is what is truly best for the user. Prints, for several kinds of noise, the
expected calibration error with a 95 % bootstrap interval, for the main one the reliability diagram as a table and what
each threshold for recommending would do; with `--svg` the diagram is drawn as well.

`--seed` takes other users; `--spread`, `--sensitivity`, `--error` and `--usual` try other constants than those that
ship.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from advisor.decision.assess import Model
from advisor.decision.beliefs import believe, resolve
from advisor.decision.preferences import choices
from advisor.decision.value import value_model
from advisor.decision.verdict import call
from advisor.engine.program import compile_knowledge
from advisor.knowledge.load import load
from advisor.model.knowledge import Knowledge
from tests.support.profiles import profiles
from tests.support.simulated import Noise, simulate, trade

MAIN = "main"
NOISES = {
    "as assumed": Noise("as the advisor assumes", 0, 0, 1, "normal", False, 0, 0.25, 0.9, assumed=True),
    MAIN: Noise("the main one", 0.3, 0.5, 1, "t", True, 0.03, 0.25, 0.8),
}
NOISES |= {
    "complete": NOISES[MAIN]._replace(title="main, every question answered", missing=0),
    "silent": NOISES[MAIN]._replace(title="main, importances left open matter like any other", silence=False),
    "lognormal": NOISES[MAIN]._replace(
        title="main, strengths off lognormally, each for itself", shape="lognormal", shared=False
    ),
    "traded": NOISES[MAIN]._replace(title="main, and six trade-offs answered", traded=6),
    "biased": NOISES[MAIN]._replace(title="main, a quarter of errors in common to what is said of one", biased=0.25),
    "insensitive": NOISES[MAIN]._replace(title="main, nobody's importance is that of whole ranges", sensitivity=(0, 0)),
    "sensitive": NOISES[MAIN]._replace(
        title="main, everybody's importance is that of whole ranges", sensitivity=(1, 1)
    ),
    "careful": Noise("half the noise of the main one", 0.15, 0.25, 0.5, "t", True, 0.015, 0.25, 0.8),
    "careless": Noise("half as much noise again, more left open", 0.45, 0.75, 1.5, "t", True, 0.045, 0.4, 0.7),
}
BINS = 10
THRESHOLDS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
BOOTSTRAPS = 2000


class Outcome(NamedTuple):
    """What came of many users, by user: stated confidence, whether it recommended, and whether the leader was right."""

    confidence: np.ndarray
    recommended: np.ndarray
    right: np.ndarray

    def error(self) -> float:
        """The expected calibration error: |share right - mean confidence| over bins of equal width, weighted by how
        many users they hold (M. P. Naeini, G. F. Cooper and M. Hauskrecht, AAAI 2015)."""
        return calibration_error(self.confidence, self.right)

    def interval(self, seed: int = 0) -> tuple[float, float]:
        """A 95 % interval of that error: percentiles over users drawn with replacement."""
        rng = np.random.default_rng(seed)
        picks = rng.integers(len(self.right), size=(BOOTSTRAPS, len(self.right)))
        found = [calibration_error(self.confidence[pick], self.right[pick]) for pick in picks]
        return float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))

    def bins(self) -> list[tuple[float, float, int, float, float]]:
        """Of each bin that holds users: its ends, how many, their mean confidence and the share right."""
        place = _bin(self.confidence)
        rows = []
        for index in range(BINS):
            inside = place == index
            if inside.any():
                ends = (index / BINS, (index + 1) / BINS)
                rows.append((*ends, int(inside.sum()), self.confidence[inside].mean(), self.right[inside].mean()))
        return rows


def _bin(confidence: np.ndarray) -> np.ndarray:
    return np.minimum((confidence * BINS).astype(int), BINS - 1)


def calibration_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """The expected calibration error; see `Outcome.error`."""
    gaps = np.bincount(_bin(confidence), weights=right - confidence, minlength=BINS)
    return float(np.abs(gaps).sum() / len(right))


def outcome(knowledge: Knowledge, noise: Noise, users: int, seed: int) -> Outcome:
    """The advisor's confidence and whether it was right, for so many users; those for whom nothing is feasible are
    left out. Every third has measurements."""
    program, values = compile_knowledge(knowledge), value_model(knowledge)
    measured = [found for _, found in profiles() if found]
    confidence, recommended, right = [], [], []
    for index in range(users):
        rng = np.random.default_rng([seed, index])
        numbers = measured[int(rng.integers(len(measured)))] if index % 3 == 0 else None
        user = simulate(knowledge, program, values, noise, rng, numbers)
        beliefs = believe(knowledge, program, resolve(knowledge, user.answers, numbers), numbers)
        model = Model(knowledge, program, values, numbers, 0)
        (assessment,) = model.assess([beliefs])
        if noise.traded:
            made = trade(user, model, assessment, noise.traded, rng)
            learning = Model(knowledge, program, values, numbers, 0, choices(knowledge, values, tuple(made.values())))
            (assessment,) = learning.assess([beliefs])
        verdict = call(knowledge, assessment)
        if user.best is not None and verdict.leader:
            confidence.append(verdict.confidence)
            recommended.append(verdict.kind == "recommended")
            right.append(verdict.leader == knowledge.candidates[user.best].id)
    return Outcome(np.array(confidence), np.array(recommended), np.array(right, dtype=float))


def table(found: Outcome) -> str:
    """The reliability diagram as text."""
    lines = ["confidence    users  stated   right  gap"]
    for low, high, count, stated, share in found.bins():
        bar = "#" * round(share * 30)
        lines.append(f"{low:.1f} to {high:.1f}  {count:7d}{stated:8.1%}{share:8.1%}{share - stated:+7.1%}  {bar}")
    return "\n".join(lines)


def thresholds(found: Outcome) -> str:
    """What each threshold for recommending would do if nothing else counted, and what is recommended."""
    lines = ["threshold  recommended  of them wrong  wrong of all"]
    for bar in THRESHOLDS:
        sure = found.confidence >= bar
        wrong = 1 - found.right[sure].mean() if sure.any() else 0.0
        lines.append(f"{bar:9.0%}{sure.mean():13.1%}{wrong:15.1%}{(sure * (1 - found.right)).mean():14.1%}")
    sure = found.recommended
    lines.append(
        f"  as it is{sure.mean():13.1%}{1 - found.right[sure].mean():15.1%}{(sure * (1 - found.right)).mean():14.1%}"
    )
    return "\n".join(lines)


def drawing(found: dict[str, Outcome]) -> str:
    """The reliability diagram as SVG: the main noise with its bins, the others as lines."""
    size, edge = 360, 48

    def at(x: float, y: float) -> tuple[float, float]:
        return edge + x * size, edge + (1 - y) * size

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size + 2 * edge + 150} {size + 2 * edge}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for tick in range(0, 11, 2):
        x, _ = at(tick / 10, 0)
        _, y = at(0, tick / 10)
        parts.append(f'<line x1="{x}" y1="{edge}" x2="{x}" y2="{edge + size}" stroke="#ddd"/>')
        parts.append(f'<line x1="{edge}" y1="{y}" x2="{edge + size}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{x}" y="{edge + size + 16}" text-anchor="middle">{tick * 10} %</text>')
        parts.append(f'<text x="{edge - 6}" y="{y + 4}" text-anchor="end">{tick * 10} %</text>')
    (x1, y1), (x2, y2) = at(0, 0), at(1, 1)
    parts.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#888" stroke-dasharray="4 4"/>')
    dashes = {name: f"{2 + 2 * index} {2 + index}" for index, name in enumerate(n for n in found if n != MAIN)}
    for place, (name, each) in enumerate(found.items()):
        rows = [row for row in each.bins() if row[2] >= 20]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(row[3], row[4]) for row in rows))
        look = (
            'stroke="#000" stroke-width="2.5"' if name == MAIN else f'stroke="#666" stroke-dasharray="{dashes[name]}"'
        )
        parts.append(f'<polyline points="{points}" fill="none" {look}/>')
        key = edge + size + 20
        parts.append(f'<line x1="{key}" y1="{edge + 20 * place}" x2="{key + 28}" y2="{edge + 20 * place}" {look}/>')
        parts.append(f'<text x="{key + 34}" y="{edge + 20 * place + 4}">{name}</text>')
    for _, _, count, stated, share in found[MAIN].bins():
        x, y = at(stated, share)
        radius = 2 + 10 * (count / len(found[MAIN].right)) ** 0.5
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#000" fill-opacity="0.35"/>')
    middle = edge + size / 2
    parts.append(f'<text x="{middle}" y="{edge + size + 36}" text-anchor="middle">stated confidence</text>')
    parts.append(f'<text transform="translate(14 {middle}) rotate(-90)" text-anchor="middle">share right</text>')
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _arguments() -> argparse.Namespace:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--users", type=int, default=5000, help="of each kind of noise (default 5000)")
    made.add_argument("--seed", type=int, default=0, help="which users (default 0: those reported)")
    made.add_argument("--only", choices=NOISES, action="append", help="only this kind of noise (repeatable)")
    made.add_argument("--svg", type=Path, help="draw the reliability diagram there")
    made.add_argument("--spread", type=float, help="another weight_spread")
    made.add_argument("--sensitivity", type=float, nargs=2, help="another range_sensitivity")
    made.add_argument("--error", type=float, help="multiplies strength_error")
    made.add_argument("--usual", type=float, help="another usual_share")
    return made.parse_args()


def _knowledge(arguments: argparse.Namespace) -> Knowledge:
    knowledge = load()
    settings = knowledge.settings
    changes: dict[str, object] = {}
    if arguments.spread:
        changes["weight_spread"] = arguments.spread
    if arguments.sensitivity:
        changes["range_sensitivity"] = tuple(arguments.sensitivity)
    if arguments.usual:
        changes["usual_share"] = arguments.usual
    if arguments.error:
        changes["strength_error"] = {name: error * arguments.error for name, error in settings.strength_error.items()}
    if not changes:
        return knowledge
    # What is compiled is kept by the hash, so other settings must have another.
    update = {"settings": settings.model_copy(update=changes), "content_hash": f"{knowledge.content_hash} {changes}"}
    return knowledge.model_copy(update=update)


def main() -> None:
    """Simulate, print, draw."""
    arguments = _arguments()
    knowledge = _knowledge(arguments)
    found = {}
    print(f"{'noise':12}{'users':>6}{'stated':>8}{'right':>8}{'error':>8}  95 % interval", flush=True)
    for name in arguments.only or NOISES:
        start = time.perf_counter()
        found[name] = each = outcome(knowledge, NOISES[name], arguments.users, arguments.seed)
        low, high = each.interval()
        print(
            f"{name:12}{len(each.right):6d}{each.confidence.mean():8.1%}{each.right.mean():8.1%}{each.error():8.3f}"
            f"  {low:.3f} to {high:.3f}   {NOISES[name].title}",
            flush=True,
        )
        print(f"{time.perf_counter() - start:.0f} s", file=sys.stderr)
    for name in arguments.only or [MAIN]:
        print(f"\n{NOISES[name].title}\n{table(found[name])}\n\n{thresholds(found[name])}")
    if arguments.svg:
        from advisor.files import write_whole

        write_whole(arguments.svg, drawing(found))


if __name__ == "__main__":
    main()
