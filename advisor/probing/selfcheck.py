"""Tests the measuring itself: one candidate under several names must come out the same, and a slowdown be found."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from advisor import assets
from advisor.errors import ProbeFailed
from advisor.model.measurement import Level
from advisor.model.probe import Metric, Probe
from advisor.model.selfcheck import SelfCheck, Trial
from advisor.probing.events import Event
from advisor.probing.launches import Launches, Slowdowns
from advisor.probing.outcomes import comparison, grouped
from advisor.probing.plan import wanted
from advisor.probing.shared import ALIAS, Pair
from advisor.probing.statistics import Contrast, contrasts
from advisor.probing.survey import Survey

COPIES = 4
"""As many as there are candidates, so that intervals are as wide as in a real run."""


def self_check(
    probes: Sequence[Probe],
    candidate: str,
    python: str,
    level: Level,
    *,
    seed: int = 0,
    on_event: Callable[[Event], None] | None = None,
    probes_dir: Path | None = None,
) -> SelfCheck:
    """Measure `COPIES` copies of a candidate twice: all alike, then with the last one slowed, in each probe by the
    smallest difference that the first run says it could have found. Where a probe has several metrics it is the
    largest of theirs, and its metric alone is looked for.

    Raises InvalidInput where the interpreter can't be used, and ProbeFailed where the candidate could not be measured.
    """
    folder = probes_dir or assets.probes_dir()
    with Survey([python], folder) as survey:
        scene = survey.scene(())
    pairs = [(f"{candidate}{ALIAS}{copy}", scene.interpreters[0].path) for copy in range(1, COPIES + 1)]
    checked = frozenset(probe.id for probe in probes if any(metric.self_check for metric in probe.metrics))
    chosen = wanted(probes, level, checked)

    def measure(turn: int, slowdowns: Slowdowns) -> list[Trial]:
        launches = Launches(folder, chosen, level, scene.host, on_event, slowdowns=slowdowns, hurried=False)
        launches.run(pairs, seed + turn)
        return list(_trials(launches, chosen, slowdowns))

    alike = measure(0, {})
    if not alike:
        raise ProbeFailed(f"{candidate} could not be measured in {python}: `advisor probe` says why")
    slow = pairs[-1][0]
    hardest = {trial.probe: trial for trial in sorted(alike, key=lambda trial: trial.smallest_difference)}
    slowdowns = {(slow, probe): trial.smallest_difference for probe, trial in hardest.items()}
    planted = {trial.metric for trial in hardest.values()}
    slowed = [trial for trial in measure(1, slowdowns) if slow in trial.copies and trial.metric in planted]
    return SelfCheck(
        candidate=candidate, interpreter=pairs[0][1], level=level, alike=tuple(alike), slowed=tuple(slowed)
    )


def _trials(launches: Launches, probes: Sequence[Probe], slowdowns: Slowdowns) -> Iterator[Trial]:
    for probe in probes:
        for metric in probe.metrics:
            if metric.self_check:
                for pairs, contrast in contrasts(grouped(launches.results, probe, metric)).items():
                    yield _trial(probe, metric, pairs, contrast, slowdowns)


def _trial(probe: Probe, metric: Metric, pairs: tuple[Pair, Pair], contrast: Contrast, slowdowns: Slowdowns) -> Trial:
    one, other = (slowdowns.get((pair[0], probe.id), 1.0) for pair in pairs)
    compared = comparison(metric, *pairs, contrast)
    return Trial(
        probe=probe.id,
        metric=metric.id,
        copies=(pairs[0][0], pairs[1][0]),
        true_ratio=one / other if metric.better == "lower" else other / one,
        ratio=compared.ratio,
        low=compared.low,
        high=compared.high,
        smallest_difference=contrast.smallest_difference,
        word=compared.word,
    )
